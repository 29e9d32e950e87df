"""Remote, hybrid or on site; how many days in the office; and where applicants must live.

What a header says ("Remote", "Location type: Hybrid") counts; so do sentences that say it of the
job. Partial remote work ("two days from home", "télétravail partiel") is hybrid. Words of the same
sound are kept out: remote sensing, hybrid cars, an on-site gym.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractor.fields.gazetteer import country_code
from extractor.fields.location_line import is_place_line, remote_countries
from extractor.fields.wording import column_around, end_of_header, fold, line_around, lines, sentence_around, setting_of, words
from extractor.records import Found, Span
from extractor.schema import WorkArrangement

# --- arrangements ---------------------------------------------------------------------------------

# One word that is an arrangement in a header, a label's value or the title.
_BARE: dict[WorkArrangement, str] = {
    "remote": r"remote(?:ly)?|remoto|remota|distans|distance|télétravail|teletrabajo|teletrabalho|home ?-?office|work(?:ing)? from home|wfh|anywhere|zdaln\w+"
    r"|etätyö|удаленн\w+|удалённ\w+|リモート|在宅勤務|远程|재택근무|hjemmekontor|thuiswerk\w*|smart working|work at home|ortsunabhängig",
    "hybrid": r"telework(?: eligible)?|h[yíi]brid(?:e|o|a|es|er|t|arbeit|arbete)?|ibrid[oa]|hybrydow\w+|ハイブリッド|гибрид\w*",
    "onsite": r"on-? ?site|onsite|on campus|in[- ]office|in[- ]person|office[- ]based|vor ort|präsenz|presencial|(?:en )?présentiel|på plats|på kontoret|op locatie|op kantoor|in presenza|in sede|stacjonarn\w+|paikan päällä|fremmøde|出社",
}
_BARE_ANY = words(*_BARE.values())
_BARE_OF = {kind: re.compile(pattern) for kind, pattern in _BARE.items()}

_LABELS = re.compile(
    r"[^\w\n]{0,6}(?:(?:work|job|office|employment)?[ -]?(?:place|location|site|setting|model|mode|arrangement|style|environment)s?(?: (?:type|model|policy|option))?|workplace(?: type)?|location type|remote(?: work| working| status| option| policy)?"
    r"|work(?:ing)? remotely|type|job type|telework(?: eligible)?|arbeitsmodell|arbeitsort|arbeitsweise|home-?office|mode de travail|télétravail|modalidad(?: de trabajo)?|modelo de trabajo|modelo de trabalho|formato de trabalho|modalità(?: di lavoro)?"
    r"|distansarbete|arbetsplats|werkvorm|tryb pracy|работа)\s*[:>]?\s"
)
_YES = re.compile(r"\s*[:?]?\s*\**\s*(?:yes|ja|oui|s[íi]|sim|true|possible|möglich|available)\b")
_NO = re.compile(r"\s*[:?]?\s*\**\s*(?:no|nein|non|nej|não|false|not (?:available|possible|eligible))\b")
_COMPANY = re.compile(
    _BARE_ANY.pattern
    + r"|\b(?:full[- ]?time|part[- ]?time|permanent|contract|freelance|temporary|internship|vollzeit|teilzeit|cdi|cdd|heltid|deltid|entry|junior|senior|mid|associate|level|an hour|a year|hours?|days?|uk|usa?|eu|europe|worldwide|flexible)\b|[$€£]"
)

# Sentences that say it of the job. Those of `_TOTAL` leave no room for another arrangement.
_TOTAL: dict[WorkArrangement, re.Pattern[str]] = {
    "remote": words(
        r"(?:fully|completely|entirely|permanently|100 ?%|all|full|totally)[ -](?:remote|work from home|wfh|home-?office|home office|télétravail|remoto|distans)(?:ly)?", r"remote[- ]first", r"remote[- ]only", r"work from anywhere",
        r"(?:roles?|positions?|jobs?|opportunity|internship|team|company) (?:[\w']+ ){0,3}?(?:is|are|will be|can be)(?: a| an| currently| either)? (?:fully |100 ?% |primarily |completely )?(?:remote|work from home|home[- ]based)(?! (?:or|and) )",
        r"remote (?:position|role|job|opportunity|internship|vacancy|company|employee|contractor)s?", r"home[- ]based (?:role|position|job|contract|opportunity)", r"virtual (?:position|role|job)",
        r"remote(?:-| )(?:job|stelle|tätigkeit|position)", r"(?:komplett|vollständig|rein|voll|zu 100 ?%|gänzlich) (?:remote|im home-?office|ortsunabhängig)", r"arbeite(?:n|st)? von (?:überall|wo (?:du|aus du|sie))", r"100 ?% remote\w*",
        r"télétravail (?:complet|total|intégral|à 100 ?%|à temps plein)", r"poste en (?:full remote|100 ?% télétravail)", r"(?:100 ?%|totalmente|completamente) (?:remot[oa]|teletrabajo|en remoto|a distancia|online)", r"(?:modalidad|trabajo|posición|puesto|vacante|vaga|trabalho|posto|empleo) (?:100 ?% )?(?:remot[oa]|a distancia|desde casa)",
        r"(?:helt|100 ?%) (?:på )?distans", r"volledig (?:remote|op afstand|vanuit huis)", r"(?:completamente|totalmente|100 ?%) (?:da|in) remoto", r"(?:w pełni|100 ?%) zdaln\w+", r"praca zdalna", r"フルリモート", r"#li-remote",
    ),
    "hybrid": words(
        r"hybrid[- ](?:work\w*|model|role|position|job|schedule|arrangement|set-?up|policy|environment|basis|setting|approach|team|opportunity|remote|pattern|office|mode|contract|flexib\w*|first|workplace|format)", r"#li-hybrid", r"location-based hybrid policy",
        r"(?:roles?|positions?|jobs?|this) (?:[\w']+ ){0,3}?(?:is|are|will be|can be)(?: a| an| currently| offered as)? hybrid", r"(?:on|in) a hybrid", r"work(?:ing)? hybrid",
        r"hybride[snr]? (?:arbeit\w*|modell\w*|zusammenarbeit|working)", r"hybridmodell\w*", r"(?:mode|travail|modèle|organisation|format|rythme) hybride", r"(?:modalidad|modelo|trabajo|esquema|formato|regime|trabalho|sistema) híbrid[oa]", r"hybrid(?:arbete|lösning|upplägg)\w*",
        r"hybride (?:werk\w*|functie|model)", r"(?:modalità|lavoro|modello) ibrid[oa]", r"(?:praca|tryb|model) hybrydow\w+", r"smart working",
    ),
    "onsite": words(
        r"(?:fully|full[- ]time|entirely|100 ?%|strictly|completely) (?:on-? ?site|onsite|in[- ]office|in[- ]person|in the office|office[- ]based|vor ort|presencial|présentiel)", r"(?:on-? ?site|onsite|in[- ]office|in[- ]person|office[- ]based) (?:role|position|job|internship|work only|only|opportunity|contract|environment only)",
        r"(?:roles?|positions?|jobs?|this) (?:[\w']+ ){0,3}?(?:is|are|will be)(?: a| an| currently| fully| 100 ?%)* (?:on-? ?site|onsite|in[- ]office|in[- ]person|office[- ]based)(?! (?:or|and) )", r"#li-onsite",
        r"(?:5|five)(?:x| days?)?(?: a| per| each|/| / | every)? ?(?:week|wk)?,? (?:in|at|from) (?:the |our |its )?(?:[\w-]+ )?office", r"(?:5|five) days?(?: a| per|/) ?week,? (?:in[- ]office|on-? ?site|onsite|in person)", r"(?:in[- ]office|on-? ?site|onsite|in person|in the office),? (?:5|five) days(?: a| per|/) ?week",
        r"not (?:an? )?remote(?: (?:role|position|job|opportunity|work))?(?: position)?", r"no remote(?: work\w*| option\w*| candidates)?", r"remote work(?:ing)? is not\w*", r"not (?:eligible|available|open|suitable) (?:for|to) (?:remote|telework|telecommuting|working from home)(?: work)?", r"(?:cannot|can not|can't) be (?:done|performed|worked|carried out) remotely", r"no work from home",
        r"(?:ausschließlich|nur|komplett|rein|100 ?%) vor ort", r"vor-ort-(?:tätigkeit|stelle|job|einsatz)", r"(?:kein|keine) (?:home-?office|home office|remote\w*)(?: möglich)?", r"präsenz(?:tätigkeit|stelle|pflicht)", r"pas de télétravail", r"(?:poste|travail) (?:100 ?% )?(?:en présentiel|sur site)",
        r"(?:modalidad|trabajo|puesto|modelo|100 ?%|formato|regime|trabalho|vaga|posición) presencial", r"(?:arbetet|tjänsten|rollen) (?:sker|är|utförs) på plats", r"geen thuiswerk\w*",
    ),
}  # fmt: skip

# Remote work spoken of in a sentence: the arrangement, unless other words make it partial.
_SPOKEN = words(
    r"work(?:ing)? remotely", r"remote(?:-| )work(?:ing)?", r"work(?:ing)? from home", r"wfh", r"remotely", r"remote team", r"telecommut\w+", r"remote-arbeit\w*",
    r"teletrabajo", r"teletrabalho", r"trabajar desde casa", r"lavoro da remoto", r"da remoto", r"distansarbete", r"(?:arbeta|jobba|arbete) (?:på distans|hemifrån)", r"work at home",
)  # fmt: skip
_SPOKEN_PARTIAL = words(
    r"home ?-?office(?:-\w+)?", r"homeoffice\w*", r"mobile[sn]? (?:arbeiten|arbeit)", r"télétravail", r"thuiswerk\w*", r"thuis werken", r"hjemmearbejde", r"hjemmekontor", r"etätyö\w*", r"telework\w*", r"remote-(?:tage|möglichkeit\w*|optionen?|anteil)",
    r"work(?:ing)?[- ]from[- ]home (?:days?|options?|flexibility|policy|opportunit\w+|possib\w+)", r"(?:flexible|occasional\w*|partial(?:ly)?|some|part-time) (?:remote|work(?:ing)? from home|wfh|remote work\w*)", r"práce z domova", r"praca z domu",
)  # fmt: skip
_DAYS = r"(?:\d|one|two|three|four|ein(?:en)?|zwei|drei|vier|une?|deux|trois|quatre|dos|tres|cuatro|två|tre|twee|drie|due)"
_PARTIAL_DAYS = re.compile(
    rf"(?<!\w){_DAYS}(?: ?(?:-|to|or|bis|à|ou|/) ?{_DAYS})? ?(?:days?|tage?n?|jours?|días?|dias?|dagar|dagen|giorni|x)(?! ago)(?: remote| home| of remote| de télétravail| homeoffice| home office)?"
    r"[^.;\n·•|]{0,25}(?:from home|remote\w*|wfh|home ?-?office|homeoffice|télétravail|teletrabajo|distans|hemifrån|thuis|desde casa|da casa|de casa)"
)
_PARTIAL_NEAR = re.compile(
    r"occasional|part of the|partial|partiel|teilweise|anteilig|tageweise|gelegentlich|zeitweise|bis zu|up to|\bdays?\b|\btage?\b|\bjours?\b|días|dagar|dagen|hybrid|flexib|possib|möglich|option|a mix|combin|split|after probation|nach absprache|according to|delvis|deels|split their"
)
_NOT_OF_THE_JOB = re.compile(
    r"[ -]*(?:sens(?:ing|ors?)|desktop|control\w*|support|access|monitor\w*|diagnos\w*|locations?|areas?|sites?|communit\w+|regions?|offices?|servers?|patients?|villages?|islands?|devices?|hands|management|deposit|session|users?|customers?|clients?|stakeholders|colleagues|talent|teams? (?:across|around|of)|parts|meetings?|interview\w*|infrastructure|procedure|code|repositor\w+|debug\w*|assistance|troubleshoot\w*|connect\w*|systems?|login|proctor\w*|learning|teaching|training|events?"
    r"|set-?up|equipment|stipend|allowance|budget|expens\w*|furniture|reimburs\w*|gear|policy here|from (?:outside|abroad)|work from (?:outside|abroad)|aus dem ausland|ausstattung|pauschale|zuschuss"
    r"|(?:cloud|cars?|vehicles?|engines?|mobile app\w*|apps?|events?|electric|integration|securit|struct|environments?|infrastructures?|search|seeds?|rice|solutions?|drive|bikes?|power|motors?|threats?|inverter|fund)\b"
    r"|parking|gym|fitness|canteen|restaurant|subsidi\w*|cafe\w*|childcare|daycare|manager|field|crews?|customer|visits?|observation|audit\w*|inspection\w*|meals?|lunch\w*|perks?|personal|licen[cs]\w+|approved|sponsor\w*|requirements?|statement|expectations?|amenit\w+|snacks|culture|medical|clinic|massage|doctor|nurse|installation|service calls?|training|maintenance|assessment|kantine|parkpl\w+|collaboration|at our property)"
)
_NOT_OF_THE_JOB_BEFORE = re.compile(
    r"(?:\b(?:einrichtung|ausstattung|budget|equipment|set ?up|stipend|allowance|for|across|in|by phone|with|of|electric\w*|électrique et|visit|telephone|via|cloud|managing|manage|supporting|support) (?:deines |ihres |eines |your |a |the |and |or |und )?|and )$"
)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign of an arrangement; `firm` where it stands in a header or leaves no other reading."""

    kind: WorkArrangement
    start: int
    end: int
    firm: bool
    column: bool = False


