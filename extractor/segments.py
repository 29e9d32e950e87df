"""A document's text cut into the pieces that a posting is made of.

A piece is a heading, a bullet, or a sentence of running text; each is a span of the text, so what is
built from pieces is verbatim by construction. Pages lose their line breaks on the way to us, so
bullets and headings are also found inside a line: by their marks ("• a • b", "- a - b - c"), by
the wording of headings ("… our team. What You'll Do Develop and …"), by sentence ends without a
space ("orders.When"), and, where a stretch has no sentence ends at all, by the words that begin
items ("… with the team Prepare monthly reports Ensure that …").
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Literal, NamedTuple

from extractor.records import Span
from extractor.stems import BEGINNING, find_beginnings, to_beginning

Kind = Literal["heading", "bullet", "sentence", "label"]


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece; `section` is set on headings whose wording is known, `line` counts from 0."""

    span: Span
    kind: Kind
    line: int
    section: str | None = None
    cell: int | None = None  # column of a table row


MARKS = r"[-–—‒―*+~•·●○◦▪■□▫‣⁃∙➢➤►▶✓✔✅☑→⇒»›❖◆◇★☆✦✧➔➜❯⚫🔹🔸🔷👉✨]|o(?=\s)|\uf0b7|\uf0a7|\u0095|\u2022"
PICTURES = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\u20E3]"
_LEAD = re.compile(
    rf"\s*(?:#{{1,6}}\s+|(?P<mark>(?:(?:{MARKS})\s*)+(?=\s|\S)|\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)](?=\s)|\d{{1,2}}\.\d{{1,2}}\.?(?=\s+[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])|>(?=\s)|(?:\.{{3}}|…)(?=\s*[^\W\d_])))?\s*"
)
_PICTURES = re.compile(rf"(?:{PICTURES}|\s)+")
_STRONG_MARKS = "•●▪■◦‣⁃∙➢➤►✓✔✅❖◆\uf0b7\uf0a7"
_STRONG_INLINE = re.compile(rf"\s*[{_STRONG_MARKS}]\s*")
_STARRED = re.compile(r"\s*(?<!\*)\*(?!\*)\s*(?=[A-ZÀ-ÖØ-Þ])")
# Dashes join words as well as items: only a dash before a capital or a picture, used often, marks items.
_WEAK_INLINE = {
    mark: re.compile(rf"(?:(?<=\s)|(?<=[.:;!?])){re.escape(mark)}\s*(?=[A-ZÀ-ÖØ-Þ\"“(]|\d+\+? |{PICTURES})")
    for mark in "-–—*·"
}
# A dash after a comma joins no words: "przyjęcie towaru, - obsługa kasy, - kontrola terminów"; but "€ 3.000,- per maand".
_PUNCTUATED_INLINE = re.compile(r"(?<=[,;.:])(?<!\d[,.])\s*[-–—•]\s+(?=\w)")
# "up- Call out jams- Scan", "a habit of finishing · accessibility as a reflex"
_GLUED_DASH = re.compile(r"(?<=[^\W\d_)])-\s+(?=[A-ZÀ-ÖØ-Þ])")
_MIDDLE_DOT = re.compile(r"\s+·\s+")
_SLASH = re.compile(r"(?<=[\w).]{2})\s+/\s+(?=[A-ZÀ-ÖØ-Þ]\S*(?:\s+[^\s/]\S*){2})")
_ANY_INLINE = re.compile(rf"[{_STRONG_MARKS}*·–—/-]")

# Words after which a full stop ends no sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e etc incl inc ltd co corp llc dept est approx no nos vs mr mrs ms dr prof sr jr st ave fig min max "
    "tel ext hrs hr yrs yr mo u.s u.k u.s.a e.u ph.d m.d b.s b.a m.s m.a b.sc m.sc b.ed m.ed b.com m.com b.tech m.tech rs advt a.m p.m p.a p.h p.w cf al viz ca bzw "
    "z.b d.h u.a o.ä ggf inkl evtl usw max mind bspw zzgl abs nr str t.ex bl.a m.m d.v.s s.k osv p.ex art kat cat abgeschl anschl mögl gem lic "
    "ej p.ej av exp req bijv o.a d.w.z enz mme mlle m jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SENTENCE_END = re.compile(
    r"""(?P<stop>[.!?…]+["”’)\]]*)(?P<gap>\s+(?=["“‘(\[¿¡]?[\w•*£$€₹-])|(?=[A-ZÀ-ÖØ-Þ¿¡][a-zà-öø-ÿ’']|[A-Z] [a-z]|(?!JS\b|NET\b|IO\b)[A-Z]{2,}\b|\d{1,2}\+? )|(?=\*))|(?P<picture>[\U0001F000-\U0001FAFF\u2600-\u27BF]\ufe0f?)(?=\s+[A-ZÀ-ÖØ-Þ¿¡])"""
)
# What introduces a list ends a piece ("Duties include: Serve as …"), and so does a wide gap.
_MAY_INTRODUCE = re.compile(r":|\s\s")
_INTRODUCTION = re.compile(
    r"(?:\b(?:includ(?:e|es|ing)|following|follows|responsibilit(?:y|ies)|duties|tasks|requirements|qualifications|you(?:['’]ll| will)(?: be)?|"
    r"suivant(?:e?s)?|siguientes|folgende[ns]?|följande|limited to|requisiti|mansioni|requisitos|tareas|funciones|taken|eisen|oppgaver|opgaver|arbetsuppgifter|"
    r"obowiązki|wymagania|missions|tâches|aufgaben|anforderungen|voraussetzungen|tarefas|funções)(?: are| the following)?\s*:|(?<=[a-zà-ÿ),;])(?=\s{2,}[A-ZÀ-Þ]))(?=\s*[A-ZÀ-Þ¿*])",
)
_GLUED = re.compile(  # begins with the capital, which few places have, so that the rest is seldom looked at
    r"[A-ZÀ-ÖØ-Þ](?:(?<=[a-zà-öø-ÿ)].)(?=[a-zà-öø-ÿ]{2,}(?:[\s,’']|$))|(?<=[a-z]{4}[A-Z])(?=[A-Z]+\b))"
)
# In a line that is glued anyway: "of hireAt least", "nach UGBLaufende", "the KPIsRequired skills", "we improveA secure
# job", "five years)2+ years"
_GLUED_TOO = re.compile(
    r"(?<=[a-zà-öø-ÿ]{3})(?=[A-ZÀ-ÖØ-Þ](?:[a-zà-öø-ÿ]\s|[a-zà-öø-ÿ]{2,}[-/]))|(?<=[A-ZÀ-ÖØ-Þ]{2})(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{3,}\s)"
    r"|(?<=[A-ZÀ-ÖØ-Þ]{2}s)(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{3,}\s)|(?<=[a-zà-öø-ÿ]{3})(?=A\s[a-z])"
    r"|(?<=[a-zà-öø-ÿ]{3})(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{5,}[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])"
    r"|(?<=[a-zà-öø-ÿ]{4}|[a-zà-öø-ÿ]{3}\))(?=\d{1,3}(?:[+%/(]|\s[a-z]))"
)
_FEWEST_GLUES = 2
_ACRONYM = 3  # letters, of one that ends an item
_WORD = re.compile(r"[^\W\d_]+(?:[’'&/-][^\W\d_]+)*")

