"""Cases that people label on the page `/label`, saved in the format of the eval.

A case is a folder `SET/CASE/` of `posting.*`, `gold.json` and `case.toml`; a second labeller's gold is
`second.json` beside them. Names of folders come from a closed alphabet, names of files from this
module: nothing else of a request takes part in a path. A case appears whole or not at all, and no
file is ever replaced.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from extractor.schema import JobPosting
from extractor.serve.bodies import JSON_BESIDE, JSON_FACTOR, media_type_of, read_body, shown_errors
from extractor.serve.problems import Problem
from extractor.serve.service import Service

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Line = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class GoldFile(BaseModel):
    """The content of `gold.json`; see the eval's guide to labelling."""

    model_config = ConfigDict(extra="forbid")

    posting: dict[str, Any] | None
    labelled: list[Line] = Field(default_factory=list, description="JSON pointers that were decided")
    alternatives: dict[str, list[Any]] = Field(
        default_factory=dict, description="further accepted values, by key of `posting`"
    )
    doubts: str = Field("", max_length=10_000)
    evidence: dict[str, list[dict[str, Any]]] = Field(
        default_factory=dict, description="where the labeller marked each value: pointer → places"
    )

    @model_validator(mode="after")
    def _check_values(self) -> Self:
        """Posting and alternatives have the schema's shape; every pointer leads into it."""
        if self.posting is None:
            return self
        JobPosting.model_validate(self.posting)
        for key, values in self.alternatives.items():
            for value in values:
                JobPosting.model_validate({**self.posting, key: value})
        for pointer in self.labelled:
            if pointer.strip("/").split("/")[0] not in JobPosting.model_fields:
                raise ValueError("a labelled pointer leads to no field")
        return self


class LabelledCase(BaseModel):
    """A labelled posting as the page sends it."""

    model_config = ConfigDict(extra="forbid")

    set: Name
    id: Name
    labeller: Literal["first", "second"] = "first"
    form: Literal["txt", "html", "md"] = Field("txt", description="what the posting is a file of")
    posting: str = Field(min_length=1, description="the posting as received")
    gold: GoldFile
    today: date = Field(description="the day on which the page was received")
    split: Literal["dev", "test"] = "dev"
    tags: list[Line] = Field(default_factory=list, max_length=50)
    source: Line = ""
    origin: Line = ""


class Saved(BaseModel):
    """What was written: the case's name and its new files."""

    case: str
    files: list[str]


def add_labelling(app: FastAPI, service: Service) -> None:
    """Add the page's own route to the app."""

    @app.post("/label/cases", include_in_schema=False)
    async def save(request: Request) -> Response:
        """Save a case that was labelled on the page."""
        await service.admit(request)
        if media_type_of(request) != "application/json":
            raise Problem("unsupported_media_type", "Send the case as application/json.")
        # The posting comes twice: as received, and in the words of its labels.
        limit = 2 * JSON_FACTOR * service.settings.max_input_bytes + JSON_BESIDE
        with service.buffer.holding() as share:
            body = await read_body(request, limit, service.serve.send_timeout_s, share)
            saved = await service.disk.run(save_case, service.serve.label_dir, understand_case(body))
        return Response(saved.model_dump_json(), 201, media_type="application/json")


def understand_case(body: bytes) -> LabelledCase:
    """The case in a JSON body; raises Problem `invalid_request`, which names what is wrong."""
    try:
        return LabelledCase.model_validate_json(body)
    except ValidationError as error:
        shown = shown_errors(error)
        first = f"{shown[0]['pointer']}: {shown[0]['message']}" if shown else "it is no JSON"
        raise Problem(
            "invalid_request", f"The case is not in the eval's format: {first}", errors=shown
        ) from None


def save_case(folder: Path | None, case: LabelledCase) -> Saved:
    """Write a case into `folder`; raises Problem where there is none, or the case is there already."""
    if folder is None:
        raise Problem(
            "not_found", "This service saves no cases: start it with --label-dir, or download the files."
        )
    try:
        return _add_second(folder, case) if case.labeller == "second" else _add_case(folder, case)
    except OSError as error:
        raise Problem("storage", f"The case cannot be written: {error.strerror}.") from None


def _add_case(folder: Path, case: LabelledCase) -> Saved:
    target = folder / case.set / case.id
    files = {
        f"posting.{case.form}": case.posting,
        "gold.json": _to_json(case.gold),
        "case.toml": _to_toml(_about(case)),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise Problem("case_exists", f"{case.set}/{case.id} is there already; choose another name.")
    made = Path(tempfile.mkdtemp(prefix=".saving-", dir=target.parent))
    try:
        for name, text in files.items():
            _write(made / name, text)
        made.chmod(0o755)  # mkdtemp's folder is for its owner alone
        made.rename(target)
    except FileExistsError:
        raise Problem("case_exists", f"{case.set}/{case.id} is there already; choose another name.") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Saved(case=f"{case.set}/{case.id}", files=list(files))


def _add_second(folder: Path, case: LabelledCase) -> Saved:
    """A second labeller labels the very text that the first one did."""
    target = folder / case.set / case.id
    posting = target / f"posting.{case.form}"
    if not posting.is_file():
        raise Problem(
            "not_found", f"{case.set}/{case.id} has no posting.{case.form}: save the first labels before."
        )
    if posting.read_bytes() != case.posting.encode("utf-8", "replace"):
        raise Problem("case_exists", f"{case.set}/{case.id} holds another posting than this one.")
    try:
        _write(target / "second.json", _to_json(case.gold))
    except FileExistsError:
        raise Problem("case_exists", f"{case.set}/{case.id} has a second labeller already.") from None
    return Saved(case=f"{case.set}/{case.id}", files=["second.json"])


def _write(path: Path, text: str) -> None:
    """A new file, on disk; raises FileExistsError."""
    with path.open("xb") as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())


def _to_json(gold: GoldFile) -> str:
    content = gold.model_dump(mode="json", exclude={"evidence"} if not gold.evidence else None)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _about(case: LabelledCase) -> dict[str, str | list[str]]:
    return {
        "source": case.source,
        "today": case.today.isoformat(),
        "split": case.split,
        "tags": case.tags,
        "origin": case.origin,
    }


def _to_toml(values: Mapping[str, str | list[str]]) -> str:
    """Texts without control characters, and lists of them: JSON writes them as TOML does."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
