"""What each reader must hold for any bytes at all; a target takes bytes and fails where it does not.

An error of the family in `extractor.errors` is an answer. Anything else that is raised is a finding,
and so is a value without its place in the text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from extractor import Extraction, Extractor, Settings, to_jsonld
from extractor.batch.readers import Reader
from extractor.document import Kind, read_document
from extractor.errors import ExtractorError, InputError, PromptError, SettingsError
from extractor.evidence import find_quote, verify
from extractor.fields.applicants import find_applicant_countries
from extractor.fields.arrangement import find_work_arrangements
from extractor.fields.calendar_dates import find_dates
from extractor.fields.company import find_company_size, find_founded_year, find_headquarters
from extractor.fields.dates import find_closes, find_posted
from extractor.fields.education import find_education
from extractor.fields.employment_types import find_employment_types
from extractor.fields.experience import find_experience
from extractor.fields.graduation import find_graduation
from extractor.fields.job_title import clean_title
from extractor.fields.language import detect_language
from extractor.fields.location_line import read_places
from extractor.fields.money import find_money
from extractor.fields.numerals import find_counts
from extractor.fields.office_days import find_office_days
from extractor.fields.pay import find_pay
from extractor.fields.places import find_places
from extractor.fields.seniority import find_seniority
from extractor.fields.skills import find_candidates, find_skills
from extractor.fields.sponsorship import find_sponsorship, find_visa_history
from extractor.fields.terms import find_terms
from extractor.fields.working_time import find_duration_weeks, find_hours_per_week
from extractor.instructions import find_instructions
from extractor.model.faults import read_body_error
from extractor.model.scripted import Line, Scripted
from extractor.model.waits import asked_wait_s
from extractor.model.wire import accept
from extractor.outline import cut
from extractor.prompt import load_prompt
from extractor.records import Document, Found, Request, Span
from extractor.show import explain, to_table
from extractor.strategies.assisted import Essentials
from extractor.strategies.numbered import Pieces

MAX_BYTES = 400_000
TODAY = date(2026, 11, 22)


class Ad(BaseModel):
    """A schema of the user's own."""

    name: str | None
    count: int | None
    items: list[str]


def document(data: bytes, kind: Kind = "auto") -> None:
    """Any bytes: an InputError, or text whose every character has its place in the source."""
    with contextlib.suppress(InputError):
        check_document(read_document(data, id="x", kind=kind, max_bytes=MAX_BYTES))


def html(data: bytes) -> None:
    """Markup, whatever it looks like."""
    document(b"<p>We look for a cook in Bonn</p>" + data, "html")


def pdf(data: bytes) -> None:
    """A page whose drawing is these bytes, and a file that is these bytes."""
    document(data, "pdf")
    packed = zlib.compress(data)
    length = b"<< /Filter /FlateDecode /Length " + str(len(packed)).encode() + b" >>\nstream\n"
    document(_PDF_HEAD + length + packed + _PDF_TAIL, "pdf")


_PDF_HEAD = b"""%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [4 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>
endobj
4 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>
endobj
5 0 obj
"""
_PDF_TAIL = b"\nendstream\nendobj\ntrailer << /Size 6 /Root 1 0 R >>\n%%EOF\n"


def saved_page(data: bytes) -> None:
    """A page saved as MHTML: the bytes as its parts, and as its headers."""
    head = b"From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    part = b"--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    document(head + part + data + b"\n--b--\n")
    document(b"MIME-Version: 1.0\nContent-Type: " + data[:200] + b"\n\n" + data)


def linked_data(data: bytes) -> None:
    """A page that has nothing but its JSON-LD."""
    document(
        b'<html><body>Job</body><script type="application/ld+json">{"@type": "JobPosting", "title": "Cook in'
        b' the kitchen of Bonn", "description": "' + data + b'"}</script></html>'
    )
    document(
        b'<html><script type="application/ld+json">' + data + b"</script><p>We look for a cook</p></html>"
    )


def fields(data: bytes) -> None:
    """What a reader of a field finds stands in the text that it was given."""
    text = to_text(data)
    language = detect_language(text)
    for find in (
        find_applicant_countries, find_work_arrangements, find_dates, find_employment_types, find_experience,
        find_visa_history, find_skills, find_candidates, find_pay, find_places, read_places,
    ):  # fmt: skip
        for found in find(text):
            check_span(found.span, text)
    for term in find_terms(text, today=TODAY, language=language):
        check_span(term.span, text)
    check_found(find_closes(text, today=TODAY, language=language), text)
    check_found(find_posted(text, today=TODAY, language=language), text)
    for one in (
        find_company_size, find_founded_year, find_headquarters, find_graduation, find_office_days,
        find_sponsorship, find_duration_weeks, find_hours_per_week,
    ):  # fmt: skip
        check_found(one(text), text)
    for number in (*find_money(text), *find_counts(text)):
        check_span(Span(number.start, number.end), text)
    check_found(find_seniority(text[:80], text), text)
    if text[:200].strip():
        cleaned = clean_title(text[:200])
        assert 0 <= cleaned.span.start <= cleaned.span.end <= len(text)
    schooling = find_education(text, language=language)
    for part in (*schooling.levels, *schooling.fields, schooling.enrolled):
        check_found(part, text)


