"""Remote, hybrid or on site.

What a header says ("Remote", "Location type: Hybrid") counts; so do sentences that say it of the
job. Partial remote work ("two days from home", "télétravail partiel") is hybrid. Words of the same
sound are kept out: remote sensing, hybrid cars, an on-site gym.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor.fields.location_line import POSTED_TAIL, is_place_line
from extractor.fields.office_days import (
    AWAY_DAYS,
    NAMED_DAYS,
    OFFICE_DAYS,
    WORKING_DAYS,
    count_named,
    is_other_period,
    to_days,
)
from extractor.fields.wording import (
    column_around,
    end_of_header,
    fold,
    line_around,
    sentence_around,
    setting_of,
    words,
)
from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import WorkArrangement

# One word that is an arrangement in a header, a label's value or the title.
_BARE: dict[WorkArrangement, str] = {
    "remote": r"remote(?:ly)?|remoto|remota|distans|distance|télétravail|teletrabajo|teletrabalho|"
    r"home ?-?office|work(?:ing)? from home|wfh|anywhere|zdaln\w+|på avstand|op afstand|da remoto"
    r"|etätyö|удаленн\w+|удалённ\w+|リモート|在宅勤務|远程|재택근무|hjemmekontor|thuiswerk\w*|work at home|ortsunabhängig",
    "hybrid": r"telework(?: eligible)?|smart working|h[yíi]brid(?:e|o|a|es|er|t|arbeit|arbete)?|ibrid[oa]|"
    r"hybrydow\w+|ハイブリッド|гибрид\w*",
    "onsite": r"on-? ?site|onsite|wfo|work(?:ing)? from (?:the )?office|on campus|in[- ]office|in[- ]person|"
    r"office[- ]based|vor ort|präsenz|presencial|(?:en )?présentiel|på plats|på kontoret|op locatie|"
    r"op kantoor|in presenza|in sede|stacjonarn\w+|paikan päällä|fremmøde|出社",
}
_BARE_ANY = words(*_BARE.values())
_BARE_OF = {kind: re.compile(pattern) for kind, pattern in _BARE.items()}

_LABELS = re.compile(
    r"[^\w\n]{0,6}(?:(?:work|job|office|employment)?[ -]?(?:place|location|site|setting|model|mode|"
    r"arrangement|style|environment)s?(?: (?:type|model|policy|option))?|workplace(?: type)?|location type|"
    r"remote(?: work| working| status| option| policy)?"
    r"|work(?:ing)? remotely|type|job type|telework(?: eligible)?|arbeitsmodell|arbeitsort|arbeitsweise|"
    r"home-?office|mode de travail|télétravail|modalidad(?: de trabajo)?|modelo de trabajo|"
    r"modelo de trabalho|formato de trabalho|modalità(?: di lavoro)?"
    r"|distansarbete|arbetsplats|werkvorm|tryb pracy|работа)\s*[:>]?\s"
)
_YES = re.compile(r"\s*[:?]?\s*\**\s*(?:yes|ja|oui|s[íi]|sim|true|possible|möglich|available)\b")
_NO = re.compile(
    r"\s*[:?]?\s*\**\s*(?:no|nein|non|nej|nei|nee|nie|ei|não|false|not (?:available|possible|eligible))\b"
)
_COMPANY = re.compile(
    _BARE_ANY.pattern
    + r"|\b(?:full[- ]?time|part[- ]?time|permanent|contract|freelance|temporary|internship|vollzeit|"
    r"teilzeit|cdi|cdd|heltid|deltid|entry|junior|senior|mid|associate|level|an hour|a year|hours?|days?|uk|"
    r"usa?|eu|europe|worldwide|flexible)\b|[$€£]"
)

# Sentences that say it of the job. Those of `_TOTAL` leave no room for another arrangement.
_TOTAL: tuple[tuple[WorkArrangement, Pattern], ...] = (
    ("remote", words(
        r"(?:fully|completely|entirely|permanently|100 ?%|all|full|totally)[ -](?:remote|work from home|wfh|"
        r"home-?office|home office|télétravail|remoto|distans)(?:ly)?", r"remote[- ]first", r"remote[- ]only",
        r"work from anywhere",
        r"(?:roles?|positions?|jobs?|opportunity|internship|team|company) (?:[\w']+ ){0,3}?(?:is|are|"
        r"will be|can be)(?: a| an| currently| either)? (?:fully |100 ?% |primarily |completely )?(?:remote|"
        r"work from home|home[- ]based)(?! (?:or|and) )",
        r"remote (?:position|role|job|opportunity|internship|vacancy|company|employee|contractor)s?",
        r"home[- ]based (?:role|position|job|contract|opportunity)", r"virtual (?:position|role|job)",
        r"remote(?:-| )(?:job|stelle|tätigkeit|position)", r"(?:komplett|vollständig|rein|voll|zu 100 ?%|"
        r"gänzlich) (?:remote|im home-?office|ortsunabhängig)", r"arbeite(?:n|st)? von (?:überall|wo (?:du|"
        r"aus du|sie))", r"100 ?% remote\w*",
        r"télétravail (?:complet|total|intégral|à 100 ?%|à temps plein)",
        r"poste en (?:full remote|100 ?% télétravail)", r"(?:100 ?%|totalmente|completamente) (?:remot[oa]|"
        r"teletrabajo|en remoto|a distancia|online)", r"(?:modalidad|trabajo|posición|puesto|vacante|vaga|"
        r"trabalho|posto|empleo) (?:100 ?% )?(?:remot[oa]|a distancia|desde casa)",
        r"(?:helt|100 ?%) (?:på )?distans", r"volledig (?:remote|op afstand|vanuit huis)",
        r"(?:completamente|totalmente|100 ?%) (?:da|in) remoto", r"(?:w pełni|100 ?%) zdaln\w+",
        r"prac[aęy] (?:w pełni )?zdaln\w+(?! \d| -)", r"remote,? within", r"フルリモート",
    )),
    ("hybrid", words(
        r"hybrid[- ](?:work\w*|model|role|position|job|schedule|arrangement|set-?up|policy|environment|"
        r"basis|setting|approach|team|opportunity|remote|pattern|office|mode|contract|flexib\w*|first|"
        r"workplace|format)", r"location-based hybrid policy",
        r"(?:roles?|positions?|jobs?|this) (?:[\w']+ ){0,3}?(?:is|are|will be|can be)(?: a| an| currently|"
        r" offered as)? hybrid", r"(?:on|in) a hybrid", r"work(?:ing)? hybrid",
        r"hybride[snr]? (?:arbeit\w*|modell\w*|zusammenarbeit|working)", r"hybridmodell\w*",
        r"(?:mode|travail|modèle|organisation|format|rythme) hybride",
        r"(?:modalidad|modelo|trabajo|esquema|formato|regime|trabalho|sistema) híbrid[oa]",
        r"hybrid(?:arbete|lösning|upplägg)\w*",
        r"(?:office|büro|site|studio)s?(?:[ ,]+\w+){0,2} (?:or|and|oder|und) (?:from |at |von )?(?:home|"
        r"zuhause|zu hause|remotely)", r"(?:from |at )home (?:or|and) (?:in|from|at) (?:our|the|"
        r"one of our) (?:[\w]+ ){0,3}office", r"hybride (?:werk\w*|functie|model)",
        r"(?:modalità|lavoro|modello) ibrid[oa]", r"(?:prac[aęy]|tryb\w*|model\w*|system\w*) hybrydow\w+", r"hybride (?:werken|functie)", r"hybrid (?:arbeidsplass|arbejdsplads)", r"smart working",
    )),
    ("onsite", words(
        r"(?:fully|full[- ]time|entirely|100 ?%|strictly|completely) (?:on-? ?site|onsite|in[- ]office|"
        r"in[- ]person|in the office|office[- ]based|vor ort|presencial|présentiel)",
        r"(?:on-? ?site|onsite|in[- ]office|in[- ]person|office[- ]based) (?:role|position|job|internship|"
        r"work only|only|opportunity|contract|environment only)",
        r"(?:roles?|positions?|jobs?|this) (?:[\w']+ ){0,3}?(?:is|are|will be)(?: a| an| currently| fully|"
        r" 100 ?%)* (?:on-? ?site|onsite|in[- ]office|in[- ]person|office[- ]based)(?! (?:or|and) )",
        r"(?:5|five)(?:x| days?)?(?: a| per| each|/| / | every)? ?(?:week|wk)?,? (?:in|at|from) (?:the |"
        r"our |its )?(?:[\w-]+ )?office", r"(?:5|five) days?(?: a| per|/) ?week,? (?:in[- ]office|"
        r"on-? ?site|onsite|in person)", r"(?:in[- ]office|on-? ?site|onsite|in person|"
        r"in the office),? (?:5|five) days(?: a| per|/) ?week",
        r"not (?:an? )?remote(?: (?:role|position|job|opportunity|work))?(?: position)?",
        r"(?:is|are|be) (?:\w+ )?(?:based )?on campus", r"work (?:is|will be) (?:done|performed|"
        r"carried out) (?:fully |entirely )?(?:in person|on-?site|onsite|in the office)",
        r"no remote(?: work\w*| option\w*| candidates)?", r"remote work(?:ing)? is not\w*",
        r"not (?:eligible|available|open|suitable) (?:for|to) (?:remote|telework|telecommuting|"
        r"working from home)(?: work)?", r"(?:cannot|can not|can't) be (?:done|performed|worked|"
        r"carried out) remotely", r"no work from home",
        r"(?:ausschließlich|nur|komplett|rein|100 ?%) vor ort", r"vor-ort-(?:tätigkeit|stelle|job|einsatz)",
        r"(?:kein|keine) (?:home-?office|home office|remote\w*)(?: möglich)?",
        r"no (?:option|possibility|opportunity|provision) (?:to|of|for) (?:\w+ )?(?:remote\w*|from home)(?: work\w*)?",
        r"home-?office (?:ist )?(?:leider )?nicht(?: möglich)?", r"thuiswerk\w* (?:kan|is) (?:helaas )?niet(?: mogelijk)?",
        r"télétravail (?:n'est pas|non|impossible)", r"(?:sin|no hay) teletrabajo", r"senza smart ?working",
        r"(?:distansarbete|hemarbete) (?:är )?(?:inte|ej) möjligt",
        r"präsenz(?:tätigkeit|stelle|pflicht)", r"pas de télétravail",
        r"(?:poste|travail) (?:100 ?% )?(?:en présentiel|sur site)",
        r"(?:modalidad|trabajo|puesto|modelo|100 ?%|formato|regime|trabalho|vaga|posición) presencial",
        r"(?:arbetet|tjänsten|rollen) (?:sker|är|utförs) på plats", r"geen thuiswerk\w*",
    )),
    # With a mark before the word, and so not among those that are tried at words.
    ("remote", words(r"#li-remote")), ("hybrid", words(r"#li-hybrid")), ("onsite", words(r"#li-onsite")),
)  # fmt: skip

# Remote work spoken of in a sentence: the arrangement, unless other words make it partial.
_SPOKEN = words(
    r"work(?:ing)? remotely", r"remote(?:-| )work(?:ing)?", r"work(?:ing)? from home", r"wfh", r"remotely",
    r"remote team", r"telecommut\w+", r"remote-arbeit\w*",
    r"teletrabajo", r"teletrabalho", r"trabajar desde casa", r"lavoro da remoto", r"da remoto",
    r"distansarbete", r"(?:arbeta|jobba|arbete) (?:på distans|hemifrån)", r"work at home",
)  # fmt: skip
_SPOKEN_PARTIAL = words(
    r"home ?-?office(?:-\w+)?", r"homeoffice\w*", r"mobile[sn]? (?:arbeiten|arbeit)", r"télétravail",
    r"thuiswerk\w*", r"thuis werken", r"hjemmearbejde", r"hjemmekontor", r"etätyö\w*", r"telework\w*",
    r"remote-(?:tage|möglichkeit\w*|optionen?|anteil)",
    r"work(?:ing)?[- ]from[- ]home (?:days?|options?|flexibility|policy|opportunit\w+|possib\w+)",
    r"(?:flexible|occasional\w*|partial(?:ly)?|some|part-time) (?:remote|work(?:ing)? from home|wfh|"
    r"remote work\w*)", r"práce z domova", r"praca z domu",
)  # fmt: skip
_DAYS = (
    r"(?:\d|one|two|three|four|ein(?:en)?|zwei|drei|vier|une?|deux|trois|quatre|dos|tres|cuatro|två|tre|"
    r"twee|drie|due)"
)
_PARTIAL_DAYS = Pattern(
    rf"(?<!\w){_DAYS}(?: ?(?:-|to|or|bis|à|ou|/) ?{_DAYS})? ?(?:days?|tage?n?|jours?|días?|dias?|dagar|"
    rf"dagen|giorni|x)(?! ago)(?: remote| home| of remote| de télétravail| homeoffice| home office)?"
    r"[^.;\n·•|]{0,25}(?:from home|remote\w*|wfh|home ?-?office|homeoffice|télétravail|teletrabajo|distans|"
    r"hemifrån|thuis|desde casa|da casa|de casa)"
)
_PARTIAL_NEAR = re.compile(
    r"occasional|part of the|partial|partiel|teilweise|anteilig|tageweise|gelegentlich|zeitweise|bis zu|"
    r"up to|\bdays?\b|\btage?\b|\bjours?\b|días|dagar|dagen|hybrid|flexib|possib|möglich|option|a mix|"
    r"combin|split|after probation|nach absprache|according to|delvis|deels|split their"
)
_NOT_OF_THE_JOB = re.compile(
    r"[ -]*(?:sens(?:ing|ors?)|desktop|control\w*|support|access|monitor\w*|diagnos\w*|locations?|areas?|"
    r"sites?|communit\w+|regions?|offices?|servers?|patients?|villages?|islands?|devices?|hands|management|"
    r"deposit|session|users?|customers?|clients?|stakeholders|colleagues|talent|teams? (?:across|around|of)|"
    r"parts|meetings?|interview\w*|infrastructure|procedure|code|repositor\w+|debug\w*|assistance|"
    r"troubleshoot\w*|connect\w*|systems?|login|proctor\w*|learning|teaching|training|events?"
    r"|set-?up|equipment|stipend|allowance|budget|expens\w*|furniture|reimburs\w*|gear|policy here|"
    r"from (?:outside|abroad)|work from (?:outside|abroad)|aus dem ausland|ausstattung|pauschale|zuschuss"
    r"|(?:cloud|cars?|vehicles?|engines?|mobile app\w*|apps?|events?|electric|integration|securit|struct|"
    r"environments?|infrastructures?|search|seeds?|rice|solutions?|drive|bikes?|power|motors?|threats?|"
    r"inverter|fund)\b"
    r"|parking|gym|fitness|canteen|restaurant|subsidi\w*|cafe\w*|childcare|daycare|manager|field|crews?|"
    r"customer|visits?|observation|audit\w*|inspection\w*|meals?|lunch\w*|perks?|personal|licen[cs]\w+|"
    r"approved|sponsor\w*|requirements?|statement|expectations?|amenit\w+|snacks|culture|medical|clinic|"
    r"massage|doctor|nurse|installation|service calls?|training|maintenance|assessment|kantine|parkpl\w+|"
    r"collaboration|at our property)"
)
_NOT_OF_THE_JOB_BEFORE = re.compile(
    r"(?:\b(?:einrichtung|ausstattung|budget|equipment|set ?up|stipend|allowance|for|across|in|by phone|"
    r"with|of|electric\w*|électrique et|visit|telephone|via|cloud|managing|manage|supporting|"
    r"support) (?:deines |ihres |eines |your |a |the |and |or |und )?|and )$"
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
    signs = [
        *_header_signs(text, folded),
        *_total_signs(folded),
        *_spoken_signs(folded),
        *_office_signs(folded),
    ]
    header_end = end_of_header(folded, [sign.start for sign in signs if sign.column])
    signs = [sign for sign in signs if not sign.column or sign.start <= header_end]
    kinds = {sign.kind for sign in signs if sign.firm}
    if kinds:  # what is only spoken of adds nothing to what is said outright
        signs = [sign for sign in signs if sign.firm or (sign.kind == "hybrid" and kinds == {"onsite"})]
    found: dict[WorkArrangement, Found[WorkArrangement]] = {}
    for sign in sorted(_not_denied(signs), key=lambda sign: sign.start):
        found.setdefault(sign.kind, Found(sign.kind, Span(sign.start, sign.end)))
    return list(found.values())


def _not_denied(signs: Iterable[_Sign]) -> Iterator[_Sign]:
    """Without the words for remote work within words that deny it ("no work from home")."""
    signs = list(signs)
    onsite = [sign for sign in signs if sign.kind == "onsite"]
    for sign in signs:
        denied = any(other.start <= sign.start and sign.end <= other.end for other in onsite)
        if sign.kind == "onsite" or not denied:
            yield sign


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
        if kind != "hybrid" and _counts_days(folded, start, end):
            continue  # "Hybrid (2 days in office)"
        if kind == "remote" and _PARTIAL_AFTER.match(after):
            kind = "hybrid"
        if label := _IS_LABEL.match(after):  # "Work remotely: no"
            if not _YES.match(folded[end + len(label[0]) :][:12]):
                continue
        elif _NO.match(after):
            continue
        yield _Sign(kind, start, end, True, setting == "column")


def _counts_days(folded: str, start: int, end: int) -> bool:
    """Whether the word belongs to a number of days or to named ones."""
    first, last = line_around(folded, start)
    counted = (
        m for pattern in (*OFFICE_DAYS, AWAY_DAYS, NAMED_DAYS) for m in pattern.finditer(folded, first, last)
    )
    return any(m.start() < end and start < m.end() for m in counted)


_PARTIAL_AFTER = re.compile(
    r"\s*(?:möglich |possible )?\(?(?:teilweise|anteilig|partial\w*|partiel\w*|"
    r"bis zu|up to|jusqu'à|hasta|max\.?|[1-4] ?(?:days?|tage|jours|días))\b"
)


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
    return _is_location(text[slice(*line_around(text, position))])


@functools.lru_cache(maxsize=16)  # for every word of a line that speaks of arrangements
def _is_location(line: str) -> bool:
    return is_place_line(POSTED_TAIL.sub("", line.strip()))


def _is_spoken_of(setting: str, folded: str, start: int) -> bool:
    """A label's value that goes on as a sentence is no header."""
    line_start, line_end = line_around(folded, start)
    return (
        setting == "label" and start - line_start > _VALUE_REACH and line_end - line_start > 2 * _VALUE_REACH
    )


