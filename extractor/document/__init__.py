"""Bytes, HTML, a PDF or text to a Document: clean lines, with the way back to what was given.

    decoding, pdf     bytes to text
    detection         is it HTML?
    tokens, markup    HTML to a flow: visible text and marks where lines break
    characters        one kind of space, hyphen and line end; nothing invisible
    layout            flow or text to lines
    linked_data       the page's own JSON-LD

Each step edits a MappedText, so that every character keeps its place in the source.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from extractor.document.characters import clean_characters, decode_entities, drop_bold, drop_escapes
from extractor.document.decoding import decode
from extractor.document.detection import count_words, is_escaped_html, is_html
from extractor.document.layout import (
    drop_quote_marks,
    lay_out_flow,
    lay_out_text,
    unwrap_lines,
    unwrap_paragraphs,
)
from extractor.document.linked_data import find_job_postings, read_properties
from extractor.document.markup import read_markup
from extractor.document.pdf import read_pdf
from extractor.errors import InputTooLarge, NotAPosting, UnreadableInput
from extractor.mapped import MappedText, without_surrogates
from extractor.records import Document

__all__ = ["load_document", "read_document"]

Kind = Literal["auto", "text", "html", "pdf"]

MAX_BYTES = 1_000_000
MIN_WORDS = 5  # fewer name a job at best
# A page that shows fewer words than this while its JSON-LD describes a job is drawn by a script.
_MIN_PAGE_WORDS = 60
# A page that hides so much more than it shows was saved with a dialog open over it.
_MAX_HIDDEN_RATIO = 4


def read_document(
    data: bytes | str, *, id: str | None = None, kind: Kind = "auto", max_bytes: int = MAX_BYTES
) -> Document:
    """The posting in `data` as a Document; `id` defaults to a digest of the text as given.

    Raises InputTooLarge above `max_bytes` (of `data`, and of a PDF's text), UnreadableInput for
    binary, encrypted or damaged data, NotAPosting where no or hardly any words are found.
    """
    if _size(data) > max_bytes:
        raise InputTooLarge(f"The input is larger than {max_bytes:,} bytes; send the posting alone.")
    if not data.strip():
        raise NotAPosting("The input is empty.")
    is_pdf = kind == "pdf" or (kind == "auto" and isinstance(data, bytes) and b"%PDF-" in data[:1024])
    if is_pdf and isinstance(data, str):
        raise UnreadableInput("A PDF is read from bytes, not from text.")
    source = read_pdf(data, max_chars=max_bytes) if is_pdf else _as_text(data)  # type: ignore[arg-type]
    source = without_surrogates(source)
    if is_pdf:
        return _as_document(source, unwrap_lines(_text_lines(source)), "pdf", id)
    markup = _markup_of(source, kind)
    if markup is None:
        return _as_document(source, _text_lines(source), "text", id)
    flow, linked_data = _read_page(markup)
    flow = decode_entities(decode_entities(flow), strict=True)  # many sites encode them twice
    document = _as_document(source, lay_out_flow(clean_characters(flow)), "html", id)
    return replace(document, jsonld=linked_data)


def load_document(path: str | Path, *, kind: Kind = "auto", max_bytes: int = MAX_BYTES) -> Document:
    """The posting in the file at `path`, its id the file's stem; "-" reads standard input.

    Raises what `read_document` raises, and UnreadableInput where the file cannot be read.
    """
    if str(path) == "-":
        return read_document(sys.stdin.buffer.read(max_bytes + 1), kind=kind, max_bytes=max_bytes)
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableInput(f"Cannot read {path}: {error.strerror}.") from error
    return read_document(data, id=path.stem, kind=kind, max_bytes=max_bytes)


def _size(data: bytes | str) -> int:
    if isinstance(data, bytes) or data.isascii():
        return len(data)
    return len(data.encode("utf-8", "surrogatepass"))


def _as_text(data: bytes | str) -> str:
    return decode(data) if isinstance(data, bytes) else data


def _text_lines(source: str) -> MappedText:
    text = decode_entities(MappedText.of(source), strict=True)
    text = drop_quote_marks(clean_characters(drop_bold(drop_escapes(text))))
    return unwrap_paragraphs(lay_out_text(text))


def _markup_of(source: str, kind: Kind) -> MappedText | None:
    """The HTML that the source is, its tags unescaped if need be; None for plain text."""
    if kind == "text":
        return None
    if is_escaped_html(source):
        return decode_entities(MappedText.of(source))
    return MappedText.of(source) if kind == "html" or is_html(source) else None


def _read_page(markup: MappedText) -> tuple[MappedText, tuple[Mapping[str, Any], ...]]:
    """The flow of what a page says, and its JobPosting blocks."""
    flow = read_markup(markup)
    if flow.hidden_length > _MAX_HIDDEN_RATIO * len(flow.text.text):
        flow = read_markup(markup, keep_hidden=True)
    postings = find_job_postings(flow.linked_data)
    if postings and count_words(flow.text.text, _MIN_PAGE_WORDS) < _MIN_PAGE_WORDS:
        described = read_properties(flow.linked_data)
        if len(described.text) > len(flow.text.text):
            return described, postings
    return flow.text, postings


def _as_document(
    source: str, lines: MappedText, kind: Literal["text", "html", "pdf"], id: str | None
) -> Document:
    words = count_words(lines.text, MIN_WORDS)
    if words < MIN_WORDS:
        raise NotAPosting(f"The input holds {words} words, which is too few for a job posting.")
    id = id or hashlib.sha256(source.encode()).hexdigest()[:16]
    return Document(id, source, lines.text, lines.starts, lines.ends, kind)
