"""A job title without what is not part of it.

The cleaned title is one stretch of what was given: what names the job, specialisation included.
Place, arrangement, hours, shift, contract, gender marks, numbers, urgency, pay and dates that stand
at its ends, apart from it, are cut; what stands within it stays, but for gender marks in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.fields.employment_types import wordings_of
from extractor.fields.gazetteer import cities_named, name_key
from extractor.fields.location_line import is_place_line, place_levels, read_places
from extractor.fields.wording import fold
from extractor.records import Found, Span
from extractor.schema import Place

# A piece that stands apart is no part of the title where nothing but these and `_FILLER` is in it.
_SEX = r"(?:[mwdfxhvkgni*o]|div(?:ers|\.)?|nb|gn|inter|all|hombre|mujer|male|female|homme|femme)"
_GENDER = (
    rf"(?:{_SEX}(?:\s*[/|,.*·-]\s*{_SEX}){{1,3}}|all genders?(?: welcome)?|alle geschlechter|gn\*?|"
    rf"any gender|tous genres|all humans|\(a\))"
)
_TERMS = (
    wordings_of("full_time", "part_time", "contract", "temporary", "per_diem")
    + r"|contract(?:or)?|freelance|temp(?:orary)?|temporári[oa]|tijdelijk|seasonal|saisonnier|casual|"
    r"interim|intérim|per diem|prn|voll-|permanent|unbefristet|festanstellung|cdi|alternance|tillsvidare\w*|"
    r"indefinido|tempo indeterminato|w2|long[ -]term|short[ -]term|maternity cover|urlaubsvertretung"
    r"|(?:swing|early|late|graveyard|first|second|third|1st|2nd|3rd|rotating|day|night|evening|weekend|"
    r"split|back|twilight)s? shifts?|shifts?|nights?|days|evenings?|weekends?|mornings?|earlies|lates|"
    r"turno(?: de)? (?:noche|mañana|tarde)|nachtschicht|frühschicht|spätschicht|schicht|de nuit|de jour"
    r"|fifo|dido|fly[ -]in[ -]fly[ -]out|fte|term[ -]time(?: only)?|job ?share|flexible(?: hours)?|media jornada"
)
_ARRANGEMENT = (
    r"(?:fully |100 ?% ?)?remote(?:[ -](?:ok|work|possible|option|friendly|first|eligible))?|remot[oa]|"
    r"hybrid(?: working| remote|e|o)?|híbrid[oa]|on-?site|onsite|in[ -]office|in[ -]person|home ?-?office|"
    r"homeoffice|work(?:ing)? from home|wfh|télétravail|teletrabajo|presencial"
    r"|vor ort|distans|anywhere|(?:home|field|office)[ -]based|world ?wide|deutschlandweit|bundesweit|"
    r"nationwide"
)
_URGENCY = (
    r"urgent(?:ly)?|asap|a\.s\.a\.p\.?|immediate(?:ly)?|hir(?:e|ing)|joiners?|now|we(?:'|a)re|ab sofort|"
    r"sofort|zum nächstmöglichen zeitpunkt|dringend|urgente|apply|today|walk[ -]?in|interviews?|hot|new|neu|"
    r"nouveau|multiple|several|openings?|vacanc(?:y|ies)|christmas|peak|xmas"
    r"|gesucht|wanted|needed|required|sökes|gezocht|søges|søkes|se (?:busca|necesita|solicita)|recherch(?:e|"
    r"ons)|cercasi|procura-se|x ?\d+|\d+ ?x|\d+ (?:positions?|posts?|places?)|zon[ae] \d+"
)
_OFFERS = (
    r"no weekends?|no experience|great|excellent|competitive|attractive|incl(?:uded|uding|\.)?|sponsorship|"
    r"weekly pay|ote|basic|dts|uncapped|earn|provided|available|offered"
)
_DATES = (
    r"start(?:s|ing)?(?: date)?|clos(?:es|ing)(?: date)?|posted|published|deadline|expires|ago|until|till|"
    r"from|ab|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|"
    r"mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|"
    r"septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|octubre|"
    r"diciembre|maj|augusti|mei|augustus|half term|easter|after|before|next|year|term"
)
_REFERENCE = (
    r"(?:job ?|stellen-?|vacancy ?|posting ?)?(?:ref(?:erence|erenz|\.)?|req(?:uisition)?(?: ?id)?|id|code|"
    r"nr|no|number|nummer|kennziffer|réf(?:érence)?|rif|n[°o])\b\.?\s*[:#.]?\s*[\w./-]*\d[\w./-]*|"
    r"(?:job ?)?(?:ref|reference|req|id|rif|réf)"
    r"|#\s?\w*\d\w*|(?:jr|req|r|id|vn|j)[ -]?\d{3,}|\d{4}-\d{1,6}|\d{5,}|[a-z]{1,4}[-_]?\d{4,}"
)
_PAY = (
    r"(?:up to |from |bis zu |circa |c\. ?)?[£$€]\s?\d[\d.,]*\s?k?|\d[\d.,]*\s?(?:€|eur|k|kr|chf|usd|gbp)\b"
)
_SITES = (
    r"linkedin|indeed|glassdoor|stepstone|monster|xing|totaljobs|reed|seek|infojobs|jobs?|careers?|"
    r"[\w-]+\.(?:com|de|fr|org|net|io|es|it|nl|se|co\.uk|jobs|dev)"
)
_TOKEN = re.compile(
    rf"(?<!\w)"
    rf"(?:{'|'.join((_GENDER, _PAY, _REFERENCE, _TERMS, _ARRANGEMENT, _URGENCY, _OFFERS, _DATES, _SITES))})"
    rf"(?!\w)|[£$€]\s?\d[\d.,]*k?"
)
_FILLER = re.compile(
    r"(?<!\w)(?:and|or|und|oder|et|ou|y|o|e|och|of|de|du|des|la|le|los|in|en|im|am|at|for|für|pour|para|per|"
    r"pro|par|an?|the|to|til|up|with|mit|auf|as|basis|roles?|positions?|jobs?|only|level|supply|partiel"
    r"|full|will|be|given|experience|training|benefits?|package|bonus(?:es)?|car|company|visa|relocation|housing|accommodation|"
    r"salary|pay|rate|overtime|tips|commission|possible|europe|emea|latam|latin america|eu|eea|apac"
    r"|months?|mths?|years?|yrs?|weeks?|hours?|hrs?|h|wk|week|day|mo|monate|stunden|std|woche|wochen|tage?|"
    r"mois|ans?|heures?|jours?|meses|horas|días|månader|timmar|maanden|uur|uren|mesi|ore|annum|pa|p\.a|hour|"
    r"annual)(?!\w)|\d+(?:[.,:]\d+)*\s?%?|[^\w\s]+"
)
# Endings that are cut without anything before them that parts them from the title.
_TAILS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\s+\(?{_GENDER}\)?[\s.,*]*$",
        r"\s+(?:up to |from )?[£$€]\s?\d.*$",
        r"\s+#\s?\d+$",
        r"\s+\(?\d+(?:[.,]\d+)?\s?(?:[-–]\s?\d+\s?)?(?:%|hours?|hrs|std\.?|stunden|uur|timmar|fte)(?!\w).*$",
        r"\s+(?:sökes|gesucht|wanted|needed|required|gezocht|søges|søkes|asap|urgent(?:ly)?|ab sofort|job|"
        r"vacancy|position)(?:[\s!.]+.*)?$",
        r"\s+(?:für unse\w+|pour (?:notre|nos)|for our|para (?:nuestr\w+|nossa?)|till vår[at]?|voor on(?:s|"
        r"ze)|per (?:la )?(?:nostr\w+|filiale|importante)|para (?:o|a) noss\w+|do nasz\w+|til vores|til (?=\w+en\b))\b.*$",
        rf"\s+(?:in|en|à|auf|på|as|als)\s+(?:{_TERMS})(?!\w).*$",
    )
)
_GENDER_MARK = re.compile(rf"\s+\(?{_GENDER}\)?(?=\s)", re.I)
_GENDER_WITHIN = re.compile(rf"\s+\(\s*{_GENDER}\s*\)\s+", re.I)
_AT_COMPANY = re.compile(r"(?<=\w)\s+(?:@\s*|at )[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}$")
_IN_PLACE = re.compile(
    r"\s+(?:in|à|en|i|für|em|nahe|bei|near|at|till|til|pour)\s+(?P<place>[A-ZÀ-Ý][^()|"
    r"]*)$"
)

_LABEL = (
    r"(?:job title|title|position(?: title)?|job|role|vacancy|poste|intitulé(?: du poste)?|stelle|"
    r"stellenbezeichnung|stellenangebot|stellenausschreibung|jobtitel|puesto|cargo|vacante|titel|tjänst|"
    r"functie|vacature|posizione|vaga"
    r"|offre d'emploi|offre|(?:we(?:'| a)re |now )?hiring|job opening)\s*(?::|=\s*[\"“])"
)
# Beginnings that are cut: labels, calls, an employer that seeks, terms of employment as adjectives.
_HEADS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"[\s#*>•_`-]*{_LABEL}[\s*]*",
        r"[\s#*>•_`!-]*(?:urgent(?:ly)?(?: (?:hiring|required))?|asap|now hiring|hiring|seeking|recruiting|wanted|gesucht|"
        r"wir suchen(?: dich als)?|se (?:busca|necesita|solicita)|cercasi|procura-se|nous recherchons|"
        r"we are hiring)\b[\s:!*-]*(?:an? |eine?n? |une? )?(?=\w{3})",
        r"[^|:–—]{2,40}?\s(?:is (?:hiring|looking for|seeking)|sucht|recrute|seeks|zoekt|söker|busca|"
        r"cerca)\s+(?:an? |eine?n? |une? |en |ett )?(?=\w{3})",
        rf"[\s#*-]*(?:{_REFERENCE})(?=\s+[^\W\d])[\s:|-]*",
        r"[\s#*-]*\d+ ?x\s+(?=\w\w)",
        r"(?:part[ -]time|full[ -]time|freelance|permanent|seasonal|(?:temporary|casual)(?! (?:works|"
        r"accommodation|structures?|housing|traffic|staff\w*|power|events?|dining|wear)))\s+(?=\w{3})",
    )
)
_HEAD_PIECE = re.compile(
    r"[\s#*>•|:!]*(?P<piece>\([^)]*\)|\[[^\]]*\]|[^()|\[\]]*?)(?:\s*(?:\s[-–—]\s|-\s|[|"
    r":•]|(?<=[\])])\s*|\s/\s))"
)
_BRACKET_TAIL = re.compile(r"\s*(?P<piece>[(\[][^()\[\]]*[)\]])[\s!.,*]*$")
_SEPARATOR = re.compile(
    r"\s*[\u2190-\u2bff\U0001f000-\U0001faff]+\s*|\s+[-–—|/•@>»]+\s*|[-–—]\s+|\s*[,|"
    r";•]\s*|\s*:\s+|\s{3,}"
)
_TRIED_SEPARATORS = 5
# "Officer" and "Car" are towns as well: a lone name in a title is a place from this size on.
_CLEAR_POPULATION = 100_000
_EDGES = " \t\u00a0-–—|,;:*•·/!#>_`\"'“”"


def clean_title(title: str, places: Sequence[Place] = (), company: str | None = None) -> Found[str]:
    """The stretch of a title line that names the job; never empty where the line has a word.

    `places` are the posting's own, so that one of them at the very end goes as well where nothing
    parts it ("Nurse Leeds"); `company` is the employer, cut where it stands apart.
    """
    names = {name_key(part) for place in places for part in (place.text, place.city, place.region) if part}
    if company:
        names.add(name_key(company))
    start, end = _trim(title, 0, len(title))
    while True:
        new_start, new_end = _cut_tail(title, start, end, names)
        new_start, new_end = _trim(title, *_cut_head(title, new_start, new_end, names))
        if (new_start, new_end) == (start, end) or not re.search(r"[^\W\d]{2}", title[new_start:new_end]):
            break
        start, end = new_start, new_end
    opened = title.rfind("(", start, end)
    if opened > start and ")" not in title[opened:end]:  # cut off within: "Käser_in (bis"
        start, end = _trim(title, start, opened)
    return Found(_GENDER_WITHIN.sub(" ", title[start:end]), Span(start, end))


def _trim(title: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces, separators and symbols at the ends."""
    while start < end and (title[start] in _EDGES or _is_symbol(title[start])):
        start += 1
    while start < end and (title[end - 1] in _EDGES or _is_symbol(title[end - 1])):
        end -= 1
    return start, end


