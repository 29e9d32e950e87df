"""Who employs, where nothing but the text says it: names that sentences treat as an employer.

"Acme is looking for ...", "join Acme", "Acme GmbH", "at Acme" each speak for a name; so does a name that
comes again. The name with the most evidence wins, if it has enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from extractor.fields.skill_words import is_plain_word
from extractor.patterns import Pattern
from extractor.records import Found, Span

_CAPITAL = "A-ZÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻ"
_WORD = rf"[{_CAPITAL}0-9][\w&+'’.-]*(?<![.'’-])"
_LINK = r"(?:of|for|the|and|&|de|du|des|d[eo]s|da|do|del|della|la|las|les|los|el|et|e|y|für|und|van|von|der|den|för|och|og|i|w)"
_NAME = rf"(?:[Tt]he )?(?P<name>{_WORD}(?:[ ](?:{_LINK}[ ]){{0,2}}{_WORD}){{0,5}})"
_LEGAL = (
    r"(?:Inc|Incorporated|LLC|L\.L\.C|LLP|Ltd|Limited|PLC|plc|Corp|Corporation|Pty Ltd|Pvt\.? Ltd|GmbH(?: & Co\. ?KG\w*)?|gGmbH|AG|SE|KG|"
    r"KGaA|OHG|eG|e\. ?V|S\.?A\.?S|SARL|S\.?à\.?r\.?l|S\.?R\.?L|S\.?p\.?A|B\.?V|N\.?V|AB|ASA|A/S|ApS|Oyj?|S\.?L\.?U?|Lda|Ltda|asbl|ASBL|VZW|"
    r"[Ss]p\. ?z ?o\. ?o|S\.A\.(?: de C\.V)?|S\.? de R\.?L)"
)
_SEEKS = (
    r"(?:is|are|now|currently|we are)? ?(?:looking for|seeking|hiring|recruiting|searching for)|seeks|recruits|"
    r"sucht|suchen|recrute|recherche|busca|contrata|selecciona|requiere|cerca|ricerca|procura|söker|søger|søker|zoekt|poszukuje|szuka"
)
_IS = (
    r"(?:is|are|was founded|has been|ist|sind|est|sont|es|son|è|sono|é|är|er|jest)"
    r" (?:an?|the|one|proud|committed|ein\w*|der|die|das|un[ae]?|le|la|l['’]|una?|um|uma|en|ett|et|een|de|het|jednym?|to)\b"
)
_OFFERS = r"(?:offers|provides|believes|values|bietet|propose|offre|ofrece|oferece|erbjuder|tilbyder|tilbyr|biedt|oferuje)"
_CUES = tuple(
    (Pattern(pattern), weight)
    for pattern, weight in (
        (rf"(?<![\w-]){_NAME},? {_LEGAL}(?!\w)", 2.0),
        (rf"(?<![\w-]){_NAME}(?:,? {_LEGAL}\.?)? (?:\([^()\n]{{1,40}}\) )?(?:{_SEEKS})(?!\w)", 3.0),
        (rf"(?<![\w-]){_NAME}(?:,? {_LEGAL}\.?)? (?:\([^()\n]{{1,40}}\) )?{_IS}", 2.0),
        (rf"(?<![\w-]){_NAME} {_OFFERS}(?!\w)", 1.5),
        (
            rf"(?i:\b(?:join(?:ing)?|about|work(?:ing)? (?:at|for)|career at|life at|why|über|arbeiten bei|rejoignez|rejoindre|à propos de|únete a|sobre|om|over)) {_NAME}(?!\w)",
            1.5,
        ),
        (rf"\b(?:at|bei|chez|hos|presso|bij|con) {_NAME}(?!\w)", 1.0),
        (
            rf"(?i:(?:^|\n)[ \t]*(?:company|employer|organi[sz]ation|unternehmen|arbeitgeber|entreprise|employeur|empresa|azienda|arbetsgivare|werkgever|pracodawca)(?: name)?[ \t]*[:\t]\s*){_NAME}",
            4.0,
        ),
    )
)
# No names, though they begin with a capital and sentences treat them so.
_NO_NAMES = frozenset(
    "we you i it this that they he she our your the these who what why how there here all as if in at on for from to with "
    "company employer client team candidate candidates applicant applicants role position job opportunity department "
    "applications application salary location us usa uk eu hr it ai ceo wir sie du er es ihr unser kunde nous vous il elle "
    "notre client notre nuestro cliente empresa se el la los las vi du de det den ni jag noi voi lei chi você nós our client "
    "monday tuesday wednesday thursday friday january february march april may june july august september october "
    "november december english german french spanish".split()
)
_NOT_PART = re.compile(
    rf"^(?:The|La|Le|Les|Los|Las|El|Die|Der|Das|De|Het|Il|Lo|Den|Det|O|A|Os|As) |,? {_LEGAL}\.?$"
)
_NO_NAME = re.compile(rf"\w+['’](?:m|re|ve|ll|d|s)|{_LEGAL}")
# Of 42 names with as much, in postings of a hundred sites, 31 were the employer's.
_ENOUGH = 4.0
_MOST_MENTIONS = 4  # that count


def find_employer(text: str) -> Found[str] | None:
    """The name with the most evidence, where it stands first; None where none has enough."""
    best = next(iter(rank_names(text)), None)
    return best[0] if best is not None and best[1] >= _ENOUGH else None


def rank_names(text: str) -> list[tuple[Found[str], float]]:
    """The names that sentences treat as an employer, each where it stands first, with the evidence for it;
    the one with the most first."""
    weight: defaultdict[str, float] = defaultdict(float)
    for name, value in _named(text):
        weight[name] += value
    domains = _domains(text)
    ranked = []
    for name, cued in weight.items():
        at = text.index(name)
        of_domain = _DOMAIN if _is_of_domain(name, domains) else 0.0
        ranked.append((Found(name, Span(at, at + len(name))), cued + of_domain + 0.5 * _mentions(text, name)))
    return sorted(ranked, key=lambda found: -found[1])


_DOMAIN = 2.0  # what an address of the name's own speaks for it
_ADDRESS = re.compile(
    r"(?:@|https?://|\bwww\.)(?:[\w-]+\.)*?(?P<label>[\w-]{3,})\.(?:co\.|com\.|org\.|ac\.|gov\.)?[a-z]{2,12}\b"
)
_SHORTEST_IN_DOMAIN = 4  # letters
_MAILBOX = re.compile(
    r"[\w.+-]@(?:[\w-]+\.)*?(?P<label>[a-z][a-z-]{5,28}[a-z])\.(?:co\.|com\.|org\.|ac\.|gov\.)?[a-z]{2,12}\b"
)
_MAILBOXES = 5


def _domains(text: str) -> set[str]:
    """The labels of the addresses in the text that may be an employer's name ("acme" of jobs@acme.co.uk)."""
    return {re.sub(r"[\W_]", "", match["label"].casefold()) for match in _ADDRESS.finditer(text)}


