"""JobPosting and its parts: the one definition that prompts, doors and the eval share.

Names and enums are the contract's and do not change. Every field is always present; absent is
`None` or `[]`. Descriptions are written for people and models alike.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PrivateAttr
from typing_extensions import TypeVar

from extractor.errors import ExtractorError

SCHEMA_VERSION = "1"

WorkArrangement = Literal["onsite", "hybrid", "remote"]
EmploymentType = Literal[
    "full_time",
    "part_time",
    "contract",
    "temporary",
    "internship",
    "apprenticeship",
    "volunteer",
    "per_diem",
]
Seniority = Literal[
    "intern", "entry", "associate", "mid", "senior", "lead", "manager", "director", "executive"
]
EducationLevel = Literal["secondary", "vocational", "associate", "bachelor", "master", "professional", "phd"]
PayPeriod = Literal["hour", "day", "week", "month", "year", "once"]
PayKind = Literal["base", "bonus", "commission", "equity", "stipend", "total"]
SkillKind = Literal["hard", "soft"]
Requirement = Literal["required", "preferred", "mentioned"]
Sponsorship = Literal["offered", "not_offered", "not_guaranteed"]


def _to_number(value: Decimal) -> int | float:
    """JSON has one number type: whole amounts as integers, the rest as short decimals."""
    return int(value) if value == value.to_integral_value() else float(value)


Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False), PlainSerializer(_to_number, when_used="json")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class Part(BaseModel):
    """Base of every part: strict about keys, so that a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class Place(Part):
    """A place; parts only where stated or unambiguous."""

    text: str | None = Field(None, description="the place as written")
    city: str | None = Field(None, description="city or town")
    region: str | None = Field(None, description="state, province, county or region, as written")
    country: Country | None = Field(None, description="country, ISO 3166-1 alpha-2")


class Company(Part):
    """The employer; the agency only where no employer is named."""

    name: str | None = Field(None, description="the employer's name")
    website: str | None = Field(None, description="the employer's web address")
    industry: str | None = Field(None, description="industry, as the page states it")
    description: str | None = Field(None, description="what the page says the employer is or does")
    founded_year: int | None = Field(None, description="year of foundation")
    headquarters: Place | None = Field(None, description="where the employer is based")
    employees_min: int | None = Field(None, description="number of employees, lower bound")
    employees_max: int | None = Field(None, description="number of employees, upper bound")


class Experience(Part):
    """Years of experience of the headline requirement."""

    min_years: Amount | None = Field(None, description="fewest years asked for; 0 for none needed")
    max_years: Amount | None = Field(None, description="most years asked for")
    text: str | None = Field(None, description="the requirement as written")


class Graduation(Part):
    """When the applicant is expected to graduate."""

    text: str | None = Field(None, description="as written")
    earliest: date | None = Field(None, description="earliest graduation date, ISO")
    latest: date | None = Field(None, description="latest graduation date, ISO")


class Education(Part):
    """What schooling is asked for."""

    levels: list[EducationLevel] = Field(
        default_factory=list, description="every accepted level that is named"
    )
    fields: list[str] = Field(default_factory=list, description="fields of study, as written")
    enrolled: bool | None = Field(None, description="true where applicants must be studying now")
    graduation: Graduation | None = Field(None, description="expected graduation")


class Pay(Part):
    """One stated pay of this job."""

    min: Amount | None = Field(None, description="lower amount; null for 'up to'")
    max: Amount | None = Field(
        None, description="upper amount; null for 'from'; equal to min where one figure is given"
    )
    currency: Currency | None = Field(None, description="currency, ISO 4217")
    period: PayPeriod | None = Field(None, description="what one payment covers")
    kind: PayKind | None = Field(None, description="what the pay is")
    text: str | None = Field(None, description="the pay as written")
    locations: list[str] = Field(
        default_factory=list, description="places that this pay holds for, as written"
    )


