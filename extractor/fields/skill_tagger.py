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
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import add
from typing import Any, Final, NamedTuple

from extractor.chain import Matrix, posteriors
from extractor.fields.skill_lexicon import Match, Token, matches_of, token_at, tokenise
from extractor.fields.skill_words import is_plain_word
from extractor.fields.skills import Candidate
from extractor.records import Span
from extractor.schema import SkillKind

TAGS: Final = ("O", "B-hard", "I-hard", "B-soft", "I-soft")
# Weights are thousandths. A vector holds one for each tag as the fields of one whole number, so that
# vectors are added as numbers are.
Vector = int
_FIELD: Final = 32  # bits
_UNIT: Final = 1000
_ZERO: Final = 1 << 30  # added to each field before they are read, as none may be below zero
_ZEROS: Final = sum(_ZERO << _FIELD * tag for tag in range(len(TAGS)))
_FIELDS: Final = struct.Struct(f"<{len(TAGS)}I")
# What is seen of a word, as a function that names it and what that is given.
Sight = tuple[Callable[..., list[str]], tuple[Any, ...]]

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
    """The words of one piece: indices into the text's tokens, what is seen of the piece, and of where each
    word stands in it."""

    first: int
    last: int  # exclusive
    written: list[str]
    piece: Sight
    context: list[list[Sight]]

    def features_at(self, at: int) -> list[str]:
        """What is seen of the piece and of the place of one of its words, by name."""
        return [name for see, given in (self.piece, *self.context[at]) for name in see(*given)]


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
_LEADS_TO: Final = re.compile(
    r"(?:lingua|langue|l[íi]ngua|idioma|język[au]?|sprog(?:et)?)\s+(?=\w{4})"
    r"|(?:an? )?(?:awareness|knowledge|understanding) of (?:the )?(?=\w{3})|sistemas?\s+(?-i:(?=[A-Z]))",
    re.IGNORECASE,
)
# "IT skills", "GPS systems", "Deutschkenntnisse", "MS-Office-Kenntnisse": what is general, behind a name that
# stands without it.
_GENERAL: Final = re.compile(
    r"(?<=[A-Z]{2})(?:\s+(?:[Ss]kills?|literate|[Ll]iteracy|competence|[Ss]ystems?|[Kk]nowledge)|[- ]Kenntnisse)$"
    r"|(?:(?<=Deutsch)|(?<=isch))-?(?:[Ss]prach)?kenntnisse$|(?<=\w)-Kenntnisse$|\s+[Nn]ivel\s+\w+$"
)
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
    for behind in (_LEADS_ON, _GENERAL):
        if found := behind.search(text[start:end]):
            end = start + found.start()
    name = text[start:end]
    is_open, is_closed = name.count("(") > name.count(")"), name.count(")") > name.count("(")
    if is_open and text[end : end + 1] != ")":
        end = start + len(name[: name.rfind("(")].rstrip())
    elif is_open and " " in name[name.rfind("(") :]:
        end += 1
    elif is_closed:
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
    known = _by_token(tokens, matches_of(text, tag))
    ruled = _candidates(tokens, candidates)
    for piece in pieces:
        first = token_at(tokens, piece.span.start)
        last = token_at(tokens, piece.span.end - 1)
        if last < len(tokens) and tokens[last].start < piece.span.end:
            last += 1
        if last > first:
            written = [text[token.start : token.end] for token in tokens[first:last]]
            context = list(_contexts(text, tokens, first, last, piece, known, ruled))
            marks = min(5, len(_LISTING.findall(text, piece.span.start, piece.span.end)))
            length = min(last - first, 30) // 3
            sight = (_piece_features, (piece.label, piece.section or "-", piece.kind, length, marks, tag))
            yield Words(first, last, written, sight, context)


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


