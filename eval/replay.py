"""Recorded replies: the model's own words, kept by request digest, so that the gate needs no model.

A changed prompt, schema or posting has another digest and so no recording: the case then fails with
`provider_refused`, which leaves the run incomplete and never passes a gate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from extractor.errors import ProviderRefused
from extractor.model import Model
from extractor.records import Reply, Request, Usage

RECORDED = Path(__file__).parent / "recorded" / "replies.jsonl"


class Asked(NamedTuple):
    """Who was asked: the model's full name; the settings that requests, and so their digests, follow from."""

    model: str
    setting: str | None
    strategy: str


class Recorder:
    """A model that asks another one and keeps what it answers, a line a request; what is recorded already
    is not asked again, unless all is to be asked `anew`."""

    def __init__(self, model: Model, path: Path, asked: Asked, *, anew: bool = False) -> None:
        self._model, self._path, self.asked, self._anew = model, path, asked, anew
        self._replies = read_replies(path)[1] if path.exists() else {}

    async def ask(self, request: Request) -> Reply:
        """The other model's reply; raises what it raises, of which nothing is kept."""
        if self._anew or request.digest not in self._replies:
            self._replies[request.digest] = await self._model.ask(request)
        return self._replies[request.digest]

    async def aclose(self) -> None:
        """Write the recording and close the other model."""
        write_replies(self.asked, self._replies, self._path)
        await self._model.aclose()


class Replayer:
    """A model that answers from a recording alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.asked, self._replies = read_replies(path)

    async def ask(self, request: Request) -> Reply:
        """The recorded reply. Raises ProviderRefused where there is none."""
        if request.digest not in self._replies:
            raise ProviderRefused(f"{self._path} has no reply to request {request.digest[:12]}: record again")
        return self._replies[request.digest]

    async def aclose(self) -> None:
        """Nothing is held open."""


def read_replies(path: Path) -> tuple[Asked, dict[str, Reply]]:
    """Who was asked, and the replies by request digest. Raises ValueError where nothing is recorded."""
    if not path.exists():
        raise ValueError(f"{path}: nothing is recorded; `python -m eval run --record {path}` does it")
    head, *rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return Asked(**head), {row["digest"]: _to_reply(row["reply"]) for row in rows}


def _to_reply(row: Mapping[str, Any]) -> Reply:
    return Reply(**{**row, "usage": Usage(**row["usage"])})


def write_replies(asked: Asked, replies: Mapping[str, Reply], path: Path) -> None:
    """The recording, a line a reply in order of digest: a re-recording shows as the lines that changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        asked._asdict(),
        *({"digest": digest, "reply": asdict(replies[digest])} for digest in sorted(replies)),
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
