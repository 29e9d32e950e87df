"""Finds how many years of experience a job asks for, and which of several figures is its headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extractor.fields.numerals import Count, find_counts
from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import Experience

_MOST_YEARS = 40
_BULLETS = " \t-–*>~+"  # a number right behind them starts its item
_MOST_UNASKED = 15  # more years than this are a company's history unless the words ask for them
_BEFORE_REACH = 130

_YEARS = re.compile(
    r"\s*\+?[\s-]*(?:full\s+|volle[ns]?\s+)?(?:(?P<year>years?(?:\(s\))?|yrs?\.?|jahre?n?|jährige\w*|ann?s?\(s\)|ans?"
    r"|années?|años?|anos?|anni|anno|ani|jaar|jarige|års?|årig|lata?"
    r"|roku|roky|let|letá|év|éves|yıl(?:lık)?|vuotta|vuoden|года?|лет)|(?P<month>months?(?:\(s\))?|mths?|mois|monate?n?|meses|mesi|maanden"
    r"|månaders?|måneders?|miesiąc[ea]?|miesięc[yz]\w*|měsíců|hónap|luni|ay))(?:['’]s?)?(?-i:(?![^\W\d_A-Z]))"
    r"(?P<open>\s+(?:or (?:more|above|longer)|and (?:above|more)|oder mehr|und mehr|ou plus|et plus|o más"
    r"|ou mais|o più|of meer|eller mere?|lub więcej|i więcej)\b)?",
    re.IGNORECASE,
)
_JAPANESE_YEARS = re.compile(r"\s*年")
_EXPERIENCE = (
    r"(?:experiences?|experienced|exp\b\.?|PQE\b|[\w-]*erfahrung(?:en)?|[\w-]*praxis|expériences?|experiencia"
    r"|experiência|esperienza|\w*ervaring|\w*erfarenhet(?:er)?"
    r"|\w*erfaring|doświadczeni\w*|stażu|praxe|zkušenost\w*|tapasztalat\w*|gyakorlat\w*|experienț\w+|experienţ\w+|vechime"
    r"|deneyim\w*|tecrübe\w*|\w*kokemu\w*|vivência|опыт\w*|经验|経験|경력)"
)
_NOT_SCHOOL = r"(?!(?:university|college|school|uddannelse|utdanning|utbildning|opleiding|studium|laurea|study|studies|education|post-secondary|degree|warranty|old)\b)"
_WORDS = rf"(?:{_NOT_SCHOOL}[^\W\d_][\w'’/&.-]*+[\s,()/-]++)"
_EXPERIENCE_BEHIND = re.compile(
    rf"['’\s,)(-]*(?:of\s+|d['’]\s?|de\s+|av\s+|an\s+"
    rf"|di\s+)?{_WORDS}{{0,9}}?(?:d['’]\s?)?{_EXPERIENCE}(?-i:(?![^\W\d_A-Z]))",
    re.IGNORECASE,
)
_EXPERIENCE_BEFORE = re.compile(rf"(?<![^\W\d_]){_EXPERIENCE}(?![^\W\d_])[^.!?\n\d•]{{0,45}}$", re.IGNORECASE)
_IN_A_ROLE = re.compile(
    r"\s+(?:of\s+[^\W\d_]+ing\b|as\b|in\b|working\b|with(?:in)?\b|selling\b|using\b|managing\b|leading\b"
    r"|als\b|im\b|en\b|como\b|comme\b|dans\b|som\b|inom\b|come\b|nel(?:la)?\b|bij\b|com\b|na\b|no\b|jako\b|w\b)"
    r"(?!\s+(?:business|a row|length|advance|duration|total|the company|us\b|our\b|operation|existence|school"
    r"|college|university|education|geschäft))",
    re.IGNORECASE,
)
_LABEL_WITHOUT_UNIT = re.compile(
    r"(?:years of experience|experience \(?(?:in )?years\)?|exp(?:erience)?\.? years|years experience"
    r"|minimum experience|required experience|experience required|jaren (?:werk)?ervaring|anos de experiência|anni di esperienza"
    r"|lata doświadczenia)"
    r"\s*[:=|–-]?\s*$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:mini\w{1,4}(?: of| de| von)?|min\.?|at least|no less than|not less than|mindestens|mind\.|wenigstens"
    r"|minst|mindst|au moins|al menos"
    r"|mínim[oa](?: de)?|pelo menos|no mínimo|almeno|minimaal|ten minste|tenminste|minstens|co najmniej|minimalnie|przynajmniej"
    r"|vähintään|alespoň|minimálně|legalább|cel puțin|en az"
    r"|atleast|over|more than|mehr als|über|plus de"
    r"|más de|mais de|più di|oltre|meer dan|ruim|ponad|powyżej|mere end|mer enn|mer än|\+)\s*(?:of\s+|de\s+)?$",
    re.IGNORECASE,
)
_YOU_HAVE_FOR = re.compile(r"\byou\b[^.]*\bfor\s+$", re.IGNORECASE)
_NEEDED = re.compile(
    r"\s+(?:required|needed|preferred|erforderlich|requis|krävs|vereist|gewenst|richiest[oai]|exigidos?|wymagane|kreves)\b",
    re.IGNORECASE,
)
_MASKED = re.compile(r"\*+\s*(?:to|-|–)\s*$")
_PAID = re.compile(r"[\d$€£]\s*(?:[^\W\d_]+\s+){0,2}$")  # "1,900 a month depending on experience"
_AT_MOST = re.compile(
    r"(?:up to|less than|under|maximum(?: of)?|max\.?|bis zu|höchstens|jusqu['’]à|hasta|até|fino a|upp till"
    r"|högst|maximaal|tot|massimo|no máximo|maksymalnie|max\.?|do)\s*$",
    re.IGNORECASE,
)
_OTHER_SPAN = re.compile(
    r"(?:last|past|next|within(?: the)?|every|in the|first|over the|these|letzten|nächsten|dernières|últimos"
    r"|senaste|siste|seneste|afgelopen|laatste|ultimi|ostatnich|últimos|\bage[sd]?(?: of)?|after|founded|since)\s*$",
    re.IGNORECASE,
)
_OTHER_BEHIND = re.compile(
    r"[\s-]*(?:old\b|of age|or older|and older|ago\b|(?:of\s+)?(?:university|college|school|study|studies"
    r"|education|post-secondary)\b|degree|contract|fixed"
    r"|warranty|in business|program|course|studium|history|tradition|later\b|plan\b|jahre alt|alt\b"
    r"|behind us)"
    r"|.{0,50}\b(?:behind us|in business|under our belt)",
    re.IGNORECASE,
)
_THE_COMPANY = re.compile(
    r"\b(?:we|we['’]ve|our|us|company|firm|group|agency|organi[sz]ation|team|partners?|history|heritage"
    r"|tradition|established|founded|leader|leading"
    r"|serv(?:ing|ed)|trading|operating|specializ\w+|specialis\w+|wir|unsere?\w*|unternehmen|firma|nous|notre"
    r"|société|entreprise|vårt?|bolaget"
    r"|företaget|nuestr[ao]|empresa|somos|azienda|bedrijf|wij|onze|siamo|virksomhed\w*|selskap\w*|firmy|jesteśmy)\b",
    re.IGNORECASE,
)
_THE_APPLICANT = re.compile(
    r"\b(?:you|you['’]\w+|your|candidates?|applicants?|must|requir\w*|needs?|ideal\w*|prefer\w*|proven|should"
    r"|minimum|at least|looking for|seek\w*|someone"
    r"|who has|du|dich|sie|vous|votre|tú|usted|kandidat\w*|bewerber\w*|sökande|suchen|söker|cherchons"
    r"|recherchons|buscamos|procuramos|cerchiamo"
    r"|zoeken|mindestens|minst|au moins|al menos|je|jij|jouw|candidat\w+|kandydat\w*|ansøger\w*|søker|richied\w+|requer\w*)\b",
    re.IGNORECASE,
)
_NONE_NEEDED = re.compile(
    r"(?<![^\W\d_])(?:no (?:prior |previous |professional |work |relevant |specific "
    r"|sales )*experience(?: is)? (?:needed|necessary|required|at all)"
    r"|(?:prior |previous |work )?experience (?:is )?not (?:required|necessary|needed|essential)"
    r"|no experience(?=\s*(?:[.!?,;)\n]|$))|(?:complete |absolute )?(?:beginners|first[- ]timers) (?:are )?(?:very |most )?welcome"
    r"|experience (?:isn['’]t|is never|not) (?:needed|necessary|required|essential)|keine vorkenntnisse"
    r"|vorkenntnisse (?:braucht es|brauchst du|brauchen sie|sind|werden) (?:keine|nicht)|débutante?s? bienvenue?s?"
    r"|experiencia (?:previa )?no (?:hace falta|es necesaria|se requiere|necesaria|requerida)|esperienza non (?:serve|necessaria)"
    r"|non serve (?:alcuna )?esperienza|ervaring (?:is )?niet (?:nodig|vereist)|doświadczenie (?:niepotrzebne|niewymagane|nie jest potrzebne)"
    r"|erfarenhet (?:behövs|krävs) (?:inte|ej)|erfaring (?:er )?(?:ikke nødvendig|unødvendig|trengs ikke)"
    r"|keine (?:\w+ )?(?:berufs|vor)?erfahrung(?:en)? (?:erforderlich|notwendig|nötig|vorausgesetzt)"
    r"|auch ohne (?:\w+ )?(?:berufs|vor)?erfahrung"
    r"|débutante?s? accepté(?:e|s|es)?|débutant\(e\)s? accepté\(e\)s?|sans expérience"
    r"|aucune expérience (?:requise|nécessaire|exigée)"
    r"|(?:pas|aucune) d['’]expérience (?:requise|nécessaire|exigée)|expérience non (?:requise|exigée)"
    r"|sin experiencia|no (?:se requiere|requiere|es necesaria|hace falta) experiencia|sem (?:necessidade de )?experiência"
    r"|não (?:é necessári[oa]|exige|exigimos|requer|precisa)(?: de)?(?: ter)? experiência|experiência não (?:é )?(?:necessária|exigida)"
    r"|senza esperienza|non (?:è|e') (?:richiesta|necessaria)(?: alcuna)? esperienza|esperienza non (?:richiesta|necessaria)"
    r"|geen (?:\w+ )?ervaring (?:vereist|nodig|noodzakelijk)|(?:werk)?ervaring is (?:niet (?:nodig|vereist|noodzakelijk)|geen (?:must|vereiste))"
    r"|zonder (?:werk)?ervaring"
    r"|ingen (?:tidigare )?(?:arbetslivs)?erfarenhet (?:krävs|behövs)|(?:tidigare )?erfarenhet (?:krävs ej"
    r"|krävs inte|är inget krav)"
    r"|ingen (?:\w+ )?erfaring (?:er )?(?:kreves|nødvendig|påkrævet)|(?:tidligere )?erfaring er (?:ikke (?:nødvendig|påkrævet|et krav)|ingen krav)"
    r"|bez doświadczenia|doświadczenie nie jest (?:wymagane|konieczne)|nie wymagamy doświadczenia|bez praxe|praxe není (?:nutná|podmínkou)"
    r"|fără experiență|tapasztalat nem szükséges|aiempaa kokemusta ei (?:vaadita|tarvita)|deneyim (?:şartı )?aranmamaktadır)",
    re.IGNORECASE,
)
_ABBREVIATED = "".join(rf"(?<!\b(?i:{word}))" for word in "exp min mind max ca approx no nr env".split())
_DENIAL = re.compile(
    r"\b(?:[Nn](?:o|ot|O|OT|on|ão)|[Kk]eine|ohne|[Dd]ébutant\S*|[Ss](?:ans|in|em|enza)|[Aa]ucune|[Gg]een"
    r"|[Ii]n(?:gen|te)|ej|[Bb]ez|[Zz]onder|niet|ikke|[Nn]ie|není|[Ff]ără|nem|ei|aranmamaktadır"
    r"|welcome|bienvenue?s?|nicht|isn['’]t|never|niepotrzebne|niewymagane|unødvendig)\b"
)  # a cheap first look
_STEM = Pattern(
    r"[Ee]xperi|EXPERI|[Ee]xpéri|erfahrung|[Dd]ébutant|sperienza|rvaring|rfarenhet|rfaring|oświadcz|[Pp]raxe|apasztalat|okemusta|eneyim|eginners|irst[- ]timers|orkenntnisse"
)
_SENTENCE_START = re.compile(rf"[\n•·●▪;|]|{_ABBREVIATED}[.!?](?=\s+[A-ZÀ-Þ]|[A-ZÀ-Þ]|\s*$)")


def find_experience(text: str, *, language: str | None = None) -> list[Found[Experience]]:
    """Every number of years (or months, in twelfths) of experience asked for, in reading order.

    "5+" and "at least 5" leave the maximum open, "up to 3" the minimum; "no experience needed" is 0. Years of
    the company's own, ages, degrees and contract lengths are none. `language` is accepted for symmetry with
    the other finders; the words of all languages are looked for.
    """
    found = [
        found
        for count in _find_counts(text)
        if count.low <= _MOST_YEARS and (found := _read(text, count)) is not None
    ]
    found += [
        Found(Experience(min_years=Decimal(0), text=text[a:b]), Span(a, b)) for a, b in _none_needed(text)
    ]
    return sorted(found, key=lambda f: f.span)


_MOST_BARE = 12  # more than that is an age or a history
_NOT_OF_WORK = re.compile(
    r"valid|gültig|valable|commit|verpflicht|availab|verfügbar|stay|bleib|school|college|universit|stud[iy]|degree|ausbildung|formation|"
    r"residen|contract|vertrag|contrat|warrant|garant|\bag(?:e|ed)\b|\balt\b|\bold\b|\bâge|edad|probation|holiday|urlaub|salary|plan\b|"
    r"licen[cs]e|führerschein|permis|rijbewijs|körkort|carn[eé]t|patente|\blived?\b|wohn|older|älter",
    re.IGNORECASE,
)


def find_bare_years(text: str, requirement: Span) -> Found[Experience] | None:
    """Years within a sentence known to ask for something, whatever they were spent on: "two years minding
    small kids", "minstens 1 jaar op de vrachtwagen"."""
    for count in find_counts(text[requirement.start : requirement.end]):
        count = replace(count, start=count.start + requirement.start, end=count.end + requirement.start)
        unit = _YEARS.match(text, count.end)
        if unit is None or unit["month"] or unit[0].startswith("-") or not 0 < count.low <= _MOST_BARE:
            continue
        before = _sentence_before(text, count.start)
        behind = text[unit.end() : min(requirement.end, unit.end() + 60)]
        if (
            _OTHER_SPAN.search(before)
            or _OTHER_BEHIND.match(behind)
            or _NOT_OF_WORK.search(before[-40:] + behind)
        ):
            continue
        span = Span(_start_of(count, before, _qualifier(before)), unit.end())
        return Found(_to_experience(text, count, unit, before, span), span)
    return None


