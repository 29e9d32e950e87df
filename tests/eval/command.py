"""Commands of `python -m eval`, run in this process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.cli import main


def run_command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The command's exit code."""
    monkeypatch.setattr(sys, "argv", ["eval", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_case(folder: Path, text: str, gold: dict[str, Any], about: str = "") -> Path:
    """A case's folder."""
    folder.mkdir(parents=True)
    (folder / "posting.txt").write_text(text, encoding="utf-8")
    (folder / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    (folder / "case.toml").write_text(about or 'today = "2026-03-10"\nsplit = "dev"\n', encoding="utf-8")
    return folder
