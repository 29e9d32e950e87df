"""Quotes with a slip of the copyist: found where the words are nearly, and say exactly, the same."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractor.evidence.boundaries import is_whole
from extractor.evidence.folding import fold, folded_text, trim
from extractor.records import Span

_MIN_CHARS = 8  # shorter words are another word when a letter changes
_MIN_RATIO = 88.0  # of the whole quote, 0 to 100
_MIN_ALIGNED = 83.0  # before its ends are moved to the ends of words
_MIN_WORD_RATIO = 82.0  # "analyse" to "analyze" has 86, "increase" to "decrease" 75
_MAX_SEARCHED = 60_000  # characters around `near`, or from the start; the search is not linear

_WORD = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+|[$€£¥₹₽₩₺%+<>]")
_NEGATIONS = frozenset(
    "no not non none never nor without except unless cannot nicht kein keine keinen keiner ohne nie pas sans"
    " jamais ni aucun aucune sin nunca ningun ninguna sem nao nem nenhum senza mai nessun inte ej ingen utan"
    " aldrig ikke ikkje uden uten niet geen zonder nooit nie bez не нет без ни".split()
)


def find_similar(text: str, quote: str, near: int | None, limits: Span) -> Span | None:
    """The words within `limits` most like the quote, if they say the same.

    That is: the same numbers, currencies and negations, and every word of the quote recognisable.
    """
    needle = trim(fold(quote).text)
    folded = folded_text(text)
    limits = _in_reach(limits, near)
    first, last = bisect_left(folded.starts, limits.start), bisect_right(folded.ends, limits.end)
    if not _MIN_CHARS <= len(needle) <= last - first:
        return None
    aligned = fuzz.partial_ratio_alignment(needle, folded.text[first:last], score_cutoff=_MIN_ALIGNED)
    if aligned is None:
        return None
    found = _best_words(folded.text, first + aligned.dest_start, first + aligned.dest_end, needle)
    if found is None:
        return None
    span = Span(folded.starts[found.start], folded.ends[found.end - 1])
    return span if is_whole(text, span) and limits.start <= span.start and span.end <= limits.end else None


def _in_reach(limits: Span, near: int | None) -> Span:
    if limits.end - limits.start <= _MAX_SEARCHED:
        return limits
    wanted = (limits.start if near is None else near) - _MAX_SEARCHED // 2
    start = max(limits.start, min(wanted, limits.end - _MAX_SEARCHED))
    return Span(start, start + _MAX_SEARCHED)


def _best_words(text: str, start: int, end: int, needle: str) -> Span | None:
    """The alignment moved to word boundaries, outwards or inwards, whichever is more alike."""
    words = [Span(*word.span()) for word in _WORD.finditer(text, max(0, start - 60), end + 60)]
    touched = [word for word in words if word.start < end and word.end > start]
    if not touched:
        return None
    firsts = [word.start for word in touched[:2]]
    lasts = [word.end for word in touched[-2:]]
    candidates = [Span(first, last) for first in firsts for last in lasts if first < last]
    best = max(candidates, key=lambda span: fuzz.ratio(needle, text[span.start : span.end]))
    found = text[best.start : best.end]
    is_alike = fuzz.ratio(needle, found) >= _MIN_RATIO and _says_the_same(needle, found)
    return best if is_alike else None


def _says_the_same(quote: str, found: str) -> bool:
    if _NUMBERS.findall(quote) != _NUMBERS.findall(found):
        return False
    said, stands = _WORD.findall(quote), _WORD.findall(found)
    if [word for word in said if word in _NEGATIONS] != [word for word in stands if word in _NEGATIONS]:
        return False
    if len(said) == 1:
        return len(stands) == 1 and Levenshtein.distance(quote, found) <= 1
    return all(
        _are_all_alike(said[i:j], stands[k:m])
        for operation, i, j, k, m in difflib.SequenceMatcher(None, said, stands, autojunk=False).get_opcodes()
        if operation in ("replace", "delete")  # words of the text that the quote left out are no harm
    )


def _are_all_alike(words: list[str], others: list[str]) -> bool:
    if len(words) == len(others):
        return all(map(_are_alike, words, others))
    return _are_alike("".join(words), "".join(others))  # "data base" for "database"


def _are_alike(word: str, other: str) -> bool:
    # A prefix turns a word into its opposite: "paid" and "unpaid", "dependent" and "independent".
    if word != other and (word.endswith(other) or other.endswith(word)):
        return False
    return fuzz.ratio(word, other) >= _MIN_WORD_RATIO
