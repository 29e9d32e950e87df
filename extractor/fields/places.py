"""Where the work is done: location lines, and the places that a posting's text states.

In a text, what is found first in this order counts, and the rest is left alone: header lines that
are nothing but a place, lines with a label ("Location:", "Standort:"), a place in the title, and
last what running text says of the job ("this role is based in ..."). A company's list of offices
is none of these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from extractor.fields.gazetteer import cities_named, country_code
from extractor.fields.location_line import (
    POSTED_TAIL,
    is_known_place_line,
    is_labelled_place,
    is_place_line,
    is_same_name,
    place_levels,
    read_places,
    remote_countries,
)
from extractor.fields.name_keys import name_key
from extractor.fields.wording import fold, sentence_around
from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import Place

__all__ = ["country_of", "find_places", "is_place_line", "read_places", "remote_countries", "title_place"]

_LABELS = (
    r"(?:(?:job|work|position|office|primary|main|base|duty|posting|vacancy|role|current|preferred|"
    r"project)[ -]?)?locations?(?: of work| name)?|jobLocation"
    r"|work ?(?:place|site|address)|place of (?:work|employment|performance)|duty station|worksite|"
    r"based(?: in)?|city(?:/state)?|town|where(?: you'll work| you will work)?|hospital|school|campus|"
    r"branch|depot|store"
    r"|(?:dienst|arbeits|einsatz|stand|beschäftigungs|tätigkeits)ort(?:e|\(e\))?|arbeitsplatz|ort|region|"
    r"stadt"
    r"|lieu(?:x)?(?: (?:de|du) (?:travail|mission|poste))?|localisation|ville|site|poste basé à|situé à"
    r"|ubicaci[óo]n(?: del puesto)?|lugar(?: de trabajo)?|localidad|ciudad|localizaci[óo]n|"
    r"zona(?: de trabajo)?|provincia"
    r"|kommun|stationeringsort|placerings?ort|placering|plats|arbetsplats|arbetsort|stad"
    r"|locatie|standplaats|werklocatie|plaats|vestiging"
    r"|local(?: de trabalho)?|localiza[çc][ãa]o|cidade"
    r"|sede(?: di lavoro)?|luogo(?: di lavoro)?|localit[àa]|citt[àa]"
    r"|arbeidssted|arbejdssted|sted|kommune|geografi|toimipaikka|sijainti|työpaikan sijainti|"
    r"työskentelypaikka"
    r"|lokalizacja|miejsce pracy|miasto|místo výkonu práce|lokalita|munkavégzés helye|helyszín"
    r"|место работы|город|місто|konum|çalışma yeri|勤務地|工作地点|工作地點|地点|근무지|근무지역|مكان العمل|الموقع"
)
_LABELLED = Pattern(
    rf"^[^\w\n]{{0,6}}(?:{_LABELS})[\"']?\s*\**\s*(?:[:：]\**|\t|\|\s|"
    rf"[-–]\s)[ \t]*(?P<value>[^\n]*)$",
    re.I | re.M,
)
_LABEL_LINE = Pattern(rf"^[^\w\n]{{0,6}}(?:{_LABELS})\s*[:：]?[ \t]*\n\s*(?P<value>[^\n]+)$", re.I | re.M)
_INLINE_LABEL = Pattern(
    r"(?<=[\s.;•|*a-z])(?:Job |Work )?(?:Location|LOCATION|Standort|Einsatzort|"
    r"Arbeitsort|Ubicación|Lieu|Based)s?\s*[:：]\s*"
)
_PIN = re.compile(r"[📍🌍🌎🌏🗺]\ufe0f?\s*")
# What stands after a labelled place on the same line: another column, another label, a date.
_VALUE_END = re.compile(
    r"\s*(?:\||\t| {3,}|Posted|Published|Date |(?<=[\s\w])(?:Job |Work )?(?:Salary|Hours|Type|Contract|"
    r"Department|Reports?|Start|Rate|Pay|Shift)\b"
    r"|\s[A-Z][\w ]{2,25}:|\.\s+[A-Z])"
)

# Words right before a place, in folded text. Those of `_WHERE` say something of the job only where a
# word of `_JOB` stands before them in the sentence: companies are located somewhere as well.
_WHERE = Pattern(
    r"\b(?:based|located|situated|sited)(?: [\w/-]+){0,4}? (?:in|at|near|out of|from) "
    r"|\b(?:position|role|job|opportunity|vacancy|opening) (?:is )?in (?=our |the |\S)"
    r"|\bwork (?:from|in|at|out of) (?=our )"
)
_JOB = re.compile(
    r"\b(?:role|position|job|post|vacancy|opportunity|candidate|you|you'll|internship|placement|driver|"
    r"applicant|individual|person"
    r"|work|working|office|offices|team|join us|opening|openings)\b"
)
_OWN_OFFICE = re.compile(
    r"\b(?:in|at|from|out of|to|for|join) (?:one of )?(?:our|the|"
    r"its) (?=[\w.,' -]{2,60}? (?:office|hub|hq|headquarters|studio|site|facility|plant|campus|store|branch|"
    r"location|warehouse|clinic|showroom)\b)"
)
_ABROAD_CUES = Pattern(
    r"(?<!\w)(?:"
    + "|".join(
        (
            r"(?:am|unserem|unseren|unser|den) (?:standort|hauptsitz|firmensitz|büro)(?: in)? ",
            r"standorten? (?:in )?",
            r"(?:einsatz|arbeits|dienst)ort (?:ist )?(?:in )?",
            r"poste (?:est )?(?:à pourvoir |basée? |située? )?(?:à|sur|au) ",
            r"basée?s? (?:à|sur|au) ",
            r"située?s? à ",
            r"à pourvoir (?:à|sur) ",
            r"(?:dans|sur|à) (?:nos|notre) (?:locaux|bureaux|site|agence|siège|magasin)(?: de| à| d')? ?",
            r"ubicad[oa]s? en ",
            r"con base en ",
            r"lugar de trabajo en ",
            r"en nuestras? (?:oficinas?|sede|planta|"
            r"tienda)s? (?:de|en) ",
            r"(?:placerad|stationerad|belägen|beläget|placering|placeringen är|tjänsten är placerad|kontor|"
            r"kontoret) i ",
            r"gevestigd in ",
            r"standplaats (?:is )?",
            r"(?:op|vanuit) (?:ons|onze) (?:kantoor|vestiging|"
            r"locatie) (?:in|te) ",
            r"localizad[oa]s? em ",
            r"sediad[oa]s? em ",
            r"no nosso escritório (?:de|em) ",
            r"sede di lavoro:? (?:a |in )?",
            r"presso la (?:nostra )?sede di ",
            r"beliggende i ",
            r"med arbejdssted i ",
            r"arbeidssted (?:er )?(?:i )?",
        )
    )
    + ")"
)
_IS_REMOTE = re.compile(r"\bremot[eo]\b|home ?-?office|télétravail|work from home|på distans")
_HEADER_REACH = 500  # code points
_PREPOSITION = re.compile(
    r"(?<!\w)(in|near|outside|at|à|en|em|i|te|bei|a|de|d')(?:\s+|(?<='))(?:downtown |"
    r"central |greater |the |der |den |la |le )?"
)
_WORKPLACE = re.compile(
    r"\b(?:need|needed|needs|looking|seek\w*|hiring|hires?|recruit\w*|join|wanted|vacanc\w+|position|role|"
    r"opportunit\w+|opening|busca\w*|suchen?|sucht|recherch\w+|söker|zoek\w*|zoeken|procura\w*|cerca\w*|"
    r"søger|søker"
    r"|stelle|poste|puesto|vaga|plant|planta|magasin|store|shop|farm|school|hospital|clinic|restaurant|"
    r"hotel|warehouse|site|werk|filiale|team|firm|home|campus|branch|office|depot|bakery|garage|praxis|"
    r"klinik|schule|kita|betrieb|usine|agence|tienda|fábrica|butik|skola|förskola|sjukhus|winkel|kantoor|"
    r"ziekenhuis)\b"
)
_WORKPLACE_OF = re.compile(
    r"\b(?:magasin|site|agence|usine|planta|tienda|fábrica|hospital|boutique|"
    r"restaurant|école|bureau|campus|équipe|hôpital|clinique|ville|établissement|oficina|sede|loja|fábrica|"
    r"unidade)s? $"
)
# What else is somewhere: headquarters, customers, markets, other offices, where people come from.
_ELSEWHERE = re.compile(
    r"headquarter|\bstarted|\bbegan|since \d|\bhq\b|founded|gegründet|fondée|fundada|grundat|mit sitz|"
    r"hauptsitz|siège|con sede|offices? in|offices|customers|clients|countries|travel|trip|listed|market|"
    r"universit|degree|located|based|presence|expan|visit|graduat|experience|holiday|born|trained|partner|"
    r"conference|subsidiar|competitor"
)
_ADDRESS = Pattern(
    r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'.]+ ){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr|Way|"
    r"Boulevard|Blvd|Square|Place|Court|Parkway|Highway)\.?,? "
    r"|\b(?:[A-ZÄÖÜ][\w.-]+ ){0,2}[A-ZÄÖÜ]?[\w-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|gatan|vägen|"
    r"laan|straat|plein|vej|gade) \d+[a-z]?, "
    r"|\b(?:rue|avenue|boulevard|place|calle|avenida|via|viale|rua) [^,\n]{3,40}, (?:\d+, )?",
    re.M,
)
_COMPANY = re.compile(
    r"\b(?:we are|we're|company|firm|client|agency|headquarters?|hq|headquartered|founded|organi[sz]ation|"
    r"group|startup|start-up|business"
    r"|hauptsitz|unternehmen|entreprise|société|empresa|företag(?:et)?|bedrijf|azienda)\b[^.]*$"
)

_TITLE_BREAK = re.compile(r"\s[-–—|@]\s+|-\s+|\s*[,|(]\s*|\s(?:in|at|à|i|en|für|em|a)\s+")
_TITLE_PIECE = re.compile(r"[(\[](?P<piece>[^()\[\]]+)[)\]]|\s[-–—|]\s(?P<dashed>[^-–—|]+)(?=\s[-–—|]\s)")
_HEADER_SPLIT = re.compile(r"\s+[—–|]\s+|\s*[·•|]\s*| {3,}|\s*\t\s*")

_LONE_HEADER_LINES = 9  # a single name counts as a place only this near the top
_HEADER_LINES = 60
_SENTENCE = re.compile(r"(?:[!?:]|(?<!\b[A-Z])\.)$")  # "Apodaca, N.L." is none
_NAME_LINE_LENGTH = 80  # code points
_NAME_WORDS = 10
_HEADER_LINE_LENGTH = 160  # code points
_TITLE_LENGTH = 150  # code points
_CLUSTER_GAP = 2  # lines between two place lines of one header
_PREFIX_WORDS = 12


def find_places(text: str, *, country: str | None = None) -> list[Found[Place]]:
    """The places where the job is done, as a posting's text states them, in reading order.

    `country` (ISO alpha-2) is where the posting seems to come from, see `read_places`.
    """
    for spans in (_header_places, _labelled_places, _title_places, _told_places):
        found: list[Found[Place]] = []
        for start, end in spans(text):
            for place in read_places(text[start:end], country=country):
                if all(place.value.text != other.value.text for other in found):
                    found.append(place.moved(start))
        if found:
            return _without_repeats(found)
    return []


def join_levels(found: Sequence[Found[Place]]) -> Iterator[tuple[Place, tuple[Span, ...]]]:
    """Places told apart that are one ("Roodepoort" here, "Gauteng" there), each with where it is told.

    A region beside a city of its country is the city's, unless that has one; a country's name beside a
    place in it says nothing more.
    """
    regions = [place for place in found if place.value.region and not place.value.city]
    lone = regions[0] if len(regions) == 1 else None
    told = [place.value if lone is None else _lying_in(place.value, lone.value) for place in found]
    for place, said in zip(found, told, strict=True):
        same = [other for other in told if other.country == said.country]
        cities = {name_key(other.city) for other in same if other.city}
        if cities and place is lone:
            continue
        if _is_country_named(said) and any(other.city or other.region for other in same):
            continue
        is_told = len(cities) == 1 or any(_has_region(other, lone.value) for other in same if lone)
        if lone and lone.value in same and is_told and said.city and not said.region:
            said = said.model_copy(update={"region": lone.value.region})
        yield said, (place.span,) if lone is None or said == place.value else (place.span, lone.span)


def _has_region(place: Place, region: Place) -> bool:
    return bool(
        place.city
        and place.region
        and region.region
        and is_same_name(place.region, region.region, place.country or "")
    )


def _lying_in(place: Place, region: Place) -> Place:
    """A city that is in the one region named, as far as that is known: there is one of its name in that state
    of the US, or in that country and nothing else tells where it is."""
    if place.region or not place.city:
        return place
    bearers = [city for city in cities_named(place.city) if city.country == region.country]
    if region.country == "US" and any(is_same_name(one.region, region.region or "", "US") for one in bearers):
        return place.model_copy(update={"country": "US", "region": region.region})
    return place.model_copy(update={"country": region.country}) if bearers and not place.country else place


def _is_country_named(place: Place) -> bool:
    return not (place.city or place.region) and country_code(place.text or "") == place.country is not None


def country_of(places: Sequence[Place], text: str, language: str | None = None) -> str | None:
    """The country that a posting seems to come from, or None: a hint, not a stated value.

    Read from its places, else from dial codes, web addresses and words that only one country's
    postings use, else from a language that is at home in one country. `language` is BCP 47.
    """
    stated = Counter(place.country for place in places if place.country)
    if stated:
        return stated.most_common(1)[0][0]
    signs = Counter(code for code, _ in set(_country_signs(text)))
    if signs:
        (first, votes), *rest = signs.most_common(2)
        if not rest or votes > rest[0][1]:
            return first
    return _HOMES.get((language or "").split("-")[0])


def _country_signs(text: str) -> Iterator[tuple[str, str]]:
    """Country and sign, for each sign of where a posting comes from."""
    for dialled in re.finditer(r"\+\s?(\d{1,3})", text):
        for length in (3, 2):
            if code := _DIAL_CODES.get(dialled[1][:length]):
                yield code, "dial code"
                break
    for domain in re.finditer(r"(?<=[\w-])\.([a-z]{2})(?=[/\s,;)>\"']|\.\s|$)", text):
        if code := _TOP_DOMAINS.get(domain[1]):
            yield code, domain[0]
    for word in set(_NATIONAL_WORDS.findall(text)):
        for country, pattern in _NATIONAL.items():
            if re.fullmatch(pattern, word):
                yield country, word


def _without_repeats(found: list[Found[Place]]) -> list[Found[Place]]:
    """A city named again without its region is the same place."""
    kept: list[Found[Place]] = []
    for place in found:
        same = [
            k for k in kept if (k.value.city or k.value.region) == (place.value.city or place.value.region)
        ]
        if not any(_agree(k.value, place.value) for k in same):
            kept.append(place)
    return kept


def _agree(one: Place, other: Place) -> bool:
    return one.country == other.country or not (one.country and other.country)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Non-empty lines as ranges, spaces trimmed."""
    for line in re.finditer(r"[^\n]*\S", text):
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        yield start, line.end()


