"""What each comparand is put through by a local provider, and what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Kind
from benchmarks.peers.job import to_flat, to_json
from benchmarks.provider import Plan, Provider
from benchmarks.rows import numbered_replies, postings, whole_replies, write_jsonl

CHECKOUT = Path(__file__).resolve().parent.parent.parent
OURS = "extractor"
INVENTED = "Zyxwolde Holdings"  # an employer that no posting names
IN_FLIGHT = 4
BYTES_A_TOKEN = 4
LIMIT_S = 240.0


@dataclass(frozen=True)
class Ran:
    """One run: how it ended (None: cut short at its limit), seconds, processor seconds, rows."""

    status: int | None
    wall_s: float
    cpu_s: float
    rows: Sequence[Mapping[str, Any]]

    @property
    def answered(self) -> int:
        """Postings with a record."""
        return len({row["id"] for row in self.rows if row["posting"] is not None})


def command(name: str, kind: Kind | None, rows: Path, out: Path, *more: str) -> list[str]:
    """What starts a run."""
    if kind is None:
        base = [sys.executable, "-m", "extractor", "batch", str(rows), "-o", str(out)]
        return [*base, "-n", str(IN_FLIGHT), "--patience", "20", *more]
    return [str(kind.python), "-m", "benchmarks.peers.worker", kind.module, str(rows), str(out)]


def environment(base_url: str, model: str, state: Path, key: str = "none") -> dict[str, str]:
    """What a run finds in its environment; nothing of the user's settings."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("EXTRACTOR_", "OPENAI_", "PEER_"))}
    return kept | {
        "PYTHONPATH": str(CHECKOUT),
        "PEER_BASE_URL": base_url,
        "PEER_MODEL": model,
        "PEER_IN_FLIGHT": str(IN_FLIGHT),
        "PEER_KEY": key,
        "PEER_STATE": str(state),
        "EXTRACTOR_BASE_URL": base_url,
        "EXTRACTOR_MODEL": model,
        "EXTRACTOR_API_KEY": key,
        "EXTRACTOR_CACHE_DIR": str(state / "cache"),
    }


def run(
    argv: Sequence[str],
    env: Mapping[str, str],
    out: Path,
    kill_when: Callable[[], bool] | None = None,
    limit_s: float = LIMIT_S,
) -> Ran:
    """Run to the end, to the limit, or until `kill_when` (kill -9)."""
    began = time.monotonic()
    with (out.parent / "said.txt").open("ab") as said:
        process = subprocess.Popen(argv, env=dict(env), stdout=said, stderr=said, cwd=out.parent)
        ended, status, usage = 0, 0, None
        is_cut = False
        while not ended:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            is_late = time.monotonic() - began > limit_s
            if not ended and (is_late or (kill_when is not None and kill_when())):
                is_cut = True
                process.send_signal(signal.SIGKILL)
                ended, status, usage = os.wait4(process.pid, 0)
            if not ended:
                time.sleep(0.05)
    assert usage is not None
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    return Ran(
        None if is_cut else process.returncode,
        time.monotonic() - began,
        usage.ru_utime + usage.ru_stime,
        rows,
    )


def replies(name: str, invent: bool = False) -> tuple[str, ...]:
    """What a faultless model answers to each posting, in the form that the comparand asks for; `invent`: but
    for the employer, which it makes up."""
    if name == OURS:
        told = [json.loads(reply) for reply in numbered_replies()]
        return tuple(to_json(one | {"company": INVENTED} if invent else one) for one in told)
    records = [json.loads(reply) for reply in whole_replies()]
    if invent:
        records = [one | {"company": {"name": INVENTED}} for one in records]
    if name == "langextract":
        return tuple(to_json({"extractions": _extractions(to_flat(one))}) for one in records)
    return tuple(to_json(to_flat(one) if name == "delm" else one) for one in records)


