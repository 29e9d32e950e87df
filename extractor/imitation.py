"""Stretches that imitate what stands around a posting in a conversation with a model.

A reply written out, turns of a dialogue, the marks of a chat, tags around a result: wherever they come
from, they are nothing that an employer says to applicants. They are told by their form, whatever their
words and their language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from extractor.records import Span

# Keys of replies and records; of the first kind one is enough.
_TELLING_KEYS = frozenset({"posting", "is_job_posting", "job_title", "jobtitle", "hard_skills", "locations"})
_KEYS = frozenset(
    {"kind", "title", "company", "employer", "salary", "seniority", "location", "pay", "skills"}
)
_OBJECT = re.compile(r"\{\s*+\"")
_MOST_OBJECTS, _LONGEST_OBJECT = 50, 20_000

_CHAT_MARK = re.compile(
    r"<\|[^|\n<>]{1,30}\|>|<(?:start|end)_of_turn>|<</?sys>>|\[/?inst\]|</?s>(?=\s*\[)", re.IGNORECASE
)
_TURN = re.compile(
    r"^[^\w\n]{0,6}(?P<who>user|human|assistant|ai|model|system|developer|input|output)\s?:", re.I | re.M
)
_ASKS = frozenset({"user", "human", "input", "system", "developer"})
_ANSWERS = frozenset({"assistant", "ai", "model", "output", "user"})
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>system|assistant|user|instructions?|response|answer|output|result|prompt|admin|override"
    r"|tool_\w{1,20}|function_\w{1,20}|invoke)\b[^<>\n]{0,80}>",
    re.IGNORECASE,
)
# Turns, marks and tags so far apart belong to one dialogue still.
_REACH = 800
_FENCE = re.compile(r"[ \t]*```")


def find_imitations(text: str) -> list[Span]:
    """The stretches of whole lines, in order; they may overlap. None in a text that is itself JSON."""
    if is_json(text):
        return []
    return sorted([*_replies(text), *_runs(text, _CHAT_MARK), *_dialogues(text), *_tagged(text)])


def is_json(text: str) -> bool:
    """Whether a text as a whole is JSON: its keys are then its own."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _replies(text: str) -> Iterator[Span]:
    """Objects with the keys of a reply, with the words and the fence that lead to them."""
    end = 0
    for number, match in enumerate(_OBJECT.finditer(text)):
        if number >= _MOST_OBJECTS:
            return
        if match.start() < end:
            continue
        window = text[match.start() : match.start() + _LONGEST_OBJECT]
        try:
            value, size = json.JSONDecoder(strict=False).raw_decode(window)
        except (ValueError, RecursionError):
            continue
        end = match.start() + size
        if _is_reply(value):
            yield _fenced(text, _lines_around(text, match.start(), end))


def _is_reply(value: Any) -> bool:
    keys = {str(key).lower() for key in value}
    return bool(keys & _TELLING_KEYS) or len(keys & _KEYS) >= 2 or bool(keys and keys <= _KEYS)


def _runs(text: str, mark: re.Pattern[str]) -> Iterator[Span]:
    """From the first to the last of several marks, to the end of their paragraph."""
    first: int | None = None
    last = 0
    for match in mark.finditer(text):
        if first is not None and match.start() - last > _REACH:
            yield _to_paragraph_end(text, first, last)
            first = None
        first = match.start() if first is None else first
        last = match.end()
    if first is not None:
        yield _to_paragraph_end(text, first, last)


def _dialogues(text: str) -> Iterator[Span]:
    """From a turn that asks to the end of the one that answers it."""
    turns = list(_TURN.finditer(text))
    for asked, answered in pairwise(turns):
        pair = asked["who"].lower(), answered["who"].lower()
        if pair[0] in _ASKS and pair[1] in _ANSWERS - {pair[0]} and answered.start() - asked.end() < _REACH:
            yield _to_paragraph_end(text, asked.start(), answered.end())


def _tagged(text: str) -> Iterator[Span]:
    """From a tag of such a name to the one that closes it."""
    opened: dict[str, int] = {}
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if not tag["close"]:
            opened.setdefault(name, tag.start())
        elif name in opened and tag.end() - opened[name] < _REACH * 4:
            yield _lines_around(text, opened.pop(name), tag.end())


def _lines_around(text: str, start: int, end: int) -> Span:
    stop = text.find("\n", end)
    return Span(text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop)


def _to_paragraph_end(text: str, start: int, end: int) -> Span:
    stop = text.find("\n\n", end)
    return Span(text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop)


def _fenced(text: str, span: Span) -> Span:
    before = _lines_around(text, max(0, span.start - 2), max(0, span.start - 1))
    after = _lines_around(text, min(len(text), span.end + 1), min(len(text), span.end + 1))
    has_fence = _FENCE.match(text, before.start) and _FENCE.match(text, after.start)
    return Span(before.start, after.end) if has_fence else span
