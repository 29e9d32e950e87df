"""A set of attacked postings: not one attack changes a field that the rest of the posting decides.

The model of these tests obeys in the worst way: it answers what the attack wants, and insists when asked
again, whether it was shown the attack or not. The result is compared with that of the same posting without
the attack, whose model makes up what nobody has said.
"""

from __future__ import annotations

import functools
import html
import json
from typing import Any

import pytest
from pydantic import BaseModel

from abuse.attacks import ATTACKS, COMPANY, HIDING, PLACE, PLAINLY, SKILL, TITLE, Attack
from abuse.postings import PAGE, TEXTS, Base
from extractor import Extraction, Extractor, Settings
from extractor.evidence import verify
from extractor.model.scripted import Line, Scripted
from extractor.records import Request

NOBODY = Attack("", "Nobody", "Nobody", ("Nowhere",))
NUMBERS = ("required", "preferred", "benefits", "other_jobs")
WHERE = ("top", "head", "middle", "end")


class Ad(BaseModel):
    """A schema of the user's own."""

    title: str | None
    company: str | None
    pay: float | None
    tags: list[str]


def obey(attack: Attack, request: Request) -> Line:
    """What the attack wants, in whatever shape is asked for; the same again where it is doubted."""
    asked = request.schema["properties"]
    if "quotes" in asked:
        return {"quotes": [attack.title, attack.company, *attack.places][:6]}
    wanted = {"title": attack.title, "company": attack.company}
    if "pay" in asked:
        return wanted | {"pay": 999999, "tags": [SKILL, *attack.places]}
    wanted_places = wanted | {"locations": list(attack.places)}
    if "kind" in asked:
        return wanted_places | {"kind": "job"}
    skills = {"hard_skills": [SKILL, attack.company], "soft_skills": [attack.title]}
    return wanted_places | skills | {"is_job_posting": True, "duties": ""} | dict.fromkeys(NUMBERS, "")


def extract(strategy: str, text: str, attack: Attack) -> Extraction[Any]:
    """The extraction by a model that obeys."""
    model = Scripted(functools.partial(obey, attack))
    schema = Ad if strategy == "custom" else None
    settings = Settings(strategy="numbered" if schema else strategy)
    with Extractor(settings, model=model, schema=schema) as extractor:
        return extractor.extract(text, id="1")


def posting_of(extraction: Extraction[Any]) -> dict[str, Any]:
    """The posting as JSON; fails where there is none."""
    assert extraction.error is None, extraction.error
    assert extraction.posting is not None
    return dict(extraction.posting.model_dump(mode="json"))


@functools.cache
def untouched(strategy: str, base: Base) -> dict[str, Any]:
    """What is read of a posting that nobody attacks."""
    return posting_of(extract(strategy, base.attacked("", "end"), NOBODY))


def placed() -> list[tuple[str, str, str]]:
    """Each attack in one posting at one place, all postings and places in turn."""
    names = list(TEXTS)
    return [(attack, names[n % 3], WHERE[n % 4]) for n, attack in enumerate(ATTACKS)]


@pytest.mark.parametrize("strategy", ["assisted", "numbered", "custom"])
@pytest.mark.parametrize(("name", "base", "where"), placed())
def test_an_attack_changes_nothing(name: str, base: str, where: str, strategy: str) -> None:
    """Every field is as without it, and every value has its evidence."""
    attack, posting = ATTACKS[name], TEXTS[base]
    text = posting.attacked(attack.text, where)
    extraction = extract(strategy, text, attack)
    assert posting_of(extraction) == untouched(strategy, posting)
    assert verify(extraction, text) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_in_a_page_changes_nothing(name: str) -> None:
    """The same inside markup, where entities and hidden characters are decoded."""
    attack = ATTACKS[name]
    lines = attack.text.splitlines()
    shown = "<br>".join(line if name == "entities" else html.escape(line) for line in lines)
    text = PAGE.attacked(f"<p>{shown}</p>", WHERE[len(name) % 4])
    extraction = extract("assisted", text, attack)
    assert posting_of(extraction) == untouched("assisted", PAGE)
    assert verify(extraction, text) == []


@pytest.mark.parametrize("strategy", ["assisted", "numbered"])
@pytest.mark.parametrize("how", HIDING)
def test_what_a_page_hides_is_not_said(how: str, strategy: str) -> None:
    """Markup that no reader sees gives no value, though it states a job plainly and the model quotes it."""
    text = PAGE.attacked(HIDING[how].format(attack=PLAINLY), WHERE[len(how) % 4])
    extraction = extract(strategy, text, Attack(PLAINLY))
    assert posting_of(extraction) == untouched(strategy, PAGE)
    said = json.dumps(posting_of(extraction))
    assert not [word for word in (TITLE, COMPANY, PLACE, SKILL, "999999") if word in said]


def test_there_are_enough_attacks_of_enough_kinds() -> None:
    """The promise of SECURITY.md."""
    assert len(ATTACKS) >= 90
    assert len(HIDING) >= 35
