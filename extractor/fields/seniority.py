"""The level that a posting's words state: in the title, or behind a label; never from years or pay.

A manager of things ("Project Manager", "Account Manager") is a job's name and no level.
"""

from __future__ import annotations

import re

from extractor.fields.wording import column_around, find_near, fold, line_around, setting_of, windows, words
from extractor.patterns import AnyPattern, Pattern
from extractor.records import Found, Span
from extractor.schema import Seniority

# A manager of these is a job by that name, not a rank.
_MANAGED = (
    r"projects?|projekt|product|produkt|program(?:me)?|account|key account|case|community|social media|"
    r"customer success|success|relationship|relations|brand|category|content|growth|event|events|seo|"
    r"campaign|partner|partnerships?|engagement|e-?commerce"
    r"|client|delivery|change|release|portfolio|data|bid|contract|contracts|territory|social|channel|"
    r"influencer|performance|media|traffic|talent acquisition|business development|corporate development"
)
_TITLE_LEVELS: tuple[tuple[Seniority, AnyPattern], ...] = (
    (
        "intern",
        words(
            r"intern(?:ship)?s?(?! audit)", r"praktik(?:um|ant\w*)", r"stagiaire",
            r"stage(?= [a-zéè]|$| -)(?! (?:manager|director|hand))", r"prácticas", r"becari[oa]",
            r"pasant(?:e|ía)", r"practicante", r"estagiári[oa]", r"estágio", r"tirocini\w+", r"stagista",
            r"stagiair",
            r"alternance", r"alternante?", r"apprenti(?:e|ce(?:ship)?)?", r"azubi\w*", r"auszubildende\w*",
            r"ausbildung", r"lärling", r"lærling", r"leerling", r"praktykant\w*", r"staż\w*", r"aprendiz",
            r"apprendista", r"co-op", r"industrial placement", r"placement student",
        ),
    ),
    (
        "executive",
        words(r"chief [\w&, ]{2,40} officer", r"ceo", r"cto", r"cfo", r"coo", r"cmo", r"cio", r"cpo", r"ciso",
        r"chro", r"cro", r"(?:senior |executive |assistant )?vice[ -]president", r"s?e?vp", r"avp",
        r"(?<!vice )president", r"managing director", r"geschäftsführer\w*", r"vorstand\w*",
        r"directeur général", r"directrice générale", r"director general", r"directora general",
        r"verkställande direktör", r"vd", r"c-level", r"amministratore delegato"),
    ),
    (
        "director",
        words(r"(?<!art )(?<!funeral )(?<!casting )(?<!stage )(?<!to )director(?:a|e)?", r"direktor(?:in)?",
        r"direktör", r"direct(?:eur|rice)", r"direttor[ei]", r"diretor[a]?", r"head of", r"bereichsleit\w+",
        r"leiter(?:in)? (?:des )?bereichs?", r"(?:group|global|regional) head"),
    ),
    (
        "manager",
        words(
            r"(?<!to )(?:(?:assistant|deputy|general|senior|junior|area|regional|store|shop|branch|team|"
            r"duty|shift|kitchen|restaurant|bar|operations|office) )?manager(?:in|s)?",
            r"geschäftsleiter\w*", r"abteilungsleit\w+", r"filialleit\w+", r"marktleit\w+", r"werksleit\w+",
            r"(?:verkaufs|vertriebs|pflegedienst|küchen|restaurant|betriebs|standort|niederlassungs|it-|"
            r"personal|produktions|bau|werk|einrichtungs|kita-?|heim|hotel)leit\w+", r"leiter(?:in)?",
            r"gerente", r"jef[ea] de", r"encargad[oa]", r"responsable", r"responsabile",
            r"(?:enhets|avdelnings|butiks|grupp|platschef|område?s|verksamhets|försäljnings|personal|it-|"
            r"ekonomi|produktions|sektions)chef", r"\w+chef(?=en)?", r"kierownik", r"vedoucí",
            r"afdelingsleder", r"avdelingsleder", r"päällikkö", r"chef (?:d'équipe|de service|de rayon|"
            r"d'agence|de secteur)", r"manageur", r"manageuse",
        ),
    ),
    (
        "lead",
        words(
            r"lead(?:er)?(?! ?-?gen)(?! (?:management|qualification|conversion))", r"team ?lead(?:er)?",
            r"tech(?:nical)? lead", r"teamleit\w+", r"gruppenleit\w+", r"schichtleit\w+", r"principal(?= \w)",
            r"staff(?= (?:[\w/+#-]+ ){0,3}(?:engineer|scientist|developer|designer|researcher|architect))",
            r"supervisor(?:in|a|s)?", r"foreman", r"forewoman", r"vorarbeiter(?:in)?", r"polier",
            r"head (?:chef|nurse|coach|teacher|gardener|waiter|barista|cook)", r"chef d'équipe", r"lider",
            r"líder", r"teamledare", r"gruppledare", r"arbetsledare", r"teamleider", r"ploegleider",
            r"capo ?turno", r"capo ?squadra", r"team ?leader", r"superviseu[rs]e?", r"coordinatore di team",
            r"lead data",
        ),
    ),
    ("senior", words(r"senior(?:e|in)?", r"sr\.?", r"sénior", r"sênior", r"snr\.?", r"старший")),
    ("mid", words(r"mid[ -](?:level|senior|weight)", r"midweight", r"mid", r"intermediate", r"medior",
    r"semi[ -]?senior", r"ssr\.?", r"pleno", r"confirmée?", r"middle")),
    ("entry", words(r"junior(?:in)?", r"jr\.?", r"jnr\.?", r"entry[ -]level",
    r"graduate(?! school| student| studies| program director)", r"trainee", r"new grad\w*", r"early career",
    r"berufseinsteiger(?:in|\w*)", r"absolvent\w*", r"quereinsteiger\w*", r"débutante?", r"júnior",
    r"starter(?=s? )", r"nyexaminerad\w*", r"recién graduad\w+", r"neolaureat\w+", r"nyutdannet",
    r"nyuddannet", r"младший", r"school leaver")),
    ("associate", words(r"associate(?! director| professor| dean| vice| general counsel)")),
)  # fmt: skip
_JOB_MANAGER = re.compile(rf"(?<!\w)(?:{_MANAGED})[ -]?(?:management )?manager")
_ASSOCIATE_JOB = re.compile(
    r"(?:sales|store|retail|warehouse|shop|customer service|service|floor|"
    r"fulfil?lment|production|research|sanitation|kitchen|bakery|stock\w*|front desk|guest|team|care|"
    r"logistics|distribution|cleaning|grocery|deli|cashier|crew|food|inventory|delivery|support|beauty|"
    r"optical|pharmacy|clinical)(?: \w+)? associate"
)