def _is_symbol(ch: str) -> bool:
    return ord(ch) > 0x2190 and not ch.isalnum()


def _cut_tail(title: str, start: int, end: int, names: set[str]) -> tuple[int, int]:
    """One thing less at the end, or the same range."""
    rest = title[start:end]
    for pattern in (*_TAILS, _AT_COMPANY):
        if (tail := pattern.search(rest)) and tail.start():
            return start, start + tail.start()
    for mark in _GENDER_MARK.finditer(rest):  # "Tischler (w/m/d) ab 01.09.2026"
        if mark.start() and _is_junk(rest[mark.end() :], names):
            return start, start + mark.start()
    bracket = _BRACKET_TAIL.search(rest)
    if bracket and bracket.start() and _is_junk(bracket["piece"], names):
        return start, start + bracket.start()
    separators = list(_SEPARATOR.finditer(rest))
    for separator in separators[: -_TRIED_SEPARATORS - 1 : -1]:
        in_pair = "/" in separator[0]  # "Koch / Köchin", and Kochi is a city
        if separator.start() and _is_junk(rest[separator.end() :], names, or_place=not in_pair):
            return start, start + separator.start()
    if (placed := _IN_PLACE.search(rest)) and is_place_line(placed["place"]):
        return start, start + placed.start()
    for space in re.finditer(r"\s+", rest):
        if names and space.start() and _are_names(rest[space.end() :], names):
            return start, start + space.start()
    return start, end