class Term(Part):
    """One start and end, for example a cohort of an internship."""

    start: date | None = Field(None, description="first day, ISO")
    end: date | None = Field(None, description="last day, ISO")
    text: str | None = Field(None, description="as written")


class Schedule(Part):
    """When the work is done."""

    terms: list[Term] = Field(default_factory=list, description="start and end dates, one a cohort")
    duration_weeks: Amount | None = Field(None, description="how long the job lasts, weeks")
    hours_per_week: Amount | None = Field(None, description="working hours a week")


class Skill(Part):
    """A nameable skill, tool, method, licence or language."""

    name: str = Field(description="the skill as the field writes it")
    kind: SkillKind | None = Field(None, description="hard or soft")
    requirement: Requirement | None = Field(None, description="how strongly it is asked for")


class Sponsored(Part):
    """Visas that the employer sponsored in one year."""

    year: int = Field(description="calendar year")
    count: int | None = Field(None, description="number of visas")


class WorkAuthorization(Part):
    """Visa sponsorship."""

    sponsorship: Sponsorship | None = Field(None, description="what is said of visa sponsorship")
    history: list[Sponsored] = Field(default_factory=list, description="sponsorships a year")
    text: str | None = Field(None, description="as written")


class Application(Part):
    """How to apply."""

    url: str | None = Field(None, description="where to apply")
    email: str | None = Field(None, description="address to apply to")
    instructions: str | None = Field(None, description="how to apply, as written")


class Listing(Part):
    """What the site that shows the posting adds of its own."""

    site: str | None = Field(None, description="the site's name")
    confidence: float | None = Field(None, ge=0, le=1, description="the site's own confidence, 0 to 1")
    checked_on: date | None = Field(None, description="when the site checked the posting, ISO")
    pros: list[str] = Field(default_factory=list, description="advantages that the site names")
    cons: list[str] = Field(default_factory=list, description="drawbacks that the site names")
    good_fit: list[str] = Field(default_factory=list, description="whom the site recommends it to")


def _unique(description: str) -> Any:
    return Field(default_factory=list, description=description)


class JobPosting(Part):
    """A job posting as one typed record."""

    title: str | None = Field(None, description="job title, without place, arrangement or gender marks")
    company: Company | None = Field(None, description="the employer")
    locations: list[Place] = _unique("where the work is done")
    work_arrangements: list[WorkArrangement] = _unique("every arrangement that is offered")
    office_days_per_week: Amount | None = Field(None, description="days a week in the office")
    applicant_countries: list[Country] = _unique("who may apply, where restricted")
    employment_types: list[EmploymentType] = _unique("every employment type that is stated")
    seniority: Seniority | None = Field(None, description="level, only from words that state it")
    experience: Experience | None = Field(None, description="years of experience")
    education: Education | None = Field(None, description="schooling asked for")
    compensation: list[Pay] = _unique("one entry a stated pay of this job")
    schedule: Schedule | None = Field(None, description="when the work is done")
    posted_on: date | None = Field(None, description="when the posting was published, ISO")
    closes_on: date | None = Field(None, description="last day to apply, ISO")
    summary: str | None = Field(None, description="the posting's own summary of the job")
    responsibilities: list[str] = _unique("duties, verbatim, in order")
    required_qualifications: list[str] = _unique("what applicants must have, verbatim, in order")
    preferred_qualifications: list[str] = _unique("what is a plus, verbatim, in order")
    disqualifiers: list[str] = _unique("what rules an applicant out, verbatim")
    skills: list[Skill] = _unique("nameable skills, each once")
    benefits: list[str] = _unique("perks, insurance, leave, bonus schemes, verbatim")
    work_authorization: WorkAuthorization | None = Field(None, description="visa sponsorship")
    category: str | None = Field(None, description="the site's or the employer's category")
    job_function: str | None = Field(None, description="the site's or the employer's job function")
    keywords: list[str] = _unique("keywords that the page lists as such")
    application: Application | None = Field(None, description="how to apply")
    listing: Listing | None = Field(None, description="what the listing site adds")
    language: str | None = Field(None, description="language of the posting, BCP 47")


