"""DELM: a schema of flat variables, batches with checkpoints, values checked against the text."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import delm.core.extraction_manager as manager
import pandas as pd
import tiktoken
from delm import DELM, Schema

from benchmarks.peers.job import LISTS, SYSTEM, TEXTS, Given, Server, Tell, to_record

CHECKPOINT = 4  # postings a checkpoint


def extract_all(given: Sequence[Given], server: Server, tell: Tell) -> None:
    """One run over a table; a folder that is there is resumed."""
    _need_no_download()
    os.environ["OPENAI_API_KEY"] = server.key
    experiment = Path(os.environ["PEER_STATE"]) / "experiment"
    run = DELM(
        schema=Schema.from_dict(_schema()),
        provider="openai",
        model=server.model,
        base_url=server.base_url,
        mode="json_schema",
        batch_size=CHECKPOINT,
        max_workers=server.in_flight,
        track_cost=False,
        system_prompt=SYSTEM,
        cache_backend="sqlite",
        cache_path=Path(os.environ["PEER_STATE"]) / "cache",
        use_disk_storage=True,
        experiment_path=experiment,
        console_log_level="ERROR",
    )
    table = pd.DataFrame({"id": [one.id for one in given], "text": [one.text for one in given]})
    for row in run.extract(table).to_dict("records"):
        error = row.get("delm_errors")
        failed = isinstance(error, str) and error not in ("", "null")
        tell(row["id"], None if failed else to_record(_said(row)), str(error)[:300] if failed else None)


def _said(row: dict[str, Any]) -> dict[str, Any]:
    said = row.get("delm_extracted_data_json")
    return (json.loads(said) if isinstance(said, str) else said) or {}


def _schema() -> dict[str, Any]:
    texts = [
        {"name": name, "description": told, "data_type": "string", "validate_in_text": True}
        for _, name, told in TEXTS
    ]
    lists = [
        {"name": name, "description": told, "data_type": "[string]", "validate_in_text": True}
        for _, name, told in (*LISTS, ("", "skills", "nameable skills"))
    ]
    return {"schema_type": "simple", "variables": [*texts, *lists]}


def _need_no_download() -> None:
    """Its tokenizer's table is downloaded; where it cannot be, bytes are counted in place of tokens."""
    try:
        tiktoken.get_encoding("cl100k_base")
    except Exception:  # whatever keeps it from being there
        table = {bytes([byte]): byte for byte in range(256)}
        encoding = tiktoken.Encoding("bytes", pat_str=r"[\s\S]", mergeable_ranks=table, special_tokens={})
        manager.get_tokenizer_for_model = lambda model: encoding