# "fünfjährige Berufspraxis", "driejarige ervaring"
_COMPOUND = Pattern(
    r"\b(?P<number>ein|zwei|drei|vier|fünf|sechs|sieben|acht|zehn|twee|drie|vijf|två|tre|to|fem)"
    r"(?=jährige|jarige|årige?\b)",
    re.IGNORECASE,
)
_COMPOUND_VALUES = {
    "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "zehn": 10,
    "twee": 2, "drie": 3, "vijf": 5, "två": 2,
    "tre": 3, "to": 2, "fem": 5,
}  # fmt: skip
_SLASH = re.compile(r"/(?P<high>\d{1,2})(?=\s?[^\W\d_])")


def _find_counts(text: str) -> Iterator[Count]:
    """Counts, also those in one word with their unit, and ranges written with a slash ("3/5 anni")."""
    for count in find_counts(text):
        slash = _SLASH.match(text, count.end) if count.high is None else None
        if slash and count.low < int(slash["high"]):
            yield replace(count, high=Decimal(slash["high"]), end=slash.end())
        else:
            yield count
    for word in _COMPOUND.finditer(text):
        yield Count(Decimal(_COMPOUND_VALUES[word["number"].lower()]), None, *word.span())


def _none_needed(text: str) -> list[tuple[int, int]]:
    """Where the words stand that no experience is needed; looked for around each word for experience."""
    spans: list[tuple[int, int]] = []
    for stem in _STEM.finditer(text):
        low, high = max(spans[-1][1] if spans else 0, stem.start() - 60), stem.end() + 50
        match = _NONE_NEEDED.search(text, low, high) if _DENIAL.search(text, low, high) else None
        if match:
            spans.append(match.span())
    return spans


