"""The gate's conditions as JUnit XML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.gate import GateResult


def to_junit(result: GateResult) -> str:
    """One test case a condition; a broken one fails, with the figures as its message."""
    broken = sum(not check.holds for check in result.checks)
    suite = Element(
        "testsuite", name="eval gate", tests=str(len(result.checks)), failures=str(broken), errors="0"
    )
    for check in result.checks:
        case = SubElement(suite, "testcase", classname="eval.gate", name=check.name)
        if check.holds:
            SubElement(case, "system-out").text = check.message
        else:
            SubElement(case, "failure", message=check.message, type=result.verdict.value)
    indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n"
