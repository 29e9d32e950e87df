"""The language that a posting is written in.

The body decides: a site prints labels and menus in its own language around a posting in another.
Most postings are told by their function words alone. The model behind the others (py3langid) takes
about a second and 100 MB to load, so it is loaded when the first of them comes; a call then takes a
few milliseconds.
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
_NOT_LANGUAGE = re.compile(r"https?://\S+|(?<!\S)\S+@\S+|[\d_#*•|]+")

# Words that hold sentences together; those of the last languages only speak against the first.
_FUNCTION_WORDS = {
    "en": "the of and to in for with our you we your is are will on as be or an that this at from have by "
    "their who which",
    "de": "und der die das in mit für wir sie zu von den eine einer einen im bei auf ist du dich dein deine ihre "
    "unsere unserer als dem des sind oder werden zur zum ein uns nicht sowie durch auch",
    "fr": "et des le du vous nous une dans pour au aux sur votre notre est avec sont vos nos ou",
    "es": "y el los las con para una del por al nuestro nuestra tu su como o es son más",
    "nl": "het een van je in voor met bij op te aan wij is zijn ons onze jij wat als of dat die naar om uit",
    "sv": "och att i för vi som av på med är till din ett våra vår oss eller om kan har ditt inom",
    "da": "og at i for vi som af på med er til din et vores os eller om kan har dit inden det",
    "pt": "e o da do em para com uma os na no por ao dos das mais são nossa nosso",
    "it": "di e il la le per con che un una del della in al nel dei delle i gli si o come nostro sono",
}
_TOLD_BY_WORDS = ("en", "de", "fr")
_WORDS_OF = {tag: frozenset(said.split()) for tag, said in _FUNCTION_WORDS.items()}
# From these on the model never disagreed, over 5,000 stretches and mixtures of the development postings.
_LEAST_SHARE = 0.15  # of all words
_LEAST_LEAD = 2.0  # times the share of the language that comes next
_LEAST_WORDS = 6  # different ones
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ud7ff\uf900-\ufdff]")


def detect_language(text: str) -> str:
    """BCP 47 tag of the language that most of the text's sentences are in; `und` without letters."""
    body = _body(text)
    letters = sum(map(str.isalpha, body[: 2 * _ENOUGH_LETTERS]))
    if not letters:
        return UNDETERMINED
    if letters >= _ENOUGH_LETTERS and (tag := _tell_by_words(body)) is not None:
        return tag
    ranked = _identifier().rank(body)
    if letters < _ENOUGH_LETTERS:
        return str(next(tag for tag, _ in ranked if tag not in _UNLIKELY_IF_SHORT))
    return str(ranked[0][0])


def _tell_by_words(body: str) -> str | None:
    """The language whose function words leave no doubt."""
    if _OTHER_SCRIPT.search(body):
        return None
    said = body.casefold().split()
    shares = {tag: sum(map(known.__contains__, said)) / len(said) for tag, known in _WORDS_OF.items()}
    tag = max(_TOLD_BY_WORDS, key=shares.__getitem__)
    others = max(share for other, share in shares.items() if other != tag)
    if shares[tag] < max(_LEAST_SHARE, _LEAST_LEAD * others):
        return None
    return tag if len(_WORDS_OF[tag].intersection(said)) >= _LEAST_WORDS else None


def _body(text: str) -> str:
    """The lines that are sentences; all of the text where there are hardly any."""
    plain = _NOT_LANGUAGE.sub(" ", text)
    sentences = "\n".join(line for line in plain.splitlines() if _is_sentence(line))[:_SAMPLE_LENGTH]
    return sentences if sum(map(str.isalpha, sentences)) >= _ENOUGH_LETTERS else plain[:_SAMPLE_LENGTH]


def _is_sentence(line: str) -> bool:
    """Enough words, or a script that writes without spaces."""
    return line.count(" ") >= _SENTENCE_WORDS - 1 or bool(_UNSPACED.search(line))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier
