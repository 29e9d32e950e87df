"""An amount of money in its surroundings: the clause before it, the label above it, what follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.fields import pay_words as words
from extractor.fields.money import Money
from extractor.records import Span
from extractor.schema import PayKind, PayPeriod

_CLAUSE_REACH = 200
LABEL_REACH = 100

_ABBREVIATED = r"(?<!\b\d)(?<!\b\d\d)" + "".join(
    rf"(?<!\b(?i:{word}))" for word in "ca approx min max mind bzw incl inkl st".split()
)
_CLAUSE_END = re.compile(
    rf"[\n\t|•·●▪◦✓✔➢►;!?]|{_ABBREVIATED}\.(?=\s*$|\s+[A-Z(£€$₹*]|[A-Z][a-z])|\s-\s(?=[A-Z][a-z])"
)
_ON_TOP = "más|mais|più|oltre|sowie|zzgl|zuzüglich"
_PHRASE_START = re.compile(
    rf"[,(&+]|\s(?:plus|and|und|et|och|y|e|en|with|mit|avec|{_ON_TOP}|zzgl\.)\s", re.IGNORECASE
)
_PHRASE_END = re.compile(
    rf"[,;+&/|•\n]|(?<=\w)\s*\(|\b(?:plus|and|with|und|et|och|y|{_ON_TOP})\b", re.IGNORECASE
)
_LABELS_NEXT = re.compile(r"\W*(?:of|up to|circa)?\s*(?:[£$€₹]|[A-Z]{3}\s?)?\d")
# Before an amount that its label stands above.
_QUALIFIERS_ONLY = re.compile(
    r"[\s:(*–-]*(?:(?:from|up to|upto|to|between|min(?:imum|\.)?|max(?:imum|\.)?|circa|ca\.|c\.|ab"
    r"|bis(?: zu)?|von|zwischen|de|entre|desde"
    r"|hasta|från|mellan|upp till|van|vanaf|tussen|tot|da|fino a|a partir de|à partir de|jusqu['’]à)[\s:]*)?",
    re.IGNORECASE,
)
_HEADING_LINES = 8
_QUALIFIED = re.compile(
    r"(?:circa|ca\.|c\.|approx(?:\.|imately)?|around|about|environ|rond)\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Offer:
    """An amount and the words around it."""

    money: Money
    clause: str  # from the start of its clause up to the amount
    phrase: str  # the last part of the clause, behind "plus", "and" or a comma
    label: str  # the clause before, if the amount starts its own
    label_start: int  # where that label starts in the text
    heading: str  # the line with a colon above the list that the amount is an item of
    after: str  # what follows the amount and its period, up to the end of the clause
    core: Span  # the amount with "up to", "from", "+", its period and its kind
    period: PayPeriod | None  # stated right behind the amount
    kind: PayKind | None  # likewise
    up_to: bool
    open_ended: bool

    @property
    def clause_start(self) -> int:
        """Where the clause starts in the text."""
        return self.money.start - len(self.clause)


def look_around(text: str, money: Money) -> Offer:
    """The offer that an amount may be."""
    clause = _clause_before(text, money.start)
    clause_start = money.start - len(clause)
    starts_line = clause_start == 0 or text[clause_start - 1] == "\n"
    label, label_start = "", money.start
    if _QUALIFIERS_ONLY.fullmatch(clause):
        label, label_start = _label_before(text, clause_start)
    up_to = words.UP_TO.search(clause)
    at_least = None if up_to or money.is_range else words.FROM.search(clause)
    plus, maximum = words.OPEN_END.match(text, money.end), words.UP_TO_AFTER.match(text, money.end)
    tail = next((match.end() for match in (plus, maximum) if match), money.end)
    period = words.PERIOD_AFTER.match(text, tail)
    end = _without_open_bracket(text, money.start, period.end()) if period else tail
    plus = plus or (words.OPEN_END.match(text, end) if period else None)
    after = _clause_after(text, end)
    kind = _kind_behind(after)
    qualifier = up_to or at_least or _QUALIFIED.search(clause)
    start = clause_start + qualifier.start() if qualifier else money.start
    core_end = end + kind.end() if kind and kind.lastgroup != "base" else end
    return Offer(
        money=money,
        clause=clause,
        phrase=_last_phrase(clause),
        label=label,
        label_start=label_start,
        heading=_heading_above(text, clause_start) if starts_line else "",
        after=after,
        core=Span(start + _blank(text, start), core_end),
        period=to_period(period),
        kind=to_kind(kind),
        up_to=bool(up_to or maximum) and not money.is_range,
        open_ended=bool(at_least or plus) and not money.is_range,
    )


def kind_before(phrase: str) -> PayKind | None:
    """The kind that the last telling word before an amount names."""
    found = list(words.KIND.finditer(phrase[-60:]))
    return to_kind(found[-1]) if found else None


def to_period(match: re.Match[str] | None) -> PayPeriod | None:
    """The period that a match of PERIOD_AFTER or PERIOD_LABEL names."""
    return next((name for name in words.PERIODS if match[name]), None) if match else None


def to_kind(match: re.Match[str] | None) -> PayKind | None:
    """The kind that a match of KIND names."""
    return next((name for name in words.KINDS if match[name]), None) if match else None


def _clause_before(text: str, at: int) -> str:
    before = text[max(0, at - _CLAUSE_REACH) : at]
    breaks = list(_CLAUSE_END.finditer(before))
    return before[breaks[-1].end() :] if breaks else before


def _last_phrase(clause: str) -> str:
    starts = list(_PHRASE_START.finditer(clause))
    return clause[starts[-1].end() :] if starts else clause


def _label_before(text: str, at: int) -> tuple[str, int]:
    """The clause that ends right before the one that the amount at `at` starts."""
    low = max(0, at - _CLAUSE_REACH)
    before = text[low:at].rstrip(" \t\r\n-–*:(•·|.;")
    breaks = list(_CLAUSE_END.finditer(before))
    start = breaks[-1].end() if breaks else 0
    label = before[start:]
    return (label, low + start) if len(label) <= LABEL_REACH else ("", at)


def _heading_above(text: str, line_start: int) -> str:
    """The nearest line above that ends in a colon, over nothing but other items with figures."""
    lines = text[max(0, line_start - 600) : line_start].split("\n")[:-1][::-1]
    for line in lines[:_HEADING_LINES]:
        if line.rstrip(" *_").endswith(":"):
            return line
        if line.strip() and not re.search(r"\d", line):
            return ""
    return ""


def _clause_after(text: str, at: int) -> str:
    after = text[at : at + 90]
    end = _CLAUSE_END.search(after)
    return after[: end.start()] if end else after


def _kind_behind(after: str) -> re.Match[str] | None:
    """The kind named within a few words behind an amount: not behind a plus, and no label of the next one."""
    phrase = _PHRASE_END.split(after, maxsplit=1)[0]
    match = words.KIND.search(phrase)
    if not match or len(phrase[: match.start()].split()) > 3 or _LABELS_NEXT.match(after, match.end()):
        return None
    return match


def _without_open_bracket(text: str, start: int, end: int) -> int:
    """The end without a bracket that was opened before the start."""
    return end - 1 if text[end - 1] in ")]" and not re.search(r"[(\[]", text[start:end]) else end


def _blank(text: str, start: int) -> int:
    """How many spaces and marks stand at `start` before the first word."""
    match = re.match(r"[\s:(–-]*", text[start : start + 10])
    return match.end() if match else 0
