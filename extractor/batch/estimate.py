"""What a run will take, before it is run: by asking about a sample, or by reading it only.

Asked about, the sample's answers are the run's own: they are in the ledger, and nothing is paid twice.
Only read, what a model will write is a guess, and the interval says so.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extractor.batch.asking import DISCOUNT
from extractor.batch.display import Display
from extractor.batch.ledger import Ledger, ledger_path, read_ledger
from extractor.batch.options import Options
from extractor.batch.quota import size_of
from extractor.batch.readers import Reader
from extractor.batch.rows import Row
from extractor.batch.run import run_batch
from extractor.batch.survey import Survey, take_survey
from extractor.errors import ExtractorError
from extractor.model import Model
from extractor.model.prices import price_of
from extractor.pipeline import Extractor
from extractor.records import Reply, Request, Usage
from extractor.schema import Extraction
from extractor.settings import Settings

SAMPLE = 20
_SURE = 0.95
# Tokens a byte of a request, and tokens written an answer: fewest, likeliest, most. Latin scripts and
# JSON are near the middle; a strategy that asks code first lets little be written.
READ_A_BYTE = (0.18, 0.25, 0.40)
WRITTEN = {"assisted": (15, 35, 120)}
WRITTEN_OTHERWISE = (100, 300, 900)


@dataclass(frozen=True, slots=True)
class Span:
    """A figure and the interval that it is likely to lie in."""

    expected: float
    low: float
    high: float

    def to_json(self, digits: int = 0) -> dict[str, float]:
        """Rounded; whole numbers where no digits are asked for."""
        keep = (lambda value: round(value, digits)) if digits else round
        return {"expected": keep(self.expected), "low": keep(self.low), "high": keep(self.high)}


async def estimate_run(
    settings: Settings,
    reader: Reader,
    out: Path,
    options: Options,
    display: Display,
    model: Model | None = None,
) -> tuple[int, dict[str, Any] | None]:
    """Ask about a sample, and reckon with its answers; exit status, and the estimate where there is one.

    The sample is asked online whatever `options.via` says: an estimate that takes a day is of no use.
    """
    size = options.sample or SAMPLE
    survey = take_survey(reader, options.limit, size)
    online = replace(options, via="online", sample=None)
    status = await run_batch(settings, reader, out, online, display, model=model, only=survey.sample)
    if status in (3, 7, 8, 9, 10, 130):
        return status, None
    with read_ledger(out) as ledger:
        survey = take_survey(reader, options.limit, size, lambda row: ledger.find(row)[0])
        answers = [
            Extraction.model_validate_json(ledger.payload(key) or b"") for key in sorted(survey.sample)
        ]
    metas = [answer.meta for answer in answers]
    share = DISCOUNT if options.via == "batch-api" else 1.0
    costs = [None if meta.cost_usd is None else share * meta.cost_usd for meta in metas]
    figures = {
        "calls": _spread([meta.calls for meta in metas], survey).to_json(),
        "input_tokens": _spread([meta.input_tokens for meta in metas], survey).to_json(),
        "output_tokens": _spread([meta.output_tokens for meta in metas], survey).to_json(),
        "cost_usd": None if None in costs else _spread([cost or 0.0 for cost in costs], survey).to_json(4),
        "seconds": None
        if options.via == "batch-api"
        else _to_duration([meta.seconds for meta in metas], survey, options).to_json(1),
    }
    failed = [answer.error.code for answer in answers if answer.error]
    sample = {
        "postings": len(answers),
        "how": "asked",
        "errors": {code: failed.count(code) for code in failed},
    }
    notes = []
    if any(meta.cached for meta in metas):
        notes.append("some of the sample came from the reply cache, at no cost; so will as many of the rest")
    return 0, _to_report(survey, sample, figures, notes)


async def dry_run(settings: Settings, reader: Reader, out: Path, options: Options) -> dict[str, Any]:
    """Read all rows and a sample of postings, ask nothing, write nothing."""
    opened = read_ledger(out) if ledger_path(out).exists() else nullcontext()
    with opened as ledger:
        survey = take_survey(
            reader, options.limit, options.sample or SAMPLE, lambda row: _is_answered(ledger, row)
        )
    probe = _Probe()
    codes: list[str] = []
    async with Extractor(settings, model=probe, today=options.today) as extractor:
        for row in reader.rows():
            if row.key in survey.sample:
                asked = len(probe.sizes)
                read = await extractor.extract_async(row.data, id=row.id, kind=row.kind)
                if read.error is not None and len(probe.sizes) == asked:
                    codes.append(read.error.code)
                    probe.sizes.append(0)
    likely = WRITTEN.get(extractor.strategy, WRITTEN_OTHERWISE)
    figures = _guess(settings, survey, probe.sizes, options, likely)
    sample = {
        "postings": len(probe.sizes),
        "how": "read",
        "errors": {code: codes.count(code) for code in codes},
    }
    notes = [
        "nothing was asked: tokens are reckoned from bytes, what is written is a guess, and second questions "
        "and re-asks are not in it; --estimate asks a sample"
    ]
    return _to_report(survey, sample, figures, notes)


class _Probe:
    """A model that notes how long a request is, and does not answer."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def ask(self, request: Request) -> Reply:
        self.sizes.append(size_of(request))
        raise ExtractorError("nothing is asked in a dry run")

    async def aclose(self) -> None:
        return


