"""The command line, through its own door, against a real local provider."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from answers import POSTING, answer_emptily
from extractor.cli import EXIT_STATUS, main
from extractor.schema import Extraction
from provider import Answer, Provider, completion, failure


def hang(reached: threading.Event) -> Answer:
    """No answer at all; the event says that it was asked for."""
    reached.set()
    return Answer(fault="hang")


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """The command line in this process; both streams apart."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the command line in a process of its own, which does not outlive the test."""
    with contextlib.ExitStack() as processes:

        def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "extractor", *map(str, arguments)]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
            process = processes.enter_context(subprocess.Popen(command, text=True, **pipes))
            processes.callback(process.kill)
            return process

        yield start


def records(result: Result) -> list[Extraction]:
    """Standard output as JSON Lines."""
    return [Extraction.model_validate_json(line) for line in result.stdout.splitlines()]


def test_help_comes_at_once(start: Start) -> None:
    """In a quarter of a second on an idle machine; the bound here leaves room for a busy one."""
    started = time.monotonic()
    done = start("--help")
    shown, _ = done.communicate()
    assert done.returncode == 0
    assert time.monotonic() - started < 1.5
    for status, meaning in EXIT_STATUS.items():
        assert re.search(rf"^ +{status} +{re.escape(meaning)}$", shown, re.MULTILINE)


def test_one_input_gives_one_extraction(provider: Provider, posting: Path) -> None:
    """Its id is the file's stem; standard output holds JSON and nothing else."""
    result = run("extract", posting)
    assert result.exit_code == 0, result.stderr
    [record] = records(result)
    assert (record.id, record.error) == ("cook", None)
    assert record.meta.calls == len(provider.requests) > 0
    assert "tokens read" in result.stderr


def test_quotes_stand_where_the_record_says(provider: Provider, posting: Path) -> None:
    """Offsets refer to the text that `extractor text` prints."""
    [record] = records(run("extract", posting))
    given = run("text", posting).stdout
    assert given == POSTING
    for places in record.evidence.values():
        for place in places:
            assert given[place.start : place.end] == place.quote


def test_standard_input_is_a_posting(provider: Provider) -> None:
    """Without a file, and for -, its id is a digest of the text, the same each time."""
    bare, dash = run("extract", stdin=POSTING), run("extract", "-", stdin=POSTING)
    assert records(bare)[0].id == records(dash)[0].id != "-"


def test_several_inputs_give_json_lines_in_their_order(provider: Provider, tmp_path: Path) -> None:
    """One line an input, whatever became of it; the exit status is the worst one's."""
    for name, text in {"b": POSTING, "empty": "", "a": POSTING}.items():
        (tmp_path / f"{name}.txt").write_text(text)
    result = run("extract", *(tmp_path / f"{name}.txt" for name in ("b", "empty", "a")))
    assert [record.id for record in records(result)] == ["b", "empty", "a"]
    assert [record.error and record.error.code for record in records(result)] == [None, "not_a_posting", None]
    assert result.exit_code == 5
    assert "empty: " in result.stderr


