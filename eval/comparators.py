"""One comparator a type: canonical form, equality, similarity, and a sentence saying why."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from eval.folding import fold, fold_item, without_accents, words
from eval.numbers import read_number
from eval.outcomes import Comparison, Outcome, is_absent
from eval.places import canonical_city, canonical_country, is_same_region

# Two copies of one sentence that differ in how far they were cut stay above 0.85; different bullets
# of one posting, alike as they are ("Experience with X", "Knowledge of X"), stay under it.
ITEM_THRESHOLD = 0.85
# A name that was mistyped or put in the plural stays above 0.92 when it is long enough to tell.
NAME_THRESHOLD = 0.92
NAME_LENGTH_TO_TELL = 9


@dataclass(frozen=True)
class Comparator:
    """How one type is compared. `canonical` gives None for what is absent."""

    name: str
    canonical: Callable[[Any], Any]
    is_equal: Callable[[Any, Any], bool] = operator.eq
    nearness: Callable[[Any, Any], float] | None = None  # only told, never credited

    def compare(self, gold: Any, predicted: Any) -> Comparison:
        """Outcome, similarity and the reason; gold first."""
        one, other = self.canonical(gold), self.canonical(predicted)
        if one is None:
            if other is None:
                return _BOTH_ABSENT
            return Comparison(Outcome.SPU, 0.0, f"gold has no value, predicted {predicted!r}")
        if other is None:
            return Comparison(Outcome.MIS, 0.0, f"gold has {gold!r}, predicted nothing")
        if one == other or self.is_equal(one, other):
            return Comparison(Outcome.COR, 1.0, "equal" if gold == predicted else f"equal as {self.name}")
        near = self.nearness(one, other) if self.nearness else 0.0
        return Comparison(Outcome.INC, near, f"gold {gold!r} is not {predicted!r} as {self.name}")

    def is_same(self, gold: Any, predicted: Any) -> bool:
        """Whether both are present and equal."""
        one, other = self.canonical(gold), self.canonical(predicted)
        return one is not None and other is not None and (one == other or self.is_equal(one, other))


_BOTH_ABSENT = Comparison(Outcome.TN, 1.0, "absent in both")


def ratio(one: str, other: str) -> float:
    """Share of letters in common and in order, 0 to 1, of folded text."""
    return float(fuzz.ratio(one, other)) / 100


def _text(value: Any) -> str | None:
    if is_absent(value):
        return None
    return fold(str(value)) or str(value).strip()


def _item(value: Any) -> str | None:
    if is_absent(value):
        return None
    return fold_item(str(value)) or str(value).strip()


_LEGAL_FORM = re.compile(
    r"[\s,]+(?:inc|incorporated|llc|l\.l\.c|llp|lp|ltd|limited|plc|corp|corporation|co|pty|pvt|private|gmbh|mbh|"
    r"g\.m\.b\.h|ag|se|kg|kgaa|ohg|e\.v|ev|and co\.?|sa|s\.a|sas|s\.a\.s|sarl|s\.a\.r\.l|srl|s\.r\.l|spa|"
    r"s\.p\.a|bv|b\.v|nv|n\.v|ab|as|a/s|aps|oy|oyj|sl|s\.l|lda)$"
)


@lru_cache(maxsize=1 << 14)
def _fold_company(name: str) -> str:
    folded = fold(name).replace(" & ", " and ")
    while (shorter := fold(_LEGAL_FORM.sub("", folded))) and shorter != folded:
        folded = shorter
    return folded


def _company(value: Any) -> str | None:
    return None if is_absent(value) else _fold_company(str(value)) or str(value)


_NUMBERS = re.compile(r"\d+")


def item_similarity(one: str, other: str) -> float:
    """Similarity of two folded list items; 0 where they are alike but for a number that the longer lacks."""
    near = 1.0 if one == other else ratio(one, other)
    if ITEM_THRESHOLD <= near < 1:
        shorter, longer = sorted((one, other), key=len)
        if not set(_NUMBERS.findall(shorter)) <= set(_NUMBERS.findall(longer)):
            return 0.0
    return near


# As written on either side, one thing: spelling variants only, never a broader or narrower term.
_SKILL_ALIASES = {
    "js": "javascript", "ts": "typescript", "golang": "go", "nodejs": "node.js", "node": "node.js",
    "reactjs": "react", "react.js": "react", "vuejs": "vue", "vue.js": "vue", "angularjs": "angular.js",
    "nextjs": "next.js", "dotnet": ".net", "asp.net core": "asp.net core", "postgres": "postgresql",
    "k8s": "kubernetes", "cpp": "c++", "csharp": "c#", "c sharp": "c#", "ms excel": "excel",
    "microsoft excel": "excel", "ms word": "word", "microsoft word": "word", "ms office": "microsoft office",
    "office 365": "microsoft 365", "powerbi": "power bi", "microsoft power bi": "power bi",
    "amazon web services": "aws", "google cloud platform": "gcp", "ci cd": "ci/cd", "cicd": "ci/cd",
    "sklearn": "scikit-learn", "rest api": "rest", "rest apis": "rest", "restful api": "rest",
    "restful apis": "rest", "deutsch": "german", "englisch": "english", "englisch-kenntnisse": "english",
}  # fmt: skip
_GENERIC_ENDS = re.compile(
    r"^(?:(?:very|strong|excellent|good|great|solid|proven|basic|advanced|effective|working|knowledge of|"
    r"experience (?:with|in)|proficien(?:t in|cy in|cy with)|familiarity with|ability to|fluent(?: in)?)\s+)+"
    r"|\s+(?:skills?|abilit(?:y|ies)|knowledge|experience|proficiency|language|programming language)$"
)
_WITH_BRACKET = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<inside>[^()]+)\)$")


@lru_cache(maxsize=1 << 16)
def name_forms(name: str) -> frozenset[str]:
    """The folded forms that a short name goes by: "Amazon Web Services (AWS)" also by either part."""
    folded = fold(name)
    forms = {folded}
    if bracketed := _WITH_BRACKET.match(folded):
        forms |= {bracketed["name"], bracketed["inside"]}
    forms |= {_GENERIC_ENDS.sub("", form) or form for form in forms}
    return frozenset(_SKILL_ALIASES.get(form, form) for form in forms if form)


def name_similarity(one: str, other: str) -> float:
    """1 where two names share a form; the ratio where both are long enough to tell a misprint; else 0."""
    forms, others = name_forms(one), name_forms(other)
    if forms & others:
        return 1.0
    a, b = fold(one), fold(other)
    if _is_plural(a, b) or _is_plural(b, a):
        return 1.0
    if min(len(a), len(b)) < NAME_LENGTH_TO_TELL or _NUMBERS.findall(a) != _NUMBERS.findall(b):
        return 0.0
    return max(ratio(a, b), ratio(" ".join(sorted(words(a))), " ".join(sorted(words(b)))))


def _is_plural(one: str, other: str) -> bool:
    """English plural of a name of some length ("driving licence", "driving licences")."""
    return len(other) >= 5 and one in (other + "s", other + "es")


_CLOSED = {
    "fulltime": "full_time", "parttime": "part_time", "on_site": "onsite", "in_office": "onsite",
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year",
    "annual": "year", "annually": "year", "annum": "year", "ph.d": "phd", "junior": "entry",
    "entry_level": "entry", "doctorate": "phd",
}  # fmt: skip


@lru_cache(maxsize=1 << 12)
def _fold_closed(value: str) -> str:
    form = re.sub(r"[\s\-]+", "_", fold(value))
    return _CLOSED.get(form, form)


def _closed(value: Any) -> str | None:
    return None if is_absent(value) else _fold_closed(str(value))


def _flag(value: Any) -> bool | None:
    """True, or absent: false says no more than silence where the field reads "true where ..."."""
    return True if value is True or str(value).lower() == "true" else None


_CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "₪": "ILS", "₩": "KRW", "₺": "TRY"}


def _currency(value: Any) -> str | None:
    return None if is_absent(value) else _CURRENCY_SIGNS.get(str(value).strip(), str(value).strip().upper())


def read_date(value: Any, day_first: bool | None = None) -> str | None:
    """ISO form, as coarse as written ("2026", "2026-03"); `day_first` declares how 03/04/2026 reads."""
    if is_absent(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    if iso := re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|T)", text):
        return "-".join(part for part in iso.groups() if part)
    written = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    if written is None or day_first is None:
        return fold(text)
    day, month = written.group(1, 2) if day_first else written.group(2, 1)
    return f"{written.group(3)}-{int(month):02d}-{int(day):02d}"


def _is_same_date(gold: str, predicted: str) -> bool:
    """The gold's granularity decides: "2026-03" is met by any day of that month."""
    return predicted.startswith(gold + "-")


def _url(value: Any) -> str | None:
    if is_absent(value):
        return None
    text = str(value).strip()
    try:
        parts = urlsplit(text if "//" in text else "//" + text)
    except ValueError:  # no address at all
        return text
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/") + query or text


def _language(value: Any) -> tuple[str, ...] | None:
    return None if is_absent(value) else tuple(str(value).strip().lower().replace("_", "-").split("-"))


def _is_same_language(gold: tuple[str, ...], predicted: tuple[str, ...]) -> bool:
    """A tag agrees with a longer one that begins with it: "en" and "en-GB"."""
    shared = min(len(gold), len(predicted))
    return gold[:shared] == predicted[:shared]


def _words(value: Any) -> tuple[str, ...] | None:
    return None if is_absent(value) else tuple(words(without_accents(fold(str(value)))))


def _share_words(gold: tuple[str, ...], predicted: tuple[str, ...]) -> bool:
    """Either holds all words of the other, and at least half as many."""
    a, b = sorted((set(gold), set(predicted)), key=len)
    return bool(a) and a <= b and 2 * len(a) >= len(b)


def _as_given(value: Any) -> str | None:
    return None if is_absent(value) else str(value)


def _folded(form: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if is_absent(value) else form(str(value))


def number(tolerance: Decimal = Decimal(0)) -> Comparator:
    """Numbers equal within `tolerance`, which is absolute and 0 unless declared."""
    return Comparator(
        "number", read_number, lambda one, other: tolerance > 0 and abs(one - other) <= tolerance
    )


def iso_date(day_first: bool | None = None) -> Comparator:
    """ISO dates; other forms only where `day_first` declares how they read."""
    return Comparator("date", lambda value: read_date(value, day_first), _is_same_date)


TEXT = Comparator("text", _text, nearness=ratio)
COMPANY = Comparator("company name", _company, nearness=ratio)
ITEM = Comparator("sentence", _item, lambda a, b: item_similarity(a, b) >= ITEM_THRESHOLD, item_similarity)
NAME = Comparator("name", _as_given, lambda a, b: name_similarity(a, b) >= NAME_THRESHOLD, name_similarity)
CLOSED = Comparator("closed value", _closed)
FLAG = Comparator("flag", _flag)
NUMBER = number()
DATE = iso_date()
CURRENCY = Comparator("currency", _currency)
COUNTRY = Comparator("country", _folded(canonical_country))
CITY = Comparator("city", _folded(canonical_city), nearness=ratio)
REGION = Comparator("region", _as_given, is_same_region)
PLACE_TEXT = Comparator("place", _words, _share_words)
WORDS = Comparator("words", _words, _share_words)
URL = Comparator("address", _url)
LANGUAGE = Comparator("language", _language, _is_same_language)
