"""The title without what is not part of it, and the seniority that its words state.

The cleaned title is one stretch of what was given: what names the job, specialisation included.
Seniority is read from the title or from a stated level ("Seniority level: Entry level"), never from
years or pay. A manager of things ("Project Manager", "Account Manager") is a job's name, no level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.fields.gazetteer import name_key
from extractor.fields.location_line import is_place_line
from extractor.fields.wording import column_around, fold, line_around, setting_of, words
from extractor.records import Found, Span
from extractor.schema import Place, Seniority

# --- the title ------------------------------------------------------------------------------------

_SEX = r"(?:[mwdfxhvkgni*o]|div(?:ers|\.)?|nb|gn|inter|all|hombre|mujer|male|female|homme|femme)"
_GENDER = rf"\(?\s*(?:{_SEX}(?:\s*[/|,.*·-]\s*{_SEX}){{1,3}}|all genders?(?: welcome)?|alle geschlechter|gn\*?|any gender|d/?e|tous genres|all humans)\s*\)?"
_TYPE = (
    r"(?:full|part)[ -]?time|permanent|[\d.,]+ ?fte|media jornada|(?:swing|early|late|graveyard|first|second|third|1st|2nd|3rd|rotating) shifts?|long[ -]term(?: supply)?|contract(?: to hire| role| position)?|fixed[ -]?term(?: contract)?|temp(?:orary)?|ftc|casual|seasonal|per diem|prn|zero hours?|vollzeit|teilzeit|voll-? ?(?:/|oder|und) ?teilzeit|unbefristet|befristet"
    r"|festanstellung|minijob|freelance(?: gesucht)?|freiberuflich|cdi|cdd|intérim|alternance|temps (?:plein|partiel)|(?:tiempo|jornada) complet[oa]|tiempo parcial|heltid|deltid|vikariat|tillsvidare(?:anställning)?"
    r"|parttime|fulltime|deeltijd|voltijd|tempo (?:pieno|indeterminato|determinato|integral)|b2b|w2|c2c|immediate|day shift|night shift|nights?|days|weekends?|evenings?|rotating shifts?|\d+ (?:hours|hrs|std\.?|stunden)(?: per week| pro woche|/week|/woche)?"
    r"|\d+(?:-\d+)? ?%|\d+[ -]?(?:month|week|mth)s?(?: contract| ftc| fixed term)?|maternity cover|urlaubsvertretung|elternzeitvertretung|ab \d+ (?:stunden|std\.?)|voll- oder teilzeit|full[ -]?(?:/|and|or) ?part[ -]time"
)
_ARRANGEMENT = (
    r"(?:fully |100 ?% ?)?remote(?: ok| work| possible| möglich| option| friendly|-first)?|remoto|full remote|hybrid(?: working| remote|e|o)?|on-? ?site|in[ -]office|home ?-?office|homeoffice|work from home|wfh|télétravail(?: possible| partiel)?|teletrabajo|presencial|híbrido"
    r"|vor ort|distans|anywhere|home[ -]based|field[ -]based|office[ -]based|remote or [\w ]+|worldwide|europe|emea|latam|latin america|eu|deutschlandweit|bundesweit"
)
_URGENT = (
    r"urgent(?:ly)?(?: (?:hiring|required|requirement|needed|opening))?|asap|a\.s\.a\.p\.?|immediate(?:ly)?(?: (?:start|joiners?|hire|hiring|available|opening|requirement))?|hiring(?: now| immediately)?|now hiring|we(?:'| a)re hiring|ab sofort|sofort|zum nächstmöglichen zeitpunkt"
    r"|dringend(?: gesucht)?|gesucht|wir suchen(?: dich)?|urgente|apply (?:now|today)|new|hot(?: job)?|neu|nouveau|walk[ -]?in(?: interview)?|training provided|no experience (?:needed|required|necessary)|multiple (?:openings|positions|vacancies|locations)|\d+ (?:positions|vacancies|openings)"
    r"|start(?:s|ing)?(?: date)?:? .*|wanted|needed|required|se (?:busca|necesita|solicita)|(?:nous )?recherch(?:e|ons)|cercasi|sökes|gezocht|procura-se|søges|søkes|christmas(?: peak)?|(?:summer|winter|peak) season|ab (?:\d{1,2}\.\d{1,2}\.\d{2,4}|\w+ \d{4})|(?:till|until) .*\d{4}|sponsorship available|visa sponsorship"
)
_REFERENCE = (
    r"(?:job )?(?:ref(?:erence|erenz|\.)?|req(?:uisition)?(?: id)?|id|job ?(?:id|code|nr|no|number)|kennziffer|stellen-?(?:nr|id)|réf(?:érence)?|posting|vacancy(?: no)?|n[°o]|nr)\.?\s*[:#.]?\s*[\w./-]*\d[\w./-]*"
    r"|(?:job )?(?:ref|reference|req|id)|#\s?\w*\d\w*|(?:jr|req|r|id|vn|j)[ -]?\d{3,}|\d{4}-\d{1,6}|\d{5,}|[a-z]{1,4}[-_]?\d{4,}"
)
_PAY = r"(?:earn )?(?:up to |from |bis zu |ab |circa |c\. ?)?[£$€]\s?\d[\d.,]*k?(?:\s?(?:-|to|bis|–)\s?[£$€]?\d[\d.,]*k?)?(?:\s?(?:per|p/|/|an?|pro)\s?\w+)?(?: ote| dts| pa| p\.a\.| basic)?(?: ?\+.*)?|\d[\d.,]*\s?(?:€|eur|k)\b.*|competitive salary|[\d.]+k\s?-\s?[\d.]+k"
_LABEL = r"(?:job title|title|position(?: title)?|job|role|vacancy|poste|intitulé(?: du poste)?|stelle|stellenbezeichnung|stellenangebot|jobtitel|puesto|cargo|vacante|titel|tjänst|functie|vacature|posizione|vaga|offre d'emploi|offre)\s*:"
_ZONE = r"zona \d+|area|nationwide|multiple (?:sites|cities)|various(?: locations)?"
_JUNK = re.compile(rf"(?:{_GENDER}|{_TYPE}|{_ARRANGEMENT}|{_URGENT}|{_REFERENCE}|{_PAY}|{_ZONE})(?:[\s,/|&+-]+(?:{_GENDER}|{_TYPE}|{_ARRANGEMENT}|{_URGENT}|{_REFERENCE}|{_PAY}|and|or|und|oder))*")

_HEAD = re.compile(rf"[\s#*>•\-–—|:!]*(?:{_LABEL}|(?:urgent(?:ly required)?|asap|now hiring|hiring|wir suchen|se (?:busca|necesita|solicita)|cercasi|procura-se|nous recherchons)\b\s*[:!-]*(?=\s*\w{{3}})|(?:part|full)[ -]time\s+(?=\w{{3}})|freelance\s+(?=\w{{3}})|permanent\s+(?=\w{{3}})|{_REFERENCE}(?=\s+[^\W\d]))[\s:!|-]*", re.I)
_HEAD_PIECE = re.compile(r"[\s#*>•|:!-]*(?P<piece>\([^)]*\)|\[[^\]]*\]|[^()|\[\]]*?)(?:\s*(?:\s[-–—]\s|-\s|[|:•]|(?<=[\])])\s*|\s/\s))")
_TAIL_BRACKET = re.compile(r"\s*(?P<piece>[(\[][^()\[\]]*[)\]])[\s!.,*]*$")
_SEPARATOR = re.compile(r"\s*[\u2190-\u2bff\U0001f000-\U0001faff]+\s*|\s+[-–—|/•@]+\s*|[-–—]\s+|\s*[,|;•]\s*|\s*:\s+")
_TAIL_GENDER = re.compile(rf"\s+{_GENDER}[\s.,*]*$", re.I)
_TAIL_PLACE = re.compile(r"\s+(?:in|à|en|i|für|em|nahe|bei|near)\s+(?P<piece>[A-ZÀ-Ý][^,()|]*(?:,\s*[^,()|]+)?)$")
_TAIL_TYPE = re.compile(rf"\s+(?:in|en|à|auf|på|as|auf)\s+(?:{_TYPE})(?:\s*\([^)]*\))?[\s.,*]*$", re.I)
_TAIL_WORD = re.compile(rf"\s+(?:{_URGENT})[\s!]*$", re.I)
_AT_COMPANY = re.compile(r"(?<=\w)\s+(?:@\s*|at )[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}$")
_ENDS = " \t\u00a0-–—|,;:*•·/!#>"


def clean_title(title: str, places: Sequence[Place] = (), company: str | None = None) -> Found[str]:
    """The stretch of a title line that names the job.

    Place, arrangement, gender marks, reference numbers, urgency, pay, and employment types that stand
    apart are cut off its ends; within the title they stay. `places` are the posting's own, so that
    one of them at the very end goes as well where nothing parts it ("Nurse Leeds"); `company` is the
    employer, cut where it stands apart. Never empty.
    """
    start, end = _trim(title, 0, len(title))
    names = {name_key(part) for place in places for part in (place.text, place.city, place.region) if part}
    if company:
        names.add(name_key(company))
    while True:
        new_start, new_end = _cut_tail(title, start, end, names)
        new_start, new_end = _cut_head(title, new_start, new_end, names)
        new_start, new_end = _trim(title, new_start, new_end)
        if (new_start, new_end) == (start, end) or not re.search(r"[^\W\d]{2}", title[new_start:new_end]):
            break
        start, end = new_start, new_end
    return Found(title[start:end], Span(start, end))


def _trim(title: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces and separators at the ends, nor a bracket around the whole, nor emoji."""
    while start < end and (title[start] in _ENDS + "\"'“”" or _is_symbol(title[start])) and not title.startswith(".", start):
        start += 1
    while start < end and (title[end - 1] in _ENDS + "\"'“”" or _is_symbol(title[end - 1])):
        end -= 1
    return start, end


