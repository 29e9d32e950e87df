"""Postings read by processes of their own, real ones: the same answers, and no more is lost or paid."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answers import answer_emptily, smallest
from batch_provider import BatchProvider
from extractor.batch.answers import Answer
from extractor.batch.ledger import open_ledger
from extractor.batch.reading import ProgramFault
from extractor.batch.rows import Row
from extractor.batch.workers import START_ROWS, Workers, usual_count
from extractor.errors import CutOff
from extractor.model.scripted import Line, Scripted
from extractor.pipeline import Extractor
from extractor.prompt import prompts_dir
from extractor.records import Reply, Request, Usage
from extractor.settings import Settings, load_settings
from provider import Answer as Said
from provider import Provider

# Workers take a second or two to start, on a busy machine many more.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Make = Callable[[int], str]
Start = Callable[..., "subprocess.Popen[str]"]
ROWS = 40


def processes(above: int) -> list[int]:
    """The processes below one, whatever they are."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], text=True, stdout=subprocess.PIPE, check=True)
    parents = dict(map(int, line.split()) for line in listed.stdout.splitlines())
    found, layer = [], [above]
    while layer:
        layer = [pid for pid, parent in parents.items() if parent in layer]
        found += layer
    return found


def workers_of(run: int) -> list[int]:
    """A run's workers: children of its child."""
    nurseries = processes(run)
    return [pid for nursery in nurseries[:1] for pid in processes(nursery)]


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not only its status."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], text=True, stdout=subprocess.PIPE, check=False
    )
    return shown.stdout.strip() not in ("", "Z", "Zs")


def wait_until(is_so: Callable[[], object], seconds: float = 120) -> None:
    """Until something holds."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)


def records(out: Path) -> list[dict[str, Any]]:
    """The output, line by line, sorted by id."""
    rows = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    return sorted(rows, key=lambda row: str(row["id"]))


@pytest.fixture
def source(tmp_path: Path, make_posting: Make) -> Path:
    """Forty postings."""
    path = tmp_path / "in.jsonl"
    rows = ({"id": f"p{number:02}", "text": make_posting(number)} for number in range(ROWS))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `extractor batch` in a process of its own, which does not outlive the test."""
    with contextlib.ExitStack() as runs:

        def start(*arguments: object) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "extractor", "batch", *map(str, arguments)]
            told = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
            run = runs.enter_context(subprocess.Popen(command, text=True, stderr=subprocess.PIPE, env=told))
            runs.callback(run.kill)
            return run

        yield start


def kill(out: Path) -> None:
    """Leave a ledger as a run leaves it that was killed before its first answer: the next begins with workers."""
    with open_ledger(out, asked_of(load_settings())) as ledger:
        ledger.begin_run()


def asked_of(settings: Settings) -> Any:
    """Who is asked what."""
    from extractor.batch.asking import describe_asked

    return describe_asked(Extractor(settings))


def state_what_stands_there(request: Request) -> Line:
    """A valid reply with a name and a list, from the words of the posting."""
    reply = smallest(request.schema, request.schema)
    return {**reply, "title": "Line Cook", "company": "Acme Kitchens", "duties": "1-3", "required": "4-5"}


def read_all(
    count: int, rows: list[Row], script: Callable[[Request], Line], *, at_once: bool = True, **told: Any
) -> list[Any]:
    """What comes of rows: an Answer or the error, by so many workers; `at_once`: however few rows."""

    async def read() -> list[Any]:
        async with (
            Extractor(settings, model=Scripted(script)) as extractor,
            Workers(extractor, count, has_own_model=True, at_once=at_once, **told) as workers,
        ):
            return await asyncio.gather(*map(workers.read, rows), return_exceptions=True)

    settings = Settings(cache=False, strategy="numbered", prompt=told.pop("prompt", None))  # type: ignore[call-arg]
    return asyncio.run(read())


def timeless(answer: Answer) -> bytes:
    """An answer's bytes, but for how long it took."""
    return re.sub(rb'"seconds":[\d.]+', b'"seconds":0', answer.payload)


