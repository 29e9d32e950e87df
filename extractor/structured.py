"""The page's own structured data (JSON-LD, schema.org JobPosting), as a prior that the text is asked about.

What it names and the text holds is taken before what the model quotes. Of what the text does not
state, dates, pay, employment types and remote work are taken from it, with the words of the data as
their evidence. Where the two state different things the text's words stand, and a warning names both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from extractor.claims import Claim
from extractor.fields.wording import fold
from extractor.outline import Outline
from extractor.records import Span
from extractor.schema import Pay, Warning

Quotes = dict[str, list[Span]]

_TYPES = {
    "FULL_TIME": "full_time",
    "PART_TIME": "part_time",
    "CONTRACTOR": "contract",
    "TEMPORARY": "temporary",
    "INTERN": "internship",
    "VOLUNTEER": "volunteer",
    "PER_DIEM": "per_diem",
}
_PERIODS = {"HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}
HIGHEST_PAY = 10**12  # a year in the smallest of currencies; more is a slip or an attack
_LONGEST_VALUE = 2_000  # characters of a property's value that are looked through for its end


def structured_posting(outline: Outline) -> Mapping[str, Any] | None:
    """The one JobPosting that the page's data describe; where they describe several, the one whose title
    the text holds first."""
    postings = outline.document.jsonld
    if len(postings) <= 1:
        return postings[0] if postings else None
    placed = [
        (span.start, at)
        for at, posting in enumerate(postings)
        if (span := _find(outline, posting.get("title")))
    ]
    return postings[min(placed)[1]] if placed else None


def prefer_structured(outline: Outline, quotes: Mapping[str, Sequence[Span]]) -> tuple[Quotes, list[Warning]]:
    """The quotes with what the structured data name in place of the model's, where the text holds it."""
    kept: Quotes = {pointer: list(spans) for pointer, spans in quotes.items()}
    posting = structured_posting(outline)
    warnings: list[Warning] = []
    if posting is None:
        return kept, warnings
    for pointer, said in (
        ("/title", posting.get("title")),
        ("/company/name", _name(posting.get("hiringOrganization"))),
    ):
        span = _find(outline, said)
        if span is None:
            continue
        if kept.get(pointer) and not _is_same(outline.words(kept[pointer][0]), outline.words(span)):
            other = outline.words(kept[pointer][0])
            warnings.append(_differs(pointer, outline.words(span), other, taken=outline.words(span)))
        kept[pointer] = [span]
    places = [span for said in _localities(posting) if (span := _find(outline, said))]
    if places and not kept.get("/locations"):
        kept["/locations"] = places
    return kept, warnings


def complete_structured(outline: Outline, claims: Sequence[Claim]) -> tuple[list[Claim], list[Warning]]:
    """The claims with those that only the structured data make, and warnings where the two differ."""
    posting = structured_posting(outline)
    completed, warnings = list(claims), []
    for claim in _claims(outline, posting) if posting else ():
        stated = [other.value for other in claims if other.path == claim.path]
        if not stated:
            completed.append(claim)
        elif not any(_agrees(claim.value, value) for value in stated):
            pointer = "/" + claim.path.removesuffix("[]").replace(".", "/")
            shown = ", ".join(map(_shown, stated))
            warnings.append(_differs(pointer, _shown(claim.value), shown, taken=shown))
    return completed, warnings


def _claims(outline: Outline, posting: Mapping[str, Any]) -> Iterator[Claim]:
    for path, name in (("posted_on", "datePosted"), ("closes_on", "validThrough")):
        day, origin = _day(posting.get(name)), _origin(outline, name)
        if day and origin:
            yield Claim(path, day, (), origin=origin)
    types, origin = posting.get("employmentType"), _origin(outline, "employmentType")
    for said in types if isinstance(types, list) else [types]:
        value = _TYPES.get(str(said).upper().replace("-", "_"))
        if value and origin:
            yield Claim("employment_types[]", value, (), origin=origin)
    remote = _origin(outline, "jobLocationType")
    if str(posting.get("jobLocationType")).upper() == "TELECOMMUTE" and remote:
        yield Claim("work_arrangements[]", "remote", (), origin=remote)
    pay, origin = _pay(posting.get("baseSalary")), _origin(outline, "baseSalary")
    if pay and origin:
        yield Claim("compensation[]", pay, (), origin=origin)