# After these a capital letter begins a name, never an item.
_FUNCTION_WORDS = frozenset(
    "a an the of in on at by for to from with and or nor but as is are be was were our your their its his her this "
    "that these those into onto over under per via than within across through between against about like using "
    "our de du des la le les l d et ou à au aux en dans pour par sur avec un une der die das den dem des ein eine "
    "und oder im in am zu zum zur bei mit von vom für el los las y o e con por para del al och i på av med till för "
    "att det och en ett som om het een van op te voor met".split()
)
# Words that begin duties and requirements when capitalised in the middle of a line.
_STARTERS = frozenset(
    """ability able accountable accurate achieve act active adapt additional adept adhere administer advanced advise
    aid align all analyse analytical analyze answer any apply approve arrange assemble assess assist assure
    at attend attention audit author availability available be being bring build calculate capable care carry champion
    check clean clear clearly close coach code collaborate collaborating collect comfort comfortable commit
    committed communicate compile complete comply computer conduct configure confident conduct consult continue
    continually continuously contribute control convert cook coordinate counsel cover create creative critical
    current currently customer daily deal debug deep define deliver demonstrable demonstrate demonstrated deploy
    depth design detail determine develop diagnose direct discover display distribute document draft drive duties
    dynamic educate education effective effectively eligible employ empathy enable encourage energetic engage enhance
    ensure enthusiasm enthusiastic escalate establish evaluate evidence examine excellent exceptional excited execute
    experience experienced experiment expert expertise explore exposure extensive facilitate familiar familiarity
    fast-paced file flexible flexibility fluency fluent focus follow forecast formulate foster foundation friendly
    full gain gather general generate give good great greet grow guide handle hands-on hard-working have help
    high highly hire hold honest host identify implement improve independent initiate innovate inspect inspire install
    integrate intent interact interest interested interface interpret interview investigate issue join keep know
    knowledge knowledgeable lead learn leverage liaise liaising listen load log maintain make manage market master
    mastery measure meet mentor minimum model monitor motivate motivated must negotiate nurture observe obtain offer
    open operate optimise optimize orchestrate order organisational organise organised organizational organize
    organized outstanding oversee own pack participate partner passion passionate perform persist personable physically
    pick plan pleasant polished positive possess practical prefer preferred prepare present prior prioritise prioritize
    proactive proactively problem-solving process produce professional proficiency proficient program programming
    promote proof protect prove proven provide publications pursue qualified quality quick react read ready receive
    recommend reconcile record recruit refer relevant reliable remain report represent research resolve respond
    responsible retrieve review right run safeguard sales schedule scope scripting seek select self self-motivated
    self-starter sell send serve service set share should show skilled skills solid solve some source specify
    staff stay stock strategic strive strong study successful superior supervise supply support take target teach team
    technical test thorough think thrive track train translate travel treat troubleshoot two understand understanding
    undertake unload update upload uphold upsell use using utilise utilize valid validate verbal verify very visit weekly
    welcome well-organised willing willingness work working write written you your
    paid free medical dental vision health annual pension employee generous discounted boot uniform reliable own
    background capable for the we this if as our in it please when while with these they to not no
    abitur abschluss erfahrung erste abgeschlossene gute sehr sichere hohe kenntnisse spaß freude teamfähigkeit
    connaissance connaissances maîtrise expérience capacité bonne bon vous excellente sens rigueur
    experiencia conocimiento conocimientos manejo dominio capacidad disponibilidad bilingüe licenciatura título
    responsable mantener tener realizar coordinar erfarenhet kunskap du goda god förmåga""".split()
)
_INFINITIVE = re.compile(r"[a-zà-ÿ]{3,}(?:er|ir|ar|re|ing|ly|izing|ising)(?:se)?$")


@functools.cache
def headings() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """The wording of headings, by section: (whole, part) patterns over case-folded text."""
    raw = tomllib.loads(resources.files("extractor").joinpath("data/headings.toml").read_text("utf-8"))
    return {
        section: (
            re.compile("|".join(f"(?:{p})" for p in words["whole"])),
            re.compile("|".join(f"(?:{p})" for p in words["part"])) if words["part"] else None,
        )
        for section, words in raw.items()
    }


# Where a heading's wording fits several sections the more telling one is taken.
_ORDER = (
    "other_jobs", "disqualifiers", "good_fit", "pros", "cons", "keywords", "preferred", "legal", "authorization", "schedule", "benefits", "pay", "application",
    "duties", "required", "skills", "about",
)  # fmt: skip


# Of a heading told by a part of it; what has more is a sentence.
_MOST_WORDS_HEADING, _MOST_WORDS_COLONED = 8, 13


@functools.lru_cache(maxsize=4096)
def read_heading(text: str) -> str | None:
    """The section that a heading opens, by its wording; None where it is not known."""
    said = (
        re.sub(r"[\s()]+", " ", text).strip(" :#*_=-–—•.?!&|>").casefold().replace("’", "'").replace("‘", "'")
    )
    said = re.sub(rf"^(?:{PICTURES}|[\d.)]+|\s)+", "", said).strip()
    if not said or len(said) > 90:
        return None
    known = headings()
    for section in _ORDER:
        if known[section][0].fullmatch(said):
            return section
    if len(said.split()) > (_MOST_WORDS_COLONED if text.rstrip().endswith(":") else _MOST_WORDS_HEADING):
        return None
    for section in _ORDER:
        part = known[section][1]
        if part and part.search(said):
            return section
    return None


