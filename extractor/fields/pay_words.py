"""The words around pay, in the languages of job postings: tables and the patterns made of them.

Patterns ignore case. A word that is long enough to be unmistakable also counts inside another one, since
German and Swedish compound ("Bruttojahresgehalt") and badly rendered pages glue lines ("BrandSalary").
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from extractor.patterns import Alternatives, Pattern
from extractor.schema import PayKind, PayPeriod

_FLAGS = re.IGNORECASE
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"
# A capital may follow: lines were joined there ("per hourBenefits").
_WORD_END = r"(?-i:(?![^\W\d_A-Z]))"

KINDS: Final[tuple[PayKind, ...]] = ("base", "bonus", "commission", "equity", "stipend", "total")
PERIODS: Final[tuple[PayPeriod, ...]] = ("hour", "day", "week", "month", "year")

_UNITS: dict[PayPeriod, str] = {
    "hour": r"hours?|hrs?|h|std\.?|stunde|heure|hora|ora|uur|timm(?:e|en)|tim(?:e|en)?\.?|hod(?:inu)?\.?"
    r"|godz(?:in[aęy]|\.)?|tunti|óra|oră|saat"
    "|час",
    "day": r"days?|tag|jour|j|día|dia|giorno|dag(?:en)?|dzień",
    "week": r"weeks?|wk|woche|semaine|semana|settimana|week|vecka(?:n)?|uke|uge",
    "month": r"months?|mo|mth|monat|mois|mes|mês|mese|maand|mnd|månad(?:en)?|mån\.?|måned(?:en)?|md\.?"
    "|miesiąc|měsíc|hó|lună|ay|kuukausi"
    r"|mies\.?|mc|kk|месяц",
    "year": r"years?|yr|annum|jahr|an|année|año|ano|anno|jaar|år(?:et)?|rok|год",
}
_PER = (
    r"(?:/\s?|(?:per|an?|each|every|pro|je|par|por|al|à|a la|pr\.?|om|i|na|za|im|in der|die|la|el|в)\s+"
    r"|(?:à |de )?l['’]|all['’])"
)
_SHORT: dict[PayPeriod, str] = {
    "hour": r"p\.?\s?/?h\.?r?|p/?u(?:ur)?",
    "day": r"p\.?d\.?",
    "week": r"p\.?w\.?",
    "month": r"pcm|p\.?\s?m\.?|p/m|b/m|m-c",
    "year": r"p\.?\s?a\.?|b/a|/a",
}
_ADVERBS: dict[PayPeriod, str] = {
    "hour": r"hourly|stündlich|horaires?|orari[oa]?|hodinově|óránként",
    "day": r"daily|täglich|journaliers?|diari[oa]s?",
    "week": r"weekly|wöchentlich|hebdomadaires?|semanal(?:es)?|semanais|settimanali",
    "month": r"monthly|monatlich|mtl\.?|mensuel(?:le)?s?|mensual(?:es)?|mensal|mensais|mensil[ie]|maandelijks"
    r"|månadsvis|månedlig(?:t)?|miesięcznie|mies\.|měsíčně|havonta|lunar|aylık|kuukaudessa|በወር",
    "year": r"yearly|annual(?:ly|ized|ised)?|annum|jährlich|annuel(?:le)?s?|anual(?:es)?|anuais|annu[aoi]"
    "|jaarlijks"
    r"|årlig(?:en)?|rocznie|ročně",
}
_GROSS = (
    r"gross|net(?:tos?|ti|os?|s)?|brut(?:to|os?|s)?|lord[oi]|líquidos?|limpi[oa]s?|limp[oa]s|na rękę|do ręki|base|basic|salary|pay|wage|rate|ote|ctc|doe|fixe"
    r"|fast"
    r"|before tax(?:es)?|(?:us|usd|eur|gbp|cad|aud)\b"
)
# "25,000/- per month" in India, "3.000,- per maand": no pence.
_BETWEEN_AMOUNT_AND_PERIOD = (
    rf"(?:/-|[.,][-–])?[`*_]{{0,3}}(?:[^\S\n]*[(\[,/–-]?[^\S\n]*(?:{_GROSS})\b\.?\)?){{0,3}}"
)

PERIOD_AFTER: Final = re.compile(
    _BETWEEN_AMOUNT_AND_PERIOD
    + r"(?:"
    + "|".join(
        rf"(?P<{p}>\s*[(\[,]?\s*{_PER}(?:{_UNITS[p]}){_WORD_END}"
        rf"|[^\S\n]*[(\[/-]?[^\S\n]*(?:{_ADVERBS[p]}){_WORD_END}(?!\s+(?:pay(?:outs?|ments?|checks?"
        rf"|days?)?\b(?!\s*rate)))"
        rf"|[^\S\n]*[(\[/]?(?:{_SHORT[p]}){_WORD_END})"
        for p in _UNITS
    )
    + r")[)\]]?",
    _FLAGS,
)
"""Matches from the end of an amount over the words that state its period; the group's name is the period."""