def _pay(salary: Any) -> Pay | None:
    if not isinstance(salary, Mapping):
        return None
    value = salary.get("value")
    amount = value if isinstance(value, Mapping) else {"value": value}
    low = _decimal(amount.get("minValue", amount.get("value")))
    high = _decimal(amount.get("maxValue", amount.get("value")))
    period = _PERIODS.get(str(amount.get("unitText", salary.get("unitText"))).upper())
    currency = str(salary.get("currency") or amount.get("currency") or "").upper()
    is_stated = period and re.fullmatch("[A-Z]{3}", currency) and (low or high)
    if not is_stated or (low and high and low > high):
        return None
    return Pay.model_validate(
        {"min": low, "max": high, "currency": currency, "period": period, "kind": "base"}
    )


def _decimal(said: Any) -> Decimal | None:
    try:
        value = Decimal(str(said).replace(",", "")) if said not in (None, "") else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and 0 < value < HIGHEST_PAY else None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None


def _origin(outline: Outline, name: str) -> Span | None:
    """Where the source states a property: its name and value, as evidence."""
    source = outline.document.source
    start = re.search(rf'"{name}"\s*:\s*', source)
    if start is None:
        return None
    window = source[start.end() : start.end() + _LONGEST_VALUE]
    end = _end_of_value(window)
    return Span(start.start(), start.end() + end) if end else None


def _end_of_value(text: str) -> int:
    """The length of the JSON value that `text` begins with; 0 where it does not end."""
    depth, quoted, at = 0, False, 0
    while at < len(text):
        ch = text[at]
        if quoted:
            at += ch == "\\"
            quoted = ch != '"'
        elif ch == '"':
            quoted = True
        elif ch in "[{":
            depth += 1
        elif ch in "]}," and depth == 0:
            return len(text[:at].rstrip())
        elif ch in "]}":
            depth -= 1
        at += 1
        if depth == 0 and not quoted and ch in '"]}':
            return at
    return 0


def _find(outline: Outline, said: Any) -> Span | None:
    if not isinstance(said, str) or not 2 <= len(said.strip()) <= 200:
        return None
    found = outline.locate(said)
    return found[0] if found is not None and found[1] != "fuzzy" else None


def _name(organisation: Any) -> Any:
    return organisation.get("name") if isinstance(organisation, Mapping) else organisation


def _localities(posting: Mapping[str, Any]) -> Iterator[Any]:
    places = posting.get("jobLocation")
    for place in places if isinstance(places, list) else [places]:
        address = place.get("address") if isinstance(place, Mapping) else None
        if isinstance(address, Mapping):
            yield address.get("addressLocality")


def _agrees(structured: Any, stated: Any) -> bool:
    if isinstance(structured, Pay) and isinstance(stated, Pay):
        return (structured.currency, structured.period) == (stated.currency, stated.period) and (
            structured.min == stated.min or structured.max == stated.max
        )
    return bool(structured == stated)


def _is_same(one: str, other: str) -> bool:
    a, b = fold(one), fold(other)
    return a in b or b in a


def _shown(value: Any) -> str:
    if isinstance(value, Pay):
        return f"{value.min}-{value.max} {value.currency} a {value.period}"
    return str(value)


def _differs(pointer: str, structured: str, text: str, *, taken: str) -> Warning:
    message = (
        f"The page's structured data say {structured[:80]!r}, its text {text[:80]!r}; taken: {taken[:80]!r}."
    )
    return Warning(pointer=pointer, code="structured_differs", message=message)
