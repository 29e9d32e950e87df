"""A run asks each case once, survives being broken off, and writes the same file in any order."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.predictions import read_predictions
from eval.runner import PREDICTIONS, drop_half_written, put_in_order
from tests.eval.command import run_command, write_case

# A user's own extractor, as a file in the folder where the command is run.
MODULE = """
import asyncio, pathlib

LOG = pathlib.Path("asked.txt")

def read(text):
    with LOG.open("a") as log:
        log.write(text + "\\n")
    if "burn" in text:
        raise RuntimeError("no such luck")
    return {"title": text.split()[0]}

async def read_slowly(text):
    await asyncio.sleep(0.01 if "Chef" in text else 0)
    return read(text)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two cases and a user's module."""
    for name in ("Chef", "Cook"):
        write_case(tmp_path / "cases" / "set" / name, f"{name} wanted", {"posting": {"title": name}})
    (tmp_path / f"own_{tmp_path.name}.py".replace("-", "_")).write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: object, function: str = "read") -> int:
    """Exit code of `run` with the user's function."""
    module = f"own_{folder.name}".replace("-", "_")
    told = ("--extractor", f"{module}:{function}", "--cases", folder / "cases", "--out", folder / "run")
    return run_command(monkeypatch, "run", *told, *options)


def asked(folder: Path) -> list[str]:
    """What the function was asked."""
    return (folder / "asked.txt").read_text().splitlines()


def test_a_users_function_is_run_and_scored(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each case once; the figures are printed."""
    assert run(folder, monkeypatch) == 0
    assert asked(folder) == ["Chef wanted", "Cook wanted"]
    assert "pooled F1 1.000" in capsys.readouterr().out


def test_a_run_goes_on_where_it_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that are there are not asked for again; a half-written line is."""
    run(folder, monkeypatch)
    path = folder / "run" / PREDICTIONS
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[1][:20])
    assert run(folder, monkeypatch) == 0
    assert asked(folder) == ["Chef wanted", "Cook wanted", "Cook wanted"]
    assert sorted(read_predictions(folder / "run")) == ["set/Chef", "set/Cook"]


def test_repeats_are_answers_of_their_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a second run asks only for those that are missing."""
    run(folder, monkeypatch)
    run(folder, monkeypatch, "--repeat", 3)
    assert len(asked(folder)) == 6
    assert [p.repeat for p in read_predictions(folder / "run")["set/Cook"]] == [0, 1, 2]


def test_a_failing_case_costs_only_itself_and_is_asked_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the function raises is told in the answer's error; the run is incomplete."""
    write_case(folder / "cases" / "set" / "Burnt", "burn it", {"posting": {"title": "Burnt"}})
    assert run(folder, monkeypatch) == 3
    [burnt] = read_predictions(folder / "run")["set/Burnt"]
    assert burnt.error is not None
    assert burnt.error["message"] == "RuntimeError: no such luck"
    run(folder, monkeypatch)
    assert asked(folder).count("burn it") == 2


def test_concurrency_changes_no_byte(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come in any order and are written in one."""
    run(folder, monkeypatch, "--concurrency", 4, function="read_slowly")
    ids = [json.loads(line)["id"] for line in (folder / "run" / PREDICTIONS).read_text().splitlines()]
    assert ids == ["set/Chef", "set/Cook"]


def test_runs_on_other_cases_do_not_mix(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder belongs to its extractor and cases."""
    run(folder, monkeypatch)
    assert run(folder, monkeypatch, "--filter", "Chef") == 4
    assert run(folder, monkeypatch, function="read_slowly") == 4


@pytest.mark.parametrize("name", ["nothing", "no_such_module:f", "json:no_such_function", "json:__name__"])
def test_an_unknown_extractor_is_wrong_usage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Named before anything is asked."""
    assert (
        run_command(
            monkeypatch, "run", "--extractor", name, "--cases", folder / "cases", "--out", folder / "x"
        )
        == 4
    )


def test_constant_answers_are_gold_s_commonest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same to every text."""
    write_case(folder / "cases" / "set" / "Third", "Cook too", {"posting": {"title": "Cook"}})
    run_command(
        monkeypatch, "run", "--extractor", "constant", "--cases", folder / "cases", "--out", folder / "run"
    )
    titles: list[Any] = [(p[0].posting or {})["title"] for p in read_predictions(folder / "run").values()]
    assert titles == ["Cook"] * 3


def test_the_last_answer_written_counts(tmp_path: Path) -> None:
    """Rows are put in order, one an answer."""
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "b", "n": 1}\n{"id": "a"}\n{"id": "b", "n": 2}\n{"id": "c", ')
    drop_half_written(path)
    put_in_order(path)
    assert path.read_text() == '{"id": "a"}\n{"id": "b", "n": 2}\n'
