"""What each piece of a posting is: a duty, a requirement, a benefit, or none of the lists.

A piece is judged by the heading that it stands under and by its own words; the own words win
(contract: "is a plus" under "Requirements" is preferred). The verdict carries a margin, so that the
pieces in doubt, and they alone, can be put to the model.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from extractor.records import Span
from extractor.segments import Segment

LISTS = ("duties", "required", "preferred", "benefits")
LABELS = (*LISTS, "none")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A piece, the section it stands in, its likeliest label and by how much it leads the next."""

    segment: Segment
    section: str | None
    label: str
    margin: float
    scores: dict[str, float]


# How much a heading says about what stands under it; soft headings ("Job Description", "Overview")
# open sections of mixed prose.
HEADING_WEIGHT = 4.0
SOFT_WEIGHT = 1.0
NONE_PRIOR = 1.0
STRONG = 3.0
PLAIN = 1.0

_SOFT_HEADING = re.compile(
    r"(?:job |role |position |the |about |our |this |your |in )*(?:description|overview|summary|purpose|profile|opportunity|role|job|position|internship|project|"
    r"mission|team|work|stellenbeschreibung|poste|descripci[oó]n.*|puesto|tjänsten|rollen|jobbet|om .*|functie.*|vacature.*|description .*)"
)


@functools.cache
def _cues() -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    raw = tomllib.loads(resources.files("extractor").joinpath("data/cues.toml").read_text("utf-8"))
    return {
        label: tuple(re.compile("|".join(f"(?:{p})" for p in cues[k])) if cues[k] else None for k in ("strong", "plain"))  # type: ignore[misc]
        for label, cues in raw.items()
    }


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


def label_segments(text: str, segments: Iterable[Segment]) -> list[Verdict]:
    """Judge every piece that is no heading, in reading order."""
    verdicts = []
    section: str | None = None
    weight = 0.0
    for segment in segments:
        said = _fold(text[segment.span.start : segment.span.end])
        if segment.kind == "heading":
            section, weight = _open_section(segment, said, section, weight)
            continue
        verdicts.append(_judge(segment, said, section, weight))
    return verdicts


def _open_section(segment: Segment, said: str, section: str | None, weight: float) -> tuple[str | None, float]:
    if segment.section is None:
        # A heading of unknown wording is most often a subheading.
        return section, weight * 0.7
    soft = segment.section == "duties" and bool(_SOFT_HEADING.fullmatch(said.strip(" :.")))
    return segment.section, SOFT_WEIGHT if soft else HEADING_WEIGHT


_HEADING_LABEL = {"skills": "required"}


def _judge(segment: Segment, said: str, section: str | None, weight: float) -> Verdict:
    scores = {label: 0.0 for label in LABELS}
    scores["none"] = NONE_PRIOR
    target = _HEADING_LABEL.get(section or "", section or "")
    if target in LISTS:
        scores[target] += weight
    elif section is not None:
        scores["none"] += HEADING_WEIGHT
    for label, (strong, plain) in _cues().items():
        scores[label] += STRONG * min(2, _count(strong, said)) + PLAIN * min(2, _count(plain, said))
    scores["duties"] += _verb_score(said, segment.kind)
    if scores["preferred"] >= STRONG and section not in ("benefits", "about", "legal", "application"):
        scores["preferred"] += scores["required"] * 0.6 + 1
    if said.endswith(":") or len(said.split()) < 2:
        scores["none"] += 3.0
    ranked = sorted(scores.values(), reverse=True)
    label = max(LABELS, key=lambda name: scores[name])
    return Verdict(segment, section, label, ranked[0] - ranked[1], scores)


def _count(pattern: re.Pattern[str] | None, said: str) -> int:
    return 0 if pattern is None else sum(1 for _ in pattern.finditer(said))


def _verb_score(said: str, kind: str) -> float:
    start = _VERB_START.match(said)
    if not start:
        return 0.0
    if start["gerund"]:
        return 1.5
    if start["base"] and start["base"] in _BASE_VERBS:
        return 2.5
    if start["third"] and start["third"][:-1] in _BASE_VERBS | {start["third"][:-2]}:
        return 2.0
    return 1.5 if start["infinitive"] else 0.0


def _fold(said: str) -> str:
    return re.sub(r"\s+", " ", said.casefold().replace("’", "'").replace("‘", "'")).strip()


def span_of(verdict: Verdict) -> Span:
    """Where the piece stands."""
    return verdict.segment.span
