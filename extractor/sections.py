"""What each piece of a posting is: a duty, a requirement, a benefit, or none of the lists.

A piece is judged by the heading that it stands under, by its own words and by its neighbours: a
linear-chain conditional random field over some 240 readable features and the stems of words, its
weights fitted by `python -m eval.fit_sections`, which also reports how well it does on cases it has
not seen. Each verdict carries a probability, from which the values' confidence is made.
"""

from __future__ import annotations

import functools
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from operator import mul

from extractor.chain import Matrix, posteriors
from extractor.patterns import Alternatives, Choices
from extractor.segments import Segment

LISTS = ("duties", "required", "preferred", "benefits")
LABELS = (*LISTS, "none")
STEPS = ("after heading", "same line", "next")
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A piece, the section it stands in, its label, and the probability of every label."""

    segment: Segment
    section: str | None
    label: str
    probabilities: dict[str, float]

    @property
    def confidence(self) -> float:
        """Probability of the chosen label, 0 to 1."""
        return self.probabilities[self.label]


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with what surrounds it; input of `features`."""

    segment: Segment
    said: str  # case-folded, straight apostrophes, single spaces
    raw: str
    section: str | None
    soft: bool
    since_heading: int
    strayed: bool  # a heading of unknown wording stands between
    fresh: bool  # a heading stands right before
    alone: bool  # the only piece of its line
    crowd: int  # pieces of its line
    position: float
    index: int
    bare: bool = False  # the posting has no heading of a list anywhere: it is running text


_SOFT_HEADING = re.compile(
    r"(?:job |role |position |the |about |our |this |your |in )*(?:description|overview|summary|purpose|profile|opportunity|role|job|position|internship|project|"
    r"mission|team|work|stellenbeschreibung|poste|descripci[oó]n.*|puesto|tjänsten|rollen|jobbet|om .*|functie.*|vacature.*|description .*)"
)
# Nothing that stands under these belongs to this posting's lists, whatever follows further down.
_CLOSING = frozenset({"other_jobs"})
# Lists of the page's own; any other heading ends them, known or not.
SITE_LISTS = frozenset({"pros", "cons", "good_fit", "disqualifiers", "keywords"})


def label_pieces(placed: Sequence[Placed]) -> list[Verdict]:
    """Judge a posting's pieces, in reading order."""
    if not placed:
        return []
    weights = load_weights()
    scores = [score(features(piece), weights) for piece in placed]
    return [
        Verdict(
            piece.segment,
            piece.section,
            "none" if piece.section in SITE_LISTS else choose(row),
            dict(zip(LABELS, row, strict=True)),
        )
        for piece, row in zip(placed, judge(placed, scores, weights), strict=True)
    ]


# A list's piece is taken from this probability on: below one half, because for F1 a piece missed
# costs as much as a piece too many (tried from 0.3 to 0.6 by cross-validation).
TAKEN_FROM = 0.38


def choose(row: Sequence[float]) -> str:
    """The label of one piece: the likeliest list, if it is likely enough."""
    best = max(range(len(LISTS)), key=row.__getitem__)
    return LISTS[best] if row[best] >= TAKEN_FROM else "none"


class Weights:
    """Fitted weights: a row of LABELS for each feature, and for each way from a piece to the next.

    `raw` holds them as the file does, {feature or "step:label": {label: weight}}, none where it is zero.
    """

    def __init__(self, raw: Mapping[str, Mapping[str, float]]) -> None:
        rows = {name: tuple(row.get(label, 0.0) for label in LABELS) for name, row in raw.items()}
        none = (0.0,) * len(LABELS)
        self.features = rows
        self.steps = {
            step: [[math.exp(weight) for weight in rows.get(f"{step}:{label}", none)] for label in LABELS]
            for step in STEPS
        }


@functools.cache
def load_weights() -> Weights:
    """The fitted weights."""
    return Weights(json.loads(resources.files("extractor").joinpath("data/sections.json").read_text("utf-8")))


def place(text: str, segments: Sequence[Segment]) -> Iterator[Placed]:
    """Every piece that is no heading, with the heading it stands under and its neighbourhood."""
    crowds: dict[int, int] = {}
    for segment in segments:
        if segment.kind != "heading":
            crowds[segment.line] = crowds.get(segment.line, 0) + 1
    bare = not any(segment.kind == "heading" and segment.section in LISTS for segment in segments)
    section: str | None = None
    soft, strayed, since, index, closed = False, False, 0, 0, False
    fresh = False
    columns: dict[int, str] = {}
    last: Segment | None = None  # the piece before, where no heading stands between
    for segment in segments:
        raw = text[segment.span.start : segment.span.end]
        said = fold(raw)
        if segment.cell is None:
            columns = {}
        if segment.kind == "heading":
            fresh, last = True, None
            if segment.cell and segment.section is not None:
                columns[segment.cell] = segment.section
            elif segment.section is None and section in SITE_LISTS:
                section, strayed = None, True
            elif segment.section is None:
                strayed = True
            elif section == "keywords" and "skills" in said:
                pass  # "Hard skills" under "Keywords" is a part of it
            elif not closed:
                section, strayed, since = segment.section, False, 0
                soft = segment.section == "duties" and bool(_SOFT_HEADING.fullmatch(said.strip(" :.")))
                closed = section in _CLOSING
            continue
        if (
            section in SITE_LISTS
            and last is not None
            and (segment.kind != last.kind or segment.line > last.line + 1)
        ):
            section = None
        last = segment
        crowd = crowds[segment.line] if segment.cell is None else 1
        yield Placed(
            segment, said, raw, columns.get(segment.cell or 0, section), soft, since, strayed, fresh, crowd == 1, crowd,
            segment.span.start / max(1, len(text)), index, bare,
        )  # fmt: skip
        since, index, fresh = since + 1, index + 1, False


