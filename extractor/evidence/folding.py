"""Text without what a copyist changes unawares: case, accents, kinds of dash, quote and space."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from extractor.mapped import MappedText

_TRIMMED = re.compile(r"^(?:[\s\"'\-•·▪●:;,!?…()\[\]{}|]|\.(?!\w))+|[\s\"'\-:;,.!?…()\[\]{}|]+$")
_ALIKE = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    **dict.fromkeys("‘’‚‛ʼ′´`", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("\t\n\r\x0b\x0c\x85\u2028\u2029", " "),
    **dict.fromkeys("*\xad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff", ""),  # emphasis; invisible
}
_ACCENTS = re.compile("[\u0300-\u036f]+")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")  # "problem-solving" is "problem solving"
_SPACES = re.compile(" {2,}")


def _fold_character(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", character))
    folded = unicodedata.normalize("NFC", bare).casefold()
    return _ALIKE.get(folded, folded)


class _Folding(dict[int, str]):
    """Code point to its fold where that is one character; the others are kept in `resized`."""

    def __init__(self) -> None:
        self.resized: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_character(character)
        if len(folded) != 1:
            self.resized[character] = folded
            folded = character
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> MappedText:
    """The folded text, with the place of each of its characters in `text`."""
    folded = MappedText.of(text).recoded(_HYPHEN.sub(" ", text.translate(_FOLDING)))
    resized = "".join(_FOLDING.resized.keys() & set(folded.text))
    if resized:
        folded = folded.rewritten(
            (match.start(), match.end(), _FOLDING.resized[match[0]])
            for match in re.finditer(f"[{re.escape(resized)}]", folded.text)
        )
    return folded.substituted(_SPACES, " ")


@lru_cache(maxsize=8)
def folded_text(text: str) -> MappedText:
    """The fold of a document's text, kept while its many quotes are looked for."""
    return fold(text)


def trim(folded: str) -> str:
    """Folded text without the marks at its ends; those that belong to a word (".NET", "C++") stay."""
    return _TRIMMED.sub("", folded)