def find_work_arrangements(text: str) -> list[Found[WorkArrangement]]:
    """Every arrangement that the posting offers, once, with the words that it was read from."""
    folded = fold(text)
    signs = [*_header_signs(text, folded), *_total_signs(folded), *_spoken_signs(folded), *_office_signs(folded)]
    header_end = end_of_header(folded, [sign.start for sign in signs if sign.column])
    signs = [sign for sign in signs if not sign.column or sign.start <= header_end]
    kinds = {sign.kind for sign in signs if sign.firm}
    if kinds:  # what is only spoken of adds nothing to what is said outright
        signs = [sign for sign in signs if sign.firm or (sign.kind == "hybrid" and kinds == {"onsite"})]
    found: dict[WorkArrangement, Found[WorkArrangement]] = {}
    for sign in sorted(signs, key=lambda sign: sign.start):
        found.setdefault(sign.kind, Found(sign.kind, Span(sign.start, sign.end)))
    return list(found.values())


def _header_signs(text: str, folded: str) -> Iterator[_Sign]:
    for match in _BARE_ANY.finditer(folded):
        start, end = match.span()
        setting = setting_of(folded, start, end, _LABELS, _COMPANY)
        if setting == "prose" and _is_location_line(text, start):
            setting = "column"
        after = folded[end : end + 40]
        if setting == "prose" or _NOT_OF_THE_JOB.match(after) or _is_spoken_of(setting, folded, start):
            continue
        kind: WorkArrangement = next(k for k, pattern in _BARE_OF.items() if pattern.fullmatch(match[0]))
        if kind == "remote" and re.match(r"h[yi]brid\W+$", folded[max(0, start - 7) : start]):
            continue  # "Hybrid remote"
        if setting == "column" and kind == "remote" and _is_perk(folded, start, end):
            continue
        if label := _IS_LABEL.match(after):  # "Work remotely: no"
            if not _YES.match(folded[end + len(label[0]) :][:12]):
                continue
        elif _NO.match(after):
            continue
        yield _Sign(kind, start, end, True, setting == "column")


