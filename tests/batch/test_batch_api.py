"""By the provider's batches, over real HTTP: each question in one batch, whatever befalls run and batches."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from answers import answer_emptily
from batch_provider import BatchProvider
from extractor.cli import main
from killing import Forge
from provider import Answer, Received, completion, failure

# The first posting of a process loads gazetteers and patterns, which a cold disk makes slow.
pytestmark = pytest.mark.timeout(180)

Make = Callable[[int], str]


def batch(*arguments: str | Path) -> Result:
    """`extractor batch --via batch-api` in this process."""
    given = ["batch", *map(str, arguments), "--via", "batch-api", "--poll", "0.05"]
    return CliRunner().invoke(main, given)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchProvider]:
    """The provider that settings name; no reply is kept but in the ledger."""
    with BatchProvider() as server:
        told = {
            "BASE_URL": server.base_url,
            "MODEL": "test-model",
            "API_KEY": "sk-test-1234",
            "CACHE": "false",
        }
        for name, value in told.items():
            monkeypatch.setenv(f"EXTRACTOR_{name}", value)
        yield server


@pytest.fixture
def source(tmp_path: Path, make_posting: Make) -> Path:
    """Twelve postings."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"p{n}", "text": make_posting(n)}) + "\n" for n in range(12)))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where answers go."""
    return tmp_path / "out.jsonl"


def records(out: Path) -> list[dict[str, Any]]:
    """The output, sorted by id."""
    found = [json.loads(line) for line in out.read_text().splitlines()]
    return sorted(found, key=lambda record: record["id"])


def ids(out: Path) -> list[str]:
    """Ids in the output."""
    return [record["id"] for record in records(out)]


ALL = sorted(f"p{number}" for number in range(12))


def test_the_first_online_the_rest_in_shards(server: BatchProvider, source: Path, out: Path) -> None:
    """Of at most so many lines; every row has its answer, and each question was paid once."""
    done = batch(source, "-o", out, "--batch-lines", "4")
    assert done.exit_code == 0, done.output
    assert ids(out) == ALL
    assert (server.online, sorted(server.lines)) == (1, [3, 4, 4])
    assert set(server.paid.values()) == {1}
    assert "12 postings answered: 12 results" in done.stderr


def test_left_alone_and_collected_later(server: BatchProvider, source: Path, out: Path) -> None:
    """`--no-wait` says what is to come; asking online meanwhile would pay twice, and is refused."""
    server.looks = 10**9
    left = batch(source, "-o", out, "--no-wait")
    assert (left.exit_code, ids(out)) == (11, ["p0"])
    assert "11 questions in 1 batches are with the provider" in left.stderr
    status = CliRunner().invoke(main, ["batch", "status", str(out)]).stdout
    assert "11 questions wait in batches" in status
    assert "batch_1" in status
    refused = CliRunner().invoke(main, ["batch", str(source), "-o", str(out)])
    assert refused.exit_code == 3
    assert "--via batch-api" in refused.stderr
    server.looks = 1
    assert batch(source, "-o", out).exit_code == 0
    assert ids(out) == ALL
    assert (server.online, server.lines) == (1, [11])


@pytest.mark.parametrize("fate", ["expired", "cancelled"])
def test_what_a_batch_left_is_asked_in_the_next(
    server: BatchProvider, source: Path, out: Path, fate: str
) -> None:
    """The half that was answered is kept and not asked again."""
    server.fates.extend([fate, fate])
    done = batch(source, "-o", out)
    assert done.exit_code == 0, done.output
    assert ids(out) == ALL
    assert server.lines == [11, 6, 3]
    assert set(server.paid.values()) == {1}


def test_batches_that_answer_nothing_stop_the_run(server: BatchProvider, source: Path, out: Path) -> None:
    """After three in a row; no row is failed for it, and the same command goes on."""
    server.looks = 0
    server.fates.extend(["expired"] * 9)
    source.write_text(
        "\n".join(source.read_text().splitlines()[:2])
    )  # one online, one line: half of it is none
    stopped = batch(source, "-o", out)
    assert stopped.exit_code == 7, stopped.output
    assert (len(server.lines), ids(out)) == (3, ["p0"])
    server.fates.clear()
    assert batch(source, "-o", out).exit_code == 0
    assert ids(out) == ["p0", "p1"]


def test_lines_that_fail(server: BatchProvider, source: Path, out: Path) -> None:
    """A 429 and a 503 are asked again; a 400 is the row's error at once, a 500 again and again its too."""
    often: dict[str, int] = {}

    def answer(body: dict[str, Any]) -> Answer:
        said = body["messages"][-1]["content"]
        number = next((n for n in (3, 4, 5, 6) if f"Reference {n}\n" in f"{said}\n"), 0)
        often[str(number)] = often.get(str(number), 0) + 1
        match number:
            case 3:
                return failure(400, "this prompt is not to my liking")
            case 4:
                return failure(500)
            case 5 if often["5"] < 3:
                return failure(429)
            case 6 if often["6"] < 3:
                return Answer({"error": {"message": "overloaded"}})
        return answer_emptily(Received("POST", "", {}, body))

    server.answer = answer
    done = batch(source, "-o", out)
    codes = {record["id"]: record["error"] and record["error"]["code"] for record in records(out)}
    assert (codes.pop("p3"), codes.pop("p4")) == ("provider_refused", "provider_unavailable")
    assert codes == dict.fromkeys(set(ALL) - {"p3", "p4"})
    assert [often[number] for number in "3456"] == [1, 5, 3, 3]
    assert done.exit_code == 8


