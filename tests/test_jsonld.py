"""The schema.org mapping: what Google for Jobs reads, and nothing that the posting does not say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from extractor.jsonld import CREDENTIALS, EMPLOYMENT_TYPES, to_jsonld
from extractor.schema import (
    Application,
    Company,
    Education,
    Experience,
    Extraction,
    Failure,
    JobPosting,
    Pay,
    Place,
    Schedule,
    Skill,
    Term,
    WorkAuthorization,
)


def salary(**parts: Any) -> Pay:
    """A yearly base pay in euros, but for what is given."""
    return Pay.model_validate(
        {"min": 50_000, "max": 60_000, "currency": "EUR", "period": "year", "kind": "base"} | parts
    )


def test_an_empty_posting_maps_to_its_type_alone() -> None:
    """A property without a value is left out, not written as null."""
    assert to_jsonld(JobPosting()) == {"@context": "https://schema.org", "@type": "JobPosting"}


def test_a_full_posting_maps_to_the_properties_of_the_contract() -> None:
    """Every property that the contract names has its place."""
    posting = JobPosting(
        title="Data Engineer",
        company=Company(name="Acme & Sons", website="https://acme.test", industry="Tools", employees_min=50),
        locations=[Place(text="Lyon, France", city="Lyon", country="FR")],
        work_arrangements=["remote"],
        applicant_countries=["FR", "BE"],
        employment_types=["full_time", "apprenticeship"],
        experience=Experience(min_years=Decimal("1.5"), text="18 months of practice"),
        education=Education(levels=["master", "phd", "bachelor"]),
        compensation=[salary(), Pay(kind="bonus", text="10 % bonus")],
        schedule=Schedule(hours_per_week=Decimal("37.5"), terms=[Term(start=date(2026, 9, 1))]),
        posted_on=date(2026, 3, 1),
        closes_on=date(2026, 4, 1),
        summary="Build pipelines.",
        responsibilities=["Design <fast> jobs", "Run them"],
        required_qualifications=["SQL"],
        preferred_qualifications=["Rust"],
        skills=[Skill(name="SQL", kind="hard")],
        benefits=["Lunch"],
        work_authorization=WorkAuthorization(text="Must be allowed to work in France"),
        category="IT",
        job_function="Engineering",
        application=Application(url="https://acme.test/apply", email="jobs@acme.test"),
    )
    assert to_jsonld(posting) == {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "Data Engineer",
        "description": "<p>Build pipelines.</p><ul><li>Design &lt;fast&gt; jobs</li><li>Run them</li></ul>"
        "<ul><li>SQL</li></ul><ul><li>Rust</li></ul><ul><li>Lunch</li></ul>",
        "datePosted": "2026-03-01",
        "validThrough": "2026-04-01",
        "employmentType": ["FULL_TIME", "OTHER"],
        "hiringOrganization": {
            "@type": "Organization",
            "name": "Acme & Sons",
            "sameAs": "https://acme.test",
            "numberOfEmployees": {"@type": "QuantitativeValue", "minValue": 50},
        },
        "industry": "Tools",
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": "Lyon", "addressCountry": "FR"},
        },
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": [
            {"@type": "Country", "name": "FR"},
            {"@type": "Country", "name": "BE"},
        ],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": 50000,
                "maxValue": 60000,
                "unitText": "YEAR",
            },
        },
        "incentiveCompensation": "10 % bonus",
        "educationRequirements": [
            {"@type": "EducationalOccupationalCredential", "credentialCategory": "postgraduate degree"},
            {"@type": "EducationalOccupationalCredential", "credentialCategory": "bachelor degree"},
        ],
        "experienceRequirements": {
            "@type": "OccupationalExperienceRequirements",
            "monthsOfExperience": 18,
            "description": "18 months of practice",
        },
        "responsibilities": ["Design <fast> jobs", "Run them"],
        "qualifications": ["SQL"],
        "skills": ["SQL"],
        "jobBenefits": ["Lunch"],
        "occupationalCategory": ["IT", "Engineering"],
        "workHours": "37.5 hours per week",
        "jobStartDate": "2026-09-01",
        "eligibilityToWorkRequirement": "Must be allowed to work in France",
        "url": "https://acme.test/apply",
        "directApply": True,
        "applicationContact": {"@type": "ContactPoint", "email": "jobs@acme.test"},
    }


@pytest.mark.parametrize(
    "arrangements", [[], ["hybrid"], ["onsite"], ["remote", "onsite"], ["remote", "hybrid"]]
)
def test_telecommute_stands_only_where_all_work_is_remote(arrangements: list[Any]) -> None:
    """A choice of remote or office is not a remote job to Google."""
    assert "jobLocationType" not in to_jsonld(JobPosting(work_arrangements=arrangements))


def test_office_days_rule_telecommute_out() -> None:
    """A remote job with a day in the office is not fully remote."""
    posting = JobPosting(work_arrangements=["remote"], office_days_per_week=Decimal(1))
    assert "jobLocationType" not in to_jsonld(posting)


@pytest.mark.parametrize(
    "text",
    [
        "Estimated: €50,000 to 60,000",
        "$50k-$60k (Glassdoor est.)",
        "geschätztes Gehalt 50.000 €",
        "salaire estimé",
    ],
)
def test_an_estimated_pay_is_never_base_salary(text: str) -> None:
    """A site's guess goes to estimatedSalary."""
    mapped = to_jsonld(JobPosting(compensation=[salary(text=text)]))
    assert "baseSalary" not in mapped
    assert mapped["estimatedSalary"]["currency"] == "EUR"


