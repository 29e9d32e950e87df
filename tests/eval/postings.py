"""Small golds and answers for tests."""

from typing import Any

from eval.cases import Case
from eval.gold import Gold, to_gold
from eval.outcomes import Outcome, Score
from eval.predictions import Prediction, to_prediction
from eval.scoring import score_document


def gold(posting: dict[str, Any] | None, **more: Any) -> Gold:
    """A gold of one case."""
    return to_gold({"id": "a", "posting": posting, **more})


def answer(posting: dict[str, Any] | None, code: str | None = None) -> Prediction:
    """An answer, or the error of that code."""
    error = {"code": code, "message": code, "retryable": False} if code else None
    return to_prediction({"id": "a", "posting": posting, "error": error})


def outcomes(
    wanted: dict[str, Any] | None, predicted: dict[str, Any] | None, field: str, **more: Any
) -> list[Outcome]:
    """Outcomes in one field, sorted."""
    scores = score_document(gold(wanted, **more), answer(predicted))
    return sorted(score.outcome for score in scores if score.field == field)


def scores_of(wanted: dict[str, Any], predicted: dict[str, Any], field: str) -> list[Score]:
    """Scores in one field."""
    return [s for s in score_document(gold(wanted), answer(predicted)) if s.field == field]


def case(case_id: str, posting: dict[str, Any] | None, text: str = "", **more: Any) -> Case:
    """A case with whole labels."""
    label = to_gold({"id": case_id, "posting": posting})
    return Case(case_id, text.encode(), "posting.txt", label, source="test", **more)


FULL: dict[str, Any] = {
    "title": "Line Cook",
    "company": {"name": "Harbour Kitchen Ltd"},
    "locations": [
        {"text": "Oslo, Norway", "city": "Oslo", "region": None, "country": "NO"},
        {"text": "Bergen", "city": "Bergen", "region": None, "country": "NO"},
    ],
    "work_arrangements": ["onsite"],
    "employment_types": ["full_time", "temporary"],
    "seniority": None,
    "experience": {"min_years": 2, "max_years": None},
    "compensation": [
        {"min": 210, "max": 240, "currency": "NOK", "period": "hour", "kind": "base"},
        {"min": None, "max": 5000, "currency": "NOK", "period": "once", "kind": "bonus"},
    ],
    "posted_on": "2026-03-04",
    "closes_on": None,
    "responsibilities": [
        "Prepare hot dishes during the evening service",
        "Keep the cold station clean and stocked",
        "Order vegetables from local farms each morning",
    ],
    "required_qualifications": ["Two years in a professional kitchen"],
    "preferred_qualifications": [],
    "skills": [
        {"name": "HACCP", "kind": "hard", "requirement": "required"},
        {"name": "Norwegian", "kind": "hard", "requirement": "preferred"},
        {"name": "teamwork", "kind": "soft", "requirement": "required"},
    ],
    "benefits": ["Staff meals"],
    "language": "en",
}