class Evidence(Part):
    """Where a value stands: `text[start:end] == quote`, in Unicode code points of the given text."""

    start: int = Field(ge=0, description="first code point of the words")
    end: int = Field(ge=0, description="the one after the last")
    quote: str = Field(description="the words, as the text has them")
    match: Literal["exact", "normalised", "fuzzy"] = Field(description="how the value's words were found")


class Warning(Part):
    """What the caller should know, for example a value dropped for want of support."""

    pointer: str = Field(description="JSON pointer into `posting`, or '' for the whole")
    code: str = Field(description="what kind, for programs")
    message: str = Field(description="what happened, for people")


class Failure(Part):
    """Why there is no posting; `code` is one of `extractor.errors.TABLE`."""

    code: str = Field(description="what kind, for programs")
    message: str = Field(description="what was wrong and what to do, for people")
    retryable: bool = Field(description="whether the same request may succeed later")
    _retry_after_s: float | None = PrivateAttr(None)

    @classmethod
    def of(cls, error: ExtractorError) -> Failure:
        """What an error is in an Extraction."""
        failure = cls(code=error.code, message=error.message, retryable=error.retryable)
        failure._retry_after_s = error.retry_after_s
        return failure

    @property
    def retry_after_s(self) -> float | None:
        """The provider's own word on when to try again; counts from now, so no record keeps it."""
        return self._retry_after_s


class Meta(Part):
    """What the extraction took; tokens are of every call made, failed and re-asked ones too."""

    model: str | None = Field(None, description="who answered")
    base_url: str | None = Field(None, description="where")
    strategy: str | None = Field(None, description="how the posting was read")
    prompt: str | None = Field(None, description="name of the prompt")
    prompt_version: str | None = Field(None, description="its version")
    schema_version: str = Field(SCHEMA_VERSION, description="version of this contract")
    request_digests: list[str] = Field(
        default_factory=list, description="SHA-256 of each request; the cache's keys"
    )
    calls: int = Field(0, description="calls to the model, failed ones too")
    reasks: int = Field(0, description="calls that sent an invalid reply back")
    input_tokens: int = Field(0, description="tokens read")
    cached_input_tokens: int = Field(0, description="of them, from the provider's prompt cache")
    output_tokens: int = Field(0, description="tokens written")
    cost_usd: float | None = Field(None, description="0 for a cache hit or a local model; null where unknown")
    seconds: float = Field(0.0, description="from posting to answer, on the clock")
    cached: bool = Field(False, description="whether nothing was asked anew")

    def free(self) -> Meta:
        """The same for an answer that is given again: nothing was asked or paid for it."""
        counts = ("calls", "reasks", "input_tokens", "cached_input_tokens", "output_tokens")
        return self.model_copy(
            update={**dict.fromkeys(counts, 0), "cost_usd": 0.0, "seconds": 0.0, "cached": True}
        )


Posting = TypeVar("Posting", bound=BaseModel, default=JobPosting)


class Extraction(Part, Generic[Posting]):
    """What one extraction returns, for every door.

    `posting` is a JobPosting unless the caller brought a schema of its own.
    """

    id: str = Field(description="the caller's own id, else a digest of the text")
    posting: Posting | None = Field(
        description="null where the text is no job posting, or the reading failed"
    )
    evidence: dict[str, list[Evidence]] = Field(
        default_factory=dict, description="where each value stands, by JSON pointer into `posting`"
    )
    confidence: dict[str, float] = Field(
        default_factory=dict,
        description="probability, 0 to 1, that a value is right, by its pointer as in `evidence`; "
        "empty where it was not measured",
    )
    warnings: list[Warning] = Field(
        default_factory=list, description="what the caller should know, dropped values above all"
    )
    error: Failure | None = Field(None, description="why there is no posting")
    meta: Meta = Field(default_factory=Meta, description="what it took")
