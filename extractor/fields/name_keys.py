"""What two spellings of one name share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_NAME = re.compile(r"[^\w]+|_")
_SILENT = re.compile(r"['’.]")
_JOINERS = frozenset(["and", "und", "et", "y", "the", "of"])  # within a name: "Tyne and Wear", "Tyne Wear"
_SAINTS = {"st": "saint", "sankt": "saint", "ste": "sainte"}


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """What two spellings of one name share: no case, no accents, no punctuation, no "and"."""
    bare = name.casefold()
    if not bare.isascii():
        lowered = unicodedata.normalize("NFKD", bare).translate(_LETTERS)
        bare = "".join(ch for ch in lowered if not unicodedata.combining(ch))
    spaced = _NOT_NAME.sub(" ", _SILENT.sub("", bare))
    if " " not in spaced:
        return spaced
    words = spaced.removeprefix("the ").split()
    inner = [word for word in words[1:-1] if word not in _JOINERS]
    return " ".join(_SAINTS.get(word, word) for word in (*words[:1], *inner, *words[1:][-1:]))
