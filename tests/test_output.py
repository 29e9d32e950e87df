"""Where results go: whole files or none, and one clear sentence where neither can be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from extractor.errors import StorageError
from extractor.output import open_output


def test_a_file_appears_only_when_all_results_are_there(tmp_path: Path) -> None:
    """An interrupted run leaves what was there before."""
    path = tmp_path / "out.json"
    path.write_text("before")
    output = open_output(path)
    output.write("a\n")
    assert path.read_text() == "before"
    output.write("b\n")
    output.finish()
    assert path.read_text() == "a\nb\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    """Replacing the content replaces nothing else."""
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.touch(mode=0o640)
    link.symlink_to(target)
    output = open_output(link)
    output.write("x")
    output.finish()
    assert (target.read_text(), target.stat().st_mode & 0o777, link.is_symlink()) == ("x", 0o640, True)


def test_a_device_is_written_straight() -> None:
    """Renaming a file over a device would replace the device."""
    output = open_output(Path("/dev/null"))
    output.write("x")
    output.finish()
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("path", ["missing/out.json", "."])
def test_a_path_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path, path: str) -> None:
    """No posting is paid for whose result cannot be kept."""
    with pytest.raises(StorageError, match="cannot write"):
        open_output(tmp_path / path)


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """What a size limit cuts off is removed, and the file that was there stays."""
    script = (
        "import resource, signal, pathlib; from extractor.output import open_output\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "output = open_output(pathlib.Path('out.json')); output.write('x' * 100_000)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); output.finish()"
    )
    (tmp_path / "out.json").write_text("before")
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert "StorageError: cannot write out.json: File too large" in done.stderr
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.json", "before")]
