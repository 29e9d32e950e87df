"""The employer by the sentences that treat a name as one."""

from __future__ import annotations

import pytest

from extractor.fields.employer import find_employer, rank_names

TOLD = [
    ("Grubenlicht GmbH sucht eine Köchin. Bei Grubenlicht arbeiten 40 Leute.", "Grubenlicht"),
    ("Marrowby Boats is looking for a joiner. Join Marrowby Boats in Hull.", "Marrowby Boats"),
    ("Company: Hollin & Sons\nA job in the yard.", "Hollin & Sons"),
    (
        "Help wanted. Write to jobs@cloverdaleforge.example; the Cloverdale Forge is open all week.",
        "Cloverdale Forge",
    ),
    ("Fern & Finch needs a cook. CV to hello@fern-finch.example", "Fern & Finch"),
    ("Saturday help, weekend@holly-lane-nursery.example. Holly Lane Nursery, Hull", "Holly Lane Nursery"),
    ("La Société des Quais recrute un docker. Société des Quais est une coopérative.", "Société des Quais"),
]
SILENT = [
    "We are looking for a nurse. You will work at night.",
    "I'm looking for somebody who can cook. I'm away on Mondays, and I'm patient.",
    "The candidate is a good listener. The candidate is an early riser.",
    "Send your CV to jobs@cloverdaleforge.example",
    "A cook is wanted at Hollin Mill. hollinmill@post.example",
    "Read all of it at www.cloverdaleforge.example. The Cloverdale Forge burnt down.",
    "Our client is looking for a driver in Leeds.",
    "",
]


@pytest.mark.parametrize(("text", "name"), TOLD)
def test_the_name_that_sentences_treat_as_an_employer(text: str, name: str) -> None:
    """With the place where it stands first."""
    found = find_employer(text)
    assert found is not None
    assert found.value == name == text[found.span.start : found.span.end]


@pytest.mark.parametrize("text", SILENT)
def test_without_enough_evidence_none(text: str) -> None:
    """Pronouns, candidates and hidden clients are no employers, nor is what no address or another spells out."""
    assert find_employer(text) is None


def test_names_are_ranked_by_their_evidence() -> None:
    """Each cue counts once a name; a name that comes again has more."""
    ranked = rank_names("Join Marrowby Boats. Work at Marrowby Boats, or at Hollin & Sons.")
    assert [(found.value, evidence) for found, evidence in ranked] == [
        ("Marrowby Boats", 3.0),
        ("Hollin & Sons", 1.0),
    ]
