"""Employment types, as postings of a dozen languages word them.

Two kinds of wording: those that can mean nothing else ("Vollzeit", "fixed-term", "CDD") count
wherever they stand, unless the words around them speak of something else ("all full-time
employees"); those that are everyday words as well ("contract", "stage", "volunteer") count in the
title, behind a label, in a header column, or before a noun of work ("contract role").
"Permanent", "CDI", "unbefristet" say nothing about hours and give no type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.fields.wording import (
    Setting,
    column_around,
    end_of_header,
    fold,
    sentence_around,
    setting_of,
    words,
)
from extractor.records import Found, Span
from extractor.schema import EmploymentType

# Wordings that mean the type wherever they stand.
_PLAIN: dict[EmploymentType, tuple[str, ...]] = {
    "full_time": (
        r"full[ _-]?time(?:r)?", r"full-?(?= ?(?:and|or|/|&) ?part[ -]time)", r"ft/pt",
        r"vollzeit(?:stelle|job|position|beschäftigung|tätigkeit|anstellung)?",
        r"voll-(?= ?(?:oder|und|/|bzw))",
        r"temps[ -](?:plein|complet)", r"plein[ -]temps", r"(?:tiempo|jornada)(?: laboral)? complet[oa]",
        r"heltid(?:s\w+)?", r"fulltid(?:s\w+)?", r"(?:anstellung|stelle|tjänst\w*|anställning\w*|"
        r"stilling\w*|pensum|arbeitspensum|omfattning|tjänstgöringsgrad)\W{0,3}(?:är |på )*100 ?%",
        r"voltijd\w*", r"tempo (?:inteiro|integral|pieno)", r"período integral", r"jornada integral",
        r"horário completo", r"fuldtid(?:s\w+)?",
        r"kokoaikai\w+", r"kokopäivä\w*", r"pełn(?:y|ego|ym) eta\w+", r"pełen etat", r"pełn(?:ym|ego) wymiar\w+", r"pln(?:ý|ého|ém) úvaz\w+",
        r"teljes (?:munkaidő|állás)\w*",
        r"normă întreagă", r"полная занятость", r"полный рабочий день", r"повна зайнятість", r"tam zamanlı",
        r"πλήρη?ς? απασχόληση",
        r"フルタイム", r"正社員", r"全职", r"全職", r"풀타임", r"정규직", r"دوام كامل", r"משרה מלאה",
    ),
    "part_time": (
        r"part[ _-]?time(?:r)?", r"pt/ft", r"half[ -]time", r"teilzeit(?:stelle|job|position|beschäftigung|"
        r"tätigkeit|anstellung|kraft)?",
        r"temps[ -]partiel", r"mi-temps", r"(?:tiempo|jornada)(?: laboral)? parcial", r"media jornada",
        r"medio tiempo", r"deltid(?:s\w+)?",
        r"extrajobb", r"extraarbete", r"deeltijd\w*", r"bijbaan(?:tje)?", r"tempo parcial", r"meio período",
        r"meio expediente", r"tempo parziale", r"osa-aikai\w+",
        r"część etatu", r"niepełn(?:y|ym|ego) eta\w+", r"niepełn(?:ym|ego) wymiar\w+", r"(?:1/2|½|pół|3/4|¾) etatu",
        r"(?:částečný|zkrácený|poloviční) úvazek", r"részmunkaid\w+",
        r"normă parțială", r"частичная занятость", r"неполный (?:рабочий )?день", r"часткова зайнятість",
        r"yarı zamanlı", r"μερική? απασχόληση",
        r"パートタイム", r"アルバイト", r"兼职", r"兼職", r"파트타임", r"아르바이트", r"دوام جزئي", r"משרה חלקית",
        r"werkstudent(?:in|innen|en|\*in|:in|entätigkeit|enstelle|enjob)?", r"working student", r"minijob\w*",
        r"mini-job", r"geringfügig\w*",
        r"(?:450|520|538|556)[ -]?(?:€|euro)[- ](?:basis|job)",
    ),
    "contract": (
        r"contract[- ]to[- ](?:hire|perm\w*)", r"contract(?=(?: length| duration| period|"
        r" term)? ?:? ?(?:till|until|\d+(?: ?(?:-|to) ?\d+)? ?(?:month|week|year)))",
        r"independent contractors?", r"corp[- ]to[- ]corp", r"c2c", r"(?:inside|outside) ir ?35",
        r"b2b(?: contract)?(?= (?:contract|basis|agreement)| \()", r"contract b2b", r"kontrakt b2b",
        r"freiberuflich\w*", r"freie mitarbeit\w*", r"freie?r? mitarbeiter(?:in)?",
        r"auf selbst(?:st)?ändiger basis", r"werkvertrag\w*", r"auto-?entrepreneur",
        r"travailleur indépendant", r"portage salarial",
        r"partita iva", r"p\.iva(?!:? ?\d)", r"pessoa jurídica", r"recibos verdes", r"zzp(?:'er|er)?",
        r"umow[aęy] zleceni[aeu]", r"umow[aęy] o dzieło",
        r"konsultuppdrag\w*", r"frilansuppdrag", r"業務委託", r"프리랜서", r"自由职业",
    ),
    "temporary": (
        r"fixed[- ]term", r"ftc", r"limited[- ]term", r"time[- ]limited (?:contract|position)",
        r"temp[- ]to[- ](?:perm\w*|hire)", r"(?:maternity|parental|paternity)(?: leave)? cover",
        r"befristet\w*", r"befristung", r"elternzeitvertretung", r"schwangerschaftsvertretung",
        r"mutterschutzvertretung", r"saison(?:arbeit|kraft|stelle|job)\w*", r"ferienjob\w*",
        r"cdd", r"contrat à durée déterminée", r"missions? (?:d'|de |en )?(?:intérim(?:aire)?s?|travail temporaire)",
        r"contrats? (?:d')?intérim(?:aire)?s?", r"contrat saisonnier", r"cddi", r"ctt",
        r"contrato temporal", r"contrato eventual", r"contrato de sustitución", r"contrato por obra\w*",
        r"temporada alta", r"fijo[- ]discontinuo",
        r"vikariat\w*", r"visstid\w*", r"tidsbegränsad\w*", r"säsongsanställning", r"säsongsarbete",
        r"säsongsjobb", r"sommarjobb\w*", r"sommarvikari\w*", r"feriejobb\w*", r"projektanställning",
        r"tidsbegrænset", r"barselsvikar\w*", r"midlertidig\w*", r"sommerjobb?\w*", r"årsvikar\w*", r"fødselspermisjonsvikar\w*",
        r"tijdelijke? (?:contract|dienstverband|aanstelling)", r"(?:arbeids)?(?:contract|overeenkomst) (?:voor )?bepaalde tijd",
        r"jaarcontract", r"tijdelijke (?:functie|baan|aanstelling)", r"uitzendbasis",
        r"uitzendbureau contract", r"seizoenswerk", r"vakantiewerk", r"contract (?:voor )?bepaalde tijd",
        r"tempo determinato", r"contratto a termine", r"stagionale", r"in somministrazione",
        r"sostituzione maternità", r"contrato a termo(?: certo| incerto)?", r"termo certo",
        r"prazo determinado", r"contrato temporário", r"trabalho temporário",
        r"määräaikai\w+", r"kesätyö\w*", r"kausityö\w*", r"umow[aęy] na (?:czas określony|zastępstwo)", r"prac[aęy] tymczasow\w+",
        r"praca sezonowa", r"doba určitá", r"határozott idej\w*",
        r"契約社員", r"派遣社員", r"临时工", r"계약직",
    ),
    "internship": (
        r"industrial placement(?: student| year)?", r"year in industry", r"placement (?:year|student)",
        r"summer intern(?:ship)?s?", r"internship program(?:me)?", r"paid internship", r"unpaid internship",
        r"pflichtpraktikum", r"praxissemester", r"praktikumsplatz", r"praktikantenstelle",
        r"praktikumsstelle", r"praktikumsvergütung",
        r"stage de fin d'études?", r"stage pfe", r"stage conventionné", r"stage rémunéré", r"offre de stage",
        r"gratification de stage", r"indemnité de stage",
        r"contrato (?:en|de) prácticas", r"convenio de prácticas", r"prácticas (?:remuneradas|profesionales|"
        r"curriculares|extracurriculares)", r"becari[oa]s?", r"pasant(?:e|ía)s?",
        r"praktikplats\w*", r"lia-?(?:plats|praktik|period)\w*", r"meewerkstage", r"afstudeerstage",
        r"stageplek", r"stageplaats", r"stageopdracht", r"stagevergoeding", r"tirocini[oa]", r"tirocinante",
        r"estágio (?:curricular|profissional|remunerado|extracurricular)",
        r"praktikplads", r"インターン(?:シップ)?", r"实习生?", r"實習生?", r"인턴(?:십)?",
    ),
    "apprenticeship": (
        r"degree apprenticeship", r"(?:higher|advanced|modern) apprenticeship", r"ausbildungsplatz",
        r"ausbildungsplätze", r"ausbildungsbeginn", r"ausbildungsstart", r"ausbildungsvergütung",
        r"lehrstelle", r"lehrbeginn", r"lehrlingsentschädigung", r"lehrlingseinkommen",
        r"contrat d'apprentissage", r"contrat de professionnalisation", r"contrat (?:en|d')\s?alternance",
        r"rythme d'alternance", r"alternance (?:de|sur) \d+ (?:mois|ans?)", r"offre d'alternance",
        r"contrato de formación", r"contrato de aprendizaje", r"lärlingsplats", r"lärlingsanställning",
        r"leerwerkplek", r"leerwerktraject", r"bbl-(?:traject|plek|opleiding|leerling)", r"apprendistato",
        r"jovem aprendiz", r"elevplads", r"lærlingplass", r"læreplass",
    ),
    "volunteer": (r"volunteer (?:position|role|opportunity|basis|work placement)",
    r"(?:this is a|on a) voluntary (?:role|position|basis)", r"service civique", r"bundesfreiwilligendienst",
    r"freiwilliges soziales jahr", r"mission bénévole", r"vrijwilligerswerk",
    r"ehrenamtliche (?:stelle|position)"),
    "per_diem": (
        r"zero[- ]hours?(?: contract)?", r"0[- ]hours? contract", r"bank (?:staff|shifts?|worker|contract|"
        r"nurse)", r"casual (?:contract|basis|position|role|worker|vacancy|employment|hours contract)",
        r"as and when (?:required|needed)(?=,? (?:basis|0|zero))", r"0 hours (?:per|a) week",
        r"as[- ](?:and[- ]when[- ])?needed basis", r"per diem (?:position|basis|role|shifts?|employment|"
        r"status|job|nurse|rn)",
        r"behovsanställning", r"timanställning", r"timanställd", r"timvikarie\w*",
        r"intermittent anställning", r"arbeit auf abruf", r"oproepkracht", r"oproepcontract", r"oproepbasis",
        r"nul[- ]?uren\w*", r"0-uren\w*", r"tilkallingsvikar", r"ringevikar", r"timeansat\w*",
        r"tilkaldevikar", r"tarvittaessa töihin", r"contratto a chiamata",
    ),
}  # fmt: skip

# Wordings that are everyday words as well: a header, a label, the title or a noun of work must back them.
_BOUND: dict[EmploymentType, tuple[str, ...]] = {
    "contract": (r"contract(?:or|ors|ual)?", r"freelance(?:r|rs|\w*)?", r"b2b", r"1099", r"c2h",
    r"self[- ]employed", r"indépendante?", r"autónomo", r"pj", r"frilans\w*", r"selbstständig\w*",
    r"consultor[ií]a externa", r"prestador de serviços"),
    "temporary": (r"temp(?:orary)?", r"seasonal", r"interim", r"intérim(?:aire)?", r"saisonnier\w*",
    r"temporal", r"eventual", r"tijdelijk\w*", r"temporári[oa]", r"temporâneo", r"aushilfe\w*", r"zeitarbeit",
    r"summer job", r"holiday job", r"engasjement", r"vikarie\w*", r"vikar", r"uitzendkracht", r"término fijo",
    r"временная работа"),
    "internship": (r"intern(?:ship)?s?", r"co[- ]op", r"praktik(?:um|a|ant\w*)?", r"stage", r"stagiaire?s?",
    r"stagista", r"prácticas", r"practicante", r"estágio", r"estagiári[oa]", r"staż\w*", r"praktykant\w*",
    r"praktyki", r"lia", r"стажировка", r"стажер", r"harjoittelu", r"harjoittelija", r"stáž", r"gyakornok",
    r"traineeship"),
    "apprenticeship": (r"apprentice(?:ship)?s?", r"ausbildung", r"auszubildende\w*", r"azubi\w*",
    r"duales studium", r"dual(?:e|er|es)? student\w*", r"lehrling\w*", r"lehre", r"alternance",
    r"alternante?", r"apprentie?", r"apprenti\(e\)", r"apprentissage", r"aprendiz\w*", r"lärling\w*",
    r"leerling\w*", r"bbl", r"apprendista", r"lærling", r"elev", r"oppisopimus"),
    "volunteer": (r"volunteers?", r"voluntary", r"ehrenamt\w*", r"freiwilligendienst", r"fsj", r"bufdi",
    r"bénévol\w+", r"voluntari\w+", r"volontär\w*", r"vrijwillig\w*", r"volontari\w*", r"wolontari\w*",
    r"frivillig\w*"),
    "per_diem": (r"per[- ]diem", r"prn", r"casual", r"zero[- ]hours?", r"bank", r"relief",
    r"aushilfe auf abruf", r"vacation"),
    "full_time": (r"fullday", r"full day", r"f/t", r"integral"),
    "part_time": (r"half day", r"p/t"),
}  # fmt: skip

# A bound word that names the type only in postings of these languages.
_LANGUAGES = {
    "stage": ("fr", "it", "nl"),
    "bank": ("en",),
    "vacation": ("fr",),
    "elev": ("da", "no", "nb"),
    "lia": ("sv",),
    "integral": ("pt",),
}
# ... and one that means something else in these.
_NOT_LANGUAGES = {
    "intern": ("de", "sv", "nl", "da", "nb", "no"),
    "contract": ("nl", "ro"),
    "temporal": ("en",),
    "eventual": ("en",),
    "interim": ("de",),
    "lehre": ("fr", "en"),
}


def wordings_of(*kinds: EmploymentType) -> str:
    """A pattern of the wordings that can mean nothing but these types, for folded text."""
    return "|".join(pattern for kind in kinds for pattern in _PLAIN[kind])


_TYPES: tuple[EmploymentType, ...] = tuple(_PLAIN)
_ANY = words(*(p for table in (_PLAIN, _BOUND) for patterns in table.values() for p in patterns))
_PLAIN_OF = {kind: words(*patterns) for kind, patterns in _PLAIN.items()}
_BOUND_OF = {kind: words(*patterns) for kind, patterns in _BOUND.items()}

_LABELS = re.compile(
    r"[^\w\n]{0,6}(?:(?:employment|job|contract|position|work|engagement|hiring|role|worker|vacancy|"
    r"appointment)[ -]?(?:types?|status|category|basis|terms?|time|schedule)?(?: \(s\))?(?:/? ?(?:type|"
    r"hours))?"
    r"|types?(?: of (?:contract|employment|job|position|work|hire|appointment))?|time type|schedule|hours?|"
    r"working (?:hours|time|pattern)|status|shift|duration|term|tenure"
    r"|(?:vertrags|anstellungs|beschäftigungs|stellen|job|arbeits)(?:art|typ|form|verhältnis|umfang|zeit|"
    r"modell|zeitmodell)|arbeitszeit|umfang|pensum|vertrag|befristung"
    r"|(?:type|nature) (?:de|du) (?:contrat|poste|l'offre|emploi)|contrat|temps de travail|durée du travail|"
    r"horaires?"
    r"|tipo de (?:contrato|empleo|jornada|puesto|contratación|vaga|emprego)|contrato|jornada(?: laboral)?|"
    r"modalidad|horario|regime|carga horária|vínculo"
    r"|anställningsform|anställningstyp|omfattning|varaktighet|anställning|arbetstid|tjänstgöringsgrad|"
    r"ansættelsesform|arbejdstid|ansettelsesform|stillingstype|omfang|heltid/deltid"
    r"|dienstverband|contracttype|contractvorm|soort (?:contract|baan|dienstverband)|contract|uren per week|"
    r"werktijd"
    r"|(?:tipo|tipologia)(?: di)? contratto|contratto|orario(?: di lavoro)?|rodzaj umowy|wymiar pracy|"
    r"typ umowy|typ úvazku|työsuhde|työaika|тип занятости|занятость|雇用形態|고용형태)"
    r"(?:\(s\))?\s*(?:[:>]|-\s|\s)\s*\**"
)
# What else stands in the columns of a header line.
_COMPANY = re.compile(
    _ANY.pattern
    + r"|\b(?:permanent|regular|cdi|unbefristet\w*|festanstellung|feste anstellung|tillsvidare|tills vidare|"
    r"indefinido|indeterminato|vast|onbepaald|fast|fresh graduate|student job"
    r"|remote|hybrid\w*|on-?site|office|home ?office|entry|junior|senior|mid|associate|director|executive|"
    r"level|day shift|night shift|shifts?|weekends?|hours?|hrs|stunden|uur|exempt|non-exempt|w2|salaried|"
    r"hourly)\b|[\d$€£]"
)
# What a column may hold beside the type's wording.
_FILLER = re.compile(
    r"(?:\W|\d|permanent|regular|role|position|job|jobs|basis|contract|employment|employee|work|only|paid|"
    r"unpaid|salaried|hourly|hours?|hrs?|per|week|months?|years?|days?"
    r"|exempt|non|initial|up|to|long|short|term|type|remote|hybrid|onsite|site|on|in|en|à|a|als|de|im|at|"
    r"the|is|h|std|stunden|woche|pro|uur|m|w|d|f|x|flexible|day|shift|night|evening|summer|winter|spring|"
    r"fall|immediate|start|or|and|w2|yes|anställning|stelle|anstellung|contratação|contrat|vertrag|tipo|"
    r"regime|modalidade?|full|part|time|temporary|seasonal|volunteer)*"
)

# Nouns that make a bound word a type: "contract role", "temporary post".
_NOUN_AFTER = re.compile(
    r"[ -]*(?:(?:full|part)[- ]time )?(?:paid |unpaid |remote |hybrid |[\w-]*based |[\w-]+ )?(?:roles?|"
    r"positions?|jobs?|basis|opportunit\w+|assignments?|posts?|vacanc\w+|appointments?|engagement|placements?"
    r"|stellen?|anstellung|tätigkeit|beschäftigung|vertrag|basis|anställning|tjänst|functie|baan|work|"
    r"wanted|needed|sought|gesucht|contract(?! manag| admin)|program(?:me)?s?)\b(?! manag)"
)
_TERM_BEFORE = re.compile(
    r"(?:\d+|six|three|twelve|nine|eighteen)[ +-]*(?:\d+ ?-?)?(?:months?|weeks?|"
    r"years?|mth|mo|monate|mois|meses|mesi|maanden)[ -]*(?:(?:initial|rolling|fixed|paid|long|short|full|"
    r"part)[ -]?(?:term|time)? ?)*$"
)
_AS_BEFORE = re.compile(
    r"(?:\bas an?|\bthis|\bon an?|\bour|\bthe|\bbasis|\ball?[s']?|\bun|\bune|\bun\(e\)|"
    r"\bals|\bauf|\bein(?:e|en)?|\bcomo|\bum|\bem|\ben|\bcomme|\bsom|\bsuchen|\brecherchons|\brecherche|"
    r"\bhiring|\bseeking) (?:[\w-]+ )?$"
)

# Words that turn "full-time" into something else than this job's hours.
_OF_OTHERS_AFTER = re.compile(
    r"(?:[ ,/-]+(?:\(?[\w&'/-]+\)?)){0,3}?[ ,/-]+(?:employees?|staff|team ?members?|workers|workforce|"
    r"colleagues|personnel|equivalents?|fte|students?|studies|study|studying|degrees?|education|mba|"
    r"enrol\w*|schooling"
    r"|experience|dedication|faculty|mitarbeiter\w*|beschäftigte|angestellte|kolleg\w+|salariés|empleados|"
    r"trabajadores|medarbetare|anställda|medewerkers|dipendenti|studium|university|college|classes)\b"
)
_OF_OTHERS_BEFORE = re.compile(
    r"(?:\ball|\beligible|\bonly|\bmost|\bother|\bprevious|\bprior|\bsatisfactory|\bequivalent|\bbei|\bfor|"
    r"\bnon|\bour|\bmany|\bhundred|\bthousand|\d[\d,]*\+?|\bof|\byears?|\bconvert to|\binto a|\bleading to|"
    r"\bbecome|\btransition(?:ing)? (?:in)?to(?: a)?|\bapplicable to|\byears? as an?|experience as an?|"
    r"\bworked) (?:regular |permanent |active |salaried |eligible |paid )?$"
)
_QUOTA_AFTER = re.compile(r"(?:quote|modelle|möglichkeit(?:en)? nach)")
_NEGATED_BEFORE = re.compile(
    r"(?:\bnot?(?: an?)?|\bno|\bnon|\bkeine?n?|\bnicht|\bpas (?:de|en)|\bsin|\bej|"
    r"\bnever|\brather than) $"
)

_BOUND_GUARD_AFTER = re.compile(
    r"[ -]*(?:manag\w*|administ\w*|special\w*|co-?ordinat\w*|officers?|negotiat\w*|lawyers?|counsel|"
    r"analysts?|law|works\b|recruit\w*|assessors?|trainers?|engagement|services?|supervis\w*|advis\w*|"
    r"growth|delivery"
    r"|compliance|document\w*|draft\w*|terms?\b|leiter\w*|betreu\w*|ausbilder|experience|experiences|days?|"
    r"time off|leave|hours|account\w*|presence|setup|cleaning|clean\w*|catering|furniture|structures?|"
    r"accommodation|visas?|agenc\w+|dress|dining|jobs? board|marketplace|talent|professionals|network)"
)
_IS_LABEL = re.compile(r"[\w/ ]{0,16}:")  # "Contract type: permanent"
_REVERSED_BOUND = re.compile(
    r"(?:\b(?:disaster|debt|tax|pain|stress) |\bjobs in|\bof|\bunder|\bsigned|"
    r"\byour|\bthe|\bjurid\w*|\bservice|\bvendor|\bgovernment|\bsocial|\bdata|\bsmart|\bbusiness|\bearly|"
    r"\bevery|\bany|\bgrowth|\bseed|\bdress)[ ]?$"
)


def find_employment_types(text: str, *, language: str | None = None) -> list[Found[EmploymentType]]:
    """Every employment type that the text states, once, with the first words that it was read from.

    `language` (BCP 47) decides words that mean a type in one language and not in another ("stage").
    """
    folded = fold(text)
    hits = [
        (kind, match.start(), match.end(), setting)
        for match in _ANY.finditer(folded)
        for kind, plain in _types_at(folded, match, (language or "").split("-")[0])
        if (setting := _counts(folded, match.start(), match.end(), kind, plain))
    ]
    header_end = end_of_header(folded, [start for _, start, _, setting in hits if setting == "column"])
    found: dict[EmploymentType, Found[EmploymentType]] = {}
    for kind, start, end, setting in hits:
        if setting != "column" or start <= header_end:
            found.setdefault(kind, Found(kind, Span(start, end)))
    return sorted(found.values(), key=lambda item: item.span)


def _types_at(folded: str, match: re.Match[str], language: str) -> Iterator[tuple[EmploymentType, bool]]:
    """The types that a wording may mean, and whether it can mean nothing else."""
    wording = match[0]
    if wording in _LANGUAGES and language not in _LANGUAGES[wording]:
        return
    if language and language in _NOT_LANGUAGES.get(wording.removesuffix("s"), ()):
        return
    for kind in _TYPES:
        for patterns, plain in ((_PLAIN_OF, True), (_BOUND_OF, False)):
            standing = patterns[kind].match(folded, match.start())
            if standing and standing.end() == match.end():
                yield kind, plain
                break


def _counts(folded: str, start: int, end: int, kind: EmploymentType, plain: bool) -> Setting | None:
    """Where a wording stands that states this job's type; None where it states something else."""
    before, after = folded[max(0, start - 40) : start], folded[end : end + 60]
    if _NEGATED_BEFORE.search(before):
        return None
    setting = setting_of(folded, start, end, _LABELS, _COMPANY)
    if plain:
        return setting if setting == "label" or not _is_of_others(folded, start, end, kind) else None
    if _BOUND_GUARD_AFTER.match(after) or _IS_LABEL.match(after):
        return None
    if setting == "title":
        return setting if kind != "contract" or not _REVERSED_BOUND.search(before) else None
    first, last = column_around(folded, start, end)
    if setting != "prose" and _FILLER.fullmatch(folded[first:start]) and _FILLER.fullmatch(folded[end:last]):
        return setting
    return "prose" if _is_backed(kind, before, after) else None


def _is_backed(kind: EmploymentType, before: str, after: str) -> bool:
    """Whether a noun of work or a term backs an everyday word: 'contract role', '6 month contract'."""
    if _REVERSED_BOUND.search(before):
        return False
    if _TERM_BEFORE.search(before):
        return True
    of_this_job = _AS_BEFORE.search(before) or kind not in ("internship", "apprenticeship")
    return bool(_NOUN_AFTER.match(after) and of_this_job)


def _is_of_others(folded: str, start: int, end: int, kind: EmploymentType) -> bool:
    """'For all full-time employees', 'full-time degree', 'two years of full-time experience'."""
    before, after = (
        folded[max(0, start - 40) : start],
        folded[end : sentence_around(folded, start, end)[1]][:60],
    )
    if kind in ("full_time", "part_time"):
        return bool(
            _OF_OTHERS_BEFORE.search(before) or _OF_OTHERS_AFTER.match(after) or _QUOTA_AFTER.match(after)
        )
    return bool(re.match(r"[ -]*(?:employees|staff|workers|assets?|income|deposits?)\b", after))
