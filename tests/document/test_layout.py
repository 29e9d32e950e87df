"""Lines as people paste them: filled to a width, quoted in mails; each word keeps its place in the source."""

from __future__ import annotations

import pytest

from extractor.document import read_document
from extractor.evidence import find_quote

FILLED = {
    "a mail": """\
Hello all,

our choir house in Visby looks for somebody who keeps the
boiler alive through the winter and who does not mind the
cold. You will sweep the yard, carry the wood up from the
cellar and light the stove in the hall before the singers
come at six.

Write to the warden by the end of October.""",
    "a small ad": """\
Ruhiger Mensch gesucht, der unsere
Ziegen auf der Alm hütet und jeden
Morgen die Milch ins Tal bringt und
am Abend die Zäune nachsieht, damit
keine in die Schlucht fällt und uns
verloren geht.""",
    "a hyphen at a line's end": """\
On cherche une personne qui garde le
phare et qui tient la lampe en bon
état toute l'année, même le sous-
sol où la mer entre par gros temps.
Le logement est compris, le bateau
vient le mardi.""",
}
SHORT = {
    "a list": """\
Tasks of the night porter here
Open the gate for late guests
Answer the phone of the house
Keep the keys of forty rooms
carry bags up to the rooms
call the doctor when needed""",
    "items in lower case": """\
You will:
- sweep the yard and carry the wood
- keep the boiler alive all winter
- light the stove before they sing
- mind the cold, which is a long one
and talk to guests""",
    "wide lines": "\n".join(
        "somebody who keeps the boiler of our house alive through the long winter and who does not mind the cold at all"
        for _ in range(6)
    ),
    "two lines": "We look for a person who paints the\nhulls of our boats and mends sails.",
}


@pytest.mark.parametrize("text", FILLED.values(), ids=FILLED)
def test_paragraphs_filled_to_a_width_are_one_line_each(text: str) -> None:
    """A line that broke where the next word did not fit goes on; empty lines part paragraphs."""
    paragraphs = text.split("\n\n")
    joined = [part.replace("-\n", "-").replace("\n", " ") for part in paragraphs]
    assert read_document(text).text == "\n\n".join(joined)


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_other_lines_stay_as_they_are(text: str) -> None:
    """Lists of short lines, marked items, and lines too wide or too few to tell."""
    assert read_document(text).text == text


@pytest.mark.parametrize("line", ["PLACE: Marstal", "Pay: 170 kr. an hour", "-" * 35, "- a bed", "2) a boat"])
def test_labels_items_and_rules_begin_lines_of_their_own(line: str) -> None:
    """Also in the midst of filled text, after a line that is full."""
    text = (
        "We look for a person who paints the\nhulls of our boats and who does the\nsails in winter, when the harbour is\n"
        f"frozen and when nobody will come out\n{line}\nWrite to us."
    )
    lines = read_document(text).text.split("\n")
    assert line in lines
    assert lines[0].startswith("We look for a person who paints the hulls of our boats")


def test_what_a_joined_line_says_points_into_the_source() -> None:
    """Evidence across a line break quotes the source with its break."""
    document = read_document(FILLED["a mail"])
    place = find_quote(document.text, "keeps the boiler alive through the winter")
    assert place is not None
    span = document.to_source(place[0])
    assert document.source[span.start : span.end] == "keeps the\nboiler alive through the winter"


FORWARDED = """\
Hi Jo, isn't this something for you?

> We need a cook for our hut. The hut lies at
> 2,100 m.
>
> You bake the bread and wash up.
>> Start is in June.
"""


def test_a_forwarded_mail_loses_its_quote_marks() -> None:
    """Of every depth; each word keeps its place."""
    document = read_document(FORWARDED)
    assert ">" not in document.text
    assert "\n\nYou bake the bread and wash up.\nStart is in June." in document.text
    place = find_quote(document.text, "Start is in June")
    assert place is not None
    span = document.to_source(place[0])
    assert span.start == FORWARDED.index("Start is in June")


def test_what_is_quoted_and_filled_is_unquoted_first() -> None:
    """The width is that of the mail's words, the marks are not part of it."""
    quoted = "\n".join(f"> {line}".rstrip() for line in FILLED["a mail"].split("\n"))
    assert read_document(quoted).text == read_document(FILLED["a mail"]).text


@pytest.mark.parametrize(
    "text",
    [
        "What the job is about:\n> Bake the bread\n> Wash up\n> Feed the goats",
        "Your day in the hut:\n> Bake the bread. Always.\nWrite to us soon, please.",
        "The heat is 40 < x\n> 50 degrees in here. We drink a lot of water.",
        "Home > Jobs > Huts\nWe need a cook. The hut lies at 2,100 m.",
    ],
)
def test_other_signs_of_greater_than_stay(text: str) -> None:
    """Before items, before one line alone, in paths and sums."""
    assert read_document(text).text == text
