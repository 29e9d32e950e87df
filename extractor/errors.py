"""What can go wrong, as one family.

    ExtractorError
    ├── SettingsError            a setting is missing or makes no sense; nothing was tried
    ├── PromptError              a prompt file is malformed, or a variable it needs is missing
    ├── InputError               the posting as received cannot be read
    │   ├── InputTooLarge        bigger than the size allowed
    │   ├── UnreadableInput      binary, encrypted or broken
    │   └── NotAPosting          readable, but no job posting (contract rule 6)
    ├── ModelError               the model gave no usable reply
    │   ├── TransportError       no provider, or a failing one; try later: `retry_after_s`, if it says
    │   │   ├── RateLimited      it said: too many requests
    │   │   └── ReplyTimeout     no answer before the deadline
    │   ├── ProviderRefused      it rejects every request like this one: key, model name, balance
    │   ├── CutOff               the reply hit its length limit: ask for less, do not just ask again
    │   ├── Refusal              the model or a content filter declined to answer
    │   └── InvalidReply         still not in the asked-for shape after every re-ask
    ├── WeightsError             the embedded model's file is missing, damaged or cannot be had
    └── StorageError             a cache or an output cannot be written

Each class carries a stable `code`; TABLE maps it to the command line's exit status and to the
HTTP status. A message says what was wrong, where, and what to do; it never holds a key.
"""

from __future__ import annotations

from typing import NamedTuple


class ExtractorError(Exception):
    """Root of every error raised on purpose by this package."""

    code = "internal"
    retryable = False
    usage: object = None  # records.Usage: what was paid before it failed; None: no call was made
    retry_after_s: float | None = None  # the provider's own word on when to try again, if it gave one

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingsError(ExtractorError):
    """A setting is missing or contradicts another."""

    code = "bad_settings"


class PromptError(ExtractorError):
    """A prompt is malformed; the message names the file and the key or variable."""

    code = "bad_prompt"


class InputError(ExtractorError):
    """The posting as received cannot be used. The fault is the input's."""

    code = "bad_input"


class InputTooLarge(InputError):
    """The input is larger than `max_input_bytes`."""

    code = "too_large"


class UnreadableInput(InputError):
    """The input is binary, encrypted or damaged."""

    code = "unreadable"


class NotAPosting(InputError):
    """The text is readable but advertises no job."""

    code = "not_a_posting"


class ModelError(ExtractorError):
    """The model gave no usable reply."""

    code = "model_failed"


class TransportError(ModelError):
    """The provider could not be reached or kept failing. The fault is the provider's."""

    code = "provider_unavailable"
    retryable = True

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimited(TransportError):
    """The provider asks to slow down."""

    code = "rate_limited"


class ReplyTimeout(TransportError):
    """No answer before the deadline."""

    code = "timeout"


class ProviderRefused(ModelError):
    """The provider rejects every such request (key, model name, permission, balance)."""

    code = "provider_refused"


class CutOff(ModelError):
    """The reply was cut at its length limit: ask for less. `said` is the reply, as far as it came."""

    code = "cut_off"

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class Refusal(ModelError):
    """The model or the provider's content filter declined."""

    code = "refused"


class InvalidReply(ModelError):
    """The reply was not in the asked-for shape, and re-asking did not mend it."""

    code = "invalid_reply"


class WeightsError(ExtractorError):
    """The embedded model's weights are missing, damaged or cannot be fetched."""

    code = "weights"


class StorageError(ExtractorError):
    """A cache, ledger or output cannot be read or written."""

    code = "storage"


class Doors(NamedTuple):
    """How one error code leaves: the process's exit status and the HTTP status."""

    exit_status: int
    http_status: int


# 0 is success and 2 is wrong usage (click's own), so ours start at 3.
TABLE: dict[str, Doors] = {
    "internal": Doors(1, 500),
    "bad_settings": Doors(3, 500),
    "bad_prompt": Doors(3, 500),
    "bad_input": Doors(4, 422),
    "too_large": Doors(4, 413),
    "unreadable": Doors(4, 415),
    "not_a_posting": Doors(5, 422),
    "model_failed": Doors(6, 502),
    "provider_unavailable": Doors(7, 503),
    "rate_limited": Doors(7, 503),
    "timeout": Doors(7, 504),
    "provider_refused": Doors(8, 502),
    "cut_off": Doors(6, 502),
    "refused": Doors(6, 502),
    "invalid_reply": Doors(6, 502),
    "weights": Doors(9, 503),
    "storage": Doors(10, 507),
}