def _is_perk(folded: str, start: int, end: int) -> bool:
    """'Home office' within a bullet, or on a line far from the header, is a perk: read as spoken of."""
    if folded.startswith("remot", start):
        return False
    first, last = column_around(folded, start, end)
    alone = not folded[first:start].strip(" -*") and not folded[end:last].strip(" -*")
    return not alone or folded.count("\n", 0, start) > _HEADER_LINES


_HEADER_LINES = 15
_IS_LABEL = re.compile(r"[\w ]{0,12}[:?]")


def _is_location_line(text: str, position: int) -> bool:
    """'Seattle, New York, Remote', 'Lyon Hybrid Posted March 3': places and arrangements."""
    line = text[slice(*line_around(text, position))].strip()
    return is_place_line(_POSTED.sub("", line))


_POSTED = re.compile(r"\s*(?:Posted|Published|Updated|Veröffentlicht|Publiée?|Publicad[oa]|Publicerad|Geplaatst)\b.*$")


def _is_spoken_of(setting: str, folded: str, start: int) -> bool:
    """A label's value that goes on as a sentence is no header."""
    line_start, line_end = line_around(folded, start)
    return setting == "label" and start - line_start > _VALUE_REACH and line_end - line_start > 2 * _VALUE_REACH


_VALUE_REACH = 60  # code points from a line's start to the word that is its label's value