def test_a_file_that_is_not_there_is_wrong_usage(provider: Provider, posting: Path) -> None:
    """A misspelt name is told before anything is paid for."""
    result = run("extract", posting, posting.with_name("nope.txt"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert provider.requests == []


def test_too_large_an_input_is_its_own_error(
    provider: Provider, posting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more than the limit is read, and nothing is asked."""
    monkeypatch.setenv("EXTRACTOR_MAX_INPUT_BYTES", "10")
    result = run("extract", posting)
    assert result.exit_code == 4
    assert records(result)[0].error.code == "too_large"  # type: ignore[union-attr]
    assert provider.requests == []


@pytest.mark.parametrize(
    ("answer", "status"), [(failure(401, "no such key"), 8), (failure(503), 7), (completion("{"), 6)]
)
def test_a_failing_model_has_its_exit_status(
    provider: Provider, posting: Path, answer: Answer, status: int
) -> None:
    """One sentence on standard error, the error in the record, and no key in either."""
    provider.default = answer
    result = run("extract", posting)
    assert result.exit_code == status
    assert records(result)[0].error is not None
    assert "Traceback" not in result.output
    assert "sk-test-1234" not in result.output


def test_settings_that_make_no_sense_cost_nothing(posting: Path) -> None:
    """The message names the variable that is missing."""
    result = run("extract", posting, "--base-url", "http://127.0.0.1:9/v1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "EXTRACTOR_MODEL" in result.stderr


def test_a_reply_is_asked_for_once(provider: Provider, posting: Path) -> None:
    """The second time the cache answers, unless told not to."""
    run("extract", posting)
    asked = len(provider.requests)
    [again] = records(run("extract", posting))
    assert len(provider.requests) == asked
    assert (again.meta.cached, again.meta.cost_usd) == (True, 0)
    run("extract", posting, "--no-cache")
    assert len(provider.requests) == 2 * asked


def test_the_cache_can_be_looked_at_and_emptied(provider: Provider, posting: Path) -> None:
    """Counts, not contents."""
    run("extract", posting)
    assert re.search(r": [1-9]\d* replies", run("cache", "stats").stdout)
    assert run("cache", "clear").exit_code == 0
    assert ": 0 replies" in run("cache", "stats").stdout


def test_out_appears_whole(provider: Provider, posting: Path, tmp_path: Path) -> None:
    """Standard output stays empty, and the file is complete."""
    out = tmp_path / "out.json"
    result = run("extract", posting, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert Extraction.model_validate_json(out.read_text("utf-8")).id == "cook"


def test_an_out_that_cannot_be_written_costs_nothing(provider: Provider, posting: Path) -> None:
    """Found out before a posting is paid for."""
    result = run("extract", posting, "--out", "/nonexistent/out.json")
    assert result.exit_code == 10
    assert provider.requests == []


def test_formats(provider: Provider, posting: Path) -> None:
    """A table for people, JSON-LD for search engines, indented JSON where asked for."""
    assert "┃ field" in run("extract", posting, "--format", "table").stdout
    assert json.loads(run("extract", posting, "--format", "jsonld").stdout)["@type"] == "JobPosting"
    assert run("extract", posting, "--pretty").stdout.startswith('{\n  "id": "cook"')


def test_json_ld_keeps_a_line_for_what_failed(provider: Provider, posting: Path, tmp_path: Path) -> None:
    """Lines and inputs still match."""
    empty = tmp_path / "empty.txt"
    empty.touch()
    lines = run("extract", empty, posting, "--format", "jsonld").stdout.splitlines()
    assert [json.loads(line) is None for line in lines] == [True, False]


def test_explain_marks_the_text_on_standard_error(provider: Provider, posting: Path) -> None:
    """Standard output stays JSON."""
    result = run("extract", posting, "--explain")
    assert "⟦" in result.stderr
    assert len(records(result)) == 1


def test_quiet_says_nothing_of_success(provider: Provider, posting: Path) -> None:
    """Standard error is empty unless something is wrong."""
    assert run("extract", posting, "--quiet").stderr == ""


def test_a_closed_pipe_is_no_error_message(start: Start, posting: Path) -> None:
    """`extractor ... | head -0` ends quietly."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = start("text", posting, stdout=write_end)
    os.close(write_end)
    _, err = done.communicate()
    assert (done.returncode, err) == (141, "")


def test_a_full_disk_is_one_sentence(start: Start, posting: Path) -> None:
    """/dev/full takes nothing."""
    with Path("/dev/full").open("w") as full:
        done = start("text", posting, stdout=full)
        _, err = done.communicate()
    assert done.returncode == 10
    assert err == "Error: cannot write to standard output: No space left on device (storage)\n"


@pytest.mark.timeout(240)  # a process of its own reads its tables first, on a machine that may be busy
def test_an_interrupt_keeps_what_was_printed(
    start: Start, provider: Provider, posting: Path, tmp_path: Path
) -> None:
    """Ctrl-C in the middle of the second posting: the first one's line stands, and no traceback is shown."""
    second = tmp_path / "second.txt"
    second.write_text(POSTING.replace("Cook", "Baker"))
    hanging = threading.Event()
    provider.default = lambda received: (
        hang(hanging) if "Baker" in str(received.body) else answer_emptily(received)
    )
    done = start("extract", "-q", posting, second)
    assert done.stdout is not None
    first = done.stdout.readline()
    assert hanging.wait(60)
    done.send_signal(signal.SIGINT)
    rest, err = done.communicate(timeout=20)
    assert Extraction.model_validate_json(first).id == "cook"
    assert (done.returncode, rest, err) == (130, "", "Interrupted.\n")


def test_a_schema_of_the_users_own(
    provider: Provider, posting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any pydantic class of the current folder."""
    (tmp_path / "mine.py").write_text(
        "from pydantic import BaseModel\nclass Mine(BaseModel):\n    role: str | None = None\n"
    )
    monkeypatch.chdir(tmp_path)
    result = run("extract", "-q", posting, "--schema", "mine:Mine")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["posting"] == {"role": None}


@pytest.mark.parametrize("name", ["nope", "nope:Nope", "json:JSONDecoder", "json:nope"])
def test_a_schema_that_cannot_be_used_is_wrong_usage(provider: Provider, posting: Path, name: str) -> None:
    """The message says which, before anything is paid for."""
    result = run("extract", posting, "--schema", name)
    assert result.exit_code == 2
    assert name in result.stderr
    assert provider.requests == []


def test_schema_prints_json_schema() -> None:
    """Of the posting, or of the whole extraction."""
    assert json.loads(run("schema").stdout)["title"] == "JobPosting"
    assert json.loads(run("schema", "extraction").stdout)["title"] == "Extraction"


def test_text_prints_a_page_as_given_or_as_read(tmp_path: Path) -> None:
    """The markup that offsets refer to, or the lines that the model reads."""
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>Cook</h1><ul><li>Knife skills and a calm mind</li></ul></body></html>")
    assert run("text", page).stdout == page.read_text()
    readable = run("text", "--readable", page).stdout
    assert "Knife skills" in readable
    assert "<" not in readable


def test_doctor_reports_and_its_status_says_what_is_wrong(provider: Provider) -> None:
    """A provider that refuses the key."""
    provider.default = failure(401)
    result = run("doctor")
    assert result.exit_code == 8
    assert "✗ provider: rejects the key (401) → check EXTRACTOR_API_KEY" in result.stdout


def test_prompts_are_listed_and_printed() -> None:
    """Each with its version; a named one as its file, to begin one's own from."""
    name = run("prompts").stdout.split("@")[0]
    assert f'name = "{name}"' in run("prompts", name).stdout
    assert run("prompts", "nope").exit_code == 3


def test_the_path_of_a_model_that_is_not_there_is_an_error() -> None:
    """The remedy is the next command."""
    result = run("model", "path")
    assert (result.exit_code, result.stdout) == (9, "")
    assert "extractor model pull" in result.stderr
