"""Counts and samples of records, in memory that does not grow with them."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.schema import JobPosting

# Values that a closed set ought to have; more of a damaged output are counted as "other".
MOST_KINDS = 400
OTHER, NO_PERIOD = "other", "no period"
# Enough for a tenth, a half and nine tenths to within two in a hundred.
_SAMPLE = 2000
_EXAMPLES = 5
_EXAMPLE_CHARACTERS = 300
FIELDS = tuple(JobPosting.model_fields)


@dataclass
class Sample:
    """A uniform sample of numbers, with their count and sum."""

    count: int = 0
    total: float = 0.0
    _kept: list[float] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - the same report each time

    def add(self, value: float) -> None:
        """Count a number."""
        if not math.isfinite(value):
            return
        self.count += 1
        self.total += value
        if len(self._kept) < _SAMPLE:
            self._kept.append(value)
        elif (place := self._random.randrange(self.count)) < _SAMPLE:
            self._kept[place] = value

    def at(self, share: float) -> float:
        """The number below which this share of all lies; 0 where there is none."""
        ordered = sorted(self._kept)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Tally:
    """What the records of a run say together."""

    results: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    filled: Counter[str] = field(default_factory=Counter)
    arrangements: Counter[str] = field(default_factory=Counter)
    employment_types: Counter[str] = field(default_factory=Counter)
    seniority: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)
    pay: dict[tuple[str, str], Sample] = field(default_factory=dict)
    matches: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    warned: int = 0
    cached: int = 0
    calls: int = 0
    reasks: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    seconds: Sample = field(default_factory=Sample)
    output_tokens: Sample = field(default_factory=Sample)

    @property
    def records(self) -> int:
        """All records."""
        return self.results + self.codes.total()

    def add(self, record: Mapping[str, Any]) -> None:
        """Count a record (an Extraction as JSON)."""
        error, posting = record.get("error"), record.get("posting")
        if error:
            self._add_error(str(record.get("id")), error)
        else:
            self.results += 1
        if isinstance(posting, Mapping):
            self._add_posting(posting)
        for found in (record.get("evidence") or {}).values():
            self.matches.update(str(one.get("match")) for one in found)
        warned = record.get("warnings") or []
        self.warned += bool(warned)
        for warning in warned:
            _count(self.warnings, warning.get("code"))
        self._add_meta(record.get("meta") or {})

    def _add_error(self, posting_id: str, error: Mapping[str, Any]) -> None:
        code = _count(self.codes, error.get("code"))
        if len(self.examples[code]) < _EXAMPLES:
            said = str(error.get("message") or "")[:_EXAMPLE_CHARACTERS]
            self.examples[code].append((posting_id[:_EXAMPLE_CHARACTERS], said))

    def _add_posting(self, posting: Mapping[str, Any]) -> None:
        self.filled.update(name for name in FIELDS if _says(posting.get(name)))
        for name, counts in (
            ("work_arrangements", self.arrangements),
            ("employment_types", self.employment_types),
        ):
            for value in dict.fromkeys(posting.get(name) or ()):
                _count(counts, value)
        if posting.get("seniority"):
            _count(self.seniority, posting["seniority"])
        if posting.get("language"):
            _count(self.languages, posting["language"])
        for country in {place.get("country") for place in posting.get("locations") or ()} - {None}:
            _count(self.countries, country)
        self._add_pay(posting.get("compensation") or ())

    def _add_pay(self, stated: Any) -> None:
        for currency in {pay.get("currency") for pay in stated} - {None}:
            _count(self.currencies, currency)
        for pay in stated:
            bounds = [float(pay[name]) for name in ("min", "max") if pay.get(name) is not None]
            if not bounds or not pay.get("currency") or pay.get("kind") not in (None, "base"):
                continue
            key = (str(pay["currency"]), str(pay.get("period") or NO_PERIOD))
            if key in self.pay or len(self.pay) < MOST_KINDS:
                self.pay.setdefault(key, Sample()).add(sum(bounds) / len(bounds))

    def _add_meta(self, meta: Mapping[str, Any]) -> None:
        _count(self.models, meta.get("model") or "none")
        self.cached += bool(meta.get("cached"))
        self.calls += int(meta.get("calls") or 0)
        self.reasks += int(meta.get("reasks") or 0)
        self.input_tokens += int(meta.get("input_tokens") or 0)
        self.cached_input_tokens += int(meta.get("cached_input_tokens") or 0)
        cost = meta.get("cost_usd")
        self.unpriced += cost is None and bool(meta.get("calls"))
        self.cost_usd += float(cost or 0.0)
        if meta.get("calls"):
            self.seconds.add(float(meta.get("seconds") or 0.0))
            self.output_tokens.add(float(meta.get("output_tokens") or 0))


def _count(counts: Counter[str], value: object) -> str:
    name = str(value)[:_EXAMPLE_CHARACTERS]
    if name not in counts and len(counts) >= MOST_KINDS:
        name = OTHER
    counts[name] += 1
    return name


def _says(value: Any) -> bool:
    """Whether a field holds anything: of a part, whether one of its own does."""
    if isinstance(value, Mapping):
        return any(map(_says, value.values()))
    return value is not None and value != [] and value != ""
