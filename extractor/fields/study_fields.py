"""Fields of study, as written: behind a degree ("BSc in Physics"), before it ("IT degree") or behind a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.fields.wording import find_near, windows
from extractor.records import Found, Span

# Words between a degree and the preposition before its fields: "BSc or MSc degree (or higher) in".
_BETWEEN = (
    r"degree'?s?|degrees|level|diploma|qualification|abschluss|examen|studium|abgeschlossen|certificate|"
    r"equivalent|of science|of arts|or|and|und|oder|ou|et|o|y|e|eller|preferred|required|an?|the|minimum|"
    r"advanced|graduate|honou?rs"
    r"|\d|bac ?\+ ?\d|ph\.?d|bachelor'?s?|master'?s?'?|mba|m\.?sc|b\.?sc|m\.?s|b\.?s|m\.?a|b\.?a|doctorate|"
    r"licence|higher|above|greater|universitario|supérieur|from an? (?:[\w-]+ ){0,3}?(?:college|university|"
    r"institution)(?: or (?:college|university))?"
)
_PREPOSITION = (
    r"(?:in|en|im|inom|em|within|i) (?:an? |the |el |dem |der )?(?:fields? (?:such as|of|like)|"
    r"bereich(?:en)?|área de|area of|studiengang|fach|fachbereich)|majoring in|with (?:a |an )?(?:major|"
    r"concentration|speciali[sz]ation|focus|emphasis) (?:in|on)|avec une spécialisation en|spécialis\w+ en"
    r"|mit (?:dem )?(?:schwerpunkt|fachrichtung)|fachrichtung|(?:med )?inriktning mot|dans le domaine d[eu]|"
    r"in|of(?! (?:science|arts)\b)|en|im|inom|em|der|des|within|i"
)
_FIELD_CUE = re.compile(
    rf"(?:'?s)?(?:[\s,/&().'-]*(?:{_BETWEEN})(?!\w))*[\s).]*[\s,:]*(?<!\w)"
    rf"(?:{_PREPOSITION})(?!\w)\s*:?\s*"
)
_ENDS_IN_PREPOSITION = re.compile(r"\b(?:in|der|des|im|en|de|mit|bereich)\s*$")
_OTHER_CUES = re.compile(
    r"(?<!\w)(?:semester|credit) hours (?:of|in) |(?<!\w)(?:(?:required |preferred )?fields? of study|major|"
    r"fachrichtung|studienrichtung|specialization)\s*:\s*|(?<!\w)education in |(?<!\w)(?:you are|you're|"
    r"currently) (?:studying|majoring in)(?: \(or [\w ]+\))? |(?<!\w)du studierst |"
    r"(?<!\w)student(?:in)?(?:\(in\)|\*in|:in)? (?:der|im bereich|im fach) |"
    r"(?<!\w)étudiante?(?:\(e\))? en (?=[a-zé]{5})|(?<!\w)estudiante de |(?<!\w)du studerar |"
    r"(?<!\w)spécialisation en "
)
_FIELD_STOP = re.compile(
    r"\s*(?:[.;:!?•·\n]|(?-i:(?<=[a-zà-ÿ)])(?=[A-ZÀ-Ý][a-zà-ÿ]))|\(|\)|\s-\s|,?\s*(?:or|oder|ou|o|eller|"
    r"and)?\s*(?:an? |any |any other |other |eine[rmn]? |ein |un |una |d'une |i )?(?:similar|comparable|"
    r"equivalent|vergleichbar\w*|ähnlich\w*|équivalent\w*|equivalente|motsvarande|gleichwertig\w*|afin\w*|"
    r"o afín|similares|connexe|assimilé|likvärdig\w*)\b|,?\s*(?:or|and)?\s*(?:an? )?(?:closely )?(?:related|"
    r"relevant) (?:technical |scientific |quantitative |engineering |professional |business |"
    r"work )?(?:field|discipline|area|subject|degree|major|experience|work|study)\w*(?! such as| like|"
    r" including|,? e\.g)|,?\s*(?:o |u |ou )?(?:una )?(?:carreras?|áreas?|formação|ramo|filière)? ?(?:afín|"
    r"afines|a fin(?=(?-i:[A-Z]))|a fin|afim|afins|relacionad\w+|similares?)\b|,?\s*\b(?:from|at an?|"
    r"with an?|with|plus|required|preferred|and (?:at least|a minimum|\d|one|two|three|four|five|several|"
    r"related|relevant|have|strong|excellent)|or (?:the )?(?:foreign|work|experience|have|higher|above|\d|"
    r"at least|bachelor|master|ph)|is|are|exigée?|souhaitée?|serait|obligatoire|demandée?|requise?|"
    r"apprécié\w*|erwünscht|erforderlich|requerid[oa]|indispensable|gewenst|vereist|exigido|richiest[oa]|"
    r"krävs|är|\d+\+?|minimum|at least|depending|based on|issued|obtained|awarded|within|where|that|which|"
    r"who|to |but |you|ideally|preferably|desirable|would be|may|can|will|must|should|for|(?<!such )as|at|"
    r"by|during|program\b|or another field|mit|sowie|idealerweise|wünschenswert|abgeschlossen|avec|et avez|"
    r"vous|et une|idéalement|con |y (?:\d|experiencia)|eller har|och har|samt|med |som |desired|in the same|"
    r"in lieu)\b|$)",
    re.I,
)
_FIELD_SPLIT = re.compile(
    r"\s*(?:,|(?<!-)/|;|\||\bor\b|\band/or\b|\band\b|\boder\b|\bund\b|\bou\b|\bet\b|"
    r"\bo\b(?!')|\by\b|\beller\b|\boch\b|\be\b|\bof\b(?= [a-z]+ opleiding)|&)\s*",
    re.I,
)
# Fields with an "and" of their own.
_ONE_FIELD = re.compile(
    r"\b(?:health (?:and|&) (?:social care|safety)|food (?:and|&) beverage|travel (?:and|&) tourism|"
    r"hospitality (?:and|&) tourism|hair (?:and|&) beauty|arts (?:and|&) (?:humanities|sciences)"
    r"|design (?:and|&) technology|research (?:and|&) development|business (?:and|&) administration|"
    r"library (?:and|&) information \w+|arts (?:and|&) crafts)\b",
    re.I,
)
_FIELD_TRIM_HEAD = re.compile(
    r"(?:(?:an?|the|either|one of|other|another|any|such|your|their|related|relevant|appropriate|"
    r"technical field such as|(?:a )?(?:related |relevant |technical |quantitative |scientific |"
    r"stem )*(?:field|fields|discipline|disciplines|area|subject)s?(?: of study)? (?:such as|like|including|"
    r"e\.g\.?,?|in|of)|such as|e\.g\.?,?|like|for example|including|z\. ?b\.|wie|den bereich(?:en)?|"
    r"dem bereich|bereich|der|die|das|den|des|un|une|una|ein|eine|einem|la|le|les|l'|d'|de|du|el|los|las|il|"
    r"lo|applied field|fields? of|field of|areas? of|major in|degree in|studies in|"
    r"informatique de gestion ou)\s+|(?:l'|d'))",
    re.I,
)
_FIELD_TRIM_TAIL = re.compile(
    r"(?:\s+(?:fields?|disciplines?|subjects?|majors?|areas?|degrees?|etc\.?|"
    r"preferred|required|studies program|background|bereich|program(?:me)?)|\W)+$",
    re.I,
)
_NO_FIELD = re.compile(
    r"(?:(?:an?|any|other|another|the|such|some|closely|or|and|in|of|similar|same|your|their|its|applicable|"
    r"appropriate|suitable|scientific|quantitative|analytical|stem|technical|specialized|specialised|higher|"
    r"further|general|numerical|highest|good|accredited|recogni[sz]ed|us|u\.s\.|uk|equivalent|related|"
    r"relevant|field|fields|discipline|disciplines|area|areas|subject|subjects|study|work|experience|"
    r"combination|education|training|degree|degrees|bachelor'?s?|master'?s?|phd|ph\.d\.?|ms|bs|ba|ma|mba|"
    r"college|university|school|high school|progress|process|months?|years?|order|place|addition|person|"
    r"pursuit|english|position|this role|role|good standing|lieu|vergleichbar\w*|vergleichbare|einem|einer|"
    r"eines|ein|eine|deutschland|germany|france|level|studium|ausbildung|studies|diploma|program|line|least|"
    r"team|line with|un|une|una)\s*)*",
    re.I,
)
_FIELD_WORDS = 6
_LIST_REACH = 260  # code points from a list's first word
_IN_ABBREVIATION = re.compile(r"(?:BS|MS)(EE|CS|ME|CE)\b")


_CUE_STEMS = "field major fachrichtung studienr speciali spéciali hours education studying studierst student étudiant estudiante studerar".split()
# French diplomas that their field follows without a preposition: "CAP Boulangerie".
_NAMED_DIPLOMA = re.compile(
    r"(?:cap|bep|bts|dut|but|bac pro|deug|licence|master|titre professionnel|"
    r"brevet professionnel)\b"
)


def find_fields(text: str, folded: str, mentions: list[tuple[int, int]]) -> list[Found[str]]:
    """Fields that stand behind a degree ("BSc in Physics"), before it ("IT degree") or behind a label."""
    found: list[Found[str]] = []
    starts: set[int] = set()
    for start, end in mentions:
        if abbreviated := _IN_ABBREVIATION.match(text, start):
            found.append(Found(abbreviated[1], Span(*abbreviated.span(1))))
        found.extend(_before_degree(text, start, end))
        if _ENDS_IN_PREPOSITION.search(folded[start:end]):
            starts.add(end + len(folded[end:]) - len(folded[end:].lstrip()))
        elif cue := _FIELD_CUE.match(folded, end):
            starts.add(cue.end())
        elif _NAMED_DIPLOMA.match(folded, start) and re.match(r" [A-ZÀ-Ý]\w{2,}", text[end:]):
            starts.add(end + 1)
    starts |= {cue.end() for cue in find_near(_OTHER_CUES, folded, windows(folded, _CUE_STEMS))}
    for start in sorted(starts):
        listed = _list_from(text, start)
        found.extend(
            item
            for item in listed
            if not any(a <= item.span.start and item.span.end <= b for a, b in mentions)
        )
    return _each_once(sorted(found, key=lambda item: item.span))


def _before_degree(text: str, start: int, end: int) -> Iterator[Found[str]]:
    """'An IT degree', 'Computer Science degree'."""
    stop = re.compile(r"[\w.:' ]*?degrees?").match(text, start)
    if not stop or stop.end() > end + 8:
        return
    named = re.compile(
        r"(?:^|[\s(])(?!An? |The |"
        r"Your )(?P<name>(?:[A-Z][\w&/]*(?: (?=[A-Z]))?){1,3}) degrees?$"
    ).search(text[max(0, start - 30) : stop.end()])
    if named and not re.match(
        r"(?i)bachelor|master|university|college|associate|phd|bs|ms|ba|ma|a\b|an\b|"
        r"minimum|relevant|advanced|higher|undergrad|graduate|honou?rs|doctor|professional|technical|first|"
        r"post|the\b|school|high|bsc|msc|education|academic|law\b|your|four|two|\d",
        named["name"],
    ):
        offset = max(0, start - 30)
        yield Found(named["name"], Span(offset + named.start("name"), offset + named.end("name")))


def _list_from(text: str, start: int) -> Iterator[Found[str]]:
    """The fields listed from a position on, up to the words that end such a list."""
    window = text[start : start + _LIST_REACH]
    end = start + min(
        (stop.start() for stop in _FIELD_STOP.finditer(window) if stop.start() or stop[0].strip()),
        default=len(window),
    )
    last = start
    whole = [name.span() for name in _ONE_FIELD.finditer(text, start, end)]
    cuts = [
        c for c in _FIELD_SPLIT.finditer(text, start, end) if not any(a < c.start() < b for a, b in whole)
    ]
    for cut in [*cuts, None]:
        stop_at = cut.start() if cut else end
        if piece := _trim_field(text, last, stop_at):
            yield piece
        last = cut.end() if cut else end


def _trim_field(text: str, start: int, end: int) -> Found[str] | None:
    while head := _FIELD_TRIM_HEAD.match(text, start, end):
        start = head.end()
    if tail := _FIELD_TRIM_TAIL.search(text, start, end):
        end = tail.start()
    while start < end and text[start] in " \"'“”*-":
        start += 1
    name = text[start:end]
    if (
        not 1 < len(name) <= 60
        or len(name.split()) > _FIELD_WORDS
        or _NO_FIELD.fullmatch(name.lower() + " ")
        or not name[0].isalpha()
    ):
        return None
    return Found(name, Span(start, end))


def _each_once(found: list[Found[str]]) -> list[Found[str]]:
    seen: set[str] = set()
    kept: list[Found[str]] = []
    for item in found:
        if item.value.lower() not in seen:
            seen.add(item.value.lower())
            kept.append(item)
    return kept
