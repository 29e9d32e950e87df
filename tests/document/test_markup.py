"""HTML: what a reader sees, as lines; each character from its own place in the markup."""

from __future__ import annotations

import pytest

from extractor.document import read_document
from extractor.document.detection import is_html
from extractor.evidence import find_quote, to_evidence
from extractor.records import Span

WORDS = "<p>We look for an engineer</p>"
SEEN = "We look for an engineer"

RENDERED = {
    "headings and paragraphs": (
        "<h2>Tasks</h2><p>You build.</p><p>You test.</p>",
        "Tasks\n\nYou build.\n\nYou test.",
    ),
    "a bold line is a line": ("<p><b>Tasks</b></p><p>You build.</p>", "Tasks\n\nYou build."),
    "divisions are lines": ("<div>Acme</div><div>Berlin</div>", "Acme\nBerlin"),
    "line breaks": ("<p>a<br>b<br/><br />c</p>", "a\nb\n\nc"),
    "white space collapses": ("<p>a\n   b\t c</p>", "a b c"),
    "preformatted text keeps lines": ("<pre>a\n  b\nc</pre>", "a\nb\nc"),
    "style can keep lines": ("<p style='white-space: pre-wrap'>a\nb</p>", "a\nb"),
    "pasted text keeps its bullets": ("<div>Tasks\n• build\n• test</div>", "Tasks\n• build\n• test"),
    "pasted text keeps its sentences' lines": (
        "<div>We build.\nYou test\nit.</div>",
        "We build.\nYou test it.",
    ),
    "list": ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    "items with paragraphs": ("<ul><li><p>a</p></li>\n<li><p>b</p></li></ul>", "- a\n- b"),
    "items left open": ("<ul><li>a<li>b</ul>", "- a\n- b"),
    "nested list": ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "- a\n  - b\n- c"),
    "empty items vanish": ("<ul><li></li><li>a</li><li> </li></ul><p>b</p>", "- a\n\nb"),
    "bullets are not doubled": ("<ul><li>• a</li><li>- b</li></ul>", "• a\n- b"),
    "table": (
        "<table><tr><th>Pay</th><td>10</td></tr><tr><td>Hours</td><td><p>40</p></td></tr></table>",
        "Pay | 10\nHours | 40",
    ),
    "a layout table is no table": ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\nb\nc"),
    "definitions": ("<dl><dt>Place</dt><dd>Bonn</dd><dt>Pay</dt><dd>10</dd></dl>", "Place | Bonn\nPay | 10"),
    "code and comments": ("<style>p{}</style><!-- x --><script>a<b>c</script><p>a<!-- b -->c</p>", "ac"),
    "head": ("<head><title>T</title><meta name=description content=D></head><p>a</p>", "a"),
    "hidden": ("<p hidden>x</p><p style='DISPLAY : none'>x</p><i aria-hidden=true>x</i><p>a</p>", "a"),
    "hidden ends with its element": ("<div hidden><div>x</div>x</div><p>a</p>", "a"),
    "looks hidden but is not": ("<p class='overflow-hidden'>a</p><p aria-hidden=false>b</p>", "a\n\nb"),
    "choices and templates": (
        "<select><option>x</select><template>x</template><noscript>x</noscript><p>a</p>",
        "a",
    ),
    "chips are words": (
        "<p><span>Python</span><span>SQL</span><span>•</span><span>3</span><span>years</span></p>",
        "Python SQL • 3 years",
    ),
    "chips of one class": ("<p><span class=tag>sales</span><span class=tag>law</span></p>", "sales law"),
    "links touch": ("<p><a>home</a><a>jobs</a></p>", "home jobs"),
    "a word in two styles is one": (
        "<p><span>develop</span><span>ment</span>, <b>b</b>old</p>",
        "development, bold",
    ),
    "entities": (
        "<p>R&amp;D&nbsp;&ndash; caf&eacute; &#8209; &#x41; &copy2 &bogus; 1 &lt; 2</p>",
        "R&D – café - A ©2 &bogus; 1 < 2",
    ),
    "entities encoded twice": ("<p>R&amp;amp;D&amp;nbsp;team</p>", "R&D team"),
    "upper case": ('<UL><LI>a</LI></UL><P STYLE="display:none">x</P>', "- a"),
    "what is no tag": (
        "<p>a < b, x <3, jo@x.io <jo@x.io>, <https://x.io></p>",
        "a < b, x <3, jo@x.io <jo@x.io>, <https://x.io>",
    ),
    "a tag's end in quotes": ("<p title='a > b' data-x=\"<li>\">a</p>", "a"),
    "a stray quote in a tag": ('<p title="5" tall">a</p><p>b</p>', "a\n\nb"),
    "closed but never opened": ("</div></span><p>a</p></ul>", "a"),
    "comment without an end": ("<p>a</p><!-- b <p>c</p>", "a\n\nc"),
    "tag without an end": ("<p>a</p><p class=", "a\n\n<p class="),
    "marked sections": ("<![CDATA[x]]><p>a</p><![if !IE]><?xml y?>", "a"),
    "code cut off": ("<p>a</p><script>var x = '<p>b</p>'", "a"),
}


