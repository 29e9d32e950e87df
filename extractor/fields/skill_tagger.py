"""Skills as a fitted chain model of words sees them: what no lexicon holds, told by the words around it.

Each word of a piece gets one of five tags (outside; begins or goes on a hard or a soft skill). A tag's
score is a sum of weights: of the word itself, of its neighbours, of what the lexicon and the rules of
`skills` say of it, and of the piece it stands in. Weights: `data/skill_tagger.json`, fitted by
`python -m eval.fit_skills`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import add
from typing import Final, NamedTuple

from extractor.chain import Matrix, posteriors
from extractor.fields.skill_lexicon import Match, Token, lexicon, token_at, tokenise
from extractor.fields.skill_words import is_plain_word
from extractor.fields.skills import Candidate
from extractor.records import Span
from extractor.schema import SkillKind

TAGS: Final = ("O", "B-hard", "I-hard", "B-soft", "I-soft")
Vector = tuple[float, ...]  # a score of each tag
_NOTHING: Final[Vector] = (0.0,) * len(TAGS)

_CUES: Final = frozenset(
    "experience experienced knowledge knowledgeable proficiency proficient familiarity familiar skills skill understanding "
    "expertise expert background fluent fluency ability certified certification certificate license licence degree tools "
    "technologies software languages hands-on working strong solid using use with in of including such like as "
    "kenntnisse erfahrung umgang im mit der wie connaissance connaissances maîtrise maîtrisez expérience conocimientos "
    "experiencia manejo de en conhecimento conhecimentos experiência conoscenza esperienza kennis ervaring van erfarenhet "
    "kunskap av kännedom goda erfaring kjennskap erfaring kendskab znajomość doświadczenie umiejętność".split()
)
_CUE_REACH: Final = 8  # words
_LISTING: Final = re.compile(r",|/|;|\||\b(?:and|und|et|y|e|och|og|en|i|oraz)\b")
_CAMEL: Final = re.compile(r"[a-z][A-Z]")
_DIGIT: Final = re.compile(r"[\d²³¹⁰-⁹₀-₉①-⑨]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the posting with what it was judged to be."""

    span: Span
    label: str
    section: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one piece: indices into the text's tokens, what is seen of the piece, and of each word."""

    first: int
    last: int  # exclusive
    written: list[str]
    piece: list[str]
    context: list[list[str]]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A skill that the model sees, and how probable it holds its words' tags to be (the least of them)."""

    name: str
    span: Span
    kind: SkillKind
    probability: float


def tag_skills(
    text: str, pieces: Sequence[Piece], candidates: Iterable[Candidate], *, language: str | None = None
) -> list[Tagged]:
    """The skills of the pieces, in reading order, repeats included; `candidates` are what the rules see."""
    tokens = tokenise(text)
    found = []
    for words in see_words(text, tokens, pieces, candidates, language):
        rows = score_words(words)
        tags = decode(rows)
        if not any(tags):
            continue
        probable = marginals(rows, tags)
        for start, end, kind in _runs(tags):
            span = trim(text, Span(tokens[words.first + start].start, tokens[words.first + end - 1].end))
            found.append(Tagged(text[span.start : span.end], span, kind, min(probable[start:end])))
    return found


# "middleware such as", "lingua inglese": what leads to a name or on from it, and is no part of it.
_LEADS_TO: Final = re.compile(r"(?:lingua|langue|l[íi]ngua|idioma|język[au]?|sprog(?:et)?)\s+(?=\w{4})", re.IGNORECASE)
_LEADS_ON: Final = re.compile(
    r"\s+(?:such|like|including|e\.?g|wie|zum beispiel|z\.?b|zoals|bijvoorbeeld|comme|como|come|som|jak|"
    r"and|und|et|y|e|och|og|en|i|oraz|of|or|oder|ou|o|eller|with|mit|avec|con|med)$",
    re.IGNORECASE,
)

_OTHER_FORM: Final = re.compile(r"\((?:e|ne|le|se|euse|trice|in|a|o|as|os)\)")  # "organisé(e)"


def trim(text: str, span: Span) -> Span:
    """The span of a name without words that only lead to it or on from it, and without half a bracket."""
    start, end = span.start, span.end
    lead = _LEADS_TO.match(text, start, end)
    start = lead.end() if lead else start
    if on := _LEADS_ON.search(text[start:end]):
        end = start + on.start()
    name = text[start:end]
    if name.count("(") > name.count(")") and text[end : end + 1] != ")":
        end = start + len(name[: name.rfind("(")].rstrip())
    elif name.count("(") > name.count(")") and " " in name[name.rfind("(") :]:
        end += 1
    elif name.count(")") > name.count("("):
        start = start + name.find(")") + 1
        start += len(text[start:end]) - len(text[start:end].lstrip())
    elif form := _OTHER_FORM.match(text, end):
        end = form.end()
    return Span(start, end) if start < end else span


