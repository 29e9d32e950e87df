"""Schooling asked for: levels across school systems, fields of study, and whether to be enrolled now.

A level counts where the posting names the degree, preferred ones included; a profession's title is
none. "A degree", "Studium", "högskoleutbildning" without more are the first degree: bachelor.
France counts years after the Bac: +2 is vocational (BTS), +3 bachelor, +5 and engineering schools
master; German Diplom is master, Ausbildung vocational; Dutch MBO, HBO, WO are vocational, bachelor,
master. Fields are slices of the text, one a piece: "Computer Science, Engineering or a related
field" has two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.fields.study_fields import find_fields
from extractor.fields.wording import fold, sentence_around, words
from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import EducationLevel


@dataclass(frozen=True, slots=True)
class FoundEducation:
    """What a text says of schooling; spans are into that text."""

    levels: list[Found[EducationLevel]] = field(default_factory=list)
    fields: list[Found[str]] = field(default_factory=list)
    enrolled: Found[bool] | None = None


# Wordings in folded text that name a level wherever they stand.
_LEVELS: dict[EducationLevel, tuple[str, ...]] = {
    "secondary": (
        r"high[ -]?school(?: diploma| graduate| education| degree| or equivalent| leaving certificate|"
        r" level)", r"(?:diploma|education|degree|graduate): ?high school",
        r"high school(?= or |/| and|\s*$|\s*[,.;)\n])", r"ged",
        r"gcses?(?! teach| experience| pupil| student| class)", r"a[- ]levels?(?! teach| experience| pupil|"
        r" student| class)", r"o[- ]levels?", r"secondary (?:school|education|level)(?: diploma|"
        r" certificate)?", r"leaving certificate", r"matric(?: certificate)?", r"grade (?:12|twelve)",
        r"(?:10|12)th(?:/12th)? (?:pass|grade|standard)", r"hsc", r"wassce", r"school leaver",
        r"(?:fach)?abitur", r"fachhochschulreife", r"hochschulreife", r"mittlere reife",
        r"mittlerer schulabschluss", r"(?:real|haupt|mittel)schulabschluss", r"schulabschluss",
        r"schulabgänger\w*", r"matura", r"pflichtschulabschluss", r"(?:abgeschlossene[nr]? )?schulausbildung",
        r"baccalauréat", r"niveau bac(?! ?[+\w])", r"bac(?= général| technologique|/| ou |\s*[,.;)])(?! pro)",
        r"brevet des collèges",
        r"bachillerato", r"educación secundaria", r"secundaria completa", r"preparatoria",
        r"estudios secundarios", r"nivel medio completo", r"diversificado",
        r"gymnasie(?:examen|utbildning|kompetens|nivå|betyg)", r"gymnasial utbildning",
        r"fullständig gymnasi\w+", r"videregående (?:skole|opplæring)", r"(?:generell )?studiekompetanse",
        r"gymnasial uddannelse", r"studentereksamen", r"ylioppilas\w*", r"lukio\w*", r"toisen asteen \w+",
        r"ensino m[ée]dio", r"ensino secundário", r"12[.º°]+ ano", r"(?:segundo|2[.ºª°o]*) grau completo",
        r"diploma di maturità", r"diploma di (?:scuola|istruzione) (?:secondaria |media )?superiore",
        r"scuola (?:secondaria )?superiore", r"diploma(?: (?:superiore|quinquennale))?(?! (?:(?:ad )?indirizzo )?(?:tecnic|profess|di (?:perito|qualif|geom|ragion)))",
        r"diplomat[oaie]",
        r"vmbo", r"havo", r"vwo", r"middelbare school\w*",
        r"wykształceni[ae] (?:min\w*\.? |co najmniej )?średnie(?:go)?(?! (?:techn|zawod))", r"średnie wykształcenie",
        r"maturita", r"střední vzdělání", r"středoškolsk\w+ vzdělání",
        r"középfokú végzettség", r"érettségi\w*", r"studii (?:medii|liceale)", r"среднее образование",
        r"lise mezun\w*",
        r"高卒(?:以上)?", r"高中",
    ),
    "vocational": (
        r"vocational(?: training| qualification| education| diploma| degree| certificate| school|"
        r" college)?(?! rehab)", r"s?nvqs?", r"hn[cd]s?", r"btecs?", r"city (?:&|and) guilds",
        r"trade (?:school|certificate|qualification|certification)", r"trade[- ]qualified", r"time[- ]served",
        r"tvet", r"(?:completed|recognised|relevant|time-served) apprenticeship",
        r"apprenticeship (?:completed|trained|qualification)", r"certificate (?:iii|iv|3|4)",
        r"(?:technical|advanced|college|national|ordinary) diploma",
        r"diploma(?= in | or (?:a )?(?:degree|bachelor|above|higher)| holder|/degree| level|\s*\n)",
        r"level [234] (?:qualification|diploma|nvq|certificate)", r"iti", r"polytechnic(?: diploma)?",
        r"berufsausbildung", r"(?:abgeschlossene|erfolgreich abgeschlossene|vergleichbare|kaufmännische|"
        r"technische|handwerkliche|einschlägige|fachliche|entsprechende|gewerbliche|duale|gastronomische|"
        r"medizinische|pädagogische|eine|oder|als) (?:[\w-]+ )?(?:berufs)?ausbildung(?! zu(?:r|"
        r"m)? (?:verfügung))", r"ausbildung (?:oder|als|im bereich|mit)", r"abgeschlossene[nr]? (?!schul|hochschul)\w{4,}ausbildung",
        r"berufsabschluss", r"facharbeiter\w*", r"gesellenbrief",
        r"meister(?:brief|titel|prüfung|ausbildung)", r"lehrabschluss\w*", r"abgeschlossene lehre",
        r"lehre als", r"staatlich (?:geprüfte?r?|anerkannte?r?) \w+", r"fachwirt(?:in)?",
        r"techniker(?:schule|ausbildung|abschluss)",
        r"(?:cap|bep)(?= |/|,|\.|;|\)|\n)(?! (?:emploi|on|table|rate|theorem|of|and|at)\b)",
        r"bac ?(?:pro(?:fessionnel)?)", r"bts", r"dut", r"deug", r"deust", r"bac ?\+ ?[12](?!\d)",
        r"titre professionnel", r"brevet professionnel", r"mention complémentaire",
        r"formación profesional", r"ciclo formativo(?: de grado (?:medio|superior))?",
        r"grado (?:medio|superior)", r"fp(?: i+)?(?= |,|\.|/)",
        r"técnico (?:superior|medio|en|universitario)", r"tecnicatura", r"bachillerato técnico",
        r"perito (?:en|contador)", r"carrera técnica",
        r"yrkeshögskol\w+", r"yh-?(?:utbildning|examen|nivå)", r"yrkesutbildning", r"yrkesutbildad",
        r"(?:genomgått|avslutad|godkänd|slutförd|har?)(?: en)? (?!hög|universitets|akadem|gymnas|eftergymn|"
        r"vidare|grund|körkort|intern)\w{3,}utbildning(?! på (?:gymnasie|högskole|universitets))", r"yrkesgymnasium", r"yrkesbevis", r"fagbrev",
        r"fagutdann\w+", r"sven[dn]ebrev", r"mesterbrev", r"fagskole(?:utdann\w+)?", r"yrkesutdann\w+",
        r"erhvervs(?:faglig )?uddannelse", r"(?:ud|fag)lært", r"ammattitutkinto\w*",
        r"ammatilli\w+ (?:koulutus|tutkinto|perustutkinto)\w*", r"perustutkinto\w*",
        r"mbo(?:[- ]?(?:niveau|diploma|opleiding|\+|\d|4|3|2))?", r"vakdiploma", r"curso técnico", r"ensino técnico",
        r"(?:formação|nível) técnic[oa]", r"técnico (?:completo|de enfermagem)", r"curso profissional",
        r"istituto (?:tecnico|professionale)", r"perito (?:meccanic|elettr|informatic|industrial|chimic|agrari)\w+",
        r"diploma (?:(?:ad )?indirizzo )?(?:tecnico|professionale|di (?:perito|geometra|ragioneria|qualifica)|alberghiero)",
        r"qualifica professionale", r"wykształceni[ae] (?:min\w*\.? |co najmniej |zasadnicze |średnie )*(?:zawodowe|techniczne)(?:go)?", r"(?:odborné|vyučen\w*) (?:vzdělání|v oboru)",
        r"výuční list\w*", r"szakmai végzettség", r"szakképzettség\w*", r"școală profesională", r"meslek lisesi",
        r"среднее специальное", r"専門学校卒?", r"大专",
    ),
    "associate": (
        r"associate'?s?'? degree", r"associates degree", r"associates? (?:of|in) (?:arts|science|"
        r"applied science|nursing)", r"aas?(?= degree)",
        r"(?:two|2)[- ]year (?:college |university )?(?:degree|diploma)", r"foundation degree",
        r"adn(?= |,|/|\))", r"短大卒?",
    ),
    "bachelor": (
        r"bachelor(?:'?s?'?)?(?:[ -]?(?:degree|level|abschluss|studium|studiengang|examen|grad|tutkinto))?",
        r"bachelor\w{4,}", r"baccalaureate(?: degree)?", r"undergraduate (?:degree|qualification|diploma)",
        r"(?:university|college|four[- ]year|4[- ]year|honou?rs|first|academic|technical|relevant|"
        r"engineering|science|law|business|nursing|accounting|finance|it|stem|numerate|2[:.][12]|"
        r"2[:.]1 or above|uni) degrees?", r"(?:first|higher|tertiary|university|post-secondary) (?:degree|"
        r"education)(?! institution)", r"degree (?:in|level|or equivalent|qualified|educated|holder|"
        r"or higher|or above|required|preferred|from an? )", r"degree[- ](?:level|qualified|educated)",
        r"a degree(?=\W*(?:\n|$|,|;|\.|or|and|is|with))", r"university (?:graduate|diploma|level|"
        r"qualification|degree holder)", r"college (?:graduate|diploma)(?! program)",
        r"graduate (?:degree )?in (?!the)", r"degree'?s in",
        r"hochschul(?:abschluss|studium|ausbildung)",
        r"(?:fachhochschul|universitäts|uni|fh)[- ]?(?:abschluss|studium)",
        r"(?:(?:erfolgreich )?(?:abgeschlossenes|absolviertes)|technisches|wirtschaftswissenschaftliches|"
        r"betriebswirtschaftliches|naturwissenschaftliches|einschlägiges|ein|dein|ihr|das|vergleichbares|"
        r"relevantes|oder|duales|abgeschlossenem|einem) (?:[\w-]+(?:es|em) )?studium",
        r"studium (?:der|des|in|im|mit|oder|\()",
        r"akademische[rn]? (?:abschluss|ausbildung|grad)", r"studienabschluss",
        r"bac ?\+ ?[34](?!\d)", r"licence (?:professionnelle|pro|\d|en|universitaire|ou)",
        r"but(?= (?:gea|tc|info|informatique|gmp|geii|mmi|rt|gb))", r"diplôme universitaire",
        r"formation (?:universitaire|supérieure)", r"études supérieures", r"diplôme d'état",
        r"\bde (?:infirmier|aide-soignant)",
        r"licenciatura", r"licenciad[oa](?:/a)?s?", r"título (?:universitario|de grado|profesional|superior)",
        r"titulación (?:universitaria|superior|académica)", r"grado (?:en|universitario)",
        r"graduad[oa] (?:en|de|universitario)", r"carrera universitaria",
        r"(?:estudios|formación|educación|nivel) (?:universitari[oa]s?|superior(?:es)?)",
        r"universitari[oa] complet[oa]", r"(?:cierre de )?pensum(?: cerrado)?(?: (?:de|en))?",
        r"ingenier[oa] titulad[oa]", r"ingeniería (?:titulad|en sistemas o)", r"diplomatura",
        r"profesional en",
        r"kandidat(?:examen|utbildning|nivå)", r"högskole(?:utbildning|examen|ingenjörs?examen|nivå|"
        r"studier)", r"högskoleutbildad", r"akademisk (?:examen|utbildning|bakgrund|grad|uddannelse)",
        r"universitets(?:utbildning|examen|studier|utdanning)", r"eftergymnasial utbildning",
        r"(?:sjuksköterske|lärar|socionom|förskollärar|fysioterapeut)examen", r"socionomexamen",
        r"bachelorgrad", r"professionsbachelor", r"høyere (?:\w+ )?utdann(?:ing|else)",
        r"(?:høyskole|høgskole|universitets)(?:-? ?(?:/|og|eller) ?(?:universitets|høyskole|høgskole)-?)?(?:utdann|uddann)\w+",
        r"(?:sykepleier|vernepleier|(?:barnehage|grunnskole|førskole|fag)?lærer|ingeniør|sosionom)utdann(?:ing|else)",
        r"(?:pædagog|lærer|sygeplejerske|ingeniør|socialrådgiver)uddannelse",
        r"(?<!lang )videregående uddannelse", r"diplomingeniør", r"ammattikorkeakoulu\w*", r"amk-?tutkinto",
        r"korkeakoulututkinto", r"alempi korkeakoulututkinto", r"tradenomi", r"kandidaatti\w*",
        r"hbo(?:[- /]?(?:wo|niveau|diploma|opleiding|werk))?(?! max)", r"ensino superior",
        r"(?:nível|curso|formação) superior(?: completo| em)?", r"superior (?:completo|incompleto|cursando)",
        r"(?<!pós[- ])graduação", r"bacharel(?:ado)?", r"(?:formad|graduad)[oa](?:\(a\)|/a)? em", r"laurea(?! (?:magistrale|specialistica|quinquennale|"
        r"vecchio))(?: triennale)?", r"laure(?:at[oaie]|e)", r"titolo universitario",
        r"wykształceni[ae] (?:min\w*\.? |co najmniej |kierunkowe )*wyższe(?:go)?", r"wyższe wykształcenie",
        r"studi(?:a|ów) (?:wyższ\w+|licencjacki\w+|inżyniersk\w+|i stopnia)", r"licencjat\w*", r"inżynier(?= lub|/)",
        r"vysokoškolsk\w+ vzdělání", r"bakalářsk\w+", r"(?:felsőfokú|főiskolai|egyetemi) (?:végzettség|diploma)\w*",
        r"studii (?:superioare|universitare)", r"diplomă de licență",
        r"высшее (?:\w+ )?образование", r"вища освіта", r"üniversite(?:lerin)?(?: mezunu| \w+ bölümü)?(?= |"
        r"$)", r"(?<!ön )(?<!yüksek )lisans", r"大卒(?:以上)?", r"本科", r"学士", r"대졸",
    ),
    "master": (
        r"master'?s'?(?:[ -]?(?:degree|level|or|in|of|and|program|/|abschluss))",
        r"master'?s(?= |,|\.|;|\)|$)(?! of the)", r"master's", r"masters(?=\s*(?:,|/|or\b|in\b|degree|"
        r"preferred|required|\)|\.))", r"master (?:of (?:science|arts|engineering|business|laws|public|fine|"
        r"education|social)|degree|level|or phd|'s|in |en |i (?=[a-zåäö]{4})|[12](?= |\b)|of )",
        r"master(?:abschluss|studium|studiengang|examen|grad|nivå|utbildning|utdanning)\w*", r"mba", r"emba",
        r"post-?graduate (?:degree|qualification|diploma)",
        r"(?:advanced|graduate|postgraduate) degrees?(?! program)", r"ll\.m\.?", r"m\.?sc\.?(?=[ ,/)\n;.]|$)",
        r"m\.eng\.?", r"m\.?phil", r"m\.?tech", r"m\.ed", r"mca(?=[ ,/)])", r"m\.s\.?(?=[ ,/)\n]|$)",
        r"m\.a\.?(?=[ ,/)\n]|$)", r"m\.b\.a\.?",
        r"diplom(?:abschluss|studium|studiengang|ingenieur\w*|-ingenieur\w*|grad)?(?= |,|/|\)|\.|$)(?! copy)",
        r"dipl\.-?\w+", r"magister(?:examen|abschluss|studium|exam|grad|stopnia)?", r"bac ?\+ ?[56](?!\d)",
        r"(?:école|ecole|diplôme|formation|cycle)s? d'ingénieurs?", r"(?:école|ecole)s? de commerce",
        r"formation (?:de |d')?(?:type )?ingénieure?", r"dess", r"dea(?= |,)",
        r"maestría", r"máster", r"pos(?:t)?grado", r"mestrado", r"pós[- ]graduação",
        r"especialización(?= en)", r"civilingenj\w+", r"civilekonom\w*", r"masterexamen", r"mastergrad",
        r"sivilingeniør\w*", r"civilingeniør\w*", r"kandidat(?:grad|uddannelse|niveau)", r"cand\.\w+",
        r"lang videregående uddannelse",
        r"maisteri\w*", r"diplomi-insinööri\w*", r"ylempi korkeakoulututkinto",
        r"(?:hbo[ /]+)?wo(?:[- /]?(?:niveau|diploma|opleiding|werk|master|denkniveau))",
        r"hbo ?(?:-?/|-? of|,) ?wo", r"academisch\w* (?:werk|denk|opleiding|niveau|diploma|achtergrond|geschoold)",
        r"universitaire? (?:opleiding|diploma|niveau)", r"master(?:opleiding|diploma|titel)",
        r"laurea (?:magistrale|specialistica|quinquennale|vecchio ordinamento)", r"mgr", r"magistersk\w+", r"(?:tytuł|stopień) magistra", r"yüksek lisans", r"修士", r"硕士", r"석사",
    ),
    "professional": (
        r"juris doctor(?:ate)?", r"j\.d\.?", r"law degree \(j", r"doctor of (?:medicine|pharmacy|law|dental|"
        r"dentistry|veterinary|physical therapy|nursing practice|osteopathic)\w*", r"pharm\.?d\.?",
        r"m\.d\.?(?= |,|/|\)|$)", r"d\.?d\.?s\.?(?= |,|/)", r"d\.?v\.?m\.?(?= |,|/)",
        r"d\.?p\.?t\.?(?= degree)", r"mbbs", r"mbchb", r"medical degree", r"professional degree",
        r"(?:erstes |zweites |1\. |2\. )?(?:juristisches |medizinisches )?staatsexamen", r"volljurist\w*",
        r"approbation(?= als|\b)", r"(?:formation|diplôme|doctorat) (?:de|en|d'état de|"
        r"d'état en) (?:pharmacien|pharmacie|médecine|docteur en pharmacie|docteur en médecine)",
        r"docteur en (?:pharmacie|médecine)", r"läkarexamen", r"läkarlegitimation", r"juristexamen",
        r"apotekarexamen",
    ),
    "phd": (
        r"ph\.? ?d\.?'?s?", r"doctorate", r"doctoral (?:degree|studies|level|student|candidate|program\w*)",
        r"d\.?phil", r"dr\.? rer\. nat\.?", r"(?:abgeschlossene|eine|oder|mit|durch) promotion(?! (?:activities|"
        r"and))", r"promoviert\w*", r"promotion (?:im|in) (?:bereich|der|fach|den|chemie|physik|biologie|"
        r"informatik)", r"doctorat(?! (?:de|en) (?:pharm|méd))", r"doctorado", r"doutorado", r"doutoramento",
        r"dottorato", r"doktorsexamen", r"disputerad\w*", r"doktorgrad\w*", r"ph\.d\.-\w+", r"gepromoveerd",
        r"tohtori\w*", r"doktorat\w*", r"博士", r"박사", r"doktora",
    ),
}  # fmt: skip

# Capitals that name a degree only as written so, and only beside a word of schooling.
_DEGREE_CONTEXT = r"(?=(?:\.|\)|'s)?\s*(?:degrees?|in\s|or\s|and\s|/|&|,|preferred|required|\(|-level|from\b|with\b|;|\n|$|\+|\.))"
_CASED: dict[EducationLevel, Pattern] = {
    "bachelor": Pattern(rf"(?<![\w.])(?:B\.?Sc\.?|BSC|B\.S\.?|BS|B\.A\.?|BA|B\.?Eng\.?|B\.?Tech\.?|"
        rf"B\.E\.?|BE|B\.?Com\.?|BBA|BCA|LL\.?B\.?|BFA|BSN|B\.?Ed\.?|A\.B\.|BSEE|BSCS|BSME|"
        rf"BSCE)(?!\w){_DEGREE_CONTEXT}"),
    "master": Pattern(rf"(?<![\w.])(?:M\.?Sc\.?|MSC|M\.S\.?|MS|M\.A\.?|MA|M\.?Eng\.?|M\.?Tech\.?|M\.E\.|"
        rf"MPH|MSW|MSN|MFA|MPA|MSEE|MSCS|MCA|M\.?Com\.?|M1|M2)(?!\w){_DEGREE_CONTEXT}"),
    "professional": Pattern(r"(?<![\w.])(?:JD|MD|DDS|DVM|DMD|DO)(?!\w)(?=(?:\)|\.)?\s*(?:degrees?|"
        r"or\s+(?:PhD|MD|JD|DO|equivalent)|/|preferred|required|from\b|,? (?:PhD|PharmD)))"),
    "phd": Pattern(r"(?<![\w.])(?:PhD|PHD|EdD|Ed\.D\.?)(?!\w)"),
    "associate": Pattern(r"(?<![\w.])(?:A\.A\.S\.?|A\.S\.|A\.A\.|AAS|AS|AA)(?!\w)(?=\s+degree|/(?:BS|BA|"
        r"AS|AA))"),
}  # fmt: skip
_MASTER_NAME = Pattern(
    r"(?<!crum )(?<!eb )(?<!uiz )(?<!tation )(?<!arbor )(?<!\w)Master(?=(?:\)|,|/|\.|"
    r";)|\s+(?:oder|ou|o|or|und|et|and|of|in|en|im|abgeschlossen|avec|con|der|\d|degree|preferred|\(|de\s)|"
    r"\s*\n|\s*$)(?! of (?:the|Ceremon))"
)

# Two-letter degrees are also a state, a company's product, a medical title: these speak of schooling nearby.
_SHORT = frozenset(["BS", "MS", "BA", "MA", "BE", "MD", "DO", "JD", "AS", "AA", "M1", "M2", "MCA"])
_SCHOOLING = re.compile(
    r"degree|education|qualif|bachelor|master|ph\.?d|equivalent|required|preferred|computer|science|"
    r"engineer|studies|in a|in an|years|diploma|field|major|university|college|experience|\b[BM]\.?(?:S|"
    r"A)\b/|/ ?[BM]\.?(?:S|A)\b|minimum|must have|\bin [A-Z]",
    re.I,
)
_PRODUCT_AFTER = re.compile(
    r"\s*(?:office|excel|word|project|powerpoint|power ?bi|access|outlook|teams|"
    r"windows|sql|dynamics|azure|visio|sharepoint|exchange|365|products?|suite|applications|\d{5})",
    re.I,
)
_STATE_BEFORE = re.compile(r"(?:[A-Z][\w.]+,\s*)$")

# Sentences about somebody else's degrees: the founders', a benefit, the customers'.
_OF_OTHERS = Pattern(
    r"tuition|reimburs|alumni|founded|founder|our team (?:of|includes|consists)|team of|scholarship|"
    r"weiterbildungsangebot|we (?:provide|offer) (?:\w+ ){0,4}(?:education|degree)|"
    r"degree of (?:confidentiality|discretion|autonomy|accuracy|independence|flexibility|professionalism|"
    r"detail|care|responsibility|freedom)|adult education|special education|health education|"
    r"patient education|further education college|higher education (?:sector|institution|client|market|"
    r"industry|provider|space|administration)|not (?:pursuing|recommended)|to universit|"
    r"secondary school (?:teacher|pupils|students)|teach(?:ing)? (?:in|at)|teaching [\w ]+ (?:to|"
    r"at) (?:gcse|a[- ]level)|\b(?:\d+|two|three|four|five|six|several|our|many) (?:phd|ph\.d|doctoral|"
    r"master'?s|graduate|undergraduate|postdoc)\w* ?students?|\b(?:\d+|two|three|four|five|six|several|"
    r"many) (?:phds|postdocs)"
)
_NOT_NEEDED = re.compile(
    r"(?:\bno|\bnot(?: need| require)?(?: an?| any)?|\bwithout(?: an?)?|\bkein\w*|"
    r"\bsans|\bsin|\binget|\bnon|\bgeen|\bikke|\bingen|\binte|\bej|\bnão|\bsem|\bsenza|\bnie|\bbez)\s+(?:\w+\s+)?$"
)
_NOT_NEEDED_AFTER = re.compile(
    r"(?:\s+\w+){0,3}?\s+(?:is |are )?not (?:required|necessary|needed|essential|"
    r"a must)"
)


def find_education(text: str, *, language: str | None = None) -> FoundEducation:
    """Levels (each once), fields of study (each once) and enrolment, in reading order.

    `language` (BCP 47) decides words that name a degree in one language only ("licence", "but").
    """
    folded = fold(text)
    mentions = sorted(
        set(_mentions(text, folded, (language or "").split("-")[0])), key=lambda m: (m[1], -m[2], m[0])
    )
    levels: dict[EducationLevel, Found[EducationLevel]] = {}
    for level, start, end in mentions:
        levels.setdefault(level, Found(level, Span(start, end)))
    return FoundEducation(
        levels=sorted(levels.values(), key=lambda found: found.span),
        fields=find_fields(
            text, folded, [(start, end) for _, start, end in mentions], (language or "").split("-")[0]
        ),
        enrolled=_enrolled(folded),
    )


# --- levels ---------------------------------------------------------------------------------------

# What begins with no word that is known makes a pattern be tried everywhere: it has one of its own.
_COMPOUNDS: dict[EducationLevel, str] = {
    "secondary": r"\+2 pass",
    "vocational": r"\w{4,}ausbildung(?= oder| abgeschlossen)",
    "bachelor": r"\w+studium(?= oder|,| abgeschlossen| mit)",
}
_LEVEL_OF = [
    *((level, words(*patterns)) for level, patterns in _LEVELS.items()),
    *((level, words(compound)) for level, compound in _COMPOUNDS.items()),
]
_ONLY_IN = {
    "fr": re.compile(r"licence|\bbut\b|formation (?:sup|univ|d')|bac\b|cap\b|bep\b|dut\b|dea\b"),
    "nl": re.compile(r"mbo|hbo|wo\b|wo[-/ ]"),
    "sv": re.compile(r"master i "),
}
# "Diploma" without more is a trade's in English, of the upper school in Italian, of any kind elsewhere.
_BARE_DIPLOMA: dict[EducationLevel, str] = {"vocational": "en", "secondary": "it"}
_ITALIAN_DIPLOMA = re.compile(r"diploma$|diplomat[oaie]$|diploma (?:superiore|quinquennale)$")


def _mentions(text: str, folded: str, language: str) -> Iterator[tuple[EducationLevel, int, int]]:
    """Every place that names a level that this job asks for."""
    for level, start, end in [*_folded_mentions(folded, language), *_cased_mentions(text)]:
        before, after = folded[max(0, start - 30) : start], folded[end : end + 50]
        if _NOT_NEEDED.search(before) or _NOT_NEEDED_AFTER.match(after):
            continue
        if not _OF_OTHERS.search(folded, *sentence_around(text, start, end)):
            yield level, start, end


def _folded_mentions(folded: str, language: str) -> Iterator[tuple[EducationLevel, int, int]]:
    for level, pattern in _LEVEL_OF:
        for match in pattern.finditer(folded):
            foreign = next((tongue for tongue, only in _ONLY_IN.items() if only.match(match[0])), language)
            if _ITALIAN_DIPLOMA.match(match[0]) and (language or "en") != _BARE_DIPLOMA.get(level):
                continue
            if foreign == language or (not language and "licence" not in match[0] and "but" not in match[0]):
                if level == "bachelor" and re.match(
                    r".*(?:high[ -]?school|associate'?s?'?|master'?s?'?|mba|"
                    r"ph\.?d\.?|m\.?sc\.?|doctoral|doctorate|graduate|advanced|professional|law|medical|"
                    r"two-year|2-year|years? of) $",
                    folded[max(0, match.start() - 16) : match.start()],
                ):
                    continue
                yield level, match.start(), match.end()


def _cased_mentions(text: str) -> Iterator[tuple[EducationLevel, int, int]]:
    for level, pattern in _CASED.items():
        for match in pattern.finditer(text):
            if match[0].rstrip(".") not in _SHORT or _is_degree(text, match):
                yield level, match.start(), match.end()
    for match in _MASTER_NAME.finditer(text):
        yield "master", match.start(), match.end()


def _is_degree(text: str, match: re.Match[str]) -> bool:
    """Whether two capitals are a degree: words of schooling stand near, no product, no state."""
    start, end = match.span()
    if _PRODUCT_AFTER.match(text, end) or (
        _STATE_BEFORE.search(text[max(0, start - 20) : start])
        and not re.match(r"/|\s*(?:in|or|degree)", text[end:])
    ):
        return False
    first, last = sentence_around(text, start, end)
    around = text[max(first, start - 60) : start] + text[end : min(last, end + 60)]
    return bool(_SCHOOLING.search(around))


# --- enrolment ------------------------------------------------------------------------------------

_ENROLLED = words(
    r"currently (?:pursuing|enrolled|studying|attending|working (?:toward|towards|on) (?:an?|your))",
    r"(?<!not )pursuing (?:an?|your|their)? ?(?:[\w'.]+ ){0,2}?(?:degree|phd|ph\.d\.?|bachelor\w*|master\w*|"
    r"mba|bs|ms|undergraduate)", r"(?:must|should) be (?:currently )?(?:enrolled|studying|a (?:current |"
    r"full-time |registered )?student)", r"(?:is |are |be )?enrolled(?: (?:in|at|as))?(?! (?:in )?(?:our |"
    r"the |your |a )?(?:benefit|medical|health|insurance|plan|401|pension|scheme|automatic))",
    r"matriculat(?:ed|ion) (?:at|in)", r"continuance as a student",
    r"current(?:ly a)? (?:university |college |undergraduate |graduate |phd |"
    r"full-time )?students?(?! success)", r"(?:ph\.?d|doctoral|master'?s?|mba|undergraduate|graduate|"
    r"bachelor'?s?|university|college) students?(?= in| with| who| at| looking| to join|,|\.|;|\n|$|"
    r" or related| an opportunity)(?! success)",
    r"working towards? (?:an?|your) (?:[\w'.]+ ){0,3}?(?:degree|phd|ph\.d|bachelor|master)",
    r"(?:intent|plan|intend|returning|return) (?:to return )?to (?:a |your |their |the )?(?:degree|"
    r"university|school|studies)(?: program)?", r"penultimate[- ]year",
    r"in (?:your|their) (?:final|penultimate|second|third|2nd|3rd|last) year(?: of)?",
    r"you are (?:a |currently )?(?:student|studying)", r"pursuit of an? (?:phd|degree|master|bachelor)",
    r"student status",
    r"immatrikuliert\w*", r"eingeschriebene?[rn]? (?:student\w*|studierende\w*)",
    r"studierende[rn]?(?= |,|\.|$|\()(?! (?:betreu|unterricht))", r"du studierst",
    r"(?:sie|du) (?:bist|sind) (?:eingeschrieben|student)\w*", r"(?:laufende[sn]|aktuelle[sn]|derzeitige[sn]|während (?:des|"
    r"deines|ihres)) studiums?", r"student(?:in)?(?:\*in|:in|/-?in|\(in\)|/in)? (?:der|im|eines|einer|mit|"
    r"an einer|\(m/w/d\))",
    r"vous préparez (?:une|un|actuellement)",
    r"(?:actuellement )?(?:étudiante?|étudiant\(e\))(?: actuellement)? (?:en|à|de)",
    r"en cours (?:d'études|de formation|de cursus)", r"élève[- ]ingénieur",
    r"vous (?:êtes|suivez) (?:actuellement )?(?:en (?:école|master|licence|bac|formation|dernière année|"
    r"[234]e)|une formation|étudiante?|inscrite?)",
    r"cursando", r"estudiantes? (?:de|en|universitari\w+)(?! éxito)",
    r"(?:estar|estás|matriculad\w+|inscrit\w+) (?:cursando|en (?:la universidad|grado|un grado))",
    r"último año de", r"du studerar", r"pågående (?:studier|utbildning|högskole\w+)",
    r"studerande (?:på|inom|vid|till)", r"(?:är|du som är) student", r"ingeschreven (?:aan|bij|als)",
    r"(?:je|u) (?:studeert|bent (?:student|studerend))", r"derdejaars|vierdejaars", r"iscritt[oi] (?:a|al|all')",
    r"studente(?:ssa)? (?:di|in|iscritt)", r"laureand[oi]", r"estudante de",
    r"cursando (?:ensino|superior|graduação|a partir)", r"a cursar", r"studentem", r"status studenta",
    r"du er (?:i gang med|studerende|student)", r"studerende (?:på|ved)", r"opiskelet", r"opiskelija",
)  # fmt: skip
_OR_GRADUATE = re.compile(
    r"[^.;\n]{0,30}?(?:\bor|/|oder|ou|o|eller|and|,|und) ?\(?(?:are |have |a |an |"
    r"is )?(?:recent\w*|fresh\w*|newly|new|already|has|have|graduat\w*|absolvent\w*|completed|"
    r"jeunes? diplômé|recién|nyexaminerad\w*|alumni)"
)
_OR_HELD = re.compile(
    r"(?:\b(?:has|have|hold|holds|completed|graduated|recent graduates?|"
    r"absolvent\w*)(?: (?:a|an|obtained))? ?(?:or|/|oder) (?:\w+ ){0,3})$"
)


def _enrolled(folded: str) -> Found[bool] | None:
    """Where applicants must be studying now; not where graduates may apply as well."""
    for match in _ENROLLED.finditer(folded):
        before = folded[max(0, match.start() - 60) : match.start()]
        if (
            re.search(
                r"(?:\bnot|\bsupport|\bteach\w*|\badvis\w*|\bhelp\w*|\bfor our|"
                r"\bor recent graduates? or|\bserv\w*|\bmentor\w*|\bif|\bfor|\bwith|\bof|\d|\btwo|\bthree|"
                r"\bfour|\bfive|\bsix|\bseveral|\bour|\bmany|\btrain|\bsupervis\w*) $",
                before,
            )
            and "student" in match[0]
        ):
            continue
        first, last = sentence_around(folded, match.start(), match.end())
        if _OR_GRADUATE.match(folded, match.end(), last) or _OR_HELD.search(
            folded, max(first, match.start() - 60), match.start()
        ):
            continue
        return Found(True, Span(*match.span()))
    return None
