"""The verbatim lists: duties, qualifications, benefits, what rules an applicant out, what the site adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.claims import Claim
from extractor.fields.employment import find_applicant_countries
from extractor.fields.sponsorship import find_sponsorship
from extractor.outline import Outline
from extractor.records import Span
from extractor.sections import Verdict

LIST_FIELDS = {
    "duties": "responsibilities",
    "required": "required_qualifications",
    "preferred": "preferred_qualifications",
}


def read_lists(outline: Outline, pay: Sequence[Claim]) -> Iterator[Claim]:
    """Duties, qualifications and benefits, verbatim and in order; what states base pay is no benefit."""
    paid = [claim.spans[0] for claim in pay if claim.value.kind == "base"]
    for verdict in outline.verdicts:
        span = _without_comma(outline, verdict.segment.span)
        if verdict.label in LIST_FIELDS:
            yield Claim(
                f"{LIST_FIELDS[verdict.label]}[]", outline.words(span), (span,), score=verdict.confidence
            )
        elif verdict.label == "benefits":
            for item in split_benefits(outline, verdict):
                if not item.overlaps(*paid):
                    yield Claim("benefits[]", outline.words(item), (item,), score=verdict.confidence)


def _without_comma(outline: Outline, span: Span) -> Span:
    """Items of a list end in commas and semicolons that are the list's, not theirs."""
    return Span(span.start, span.start + len(outline.words(span).rstrip(" ,;")))


# What leads up to the first of a run of benefits: "We offer", "On top there's", "Dazu gibt es".
_BENEFIT_RUN = re.compile(
    r"(?:\b(?:including|include[s]?|such as|offer(?:s|ing)?|provide[s]?|plus|benefits(?: package)?|with|of|eligible for|receive[s]?|enjoy[s]?|"
    r"like|there(?:'s|’s| is| are| will be)|on top|(?:you|we)(?:'ll|’ll| will| would|'d|’d)? (?:get|have|pay(?: for)?|cover|give|throw in|add)|contributes?|comes? with|throw in|"
    r"get[s]?|also|extras|perks|in return|"
    r"dont|comme|offrons|proposons|bénéficie[z]?|(?:s['’]y )?ajoutent|dispose[z]?|avec|également|en plus|"
    r"wie|bieten(?: wir)?|gibt(?:['’]?s| es)|dazu|zusätzlich|au(?:ß|ss)erdem|kommen|bekommst du|bekommen sie|erhalten sie|erhältst du|erwarten (?:dich|sie)|geboten werden(?: können)?|"
    r"ofrecemos|como|disfruta(?:rás)? de|hay|incluye|además|te damos|tendrás|"
    r"offriamo|ci sono|garantiamo|inoltre|oferecemos|temos|além de|oferujemy|zapewniamy|dajemy|do tego|"
    r"krijg je|bieden(?: wij| we)?|aangevuld met|verder|daarnaast|erbij|"
    r"såsom|erbjuder(?: vi)?|får du|dessutom|samt|tilbyr(?: vi)?|tilbyder(?: vi)?|desuden|dessuten)\b:?|:)\s*(?=[^:]*$)",
    re.IGNORECASE,
)
_AND = r"(?:and|as well as|und|sowie|et|ainsi que|y|och|samt|en|e|oraz|og|plus)"
_COMMA = re.compile(
    rf"\s*(?:[;|]\s*|,(?!\d)\s*)(?:(?:{_AND}|ou|or|i)\s+)?|\s+\+\s+|\s+{_AND}\s+(?=[^,;+]*$)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[;|]|,(?!\d)|\s\+\s")
_DOT = re.compile(r"\s+[·•|]\s+")
LONGEST_BENEFIT_WORDS = 12
_LONGEST_LEAD = 9  # words
# What goes on with these after a comma is a part of the sentence, no further benefit.
_CLAUSE = re.compile(
    r"(?:in|an|auf|mit|bei|von|zu|durch|für|over|to|of|with|by|for)?\s?(?:which|who|whom|whose|where|welche[mnrs]?|denen|dessen|deren|damit|"
    r"sodass|wenn|weil|obwohl|où|dont|lequel|laquelle|lesquel\w+|afin|quien|quienes|cuyo|cuya|cuando|donde|som|vilket|waar\w*|cui|quale|którym|"
    r"so that|because|although|while|if|when|unless)\b",
    re.IGNORECASE,
)