def _piece_features(label: str, section: str, kind: str, length: int, marks: int, language: str) -> list[str]:
    """What is seen of a piece, the same for each of its words."""
    return [
        f"label={label}",
        f"section={section}",
        f"piece={kind}",
        f"length={length}",
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
) -> Iterator[list[Sight]]:
    """What is seen of each word that depends on where it stands in its piece."""
    label, section = piece.label, piece.section or "-"
    cue_at = -1
    before = "^"
    for at in range(first, last):
        _, start, end = tokens[at]
        key = tokens[at].key
        between = "" if at + 1 == last else text[end : tokens[at + 1].start]
        after = "$" if at + 1 == last else between if between == " " else _gap(between)
        kind = piece.kind if at == first else ""
        place = at - first if at - first < 2 else 2
        seen: list[Sight] = [
            (_standing, (before, after, shape_of(text[start:end]), place, is_plain_word(key), label, kind)),
            (_known_beside, (known.get(at), known.get(at - 1) if at > first else None,
                             known.get(at + 1) if at + 1 < last else None, label)),
        ]  # fmt: skip
        if cue_at >= 0 and at - cue_at <= _CUE_REACH:
            seen.append((_from_cue, (tokens[cue_at].key, at - cue_at)))
        if key in _CUES:
            cue_at = at
        if at in ruled:
            seen.append((_ruled, (*ruled[at], label, section)))
        yield seen
        before = after


def _standing(
    before: str, after: str, shape: str, place: int, is_plain: bool, label: str, kind: str
) -> list[str]:
    """Between what a word stands, and where; `kind` is that of a piece that it begins."""
    return [
        f"before={before}",
        f"after={after}",
        f"{shape}&before={before}",
        f"place={place}",
        f"plain={is_plain}&{label}",
        *([f"first={shape}&{kind}"] if kind else ()),
    ]


def _from_cue(cue: str, distance: int) -> list[str]:
    return [f"cue={cue}", f"from cue={distance}"]


def _known_beside(
    own: tuple[str, str, str] | None,
    left: tuple[str, str, str] | None,
    right: tuple[str, str, str] | None,
    label: str,
) -> list[str]:
    """What the lexicon says of a word and of those beside it."""
    seen = ["unknown"]
    if own:
        step, kind, rule = own
        seen = [f"known={step}{kind}", f"known={step}{kind}{rule}", f"known={step}&{label}"]
    return seen + [f"known{n}={found[0]}{found[1]}" for n, found in ((-1, left), (1, right)) if found]


def _ruled(step: str, source: str, kind: str, sure: str, label: str, section: str) -> list[str]:
    """What the rules say of a word."""
    return [
        f"rule={step}{source}{kind}{sure}",
        f"rule={step}{sure}&{label}",
        f"rule={step}{sure}&section={section}",
    ]


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


def score_words(words: Words) -> list[tuple[int, ...]]:
    """The score of each tag for each of a piece's words, in thousandths above the least that there can be."""
    whole = _weigh(words.piece) + _ZEROS
    own, *beside = zip(*map(_weigh_word, words.written), strict=True)
    vectors = [
        whole + by_itself + sum(map(_weigh, context))
        for by_itself, context in zip(own, words.context, strict=True)
    ]
    for offset, by_neighbours in zip(OFFSETS, beside, strict=True):
        if offset < 0:
            vectors[-offset:] = map(add, vectors[-offset:], by_neighbours)
        else:
            vectors[:-offset] = map(add, vectors[:-offset], by_neighbours[offset:])
    return list(
        _FIELDS.iter_unpack(b"".join([vector.to_bytes(_FIELDS.size, "little") for vector in vectors]))
    )


def decode(rows: Sequence[Sequence[int]]) -> list[int]:
    """The likeliest tags of words with these scores, as indices into TAGS."""
    tags, at = [0] * len(rows), 0
    is_of_none = _find_none(rows)
    while at < len(rows):
        start = at
        at += 1
        if not is_of_none[start]:
            while at < len(rows) and not is_of_none[at]:
                at += 1
            tags[start:at] = _decode_run(rows[start:at], start > 0, at < len(rows))
    return tags


