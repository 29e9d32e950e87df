"""Which of the offered media types a client wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.serve.problems import Problem


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str:
    """The offered type of highest quality, the first of equals; raises Problem `not_acceptable`."""
    if not accept or not accept.strip():
        return offered[0]
    ranges = [_read_range(part) for part in accept.split(",") if part.strip()]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) <= 0:
        raise Problem("not_acceptable", f"There is {', '.join(offered)}.")
    return best


def _read_range(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_range, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media_range, 0.0
    return media_range, 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality that the most specific matching range gives."""
    for wanted in (media_type, media_type.split("/")[0] + "/*", "*/*"):
        for media_range, quality in ranges:
            if media_range == wanted:
                return quality
    return 0.0
