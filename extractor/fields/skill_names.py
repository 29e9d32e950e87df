"""What a skill's name says by itself: hard or soft, and which other names mean the same skill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from extractor.fields.skill_lexicon import Entry, key_of, lexicon
from extractor.fields.skill_words import is_leading
from extractor.schema import SkillKind

_PARENTHESIS: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
# Words that turn the name of a skill into the name of having it.
_HAVING: Final = re.compile(
    r"[\s-]*(?<![^\W_])(?:skills?|skill set|abilit(?:y|ies)|competenc(?:y|ies|e)|knowledge|proficiency"
    r"|experience"
    r"|expertise|language|programming|programming language|software|kenntnisse|fähigkeiten|erfahrung)$"
    r"|(?<=\w\w\w)s?(?:kenntnisse|erfahrung)$",
    re.IGNORECASE,
)
# Words that the names of soft skills begin with or end in; asked only where the lexicon is silent.
_SOFT_BEGINNING: Final = re.compile(
    r"(?:ability to|sens (?:de|du|des)|esprit|capacité d|goût d|capacidad de"
    r"|orientación|habilidades? (?:de|inter|soc)"
    r"|förmåga)",
    re.IGNORECASE,
)
_SOFT_END: Final = re.compile(
    r"(?:communicat|interperson|team(?:work|player|fähig|geist|arbeit|orient|känsla)|collaborat|self-|attitude|mindset"
    r"|willing|eager|passion|enthusias|motivat|reliab|responsib|flexib|adaptab|creativ|curio|empath|patien|integrity"
    r"|honest|punctual|proactiv|initiative|leadership|detail$|multi-?task|positiv|resilien|independen|autonom|humou?r"
    r"|kommunikati|selbst|zuverläss|belastbar|eigen(?:init|verant|ständ)|lern(?:bereit|will)|einfühl|engag|sorgf"
    r"|kunden(?:orient|freund)|rigueur|rigoureu|écoute|relationnel|aisance|dynami|curieu|bienveill|discrét|polyval"
    r"|equipo$|actitud|responsab|compromi|liderazgo|organizad"
    r"|samarbet|noggrann|ansvar|lyhörd|driv(?:en|kraft)|självst|initiativ|stress|serviceinr|.*förmåga$)",
    re.IGNORECASE,
)
_PLURAL: Final = re.compile(r"(?<=[a-z]ss|[a-z][sc]h)es$|(?<=[a-z]{3}[^\Wsui])s$")


def kind_of(name: str) -> SkillKind:
    """Whether a skill's name, in any of the lexicon's languages, is of a hard or a soft skill."""
    for form in _forms(name):
        entry = _entry_of(form)
        if entry:
            return entry.kind
    last = (_HAVING.sub("", name).split() or [""])[-1]
    return "soft" if _SOFT_BEGINNING.match(name) or _SOFT_END.match(last) else "hard"


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The key under which all ways to write one skill are equal, whatever their case and number."""
    for form in _forms(name):
        entry = _entry_of(form)
        if entry:
            return _singular(key_of(entry.skill))
    return _singular(key_of(_HAVING.sub("", _PARENTHESIS.sub("", name)).strip() or name))


def _forms(name: str) -> Iterator[str]:
    """The name and shorter ways to say it, nearest first."""
    name = name.strip(" .,;:•-")
    yield name
    bare = _PARENTHESIS.sub("", name).strip()
    if bare and bare != name:
        yield bare
        yield from _PARENTHESIS.findall(name)
    words = bare.split()
    while len(words) > 1 and is_leading(words[0].lower()):
        words = words[1:]
        yield " ".join(words)
    having = _HAVING.sub("", " ".join(words)).strip()
    if having:
        yield having


def _entry_of(name: str) -> Entry | None:
    """The lexicon's entry for a name; where case tells skills apart, the one written alike."""
    entries = lexicon().entries_of(name)
    alike = [entry for entry in entries if entry.written == name]
    return next(iter(alike or entries), None)


def _singular(key: str) -> str:
    return " ".join(_PLURAL.sub("", word) for word in key.split(" "))
