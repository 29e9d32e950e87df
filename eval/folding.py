"""Text folded to what two people would call the same words."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00ad]")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff®™©]")  # before NFKC, which spells ™ as TM
# Trimmed at the ends only, and never + # or the dot before a letter: C, C++, C#, .NET, Node.js.
_MARKS = " -*•·▪●○◦■□►▸➢➤✓✔✅→»«|,;:!?'\"_…"
_LEADING, _TRAILING = _MARKS + ">", _MARKS + "<."
_ENUMERATION = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_MARKDOWN = re.compile(r"(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)")


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """NFKC, case folded, dashes, quotes and spaces folded, marks trimmed at the ends only."""
    text = html.unescape(text) if "&" in text else text
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_QUOTES)))
        text = _DASHES.sub("-", text)
    return _trim(" ".join(text.split()).casefold())


def _trim(text: str) -> str:
    text = text.lstrip(_LEADING).rstrip(_TRAILING)
    while text.startswith(".") and not text[1:2].isalnum():
        text = text[1:].lstrip(_LEADING)
    return text


@lru_cache(maxsize=1 << 17)
def fold_item(text: str) -> str:
    """A list item folded: also without its bullet, number ("1.", "a)") or Markdown emphasis."""
    folded = fold(_MARKDOWN.sub("", text) if "**" in text or "__" in text else text)
    number = _ENUMERATION.match(folded)
    return (_trim(folded[number.end() :]) if number else folded) or folded


def without_accents(text: str) -> str:
    """Letters without their diacritics: "Malmö" and "Malmo" alike."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(folded: str) -> list[str]:
    """The words of folded text; + # . inside or at the end of a word stay."""
    return re.findall(r"\w[\w+#.'/]*[\w+#]|\w[+#]*|\.\w+", folded)