def _read(text: str, count: Count) -> Found[Experience] | None:
    unit = _YEARS.match(text, count.end) or _JAPANESE_YEARS.match(text, count.end)
    if unit is None:
        return _read_labelled(text, count)
    before = _sentence_before(text, count.start)
    span = _span_of_requirement(text, count, unit, before)
    years = _years(count.low, _per_year(unit))
    if (
        span is None
        or _OTHER_SPAN.search(before)
        or _MASKED.search(before)
        or _PAID.search(before)
        or _is_companys(before, count, years)
    ):
        return None
    if _OTHER_BEHIND.match(text[unit.end() : unit.end() + 70].split("\n")[0]):
        return None
    return Found(_to_experience(text, count, unit, before, span), span)


def _read_labelled(text: str, count: Count) -> Found[Experience] | None:
    """A number without a unit behind "Years of experience:"."""
    before = text[max(0, count.start - 40) : count.start]
    label = None if count.is_doubtful else _LABEL_WITHOUT_UNIT.search(before)
    if not label:
        return None
    span = Span(count.start - len(before) + label.start(), count.end)
    return Found(
        Experience(min_years=count.low, max_years=count.high, text=text[span.start : span.end]), span
    )


def _qualifier(before: str) -> re.Match[str] | None:
    """ "At least" or "up to" right before a count."""
    return _AT_LEAST.search(before) or _AT_MOST.search(before)


