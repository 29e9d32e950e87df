"""One run on a Ray cluster: Ray Data reads the inputs, passes rows in blocks through workers, writes parts.

    Postings (read tasks) -> is it answered already? -> Worker (actors) -> AnswerSink (write tasks)

The process that begins the run watches it: it shows how far it is, passes Ctrl-C on to the
gatekeeper, and prints the bill.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.batch.addresses import local_path
from extractor.batch.asking import describe_asked
from extractor.batch.cluster.gatekeeper import Gatekeeper, Look
from extractor.batch.cluster.parts import Parts, to_mark
from extractor.batch.cluster.worker import Worker, to_block
from extractor.batch.display import Display
from extractor.batch.options import Options
from extractor.batch.output import hold_output
from extractor.batch.readers import STANDARD_INPUT, Place, Reader, load_parquet
from extractor.batch.rows import Row
from extractor.errors import TABLE, ExtractorError, SettingsError, StorageError
from extractor.model.prices import price_of
from extractor.pipeline import Extractor
from extractor.settings import Settings

if TYPE_CHECKING:
    import numpy
    import pyarrow
    from ray.data import Dataset, Datasink, Datasource

INTERRUPTED = 130
LOOK_S = 0.5
NAMESPACE = "extractor"
# Rows that a worker takes at a time, blocks that it has under way, and rows of a part at least.
BLOCK_ROWS, BLOCKS_UNDER_WAY, PART_ROWS = 64, 3, 512
# Processors that Ray counts for a worker, and for a task that reads or writes: as many workers as
# processors leave room for both, without which nothing would move.
WORKER_CPUS, TASK_CPUS = 0.8, 0.1
FILES_PER_TASK = 64  # where each is a posting
_TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
# A local cluster's object store holds blocks on their way; 64 rows of 20 kB are 1.3 MB.
_STORE_BYTES = 256 * 2**20
_LEASE_SLACK_S = 60.0


Share = list[tuple[Place, Place]]


@dataclass(frozen=True)
class Pool:
    """What a run takes of a cluster.

    `workers`: actors; None: one a processor, less one. `address`: the cluster's; None: RAY_ADDRESS, or
    a cluster of this machine's own.
    """

    workers: int | None = None
    address: str | None = None


def run_on_ray(
    settings: Settings, reader: Reader, out: str, options: Options, display: Display, pool: Pool
) -> int:
    """Answer every row of the reader's in the folder `out`, and return the exit status.

    Raises SettingsError or StorageError where it cannot begin; the same command goes on where an
    earlier one stopped.
    """
    ray = _load_ray()
    _check(reader, out, options)
    reader.check()
    load_parquet()
    if options.budget_usd is not None:
        _check_price(settings)
    parts = Parts(out, is_flat=bool(options.is_flat))
    with hold_output(local_path(out)):
        asked = describe_asked(Extractor(settings, today=options.today))
        number = parts.begin(asked)
        spent_usd = parts.spent_usd()
        with _connected(ray, pool.address), _reporting(ray):
            keeper = _open_keeper(ray, settings, options, out, spent_usd)
            run = _Run(ray, settings, reader, parts, options, display, keeper)
            status = run.watch(_workers(ray, pool), number)
            display.sum_up(*ray.get(keeper.bill.remote(spent_usd)))
            return _report(status, ray.get(keeper.look.remote(None)), run, display)


def _report(failure: ExtractorError | None, look: Look, run: _Run, display: Display) -> int:
    trouble = look.error or failure
    if trouble is not None:
        display.complain(f"Stopped: {trouble.message} ({trouble.code})")
    elif run.interrupts:
        display.complain("Interrupted.")
    if trouble is not None or run.interrupts:
        display.complain("What is answered is kept; the same command goes on from here.")
        return TABLE[trouble.code].exit_status if trouble else INTERRUPTED
    failed = [code for code in run.parts.count() if code is not None]
    return max((TABLE[code].exit_status for code in failed), default=0)


class _Run:
    """A run under way, seen from the process that began it."""

    def __init__(
        self,
        ray: Any,
        settings: Settings,
        reader: Reader,
        parts: Parts,
        options: Options,
        display: Display,
        keeper: Any,
    ) -> None:
        self._ray = ray
        self._settings = settings
        self._reader = reader
        self.parts = parts
        self._options = options
        self._display = display
        self._keeper = keeper
        self._failure: ExtractorError | None = None
        self._total: int | None = None
        self.interrupts = 0

    def watch(self, workers: int, number: int) -> ExtractorError | None:
        """See the run through; what kept it from its end, None where nothing did."""
        going = threading.Thread(target=self._go, args=(workers, number), daemon=True)
        threading.Thread(target=self._count, daemon=True).start()
        with self._display, self._listening():
            going.start()
            while going.is_alive() and self.interrupts < 2:
                going.join(LOOK_S)
                look = self._ray.get(self._keeper.look.remote(self._total))
                for note in look.notes:
                    self._display.note(note)
                self._display.update(look.done, self._total, lambda look=look: look.headline)  # type: ignore[misc]
        self.parts.settle()
        return self._failure

    def _go(self, workers: int, number: int) -> None:
        try:
            sink = _answer_sink(self.parts, number)
            self._flow(workers).write_datasink(sink, ray_remote_args={"num_cpus": TASK_CPUS})
        except ExtractorError as error:
            self._failure = error
        except Exception as error:
            self._failure = _find_cause(error)

    def _flow(self, workers: int) -> Dataset:
        from ray.data import ActorPoolStrategy, read_datasource

        results, errors = self.parts.answered()
        passed = self._ray.put(_Answered(results, errors, only_failed=self._options.only_failed))
        shares = _shares(self._reader.files())
        source = _postings(self._reader, shares, passed, self._keeper)
        # As many blocks as read tasks: for more Ray would cut up what a task gives.
        rows = read_datasource(source, num_cpus=TASK_CPUS, override_num_blocks=max(1, len(shares)))
        answers: Dataset = rows.map_batches(
            Worker,
            fn_constructor_args=(self._settings, self._options, self._keeper),
            batch_size=None,
            batch_format="pyarrow",
            num_cpus=WORKER_CPUS,
            compute=ActorPoolStrategy(
                size=workers,
                max_tasks_in_flight_per_actor=2 * BLOCKS_UNDER_WAY,
                max_concurrent_calls_per_actor=BLOCKS_UNDER_WAY,
            ),
        )
        return answers

    def _count(self) -> None:
        self._total = self._reader.count()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Ctrl-C, or a polite kill: once, what is in flight is finished; twice, it is not."""

        def interrupt(*_: object) -> None:
            self.interrupts += 1
            if self.interrupts == 1:
                self._keeper.drain.remote()
                self._display.complain("Finishing what is in flight; once more to stop at once.")

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        earlier = [signal.signal(number, interrupt) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, earlier, strict=True):
                signal.signal(number, handler)