# Levels as sites state them behind a label, or in a column of their own.
_STATED: tuple[tuple[Seniority, AnyPattern], ...] = (
    ("intern", words(r"internship", r"intern", r"student", r"praktikant(?:in)?", r"stagiaire")),
    ("mid", words(r"mid[ -]senior(?: level)?", r"mid(?:dle)?[ -](?:level|career)", r"intermediate", r"mid",
    r"medior", r"confirmé")),
    ("entry", words(r"entry(?:[ -]level)?", r"junior", r"jr", r"fresh(?: graduate)?", r"graduate",
    r"beginner", r"berufseinsteiger(?:in)?", r"berufseinstieg", r"einsteiger(?:in)?", r"débutant(?! accepté)",
    r"principiante", r"starter")),
    ("associate", words(r"associate")),
    ("director", words(r"director", r"direktor", r"head")),
    ("executive", words(r"executive", r"c-level", r"vice president", r"top management")),
    ("manager", words(r"manager(?: \(manager/supervisor\))?", r"führungskraft", r"team ?leitung",
    r"management", r"supervisor")),
    ("lead", words(r"lead(?:er)?", r"teamleiter", r"principal")),
    ("senior", words(r"senior(?:[ -]level)?", r"sr", r"expert(?:e|in)?", r"expertise")),
)  # fmt: skip
_ANY_STATED = re.compile("|".join(pattern.pattern for _, pattern in _STATED))
_LEVEL_LABELS = re.compile(
    r"[^\w\n]{0,6}(?:seniority(?: level)?|experience(?:[ -]level)?|(?:career|job|position|role|professional|"
    r"skill)[ -]level|level(?: of experience)?|exp\. level|required experience|karrierestufe|"
    r"karrierelevel|berufserfahrung|erfahrungslevel|erfahrung|niveau(?: d'expérience| de séniorité)?|"
    r"expérience|nivel(?: de experiencia| jerárquico)?|experiencia|antigüedad|nível(?: hierárquico)?|"
    r"livello|erfarenhetsnivå|nivå|senioritet|werkervaring|carrièreniveau)\s*[:>]?\s"
)
_LABEL_AT_START = Pattern(r"(?:^|\n)" + _LEVEL_LABELS.pattern)
_LEVEL_COLUMN = re.compile(
    r"(?:mid[ -]senior|entry|senior|junior|mid|associate|director|"
    r"executive)[ -]level|internship"
)
_LEVEL_COMPANY = re.compile(
    r"\b(?:full[- ]?time|part[- ]?time|contract|temporary|remote|hybrid|on-?site|"
    r"freelance|permanent|level|internship|festanstellung|vollzeit|teilzeit)\b"
)
_SPOKEN_LEVEL = words(
    r"(?P<entry>(?:entry[ -]level|junior(?:[ -]level)?|graduate|starter) (?:position|role|job|opportunity|"
    r"post|vacancy))", r"(?P<senior>senior(?:[ -]level)? (?:position|role|post|vacancy)(?! models))",
    r"(?P<mid>mid[ -]level (?:position|role|job))"
)  # fmt: skip
_OF_THIS_JOB = re.compile(
    r"(?:\bis an?|\bthis|\bour|\bthe|\bfor an?|\bseeking an?|\bhiring an?|"
    r"[.!•:\n-] ?(?:an?)?|^) ?$"
)
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
    if (
        stated
        and named
        and stated.value in _VAGUE
        and named.value in ("senior", "lead", "manager", "director")
    ):
        return named
    return stated or named or _spoken_level(folded)