def _total_signs(folded: str) -> Iterator[_Sign]:
    for kind, pattern in _TOTAL.items():
        for match in pattern.finditer(folded):
            before, after = folded[max(0, match.start() - 30) : match.start()], folded[match.end() : match.end() + 40]
            if _NOT_THE_WORK.match(after) or (_IS_LABEL.match(after) and match[0] in ("remote job", "remote position", "remote role")) or (kind != "onsite" and _NEGATED.search(before)):
                continue
            yield _Sign(kind, match.start(), match.end(), True)


_NOT_THE_WORK = re.compile(r" (?:interview|onboarding|hiring|training|learning|event|meeting|support|sensing|desktop|access|monitoring|environments?\b(?= \())")
_NEGATED = re.compile(r"(?:\bnot?(?: an?)?|\bno|\bkein\w*|\bpas (?:de|en)|\bsin|\bwithout|\bisn't(?: an?)?) $")


_EITHER = re.compile(r"(?<!\w)(?P<one>remote|hybrid|on-?site|onsite)(?: work)?(?:,? (?:or|and)|/|,) (?P<other>remote|hybrid|on-?site|onsite)(?!\w)(?! (?:team|locations|sites|workers|employees))")


def _office_signs(folded: str) -> Iterator[_Sign]:
    """Fewer than five days a week in the office are hybrid; 'remote or hybrid' is both."""
    for pattern in _OFFICE_DAYS:
        for match in pattern.finditer(folded):
            if not _is_other_period(folded, match) and _to_days(match["n"]) < _WORKING_DAYS:
                yield _Sign("hybrid", match.start(), match.end(), True)
    for match in _EITHER.finditer(folded):
        for name in ("one", "other"):
            kind = next(k for k, pattern in _BARE_OF.items() if pattern.fullmatch(match[name]))
            yield _Sign(kind, *match.span(name), True)