@functools.cache
def _cues() -> dict[str, tuple[Alternatives | None, Alternatives | None]]:
    raw = tomllib.loads(resources.files("extractor").joinpath("data/cues.toml").read_text("utf-8"))
    return {label: (_any(cues["strong"]), _any(cues["plain"])) for label, cues in raw.items()}


def _any(patterns: list[str]) -> Alternatives | None:
    return Alternatives("|".join(patterns)) if patterns else None


def is_plus(said: str) -> bool:
    """Whether words say that something is welcome and not asked for."""
    return _says("preferred", said)


def is_required(said: str) -> bool:
    """Whether words ask for something."""
    return _says("required", said)


def _says(label: str, said: str) -> bool:
    strong, _ = _cues()[label]
    return strong is not None and strong.search(fold(said)) is not None


_SHAPES = {
    "url": re.compile(r"https?://|www\.|\.com\b|@\w"),
    "money": re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£]|\b(?:usd|eur|gbp|sek|etb|aud|cad|chf)\b"),
    "digits": re.compile(r"\d"),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
    "we": re.compile(r"\b(?:we|we're|we've|us|wir|nous|vi|nosotros|uns)\b"),
    "our": re.compile(r"\b(?:our|unsere?[mnrs]?|notre|nos|vår[at]?|nuestr[ao]s?)\b"),
    "you": re.compile(r"\b(?:you|you'll|you're|du|sie|vous|usted|tu)\b"),
    "your": re.compile(r"\b(?:your|deine?[mnrs]?|ihre?[mnrs]?|votre|vos|din|ditt|dina)\b"),
    "question": re.compile(r"\?"),
    "label": re.compile(r"^[\w /'&-]{2,30}:\s"),
    "ellipsis": re.compile(r"\.\.\."),
    "is": re.compile(r"\b(?:is|are|was|were|has|have|ist|sind|est|sont|är|es|son)\b"),
    "years": re.compile(r"\d\+?\s*(?:-\s*\d+\s*)?\+?\s*(?:years?|yrs?|jahre|ans|år|años)"),
}


def features(piece: Placed) -> Features:
    """What is seen of one piece, by name; names are the keys of the weights."""
    kind = piece.segment.kind
    head = (piece.section or ("bare" if piece.bare else "no")) + ("~" if piece.soft else "")
    words = piece.said.split()
    seen: Features = {
        "bias": 1.0,
        f"head={head}": 1.0,
        f"head={head}&{kind}": 1.0,
        f"kind={kind}": 1.0,
        f"words={_bucket(len(words))}": 1.0,
        f"end={piece.said[-1:] if piece.said[-1:] in ':.?!;' else '-'}": 1.0,
    }
    if piece.section is not None:
        seen[f"far={head}"] = min(piece.since_heading, 20) / 10
        if piece.strayed:
            seen[f"strayed={head}"] = 1.0
            seen["strayed"] = 1.0
    if piece.alone:
        seen[f"alone&{kind}"] = 1.0
    if piece.crowd >= 3:
        seen[f"crowd&{head}"] = 1.0
    if piece.index < 3:
        seen[f"index={piece.index}"] = 1.0
    seen["late"] = max(0.0, piece.position - 0.7) * 3
    for name, pattern in _SHAPES.items():
        if pattern.search(piece.said):
            seen[name] = 1.0
    if piece.raw[:1].islower():
        seen["lower"] = 1.0
    if piece.raw.isupper():
        seen["capitals"] = 1.0
    if len(words) > 1 and sum(word[:1].isupper() for word in piece.raw.split()) / len(words) > 0.6:
        seen["titled"] = 1.0
    _cue_features(piece, head, seen)
    _word_features(piece.said, seen)
    addressed = _ADDRESSED.match(piece.said)
    if addressed:
        seen["you have" if _HAVING.match(addressed["verb"]) else "you do"] = 1.0
    verb = _verb_start(piece.said)
    if verb:
        seen[f"verb={verb}"] = 1.0
        seen[f"verb={verb}&{head}"] = 1.0
    return seen