@dataclass(frozen=True)
class _Answered:
    """Rows answered by earlier runs: sorted marks (`to_mark`)."""

    results: numpy.ndarray
    errors: numpy.ndarray
    only_failed: bool

    def is_wanted(self, row: Row) -> bool:
        """Whether the row is to be asked about now."""
        mark = to_mark(row.key).encode()
        if self.only_failed:
            return _holds(self.errors, mark)
        return not _holds(self.results, mark) and not _holds(self.errors, mark)


def _holds(marks: numpy.ndarray, mark: bytes) -> bool:
    place = int(marks.searchsorted(mark))
    return place < len(marks) and bool(marks[place] == mark)


def _postings(reader: Reader, shares: list[Share], passed: Any, keeper: Any) -> Datasource:
    """Ray Data's view of the inputs: a read task a table, or for some postings that are files."""
    from ray.data import Datasource
    from ray.data.block import BlockMetadata
    from ray.data.datasource import ReadTask

    class Postings(Datasource):
        def estimate_inmemory_data_size(self) -> int | None:
            return None

        def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[Any]:
            about = BlockMetadata(num_rows=None, size_bytes=None, exec_stats=None)
            return [ReadTask(_reading(reader, files, passed, keeper), about) for files in shares]

    source: Any = Postings
    return source()  # type: ignore[no-any-return]


def _shares(files: Iterable[tuple[Place, Place]]) -> list[Share]:
    """What each read task gets: a table, or some postings that are files."""
    tables: list[tuple[Place, Place]] = []
    postings: list[tuple[Place, Place]] = []
    for root, file in files:
        is_table = any(suffix.lower() in _TABLES for suffix in file.suffixes)
        (tables if is_table else postings).append((root, file))
    some = [postings[start : start + FILES_PER_TASK] for start in range(0, len(postings), FILES_PER_TASK)]
    return [[table] for table in tables] + some


