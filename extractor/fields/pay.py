"""Finds every stated pay of a job in its text.

    find_money     every amount and range, with its mark          (money)
    look_around    the words around one                           (pay_offer)
    is_pay         whether they make it this job's pay            (pay_evidence)
    find_places    the places that a band holds for               (pay_places)

and here: currency, period and kind, and each pay once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractor.fields import pay_words as words
from extractor.fields.money import currency_in_label, currency_of, find_money, to_currency
from extractor.fields.pay_evidence import is_pay, may_be_pay
from extractor.fields.pay_offer import LABEL_REACH, Offer, kind_before, look_around, to_period
from extractor.fields.pay_places import find_places
from extractor.records import Found, Span
from extractor.schema import Pay, PayKind, PayPeriod

_FOR_JOINING = re.compile(
    r"sign|joining|welcome|willkommen|retention|completion|one[- ]?time|einmal", re.IGNORECASE
)
_IN_THOUSANDS = re.compile(r"\dk", re.IGNORECASE)
_Read = tuple[Offer, Found[Pay]]


def find_pay(text: str, *, language: str | None = None, country: str | None = None) -> list[Found[Pay]]:
    """Every pay that `text` states, in reading order, each once.

    `country` (ISO 3166-1 alpha-2) and `language` (BCP 47) settle marks that several currencies share, and
    the currency of a labelled amount without any mark. A period that is not stated is filled in only where
    the size of the amount leaves no doubt in its currency. `Pay.text` is the amount as written with its
    currency and period; the span reaches back to a label where period or kind were read from that.
    """
    offers = list(_find_offers(text, language=language, country=country))
    stated = {currency for _, currency in offers if currency}
    # An amount without any mark is in the one currency that the posting uses, else in the country's.
    usual = stated.pop() if len(stated) == 1 else currency_of(country)
    read: list[_Read] = []
    uncertain: list[Pay] = []  # pays under a line that names a place: bands, if there are several
    for offer, currency in offers:
        found = _read(text, offer, currency or usual, read[-1] if read else None)
        places = find_places(offer.clause, offer.label, offer.after)
        found.value.locations = places.names
        if places.names and not places.is_certain:
            uncertain.append(found.value)
        read.append((offer, found))
    if len({tuple(pay.locations) for pay in uncertain}) < 2:
        for pay in uncertain:
            pay.locations = []
    return _each_once(found for _, found in read)


def _find_offers(
    text: str, *, language: str | None, country: str | None
) -> Iterator[tuple[Offer, str | None]]:
    """The amounts that are pay, each with the currency that its mark or its label states."""
    for money in find_money(text):
        if may_be_pay(text, money):
            offer = look_around(text, money)
            currency = _stated_currency(text, offer, country=country, language=language)
            if is_pay(text, offer, currency):
                yield offer, currency


def _read(text: str, offer: Offer, currency: str | None, previous: _Read | None) -> Found[Pay]:
    kind, kind_in_label = _kind(offer)
    period, period_in_label = _stated_period(offer, kind)
    neighbour = _alike_in_clause(previous, offer) if previous else None
    if neighbour:
        currency = currency or neighbour.currency
        period = period or neighbour.period
    if period is None and kind == "bonus":
        period = "once"
    if period is None and kind in ("base", "total"):
        usual = words.usual_periods(currency, offer.money.low, offer.money.high)
        period = usual[0] if len(usual) == 1 else None
    pay = Pay(
        min=None if offer.up_to else offer.money.low,
        max=None if offer.open_ended else offer.money.high,
        currency=currency,
        period=period,
        kind=kind,
        text=text[offer.core.start : offer.core.end],
    )
    return Found(pay, _from_label(offer) if kind_in_label or period_in_label else offer.core)


_IN_LAKHS = re.compile(r"(?<![\d,])\d{1,2}(?:,\d\d)+,\d{3}(?![\d,])")  # "3,50,000"


def _stated_currency(text: str, offer: Offer, *, country: str | None, language: str | None) -> str | None:
    if offer.money.mark is None:
        if _IN_LAKHS.search(text, offer.core.start, offer.core.end):
            return "INR"
        return currency_in_label(offer.clause if offer.clause.strip() else offer.label)
    return to_currency(offer.money.mark, country=country, language=language)


def _alike_in_clause(previous: _Read, offer: Offer) -> Pay | None:
    """The pay just before in the same clause, where the two are of one size ("£40k basic, £60k OTE")."""
    first, found = previous
    near = first.core.start >= offer.clause_start and offer.money.start - first.core.end < LABEL_REACH
    alike = first.money.low / 6 <= offer.money.high and offer.money.low <= first.money.high * 6
    return found.value if near and alike and found.value.period != "once" else None


def _kind(offer: Offer) -> tuple[PayKind, bool]:
    """The kind of pay, and whether it was read from a label before the amount."""
    if words.PIECE.match(offer.after):
        return "commission", False
    if offer.kind and offer.kind != "base":
        return offer.kind, False
    before = kind_before(offer.phrase) or kind_before(offer.label)
    if before and before != "base":
        return before, True
    return "base", False


def _stated_period(offer: Offer, kind: PayKind) -> tuple[PayPeriod | None, bool]:
    """The period that words state, and whether they stand in a label before the amount."""
    if words.PIECE.match(offer.after):
        return "once", False
    if offer.period:
        return offer.period, False
    if kind == "bonus" and _FOR_JOINING.search(offer.phrase + offer.after):
        return "once", False
    for label in (offer.phrase, offer.clause, offer.label, offer.heading):
        found = list(words.PERIOD_LABEL.finditer(label))
        if found and (label is offer.phrase or words.PAY.search(label)):
            return to_period(found[-1]), True
    return None, False


def _from_label(offer: Offer) -> Span:
    """The span from the words that name period or kind; other figures are never between."""
    for label, start in ((offer.clause, offer.clause_start), (offer.label, offer.label_start)):
        named = [m.start() for telling in (words.PERIOD_LABEL, words.KIND) for m in telling.finditer(label)]
        if named and not re.search(r"\d", label[min(named) :]):
            return Span(start + min(named), offer.core.end)
    return offer.core


def _each_once(found: Iterable[Found[Pay]]) -> list[Found[Pay]]:
    """Without repeats: pages print the pay in the header and again in the text."""
    kept: list[Found[Pay]] = []
    for new in found:
        index = next((i for i, old in enumerate(kept) if _is_same(old.value, new.value)), None)
        if index is None:
            kept.append(new)
        elif _is_better(new.value, kept[index].value):
            kept[index] = new
    own = (f for f in kept if not _is_end_of_another(f.value, kept) and not _is_aside(f.value, kept))
    return sorted(own, key=lambda f: f.span)


_MANY_TIMES = 6
_LEAST = 2  # in any currency


def _is_end_of_another(point: Pay, found: list[Found[Pay]]) -> bool:
    """True for the first and the last step of a band that is stated as well."""
    return point.min is not None and any(
        point.min == point.max in (band.min, band.max)
        and band.min != band.max
        and None not in (band.min, band.max)
        and (point.currency, point.period, point.kind) == (band.currency, band.period, band.kind)
        and point.locations in ([], band.locations)
        for band in (f.value for f in found)
    )


def _is_aside(sum_: Pay, found: list[Found[Pay]]) -> bool:
    """True for a sum of no period that is next to nothing (a mile's rate), or stands beside pay that has one and
    is many times as much (vouchers)."""
    most = sum_.max or sum_.min
    if sum_.period is not None or sum_.kind != "base" or most is None:
        return False
    if most < _LEAST:
        return True
    others = (f.value for f in found if f.value.period is not None and f.value.kind == "base")
    return any(
        _agree(pay.currency, sum_.currency) and (pay.min or pay.max or 0) > _MANY_TIMES * most
        for pay in others
    )


def _is_same(one: Pay, other: Pay) -> bool:
    return (
        _agree(one.currency, other.currency)
        and _agree(one.period, other.period)
        and (one.kind == other.kind or "base" in (one.kind, other.kind))
        and _agree(one.locations or None, other.locations or None)
        and (_is_same_sum(one, other) or _is_rounded(one, other) or _is_rounded(other, one))
    )


def _is_same_sum(one: Pay, other: Pay) -> bool:
    shared = {one.min, one.max} & {other.min, other.max} - {None}
    return bool(shared) and _agree(one.min, other.min) and _agree(one.max, other.max)


def _is_rounded(short: Pay, full: Pay) -> bool:
    """True for "$4K - $7K" beside "$4,000 - $6,600": boards round what they print in the header."""
    if not _IN_THOUSANDS.search(short.text or "") or _IN_THOUSANDS.search(full.text or ""):
        return False
    return all(
        a is not None and b is not None and a % 1000 == 0 and abs(a - b) <= 500
        for a, b in ((short.min, full.min), (short.max, full.max))
    )


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _is_better(new: Pay, old: Pay) -> bool:
    return _is_rounded(old, new) or _completeness(new) > _completeness(old)


def _completeness(pay: Pay) -> tuple[int, bool, bool, int]:
    """How much a pay says; "from 2,440" says more than "2,440", "2,440 to 3,100" more than that."""
    known = sum(value is not None for value in (pay.currency, pay.period))
    return known, pay.kind != "base", bool(pay.locations), _breadth(pay)


def _breadth(pay: Pay) -> int:
    """0 for one figure, 1 where an end is open, 2 for a band."""
    return 1 if None in (pay.min, pay.max) else 2 * (pay.min != pay.max)