def test_a_file_that_is_not_accepted_stops_the_run(server: BatchProvider, source: Path, out: Path) -> None:
    """With the provider's own words; once that is mended the same command goes on."""
    server.fates.append("failed:billing_hard_limit_reached")
    stopped = batch(source, "-o", out)
    assert stopped.exit_code == 8
    assert "billing_hard_limit_reached" in stopped.stderr
    assert batch(source, "-o", out).exit_code == 0
    assert (ids(out), server.online) == (ALL, 1)


def test_a_full_queue_at_the_provider_is_met_by_smaller_batches(
    server: BatchProvider, source: Path, out: Path
) -> None:
    """And by waiting until another batch is done."""
    server.most_waiting = 5
    done = batch(source, "-o", out)
    assert done.exit_code == 0, done.output
    assert ids(out) == ALL
    assert set(server.paid.values()) == {1}


def test_a_reply_of_wrong_shape_goes_back_in_a_later_batch(
    server: BatchProvider, source: Path, out: Path
) -> None:
    """With what is wrong with it, as it does online; both calls are counted once, at half the price."""

    def answer(body: dict[str, Any]) -> Answer:
        is_first = len(body["messages"]) < 4
        return (
            completion("{}") if is_first and server.online else answer_emptily(Received("POST", "", {}, body))
        )

    server.answer = answer
    done = CliRunner().invoke(
        main,
        ["batch", str(source), "-o", str(out), "--via", "batch-api", "--poll", "0.05"],
        env={"EXTRACTOR_INPUT_PRICE": "1", "EXTRACTOR_OUTPUT_PRICE": "10"},
    )
    assert done.exit_code == 0, done.output
    assert server.lines == [11, 11]
    metas = {record["id"]: record["meta"] for record in records(out)}
    assert {(meta["calls"], meta["reasks"]) for meta in metas.values()} == {(2, 1)}
    assert metas["p1"]["cost_usd"] == pytest.approx(metas["p0"]["cost_usd"] / 2)
    assert "24 calls; 12 of them re-asks\n2,400 tokens read, 480 written" in done.stderr


def test_a_budget_holds_for_batches(server: BatchProvider, source: Path, out: Path) -> None:
    """What is submitted is set aside; the rest is asked once there is more."""
    usage = (20_000, 0, 100)
    server.answer = lambda body: completion(
        answer_emptily(Received("POST", "", {}, body)).body["choices"][0]["message"]["content"], usage=usage
    )
    prices = {
        "EXTRACTOR_INPUT_PRICE": "1",
        "EXTRACTOR_OUTPUT_PRICE": "10",
        "EXTRACTOR_MAX_OUTPUT_TOKENS": "100",
        "EXTRACTOR_REASKS": "0",
    }
    command = ["batch", str(source), "-o", str(out), "--via", "batch-api", "--poll", "0.05"]
    short = CliRunner().invoke(main, [*command, "--budget", "0.06"], env=prices)
    assert short.exit_code == 3, short.output
    answered = ids(out)
    assert 0 < len(answered) < 12, short.output
    cost = sum(record["meta"]["cost_usd"] for record in records(out))
    assert cost <= 0.06
    assert CliRunner().invoke(main, [*command, "--budget", "1"], env=prices).exit_code == 0
    assert ids(out) == ALL
    assert set(server.paid.values()) == {1}


def test_a_wrong_key_is_found_at_once(server: BatchProvider, source: Path, out: Path) -> None:
    """By the first question, before any file is uploaded."""
    server.answer = lambda body: failure(401, "no such key")
    assert batch(source, "-o", out).exit_code == 8
    assert server.files == {}


def test_a_provider_in_trouble_is_waited_for(server: BatchProvider, source: Path, out: Path) -> None:
    """Whatever is asked of it; a batch that it made without saying so is found, not made again."""
    troubled: set[str] = set()

    def strike(when: str, what: str) -> Answer | None:
        kind = what.rstrip("0123456789")
        if when == "after" and kind not in troubled:
            troubled.add(kind)
            return Answer(fault="drop")
        return None

    server.strike = strike
    done = batch(source, "-o", out)
    assert done.exit_code == 0, done.output
    assert ids(out) == ALL
    assert server.lines == [11]
    assert len(troubled) > 4


def test_the_embedded_model_has_no_batches(source: Path, out: Path) -> None:
    """It is told before anything is done."""
    refused = batch(source, "-o", out)
    assert refused.exit_code == 3
    assert "needs a provider" in refused.stderr


@pytest.mark.slow
def test_ctrl_c_leaves_batches_with_the_provider(server: BatchProvider, source: Path, out: Path) -> None:
    """It does not wait for them; the same command collects what they come to."""
    server.looks = 10**9
    with Forge() as forge:
        pid = forge.start("batch", source, "-o", out, "--via", "batch-api", "--poll", "0.05")
        while not any(batch["looked"] for batch in server.batches.values()):
            time.sleep(0.05)
        os.kill(pid, signal.SIGINT)
        stopped = time.monotonic()
        assert forge.wait() == 130
        assert time.monotonic() - stopped < 20
    server.looks = 1
    assert batch(source, "-o", out).exit_code == 0
    assert (ids(out), server.lines) == (ALL, [11])
