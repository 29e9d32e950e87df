"""How many days a week in the office."""

from __future__ import annotations

import re
from decimal import Decimal

from extractor.fields.wording import fold
from extractor.patterns import Pattern
from extractor.records import Found, Span

_NUMBERS = {
    word: number
    for number, names in enumerate(
        (
            "once einmal one ein einen eine einem un une uno una um en een jeden",
            "twice zweimal two zwei deux dos dois två twee due to dwa",
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
_DAY = (
    r"(?:full |whole |ganze |volle )?(?:days?|times|veces|vezes|mal|fois|gånger|keer|volte|tage?n?|jours?|"
    r"días?|dias?|dagar|dagen|dage|giorni|dni|x)"
)
_WEEKLY = (
    r"(?: ?(?:a|per|each|every|/|pro|die|in der|par|a la|por|na|i|alla|in|de la|ogni) ?(?:the )?(?:week|wk|"
    r"woche|semaine|semana|veckan|vecka|week|settimana|uge|uke|tydzień|tygodniu))"
)
_OFFICE = (
    r"(?:(?:in|at|from|to|into|im|am|en|au|à|dans|på|op|w|no|na|nos?|do)[ -](?:the |our |your |its |a |an |"
    r"dem |unserem |la |le |nos |nuestra |o |ons )?(?:(?!\w*home)[\w.-]+ ){0,3}?)?"
    r"(?:office|offices|büro|bureau|bureaux|oficina|kontoret|kontor|kantoor|ufficio|escritório|hq|"
    r"headquarters|studio|biurze|kontoret)"
    r"|on-? ?site|onsite|in[- ]person|in[- ]office|vor ort|in präsenz|präsenz|sur site|(?:en )?présentiel|"
    r"presencial(?:es)?|på plats|op locatie|in presenza|in sede"
)
OFFICE_DAYS = (
    Pattern(rf"(?<![\w.]){_NUMBER}{_UNTIL}[ -]?{_DAY}{_WEEKLY}?,? ?(?:are |is |spent |working |work |"
    rf"must be |required |minimum |mandatory |collaborat\w+ )*(?:{_OFFICE})(?!\w){_WEEKLY}?"),
    Pattern(
        rf"(?<!\w)(?<!home )(?:{_OFFICE})(?: presence| attendance| work| days?| anchor days| role| position|"
        rf" job)?(?: is| required| requirement| for| of| policy)*[ :(,-]*(?:at least |a minimum of |"
        rf"minimum |min\.? |about |approximately |mindestens |au moins |al menos |minst |ca\.? )?"
        rf"{_NUMBER}{_UNTIL}[ -]?{_DAY}{_WEEKLY}"
    ),
    Pattern(rf"(?<!\w)work\w* (?:from|in|at) (?:the|our) office {_NUMBER}{_UNTIL} {_DAY}"),
    Pattern(rf"(?<!\w)(?P<n>once|twice|einmal|zweimal)(?P<until>){_WEEKLY},? (?:{_OFFICE})(?!\w)"),
)  # fmt: skip
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?s?"
_WEEKDAYS = rf"{_WEEKDAY}(?:(?:,? ?(?:and|&|/|,) ?| ?(?:-|to|through|until) ?){_WEEKDAY})+"
NAMED_DAYS = Pattern(
    rf"(?<!\w)(?P<days>{_WEEKDAYS})(?: are| as)? (?:in[- ](?:the )?office|on-? ?site|onsite|office days)"
    rf"|(?:in[- ](?:the )?office|on-? ?site)(?: on| every| each|:)? \(?(?P<later>{_WEEKDAYS})"
)
_HOME = (
    r"(?:from home|at home|remote\w*|wfh|working from home|home ?-?office|homeoffice|télétravail|"
    r"en télétravail|teletrabajo|desde casa|distans|hemifrån|thuis|vanuit huis|da casa|da remoto|em casa|"
    r"de casa|mobil\w*|(?:in )?smart working|distansarbete)"
)
AWAY_DAYS = Pattern(
    rf"(?<![\w.]){_NUMBER}{_UNTIL}[ -]?(?:(?:of|out of|von|sur|de|av|van) (?:the )?(?:5|five|fünf|cinq|"
    rf"cinco|fem|vijf) {_DAY}(?: \w+){{0,2}}? {_HOME}"
    rf"|{_DAY}{_WEEKLY}(?: of| working| worked| from| en| de| im| på| in)* {_HOME}|{_DAY}(?: of| from| de|"
    rf" en| im| på| working| worked)* {_HOME}{_WEEKLY})"
    rf"|(?<!\w){_HOME}(?: are| is| for)?[ :(,-]*(?P<m>[1-4]|{'|'.join(_NUMBERS)})(?! ?(?:-|to|or|bis|"
    rf"à) ?\d)[ -]?{_DAY}{_WEEKLY}"
)
_AT_MOST = re.compile(
    r"(?:up to|bis zu|jusqu'à|hasta|max\w*\.?|maximal|upp till|tot|fino a|até|at most|"
    r"or) $"
)
WORKING_DAYS = Decimal(5)
_OTHER_PERIOD = re.compile(
    r"(?:[^.;\n]{0,12})(?:month|quarter|year|monat|quartal|mois|mes\b|månad|maand|"
    r"mese|fortnight)"
)


def find_office_days(text: str) -> Found[Decimal] | None:
    """Days a week in the office, where one number of days stands; of a range or "up to", none.

    "Two days a week from home" are three days of five in the office.
    """
    folded = fold(text)
    for pattern in OFFICE_DAYS:
        for match in pattern.finditer(folded):
            if not is_other_period(folded, match) and not match["until"] and not _is_at_most(folded, match):
                return Found(to_days(match["n"]), Span(*match.span()))
    if named := NAMED_DAYS.search(folded):
        return Found(count_named(named), Span(*named.span()))
    for away in AWAY_DAYS.finditer(folded):
        if not away["until"] and not _is_at_most(folded, away):
            return Found(WORKING_DAYS - to_days(away["n"] or away["m"]), Span(*away.span()))
    return None


def count_named(match: re.Match[str]) -> Decimal:
    """How many days of the week are named, a range's inner days counted."""
    named = match["days"] or match["later"]
    days = [_WEEK.index(day) for day in re.findall("|".join(_WEEK), named)]
    if re.search(r"-|\bto\b|through|until", named) and len(days) == 2:
        return Decimal(days[1] - days[0] + 1)
    return Decimal(len(set(days)))


_WEEK = ("mon", "tue", "wed", "thu", "fri")


def _is_at_most(folded: str, match: re.Match[str]) -> bool:
    return bool(_AT_MOST.search(folded, max(0, match.start() - 20), match.start()))


def is_other_period(folded: str, match: re.Match[str]) -> bool:
    return bool(_OTHER_PERIOD.match(folded, match.end()) or _OTHER_PERIOD.search(match[0]))


def to_days(word: str) -> Decimal:
    return Decimal(_NUMBERS.get(word, word))
