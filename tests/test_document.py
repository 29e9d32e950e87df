"""Reading: any posting that a person has becomes lines, or one clear error."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from extractor.document import load_document, read_document
from extractor.errors import InputTooLarge, NotAPosting, UnreadableInput
from extractor.records import Document, Span

POSTING = "Software engineer wanted\n\nWe look for a person who writes Python in Berlin."
SEEDS = sorted((Path(__file__).parent.parent / "eval" / "cases" / "seeds").glob("*/posting.txt"))


def test_plain_text_is_read_as_it_is() -> None:
    """Clean text stays what it was, each character at its own place."""
    document = read_document(POSTING)
    assert (document.kind, document.text, document.source) == ("text", POSTING, POSTING)
    assert list(document.starts) == list(range(len(POSTING)))


def test_the_id_is_the_callers_or_a_digest_of_the_text() -> None:
    """Equal texts have equal ids, whatever their encoding; a given id stands."""
    from_text, from_bytes = read_document(POSTING), read_document(POSTING.encode("utf-16"))
    assert from_text.id == from_bytes.id != read_document(POSTING + " Now.").id
    assert read_document(POSTING, id="job-7").id == "job-7"


@pytest.mark.parametrize("nothing", ["", b"", " \n\t ", "<p>&nbsp;</p><br>", "\ufeff\u200b", "one two three"])
def test_what_holds_no_posting_is_not_a_posting(nothing: str | bytes) -> None:
    """Nothing, blanks, empty markup and a handful of words are refused as the contract says."""
    with pytest.raises(NotAPosting):
        read_document(nothing)


@pytest.mark.parametrize("text", ["招聘软件工程师三年经验", "ต้องการวิศวกร", "エンジニア募集"])
def test_scripts_without_spaces_have_words_too(text: str) -> None:
    """A line of Chinese, Thai or Japanese is long enough to be read."""
    assert read_document(text).text == text


def test_too_large_an_input_is_refused_before_it_is_read() -> None:
    """The limit counts bytes, also for text that has fewer characters."""
    with pytest.raises(InputTooLarge, match="100 bytes"):
        read_document("é" * 60, max_bytes=100)
    assert read_document("é e é e é e " * 5, max_bytes=100)


def test_the_kind_can_be_forced() -> None:
    """Text about markup stays text if the caller says so, and markup is rendered if asked."""
    page = f"<p>{POSTING}</p><p>Apply now</p>"
    assert read_document(page, kind="text").text == page
    assert "<" not in read_document(f"{POSTING}<wbr>", kind="html").text


def test_a_file_gives_its_stem_as_id(tmp_path: Path) -> None:
    """A path names the posting; the bytes decide how it is read."""
    path = tmp_path / "acme.engineer.txt"
    path.write_bytes(f"<html><body><p>{POSTING}</p>".encode())
    document = load_document(path)
    assert (document.id, document.kind) == ("acme.engineer", "html")


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is read as bytes, within the limit."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POSTING.encode())))
    assert load_document("-").text == POSTING


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    """Missing files and folders give one sentence with the path, not a traceback."""
    with pytest.raises(UnreadableInput, match="Cannot read"):
        load_document(tmp_path / name)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.parent.name)
def test_seed_postings_lose_no_word(path: Path) -> None:
    """Reading a real posting keeps every word, and each word knows its place."""
    document = load_document(path)
    assert document.text.split() == plain(document.source).split()
    assert [plain(word) for word in words_in_source(document)] == document.text.split()


def plain(text: str) -> str:
    """The two characters of the seeds that are not taken over as they are."""
    return text.replace("\xa0", " ").replace("\u2011", "-")


def words_in_source(document: Document) -> list[str]:
    """The stretch of the source that each word of the text came from."""
    spans = (document.to_source(Span(*word.span())) for word in re.finditer(r"\S+", document.text))
    return [document.source[span.start : span.end] for span in spans]


CLEANED = {
    "no-break and odd spaces": ("a\u00a0b\u202fc\u3000d", "a b c d"),
    "no-break hyphen": ("part\u2011time", "part-time"),
    "soft hyphen": ("engin\u00adeer", "engineer"),
    "zero width": ("\ufeffPy\u200bthon\u2060", "Python"),
    "direction marks": ("\u200erole\u202c", "role"),
    "ligatures": ("oﬃce ﬁrst", "office first"),
    "combining marks": ("Cafe\u0301 Mu\u0308nchen", "Café München"),
    "Hangul letters": ("\u1112\u1161\u11ab", "한"),
    "full width": ("Ｊａｖａ １２，０００", "Java 12,000"),
    "letters as mathematics": ("𝗥𝗲𝗾𝘂𝗶𝗿𝗲𝗺𝗲𝗻𝘁𝘀", "Requirements"),
    "a symbol font's bullet": ("\uf0b7 item", "• item"),
    "icons of a private font": ("\ue8b0Berlin", "Berlin"),
    "line ends": ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    "control characters": ("a\x00\x07b", "ab"),
    "a lone surrogate": ("a\ud83db", "a\ufffdb"),
    "hidden tag characters": ("a\U000e0041b", "ab"),
    "emoji with joiner": ("👩\u200d💻 dev", "👩\u200d💻 dev"),
    "Persian joiner": ("می\u200cخواهم", "می\u200cخواهم"),
    "trailing spaces": ("a  \nb\t\nc", "a\nb\nc"),
    "indents stay": ("a\n  - b", "a\n  - b"),
    "two blank lines at most": ("a\n\n\n\n \n\nb", "a\n\n\nb"),
    "entities": ("R&amp;D &#8211; caf&eacute;", "R&D – café"),
    "what is no entity": ("AT&T; a&b &copy 1", "AT&T; a&b &copy 1"),
    "escaped Markdown": (r"\- C\+\+ \& C\#, C:\dir", r"- C++ & C#, C:\dir"),
}


@pytest.mark.parametrize(("given", "expected"), CLEANED.values(), ids=CLEANED.keys())
def test_characters_are_cleaned(given: str, expected: str) -> None:
    """Odd characters become what people mean by them; letters, numbers and lines stay."""
    around = "one two three four five"
    assert read_document(f"{around}\n{given}\n{around}").text == f"{around}\n{expected}\n{around}"
