"""A case's posting as a Document: what a reader sees, with the way back to what was given."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from eval.cases import Case
from extractor.errors import InputError
from extractor.records import Document, Span


def read_case(case: Case) -> Document:
    """The case's text as the pipeline reads it; where it cannot be read, the characters as given."""
    from extractor.document import read_document

    try:
        return read_document(case.content, id=case.id, kind="auto")
    except InputError:
        text = case.text
        return Document(
            case.id, text, text, array("l", range(len(text))), array("l", range(1, len(text) + 1)), "text"
        )


def to_text(document: Document, span: Span) -> Span | None:
    """The range of `document.text` that came from a range of its source; None where none did."""
    start = bisect_right(document.ends, span.start)
    end = bisect_left(document.starts, span.end)
    return Span(start, end) if start < end else None