def split_segments(text: str, *, language: str | None = None) -> tuple[Segment, ...]:
    """Cut `text` into headings, bullets and sentences, in reading order."""
    return tuple(_join_wrapped(text, list(_segments(text, language))))


def _segments(text: str, language: str | None) -> Iterator[Segment]:
    position = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        start, position = position, position + len(line) + 1
        if line.strip():
            before, after = (lines[n] if 0 <= n < len(lines) else "" for n in (number - 1, number + 1))
            span = Span(start, start + len(line))
            if number > 2 and not before.strip() and _stands_over(line, after):
                yield Segment(strip_mark(text, span)[0], "heading", number, read_heading(line))
            else:
                yield from _line(text, span, number, language)


def _stands_over(line: str, after: str) -> bool:
    """Whether a line after a blank one is the heading of what follows, whatever it says: a few words
    without a full stop, right above a bullet or a much longer line."""
    words = line.split()
    lead = _LEAD.match(line)
    if (
        not any(map(str.isalnum, line))
        or len(words) > 6
        or line.rstrip()[-1] in ".,;!"
        or (lead and lead["mark"])
        or not after.strip()
    ):
        return False
    below = _LEAD.match(after)
    return bool(below and below["mark"]) or (len(after) > 70 and len(after) > 3 * len(line))


_CELL_GAP = re.compile(r"\s*(?:\t|\s\|\s|(?<=\S)\s{4,}(?=\S))\s*")
_MAY_HAVE_CELLS = re.compile(r"[\t|]|\s{4}")


_PIPED_ROW = re.compile(r"\s*\|\s*(?P<cells>[^\n]*?)\s*\|\s*")


def _cells(text: str, span: Span) -> list[Span]:
    """The cells of a table row; one where the line is none."""
    if not _MAY_HAVE_CELLS.search(text, span.start, span.end):
        return [span]
    row = _PIPED_ROW.fullmatch(text, span.start, span.end)
    inner = Span(*row.span("cells")) if row else span
    gaps = [gap for gap in _CELL_GAP.finditer(text, inner.start, inner.end) if inner.start < gap.start()]
    if not gaps or (len(gaps) == 1 and "\t" not in gaps[0][0] and not row):
        return [inner]
    bounds = [inner.start, *(edge for gap in gaps for edge in gap.span()), inner.end]
    cells = [_trim(text, bounds[i], bounds[i + 1]) for i in range(0, len(bounds), 2)]
    return [cell for cell in cells if cell.end > cell.start]


def _line(text: str, span: Span, number: int, language: str | None) -> Iterator[Segment]:
    cells = _cells(text, span)
    if len(cells) == 1:
        yield from _cell(text, span, number, language)
        return
    for column, cell in enumerate(cells):
        section = read_heading(text[cell.start : cell.end])
        for segment in _cell(text, cell, number, language):
            is_label = section is not None and len(text[cell.start : cell.end].split()) <= 5
            kind: Kind = "heading" if is_label else segment.kind
            yield Segment(segment.span, kind, number, section if is_label else segment.section, column)


# "--- Your tasks ---"
_FRAMED = re.compile(
    r"\s*(?P<frame>[-=*~_+]{2,}|[-=*~_+](?: [-=*~_+])+)\s*(?P<said>[^\W_][^\n]*?)\s*(?P=frame)\s*"
)


def _cell(text: str, span: Span, number: int, language: str | None) -> Iterator[Segment]:
    if not any(map(str.isalnum, text[span.start : span.end])):  # a rule, an empty row
        return
    framed = _FRAMED.fullmatch(text, span.start, span.end)
    if framed and is_heading_shaped(framed["said"], hashed=True):
        yield Segment(Span(*framed.span("said")), "heading", number, read_heading(framed["said"]))
        return
    body, bullet = strip_mark(text, span)
    if body.start >= body.end:
        return
    hashed = text[span.start : body.start].lstrip().startswith("#")
    for piece, marked in _inline_bullets(text, body, bullet):
        listed = bullet or marked
        for part, heading in _inline_headings(text, piece, listed):
            if heading is not None:
                yield Segment(part, "heading", number, heading)
                listed = False
            elif _is_heading(text[part.start : part.end], listed, piece == body, hashed):
                yield Segment(part, "heading", number, read_heading(text[part.start : part.end]))
            elif listed:
                for run in _run_on(text, part, language) if part.end - part.start > 240 else [part]:
                    yield _run(text, run, part, "bullet", number)
            else:
                yield from _prose(text, part, number, language)


def _prose(text: str, part: Span, number: int, language: str | None) -> Iterator[Segment]:
    """The sentences of running text, and the items of one that is a list."""
    for sentence in _sentences(text, part):
        if (section := _introduced(text, sentence)) is not None:
            yield Segment(sentence, "heading", number, section)
            continue
        for item in _semicolon_items(text, sentence) or [sentence]:
            for run in _run_on(text, item, language):
                yield _run(text, run, item, "sentence", number)


_SEMICOLON = re.compile(";")
_MOST_WORDS = 24  # of an item between semicolons


def outside_brackets(marks: Iterable[re.Match[str]], text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """Those of some matches, in order, that stand in no bracket opened from `start` on."""
    depth = 0
    for mark in marks:
        depth += text.count("(", start, mark.start()) - text.count(")", start, mark.start())
        start = mark.start()
        if depth <= 0:
            yield mark


def _semicolon_items(text: str, sentence: Span) -> list[Span]:
    """The items of a sentence that is a list: three or more short ones between semicolons."""
    if text.count(";", sentence.start, sentence.end) < 2:
        return []
    bounds = [sentence.start]
    for mark in outside_brackets(
        _SEMICOLON.finditer(text, sentence.start, sentence.end), text, sentence.start
    ):
        bounds += mark.span()
    items = [_trim(text, a, b) for a, b in zip(bounds[::2], [*bounds[1::2], sentence.end], strict=True)]
    items = [item for item in items if item.end > item.start]
    said = [text[item.start : item.end] for item in items]
    is_list = all(len(words.split()) <= _MOST_WORDS for words in said)
    clauses = sum(bool(_FINITE.search(words)) for words in said)
    return items if is_list and len(items) > 2 and clauses < 2 else []


_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|must|has|have|ist|sind|wird|werden|hat|haben|est|sont|sera|seront|es|son|será|è|sono|é|são|är|er|jest|są)\b",
    re.IGNORECASE,
)