def _is_symbol(ch: str) -> bool:
    return ord(ch) > 0x2190 and not ch.isalnum()


def _cut_tail(title: str, start: int, end: int, names: set[str]) -> tuple[int, int]:
    rest = title[start:end]
    for pattern in (_TAIL_GENDER, _TAIL_TYPE, _TAIL_WORD, _AT_COMPANY):
        if (tail := pattern.search(rest)) and tail.start():
            return start, start + tail.start()
    bracket = _TAIL_BRACKET.search(rest)
    if bracket and bracket.start() and _is_junk(bracket["piece"], names):
        return start, start + bracket.start()
    for separator in list(_SEPARATOR.finditer(rest))[:-4:-1]:
        if separator.start() and _is_junk(rest[separator.end() :], names):
            return start, start + separator.start()
    for found in re.finditer(r"\s+[-–—|]\s*|[-–—]\s+|\s*[,(|]\s*", rest):  # "Nurse - Moss Beach, CA"
        if found.start() and is_place_line(rest[found.end() :].rstrip(" )")) and "," in rest[found.end() :]:
            return start, start + found.start()
    if (tail := _TAIL_PLACE.search(rest)) and is_place_line(tail["piece"]):
        return start, start + tail.start()
    for space in re.finditer(r"\s+", rest):
        if names and _are_names(rest[space.end() :], names):
            return start, start + space.start()
    return start, end