# "You check the proofs" is a duty, "You have a keen eye" a requirement.
_ADDRESSED = re.compile(r"(?:you|du|sie|vous|usted|je|tu)(?:'ll|'re| will| also| auch)? (?P<verb>[a-zà-ÿ']+)")
_HAVING = re.compile(
    r"(?:have|are|need|must|can|should|may|bring|know|speak|enjoy|love|like|want|possess|hold|get|receive|feel|hast|bist|haben|sind|bringst|bringen|kannst|"
    r"können|verfügst|verfügen|besitzt|sprichst|sprechen|magst|êtes|avez|justifiez|possédez|disposez|maîtrisez|aimez|savez|har|är|kan|bör|trivs|behöver|talar|hebt|bent|kunt|"
    r"possui|tem|sei|hai|you're|bekommst|erhältst|erhalten|får)\b"
)


def _cue_features(piece: Placed, head: str, seen: Features) -> None:
    for name, pattern in _choices().that_may_match(piece.said):
        count = sum(1 for _ in pattern.finditer(piece.said))
        if count:
            seen[name] = min(2.0, 0.5 + count / 2)
            if name.startswith("strong"):
                seen[f"{name}&{head}"] = 1.0


@functools.cache
def _choices() -> Choices:
    return Choices(
        (f"{strength}={label}", pattern)
        for label, patterns in _cues().items()
        for strength, pattern in zip(("strong", "plain"), patterns, strict=True)
        if pattern is not None
    )


_WORD = re.compile(r"[^\W\d_]+")
STEM = 6  # letters; shorter and longer stems judged held-out postings worse


def _word_features(said: str, seen: Features) -> None:
    """The stems of the words, those of the first two by their place too: what no list of cues foresees."""
    words = _WORD.findall(said)
    for place_, word in zip("01", words, strict=False):
        seen[f"word{place_}={word[:STEM]}"] = 1.0 if place_ == "0" else 0.7
    for word in words:
        if len(word) > 2:
            seen[f"word={word[:STEM]}"] = 0.5


def _bucket(count: int) -> str:
    for limit in (1, 2, 3, 5, 8, 14, 25, 45):
        if count <= limit:
            return str(limit)
    return "more"


_VERB_START = re.compile(
    r"(?:[a-z]+ly )?(?:(?P<gerund>[a-z-]{3,}ing)|(?P<infinitive>[a-zà-ÿ]{3,}(?:er|ir|re|ar)(?:se)?)|(?P<third>[a-z]{3,}[^s\W]s)|(?P<base>[a-z-]{3,}))\b"
)
_BASE_VERBS = frozenset(
    """achieve act adapt adhere administer advise aid align analyse analyze answer apply approve arrange assemble assess assist
    assure attend audit author be build calculate care carry champion check clean close coach code collaborate collect
    communicate compile complete comply conduct configure consult continue contribute control convert cook coordinate
    counsel cover create deal debug define deliver demonstrate deploy design determine develop diagnose direct discover
    display distribute document draft drive educate employ enable encourage engage enhance ensure escalate establish
    evaluate examine execute experiment explore facilitate file focus follow forecast formulate foster gain gather
    generate give greet grow guide handle help hire hold host hunt identify implement improve initiate innovate inspect
    inspire install integrate interact interface interpret interview investigate issue join keep know lead learn
    leverage liaise listen load log maintain make manage market measure meet mentor model monitor motivate negotiate
    nurture observe obtain offer open operate optimise optimize orchestrate order organise organize oversee own pack
    participate partner perform pick plan prepare present prioritise prioritize process produce program promote proof
    protect prototype prove provide publish purchase pursue qualify react read receive recommend reconcile record recruit refer
    remain report represent research resolve respond retrieve review run safeguard scale scan schedule scope screen seek select
    sell send serve service set shape share ship solve source specify staff stay stock strategise strategize study supervise supply support
    take target teach test think track train translate travel treat troubleshoot undertake unload update upload uphold
    upsell use utilise utilize validate verify visit welcome work write""".split()
)


def _verb_start(said: str) -> str | None:
    start = _VERB_START.match(said)
    if not start:
        return None
    if start["gerund"]:
        return "gerund"
    first = start["base"] or start["third"] or start["infinitive"] or ""
    if first in _BASE_VERBS:
        return "base"
    if start["third"] and (first[:-1] in _BASE_VERBS or first[:-2] in _BASE_VERBS):
        return "third"
    return "infinitive" if start["infinitive"] else None


def score(seen: Features, weights: Weights) -> list[float]:
    """Score of each label for one piece."""
    rows = weights.features
    known = [name for name in seen if name in rows]
    values = [seen[name] for name in known]
    return [sum(map(mul, values, column)) for column in zip(*[rows[name] for name in known], strict=True)]


def step_to(piece: Placed) -> str:
    """Which way leads to a piece from the one before."""
    return "after heading" if piece.fresh else "same line" if piece.crowd > 1 else "next"


def judge(placed: Sequence[Placed], scores: Sequence[Sequence[float]], weights: Weights) -> Matrix:
    """Probability of each label of each piece, its neighbours' considered."""
    rows = [[math.exp(value - top) for value in row] for row in scores for top in (max(row),)]
    return posteriors(rows, [weights.steps[step_to(piece)] for piece in placed])


def fold(said: str) -> str:
    """Case-folded, straight apostrophes, single spaces: what the wording's patterns match."""
    return re.sub(r"\s+", " ", said.casefold().replace("’", "'").replace("‘", "'")).strip()
