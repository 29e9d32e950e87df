"""Title, employer and places: what the model quoted, made whole by the text around it."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.evidence import verify
from tests.strategies.asking import ask, posting_of


def read(text: str, **said: Any) -> Any:
    """The posting, where the model says so much and no more; every value of it has its words."""
    silent: dict[str, Any] = {"kind": "job", "title": None, "company": None, "locations": []}
    extraction, _ = ask("assisted", silent | said, text=text)
    assert verify(extraction, text) == []
    return posting_of(extraction)


def notice(title: str) -> str:
    return f"{title}\n\nThe Harbour House has a bed free for somebody who gets up early and likes to sing at work.\n"


@pytest.mark.parametrize(
    ("quoted", "stands"),
    [
        ("Käser", "Käser*in"),
        ("Käser", "Käser:in"),
        ("Käser", "Käser/-in"),
        ("Käser", "Käser(in)"),
        ("infirmier", "infirmier·ère"),
        ("serveur", "serveur(euse)"),
        ("cocinero", "cocinero/a"),
    ],
)
def test_a_title_has_the_ending_that_the_model_leaves_out(quoted: str, stands: str) -> None:
    """What makes a job's name that of all sexes is a part of it."""
    text = notice(f"Für den Sommer: {stands} ist willkommen bei uns im Tal")
    assert read(text, title=quoted)["title"] == stands


@pytest.mark.parametrize("stands", ["Server/Host", "Server*"])
def test_other_signs_behind_a_title_are_no_ending(stands: str) -> None:
    """Another job's name, and the star of a footnote."""
    text = (
        f"A house by the sea\n\nThe Harbour House has a bed free for a {stands} who likes to sing at work.\n"
    )
    assert read(text, title="Server")["title"] == "Server"


@pytest.mark.parametrize("quoted", ["Night Porter", 'title = "Night Porter"'])
def test_a_title_between_the_quotation_marks_of_data(quoted: str) -> None:
    """Without its key."""
    assert read(notice('title = "Night Porter"'), title=quoted)["title"] == "Night Porter"


def test_an_unknown_employer_may_be_what_an_address_is_made_of() -> None:
    """Where the model names none."""
    text = notice("Cook wanted") + "Write to jobs@fernfinch.example: Fern & Finch, Hull.\n"
    assert read(text, title="Cook")["company"]["name"] == "Fern & Finch"


def test_the_employer_may_stand_in_the_title_s_line() -> None:
    """Behind a dash, where an address to write to says so as well."""
    text = "Administrator – Marrow House, Hull\nYou keep the books and answer letters.\nWrite to post@marrowhouse.example by Friday.\n"
    posting = read(text, title="Administrator")
    assert (posting["title"], posting["company"]["name"]) == ("Administrator", "Marrow House")


def test_a_place_within_a_name_is_the_place() -> None:
    """ "Hollin House in Leeds" is in Leeds."""
    text = notice("Nursery nurse") + "The kids play at Hollin House in Leeds, also in the rain.\n"
    [place] = read(text, title="Nursery nurse", locations=["Hollin House in Leeds"])["locations"]
    assert (place["text"], place["city"], place["country"]) == ("Leeds", "Leeds", "GB")


def test_a_place_within_a_name_is_the_place_also_where_the_country_is_known() -> None:
    """A country that the page gives makes no name a place."""
    text = (
        "Erzieherin\nFür die Kita Zwergenland in Chemnitz suchen wir eine Erzieherin, die gern singt und bei "
        "Regen rausgeht.\n"
    )
    [place] = read(text, title="Erzieherin", locations=["Kita Zwergenland in Chemnitz"])["locations"]
    assert (place["text"], place["city"], place["country"]) == ("Chemnitz", "Chemnitz", "DE")


@pytest.mark.parametrize(
    ("told", "places"),
    [
        (["Germiston", "Gauteng"], [("Germiston", "Gauteng", "ZA")]),
        (["Gauteng", "Germiston", "Germiston"], [("Germiston", "Gauteng", "ZA")]),
        (["Gauteng"], [(None, "Gauteng", "ZA")]),
        (["South Africa", "Germiston"], [("Germiston", None, "ZA")]),
        (["South Africa", "Gauteng"], [(None, "Gauteng", "ZA")]),
        (["Germiston", "Germany"], [("Germiston", None, "ZA"), (None, None, "DE")]),
        (["Germiston", "Roodepoort", "Gauteng"], [("Germiston", None, "ZA"), ("Roodepoort", None, "ZA")]),
        (["Lancaster", "Toledo", "Ohio"], [("Lancaster", "Ohio", "US"), ("Toledo", "Ohio", "US")]),
        (["Bayern", "Hessen", "Ulm"], [(None, "Bayern", "DE"), (None, "Hessen", "DE"), ("Ulm", None, "DE")]),
    ],
)
def test_city_region_and_country_told_apart_are_one_place(told: list[str], places: list[Any]) -> None:
    """Unless there are several that the region may belong to."""
    text = notice("Welder wanted") + "".join(f"\n{place}\n\nWe weld, and we like it.\n" for place in told)
    found = read(text, locations=told)["locations"]
    assert [(place["city"], place["region"], place["country"]) for place in found] == places


def test_words_of_no_name_are_no_place() -> None:
    """Whatever country the posting comes from; a village that no list knows is one."""
    text = (
        notice("Welder wanted")
        + "Call +33 3 25 00 00 00. You work for notre client or in Villers sous Orme.\n"
    )
    found = read(text, locations=["notre client", "Villers sous Orme"])["locations"]
    assert [place["city"] for place in found] == ["Villers sous Orme"]


@pytest.mark.parametrize(
    ("employer", "place"),
    [
        ("Universität Göttingen", "Göttingen"),
        ("Gemeente Zutphen", "Zutphen"),
        ("Hospital General de Punta Alta", "Punta Alta"),
        ("BFS Finance Münster", None),  # a firm may be anywhere
        ("Reading School Supplies", None),
    ],
)
def test_a_public_body_is_where_its_name_says(employer: str, place: str | None) -> None:
    """Where the page names no other place."""
    text = notice("Gardener wanted") + f"Our garden belongs to {employer} and is open to all.\n"
    found = read(text, company=employer)
    assert found["company"]["name"] == employer
    assert [one["city"] for one in found["locations"] or []] == ([place] if place else [])


def test_an_unknown_place_may_stand_behind_a_word_for_where() -> None:
    """Where the model takes it for one."""
    text = notice("Comprador") + "Disponibilidad para trabajar en Lurinchos, con Excelencia siempre.\n"
    found = read(text, locations=["Lurinchos", "Excelencia"])["locations"]
    assert [place["city"] for place in found] == ["Lurinchos"]
