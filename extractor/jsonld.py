"""A JobPosting as schema.org JSON-LD, in the shapes that Google for Jobs reads.

Only what the posting says is written: a property without a value is left out, an estimated pay is
`estimatedSalary` and never `baseSalary`, and `TELECOMMUTE` stands only where all work is remote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from extractor.schema import (
    Application,
    Company,
    Education,
    EducationLevel,
    EmploymentType,
    Experience,
    Extraction,
    JobPosting,
    Pay,
    Place,
)

Node = dict[str, Any]

# Google's closed list; it has no word for an apprenticeship.
EMPLOYMENT_TYPES: dict[EmploymentType, str] = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "contract": "CONTRACTOR",
    "temporary": "TEMPORARY",
    "internship": "INTERN",
    "apprenticeship": "OTHER",
    "volunteer": "VOLUNTEER",
    "per_diem": "PER_DIEM",
}

# Google's closed list of credentialCategory.
CREDENTIALS: dict[EducationLevel, str] = {
    "secondary": "high school",
    "vocational": "professional certificate",
    "associate": "associate degree",
    "bachelor": "bachelor degree",
    "master": "postgraduate degree",
    "professional": "postgraduate degree",
    "phd": "postgraduate degree",
}

# A site's guess at the pay says so beside the figure, in the languages of the postings seen so far.
ESTIMATE = re.compile(
    r"\best\.|\bestimat|\bestimad|\bestimé|\bestimée|\bstimat[oa]\b|\bgeschätzt|\bschätzung"
    r"|\bgeschat\b|\buppskatta|\bpredicted\b|\bmarket (?:rate|average)\b",
    re.IGNORECASE,
)


def to_jsonld(record: JobPosting | Extraction) -> Node:
    """The schema.org JobPosting of a posting; raises ValueError where an Extraction holds none."""
    posting = record.posting if isinstance(record, Extraction) else record
    if posting is None:
        raise ValueError("there is no posting to write as JSON-LD: its extraction failed")
    return {"@context": "https://schema.org", **_node("JobPosting", **_properties(posting))}


def _properties(posting: JobPosting) -> Node:
    return {
        "title": posting.title,
        "description": _description(posting),
        "datePosted": _iso(posting.posted_on),
        "validThrough": _iso(posting.closes_on),
        "employmentType": _one_or_many(EMPLOYMENT_TYPES[kind] for kind in posting.employment_types),
        "hiringOrganization": _organization(posting.company),
        "industry": posting.company.industry if posting.company else None,
        "jobLocation": _one_or_many(_place(place) for place in posting.locations),
        "jobLocationType": "TELECOMMUTE" if _is_fully_remote(posting) else None,
        "applicantLocationRequirements": _one_or_many(
            _node("Country", name=country) for country in posting.applicant_countries
        ),
        **_pay_properties(posting.compensation),
        "educationRequirements": _education(posting.education),
        "experienceRequirements": _experience(posting.experience),
        "responsibilities": posting.responsibilities,
        "qualifications": posting.required_qualifications,
        "skills": [skill.name for skill in posting.skills],
        "jobBenefits": posting.benefits,
        "occupationalCategory": _one_or_many([posting.category, posting.job_function]),
        **_schedule_properties(posting),
        "eligibilityToWorkRequirement": posting.work_authorization and posting.work_authorization.text,
        **_application_properties(posting.application),
    }


def _node(kind: str, **properties: Any) -> Node:
    """A typed node without its empty properties."""
    return {"@type": kind} | {
        name: value for name, value in properties.items() if value not in (None, "", [])
    }


def _one_or_many(values: Iterable[Any]) -> Any:
    """One value bare, several as a list without repeats, none as None."""
    present = [value for value in values if value is not None]
    unique = [value for i, value in enumerate(present) if value not in present[:i]]
    return unique[0] if len(unique) == 1 else unique or None


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _description(posting: JobPosting) -> str:
    """The posting's own sentences as HTML; no heading is added, for it would be in our words."""
    lists = (
        posting.responsibilities,
        posting.required_qualifications,
        posting.preferred_qualifications,
        posting.benefits,
    )
    paragraph = f"<p>{escape(posting.summary, quote=False)}</p>" if posting.summary else ""
    return paragraph + "".join(_html_list(items) for items in lists if items)


