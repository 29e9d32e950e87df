"""Inputs and outputs at addresses: fsspec's memory, and a real local HTTP server."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from extractor.batch.addresses import is_address, publish, redact, stage_path
from extractor.batch.readers import Reader
from extractor.cli import main
from extractor.errors import InputError, SettingsError, StorageError
from provider import Answer, Provider

fsspec = pytest.importorskip("fsspec")

Make = Callable[[int], str]


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's file system in memory, emptied."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


class Ranged(SimpleHTTPRequestHandler):
    """A server of files that gives parts of them, as object stores and content networks do."""

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def send_head(self) -> Any:
        """The whole file, or the part asked for."""
        asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or not path.is_file():
            return super().send_head()
        data = path.read_bytes()
        start, end = int(asked[1]), min(int(asked[2] or len(data) - 1), len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        return BytesIO(data[start : end + 1])


@pytest.fixture(params=[SimpleHTTPRequestHandler, Ranged], ids=["whole", "ranged"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A real web server over the test's folder, with and without parts of files."""
    handler = partial(request.param, directory=str(tmp_path))
    request.param.log_message = Ranged.log_message
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def found(*inputs: str, **options: Any) -> list[tuple[str, str | bytes]]:
    """Ids and data of what a reader finds."""
    reader = Reader(inputs, **options)
    reader.check()
    return [(row.id, row.data) for row in reader.rows()]


def test_what_is_an_address() -> None:
    """A scheme and two slashes; a drive, a colon or a folder are not."""
    assert all(map(is_address, ("s3://b/k", "memory://x", "zip://*.html::s3://b/a.zip", "https://x/y?z")))
    assert not any(map(is_address, ("c://x", "a:b", "x/y", "-", "./s3:/x")))


def test_keys_in_addresses_are_not_shown() -> None:
    """Neither password nor signature; a name's own question mark stays."""
    assert redact("https://me:pw@example.org/a.csv?sig=abc") == "https://example.org/a.csv"
    assert redact("s3://bucket/a?b#c") == "s3://bucket/a?b#c"
    assert redact("what?#.jsonl") == "what?#.jsonl"


def test_folders_patterns_and_tables(memory: Any) -> None:
    """As on this machine: a posting a file by its path, tables row by row, hidden files left out."""
    memory.pipe("/jobs/a.txt", b"one")
    memory.pipe("/jobs/deep/b.html", b"<p>two")
    memory.pipe("/jobs/.hidden", b"x")
    memory.pipe("/jobs/rows.jsonl", b'{"id": "c", "path": "a.txt"}\n{"path": "memory://jobs/deep/b.html"}\n')
    one, two = ("a", b"one"), ("deep/b", b"<p>two")
    assert found("memory://jobs") == [one, two, ("c", b"one"), ("b", b"<p>two")]
    assert found("memory://jobs/*.txt") == [one]
    with pytest.raises(SettingsError, match="no file"):
        found("memory://jobs/none.jsonl")


def test_over_http(site: str, tmp_path: Path) -> None:
    """JSON Lines, compressed CSV and Parquet, whether the server gives parts of files or not."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [f"posting {number} " * 1000 for number in range(20)]
    rows = [(str(number), text) for number, text in enumerate(texts)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in rows))
    table = "\n".join(["id,text", *(f"{i},{t}" for i, t in rows)])
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(table.encode()))
    parquet.write_table(pyarrow.table({"id": [i for i, _ in rows], "text": texts}), tmp_path / "a.parquet")
    (tmp_path / "one.html").write_text("<p>one")
    for name in ("a.jsonl?signature=x", "a.csv.gz", "a.parquet"):
        assert found(f"{site}/{name}") == rows
    assert found(f"{site}/one.html") == [("one", b"<p>one")]


def test_a_web_address_that_fails(provider: Provider) -> None:
    """Is told as such, and no row is made of half a file."""
    provider.default = Answer(status=404)
    with pytest.raises(SettingsError, match="no file"):
        found(f"{provider.root_url}/a.jsonl")
    provider.default = Answer(body=b'{"id": "a", "text": "x"}\n' * 100, fault="half")
    with pytest.raises(InputError, match=r"cannot be (reached|read)"):
        list(Reader((f"{provider.root_url}/a.jsonl",)).rows())


def test_an_unknown_scheme_and_a_missing_package() -> None:
    """The file system's own words say what to install."""
    with pytest.raises(SettingsError, match="cannot be used"):
        found("nosuch://a/b.jsonl")


def test_publish_is_all_or_nothing(memory: Any, tmp_path: Path) -> None:
    """What breaks off in the middle leaves what was there."""
    memory.pipe("/out/records.jsonl", b"old")
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"new")
    publish(file, "memory://out/records.jsonl")
    assert memory.cat("/out/records.jsonl") == b"new"
    publish(file, f"file://{tmp_path}/made/anew.jsonl")
    assert (tmp_path / "made" / "anew.jsonl").read_bytes() == b"new"
    with pytest.raises(StorageError):
        publish(tmp_path / "gone.jsonl", "memory://out/records.jsonl")
    assert memory.cat("/out/records.jsonl") == b"new"
    with pytest.raises(SettingsError, match="cannot be written"):
        publish(file, "http://127.0.0.1:9/x.jsonl")


def test_a_run_between_addresses(provider: Provider, memory: Any, tmp_path: Path, make_posting: Make) -> None:
    """Made and kept on this machine, put there at its end; resumable, and refused onto others' files."""
    rows = [json.dumps({"id": f"p{number}", "text": make_posting(number)}) for number in range(4)]
    memory.pipe("/in/rows.jsonl", "\n".join(rows).encode())
    out, state = "memory://out/records.jsonl", ["--state", str(tmp_path / "state")]

    def batch(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["batch", *arguments])

    done = batch("memory://in/rows.jsonl", "-o", out, "--limit", "2", *state)
    assert done.exit_code == 0, done.output
    assert len(memory.cat("/out/records.jsonl").splitlines()) == 2
    assert batch("memory://in/rows.jsonl", "-o", out, *state).exit_code == 0
    records = [json.loads(line) for line in memory.cat("/out/records.jsonl").splitlines()]
    assert sorted(record["id"] for record in records) == ["p0", "p1", "p2", "p3"]
    assert len(provider.requests) == 4
    assert "4 results" in batch("status", out, *state).stdout
    other = batch("memory://in/rows.jsonl", "-o", out, "--state", str(tmp_path / "other"))
    assert (other.exit_code, len(provider.requests)) == (10, 4)
    assert "exists, and no ledger" in other.stderr


def test_the_state_of_an_address_has_a_place_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two outputs of one name do not share a ledger."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first, second = stage_path("s3://a/out.jsonl"), stage_path("s3://b/out.jsonl")
    assert first.name == second.name == "out.jsonl"
    assert first.parent != second.parent
    assert tmp_path in first.parents


def test_files_of_this_machine_need_no_fsspec(tmp_path: Path) -> None:
    """It is not imported for them."""
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
    code = (
        "import sys; from extractor.batch.readers import Reader\n"
        f"assert len(list(Reader(({str(tmp_path)!r},)).rows())) == 1\n"
        "print('fsspec' in sys.modules, 'aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
