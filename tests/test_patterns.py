import re

import pytest

from extractor.patterns import (
    Alternatives,
    Choices,
    Pattern,
    Patterns,
    index_patterns,
    split_alternatives,
)
from extractor.stems import DIGIT, find_beginnings, find_stems, fold_case


@pytest.mark.parametrize(
    ("pattern", "stems"),
    [
        (r"\b(?:health|dental) insurance\b", {"insuranc"}),
        (r"(?:health|dental)\s+plan", {"health", "dental"}),
        (r"\d{1,2} years?", {"year"}),
        (r"[$€]\s?\d", {"$", "€"}),
        (r"\d+", {DIGIT}),
        (r"(?<=paid )leave", {"leave"}),
        (r"(?!not )\bpension(?:s|er)?", {"pension"}),
        (r"ab|cd", set()),
        (r".*", set()),
        (r"(?:foo|bar)?", set()),
    ],
)
def test_stems_are_what_every_match_needs(pattern, stems):
    """Of what a match must hold the rarest is taken; where nothing tells texts apart, nothing."""
    assert find_stems(pattern) == stems


def indexed(*patterns, flags=0):
    made = [Pattern(pattern, flags) for pattern in patterns]
    index_patterns(made)
    return made


def test_a_pattern_without_its_stems_is_not_tried():
    """What is passed over is not even compiled."""
    (pattern,) = indexed("never|ever so")
    assert pattern.search("Nothing of that kind") is None
    assert pattern._compiled is None
    assert pattern.search("for ever so long")[0] == "ever so"


@pytest.mark.parametrize(
    "text", ["IGNORE this", "\u0131gnore th\u0131s", "\u0130gnore this", "ignore thi\u017f"]
)
def test_letters_that_are_one_letter_without_case_are_one_in_stems(text):
    """Whatever `re` takes for the same letter is the same in stems, so that nobody hides behind a letter."""
    (pattern,) = indexed("ignore this", flags=re.IGNORECASE)
    assert bool(pattern.search(text)) == bool(re.search("ignore this", text, re.IGNORECASE)) is True


def test_every_method_finds_what_re_finds():
    """With stems in the text and without them all methods answer as those of `re.Pattern`."""
    source = r"(?P<n>\d+) (?:days?|weeks?)"
    (pattern,), plain = indexed(source), re.compile(source)
    for text in ("5 days", "5 days or 2 weeks of leave", "none", "", "days", "12 months"):
        for name in ("search", "match", "fullmatch"):
            found, wanted = getattr(pattern, name)(text), getattr(plain, name)(text)
            assert (found and found.span()) == (wanted and wanted.span())
        assert [m.span() for m in pattern.finditer(text, 1)] == [m.span() for m in plain.finditer(text, 1)]
        assert pattern.findall(text) == plain.findall(text)
        assert pattern.split(text, maxsplit=1) == plain.split(text, maxsplit=1)
        assert pattern.sub("x", text) == plain.sub("x", text)


def test_stems_reach_over_words_that_hold_them():
    """A stem inside a longer word counts, and so does one in words learnt later."""
    (pattern,) = indexed("erfahrung")
    assert not pattern.may_match("Kenntnisse")
    assert pattern.may_match("Berufserfahrung erwünscht")
    assert fold_case("STRASSE") == fold_case("straße")


def test_patterns_asked_together_find_what_they_find_alone():
    """Those that a text does not allow are left out, those without stems are not."""
    made = [Pattern(said) for said in ("never|ever so", r"\bdental plan", ".b.")]
    group = Patterns(made)
    text = "for ever so long"
    assert group.search(text)[0] == "ever so"  # before the stems are known
    index_patterns(made)
    assert group.that_may_match(text) == (made[0], made[2])
    assert group.search(text)[0] == "ever so"
    assert group.search("a dental plan")[0] == "dental plan"
    assert group.search("xby")[0] == "xby"
    assert group.search("nothing") is None