def _are_names(text: str, names: set[str]) -> bool:
    pieces = [piece for piece in re.split(r"\s*[/,&]\s*|\s+(?:and|or)\s+", text) if piece]
    return bool(pieces) and name_key(pieces[0]) in names and all(name_key(p) in names or is_place_line(p) for p in pieces)


def _cut_head(title: str, start: int, end: int, names: set[str]) -> tuple[int, int]:
    rest = title[start:end]
    if (head := _HEAD.match(rest)) and head.end() < len(rest):
        return start + head.end(), end
    if (head := _HEAD_PIECE.match(rest)) and 0 < head.end() < len(rest) and head["piece"]:
        piece = head["piece"]
        parts = [part for part in re.split(r"\s+/\s+", piece) if part]
        if all(_is_junk(part, names) for part in parts):
            return start + head.end(), end
    return start, end


def _is_junk(piece: str, names: set[str]) -> bool:
    """Whether a piece that stands apart is no part of the job's name."""
    bare = piece.strip(" ()[]!.,*-–—")
    if not bare:
        return True
    if _JUNK.fullmatch(fold(bare)) or _JUNK.fullmatch(fold(piece.strip())):
        return True
    return name_key(bare) in names or is_place_line(bare)


# --- seniority ------------------------------------------------------------------------------------