def _runs(tags: Sequence[int]) -> Iterator[tuple[int, int, SkillKind]]:
    at = 0
    while at < len(tags):
        start = at
        at += 1
        if tags[start] == 0:
            continue
        begun = TAGS[tags[start]]
        goes_on = TAGS.index("I" + begun[1:])
        while at < len(tags) and tags[at] == goes_on:
            at += 1
        yield start, at, "hard" if begun.endswith("hard") else "soft"


def see_words(
    text: str,
    tokens: Sequence[Token],
    pieces: Sequence[Piece],
    candidates: Iterable[Candidate],
    language: str | None,
) -> Iterator[Words]:
    """What is seen of each word of each piece; `candidates` are what the rules see in the text."""
    tag = (language or "en")[:2].lower()
    known = _by_token(tokens, lexicon().find(text, tokens, tag))
    ruled = _candidates(tokens, candidates)
    for piece in pieces:
        first = token_at(tokens, piece.span.start)
        last = token_at(tokens, piece.span.end - 1)
        if last < len(tokens) and tokens[last].start < piece.span.end:
            last += 1
        if last > first:
            written = [text[token.start : token.end] for token in tokens[first:last]]
            context = list(_contexts(text, tokens, first, last, piece, known, ruled))
            yield Words(first, last, written, _piece_features(text, piece, last - first, tag), context)


def _by_token(tokens: Sequence[Token], matches: Iterable[Match]) -> dict[int, tuple[str, str, str]]:
    return {
        at: ("B" if at == match.first else "I", match.entry.kind, match.entry.rule)
        for match in matches
        for at in range(match.first, match.last + 1)
    }


def _candidates(
    tokens: Sequence[Token], candidates: Iterable[Candidate]
) -> dict[int, tuple[str, str, str, str]]:
    seen: dict[int, tuple[str, str, str, str]] = {}
    for candidate in candidates:
        at = first = token_at(tokens, candidate.span.start)
        while at < len(tokens) and tokens[at].start < candidate.span.end:
            if at not in seen or candidate.sure:
                seen[at] = (
                    "B" if at == first else "I",
                    candidate.source,
                    candidate.kind,
                    "sure" if candidate.sure else "-",
                )
            at += 1
    return seen


def _piece_features(text: str, piece: Piece, size: int, language: str) -> list[str]:
    """What is seen of a piece of `size` words, the same for each of them."""
    marks = min(5, len(_LISTING.findall(text, piece.span.start, piece.span.end)))
    return [
        f"label={piece.label}",
        f"section={piece.section or '-'}",
        f"piece={piece.kind}",
        f"length={min(size, 30) // 3}",
        f"marks={marks}",
        f"language={language}",
    ]


def _contexts(
    text: str,
    tokens: Sequence[Token],
    first: int,
    last: int,
    piece: Piece,
    known: dict[int, tuple[str, str, str]],
    ruled: dict[int, tuple[str, str, str, str]],
) -> Iterator[list[str]]:
    """The features of each word that depend on where it stands in its piece."""
    label, section = piece.label, piece.section or "-"
    cue_at = -1
    for at in range(first, last):
        token = tokens[at]
        before = "^" if at == first else _gap(text[tokens[at - 1].end : token.start])
        after = "$" if at + 1 == last else _gap(text[token.end : tokens[at + 1].start])
        shape = shape_of(text[token.start : token.end])
        seen = [
            f"before={before}",
            f"after={after}",
            f"{shape}&before={before}",
            f"place={min(at - first, 2)}",
            f"plain={is_plain_word(token.key)}&{label}",
        ]
        if at == first:
            seen.append(f"first={shape}&{piece.kind}")
        if cue_at >= 0 and at - cue_at <= _CUE_REACH:
            seen.append(f"cue={tokens[cue_at].key}")
            seen.append(f"from cue={at - cue_at}")
        if token.key in _CUES:
            cue_at = at
        _add_lexicon(seen, at, first, last, label, known)
        if at in ruled:
            step, source, kind, sure = ruled[at]
            seen.append(f"rule={step}{source}{kind}{sure}")
            seen.append(f"rule={step}{sure}&{label}")
            seen.append(f"rule={step}{sure}&section={section}")
        yield seen


def _add_lexicon(
    seen: list[str], at: int, first: int, last: int, label: str, known: dict[int, tuple[str, str, str]]
) -> None:
    if at in known:
        step, kind, rule = known[at]
        seen += (f"known={step}{kind}", f"known={step}{kind}{rule}", f"known={step}&{label}")
    else:
        seen.append("unknown")
    for offset in (-1, 1):
        if first <= at + offset < last and at + offset in known:
            step, kind, _ = known[at + offset]
            seen.append(f"known{offset}={step}{kind}")


