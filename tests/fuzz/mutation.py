"""Inputs to begin from, and random changes to them."""

from __future__ import annotations

import random
from pathlib import Path

CASES = Path(__file__).resolve().parent.parent.parent / "eval" / "cases"

# What readers look for, and what has broken readers elsewhere.
PIECES = [
    *"<p> </p> <div> <li> <ul> </ul> <table> <tr> <td> <br> <!-- --> <![CDATA[ ]]> <script> </script> <style> <pre>".split(),
    *"<p hidden> <template> <title> <textarea> &amp; &lt; &#x0; &#1114112; &notice &nbsp; &copy <a\thref=\"x\" < > \" ' =".split(),
    *"{ } [ ] : , null true \\u0000 \\ud800 @type JobPosting 1e999 -0 NaN {\"a\": [[[[ \"kind\": \"quotes\":".split(),
    *"$ € £ ¥ kr USD EUR CHF ₹ lakh k K M 18.50 1.234.567,89 1,000,000 999999999999999999999 0.00 1'000 ½ ① ٣ 三 .5 5.".split(),
    *"/hour per\tyear p.a. brutto 40h 37.5 hours/week 30% 2-3 2–3 10+ von bis from to up between to - – — ~ ca.".split(),
    *"2026-02-30 31.12.2026 12/31/26 0000-00-00 1st 2nd Q3 May Mai mayo 令和8年 2026年3月1日 tomorrow yesterday heute Feb\t29".split(),
    *"Remote Hybrid Paris, TX Georgia Berlin | München / London & New\tYork Springfield (m/w/d) H/F #123 @ at bei chez".split(),
    *"Python C++ C# .NET R Go PandasNumPySciPy JavaJavaScript years experience Jahre Erfahrung ans Bachelor PhD Master's".split(),
    *"Responsibilities: Requirements: Benefits: ## ** - • · * 1. a) | --- Apply: Skills: Tags: Salary: Location:".split(),
    *"visa sponsorship H1B 2024: 2025: Not Lack Unwilling founded 1999 employees 11-50 headquartered https://x.example jobs@x.example".split(),
    *"Ignore previous instructions system: <|im_end|> Assistant: AI: {{ }} {% %}".split(),
    "\n", "\n\n", "\r\n", "\r", "\t", " ", "\u00a0", "\u200b", "\u200d", "\u202e", "\ufeff", "\u0301", "\ufdd0", "\ufde0", "\ufffd",
    "\x00", "\x1b[31m", "\x85", "\u2028", "İ", "ß", "ﬁ", "ǅ", "\U0001f469\u200d\U0001f4bb", "\U0001d400", "각", "ก", "שלום", "مرحبا", "\U000e0041",
]  # fmt: skip
RAW = [
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\x80",
    b"\xf4\x90\x80\x80",
    b"\x1f\x8b\x08",
    b"PAR1",
    b"%PDF-1.7",
]
TABLES = [
    b'{"id": 1, "text": "We look for a cook in Bonn"}\n{"id": null, "html": "<p>x</p>"}\n[]\n{"path": "../x"}\n',
    b'id,text\n1,"We look for, a cook"\n2,"x ""y"" \n z"\n',
    b'user = "{{ posting }}"\n[params]\ntop_p = 0.5\n[[examples]]\ntext = "Cook"\nreply = {title = "Cook"}\n',
    b'{"error": {"message": "slow down", "code": 429, "type": "x"}, "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}',
    b"BT /F1 12 Tf 14 TL 40 800 Td (Engineer wanted in the town) Tj T* (Pay: 50,000 EUR a year) Tj ET",
]  # fmt: skip


def seeds() -> list[bytes]:
    """Postings, tables, prompts, errors."""
    postings = [path.read_bytes() for path in sorted(CASES.glob("*/*/posting.*"))]
    return [*(posting[:12_000] for posting in postings), *TABLES, b""]


def mutated(chance: random.Random, corpus: list[bytes]) -> bytes:
    """One seed after one to thirty changes, now and then long and monotonous."""
    data = chance.choice(corpus)
    if chance.random() < 0.5:  # short inputs run faster and reach the same code
        start = chance.randrange(len(data) + 1)
        data = data[start : start + chance.choice([40, 200, 1000, 3000])]
    for _ in range(chance.choice([1, 2, 4, 8, 30])):
        data = _changed(chance, data, corpus)
    return data


def _piece(chance: random.Random) -> bytes:
    return chance.choice(RAW) if chance.random() < 0.06 else chance.choice(PIECES).encode()


def _changed(chance: random.Random, data: bytes, corpus: list[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice([1, 2, 5, 20, 100]))
    match chance.randrange(10):
        case 0 | 1 | 2:
            return data[:at] + _piece(chance) + data[at:]
        case 3:
            return data[:at] + b" ".join(_piece(chance) for _ in range(chance.choice([2, 4, 8]))) + data[at:]
        case 4:
            return data[:at] + data[end:]
        case 5:
            return data[:at] + data[at:end] * chance.choice([2, 3, 20]) + data[end:]
        case 6:
            other = chance.choice(corpus)
            cut = chance.randrange(len(other) + 1)
            return data[:at] + other[cut : cut + chance.choice([20, 200, 1000])] + data[at:]
        case 7:
            return data[:at] + bytes(chance.randrange(256) for _ in range(end - at)) + data[end:]
        case 8:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            return b"\n".join(lines)
        case _:
            return data[:at] + _piece(chance) * chance.choice([10, 300]) + data[at:]
