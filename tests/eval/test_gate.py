"""The gate's five exits, its floors, and the baseline file."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from eval.baseline import decode_counts, encode_counts, read_baseline
from eval.metrics import count
from eval.scoring import score_document
from tests.eval.command import run_command, write_lines
from tests.eval.postings import FULL, answer, gold

IDS = [f"{n:02}" for n in range(30)]
PASS, REGRESSED, INCONCLUSIVE, INCOMPLETE, USAGE = range(5)


def posting_of(case_id: str, **changes: Any) -> dict[str, Any]:
    """Gold of a case; each has an employer of its own."""
    return {**copy.deepcopy(FULL), "company": {"name": f"Kitchen {case_id}"}, **changes}


def rows(*changes: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers to all cases; the first n of each change have it."""
    postings = [posting_of(id_) for id_ in IDS]
    for first, change in changes:
        for posting in postings[:first]:
            posting.update(change)
    return [{"id": id_, "posting": posting} for id_, posting in zip(IDS, postings, strict=True)]


class Desk:
    """A folder with gold, a blessed baseline and whatever run is to be judged."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        self.gold = write_lines(
            folder / "gold.jsonl", [{"id": id_, "posting": posting_of(id_)} for id_ in IDS]
        )
        self.baseline = folder / "baseline.json"

    def command(self, name: str, answers: list[dict[str, Any]], *options: object) -> int:
        """Exit code of a command on these answers."""
        run = write_lines(self.folder / "run.jsonl", answers)
        told = ("--gold", self.gold, "--baseline", self.baseline)
        return run_command(self._monkeypatch, name, run, *told, *options)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose baseline is a run with ten titles wrong."""
    made = Desk(tmp_path, monkeypatch)
    assert made.command("bless", rows((10, {"title": "Chef"}))) == PASS
    return made


def test_an_equal_run_passes(desk: Desk) -> None:
    """Exit 0, strict or not."""
    assert desk.command("gate", rows((10, {"title": "Chef"})), "--strict") == PASS


def test_a_better_run_passes(desk: Desk) -> None:
    """Exit 0."""
    assert desk.command("gate", rows(), "--strict") == PASS


def test_a_worse_run_is_refused(desk: Desk) -> None:
    """Exit 1: the interval of the difference lies below zero."""
    assert desk.command("gate", rows((10, {"title": "Chef"}), (30, {"responsibilities": []}))) == REGRESSED


def test_a_broken_floor_is_refused_whatever_the_headline(desk: Desk) -> None:
    """Exit 1: a closing date invented everywhere, though everything else got better."""
    assert desk.command("gate", rows((30, {"closes_on": "2026-05-01"}))) == REGRESSED


def test_what_cannot_be_told_is_inconclusive(desk: Desk) -> None:
    """Exit 2 under --strict, else 0: some documents better, some worse, no floor broken."""
    mixed = rows((10, {"title": "Chef"}), (5, {"required_qualifications": [], "responsibilities": []}))
    for row in mixed[6:10]:
        row["posting"]["title"] = FULL["title"]
    content = json.loads(desk.baseline.read_text())
    content["limits"] = {**content["limits"], "f1": {}}
    desk.baseline.write_text(json.dumps(content))
    assert desk.command("gate", mixed, "--strict") == INCONCLUSIVE
    assert desk.command("gate", mixed) == PASS


def test_one_employer_alone_is_inconclusive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty postings of one cluster tell nothing of how employers differ."""
    desk = Desk(tmp_path, monkeypatch)
    same = [{"id": id_, "posting": FULL} for id_ in IDS]
    write_lines(desk.gold, same)
    assert desk.command("bless", same) == PASS
    assert desk.command("gate", same, "--strict") == INCONCLUSIVE


def test_a_run_with_missing_cases_never_passes(desk: Desk) -> None:
    """Exit 3, however good the rest is."""
    assert desk.command("gate", rows()[1:]) == INCOMPLETE


def test_a_run_with_faults_of_the_provider_never_passes(desk: Desk) -> None:
    """Exit 3: an outage says nothing about quality."""
    failed = {
        "id": "00",
        "posting": None,
        "error": {"code": "rate_limited", "message": "", "retryable": True},
    }
    assert desk.command("gate", [failed, *rows()[1:]]) == INCOMPLETE


def test_a_baseline_of_other_cases_does_not_judge(desk: Desk) -> None:
    """Exit 3: labels changed since it was blessed."""
    write_lines(desk.gold, [{"id": id_, "posting": posting_of(id_, title="Baker")} for id_ in IDS])
    assert desk.command("gate", rows()) == INCOMPLETE


def test_wrong_usage(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4: no such option, no such file, no baseline."""
    assert desk.command("gate", rows(), "--no-such-option") == USAGE
    assert run_command(monkeypatch, "gate", desk.folder / "nowhere") == USAGE
    desk.baseline.unlink()
    assert desk.command("gate", rows()) == USAGE


