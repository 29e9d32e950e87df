"""Confidence on the committed test cases, answered from recorded replies."""

from __future__ import annotations

import asyncio
import json
from functools import cache

from eval.cases import Case, load_cases
from eval.extractors import open_pipeline
from eval.judging import judge
from eval.predictions import Prediction, to_prediction
from eval.reliability import measure_reliability
from eval.replay import RECORDED, Replayer
from extractor.document import read_document
from extractor.evidence import verify
from extractor.schema import Extraction
from extractor.settings import load_settings

BELOW = 0.7


@cache
def cases() -> tuple[Case, ...]:
    """Every other test case that is a posting: enough to see a trade, in seconds."""
    return tuple(case for case in load_cases() if case.split == "test" and case.gold.posting)[::2]


@cache
def lines(below: float | None) -> tuple[str, ...]:
    """The answers as JSON, without the seconds."""
    replayer = Replayer(RECORDED)

    async def answer() -> list[str]:
        settings = load_settings(
            model=replayer.asked.setting, strategy=replayer.asked.strategy, abstain_below=below, cache=False
        )
        async with open_pipeline(settings, replayer) as answerer:
            rows = [await answerer(case) for case in cases()]
        return [json.dumps({**row, "meta": {**row["meta"], "seconds": 0.0}}) for row in rows]

    return tuple(asyncio.run(answer()))


def answers(below: float | None) -> dict[str, list[Prediction]]:
    """The answers by case."""
    return {row.id: [row] for row in (to_prediction(json.loads(line)) for line in lines(below))}


def test_every_value_left_out_is_told_and_every_one_that_stays_is_sure_enough() -> None:
    """A warning names value and confidence; nothing rated under P is in the answer."""
    before, after = answers(None), answers(BELOW)
    assert sum(len(row.confidence) for (row,) in before.values()) > 300
    for (row,) in after.values():
        assert all(BELOW <= probability <= 1 for probability in row.confidence.values())
        told = [warning for warning in row.warnings if warning["code"] == "abstained"]
        had = before[row.id][0].confidence.values()
        assert bool(told) == any(probability < BELOW for probability in had)
        assert all("confidence 0." in warning["message"] for warning in told)


def test_abstaining_trades_coverage_for_precision() -> None:
    """Of what stays more is right; less of the gold is found; and the curve of the report foretells it."""
    whole, rest = (judge(cases(), answers(below)) for below in (None, BELOW))
    first, second = whole.metrics().pooled, rest.metrics().pooled
    assert (second.precision or 0) > (first.precision or 0) and (second.recall or 0) < (first.recall or 0)
    reliability = measure_reliability(whole)
    assert reliability is not None
    foretold = next(kept for kept in reliability.curve if kept.below == BELOW)
    assert abs((foretold.precision or 0) - (second.precision or 0)) < 0.03
    assert abs((foretold.recall or 0) - (second.recall or 0)) < 0.03


def test_evidence_stays_consistent_after_abstaining() -> None:
    """Every pointer, of evidence and of confidence, is of a value that is there, in its place."""
    for case, line in zip(cases(), lines(BELOW), strict=True):
        extraction = Extraction.model_validate_json(line)
        if extraction.posting is None:
            continue
        assert not verify(extraction, read_document(case.content).source)
        assert extraction.confidence.keys() <= extraction.evidence.keys()


def test_the_same_replies_give_the_same_bytes() -> None:
    """Confidences and figures do not depend on the run."""
    first = lines(BELOW)
    lines.cache_clear()
    assert lines(BELOW) == first