# A manager of these is a job by that name, not a rank.
_MANAGED = (
    r"projects?|projekt|product|produkt|program(?:me)?|account|key account|case|community|social media|customer success|success|relationship|relations|brand|category|content|growth|event|events|seo|campaign|partner|partnerships?|engagement|e-?commerce"
    r"|client|delivery|change|release|portfolio|data|bid|contract|contracts|territory|social|channel|influencer|performance|media|traffic|talent acquisition|business development|corporate development"
)
_TITLE_LEVELS: tuple[tuple[Seniority, re.Pattern[str]], ...] = (
    (
        "intern",
        words(
            r"intern(?:ship)?s?(?! audit)", r"praktik(?:um|ant\w*)", r"stagiaire", r"stage(?= [a-zéè]|$| -)(?! (?:manager|director|hand))", r"prácticas", r"becari[oa]", r"pasant(?:e|ía)", r"practicante", r"estagiári[oa]", r"estágio", r"tirocini\w+", r"stagista", r"stagiair",
            r"alternance", r"alternante?", r"apprenti(?:e|ce(?:ship)?)?", r"azubi\w*", r"auszubildende\w*", r"ausbildung", r"lärling", r"lærling", r"leerling", r"praktykant\w*", r"staż\w*", r"aprendiz", r"apprendista", r"co-op", r"industrial placement", r"placement student",
        ),
    ),
    (
        "executive",
        words(r"chief [\w&, ]{2,40} officer", r"ceo", r"cto", r"cfo", r"coo", r"cmo", r"cio", r"cpo", r"ciso", r"chro", r"cro", r"(?:senior |executive |assistant )?vice[ -]president", r"s?e?vp", r"avp", r"(?<!vice )president", r"managing director", r"geschäftsführer\w*", r"vorstand\w*", r"directeur général", r"directrice générale", r"director general", r"directora general", r"verkställande direktör", r"vd", r"c-level", r"amministratore delegato"),
    ),
    (
        "director",
        words(r"(?<!art )(?<!funeral )(?<!casting )(?<!stage )(?<!to )director(?:a|e)?", r"direktor(?:in)?", r"direktör", r"direct(?:eur|rice)", r"direttor[ei]", r"diretor[a]?", r"head of", r"bereichsleit\w+", r"leiter(?:in)? (?:des )?bereichs?", r"(?:group|global|regional) head"),
    ),
    (
        "manager",
        words(
            rf"(?<!to )(?:(?:assistant|deputy|general|senior|junior|area|regional|store|shop|branch|team|duty|shift|kitchen|restaurant|bar|operations|office) )?manager(?:in|s)?", r"geschäftsleiter\w*", r"abteilungsleit\w+", r"filialleit\w+", r"marktleit\w+", r"werksleit\w+", r"(?:verkaufs|vertriebs|pflegedienst|küchen|restaurant|betriebs|standort|niederlassungs|it-|personal|produktions|bau|werk|einrichtungs|kita-?|heim|hotel)leit\w+", r"leiter(?:in)?",
            r"gerente", r"jef[ea] de", r"encargad[oa]", r"responsable", r"responsabile", r"(?:enhets|avdelnings|butiks|grupp|platschef|område?s|verksamhets|försäljnings|personal|it-|ekonomi|produktions|sektions)chef", r"\w+chef(?=en)?", r"kierownik", r"vedoucí", r"afdelingsleder", r"avdelingsleder", r"päällikkö", r"chef (?:d'équipe|de service|de rayon|d'agence|de secteur)", r"manageur", r"manageuse",
        ),
    ),
    (
        "lead",
        words(
            r"lead(?:er)?(?! ?-?gen)(?! (?:management|qualification|conversion))", r"team ?lead(?:er)?", r"tech(?:nical)? lead", r"teamleit\w+", r"gruppenleit\w+", r"schichtleit\w+", r"principal(?= \w)", r"staff(?= (?:[\w/+#-]+ ){0,3}(?:engineer|scientist|developer|designer|researcher|architect))", r"supervisor(?:in|a|s)?", r"foreman", r"forewoman", r"vorarbeiter(?:in)?", r"polier", r"head (?:chef|nurse|coach|teacher|gardener|waiter|barista|cook)", r"chef d'équipe", r"lider", r"líder", r"teamledare", r"gruppledare", r"arbetsledare", r"teamleider", r"ploegleider", r"capo ?turno", r"capo ?squadra", r"team ?leader", r"superviseu[rs]e?", r"coordinatore di team", r"lead data",
        ),
    ),
    ("senior", words(r"senior(?:e|in)?", r"sr\.?", r"sénior", r"sênior", r"snr\.?", r"старший")),
    ("mid", words(r"mid[ -](?:level|senior|weight)", r"midweight", r"mid", r"intermediate", r"medior", r"semi[ -]?senior", r"ssr\.?", r"pleno", r"confirmée?", r"middle")),
    ("entry", words(r"junior(?:in)?", r"jr\.?", r"jnr\.?", r"entry[ -]level", r"graduate(?! school| student| studies| program director)", r"trainee", r"new grad\w*", r"early career", r"berufseinsteiger(?:in|\w*)", r"absolvent\w*", r"quereinsteiger\w*", r"débutante?", r"júnior", r"starter(?=s? )", r"nyexaminerad\w*", r"recién graduad\w+", r"neolaureat\w+", r"nyutdannet", r"nyuddannet", r"младший", r"school leaver")),
    ("associate", words(r"associate(?! director| professor| dean| vice| general counsel)")),
)  # fmt: skip
_JOB_MANAGER = re.compile(rf"(?<!\w)(?:{_MANAGED})[ -]?(?:management )?manager")
_ASSOCIATE_JOB = re.compile(r"(?:sales|store|retail|warehouse|shop|customer service|service|floor|fulfil?lment|production|research|sanitation|kitchen|bakery|stock\w*|front desk|guest|team|care|logistics|distribution|cleaning|grocery|deli|cashier|crew|food|inventory|delivery|support|beauty|optical|pharmacy|clinical)(?: \w+)? associate")

