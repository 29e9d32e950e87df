"""Where words and numbers begin and end, in prose and in lists whose separators are lost."""

from __future__ import annotations

import re

from extractor.records import Span

# Scripts whose words stand without spaces, or carry their particles: every place is a boundary.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")  # fmt: skip  # noqa: E501
# Thousands of "40 000", but not what follows a year: "in 2026 100 people".
_GROUP = re.compile(r"(?<![0-9]{4})[ \u00a0\u202f][0-9]{3}(?![0-9])")
_INSIDE_NUMBERS = ".,'’:"
_MULTIPLE_OR_ORDINAL = frozenset("k m b mn mm bn mio mrd tr st nd rd th".split())
_LETTERS = re.compile(r"[^\W\d_]*")


def is_whole(text: str, span: Span) -> bool:
    """Whether the span neither starts nor ends inside a word or a number."""
    return _starts_whole(text, span.start) and _ends_whole(text, span.end)


def _starts_whole(text: str, start: int) -> bool:
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    two_before = text[start - 2 : start - 1]
    if _are_one_word(before, first):
        return False
    if first.isdigit() and two_before.isdigit():
        return before not in _INSIDE_NUMBERS and not _GROUP.match(text, start - 1)
    if first.isalpha() and before == ".":  # ".NET", "Node.js"
        is_part = first.islower() and two_before.isalnum()
        return not (is_part or two_before in ("", " ", "\n", "(", ",", "/"))
    return not (before == "&" and first.isalnum() and two_before.isalnum())  # "R&D"


def _ends_whole(text: str, end: int) -> bool:
    if end == len(text):
        return True
    last, after = text[end - 1], text[end]
    two_after = text[end + 1 : end + 2]
    if _are_one_word(last, after):
        return False
    if last.isdigit() and (after.isspace() or two_after.isdigit()):
        return after not in _INSIDE_NUMBERS and not _GROUP.match(text, end)
    if after in "+#" and last == after:
        return False
    if after in "+#" and last.isalpha():  # "C++", "C#"
        return after == "+" != two_after
    if after == "." and last.isalnum():
        return not two_after.islower()
    return not (after == "&" and last.isalnum() and two_after.isalnum())


def _are_one_word(left: str, right: str) -> bool:
    if not ((left.isalnum() or left == "_") and (right.isalnum() or right == "_")):
        return False
    return not (_UNSPACED.match(left) or _UNSPACED.match(right))


_JOINT = re.compile(r"(?<=[a-zß-öø-ÿ)])(?=[A-ZÀ-ÖØ-Þ])")
# For a single word, joints on its line: fewer are names like "McDonald". On hand-labelled postings
# three words a joint finds all that six do.
_MIN_JOINTS = 2
_MAX_WORDS_PER_JOINT = 3
_NAME_WITH_CAPITALS = re.compile(
    r"(?:Java|Type|Coffee|Action)Script|(?:Postgre|My|No|Spark|PL/)SQL|GraphQL|(?:Mongo|Maria|Dynamo|Cosmos)DB"
    r"|Git(?:Hub|Lab)|TensorFlow|Py(?:Torch|Spark|Charm|Test)|(?:Num|Sci)Py|Open(?:CV|AI|Shift|Stack)|ChatGPT"
    r"|LangChain|FastAPI|(?:Dev|ML|Data|Sec|Fin|Sys|Git|Rev)(?:Sec)?Ops|LinkedIn|YouTube|WordPress|JetBrains"
    r"|Power(?:Point|Shell|BI|Apps)|SharePoint|QuickBooks|HubSpot|(?:Auto|Solid)(?:CAD|Works)|BigQuery"
    r"|CloudFormation|SageMaker|QlikView|IntelliJ|LaTeX|(?:React|Node|Vue|Next)JS|ElasticSearch"
    r"|OneNote|RabbitMQ|(?:Sales|Work)Force"
)
_LONG_RUN = 30  # letters without a space: no word, and so a list whose marks are lost
_MIN_PHRASE = 8  # characters; what is shorter turns up inside other words by chance
_MIN_WORD = 3
_MAX_LINE = 2_000  # characters looked at, half of them on either side
_RUN = re.compile(r"[^\W\d_]+(?:[-&][^\W\d_]+)*")


def is_glued(text: str, span: Span) -> bool:
    """Whether the span is an item of a list whose separators are lost, or a number with its unit.

    'SQL' in "PythonSQLSpark", 'teamwork' in a long run of small letters, '40' in "40h"; not
    'Java' in "PythonJavaScriptSpark".
    """
    return all(
        begins_or_ends(text, position) or _is_joint(text, position, span)
        for begins_or_ends, position in ((_starts_whole, span.start), (_ends_whole, span.end))
    )


def _is_joint(text: str, position: int, span: Span) -> bool:
    before, after = text[position - 1], text[position]
    if before.isdigit() and position == span.end:
        unit = _LETTERS.match(text, position)
        return unit is not None and _is_unit(unit[0])
    if not (before.isalnum() or before == ")") or not after.isalpha():
        return False
    line, start = _line_around(text, position)
    names = [match.span() for match in _NAME_WITH_CAPITALS.finditer(line)]
    joints = sum(not _is_inside(joint.start(), names) for joint in _JOINT.finditer(line))
    if _changes_case(text, position) and not _is_inside(position - start, names):
        return _is_phrase(text, span) or max(_MIN_JOINTS, line.count(" ") // _MAX_WORDS_PER_JOINT) <= joints
    if span.end - span.start < _MIN_PHRASE or not _is_word_beyond(text, position, span):
        return False
    is_list_of_phrases = joints > _MIN_JOINTS and _is_phrase(text, span)
    return is_list_of_phrases or any(len(run) >= _LONG_RUN for run in _RUN.findall(line))


def _is_word_beyond(text: str, position: int, span: Span) -> bool:
    """Whether a word stands on the other side of the joint, rather than an ending ("field|s")."""
    start = max(0, position - _MIN_WORD) if position == span.start else position
    return len(text) >= start + _MIN_WORD and text[start : start + _MIN_WORD].isalpha()


def _is_unit(letters: str) -> bool:
    return letters.lower() not in _MULTIPLE_OR_ORDINAL and (len(letters) > 1 or letters in ("h", "H"))


def _changes_case(text: str, position: int) -> bool:
    before, after, two_after = text[position - 1], text[position], text[position + 1 : position + 2]
    return after.isupper() and (not before.isupper() or two_after.islower())  # "SQL|Java" too


def _is_phrase(text: str, span: Span) -> bool:
    return span.end - span.start >= _MIN_PHRASE and " " in text[span.start : span.end]


def _is_inside(position: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start < position < end for start, end in ranges)


def _line_around(text: str, position: int) -> tuple[str, int]:
    first, last = max(0, position - _MAX_LINE // 2), position + _MAX_LINE // 2
    start = max(first, text.rfind("\n", first, position) + 1)
    end = text.find("\n", position, last)
    return text[start : end if end >= 0 else last], start
