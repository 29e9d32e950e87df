"""Who offers which job where: title, employer and places, from the model's quotes and the page's own lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractor.claims import Claim
from extractor.fields.employer import find_employer, rank_names
from extractor.fields.employment import clean_title
from extractor.fields.gazetteer import cities_named, is_word
from extractor.fields.places import country_of, find_places, join_levels, read_places, title_place
from extractor.outline import Outline
from extractor.records import Found, Span
from extractor.schema import Place
from extractor.segments import read_heading

# A title line is short; the model likes to give half of it ("Teacher of Mathematics" of "Teacher of
# Mathematics (KS3 & KS4)"), and what is not part of a title is cut off by rule anyway.
TITLE_LINE_CHARS = 110
TITLE_LINES_WITHIN = 1_500


def read_title(outline: Outline, quotes: Sequence[Span]) -> Iterator[Claim]:
    for quote in quotes:
        line = (
            _title_line(outline, outline.words(quote)) or _titled_line(outline, outline.words(quote)) or quote
        )
        line = _with_other_form(outline, line)
        cleaned = clean_title(outline.words(line))
        span = Span(line.start + cleaned.span.start, line.start + cleaned.span.end)
        is_whole = cleaned.value == outline.words(span)
        yield Claim("title", cleaned.value, (span,), "exact" if is_whole else "normalised")


# What makes a job's name that of all sexes: "Technikberater*in", "Käser_in", "infirmier·ère", "cocinero/a".
_OTHER_FORM = re.compile(r"(?:[*_:·•]|/-?|\(-?)(?:innen|in|euse|rice|trice|ère|ne|e|a|o|as|os|r)\)?(?![\w*])")


def _with_other_form(outline: Outline, span: Span) -> Span:
    """The span with the ending that a model leaves out."""
    text = outline.document.text
    other = _OTHER_FORM.match(text, span.end) if text[span.end - 1].isalpha() else None
    return Span(span.start, other.end()) if other else span


def strip_names(outline: Outline, title: Claim, employer: Sequence[Claim], places: Sequence[Claim]) -> Claim:
    """The title without the posting's own employer and places at its ends, once they are known."""
    (span,) = title.spans
    company = next((claim.value for claim in employer), None)
    cleaned = clean_title(outline.words(span), [claim.value for claim in places], company)
    kept = Span(span.start + cleaned.span.start, span.start + cleaned.span.end)
    is_whole = cleaned.value == outline.words(kept)
    return replace(title, value=cleaned.value, spans=(kept,), match="exact" if is_whole else "normalised")


def _title_line(outline: Outline, quote: str) -> Span | None:
    """The first short line near the top that begins with the quote."""
    said = " ".join(quote.casefold().split())
    for segment in outline.segments:
        span = segment.span
        if span.start > TITLE_LINES_WITHIN:
            return None
        words = outline.words(span)
        stands_alone = outline.document.text[span.end : span.end + 1] in ("", "\n")
        if (
            len(words) <= TITLE_LINE_CHARS
            and stands_alone
            and " ".join(words.casefold().split()).startswith(said)
        ):
            return span
    return None


MORE_TITLE_WORDS = 4


def _titled_line(outline: Outline, quote: str) -> Span | None:
    """The first short line near the top that holds the quote, and cleaned as a title little more than it:
    "URGENT! Nurse (Nights) // Leeds // Ref. 7", of which the model gave "Nurse"."""
    text, said = outline.document.text, " ".join(quote.casefold().split())
    whole = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)")
    for line in re.finditer(r"[^\n]+", text[:TITLE_LINES_WITHIN]):
        if len(line[0]) > TITLE_LINE_CHARS or not whole.search(" ".join(line[0].casefold().split())):
            continue
        title = clean_title(line[0])
        words = " ".join(title.value.casefold().split())
        more = len(words.split()) - len(said.split())
        if whole.search(words) and 0 < more <= MORE_TITLE_WORDS and not _SENTENCE_MARK.search(title.value):
            return Span(line.start() + title.span.start, line.start() + title.span.end)
        if words == said:
            return None
    return None


_SENTENCE_MARK = re.compile(r"[.?!:;](?:\s|$)")


def read_employer(outline: Outline, quotes: Sequence[Span], title: Claim | None) -> Iterator[Claim]:
    """The employer that the model named, unless it is a place; else the line after the title, if the text
    names it again; else the name that sentences treat as the employer."""
    for quote in quotes:
        if _may_be_employer(outline.words(quote), outline, title):
            span = _told_employer(outline, quote) or quote
            yield Claim("company.name", outline.words(span), (span,))
            return
    after = next((s.span for s in outline.segments if title and s.span.start >= title.spans[0].end), None)
    if after is not None:
        said = outline.words(after)
        if len(said.split()) <= 6 and outline.body.count(said) > 1 and _may_be_employer(said, outline, title):
            yield Claim("company.name", said, (after,))
            return
    told = find_employer(outline.body)
    if told is not None and (
        _may_be_employer(told.value, outline, title)
        or (_may_be_name(told.value) and _stands_apart(told.value, outline, title))
    ):
        yield Claim("company.name", told.value, (told.span,))


def _told_employer(outline: Outline, quote: Span) -> Span | None:
    """Where sentences treat another name as the employer ("at Dropbox") that comes again, and the one that the
    model gave stands once only, in a line with other things: the one of the sentences."""
    said, body = outline.words(quote), outline.body
    if body.count(said) > 1 or _line_of(outline, quote).strip() == said:
        return None
    told = (found for found, _ in rank_names(body) if body.count(found.value) > 1)
    return next((found.span for found in told if _is_other(found.value, said)), None)


def _is_other(name: str, said: str) -> bool:
    return name not in said and said not in name and not _is_place(name)


