"""What a run is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from extractor.batch.quota import Limits

Via = Literal["online", "batch-api"]


@dataclass(frozen=True)
class Rhythm:
    """How large batches are and how often one looks: `lines` of a batch at most; `poll_s`, the longest
    wait between two looks at one; `linger_s`, how long an incomplete batch waits for more lines."""

    lines: int = 5_000
    poll_s: float = 60.0

    @property
    def first_poll_s(self) -> float:
        """The wait before the first look."""
        return min(self.poll_s, 5.0)

    @property
    def linger_s(self) -> float:
        """See the class."""
        return min(self.poll_s, 10.0)


@dataclass(frozen=True)
class Options:
    """What a run is told.

    `concurrency`: calls in flight at most; `limit`: rows of the input to look at; `sample`: of these, how
    many postings, drawn by digest; `patience_s`: seconds of outage before it stops; `attempts`: faults
    that a posting may be blamed for; `limits`: requests and tokens a minute; `rhythm`: of the provider's
    batches; `no_wait`: leave once they have everything; `is_flat`: a column a value in the output, None
    for what is usual; `workers`: processes that read postings, 1: this one.
    """

    concurrency: int = 32
    limit: int | None = None
    sample: int | None = None
    only_failed: bool = False
    fail_fast: bool = False
    budget_usd: float | None = None
    patience_s: float = 3600.0
    attempts: int = 5
    limits: Limits = field(default_factory=Limits)
    today: date | None = None
    via: Via = "online"
    rhythm: Rhythm = field(default_factory=Rhythm)
    no_wait: bool = False
    is_flat: bool | None = None
    workers: int = 1