def _stated_level(folded: str) -> Found[Seniority] | None:
    for match in find_near(_ANY_STATED, folded, _near_levels(folded)):
        setting = setting_of(folded, match.start(), match.end(), _LEVEL_LABELS, _LEVEL_COMPANY)
        if (setting == "label" and _is_value(folded, match)) or (
            setting == "column" and _is_column(folded, match)
        ):
            level = next(level for level, pattern in _STATED if pattern.match(folded, match.start()))
            return Found(level, Span(*match.span()))
    return None


def _near_levels(folded: str) -> list[tuple[int, int]]:
    """Lines that start with a label of levels, the line below each, and columns such as 'Entry level'."""
    ranges = list(windows(folded, ("level", "internship"), reach=30))
    for label in _LABEL_AT_START.finditer(folded):
        below = re.compile(r"\s*[^\n]*").match(folded, line_around(folded, label.end())[1])
        ranges.append((label.start(), below.end() if below else label.end()))
    return sorted(ranges)


def _is_column(folded: str, match: re.Match[str]) -> bool:
    first, last = column_around(folded, *match.span())
    return bool(_LEVEL_COLUMN.fullmatch(folded[first:last].strip(" -*")))


def _is_value(folded: str, match: re.Match[str]) -> bool:
    """Whether the word is the label's whole value, not one of a sentence."""
    line_start, line_end = line_around(folded, match.start())
    label = _LEVEL_LABELS.match(folded, line_start)
    value_start = label.end() if label and label.end() <= match.start() else line_start
    rest = folded[value_start : match.start()] + folded[match.end() : line_end]
    return (
        len(rest) <= _VALUE_LENGTH
        and not re.search(r"\d|\bin\b|\bwith\b|\bof\b|\bas\b|years?", rest)
        and len(rest.split()) <= 4
    )


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