_LABELS: dict[PayPeriod, str] = {
    "hour": r"hourly|(?:per|an|/)\s?h(?:ou)?r\b|stunden(?:lohn|satz|vergütung)|pro stunde|timlön|timel[øo]n+"
    "|horaire"
    r"|por hora|uurloon|bruto per uur|all['’]ora|timpenning|godzinow|na godzinę|za godzinę|時給|时薪",
    "day": r"diária|day rate|daily|per day|tagessatz|\bTJM\b|tarif journalier|par jour|dagtarief|日給",
    "week": r"weekly|per week|wochenlohn|pro woche|hebdomadaire|semanal|per vecka",
    "month": r"monthly|per month|monats(?:gehalt|lohn|brutto)|monatlich|(?:pro|im) monat|mensuel|mensual"
    r"|mensal"
    "|mensil[ei]"
    r"|månadslön|(?:per|i) månad|per maand|maand(?:salaris|loon)|al mese|por mês|pr\. måned|pr\. md|måneds?l[øo]n|miesięczn|měsíčn|havi|月給|月薪|par mois|al mes|በወር",
    "year": r"annual|yearly|per annum|per year|\bp\.a\b|(?:pro|im) jahr|jahres|annuel|anual|\bannu[ao]\b"
    r"|\bRAL\b"
    "|årslön|årsl[øo]n"
    r"|jaarsalaris|per jaar|par an\b|all['’]anno|por ano|pr\. år|per år|i året|roczn|ročn|年収|年薪|/\s?year",
}
PERIOD_LABEL: Final = Pattern("|".join(f"(?P<{p}>{words})" for p, words in _LABELS.items()), _FLAGS)
"""Finds the words that state a period in a label before the amount ("Annual salary:")."""