def _html_list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item, quote=False)}</li>" for item in items) + "</ul>"


def _organization(company: Company | None) -> Node | None:
    if company is None or not company.name:
        return None
    staff = _node("QuantitativeValue", minValue=company.employees_min, maxValue=company.employees_max)
    return _node(
        "Organization",
        name=company.name,
        sameAs=company.website,
        description=company.description,
        foundingDate=str(company.founded_year) if company.founded_year else None,
        address=_address(company.headquarters) if company.headquarters else None,
        numberOfEmployees=staff if len(staff) > 1 else None,
    )


def _place(place: Place) -> Node | None:
    address = _address(place)
    return _node("Place", address=address) if address else None


def _address(place: Place) -> Node | str | None:
    """The parts where they are known, else the place as written (schema.org allows either)."""
    parts = _node(
        "PostalAddress",
        addressLocality=place.city,
        addressRegion=place.region,
        addressCountry=place.country,
    )
    return parts if len(parts) > 1 else place.text


def _is_fully_remote(posting: JobPosting) -> bool:
    return set(posting.work_arrangements) == {"remote"} and not posting.office_days_per_week


def _pay_properties(compensation: list[Pay]) -> Node:
    salaries = [pay for pay in compensation if pay.kind in ("base", None) and pay.period != "once"]
    incentives = [pay.text for pay in compensation if pay.kind in ("bonus", "commission", "equity", "total")]
    return {
        "baseSalary": _one_or_many(_salary(pay) for pay in salaries if not _is_estimate(pay)),
        "estimatedSalary": _one_or_many(_salary(pay) for pay in salaries if _is_estimate(pay)),
        "incentiveCompensation": _one_or_many(incentives),
    }


def _is_estimate(pay: Pay) -> bool:
    return bool(pay.text and ESTIMATE.search(pay.text))


def _salary(pay: Pay) -> Node | None:
    """A MonetaryAmount; None without a currency or an amount, which Google refuses."""
    amounts = pay.model_dump(mode="json", include={"min", "max"})
    if not pay.currency or amounts == {"min": None, "max": None}:
        return None
    is_single = amounts["min"] == amounts["max"]
    value = _node(
        "QuantitativeValue",
        value=amounts["min"] if is_single else None,
        minValue=None if is_single else amounts["min"],
        maxValue=None if is_single else amounts["max"],
        unitText=pay.period.upper() if pay.period else None,
    )
    return _node("MonetaryAmount", currency=pay.currency, value=value)


def _education(education: Education | None) -> Any:
    return _one_or_many(
        _node("EducationalOccupationalCredential", credentialCategory=CREDENTIALS[level])
        for level in (education.levels if education else [])
    )


def _experience(experience: Experience | None) -> Node | str | None:
    if experience is None or experience.min_years is None:
        return experience.text if experience else None
    if experience.min_years == 0:
        return "no requirements"  # Google's own words for it
    return _node(
        "OccupationalExperienceRequirements",
        monthsOfExperience=round(experience.min_years * 12),
        description=experience.text,
    )


def _schedule_properties(posting: JobPosting) -> Node:
    if posting.schedule is None:
        return {}
    hours = posting.schedule.model_dump(mode="json")["hours_per_week"]
    return {
        "workHours": f"{hours} hours per week" if hours else None,
        "jobStartDate": _one_or_many(_iso(term.start) for term in posting.schedule.terms),
    }


def _application_properties(application: Application | None) -> Node:
    """`directApply` says that `url` is where one applies; a posting without such an address is silent."""
    if application is None:
        return {}
    contact = _node("ContactPoint", email=application.email)
    return {
        "url": application.url,
        "directApply": True if application.url else None,
        "applicationContact": contact if application.email else None,
    }