# --- header lines ---------------------------------------------------------------------------------


def _header_places(text: str) -> Iterator[tuple[int, int]]:
    """Lines near the top that are nothing but a place; those with a region or country come first."""
    structured: list[tuple[int, int, int]] = []
    lone: list[tuple[int, int, int]] = []
    for number, (start, end) in enumerate(_lines(text)):
        if number >= _HEADER_LINES or (structured and number > structured[-1][0] + _CLUSTER_GAP):
            break
        for piece_start, piece_end in _header_pieces(text, start, end):
            levels = place_levels(text[piece_start:piece_end])
            if levels > 1:
                structured.append((number, piece_start, piece_end))
            elif levels and 0 < number < _LONE_HEADER_LINES:
                lone.append((number, piece_start, piece_end))
    yield from _first_cluster(structured) or _first_cluster(_without_menus(lone)) or _after_a_name(text)


def _after_a_name(text: str) -> list[tuple[int, int]]:
    """'Lindenhof gGmbH, Bad Hersfeld', 'Stokes Croft, Bristol': a city behind somebody's name."""
    for number, (start, end) in enumerate(_lines(text)):
        if number >= _LONE_HEADER_LINES:
            break
        if (
            number == 0
            or text[start] in '-–—"“'
            or text[end - 1] in ".!?:"
            or end - start > _NAME_LINE_LENGTH
        ):
            continue
        line = text[start:end]
        place = title_place(line) if line[0].isupper() and len(line.split()) <= _NAME_WORDS else None
        if place:
            return [(start + place.start, start + place.end)]
    return []


