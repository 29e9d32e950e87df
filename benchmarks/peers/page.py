"""docs/comparison.md and its chart, from the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import PEERS
from benchmarks.peers.scenarios import OURS

FIGURES, PAGE = Path("docs/comparison.json"), Path("docs/comparison.md")
CHART = Path("docs/images/comparison.svg")
HERE = Path(__file__).parent  # head.md and reading.md: what figures do not say
NAMES = (OURS, *(kind.name for kind in PEERS))
Figures = Mapping[str, Any]


def write_page(figures: Figures) -> None:
    """Write page and chart."""
    PAGE.write_text(render(figures), "utf-8")
    if figures.get("scripted"):
        CHART.write_text(chart(figures["scripted"]), "utf-8")


def render(figures: Figures) -> str:
    """The page."""
    scripted, embedded = figures.get("scripted"), figures.get("embedded")
    parts = [(HERE / "head.md").read_text("utf-8")]
    parts += [_scripted(scripted)] if scripted else []
    parts += [_embedded(embedded) if embedded else NO_MODEL]
    return "\n".join([*parts, (HERE / "reading.md").read_text("utf-8")])


NO_MODEL = """## With a model

Not measured yet: `python -m benchmarks.peers --embedded 8` on a quiet machine, some hours.
"""


def _of(section: Figures) -> dict[str, Figures]:
    peers = section["peers"]
    return {name: peers[name] for name in NAMES if name in peers and "missing" not in peers[name]}


def _scripted(section: Figures) -> str:
    peers, count = _of(section), section["postings"]
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        ("version", lambda p: p["version"]),
        ("**No faults**: processor, ms a posting", lambda p: f"{p['overhead']['cpu_ms']:.0f}"),
        ("start, s of processor", lambda p: f"{p['overhead']['start_cpu_s']:.1f}"),
        ("requests a posting", lambda p: f"{p['overhead']['requests']:.2f}"),
        ("tokens read a posting", lambda p: f"{p['overhead']['tokens_read']:,.0f}"),
        ("tokens written a posting", lambda p: f"{p['overhead']['tokens_written']:,.0f}"),
        ("**429 with Retry-After**: answered", lambda p: f"{p['limit']['answered']} of {count}"),
        ("requests", lambda p: f"{p['limit']['requests']}"),
        ("**3 in 10 bodies break off**: answered", lambda p: f"{p['half']['answered']} of {count}"),
        ("requests", lambda p: f"{p['half']['requests']}"),
        (
            "**3 in 10 replies cut at a limit**: answered",
            lambda p: f"{p['cut']['answered']} of {count}",
        ),
        ("requests", lambda p: f"{p['cut']['requests']}"),
        ("**Provider away**: rows failed for it", lambda p: f"{p['outage']['failed_rows']}"),
        ("requests in vain", lambda p: f"{p['outage']['requests']}"),
        ("ends after, s", lambda p: f"{p['outage']['wall_s']:.0f}"),
        ("answered by the same command later", lambda p: f"{p['outage']['answered_after']} of {count}"),
        ("**Invented employer**: records that state it", lambda p: f"{p['invented']['stated']} of {count}"),
        ("requests", lambda p: f"{p['invented']['requests']}"),
        ("**kill -9 at half, begun again**: lost", lambda p: f"{p['killed']['lost']}"),
        ("twice in the output", lambda p: f"{p['killed']['doubled']}"),
        ("answers paid twice", lambda p: f"{p['killed']['paid_again']}"),
    ]
    busy = (
        "\n\n**The machine was in use by others: seconds and milliseconds are rough, all else is exact.**"
        if section["is_busy"]
        else ""
    )
    missing = [f"{name}: {told['missing']}." for name, told in section["peers"].items() if "missing" in told]
    return "\n".join([
        "## With a scripted provider",
        "",
        f"{count} postings a scenario, 4 calls in flight, replies as a faultless model would give them. "
        f"{section['on']}, {section['machine']}.{busy}",
        "",
        "![The figures of the table as bars](images/comparison.svg)",
        "",
        *_table("", list(peers), [(name, [tell(peer) for peer in peers.values()]) for name, tell in rows]),
        "",
        *missing,
    ])  # fmt: skip


def _embedded(section: Figures) -> str:
    peers = _of(section)
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        ("F1, all fields", lambda p: _interval(p["f1"])),
        ("F1, the seven that all are asked for", lambda p: _interval(p["f1_shared"])),
        ("answered", lambda p: f"{p['answered']} of {section['postings']}"),
        ("seconds a posting, median", lambda p: f"{p['seconds']:.0f}"),
    ]
    busy = " The machine was in use by others: seconds are rough." if section["is_busy"] else ""
    return "\n".join([
        "## With a model",
        "",
        f"The embedded model, {section['postings']} labelled cases, one call in flight, "
        f"{section['limit_s'] / 60:.0f} minutes for each: what is not there by then is unanswered. F1 by the "
        f"project's own eval, with its 95 % interval. {section['on']}, {section['machine']}.{busy}",
        "",
        *_table("", list(peers), [(name, [tell(peer) for peer in peers.values()]) for name, tell in rows]),
        "",
    ])  # fmt: skip


def _interval(told: Sequence[float | None]) -> str:
    value, low, high = told
    return "n/a" if value is None else f"{value:.2f}" + ("" if low is None else f" ({low:.2f} to {high:.2f})")


def _table(corner: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    return [
        f"| {corner} | {' | '.join(head)} |",
        "|---|" + "---:|" * len(head),
        *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows),
    ]


PANELS: tuple[tuple[str, Callable[[Figures], float]], ...] = (
    ("processor, ms a posting", lambda p: max(0.0, p["overhead"]["cpu_ms"])),
    ("tokens written a posting", lambda p: p["overhead"]["tokens_written"]),
    ("answered under 429", lambda p: p["limit"]["answered"]),
    ("answered, 3 in 10 cut off", lambda p: p["cut"]["answered"]),
    ("invented employers stated", lambda p: p["invented"]["stated"]),
    ("paid twice after a kill", lambda p: p["killed"]["paid_again"]),
)
WIDTH, ROW, LABEL, GAP = 340, 22, 96, 24


def chart(section: Figures) -> str:
    """Bars, a panel a figure; ours in the darker colour."""
    peers = _of(section)
    high = (len(peers) + 1) * ROW + GAP
    drawn = []
    for number, (title, tell) in enumerate(PANELS):
        x, y = (number % 2) * (WIDTH + GAP), (number // 2) * high
        values = {name: tell(peer) for name, peer in peers.items()}
        drawn.append(_panel(title, values, x, y))
    size = f'viewBox="0 0 {2 * WIDTH + GAP} {high * ((len(PANELS) + 1) // 2)}"'
    style = (
        "text{font:13px sans-serif;fill:#445}.t{font-weight:600}.o{fill:#1f5f8b}.p{fill:#9dbdd1}"
        "@media (prefers-color-scheme:dark){text{fill:#cdd}}"
    )
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><style>{style}</style>\n{body}\n</svg>\n'
    )


def _panel(title: str, values: Mapping[str, float], x: int, y: int) -> str:
    most = max([*values.values(), 1e-9])
    lines = [f'<text class="t" x="{x}" y="{y + 14}">{escape(title)}</text>']
    for number, (name, value) in enumerate(values.items(), start=1):
        top = y + number * ROW
        length = (WIDTH - LABEL - 56) * value / most
        colour = "o" if name == OURS else "p"
        lines.append(f'<text x="{x}" y="{top + 14}">{escape(name)}</text>')
        lines.append(
            f'<rect class="{colour}" x="{x + LABEL}" y="{top + 3}" height="{ROW - 8}" '
            f'width="{max(length, 1):.1f}"/>'
        )
        lines.append(f'<text x="{x + LABEL + length + 6:.1f}" y="{top + 14}">{value:,.0f}</text>')
    return "\n".join(lines)
