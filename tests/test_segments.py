"""Pieces of a posting: cut at line breaks, marks, headings and sentence ends, and where those were lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.segments import read_heading, split_segments


def cut(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(s.kind, text[s.span.start : s.span.end]) for s in split_segments(text, language=language)]


def pieces(text: str, language: str | None = "en") -> list[str]:
    return [said for _, said in cut(text, language)]


def test_bullets_lose_their_marks_and_pictures():
    """An item is its words: marks, numbers and pictures before it are not part of it."""
    text = "• Bake bread\n- 💰 Fair pay\n3) Clean the ovens\n➤ Serve guests\n... lock up\n…sing"
    assert cut(text) == [
        ("bullet", "Bake bread"),
        ("bullet", "Fair pay"),
        ("bullet", "Clean the ovens"),
        ("bullet", "Serve guests"),
        ("bullet", "lock up"),
        ("bullet", "sing"),
    ]


def test_a_bullet_of_several_sentences_stays_whole():
    """Contract: bullets stay whole, prose is cut at sentence ends."""
    assert pieces("- Lead the shift. Close the till at night.") == [
        "Lead the shift. Close the till at night."
    ]
    assert pieces("Lead the shift. Close the till at night.") == [
        "Lead the shift.",
        "Close the till at night.",
    ]


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("Tasks: • sort mail • answer the phone", ["sort mail", "answer the phone"]),
        (
            "You will: - Plan routes - Drive the van - Wash it on Fridays",
            ["Plan routes", "Drive the van", "Wash it on Fridays"],
        ),
        (
            "Prepare orders* Load trucks* Keep the yard clean",
            ["Prepare orders", "Load trucks", "Keep the yard clean"],
        ),
    ],
)
def test_bullets_inside_a_line(line: str, items: list[str]):
    """Pages that lost their line breaks keep their marks."""
    assert pieces(line)[-len(items) :] == items


def test_dashes_of_prose_and_dates_are_no_bullets():
    """A dash joins words and dates as well; those lines stay whole."""
    line = "From May 18 – August 7, 2026 our team — all twelve of us — works on site."
    assert pieces(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "e.g. forklifts, pallet trucks etc. are used daily.",
        "Dr. Maier and Mr. Li lead the ward.",
        "Beginn am 11. Juli in Bad Oldesloe.",
        "You know Node.js, ASP.NET and C#.",
        "Pay is approx. 2.300 Euro brutto.",
        "Pay is Rs. 18,000 a month.",
        "An M.Sc. Botany or a B.Com. Accounts is asked for.",
        "Prawo jazdy kat. B jest potrzebne.",
        "Du hast eine abgeschl. Lehre als Koch.",
        "Ask for J. Brennan at the gate.",
    ],
)
def test_full_stops_that_end_no_sentence(line: str):
    """Abbreviations, names and day numbers keep their sentence together."""
    assert pieces(line) == [line]


def test_sentence_ends_without_a_space():
    """Markup dropped without a space: "orders.When" is two sentences, "projects.10 years" too."""
    assert pieces("Handle incoming orders.When needed, call the customer.10+ years with us is common.") == [
        "Handle incoming orders.",
        "When needed, call the customer.",
        "10+ years with us is common.",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("You mind the till at weekends. £12.60 an hour.", "You mind the till at weekends."),
        ("Wir zahlen gut. €15 die Stunde.", "Wir zahlen gut."),
        ("Training is paid. ₹300 a day.", "Training is paid."),
        ("You love dogs 🐕 We love you back", "You love dogs 🐕"),
        ("On paie bien ☀️ Écrivez-nous", "On paie bien ☀️"),
        ("You know when the soup is 86'd. Twice a week you order fish.", "You know when the soup is 86'd."),
        ("Il faut le permis B. On se déplace chaque jour.", "Il faut le permis B."),
        ("Du hast den Führerschein Klasse B. Wir stellen das Auto.", "Du hast den Führerschein Klasse B."),
        ("Se pide carné C. Trabajarás de noche.", "Se pide carné C."),
        ("Du har körkort B. Vi kör varje natt.", "Du har körkort B."),
    ],
)
def test_sentence_ends_of_running_text(text: str, first: str):
    """Before a currency's sign, behind a picture, and at a letter that is no initial."""
    assert pieces(text, None) == [first, text[len(first) + 1 :]]


@pytest.mark.parametrize("text", ["Du liebst Hunde 🐕 und Katzen", "We love cheese 🧀🧀🧀 and bread"])
def test_pictures_within_a_sentence_end_none(text: str):
    """What goes on in small letters is the same sentence."""
    assert pieces(text, None) == [text]


