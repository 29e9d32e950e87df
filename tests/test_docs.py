"""The documentation says what is so: its examples run, its generated pages are current, its site builds."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from answers import POSTING, smallest
from extractor.cli import main as cli
from provider import Answer, Provider, Received, completion

DOCS = Path(__file__).resolve().parent.parent / "docs"
# A fenced block and, on the line before it, what the tests are to do with it.
MARKED = re.compile(r"^<!-- (run|file: \S+) -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = {
    "title": "Line Cook",
    "company": "Acme Kitchens",
    "locations": ["Lyon, France"],
    "duties": "3-4",
    "required": "5-6",
}


def examples(language: str) -> Iterator[tuple[str, str]]:
    """Page and content of each block that is marked to be run."""
    for page in sorted(DOCS.glob("*.md")):
        for mark, kind, content in MARKED.findall(page.read_text("utf-8")):
            if mark == "run" and kind == language:
                yield page.stem, content


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider that knows the cook's posting, and states nothing of what else is asked."""

    def answer(received: Received) -> Answer:
        if received.method == "GET":
            return Answer({"object": "list", "data": [{"id": "test-model", "object": "model"}]})
        schema = received.body["response_format"]["json_schema"]["schema"]
        told = {name: value for name, value in SAID.items() if name in schema["properties"]}
        return completion(json.dumps({**smallest(schema, schema), **told}))

    with Provider(default=answer) as provider:
        monkeypatch.setenv("EXTRACTOR_BASE_URL", provider.base_url)
        monkeypatch.setenv("EXTRACTOR_MODEL", "test-model")
        monkeypatch.setenv("EXTRACTOR_API_KEY", "sk-test-1234")
        yield provider


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples run: the posting that the first page shows lies in it."""
    (tmp_path / "posting.txt").write_text(POSTING, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_posting_shown_is_the_one_that_examples_read() -> None:
    """A reader who copies it gets what the pages show."""
    shown = {
        mark.removeprefix("file: "): content
        for mark, _, content in MARKED.findall((DOCS / "index.md").read_text("utf-8"))
        if mark != "run"
    }
    assert shown == {"posting.txt": POSTING}


@pytest.mark.parametrize(("page", "code"), list(examples("python")))
def test_python_examples_run(page: str, code: str, folder: Path, provider: Provider) -> None:
    """What is marked to run does, its own assertions included."""
    exec(compile(code, f"docs/{page}.md", "exec"), {"__name__": "example"})


@pytest.mark.parametrize(("page", "session"), list(examples("console")))
def test_commands_print_what_is_shown(page: str, session: str, folder: Path, provider: Provider) -> None:
    """Each command succeeds and prints the lines below it; `…` stands for anything."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "extractor", f"docs/{page}.md: only extractor's own commands are run"
        done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        pattern = ".*".join(re.escape(piece) for piece in shown.strip().split("…"))
        assert re.fullmatch(pattern, done.stdout.strip(), re.DOTALL), done.stdout


def test_every_page_has_examples_where_it_promises_to() -> None:
    """A changed mark must not quietly take the examples out of the tests."""
    assert {page for page, _ in examples("python")} >= {"library", "evidence", "changing"}
    assert {page for page, _ in examples("console")} >= {"index"}


def test_the_contract_page_is_current(checkout: Path) -> None:
    """It is written from the schema, so that it cannot say otherwise."""
    command = [sys.executable, str(checkout / ".ci" / "write_contract.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_comparison_is_what_was_measured(checkout: Path) -> None:
    """Page and chart are written from the figures; nobody mends a figure by hand."""
    script = (
        "import json; from benchmarks.peers.page import CHART, FIGURES, PAGE, chart, render;"
        "figures = json.loads(FIGURES.read_text('utf-8'));"
        "assert PAGE.read_text('utf-8') == render(figures), 'python -m benchmarks.peers --page';"
        "assert CHART.read_text('utf-8') == chart(figures['scripted'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_page_is_in_the_navigation(checkout: Path) -> None:
    """A page that nobody can reach is not written for readers."""
    listed = set(re.findall(r'"([\w-]+\.md)"', (checkout / "zensical.toml").read_text("utf-8")))
    assert listed == {page.name for page in DOCS.glob("*.md")}


def test_settings_named_in_the_docs_exist(checkout: Path) -> None:
    """A variable that was renamed is renamed in every page."""
    from extractor.serve.settings import PREFIX as SERVE_PREFIX
    from extractor.serve.settings import ServeSettings
    from extractor.settings import Settings

    known = {f"EXTRACTOR_{name.upper()}" for name in Settings.model_fields}
    known |= {f"{SERVE_PREFIX}{name.upper()}" for name in ServeSettings.model_fields}
    for page in [checkout / "README.md", *DOCS.glob("*.md")]:
        named = set(re.findall(r"\bEXTRACTOR_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
        assert named <= known, f"{page.name}: {named - known}"
