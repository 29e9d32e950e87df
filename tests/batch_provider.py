"""OpenAI's Batch API over real HTTP: files, batches, their states, delays and errors.

Chat completions are answered beside it. What a batch comes to is scripted:

    server.fates.append("expired")        # of the next batch; then `completed` again
    server.answer = lambda body: failure(500)     # of a line, and of a question online
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from answers import answer_emptily
from provider import Answer, Provider, Received, failure

MOST_LINES, MOST_BYTES = 50_000, 200_000_000


class BatchProvider(Provider):
    """Each look at a batch brings it nearer to its end: after `looks` of them it has one.

    `paid` counts answered lines by their custom_id, `online` the questions asked directly; `most_waiting`
    is how many lines may wait in all batches together.
    """

    def __init__(self) -> None:
        super().__init__(default=self._struck)
        # Called as each request arrives, and again once it is done but not answered yet.
        self.strike: Callable[[str, str], Answer | None] = lambda when, what: None
        self.answer: Callable[[dict[str, Any]], Answer] = _emptily
        self.fates: deque[str] = deque()
        self.looks = 1
        self.most_waiting = 10**9
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.paid: Counter[str] = Counter()
        self.online = 0

    @property
    def lines(self) -> list[int]:
        """Lines of each batch, in the order in which they were made."""
        return [batch["request_counts"]["total"] for batch in self.batches.values()]

    def _struck(self, received: Received) -> Answer:
        what = f"{received.method} {urlsplit(received.path).path.removeprefix('/v1')}"
        answer = self.strike("before", what)
        if answer is not None:
            return answer
        answer = self._serve(received)
        return self.strike("after", what) or answer

    def _serve(self, received: Received) -> Answer:
        parts = urlsplit(received.path)
        match received.method, *parts.path.removeprefix("/v1/").split("/"):
            case "POST", "chat", "completions":
                self.online += 1
                return self.answer(received.body)
            case "POST", "files":
                return self._upload(received)
            case "GET", "files", file_id, "content":
                return Answer(self.files[file_id]) if file_id in self.files else failure(404, "no such file")
            case "POST", "batches":
                return self._create(received.body)
            case "GET", "batches":
                return self._list(parse_qs(parts.query))
            case "GET", "batches", batch_id:
                return self._look(batch_id)
            case "POST", "batches", batch_id, "cancel":
                self.batches[batch_id]["status"] = "cancelling"
                return Answer(self.batches[batch_id])
        return failure(404, f"no {received.method} {received.path}")

    def _upload(self, received: Received) -> Answer:
        boundary = re.search(r"boundary=(\S+)", received.headers["content-type"])
        assert boundary is not None
        fields = {}
        for part in received.raw.split(b"--" + boundary.group(1).encode())[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            name = re.search(rb' name="([^"]+)"', head)
            assert name is not None
            fields[name.group(1).decode()] = content[:-2]
        if fields.get("purpose") != b"batch":
            return failure(400, "purpose must be batch")
        file_id = self._add_file(fields["file"])
        return Answer(
            {"id": file_id, "object": "file", "bytes": len(fields["file"]), "created_at": int(time.time())}
            | {"filename": "lines.jsonl", "purpose": "batch", "status": "processed"}
        )

    def _add_file(self, content: bytes) -> str:
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = content
        return file_id

    def _create(self, told: dict[str, Any]) -> Answer:
        if told["input_file_id"] not in self.files:
            return failure(400, "no such file", param="input_file_id")
        assert (told["endpoint"], told["completion_window"]) == ("/v1/chat/completions", "24h")
        content = self.files[told["input_file_id"]]
        batch_id = f"batch_{len(self.batches) + 1}"
        self.batches[batch_id] = told | {
            "id": batch_id,
            "object": "batch",
            "created_at": int(time.time()),
            "status": "validating",
            "request_counts": {"total": content.count(b"\n"), "completed": 0, "failed": 0},
            "fate": self.fates.popleft() if self.fates else "completed",
            "looked": 0,
        }
        return Answer(dict(self.batches[batch_id]))

    def _list(self, query: dict[str, list[str]]) -> Answer:
        newest = list(reversed(self.batches.values()))
        if "after" in query:
            ids = [batch["id"] for batch in newest]
            newest = newest[ids.index(query["after"][0]) + 1 :]
        page = newest[: int(query.get("limit", ["20"])[0])]
        return Answer({"object": "list", "data": page, "has_more": len(page) < len(newest)})

    def _look(self, batch_id: str) -> Answer:
        batch = self.batches.get(batch_id)
        if batch is None:
            return failure(404, f"No batch found with id '{batch_id}'.")
        if batch["status"] in ("validating", "in_progress", "cancelling"):
            batch["looked"] += 1
            if batch["status"] == "validating" and not self._validate(batch):
                return Answer(dict(batch))
            is_cancelling = batch["status"] == "cancelling"
            batch["status"] = "in_progress"
            if is_cancelling or batch["looked"] > self.looks:
                self._end(batch, "cancelled" if is_cancelling else batch["fate"])
        return Answer(dict(batch))

    def _validate(self, batch: dict[str, Any]) -> bool:
        problem = self._find_problem(batch)
        if problem:
            batch["status"] = "failed"
            batch["errors"] = {"object": "list", "data": [problem]}
        return problem is None

    def _find_problem(self, batch: dict[str, Any]) -> dict[str, Any] | None:
        content = self.files[batch["input_file_id"]]
        waiting = sum(
            other["request_counts"]["total"]
            for other in self.batches.values()
            if other["status"] in ("in_progress", "finalizing")
        )
        if batch["fate"].startswith("failed:"):
            return {"code": batch["fate"].removeprefix("failed:"), "message": "scripted", "line": 1}
        if content.count(b"\n") > MOST_LINES or len(content) > MOST_BYTES:
            return {"code": "too_large", "message": "the file is too large"}
        if waiting + batch["request_counts"]["total"] > self.most_waiting:
            return {"code": "token_limit_exceeded", "message": "Enqueued token limit reached."}
        lines = [json.loads(line) for line in content.splitlines()]
        ids = [line["custom_id"] for line in lines]
        if len(set(ids)) < len(ids) or max(map(len, ids)) > 64:
            return {"code": "duplicate_custom_id", "message": "custom ids must be unique, 64 letters at most"}
        return None

    def _end(self, batch: dict[str, Any], fate: str) -> None:
        """Answer all lines; of a batch that expires or is cancelled the first half."""
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        reached = len(lines) if fate == "completed" else len(lines) // 2
        good, bad = [], []
        for line in reversed(lines[:reached]):  # in no order that one may count on
            answer = self.answer(line["body"])
            response = {"status_code": answer.status, "request_id": "req", "body": answer.body}
            said = {"id": "r", "custom_id": line["custom_id"], "response": response, "error": None}
            (good if answer.status == 200 else bad).append(said)
            self.paid[line["custom_id"]] += answer.status == 200
        for line in lines[reached:] if fate == "expired" else ():
            error = {"code": "batch_expired", "message": "This request could not be executed in time."}
            bad.append({"id": "r", "custom_id": line["custom_id"], "response": None, "error": error})
        for name, found in (("output_file_id", good), ("error_file_id", bad)):
            if found:
                batch[name] = self._add_file("".join(json.dumps(said) + "\n" for said in found).encode())
        batch["status"] = fate


def _emptily(body: dict[str, Any]) -> Answer:
    return answer_emptily(Received("POST", "", {}, body))