def _run(text: str, run: Span, whole: Span, kind: Kind, number: int) -> Segment:
    """A part of a piece that ran on: an item, or a heading where it is one of known wording ("Your tasksYou will")."""
    said = text[run.start : run.end]
    words = len(said.split())
    may_be = run != whole and said[:1].isupper() and words <= 6
    section = read_heading(said) if may_be else None
    if section in _LISTED and (words <= 3 or _is_whole(said.strip(" :"))):
        return Segment(run, "heading", number, section)
    return Segment(run, kind, number)


def _introduced(text: str, sentence: Span) -> str | None:
    """The list that a sentence within a line opens ("The ideal candidate meets these requirements: ...")."""
    said = text[sentence.start : sentence.end]
    section = read_heading(said) if said.endswith(":") else None
    return section if section in _LISTED else None


def strip_mark(text: str, span: Span) -> tuple[Span, bool]:
    """The span without bullet marks, pictures and spaces at its ends, and whether a mark was there."""
    lead = _LEAD.match(text, span.start, span.end)
    start = lead.end() if lead else span.start
    marked = bool(lead and lead["mark"])
    pictured = _PICTURES.match(text, start, span.end)
    start = pictured.end() if pictured else start
    end = span.end
    while end > start and (text[end - 1].isspace() or text[end - 1] in "•*_"):
        end -= 1
    while start < end and text[start] in "*_ \t":
        start += 1
    return Span(start, end), marked


def is_heading_shaped(line: str, hashed: bool = False) -> bool:
    """Whether a whole line looks like a heading: short, no sentence, and known, coloned or styled."""
    words = line.split()
    if not words or len(line) > 90 or len(words) > 12:
        return False
    if hashed:
        return True
    if line.endswith((".", ",", ";")) and not line.endswith("..."):
        return False
    if len(words) <= 9 and read_heading(line):
        return True
    return line.endswith(":") or (line.isupper() and len(words) <= 8 and len(line) > 3)


def _is_heading(said: str, listed: bool, is_whole_line: bool, hashed: bool) -> bool:
    if listed:
        return _is_marked_heading(said)
    return is_whole_line and is_heading_shaped(said, hashed)


def _is_marked_heading(line: str) -> bool:
    """Whether a line with a bullet's mark before it is a heading all the same: pages that mark every
    line mark their headings too."""
    said = line.strip(" *_:")
    is_styled = line.rstrip(" *_").endswith(":") or said.isupper()
    words = len(said.split())
    if words > 6 or not (is_styled or words > 1) or read_heading(said) not in _LISTED:
        return False
    return _is_whole(said) or (words <= 4 and line.rstrip(" *_").endswith(":"))


_LISTED = frozenset({"duties", "required", "preferred", "benefits"})


def _is_whole(said: str) -> bool:
    """Whether a heading's wording is known as a whole, not for a part of it only."""
    folded = said.casefold().replace("’", "'")
    return any(headings()[section][0].fullmatch(folded) for section in _LISTED)


def _inline_bullets(text: str, span: Span, bullet: bool) -> list[tuple[Span, bool]]:
    """Pieces of a line between bullet marks inside it; (piece, whether a mark stood before it)."""
    if pictured := _between_pictures(text, span):
        return pictured
    present = set(_ANY_INLINE.findall(text, span.start, span.end))
    if not present:
        return [(span, False)]
    glued = len(list(_glues(text, span)))
    least_weak = max(1 if bullet else 3, 4 * glued)
    weak = [(mark, pattern, least_weak) for mark, pattern in _WEAK_INLINE.items()]
    for signs, pattern, least in (
        (_STRONG_MARKS, _STRONG_INLINE, 1),
        ("*", _STARRED, 2),
        *weak,
        ("-–—•", _PUNCTUATED_INLINE, 2),
        ("-", _GLUED_DASH, 3),
        ("·", _MIDDLE_DOT, 3),
        ("/", _SLASH, 3),
    ):
        if present.isdisjoint(signs):
            continue
        marks = list(pattern.finditer(text, span.start, span.end))
        if len(marks) >= least:
            pieces, start, marked = [], span.start, False
            for mark in marks:
                pieces.append((_trim(text, start, mark.start()), marked))
                start, marked = mark.end(), True
            pieces.append((_trim(text, start, span.end), marked))
            return [
                (strip_mark(text, piece)[0] if marked else piece, marked)
                for piece, marked in pieces
                if piece.end > piece.start
            ]
    return [(span, False)]


_PICTURE = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50](?=\ufe0f?\s*[^\W_])")
_FEWEST_PICTURES = 3
_SHORTEST_PICTURED = 12  # characters of an item; smileys in a row mark none


def _between_pictures(text: str, span: Span) -> list[tuple[Span, bool]]:
    """The items of a line in which the same picture stands before each ("📌 a 📌 b 📌 c")."""
    pictures = list(_PICTURE.finditer(text, span.start, span.end))
    if len(pictures) < _FEWEST_PICTURES - 1:
        return []
    mark, count = Counter(picture[0] for picture in pictures).most_common(1)[0]
    is_first = (
        text[max(0, span.start - 6) : span.start].rstrip(" \t\ufe0f").endswith(mark)
    )  # the line's own mark is cut off already
    starts = [picture.start() for picture in pictures if picture[0] == mark]
    items = [Span(start, stop) for start, stop in pairwise([*starts, span.end])]
    if count + is_first < _FEWEST_PICTURES or any(
        item.end - item.start < _SHORTEST_PICTURED for item in items
    ):
        return []
    before = _trim(text, span.start, starts[0])
    return [
        *([(before, is_first)] if before.end > before.start else []),
        *((strip_mark(text, _trim(text, item.start, item.end))[0], True) for item in items),
    ]