def test_answers_are_the_same_to_the_byte(make_posting: Make) -> None:
    """By one process and by three; errors of model and posting too."""

    def script(request: Request) -> Line:
        if "Reference 7\n" in request.messages[-1].content:
            error = CutOff("too long")
            error.usage = Usage(2, 30, 0, 4, 0.1)
            return error
        return state_what_stands_there(request)

    rows = [Row(f"p{number}", make_posting(number)) for number in range(12)]
    rows += [
        Row("tiny", "hi"),
        Row("bytes", b"\x00\x01\x02\xff" * 50),
        Row("odd", "caf\udce9 " + rows[0].data),
    ]
    alone, shared = (read_all(count, rows, script) for count in (1, 3))
    assert [timeless(answer) for answer in shared] == [timeless(answer) for answer in alone]
    assert [(answer.id, answer.code, answer.meta.calls) for answer in shared[6:8]] == [
        ("p6", None, 1),
        ("p7", "cut_off", 2),
    ]
    assert shared[0].error is None
    assert b"Acme Kitchens" in shared[0].payload


def test_a_posting_that_ends_its_reader_costs_itself_only(tmp_path: Path, make_posting: Make) -> None:
    """Here one whose prompt never comes to an end: two workers try, and all else is answered."""
    prompt = tmp_path / "endless.toml"
    prompt.write_text(forever_at("Reference 3", (prompts_dir() / "numbered.toml").read_text()))
    rows = [Row(f"p{number}", make_posting(number)) for number in range(6)]
    found = read_all(2, rows, state_what_stands_there, read_limit_s=3.0, prompt=str(prompt))
    assert [type(one) for one in found] == [Answer, Answer, Answer, ProgramFault, Answer, Answer]
    assert "twice" in found[3].message


def test_of_many_rows_none_is_read_in_the_runs_own_process(tmp_path: Path, make_posting: Make) -> None:
    """They come in one burst, and the first would hold up the run for ever."""
    prompt = tmp_path / "endless.toml"
    prompt.write_text(forever_at("Reference 0", (prompts_dir() / "numbered.toml").read_text()))
    rows = [Row(f"p{number}", make_posting(number)) for number in range(START_ROWS + 1)]
    told: dict[str, Any] = {"at_once": False, "read_limit_s": 3.0, "prompt": str(prompt)}
    found = read_all(2, rows, state_what_stands_there, **told)
    assert [type(one) for one in found] == [ProgramFault] + [Answer] * START_ROWS


def forever_at(words: str, prompt: str) -> str:
    """A prompt that is put together for ever where a posting holds these words."""
    loop = "".join(f"{{% for _{depth} in range(99999) %}}" for depth in range(4)) + "{% endfor %}" * 4
    place = prompt.index("{{ posting }}")
    trap = f"{{% if {json.dumps(words)} in posting %}}{loop}{{% endif %}}"
    return prompt[:place] + trap + prompt[place:]


def test_a_worker_killed_costs_nothing(make_posting: Make) -> None:
    """Not even a question: what was asked for it is not asked again. Nor does the one they come from."""
    asked: Counter[str] = Counter()
    below: list[int] = []

    def script(request: Request) -> Line:
        if not asked:
            wait_until(lambda: len(workers_of(os.getpid())) == 3)
            nursery = processes(os.getpid())[0]
            below.extend((nursery, *processes(nursery)))
        asked[request.digest] += 1
        victim = {3: 1, 6: 0, 9: 2}.get(sum(asked.values()))
        if victim is not None:
            os.kill(below[victim], signal.SIGKILL)
        return Reply(json.dumps(smallest(request.schema, request.schema)), "m", Usage(1, 10, 0, 1, 0.5))

    rows = [Row(f"p{number}", make_posting(number)) for number in range(12)]
    found = read_all(3, rows, script)
    assert [one.code for one in found] == [None] * 12
    assert sum(one.meta.cost_usd for one in found) == 6.0
    assert set(asked.values()) == {1}


def test_few_rows_start_no_process(make_posting: Make) -> None:
    """The first are read here; the embedded model's all."""

    async def read() -> int:
        settings = Settings(cache=False, strategy="numbered")  # type: ignore[call-arg]
        async with (
            Extractor(settings, model=Scripted(state_what_stands_there)) as extractor,
            Workers(extractor, 3, has_own_model=True) as workers,
        ):
            for number in range(START_ROWS):
                await workers.read(Row("a", make_posting(number)))
            return len(processes(os.getpid()))

    assert asyncio.run(read()) == 1  # ps itself
    assert usual_count(Settings()) == 1


