"""An environment a comparand: they cannot share ours, nor one another's (docs/dependencies.md, `bench`)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HOME = Path("build/peers")


@dataclass(frozen=True)
class Kind:
    """A comparand: its module here, and what is installed for it; nothing: our own environment."""

    name: str
    module: str
    needs: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """The interpreter that it runs in."""
        return (HOME / self.name / "bin" / "python").absolute() if self.needs else Path(sys.executable)

    @property
    def version(self) -> str:
        """As its own metadata tell it."""
        package = self.needs[0].partition("[")[0].partition(">")[0] if self.needs else self.name
        script = f"from importlib.metadata import version; print(version({package!r}))"
        told = subprocess.run([self.python, "-c", script], capture_output=True, text=True, check=True)
        return told.stdout.strip()


PEERS = (
    Kind("instructor", "with_instructor"),
    Kind("pydantic-ai", "with_pydantic_ai", ("pydantic-ai-slim[openai]>=2.68",)),
    Kind("langextract", "with_langextract", ("langextract[openai]>=1.7",)),
    Kind("delm", "with_delm", ("delm>=1.2",)),
)


def prepare(kind: Kind) -> None:
    """Make its environment, unless it is there. Raises CalledProcessError where it cannot be installed."""
    if not kind.needs or kind.python.exists():
        return
    uv = [sys.executable, "-m", "uv"]
    folder = HOME / kind.name
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    install = [*uv, "pip", "install", "--quiet", "--python", str(kind.python)]
    subprocess.run([*install, *kind.needs, "typing-extensions>=4.12"], check=True)