def _start_of(count: Count, before: str, qualifier: re.Match[str] | None) -> int:
    """Where a count begins with what qualifies it."""
    return count.start - len(before) + qualifier.start() if qualifier else count.start


def _span_of_requirement(text: str, count: Count, unit: re.Match[str], before: str) -> Span | None:
    """From "at least" to the word for experience; None where no words make the years a requirement."""
    line = text[unit.end() : unit.end() + 110].split("\n")[0]
    least = _qualifier(before)
    start = _start_of(count, before, least)
    behind = _EXPERIENCE_BEHIND.match(line)
    if behind and not _SENTENCE_START.search(line[: behind.end()]):
        return Span(start, unit.end() + behind.end())
    label = (
        None if count.is_doubtful else _EXPERIENCE_BEFORE.search(before[: least.start()] if least else before)
    )
    if label:
        return Span(min(start, count.start - len(before) + label.start()), unit.end())
    if heading := _under_heading(text, count):
        return Span(heading, unit.end())
    asked = least is not None or _is_open(count, unit) or count.high is not None or not before.strip(_BULLETS)
    if unit.groupdict().get("month") or not (asked or _YOU_HAVE_FOR.search(before)):
        return None
    named = _IN_A_ROLE.match(line) or _NEEDED.match(line) or _YOU_HAVE_FOR.search(before)
    return Span(start, unit.end()) if named else None