PAY: Final = Alternatives(
    r"\b(?:grade|band|level|tier)\s*\w{1,4}\s*:|\b(?:mensuel|annuel|horaire) de\b|\bhiring range"
    r"|\brenta (?:líquida|bruta)"
    r"|salar(?!iés)|\bpay(?:s|ing|able|rate|scale)?\b|\bpaid (?:at|in|from|between|up to)\b|\bwages?\b"
    r"|compensation|remunerat"
    r"|\bearn(?:ings?|s)?\b"
    r"|\b(?:hourly|day|daily|weekly|monthly|pay)[- ]rate\b|\brates?(?: of pay| paid)?(?: in [a-z]{3})?\s*(?:[:=-]|is\b|\()|\bOTE\b"
    r"|\bCTC\b|\bLPA\b"
    r"|\bbase\b|\bbasic\b|\bbasesalary"
    r"|gehalt|gehälter|lohn|löhn|vergüt|verdienst|verdiene|entgelt|bezahlung|\bbrutto|honorar|stundensatz"
    r"|tagessatz"
    r"|salaire|taux horaire|rémunér|\bbruts?\b|\bTJM\b|\bfixe\b|appointements"
    r"|salario|salário|sueldo|remunerac|remuneraç|retribuci|\bbrutos?\b|\bhaberes\b|vencimento|retribuzion|\bRAL\b"
    r"|ordenado|\bdiária (?:de |r\$ ?)?(?=\d)|compenso|stipendi[oa]?\b|paga (?:oraria|lorda|netta|mensile|base)"
    r"|salaris|\bloon\b|uurloon|beloning|verdien je|je verdient|\blön|lön\b|ersättning|arvode|\bløn+|løn+\b"
    r"|wynagrodzeni|stawk[aię]|pensj[aęi]|zarobk|zarobisz|widełki"
    r"|palkka|\bmzd[ay]\b|\bplat\b|salari[iu]|maaş|ücret|fizetés|jövedelem|(?:órab|munkab|alapb)ér|"
    r"зарплат|оклад|заработн|ደመወዝ|ደሞዝ|工资|薪|給|年収|급여|연봉|راتب|वेतन"
    r"|\bgaji\b|\blương\b",
    _FLAGS,
)
"""Words that say that an amount is pay."""

PAY_AFTER: Final = re.compile(
    r"\s*[(\[]?\s*(?:[-–]\s*)?(?:(?:in|of)\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:salary|salaries|wages?|base\b|basic\b|pay\b|compensation|remuneration|OTE\b|CTC\b|DOE\b|DOQ\b"
    r"|gross\b|nets?\b|nett[oi]s?\b|netos?\b|pro rata"
    r"|brut(?:to|os?|s)?\b|lord[oi]\b|na rękę|do ręki|líquidos?\b|hrubého|gehalt|lohn|salaire|salario|sueldo|salário|lön\b|løn|fixe\b"
    r"|employer (?:provided|est)"
    r"|depend|commensurate|negotiable|starting)"
    r"|\s*(?:\+|plus\b|&)\s*(?:[\w-]+\s+){0,2}?"
    r"(?:bonus|benefits?|commission|comm\b|super(?:annuation)?\b|equity|variable|tips|package|pension|car\b"
    r"|incentives?"
    r"|prime|stock|OTE|overtime|allowances?)",
    _FLAGS,
)
"""Words directly behind an amount that say that it is pay."""

