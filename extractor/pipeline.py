"""A posting in, an Extraction out. Read this first.

    bytes or text -> Document -> outline (pieces, what each is) -> strategy (asks the model,
    makes claims) -> posting and evidence

`extract_document` never raises for what a posting or a model did: it returns an Extraction whose
`error` says so, with what was paid until then.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel

from extractor import patterns
from extractor.claims import Claim, build_posting, confidence_of, provable
from extractor.confidence import abstain, load_calibration, rate
from extractor.document import Kind, read_document
from extractor.errors import ExtractorError, NotAPosting
from extractor.model import Model, OnProgress, build_model, identify_model, usage_of
from extractor.outline import outline
from extractor.prompt import Prompt, load_prompt, render_prompt
from extractor.readers import read_all
from extractor.records import Document, Message, Reply, Request, Usage
from extractor.schema import Evidence, Extraction, Failure, JobPosting, Meta, Warning
from extractor.settings import Settings
from extractor.strategies import Reading, Strategy, Task, load_strategy
from extractor.telemetry.observing import digest_of, observed

if TYPE_CHECKING:
    from extractor.kept import Kept

T = TypeVar("T")
Answer = TypeVar("Answer", bound=BaseModel)
OnPartial = Callable[[JobPosting, dict[str, list[Evidence]]], None]

# Whom to tell what the model is busy with, posting by posting where several are read at once.
_listener: ContextVar[OnProgress | None] = ContextVar("listener", default=None)

OpenModel = Callable[[Settings, Model | None, OnProgress], Model]
"""Puts together what answers an Extractor's requests, at the first one: told its settings, the model that
it was given (None: the one that the settings name), and whom to tell of progress."""

# Part of every request's digest: raise it when a change to a response model's validators, which
# its JSON Schema does not show, changes what replies are accepted.
VALIDATORS_VERSION = "1"


@dataclass
class Ledger:
    """What one extraction has asked and paid so far."""

    digests: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    cached: list[bool] = field(default_factory=list)
    reasks: int = 0
    has_failures: bool = False

    def add(self, request: Request, reply: Reply) -> None:
        """Count a reply."""
        self.digests.append(request.digest)
        self.usage += reply.usage
        self.cached.append(reply.cached)
        self.reasks += reply.reasks


class Extractor:
    """Reads postings with one model, prompt and strategy; keeps connections between postings.

    An instance may serve any number of postings at once on one event loop; the synchronous door
    keeps a loop of its own. What is read from bytes or text is kept, unless a model or a schema was
    given or settings say otherwise (`kept`).
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: Model | None = None,
        prompt: str | Path | None = None,
        schema: type[BaseModel] | None = None,
        today: date | None = None,
        open_model: OpenModel | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.today = today
        self._schema = schema
        self._given = model
        self._model = None if open_model else model
        self._build = open_model
        self._name: tuple[str, str] | None = None if model is None else (self.settings.model or "given", "")
        self._on_progress: OnProgress | None = None
        self._strategy = self._choose_strategy()
        self.prompt: Prompt = load_prompt(prompt or self.settings.prompt or self._strategy.prompt)
        self._loop: asyncio.AbstractEventLoop | None = None

    def _choose_strategy(self) -> Strategy:
        if self._schema is not None:
            from extractor.strategies.custom import Custom

            return Custom(self._schema)
        return load_strategy(
            self.settings.strategy or ("assisted" if self.settings.is_embedded else "numbered")
        )

    @cached_property
    def _result_type(self) -> type[Extraction[Any]]:
        return Extraction if self._schema is None else Extraction[self._schema]  # type: ignore[name-defined]

    @property
    def strategy(self) -> str:
        """The name of the strategy in force."""
        return self._strategy.name

    def identify(self) -> tuple[str, str]:
        """Model name and base URL of its requests; raises WeightsError."""
        if self._name is None:
            self._name = identify_model(self.settings)
        return self._name

    @observed
    async def extract_async(
        self,
        data: str | bytes,
        *,
        id: str | None = None,
        kind: Kind = "auto",
        today: date | None = None,
        on_document: Callable[[Document], None] | None = None,
        on_progress: OnProgress | None = None,
        on_partial: OnPartial | None = None,
    ) -> Extraction:
        """Read one posting as received.

        `on_document` is told what text evidence will refer to, at once; for the rest see
        `extract_document`.
        """
        today = today or self.today
        key = self._key(data, id, kind, today)
        found = self._find(key, id)
        if found is None or on_document is not None:
            try:
                document = read_document(data, id=id, kind=kind, max_bytes=self.settings.max_input_bytes)
            except ExtractorError as error:
                return self._fail(id or digest_of(data), error, Ledger(), 0.0)
            if on_document is not None:
                on_document(document)
        if found is not None:
            return found
        ledger = Ledger()
        extraction = await self._extract(document, ledger, today, on_progress, on_partial)
        if self._kept is not None and extraction.error is None and not ledger.has_failures:
            self._kept.keep(key, extraction)
        return extraction

    def recall(
        self, data: str | bytes, *, id: str | None = None, kind: Kind = "auto", today: date | None = None
    ) -> Extraction | None:
        """What is kept of reading this very posting before, at no cost; None: nothing."""
        return self._find(self._key(data, id, kind, today or self.today), id)

    def _key(self, data: str | bytes, id: str | None, kind: Kind, today: date | None) -> str:
        """What this reading is kept under; "" where none is."""
        return (
            ""
            if self._kept is None
            else self._kept.key(data, kind, str(today), "" if id is None else "named")
        )

    def _find(self, key: str, id: str | None) -> Extraction | None:
        started = time.perf_counter()
        found = None if self._kept is None else self._kept.find(key, id)
        if found is not None:
            found.meta.seconds = round(time.perf_counter() - started, 3)
        return found

    async def ask(self, request: Request, on_progress: OnProgress | None = None) -> Reply:
        """What its model replies; raises what the model raises."""
        if on_progress is not None:
            _listener.set(on_progress)
        return await self._open_model().ask(request)

    def use_prompt(self, prompt: Prompt) -> None:
        """Take another prompt for the postings to come."""
        self.prompt = prompt
        self.__dict__.pop("_kept", None)  # what is kept was read by the one before

    @cached_property
    def _kept(self) -> Kept | None:
        """The extractions kept; None where none are to be used, and where it is not known who is asked or
        what a schema of the user's own makes of replies."""
        if not self.settings.cache or self._given is not None or self._schema is not None:
            return None
        from extractor.kept import Kept

        try:
            model, base_url = self.identify()
        except ExtractorError:
            return None
        asked = {
            "model": model,
            "base_url": base_url,
            "strategy": self._strategy.name,
            "prompt": repr(self.prompt),
            "params": self._params(),
            "max_bytes": self.settings.max_input_bytes,
            "abstain_below": self.settings.abstain_below,
        }
        return Kept(self.settings.extractions_dir, self.settings.cache_size_mb * 1_000_000, asked)

    @observed
    async def extract_document(
        self,
        document: Document,
        *,
        today: date | None = None,
        on_progress: OnProgress | None = None,
        on_partial: OnPartial | None = None,
    ) -> Extraction:
        """Read one document.

        `today` takes the place of the Extractor's own; `on_progress` is told what the model is busy
        with, `on_partial` what code alone has read, before the model is asked (not for a schema of
        the user's own).
        """
        return await self._extract(document, Ledger(), today or self.today, on_progress, on_partial)

    async def _extract(
        self,
        document: Document,
        ledger: Ledger,
        today: date | None,
        on_progress: OnProgress | None,
        on_partial: OnPartial | None,
    ) -> Extraction:
        started = time.perf_counter()
        self._on_progress = on_progress or self._on_progress
        if on_progress is not None:
            _listener.set(on_progress)
        try:
            reading, seen = await self._read(document, ledger, today, on_partial)
            if not reading.is_posting:
                raise NotAPosting("The text does not advertise a job.")
        except ExtractorError as error:
            return self._fail(document.id, error, ledger, time.perf_counter() - started)
        posting: BaseModel
        if reading.custom is not None:
            posting, evidence = reading.custom, reading.evidence
        else:
            claims, reading.claims = reading.claims, provable(seen, reading.claims)
            reading.warnings += _note_unproven(claims, reading.claims)
            posting, evidence = build_posting(seen, reading.claims)
        return self._result_type(
            id=document.id,
            posting=posting,
            evidence=evidence,
            confidence=confidence_of(reading.claims),
            warnings=reading.warnings,
            error=None,
            meta=self._meta(ledger, time.perf_counter() - started),
        )

    async def _read(
        self, document: Document, ledger: Ledger, today: date | None, on_partial: OnPartial | None
    ) -> tuple[Reading, Document]:
        """What is made of a document, and what was seen of it: spans are of that one's text."""
        task = Task(outline(document), self.prompt, today)
        if on_partial is not None and self._schema is None:
            seen = task.outline.document
            claims = provable(seen, read_all(task.outline, today, defaultdict(list)))
            on_partial(*build_posting(seen, claims))

        async def ask(
            response_model: type[Answer],
            variables: Mapping[str, Any],
            *,
            follow_up: str | None = None,
            earlier: BaseModel | None = None,
        ) -> Answer:
            messages = render_prompt(self.prompt, **variables)
            if earlier is not None:
                messages += (Message("assistant", earlier.model_dump_json()),)
            if follow_up is not None:
                messages += (Message("user", follow_up),)
            request = self._request(messages, response_model)
            try:
                reply = await self.ask(request)
            except ExtractorError as error:
                ledger.usage += usage_of(error)
                ledger.has_failures = True
                raise
            ledger.add(request, reply)
            return response_model.model_validate_json(reply.text)

        reading = await self._strategy.read(task, ask)
        self._rate(task, reading)
        return reading, task.outline.document

    def _rate(self, task: Task, reading: Reading) -> None:
        """Give the claims their confidence, where it was measured how far that holds, and leave out those
        that the settings say."""
        calibration, below = load_calibration(), self.settings.abstain_below
        is_own = self.settings.is_embedded and self.settings.model_path is None
        if is_own and self._strategy.name in calibration.strategies:
            reading.claims = rate(task.outline, reading.claims, calibration)
            if below is not None:
                reading.claims, left_out = abstain(reading.claims, below)
                reading.warnings += left_out
        elif below is not None:
            message = "Nothing is left out: no confidence was measured for this model and strategy."
            reading.warnings.append(Warning(pointer="", code="not_calibrated", message=message))

    def _request(self, messages: tuple[Message, ...], response_model: type[BaseModel]) -> Request:
        model, base_url = self.identify()
        return Request(
            messages=messages,
            response_model=response_model,
            model=model,
            base_url=base_url,
            params=self._params(),
            prompt=self.prompt.label,
            validators_version=VALIDATORS_VERSION,
        )

    def _params(self) -> dict[str, Any]:
        params: dict[str, Any] = {
            "temperature": self.settings.temperature,
            "max_tokens": self.settings.max_output_tokens,
        }
        if self.settings.seed is not None:
            params["seed"] = self.settings.seed
        params.update(self.prompt.params)
        return params

    def _open_model(self) -> Model:
        if self._model is None:
            build = self._build or _build_model
            self._model = build(self.settings, self._given, self._tell)
        return self._model

    def _tell(self, step: Any) -> None:
        on_progress = _listener.get() or self._on_progress
        if on_progress is not None:
            on_progress(step)

    def _meta(self, ledger: Ledger, seconds: float) -> Meta:
        model, base_url = self._name or (None, None)
        usage = ledger.usage
        return Meta(
            model=model,
            base_url=base_url,
            strategy=self._strategy.name,
            prompt=self.prompt.name,
            prompt_version=self.prompt.version,
            request_digests=ledger.digests,
            calls=usage.calls,
            reasks=ledger.reasks,
            input_tokens=usage.input_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
            seconds=round(seconds, 3),
            cached=bool(ledger.cached) and all(ledger.cached),
        )

    def _fail(self, posting_id: str, error: ExtractorError, ledger: Ledger, seconds: float) -> Extraction:
        failure = Failure.of(error)
        return Extraction(id=posting_id, posting=None, error=failure, meta=self._meta(ledger, seconds))

    def extract(self, data: str | bytes, *, id: str | None = None, kind: Kind = "auto") -> Extraction:
        """Read one posting; not to be called where an event loop runs (use `extract_async` there)."""
        return self._run(self.extract_async(data, id=id, kind=kind))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(coroutine)

    async def aclose(self) -> None:
        """Let go of the model and of what is kept."""
        if (kept := self.__dict__.pop("_kept", None)) is not None:
            kept.close()
        model = self._model or self._given
        if model is not None:
            await model.aclose()

    def close(self) -> None:
        """Let go of the model and of the synchronous door's loop."""
        self._run(self.aclose())
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _build_model(settings: Settings, given: Model | None, on_progress: OnProgress) -> Model:
    return given or build_model(settings, on_progress=on_progress)