def split_benefits(outline: Outline, verdict: Verdict) -> list[Span]:
    """A benefit as it stands; a prose run of them ("we offer A, B and C") is split at its commas."""
    span = verdict.segment.span
    said = outline.words(span)
    if dots := list(_DOT.finditer(said)):
        return [Span(span.start + a, span.start + b) for a, b in _between(dots, 0, len(said.rstrip(" .")))]
    is_whole = verdict.segment.kind == "bullet" or verdict.segment.cell is not None
    if is_whole or len(_SEPARATOR.findall(said)) < 2:
        return [span]
    start = _start_of_run(said)
    commas = [comma for comma in _COMMA.finditer(said, start) if not _is_in_brackets(said, comma.start())]
    kept = _between(commas, start, len(said.rstrip(" .!")))
    if not kept or any(len(said[a:b].split()) > LONGEST_BENEFIT_WORDS for a, b in kept[:-1]):
        return [span]
    if any(_CLAUSE.match(said, a) for a, _ in kept[1:]):
        return [span]
    return [Span(span.start + a, span.start + b) for a, b in kept]


def _start_of_run(said: str) -> int:
    """Where the first of a run of benefits begins, behind what leads up to it."""
    start = 0
    while lead := _BENEFIT_RUN.search(said, start):
        before = said[: lead.end()]
        if _SEPARATOR.search(before) or len(before.split()) > _LONGEST_LEAD or len(_SEPARATOR.findall(said, lead.end())) < 2:
            break
        start = lead.end()
    return start


def _between(marks: Iterable[re.Match[str]], start: int, end: int) -> list[tuple[int, int]]:
    """What stands between the marks of a run."""
    bounds = [start, *(edge for mark in marks for edge in mark.span()), end]
    return [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True) if b > a]


def _is_in_brackets(said: str, at: int) -> bool:
    return said.count("(", 0, at) > said.count(")", 0, at)


_NEGATIVE = re.compile(
    r"(?:Not|No|Lack(?:ing)?|Unwilling\w*|Unable|Inability|Without|Never|Less than|Requires?)\b"
)
_NEGATIVE_COMMA = re.compile(
    r",\s*(?=(?:Not|No|Lack|Unwilling\w*|Unable|Inability|Without|Never|Less than|Requires?)\b)"
)
_RULES_OUT = re.compile(
    r"\bonly\b|\bmust\b|\bnot\b|\bcannot\b|n't\b|\bunable\b|\bnur\b|\bkeine?\b|\buniquement\b|\bsolo\b|\bendast\b|\balleen\b",
    re.IGNORECASE,
)


def read_listing(outline: Outline) -> Iterator[Claim]:
    """What the listing site adds: pros, cons, whom it suits; keywords."""
    for section, path in (
        ("pros", "listing.pros[]"),
        ("cons", "listing.cons[]"),
        ("good_fit", "listing.good_fit[]"),
    ):
        for verdict in outline.under(section):
            yield Claim(path, outline.words(verdict.segment.span), (verdict.segment.span,))
    for verdict in outline.under("keywords"):
        said = outline.words(verdict.segment.span)
        if len(said.split()) <= 5:
            yield Claim("keywords[]", said, (verdict.segment.span,))


def read_disqualifiers(outline: Outline) -> Iterator[Claim]:
    """What rules an applicant out: lists that say so, runs of "Not …, Lack of …", and the sentences that
    refuse sponsorship or restrict who may apply."""
    sections = {id(verdict.segment): verdict.section for verdict in outline.verdicts}
    for segment in outline.segments:
        span = segment.span
        said = outline.words(span)
        parts = _split_at(said, _NEGATIVE_COMMA)
        is_run = len(parts) >= 2 and bool(_NEGATIVE.match(said))
        if sections.get(id(segment)) == "disqualifiers" or is_run:
            for start, end in parts if is_run else [(0, len(said))]:
                yield Claim("disqualifiers[]", said[start:end], (Span(span.start + start, span.start + end),))
        elif _is_refusal(said):
            yield Claim("disqualifiers[]", said, (span,))


def _is_refusal(said: str) -> bool:
    """A sentence, not a line of facts, that refuses sponsorship or restricts who may apply."""
    if not _RULES_OUT.search(said) or len(said.split()) < 4 or "|" in said or " – " in said:
        return False
    sponsorship = find_sponsorship(said)
    return (sponsorship is not None and sponsorship.value == "not_offered") or bool(
        find_applicant_countries(said)
    )


def _split_at(said: str, gap: re.Pattern[str]) -> list[tuple[int, int]]:
    bounds = [0, *(edge for match in gap.finditer(said) for edge in match.span()), len(said)]
    return [(bounds[i], bounds[i + 1]) for i in range(0, len(bounds), 2) if bounds[i + 1] > bounds[i]]