def _spoken_signs(folded: str) -> Iterator[_Sign]:
    for match in _PARTIAL_DAYS.finditer(folded):
        yield _Sign("hybrid", match.start(), match.end(), True)
    for pattern in (_SPOKEN, _SPOKEN_PARTIAL):
        for match in pattern.finditer(folded):
            start, end = match.span()
            before, after = folded[max(0, start - 40) : start], folded[end : end + 40]
            if _NOT_OF_THE_JOB.match(after) or _NOT_OF_THE_JOB_BEFORE.search(before) or _NEGATED.search(before):
                continue
            if _IS_LABEL.match(after) and pattern is _SPOKEN:
                continue
            first, last = sentence_around(folded, start, end)
            partial = pattern is _SPOKEN_PARTIAL or bool(_PARTIAL_NEAR.search(folded, first, last))
            yield _Sign("hybrid" if partial else "remote", start, end, False)


# --- days in the office ---------------------------------------------------------------------------

_NUMBERS = {
    word: number
    for number, names in enumerate(
        (
            "one ein einen eine einem un une uno una um en een jeden",
            "two zwei deux dos dois två twee due to dwa",
            "three drei trois tres três tre drie trzy",
            "four vier quatre cuatro quatro fyra quattro fire cztery",
            "five fünf cinq cinco fem vijf cinque pięć",
        ),
        1,
    )
    for word in names.split()
}
_NUMBER = rf"(?P<n>[1-5](?:\.5)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNTIL = rf"(?P<until> ?(?:-|to|or|bis|à|ou|o|/) ?(?:[1-5]|{'|'.join(_NUMBERS)}))?\+?"
_DAY = r"(?:full |whole |ganze |volle )?(?:days?|tage?n?|jours?|días?|dias?|dagar|dagen|dage|giorni|dni|x)"
_WEEKLY = r"(?: ?(?:a|per|each|every|/|pro|die|in der|par|a la|por|na|i|alla|in|de la|ogni) ?(?:the )?(?:week|wk|woche|semaine|semana|veckan|vecka|week|settimana|uge|uke|tydzień|tygodniu))"
_OFFICE = (
    r"(?:(?:in|at|from|to|into|im|am|en|au|à|dans|på|op|w|no|na|nos?|do)[ -](?:the |our |your |its |a |an |dem |unserem |la |le |nos |nuestra |o |ons )?(?:(?!\w*home)[\w.-]+ ){0,3}?)?"
    r"(?:office|offices|büro|bureau|bureaux|oficina|kontoret|kontor|kantoor|ufficio|escritório|hq|headquarters|studio|biurze|kontoret)"
    r"|on-? ?site|onsite|in[- ]person|in[- ]office|vor ort|in präsenz|präsenz|sur site|(?:en )?présentiel|presencial(?:es)?|på plats|op locatie|in presenza|in sede"
)
_OFFICE_DAYS = (
    re.compile(rf"(?<![\w.]){_NUMBER}{_UNTIL}[ -]?{_DAY}{_WEEKLY}?,? ?(?:are |is |spent |working |work |must be |required |minimum |mandatory |collaborat\w+ )*(?:{_OFFICE})(?!\w){_WEEKLY}?"),
    re.compile(
        rf"(?<!\w)(?<!home )(?:{_OFFICE})(?: presence| attendance| work| days?| anchor days| role| position| job)?(?: is| required| requirement| for| of| policy)*[ :(,-]*(?:at least |a minimum of |minimum |min\.? |about |approximately |mindestens |au moins |al menos |minst |ca\.? )?"
        rf"{_NUMBER}{_UNTIL}[ -]?{_DAY}{_WEEKLY}"
    ),
)  # fmt: skip
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?s?"
_NAMED_DAYS = re.compile(
    rf"(?<!\w)(?P<days>{_WEEKDAY}(?:(?:,? ?(?:and|&|/|,) ?| - ){_WEEKDAY})+)(?: are| as)? (?:in[- ](?:the )?office|on-? ?site|onsite|office days)"
    rf"|(?:in[- ](?:the )?office|on-? ?site)(?: on| every| each|:)? \(?(?P<later>{_WEEKDAY}(?:,? ?(?:and|&|/|,) ?{_WEEKDAY})+)"
)
_HOME = r"(?:from home|at home|remote\w*|wfh|working from home|home ?-?office|homeoffice|télétravail|en télétravail|teletrabajo|desde casa|distans|hemifrån|thuis|vanuit huis|da casa|da remoto|em casa|de casa|mobil\w*)"
_AWAY_DAYS = re.compile(
    rf"(?<![\w.]){_NUMBER}{_UNTIL}[ -]?(?:(?:of|out of|von|sur|de|av|van) (?:the )?(?:5|five|fünf|cinq|cinco|fem|vijf) {_DAY}(?: \w+){{0,2}}? {_HOME}"
    rf"|{_DAY}{_WEEKLY}(?: of| working| worked| from| en| de| im| på| in)* {_HOME}|{_DAY}(?: of| from| de| en| im| på| working| worked)* {_HOME}{_WEEKLY})"
)
_AT_MOST = re.compile(r"(?:up to|bis zu|jusqu'à|hasta|max\w*\.?|maximal|upp till|tot|fino a|até|at most|or) $")
_WORKING_DAYS = Decimal(5)
_OTHER_PERIOD = re.compile(r"(?:[^.;\n]{0,12})(?:month|quarter|year|monat|quartal|mois|mes\b|månad|maand|mese|fortnight)")


