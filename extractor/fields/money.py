"""Finds amounts of money in text: digits, scale and currency mark, and ranges of two of them.

Whether an amount is pay is decided elsewhere (`pay`); this module only reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pycountry
from babel.numbers import get_territory_currencies

from extractor.fields.numerals import NUMBER, read_number


@dataclass(frozen=True, slots=True)
class Money:
    """One amount, or a range of two (`low` < `high`), with where it stands.

    `mark` is an ISO 4217 code, or a mark that several currencies share ("$", "kr"; see `to_currency`), or
    None. `scale` is the multiplier that was written (1000 for "k"), 1 for none.
    """

    low: Decimal
    high: Decimal
    mark: str | None
    scale: Decimal
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """True where two different amounts were written."""
        return self.low != self.high


# Marks that several currencies share: those currencies, and the one meant where nothing else is known.
_SHARED: dict[str, tuple[frozenset[str], str | None]] = {
    "$": (
        frozenset("USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BRL JMD TTD BSD BBD BZD FJD NAD".split()),
        "USD",
    ),
    "£": (frozenset({"GBP", "EGP", "LBP"}), "GBP"),
    "kr": (frozenset({"SEK", "NOK", "DKK", "ISK"}), None),
    "¥": (frozenset({"JPY", "CNY"}), None),
    "Rs": (frozenset({"INR", "PKR", "LKR", "NPR", "MUR", "SCR"}), "INR"),
    "peso": (frozenset("MXN ARS CLP COP PHP UYU DOP CUP".split()), None),
    "franc": (frozenset("CHF XOF XAF CDF RWF BIF GNF DJF KMF".split()), None),
    "shilling": (frozenset({"KES", "UGX", "TZS", "SOS"}), None),
    "dirham": (frozenset({"AED", "MAD"}), "AED"),
    "riyal": (frozenset({"SAR", "QAR", "OMR", "YER"}), None),
    "dinar": (frozenset("KWD BHD JOD IQD TND DZD RSD LYD".split()), None),
    "leu": (frozenset({"RON", "MDL"}), "RON"),
    "ruble": (frozenset({"RUB", "BYN"}), "RUB"),
    # Single letters mean money only in their own country.
    "R": (frozenset({"ZAR"}), None),
    "N": (frozenset({"NGN"}), None),
    "P": (frozenset({"PHP", "BWP"}), None),
}
# A bare dollar sign in Spanish is one of a dozen pesos, or the US dollar.
_IN_DOUBT = frozenset({("$", "es")})
_BY_LANGUAGE = {
    ("kr", "sv"): "SEK", ("kr", "da"): "DKK", ("kr", "nb"): "NOK", ("kr", "no"): "NOK", ("kr", "nn"): "NOK",
    ("kr", "is"): "ISK", ("¥", "ja"): "JPY", ("¥", "zh"): "CNY", ("franc", "de"): "CHF",
}  # fmt: skip

_SYMBOLS = {
    "US$": "USD", "U$S": "USD", "USD$": "USD", "AU$": "AUD", "AUD$": "AUD", "A$": "AUD", "CA$": "CAD",
    "CAD$": "CAD",
    "CDN$": "CAD", "C$": "CAD", "NZ$": "NZD", "S$": "SGD", "SG$": "SGD", "SGD$": "SGD", "HK$": "HKD",
    "NT$": "TWD",
    "MX$": "MXN", "R$": "BRL", "RD$": "DOP", "J$": "JMD", "N$": "NAD", "$": "$", "£": "£", "€": "EUR",
    "¥": "¥",
    "￥": "¥", "₹": "INR", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₫": "VND", "₱": "PHP",
    "₦": "NGN", "฿": "THB", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₸": "KZT", "₾": "GEL", "֏": "AMD",
    "元": "CNY",
    "円": "JPY", "원": "KRW", "ብር": "ETB",
}  # fmt: skip

# Written with letters; matched between letters' boundaries and without regard to case.
_NAMES = {
    "euros?|€uros?": "EUR", "us dollars?": "USD", "dollars?|dólares|dollari|dollar": "$",
    "pounds?(?: sterling)?|livres sterling": "£", r"kr\.?|kronor|kroner|krónur": "kr", "birr": "ETB",
    r"rs\.?|rupees?": "Rs", r"(?:schweizer )?franken|s\.?fr\.?|fr\.|francs?": "franc", "rm|ringgit": "MYR",
    r"rp\.?|rupiah": "IDR", r"k\.?shs?\.?"
    r"|kenyan? shillings?": "KES", "u\\.?shs?\\.?": "UGX", "shillings?": "shilling",
    "tk|taka": "BDT", "dhs?|dirhams?": "dirham", "riyals?"
    "|rials?": "riyal", "dinars?": "dinar", "naira": "NGN",
    "rand": "ZAR", "pesos?": "peso", "reais": "BRL", "zł|zl|złotych": "PLN", "kč": "CZK", "ft|forint": "HUF",
    "lei": "leu", "лв": "BGN", r"руб\.?|рублей": "ruble", "грн": "UAH", "rmb"
    "|yuan": "CNY", "yen": "JPY", "drams?": "AMD",
    "lari": "GEL", "tl": "TRY",
}  # fmt: skip

_CODES = frozenset(currency.alpha_3 for currency in pycountry.currencies)
# Codes that are no word of any language in small letters, so that case may vary.
_ANY_CASE = frozenset(
    "USD EUR GBP SEK NOK DKK CHF AUD CAD NZD SGD HKD INR AED SAR QAR PLN CZK HUF ETB KES NGN ZAR GHS BRL MXN"
    " JPY CNY KRW PHP IDR MYR THB VND PKR BDT LKR EGP UGX TZS RWF".split()
)
_CODE = r"(?:" + "|".join(sorted(_CODES)) + r"|(?i:" + "|".join(sorted(_ANY_CASE)) + r"))"
_SYMBOL = "(?:" + "|".join(re.escape(s) for s in sorted(_SYMBOLS, key=len, reverse=True)) + ")"
_NAME = "(?i:" + "|".join(_NAMES) + ")"
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"
_NO_LETTER_AFTER = r"(?![^\W\d_])"

_MARK_BEFORE = re.compile(
    rf"(?:{_NO_LETTER_BEFORE}(?P<code>{_CODE})[ \u00a0]{{0,2}})?(?P<symbol>{_SYMBOL})[ \u00a0\u202f]{{0,2}}$"
    rf"|{_NO_LETTER_BEFORE}(?:(?P<code2>{_CODE})|(?P<name>{_NAME})|(?P<letter>[RNP]))[ \u00a0\u202f]{{0,2}}$"
)
_MARK_ENDS = "".join(symbol[-1] for symbol in _SYMBOLS) + "."  # or a letter
_MARK_AFTER = re.compile(
    rf"[ \u00a0\u202f]?(?P<symbol>{_SYMBOL})(?:[ \u00a0]?\(?(?P<code>{_CODE}){_NO_LETTER_AFTER}\)?)?"
    rf"|[ \u00a0\u202f]?\(?(?:(?P<code2>{_CODE})|(?P<name>{_NAME})){_NO_LETTER_AFTER}(?:(?<=\w)\))?"
)
_CODE_AFTER = re.compile(rf"[ \u00a0\u202f]?(?:{_CODE}){_NO_LETTER_AFTER}")

# A letter that scales may touch a capital ("90kCall"): lines were joined there.
_END = r"(?![^\W\d_A-Z])"
_SCALES: dict[str, tuple[Decimal, str]] = {
    "huge": (
        Decimal(10**9),
        rf"bn{_END}|B{_END}|billions?|milliards?|milliarden|Mrd\.?|Mds?{_END}|miljarder|mil millones"
        rf"|bilh(?:ões|ão)",
    ),
    "million": (
        Decimal(10**6),
        rf"M[Mn]?{_END}|m[mn]?{_END}|mio\b\.?|mln\b\.?|mill?ions?|mill?ionen|millones|milhões|milioni"
        rf"|miljoner",
    ),
    "crore": (Decimal(10**7), r"crores?\b|cr\b"),
    "lakh": (Decimal(10**5), r"lakhs?\b|lacs?\b|[Ll](?=\.?P\.?A\b|pa\b)|L\b"),
    "ten_thousand": (Decimal(10**4), "[万萬만]"),
    "thousand": (
        Decimal(1000),
        rf"[kK]{_END}|[kK](?=kr\b)|T(?=€|EUR)|[tT](?=kr\b|sek\b|SEK\b)|Tsd\.?|thousand\b|tusen\b|mil\b"
        rf"|mille\b|mila\b|tys\b\.?|tis\.(?= ?Kč)|千",
    ),
}
_SCALE = re.compile(r"[ \u00a0\u202f]?(?:" + "|".join(f"(?P<{n}>{p})" for n, (_, p) in _SCALES.items()) + ")")
# One letter is a scale only beside a mark ("5 m" is a length).
_LONE_LETTER = re.compile(r"[ \u00a0\u202f]?(?:[MmB]|L(?!\.?P\.?A))")

_DIGITS = re.compile(r"\d+")  # searched for first: a pattern that starts with a look-behind is slow to search
_NUMBER = re.compile(rf"(?<![\d*#])(?<!\d[.,:/])(?<![*x#X][.,]){NUMBER}(?:[.,][-–—]{{1,2}}(?!\d)|:-)?")
_LATIN_BEFORE = re.compile(r"[A-Za-zÀ-ɏ]$")
_NO_AMOUNT = re.compile(
    r"\s?(?:%|percent|per cent|prozent|pour ?cent|por ?cien?to|\([kKbB]\)|(?<=\d)[*#]|-\d{3,4}-|/\d+/|:\d\d"
    r"|th\b"
    r"|st\b|nd\b|rd\b)"
)
_RETIREMENT_PLANS = frozenset({"401", "403", "457"})  # 401k, 403(b)


def find_money(text: str) -> list[Money]:
    """Every amount in reading order, two joined by "-", "to", "bis", "à" and the like as one range.

    Amounts without a mark are among them, and so are counts and years; percentages are not.
    """
    found: list[Money] = []
    for amount in _find_amounts(text):
        joined = _join(text, found[-1], amount) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(amount)
    return found


def to_currency(mark: str | None, *, country: str | None, language: str | None) -> str | None:
    """ISO 4217 code of a mark, given the job's country; None where the mark leaves a doubt.

    A `$` is the country's own dollar or peso where it has one, else the US dollar, but in Spanish no one's.
    """
    if mark is None or mark not in _SHARED:
        return mark
    candidates, default = _SHARED[mark]
    own = currency_of(country)
    if own in candidates:
        return own
    spoken = (mark, (language or "")[:2].lower())
    return None if spoken in _IN_DOUBT else _BY_LANGUAGE.get(spoken) or default


@cache
def currency_of(country: str | None) -> str | None:
    """The currency paid in a country (ISO 3166-1 alpha-2); None where unknown or more than one is in use."""
    if not country:
        return None
    in_use = get_territory_currencies(country.upper())
    return in_use[0] if len(in_use) == 1 else None


_IN_WORDS = re.compile(rf"{_NO_LETTER_BEFORE}(?:in\s+)?\(?(?P<code>{_CODE})\)?(?=\W*$|\W+\w+\W*$)")


def currency_in_label(label: str) -> str | None:
    """The code at the end of a label such as "Salary (EUR):" or "Rate paid in USD:"."""
    match = _IN_WORDS.search(label)
    return match["code"].upper() if match else None


def _find_amounts(text: str) -> list[Money]:
    amounts: list[Money] = []
    reach = 0  # where the previous amount ended: its mark is not this one's
    for digits in _DIGITS.finditer(text):
        number = _NUMBER.match(text, digits.start()) if digits.start() >= reach else None
        if number and (amount := _read_amount(text, number, reach)):
            amounts.append(amount)
            reach = amount.end
    return amounts


def _read_amount(text: str, number: re.Match[str], reach: int) -> Money | None:
    written = re.sub(r"(?:[.,][-–—]+|:-)$", "", number.group())
    mark, start = _mark_before(text, number.start(), reach)
    if mark is None and _LATIN_BEFORE.search(text[max(0, start - 1) : start]):
        return None  # "B2B", "Q4"
    name, end = _scale_after(text, number.end())
    after, mark_end = _mark_after(text, end, has_mark=mark is not None)
    if name and not (mark or after) and _is_lone_letter(text, number.end(), end):
        name, end, mark_end = None, number.end(), number.end()
    if _NO_AMOUNT.match(text, mark_end) or (written in _RETIREMENT_PLANS and name == "thousand"):
        return None
    scale = _SCALES[name][0] if name else Decimal(1)
    if name in ("lakh", "crore"):
        after = after or "INR"
    value = _trimmed(read_number(written, scaled=name is not None) * scale)
    return Money(value, value, _stronger(mark, after), scale, start, mark_end)


def _trimmed(value: Decimal) -> Decimal:
    """Without decimals that say nothing ("2000.0")."""
    whole = value.to_integral_value()
    return whole if value == whole else value


def _is_lone_letter(text: str, start: int, end: int) -> bool:
    match = _LONE_LETTER.match(text, start)
    return match is not None and match.end() == end


def _mark_before(text: str, at: int, reach: int) -> tuple[str | None, int]:
    low = max(reach, at - 16)
    before = text[low:at].rstrip(" \u00a0\u202f")
    if not before or not (before[-1].isalpha() or before[-1] in _MARK_ENDS):
        return None, at
    match = _MARK_BEFORE.search(text[low:at])
    if not match:
        return None, at
    return _mark_of(match), low + match.start()


def _mark_after(text: str, at: int, *, has_mark: bool) -> tuple[str | None, int]:
    """A mark behind the digits, unless it belongs to the next amount ("$50 $60", "$20 R30")."""
    match = _MARK_AFTER.match(text, at)
    if not match or re.match(r"\d", text[match.end() : match.end() + 1]):
        return None, at
    if has_mark and re.match(r"[ \u00a0]?\d", text[match.end() : match.end() + 2]):
        return None, at
    return _mark_of(match), match.end()


def _mark_of(match: re.Match[str]) -> str:
    groups = match.groupdict()
    code = groups.get("code") or groups.get("code2")
    if code:
        return code.upper()
    if groups["symbol"]:
        return _SYMBOLS[groups["symbol"]]
    if groups.get("letter"):
        return str(groups["letter"])
    return next(mark for names, mark in _NAMES.items() if re.fullmatch(names, groups["name"], re.IGNORECASE))


def _scale_after(text: str, at: int) -> tuple[str | None, int]:
    if _CODE_AFTER.match(text, at):  # "50 KES" is no 50k
        return None, at
    match = _SCALE.match(text, at)
    return (match.lastgroup, match.end()) if match else (None, at)


def _stronger(one: str | None, other: str | None) -> str | None:
    """Of two marks of one amount the one that says more ("$… CAD")."""
    if one is None or (one in _SHARED and other is not None and other not in _SHARED):
        return other
    return one


_TO = (
    r"[-–—−~〜～]|to|until|bis(?: zu)?|à|a|ad|até|hasta|til|till|t/m|tot(?: en met)?|do|až|ile|до|(?:and )?up to|jusqu['’]à"
    r"|(?:,|and|&|-|–)?\s*(?:the\s+)?max(?:imum)?\b\.?(?:\s+\w+)?(?:\s+(?:is|of)|:)?"
)
_UNIT_BETWEEN = r"(?:/-)?(?:\s?(?:/|per|an?|pro|par|por|p\.)\s?[^\W\d_]{1,6}\.?)?(?:\s(?:gross|brut|brutto))?"
_BETWEEN_AMOUNTS = re.compile(
    rf"{_UNIT_BETWEEN}(?:[^\S\n]*(?:{_TO})[^\S\n]*|\s*[–—]\s*|\s+max(?:imum)?:?\s*)", re.IGNORECASE
)
_AND = re.compile(
    rf"{_UNIT_BETWEEN}\s+(?:and|et|und|y|e|och|og|en|i|и)\s+(?:i\s+|los\s+|les\s+)?", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:between|entre|zwischen|mellan|mellom|mellem|tussen|tra|fra|między|между)"
    r"(?:\s+(?:ca\.?|approx\.?|about|i|los|les|de|the))?\s*$",
    re.IGNORECASE,
)


def _join(text: str, first: Money, second: Money) -> Money | None:
    if first.is_range or not _agree(first.mark, second.mark):
        return None
    gap = text[first.end : second.start]
    joint = _is_joint(text, first, gap, second.scale) or _is_broken_line(text, first, second)
    if len(gap) > 30 or not joint:
        return None
    low = _rescaled(first, second)
    if not low < second.high <= low * 100:
        return None
    scale = max(first.scale, second.scale)
    return Money(low, second.high, _stronger(first.mark, second.mark), scale, first.start, second.end)


def _is_joint(text: str, first: Money, gap: str, scale: Decimal) -> bool:
    if _BETWEEN_AMOUNTS.fullmatch(gap) or (gap.strip() == "/" and scale > first.scale):  # "55/65 K€"
        return True
    return bool(_AND.fullmatch(gap) and _BETWEEN.search(text[max(0, first.start - 24) : first.start]))


def _is_broken_line(text: str, first: Money, second: Money) -> bool:
    """True where a range was printed on two lines ("A$85,000\n- A$98,000"), not for two bullets."""
    if not re.fullmatch(r"\s*\n\s*[-–—]\s*|\s*[-–—]\s*\n\s*", text[first.end : second.start]):
        return False
    alike = first.mark is not None and first.mark == second.mark and first.scale == second.scale
    before, after = (
        text[max(0, first.start - 5) : first.start].rstrip(" \t"),
        text[second.end : second.end + 1],
    )
    alone = before[-1:] in ("", "\n") and after in ("", "\n")
    return alike and alone and first.low >= 1000 and second.high <= 3 * first.low


def _agree(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return True
    return any(
        shared in _SHARED and code in _SHARED[shared][0] for shared, code in ((one, other), (other, one))
    )


def _rescaled(first: Money, second: Money) -> Decimal:
    """The lower amount with the scale that only the upper one carries ("35-45k", "40 to 50 000")."""
    if first.scale == 1 and second.scale > 1 and first.low * second.scale <= second.high:
        return first.low * second.scale
    thousands = first.low * 1000
    plain = first.scale == second.scale == 1 and first.low < 1000
    near = second.high / 6 <= thousands <= second.high
    return thousands if plain and near and second.high % 1000 == 0 else first.low
