"""Read one posting with a scripted model: that an installation works, without a checkout on its path."""

from datetime import date

from extractor import Extractor
from extractor.model.scripted import Scripted
from extractor.settings import Settings

POSTING = """Line Cook
Acme Kitchens, Lyon, France

Duties
- Prepare the dishes of the day

Requirements
- Two years of experience in a professional kitchen

Pay: 14.50 EUR per hour. Apply by 3 March 2026.
"""
ANSWER = {
    "is_job_posting": True, "title": "Line Cook", "company": "Acme Kitchens", "locations": ["Lyon, France"],
    "duties": "3", "required": "4", "preferred": "", "benefits": "", "other_jobs": "",
    "hard_skills": [], "soft_skills": [],
}  # fmt: skip

settings = Settings(strategy="numbered", cache=False)
with Extractor(settings, model=Scripted(lambda request: ANSWER), today=date(2026, 2, 1)) as extractor:
    found = extractor.extract(POSTING)
assert found.posting is not None, found.error
assert found.posting.title == "Line Cook"
assert found.posting.compensation[0].currency == "EUR"
assert found.posting.closes_on == date(2026, 3, 3)
