"""What a run did and paid."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from extractor.records import Usage
from extractor.schema import Meta

RATE_WINDOW_S = 30.0


@dataclass
class Bill:
    """Counts of one run; `codes` counts failed rows by their error, `faults` calls that were made again."""

    clock: Callable[[], float] = time.monotonic
    read: int = 0
    already: int = 0  # answered by an earlier run, or passed over
    repeated: int = 0  # the same row a second time in the input
    results: int = 0
    shared: int = 0  # answered as another row of the same content was
    cached: int = 0  # answered by the reply cache alone
    codes: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    reasks: int = 0
    unpriced: int = 0
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()
        self._looks: deque[tuple[float, int]] = deque([(self.started, 0)])

    @property
    def answered(self) -> int:
        """Rows answered in this run."""
        return self.results + self.codes.total()

    def add(self, code: str | None, meta: Meta) -> None:
        """Count an answer and what it cost; `code`: of its error."""
        if code is None:
            self.results += 1
        else:
            self.codes[code] += 1
        self.cached += meta.cached
        self.reasks += meta.reasks
        self.pay(usage_of_meta(meta))

    def pay(self, usage: Usage) -> None:
        """Count calls; those of unknown cost apart."""
        self.unpriced += usage.cost_usd is None
        known = usage if usage.cost_usd is not None else usage_at(usage, 0.0)
        self.usage += known

    def headline(self, total: int | None, in_flight: int) -> str:
        """One line for while the run goes on, what matters most first; a narrow terminal cuts its end."""
        rate = self._rate()
        done = self.answered + self.already
        parts = [f"{done:,}{f' of {total:,}' if total is not None else ''} rows", f"{rate:.1f} a second"]
        if total is not None and rate > 0 and total > done:
            parts.append(f"{_span((total - done) / rate)} left")
        parts += [self.dollars, f"{in_flight} in flight"]
        if self.codes:
            parts.append(f"{self.codes.total():,} failed ({_kinds(self.codes)})")
        return ", ".join(parts)

    def _rate(self) -> float:
        """Rows answered a second, lately: how a run began says little about its end."""
        now = self.clock()
        self._looks.append((now, self.answered))
        while len(self._looks) > 2 and now - self._looks[1][0] >= RATE_WINDOW_S:
            self._looks.popleft()
        then, answered = self._looks[0]
        return (self.answered - answered) / max(now - then, 1e-6)

    @property
    def dollars(self) -> str:
        """The cost, as far as known."""
        cost = self.usage.cost_usd or 0.0
        known = f"${cost:.4f}" if cost else "$0"
        return f"{known} and calls of unknown price" if self.unpriced else known

    def table(self, faults: Mapping[str, int], all_runs_usd: float) -> list[tuple[str, str]]:
        """The whole bill as rows of a name and what is said of it."""
        usage, seconds = self.usage, self.clock() - self.started
        rows = [
            ("results", f"{self.results:,}"),
            ("errors", f"{self.codes.total():,}" + (f" ({_kinds(self.codes)})" if self.codes else "")),
            ("answered earlier", f"{self.already:,}"),
            ("repeated rows", f"{self.repeated:,}"),
            ("as an identical posting", f"{self.shared:,}"),
            ("from the reply cache", f"{self.cached - self.shared:,}"),
            ("calls", f"{usage.calls:,}"),
            ("re-asks", f"{self.reasks:,}"),
            ("faults met", _kinds(faults) or "0"),
            ("tokens read", f"{usage.input_tokens:,}"),
            ("of them cached", f"{usage.cached_input_tokens:,}"),
            ("tokens written", f"{usage.output_tokens:,}"),
            ("cost", self.dollars),
            ("with earlier runs", f"${all_runs_usd:.4f}"),
            ("time", _span(seconds)),
            ("postings a second", f"{self.answered / max(seconds, 1e-6):.1f}"),
        ]
        always = {"results", "errors", "calls", "cost", "time"}
        is_said = all_runs_usd > (usage.cost_usd or 0) + 1e-9
        return [
            (name, said)
            for name, said in rows
            if name in always or (is_said if name == "with earlier runs" else said not in ("0", "0.0"))
        ]

    def lines(self, faults: Mapping[str, int], all_runs_usd: float) -> list[str]:
        """The whole bill."""
        usage = self.usage
        lines = [
            f"{self.answered:,} postings answered: {self.results:,} results, {self.codes.total():,} errors"
            + (f" ({_kinds(self.codes)})" if self.codes else "")
        ]
        passed = [
            (self.already, "answered earlier or passed over"),
            (self.repeated, "rows that repeat another"),
            (self.shared, "answered as an identical posting"),
            (self.cached - self.shared, "from the reply cache"),
        ]
        said = [f"{count:,} {what}" for count, what in passed if count]
        if said:
            lines.append("; ".join(said))
        again = f"; {self.reasks:,} of them re-asks" if self.reasks else ""
        again += f"; faults met: {_kinds(faults)}" if faults else ""
        cached = f" ({usage.cached_input_tokens:,} cached)" if usage.cached_input_tokens else ""
        lines.append(f"{usage.calls:,} calls{again}")
        lines.append(f"{usage.input_tokens:,} tokens read{cached}, {usage.output_tokens:,} written")
        others = (
            f"; ${all_runs_usd:.4f} with earlier runs" if all_runs_usd > (usage.cost_usd or 0) + 1e-9 else ""
        )
        seconds = self.clock() - self.started
        rate = self.answered / max(seconds, 1e-6)
        lines.append(f"{self.dollars}{others}; {_span(seconds)}, {rate:.1f} postings a second")
        return lines


def usage_of_meta(meta: Meta) -> Usage:
    """What an extraction says that it took."""
    return Usage(meta.calls, meta.input_tokens, meta.cached_input_tokens, meta.output_tokens, meta.cost_usd)


def usage_at(usage: Usage, cost_usd: float) -> Usage:
    """The same tokens at another cost."""
    return Usage(usage.calls, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens, cost_usd)


def _kinds(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {code}" for code, count in ordered)


def _span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
