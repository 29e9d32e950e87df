"""Patterns of the text around skills: headings, standards, what stands beside a trait or a language."""

from __future__ import annotations

import re
from typing import Final

from extractor.patterns import Pattern

# Headings under or after which skills are listed, one a line or separated by commas.
SKILLS_HEADING: Final = re.compile(
    r"(?:(?:key|core|technical|hard|soft|required|preferred|desired|essential|additional|other|main|top"
    r"|special|it"
    r"|job|professional|personal|necessary|must[- ]have|computer|relevant|minimum|specific|your"
    r"|nice[- ]to[- ]have"
    r"|programming|our|tech)\s+)*"
    r"(?:skills?(?:\s*(?:&|and|/)\s*\w+)?|skill ?set|competenc(?:ies|e)|technolog(?:ies|y)"
    r"|(?:technology )?stack"
    r"|tools?|languages?|certifications?|licen[cs]es?|frameworks?|databases?|software|platforms?|expertise"
    r"|tooling"
    r"|kenntnisse|fähigkeiten|sprachen|sprachkenntnisse|edv-kenntnisse|führerscheine?|kompetenzen"
    r"|technologien"
    r"|fachkenntnisse|compétences|savoir-être|savoir-faire|savoirs|outils|langues?|logiciels"
    r"|habilidades|competencias|conocimientos|idiomas?|herramientas|aptitudes|kompetenser|färdigheter|språk"
    r"|(?:personliga )?egenskaper|keywords|mots[- ]clés)"
    r"(?:\s+(?:required|needed|requises?|requeridas?|techniques?|técnic[ao]s|and tools|& tools|linguistiques"
    r"|professionnelles|comportementales|clés))?",
    re.IGNORECASE,
)

# Headings of what the employer says of itself and of what it gives.
ASIDE_HEADING: Final = re.compile(
    r"(?:our |the |your |job |company )?(?:benefits?|perks)(?:\s*(?:&|and|/|\+)\s*\w+)*"
    r"|(?:what|why) (?:we|you|us|join|work|can we)\b.*(?:offer|get|give|us|provide|here|join|benefit)\b.*"
    r"|why join.*|why us"
    r"|about (?:us|the company|our company|the organi[sz]ation|the team)|who we are|our (?:culture|values"
    r"|mission|story)"
    r"|company (?:description|overview|profile)|equal (?:employment )?opportunity.*|compensation(?: (?:&"
    r"|and) benefits)?"
    r"|(?:das |was )?(?:bieten )?wir (?:dir|ihnen|dich|sie)?\s*(?:bieten|erwartet|bietet)?(?: dir| ihnen)?"
    r"|unser angebot"
    r"|wir über uns|über uns|das bieten wir.*|was wir (?:dir |ihnen )?bieten|deine (?:vorteile|benefits)"
    r"|ihre vorteile"
    r"|(?:ce que )?nous (?:vous )?(?:offrons|proposons)|(?:nos |vos |les )?avantages|(?:à propos"
    r"|qui sommes)[ -].*"
    r"|(?:qué )?(?:te )?ofrecemos|beneficios|(?:sobre|quiénes) (?:nosotros|somos)"
    r"|(?:vad )?(?:vi )?erbjuder(?: vi)?(?: dig)?|om (?:oss|företaget|arbetsgivaren|arbetsplatsen)|förmåner"
    r"|(?:similar|related|other|more) jobs.*",
    re.IGNORECASE,
)

# Words of the headings that end such a section.
TOPIC_HEADING: Final = re.compile(
    r"(?<!\w)(?:requirements?|qualifications?|responsibilit|dut(?:y|ies)|description|profile?|about you|you"
    r"|your|job|role"
    r"|position|looking for|experience|education|tasks?|essential|summary|overview"
    r"|aufgaben|anforderungen|voraussetzungen|qualifikation|du|dein|deine|sie|ihr|ihre|stellenbeschreibung"
    r"|tätigkeit"
    r"|missions?|profil|poste|vous|tu|descriptif|requis|recherchons"
    r"|requisitos|funciones|perfil|responsabilidades|tareas|puesto|buscamos|descripción|ofertas?"
    r"|kvalifikationer|arbetsuppgifter|rollen|tjänsten|dig|söker|krav|meriterande|bakgrund|uppdraget)",
    re.IGNORECASE,
)

# The number of a standard: issuers, then digits ("EN ISO 3834-2").
STANDARD: Final = Pattern(
    r"(?<!\w)(?:(?:ISO|IEC|EN|DIN|IEEE|ASTM|CISPR|MIL-STD|BS|ANSI|ASME|NFPA|NF|SS|UNE|VDE|ETSI|AS|SAE|UL|TS"
    r"|IATF"
    r"|NIST|KN|CNS|JIS|GOST|GR|NEBS)[\s/-]{1,2}){1,3}[A-Z]{0,2}-?\d{2}[\d.:/-]*(?:-?[x\d]+)?(?<![.:/-])"
    r"|(?<!\w)\d+ CFR(?: Part)? \d+"
)

# The end of the name of a field of study.
STUDY_FIELD: Final = re.compile(
    r"(?:logy|ics|istry|sciences?|engineering|nomy|physics|accounting|finance|marketing|management"
    r"|administration|law"
    r"|biologie|chimie|physique|informatique|technik|wissenschaft(?:en)?|logie|informatik|ingeniería|ología"
    r"|teknik"
    r"|kunskap|ekonomi)$",
    re.IGNORECASE,
)

