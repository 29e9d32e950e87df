"""Offsets: every character of a Document leads back to its own place, whatever the source holds."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.document import read_document
from extractor.document.characters import clean_characters
from extractor.errors import NotAPosting
from extractor.mapped import MappedText
from extractor.records import Document, Span

QUICK = settings(deadline=None, max_examples=150)

ODD = (
    "\u00a0\u2011\u00ad\u200b\u200d\ufeff\u202f\r\n\t\x00\ufdd0\uf0b7"  # spaces, hyphens, invisible, bullets
    "ﬁﬃ１Ａ，ßİǆ𝗔e\u0301o\u0308가\u1112\u1161\u11ab"  # ligatures, widths, marks, letters that grow
    "😀👩💻\ud83d\ude00\udfff"  # beyond the basic plane, and halves of it
)
CHARACTERS = st.one_of(st.sampled_from(ODD), st.characters(codec=None), st.sampled_from("ab 1.-&<>"))
TEXTS = st.lists(
    st.one_of(
        st.text(CHARACTERS, max_size=8), st.sampled_from(["word", " ", "\n\n", "&amp;", "&nbsp;", "\\-"])
    ),
    max_size=20,
).map("".join)
NAMES = st.sampled_from("p div ul li span b table tr td dl dt dd h2 pre script template a br".split())
TAGS = st.one_of(
    NAMES.map("<{}>".format),
    NAMES.map("</{}>".format),
    NAMES.map("<{} hidden class='a>b'>".format),
    st.sampled_from(["<!-- -->", "<", "</", '<a href="', "<br/>", "<![x]>", "<p"]),
)
MARKUP = st.lists(st.one_of(TAGS, TAGS, TEXTS), max_size=30).map("".join)
AROUND = "five words stand around this"


def assert_maps_to_source(document: Document) -> None:
    size = len(document.source)
    assert len(document.starts) == len(document.ends) == len(document.text)
    for places in (document.starts, document.ends):
        assert all(left <= right for left, right in pairwise(places))
        assert all(0 <= place <= size for place in places)


@QUICK
@given(TEXTS)
def test_the_map_of_a_text_never_falls(text: str) -> None:
    """Offsets only grow, one pair a character, and stay inside the source."""
    document = read_document(f"{AROUND} {text}", kind="text")
    assert_maps_to_source(document)


@QUICK
@given(MARKUP)
def test_the_map_of_markup_never_falls(markup: str) -> None:
    """No markup breaks the reader or its map, however malformed."""
    try:
        document = read_document(f"<p>{AROUND}</p>{markup}<p>{AROUND}</p>", kind="html")
    except NotAPosting:  # a comment or an element that hides all
        return
    assert_maps_to_source(document)


@QUICK
@given(TEXTS, st.data())
def test_a_span_of_text_round_trips(text: str, data: st.DataObject) -> None:
    """The source of a span, cleaned by itself, is the span: nothing before or after it is taken."""
    document = read_document(f"{AROUND} {text}", kind="text")
    words = [match.span() for match in re.finditer(r"\S+", document.text)]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    span = Span(words[first][0], words[last][1])
    origin = document.to_source(span)
    again = read_document(f"{AROUND}\n{document.source[origin.start : origin.end]}", kind="text")
    assert again.text.endswith(document.text[span.start : span.end])


WORD = st.text("abcdefgh", min_size=3, max_size=8)
WRAPPED = st.tuples(
    st.lists(NAMES.filter(lambda name: name not in ("script", "template", "br")), max_size=4), WORD
)


@QUICK
@given(st.lists(WRAPPED, min_size=1, max_size=12))
def test_words_in_markup_lead_to_themselves(pieces: list[tuple[list[str], str]]) -> None:
    """However elements nest, a word's place in the source is the word."""
    numbered = [(names, f"{word}{number}x") for number, (names, word) in enumerate(pieces)]
    markup = "".join(
        "".join(f"<{name}>" for name in names) + word + "".join(f"</{name}>" for name in reversed(names))
        for names, word in numbered
    )
    document = read_document(f"<p>{AROUND}</p>{markup}", kind="html")
    for _, word in numbered:
        start = document.text.index(word)
        origin = document.to_source(Span(start, start + len(word)))
        assert document.source[origin.start : origin.end] == word


@QUICK
@given(
    st.lists(
        st.sampled_from(["&amp;", "&eacute;", "&#8209;", "&#x1F600;", "&nbsp;", "&fjlig;", "x", "é"]),
        min_size=1,
    )
)
def test_entities_are_whole(pieces: list[str]) -> None:
    """A character read from an entity comes from all of it, from its ampersand to its semicolon."""
    document = read_document(f"<p>{AROUND}</p><p>x{''.join(pieces)}x</p>", kind="html")
    start = document.text.rindex("\n") + 1
    for index in range(start, len(document.text)):
        origin = document.to_source(Span(index, index + 1))
        stands = document.source[origin.start : origin.end]
        decoded = clean_characters(MappedText.of(html.unescape(stands))).text
        assert document.text[index] in decoded


@QUICK
@given(st.text(CHARACTERS))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Clean text is clean."""
    once = clean_characters(MappedText.of(text)).text
    assert clean_characters(MappedText.of(once)).text == once


def test_the_stars_of_bold_type_are_no_text() -> None:
    """Markdown's "**Pay:**" is "Pay:"; stars that mark items, powers and footnotes stay."""
    source = "**Pay:** 20 EUR an hour\n* **Java** and 2**3\nTips** and one more **word** here"
    document = read_document(source, kind="text")
    assert document.text == "Pay: 20 EUR an hour\n* Java and 2**3\nTips** and one more word here"
    at = document.text.index("20 EUR")
    origin = document.to_source(Span(at, at + 6))
    assert source[origin.start : origin.end] == "20 EUR"


def test_single_stars_of_bold_type_are_left_out() -> None:
    """Chats write "*bold*"; stars of items, of sums, and of footnotes without a partner stay."""
    source = "We are *Gull & Sons* and pay *17 EUR an hour*.\n* splice ropes\n*scrub decks\n2*3*4 boats*, tips*\n*before tax"
    document = read_document(source)
    assert document.text == source.replace("*Gull & Sons*", "Gull & Sons").replace(
        "*17 EUR an hour*", "17 EUR an hour"
    )
    [span] = [document.to_source(Span(*m.span())) for m in re.finditer("17 EUR an hour", document.text)]
    assert source[span.start : span.end] == "17 EUR an hour"
