"""Prompts are data, read strictly; what is wrong is named, with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import PromptError
from extractor.prompt import list_prompts, load_prompt, render_prompt

GOOD = 'name = "p"\nversion = "1"\nsystem = "Copy."\nuser = "Text: {{ posting }}"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "prompt.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + 'modle = "x"\n', "modle"),
        ('name = "p"\nversion = "1"\nuser = "{{ posting }}"\n', "system"),
        (GOOD + "[[examples]]\ntext = 'Baker in Ulm'\nreply = { title = 'Butcher' }\n", "Butcher"),
        (GOOD + "[[examples]]\ntext = 'Baker'\nanswer = { title = 'Baker' }\n", "example 1"),
        (GOOD.replace("{{ posting }}", "{{ posting"), "prompt.toml"),
        ("name = ", "prompt.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str):
    """Unknown and missing keys, unborne examples and broken templates are errors that name them."""
    with pytest.raises(PromptError, match=named):
        load_prompt(write(tmp_path, text))


def test_a_missing_variable_is_named(tmp_path: Path):
    """A template that asks for what it is not given says which variable, before anything is sent."""
    prompt = load_prompt(write(tmp_path, GOOD.replace("posting", "postage")))
    with pytest.raises(PromptError, match="postage"):
        render_prompt(prompt, posting="x")


def test_templates_run_in_a_sandbox(tmp_path: Path):
    """A template of a stranger's reaches no Python."""
    prompt = load_prompt(write(tmp_path, GOOD.replace("{{ posting }}", "{{ ''.__class__.__mro__ }}")))
    with pytest.raises(PromptError):
        render_prompt(prompt, posting="x")


def test_a_posting_is_data_not_template(tmp_path: Path):
    """Braces in a posting stay what they are."""
    messages = render_prompt(load_prompt(write(tmp_path, GOOD)), posting="{{ 7 * 7 }}")
    assert messages[-1].content == "Text: {{ 7 * 7 }}"


def test_the_static_part_comes_first():
    """Prompt caches keep a prefix: two postings' messages differ in the last one only."""
    for prompt in list_prompts():
        first, second = render_prompt(prompt, posting="one"), render_prompt(prompt, posting="two")
        assert first[:-1] == second[:-1]
        assert first[-1] != second[-1]


def test_every_shipped_prompt_loads():
    """What ships is well formed, its examples borne out by their own texts."""
    assert {prompt.name for prompt in list_prompts()} == {"essentials", "numbered", "custom"}


def test_an_unknown_name_lists_what_there_is():
    """The error helps."""
    with pytest.raises(PromptError, match="essentials"):
        load_prompt("esentials")
