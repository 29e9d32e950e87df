"""Which fields are scored, and how: one table, in the contract's order.

`pooled` fields make up the headline; the others are told beside it: free text, whose bounds are a
matter of taste (`summary`, the "as written" twins), wholes whose parts are pooled already, and
figures over a part of the values (a skill's requirement, over the skills found).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eval import comparators as c
from eval.comparators import Comparator
from eval.numbers import read_number
from eval.outcomes import is_absent

Path = tuple[str, ...]


@dataclass(frozen=True)
class Scalar:
    """One value."""

    path: Path
    comparator: Comparator
    pooled: bool = True

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def outputs(self) -> dict[str, bool]:
        """Names of the fields it yields, and whether each is pooled."""
        return {self.name: self.pooled}


@dataclass(frozen=True)
class Items(Scalar):
    """A list of values, item by item. `closed`: a set of closed values, whose wrong items are INC."""

    threshold: float = 1.0
    closed: bool = False


@dataclass(frozen=True)
class Objects:
    """A list of objects: paired by `nearness`, then compared leaf by leaf.

    `leaves` are pooled. `whole` adds a field that is right where all leaves are. `fallback` is a leaf
    that counts only for objects that have none of the others. `complete` fills an object before it is
    compared.
    """

    path: Path
    leaves: Mapping[str, Comparator]
    nearness: Callable[[Mapping[str, Any], Mapping[str, Any]], float]  # 0 forbids the pair
    whole: bool = True
    fallback: str | None = None
    annualised: bool = False
    complete: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def outputs(self) -> dict[str, bool]:
        whole = {self.name: False} if self.whole else {}
        leaves = {f"{self.name}.{leaf}": True for leaf in self.leaves}
        return whole | leaves | ({f"{self.name}.annualised": False} if self.annualised else {})


@dataclass(frozen=True)
class Skills:
    """Skills by name; hard and soft are two fields, the requirement a third over the skills found."""

    path: Path = ("skills",)

    @property
    def name(self) -> str:
        return "skills"

    @property
    def outputs(self) -> dict[str, bool]:
        return {"skills.hard": True, "skills.soft": True, "skills.requirement": False}


Field = Scalar | Items | Objects | Skills


def _share(leaves: Mapping[str, Comparator], gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    """Share of the leaves present in either that are equal in both."""
    present = [leaf for leaf in leaves if not (is_absent(gold.get(leaf)) and is_absent(predicted.get(leaf)))]
    equal = sum(leaves[leaf].is_same(gold.get(leaf), predicted.get(leaf)) for leaf in present)
    return equal / len(present) if present else 0.0


_PLACE = {"city": c.CITY, "region": c.REGION, "country": c.COUNTRY, "text": c.PLACE_TEXT}


def with_place_text(place: Mapping[str, Any]) -> Mapping[str, Any]:
    """A place without `text` is written as its parts."""
    if not is_absent(place.get("text")):
        return place
    return {**place, "text": ", ".join(str(place[p]) for p in _PLACE if not is_absent(place.get(p)))}


def place_nearness(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    """0 unless the finest part that both state agrees, or the places are written alike."""
    alike = c.PLACE_TEXT.is_same(gold.get("text"), predicted.get("text"))
    finest = next((p for p in _PLACE if not is_absent(gold.get(p)) and not is_absent(predicted.get(p))), None)
    if finest is None or not (alike or _PLACE[finest].is_same(gold[finest], predicted[finest])):
        return 0.0
    return (
        0.5 * (1 + _share(_PLACE, gold, predicted)) if alike else max(_share(_PLACE, gold, predicted), 0.01)
    )


PERIODS_A_YEAR = {"hour": 2080, "day": 260, "week": 52, "month": 12, "year": 1}


def annual_amounts(pay: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """`min` and `max` a year, at 40 hours and 5 days a week; unconverted where the period is not known."""
    factor = PERIODS_A_YEAR.get(str(pay.get("period")), 1)
    low, high = (read_number(pay.get(end)) for end in ("min", "max"))
    return (None if low is None else low * factor, None if high is None else high * factor)


_PAY = {"min": c.NUMBER, "max": c.NUMBER, "currency": c.CURRENCY, "period": c.CLOSED, "kind": c.CLOSED}


def pay_nearness(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    """0 unless one amount agrees, as given or a year; where neither states any, unless the kinds agree."""
    golds, predicteds = annual_amounts(gold), annual_amounts(predicted)
    if golds == predicteds == (None, None):
        return (
            _share(_PAY, gold, predicted)
            if _PAY["kind"].is_same(gold.get("kind"), predicted.get("kind"))
            else 0.0
        )
    given = any(_PAY[end].is_same(gold.get(end), predicted.get(end)) for end in ("min", "max"))
    annual = any(a is not None and a == b for a, b in zip(golds, predicteds, strict=True))
    return max(_share(_PAY, gold, predicted), 0.01) if given or annual else 0.0


_TERM = {"start": c.DATE, "end": c.DATE}
_SPONSORED = {"year": c.NUMBER, "count": c.NUMBER}


def term_nearness(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    """0 unless start or end agrees."""
    return _share(_TERM, gold, predicted)


def sponsored_nearness(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    """0 unless the year agrees."""
    same_year = c.NUMBER.is_same(gold.get("year"), predicted.get("year"))
    return _share(_SPONSORED, gold, predicted) if same_year else 0.0


def _scalar(path: str, comparator: Comparator, pooled: bool = True) -> Scalar:
    return Scalar(tuple(path.split(".")), comparator, pooled)


def _closed_set(path: str, comparator: Comparator = c.CLOSED) -> Items:
    return Items(tuple(path.split(".")), comparator, closed=True)


def _sentences(path: str) -> Items:
    return Items(tuple(path.split(".")), c.ITEM, threshold=c.ITEM_THRESHOLD)


def _names(path: str) -> Items:
    return Items(tuple(path.split(".")), c.NAME, threshold=c.NAME_THRESHOLD)


FIELDS: tuple[Field, ...] = (
    _scalar("title", c.TEXT),
    _scalar("company.name", c.COMPANY),
    _scalar("company.website", c.URL),
    _scalar("company.industry", c.TEXT),
    _scalar("company.description", c.ITEM, pooled=False),
    _scalar("company.founded_year", c.NUMBER),
    _scalar("company.headquarters.city", c.CITY),
    _scalar("company.headquarters.region", c.REGION),
    _scalar("company.headquarters.country", c.COUNTRY),
    _scalar("company.employees_min", c.NUMBER),
    _scalar("company.employees_max", c.NUMBER),
    Objects(("locations",), _PLACE, place_nearness, fallback="text", complete=with_place_text),
    _closed_set("work_arrangements"),
    _scalar("office_days_per_week", c.NUMBER),
    _closed_set("applicant_countries", c.COUNTRY),
    _closed_set("employment_types"),
    _scalar("seniority", c.CLOSED),
    _scalar("experience.min_years", c.NUMBER),
    _scalar("experience.max_years", c.NUMBER),
    _scalar("experience.text", c.ITEM, pooled=False),
    _closed_set("education.levels"),
    _names("education.fields"),
    _scalar("education.enrolled", c.FLAG),
    _scalar("education.graduation.earliest", c.DATE),
    _scalar("education.graduation.latest", c.DATE),
    _scalar("education.graduation.text", c.ITEM, pooled=False),
    Objects(("compensation",), _PAY, pay_nearness, annualised=True),
    Objects(("schedule", "terms"), _TERM, term_nearness),
    _scalar("schedule.duration_weeks", c.NUMBER),
    _scalar("schedule.hours_per_week", c.NUMBER),
    _scalar("posted_on", c.DATE),
    _scalar("closes_on", c.DATE),
    _scalar("summary", c.ITEM, pooled=False),
    _sentences("responsibilities"),
    _sentences("required_qualifications"),
    _sentences("preferred_qualifications"),
    _sentences("disqualifiers"),
    Skills(),
    _sentences("benefits"),
    _scalar("work_authorization.sponsorship", c.CLOSED),
    Objects(("work_authorization", "history"), _SPONSORED, sponsored_nearness, whole=False),
    _scalar("work_authorization.text", c.ITEM, pooled=False),
    _scalar("category", c.TEXT),
    _scalar("job_function", c.TEXT),
    _names("keywords"),
    _scalar("application.url", c.URL),
    _scalar("application.email", c.TEXT),
    _scalar("application.instructions", c.ITEM, pooled=False),
    _scalar("listing.site", c.TEXT),
    _scalar("listing.confidence", c.NUMBER),
    _scalar("listing.checked_on", c.DATE),
    _sentences("listing.pros"),
    _sentences("listing.cons"),
    _sentences("listing.good_fit"),
    _scalar("language", c.LANGUAGE),
)

IS_POSTING = "is_posting"  # a field of the harness: whether the text is a job posting at all

# Every field that a score can name, in the table's order, and whether it is pooled.
OUTPUTS: dict[str, bool] = {IS_POSTING: False}
for _field in FIELDS:
    OUTPUTS |= _field.outputs
FIELD_NAMES: tuple[str, ...] = tuple(OUTPUTS)

CLOSED_SETS: tuple[str, ...] = (
    IS_POSTING, "work_arrangements", "employment_types", "seniority", "education.levels",
    "compensation.currency", "compensation.period", "compensation.kind", "skills.requirement",
    "work_authorization.sponsorship", "language",
)  # fmt: skip
