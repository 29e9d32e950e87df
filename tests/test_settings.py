"""Rules of settings: where they come from, which wins, and errors that name the variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from extractor.errors import SettingsError
from extractor.settings import OPENAI_BASE_URL, Settings, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` of the checkout."""
    monkeypatch.chdir(tmp_path)


def test_nothing_set_means_the_embedded_model() -> None:
    """Without key and base URL the model on this machine answers."""
    assert load_settings().is_embedded


@pytest.mark.parametrize(
    ("variables", "is_embedded"),
    [
        ({"OPENAI_API_KEY": "k"}, False),
        ({"EXTRACTOR_API_KEY": "k"}, False),
        ({"EXTRACTOR_BASE_URL": "http://h/v1", "EXTRACTOR_MODEL": "m"}, False),
        ({"OPENAI_BASE_URL": "http://h/v1", "EXTRACTOR_MODEL": "m"}, False),
        ({"EXTRACTOR_API_KEY": ""}, True),
        ({"OPENAI_API_KEY": "k", "EXTRACTOR_MODEL": "embedded"}, True),
        ({"OPENAI_API_KEY": "k", "EXTRACTOR_MODEL_PATH": "own.gguf"}, True),
    ],
)
def test_key_and_base_url_choose_the_provider(
    variables: dict[str, str], is_embedded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key or a base URL means a provider, unless the embedded model is asked for by name or file."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert load_settings().is_embedded is is_embedded


def test_flags_beat_environment_beats_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The nearer word counts; a flag that is None was not given."""
    (tmp_path / ".env").write_text("EXTRACTOR_REASKS=7\nEXTRACTOR_MAX_ATTEMPTS=7\nEXTRACTOR_SEED=7\nFOO=1\n")
    monkeypatch.setenv("EXTRACTOR_REASKS", "8")
    monkeypatch.setenv("EXTRACTOR_MAX_ATTEMPTS", "8")
    settings = load_settings(reasks=9, max_attempts=None)
    assert (settings.reasks, settings.max_attempts, settings.seed) == (9, 8, 7)


def test_our_own_key_beats_openais(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXTRACTOR_API_KEY comes before OPENAI_API_KEY."""
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    monkeypatch.setenv("EXTRACTOR_API_KEY", "ours")
    key = load_settings().api_key
    assert key is not None
    assert key.get_secret_value() == "ours"


def test_only_a_key_means_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base URL defaults to OpenAI's own."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    settings = load_settings()
    assert settings.provider_url == OPENAI_BASE_URL
    assert settings.provider_model


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EXTRACTOR_TIMEOUT_S", "soon"),
        ("EXTRACTOR_TIMEOUT_S", "0"),
        ("EXTRACTOR_MODE", "xml"),
        ("EXTRACTOR_MAX_INPUT_BYTES", "-1"),
        ("EXTRACTOR_BASE_URL", "localhost:8000"),
        ("EXTRACTOR_BASE_URL", "http://user:password@host/v1"),
        ("OPENAI_BASE_URL", "localhost:8000"),
    ],
)
def test_an_error_names_the_variable(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message begins with what to change, and never repeats the value."""
    monkeypatch.setenv("EXTRACTOR_MODEL", "m")
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable.partition("_")[2]) as failed:
        load_settings()
    assert "password@" not in failed.value.message


def test_what_belongs_together_is_asked_for() -> None:
    """A base URL without a model, one price without the other."""
    with pytest.raises(SettingsError, match="EXTRACTOR_MODEL is missing"):
        load_settings(base_url="http://h/v1")
    with pytest.raises(SettingsError, match="EXTRACTOR_OUTPUT_PRICE"):
        load_settings(input_price=1.0)


def test_a_flag_that_does_not_exist_is_an_error() -> None:
    """Misspelt names are not swallowed."""
    with pytest.raises(SettingsError, match="temprature"):
        load_settings(temprature=1)


def test_an_unreadable_env_file_is_one_clear_error(tmp_path: Path) -> None:
    """A `.env` that is not text is named."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env"):
        load_settings()


def test_the_key_is_not_shown() -> None:
    """Neither printing nor dumping settings tells it."""
    settings = Settings(api_key="sk-secret")
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_settings_do_not_change() -> None:
    """They are read once, at the door."""
    with pytest.raises(ValidationError):
        load_settings().reasks = 3  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    """Each has a sentence for `--help` and the documentation."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_timeouts_fit_who_answers() -> None:
    """The embedded model is slow; a value of one's own holds for both."""
    embedded, provider = Settings(), Settings(api_key="k")
    assert embedded.call_timeout_s > provider.call_timeout_s
    assert embedded.ask_deadline_s > embedded.call_timeout_s
    assert Settings(timeout_s=5.0).call_timeout_s == 5.0


@pytest.mark.parametrize("key", ["sk-1\n", " sk-1 ", "sk-1\r\n"])
def test_a_key_from_a_file_is_a_key(key: str) -> None:
    """The line end after it is not part of it."""
    given = load_settings(api_key=SecretStr(key)).api_key
    assert given is not None
    assert given.get_secret_value() == "sk-1"


@pytest.mark.parametrize("key", ["sk-secret\nsk-other", "sk-secret\u200b", "sk-sécret", "\x00sk-secret"])
def test_what_is_no_key_is_told_without_being_shown(key: str) -> None:
    """An HTTP client would quote it in its complaint."""
    with pytest.raises(SettingsError, match="EXTRACTOR_API_KEY") as told:
        load_settings(api_key=SecretStr(key))
    assert "secret" not in told.value.message
