"""Finds what a posting says of visa sponsorship, and how many visas the employer sponsored in past years."""

from __future__ import annotations

import re

from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import Sponsored, Sponsorship

# -- history ----------------------------------------------------------------------------------------------

_COUNT_IN_YEAR = Pattern(
    r"(?<![\d,.])(?P<count>\d{1,3}(?:,\d{3})+|\d{1,6})\s+(?:\w+\s+){0,2}?in\s+(?P<year>20[0-4]\d"
    r"|19[89]\d)(?!\d)",
    re.IGNORECASE,
)
_YEAR_AND_COUNT = Pattern(
    r"(?<!\d)(?P<year>20[0-4]\d|19[89]\d)\s*(?::|\(|[-–—]|=)\s*(?P<count>\d{1,3}(?:,\d{3})+"
    r"|\d{1,6})(?![\d-])\)?"
)
_ABOUT_VISAS = re.compile(r"\bH-?1-?Bs?\b|\bLCAs?\b|visas?\b|sponsor|\bPERM\b|green card", re.IGNORECASE)
_STEMS = ("visa", "sponsor", "h1b", "h-1b", "h1-b", "lca", "perm", "green card")  # a cheap first look
_VISA_REACH = 160
_NEXT_REACH = 40


def find_visa_history(text: str) -> list[Found[Sponsored]]:
    """Visas sponsored a year ("377 in 2025, 311 in 2024"), in reading order, where visas are spoken of."""
    found: list[Found[Sponsored]] = []
    lowered = text.lower()
    if not any(stem in lowered for stem in _STEMS):
        return found
    matches = sorted(
        (m for pattern in (_COUNT_IN_YEAR, _YEAR_AND_COUNT) for m in pattern.finditer(text)),
        key=lambda m: m.start(),
    )
    for match in matches:
        follows = bool(found) and match.start() - found[-1].span.end <= _NEXT_REACH
        near = follows or _ABOUT_VISAS.search(text, max(0, match.start() - _VISA_REACH), match.start())
        year = int(match["year"])
        if near and all(year != other.value.year for other in found):
            count = int(match["count"].replace(",", ""))
            found.append(Found(Sponsored(year=year, count=count), Span(match.start(), match.end())))
    return found


# -- sponsorship ------------------------------------------------------------------------------------------

