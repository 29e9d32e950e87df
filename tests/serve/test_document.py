"""The OpenAPI document keeps its word: nothing is answered that it does not say."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from extractor import Extraction
from extractor.serve.bodies import ExtractRequest

for lines in ("application/jsonl", "application/x-ndjson"):
    schemathesis.serializer.alias(lines, "text/plain")

OPERATIONS = [
    ("POST", "/extract"),
    ("GET", "/schema"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("POST", "/batches"),
    ("GET", "/batches"),
    ("GET", "/batches/{batch_id}"),
    ("GET", "/batches/{batch_id}/results"),
    ("DELETE", "/batches/{batch_id}"),
]
WANTED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


@pytest.fixture(scope="module")
def described(_shared: Any) -> dict[str, Any]:
    """The document."""
    document: dict[str, Any] = _shared[1].client.get("/openapi.json").json()
    return document


def test_it_names_every_operation(described: dict[str, Any]) -> None:
    """Those of the issue, and no others but what labellers use."""
    named = [(method.upper(), path) for path, item in described["paths"].items() for method in item]
    assert set(named) - {("POST", "/label/cases")} == set(OPERATIONS)


def test_its_examples_are_understood(described: dict[str, Any]) -> None:
    """Each example of a request is one."""
    content = described["paths"]["/extract"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        ExtractRequest.model_validate(example["value"])
    assert content["text/plain"]["example"]


def test_the_schema_is_the_extractions(service: Any) -> None:
    """GET /schema is what `extractor schema extraction` prints."""
    response = service.client.get("/schema")
    assert response.headers["content-type"] == "application/schema+json"
    assert response.json() == Extraction.model_json_schema(mode="serialization")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_is_undocumented(
    service: Any, asked: Any, described: dict[str, Any], method: str, path: str
) -> None:
    """Whatever is sent, sound or not: no 5xx, and status, media type, headers and shape are as documented."""
    schema = schemathesis.openapi.from_dict(described)
    checks = [CHECKS.get_one(name) for name in WANTED]
    session = requests.Session()
    session.trust_env = False

    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=schema[path][method].as_strategy())
    def call(case: Any) -> None:
        case.headers.pop("X-Request-Timeout", None)  # a wish of no time is granted, by a 504
        response = case.call(base_url=service.url, session=session)
        case.validate_response(response, checks=checks)

    with session:
        call()


def test_a_stream_is_as_documented(service: Any, described: dict[str, Any]) -> None:
    """Its media type is one of the documented ones, and every event's data is JSON."""
    media_types = described["paths"]["/extract"]["post"]["responses"]["200"]["content"]
    response: httpx2.Response = service.extract(Accept="text/event-stream")
    assert response.headers["content-type"].split(";")[0] in media_types
    for line in response.text.splitlines():
        if line.startswith("data: "):
            json.loads(line.removeprefix("data: "))