def extract(data: str | bytes, *, id: str | None = None, kind: Kind = "auto", **options: Any) -> Extraction:
    """Read one posting with default settings; `options` as for `Extractor`."""
    with Extractor(**options) as extractor:
        return extractor.extract(data, id=id, kind=kind)


def warm_up() -> None:
    """Load what reading many postings needs, by reading: word lists, weights, patterns."""
    read_all(outline(read_document(_WARM_UP)), None, defaultdict(list))
    patterns.prepare()


_WARM_UP = """\
Cook

Acme GmbH, Berlin. Start 1 May 2026, 40 hours a week, 2.500 EUR a month.

## Your tasks
- You cook.
## Your profile
- You bring two years of experience and speak German.
- Python is a plus.
"""


def _note_unproven(claims: Sequence[Claim], proven: Sequence[Claim]) -> Iterator[Warning]:
    """A warning for each claim that no words of the source prove."""
    if len(proven) == len(claims):  # as of nearly all postings
        return
    kept = {(claim.path, str(claim.value)) for claim in proven}
    for claim in claims:
        if claim.spans and (claim.path, str(claim.value)) not in kept:
            pointer = "/" + claim.path.removesuffix("[]").replace(".", "/")
            message = f"Dropped {str(claim.value)[:80]!r}: no words of the source stand behind it."
            yield Warning(pointer=pointer, code="unsupported", message=message)