def test_no_worker_outlives_a_killed_run_which_goes_on(
    provider: Provider, source: Path, tmp_path: Path, start: Start
) -> None:
    """Every posting once, asked again only what was in flight."""
    out = tmp_path / "out.jsonl"
    provider.default = lambda received: replace(answer_emptily(received), delay_s=0.1)
    kill(out)
    told = (source, "-o", out, "-n", "4", "--workers", "3")
    for reached in (1, 12):
        run = start(*told)
        wait_until(lambda reached=reached: len(provider.requests) >= reached)  # type: ignore[misc]
        below = processes(run.pid)
        assert len(below) == 4
        run.send_signal(signal.SIGKILL)
        run.wait()
        wait_until(lambda below=below: not any(map(is_alive, below)), 10)  # type: ignore[misc]
    run = start(*told)
    _, said = run.communicate()
    assert run.returncode == 0, said
    assert [row["id"] for row in records(out)] == [f"p{number:02}" for number in range(ROWS)]
    assert len(provider.requests) <= ROWS + 2 * 4


@pytest.mark.parametrize("how_often", [1, 2])
def test_ctrl_c_drains_and_then_stops(
    provider: Provider, source: Path, tmp_path: Path, start: Start, how_often: int
) -> None:
    """Once: what was asked is in the output. Twice: at once. No process is left either way."""
    out = tmp_path / "out.jsonl"
    slow = Said(fault="hang") if how_often == 2 else None
    provider.default = slow or (lambda received: replace(answer_emptily(received), delay_s=0.3))
    kill(out)
    run = start(source, "-o", out, "-n", "2", "--workers", "2")
    wait_until(lambda: len(provider.requests) >= 2)
    below = processes(run.pid)
    began = time.monotonic()
    run.send_signal(signal.SIGINT)
    assert run.stderr is not None
    while "once more" not in run.stderr.readline():
        assert run.poll() is None
    if how_often == 2:
        run.send_signal(signal.SIGINT)
    run.communicate()
    assert run.returncode == 130
    assert time.monotonic() - began < 20
    assert len(records(out)) == (len(provider.requests) if how_often == 1 else 0) < ROWS
    wait_until(lambda: not any(map(is_alive, below)), 5)


def test_purse_log_and_cache_are_the_runs(
    monkeypatch: pytest.MonkeyPatch, provider: Provider, source: Path, tmp_path: Path, start: Start
) -> None:
    """The budget holds, each posting has its event, and what was asked is found again."""
    for name, value in {
        "INPUT_PRICE": "1",
        "OUTPUT_PRICE": "10",
        "MAX_OUTPUT_TOKENS": "200",
        "REASKS": "0",
    }.items():
        monkeypatch.setenv(f"EXTRACTOR_{name}", value)
    out, log = tmp_path / "out.jsonl", tmp_path / "log.jsonl"
    kill(out)
    run = start(source, "-o", out, "--workers", "2", "--budget", "0.024", "--log", log)
    _, said = run.communicate()
    assert run.returncode == 3, said
    answered = records(out)
    assert 0.001 < sum(row["meta"]["cost_usd"] for row in answered) <= 0.024
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert sorted(event["id"] for event in events if event["status"] == "ok") == [
        row["id"] for row in answered
    ]
    asked = len(provider.requests)
    again = tmp_path / "again.jsonl"
    kill(again)
    run = start(source, "-o", again, "--workers", "2", "--limit", asked // 2)
    run.communicate()
    assert run.returncode == 0
    assert len(provider.requests) == asked


def test_by_the_providers_batches(
    monkeypatch: pytest.MonkeyPatch, source: Path, tmp_path: Path, start: Start
) -> None:
    """Rows that wait are put aside, and read anew by whoever has time once they are answered."""
    out = tmp_path / "out.jsonl"
    with BatchProvider() as server:
        told = {"BASE_URL": server.base_url, "MODEL": "test-model", "API_KEY": "k", "CACHE": "false"}
        for name, value in told.items():
            monkeypatch.setenv(f"EXTRACTOR_{name}", value)
        kill(out)
        run = start(
            source, "-o", out, "--workers", "2", "--via", "batch-api", "--poll", "0.05", "--batch-lines", "9"
        )
        _, said = run.communicate()
        assert run.returncode == 0, said
        assert [row["id"] for row in records(out)] == [f"p{number:02}" for number in range(ROWS)]
        assert set(server.paid.values()) == {1}
        assert sum(server.lines) + server.online == ROWS