def _find_none(rows: Sequence[Sequence[int]]) -> list[bool]:
    """Which words are of no skill: those in no run of words that may bring more as skills than as none."""
    onward, enter, leave = _model().dearest
    gains = [max(row[1:]) - row[0] + onward for row in rows]
    if max(gains) < 0 <= min(onward, -enter, -leave):  # as in many pieces
        return [True] * len(rows)
    ahead = [most := gains[0]]  # the most that a run up to each word brings; at an edge no step leads to it
    for gain in gains[1:]:
        ahead.append(most := gain + max(most, enter))
    found = [False] * len(rows)
    most = 0
    for at in range(len(rows) - 1, -1, -1):
        found[at] = ahead[at] + most - onward < 0
        most = max(gains[at] + most, leave)
    return found


def _decode_run(rows: Sequence[Sequence[int]], is_after: bool, is_before: bool) -> list[int]:
    """The likeliest tags of words of which nothing is sure, after and before words of no skill, or at an end."""
    into = _model().into
    best = [score + into[tag][0] for tag, score in enumerate(rows[0])] if is_after else list(rows[0])
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
    if is_before:
        best = list(map(add, best, into[0]))
    tags = [best.index(max(best))]
    for pointers in reversed(back):
        tags.append(pointers[tags[-1]])
    return tags[::-1]


def marginals(rows: Sequence[Sequence[int]], tags: Sequence[int]) -> list[float]:
    """The probability of each word's tag, whatever the tags of the others, 0 to 1."""
    model = _model()
    scaled = [[math.exp((score - top) / _UNIT) for score in row] for row in rows for top in (max(row),)]
    return [
        ahead[tag] for ahead, tag in zip(posteriors(scaled, [model.steps] * len(rows)), tags, strict=True)
    ]


@lru_cache(maxsize=20_000)
def _weigh_word(word: str) -> tuple[Vector, ...]:
    """What a word says of its own tag, and of the tags of the words for which it stands at each of OFFSETS."""
    return (_sum(word_features(word)), *(_sum(neighbour_features(word, offset)) for offset in OFFSETS))


@lru_cache(maxsize=40_000)
def _weigh(seen: Sight) -> Vector:
    see, given = seen
    return _sum(see(*given))


def _sum(names: Iterable[str]) -> Vector:
    weights = _model().features
    return sum(weights[name] for name in names if name in weights)


class _Model(NamedTuple):
    """Weights by feature; `into[b][a]` is the weight of tag b after tag a, `steps[a][b]` its exponential.
    `dearest` is the most that a step brings over the one from "O" to "O": between two words of skills, to the
    first one, and from the last one."""

    features: dict[str, Vector]
    into: list[tuple[int, ...]]
    steps: Matrix
    dearest: tuple[int, int, int]


@cache
def _model() -> _Model:
    raw = json.loads((files("extractor.fields") / "data" / "skill_tagger.json").read_text("utf-8"))
    moves = [[round(move * _UNIT) for move in row] for row in raw["moves"]]
    return _Model(
        {name: _pack(row) for name, row in raw["features"].items()},
        list(zip(*moves, strict=True)),
        [[math.exp(move) for move in row] for row in raw["moves"]],
        _dearest(moves),
    )


def _pack(row: Sequence[float]) -> Vector:
    return sum(round(weight * _UNIT) << _FIELD * tag for tag, weight in enumerate(row))


def _dearest(moves: Sequence[Sequence[int]]) -> tuple[int, int, int]:
    none, *skills = moves
    steps = max(max(row[1:]) for row in skills), max(none[1:]), max(row[0] for row in skills)
    onward, enter, leave = (step - none[0] for step in steps)
    return onward, enter, leave


def forget() -> None:
    """Read the weights anew when they are next needed: they have been fitted again."""
    for cached in (_weigh_word, _weigh, _model):
        cached.cache_clear()