# Money of the business, of products and of benefits. Near an amount they outweigh a farther word for pay.
NOT_PAY: Final = re.compile(
    r"revenue|turnover|umsatz|umsätz|omsätt|omsätn|omset|omzet|chiffre d['’]affaires|factur(?:ación|amos)"
    r"|faturamento"
    r"|fatturato|\bA?MRR\b|\bARR\b|\bGMV\b|\bfund(?:ing|ed|raising|raise)\b|\braised?\b|\bseries [a-f]\b"
    r"|valu(?:ation|ed at)"
    r"|\bcapital\b|invest(?:ed|ment|ments|ing|ors?|iert|iss|ier)|\bassets?\b|\bAUM\b|budget|portfolio|\bP&L\b"
    r"|\bquota\b|\bdeals?\b"
    r"|contracts? (?:value|worth|of)|projects? (?:worth|of|value|up|from|ranging|over)|(?<!bonus )\bworth\b"
    r"|\bspend(?:ing|s)?\b"
    r"|\bsaving[s]?\b|\bsaves?\b|\bsaved\b|\bcosts?\b|\bfees?\b|\bpric(?:e|es|ed|ing)\b|\bpurchas|\bprizes?\b"
    r"|\bgrants?\b|\bloans?\b|\bdebt|transactions?|donat|\bfines?\b|\btickets?\b|\bsubscription|\bsells?\b"
    r"|\bsold\b"
    r"|\bsales (?:of|over|in excess|volume|target)|\bcharge[sd]?\b|order value|\bmarket (?:size|cap)"
    r"|\bmanag(?:e|ing) (?:over|up to)"
    r"|wellness|well-?being|friskvård|eindejaars|dofinansowan|refundac|zniżk|rimbors|reiskosten|vergoeding|buoni pasto"
    r"|buono pasto|welfare|ticket|\bvale[- ]|auxílio|cart[ãa]o|benefício|gutschrift|kilometer|\bobrot|przychod|pay (?:system|cap)|fatturat|tilskud|tilskudd|"
    r"\bgym\b|fitness|vouchers?|gutschein|bonos? de|vales?\b|premiações|chèques?|\bgift"
    r"|reimburs|erstatt"
    r"|remboursement|tuition|allowance|zuschuss|zuschüsse|sachbezug|bidrag|bijdrage|relocat|\bmoving\b|umzug"
    r"|referr"
    r"|\btips?\b|trinkgeld|pourboire|propina|werbepr|\brefer\b|friends?\b|empfehl|parrainage|recommend"
    r"|\bmatch(?:ed|ing|es)?\b|401|\bHSA\b|\bFSA\b|\bHRA\b"
    r"|pension"
    r"|retirement|altersvorsorge|contributions?|deductible|insurance cover|coverage|life (?:cover|insurance"
    r"|assurance)|lifetime"
    r"|discount|rabatt|\bcredits?\b|childcare|fertility|adoption|per diem|mileage|deposit|bond\b"
    r"|background check"
    r"|\b(?:company|employer)[- ]pa(?:ys|id)|\bVR\b|alimenta|subsídio|refeição|\btransporte"
    r"|minimum wage (?:is|of)|average (?:salary|pay)|industry average|salary sacrifice|\bpaycheck"
    r"|bill(?:ing)? rate"
    r"|\b(?:flat|room|cabin|studio|lodging|accommodation)(?: \w+){0,3} (?:at|for)\s*$"
    # Another job beside this one: "The café next door also wants weekend staff, €14/hr".
    r"|\balso (?:hiring|recruiting|looking for|seeking|wants?\b)|\bsuch(?:en|t) auch\b|\bauch gesucht"
    r"|\b(?:cherch|recrut)\w+ (?:aussi|également)|\btambi[ée]n (?:busc|contrat)\w+|\btambém (?:busc|contrat)\w+"
    r"|\bcerc\w+ anche|\bzoek(?:en|t) ook|\bsöker (?:även|också)|\bsøge?r også|\bszuka\w* (?:też|także)",
    _FLAGS,
)
"""Words that say that a nearby amount is something else than this job's pay."""

_TOPICS = (
    r"wellness|well-?being|health|gym|fitness|sports?|learning|education(?:al)?|development|training"
    r"|weiterbildung"
    r"|studien|conference|home[- ]?office|remote work(?:ing)?|equipment|laptop|tech(?:nology)?|phone|mobile"
    r"|cell|internet|wifi|meal"
    r"|lunch|food|snack|coffee|commut\w*|travel\w*|transport\w*|transit|parking|car|vehicle|bike|jobrad|book"
    r"|housing|home"
    r"|accommodation|uniform|clothing|tools?|boots?|vacation|holiday|birthday|anniversary|christmas|family"
    r"|childcare|set-?up"
    r"|furniture|lifestyle|culture|relocation|referral|moving|onboarding|professional|personal|perks?"
    r"|annual leave"
)
BENEFIT_AFTER: Final = re.compile(
    rf"\s*(?:per|a|an|/)?\s*(?:year|month|annum|week"
    rf"|day)?\s*(?:[\w'’-]+\s+){{0,3}}?(?:{_TOPICS})\s+(?:[\w-]+\s+){{0,2}}?"
    r"(?:stipends?|allowances?|budgets?|bonus(?:es)?|credits?|reimbursements?|vouchers?|funds?|accounts?"
    r"|subsid(?:y|ies)"
    r"|benefits?|packages?|support|assistance|contributions?)\b"
    rf"|\s*(?:[\w'’-]+\s+){{0,2}}?(?:stipend\s+)?(?:for|towards?|to (?:use|spend|support|cover|put)|für|pour"
    rf"|para|till|voor)\s+"
    rf"(?:[\w'’-]+\s+){{0,3}}?(?:{_TOPICS})\b",
    _FLAGS,
)
"""Words behind an amount that make it a benefit ("$500 wellness stipend", "€50 per month for your gym")."""

