"""The OpenAPI document: what FastAPI cannot see in routes that read bodies by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from extractor.errors import TABLE
from extractor.schema import Extraction
from extractor.serve.batches import BatchStatus
from extractor.serve.bodies import ExtractRequest, Options
from extractor.serve.problems import HTTP_CODES, MEDIA_TYPE, TITLES, ProblemDetails

REF = "#/components/schemas/{model}"

POSTING = """\
Line Cook
Acme Kitchens, Lyon, France

Responsibilities
- Prepare the dishes of the day

Requirements
- Two years of experience in a professional kitchen

Pay: 14.50 EUR per hour"""

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_REQUEST_ID = {
    "name": "X-Request-ID",
    "in": "header",
    "description": "comes back in the answer and stands in the log; one is made up where it is odd",
    "schema": {"type": "string", "maxLength": 128},
}
_TIMEOUT = {
    "name": "X-Request-Timeout",
    "in": "header",
    "description": "seconds after which the client wants no answer any more: the work is then broken off",
    "schema": {"type": "number", "exclusiveMinimum": 0},
    "example": 30,
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the same request with the same key gets the first one's answer, for a day",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Responses for problems of these codes, by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        status = HTTP_CODES[code][0] if code in HTTP_CODES else TABLE[code].http_status
        by_status.setdefault(status, []).append(code)
    return {status: _problem(status, found) for status, found in sorted(by_status.items())}


def _problem(status: int, codes: Sequence[str]) -> dict[str, Any]:
    titles = {code: HTTP_CODES[code][1] if code in HTTP_CODES else TITLES[code] for code in codes}
    described = "; ".join(f"`{code}`: {title}" for code, title in titles.items())
    response: dict[str, Any] = {
        "description": described,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="ProblemDetails")}}},
    }
    if status in (429, 503):
        response["headers"] = {
            "Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 0}}
        }
    return response


EVERYWHERE = problems("foreign_origin", "wrong_host", "unexpected")

EXTRACT: dict[str, Any] = {
    "operation_id": "extract",
    "responses": {
        200: {
            "description": "The extraction; with `options.include_text` it has a member `text` beside.",
            "content": {
                "application/json": {"schema": {"$ref": REF.format(model="Extraction")}},
                "application/ld+json": {"schema": {"type": "object", "description": "schema.org JobPosting"}},
                "text/event-stream": {
                    "schema": {
                        "type": "string",
                        "description": "events `document`, `progress`, `field`, and at the end `result` or "
                        "`problem`; the data of each is one line of JSON",
                    }
                },
            },
        },
        **EVERYWHERE,
        **problems(
            *(
                "bad_request",
                "unauthorized",
                "budget_spent",
                "not_acceptable",
                "slow_request",
                "conflict",
                "body_too_large",
            ),
            *("too_large", "unsupported_media_type", "unreadable", "invalid_request", "key_reused"),
            *("bad_input", "not_a_posting", "too_many_requests", "unexpected", "internal", "bad_settings"),
            *(
                "bad_prompt",
                "model_failed",
                "provider_refused",
                "cut_off",
                "refused",
                "invalid_reply",
                "busy",
            ),
            *("provider_unavailable", "rate_limited", "weights", "deadline", "timeout", "storage"),
        ),
    },
    "openapi_extra": {
        "parameters": [_REQUEST_ID, _TIMEOUT, _IDEMPOTENCY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": REF.format(model="ExtractRequest")},
                    "examples": {
                        "text": {"summary": "plain text", "value": {"text": POSTING, "id": "cook-1"}},
                        "html": {
                            "summary": "a page, on a given day, with its text",
                            "value": {
                                "html": "<h1>Line Cook</h1><p>Acme Kitchens, Lyon. Posted yesterday.</p>",
                                "options": {"today": "2026-03-02", "include_text": True},
                            },
                        },
                    },
                },
                "text/plain": {"schema": {"type": "string"}, "example": POSTING},
                "text/html": {"schema": {"type": "string"}, "example": "<h1>Line Cook</h1><p>Acme</p>"},
                "application/pdf": _BINARY,
            },
        },
    },
}

SERVICE: dict[str, dict[str, Any]] = {
    "schema": {
        "operation_id": "schema",
        "responses": {
            200: {
                "description": "JSON Schema",
                "content": {"application/schema+json": {"schema": {"type": "object"}}},
            },
            **EVERYWHERE,
        },
    },
    "healthz": {
        "operation_id": "healthz",
        "responses": {200: {"description": "It lives."}, **EVERYWHERE},
    },
    "readyz": {
        "operation_id": "readyz",
        "responses": {200: {"description": "It is ready."}, **EVERYWHERE, **problems("not_ready")},
    },
    "metrics": {
        "operation_id": "metrics",
        "responses": {
            200: {"description": "Counts", "content": {"text/plain": {"schema": {"type": "string"}}}},
            **EVERYWHERE,
            **problems("unauthorized", "too_many_requests"),
        },
    },
}

_UPLOAD = {
    "schema": {"type": "string"},
    "example": '{"id": "cook-1", "text": "Line Cook\\nAcme Kitchens ..."}\n',
}
_BATCH = {"application/json": {"schema": {"$ref": REF.format(model="BatchStatus")}}}
_KEYED = problems("unauthorized", "too_many_requests", "storage")

BATCHES: dict[str, dict[str, Any]] = {
    "submit": {
        "operation_id": "submitBatch",
        "responses": {
            202: {
                "description": "It is stored, and will be read.",
                "content": _BATCH,
                "headers": {"Location": {"description": "of the batch", "schema": {"type": "string"}}},
            },
            **EVERYWHERE,
            **problems(
                *("bad_request", "unauthorized", "slow_request", "conflict", "body_too_large"),
                *("unsupported_media_type", "invalid_request", "key_reused", "too_many_requests"),
                *("no_room", "storage"),
            ),
        },
        "openapi_extra": {
            "parameters": [
                _REQUEST_ID,
                _IDEMPOTENCY,
                {
                    "name": "today",
                    "in": "query",
                    "description": "the day that relative dates count from; unset: the day of the upload",
                    "schema": {"type": "string", "format": "date"},
                },
            ],
            "requestBody": {
                "required": True,
                "content": {"application/jsonl": _UPLOAD, "application/x-ndjson": _UPLOAD},
            },
        },
    },
    "list": {
        "operation_id": "listBatches",
        "responses": {
            200: {
                "description": "The caller's batches",
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": REF.format(model="BatchStatus")}}
                    }
                },
            },
            **EVERYWHERE,
            **_KEYED,
        },
    },
    "status": {
        "operation_id": "readBatch",
        "responses": {
            200: {"description": "How far it is", "content": _BATCH},
            **EVERYWHERE,
            **_KEYED,
            **problems("not_found"),
        },
    },
    "results": {
        "operation_id": "readResults",
        "responses": {
            200: {
                "description": "An Extraction a line: those that are there so far",
                "content": {"application/jsonl": {"schema": {"type": "string"}}},
                "headers": {
                    "X-Batch-State": {"description": "as in its status", "schema": {"type": "string"}}
                },
            },
            **EVERYWHERE,
            **_KEYED,
            **problems("not_found"),
        },
    },
    "delete": {
        "operation_id": "deleteBatch",
        "responses": {
            204: {"description": "It is gone."},
            **EVERYWHERE,
            **_KEYED,
            **problems("not_found"),
        },
    },
}

MODELS: tuple[type[BaseModel], ...] = (BatchStatus, ExtractRequest, Options, ProblemDetails)


def document(app: FastAPI) -> None:
    """Make the app's OpenAPI document whole: the models that only we refer to, and the key."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, summary=app.summary, routes=app.routes
            )
            components = described.setdefault("components", {}).setdefault("schemas", {})
            _, inputs = models_json_schema([(model, "validation") for model in MODELS], ref_template=REF)
            _, outputs = models_json_schema([(Extraction, "serialization")], ref_template=REF)
            components |= inputs["$defs"] | outputs["$defs"]
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