def _is_of_domain(name: str, domains: set[str]) -> bool:
    joined = re.sub(r"[\W_]", "", name.casefold())
    return any(
        label.startswith(joined) or joined.startswith(label)
        for label in domains
        if min(len(label), len(joined)) >= _SHORTEST_IN_DOMAIN
    )


def _mentions(text: str, name: str) -> int:
    return min(_MOST_MENTIONS, text.count(name) - 1)


def _named(text: str) -> Iterator[tuple[str, float]]:
    """Names with what each place speaks for them; each cue counts once a name."""
    yield from ((name, _OF_MAILBOX) for name in _of_mailboxes(text))
    for pattern, weight in _CUES:
        seen = set()
        for match in pattern.finditer(text):
            name = _NOT_PART.sub("", match["name"])
            if name not in seen and _may_be_name(name):
                seen.add(name)
                yield name, weight


_OF_MAILBOX = 2.0


def _of_mailboxes(text: str) -> Iterator[str]:
    """Names that an address to write to is made of: "Suffolk Libraries" of jobs@suffolklibraries.co.uk."""
    labels = dict.fromkeys(match["label"] for match in islice(_MAILBOX.finditer(text), _MAILBOXES))
    for label in labels:
        spelt = r"[ &.'’-]{0,3}".join(map(re.escape, label.replace("-", "")))
        named = re.search(rf"(?<![\w@./-])(?=[{_CAPITAL}])(?i:{spelt})(?![\w@-]|\.\w)", text)
        if named and _may_be_name(named[0]):
            yield named[0]


def _may_be_name(name: str) -> bool:
    words = name.lower().split()
    if words[0] in _NO_NAMES or len(name) < 2 or name.isdigit() or _NO_NAME.fullmatch(name):
        return False
    return not all(is_plain_word(word) for word in words)