def test_choices_are_those_of_which_a_text_allows_an_alternative():
    """In the order in which they were given; all of them before their stems are known."""
    named = [("plus", Alternatives("a plus|an asset")), ("pay", Alternatives("salary|wages"))]
    choices = Choices(named)
    assert choices.that_may_match("nothing") == tuple(named)
    index_patterns([part for _, choice in named for part in choice.parts])
    assert choices.that_may_match("wages are an asset") == tuple(named)
    assert choices.that_may_match("some wages") == (named[1],)
    assert choices.that_may_match("nothing") == ()


@pytest.mark.parametrize(
    ("pattern", "beginnings"),
    [
        (r"(?<!\w)(?:full[ -]?time|a plus|\d+ years|e-?mail)", {"ful", "a$", "0", "e$", "ema"}),
        (r"(?i:\b(?:Join|about)) \w+", {"joi", "abo"}),
        (r"\b(?:the )?Acme", {"the", "Acm"}),
        ("erfahrung", None),  # may stand inside a word
        (r"(?:the )?\bfoo", None),
        (r"(?<!\w\.)foo", None),
        (r"(?<!\w)\w+ly", None),
    ],
)
def test_beginnings_are_of_the_words_that_matches_begin_with(pattern, beginnings):
    """They are known where every match begins at the first letter of one of a few words."""
    assert find_beginnings(pattern) == beginnings


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_in_long_texts_a_pattern_finds_what_re_finds(flags):
    """Tried at its words alone it finds the same, from any place on and up to any."""
    source = r"(?<!\w)(?:remote(?: work)?|İzmir|straße|5 days|work|\u017fales)(?!\w)"
    (pattern,), plain = indexed(source, flags=flags), re.compile(source, flags)
    line = "Remote work, no remotework: 5 days; İZMİR İzmir, STRASSE Straße straße. sales \u017fales Sales, 15 days\n"
    text = line * 12
    wanted = [match.span() for match in plain.finditer(text)]
    assert pattern.is_anchored
    assert [match.span() for match in pattern.finditer(text)] == wanted
    for start, end in ((3, 900), (len(line) + 7, 2000), (0, 700), (len(line) + 3, 2 * len(line)), (2, 40)):
        found = [match.span() for match in pattern.finditer(text, start, end)]
        assert found == [match.span() for match in plain.finditer(text, start, end)]
        assert pattern.search(text, start, end).span() == found[0]


def test_alternatives_are_found_as_one_pattern_finds_them():
    """With many, few or none of them possible: the first in the text, of those the one that is named first."""
    source = r"\bnot (?:a|the) plus|plus|a plus|sal[ao|]ry\||wage\b"
    assert split_alternatives(source) == [
        r"\bnot (?:a|the) plus",
        "plus",
        "a plus",
        r"sal[ao|]ry\|",
        r"wage\b",
    ]
    made, plain = Alternatives(source), re.compile(source)
    texts = (
        "a plus, not a plus plus",
        "wages",
        "salary| wage a plus",
        "nothing",
        "salary|wage, not the plus",
    )
    for is_indexed in (False, True):
        if is_indexed:
            index_patterns([*made._parts._patterns, made._whole])
        for text in texts:
            assert [m.span() for m in made.finditer(text, 1)] == [m.span() for m in plain.finditer(text, 1)]


def test_patterns_possible_in_a_text_are_asked_about_its_parts():
    """Where a part begins within a word of the text, what it begins with counts as well."""
    made = [Pattern(said) for said in (r"\bignore this", r"\bobey (?:me|us)", r"\bnever ever")]
    index_patterns(made)
    text = "Do never ever so. ProfileIgnore this, ignore this. " * 20
    assert Patterns(made).possible_in(text, ()).that_may_match(text) == (made[0], made[2])
    glued = "Do never ever so. Profileignore this. " * 20
    assert Patterns(made).possible_in(glued, ()).that_may_match(glued) == (made[2],)
    assert Patterns(made).possible_in(glued).that_may_match(glued) == (made[0], made[2])
    assert Patterns(made).possible_in(glued, ["ignore this"]).that_may_match(glued) == (made[0], made[2])
    assert not Patterns(made).possible_in("nothing")
