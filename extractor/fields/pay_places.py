"""Reads the places that one band of pay holds for ("CA, NY", "All other states") from the words beside it."""

from __future__ import annotations

import re
from typing import NamedTuple

from extractor.fields.gazetteer import cities_named, country_code, has_subdivision, is_word, region_countries

_PAY_WORDS = re.compile(
    r"\b(?:the|our|annual(?:ized)?|yearly|monthly|hourly|base|basic|starting|expected|estimated"
    r"|anticipated|target|typical|full"
    r"|salary|salaries|pay|wage|rate|comp(?:ensation)?|ranges?|bands?|is|are|for|in|of|between|from|to|up|at"
    r"|role|position|this)\b|[:*()\[\]]|\s[–—-]\s",
    re.IGNORECASE,
)
_PAY = re.compile(r"\b(?:pay|salary|wage|compensation|rate)\b", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    r"[- ](?:based|residents?|candidates?|applicants?|employees?|hires?)\b.*", re.IGNORECASE
)
_AREA_WORDS = re.compile(
    r"\b(?:greater|metro(?:politan)?|area|region|city|state|states|province|county|residents?|candidates?"
    r"|applicants?|employees?|hires?"
    r"|based|offices?|only|the|all|locations?|roles?)\b",
    re.IGNORECASE,
)
_GENERAL_AREA = re.compile(
    r"remote|nationwide|national|elsewhere|(?:all |any )?other (?:us |u\.s\. )?(?:states|locations|areas"
    r"|cities|regions|places)"
    r"|(?:the )?rest of (?:the )?[\w. ]+|remaining [\w. ]+|zone \w+|tier \w+|u\.?s\.?a?\.?|u\.?k\.?|e\.?u\.?"
    r"|emea|bay area"
    r"|tri-?state area|d\.?c\.?(?: metro)?|nyc|sf|la|outside [\w. ,]+|all (?:us )?locations",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:;|/|\||\s(?:and|or|und|oder|et|ou|y|och|eller)\s|&)\s*|\s*,\s*(?:and\s+|or\s+)?"
)
_LABEL = re.compile(r"(?:^|[.!?)]\s)([^:.!?]{2,90}?)\s*(?::|\s[–-])\s*(?:USD|CAD|US)?\s*$")
_IN_BRACKETS = re.compile(r"\(([^()]{2,70})\)$")
_NAME = r"[A-Z][\w.'’-]*(?:[ /,&]+(?:and )?[A-Z][\w.'’-]*)*(?:\s+(?:metropolitan |metro )?area)?"
_NAME_ONLY = re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2}")
_AFTER = re.compile(rf"\s*\((?:in |for )?([^()\d]{{2,70}})\)|\s*(?:in|for|within)\s+(?:the\s+)?({_NAME})")
_IN_PROSE = re.compile(
    rf"(?:^|\b)(?:[Ii]n|[Ff]or|[Ww]ithin|[Aa]cross|and|[Bb]ased in)\s+(?:the\s+)?({_NAME})"
)


class BandPlaces(NamedTuple):
    """Names as written; `is_certain` is False for a bare line above, which may be the job's place."""

    names: list[str]
    is_certain: bool


def find_places(clause: str, label: str, after: str) -> BandPlaces:
    """Places beside an amount; "Remote" and "All other states" count, since they name a band.

    `clause` is what stands before the amount, `label` the line above where the amount starts its own,
    `after` what follows.
    """
    in_label = _LABEL.search(clause)
    in_brackets = _IN_BRACKETS.search(in_label.group(1)) if in_label else None
    behind = _AFTER.match(after)
    candidates = (
        in_brackets and in_brackets.group(1),
        in_label and in_label.group(1),
        behind and (behind.group(1) or behind.group(2)),
    )
    for candidate in candidates:
        if candidate and (names := _names(_PAY_WORDS.sub(" ", candidate))):
            return BandPlaces(names, True)
    if names := _names(_PAY_WORDS.sub(" ", label)):
        return BandPlaces(names, bool(_PAY.search(label)))
    return BandPlaces([name for match in _IN_PROSE.finditer(clause) for name in _names(match.group(1))], True)


def is_place_label(clause: str) -> bool:
    """True where an amount follows the name of a place and a colon ("NYC: $…")."""
    match = _LABEL.search(clause)
    return bool(match and _names(_PAY_WORDS.sub(" ", match.group(1))))


def _names(written: str) -> list[str]:
    """The list of places that `written` is made of; empty if any part of it is none.

    Beside a known place a name that the gazetteer lacks is taken for a village.
    """
    whole = " ".join(written.split()).strip(" ,;")
    if whole.count(".") == 1:  # the end of a sentence, not of "U.S."
        whole = whole.rstrip(".")
    if not whole or len(whole) > 90:
        return []
    parts: list[str] = []
    for part in _SEPARATOR.split(whole):
        if parts and _is_region_code(part) and _is_town(parts[-1]) and f"{parts[-1]}, {part}" in whole:
            parts[-1] = f"{parts[-1]}, {part}"  # "Austin, TX"
        elif part:
            parts.append(_OF_PEOPLE.sub("", part))
    known = [_is_place(part) for part in parts]
    names_only = len(parts) > 1 and all(_NAME_ONLY.fullmatch(part) for part in parts)
    return parts if parts and (all(known) or (any(known) and names_only)) else []


def _is_place(part: str) -> bool:
    if _GENERAL_AREA.fullmatch(part) or _is_region_code(part):
        return True
    town = part.rsplit(",", 1)[0]
    plain = " ".join(_AREA_WORDS.sub(" ", town).split())
    known = _is_known(town) or _is_known(plain) or _GENERAL_AREA.fullmatch(plain)
    return part[0].isupper() and bool(known)


def _is_known(name: str) -> bool:
    if not name or is_word(name):
        return False
    return bool(country_code(name) or region_countries(name) or cities_named(name))


def _is_town(part: str) -> bool:
    return not _is_region_code(part) and "," not in part


def _is_region_code(code: str) -> bool:
    """Postal codes of American states and Canadian provinces."""
    return len(code) == 2 and code.isupper() and (has_subdivision("US", code) or has_subdivision("CA", code))