_VALUE_REACH = 60  # code points from a line's start to the word that is its label's value


def _total_signs(folded: str) -> Iterator[_Sign]:
    for kind, pattern in _TOTAL:
        for match in pattern.finditer(folded):
            before, after = (
                folded[max(0, match.start() - 30) : match.start()],
                folded[match.end() : match.end() + 40],
            )
            if (
                _NOT_THE_WORK.match(after)
                or (_IS_LABEL.match(after) and match[0] in ("remote job", "remote position", "remote role"))
                or (kind != "onsite" and _NEGATED.search(before))
            ):
                continue
            yield _Sign(kind, match.start(), match.end(), True)


_NOT_THE_WORK = re.compile(
    r" (?:interview|onboarding|hiring|training|learning|event|meeting|support|"
    r"sensing|desktop|access|monitoring|environments?\b(?= \())"
)
_NEGATED = re.compile(
    r"(?:\bnot?(?: an?)?|\bno|\bkein\w*|\bpas (?:de|en)|\bsin|\bwithout|"
    r"\bisn't(?: an?)?) $"
)


_EITHER = Pattern(
    r"(?<!\w)(?P<one>remote|hybrid|on-?site|onsite)(?: work)?(?:,? (?:or|and)|/|"
    r",) (?P<other>remote|hybrid|on-?site|onsite)(?!\w)(?! (?:team|locations|sites|workers|employees))"
)


def _office_signs(folded: str) -> Iterator[_Sign]:
    """Fewer than five days a week in the office are hybrid; 'remote or hybrid' is both."""
    for pattern in OFFICE_DAYS:
        for match in pattern.finditer(folded):
            if not is_other_period(folded, match) and to_days(match["n"]) < WORKING_DAYS:
                yield _Sign("hybrid", match.start(), match.end(), True)
    for match in NAMED_DAYS.finditer(folded):
        if count_named(match) < WORKING_DAYS:
            yield _Sign("hybrid", *match.span(), True)
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
            if (
                _NOT_OF_THE_JOB.match(after)
                or _NOT_OF_THE_JOB_BEFORE.search(before)
                or _NEGATED.search(before)
            ):
                continue
            label = _IS_LABEL.match(after)
            if label and (pattern is _SPOKEN or _NO.match(after, label.end())):
                continue
            first, last = sentence_around(folded, start, end)
            partial = pattern is _SPOKEN_PARTIAL or bool(_PARTIAL_NEAR.search(folded, first, last))
            yield _Sign("hybrid" if partial else "remote", start, end, False)
