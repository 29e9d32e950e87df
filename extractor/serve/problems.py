"""Everything that goes wrong, as RFC 9457 problem details.

A problem's `code` is one of `extractor.errors.TABLE`, or of HTTP's own below. Messages never hold
anything of a posting's text or of a key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from extractor.errors import TABLE, ExtractorError
from extractor.schema import Failure, Meta

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
# A provider that names a later moment is tried again by then nevertheless: a quota's day may end sooner.
LONGEST_PROVIDER_WAIT_S = 86_400

# Codes of the HTTP door: status and title.
HTTP_CODES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request makes no sense"),
    "unauthorized": (401, "A valid key is needed"),
    "budget_spent": (402, "The key's budget is spent"),
    "foreign_origin": (403, "Requests from other sites' pages are refused"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This method is not allowed here"),
    "not_acceptable": (406, "None of the accepted media types is offered"),
    "slow_request": (408, "The request took too long to arrive"),
    "conflict": (409, "A request with this Idempotency-Key is under way"),
    "case_exists": (409, "The case is there already"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body's media type is not understood"),
    "wrong_host": (421, "The service is not known under this name"),
    "invalid_request": (422, "The request is not in the documented shape"),
    "key_reused": (422, "The Idempotency-Key belongs to another request"),
    "too_many_requests": (429, "The key's requests a minute are used up"),
    "unexpected": (500, "An error in this program"),
    "busy": (503, "The service is busy"),
    "not_ready": (503, "The service is not ready"),
    "deadline": (504, "The request's deadline has passed"),
    "no_room": (507, "There is no room for another batch"),
}

TITLES = {
    "internal": "An error in this program",
    "bad_settings": "The service is not configured rightly",
    "bad_prompt": "The service's prompt is malformed",
    "bad_input": "The posting cannot be used",
    "too_large": "The posting is too large",
    "unreadable": "The posting cannot be read",
    "not_a_posting": "The text is no job posting",
    "model_failed": "The model gave no usable reply",
    "provider_unavailable": "The model's provider cannot be reached",
    "rate_limited": "The model's provider asks to slow down",
    "timeout": "The model did not answer in time",
    "provider_refused": "The model's provider refuses",
    "cut_off": "The model's reply was cut off",
    "refused": "The model declined to answer",
    "invalid_reply": "The model's reply was not in the asked-for shape",
    "weights": "The embedded model's file is missing or damaged",
    "storage": "The service cannot write its state",
}


class ProblemDetails(BaseModel):
    """RFC 9457 problem details, as every error is answered."""

    type: str = Field(description="urn:extractor:problem: and the code")
    title: str = Field(description="the same for every problem of this code")
    status: int
    detail: str = Field(description="what was wrong this time, and what to do")
    code: str = Field(description="stable name of the kind of problem")
    retryable: bool = Field(description="whether the same request may succeed later")
    retry_after_s: int | None = Field(None, description="when: the seconds that Retry-After says")
    request_id: str | None = None
    id: str | None = Field(None, description="of the posting")
    meta: Meta | None = Field(None, description="what was asked and paid before it failed")
    errors: list[dict[str, Any]] | None = Field(None, description="which parts of the request are wrong")


class Problem(Exception):
    """A request ends in a problem; `extension` holds further members of its document."""

    def __init__(
        self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **extension: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.extension = extension
        self.status, self.title = _look_up(code)
        self.headers = dict(headers or {})
        if self.status in (429, 503):
            self.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
        if self.status == 401:
            self.headers.setdefault("WWW-Authenticate", 'Bearer realm="extractor"')

    @property
    def document(self) -> dict[str, Any]:
        """The members of the problem document."""
        when = self.headers.get("Retry-After")
        return {
            "type": f"urn:extractor:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.status in (408, 409, 429, 503, 504),
            **({} if when is None else {"retry_after_s": int(when)}),
            **self.extension,
        }

    def to_response(self, request_id: str | None) -> Response:
        """The answer that says so."""
        document = self.document | {"request_id": request_id}
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        return Response(body, self.status, self.headers, MEDIA_TYPE)


def problem_of(error: ExtractorError) -> Problem:
    """The problem that an error of the extractor is."""
    headers = retry_header(error.retry_after_s)
    return Problem(error.code, error.message, headers=headers, retryable=error.retryable)


def problem_of_failure(failure: Failure, posting_id: str, meta: Meta) -> Problem:
    """The problem that a failed extraction is."""
    return Problem(
        failure.code,
        failure.message,
        headers=retry_header(failure.retry_after_s),
        retryable=failure.retryable,
        id=posting_id,
        meta=meta.model_dump(mode="json"),
    )


def retry_header(after_s: float | None) -> dict[str, str]:
    """The header that says when to try again, in whole seconds; none where that is not known."""
    if after_s is None:
        return {}
    return {"Retry-After": str(max(1, math.ceil(min(after_s, LONGEST_PROVIDER_WAIT_S))))}


def _look_up(code: str) -> tuple[int, str]:
    if code in HTTP_CODES:
        return HTTP_CODES[code]
    return TABLE[code].http_status, TITLES[code]
