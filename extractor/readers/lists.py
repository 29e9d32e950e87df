"""The verbatim lists: duties, qualifications, benefits, what rules an applicant out, what the site adds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.claims import Claim
from extractor.fields.employment import find_applicant_countries
from extractor.fields.sponsorship import find_sponsorship
from extractor.outline import Outline
from extractor.records import Span
from extractor.sections import Verdict
from extractor.segments import outside_brackets
from extractor.stems import fold_case

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
# What joins the last of a run, by language: "en" is "and" in Dutch and "in" in French.
_JOINTS = {
    "en": "and|as well as|plus", "de": "und|sowie", "fr": "et|ainsi que|ainsi qu['’](?=\\w)", "es": "y|e|así como", "pt": "e|bem como", "it": "e|ed|nonché",
    "nl": "en|alsook|evenals", "sv": "och|samt", "da": "og|samt", "no": "og|samt", "nb": "og|samt", "nn": "og|samt", "pl": "i|oraz",
}  # fmt: skip
_MOST_JOINED = 8  # words; in a longer part "and" joins two benefits as often as the halves of one


@functools.cache
def _comma(language: str | None) -> re.Pattern[str]:
    """What parts the items of a run: commas and the like, with or without "and", and the last "and"."""
    joint = _JOINTS.get((language or "en")[:2], _JOINTS["en"])
    return re.compile(
        rf"\s*(?:[;|]\s*|,(?!\d)\s*)(?:(?:{joint})\s+)?|\s+\+\s+|\s+(?P<joint>{joint})(?:\s+|(?<=['’]))",
        re.IGNORECASE,
    )


_SEPARATOR = re.compile(r"[;|]|,(?!\d)")
_DOT = re.compile(r"\s+[·•|]\s+")
LONGEST_BENEFIT_WORDS = 14
_LONGEST_LEAD = 9  # words
# What goes on with these after a comma is a part of the sentence, no further benefit.
_CLAUSE = re.compile(
    r"(?:in|an|auf|mit|bei|von|zu|durch|für|over|to|of|with|by|for)?\s?(?:which|who|whom|whose|where|welche[mnrs]?|denen|dessen|deren|damit|"
    r"sodass|wenn|weil|obwohl|où|dont|lequel|laquelle|lesquel\w+|afin|quien|quienes|cuyo|cuya|cuando|donde|som|vilket|waar\w*|cui|quale|którym|"
    r"so that|because|although|while|if|when|unless|as|but|within|into|sondern|dass|dich|sich|dans|au sein|sino|mais|nel|maar)\b",
    re.IGNORECASE,
)
# So do these, which are articles and other words elsewhere.
_CLAUSE_IN = {
    language: re.compile(rf"(?:{words})\b", re.IGNORECASE)
    for language, words in {
        "en": "in|at",
        "de": "in|im",
        "fr": "en",
        "es": "en",
        "sv": "men|att",
        "da": "men|at",
        "nb": "men|at",
    }.items()
}


def split_benefits(outline: Outline, verdict: Verdict) -> list[Span]:
    """A benefit as it stands; a prose run of them ("we offer A, B and C") is split at its commas."""
    span = verdict.segment.span
    said = outline.words(span)
    if dots := list(_DOT.finditer(said)):
        return [Span(span.start + a, span.start + b) for a, b in _between(dots, 0, len(said.rstrip(" .")))]
    if verdict.segment.kind == "bullet" or verdict.segment.cell is not None:
        return [span]
    if _CONDITION.match(said):
        return [span]
    start = _start_of_run(said, outline.language)
    end = len(said.rstrip(" .!"))
    kept = _between(_marks(said, start, outline.language), start, end)
    parts = [said[a:b] for a, b in kept]
    is_run = len(parts) >= _FEWEST_IN_RUN and all(
        len(part.split()) <= LONGEST_BENEFIT_WORDS for part in parts[:-1]
    )
    if not is_run or _are_adjectives(parts) or (start == 0 and _VERB_AT_END.search(parts[-1])):
        return [span]
    return [Span(span.start + a, span.start + b) for a, b in kept]


def _are_adjectives(parts: Sequence[str]) -> bool:
    """Whether what looks like a run are the words before one noun: "a dynamic, dedicated and collegial team"."""
    between = all(len(part.split()) == 1 for part in parts[1:-1])
    return between and bool(_ARTICLE_AND_WORD.fullmatch(parts[0])) and not _ARTICLE.match(parts[-1])


_FEWEST_IN_RUN = 3
_CONDITION = re.compile(
    r"(?:as|if|when|since|while|wenn|da|als|falls|si|quand|lorsque|comme|cuando|se|quando|wanneer|om|när|hvis|når|jeśli|gdy)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:an?|eine?n?|une?|una?|uma?|een|ett?|en)\s", re.IGNORECASE)
_ARTICLE_AND_WORD = re.compile(rf"{_ARTICLE.pattern}+[\w-]+", re.IGNORECASE)
# "A bike and a bed are yours": the run is the subject of a sentence.
_VERB_AT_END = re.compile(r"\s(?:is|are|will be|ist|sind|est|sont|es|son|è|sono|é|são|är|er) \S+(?: \S+)?$")
# "discounts including dining and travel" is one benefit, "benefits including dental and a pension" are two.
_EXAMPLES = re.compile(
    r"\b(?:including|include[s]?|such as|like|e\.g\.|dont|notamment|comme|wie|z\.\s?b\.|como|såsom|zoals|tale come|np\.|jak)\s",
    re.IGNORECASE,
)
_ALL_BENEFITS = re.compile(
    r"benefit|perk|package|reward|leistung|vorteil|zusatz|avantage|benefici|ventaja|vantagg|benefíc|förmån|fordel|goder|voorwaarden|świadcze",
    re.IGNORECASE,
)


def _marks(said: str, start: int, language: str | None) -> list[re.Match[str]]:
    """What parts the items of a run from `start` on: its commas, the "and" of its last part, and that of a long one."""
    # Behind "our benefits package" they are the benefits.
    examples = _EXAMPLES.search(said, start + 1 if _EXAMPLES.match(said, start) else start)
    stop = examples.start() if examples else len(said)
    marks: list[re.Match[str]] = []
    low, joint, has_comma = start, None, False
    for mark in outside_brackets(_comma(language).finditer(said, start, stop), said):
        if _goes_on(said, mark.end(), language):
            continue
        if mark["joint"]:
            joint = mark
            continue
        if joint and len(said[low : mark.end()].split()) > _MOST_JOINED:
            marks.append(joint)
        marks.append(mark)
        low, joint, has_comma = mark.end(), None, True
    is_last = stop == len(said)  # not where examples follow
    if joint and (is_last or len(said[low:stop].split()) > _MOST_JOINED):
        marks.append(joint)
    return marks if has_comma else []


def _goes_on(said: str, at: int, language: str | None) -> bool:
    """Whether what begins there is a part of the benefit before."""
    own = _CLAUSE_IN.get((language or "en")[:2])
    return bool(_CLAUSE.match(said, at) or (own and own.match(said, at)))


def _start_of_run(said: str, language: str | None) -> int:
    """Where the first of a run of benefits begins, behind what leads up to it."""
    start = 0
    while lead := _BENEFIT_RUN.search(said, start):
        before = said[: lead.end()]
        if (
            (_EXAMPLES.search(f"{before} ", start) and not _ALL_BENEFITS.search(before))
            or _SEPARATOR.search(before)
            or _is_in_brackets(said, lead.start())
            or len(before.split()) > _LONGEST_LEAD
            or len(_marks(said, lead.end(), language)) < _FEWEST_IN_RUN - 1
        ):
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

_RULING = ("only", "must", "not", "n't", "unable", "nur", "kein", "uniquement", "solo", "endast", "alleen")


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
    if "|" in said or " – " in said or len(said.split()) < 4:
        return False
    folded = fold_case(said)
    if not any(stem in folded for stem in _RULING) or not _RULES_OUT.search(said):
        return False
    sponsorship = find_sponsorship(said)
    return (sponsorship is not None and sponsorship.value == "not_offered") or bool(
        find_applicant_countries(said)
    )


def _split_at(said: str, gap: re.Pattern[str]) -> list[tuple[int, int]]:
    bounds = [0, *(edge for match in gap.finditer(said) for edge in match.span()), len(said)]
    return [(bounds[i], bounds[i + 1]) for i in range(0, len(bounds), 2) if bounds[i + 1] > bounds[i]]