# What may follow an adjective that is said of a person; before any other word it describes a thing.
AFTER_ADJECTIVE: Final = re.compile(
    r"\s*(?:$|[,.;:!?)/&•·|\n–—]|-\s|(?:and|or|but|with|while|when|who|to|in|at|as|yet|enough|person|people"
    r"|individuals?|personality|attitude|approach|mindset|mind|team ?player|professionals?|self-starter"
    r"|candidates?"
    r"|nature|demeanou?r|manner|under|about|skills?|abilit(?:y|ies)|thinker|thinking|worker|communicator"
    r"|leader|spirit"
    r"|by nature|on|towards?|character|disposition"
    r"|und|oder|sowie|im|bei|mit|persönlichkeit(?:en)?|arbeitsweise|arbeitsstil|art|auftreten|denkweise"
    r"|denken|handeln"
    r"|arbeiten|umgang|wesen|team ?player|teammitglied|mitarbeiter(?:in)?|vorgehen|vorgehensweise|einstellung"
    r"|et|ou|dans|avec|à|en|pour|face|doté|dotée|vous|mais|sur"
    r"|y|e|o|con|para|personas?|ante|hacia|al"
    r"|och|eller|samt|som|med|i|lagspelare|medarbetare|inställning|arbetssätt|sätt|för|av|till|men|förmåga"
    r"|när"
    r"|personlighet|attityd)(?!\w))",
    re.IGNORECASE,
)
# What stands before such an adjective.
BEFORE_ADJECTIVE: Final = re.compile(
    r"(?<!\w)(?:you are|you['’]re|be|being|is|an?|highly|very|extremely|someone|candidate|individual|attitude"
    r"|naturally|remain|remaining|work|always|stay|are"
    r"|bist|sind|einer?|sehr|dich"
    r"|êtes|es|vous|très|une?|personne|profil"
    r"|eres|ser|sea|persona|muy"
    r"|är|du|dig|som|en|mycket|person|din|vara|både)[\s'’]*$",
    re.IGNORECASE,
)
# What stands before a noun of double meaning where it is a trait of the person sought.
BEFORE_TRAIT: Final = re.compile(
    r"(?<!\w)(?:demonstrates?|demonstrated|shows?|display|strong|excellent|good|great|exceptional"
    r"|outstanding|superior"
    r"|ability to|able to|high|levels? of|sense of|degree of|spirit of|possess(?:es)?|solid|effective"
    r"|proven|clear"
    r"|hohe[rs]?|ausgeprägte[rs]?|große|sehr|gute|ausgezeichnete|starke"
    r"|bonne?|grande|forte|excellente|sens de l?a?|preuve d['’e]|capacité [àd]['’e]?|votre|esprit d['’e]"
    r"|alt[ao]|buena|gran|excelente|capacidad (?:de|para)|habilidad de"
    r"|god|goda|hög|stor|stort|förmåga att|lätt för att|bra på att|kan|eget)[\s'’]*$",
    re.IGNORECASE,
)
# What stands before or after the name of a human language where to speak it is asked for.
BEFORE_LANGUAGE: Final = re.compile(
    r"(?<!\w)(?:fluent|good|excellent|native|spoken|written|conversational|business|professional|basic"
    r"|proficient"
    r"|fluency in|proficiency in|speaks?|speaking|write|writing|read|understand|verbal|oral|bilingual|perfect"
    r"|gute[sn]?|sehr gutes?|fließend(?:es?)?|verhandlungssicher(?:es?)?|perfekt(?:es)?|sichere[sr]?"
    r"|sprichst|sprechen"
    r"|bon|bonne|parlez|parlé|couramment|courant|en|maîtrise de l|l"
    r"|buen|fluido|hablar|hablado|nivel de|nivel|dominio del?"
    r"|god|goda|bra|flytande|talar|skriver|behärskar|på|i|både)[\s'’:]*$",
    re.IGNORECASE,
)
AFTER_LANGUAGE: Final = re.compile(
    r"[\s-]*(?:\(|:|[ABC][12]\b|skills?|language|fluen|proficien|speak|native|communication|level|is\b"
    r"|required|essential|preferred"
    r"|desirable|a plus|an advantage|an asset|mandatory"
    r"|in\s+wort|kenntnisse|fließend|sprach|auf\s|verhandlung|mutterspr|zwingend"
    r"|wünschenswert|von vorteil|erforderlich|vorausgesetzt|ist\b|sind\b|courant|appréci|requis|obligat"
    r"|lu\b|écrit|parlé|professionnel|exigé|technique|impératif|souhait|niveau"
    r"|avanzado|intermedio|fluido|hablado|nativo|técnico|conversacional|alto|excluyente"
    r"|requerido|deseable|valor|(?:är\s+)?(?:ett\s+)?(?:krav|merit)|i\s+tal|och\s+engelska|flytande"
    r"|obehindrat|språket)",
    re.IGNORECASE,
)
# What after a name of double meaning makes it a skill: "Go experience".
AFTER_SKILL: Final = re.compile(
    r"\s(?:skills?|experience|knowledge|proficiency|expertise|abilit(?:y|ies)|licen[cs]e|certifi"
    r"|development\b"
    r"|programming)",
    re.IGNORECASE,
)