# Levels as sites state them behind a label, or in a column of their own.
_STATED: tuple[tuple[Seniority, re.Pattern[str]], ...] = (
    ("intern", words(r"internship", r"intern", r"student", r"praktikant(?:in)?", r"stagiaire")),
    ("mid", words(r"mid[ -]senior(?: level)?", r"mid(?:dle)?[ -](?:level|career)", r"intermediate", r"mid", r"medior", r"confirmé")),
    ("entry", words(r"entry(?:[ -]level)?", r"junior", r"jr", r"fresh(?: graduate)?", r"graduate", r"beginner", r"berufseinsteiger(?:in)?", r"berufseinstieg", r"einsteiger(?:in)?", r"débutant(?! accepté)", r"principiante", r"starter")),
    ("associate", words(r"associate")),
    ("director", words(r"director", r"direktor", r"head")),
    ("executive", words(r"executive", r"c-level", r"vice president", r"top management")),
    ("manager", words(r"manager(?: \(manager/supervisor\))?", r"führungskraft", r"team ?leitung", r"management", r"supervisor")),
    ("lead", words(r"lead(?:er)?", r"teamleiter", r"principal")),
    ("senior", words(r"senior(?:[ -]level)?", r"sr", r"expert(?:e|in)?", r"expertise")),
)  # fmt: skip
_LEVEL_LABELS = re.compile(
    r"[^\w\n]{0,6}(?:seniority(?: level)?|(?:experience|career|job|position|role|professional|skill)(?:[ -]level)?|level(?: of experience)?|exp\. level|required experience|karrierestufe|karrierelevel|berufserfahrung|erfahrungslevel|erfahrung|niveau(?: d'expérience| de séniorité)?|expérience|nivel(?: de experiencia| jerárquico)?|experiencia|antigüedad|nível(?: hierárquico)?|livello|erfarenhetsnivå|nivå|senioritet|werkervaring|carrièreniveau)\s*[:>]?\s"
)
_LEVEL_COLUMN = re.compile(r"(?:mid[ -]senior|entry|senior|junior|mid|associate|director|executive)[ -]level|internship")
_LEVEL_COMPANY = re.compile(r"\b(?:full[- ]?time|part[- ]?time|contract|temporary|remote|hybrid|on-?site|freelance|permanent|level|internship|festanstellung|vollzeit|teilzeit)\b")
_SPOKEN_LEVEL = words(
    r"(?P<entry>(?:entry[ -]level|junior(?:[ -]level)?|graduate|starter) (?:position|role|job|opportunity|post|vacancy))", r"(?P<senior>senior(?:[ -]level)? (?:position|role|post|vacancy)(?! models))", r"(?P<mid>mid[ -]level (?:position|role|job))"
)  # fmt: skip
_OF_THIS_JOB = re.compile(r"(?:\bis an?|\bthis|\bour|\bthe|\bfor an?|\bseeking an?|\bhiring an?|[.!•:\n-] ?(?:an?)?|^) ?$")
_VALUE_LENGTH = 60  # code points of a stated level
_VAGUE = frozenset(["mid"])  # LinkedIn's "Mid-Senior level" yields to a title that says which


