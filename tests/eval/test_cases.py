"""Cases are folders; which are taken is said by patterns; their digest names labels and texts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.cases import digest_cases, load_case, load_cases, select_cases
from eval.gold import read_gold, to_gold
from tests.eval.command import write_case, write_lines

GOLD = {
    "posting": {"title": "Cook", "language": "en"},
    "labelled": ["/title", "/language"],
    "alternatives": {},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two sets with a case each."""
    write_case(
        tmp_path / "one" / "cook",
        "Cook wanted",
        GOLD,
        'today = 2026-03-10\nsplit = "dev"\ntags = ["pay_hour"]\n',
    )
    write_case(
        tmp_path / "two" / "chef", "Chef wanted", GOLD, 'today = "2026-03-11"\nsplit = "test"\ntags = []\n'
    )
    return tmp_path


def test_a_case_is_its_folder(root: Path) -> None:
    """Id, text, today, split, tags and language; dates with quotes or without."""
    cook, chef = load_cases(root)
    assert (cook.id, cook.text, cook.today, cook.split) == (
        "one/cook",
        "Cook wanted",
        date(2026, 3, 10),
        "dev",
    )
    assert (chef.language, chef.format, chef.today) == ("en", "text", date(2026, 3, 11))


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("tag:pay_hour", ["one/cook"]), ("split:test", ["two/chef"]), ("lang:en", ["one/cook", "two/chef"]),
        ("source:two", ["two/chef"]), ("coo", ["one/cook"]), ("two/*", ["two/chef"]), ("format:html", []),
    ],
)  # fmt: skip
def test_patterns_select_cases(root: Path, pattern: str, ids: list[str]) -> None:
    """By tag, split, language, source, format, or part or glob of the id."""
    assert [case.id for case in select_cases(load_cases(root), [pattern])] == ids


def test_a_broken_case_is_named(root: Path) -> None:
    """The error tells the folder."""
    (root / "one" / "cook" / "gold.json").write_text("{")
    with pytest.raises(ValueError, match=r"one.cook"):
        load_cases(root)
    (root / "one" / "cook" / "posting.txt").unlink()
    with pytest.raises(ValueError, match="0 posting files"):
        load_case(root / "one" / "cook", root)


def test_the_digest_is_of_labels_and_texts_not_of_order(root: Path) -> None:
    """Another label or letter is another suite."""
    cook, chef = load_cases(root)
    digest = digest_cases([cook, chef])
    assert digest_cases([chef, cook]) == digest
    assert digest_cases([replace(cook, content=b"Cook wanted!"), chef]) != digest
    other = to_gold({**GOLD, "posting": {"title": "Baker"}}, "one/cook")
    assert digest_cases([replace(cook, gold=other), chef]) != digest


def test_a_gold_file_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    """Malformed, or an id that stands twice."""
    twice = write_lines(tmp_path / "gold.jsonl", [{"id": "a", "posting": {}}, {"id": "a", "posting": {}}])
    with pytest.raises(ValueError, match="line 2: the id a stands twice"):
        read_gold(twice)
    lines = write_lines(tmp_path / "bad.jsonl", [{"id": "a"}])
    with pytest.raises(ValueError, match="line 1"):
        read_gold(lines)


def test_a_line_separator_inside_a_text_is_no_line_end(tmp_path: Path) -> None:
    """JSON may hold U+2028 unescaped."""
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "posting": {"title": "Cook\u2028Chef"}}\n', encoding="utf-8")
    assert list(read_gold(path)) == ["a"]
