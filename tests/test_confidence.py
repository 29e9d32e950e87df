"""A value's probability, and leaving out the values that are less probable than wished."""

from __future__ import annotations

import pytest

from extractor.claims import Claim, build_posting, confidence_of
from extractor.confidence import FAMILIES, abstain, load_calibration, rate, to_calibration
from extractor.document import read_document
from extractor.outline import outline
from extractor.records import Span
from extractor.schema import Pay, Skill

TEXT = "Baker\nCrumb Ltd\nPay: £14 to £16 an hour\nRequirements\n- rye bread\n- oven care\n"


def claim(path: str, value: object, words: str, **more: object) -> Claim:
    start = TEXT.index(words)
    return Claim(path, value, (Span(start, start + len(words)),), **more)  # type: ignore[arg-type]


PAY = Pay(min=14, max=16, currency="GBP", period="hour", kind="base", text="£14 to £16 an hour")  # type: ignore[arg-type]
CLAIMS = [
    claim("title", "Baker", "Baker"),
    claim("compensation[]", PAY, "£14 to £16 an hour"),
    claim("skills[]", Skill(name="rye bread", kind="hard", requirement="required"), "rye bread", score=0.9),
    claim("skills[]", Skill(name="oven care", kind="hard", requirement="required"), "oven care", score=0.2),
]
RATED = rate(outline(read_document(TEXT)), CLAIMS, load_calibration())


def test_every_confidence_is_a_probability_of_a_value_that_is_there() -> None:
    """Between 0 and 1, at a pointer that has evidence."""
    confidence = confidence_of(RATED)
    _, evidence = build_posting(read_document(TEXT), RATED)
    assert {"/title", "/compensation/0/min", "/skills/0/name", "/skills/1/requirement"} <= confidence.keys()
    assert confidence.keys() <= evidence.keys()
    assert all(0 < probability < 1 for probability in confidence.values())


def test_no_signal_speaks_against_a_value() -> None:
    """The shipped weights are not negative: more signals, or a surer model, never lower a confidence."""
    calibration = load_calibration()
    assert set(calibration.families) <= {*FAMILIES.values(), "facts"}
    assert all(weight > 0 for weights in calibration.families.values() for weight in weights.values())
    sure = [calibration.probability("skills.hard", {"model": odds}) for odds in (-4, -1, 0, 1, 4)]
    assert sure == sorted(sure)  # type: ignore[type-var]


def test_a_field_that_was_not_calibrated_has_no_confidence() -> None:
    """Nothing is claimed that was not measured, and nothing of it left out."""
    table = to_calibration({"strategies": ["assisted"], "families": {}, "fields": {"title": {"bias": 0.0}}})
    rated = rate(outline(read_document(TEXT)), CLAIMS, table)
    assert confidence_of(rated) == {"/title": 0.5}
    kept, warnings = abstain(rated, 0.9)
    assert len(kept) == 3
    assert [(w.pointer, w.code) for w in warnings] == [("/title", "abstained")]


def _table(**biases: float) -> list[Claim]:
    fields = {name.replace("__", "."): {"bias": bias} for name, bias in biases.items()}
    return rate(
        outline(read_document(TEXT)),
        CLAIMS,
        to_calibration({"strategies": [], "families": {}, "fields": fields}),
    )


def test_a_doubtful_part_leaves_the_rest_of_its_object() -> None:
    """Pay without its kind is still pay; the warning names value and confidence."""
    rated = _table(compensation__kind=-2.0, compensation__min=3.0, compensation__max=3.0)
    kept, (warning,) = abstain(rated, 0.5)
    posting, evidence = build_posting(read_document(TEXT), kept)
    assert posting.compensation[0].kind is None and posting.compensation[0].max == 16
    assert "/compensation/0/kind" not in evidence
    assert warning.message == "Left out 'base (kind of £14 to £16 an hour)': confidence 0.12, under 0.5."


def test_an_object_goes_with_its_core() -> None:
    """Pay without an amount says nothing; the pointers of what follows are those of the posting as returned."""
    kept, warnings = abstain(_table(compensation__min=-2.0, compensation__max=-3.0, skills__hard=1.0), 0.5)
    posting, evidence = build_posting(read_document(TEXT), kept)
    assert posting.compensation == [] and not any(p.startswith("/compensation") for p in evidence)
    assert [warning.pointer for warning in warnings] == ["/compensation"]
    assert confidence_of(kept).keys() <= evidence.keys()


@pytest.mark.parametrize("below", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_what_stays_is_at_least_as_probable_as_wished(below: float) -> None:
    """No rated value under P stays, and the more is wished the less stays."""
    kept, _ = abstain(RATED, below)
    assert all(probability >= below for probability in confidence_of(kept).values())
    assert len(kept) >= len(abstain(RATED, min(1.0, below + 0.1))[0])