def _is_answered(ledger: Ledger | None, row: Row) -> bool:
    return ledger is not None and ledger.find(row)[0]


def _guess(
    settings: Settings,
    survey: Survey,
    sizes: Sequence[int],
    options: Options,
    likely: tuple[float, float, float],
) -> dict[str, Any]:
    """Figures from the sizes of requests, 0 for a posting that no model needs to see."""
    sent = _spread([float(size) for size in sizes], survey)
    asked = _spread([float(size > 0) for size in sizes], survey)
    most = settings.max_output_tokens
    read = Span(*(rate * size for rate, size in zip(_middle_first(READ_A_BYTE), _values(sent), strict=True)))
    written = Span(
        *(
            min(most, count) * share
            for count, share in zip(_middle_first(likely), _values(asked), strict=True)
        )
    )
    name = settings.model if settings.is_embedded else settings.provider_model
    price, share = price_of(settings), DISCOUNT if options.via == "batch-api" else 1.0
    costs = [
        price(name or "", Usage(input_tokens=round(tokens), output_tokens=round(answer)))
        for tokens, answer in zip(_values(read), _values(written), strict=True)
    ]
    known = [share * cost for cost in costs if cost is not None]
    return {
        "calls": asked.to_json(),
        "input_tokens": read.to_json(),
        "output_tokens": written.to_json(),
        "cost_usd": Span(*known).to_json(4) if len(known) == len(costs) else None,
        "seconds": None,
    }


def _middle_first(triple: tuple[float, float, float]) -> tuple[float, float, float]:
    low, expected, high = triple
    return expected, low, high


def _values(span: Span) -> tuple[float, float, float]:
    return span.expected, span.low, span.high


def _spread(sample: Sequence[float], survey: Survey) -> Span:
    """The sum over the postings to ask about, by what it is over a sample of them and of those answered.

    Student's interval of 95 %, with the correction for a finite population; never below nothing.
    """
    count, rest = len(sample), survey.to_ask
    if not count or not rest:
        return Span(0.0, 0.0, 0.0)
    mean = statistics.fmean(sample)
    if count == 1:
        return Span(rest * mean, 0.0, 3 * rest * mean)
    population = max(count, rest + survey.answered)
    error = statistics.stdev(sample) / math.sqrt(count) * math.sqrt(1 - count / population)
    margin = student_quantile(_SURE, count - 1) * error
    return Span(rest * mean, rest * max(0.0, mean - margin), rest * (mean + margin))


def student_quantile(sure: float, freedom: int) -> float:
    """What Student's t of that many degrees of freedom stays within, to both sides, with this probability."""
    if freedom == 1:
        return math.tan(math.pi * sure / 2)
    if freedom == 2:
        return sure * math.sqrt(2 / (1 - sure**2))
    z = statistics.NormalDist().inv_cdf((1 + sure) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / float(freedom**power) for power, term in enumerate(terms, start=1))


def _to_duration(seconds: Sequence[float], survey: Survey, options: Options) -> Span:
    """Of the rest at this concurrency, no sooner than requests a minute allow."""
    alone = _spread(seconds, survey)
    least = 60 * survey.to_ask / options.limits.rpm if options.limits.rpm else 0.0
    return Span(*(max(least, value / options.concurrency) for value in _values(alone)))


def _to_report(
    survey: Survey, sample: dict[str, Any], figures: dict[str, Any], notes: list[str]
) -> dict[str, Any]:
    return {
        "rows": survey.rows,
        "repeated": survey.repeated,
        "identical": survey.identical,
        "unreadable": dict(survey.unreadable),
        "answered": survey.answered,
        "to_ask": survey.to_ask,
        "sample": sample,
        "rest": figures,
        "notes": notes,
    }
