"""Gold's commonest answers: the extraction that reads nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from eval.fields import FIELDS, Field
from eval.gold import Gold, value_at, with_value
from eval.outcomes import is_absent


def constant_posting(golds: Sequence[Gold], *, must_answer: bool = False) -> dict[str, Any]:
    """The commonest answer to each field, absence included; `must_answer`: the commonest value.

    Of equally common answers absence comes first, then the one that sorts first.
    """
    posting: dict[str, Any] = {}
    for field in FIELDS:
        common = _commonest(field, golds, must_answer)
        if common is not None:
            posting = with_value(posting, field.path, common)
    return posting


def _commonest(field: Field, golds: Iterable[Gold], must_answer: bool) -> Any:
    values = [
        value_at(gold.posting, field.path)
        for gold in golds
        if gold.posting is not None and gold.is_labelled(field.path)
    ]
    counter = Counter(
        "" if is_absent(value) else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
        for value in values
    )
    if must_answer:
        del counter[""]
    if not counter:
        return None
    answer = min(counter, key=lambda text: (-counter[text], text))
    return json.loads(answer) if answer else None
