"""What a hosted model would be paid: `numbered` beside the plain call, both answered perfectly.

    python -m benchmarks.tokens

For each committed case with a posting the perfect answer is made from its gold: to the plain call the
whole record, to `numbered` the numbers of the gold's pieces and the quotes. Both questions are counted
whole, schema included. No model is asked. Tokens are counted as byte-pair vocabularies split text, in
runs of letters of up to six, of digits and of marks of up to three: within a few per cent for prose, and the
same for both sides. Prices are the public list's.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from genai_prices import Usage, calc_price
from rapidfuzz import fuzz

from eval.cases import Case, load_cases
from eval.fit_sections import FIELDS, find_label
from eval.folding import fold
from eval.plain import make_request
from eval.reading import read_case
from extractor import Extractor, Settings
from extractor.model.scripted import Scripted
from extractor.model.wire import to_strict
from extractor.outline import outline
from extractor.records import Request
from extractor.schema import JobPosting
from extractor.sections import LISTS

MODELS = ("gpt-4o-mini", "gpt-4.1-mini", "gpt-5-mini", "gpt-4o")
_PIECE = re.compile(r"[^\W\d_]{1,6}|\d{1,3}|[^\w\s]{1,3}|_")


def count_tokens(text: str) -> int:
    """Tokens of a text, about."""
    return len(_PIECE.findall(text))


def count_request(request: Request, with_schema: bool) -> int:
    """Tokens of a question: its messages and, where the provider counts it, its schema."""
    said = sum(count_tokens(message.content) for message in request.messages)
    schema = json.dumps(to_strict(request.response_model.model_json_schema()), separators=(",", ":"))
    return said + with_schema * count_tokens(schema)


def perfect_pieces(case: Case) -> dict[str, Any]:
    """What `numbered` asks for, from the gold."""
    document = read_case(case)
    seen = outline(document)
    posting = case.gold.posting or {}
    gold = {label: [fold(item) for item in posting.get(key) or []] for label, key in FIELDS.items()}
    labels = [find_label(fold(seen.words(verdict.segment.span)), gold) for verdict in seen.verdicts]
    skills = posting.get("skills") or []
    return {
        "is_job_posting": True,
        "title": posting.get("title"),
        "company": (posting.get("company") or {}).get("name"),
        "locations": [place.get("text") or place.get("city") for place in posting.get("locations") or []],
        **{label: _ranges([n for n, said in enumerate(labels, 1) if said == label]) for label in LISTS},
        "other_jobs": "",
        "hard_skills": [skill["name"] for skill in skills if skill["kind"] == "hard"],
        "soft_skills": [skill["name"] for skill in skills if skill["kind"] == "soft"],
    }


def _ranges(numbers: list[int]) -> str:
    """ "4-9, 12" for 4, 5, 6, 7, 8, 9 and 12."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


@dataclass(frozen=True)
class Cost:
    """Tokens read and written."""

    read: int
    written: int

    def dollars(self, model: str) -> float:
        """Their price by the public list."""
        usage = Usage(input_tokens=self.read, output_tokens=self.written)
        return float(calc_price(usage, model, provider_id="openai").total_price)


@dataclass(frozen=True)
class Pair:
    """One posting asked both ways. `likeness` (percent) of the duties of `numbered` to the gold's checks
    that its answer was a right one."""

    numbered: Cost
    plain: Cost
    likeness: float


async def ask_both(case: Case, with_schema: bool) -> Pair:
    """What `numbered` and the plain call take for one posting."""
    settings = Settings(strategy="numbered", cache=False)
    answer = perfect_pieces(case)
    model = Scripted([answer, {"quotes": [None] * 6}])
    async with Extractor(settings, model=model, today=case.today) as extractor:
        extraction = await extractor.extract_document(read_case(case))
    read = sum(count_request(request, with_schema) for request in model.requests)
    written = count_tokens(json.dumps(answer, ensure_ascii=False))
    if len(model.requests) > 1:
        written += count_tokens(json.dumps({"quotes": [None] * 6}))
    whole = JobPosting.model_validate(case.gold.posting).model_dump(mode="json")
    plain = make_request(read_case(case).text, ("", ""), settings)
    asked = Cost(count_request(plain, with_schema), count_tokens(json.dumps(whole, ensure_ascii=False)))
    said = extraction.posting.responsibilities if extraction.posting else []
    alike = fuzz.ratio(" ".join(said), " ".join(whole["responsibilities"] or []))
    return Pair(Cost(read, written), asked, alike)


def measure(with_schema: bool) -> dict[str, Any]:
    """Totals and, by model, the price of `numbered` as a share of the plain call's."""
    cases = [case for case in load_cases() if case.gold.posting]
    pairs = [asyncio.run(ask_both(case, with_schema)) for case in cases]
    numbered, plain = (
        _total(side) for side in zip(*((pair.numbered, pair.plain) for pair in pairs), strict=True)
    )
    return {
        "cases": len(cases),
        "tokens a posting": {
            name: {"read": total.read / len(pairs), "written": total.written / len(pairs)}
            for name, total in (("numbered", numbered), ("plain", plain))
        },
        "written, share of plain": numbered.written / plain.written,
        "price, share of plain": {model: numbered.dollars(model) / plain.dollars(model) for model in MODELS},
        "price, median over postings": {
            model: statistics.median(
                pair.numbered.dollars(model) / pair.plain.dollars(model) for pair in pairs
            )
            for model in MODELS
        },
        "likeness of duties to gold, median": statistics.median(pair.likeness for pair in pairs),
    }


def _total(costs: Iterable[Cost]) -> Cost:
    costs = list(costs)
    return Cost(sum(cost.read for cost in costs), sum(cost.written for cost in costs))


if __name__ == "__main__":
    figures = {
        "schema counted": measure(with_schema=True),
        "schema not counted": measure(with_schema=False),
    }
    print(json.dumps(figures, indent=2))