def _gap(between: str) -> str:
    return " " if between.isspace() else between.strip()[:2]


@lru_cache(maxsize=20_000)
def shape_of(word: str) -> str:
    """How a word is written."""
    if _DIGIT.search(word):
        return "digit"
    if len(word) > 1 and word.isupper():
        return "capitals"
    if _CAMEL.search(word):
        return "camel"
    return "initial" if word[:1].isupper() else "small"


def word_features(word: str) -> list[str]:
    """What is seen of a word by itself."""
    key = word.lower()
    return [
        "bias",
        f"w={key}",
        f"ends={key[-3:]}",
        f"ends={key[-2:]}",
        f"begins={key[:4]}",
        f"shape={shape_of(word)}",
        f"plain={is_plain_word(key)}",
        f"letters={min(len(key), 8)}",
    ]


def neighbour_features(word: str, offset: int) -> list[str]:
    """What is seen of a word for the one that stands `offset` words before (negative) or after it."""
    key = word.lower()
    if abs(offset) > 1:
        return [f"w{offset}={key}"]
    return [
        f"w{offset}={key}",
        f"plain{offset}={is_plain_word(key)}",
        f"shape{offset}={shape_of(word)}",
        f"ends{offset}={key[-3:]}",
    ]


OFFSETS: Final = (-2, -1, 1, 2)


def score_words(words: Words) -> Matrix:
    """The score of each tag for each of a piece's words."""
    weights = _model().features
    size = len(words.written)
    whole = _sum(words.piece)
    rows: Matrix = []
    for at in range(size):
        vectors = [whole, _own(words.written[at])]
        vectors += [
            _beside(words.written[at + offset], offset) for offset in OFFSETS if 0 <= at + offset < size
        ]
        vectors += [weights[name] for name in words.context[at] if name in weights]
        rows.append(list(map(sum, zip(*vectors, strict=True))))
    return rows


def decode(rows: Sequence[Sequence[float]]) -> list[int]:
    """The likeliest tags of words with these scores, as indices into TAGS."""
    into, dearest = _model().into, _model().dearest
    if all(
        max(row[1:]) + dearest < row[0] for row in rows
    ):  # whatever stands beside it, no word is of a skill
        return [0] * len(rows)
    best = list(rows[0]) if rows else [0.0]
    back: list[list[int]] = []
    for row in rows[1:]:
        pointers, following = [], []
        for tag, score in enumerate(row):
            arrivals = list(map(add, best, into[tag]))
            top = max(arrivals)
            pointers.append(arrivals.index(top))
            following.append(top + score)
        best = following
        back.append(pointers)
    tags = [best.index(max(best))]
    for pointers in reversed(back):
        tags.append(pointers[tags[-1]])
    return tags[::-1]


def marginals(rows: Sequence[Sequence[float]], tags: Sequence[int]) -> list[float]:
    """The probability of each word's tag, whatever the tags of the others, 0 to 1."""
    model = _model()
    scaled = [[math.exp(score - top) for score in row] for row in rows for top in (max(row),)]
    return [
        ahead[tag] for ahead, tag in zip(posteriors(scaled, [model.steps] * len(rows)), tags, strict=True)
    ]


@lru_cache(maxsize=20_000)
def _own(word: str) -> Vector:
    return _sum(word_features(word))


@lru_cache(maxsize=40_000)
def _beside(word: str, offset: int) -> Vector:
    return _sum(neighbour_features(word, offset))


def _sum(names: Iterable[str]) -> Vector:
    weights = _model().features
    rows = [weights[name] for name in names if name in weights]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else _NOTHING


class _Model(NamedTuple):
    """Weights by feature; `into[b][a]` is the weight of tag b after tag a, `steps[a][b]` its exponential. A
    word whose best tag is worse than "O" by more than `dearest` is of no skill: what its neighbours' tags can
    bring a run of skill words, entering and leaving it included, is no more than that a word."""

    features: dict[str, Vector]
    into: list[Vector]
    steps: Matrix
    dearest: float


@cache
def _model() -> _Model:
    raw = json.loads((files("extractor.fields") / "data" / "skill_tagger.json").read_text("utf-8"))
    moves = raw["moves"]
    return _Model(
        {name: tuple(row) for name, row in raw["features"].items()},
        list(zip(*moves, strict=True)),
        [[math.exp(move) for move in row] for row in moves],
        _dearest(moves),
    )


def _dearest(moves: Sequence[Sequence[float]]) -> float:
    entering, leaving = max(moves[0][1:]), max(row[0] for row in moves[1:])
    within = max(max(row[1:]) for row in moves[1:])
    return sum(max(0.0, step - moves[0][0]) for step in (entering, leaving, within))


def forget() -> None:
    """Read the weights anew when they are next needed: they have been fitted again."""
    for cached in (_own, _beside, _model):
        cached.cache_clear()