_HEADING_OF_YEARS = re.compile(rf"(?:[^\W\d_]+ )?{_EXPERIENCE}(?: [^\W\d_]+){{0,3}}\W*", re.IGNORECASE)
_ITEM_OF_YEARS = re.compile(rf"(?:\W*|\W*[^\n:]{{2,60}}:\s*)(?:{_AT_LEAST.pattern})?", re.IGNORECASE)


def _under_heading(text: str, count: Count) -> int | None:
    """Where an item such as "Electrician: 5 years" starts whose line above is "Experience:"."""
    lines = text[max(0, count.start - 160) : count.start].split("\n")
    above = next((line for line in reversed(lines[:-1]) if line.strip()), "")
    item = lines[-1]
    if not (_HEADING_OF_YEARS.fullmatch(above.strip()) and _ITEM_OF_YEARS.fullmatch(item)):
        return None
    return count.start - len(item.lstrip(_BULLETS))


def _is_open(count: Count, unit: re.Match[str]) -> bool:
    return count.is_open or bool(unit.groupdict().get("open"))


def _is_companys(before: str, count: Count, years: Decimal) -> bool:
    """Whether the years are the employer's: its words stand before, none for the applicant behind them."""
    company = max((m.end() for m in _THE_COMPANY.finditer(before)), default=-1)
    applicant = max((m.end() for m in _THE_APPLICANT.finditer(before)), default=-1)
    if company > applicant:
        return True
    asked = _AT_LEAST.search(before) is not None and not re.search(
        r"(?:over|more than)\s*$", before, re.IGNORECASE
    )
    return years > _MOST_UNASKED and not asked and not count.is_open


