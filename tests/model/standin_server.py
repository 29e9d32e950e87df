"""A real server process with everything of the embedded one but the model.

    python standin_server.py LOG FOLDER

It writes a line to LOG when it starts, answers `{"title": its process id}`, and dies where the last
message says so: "die", or "die once" for the first process only.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from extractor.model.embedded_server import Job, serve
from provider import Answer, Provider, Received, completion, failure


def main() -> None:
    log, folder = Path(sys.argv[1]), Path(sys.argv[2])
    job = Job(**json.loads(sys.stdin.readline()))
    if "broken" in job.model_path:
        sys.exit("error loading model: no such tensor")

    def engine(job: Job, key: str) -> tuple[str, Any]:
        with log.open("a") as file:
            file.write(f"{os.getpid()} {job.model_name}\n")

        def answer(received: Received) -> Answer:
            if received.headers.get("authorization") != f"Bearer {key}":
                return failure(401, "Invalid API Key")
            if received.path == "/slots":
                token = {"n_decoded": 7}
                slot = {"is_processing": True, "next_token": [token], "params": {"n_predict": 9}}
                return Answer([slot])
            said = received.body["messages"][-1]["content"]
            if said == "die" or (said == "die once" and len(log.read_text().splitlines()) == 1):
                os._exit(1)
            delay_s = 1.5 if said == "slow" else 0.0
            return completion(json.dumps({"title": str(os.getpid())}), delay_s=delay_s)

        provider = Provider(answer)
        provider.__enter__()
        return provider.root_url, provider

    serve(folder, job, engine)


if __name__ == "__main__":
    main()