def find_office_days(text: str) -> Found[Decimal] | None:
    """Days a week in the office, where one number of days stands; of a range or "up to", none.

    "Two days a week from home" are three days of five in the office.
    """
    folded = fold(text)
    for pattern in _OFFICE_DAYS:
        for match in pattern.finditer(folded):
            if not _is_other_period(folded, match) and not match["until"] and not _is_at_most(folded, match):
                return Found(_to_days(match["n"]), Span(*match.span()))
    if named := _NAMED_DAYS.search(folded):
        days = len(set(re.findall(r"(?:mon|tue|wed|thu|fri)", named["days"] or named["later"])))
        return Found(Decimal(days), Span(*named.span()))
    for away in _AWAY_DAYS.finditer(folded):
        if not away["until"] and not _is_at_most(folded, away):
            return Found(_WORKING_DAYS - _to_days(away["n"]), Span(*away.span()))
    return None


def _is_at_most(folded: str, match: re.Match[str]) -> bool:
    return bool(_AT_MOST.search(folded, max(0, match.start() - 20), match.start()))


def _is_other_period(folded: str, match: re.Match[str]) -> bool:
    return bool(_OTHER_PERIOD.match(folded, match.end()) or _OTHER_PERIOD.search(match[0]))


def _to_days(word: str) -> Decimal:
    return Decimal(_NUMBERS.get(word, word))


