"""What other evaluators get wrong is pinned here, document by document."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import count, figures, pool
from eval.outcomes import Outcome
from eval.scoring import score_document
from tests.eval.postings import FULL, answer, gold, outcomes, scores_of

COR, INC, SPU, MIS, TN = Outcome


def pooled_f1(wanted: dict[str, Any], predicted: dict[str, Any] | None) -> float | None:
    """Pooled F1 of one document."""
    return figures(pool(count(score_document(gold(wanted), answer(predicted))))).f1


def test_the_gold_itself_has_no_error() -> None:
    """Identity is right in every field."""
    assert {s.outcome for s in score_document(gold(FULL), answer(FULL))} == {COR, TN}


def test_reordering_skills_costs_nothing() -> None:
    """Order counts only where a field says so, and none does."""
    turned = {**FULL, "skills": FULL["skills"][::-1], "responsibilities": FULL["responsibilities"][::-1]}
    assert pooled_f1(FULL, turned) == 1.0


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_permuting_lists_changes_no_figure(seed: int) -> None:
    """Lists of any kind, in gold and in the answer, may stand in any order."""
    rng = random.Random(seed)
    spoilt = copy.deepcopy(FULL)
    spoilt["skills"][0]["kind"] = "soft"
    spoilt["compensation"][0]["max"] = 250
    spoilt["responsibilities"].append("Prepare hot dishes during the morning service")
    before = count(score_document(gold(FULL), answer(spoilt)))
    for posting in (shuffled := copy.deepcopy(FULL), spoilt):
        for value in posting.values():
            if isinstance(value, list):
                rng.shuffle(value)
    assert (count(score_document(gold(shuffled), answer(spoilt))) == before).all()


def test_an_invented_value_costs_precision() -> None:
    """A value where gold has none is SPU, and pooled precision sinks."""
    assert outcomes(FULL, {**FULL, "closes_on": "2026-05-01"}, "closes_on") == [SPU]
    assert (pooled_f1(FULL, {**FULL, "closes_on": "2026-05-01"}) or 0) < 1


def test_full_time_against_part_time_is_wrong() -> None:
    """Wrong, with no credit for the letters in common."""
    assert outcomes(
        {"employment_types": ["full_time"]}, {"employment_types": ["part_time"]}, "employment_types"
    ) == [INC]


def test_a_wrong_value_costs_precision_and_recall() -> None:
    """INC stands in the denominator of both."""
    counts = count(score_document(gold({"title": "Cook"}), answer({"title": "Chef"})))
    figure = figures(pool(counts))
    assert figure.precision == figure.recall == 0.0


def test_invented_items_of_a_list_count() -> None:
    """Three items where gold has one are one right and two invented."""
    wanted, predicted = (
        {"benefits": ["Staff meals"]},
        {"benefits": ["Staff meals", "Dental cover", "Free parking"]},
    )
    assert outcomes(wanted, predicted, "benefits") == [COR, SPU, SPU]


def test_agreeing_nulls_do_not_lift_a_document() -> None:
    """Eight correct absences beside one wrong value leave F1 at 0."""
    nulls = dict.fromkeys(
        ["seniority", "posted_on", "closes_on", "category", "job_function", "language", "summary"]
    )
    assert pooled_f1({**nulls, "title": "Cook"}, {**nulls, "title": "Chef"}) == 0.0


def test_a_repeated_item_is_paired_once() -> None:
    """The second copy is invented."""
    twice = {"skills": [FULL["skills"][0], FULL["skills"][0]]}
    assert outcomes({"skills": [FULL["skills"][0]]}, twice, "skills.hard") == [COR, SPU]
    assert outcomes(
        {"work_arrangements": ["remote"]}, {"work_arrangements": ["remote"] * 2}, "work_arrangements"
    ) == [COR, SPU]


def test_without_a_valid_answer_all_is_omitted_and_absence_earns_nothing() -> None:
    """A document that failed has MIS for every gold value and nothing else."""
    failed = score_document(gold(FULL), answer(None, "cut_off"))
    assert {s.outcome for s in failed} == {MIS}
    assert score_document(gold(FULL), None) == failed
    assert sum(s.field == "benefits" for s in failed) == 1


def test_a_posting_called_none_is_omitted_and_absence_earns_nothing_for_failures() -> None:
    """`not_a_posting` on a real posting omits its values; on no posting it is right."""
    refused = score_document(gold(FULL), answer(None, "not_a_posting"))
    assert {s.field: s.outcome for s in refused}["is_posting"] is INC
    assert (
        sum(s.outcome is MIS for s in refused)
        == sum(s.outcome is MIS for s in score_document(gold(FULL), None)) - 1
    )
    right = score_document(gold(None), answer(None, "not_a_posting"))
    assert {s.outcome for s in right} == {COR, TN}


def test_values_read_from_what_is_no_posting_are_invented() -> None:
    """A résumé has no title of a job."""
    scores = {s.field: s.outcome for s in score_document(gold(None), answer({"title": "Cook"}))}
    assert (scores["is_posting"], scores["title"]) == (INC, SPU)


def test_unlabelled_fields_are_skipped() -> None:
    """Neither an absent key nor what `labelled` leaves out is judged."""
    assert outcomes({"title": "Cook"}, FULL, "benefits") == []
    assert outcomes({"title": "Cook", "benefits": []}, FULL, "benefits", labelled=["/title"]) == []
    assert outcomes({"title": "Cook"}, FULL, "benefits", labelled=["/title", "/benefits"]) == [SPU]


def test_a_null_part_labels_all_its_fields_absent() -> None:
    """`experience: null` says that no years are stated."""
    assert outcomes({"experience": None}, {"experience": {"min_years": 3}}, "experience.min_years") == [SPU]


@pytest.mark.parametrize("predicted", ["senior", "lead", None])
def test_any_accepted_value_is_right(predicted: str | None) -> None:
    """Alternatives count as the gold does, absence among them."""
    found = outcomes(
        {"seniority": "senior"},
        {"seniority": predicted},
        "seniority",
        alternatives={"seniority": ["lead", None]},
    )
    assert found in ([COR], [TN])


def test_alternatives_of_objects_are_whole_values_of_the_key() -> None:
    """The alternative that scores best is taken for the whole key, never a mixture."""
    alternatives = {"experience": [{"min_years": 5, "max_years": 7}]}
    mixture = {"experience": {"min_years": 2, "max_years": 7}}
    wanted = {"experience": {"min_years": 2, "max_years": None}}
    errors = [
        s
        for s in score_document(gold(wanted, alternatives=alternatives), answer(mixture))
        if s.outcome in (INC, SPU, MIS)
    ]
    assert len(errors) == 1


def test_unmatched_objects_count_all_their_leaves() -> None:
    """A pay that is not there costs each of its parts."""
    first = {**FULL, "compensation": FULL["compensation"][:1]}
    lost = [s.field for s in score_document(gold(FULL), answer(first)) if s.outcome is MIS]
    assert lost == [
        f"compensation{part}" for part in ("", ".annualised", ".max", ".currency", ".period", ".kind")
    ]


def test_pay_is_judged_by_its_parts_and_as_a_whole() -> None:
    """A wrong period spoils one part and the whole."""
    monthly = {**FULL["compensation"][0], "period": "month"}
    found = {
        s.field: s.outcome
        for s in score_document(
            gold({"compensation": FULL["compensation"][:1]}), answer({"compensation": [monthly]})
        )
    }
    assert found["compensation.min"] is COR
    assert found["compensation.period"] is found["compensation"] is found["compensation.annualised"] is INC


def test_equal_after_annualising_is_its_own_figure() -> None:
    """4000 a month is 48000 a year, but not as stated."""
    month = {"min": 4000, "max": 4000, "currency": "EUR", "period": "month", "kind": "base"}
    year = {**month, "min": 48_000, "max": 48_000, "period": "year"}
    found = {
        s.field: s.outcome
        for s in score_document(gold({"compensation": [month]}), answer({"compensation": [year]}))
    }
    assert found["compensation.annualised"] is COR
    assert found["compensation.min"] is found["compensation"] is INC


def test_a_pay_of_other_amounts_is_another_pay() -> None:
    """Currency and period alone do not make it the same: 40000 is not nearly 80000."""
    other = [{**FULL["compensation"][0], "min": 21, "max": 24}]
    found = outcomes(
        {"compensation": FULL["compensation"][:1]}, {"compensation": other}, "compensation.currency"
    )
    assert found == [MIS, SPU]


def test_places_are_paired_by_their_finest_part() -> None:
    """A city of another name is another place; a missing country is one omission."""
    towns = [{"text": "Oslo", "city": "Oslo", "region": None, "country": None}]
    assert outcomes({"locations": FULL["locations"][:1]}, {"locations": towns}, "locations.country") == [MIS]
    assert outcomes(
        {"locations": FULL["locations"][:1]}, {"locations": FULL["locations"][1:]}, "locations.city"
    ) == [MIS, SPU]


def test_a_place_without_parts_is_judged_by_its_text() -> None:
    """Where gold names no city, region or country, the words decide."""
    gold_place = {"text": "Harbour Street depot", "city": None, "region": None, "country": None}
    same = {"text": "Harbour Street depot, near the port", "city": None, "region": None, "country": None}
    assert outcomes({"locations": [gold_place]}, {"locations": [same]}, "locations.text") == [COR]
    assert outcomes({"locations": [gold_place]}, {"locations": []}, "locations.text") == [MIS]


def test_a_skill_of_the_wrong_kind_is_wrong() -> None:
    """Every hard skill called soft earns nothing."""
    soft = [{**skill, "kind": "soft"} for skill in FULL["skills"]]
    assert outcomes(FULL, {**FULL, "skills": soft}, "skills.hard") == [INC, INC]
    assert outcomes(FULL, {**FULL, "skills": soft}, "skills.soft") == [COR]


def test_requirement_is_judged_over_the_skills_found() -> None:
    """A skill that was not found has no requirement to judge."""
    two = [FULL["skills"][0], {**FULL["skills"][1], "requirement": "required"}]
    assert outcomes(FULL, {**FULL, "skills": two}, "skills.requirement") == [COR, INC]


def test_scores_point_into_both_postings() -> None:
    """Pointers are of the lists as given, not as matched."""
    turned = {"benefits": ["Dental cover", "Staff meals"]}
    [right] = [s for s in scores_of({"benefits": ["Staff meals"]}, turned, "benefits") if s.outcome is COR]
    assert (right.gold_at, right.predicted_at) == ("/benefits/0", "/benefits/1")


@pytest.mark.parametrize(
    "garbage", [{"skills": "Python"}, {"locations": ["Oslo"]}, {"company": "Acme"}, {"experience": [3]}]
)
def test_answers_of_a_wrong_shape_are_scored_not_raised(garbage: dict[str, Any]) -> None:
    """A user's extractor may return anything."""
    assert score_document(gold(FULL), answer(garbage))