def _extractions(flat: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs = [
        (name, value)
        for name, values in flat.items()
        for value in (values if isinstance(values, list) else [values])
        if value
    ]
    return [{name: value, f"{name}_attributes": {}} for name, value in pairs]


class Trial:
    """One comparand, scenario by scenario, in folders under `folder`."""

    def __init__(self, name: str, kind: Kind | None, folder: Path, count: int) -> None:
        self.name, self.kind, self.count = name, kind, count
        self._folder = folder

    def _go(
        self, label: str, provider: Provider, count: int, kill_at: int | None = None, **more: Any
    ) -> tuple[Ran, dict[str, int]]:
        place = self._folder / self.name / label
        place.mkdir(parents=True, exist_ok=True)
        rows, out = place / "rows.jsonl", place / "out.jsonl"
        if not rows.exists():
            write_jsonl(rows, count)
        env = environment(provider.base_url, "benchmark", place)
        when = None if kill_at is None else lambda: provider.counts().get("answered", 0) >= kill_at
        ran = run(command(self.name, self.kind, rows, out), env, out, when, **more)
        return ran, provider.counts()

    def overhead(self) -> dict[str, Any]:
        """A provider without faults: processor time, requests and bytes a posting."""
        with Provider(replies(self.name), Plan(0.05)) as provider:
            one, _ = self._go("one", provider, 1)
        with Provider(replies(self.name), Plan(0.05)) as provider:
            ran, seen = self._go("overhead", provider, self.count)
        written = replies(self.name)
        shown = [written[posting.reply] for posting in postings(self.count)]
        return {
            "answered": ran.answered,
            "start_cpu_s": one.cpu_s,
            "cpu_ms": 1000 * (ran.cpu_s - one.cpu_s) / (self.count - 1),
            "requests": seen["requests"] / self.count,
            "tokens_read": seen["bytes"] / self.count / BYTES_A_TOKEN,
            "tokens_written": sum(len(reply.encode()) for reply in shown) / self.count / BYTES_A_TOKEN,
        }

    def faulty(self, label: str, plan: Plan) -> dict[str, Any]:
        """A provider that behaves as planned."""
        with Provider(replies(self.name), plan) as provider:
            ran, seen = self._go(label, provider, self.count)
        return {
            "answered": ran.answered,
            "requests": seen["requests"],
            "wall_s": ran.wall_s,
            "status": ran.status,
            "errors": sorted({_short(row["error"]) for row in ran.rows if row["error"]})[:3],
        }

    def outage(self) -> dict[str, Any]:
        """A provider that is away for a whole run, and back for the next: what the next one answers."""
        with Provider(replies(self.name), Plan(is_down=True)) as provider:
            down, seen = self._go("outage", provider, self.count)
            asked = seen["requests"]
            provider.change(Plan())
            again, _ = self._go("outage", provider, self.count)
        return {
            "wall_s": down.wall_s,
            "status": down.status,
            "requests": asked,
            "failed_rows": sum(row["posting"] is None for row in down.rows),
            "answered_after": again.answered,
        }

    def invented(self) -> dict[str, Any]:
        """Replies that make up the employer: how many records state it. Asked again, the model insists."""
        again = to_json({"quotes": [INVENTED]})
        with Provider(replies(self.name, invent=True), Plan(), again) as provider:
            ran, seen = self._go("invented", provider, self.count)
        names = [((row["posting"] or {}).get("company") or {}).get("name") for row in ran.rows]
        return {
            "answered": ran.answered,
            "stated": sum(name == INVENTED for name in names),
            "requests": seen["requests"],
        }

    def killed(self) -> dict[str, Any]:
        """kill -9 once half is answered, then the same command: what is lost, doubled, paid twice."""
        with Provider(replies(self.name), Plan(0.3)) as provider:
            first, _ = self._go("killed", provider, self.count, kill_at=self.count // 2)
            last, seen = self._go("killed", provider, self.count)
        ids = [row["id"] for row in last.rows]
        return {
            "was_killed": first.status is None,
            "lost": self.count - len(set(ids)),
            "doubled": len(ids) - len(set(ids)),
            "paid_again": seen["answered"] - self.count,
        }

    def all(self) -> dict[str, Any]:
        """Every scenario."""
        return {
            "overhead": self.overhead(),
            "limit": self.faulty("limit", Plan(per_minute=120, tells_wait=True)),
            "half": self.faulty("half", Plan(fault_share=0.3, faults=("half",))),
            "cut": self.faulty("cut", Plan(fault_share=0.3, faults=("cut",))),
            "outage": self.outage(),
            "invented": self.invented(),
            "killed": self.killed(),
        }


def _short(error: Any) -> str:
    told = error["code"] if isinstance(error, dict) else str(error)
    return told.splitlines()[0][:80]
