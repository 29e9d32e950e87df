"""Text folded to what two people would call the same words."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00ad]")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff®™©]")  # before NFKC, which spells ™ as TM
_SPACES = re.compile(r"\s+")
# Trimmed at the ends only, and never + # or the dot before a letter: C, C++, C#, .NET, Node.js.
_LEAD = re.compile(r"^(?:[\s\-*•·▪●○◦■□►▸➢➤✓✔✅→»«>|,;:!?'\"_…]|\.(?!\w))+")
_TAIL = re.compile(r"[\s\-*•·▪●○◦■□►▸➢➤✓✔✅→»«<|,;:!?'\"_….]+$")
_ENUMERATION = re.compile(r"^(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)(?=\S)")
_MARKDOWN = re.compile(r"(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)")


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """NFKC, case folded, dashes, quotes and spaces folded, marks trimmed at the ends only."""
    if text.isascii() and text.isalnum():
        return text.casefold()
    text = html.unescape(text) if "&" in text else text
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_QUOTES)))
        text = _DASHES.sub("-", text)
    text = _SPACES.sub(" ", text).casefold()
    return _TAIL.sub("", _LEAD.sub("", text))


@lru_cache(maxsize=1 << 17)
def fold_item(text: str) -> str:
    """A list item folded: also without its bullet, number ("1.", "a)") or Markdown emphasis."""
    folded = fold(_MARKDOWN.sub("", text))
    return fold(_ENUMERATION.sub("", folded)) or folded


def without_accents(text: str) -> str:
    """Letters without their diacritics: "Malmö" and "Malmo" alike."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(folded: str) -> list[str]:
    """The words of folded text; + # . inside or at the end of a word stay."""
    return re.findall(r"\w[\w+#.'/]*[\w+#]|\w[+#]*|\.\w+", folded)