@pytest.mark.parametrize(("markup", "expected"), RENDERED.values(), ids=RENDERED.keys())
def test_markup_becomes_lines(markup: str, expected: str) -> None:
    """Blocks become lines, lists keep their marks, and nothing unseen is read."""
    assert read_document(WORDS + markup, kind="html").text == f"{SEEN}\n\n{expected}"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- saved from x --><!DOCTYPE html><p>a",
        "<div>a</div>",
        "<p>a<br>b",
        "<b>a</b> b",
        "Engineer\nBerlin\n\n<p>a</p><ul><li>b</li></ul>",
    ],
)
def test_fragments_are_markup(text: str) -> None:
    """A page, a fragment, and text whose body is a fragment."""
    assert is_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "C++ <3, 5 < 6 > 4",
        "Write to Jo <jo@acme.com>",
        "You know tags such as <p>, <div>, <span> and <table>.",
        "Close it with </b>, they say.",
        "# Title\n\n- **bold** & List<String>, Map<K, V>",
        "<3 years",
    ],
)
def test_text_that_mentions_tags_is_text(text: str) -> None:
    """Angle brackets alone make no markup."""
    assert not is_html(text)


def test_header_lines_above_a_fragment_keep_their_lines() -> None:
    """Outside any element a line end counts: many exports print a header above the markup."""
    document = read_document(f"Engineer\nBerlin\n\n{WORDS}<p>a</p><p>b</p>")
    assert document.text == f"Engineer\nBerlin\n\n{SEEN}\n\na\n\nb"


def test_escaped_markup_is_markup() -> None:
    """Feeds hand out HTML with its tags escaped; evidence points into what they handed out."""
    source = "&lt;p&gt;We pay R&amp;amp;D well&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Bonn&lt;/li&gt;&lt;/ul&gt;"
    document = read_document(source)
    assert document.text == "We pay R&D well\n\n- Bonn"
    found = find_quote(document, "R&D")
    assert found is not None
    assert to_evidence(document, *found).quote == "R&amp;amp;D"


def test_a_page_saved_behind_a_dialog_is_read_all_the_same() -> None:
    """Where nearly all is hidden, hiding means nothing."""
    page = f"<html><body><div role=dialog>Accept?</div><main aria-hidden=true>{WORDS * 5}</main>"
    assert SEEN in read_document(page).text


@pytest.mark.parametrize(
    ("seen", "stands"),
    [
        ("- beta", "beta"),
        ("alpha\n- ", "alpha"),
        ("alpha\n- beta", "alpha</li><li><b>beta"),
        (" | b", "b"),
        ("a | b", "a<td>b"),
        ("beta\n\na", "beta</b></li></ul><table><tr><td>a"),
    ],
)
def test_marks_of_the_layout_stand_nowhere(seen: str, stands: str) -> None:
    """A range maps to the stretch of the source from its first to its last real character."""
    source = f"{WORDS}<ul>\n<li>  alpha</li><li><b>beta</b></li></ul><table><tr><td>a<td>b</table>"
    document = read_document(source)
    start = document.text.index(seen, len(SEEN))
    origin = document.to_source(Span(start, start + len(seen)))
    assert source[origin.start : origin.end] == stands


HOSTILE = [
    *("<div>", "</div>", "<li>", "<ul><li>", "<p hidden>", "<table><tr><td>", "<br>", "<b></b>", "<li></ul>"),
    *("<!--", "<a ", "<a '", '<a x="', "</", "<![", "<?", "<", "&", "&#", "<script>", "<title>"),
    *("\n- ", " ", "\u0301", "\r"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    """A tenth of a megabyte of anything is read in a moment: what is quadratic here would take minutes."""
    hostile = piece * (100_000 // len(piece))
    document = read_document(f"{WORDS}{hostile}{WORDS}", kind="html", max_bytes=500_000)
    assert document.text.startswith(SEEN)