def _header_pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A header line, whole if it is a place, else its columns: 'Acme · Lyon, France', '📍 Lyon'."""
    line = text[start:end]
    if end - start > _HEADER_LINE_LENGTH or line[0].islower() or line[0] in '-–—"“' or _SENTENCE.search(line):
        return
    if posted := POSTED_TAIL.search(line):
        end = start + posted.start()
        line = text[start:end]
    if pin := _PIN.search(line):
        yield _value_span(text, start + pin.end(), end)
        return
    offset = start
    for column in _HEADER_SPLIT.split(line):
        at = text.index(column, offset)
        offset = at + len(column)
        yield at, offset


def _first_cluster(spans: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    cluster: list[tuple[int, int, int]] = []
    for span in spans:
        if cluster and span[0] - cluster[-1][0] > _CLUSTER_GAP:
            break
        cluster.append(span)
    return [(start, end) for _, start, end in cluster]


def _without_menus(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Three lines in a row that are a name each are a site's menu of countries, not a header."""
    numbers = [number for number, _, _ in spans]
    return [
        s for s in spans if not any({n, n + 1, n + 2} <= set(numbers) for n in (s[0] - 2, s[0] - 1, s[0]))
    ]


# --- labels, title, running text ------------------------------------------------------------------


def _labelled_places(text: str) -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    for pattern in (_LABELLED, _LABEL_LINE):
        for label in pattern.finditer(text):
            start, end = _value_span(text, *label.span("value"))
            if start in seen or not is_labelled_place(text[start:end]):
                continue
            seen.add(start)
            yield start, end
            if pattern is _LABEL_LINE:
                yield from _bullets_below(text, end)
    if not seen:
        for label in _INLINE_LABEL.finditer(text):
            yield from _known_prefix(text, label.end())