BENEFIT_TOPIC: Final = re.compile(rf"\b(?:{_TOPICS})\b", _FLAGS)
"""What employers give benefits for; beside "stipend" or "bonus" it makes a benefit of it."""

NOT_PAY_AFTER: Final = re.compile(
    r"\s*(?:in|of|for|of annual|annual|a|per)?\s*(?:[\w'’-]+\s+){0,2}?(?:median\b|average\b|avg\b"
    r"|revenues?|turnover|funding|arr\b|mrr\b|valuation|company\b|business\b|budgets?|portfolio|assets"
    r"|deals?\b|sales\b"
    r"|investments?|capital|spend\b|savings|transactions|projects?\b|contracts?\b|vouchers?"
    r"|gutschein|allowances?"
    r"|reimbursements?|refer\b|refer-a-friend|referral|extra\b|relocation|tuition|zuschuss|discount"
    r"|credits?\b|insurance|coverage|cover\b"
    r"|match\b"
    r"|contributions?|gift|grant\b|loan|customers?\b|members?\b|users?\b|employees?\b|clients?\b|ventures?\b"
    r"|fund\b|prize)"
    r"|-?\s*(?:[\w-]+\s+)?(?:reviews?|ratings?|applicants?|openings?)\b",
    _FLAGS,
)
"""Words directly behind an amount that make it something else than pay."""

KIND: Final = re.compile(
    r"(?P<total>(?-i:\bOTE(?![a-z]))|\bon[- ]target\b|\btotal (?:\w+ ){0,2}?(?:comp(?:ensation)?"
    r"|remuneration|pay|earnings|cash|package|salary)\b"
    r"|\bCTC\b|cost to company|earning potential|potential earnings|realistic earnings|zielgehalt"
    r"|zielvergütung|\ball[- ]in\b)"
    r"|(?P<bonus>sign(?:ing)?[- ]on(?:[- ]bonus)?\b|bonus|\bvariable\b|\bprimes?\b|prämie"
    r"|gratifikation|incentives?\b|\bbonos?\b|bônus"
    r"|\bpremie)"
    r"|(?P<commission>commissions?\b|(?-i:\bProvision(?:en)?\b)|comisión|comisiones|comissão|comissões"
    r"|provvigion)"
    r"|(?P<equity>\bequity\b|\bRSUs?\b|\bstock\b|\bshares?\b|\boptions?\b)"
    r"|(?P<stipend>stipend(?!i)|taschengeld|stipendium|\bgratification|\bbourse\b|\bbeca\b|\bbolsa\b|scholarship"
    r"|honorarium)"
    r"|(?P<base>\bbase\b|\bbasic\b|salar(?:y|ies|io)|salaire|\bwages?\b|\bpay\b|gehalt|lohn|lön\b|løn|fixe\b"
    r"|brutto|rate\b)",
    _FLAGS,
)
"""Words that say what kind of pay an amount is; the group's name is the kind."""

PIECE: Final = re.compile(
    r"\s*(?:(?:for|on)\s+(?:each|every)|per|/|pro|par|por)\s+(?:[\w-]+\s+){0,2}?(?:sales?|meetings?|deals?"
    r"|leads?|placements?"
    r"|candidates?|hires?|sign-?ups?|appointments?|bookings?|conversions?|enrol\w*|polic(?:y|ies)|installs?"
    r"|abschluss|vente"
    r"|venta)\b",
    _FLAGS,
)
"""Behind an amount: paid for each piece of success."""

