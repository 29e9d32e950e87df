"""What a posting says of the terms of employment: the door to this family of fields."""

from __future__ import annotations

from extractor.fields.applicants import find_applicant_countries
from extractor.fields.arrangement import find_work_arrangements
from extractor.fields.employment_types import find_employment_types
from extractor.fields.job_title import clean_title
from extractor.fields.office_days import find_office_days
from extractor.fields.seniority import find_seniority

__all__ = [
    "clean_title",
    "find_applicant_countries",
    "find_employment_types",
    "find_office_days",
    "find_seniority",
    "find_work_arrangements",
]
