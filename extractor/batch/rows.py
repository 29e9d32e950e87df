"""One posting to be asked about, and what makes it the same as an earlier one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from extractor.document import Kind
from extractor.errors import InputError


class Unanswered(Exception):
    """Leaves a row without an answer for now: what is raised where a run stops, or has to wait."""


@dataclass(frozen=True)
class Row:
    """One posting as received; `fault` says why it could not be read, `data` is then what was seen of it."""

    id: str
    data: str | bytes
    kind: Kind = "auto"
    fault: InputError | None = None

    @cached_property
    def content(self) -> bytes:
        """Digest of what would be asked about: the same for the same posting under another id."""
        data = self.data.encode("utf-8", "surrogatepass") if isinstance(self.data, str) else self.data
        mark = f"{self.kind} {self.fault.code if self.fault else ''} ".encode()
        return hashlib.sha256(mark + data).digest()

    @cached_property
    def key(self) -> bytes:
        """Identity: content and id, never the position."""
        return hashlib.sha256(self.content + self.id.encode()).digest()