_ANY = r"(?:[^.!?;\n]|\.(?=\S)){0,90}?"  # further on in the sentence
_SOME = r"(?:[^.!?;\n]|\.(?=\S)){0,45}?"
_SPONSOR = r"(?>(?<!\w)\w*?sponsor\w*)"  # one way to read a word, however often it says so
_NOT_GUARANTEED = (
    rf"(?:not|n['’]t|no|cannot|never)\s+(?:\w+\s+){{0,2}}?guarantee\w*{_SOME}(?:{_SPONSOR}|visa)"
    rf"|{_SPONSOR}{_SOME}(?:not|n['’]t|cannot)\s+(?:be\s+)?guarantee\w*"
    rf"|(?:not|n['’]t)\s+(?:able to\s+)?(?:successfully\s+)?sponsor\s+(?:visas? )?(?:for )?every"
    rf"|{_SPONSOR}{_SOME}(?:may|might|can|will)\s+(?:be\s+)?(?:considered|possible|available)\b"
    rf"|may\s+(?:be able to\s+|consider\s+|offer\s+|provide\s+)?(?:visa\s+)?{_SPONSOR}"
    rf"|{_SPONSOR}{_SOME}(?:case[- ]by[- ]case|depends|discretion|not always)"
    r"|may not attract enough points|keine garantie[^.\n]{0,30}visum"
)
_NOT_OFFERED = (
    rf"(?:not|n['’]t|no|cannot|unable to|never|without|nor|neither)\s+(?:\w+,?\s+){{0,7}}?{_SPONSOR}"
    rf"|{_SPONSOR}{_SOME}(?:not|n['’]t|unavailable|ineligible|cannot)\b(?!{_SOME}guarantee)"
    rf"|{_SPONSOR}\s*(?:available\s*)?(?:[:=|?–-]|\()\s*(?:no\b|none|not\b|unavailable|✗|❌)"
    rf"|{_SPONSOR}[ \t]+(?-i:No)\s*(?=$|[\n,;|•])"
    rf"|not\s+eligible\s+for\s+{_ANY}{_SPONSOR}"
    r"|no (?:visa|h-?1b|work permit)s?\b(?!\s+(?:required|needed|necessary|problem))|(?:no"
    r"|not)\s+(?:\w+\s+){0,3}?(?:C2C|corp[- ]to[- ]corp)[^.\n]{0,30}sponsor"
    r"|kein(?:e|en)?\s+(?:\w+\s+){0,2}?(?:visa?-?sponsoring|visumsponsoring|visasponsoring|visum)|(?:pas"
    r"|aucun\w*)\s+(?:\w+\s+){0,4}?(?:parrainage|sponsoring|sponsoriser)"
    r"|no\s+(?:\w+\s+){0,3}?(?:patrocin\w+)|(?:não)\s+(?:\w+\s+){0,3}?(?:patrocin\w+)"
    r"|(?:geen)\s+(?:\w+\s+){0,2}?(?:visumsponsor\w*|sponsor\w*)"
    r"|(?:ingen|inte|ikke)\s+(?:\w+\s+){0,3}?(?:visum\w*sponsr\w*|visasponsr\w*|sponsra\w*|sponse)"
    r"|(?:non)\s+(?:\w+\s+){0,3}?(?:sponsorizz\w+)"
)
_REQUIRED_RIGHT = (
    rf"(?:authori[sz]\w+|right|eligib\w+|permit\w*|able|entitled)\s+to\s+(?:legally\s+"
    rf"|lawfully\s+)?work{_ANY}(?:without|not\s+(?:now\s+)?(?:require|need)){_SOME}{_SPONSOR}"
    rf"|(?:not|n['’]t)\s+(?:now\s+|currently\s+)?(?:or in the future\s+)?(?:require"
    rf"|need)\w*\s+{_SOME}{_SPONSOR}"
)
_OFFERED = (
    rf"(?:we|will|can|do|does|happy to|able to|willing to|also|offer\w*|provid\w*|includ\w*"
    rf"|with)\s+(?:\w+\s+){{0,4}}?(?:visas?\s+|h-?1b\s+|immigration\s+)?{_SPONSOR}"
    rf"|{_SPONSOR}\s+(?:is\s+|are\s+)?(?:available|offered|provided|possible|supported|included)"
    rf"|(?:visas?|h-?1b|immigration|work permit|tier 2|skilled worker)\s+{_SPONSOR}(?=\s*(?:$|[\n.,;)•·|&+]"
    rf"|and\b|available|offered|provided|package|support|assistance))"
    rf"|{_SPONSOR}\s*(?:available\s*)?(?:[:=|?–-]|\()\s*(?:yes\b|available|✓|✅|offered)|will sponsor"
    rf"|sponsors (?:visas?|h-?1b)"
    r"|visa (?:support|assistance|help)|(?:help|assist|support)\w*\s+(?:you\s+)?(?:with\s+)?(?:your\s+|the\s+"
    r"|a\s+|work\s+)*visa"
    r"|visums?-?sponsoring|unterstütz\w+[^.\n]{0,40}visum|parrainage de visa|aide[^.\n]{0,30}visa"
    r"|patrocinio de visa|patrocinamos|hjälper[^.\n]{0,30}visum"
)
_VERDICTS: tuple[tuple[Sponsorship, re.Pattern[str]], ...] = (
    ("not_guaranteed", re.compile(_NOT_GUARANTEED, re.IGNORECASE)),
    ("not_offered", re.compile(f"{_REQUIRED_RIGHT}|{_NOT_OFFERED}", re.IGNORECASE)),
    ("offered", re.compile(_OFFERED, re.IGNORECASE)),
)
_STEM = Pattern(r"sponsor|visa|visum|parrain|patrocin|\bh-?1-?b\b", re.IGNORECASE)
_IMMIGRATION = re.compile(
    r"\bvisas?\b|visum|immigration|h-?1-?b|work (?:authori[sz]ation|permit)|authori[sz]ed to work"
    r"|right to work|eligible to work|employment|\bOPT\b|\bCPT\b"
    r"|\bTN\b|sponsorship|sponsoring|parrainage|patrocin|citizens?|skilled worker|tier 2"
    r"|certificate of sponsorship|candidate|applicant|this (?:role|position|job)|^\W*will sponsor\W*$",
    re.IGNORECASE,
)
_OTHER_SPONSOR = re.compile(
    r"executive sponsor|project sponsor|sponsor(?:ed|s)? (?:by|events?|projects?|research|content)"
    r"|sponsored (?:ads?|jobs?|posts?|health|benefits?)|business sponsor|plan sponsor|clinical|study sponsor"
    r"|sponsorship deals?",
    re.IGNORECASE,
)


def find_sponsorship(text: str) -> Found[Sponsorship] | None:
    """What is said of visa sponsorship for this job; the span is the sentence's words that say it.

    "Must be authorised to work without sponsorship" is not_offered; "does not guarantee", "case by case" is
    not_guaranteed. A plain no outranks a hedge, a hedge a yes: the stricter sentence holds where several
    speak of it, except that an employer's record of past sponsoring is not an offer.
    """
    found = [verdict for start, end in _sentences(text) if (verdict := _read(text, start, end))]
    order: list[Sponsorship] = ["not_offered", "not_guaranteed", "offered"]
    return min(found, key=lambda f: (order.index(f.value), f.span), default=None)


_BOUNDARY = re.compile(r"[\n•|·]|[.!?](?=\s+[A-ZÀ-Þ]|\s*$|[A-Z][a-z])")
_LONGEST_HALF = 220


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand that speak of sponsoring or visas."""
    spans: list[tuple[int, int]] = []
    for stem in _STEM.finditer(text):
        if spans and stem.start() < spans[-1][1]:
            continue
        low, high = max(0, stem.start() - _LONGEST_HALF), min(len(text), stem.end() + _LONGEST_HALF)
        starts = [match.end() for match in _BOUNDARY.finditer(text, low, stem.start())]
        end = _BOUNDARY.search(text, stem.end(), high)
        spans.append((starts[-1] if starts else low, end.start() if end else high))
    return spans


_RECORD = re.compile(r"track record|history of|has sponsored|sponsored in|in (?:19|20)\d\d", re.IGNORECASE)


def _read(text: str, start: int, end: int) -> Found[Sponsorship] | None:
    sentence = text[start:end]
    if _OTHER_SPONSOR.search(sentence) or not _IMMIGRATION.search(sentence):
        return None
    for verdict, pattern in _VERDICTS:
        match = pattern.search(sentence)
        if match and not (verdict == "offered" and _RECORD.search(sentence)):
            return Found(verdict, Span(start + match.start(), start + match.end()))
    return None