def test_without_a_recording_there_is_nothing_to_judge(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4, and how to record is told."""
    monkeypatch.setattr("eval.cli.RECORDED", desk.folder / "none.jsonl")
    assert run_command(monkeypatch, "gate", "--gold", desk.gold, "--baseline", desk.baseline) == USAGE


def test_a_pinned_case_must_be_without_error(desk: Desk) -> None:
    """Whole, or in the field that the pin names."""
    content = json.loads(desk.baseline.read_text())
    desk.baseline.write_text(json.dumps({**content, "pinned": ["29", "00 benefits"]}))
    assert desk.command("gate", rows((10, {"title": "Chef"}))) == PASS
    desk.baseline.write_text(json.dumps({**content, "pinned": ["00"]}))
    assert desk.command("gate", rows((10, {"title": "Chef"}))) == REGRESSED


def test_valid_rate_and_budgets_are_floors(desk: Desk) -> None:
    """Replies cut off, and tokens beyond the budget."""
    cut = [{"id": id_, "posting": None, "error": {"code": "cut_off", "message": ""}} for id_ in IDS[:4]]
    assert desk.command("gate", [*cut, *rows()[4:]]) == REGRESSED
    dear = [{**row, "meta": {"output_tokens": 900, "seconds": 1.0}} for row in rows()]
    assert (
        desk.command("bless", [{**row, "meta": {"output_tokens": 500, "seconds": 1.0}} for row in rows()])
        == PASS
    )
    assert desk.command("gate", dear) == REGRESSED


def test_blessing_refuses_to_lower_a_floor(desk: Desk) -> None:
    """Unless each field is named; others keep theirs."""
    worse = rows((25, {"title": "Chef"}))
    before = desk.baseline.read_bytes()
    assert desk.command("bless", worse) == USAGE
    assert desk.baseline.read_bytes() == before
    assert desk.command("bless", worse, "--lower-floor", "title") == PASS
    limits = read_baseline(desk.baseline).limits
    assert limits.f1["title"] < 0.2
    assert limits.f1["responsibilities"] == 0.95


def test_floors_rise_with_a_better_run_and_stay_with_an_equal_one(desk: Desk) -> None:
    """A ratchet."""
    assert read_baseline(desk.baseline).limits.f1["title"] == pytest.approx(0.61, abs=0.011)
    assert desk.command("bless", rows()) == PASS
    assert read_baseline(desk.baseline).limits.f1["title"] == 0.95


def test_an_incomplete_run_is_not_blessed(desk: Desk) -> None:
    """A baseline is of all cases."""
    assert desk.command("bless", rows()[1:]) == USAGE


def test_the_same_run_gives_the_same_bytes(desk: Desk) -> None:
    """The file is stable under diff."""
    before = desk.baseline.read_bytes()
    assert desk.command("bless", rows((10, {"title": "Chef"}))[::-1]) == PASS
    assert desk.baseline.read_bytes() == before


def test_counts_survive_the_file() -> None:
    """What is written is what is read."""
    counts = count(score_document(gold(FULL), answer({**FULL, "benefits": [], "closes_on": "2026-01-01"})))
    assert (decode_counts(encode_counts(counts)) == counts).all()


def test_the_gate_reports_as_junit_and_markdown(desk: Desk) -> None:
    """A failing condition is a failure; the summary names the verdict."""
    junit, markdown = desk.folder / "junit.xml", desk.folder / "gate.md"
    broken = rows((30, {"closes_on": "2026-05-01"}))
    assert desk.command("gate", broken, "--junit", junit, "--markdown", markdown) == REGRESSED
    assert '<failure message="invented 1.000, ceiling 0.05"' in junit.read_text()
    assert "REGRESSED" in markdown.read_text()
    assert "closes_on" in markdown.read_text()