def test_a_sentence_that_is_a_list_is_its_items():
    """Three or more short ones between semicolons; what stands in brackets parts none."""
    assert pieces("You sweep the yard; feed the hens at six; mend the fence where it leaks.") == [
        "You sweep the yard",
        "feed the hens at six",
        "mend the fence where it leaks.",
    ]
    assert pieces(
        "Vous ouvrez le four; vous pétrissez (deux fois; le matin); vous livrez le pain.", "fr"
    ) == [
        "Vous ouvrez le four",
        "vous pétrissez (deux fois; le matin)",
        "vous livrez le pain.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "You sweep the yard; feed the hens.",
        "Du fegst den Hof (früh; spät; nachts).",
        f"You sweep the yard; you mind {'the very long rows of old apple trees and ' * 3}their fruit; feed the hens.",
    ],
)
def test_other_semicolons_part_no_items(text: str):
    """Two halves of a sentence, a bracket, and what is too long for an item."""
    assert pieces(text, None) == [text]


def test_the_same_picture_before_each_item_is_its_mark():
    """Chats write items so; what leads up to them is none."""
    line = "You love mud: 🔹 Feed the forty hens 🔹 Mend the long fence 🔹 Drive the tractor"
    assert (
        cut(line)[-3:]
        == cut(line.removeprefix("You love mud: "))
        == [
            ("bullet", "Feed the forty hens"),
            ("bullet", "Mend the long fence"),
            ("bullet", "Drive the tractor"),
        ]
    )


@pytest.mark.parametrize(
    "line",
    [
        "Come 😀 work 😀 with 😀 us and bring friends",
        "You bake, you eat 🥐 you sleep, you swim 🌊 you sing at night ⭐ and so on",
    ],
)
def test_other_pictures_mark_no_items(line: str):
    """Smileys between words, and pictures that differ."""
    assert pieces(line) == [line]


def test_items_run_together_without_any_mark():
    """A capitalised word that begins items, after a word that ends none, starts a new one."""
    line = (
        "Prepare monthly reports for the board and the auditors Ensure that invoices are paid on time "
        "Support colleagues in the warehouse with stock counts"
    )
    assert pieces(line) == [
        "Prepare monthly reports for the board and the auditors",
        "Ensure that invoices are paid on time",
        "Support colleagues in the warehouse with stock counts",
    ]


def test_names_are_not_cut():
    """Capitals of names are no beginnings: Computer Science, PyTorch, Board of Trustees."""
    line = "Experience with PyTorch, JavaScript and LinkedIn, a degree in Computer Science and a seat on the Board of Trustees"
    assert pieces(line) == [line]


def test_german_capitals_are_no_beginnings():
    """German capitalises nouns: only marks and sentence ends cut there."""
    line = "Du betreust unsere Kunden in der Region und sorgst mit deinem Team für Ordnung im Lager und Sauberkeit in den Hallen"
    assert pieces(line, "de") == [line]


def test_headings_inside_a_line_are_found():
    """A page flattened to one line still has its sections."""
    line = "We bake for the town. What You'll Do Knead dough at dawn. Requirements: A steady hand. We Offer Free bread."
    headings = [(said, kind) for kind, said in cut(line) if kind == "heading"]
    assert [said for said, _ in headings] == ["What You'll Do", "Requirements", "We Offer"]


def test_a_word_of_a_heading_in_prose_is_no_heading():
    """ "Communication Skills Strong" holds no section called Skills."""
    assert all(
        kind != "heading"
        for kind, _ in cut("You have good Communication Skills Strong English is asked for.")
    )


@pytest.mark.parametrize(
    "text",
    [
        "Dans le cadre de vos missions Marie et Paul vous aident avec soin.",
        "En hiver nous offrons Noël et le jour de l'an à toute notre équipe de la vallée.",
        "Per le nostre attività Luca e Marta cercano un aiuto in cucina.",
        "Hver dag er det nye oppgaver Kari og Nils har funnet på sjøen.",
    ],
)
def test_a_heading_s_words_in_small_letters_are_none_within_a_sentence(text: str):
    """Though a name with its capital follows."""
    assert pieces(text, None) == [text]


def test_with_a_colon_they_are_one():
    """The colon says so, whatever the letters."""
    assert ("heading", "oppgaver") in cut("Skuta vår har oppgaver: Rydde og vaske dekket.", "nb")