def pieces(data: bytes) -> None:
    """Pieces come in order, do not overlap and hold something; so do those that speak to a model."""
    text = to_text(data)
    segments = cut(text, detect_language(text))
    end = 0
    for segment in segments:
        check_span(segment.span, text)
        assert segment.span.start >= end, "pieces overlap"
        end = segment.span.end
    for span in find_instructions(text, segments):
        check_span(span, text)


def quotes(data: bytes) -> None:
    """A quote is found where it stands, or nowhere."""
    said, _, text = to_text(data).partition("\n")
    found = find_quote(text, said)
    if found is not None:
        check_span(found[0], text)


def extraction(data: bytes) -> None:
    """Every strategy, with a model that names whatever stands in the text: each value has its evidence."""
    text = to_text(data)
    for strategy, schema in (("assisted", None), ("numbered", None), ("custom", Ad)):
        model = Scripted(lambda request: answer(text, request))
        settings = Settings(strategy=strategy, max_input_bytes=MAX_BYTES)
        extractor = Extractor(settings, model=model, schema=schema, today=TODAY)
        result = asyncio.run(extractor.extract_async(text, id="x"))
        assert verify(result, text) == []
        check_forms(result, text)


def replies(data: bytes) -> None:
    """A reply that is not in the asked-for shape is a validation error."""
    text = to_text(data)
    for shape in (Essentials, Pieces, Ad):
        with contextlib.suppress(ValidationError):
            shape.model_validate_json(accept(text, shape))


def provider_words(data: bytes) -> None:
    """An error's body and headers, whatever they hold, are an error of ours without the key."""
    text = to_text(data)
    body: Any = text
    with contextlib.suppress(ValueError, RecursionError):
        body = json.loads(text)
    failure = read_body_error(body, {"retry-after": text[:40]}, "sk-secret", "http://host/v1")
    assert isinstance(failure.error, ExtractorError)
    assert "sk-secret" not in failure.error.message
    for name in (
        "retry-after",
        "retry-after-ms",
        "x-ratelimit-reset-requests",
        "anthropic-ratelimit-tokens-reset",
    ):
        wait_s = asked_wait_s({name: text}, now=1_700_000_000.0)
        assert wait_s is None or 0 <= wait_s < float("inf")


def tables(data: bytes) -> None:
    """A batch's input of any form: rows, or one error about the whole."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("in.jsonl", "in.csv", "in.tsv", "in.jsonl.gz", "in.parquet", "in.html"):
            file = Path(folder, name)
            file.write_bytes(data)
            reader = Reader((str(file),), {}, "auto", MAX_BYTES)
            with contextlib.suppress(InputError, SettingsError):
                reader.check()
                reader.count()
                for row in reader.rows():
                    assert row.key
                    json.dumps(row.id).encode()


def prompts(data: bytes) -> None:
    """A prompt's file is read, or a PromptError says why not."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "prompt.toml")
        file.write_bytes(b'name = "x"\nversion = "1"\nsystem = "a"\n' + data)
        with contextlib.suppress(PromptError):
            load_prompt.__wrapped__(file)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        document, html, pdf, saved_page, linked_data, fields, pieces, quotes, extraction, replies,
        provider_words, tables, prompts,
    )
}  # fmt: skip


def to_text(data: bytes) -> str:
    """Bytes as text, each sequence that is no UTF-8 as one replacement character."""
    return data.decode("utf-8", "replace")


def answer(text: str, request: Request) -> Line:
    """Names lines and words of the text, in whatever shape is asked for."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:40] or ["x"]
    title, company, place = lines[0][:150], lines[len(lines) // 2][:90], lines[-1][:150]
    asked = request.schema["properties"]
    if "quotes" in asked:
        return {"quotes": [title, company, place]}
    if "items" in asked:
        return {"name": title, "count": 3, "items": [place, *text.split()[:3]]}
    named = {"title": title, "company": company, "locations": [place]}
    if "kind" in asked:
        return named | {"kind": "job"}
    numbers = {
        "duties": "1-3",
        "required": "4-6, 2",
        "preferred": "7",
        "benefits": "8-99999",
        "other_jobs": "9",
    }
    skills = {"hard_skills": text.split()[:5], "soft_skills": text.split()[5:7]}
    return named | numbers | skills | {"is_job_posting": True}


def check_document(read: Document) -> None:
    """Places are as many as characters, in the source, and never fall."""
    size = len(read.text)
    assert size == len(read.starts) == len(read.ends)
    assert all(0 <= start <= len(read.source) for start in read.starts)
    assert all(a <= b for a, b in zip(read.starts, read.starts[1:], strict=False))
    assert all(a <= b for a, b in zip(read.ends, read.ends[1:], strict=False))
    read.source.encode()
    read.text.encode()


def check_found(found: Found[Any] | None, text: str) -> None:
    """Nothing, or something that stands in the text."""
    if found is not None:
        check_span(found.span, text)


def check_span(span: Span, text: str) -> None:
    """A span of a text, neither empty nor beyond it."""
    assert 0 <= span.start < span.end <= len(text), f"{span} of {len(text)} characters"


def check_forms(result: Extraction[Any], text: str) -> None:
    """What is printed of an extraction can be printed, and read again."""
    printed = result.model_dump_json()
    json.loads(printed)
    if result.posting is None:
        return
    if not isinstance(result.posting, Ad):
        assert Extraction.model_validate_json(printed) == result
        json.dumps(to_jsonld(result))
    to_table(result, width=100)
    explain(result, read_document(text, id="x", max_bytes=MAX_BYTES))
