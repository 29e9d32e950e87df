"""The language that a posting is written in.

The body decides: a site prints labels and menus in its own language around a posting in another.
The model behind it (py3langid) takes about a second and 100 MB to load, so it is loaded at the
first call; a call then takes a millisecond or two.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"  # BCP 47

# Languages that postings are published in. The model knows 140, among them Latin and Volapük; over
# a short English text the rare ones win too often ("Software Engineer" reads as Igbo).
_LANGUAGES = (
    "en de fr es it pt nl sv da no fi is pl cs sk hu ro bg el tr ru uk hr sr sl lt lv et ca eu gl ga cy mt "
    "sq mk bs be "
    "hy ka az kk ar he fa ur hi bn ta te mr gu kn ml pa si ne my th vi id ms tl ja ko zh km lo mn am sw af "
    "so om zu xh rw ha yo ig"
).split()
# Of these, what a few words of headers and names are mistaken for.
_UNLIKELY_IF_SHORT = frozenset("ga cy mt eu gl so om zu xh rw ha yo ig af tl ms sq".split())

_SENTENCE_WORDS = 7  # a line of fewer words is a header, a label or a keyword
_ENOUGH_LETTERS = 120
_SAMPLE_LENGTH = 2_500  # code points; more changes no verdict
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")
_NOT_LANGUAGE = re.compile(r"https?://\S+|\S+@\S+|[\d_#*•|]+")


def detect_language(text: str) -> str:
    """BCP 47 tag of the language that most of the text's sentences are in; `und` without letters."""
    body = _body(text)
    letters = sum(ch.isalpha() for ch in body[: 2 * _ENOUGH_LETTERS])
    if not letters:
        return UNDETERMINED
    ranked = _identifier().rank(body)
    if letters < _ENOUGH_LETTERS:
        return str(next(tag for tag, _ in ranked if tag not in _UNLIKELY_IF_SHORT))
    return str(ranked[0][0])


def _body(text: str) -> str:
    """The lines that are sentences; all of the text where there are hardly any."""
    plain = _NOT_LANGUAGE.sub(" ", text)
    sentences = "\n".join(line for line in plain.splitlines() if _is_sentence(line))[:_SAMPLE_LENGTH]
    return sentences if sum(ch.isalpha() for ch in sentences) >= _ENOUGH_LETTERS else plain[:_SAMPLE_LENGTH]


def _is_sentence(line: str) -> bool:
    """Enough words, or a script that writes without spaces."""
    return line.count(" ") >= _SENTENCE_WORDS - 1 or bool(_UNSPACED.search(line))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier
