"""Benefits in running text: a run of them is split, what belongs together stays."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.document import read_document
from extractor.evidence import verify
from extractor.outline import outline
from extractor.readers.lists import split_benefits
from tests.strategies.asking import ask, posting_of

AROUND = "\n\nfive more words stand below"


def split(said: str, language: str) -> list[str]:
    seen = outline(read_document(said + AROUND), language)
    [*pieces] = (verdict for verdict in seen.verdicts if verdict.segment.span.start < len(said))
    return [seen.words(span) for verdict in pieces for span in split_benefits(seen, verdict)]


RUNS = [
    ("We offer a pension, free lunch and a bike.", "en", "a pension|free lunch|a bike"),
    ("Wir bieten ein Jobrad, warme Mahlzeiten und eine Werkswohnung.", "de", "ein Jobrad|warme Mahlzeiten|eine Werkswohnung"),
    ("Dessutom en ny cykel, varm mat och en säng i tornet.", "sv", "en ny cykel|varm mat|en säng i tornet"),
    ("S'y ajoutent un vélo neuf, un repas chaud ainsi qu'un lit.", "fr", "un vélo neuf|un repas chaud|un lit"),
    ("Our benefits package includes dental cover, a pension and a bicycle.", "en", "dental cover|a pension|a bicycle"),
    ("We provide a room (with a stove, a bed and a table), free lunch and a bicycle.", "en",
     "a room (with a stove, a bed and a table)|free lunch|a bicycle"),
    ("On top there's a new bike, a warm lunch and a bed in the tower.", "en", "a new bike|a warm lunch|a bed in the tower"),
    ("You'd get a new bike, a warm lunch, and a bed in the tower.", "en", "a new bike|a warm lunch|a bed in the tower"),
    ("Our package includes dental care, a pension and a bike.", "en", "dental care|a pension|a bike"),
    ("Dazu gibt's ein neues Rad, warmes Essen und ein Bett im Turm.", "de", "ein neues Rad|warmes Essen|ein Bett im Turm"),
    ("Geboten werden ein neues Rad, warmes Essen sowie ein Bett.", "de", "ein neues Rad|warmes Essen|ein Bett"),
    ("S'y ajoutent un vélo neuf, un repas chaud et un lit.", "fr", "un vélo neuf|un repas chaud|un lit"),
    ("Te damos una bici nueva, comida caliente y una cama.", "es", "una bici nueva|comida caliente|una cama"),
    ("Inoltre ci sono una bici nuova, un pasto caldo e un letto.", "it", "una bici nuova|un pasto caldo|un letto"),
    ("Daarnaast krijg je een nieuwe fiets, warm eten en een bed.", "nl", "een nieuwe fiets|warm eten|een bed"),
    ("Dessutom en ny cykel, varm mat och sängplats i tornet.", "sv", "en ny cykel|varm mat|sängplats i tornet"),
    ("Zapewniamy rower, ciepły obiad oraz łóżko w wieży.", "pl", "rower|ciepły obiad|łóżko w wieży"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "language", "items"), RUNS)
def test_a_run_of_benefits_is_its_items(said: str, language: str, items: str) -> None:
    """Behind whatever leads up to them; one comma and an "and" are enough, or one and both."""
    assert split(said, language) == items.split("|")


@pytest.mark.parametrize(
    ("said", "language", "items"),
    [
        ("Nous offrons un petit logement, un bonus en décembre et des repas en cuisine.", "fr",
         ["un petit logement", "un bonus en décembre", "des repas en cuisine"]),
        ("We offer rooms en suite, a bike and a bed.", "en", ["rooms en suite", "a bike", "a bed"]),
    ],
)  # fmt: skip
def test_and_is_the_language_s_own(said: str, language: str, items: list[str]) -> None:
    """French "en" is "in", though Dutch "en" is "and"."""
    assert split(said, language) == items


@pytest.mark.parametrize(
    "said",
    [
        "We offer a bike and a warm lunch.",
        "A new bike, a lunch and a bed are yours.",
        "We offer a bike, a warm lunch.",
        "We offer a pension, a laptop and discounts including dining and travel.",
        "We offer training at the mill, which takes two days, while we pay your way.",
        "We offer a lively, patient and merry team.",
        "If you like bread, cheese and wine, there is enough of each.",
        "You sleep in the tower, in which the bells hang, when the wind is still.",
    ],
)
def test_what_is_no_run_stays_whole(said: str) -> None:
    """Two benefits, examples of one, adjectives, a condition, and a sentence that goes on."""
    assert split(said, "en") == [said]


def test_examples_stay_with_what_they_are_examples_of() -> None:
    """Also at the end of a run."""
    said = "We offer a good pension, a laptop, a bed, and discounts including dining and travel."
    assert split(said, "en") == [
        "a good pension",
        "a laptop",
        "a bed",
        "discounts including dining and travel",
    ]


def test_a_clause_stays_with_its_benefit() -> None:
    """Where it follows without a comma of its own."""
    said = "We offer a new bike, a lunch and a bed in which you sleep well."
    assert split(said, "en") == ["a new bike", "a lunch", "a bed in which you sleep well"]


def test_base_pay_within_a_run_is_left_out_and_the_rest_kept() -> None:
    """It is pay, and the others are benefits all the same."""
    text = (
        "Our mill in Hollin needs another pair of hands.\n"
        "We offer £13.20 an hour, free lunch, 30 days of holiday, and a pension.\n"
    )
    said: dict[str, Any] = {"kind": "job", "title": None, "company": None, "locations": []}
    extraction, _ = ask("assisted", said, text=text)
    posting = posting_of(extraction)
    assert posting["benefits"] == ["free lunch", "30 days of holiday", "a pension"]
    assert [pay["text"] for pay in posting["compensation"]] == ["£13.20 an hour"]
    assert verify(extraction, text) == []