def test_hard_wrapped_lines_are_one_sentence():
    """Mail programs break lines; the sentence goes on."""
    text = "The accountant keeps the books of the company according to the\nneeds of the board."
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("What you'll do:", "duties"),
        ("IHRE AUFGABEN", "duties"),
        ("Vos missions", "duties"),
        ("Arbetsuppgifter", "duties"),
        ("Your profile", "required"),
        ("Requisitos:", "required"),
        ("Nice to have", "preferred"),
        ("Preferred Qualifications", "preferred"),
        ("Wir bieten", "benefits"),
        ("Benefits & Perks", "benefits"),
        ("About us", "about"),
        ("How to apply", "application"),
        ("Similar jobs", "other_jobs"),
        ("EDUCATION & EXPERIENCE (REQUIRED):", "required"),
        ("Summer at the lake", None),
        ("What the days look like", "duties"),
        ("A typical shift", "duties"),
        ("Ein ganz normaler Dienstag", "duties"),
        ("Dans ce poste vous aurez à", "duties"),
        ("Si occuperà di", "duties"),
        ("Te encargarás de", "duties"),
        ("Waar het om draait", "duties"),
        ("Who thrives here", "required"),
        ("Das brauchst du", "required"),
        ("Votre formation", "required"),
        ("Profilo professionale", "required"),
        ("Vad behöver du ha?", "required"),
        ("Wymagane są", "required"),
        ("Een pré", "preferred"),
        ("Prévoyance", None),
        ("Was du davon hast", "benefits"),
        ("Det här erbjuder vi dig", "benefits"),
        ("Wat staat daar tegenover", "benefits"),
        ("Dodatki", "benefits"),
    ],
)
def test_headings_are_known_by_their_wording(heading: str, section: str | None):
    """The wording of headings decides the section, in several languages."""
    assert read_heading(heading) == section


def test_a_sentence_is_no_heading():
    """One of nine words and more opens a section only with a colon, and not with fourteen."""
    said = "These are the requirements we have for all hands"
    assert read_heading("These are the requirements we have for all") == "required"
    assert read_heading(said) is None
    assert read_heading(f"{said}:") == "required"
    assert read_heading(f"{said} on deck and in the galley:") is None


@given(st.text(max_size=400))
def test_pieces_lie_in_order_and_never_overlap(text: str):
    """Whatever the text, pieces are spans of it, in order, without overlap, never empty."""
    end = 0
    for segment in split_segments(text):
        assert end <= segment.span.start < segment.span.end <= len(text)
        end = segment.span.end


def test_every_seed_is_cut_into_its_bullets(checkout: Path):
    """The flattened seed's duties, which no mark separates, come out one by one."""
    text = (checkout / "eval/cases/seeds/004_5e6827bfcf9a52af/posting.txt").read_text()
    found = pieces(text)
    assert "Write clean, efficient, and sustainable code" in found
    assert "Scope and independently solve moderately complex problems" in found


@pytest.mark.parametrize(
    ("line", "items"),
    [
        (
            "Starts lines (IV, PICC)Draws labs per protocolHolds a licence within a year of hireAt least one season at sea",
            ["Starts lines (IV, PICC)", "Draws labs per protocol", "Holds a licence within a year of hire",
             "At least one season at sea"],
        ),
        (
            "Monatsabschlüsse nach UGBLaufende Buchhaltung der TöchterMahnwesen und ZahlungenFührung des Lagers",
            ["Monatsabschlüsse nach UGB", "Laufende Buchhaltung der Töchter", "Mahnwesen und Zahlungen", "Führung des Lagers"],
        ),
    ],
)  # fmt: skip
def test_a_glued_line_is_cut_at_every_joint(line: str, items: list[str]) -> None:
    """Where a line is glued in two places, a short word or an acronym at a joint is one as well."""
    assert pieces(line, "de" if "nach" in line else "en") == items


def test_names_with_inner_capitals_stay_whole_in_a_glued_line() -> None:
    """ "GraphQL" is no joint, and does not become one where another is."""
    line = "Reads message formatsGraphQL is known to themWrites tests for everything they doKeeps calm in the night"
    assert pieces(line)[0].endswith("GraphQL is known to them")


def test_framed_lines_are_headings() -> None:
    """With what they say, not their frame."""
    assert cut("-- Other live roles --\nFunds Associate, Dublin")[0] == ("heading", "Other live roles")
    assert cut("=== YOUR TASKS ===\nBake bread.")[0] == ("heading", "YOUR TASKS")


def test_rows_between_pipes_are_cells() -> None:
    """Also of two columns; the rule below the head says nothing."""
    assert pieces("| | |\n|---|---|\n| Leave | 30 days, plus two |\n| Kit | a laptop |") == [
        "Leave", "30 days, plus two", "Kit", "a laptop",
    ]  # fmt: skip


def test_a_rule_over_a_paragraph_is_no_heading() -> None:
    """It holds no words."""
    text = (
        "Cook\nBonn\nMonday\n\n____________\n"
        + "We cook for the whole street and have done so for years. " * 3
    )
    assert all(segment.span.start < segment.span.end for segment in split_segments(text))


@pytest.mark.parametrize(
    "heading",
    [
        "Similar ads:",
        "Also needed:",
        "Ces offres pourraient vous plaire :",
        "Podobne:",
        "Fler lediga jobb:",
        "Altre offerte della filiale:",
        "Weitere Anzeigen:",
        "Andere vacatures:",
    ],
)
def test_other_jobs_named_within_a_line_end_the_posting(heading: str) -> None:
    """Boards print them behind the posting, on a line with the first of them."""
    text = f"We bake at night and sell by day. Thank you for reading. {heading} Night porter, Ulm, 2.000 €"
    sections = [segment.section for segment in split_segments(text)]
    assert "other_jobs" in sections