# --- where applicants must be ---------------------------------------------------------------------

_RESIDE = r"(?:reside|residing|live|living|be located|located|be based|based|be resident|resident|be physically (?:located|present)|be domiciled|domiciled|work(?:ing)?)(?: and work\w*| or work\w*)?(?: remotely)?(?: full[- ]time)?"
_APPLICANTS = r"(?:candidates?|applicants?|applications?|people|residents?|individuals?|talent|those|employees|engineers|developers|professionals|freelancers|contractors|citizens?)"
_CUES = re.compile(
    r"(?<!\w)(?:"
    + "|".join((
    rf"(?:must|need to|have to|should|required to)(?: currently| also| already)? {_RESIDE} (?:with)?in (?:one of )?",
    rf"(?:only|currently|are|is|exclusively|we|can|able to)?(?: only| currently)* ?(?:accept|accepting|consider|considering|hire|hiring|open to|open for|available to|available for|limited to|restricted to|welcome|reserved for|seeking) (?:only )?(?:remote )?{_APPLICANTS}(?: only| who (?:are|live|reside))?(?: currently)?(?: {_RESIDE})? (?:(?:with)?in|from|of|across) ",
    r"(?:only|currently|can only|able to) (?:hire|hiring|employ|recruit|accept)(?:ing)?(?: only)? (?:remotely )?(?:with)?in ",
    rf"{_APPLICANTS} (?:must|should|need to|have to)(?: be| currently)* {_RESIDE} (?:with)?in ",
    rf"{_APPLICANTS} {_RESIDE} (?:with)?in (?=[\w .,']{{2,40}} only)",
    r"(?:fully |100 ?% )?remote(?:ly)?(?: role| position| job| work| opportunity)?,? ?(?:from )?(?:anywhere )?(?:with)?in ", r"work(?:ing)? (?:remotely )?from anywhere (?:with)?in ", r"remote \(", r"remote (?:-|,|:) ?", r"anywhere (?:with)?in ",
    r"(?:wohnhaft|wohnsitz|ansässig) in (?:der )?", r"(?:résider|résidant|domicilié|habiter) (?:en|au|aux) ", r"(?:residir|residas?|residencia|residentes?|vivir|vivas) en ", r"(?:residir|residente|residência|residentes|morar) (?:no|na|em) ", r"(?:residenza|residente|residenti) in ",
    r"\bresidents? (?:in|of) ", r"open to:? ", r"bosatt(?:a)? i ", r"woonachtig in ", r"citizenship (?:of|in) ", r"citizens? of ",
    )) + ")"
)  # fmt: skip
_ONLY = re.compile(
    r"(?<![\w-])(?P<name>(?-i:[A-Z])[\w.]*(?:[ -](?-i:[A-Z])[\w.]*){0,3})(?:[ -]based)?[ -]?(?:(?:applicants?|candidates?|residents?|citizens?|nationals|applications) only|only(?= *(?:[)\n.;,]|$))|residents only)", re.I
)
_CITIZENS = re.compile(r"(?<!\w)(?P<name>u\.s\.|us|united states|uk|british|canadian|australian|indian|german|eu|american) citizen(?:s|ship)?(?: or [\w ]{2,30}?)? (?:only|required|is required|are eligible)|must (?:be|have) (?:a |an )?(?P<name2>u\.s\.|us|united states|uk|british|canadian|australian|american) (?:citizen|national|person)")
_DEMONYMS = {"american": "US", "british": "GB", "canadian": "CA", "australian": "AU", "indian": "IN", "german": "DE", "singaporeans": "SG", "singaporean": "SG", "ethiopian": "ET", "u.s.": "US", "us": "US", "uk": "GB"}
_NEXT_COUNTRY = re.compile(r"\s*(?:,|/|;|&|\bor\b|\band\b|\boder\b|\bund\b|\bou\b|\bet\b|\bo\b|\by\b|\beller\b|\bof\b)+\s*(?:the\s+)?")
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
    for start, end in lines(text):
        if end - start <= _LOCATION_LINE_LENGTH and "#" not in text[start:end] and re.search(r"remote|anywhere|work from home", text[start:end], re.I):
            for country in remote_countries(text[start:end]):
                yield Found(country.value, Span(start + country.span.start, start + country.span.end))


_LOCATION_LINE_LENGTH = 100  # code points


def _cued_countries(text: str, folded: str) -> Iterator[Found[str]]:
    for cue in _CUES.finditer(folded):
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
    for end in reversed(ends):
        name = text[at:end].rstrip(".'-") if not re.search(r"\.[A-Z]\.$", text[at:end]) else text[at:end]
        name = re.sub(r"-?[Bb]ased$", "", name)
        code = country_code(name) if name[:1].isupper() else None
        if code:
            return Found(code, Span(at, at + len(name)))
    return None


def _only_countries(text: str, folded: str) -> Iterator[Found[str]]:
    for match in _ONLY.finditer(text):
        name = match["name"].removesuffix("-based").removesuffix(" based")
        code = country_code(name) or _DEMONYMS.get(name.lower())
        if code:
            yield Found(code, Span(match.start(), match.end()))
    for match in _CITIZENS.finditer(folded):
        name = match["name"] or match["name2"]
        code = _DEMONYMS.get(name) or country_code(name.title())
        if code:
            yield Found(code, Span(match.start(), match.end()))