@functools.cache
def _inline_phrases() -> tuple[str, ...]:
    """Section headings as they stand inside a line, capitalised; of those that fit, the first is taken."""
    phrases = (
        # en
        "(?:Key |Main |Core |Primary |Essential |Your |Job |Principal |Major |Essential Duties (?:and|&) )?(?:Duties|Responsibilities|Accountabilities)(?: (?:and|&|And) (?:Duties|Responsibilities|Accountabilities))?(?: Include)?",
        "(?:What|How) [Yy]ou(?:[’']ll| [Ww]ill) (?:Do|do|Be Doing|be doing|Bring|bring|Need|need|Contribute|Get|get|Work On|Learn|Have|have)",
        "(?:What|Who) [Ww]e(?:[’']re| [Aa]re) [Ll]ooking [Ff]or", "What [Ww]e (?:Offer|offer|Need|need|Expect|expect)", "What [Yy]ou (?:Need|need|Bring|bring|Have|have|Get|get)",
        "(?:Minimum |Basic |Required |Preferred |Desired |Job |Additional |Key |Essential |Desirable |Education(?:al)? |Skills (?:and|&) |Other )?(?:Qualifications?|Requirements|Criteria)(?: (?:and|&) (?:Skills|Experience|Requirements|Qualifications))?",
        "(?:Preferred|Required|Technical|Desired|Key|Essential|Desirable|Soft|Hard|Additional) Skills(?: (?:and|&) Experience)?", "Skills (?:and|&|And) (?:Experience|Qualifications|Abilities|Competencies)", "Nice [Tt]o [Hh]ave[s]?", "Good [Tt]o [Hh]ave", "Bonus [Pp]oints", "Must[- ][Hh]aves?", "About (?:You|The Role|the Role|the role|The Job|the Job|Us|us|The Company|the Company|The Team|the Team|the Internship|The Internship)", "Who [Yy]ou [Aa]re", "Who [Ww]e [Aa]re",
        "(?:Company |Employee |Perks (?:and|&) |Our |Key )?(?:Benefits|Perks)(?: (?:and|&) Perks)?", "Why (?:Join|Work|Intern) (?:[A-Z]\\w+|at|for|with|us|Us)(?: [A-Z]\\w+)?\\??", "We Offer", "How [Tt]o [Aa]pply", "Company (?:Overview|Description|Profile)", "Job (?:Description|Summary|Purpose|Overview)", "(?:Role|Position) (?:Overview|Summary|Purpose)(?: And Purpose)?", "The (?:Role|Opportunity|Position)", "In [Tt]his [Rr]ole,? [Yy]ou [Ww]ill", "Salary(?: Range)?", "Compensation(?: Range)?", "Pay Range", "(?:Working |Work )?Hours", "(?:Our )?Commitment to [A-Z]\\w+", "Equal (?:Employment )?Opportunity(?: Employer)?", "In[- ‑]Office Requirement Statement", "(?:Company )?H1B Sponsorship", "US Based Applicants", "Additional Information", "Person Specification", "The (?:Ideal |Successful )?Candidate", "(?:Preferred|Required|Desirable|Essential|Experience|Education|Languages?|Location|Deadline|Bonus)(?=\\s*:)", "About [A-Z][\\w&]+(?=\\s*:)", "What [Ii]s [Oo]ffered", "(?:Education|Experience)(?: (?:and|&|/) (?:Experience|Education|Training))?", "Skills", "Working Conditions", "Physical (?:Demands|Requirements)",
        # de fr es sv nl pt it
        "(?:Deine|Ihre|Die|Unsere) Aufgaben", "Aufgaben", "(?:Dein|Ihr|Das) Profil", "Anforderungen", "Qualifikation(?:en)?", "(?:Wir|Das|Was wir) bieten", "Unser Angebot", "Über uns",
        "(?:Vos |Les |Tes )?[Mm]issions(?: principales)?", "(?:Votre |Le )?[Pp]rofil(?: recherché)?", "Compétences(?: requises)?", "Avantages", "Activités principales", "Description du poste", "Nous (?:vous )?offrons",
        "(?:Principales )?(?:Responsabilidades|Funciones|Tareas)(?: principales)?", "Requisitos(?: del puesto)?", "(?:¿)?A qui[ée]n buscamos\\?", "(?:¿)?Qu[ée] (?:buscamos|ofrecemos)\\?", "Ofrecemos", "Beneficios", "Perfil(?: requerido)?", "Objetivo del puesto", "Conocimientos", "Formación",
        "Arbetsuppgifter", "Kvalifikationer", "Vi erbjuder", "Om (?:tjänsten|rollen|oss|dig)", "Dina arbetsuppgifter", "Meriterande", "Wij bieden", "Functie-eisen", "Responsabilidades e atribuições", "Requisiti", "Offriamo", "Atividades",
        "(?:Other|Similar|Related|More|Recommended) (?:[Jj]obs|[Vv]acancies|[Pp]ositions|[Rr]oles|[Oo]penings)(?: (?:you may|you might|like this|at|from|near|for) ?[\\w’' ]{0,30})?",
        "(?:Similar|Other|Related|More) (?:ads|adverts|postings|listings|offers)(?=\\s*:)", "Also (?:needed|wanted|in this (?:bulletin|issue|paper))(?=\\s*:)", "(?:Ces|D[’']autres|Autres) offres(?: [\\w’' ]{1,40})?(?=\\s*:)", "Podobne(?: oferty| ogłoszenia)?(?=\\s*:)", "(?:Fler|Liknande|Andra) (?:lediga )?(?:jobb|tjänster|annonser)(?=\\s*:)", "(?:Altre|Simili) offerte(?: [\\w’' ]{1,30})?(?=\\s*:)", "(?:Outras vagas|Vagas parecidas|Veja também)(?=\\s*:)", "(?:Andere|Meer) (?:vacatures|jobs)(?=\\s*:)", "(?:Das könnte (?:dich|Sie) auch interessieren|Weitere Anzeigen|Ähnliche Anzeigen)(?=\\s*:)", "(?:Andre|Lignende|Flere) (?:ledige )?(?:job|jobber|stillinger)(?=\\s*:)", "(?:People|Others|Candidates) who (?:viewed|saw|liked|applied)[\\w ]{0,20} also (?:viewed|liked|applied|saw)[\\w ]{0,10}(?=\\s*:)", "(?:Similar|Other) (?:[\\w-]+ ){0,2}(?:hiring|openings|opportunities)(?=\\s*:)", "(?:Current|Other|Our other) (?:mandates|vacancies|openings|opportunities|assignments)(?=\\s*:)", "(?:Also|We are also|We['’]re also) hiring(?=\\s*:)",
        "(?:Ähnliche|Weitere) (?:Jobs|Stellen(?:angebote)?)", "(?:Autres )?[Oo]ffres (?:similaires|d[’']emploi similaires)", "(?:Otras|Más) ofertas(?: de empleo| de trabajo)?", "(?:Liknande|Fler) (?:jobb|tjänster)", "Vagas (?:semelhantes|relacionadas)", "(?:Vergelijkbare|Andere) vacatures", "Podobne oferty", "(?:Offerte|Annunci) simili", "(?:Lignende|Flere) (?:job|jobs|stillinger)",
        # nl it pt da nb sv pl: more
        "(?:Functie|Vacature)[ -]?omschrijving", "(?:Jouw|Je) (?:taken|functie|profiel|werkzaamheden)", "Taken", "Werkzaamheden", "(?:Functie[- ]?|Harde )?[Ee]isen", "(?:Overige )?[Aa]rbeidsvoorwaarden", "Wat (?:wij|we) (?:bieden|vragen|zoeken)", "Wat (?:bieden|vragen) (?:wij|we)\\??", "Wat ga je doen\\??", "Wie ben jij\\??", "Dit ga je doen", "Dit bieden wij", "Wij vragen", "Solliciteren\\?",
        "(?:Principali )?(?:[Aa]ttività|[Mm]ansioni|[Rr]esponsabilità)(?: principali)?", "(?:Il )?[Pp]rofilo(?: ricercato| ideale)?", "(?:Requisiti|Competenze|Conoscenze)(?: (?:richiest[ie]|preferenziali|minimi|tecniche|gradite))?", "(?:Cosa|Si) (?:offriamo|offre)", "Chi (?:siamo|cerchiamo)",
        "(?:Principais )?(?:[Aa]tividades|[Rr]esponsabilidades|[Tt]arefas|[Ff]unções)(?: principais)?", "Requisitos(?: (?:obrigatórios|desejáveis|mínimos|técnicos|excluyentes|deseables))?", "(?:O que )?[Oo]ferecemos", "Benefícios", "Diferenciais", "Perfil(?: (?:pretendido|desejado|do candidato|buscado))?", "Habilidades(?: e [Cc]ompetências)?",
        "(?:Dine )?(?:[Aa]rbejds)?[Oo]pgaver", "(?:Dine |Viktigste )?(?:[Aa]rbeids)?[Oo]ppgaver", "(?:Dine |Faglige |Personlige |Ønskede )?[Kk]valifika(?:tioner|sjoner)", "(?:Personlige )?[Ee]genska(?:ber|per)", "Vi (?:tilbyr|tilbyder|kan tilby|søger|søker|söker)(?: deg| dig)?", "Om (?:stillingen|jobbet|os|virksomheden|arbetet|tjensten)", "(?:Arbetsbeskrivning|Arbetsuppgifter(?:na)?|Huvudsakliga arbetsuppgifter|Din profil|Krav(?:profil)?|Vi söker dig som)", "Vi erbjuder dig",
        "(?:Zakres )?[Oo]bowiązk(?:i|ów)", "(?:Nasze )?[Ww]ymagania", "Oczekujemy", "Mile widziane", "(?:Co )?[Oo]ferujemy", "(?:Nasza )?[Oo]ferta", "Benefity",
        "(?:Das |Wir )?[Ee]rwarte(?:t dich|n wir)", "Ihr(?:e)? (?:Qualifikation(?:en)?|Aufgabengebiet|Vorteile)", "Das (?:bringst du|bringen Sie) mit", "Was (?:wir|dich|Sie|du) (?:bieten|erwartet|mitbringst|mitbringen)", "(?:Vos|Votre|Les) (?:[Mm]issions|[Pp]rofil|[Cc]ompétences|[Aa]vantages)", "(?:Ce que )?[Nn]ous (?:vous )?(?:proposons|offrons)", "(?:Lo que|Se) (?:ofrecemos|ofrece)", "(?:Tus|Sus) (?:funciones|responsabilidades)",
    )  # fmt: skip
    return tuple(sorted(phrases, key=len, reverse=True))


