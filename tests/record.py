"""Recordings of the embedded server's real answers: where they are, how they are made and played.

    .venv/bin/python -m tests.record            all of them anew, with the embedded model
    .venv/bin/python -m tests.record resume     those whose name has this in it

Run it after a change to a prompt, to what is shown of a posting, or to a response model. It goes
through the product's own door (`Extractor` with default settings), so it fetches the model where
there is none; EXTRACTOR_CACHE_DIR says where it is looked for.

A recording is one file a posting, its bodies kept as YAML trees, not as strings. It holds no key and
no port: of the headers only the content type is kept, and the server is called `embedded`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vcr
import yaml
from vcr.record_mode import RecordMode

from eval.cases import CASES, Case, load_case
from extractor import Extraction, Extractor
from extractor.model import Model, identify_model
from extractor.model.calls import RetryPolicy
from extractor.model.client import Endpoint, InstructorModel
from extractor.model.prices import free
from extractor.model.weights import ready_weights
from extractor.settings import load_settings

FOLDER = Path(__file__).resolve().parent.parent / "cassettes"
NOT_A_POSTING = "written/lookalike-resume-chef"
PAGE = "written/html-restaurant-manager"
OTHER_JOBS = "seeds/003_10437ba7e97009b8"  # thirty other jobs stand under the one advertised
RECORDED = (
    "seeds/000_69f72d6b840e7f8b",
    "seeds/001_1e715e8215efeb68",
    "seeds/002_6559ba2fe2ee6aeb",
    OTHER_JOBS,
    "seeds/004_5e6827bfcf9a52af",
    PAGE,
    NOT_A_POSTING,
)
SERVER = "http://embedded"
KEPT_HEADERS = {"content-type"}


class _Block(yaml.SafeDumper):
    """Text of several lines as a block, as one reads it."""


def _to_scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Block.add_representer(str, _to_scalar)


class _Trees:
    """vcrpy's way to write and read a recording: JSON bodies as trees."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        for exchange in cassette["interactions"]:
            exchange["request"]["body"] = json.loads(exchange["request"]["body"])
            exchange["response"]["body"] = json.loads(exchange["response"]["body"]["string"])
            exchange["response"]["body"].pop("timings", None)  # of the machine, not of the answer
        return yaml.dump(cassette, Dumper=_Block, allow_unicode=True, sort_keys=False, width=110)

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        cassette: dict[str, Any] = yaml.safe_load(text)
        for exchange in cassette["interactions"]:
            exchange["request"]["body"] = json.dumps(exchange["request"]["body"])
            exchange["response"]["body"] = {"string": json.dumps(exchange["response"]["body"])}
        return cassette


def _clean_request(request: Any) -> Any:
    """The question without key and port; None, which is not recorded, for all but completions."""
    path = urlsplit(request.uri).path
    if not path.endswith("/chat/completions"):
        return None
    request.uri = f"{SERVER}{path}"
    request.headers = _kept(request.headers)
    return request


def _clean_response(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "headers": _kept(response["headers"])}


def _kept(headers: Any) -> dict[str, Any]:
    return {name.lower(): headers[name] for name in headers if name.lower() in KEPT_HEADERS}


def open_cassette(case_id: str, *, record: bool = False) -> contextlib.AbstractContextManager[Any]:
    """The recording of a case, in place of the network; what is not in it is refused, or recorded anew."""
    player = vcr.VCR(
        match_on=("method", "uri", "body"),  # the body as JSON: key order and spaces do not count
        before_record_request=_clean_request,
        before_record_response=_clean_response,
        record_mode=RecordMode.ALL if record else RecordMode.NONE,
        drop_unused_requests=record,
        record_on_exception=False,
    )
    player.register_serializer("trees", _Trees)
    cassette: contextlib.AbstractContextManager[Any] = player.use_cassette(
        str(FOLDER / f"{case_id}.yaml"), serializer="trees"
    )
    return cassette


def read_case(case_id: str) -> Case:
    """The committed posting that was recorded."""
    return load_case(CASES / case_id)


def open_recorded() -> Model:
    """The model that the embedded server is asked through, for a server that is only recorded."""
    endpoint = Endpoint(f"{SERVER}/v1", modes=("json_schema",), strict=False)
    return InstructorModel(endpoint, RetryPolicy(max_attempts=1), free)


def replay(case_id: str) -> tuple[Extraction, int]:
    """The extraction that the recorded answers give, and how many recorded answers were not played."""
    case = read_case(case_id)
    settings = load_settings(model=identify_model(load_settings())[0])
    with (
        open_cassette(case_id) as cassette,
        Extractor(settings, model=open_recorded(), today=case.today) as extractor,
    ):
        extraction = extractor.extract(case.content, id=case.id)
        return extraction, len(cassette) - len(cassette.play_counts)


async def record(case_ids: Sequence[str]) -> None:
    """Ask the embedded model about these cases and keep what it answers. SystemExit where it fails."""
    settings = load_settings(cache=False, model_linger_s=0)
    if not settings.is_embedded or settings.model_path is not None:
        raise SystemExit("The embedded model is what is recorded: set no provider and no model of your own")
    ready_weights(settings)  # a download is not to be recorded
    async with Extractor(settings) as extractor:
        for case_id in case_ids:
            case = read_case(case_id)
            extractor.today = case.today
            with open_cassette(case_id, record=True):
                extraction = await extractor.extract_async(case.content, id=case.id)
            if extraction.error and extraction.error.code != "not_a_posting":
                raise SystemExit(f"{case_id}: {extraction.error.message}")
            sys.stderr.write(_tell(extraction))


def _tell(extraction: Extraction) -> str:
    meta = extraction.meta
    said = extraction.error.code if extraction.error else extraction.posting and extraction.posting.title
    spent = f"{meta.calls} calls, {meta.input_tokens} tokens read, {meta.output_tokens} written"
    return f"{extraction.id}: {said!r}; {spent}, {meta.seconds:.1f} s\n"


if __name__ == "__main__":
    wanted = sys.argv[1:] or [""]
    asyncio.run(record([name for name in RECORDED if any(part in name for part in wanted)]))