def _bullets_below(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Further places under one label, a bullet each."""
    while bullet := _BULLET.match(text, end):
        start, end = bullet.span("value")
        if not is_place_line(text[start:end]):
            break
        yield start, end


_BULLET = re.compile(r"[ \t]*\n[ \t]*[-*•] *(?P<value>[^\n]*\S)")


def _value_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The place within a labelled value, without what follows it on the line."""
    while start < end and text[start].isspace():
        start += 1
    cut = _VALUE_END.search(text, start + 1, end)
    if cut:
        end = cut.start()
    if is_labelled_place(text[start:end]):
        return start, end
    return next(_known_prefix(text, start, end, is_place_line), (start, end))


def _title_places(text: str) -> Iterator[tuple[int, int]]:
    """A place at the end of the title: 'Programmer - Rochester, NY', 'Analyst (Costa Rica)'."""
    first = next(_lines(text), None)
    if first is None or first[1] - first[0] > _TITLE_LENGTH or text[first[1] - 1] in ".!?":
        return
    span = title_place(text[slice(*first)])
    if span is not None:
        yield first[0] + span.start, first[0] + span.end


def title_place(title: str) -> Span | None:
    """Where a title names a place, at its end, in a bracket or between dashes, or None."""
    for found in _TITLE_BREAK.finditer(title):
        start, end = found.end(), len(title.rstrip(" )"))
        if start and start < end and is_place_line(title[start:end]):
            return Span(start, end)
    for piece in _TITLE_PIECE.finditer(title):
        name = "piece" if piece["piece"] else "dashed"
        if is_place_line(piece[name]):
            return Span(*piece.span(name))
    return None


def _told_places(text: str) -> Iterator[tuple[int, int]]:
    folded = fold(text)
    ends = {cue.end() for cue in _ABROAD_CUES.finditer(folded) if not _is_of_company(folded, cue.start())}
    ends |= {cue.end() for cue in _OWN_OFFICE.finditer(folded)}
    for cue in _WHERE.finditer(folded):
        before = folded[sentence_around(text, cue.start(), cue.end())[0] : cue.end()]
        if _JOB.search(before) and not _is_of_company(folded, cue.start()):
            ends.add(cue.end())
    told = [span for end in sorted(ends) for span in _known_prefix(text, end)]
    yield from told or _workplaces(text, folded) or _addresses(text)


def _workplaces(text: str, folded: str) -> list[tuple[int, int]]:
    """'A cook for our restaurant in Ghent', 'pour notre magasin de Rennes': the first sentence that says so."""
    found: list[tuple[int, int]] = []
    if _IS_REMOTE.search(folded, 0, _HEADER_REACH):
        return found
    for cue in _PREPOSITION.finditer(folded):
        if not text[cue.end() : cue.end() + 1].isupper():
            continue
        first = sentence_around(text, cue.start(), cue.end())[0]
        if found and found[0][0] < first:
            break
        before = folded[first : cue.start()]
        is_of = cue[1] in ("de", "d'")
        if (_WORKPLACE_OF if is_of else _WORKPLACE).search(before) and not _ELSEWHERE.search(before):
            found.extend(_known_prefix(text, cue.end()))
    return found


def _addresses(text: str) -> list[tuple[int, int]]:
    """The town of a street address: '42 Union Road, Macclesfield', 'Lange Str. 5, 38100 Braunschweig'."""
    for address in _ADDRESS.finditer(text):
        if spans := list(_known_prefix(text, address.end())):
            return spans
    return []


def _is_of_company(folded: str, position: int) -> bool:
    """Whether the words before a cue speak of the employer, not of the job."""
    line_start = folded.rfind("\n", 0, position) + 1
    return bool(_COMPANY.search(folded[max(line_start, position - 60) : position]))


def _known_prefix(
    text: str, start: int, end: int | None = None, is_place: Callable[[str], bool] = is_known_place_line
) -> Iterator[tuple[int, int]]:
    """The longest run of words from `start` that is nothing but places, if there is one."""
    article = re.compile(r"(?:the|our|either|der|die|den|le|la|el)\s+", re.I).match(text, start)
    if article:
        start = article.end()
    words = list(re.compile(r"[^\s]+").finditer(text, start, min(end or len(text), start + 120)))[
        :_PREFIX_WORDS
    ]
    if not words or not (text[start].isupper() or text[start].isdigit()):
        return
    for word in reversed(words):
        stop = word.end()
        while stop > start and text[stop - 1] in ".,;:!?)-–(":
            stop -= 1
        if is_place(text[start:stop]):
            yield start, stop
            return


# --- the posting's country ------------------------------------------------------------------------

_DIAL_CODES = {
    "44": "GB",
    "49": "DE",
    "33": "FR",
    "34": "ES",
    "46": "SE",
    "31": "NL",
    "39": "IT",
    "351": "PT",
    "41": "CH",
    "43": "AT",
    "32": "BE",
    "45": "DK",
    "47": "NO",
    "358": "FI",
    "48": "PL",
    "353": "IE",
    "61": "AU",
    "64": "NZ",
    "91": "IN",
    "65": "SG",
    "251": "ET",
    "502": "GT",
    "52": "MX",
    "55": "BR",
    "27": "ZA",
    "374": "AM",
    "20": "EG",
    "971": "AE",
    "234": "NG",
    "254": "KE",
}
_TOP_DOMAINS = {"uk": "GB"} | {
    code.lower(): code
    for code in "DE FR ES SE NL IT PT CH AT BE DK NO FI PL IE AU NZ IN SG ET GT MX BR ZA AM EG AE NG KE CA "
    "JP KR".split()
}
# Words that only one country's postings use: its law, its schools, its social insurance.
_NATIONAL = {
    "US": r"401\(?k\)?|W-?2|H-?1B|E-Verify|GED|FLSA|U\.S\.|[Pp]rotected veteran|EEO|OFCCP|PTO",
    "GB": r"DBS|GCSEs?|NHS|HMRC|CIPD|UK|NVQ|£",
    "CA": r"RRSP|Canadian|Government of Canada",
    "AU": r"[Ss]uperannuation|Australian|Fair Work",
    "IN": r"[Ll]akhs?|LPA|CTC|₹",
    "DE": r"IHK|TVöD|Minijob|Betriebsrat|betriebliche Altersvorsorge|Deutschlandticket",
    "AT": r"Kollektivvertrag|KV-\w+|Überzahlung",
    "CH": r"Pensum|CHF|EFZ",
    "FR": r"CDI|CDD|RTT|SMIC|Bac ?\+ ?\d|BAC ?\+ ?\d|[Tt]itres?-restaurants?|[Mm]utuelle",
    "SE": r"[Kk]ollektivavtal|[Ff]riskvårdsbidrag|Tillsvidare",
    "NL": r"[Vv]akantiegeld|HBO|MBO",
    "ET": r"ETB|TVET|Ethiopian",
    "BR": r"CLT|[Vv]ale[- ](?:refeição|transporte|alimentação)|R\$",
    "MX": r"IMSS|[Pp]restaciones de ley|MXN",
    "PL": r"[Uu]mowa o pracę|PLN",
}
_NATIONAL_WORDS = Pattern(rf"(?<!\w)(?:{'|'.join(_NATIONAL.values())})(?!\w)|£(?=\d)|₹(?=\d)")
# Languages whose postings come from one country nearly always.
_HOMES = {
    "sv": "SE",
    "de": "DE",
    "fr": "FR",
    "it": "IT",
    "nl": "NL",
    "da": "DK",
    "nb": "NO",
    "no": "NO",
    "nn": "NO",
    "fi": "FI",
    "pl": "PL",
    "cs": "CZ",
    "sk": "SK",
    "hu": "HU",
    "ro": "RO",
    "bg": "BG",
    "el": "GR",
    "tr": "TR",
    "uk": "UA",
    "ru": "RU",
    "ja": "JP",
    "ko": "KR",
    "he": "IL",
    "am": "ET",
    "hi": "IN",
    "th": "TH",
    "vi": "VN",
    "id": "ID",
    "hy": "AM",
    "ka": "GE",
    "lt": "LT",
    "lv": "LV",
    "et": "EE",
    "sl": "SI",
    "hr": "HR",
    "is": "IS",
    "ca": "ES",
    "eu": "ES",
    "gl": "ES",
}