_CAPITAL = "A-ZÀ-ÖØ-ÞĄ-Ż"
_CAPITALS_GO_ON = "A-ZÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻ’'&/, ()-"
_CAPITALS_BEGIN = re.compile(f"[{_CAPITAL}][{_CAPITALS_GO_ON}]{{2}}")
_CAPITALS = f"[{_CAPITAL}][{_CAPITALS_GO_ON}]{{2,70}}[A-ZÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻ)]"
_PHRASE_ENDS = r"(?:\s*:\s*|\s*$|\s+(?=[-–•*●▪]?\s*[A-ZÀ-ÖØ-Þ0-9¿$€£])|(?=[A-Z0-9•*·-]))"
_CAPITALS_END = r"(?=\s*:|\s*$|\s+[-–•*]|\s+[A-ZÀ-Ö]?[a-zà-ÿ])"


class _Openings(NamedTuple):
    """Where in a line a heading may begin, and the numbers of the phrases by how they begin."""

    places: tuple[re.Pattern[str], ...]
    phrases: dict[str, list[int]]

    def find(self, text: str, span: Span) -> list[int]:
        """The places, in order."""
        return sorted(
            place.start() for places in self.places for place in places.finditer(text, span.start, span.end)
        )


@functools.cache
def _openings() -> _Openings:
    numbers: dict[str, list[int]] = {}
    for number, phrase in enumerate(_inline_phrases()):
        for beginning in find_beginnings(phrase, of_words=False) or {""}:
            numbers.setdefault(beginning, []).append(number)
    before = r"(?:(?<![\w&].)|(?<=[a-zà-ÿ0-9%].))"
    if "" in numbers:
        return _Openings((re.compile(f".{before}", re.DOTALL),), numbers)
    # Of small letters, which words are full of, only those that go on as a phrase does.
    small: dict[str, list[str]] = {}
    for said in sorted(numbers):
        if said[0].islower():
            small.setdefault(said[0], []).append(re.escape(said[1:]).replace("0", r"\d"))
    large = _CAPITAL + "".join(
        re.escape(first) for first in sorted({said[0] for said in numbers}.difference(small))
    )
    going = "|".join(f"{first}(?={'|'.join(rest)})" for first, rest in small.items())
    return _Openings(
        (
            re.compile(f"[{large}]{before}", re.DOTALL),
            re.compile(f"(?:{going or '(?!)'}){before}", re.DOTALL),
        ),
        numbers,
    )


@functools.lru_cache(maxsize=20_000)
def _heading_from(letters: str) -> re.Pattern[str] | None:
    """The headings that may stand where a text goes on with these letters: a phrase, then a colon or another
    capital, or a run of capitals."""
    known, begun = _openings().phrases, to_beginning(letters)
    numbers = {number for size in range(BEGINNING + 1) for number in known.get(begun[:size], ())}
    may_be_capitals = _CAPITALS_BEGIN.match(letters) is not None
    return _one_of(tuple(sorted(numbers)), may_be_capitals) if numbers or may_be_capitals else None


