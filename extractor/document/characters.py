"""Characters as people mean them: one kind of space, of line end and of hyphen, nothing invisible.

Scraped postings carry no-break spaces, soft hyphens, zero-width marks, headings in mathematical
bold, bullets of symbol fonts and letters split into base and accent. Each costs a model tokens and
a search its match; none of them says anything about the job.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from extractor.mapped import Edit, MappedText

_DELETED = "\x00"

# Recoded one for one; every other character of _ODD is deleted.
_RECODED = {
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u2010\u2011", "-"),
    # Bullets of the fonts Symbol and Wingdings, as word processors paste them.
    **dict.fromkeys("\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf076", "•"),
    # Digits and letters of full width, and the "bold" and "italic" letters of social networks.
    **{
        chr(code): unicodedata.normalize("NFKC", chr(code))
        for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B),
                     *range(0x1D400, 0x1D800))
    },
}  # fmt: skip

_ODD_CLASS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad"  # controls, no-break space, soft hyphen
    "\u061c\u1680\u180e\u2000-\u200b\u200e-\u2011\u2028-\u202f\u205f-\u206f\u3000"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufff9-\ufffb"
    "\U0001d400-\U0001d7ff\U000e0000-\U000e01ef\U000f0000-\U0010ffff"
)
_HAS_ODD = re.compile(f"[{_ODD_CLASS}\u200c\u200d]")
_ODD = re.compile(
    f"[{_ODD_CLASS}]+"
    # Joiners spell words in Arabic and Indic scripts and build emoji; elsewhere they are noise.
    "|(?<![\u0590-\u1fff\u2600-\u27bf\ufe0f\U00010000-\U0010ffff])[\u200c\u200d]+"
)
_RESIZED = re.compile(r"\x00+|[\ufb00-\ufb06\ufb13-\ufb17]")
_WIDE_POINT = re.compile(r"(?<=[0-9])(?:，(?=[0-9]{3}(?![0-9]))|．(?=[0-9]))")
_NOT_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")

_ESCAPE = re.compile(r"(?<!\\)\\(?=[-+*_.#&!~|()\[\]>])")


class _Recoding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return _DELETED


_RECODING = _Recoding({ord(old): new for old, new in _RECODED.items()})


def clean_characters(text: MappedText) -> MappedText:
    """The text in NFC without odd spaces, ligatures, invisible characters and carriage returns."""
    if _HAS_ODD.search(text.text):
        text = text.recoded(_ODD.sub(lambda match: match[0].translate(_RECODING), text.text))
        text = text.recoded(_WIDE_POINT.sub(lambda match: "," if match[0] == "，" else ".", text.text))
    if "\r" in text.text:
        text = text.recoded(text.text.replace("\r\n", _DELETED + "\n").replace("\r", "\n"))
    text = text.rewritten(
        (match.start(), match.end(), _resized(match[0])) for match in _RESIZED.finditer(text.text)
    )
    if unicodedata.is_normalized("NFC", text.text):
        return text
    return text.rewritten(_compositions(text.text))


def decode_entities(text: MappedText, *, strict: bool = False) -> MappedText:
    """The text with HTML character references decoded; `strict` wants their semicolon."""
    if "&" not in text.text:
        return text
    return text.rewritten(_entities(text.text, strict))


def drop_escapes(text: MappedText) -> MappedText:
    r"""The text without the backslashes of escaped Markdown ("\- item", "C\+\+")."""
    return text.substituted(_ESCAPE, "") if "\\" in text.text else text


# Bold type of Markdown, and of chats, within a line: "**Pay:** 20 €", "we are *Acme*". Stars that mark items
# and footnotes have no partner that ends a word.
_BOLD_WORDS = re.compile(r"(?<![*\w])(\*\*?)[^\s*](?:[^*\n]*[^\s*])?\1(?![*\w])")


def drop_bold(text: MappedText) -> MappedText:
    """The text without the stars of bold type."""
    return text.rewritten(_bold(text.text)) if "*" in text.text else text


def _bold(text: str) -> Iterator[Edit]:
    for words in _BOLD_WORDS.finditer(text):
        stars = len(words[1])
        yield words.start(), words.start() + stars, ""
        yield words.end() - stars, words.end(), ""


def _resized(found: str) -> str:
    return "" if found[0] == _DELETED else unicodedata.normalize("NFKC", found)


def _entities(text: str, strict: bool) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        if strict and not match[0].endswith(";"):
            continue
        decoded = html.unescape(match[0])
        if decoded == match[0]:
            continue
        # "&notice" holds the old reference "&not": only as much as was decoded is replaced.
        kept = len(_common_tail(match[0], decoded))
        yield match.start(), match.end() - kept, decoded[: len(decoded) - kept]


def _common_tail(reference: str, decoded: str) -> str:
    if reference.endswith(";") or len(decoded) == 1:
        return ""
    tail = decoded[1:]
    return tail if reference.endswith(tail) else ""


def _compositions(text: str) -> Iterator[Edit]:
    """Edits that bring each base letter and its marks into NFC."""
    for run in _NOT_ASCII.finditer(text):
        if not unicodedata.is_normalized("NFC", run[0]):
            for start, end in _clusters(run[0]):
                composed = unicodedata.normalize("NFC", run[0][start:end])
                if composed != run[0][start:end]:
                    yield run.start() + start, run.start() + end, composed


def _clusters(run: str) -> Iterator[tuple[int, int]]:
    start = 0
    for index, character in enumerate(run):
        # Marks, and the vowels and final consonants of decomposed Hangul, belong to what precedes.
        joins = unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
        if index and not joins:
            yield start, index
            start = index
    yield start, len(run)