def find_seniority(title: str | None, text: str) -> Found[Seniority] | None:
    """The level that words state, or None; the span is into `text`.

    A level stated behind a label comes first, then the title's words, then "entry-level position"
    and the like. `title` is read where it stands in `text`.
    """
    folded = fold(text)
    stated = _stated_level(folded)
    named = _title_level(title, folded)
    if stated and named and stated.value in _VAGUE and named.value in ("senior", "lead", "manager", "director"):
        return named
    return stated or named or _spoken_level(folded)


def _stated_level(folded: str) -> Found[Seniority] | None:
    for level, pattern in _STATED:
        for match in pattern.finditer(folded):
            setting = setting_of(folded, match.start(), match.end(), _LEVEL_LABELS, _LEVEL_COMPANY)
            if setting == "label" and _is_value(folded, match):
                return Found(level, Span(*match.span()))
            if setting == "column" and _is_column(folded, match):
                return Found(level, Span(*match.span()))
    return None


def _is_column(folded: str, match: re.Match[str]) -> bool:
    first, last = column_around(folded, *match.span())
    return bool(_LEVEL_COLUMN.fullmatch(folded[first:last].strip(" -*")))


def _is_value(folded: str, match: re.Match[str]) -> bool:
    """Whether the word is the label's whole value, not one of a sentence."""
    line_start, line_end = line_around(folded, match.start())
    label = _LEVEL_LABELS.match(folded, line_start)
    value_start = label.end() if label and label.end() <= match.start() else line_start
    rest = folded[value_start : match.start()] + folded[match.end() : line_end]
    return len(rest) <= _VALUE_LENGTH and not re.search(r"\d|\bin\b|\bwith\b|\bof\b|\bas\b|years?", rest) and len(rest.split()) <= 4


def _title_level(title: str | None, folded: str) -> Found[Seniority] | None:
    if not title:
        return None
    words_of_title = fold(title).split()
    standing = re.search(r"\s+".join(map(re.escape, words_of_title)), folded) if words_of_title else None
    return _level_of(standing[0], standing.start()) if standing else None


def _level_of(wanted: str, offset: int) -> Found[Seniority] | None:
    for level, pattern in _TITLE_LEVELS:
        for match in pattern.finditer(wanted):
            if level == "manager" and "manager" in match[0] and _JOB_MANAGER.search(wanted, 0, match.end()):
                continue
            if level == "associate" and _ASSOCIATE_JOB.search(wanted, 0, match.end()):
                continue
            return Found(level, Span(offset + match.start(), offset + match.end()))
    return None


def _spoken_level(folded: str) -> Found[Seniority] | None:
    for match in _SPOKEN_LEVEL.finditer(folded):
        if not _OF_THIS_JOB.search(folded, max(0, match.start() - 12), match.start()):
            continue
        for level in ("entry", "senior", "mid"):
            if match[level]:
                return Found(level, Span(*match.span(level)))
    return None
