"""What the service can be told, beside the settings of the extractor itself."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from extractor.errors import SettingsError
from extractor.settings import Settings

PREFIX = "EXTRACTOR_SERVE_"
PROVIDER_IN_FLIGHT, PROVIDER_WAITING = 256, 256
# The embedded model answers one at a time; one more is read meanwhile, one is on its way out.
EMBEDDED_IN_FLIGHT, EMBEDDED_WAITING = 3, 16
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class ServeSettings(BaseSettings):
    """Everything about serving that can be configured; sizes and times carry their unit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    host: str = Field("127.0.0.1", description="address to listen on; without keys loopback only")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0: a free one")
    workers: int = Field(1, ge=1, le=256, description="processes that answer")
    hosts: str = Field(
        "",
        description="names under which clients may address the service (Host header), separated by commas; "
        "empty: on loopback its own names, elsewhere any",
    )
    state_dir: Path = Field(
        default_factory=lambda: platformdirs.user_state_path("extractor") / "serve",
        description="folder of keys, batches and remembered answers; all workers of one service share it",
    )
    in_flight: int | None = Field(
        None,
        ge=1,
        description="extractions under way at once, all workers together; "
        f"{PROVIDER_IN_FLIGHT}, for the embedded model {EMBEDDED_IN_FLIGHT}",
    )
    waiting: int | None = Field(
        None,
        ge=0,
        description="requests that may wait for that, all workers together; "
        f"{PROVIDER_WAITING}, for the embedded model {EMBEDDED_WAITING}; beyond them 503",
    )
    deadline_s: float | None = Field(
        None, gt=0, description="seconds that a request may take; unset: EXTRACTOR_DEADLINE_S"
    )
    send_timeout_s: float = Field(20.0, gt=0, description="seconds that a client may take to send a request")
    upload_timeout_s: float = Field(300.0, gt=0, description="the same for the upload of a batch")
    buffer_mb: int = Field(
        128, ge=1, description="bodies held in memory at once by one worker, 10^6 bytes; beyond it 503"
    )
    answers_mb: int = Field(
        64,
        ge=0,
        description="answers that one worker keeps in memory, 10^6 bytes; none with EXTRACTOR_CACHE off",
    )
    max_batch_mb: int = Field(100, ge=1, description="size limit of a batch's upload, 10^6 bytes")
    max_batches: int = Field(1000, ge=1, description="batches kept; beyond them 507 until some are deleted")
    batch_days: float = Field(30.0, gt=0, description="days that a finished batch is kept")
    batch_concurrency: int | None = Field(
        None, ge=1, description="calls in flight for a batch; 32, for the embedded model 1"
    )
    replay_hours: float = Field(24.0, gt=0, description="hours that answers to an Idempotency-Key are kept")
    drain_s: float = Field(
        1.0,
        ge=0,
        description="seconds after SIGTERM in which requests are still accepted",
    )
    stop_timeout_s: float = Field(
        600.0, gt=0, description="seconds after that in which requests under way are finished"
    )
    label_dir: Path | None = Field(
        None, description="folder that /label saves cases in; unset: it saves none"
    )

    @field_validator("state_dir", "label_dir")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def known_hosts(self) -> frozenset[str]:
        """Host names that requests may carry; empty: any."""
        given = {name.strip().lower().strip("[]") for name in self.hosts.split(",") if name.strip()}
        if self.is_loopback:
            return LOOPBACK_NAMES | given | {self.host.lower()}
        return frozenset(given | LOOPBACK_NAMES) if given else frozenset()

    @property
    def database(self) -> Path:
        """File that holds keys, batches and remembered answers."""
        return self.state_dir / "service.db"

    @property
    def batches_dir(self) -> Path:
        """Folder of batches, one folder each."""
        return self.state_dir / "batches"

    def to_environment(self) -> dict[str, str]:
        """The variables that give another process these settings."""
        given = self.model_dump(mode="json", exclude_none=True)
        return {PREFIX + name.upper(): str(value) for name, value in given.items()}

    def request_deadline_s(self, settings: Settings) -> float:
        """Seconds that a request may take at most."""
        return self.deadline_s or settings.ask_deadline_s

    def in_flight_each(self, settings: Settings) -> int:
        """Extractions that one worker may have under way."""
        total = self.in_flight or (EMBEDDED_IN_FLIGHT if settings.is_embedded else PROVIDER_IN_FLIGHT)
        return -(-total // self.workers)

    def waiting_each(self, settings: Settings) -> int:
        """Requests that may wait in one worker."""
        total = EMBEDDED_WAITING if settings.is_embedded else PROVIDER_WAITING
        return -(-(self.waiting if self.waiting is not None else total) // self.workers)


def load_serve_settings(**flags: Any) -> ServeSettings:
    """Settings from flags (None: not given), environment and `.env`; raises SettingsError."""
    try:
        return ServeSettings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        said = [f"{PREFIX}{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors()]
        raise SettingsError("; ".join(said)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the .env file of this folder cannot be read: {error}") from None
