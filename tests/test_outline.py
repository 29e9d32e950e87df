"""What belongs to this posting, and what its pieces are."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.document import read_document
from extractor.outline import cut, outline

OWN = (
    "Night Baker\nCrumb Ltd\nUlm\n\nWe bake bread for the whole town and have done so since the days of the old mill.\n\n"
    "Your tasks\n- Knead and shape the dough for 400 loaves a night\n- Clean the ovens at six\n- Prepare orders for delivery\n\n"
    "Your profile\n- Two years of experience in a bakery\n- You are able to work at night\n- A driving licence is a plus\n\n"
    "We offer\n- 30 days of holiday\n- Free bread\n\nHow to apply\nSend your CV to Ms Kraus by Friday, she will call you.\n"
)
OTHERS = "\nSimilar jobs\nDay Baker, Rye & Sons, $90,000 a year\n- Bake cakes\nPastry Chef, Sweet Inc, $120,000 a year\n- 5 years of experience\n"


def test_other_jobs_of_the_page_are_left_out():
    """Below "Similar jobs" nothing is this posting's."""
    seen = outline(read_document(OWN + OTHERS), "en")
    assert "Rye & Sons" not in seen.body
    assert all(verdict.segment.span.end <= seen.end for verdict in seen.verdicts)


def test_snippets_of_search_results_are_left_out(checkout: Path):
    """The seed with thirty other jobs under it ends where their snippets begin."""
    text = (checkout / "eval/cases/seeds/003_10437ba7e97009b8/posting.txt").read_text()
    seen = outline(read_document(text), "en")
    assert "$12,100 monthly" in seen.body
    assert "$192k" not in seen.body and "$75 per hour" not in seen.body


def test_pieces_are_judged_by_heading_and_own_words():
    """Duties, requirements and benefits by their headings; "is a plus" is preferred wherever it stands."""
    seen = outline(read_document(OWN), "en")
    labels = {seen.words(v.segment.span): v.label for v in seen.verdicts}
    assert labels["Clean the ovens at six"] == "duties"
    assert labels["Two years of experience in a bakery"] == "required"
    assert labels["A driving licence is a plus"] == "preferred"
    assert labels["Free bread"] == "benefits"
    assert labels["Night Baker"] == "none"


def test_probabilities_add_up():
    """Every verdict's probabilities sum to one, and its label is a likely one."""
    for verdict in outline(read_document(OWN), "en").verdicts:
        assert abs(sum(verdict.probabilities.values()) - 1) < 1e-6
        assert verdict.confidence > 0.2


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("- Sure on a bicycle, ideally knows the town's back streets", 2),
        ("- Sie fahren sicher Rad und idealerweise kennen Sie die Altstadt", 2),
        ("- A licence for mopeds, preferably in category AM", 1),
        ("- Ideally you know the town", 1),
        ("- A degree in forestry; work with saws would be a plus", 2),
        ("- A degree would be a plus; work with saws would be a plus", 1),
        ("- A clean licence for cars, one for lorries would be an asset", 2),
        ("- Diploma en contabilidad o similar, se valorará un máster en auditoría", 2),
    ],
)
def test_an_item_that_would_like_more_is_two(said: str, pieces: int) -> None:
    """What must be and what would be nice stand apart, so that each gets its own label."""
    assert len(cut(said, None)) == pieces


@pytest.mark.parametrize(
    ("said", "plus", "must"),
    [
        ("- Some Danish is a plus, but a driving licence is required", "Some Danish is a plus", "a driving licence is required"),
        ("- Norwegian is an advantage, you must be able to swim", "Norwegian is an advantage", "you must be able to swim"),
        ("- Polnisch wäre schön, aber ein Führerschein ist Voraussetzung", "Polnisch wäre schön", "ein Führerschein ist Voraussetzung"),
        ("- L'anglais serait un plus; le permis B est obligatoire", "L'anglais serait un plus", "le permis B est obligatoire"),
    ],
)  # fmt: skip
def test_a_plus_may_stand_before_what_must_be(said: str, plus: str, must: str) -> None:
    """At a comma as at a semicolon, "but" belonging to neither."""
    assert [said[piece.span.start : piece.span.end] for piece in cut(said, None)] == [plus, must]


@pytest.mark.parametrize(
    "said",
    [
        "- Wenn du auch noch melken kannst, dann ist das ein Plus",
        "- Du kannst schon melken und mähen, das wäre ein Plus",
        "- Si vous parlez bien breton, c'est un plus",
        "- Se sai cucinare per venti, questo è un plus",
        "- You have sailed before, that would be a plus",
        "We use a Danish loom here; it would be lovely if you knew it",
    ],
)
def test_what_leans_on_the_words_before_stays_with_them(said: str) -> None:
    """ "That would be a plus" says nothing without what "that" is."""
    assert len(cut(said, None)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "- A plus is French, Dutch, Danish and Swedish spoken well",
        "- French is a plus; Dutch is spoken in the team",
        "- A licence is a must, and you must be able to swim",
    ],
)
def test_without_a_must_beside_the_plus_nothing_is_parted(said: str) -> None:
    """Commas part the words of a list as often as two wishes."""
    assert len(cut(said, None)) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Other jobs you may like",
        "Ähnliche Stellenangebote",
        "Otras ofertas",
        "Offres similaires",
        "Vergelijkbare vacatures",
        "Podobne oferty",
    ],
)
def test_other_jobs_are_told_in_text_that_lost_its_lines(heading: str) -> None:
    """Their heading is glued to what stands before it, their pay is nobody's here."""
    own = "Deckhand. You will scrub the deck, splice the ropes and mend the sails of a ship of 1911. " * 7
    text = f"{own}Write to crew@tallship.example by 3 May 2026{heading}Dock Manager, Hull · £58,000 a year"
    document = read_document(text, id="1")
    assert "58,000" not in outline(document, "en").body
