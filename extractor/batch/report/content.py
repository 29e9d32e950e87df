"""The figures of a report, as the page and the Markdown show them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractor.batch.addresses import is_address
from extractor.batch.ledger import Past, ledger_path, read_ledger
from extractor.batch.report.records import read_records
from extractor.batch.report.tally import FIELDS, NO_PERIOD, Sample, Tally

MOST_BARS = 12


@dataclass(frozen=True)
class Card:
    """One figure with its name and what it is of."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `share` of the whole width, `note` its number in words."""

    name: str
    share: float
    count: int
    note: str


@dataclass(frozen=True)
class Chart:
    """Bars under a title; `about` says of what the shares are."""

    title: str
    about: str
    bars: list[Bar]


@dataclass(frozen=True)
class Box:
    """How one pay is spread: a tenth, a quarter, half, three quarters and nine tenths lie below."""

    currency: str
    period: str
    count: int
    marks: tuple[float, float, float, float, float]

    @property
    def period_words(self) -> str:
        """What one payment covers."""
        return self.period if self.period in ("once", NO_PERIOD) else f"per {self.period}"

    def place(self, number: int) -> float:
        """Where a mark stands between 0 and what the highest needs, 0 to 1."""
        most = max(self.marks[-1], 1e-9)
        return self.marks[number] / most


@dataclass(frozen=True)
class Failed:
    """One kind of error, with some of its postings and what was said."""

    code: str
    count: int
    examples: list[tuple[str, str]]


@dataclass(frozen=True)
class Content:
    """All of a report."""

    name: str
    made: str
    models: str
    cards: list[Card]
    errors: list[Failed]
    charts: list[Chart]
    pay: list[Box]
    runs: list[Past]


def collect(out: str | Path) -> Content:
    """Read an output through (see `read_records`); raises StorageError where there is none."""
    tally = Tally()
    for record in read_records(out):
        tally.add(record)
    runs = []
    if not is_address(str(out)) and ledger_path(Path(out)).is_file():
        with read_ledger(Path(out)) as ledger:
            runs = ledger.runs()
    return Content(
        name=str(out).rstrip("/").rpartition("/")[2],
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        models=", ".join(name for name, _ in tally.models.most_common(3) if name != "none"),
        cards=_cards(tally),
        errors=[Failed(code, count, tally.examples[code]) for code, count in tally.codes.most_common()],
        charts=_charts(tally),
        pay=_boxes(tally),
        runs=runs,
    )


def _cards(tally: Tally) -> list[Card]:
    records, calls = tally.records, tally.calls
    found = tally.matches.total()
    exact = tally.matches["exact"]
    tokens = tally.input_tokens + tally.output_tokens.total
    cost = f"${tally.cost_usd:,.{2 if tally.cost_usd >= 1 else 4}f}" if tally.cost_usd else "$0"
    return [
        Card("Postings", f"{records:,}", f"{tally.results:,} results, {tally.codes.total():,} errors"),
        Card("Results", _percent(tally.results, records), "of the postings"),
        Card("Cost", cost, _cost_note(tally)),
        Card(
            "Seconds a posting",
            f"{tally.seconds.at(0.5):.1f}" if calls else "0",
            f"median; one in ten takes {tally.seconds.at(0.9):.1f} or more" if calls else "no call was made",
        ),
        Card(
            "Tokens",
            _short(tokens),
            f"{_short(tally.output_tokens.total)} written, {_short(tally.input_tokens)} read"
            + (f", {_short(tally.cached_input_tokens)} of them cached" if tally.cached_input_tokens else ""),
        ),
        Card("Calls", f"{calls:,}", f"{tally.reasks:,} re-asks; {tally.cached:,} postings needed none"),
        Card("Pieces of evidence", f"{found:,}", f"{_percent(exact, found)} of them word for word"),
        Card("Postings with a warning", f"{tally.warned:,}", _percent(tally.warned, records)),
    ]


def _cost_note(tally: Tally) -> str:
    if tally.unpriced:
        return f"and {tally.unpriced:,} postings of unknown price"
    each = 1000 * tally.cost_usd / tally.records if tally.records else 0.0
    return f"${each:,.2f} a thousand postings" if each else "a local model, or cached replies"


def _charts(tally: Tally) -> list[Chart]:
    whole = tally.results
    fields = Counter({name: tally.filled[name] for name in FIELDS})
    of_results, matches = "Of the results", tally.matches
    several = f"{of_results}; one may name several."
    charts = [
        Chart("Fields filled", f"{of_results}, how many state it.", _bars(fields, whole, len(FIELDS))),
        Chart("Work arrangements", several, _bars(tally.arrangements, whole)),
        Chart("Employment types", several, _bars(tally.employment_types, whole)),
        Chart("Seniority", f"{of_results}.", _bars(tally.seniority, whole)),
        Chart("Languages", f"{of_results}.", _bars(tally.languages, whole)),
        Chart("Countries", several, _bars(tally.countries, whole)),
        Chart("Currencies of pay", several, _bars(tally.currencies, whole)),
        Chart("Evidence", "How a value's words stand in the posting.", _bars(matches, matches.total())),
        Chart("Warnings", "Of all warnings.", _bars(tally.warnings, tally.warnings.total())),
    ]
    return [chart for chart in charts if chart.bars]


def _bars(counts: Counter[str], whole: int, most: int = MOST_BARS) -> list[Bar]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [(name, count) for name, count in ordered[:most] if count or most == len(FIELDS)]
    rest = sum(count for _, count in ordered[most:])
    if rest:
        shown.append((f"{len(ordered) - most:,} more", rest))
    if not any(count for _, count in shown):
        return []
    return [
        Bar(name, min(1.0, count / (whole or 1)), count, _percent(count, whole) if whole else "")
        for name, count in shown
    ]


def _boxes(tally: Tally) -> list[Box]:
    ordered = sorted(tally.pay.items(), key=lambda item: (-item[1].count, item[0]))
    return [_box(*key, sample) for key, sample in ordered[:MOST_BARS]]


def _box(currency: str, period: str, sample: Sample) -> Box:
    low, first, middle, third, high = (sample.at(share) for share in (0.1, 0.25, 0.5, 0.75, 0.9))
    return Box(currency, period, sample.count, (low, first, middle, third, high))


def _percent(count: int, whole: int) -> str:
    if not whole:
        return "none"
    share = 100 * count / whole
    return f"{share:.0f} %" if share == round(share) or share >= 10 else f"{share:.1f} %"


def _short(count: float) -> str:
    """A count in few characters."""
    for limit, mark in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if count >= limit:
            return f"{count / (1e3 if mark == 'k' else limit):,.1f} {mark}"
    return f"{count:,.0f}"
