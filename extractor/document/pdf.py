"""The text layer of a PDF, by pypdf."""

from __future__ import annotations

import io
import logging
from itertools import count
from typing import TYPE_CHECKING

from extractor.errors import InputError, InputTooLarge, UnreadableInput

if TYPE_CHECKING:
    from pypdf import PdfReader

# What pypdf says of damaged files is said by our errors; only who configures logging sees it too.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

MAX_PAGES = 50  # a posting has one to five; a brochure of job offers is no posting
# A compressed page of some kilobytes can unfold to 75 MB of drawing, at 2.5 s of work a megabyte.
_MAX_CONTENT_BYTES = 3_000_000
_MAX_OPERATIONS = 1_000_000


def read_pdf(data: bytes, *, max_chars: int) -> str:
    """The text of every page, one after the other, pages apart by a blank line.

    Raises UnreadableInput where there is none to read (encrypted, damaged, only pictures) and
    InputTooLarge for more than MAX_PAGES pages or `max_chars` characters.
    """
    from pypdf import PdfReader  # costs 200 ms: only who reads a PDF pays for it

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableInput("This PDF is encrypted; save it without a password and try again.")
        if len(reader.pages) > MAX_PAGES:
            raise InputTooLarge(f"This PDF has {len(reader.pages)} pages; at most {MAX_PAGES} are read.")
        text = _join_pages(reader, max_chars)
    except InputError:
        raise
    except Exception as error:  # damaged files surface as nearly any, from KeyError to RecursionError
        raise UnreadableInput(f"This PDF is damaged or not a PDF ({type(error).__name__}).") from error
    if not text.strip():
        raise UnreadableInput(
            "This PDF holds pictures of text only; run text recognition (OCR) on it and try again."
        )
    return text


def _join_pages(reader: PdfReader, max_chars: int) -> str:
    pages: list[str] = []
    operations = count()

    def watch(*_: object) -> None:
        if next(operations) > _MAX_OPERATIONS:
            raise InputTooLarge("This PDF draws too much to be a posting; send its text.")

    for page in reader.pages:
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > _MAX_CONTENT_BYTES:
            raise InputTooLarge(f"A page of this PDF is larger than {_MAX_CONTENT_BYTES:,} bytes.")
        pages.append(page.extract_text(visitor_operand_before=watch).strip("\n"))
        if sum(map(len, pages)) > max_chars:
            raise InputTooLarge(f"The text of this PDF is longer than {max_chars:,} characters.")
    return "\n\n".join(pages)