def _reading(reader: Reader, files: Share, passed: Any, keeper: Any) -> Callable[[], Iterator[pyarrow.Table]]:
    """What a read task does: the wanted rows of some files, block by block, until the run stops."""

    def read() -> Iterator[pyarrow.Table]:
        import ray

        answered: _Answered = ray.get(passed)
        wanted: list[Row] = []
        already = 0
        try:
            for root, file in files:
                for row in reader.rows_of(root, file):
                    if not answered.is_wanted(row):
                        already += 1
                        continue
                    wanted.append(row)
                    if len(wanted) == BLOCK_ROWS:
                        if ray.get(keeper.is_stopping.remote()):
                            return
                        yield to_block(wanted)
                        wanted = []
        except ExtractorError as error:
            keeper.halt.remote(error)
        finally:
            keeper.note_passed.remote(already)
        yield to_block(wanted)

    return read


def _answer_sink(parts: Parts, number: int) -> Datasink[None]:
    """Ray Data's view of the output."""
    from ray.data import Datasink

    class AnswerSink(Datasink[None]):
        def write(self, blocks: Iterable[Any], ctx: Any) -> None:
            import pyarrow

            tables = [block for block in blocks if block.num_rows]
            if tables:
                parts.write(pyarrow.concat_tables(tables), number)

        @property
        def min_rows_per_write(self) -> int:
            return PART_ROWS

    return AnswerSink()


def _check(reader: Reader, out: str, options: Options) -> None:
    if STANDARD_INPUT in reader.inputs:
        raise SettingsError("--engine ray reads files and addresses, not standard input")
    if not out.lower().endswith(".parquet"):
        raise SettingsError(f"{out}: --engine ray writes a folder of Parquet files, named .parquet")
    if options.limit is not None or options.via != "online":
        raise SettingsError("--engine ray has neither --limit nor --via batch-api: use --engine local")


def _check_price(settings: Settings) -> None:
    from extractor.records import Usage

    if price_of(settings)(settings.provider_model, Usage(input_tokens=1)) is None:
        raise SettingsError(
            f"--budget needs to know what {settings.provider_model} costs: "
            "set EXTRACTOR_INPUT_PRICE and EXTRACTOR_OUTPUT_PRICE"
        )


def _load_ray() -> Any:
    # Ray would report to its makers what it is used for.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError:
        message = "--engine ray needs Ray: install the extra, `pip install 'extractor[ray]'`"
        raise SettingsError(message) from None
    return ray


@contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[None]:
    """The cluster at the address, or one of this machine's own for the time of the run."""
    options: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False, "namespace": NAMESPACE}
    if address or os.environ.get("RAY_ADDRESS"):
        options["address"] = address or os.environ["RAY_ADDRESS"]
    else:
        options |= {"include_dashboard": False, "object_store_memory": _STORE_BYTES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own making, about its own parts
        try:
            ray.init(**options)
        except Exception as error:
            raise StorageError(f"no Ray cluster: {error}") from error
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        try:
            yield
        finally:
            ray.shutdown()


@contextmanager
def _reporting(ray: Any) -> Iterator[None]:
    """A cluster that goes away becomes a StorageError."""
    try:
        yield
    except ray.exceptions.RayError as error:
        raise StorageError(f"the Ray cluster failed: {type(error).__name__}") from error


def _open_keeper(ray: Any, settings: Settings, options: Options, out: str, spent_usd: float) -> Any:
    name = f"gatekeeper-{hashlib.sha256(out.encode()).hexdigest()[:16]}"
    lease_s = settings.ask_deadline_s + _LEASE_SLACK_S
    # Every call that waits to be let in holds one of these; they cost next to nothing.
    kept = ray.remote(num_cpus=0, max_concurrency=10_000, name=name, namespace=NAMESPACE)(Gatekeeper)
    try:
        return kept.remote(options, lease_s, spent_usd)
    except ValueError:
        raise StorageError(f"another run on this cluster is writing {out}") from None


def _workers(ray: Any, pool: Pool) -> int:
    cpus = int(ray.cluster_resources().get("CPU", 1))
    if pool.workers is not None and pool.workers > cpus:
        raise SettingsError(f"--workers {pool.workers}: the cluster has {cpus} processors")
    return pool.workers or max(1, cpus - 1)


def _find_cause(error: BaseException) -> ExtractorError:
    """What a task of ours raised, within what Ray made of it."""
    seen: BaseException | None = error
    while seen is not None:
        cause = getattr(seen, "cause", None)
        if isinstance(cause, ExtractorError):
            return cause
        seen = seen.__cause__
    with contextlib.suppress(IndexError):
        last = str(error).strip().splitlines()[-1]
        return ExtractorError(f"Ray: {type(error).__name__}: {last}")
    return ExtractorError(f"Ray: {type(error).__name__}")