def _may_be_employer(said: str, outline: Outline, title: Claim | None) -> bool:
    """Neither a place, nor a section's heading, nor the title."""
    heading = title is not None and said.casefold() in _line_of(outline, title.spans[0]).casefold()
    return not heading and _may_be_name(said)


def _may_be_name(said: str) -> bool:
    return read_heading(said) is None and not _is_place(said)


def _stands_apart(said: str, outline: Outline, title: Claim | None) -> bool:
    """Whether a name stands behind a dash in the title's line: "Administrator – St John's, Sheffield"."""
    if title is None:
        return False
    line = _line_of(outline, title.spans[0])
    return bool(re.search(rf"\w.*(?:\s[-–—|•·@]|,)\s+{re.escape(said)}(?:\s*[,(|–—-]|\s*$)", line))


def _line_of(outline: Outline, span: Span) -> str:
    """The line that a span stands in, if it is a short one; else the span's own words."""
    text = outline.document.text
    start, stop = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = text[start : stop if stop >= 0 else len(text)]
    at = re.search(r"\s(?:at|bei|chez|hos|en|@)\s", line)
    return line if len(line) <= TITLE_LINE_CHARS and not at else outline.words(span)


def _is_place(said: str) -> bool:
    """Whether words are nothing but a known place."""
    places = read_places(said)
    return bool(places) and all(
        found.value.country is not None
        and (found.value.region or cities_named(found.value.city or "") or not found.value.city)
        for found in places
    )


def country_hint(outline: Outline, places: list[Place]) -> str | None:
    """The country that the posting seems to come from, ISO alpha-2."""
    return country_of(places, outline.body, outline.language)


def read_places_of(
    outline: Outline, quotes: Iterable[Span], country: str | None, employer: Sequence[Span] = ()
) -> Iterator[Claim]:
    """Where the work is done: from the quotes given, else from the page's own location lines, else the town
    that an employer has its name from."""
    told: list[Found[Place]] = []
    for quote in quotes:
        if quote.overlaps(*employer):
            continue
        quote = _place_within(outline, quote)
        told += [
            found.moved(quote.start)
            for found in read_places(outline.words(quote), country=country)
            if _may_be_place(found.value) or _is_place_part(outline, quote)
        ]
    told = told or find_places(outline.body, country=country) or _towns_of(outline, employer, country)
    seen: set[str] = set()
    for place, spans in join_levels(told):
        key = (place.city or place.text or "").casefold()
        if key not in seen:
            seen.add(key)
            yield Claim("locations[]", place, spans)


def _towns_of(outline: Outline, employer: Iterable[Span], country: str | None) -> list[Found[Place]]:
    """The town that a public body is named after: "Universität Göttingen", "Gemeente Zutphen"."""
    for span in employer:
        name = outline.words(span)
        if _PUBLIC_BODY.search(name):
            for start in (match.start() for match in _NAME_PART.finditer(name)):
                if start and cities_named(name[start:]) and not is_word(name[start:]):
                    found = read_places(name[start:], country=country)
                    return [one.moved(span.start + start) for one in found]
    return []


def _place_within(outline: Outline, quote: Span) -> Span:
    """The known place in a name that is none itself: "Kita Zwergenland in Chemnitz"."""
    said = outline.words(quote)
    if any(place.value.country or place.value.region for place in read_places(said)):
        return quote
    inside = title_place(said)
    return Span(quote.start + inside.start, quote.start + inside.end) if inside else quote


def _may_be_place(place: Place) -> bool:
    """Whether its country or region is told; a name in no gazetteer, whose country is a guess, has no words
    but those of names ("notre client")."""
    is_guessed = place.city is not None and not place.region and not cities_named(place.city)
    return bool(place.country or place.region) and not (
        is_guessed and _WORD_OF_NO_NAME.search(place.city or "")
    )


# Schools, hospitals, councils and the like are where their name says, firms are not ("Finance Münster").
_PUBLIC_BODY = re.compile(
    r"universi|hochschul|college|\bacadem|akademi|stadt\b|gemeinde|gemeente|kommun|\bville\b|mairie|ayuntamiento|municip"
    r"|\bcomune\b|prefeitura|council\b|school|schule\b|école|lycée|escuela|escola|scuola|\bskola|\bskole|schola|szkoł"
    r"|hospital|klinik|hôpital|ospedale|sjukhus|sykehus|sygehus|ziekenhuis|szpital|muse[uo]|musée|theat|théâtre|teatr"
    r"|\boper\b|philharmoni|bibliot|library|parish|kirche",
    re.IGNORECASE,
)
_WHERE_BEFORE = re.compile(
    r"(?<!\w)(?:in|en|em|à|a|i|på|te|w|we|bei|près de|near|cerca de)\s$", re.IGNORECASE
)
_NAME_PART = re.compile(r"(?<!\S)[^\W\d_a-z]")
_COMMON_WORD = re.compile(r"(?:^|\s)[a-zà-ÿ]{3,}(?:\s|$)")
_WORD_OF_NO_NAME = re.compile(
    r"(?<!\S)(?!upon\b|unter\b|over\b|near\b|sous\b|sotto\b|under\b)[a-zà-ÿ]{4,}(?!\S)"
)


def _is_place_part(outline: Outline, quote: Span) -> bool:
    """Whether an unknown name stands as a place would: alone on its line, behind a label or behind a word for
    where, no common words in it."""
    text = outline.document.text
    start = text.rfind("\n", 0, quote.start) + 1
    before, said = text[start : quote.start], outline.words(quote)
    return (
        len(said.split()) <= 4
        and not _COMMON_WORD.search(said)
        and (before.rstrip().endswith(":") or not before.strip() or _WHERE_BEFORE.search(before) is not None)
    )