@functools.cache
def _one_of(numbers: tuple[int, ...], may_be_capitals: bool) -> re.Pattern[str]:
    either = "|".join(_inline_phrases()[number] for number in numbers) or "(?!)"
    capitals = _CAPITALS if may_be_capitals else "(?!)"
    return re.compile(rf"(?P<phrase>{either}){_PHRASE_ENDS}|(?P<caps>{capitals}){_CAPITALS_END}")


def _find_inline_headings(text: str, span: Span) -> Iterator[re.Match[str]]:
    """What reads as a heading inside a line, in order. Each place is tried with the few phrases that begin with
    its letters: with all of them at all places it took a third of the time that cutting takes."""
    free = span.start
    for start in _openings().find(text, span):
        if start < free:
            continue
        heading = _heading_from(text[start : min(start + BEGINNING, span.end)])
        match = heading.match(text, start, span.end) if heading else None
        if match:
            yield match
            free = match.end()


def _inline_headings(text: str, span: Span, listed: bool) -> Iterator[tuple[Span, str | None]]:
    """Parts of a piece, and for each whether it is a heading of a known section."""
    start = span.start
    for match in _find_inline_headings(text, span):
        name = "phrase" if match["phrase"] else "caps"
        head = Span(match.start(name), match.end(name))
        if name == "caps":
            head = _heading_tail(text, head)
        said = text[head.start : head.end]
        section = read_heading(said)
        if section is None or head.start < start or not _stands_alone(text, span, head, said, name, listed):
            continue
        before = _trim(text, start, head.start)
        if before.end > before.start:
            yield before, None
        yield head, section
        start = head.end
        while start < span.end and text[start] in " :\t–-":
            start += 1
    rest = _trim(text, start, span.end)
    if rest.end > rest.start:
        yield rest, None


def _heading_tail(text: str, run: Span) -> Span:
    """The words at the end of a run of capitals that read as a heading ("PHD INTERN ABOUT US")."""
    for word in re.finditer(r"(?:^|(?<=\s))\S", text[run.start : run.end]):
        if read_heading(text[run.start + word.start() : run.end]):
            return Span(run.start + word.start(), run.end)
    return run


# What begins a sentence as often: "Wir bieten Rabatte", where nouns have capitals.
_CLAUSE = re.compile(r"[Ww]ir bieten")


# One plain word is a heading only where its surroundings say so: "Skills Working towards a PhD" is
# one, "Communication Skills Strong" is not.
def _stands_alone(text: str, span: Span, head: Span, said: str, name: str, listed: bool) -> bool:
    following = text[head.end : head.end + 3]
    coloned = following.lstrip().startswith(":")
    if _CLAUSE.fullmatch(said) and not coloned and following.strip():
        return False
    if head.start == span.start or name == "caps":
        return coloned or len(said.split()) > 1 or not listed or said.endswith("?")
    previous = text[span.start : head.start].rstrip()
    if previous[-1] in '.!?:;)”"•·|':
        return True
    last_word = re.search(r"[\w’'-]+$", previous)
    if text[head.start - 1].isalnum():
        return True
    if said[:1].islower() and not coloned:
        return False
    if last_word is None or not last_word[0][0].islower() or last_word[0].casefold() in _FUNCTION_WORDS:
        return False
    return coloned or not listed


def _sentences(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    ends = set(_stops(text, span))
    if _MAY_INTRODUCE.search(text, span.start, span.end):
        ends.update(match.end() for match in _INTRODUCTION.finditer(text, span.start, span.end))
    for end in sorted(ends):
        piece = _trim(text, start, end)
        if piece.end - piece.start > 1:
            yield piece
            start = end
    rest = _trim(text, start, span.end)
    if rest.end > rest.start:
        yield rest


def _stops(text: str, span: Span) -> Iterator[int]:
    """Where sentences end by their full stops."""
    for stop in _SENTENCE_END.finditer(text, span.start, span.end):
        if stop["picture"]:
            yield stop.end()
            continue
        end = stop.end("stop")
        if stop["stop"][0] == "." and _is_abbreviation(text, stop.start("stop"), span.start, end):
            continue
        if not (text[end : end + 4].lstrip()[:1].islower() and stop["gap"]) or _is_without_capitals(text):
            yield end


_ENDS_BEFORE_WORDS = re.compile(r"[^\W\d_]{3}[.!?]+ +(?P<next>[^\W\d_])")
_FEWEST_ENDS = 4


@functools.lru_cache(maxsize=64)
def _is_without_capitals(text: str) -> bool:
    """Whether its writer begins most sentences small, as in chats."""
    firsts = [end["next"] for end in _ENDS_BEFORE_WORDS.finditer(text)]
    return len(firsts) >= _FEWEST_ENDS and sum(map(str.islower, firsts)) > 0.6 * len(firsts)


def _is_abbreviation(text: str, stop: int, start: int, end: int) -> bool:
    word = re.search(r"[\w.&-]*$", text[max(start, stop - 12) : stop])
    last = word[0].casefold() if word else ""
    if last in _ABBREVIATIONS:
        # "etc. We" ends a sentence all the same.
        return not (
            last in {"etc", "usw", "osv", "inc", "ltd", "m.m", "enz"}
            and text[end : end + 2].strip()[:1].isupper()
        )
    if last.isdigit():
        return bool(re.match(r"\s*(?:\d|[a-zà-ÿ])", text[end : end + 4])) or (
            len(last) <= 2 and (_is_day(text, end) or bool(_BEFORE_ORDINAL.search(text, 0, stop - len(last))))
        )
    return len(last) == 1 and last.isalpha() and not _ENDS_IN_LETTER.search(text, max(start, stop - 20), stop)


# "it's 86'd. Twice", "permis B. On": a letter that is no initial.
_ENDS_IN_LETTER = re.compile(
    r"(?:[’']|\b(?:class|grade|level|vitamin|licen[cs]e|klasse|führerschein|stufe|permis|classe|catégorie|permiso|carn[eé]t?|clase|"
    r"patente|categoria|carta|rijbewijs|körkort|kørekort|førerkort|kategorii?) )\w$",
    re.IGNORECASE,
)


# "im 2. Semester", "der 1. Bürgermeister", "fra den 1. Marts".
_BEFORE_ORDINAL = re.compile(
    r"(?:^|(?<=[\s(]))(?:im|am|zum|vom|beim|ab|bis|der|dem|den|des|das|die|eine[mnrs]?|fra|til|på|pr) $",
    re.IGNORECASE,
)


def _is_day(text: str, end: int) -> bool:
    """German and Scandinavian dates write the day with a full stop: "11. Juli"."""
    return bool(
        re.match(r"\s+(?:Jan|Feb|M[äa]r|Apr|Ma[ij]|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])", text[end : end + 6])
    )


def _run_on(text: str, span: Span, language: str | None) -> list[Span]:
    """Items that lost the marks between them: cut where a word that begins items is capitalised
    after a word that ends none. German capitalises nouns, so only glued words are cut there."""
    cuts = list(_glues(text, span))
    if language != "de" and span.end - span.start > 90:
        cuts += _starter_cuts(text, span)
    if not cuts:
        return [span]
    bounds = [span.start, *sorted(set(cuts)), span.end]
    pieces = [_trim(text, a, b) for a, b in pairwise(bounds)]
    return [piece for piece in pieces if piece.end > piece.start]


def _glues(text: str, span: Span) -> Iterator[int]:
    """Where one item runs into the next without a space ("and reportsPrepare budgets")."""
    cuts = {glue.start() for glue in _GLUED.finditer(text, span.start + 3, span.end)}
    if _is_glued_line(text, span):
        cuts |= {glue.start() for glue in _GLUED_TOO.finditer(text, span.start + 3, span.end)}
    for cut in sorted(cuts):
        if not _is_camel(text, cut):
            yield cut


def _is_glued_line(text: str, span: Span) -> bool:
    """Whether the whole line of a piece has more than one such place."""
    return _is_glued_at(text, text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end))