def _to_experience(text: str, count: Count, unit: re.Match[str], before: str, span: Span) -> Experience:
    per_year = _per_year(unit)
    low, high = _years(count.low, per_year), _years(count.high, per_year) if count.high is not None else None
    quote = text[span.start : span.end]
    if _AT_MOST.search(before) and high is None:
        return Experience(max_years=low, text=quote)
    return Experience(min_years=low, max_years=None if _is_open(count, unit) else high, text=quote)


def _per_year(unit: re.Match[str]) -> int:
    return 12 if unit.groupdict().get("month") else 1


def _years(count: Decimal, per_year: int) -> Decimal:
    years = (count / per_year).quantize(Decimal("0.01"))
    whole = years.to_integral_value()
    return whole if years == whole else years.normalize()


def _sentence_before(text: str, at: int) -> str:
    before = text[max(0, at - _BEFORE_REACH) : at]
    starts = list(_SENTENCE_START.finditer(before))
    return before[starts[-1].end() :] if starts else before


# -- the headline -----------------------------------------------------------------------------------------

_A_PLUS = re.compile(
    r"prefer|nice[- ]to[- ]have|\ba plus\b|bonus|desir(?:ed|able)|ideal|advantag|\basset\b|meriter"
    r"|von vorteil|wünschenswert|idealerweise|souhait"
    r"|idéalement|un plus\b|atout|deseable|valorar|diferencial|desejável|gradit[oa]|preferibil|preferenzial|preferível|pré\b"
    r"|mile widzian|atutem|bij voorkeur|een pré|fordel|gjerne|gerne|önskvärt|výhod|előny|avantaj|eduksi|optionnel|facultati",
    re.IGNORECASE,
)
_HEADING = Pattern(
    r"(?P<plus>prefer(?:red|ences?)|nice[- ]to[- ]haves?|bonus|desired|desirable|pluses|meriterande"
    r"|von vorteil|wünschenswert|atouts|deseable|valorable|desejáve[il]s?|diferencia(?:l|is)|mile widziane|preferenziali)"
    r"[^\n:.•]{0,30}(?::|\n)"
    r"|(?:requirements?|required|minimum|basic|must[- ]haves?|essential|qualifications"
    r"|what you(?:['’]ll)? (?:need|bring|have)|anforderungen|profil"
    r"|requisitos|requisiti|krav|kvalifikationer|kvalifikasjoner|vereisten|functie-eisen|wymagania)[^\n:.•]{0,30}(?::|\n)",
    re.IGNORECASE,
)


def pick_headline(found: list[Found[Experience]], text: str) -> Found[Experience] | None:
    """The requirement that speaks for the job, out of what `find_experience` gave for the same text.

    What is only a plus, by its own sentence or by the heading above, comes last; of the rest the first.
    None for an empty list.
    """
    return min(found, key=lambda f: (_is_a_plus(f, text), f.span), default=None)


def _is_a_plus(found: Found[Experience], text: str) -> bool:
    before = _sentence_before(text, found.span.start)
    after = re.split(r"[\n•;]|[.!?]\s", text[found.span.end : found.span.end + 120], maxsplit=1)[0]
    if _A_PLUS.search(before) or _A_PLUS.search(after):
        return True
    headings = list(_HEADING.finditer(text, max(0, found.span.start - 1500), found.span.start))
    return bool(headings and headings[-1]["plus"])