UP_TO: Final = re.compile(
    rf"(?:{_NO_LETTER_BEFORE}(?:up to|upto|as much as|(?:a )?max(?:imum|imal)?\.?(?: of)?|not exceeding"
    rf"|bis(?: zu)?"
    r"|jusqu['’]\s?[àa]u?|hasta|até|fino a|tot|maximaal|upp till|op til|opp til|inntil|nawet do|do|až|akár|până la|до)"
    r"|(?:^|basic|salary|ote|base|pay)\W{0,3}\bto)"
    r"\s*:?\s*(?:an?\s+)?(?:OTE\s*)?(?:of\s+)?(?:max\.?\s*)?(?:ca\.?\s*|approx\.?\s*)?$",
    _FLAGS,
)
UP_TO_AFTER: Final = re.compile(r"\s*(?:max\b|maximum\b|maximal\b)", _FLAGS)
FROM: Final = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:from|start(?:s|ing)?(?: salary)? (?:at|from)|min(?:imum|\.)?(?: of| salary of)?"
    rf"|at least"
    r"|not less than|ab|mind(?:estens|\.)?|à partir de|dès|desde|a partir de|a partire da|vanaf|från|fra"
    r"|minst|mindst|mínimo|da(?= €)|a partire da|minimaal"
    r"|minimum|od|alkaen|от)\s*:?\s*$",
    _FLAGS,
)
OPEN_END: Final = re.compile(
    r"\s?\+(?=\s*(?:/|per\b|an?\s|p\.?\s?[ahm]\b|hourly|annual|year|[).,;|•\n]|$))"
    r"|\s*(?:and up\b|and above|and over|or more|or above|oder mehr|und mehr|et plus|ou plus|o más|y más"
    r"|ou mais"
    r"|eller mer|\(?vanaf\)?|in su\b|upwards?\b|plus(?=\s*(?:[.,;)]|$)))",
    _FLAGS,
)

BARE_MAY_BE_FOLLOWED_BY: Final = re.compile(
    r"\s*(?:$|[\n.,;:()\[\]|•·+&/–-]|(?-i:(?<!\s)[A-Z])|(?:plus|doe|dep(?:ending|endent)?|ote|ctc|gross|net"
    r"|brut|basic|base"
    r"|negotiable|per|an?|pro|pcm|pa|p\.a|p\.m|and|with|based|according|for|to start|range|circa|including"
    r"|incl|inkl"
    r"|excellent|bruto?|netto|líquid|lord|do ręki|na rękę|\+|annual|year|month|hour|week|dai|day)(?![^\W\d_]*\d))",
    _FLAGS,
)
"""What may follow an amount without currency for it to be pay: nothing that it could be a count of."""

LABEL_TAIL: Final = re.compile(
    r"[^\W\d_]*(?:[^.!?\d]*:\W*(?:from|up to|circa|ca\.?|between)?\W*(?:[A-Z]{3})?\W*"
    r"|(?:[\s=–-]|range|scale|band|package|is\b|of\b|from\b|between|up to|to\b|at\b|start(?:s|ing)?\b|circa\b"
    r"|c\.|ca\.|approx(?:imately|\.)?"
    r"|about|around|basic|base|gross|annual(?:ly)?|per|year|month|hour|annum|in\b|offered|level"
    r"|(?-i:[A-Z]{3}\b)"
    r"|entre\b|de\b|von\b|ab\b|bis\b|zu\b|zwischen|à partir|mensuel(?:le)?|annuel(?:le)?|brute?\b|brutto"
    r"|mensual|anual"
    r"|från\b|mellan\b|tra\b|tussen\b|van\b|vanaf\b|fra\b|mellom\b|mellem\b|od\b|do\b|da\b|netto\b|netta\b|lord[ao]\b|bruta?\b"
    r"|mensile\b|miesięczn\w*|godzinow\w*|zasadnicze|podstawowe|miesięcznie|R\$|[(),])*)",
    _FLAGS,
)
"""What may stand between a word for pay and an amount without currency."""

