"""PDF: the text layer, its wrapped lines joined; one clear sentence where there is none."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter

from extractor.document import read_document
from extractor.document.pdf import MAX_PAGES, read_pdf
from extractor.errors import InputTooLarge, NotAPosting, UnreadableInput

LINES = [
    "Engineer wanted",
    "We look for an engineer who writes",
    "readable Python in Bonn.",
    "Pay: 50,000 EUR",
]


def write_pdf(pages: list[list[str]]) -> bytes:
    """A minimal PDF, a list of lines a page."""
    contents = [
        "BT /F1 12 Tf 14 TL 40 800 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        for lines in pages
    ]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def test_a_pdf_is_read_by_its_text_layer() -> None:
    """Lines that the page's width broke are joined; evidence refers to the text layer."""
    document = read_document(write_pdf([LINES, ["Apply now"]]), id="x")
    assert document.kind == "pdf"
    assert document.text == (
        "Engineer wanted\nWe look for an engineer who writes readable Python in Bonn.\n"
        "Pay: 50,000 EUR\n\nApply now"
    )
    assert "writes\nreadable" in document.source


def test_an_encrypted_pdf_is_unreadable() -> None:
    """A password is asked of nobody: the message says what to do."""
    writer = PdfWriter(io.BytesIO(write_pdf([LINES])))
    writer.encrypt("secret", algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    with pytest.raises(UnreadableInput, match="encrypted"):
        read_document(data.getvalue())


def test_a_pdf_of_pictures_is_unreadable() -> None:
    """Without a text layer the message names text recognition."""
    with pytest.raises(UnreadableInput, match="OCR"):
        read_document(write_pdf([[]]))


@pytest.mark.parametrize("data", [b"%PDF-1.4 garbage", write_pdf([LINES])[:200], b"%PDF-" + bytes(500)])
def test_a_damaged_pdf_is_unreadable(data: bytes) -> None:
    """Whatever the parser stumbles over is one error."""
    with pytest.raises(UnreadableInput, match="damaged"):
        read_document(data)


def test_a_pdf_is_bounded_in_pages_and_text() -> None:
    """A small file can hold a book: neither its pages nor its text are read without end."""
    with pytest.raises(InputTooLarge, match="pages"):
        read_document(write_pdf([["a"]] * (MAX_PAGES + 1)))
    with pytest.raises(InputTooLarge, match="characters"):
        read_pdf(write_pdf([LINES]), max_chars=50)
    with pytest.raises(InputTooLarge, match="bytes"):
        read_document(write_pdf([["x" * 3_000_000]]), max_bytes=5_000_000)


def test_what_a_caller_calls_a_pdf_must_be_one() -> None:
    """Text is no PDF, and a PDF of a few words no posting."""
    with pytest.raises(UnreadableInput, match="bytes"):
        read_document("Engineer wanted in Bonn for years", kind="pdf")
    with pytest.raises(NotAPosting):
        read_document(write_pdf([["Engineer wanted"]]))
