"""Decides whether an amount is this job's pay, from the words around it.

Without a word for pay, a period or a place of its own it is not: missing a pay is better than inventing one.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractor.fields import pay_words as words
from extractor.fields.money import Money
from extractor.fields.pay_offer import LABEL_REACH, Offer, kind_before, to_period
from extractor.fields.pay_places import is_place_label
from extractor.fields.wording import end_of_last

_BILLION = Decimal(10**9)
_MILLION = Decimal(10**6)
_WEAK_MARKS = frozenset({"R", "N", "P"})  # letters that mean money only where the country says so
_SHORT_LABEL = 40
_YEAR = re.compile(r"(?:19|20)\d\d")
# "Junior: R$ 3 mil a R$ 5 mil / Senior: ..."
_LEVEL_LABEL = re.compile(
    r"\b(?:j[uú]nior|pleno|s[eê]nior|mid|medior|regular|lead|entry|starter)(?:[ -]level)?\W{1,3}$",
    re.IGNORECASE,
)
# "Entgeltgruppe 6 (monatlich ...)"
_GRADE = re.compile(
    r"(?:gruppe|grade|band|level|stufe|schaal|scale|klasse|échelon|catégorie|categoria|nivel|livello|lönegrupp|lønnstrinn)\s$",
    re.IGNORECASE,
)
_SIDE_BY_SIDE = " \t-–*"


def may_be_pay(text: str, money: Money) -> bool:
    """A cheap first look: most figures are counts, years and versions, and billions are never pay."""
    if money.high >= _BILLION or money.high == 0:
        return False
    if not money.mark and _GRADE.search(text, max(0, money.start - 24), money.start):
        return False
    if money.mark or words.PERIOD_AFTER.match(text, money.end):
        return True
    low = max(0, money.start - LABEL_REACH)
    if not words.PAY.search(text, low, money.start):
        return False
    return money.high >= 1000 or words.PERIOD_LABEL.search(text, low, money.start) is not None


def is_pay(text: str, offer: Offer, currency: str | None) -> bool:
    """Whether the words around an amount make it pay; `currency` is what its mark means, if it has one."""
    if offer.money.mark is None or (offer.money.mark in _WEAK_MARKS and currency is None):
        return _is_labelled(text, offer)
    if words.BENEFIT_AFTER.match(offer.after) or words.NOT_PAY_AFTER.match(offer.after):
        return False
    if _is_addition(text, offer):
        return False
    verdict = _verdict(offer.phrase)
    if verdict is None:
        verdict = _verdict_of_surroundings(text, offer, currency)
    return verdict and not _is_too_large(offer) and not _is_benefit(offer)


_PLUS = re.compile(r"(?:\+|\bplus)\s*$", re.IGNORECASE)


def _is_addition(text: str, offer: Offer) -> bool:
    """True for what comes on top of the pay by the hour, day or week ("nights +$4.25/hr")."""
    plain = not offer.kind and offer.period in ("hour", "day", "week")
    return plain and bool(_PLUS.search(text, max(0, offer.core.start - 8), offer.core.start))


def _verdict(words_before: str) -> bool | None:
    """True where the last telling word is one for pay, False where it is another, None without any."""
    pay, other = end_of_last(words.PAY, words_before), end_of_last(words.NOT_PAY, words_before)
    return None if pay == other == -1 else pay > other


def _verdict_of_surroundings(text: str, offer: Offer, currency: str | None) -> bool:
    in_clause, in_label = _verdict(offer.clause), _verdict(offer.label)
    if in_clause is False:
        return False
    if _is_named(offer):
        return True
    if offer.period:
        return words.is_plausible(currency, offer.period, offer.money.high)
    usual = bool(words.usual_periods(currency, offer.money.low, offer.money.high))
    if in_clause or in_label:
        return usual or bool(in_label and len(offer.label) <= _SHORT_LABEL)
    if in_label is False:
        return False
    if _verdict(offer.heading):
        return usual or _is_plausible_under(offer, currency)
    return usual and _has_own_place(text, offer)


def _is_plausible_under(offer: Offer, currency: str | None) -> bool:
    """Whether the amount can be paid for the period that the heading names."""
    period = to_period(words.PERIOD_LABEL.search(offer.heading))
    return period is not None and words.is_plausible(currency, period, offer.money.high)


def _has_own_place(text: str, offer: Offer) -> bool:
    return _stands_alone(text, offer) or (
        offer.money.is_range and (is_place_label(offer.clause) or bool(_LEVEL_LABEL.search(offer.clause)))
    )


def _is_named(offer: Offer) -> bool:
    """True where words right behind or before the amount say what pay it is ("completion bonus of")."""
    return bool(
        offer.kind
        or kind_before(offer.phrase)
        or words.PAY_AFTER.match(offer.after)
        or words.PIECE.match(offer.after)
    )


def _stands_alone(text: str, offer: Offer) -> bool:
    """True for a range or a sum of thousands that fills a line, a cell or a bracket by itself."""
    if not offer.money.is_range and offer.money.low < 1000:
        return False
    return _is_between(text, offer, starts="\n|•·(,`*", ends="\n|•·),`*")


def _is_between(text: str, offer: Offer, *, starts: str, ends: str) -> bool:
    before = text[max(0, offer.core.start - 3) : offer.core.start].rstrip(_SIDE_BY_SIDE)
    after = text[offer.core.end : offer.core.end + 3].lstrip(" \t")
    return (not before or before[-1] in starts) and (not after or after[0] in ends)


def _is_too_large(offer: Offer) -> bool:
    """Millions are the business's unless a word for pay stands beside them."""
    return offer.money.scale >= _MILLION and not words.PAY.search(offer.phrase)


def _is_benefit(offer: Offer) -> bool:
    """A stipend or bonus for something ("learning stipend of $500") is a benefit, not pay."""
    kind = kind_before(offer.phrase)
    small = offer.money.high < 10_000 and offer.period not in ("hour", "day", "week")
    for_something = kind in ("stipend", "bonus") or (kind is None and small)
    last_words = " ".join(offer.phrase.split()[-6:])
    return for_something and bool(words.BENEFIT_TOPIC.search(last_words))


def _is_labelled(text: str, offer: Offer) -> bool:
    """An amount without currency is pay only right behind a word for it, and only if it can be an amount."""
    money = offer.money
    if _YEAR.fullmatch(text[money.start : money.end]) or money.scale > 1000 or money.high < 5:
        return False
    if not (offer.period or money.low >= 1000 or words.PERIOD_LABEL.search(offer.phrase or offer.label)):
        return False
    if not offer.period and not words.BARE_MAY_BE_FOLLOWED_BY.match(text, offer.core.end):
        return False
    labels = (offer.phrase, offer.clause, offer.label)
    return any(_ends_in_word_for_pay(label) for label in labels) or _is_cell(text, offer)


def _ends_in_word_for_pay(label: str) -> bool:
    found = list(words.PAY.finditer(label))
    if not found:
        return False
    rest = label[found[-1].end() :]
    return len(rest) <= 60 and bool(words.LABEL_TAIL.fullmatch(rest)) and not words.NOT_PAY.search(rest)


def _is_cell(text: str, offer: Offer) -> bool:
    """Whether boards print it so between separators: "27–33 an hour", "88K–97K a year"."""
    plausible = offer.period == "hour" or (offer.period == "year" and offer.money.low >= 10_000)
    return plausible and _is_between(text, offer, starts="\n|•·", ends="\n|•·")