def _are_names(text: str, names: set[str]) -> bool:
    """'Leeds', 'Norfolk / Suffolk', where the posting is in Leeds or Norfolk."""
    pieces = [piece for piece in re.split(r"\s*[/,&]\s*|\s+(?:and|or)\s+", text) if piece]
    if not pieces or name_key(pieces[0]) not in names:
        return False
    return all(name_key(piece) in names or is_place_line(piece) for piece in pieces)


def _cut_head(title: str, start: int, end: int, names: set[str]) -> tuple[int, int]:
    """One thing less at the beginning, or the same range."""
    rest = title[start:end]
    for pattern in _HEADS:
        if (head := pattern.match(rest)) and 0 < head.end() < len(rest):
            return start + head.end(), end
    head = _HEAD_PIECE.match(rest)
    if head and 0 < head.end() < len(rest) and head["piece"]:
        pieces = [piece for piece in re.split(r"\s+/\s+", head["piece"]) if piece]
        if all(_is_junk(piece, names, or_place=len(pieces) == 1) for piece in pieces):
            return start + head.end(), end
    return start, end


def _is_junk(piece: str, names: set[str], *, or_place: bool = True) -> bool:
    """Whether a piece that stands apart is no part of the job's name."""
    bare = piece.strip(" ()[]!.,*-–—")
    if not bare or name_key(bare) in names or (or_place and _is_clear_place(bare)):
        return True
    folded = fold(piece)
    if not _TOKEN.search(folded) and not re.search(r"\d\s?(?:%|h)", folded):
        return False
    rest = _FILLER.sub(" ", _TOKEN.sub(" ", folded)).split()
    return not rest or is_place_line(
        " ".join(word.upper() if len(word) < 4 else word.title() for word in rest)
    )


def _is_clear_place(piece: str) -> bool:
    """A place that is not a word as well: of several levels, a region or country, or a large city."""
    levels = place_levels(piece)
    if levels != 1:
        return levels > 1
    places = [found.value for found in read_places(piece)]
    return all(
        place.city is None or any(c.population >= _CLEAR_POPULATION for c in cities_named(place.city))
        for place in places
    )
