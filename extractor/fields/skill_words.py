"""The words around skills, in the languages of job postings: what introduces them, trims them, ends them.

The lists stand in `data/skill_words.txt`; patterns of more than words in `skill_patterns`. Words are folded
as tokens are.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final, Literal

# How strongly the words before a list say that it is one of skills: "experience with" names them, after
# "including" anything may stand, and after "degree in" fields of study.
Introduction = Literal["none", "study", "example", "knowing"]

_STOPWORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        "the and of to in with for is are you our will we be or on at as by from have your".split()
    ),
    "de": frozenset(
        "und der die das mit für von den ein eine einen wir sie im in zu ist oder du bei sehr als auf".split()
    ),
    "fr": frozenset(
        "et le la les des vous de du une un dans pour nous au aux est sur votre en à avec êtes".split()
    ),
    "es": frozenset(
        "y el los las de con para en una un que por del su se al la es sus como buscamos".split()
    ),
    "sv": frozenset("och att som du vi är för med en av på till har ett det inom i din den kan vara".split()),
}
_LONGEST_INTRODUCTION_WORDS: Final = 6
_LONGEST_EXAMPLE_WORDS: Final = 2
_LONGEST_ASIDE_WORDS: Final = 3


def guess_language(words: Iterable[str]) -> str:
    """Which of the lexicon's languages these folded words are in; "en" where they do not tell."""
    known = list(words)
    counts = {name: sum(map(stopwords.__contains__, known)) for name, stopwords in _STOPWORDS.items()}
    return max(counts, key=lambda name: counts[name])


def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    text = (files("extractor.fields") / "data" / "skill_words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


def _words(lines: list[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _phrases(lines: list[str]) -> frozenset[str]:
    return frozenset(phrase.strip() for line in lines for phrase in line.split(";"))


def _prepositions(lines: list[str]) -> dict[str, frozenset[str]]:
    """For each introducing word, the prepositions that may follow; none where it needs none."""
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        heads, _, prepositions = line.partition("|")
        for head in heads.split():
            found[head] = found.get(head, frozenset()) | frozenset(prepositions.split() or [""])
    return found


_SECTIONS: Final = _sections()
_ENDS_NAME: Final = _words(_SECTIONS["ends name"])
_LEADING: Final = _words(_SECTIONS["leading"])
_TRAILING: Final = _words(_SECTIONS["trailing"])
_EMPTY_HEADS: Final = _words(_SECTIONS["empty heads"])
_VERBS: Final = _words(_SECTIONS["verbs"])
_BETWEEN: Final = _words(_SECTIONS["between"])
_KNOWING: Final = _prepositions(_SECTIONS["knowing"])
_EXAMPLES: Final = _phrases(_SECTIONS["examples"])
_ASIDES: Final = _phrases(_SECTIONS["asides"])
_PLAIN: Final = _ENDS_NAME | _LEADING | _TRAILING | _EMPTY_HEADS | _VERBS

STUDY_WORDS: Final = _words(_SECTIONS["study"])
CONJUNCTIONS: Final = _words(_SECTIONS["conjunctions"])
ABBREVIATIONS: Final = _words(_SECTIONS["abbreviations"])
# What an introduction and an aside can begin with, so that most words are passed by cheaply.
INTRODUCTION_OPENERS: Final = frozenset(_KNOWING) | {phrase.split()[0] for phrase in _EXAMPLES}
ASIDE_OPENERS: Final = frozenset(phrase.split()[0] for phrase in _ASIDES)


def introduction_at(words: list[str]) -> tuple[Introduction, int]:
    """What the first of these folded words say of a list after them, and how many of them say it."""
    prepositions = _KNOWING.get(words[0], frozenset())
    if "" in prepositions:
        return "knowing", 1
    for i, word in enumerate(words[1:_LONGEST_INTRODUCTION_WORDS], start=1):
        if word in prepositions:
            return "knowing", i + 1
        if word not in _BETWEEN:
            break
    for length in range(min(_LONGEST_EXAMPLE_WORDS, len(words)), 0, -1):
        if " ".join(words[:length]) in _EXAMPLES:
            return "example", length
    return "none", 0


def is_aside_at(words: list[str]) -> bool:
    """Whether these folded words begin with a phrase of the employer's gifts or of law."""
    return any(" ".join(words[:length]) in _ASIDES for length in range(1, _LONGEST_ASIDE_WORDS + 1))


def is_plain_word(word: str) -> bool:
    """Whether a folded word is one that these lists have."""
    return word in _PLAIN


def longest_plain_word() -> int:
    """The length of the longest word that these lists have."""
    return max(map(len, _PLAIN))


def ends_name(word: str) -> bool:
    """Whether a folded word ends the name that stands before it ("Python in production")."""
    return word in _ENDS_NAME


def is_leading(word: str) -> bool:
    """Whether a folded word is trimmed from the front of a name ("strong Python")."""
    return word in _LEADING


def is_trailing(word: str) -> bool:
    """Whether a folded word is trimmed from the end of a name ("Python preferred")."""
    return word in _TRAILING


def is_skill_name(words: list[str]) -> bool:
    """Whether these folded words can name a skill: no duty, and not an empty word such as "environment"."""
    return (
        words[0] not in _VERBS
        and words[-1] not in _EMPTY_HEADS
        and not any(word in _ENDS_NAME or word in STUDY_WORDS for word in words)
        and any(len(word) > 1 and not word.isdigit() for word in words)
    )
