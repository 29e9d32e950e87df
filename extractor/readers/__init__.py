"""What code reads by itself: computed values and verbatim lists, each claim with its words.

One function a family of fields; `read_all` runs them in the order in which they depend on each other.
What belongs to the employer, the law or another job is kept out by the outline: readers look only at
this posting's body, and where it matters only at pieces under the right headings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from extractor.claims import Claim
from extractor.outline import Outline
from extractor.readers.lists import read_disqualifiers, read_listing, read_lists
from extractor.readers.names import country_hint, read_employer, read_places_of, read_title, strip_names
from extractor.readers.skills import read_skills
from extractor.readers.terms import (
    read_application,
    read_company,
    read_dates,
    read_employment,
    read_labelled,
    read_language,
    read_pay,
    read_requirements,
)
from extractor.records import Span

__all__ = ["read_all"]


def read_all(outline: Outline, today: date | None, found: Mapping[str, Sequence[Span]]) -> list[Claim]:
    """Every claim that code can make; `found` are the quotes that the model gave, by their pointer."""
    title = next(iter(read_title(outline, found["/title"])), None)
    employer = list(read_employer(outline, found["/company/name"], title))
    taken = [span for claim in employer for span in claim.spans]
    places = list(read_places_of(outline, found["/locations"], country_hint(outline, []), taken))
    country = country_hint(outline, [claim.value for claim in places])
    if title is not None:
        title = strip_names(outline, title, employer, places)
    pay = list(read_pay(outline, country))
    return [
        *([title] if title else []),
        *employer,
        *places,
        *read_lists(outline, pay),
        *pay,
        *read_dates(outline, today, country),
        *read_employment(outline, title.value if title else None),
        *read_requirements(outline),
        *read_company(outline),
        *read_labelled(outline),
        *read_listing(outline),
        *read_disqualifiers(outline),
        *read_application(outline),
        *read_skills(outline, found.get("/skills")),
        *read_language(outline),
    ]
