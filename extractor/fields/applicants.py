"""Countries that applicants must live in or come from: where a posting restricts who may apply."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.fields.gazetteer import country_code, region_countries
from extractor.fields.location_line import is_place_line, read_places, remote_countries
from extractor.fields.wording import find_near, fold, lines, title_span, windows
from extractor.patterns import Pattern
from extractor.records import Found, Span

_RESIDE = (
    r"(?:reside|residing|live|living|be located|located|be based|based|be resident|resident|"
    r"be physically (?:located|present)|be domiciled|domiciled|work(?:ing)?)(?: and work\w*|"
    r" or work\w*)?(?: remotely)?(?: full[- ]time)?"
)
_APPLICANTS = (
    r"(?:candidates?|applicants?|applications?|people|residents?|individuals?|talent|those|employees|"
    r"engineers|developers|professionals|freelancers|contractors|citizens?)"
)
_CUES = Pattern(
    r"(?<!\w)(?:"
    + "|".join((
    rf"(?:must|need to|have to|should|required to)(?: currently| also|"
    rf" already)? {_RESIDE} (?:with)?in (?:one of )?",
    rf"(?:only|currently|are|is|exclusively|we|can|able to)?(?: only| currently)* ?(?:accept|accepting|"
    rf"consider|considering|hire|hiring|open to|open for|available to|available for|limited to|"
    rf"restricted to|welcome|reserved for|seeking) (?:only )?(?:remote )?{_APPLICANTS}(?: only| who (?:are|"
    rf"live|reside))?(?: currently)?(?: {_RESIDE})? (?:(?:with)?in|from|of|across) ",
    r"(?:only|currently|can only|able to) (?:hire|hiring|employ|recruit|"
    r"accept)(?:ing)?(?: only)? (?:remotely )?(?:with)?in ",
    rf"{_APPLICANTS} (?:must|should|need to|have to)(?: be| currently)* {_RESIDE} (?:with)?in ",
    rf"{_APPLICANTS} {_RESIDE} (?:with)?in (?=[\w .,']{{2,40}} only)",
    r"(?:fully |100 ?% )?remote(?:ly)?(?: role| position| job| work|"
    r" opportunity)?,? ?(?:from )?(?:anywhere )?(?:with)?in ", r"work(?:ing)? (?:remotely )?from anywhere "
    r"(?:with)?in ", r"remote \(", r"remote (?:-|,|:) ?", r"anywhere (?:with)?in ",
    r"(?:wohnhaft|wohnsitz|ansässig) in (?:der )?", r"(?:résider|résidant|domicilié|habiter) (?:en|au|aux) ",
    r"(?:residir|residas?|residencia|residentes?|vivir|vivas) en ",
    r"(?:residir|residente|residência|residentes|morar) (?:no|na|em) ",
    r"(?:residenza|residente|residenti) in ",
    r"residents? (?:in|of) ", r"you (?:currently |already |must )?(?:live|reside|are based|are located|"
    r"are resident) in ", r"employ (?:you |people |candidates |staff )?(?:with)?in ",
    r"(?:hire|hiring|employ) in: ?", r"open to:? ", r"bosatt(?:a)? i ", r"woonachtig in ",
    r"citizenship (?:of|in) ", r"citizens? of ",
    )) + ")"
)  # fmt: skip
_ONLY = re.compile(
    r"(?<![\w-])(?P<name>(?-i:[A-Z])[\w.]*(?:[ -](?-i:[A-Z])[\w.]*){0,3})(?:[ -]based)?[ "
    r"-]?(?:(?:applicants?|candidates?|residents?|citizens?|nationals|applications) only|"
    r"only(?= *(?:[)\n.;,]|$))|residents only)",
    re.I,
)
_DEMONYMS = {
    "american": "US",
    "british": "GB",
    "canadian": "CA",
    "australian": "AU",
    "indian": "IN",
    "german": "DE",
    "singaporeans": "SG",
    "singaporean": "SG",
    "ethiopian": "ET",
    "u.s.": "US",
    "us": "US",
    "uk": "GB",
    "swiss": "CH",
    "french": "FR",
    "spanish": "ES",
    "italian": "IT",
    "dutch": "NL",
    "polish": "PL",
    "swedish": "SE",
    "irish": "IE",
    "austrian": "AT",
    "belgian": "BE",
    "portuguese": "PT",
    "danish": "DK",
    "norwegian": "NO",
    "finnish": "FI",
    "brazilian": "BR",
    "mexican": "MX",
    "japanese": "JP",
    "korean": "KR",
}
_CITIZENS = Pattern(
    rf"(?<!\w)(?P<name>{'|'.join(map(re.escape, _DEMONYMS))}|united states) (?:citizen(?:s|ship)?|"
    rf"nationals?)(?: or [\w ]{{2,30}}?)? (?:only|required|is required|are eligible)"
    rf"|must (?:be|have) (?:a |an )?(?P<name2>{'|'.join(map(re.escape, _DEMONYMS))}|"
    rf"united states) (?:citizen|national)"
)
_NEXT_COUNTRY = re.compile(
    r"\s*(?:,|/|;|&|\bor\b|\band\b|\boder\b|\bund\b|\bou\b|\bet\b|\bo\b|\by\b|"
    r"\beller\b|\bof\b)+\s*(?:the\s+)?"
)
_NAME_WORD = re.compile(r"[\w.'’-]+")


def find_applicant_countries(text: str) -> list[Found[str]]:
    """Countries (ISO alpha-2) that applicants must live in or come from, each once, in reading order.

    Read from header lines ("Remote, US") and from sentences that restrict; not from a right to work.
    """
    folded = fold(text)
    found = [*_line_countries(text), *_cued_countries(text, folded), *_only_countries(text, folded)]
    firsts: dict[str, Found[str]] = {}
    for country in sorted(found, key=lambda item: item.span):
        firsts.setdefault(country.value, country)
    return list(firsts.values())


def _line_countries(text: str) -> Iterator[Found[str]]:
    for bracket in _REMOTE_BRACKET.finditer(text, 0, _HEADER_REACH):
        for country in remote_countries(bracket[1]):
            yield Found(
                country.value,
                Span(bracket.start(1) + country.span.start, bracket.start(1) + country.span.end),
            )
    yield from _title_countries(text)
    for start, end in lines(text):
        if (
            end - start <= _LOCATION_LINE_LENGTH
            and "#" not in text[start:end]
            and re.search(
                r"remote|"
                r"anywhere|work from home",
                text[start:end],
                re.I,
            )
        ):
            for country in remote_countries(text[start:end]):
                yield Found(country.value, Span(start + country.span.start, start + country.span.end))


def _title_countries(text: str) -> Iterator[Found[str]]:
    """'Product Manager (US, UK or Germany)' of a remote job."""
    title = text[slice(*title_span(text))]
    bracket = re.search(r"\(([^()]+)\)\s*$", title)
    if bracket is None or not re.search("remote", text[:_HEADER_REACH], re.I):
        return
    places = read_places(bracket[1])
    if (
        places
        and is_place_line(bracket[1])
        and all(p.value.country and not (p.value.city or p.value.region) for p in places)
    ):
        offset = text.index(title) + bracket.start(1)
        for place in places:
            yield Found(str(place.value.country), Span(offset + place.span.start, offset + place.span.end))


_REMOTE_BRACKET = re.compile(r"[(\[]([^()\[\]\n]*\bremote\b[^()\[\]\n]*)[)\]]", re.I)
_HEADER_REACH = 500  # code points
_LOCATION_LINE_LENGTH = 100  # code points


_CUE_STEMS = (
    *"""
    resid live living based located remote only hire hiring accept consider candidat applicant anywhere
    citizen wohn ansässig résid domicil habit vivir vivas morar bosatt woon employ available limited
    restrict reserved
    """.split(),
    "open to",
    "open for",
)


def _cued_countries(text: str, folded: str) -> Iterator[Found[str]]:
    for cue in find_near(_CUES, folded, windows(folded, _CUE_STEMS, reach=60)):
        at = cue.end()
        while name := _country_at(text, at):
            yield name
            following = _NEXT_COUNTRY.match(text, name.span.end)
            if not following or not following[0].strip():
                break
            at = following.end()


def _country_at(text: str, at: int) -> Found[str] | None:
    """The country whose name starts at a position, the longest one."""
    if article := re.compile(r"(?:the|der|die|les?|la|los|as?|os?)\s+", re.I).match(text, at):
        at = article.end()
    ends: list[int] = []
    position = at
    for _ in range(5):
        word = _NAME_WORD.match(text, position)
        if not word:
            break
        ends.append(word.end())
        position = word.end() + 1
    if region := _REGION_BEFORE.match(text, at):  # "Ontario, Canada"
        code = country_code(region["country"])
        if code and code in region_countries(region["region"]):
            return Found(code, Span(at, region.end()))
    for end in reversed(ends):
        name = text[at:end].rstrip(".'-") if not re.search(r"\.[A-Z]\.$", text[at:end]) else text[at:end]
        name = re.sub(r"-?[Bb]ased$", "", name)
        code = country_code(name) if name[:1].isupper() else None
        if code:
            return Found(code, Span(at, at + len(name)))
    return None


_REGION_BEFORE = re.compile(
    r"(?P<region>[A-Z][\w.-]+(?: [A-Z][\w.-]+)?), (?P<country>[A-Z][\w.]+(?: "
    r"[A-Z]\w+)?)"
)


_ONLY_STEM = (" only", "based", "residents")


def _only_countries(text: str, folded: str) -> Iterator[Found[str]]:
    for match in find_near(_ONLY, text, windows(folded, _ONLY_STEM)):
        name = match["name"].removesuffix("-based").removesuffix(" based")
        code = country_code(name) or _DEMONYMS.get(name.lower())
        if code:
            yield Found(code, Span(match.start(), match.end()))
    for match in _CITIZENS.finditer(folded):
        name = match["name"] or match["name2"]
        code = _DEMONYMS.get(name) or country_code(name.title())
        if code:
            yield Found(code, Span(match.start(), match.end()))
