"""Commands print what they found, on files alone."""

from pathlib import Path

import pytest

from tests.eval.command import run_command, write_case, write_lines
from tests.eval.postings import FULL

WORSE = {**FULL, "title": "Chef", "benefits": []}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Gold of two cases, and two runs over them."""
    ids = ("a", "b")
    return {
        "gold": write_lines(tmp_path / "gold.jsonl", [{"id": id_, "posting": FULL} for id_ in ids]),
        "good": write_lines(tmp_path / "good.jsonl", [{"id": id_, "posting": FULL} for id_ in ids]),
        "bad": write_lines(tmp_path / "bad.jsonl", [{"id": id_, "posting": WORSE} for id_ in ids]),
    }


def test_score_prints_fields_and_headline(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With support, n/a for 0/0, and the same bytes each time."""
    outputs = []
    for _ in range(2):
        assert run_command(monkeypatch, "score", files["bad"], "--gold", files["gold"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert "POOLED" in outputs[0]
    assert "n/a (n=0)" in outputs[0]


def test_compare_prints_the_fields_that_changed(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what so few documents can show."""
    assert run_command(monkeypatch, "compare", files["good"], files["bad"], "--gold", files["gold"]) == 0
    printed = capsys.readouterr().out
    assert "title" in printed
    assert "responsibilities" not in printed
    assert "2 documents" in printed


def test_explain_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The comparisons of one field, or all that is wrong."""
    write_case(
        tmp_path / "cases" / "set" / "cook",
        "Line Cook",
        {"posting": {"title": "Line Cook", "language": "en"}},
    )
    run = write_lines(
        tmp_path / "run.jsonl", [{"id": "set/cook", "posting": {"title": "Chef", "language": "en"}}]
    )
    told = ("--cases", tmp_path / "cases", "--run", run)
    assert run_command(monkeypatch, "explain", "cook", *told) == 0
    assert "'Line Cook' is not 'Chef' as text" in " ".join(capsys.readouterr().out.split())
    assert run_command(monkeypatch, "explain", "cook", "language", *told) == 0
    assert "COR" in capsys.readouterr().out


def test_agree_prints_both_kinds_of_agreement(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """F1 and kappa, as a table or as JSON."""
    assert run_command(monkeypatch, "agree", files["good"], files["bad"]) == 0
    assert "kappa" in capsys.readouterr().out
    assert run_command(monkeypatch, "agree", files["good"], files["bad"], "--json") == 0
    assert '"kappa"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["score", "nowhere.jsonl"],
        ["nonsense"],
        ["explain", "x", "--run", "nowhere"],
        ["check", "nowhere"],
    ],
)
def test_wrong_usage_exits_with_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """With a sentence on standard error, no traceback."""
    monkeypatch.chdir(tmp_path)
    assert run_command(monkeypatch, *arguments) == 4
    assert "rror" in capsys.readouterr().err


def test_a_malformed_file_is_named_with_its_line(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 4."""
    files["bad"].write_text('{"id": "a", "posting": {}}\n{"id": ')
    assert run_command(monkeypatch, "score", files["bad"], "--gold", files["gold"]) == 4
    assert "bad.jsonl, line 2" in capsys.readouterr().err


def test_help_exits_with_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command is listed."""
    assert run_command(monkeypatch, "--help") == 0
    listed = capsys.readouterr().out
    assert all(
        name in listed
        for name in ("run", "score", "compare", "gate", "bless", "report", "explain", "agree", "check")
    )
