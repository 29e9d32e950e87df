"""Fields of study, as written: behind a degree ("BSc in Physics"), before it ("IT degree") or behind a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.fields.wording import find_near, windows
from extractor.patterns import Pattern
from extractor.records import Found, Span

# Words between a degree and the preposition before its fields: "BSc or MSc degree (or higher) in".
_BETWEEN = (
    r"degree'?s?|degrees|level|diploma|qualification|abschluss|examen|studium|abgeschlossen|certificate|"
    r"equivalent|of science|of arts|or|and|und|oder|ou|et|o|y|e|eller|preferred|required|an?|the|minimum|"
    r"advanced|graduate|honou?rs"
    r"|en|bij voorkeur|een|opleiding|denkniveau|preferibilmente|triennale|magistrale|specialistica|quinquennale|complet[oa]|incomplet[oa]|concluíd[oa]|"
    r"(?:techniczne|kierunkowe|ekonomiczne|prawnicze|medyczne|pedagogiczne|informatyczne|rolnicze|artystyczne)"
    r"|\d|bac ?\+ ?\d|ph\.?d|bachelor'?s?|master'?s?'?|mba|m\.?sc|b\.?sc|m\.?s|b\.?s|m\.?a|b\.?a|doctorate|"
    r"licence|higher|above|greater|universitario|supérieur|from an? (?:[\w-]+ ){0,3}?(?:college|university|"
    r"institution)(?: or (?:college|university))?"
)
_PREPOSITION = (
    r"(?:bij voorkeur )?(?:in )?(?:de )?richting(?: van)?|op het gebied van|innenfor|inden ?for|"
    r"in (?:ambito|discipline|materie|area)|ad? indirizzo|indirizzo|nas? áreas?(?: de)?|em áreas? (?:como|de)|"
    r"w (?:zakresie|dziedzinie|specjalności)|z (?:zakresu|dziedziny)|(?:na|o) kierunku|kierunek|"
    r"(?:in|en|im|inom|em|within|i) (?:an? |the |el |dem |der )?(?:fields? (?:such as|of|like)|"
    r"bereich(?:en)?|área de|area of|studiengang|fach|fachbereich)|majoring in|with (?:a |an )?(?:major|"
    r"concentration|speciali[sz]ation|focus|emphasis) (?:in|on)|avec une spécialisation en|spécialis\w+ en"
    r"|mit (?:dem )?(?:schwerpunkt|fachrichtung)|fachrichtung|(?:med )?inriktning mot|dans le domaine d[eu]|"
    r"in|of(?! (?:science|arts)\b)|en|im|inom|em|der|des|within|i"
)
_FIELD_CUE = re.compile(
    rf"(?:'?s)?(?:[\s,/&().'-]*(?:{_BETWEEN})(?!\w)){{0,20}}[\s).]*[\s,:]*(?<!\w)"
    rf"(?:{_PREPOSITION})(?!\w)\s*:?\s*"
)
# A short preposition belongs to some languages only: Dutch "of" is "or", Swedish "en" is "a".
_PREPOSITION_OF = re.compile(r"(?<!\w)(?:of|en)\s*:?\s*$")
_NOT_ITS_PREPOSITION = frozenset("nl de sv da no nb nn pl it".split())
# Where a cue runs over the end of a sentence or of a paragraph, what follows is something else.
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{3}[.!?]\s+(?=[A-ZÀ-Ý])|[.!?]\s*\n|\n\s*\n")
_ENDS_IN_PREPOSITION = re.compile(r"\b(?:in|der|des|im|en|de|mit|bereich)\s*$")
_OTHER_CUES = Pattern(
    r"(?<!\w)(?:semester|credit) hours (?:of|in) |(?<!\w)(?:(?:required |preferred )?fields? of study|major|"
    r"fachrichtung|studienrichtung|specialization)\s*:\s*|(?<!\w)education in |(?<!\w)(?:you are|you're|"
    r"currently) (?:studying|majoring in)(?: \(or [\w ]+\))? |(?<!\w)du studierst |"
    r"(?<!\w)student(?:in)?(?:\(in\)|\*in|:in)? (?:der|im bereich|im fach) |"
    r"(?<!\w)étudiante?(?:\(e\))? en (?=[a-zé]{5})|(?<!\w)estudiante de |(?<!\w)du studerar |"
    r"(?<!\w)spécialisation en |(?<!\w)studiums (?:der|des|im bereich) |(?<!\w)kierunek(?: studiów)?: ?|"
    r"(?<!\w)(?:har?|relevant|adekvat|avslutad) (?:en )?(?:utbildning|utdanning|uddannelse) (?:inom|innen(?:for)?|inden(?: ?for)?) |"
    r"(?<!\w)(?:afgeronde|relevante) opleiding (?:in(?: de richting(?: van)?)?|richting|op het gebied van) |"
    r"(?<!\w)(?:formação|formación) (?:acad[êé]mica )?e[mn] (?!servi|cursos)"
)
# Spaces are bounded: where a stretch is withheld they stand by the hundred, and each way to share them would be tried.
_FIELD_STOP = re.compile(
    r"\s{0,3}(?:[.;:!?•·\n]|(?-i:(?<=[a-zà-ÿ)])(?=[A-ZÀ-Ý][a-zà-ÿ]))|\(|\)|\s-\s|,?\s{0,3}(?:or|oder|ou|o|eller|"
    r"and)?\s{0,3}(?:an? |any |any other |other |eine[rmn]? |ein |un |una |d'une |i |een |et |en )?(?:similar|comparable|"
    r"equivalent|vergleichbar\w*|ähnlich\w*|équivalent\w*|equivalente|motsvarande|gleichwertig\w*|afin\w*|"
    r"o afín|similares|connexe|assimilé|likvärdig\w*|vergelijkbare?|soortgelijke?|gelijkwaardige?|aanverwante?|"
    r"affin[ei]|similari|equipollent\w*|lignende|tilsvarende|pokrewn\w+|podobn\w+|zbliżon\w+|vastaava\w*|"
    r"příbuzn\w+|podobn\w+|hasonló|echivalent\w*|benzer\w*)\b|,?\s{0,3}(?:or|and)?\s{0,3}(?:an? )?(?:closely )?(?:related|"
    r"relevant) (?:technical |scientific |quantitative |engineering |professional |business |"
    r"work )?(?:field|discipline|area|subject|degree|major|experience|work|study)\w*(?! such as| like|"
    r" including|,? e\.g)|,?\s{0,3}(?:o |u |ou |e |y |of |lub )?(?:una? |uma |een )?(?:andere? )?(?:carreras?|áreas?|cursos?|"
    r"ramas?|especialidad(?:es)?|formação|ramo|filière)? ?(?:afín|correlat\w+|vergelijkbare?|"
    r"afines|a fin(?=(?-i:[A-Z]))|a fin|afim|afins|relacionad\w+|similares?)\b|,?\s{0,3}\b(?:from|at an?|"
    r"with an?|with|plus|required|preferred|and (?:at least|a minimum|\d|one|two|three|four|five|several|"
    r"related|relevant|have|strong|excellent)|or (?:the )?(?:foreign|work|experience|have|higher|above|\d|"
    r"at least|bachelor|master|ph)|is|are|exigée?|souhaitée?|serait|obligatoire|demandée?|requise?|"
    r"apprécié\w*|erwünscht|erforderlich|requerid[oa]|indispensable|gewenst|vereist|exigido|richiest[oa]|"
    r"krävs|är|er|mindestens|afgerond|(?:werk|denk)(?:-|niveau)|opleiding(?:en)?|preferibil\w*|desejável|obrigatóri\w+|complet[oa]|"
    r"mile|wymagan\w+|gjerne|appartenent\w+|\d+\+?|minimum|at least|depending|based on|issued|obtained|awarded|within|where|that|which|"
    r"who|to |but |you|ideally|preferably|desirable|would be|may|can|will|must|should|for|(?<!such )as|at|"
    r"by|during|program\b|or another field|mit|sowie|idealerweise|wünschenswert|abgeschlossen|avec|et avez|"
    r"vous|et une|idéalement|con |y (?:\d|experiencia)|eller har|och har|samt|med |som |desired|in the same|"
    r"in lieu)\b|$)",
    re.I,
)
_SPLIT = (
    r"\s*(?:,|(?<!-)/|;|\||\bor\b|\band/or\b|\band\b|\boder\b|\bund\b|\bou\b|\bet\b|\bo\b(?!')|\by\b|\beller\b|"
    r"\boch\b|\bog\b|\be\b|\boppure\b|\blub\b|\boraz\b|\bnebo\b|\bvagy\b|\bsau\b|\bveya\b|\btai\b|&%s)\s*"
)
_FIELD_SPLIT = re.compile(_SPLIT % "", re.I)
# Words for "and" and "or" that mean something else in other languages.
_SPLIT_IN = {
    language: re.compile(_SPLIT % rf"|\b(?:{words})\b", re.I)
    for language, words in {
        "nl": "of|en|en/of", "pl": "i", "it": "ed|od", "cs": "a|i", "hu": "és", "ro": "și|şi", "tr": "ve", "fi": "ja",
    }.items()
}  # fmt: skip
# Fields with an "and" of their own.
_ONE_FIELD = re.compile(
    r"\b(?:health (?:and|&) (?:social care|safety)|food (?:and|&) beverage|travel (?:and|&) tourism|"
    r"hospitality (?:and|&) tourism|hair (?:and|&) beauty|arts (?:and|&) (?:humanities|sciences)"
    r"|design (?:and|&) technology|research (?:and|&) development|business (?:and|&) administration|"
    r"library (?:and|&) information \w+|arts (?:and|&) crafts|análise e desenvolvimento de sistemas|vård och omsorg|"
    r"barn och fritid|hälsa och sjukvård|\w+- (?:und|oder|och|og|en|of) \w+)\b",
    re.I,
)
_FIELD_TRIM_HEAD = re.compile(
    r"(?:(?:an?|the|either|one of|other|another|any|such|your|their|related|relevant|appropriate|"
    r"technical field such as|(?:a )?(?:related |relevant |technical |quantitative |scientific |"
    r"stem )*(?:field|fields|discipline|disciplines|area|subject)s?(?: of study)? (?:such as|like|including|"
    r"e\.g\.?,?|in|of)|such as|e\.g\.?,?|like|for example|including|z\. ?b\.|wie|den bereich(?:en)?|"
    r"dem bereich|bereich|der|die|das|den|des|un|une|una|ein|eine|einem|einer|andere[nrsm]?|la|ambito|"
    r"discipline|materie|indirizzo|áreas? de|cursos? de|kierunku|kierunek|zakresu|het|een|van|richting|le|les|l'|d'|de|du|el|los|las|il|"
    r"lo|applied field|fields? of|field of|areas? of|major in|degree in|studies in|"
    r"informatique de gestion ou)\s+|(?:l'|d'))",
    re.I,
)
_FIELD_TRIM_TAIL = re.compile(
    r"(?:\s+(?:fields?|disciplines?|subjects?|majors?|areas?|degrees?|etc\.?|"
    r"preferred|required|studies program|background|bereich|program(?:me)?|o\. ?ä\.?|u\. ?ä\.?)|\W)+$",
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
    r"team|line with|un|une|una|richting|opleiding|niveau|denkniveau|ambito|settore|kierunek|kierunku|curso|andamento|conclusão|"
    r"uddannelse|utdanning|fh|uni|tu|th|área|de)\s*)*",
    re.I,
)
_FIELD_WORDS = 6
_LIST_REACH = 260  # code points from a list's first word
_IN_ABBREVIATION = re.compile(r"(?:BS|MS)(EE|CS|ME|CE)\b")


_CUE_STEMS = """
    field major fachrichtung studienr speciali spéciali hours education studying studierst student étudiant
    estudiante studerar studiums kierunek utbildning utdanning uddannelse opleiding formaç formaci
