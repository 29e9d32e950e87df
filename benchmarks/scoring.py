"""How long scoring takes: synthetic documents of about 60 values, the bootstrap included.

python benchmarks/scoring.py [DOCUMENTS]     default 10,000; the aim is under 30 s on one core
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, before numpy is loaded

import copy
import random
import sys
import time
from typing import Any

from eval.cases import Case
from eval.gold import Gold
from eval.intervals import with_intervals
from eval.judging import judge
from eval.outcomes import is_absent
from eval.predictions import Prediction

SEED = 7
WORDS = (
    "build design maintain support lead review customers systems reports budget safety training quality team "
    "clients schedule repair install test deploy analyse plan improve document coordinate deliver inspect"
).split()


def sentence(rng: random.Random) -> str:
    """Eight to sixteen words."""
    return " ".join(rng.choices(WORDS, k=rng.randint(8, 16))).capitalize()


def make_posting(rng: random.Random, number: int) -> dict[str, Any]:
    """A posting of about 60 values."""
    low = rng.randrange(30, 90) * 1000
    return {
        "title": f"{rng.choice(WORDS)} engineer {number}".title(),
        "company": {"name": f"Company {number % 4000} Ltd"},
        "locations": [{"text": "Oslo, NO", "city": "Oslo", "region": None, "country": "NO"}],
        "work_arrangements": ["hybrid"],
        "employment_types": ["full_time"],
        "seniority": rng.choice(["senior", None]),
        "experience": {"min_years": rng.choice([1, 2, 5]), "max_years": None},
        "education": {"levels": ["bachelor"], "fields": ["Computer Science"], "enrolled": None},
        "compensation": [
            {"min": low, "max": low + 9000, "currency": "EUR", "period": "year", "kind": "base"}
        ],
        "schedule": {"terms": [], "duration_weeks": None, "hours_per_week": 40},
        "posted_on": "2026-03-10",
        "closes_on": None,
        "responsibilities": [sentence(rng) for _ in range(9)],
        "required_qualifications": [sentence(rng) for _ in range(7)],
        "preferred_qualifications": [sentence(rng) for _ in range(3)],
        "skills": [
            {
                "name": f"{word} {rng.randrange(99)}",
                "kind": rng.choice(["hard", "soft"]),
                "requirement": "required",
            }
            for word in rng.sample(WORDS, 6)
        ],
        "benefits": [sentence(rng) for _ in range(5)],
        "work_authorization": {"sponsorship": None},
        "application": {"url": None, "email": "jobs@example.com"},
        "language": "en",
    }


def spoil(node: Any, rng: random.Random) -> Any:
    """The posting with one value in ten gone, cut short or doubled."""
    if isinstance(node, dict):
        return {key: spoil(value, rng) for key, value in node.items()}
    if isinstance(node, list):
        return [spoil(item, rng) for item in node for _ in range(rng.choices((0, 1, 2), (7, 90, 3))[0])]
    if isinstance(node, str) and len(node) > 40 and rng.random() < 0.1:
        return node[: int(len(node) * rng.random())]
    return None if rng.random() < 0.05 else node


def count_values(node: Any) -> int:
    """Leaves that are present."""
    if isinstance(node, dict | list):
        return sum(count_values(child) for child in (node.values() if isinstance(node, dict) else node))
    return not is_absent(node)


def main(documents: int) -> None:
    """Make the documents, then time scoring and bootstrap."""
    rng = random.Random(SEED)
    postings = {f"{number:06}": make_posting(rng, number) for number in range(documents)}
    cases = [
        Case(id_, b"", "posting.txt", Gold(id_, posting), "synthetic") for id_, posting in postings.items()
    ]
    answers = {id_: [Prediction(id_, spoil(copy.deepcopy(p), rng))] for id_, p in postings.items()}
    print(f"{documents} documents, {sum(map(count_values, postings.values())) / documents:.0f} values each")
    started = time.process_time()
    judgement = judge(cases, answers)
    scored = time.process_time()
    sure = with_intervals(judgement.counts, [case.cluster for case in judgement.cases])
    done = time.process_time()
    print(f"scoring {scored - started:.1f} s, bootstrap {done - scored:.1f} s")
    print(f"together {done - started:.1f} s of one core")
    print(f"pooled F1 {sure.metrics.pooled.f1:.4f}, interval {sure.pooled}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