# Usual pay before tax, a row a currency: hour from-to, month from-to, year from-to (0 0: not used there).
# They leave wide gaps between the periods on purpose: an amount that falls into a gap stays without a period.
_SIZES = """
USD 7 150          0 0              18000 2000000
CAD 12 150         0 0              25000 1000000
AUD 18 150         0 0              30000 1000000
NZD 18 150         0 0              30000 1000000
GBP 6 60           0 0              12000 1000000
EUR 8 60           900 9000         15000 500000
CHF 17 90          2500 15000       35000 600000
SEK 100 600        18000 110000     200000 3000000
NOK 130 700        20000 110000     250000 3000000
DKK 100 600        16000 110000     200000 3000000
ISK 2000 9000      300000 2000000   4000000 30000000
PLN 10 250         2000 35000       60000 900000
CZK 120 1000       18000 160000     250000 3000000
HUF 1500 9000      250000 2000000   4000000 30000000
RON 15 120         2000 30000       50000 600000
INR 0 0            7000 150000      200000 50000000
PKR 0 0            20000 600000     1000000 20000000
SGD 7 60           1200 20000       30000 600000
HKD 40 300         9000 120000      180000 3000000
MYR 0 0            1200 20000       36000 600000
PHP 0 0            10000 250000     400000 6000000
THB 0 0            9000 200000      300000 5000000
IDR 0 0            2000000 60000000 90000000 1500000000
JPY 800 6000       150000 1200000   2000000 50000000
CNY 0 0            3000 60000       100000 3000000
TWD 150 600        25000 200000     400000 6000000
BRL 0 0            1200 30000       50000 900000
MXN 0 0            4000 120000      200000 3000000
AED 0 0            1500 60000       90000 1500000
SAR 0 0            2500 60000       90000 1500000
QAR 0 0            1500 60000       90000 1500000
EGP 0 0            3000 120000      200000 3000000
ZAR 20 300         3500 90000       120000 4000000
KES 0 0            12000 500000     700000 20000000
NGN 0 0            30000 1500000    2000000 60000000
ETB 0 0            1500 120000      0 0
ILS 30 300         5000 60000       80000 1500000
"""


def _read_sizes() -> dict[str, list[tuple[PayPeriod, Decimal, Decimal]]]:
    sizes: dict[str, list[tuple[PayPeriod, Decimal, Decimal]]] = {}
    periods: tuple[PayPeriod, ...] = ("hour", "month", "year")
    for row in _SIZES.split("\n"):
        if row:
            code, *numbers = row.split()
            bounds = [Decimal(n) for n in numbers]
            sizes[code] = [
                (period, low, high)
                for period, low, high in zip(periods, bounds[::2], bounds[1::2], strict=True)
                if high
            ]
    return sizes


_USUAL: Final = _read_sizes()


def usual_periods(currency: str | None, low: Decimal, high: Decimal) -> list[PayPeriod]:
    """The periods for which such amounts are usual pay; empty where the currency is unknown or none fits."""
    return [period for period, least, most in _USUAL.get(currency or "", []) if least <= low and high <= most]


_PER_YEAR: Final[dict[PayPeriod, int]] = {"hour": 2000, "day": 250, "week": 52, "month": 12, "year": 1}


def is_plausible(currency: str | None, period: PayPeriod, amount: Decimal) -> bool:
    """False for sums that no job pays, not even part-time: "$9/month" is a price, "€15 a day" a token."""
    least = {name: low for name, low, _ in _USUAL.get(currency or "", [])}
    a_year = least.get("year") or least.get("month", Decimal(0)) * 12
    return amount * _PER_YEAR.get(period, 1) * 4 >= a_year
