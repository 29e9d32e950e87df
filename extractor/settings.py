"""One frozen Settings, read at the doors only: flags, then environment, then `.env`.

Every variable is `EXTRACTOR_` and the field's name in capitals; `OPENAI_API_KEY` and
`OPENAI_BASE_URL` are read too, where the `EXTRACTOR_` ones are not set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from extractor.errors import SettingsError

PREFIX = "EXTRACTOR_"
OPENAI_BASE_URL = "https://api.openai.com/v1"
DEFAULT_PROVIDER_MODEL = "gpt-4.1-mini"
EMBEDDED = "embedded"

# A hosted provider answers within seconds; the embedded model on two cores reads 70 tokens a second
# and writes 14, so a full context takes many minutes, and it may first have to wait its turn.
PROVIDER_TIMEOUT_S, PROVIDER_DEADLINE_S = 120.0, 600.0
EMBEDDED_TIMEOUT_S, EMBEDDED_DEADLINE_S = 1800.0, 3600.0


class Settings(BaseSettings):
    """Everything that can be configured, with its default; sizes and times carry their unit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("EXTRACTOR_BASE_URL", "OPENAI_BASE_URL"),
        description="address of an OpenAI-compatible API, with /v1; unset with no key: the embedded model",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("EXTRACTOR_API_KEY", "OPENAI_API_KEY"),
        description="the provider's key",
    )
    model: str | None = Field(
        None,
        description=f"model name at the provider; `{EMBEDDED}`: the embedded one, even where a key is set",
    )
    model_path: Path | None = Field(
        None, description="a GGUF file of your own, in place of the embedded model"
    )
    mode: Literal["auto", "json_schema", "tools", "json_object"] = Field(
        "auto", description="how structured output is asked for; auto: by what the provider can do"
    )

    timeout_s: float | None = Field(
        None,
        gt=0,
        description=f"seconds for one call; {PROVIDER_TIMEOUT_S:.0f}, "
        f"for the embedded model {EMBEDDED_TIMEOUT_S:.0f}",
    )
    deadline_s: float | None = Field(
        None,
        gt=0,
        description="seconds for one question with all its calls, waits and re-asks; "
        f"{PROVIDER_DEADLINE_S:.0f}, for the embedded model {EMBEDDED_DEADLINE_S:.0f}",
    )
    max_attempts: int = Field(6, ge=1, description="calls at most before a transport fault is final")
    reasks: int = Field(
        2, ge=0, description="how often an invalid reply is sent back with what is wrong with it"
    )

    temperature: float = Field(0.0, ge=0, le=2, description="sampling temperature")
    seed: int | None = Field(None, description="sampling seed, where the provider takes one")
    max_output_tokens: int = Field(4096, ge=1, description="tokens that one reply may have")

    input_price: float | None = Field(None, ge=0, description="USD per million input tokens")
    cached_input_price: float | None = Field(
        None, ge=0, description="USD per million cached input tokens; unset: the input price"
    )
    output_price: float | None = Field(None, ge=0, description="USD per million output tokens")

    cache: bool = Field(True, description="whether replies and extractions are kept and used again")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("extractor"),
        description="folder of the replies and extractions kept, the embedded model and its server's state",
    )
    cache_size_mb: int = Field(
        1024, ge=1, description="size limit of the replies kept, and of the extractions kept, 10^6 bytes"
    )

    model_linger_s: float = Field(
        60.0, ge=0, description="seconds that the embedded server stays after its last user has gone"
    )
    model_context: int = Field(16_384, ge=512, description="context of the embedded model, tokens")
    model_threads: int | None = Field(
        None, ge=1, description="threads of the embedded model; unset: physical cores"
    )
    model_url: str | None = Field(
        None, description="where to download the embedded model from; unset: its owner's page on the hub"
    )

    prompt: str | None = Field(None, description="name or path of the prompt; unset: the strategy's own")
    strategy: str | None = Field(None, description="name of the strategy; unset: by model")
    abstain_below: float | None = Field(
        None,
        ge=0,
        le=1,
        description="leave out values whose confidence is under this, with a warning each; unset: none",
    )
    max_input_bytes: int = Field(1_000_000, ge=1, description="size limit of one posting, bytes")

    @field_validator("base_url", "model_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a full http:// or https:// address")
        if parts.username or parts.password:
            raise ValueError("must not hold a user name or password; give the key by EXTRACTOR_API_KEY")
        return value.rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        """A key read from a file ends with a line; what no header can hold is told without being shown."""
        if value is None:
            return None
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()):
            raise ValueError("holds characters that no key has: copy it again")
        return SecretStr(key) if key else None

    @field_validator("cache_dir", "model_path")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError("EXTRACTOR_MODEL is missing: EXTRACTOR_BASE_URL needs a model name beside it")
        if self.model == EMBEDDED and self.base_url:
            raise ValueError(f"EXTRACTOR_MODEL={EMBEDDED} and EXTRACTOR_BASE_URL exclude each other")
        if (self.input_price is None) != (self.output_price is None):
            raise ValueError("EXTRACTOR_INPUT_PRICE and EXTRACTOR_OUTPUT_PRICE must be given together")
        return self

    @property
    def is_embedded(self) -> bool:
        """Whether the embedded model answers: no base URL, and no key, or the user's wish for it."""
        wished = self.model == EMBEDDED or self.model_path is not None
        return self.base_url is None and (wished or self.api_key is None)

    @property
    def provider_url(self) -> str:
        """Base URL of the provider; OpenAI's own where only a key is set."""
        return self.base_url or OPENAI_BASE_URL

    @property
    def provider_model(self) -> str:
        """Model name at the provider."""
        return self.model or DEFAULT_PROVIDER_MODEL

    @property
    def call_timeout_s(self) -> float:
        """Seconds that one call may take."""
        return self.timeout_s or (EMBEDDED_TIMEOUT_S if self.is_embedded else PROVIDER_TIMEOUT_S)

    @property
    def ask_deadline_s(self) -> float:
        """Seconds that one question may take with all its calls, waits and re-asks."""
        return self.deadline_s or (EMBEDDED_DEADLINE_S if self.is_embedded else PROVIDER_DEADLINE_S)

    @property
    def replies_dir(self) -> Path:
        """Folder of the reply cache."""
        return self.cache_dir / "replies"

    @property
    def extractions_dir(self) -> Path:
        """Folder of the extractions kept."""
        return self.cache_dir / "extractions"

    @property
    def weights_dir(self) -> Path:
        """Folder of the embedded model's file."""
        return self.cache_dir / "weights"

    @property
    def server_dir(self) -> Path:
        """Folder of the embedded server's state."""
        return self.cache_dir / "server"


def load_settings(**flags: Any) -> Settings:
    """Settings from flags (None: not given), environment and `.env`; raises SettingsError."""
    given = {name: value for name, value in flags.items() if value is not None}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise SettingsError(f"no such setting: {', '.join(unknown)}")
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(problem) for problem in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the .env file of this folder cannot be read: {error}") from None


def variable_of(field: str) -> str:
    """The environment variable that sets a field."""
    return PREFIX + field.upper()


def _explain(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    field = str(problem["loc"][0])
    return f"{field if field.isupper() else variable_of(field)}: {message}"
