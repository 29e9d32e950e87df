"""Text is folded to what two people would call the same words, and no further."""

import pytest

from eval.folding import fold, fold_item


@pytest.mark.parametrize("skill", ["C", "C++", "C#", ".NET", "Node.js"])
def test_marks_inside_a_word_stay(skill: str) -> None:
    """C, C++, C#, .NET and Node.js are five different skills."""
    others = {"C", "C++", "C#", ".NET", "Node.js"} - {skill}
    assert fold(skill) not in {fold(other) for other in others}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Full–time", "full-time"),
        ("We’re hiring", "we're hiring"),
        ("a\u00a0b\n c", "a b c"),
        ("ﬁnance", "finance"),
        ("Research &amp; Development", "research & development"),
        ("  - Python. ", "python"),
        ("Acme®", "acme"),
    ],
)
def test_spelling_variants_fold_alike(one: str, other: str) -> None:
    """Dashes, quotes, spaces, ligatures, entities, case and marks at the ends do not matter."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "item", ["• Lead the team", "1. Lead the team", "a) Lead the team;", "**Lead** the team"]
)
def test_bullets_of_items_do_not_matter(item: str) -> None:
    """A list item is the same with its bullet, number or emphasis and without."""
    assert fold_item(item) == "lead the team"


def test_a_number_that_begins_an_item_stays() -> None:
    """Years at the start of a requirement are no enumeration."""
    assert fold_item("5 years of sales") == "5 years of sales"
