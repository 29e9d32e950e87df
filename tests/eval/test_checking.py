"""Cases that are not well formed are told, each with what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from eval.cases import load_cases
from eval.checking import check_cases
from tests.eval.command import run_command, write_case

TEXT = "Cook wanted at Harbour Kitchen in Oslo. Prepare hot dishes during the evening service. Staff meals."
POSTING: dict[str, Any] = {
    "title": "Cook",
    "company": {"name": "Harbour Kitchen"},
    "benefits": ["Staff meals"],
}


def problems(root: Path, posting: dict[str, Any], **gold: Any) -> str:
    """What is said of one case."""
    write_case(root / "set" / "cook", TEXT, {"posting": posting, **gold})
    return "\n".join(check_cases(load_cases(root)))


def test_a_sound_case_is_passed(tmp_path: Path) -> None:
    """Nothing is said."""
    assert problems(tmp_path, POSTING, labelled=["/title", "/benefits"]) == ""


@pytest.mark.parametrize(
    ("posting", "gold", "said"),
    [
        ({"benefits": ["Free parking"]}, {}, "/benefits: not in the text: 'Free parking'"),
        ({"employment_types": ["fulltime"]}, {}, "gold: /employment_types/0"),
        ({"titel": "Cook"}, {}, "gold: /titel"),
        ({}, {"alternatives": {"seniority": ["boss"]}}, "alternative 1 of seniority: /seniority"),
        ({}, {"labelled": ["/salary"]}, "unknown pointer /salary"),
        (
            {"skills": [{"name": "HACCP", "kind": "hard", "requirement": "required"}]},
            {},
            "not in the text: 'HACCP'",
        ),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path, posting: dict[str, Any], gold: dict[str, Any], said: str
) -> None:
    """Labels that are not verbatim, enums and keys that are not the contract's, in alternatives too."""
    assert said in problems(tmp_path, {**POSTING, **posting}, **gold)


def test_labels_may_stand_across_line_breaks_and_markup(tmp_path: Path) -> None:
    """What a reader sees counts."""
    items = "<ul><li>Prepare hot\n dishes</li><li>Staff meals</li></ul>"
    html = f"<p>Cook wanted at Harbour&nbsp;Kitchen in Oslo.</p>{items}"
    folder = write_case(
        tmp_path / "set" / "cook", "", {"posting": {**POSTING, "responsibilities": ["Prepare hot dishes"]}}
    )
    (folder / "posting.txt").unlink()
    (folder / "posting.html").write_text(html)
    assert check_cases(load_cases(tmp_path)) == []


def test_splits_share_neither_employer_nor_text(tmp_path: Path) -> None:
    """Near duplicates across splits would let the test set be learnt."""
    write_case(tmp_path / "set" / "a", TEXT * 4, {"posting": POSTING})
    test = 'today = "2026-03-10"\nsplit = "test"\n'
    write_case(tmp_path / "set" / "b", (TEXT * 4).replace("evening", "morning"), {"posting": POSTING}, test)
    said = "\n".join(check_cases(load_cases(tmp_path)))
    assert "employer also in set/b" in said
    assert "nearly the same text as set/b" in said


def test_the_command_exits_with_1_where_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with 0 where nothing is."""
    write_case(tmp_path / "set" / "cook", TEXT, {"posting": POSTING})
    assert run_command(monkeypatch, "check", tmp_path) == 0
    write_case(tmp_path / "set" / "chef", TEXT, {"posting": {**POSTING, "benefits": ["Free parking"]}})
    assert run_command(monkeypatch, "check", tmp_path) == 1
