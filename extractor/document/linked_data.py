"""JSON-LD: the JobPosting blocks that sites add to their pages for search engines."""

from __future__ import annotations

import html
import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from extractor.document.characters import decode_entities
from extractor.document.detection import is_escaped_html
from extractor.document.markup import PARAGRAPH, read_markup
from extractor.mapped import MappedText, joined, without_surrogates

_MAX_NODES = 20_000  # of one block; a page of a job board has some hundred
_MAX_POSTINGS = 50

_WRAPPING = re.compile(r"<!\[CDATA\[|\]\]>")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")

_STRING = r"\"(?:[^\"\\]++|\\.)*+\""
# The scalar properties that tell what a posting's text would; the rest is for machines.
_PROPERTY = re.compile(
    r"\"(title|description|name|addressLocality|addressRegion|addressCountry|employmentType|datePosted"
    r"|validThrough|jobLocationType|currency|minValue|maxValue|value|unitText|responsibilities"
    r"|qualifications|skills|experienceRequirements|educationRequirements|jobBenefits|industry"
    rf"|workHours)\"\s*+:\s*+(?:({_STRING})|(-?\d++(?:\.\d++)?))",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)


def find_job_postings(blocks: Iterable[MappedText]) -> tuple[Mapping[str, Any], ...]:
    """Every JobPosting in the blocks, also inside lists and graphs; what is no JSON is passed over."""
    postings: list[Mapping[str, Any]] = []
    for block in blocks:
        postings += _job_postings(_load(block.text))
    return tuple(postings[:_MAX_POSTINGS])


def read_properties(blocks: Iterable[MappedText]) -> MappedText:
    """The flow of the JobPosting blocks' telling properties, "name: value" each, in order.

    For pages that a script draws: their text exists in these blocks only.
    """
    return joined(piece for block in blocks if "JobPosting" in block.text for piece in _property_lines(block))


def _property_lines(block: MappedText) -> Iterator[MappedText]:
    for match in _PROPERTY.finditer(block.text):
        name, value = block.cut(*match.span(1)), _value(block, match)
        if value.text:
            text = decode_entities(value) if is_escaped_html(value.text) else value
            yield _floating(PARAGRAPH, name, name)
            yield name
            yield _floating(": ", name, value)
            yield read_markup(text).text


def _value(block: MappedText, match: re.Match[str]) -> MappedText:
    if match[3]:
        return block.cut(*match.span(3))
    start, end = match.span(2)
    string = block.cut(start + 1, end - 1)
    return string.rewritten(
        (escape.start(), escape.end(), _unescaped(escape[0])) for escape in _ESCAPE.finditer(string.text)
    )


def _floating(text: str, before: MappedText, after: MappedText) -> MappedText:
    size = len(text)
    return MappedText(text, array("i", [after.starts[0]] * size), array("i", [before.ends[-1]] * size))


def _unescaped(escape: str) -> str:
    try:
        return without_surrogates(str(json.loads(f'"{escape}"')))
    except ValueError:
        return escape[1:]


def _load(block: str) -> Any:
    block = _WRAPPING.sub("", block)
    starts = [start for start in (block.find("{"), block.find("[")) if start >= 0]
    if not starts:
        return None
    # What stands around it are comment marks, semicolons and the like.
    text = block[min(starts) : max(block.rfind("}"), block.rfind("]")) + 1]
    for attempt in (str, _without_trailing_commas, html.unescape):
        try:
            return json.loads(attempt(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub("", text)


def _job_postings(root: Any) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    waiting = [root]
    for _ in range(_MAX_NODES):
        if not waiting:
            break
        node = waiting.pop()
        if isinstance(node, dict):
            if _is_job_posting(node.get("@type")):
                found.append(node)
            else:
                waiting += reversed(node.values())
        elif isinstance(node, list):
            waiting += reversed(node)
    return found


def _is_job_posting(kind: Any) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and re.split(r"[/:#]", name)[-1] == "JobPosting" for name in kinds)
