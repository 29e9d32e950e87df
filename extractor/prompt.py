"""Prompts are data: a TOML file, read strictly, rendered in a sandbox.

    name, version, description   what it is; `name@version` is in every Request and result
    system, user                 jinja2 templates; the static part first, so that prompt caches work
    [params]                     sampling parameters of its calls (max_tokens, temperature, ...)
    [[examples]]                 text, reply (a table): shown as earlier turns; every string of the
                                 reply must occur in its own text; what is no quote but a choice
                                 from a closed set stands in `decided`

An unknown key, a missing variable and an example that is not borne out are PromptErrors that name
the file and the thing.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from extractor.errors import PromptError
from extractor.records import Message

KEYS = frozenset({"name", "version", "description", "system", "user", "params", "examples"})
REQUIRED = ("name", "version", "system", "user")


@dataclass(frozen=True, slots=True)
class Example:
    """A posting and the reply wanted for it."""

    text: str
    reply: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file as read."""

    name: str
    version: str
    system: str
    user: str
    description: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    @property
    def label(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


def prompts_dir() -> Path:
    """Where the prompts are: inside the installed package, else beside it in the checkout."""
    inside = Path(str(resources.files("extractor"))) / "prompts"
    return inside if inside.is_dir() else Path(__file__).resolve().parent.parent / "prompts"


def list_prompts() -> list[Prompt]:
    """Every prompt that ships, by name."""
    return [load_prompt(path) for path in sorted(prompts_dir().glob("*.toml"))]


@functools.lru_cache(maxsize=64)
def load_prompt(name_or_path: str | Path) -> Prompt:
    """Read a prompt by its name, or by the path of its file or of a folder that holds `prompt.toml`."""
    path = _find(name_or_path)
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"Prompt {path} cannot be read: {error}") from error
    unknown = sorted(set(raw) - KEYS)
    if unknown:
        raise PromptError(f"Prompt {path} has keys that mean nothing: {', '.join(unknown)}")
    missing = [key for key in REQUIRED if not isinstance(raw.get(key), str) or not raw[key].strip()]
    if missing:
        raise PromptError(f"Prompt {path} lacks {', '.join(missing)}")
    prompt = Prompt(
        name=raw["name"],
        version=raw["version"],
        system=raw["system"].strip(),
        user=raw["user"].strip(),
        description=raw.get("description", ""),
        params=raw.get("params", {}),
        examples=tuple(_read_examples(path, raw.get("examples", []))),
    )
    for template in (prompt.system, prompt.user):
        _compile(path, template)
    return prompt


def render_prompt(prompt: Prompt, **variables: Any) -> tuple[Message, ...]:
    """The messages as sent; raises PromptError naming a variable that the template lacks."""
    earlier: list[Message] = []
    for example in prompt.examples:
        asked = _render(prompt, prompt.user, {**variables, "posting": example.text})
        earlier += [
            Message("user", asked),
            Message("assistant", json.dumps(example.reply, ensure_ascii=False)),
        ]
    return (
        Message("system", _render(prompt, prompt.system, variables)),
        *earlier,
        Message("user", _render(prompt, prompt.user, variables)),
    )


def _find(name_or_path: str | Path) -> Path:
    given = Path(name_or_path)
    if given.is_dir():
        given = given / "prompt.toml"
    if given.is_file():
        return given
    shipped = prompts_dir() / f"{name_or_path}.toml"
    if given.name == str(name_or_path) and shipped.is_file():
        return shipped
    known = ", ".join(path.stem for path in sorted(prompts_dir().glob("*.toml")))
    raise PromptError(f"There is no prompt {name_or_path}: give a file, or one of: {known}")


def _read_examples(path: Path, raw: Any) -> Iterator[Example]:
    if not isinstance(raw, list):
        raise PromptError(f"Prompt {path}: examples must be [[examples]] tables")
    for number, table in enumerate(raw, start=1):
        if not isinstance(table, dict) or not {"text", "reply"} <= set(table) <= {"text", "decided", "reply"}:
            raise PromptError(
                f"Prompt {path}: example {number} must have text, reply and perhaps decided, nothing else"
            )
        folded = " ".join(table["text"].split())
        for said in _strings(table["reply"]):
            if " ".join(said.split()) not in folded:
                raise PromptError(
                    f"Prompt {path}: example {number} answers {said!r}, which its text does not say"
                )
        yield Example(table["text"].strip(), {**table.get("decided", {}), **table["reply"]})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


@functools.cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)  # prompts are no HTML


@functools.lru_cache(maxsize=64)
def _compile(path: str | Path, template: str) -> Any:
    from jinja2 import TemplateError

    try:
        return _environment().from_string(template)
    except TemplateError as error:
        raise PromptError(f"Prompt {path}: {error}") from error


def _render(prompt: Prompt, template: str, variables: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError

    try:
        rendered: str = _compile(prompt.label, template).render(**variables)
    except TemplateError as error:
        raise PromptError(f"Prompt {prompt.label}: {error}") from error
    return rendered