def test_real_estate_pay_is_no_estimate() -> None:
    """Words that merely begin like 'estimate' do not make a guess of a stated pay."""
    assert "baseSalary" in to_jsonld(JobPosting(compensation=[salary(text="Real estate agent: 50-60k EUR")]))


@pytest.mark.parametrize("kind", ["bonus", "commission", "equity", "total", "stipend"])
def test_only_base_pay_is_base_salary(kind: str) -> None:
    """On-target earnings, bonuses and stipends are not the salary."""
    assert "baseSalary" not in to_jsonld(JobPosting(compensation=[salary(kind=kind)]))


@pytest.mark.parametrize("parts", [{"currency": None}, {"min": None, "max": None}, {"period": "once"}])
def test_pay_that_google_would_misread_is_left_out(parts: dict[str, Any]) -> None:
    """No currency, no amount, or a one-off payment: no baseSalary."""
    assert "baseSalary" not in to_jsonld(JobPosting(compensation=[salary(**parts)]))


def test_one_figure_is_a_value_and_an_open_range_keeps_its_side() -> None:
    """Equal bounds are one value; 'up to' has no minimum."""
    mapped = to_jsonld(JobPosting(compensation=[salary(min=21.5, max=21.5, period="hour"), salary(min=None)]))
    assert [pay["value"] for pay in mapped["baseSalary"]] == [
        {"@type": "QuantitativeValue", "value": 21.5, "unitText": "HOUR"},
        {"@type": "QuantitativeValue", "maxValue": 60000, "unitText": "YEAR"},
    ]


def test_no_experience_needed_is_said_in_googles_words() -> None:
    """Zero years is a statement, not a silence."""
    mapped = to_jsonld(JobPosting(experience=Experience(min_years=Decimal(0), text="No experience needed")))
    assert mapped["experienceRequirements"] == "no requirements"


def test_a_place_without_parts_is_written_as_it_stands() -> None:
    """A place that nobody could resolve is still a place."""
    mapped = to_jsonld(JobPosting(locations=[Place(text="Building 7")]))
    assert mapped["jobLocation"] == {"@type": "Place", "address": "Building 7"}


def test_every_closed_value_has_a_mapping() -> None:
    """A value added to the schema must be mapped here."""
    assert set(EMPLOYMENT_TYPES) == set(enum_of("employment_types", JobPosting))
    assert set(CREDENTIALS) == set(enum_of("levels", Education))


def enum_of(name: str, model: Any) -> list[str]:
    """The closed set that a list field takes."""
    values: list[str] = model.model_json_schema()["properties"][name]["items"]["enum"]
    return values


def test_an_extraction_maps_as_its_posting_does() -> None:
    """Both the posting and the whole extraction are accepted."""
    posting = JobPosting(title="Cook")
    assert to_jsonld(Extraction(id="1", posting=posting)) == to_jsonld(posting)


def test_a_failed_extraction_has_no_json_ld() -> None:
    """There is nothing to map, and the error says so."""
    failure = Failure(code="not_a_posting", message="a news page", retryable=False)
    with pytest.raises(ValueError, match="no posting"):
        to_jsonld(Extraction(id="1", posting=None, error=failure))
