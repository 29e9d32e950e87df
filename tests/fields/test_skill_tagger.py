"""The likeliest tags of words, found without trying all at most of them."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from extractor.fields import skill_tagger

TAGS = range(len(skill_tagger.TAGS))
SCORES = st.tuples(*(st.integers(0, 9_000) for _ in TAGS))


def _value(rows, tags):
    into = skill_tagger._model().into
    steps = sum(into[after][before] for before, after in itertools.pairwise(tags))
    return sum(row[tag] for row, tag in zip(rows, tags, strict=True)) + steps


@given(st.lists(SCORES, min_size=1, max_size=12))
@example([(4_000, 0, 0, 3_700, 3_700)] * 3)  # none a skill alone, together they are
@example([(9_000, 0, 0, 0, 0), (3_000, 2_900, 0, 0, 0), (9_000, 0, 0, 0, 0)])
def test_tags_are_the_likeliest_of_all(rows):
    """Words passed over because no run that they may be in brings more as skills never are skills."""
    into = skill_tagger._model().into
    best = list(rows[0])
    for row in rows[1:]:
        best = [row[tag] + max(best[before] + into[tag][before] for before in TAGS) for tag in TAGS]
    assert _value(rows, skill_tagger.decode(rows)) == max(best)