@functools.lru_cache(maxsize=16)  # the pieces of one line after another
def _is_glued_at(text: str, start: int, stop: int) -> bool:
    found = _GLUED.finditer(text, start, stop if stop >= 0 else len(text))
    return sum(not _is_camel(text, glue.start()) for glue in found) >= _FEWEST_GLUES


def _starter_cuts(text: str, span: Span) -> list[int]:
    cuts = []
    previous = None
    for word in _WORD.finditer(text, span.start, span.end):
        if previous is not None and word[0][0].isupper() and not word[0].isupper():
            gap = text[previous.end() : word.start()]
            plain = previous[0][-1].islower() and not previous[0][0].isupper()
            closed = gap in {") ", "” "} and len(previous[0]) > 1
            folded = word[0].casefold().split("/")[0]
            begins = folded in _STARTERS or bool(
                folded not in _NOUNS and _INFINITIVE.match(folded) and not _is_name(text, word)
            )
            if begins and (
                (gap == " " and plain and previous[0].casefold() not in _FUNCTION_WORDS) or closed
            ):
                cuts.append(word.start())
        previous = word
    return cuts


# Gerunds that are names of trades and things, not the beginnings of duties.
_NOUNS = frozenset(
    "engineering marketing accounting nursing manufacturing training banking consulting computing learning testing "
    "programming building housing clothing purchasing advertising merchandising catering engineer manager customer "
    "planning housekeeping recruiting staffing printing trading shipping packaging plumbing welding".split()
)


def _is_name(text: str, word: re.Match[str]) -> bool:
    """A capitalised word followed by another one is a name ("Engineering Manager")."""
    following = _WORD.match(text, word.end() + 1)
    return bool(following and following[0][0].isupper())


def _is_camel(text: str, cut: int) -> bool:
    """Whether the capital at `cut` belongs to a name such as PyTorch or LinkedIn: a short word that
    is written with an inner capital, where a glued item runs from one longer word into another."""
    start = cut
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "-.+#’'"):
        start -= 1
    left, right = text[start:cut], _WORD.match(text, cut)
    known = (left + (right[0] if right else "")).casefold()
    if any(known[at:] in _CAMEL_NAMES for at in range(len(left))):  # "formatsGraphQL" too
        return True
    if (
        left.removesuffix("s").isupper()
        and len(left) >= _ACRONYM
        and cut == start + len(left)
        and right
        and len(right[0]) > 4
    ):
        return False
    if right and (len(right[0]) >= _LONG_WORD or _begins_item(right[0].casefold())):
        return False
    return left[:1].isupper() and len(left) <= 6


def _begins_item(word: str) -> bool:
    return word in _STARTERS or (word.endswith("s") and word[:-1] in _STARTERS)


_LONG_WORD = 10  # letters; no part of a name with inner capitals is so long

_CAMEL_NAMES = frozenset(
    "javascript typescript powerpoint postgresql mysql github gitlab linkedin youtube tiktok pytorch tensorflow numpy "
    "openai devops mlops javafx wordpress woocommerce hubspot salesforce quickbooks autocad solidworks powerbi fastapi "
    "graphql mongodb dynamodb cloudformation cloudwatch hashicorp opencv openshift openstack bigquery blueconic "
    "whatsapp facebook chatgpt ebay iphone ipad macbook postnord wifi paypal onenote sharepoint onedrive mcdonald "
    "mckinsey macdonald lebenslauf elasticsearch clickhouse sqlalchemy pyspark rabbitmq datadog servicenow powershell "
    "indesign coreldraw photoshop zendesk docusign peoplesoft netsuite labview simulink matlab systemverilog isizulu isixhosa".split()
)


def _join_wrapped(text: str, pieces: list[Segment]) -> Iterator[Segment]:
    """Hard-wrapped lines ("…according to the\\nneeds of…") are one sentence again."""
    pending: Segment | None = None
    for piece in pieces:
        if pending is not None and _continues(text, pending, piece):
            pending = Segment(
                Span(pending.span.start, piece.span.end), pending.kind, piece.line, pending.section
            )
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def _continues(text: str, before: Segment, after: Segment) -> bool:
    if (
        after.kind != "sentence"
        or before.kind == "heading"
        or after.cell is not None
        or after.line != before.line + 1
    ):
        return False
    gap = text[before.span.end : after.span.start]
    said = text[before.span.start : before.span.end]
    following = text[after.span.start]
    long_enough = before.span.end - text.rfind("\n", 0, before.span.end) > 48
    return (
        gap.count("\n") == 1
        and long_enough
        and len(text[after.span.start : after.span.end].split()[0]) < 20
        and said[-1] not in ".!?:;"
        and (following.islower() or said.split()[-1].casefold() in _FUNCTION_WORDS or said[-1] in ",-")
    )


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
