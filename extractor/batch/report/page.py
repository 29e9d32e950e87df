"""The report as one HTML page: no outside resource, light and dark, narrow and wide.

Every text is escaped; a policy in the page itself forbids it to load or run anything.
"""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from extractor.batch.report.content import Content
from extractor.batch.status import describe_run


def to_page(content: Content) -> str:
    """The report."""
    environment = Environment(
        loader=PackageLoader("extractor.batch.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"pieces": _pieces, "at": _at, "amount": _amount}
    page = environment.get_template("page.html.j2")
    return page.render(content=content, runs=[describe_run(run) for run in content.runs])


def _at(share: float) -> str:
    """A share as a place on a track of 100."""
    return f"{100 * share:.2f}"


def _amount(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:,.0f}"


def _pieces(name: str) -> list[str]:
    """A name cut where it may break: after its dots and underscores."""
    return re.split(r"(?<=[._])", name)