""".split()
# French diplomas that their field follows without a preposition: "CAP Boulangerie".
_NAMED_DIPLOMA = re.compile(
    r"(?:cap|bep|bts|dut|but|bac pro|deug|licence|master|titre professionnel|"
    r"brevet professionnel)\b"
)


# Dutch and German names of levels that their field follows: "MBO Bouwkunde", "Studium BWL/Marketing".
_NAMED_LEVEL = re.compile(
    r"(?P<dutch>(?:mbo|hbo|wo)[-\w]*(?: ?[1-4])?(?: werk-? ?en denkniveau)?(?: niveau [1-4])?|"
    r"(?:[mh]bo|wo)[- ]opleiding)|(?P<german>(?:\w+ ){0,8}\w*studium)"
)
_DUTCH_FIELD = re.compile(
    r" (?=(?-i:[A-Z])[\w-]{4,}|(?<=denkniveau )[a-z-]{5,}\b|(?<=opleiding )[a-z-]{5,}kunde\b)"
)
_LISTED = re.compile(r" (?=[A-ZÄÖÜ][\w-]+(?:\s?[/,]\s?[A-ZÄÖÜ][\w-]+)+)")
# "Studium (BWL, Informatik o.ä.)", "degree (Physics, Chemistry)"
_IN_BRACKETS = re.compile(r"(?: degrees?)? \((?=[A-ZÀ-Ý][\w -]{2,40},)")


def find_fields(
    text: str, folded: str, mentions: list[tuple[int, int]], language: str = ""
) -> list[Found[str]]:
    """Fields that stand behind a degree ("BSc in Physics"), before it ("IT degree") or behind a label."""
    found: list[Found[str]] = []
    starts: set[int] = set()
    for start, end in mentions:
        if abbreviated := _IN_ABBREVIATION.match(text, start):
            found.append(Found(abbreviated[1], Span(*abbreviated.span(1))))
        found.extend(_before_degree(text, start, end))
        if _ENDS_IN_PREPOSITION.search(folded[start:end]):
            starts.add(end + len(folded[end:]) - len(folded[end:].lstrip()))
        elif (cue := _FIELD_CUE.match(folded, end)) and _leads_to_field(text, cue, language):
            starts.add(cue.end())
        elif at := _named_behind(text, folded, start, end):
            starts.add(at)
        elif _NAMED_DIPLOMA.match(folded, start) and re.match(r" [A-ZÀ-Ý]\w{2,}", text[end:]):
            starts.add(end + 1)
    starts |= {cue.end() for cue in find_near(_OTHER_CUES, folded, windows(folded, _CUE_STEMS))}
    for start in sorted(starts):
        listed = _list_from(text, start, _SPLIT_IN.get(language, _FIELD_SPLIT))
        found.extend(
            item
            for item in listed
            if not any(a <= item.span.start and item.span.end <= b for a, b in mentions)
        )
    return _each_once(sorted(found, key=lambda item: item.span))


def _leads_to_field(text: str, cue: re.Match[str], language: str) -> bool:
    """Whether a degree and the preposition behind it belong together, in words of the posting's language."""
    if _SENTENCE_BREAK.search(text[max(0, cue.start() - 3) : cue.end()]):
        return False
    return language not in _NOT_ITS_PREPOSITION or not _PREPOSITION_OF.search(cue[0])


def _named_behind(text: str, folded: str, start: int, end: int) -> int | None:
    """Where the fields start that follow a level without a preposition, or in brackets."""
    if bracket := _IN_BRACKETS.match(text, end):
        return bracket.end()
    named = _NAMED_LEVEL.match(folded, start)
    if not named:
        return None
    behind = _LISTED.match(text, named.end()) if named["german"] else _DUTCH_FIELD.match(text, named.end())
    return behind.end() if behind else None


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


def _list_from(text: str, start: int, split: re.Pattern[str]) -> Iterator[Found[str]]:
    """The fields listed from a position on, up to the words that end such a list."""
    window = text[start : start + _LIST_REACH]
    end = start + min(
        (stop.start() for stop in _FIELD_STOP.finditer(window) if stop.start() or stop[0].strip()),
        default=len(window),
    )
    last = start
    whole = [name.span() for name in _ONE_FIELD.finditer(text, start, end)]
    cuts = [c for c in split.finditer(text, start, end) if not any(a < c.start() < b for a, b in whole)]
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
