"""Numbers as people write them: "80k", "1.2M", "1.234,56", "80.000 €"."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMBER = re.compile(r"[-+]?\d[\d.,'\u00a0\u202f ]*\d|[-+]?\d")
_SCALES = {"k": 1_000, "m": 1_000_000, "mio": 1_000_000, "bn": 1_000_000_000}
_SCALE = re.compile(r"\s*(k|mio|m|bn)\b", re.IGNORECASE)


def read_number(value: Any) -> Decimal | None:
    """The number that `value` holds or writes; None where it holds none, or more than one."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return number.normalize() if number.is_finite() else None
    found = list(_NUMBER.finditer(str(value)))
    if len(found) != 1:
        return None
    scale = _SCALE.match(str(value), found[0].end())
    try:
        number = Decimal(_plain(found[0].group()))
    except InvalidOperation:
        return None
    return (number * (_SCALES[scale.group(1).lower()] if scale else 1)).normalize()


def _plain(written: str) -> str:
    """Grouping taken out, the decimal mark a dot."""
    written = re.sub(r"['\u00a0\u202f ]", "", written)
    marks = [mark for mark in written if mark in ".,"]
    if not marks:
        return written
    last = marks[-1]
    other = "," if last == "." else "."
    if other in marks:  # both kinds: the last one is the decimal mark
        return written.replace(other, "").replace(last, ".")
    whole, _, rest = written.rpartition(last)
    groups = len(marks) > 1 or (len(rest) == 3 and whole.strip("+-") not in ("", "0"))
    return written.replace(last, "") if groups else written.replace(last, ".")
