"""Where jobs run: here, in threads, in processes, or on a Dask cluster; always through a `map`."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any, Final, Self

from esim_analysis.leakage.engine import all_rules
from esim_analysis.model import UsageError

# What a bucket loads on first use beside the modules of `jobs`: a second of CPU.
_LOADED: Final = (
    "esim_analysis.fleet.jobs",
    "scipy.sparse.csgraph",
    "scipy.special",
    "pyarrow.dataset",
    "pyarrow.parquet",
)
_ROUNDS: Final = 3  # a pool that lost a worker is made anew
_GC_OBJECTS: Final = 100_000
TRIM: Final = "MALLOC_TRIM_THRESHOLD_"
Mapped = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]


class Crew:
    """Workers for all of a run: a pool that lost one is made anew, and goes on with what is left.

    Processes of this machine start at once, and load what they need while the exports are read.
    """

    def __init__(
        self, *, scheduler: str | None, workers: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self._asked = scheduler, workers
        self._say = say
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Start the workers."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self._open.close()

    def _start(self) -> None:
        scheduler, workers = self._asked
        self._map = self._open.enter_context(mapping(scheduler=scheduler, workers=workers))

    def map(
        self,
        work: Callable[[Any], Any],
        items: Iterable[Any],
        *,
        done: Callable[[Any], bool] = lambda _: False,
    ) -> Iterator[Any]:
        """Yield what `work` says of each item, in their order; what a dead worker left is done again.

        Parameters
        ----------
        done
            Tells whether an item needs no second time; its answer is not yielded then.

        Raises
        ------
        BrokenExecutor
            A worker died each time.
        """
        left, given = list(items), 0
        for attempt in range(1, _ROUNDS + 1):
            try:
                for said in self._map(work, left):
                    given += 1
                    yield said
            except BrokenExecutor:
                self._open.close()
                if attempt == _ROUNDS:
                    raise
                self._say("a worker died; what it did is done again")
                self._start()
                left, given = [one for one in left[given:] if not done(one)], 0
            else:
                return


@contextmanager
def mapping(*, scheduler: str | None = None, workers: int = 1) -> Iterator[Mapped]:
    """Give the `map` that runs jobs.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler (`"tcp://host:8786"`), `"threads"`, or None: processes of
        this machine.
    workers
        How many threads or processes; one process is this one. A cluster has its own.

    Raises
    ------
    UsageError
        The cluster's extra is not installed, or nothing answers at the address.
    """
    if scheduler == "threads":
        with ThreadPoolExecutor(workers) as pool:
            yield pool.map
    elif scheduler is not None:
        with _client(scheduler) as client, client.get_executor(pure=False, retries=2) as pool:
            yield pool.map
    elif workers == 1:
        yield map
    else:
        # A fork would copy threads of DuckDB and Arrow in the middle of their work.
        spawn = get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_get_ready) as pool:
            for _ in range(workers):
                pool.submit(int)  # starts a process; what it loads is loaded while others read
            yield pool.map


def _get_ready() -> None:
    """Load what the first bucket needs, and collect garbage seldom.

    Frames go when nobody names them, without it.
    """
    gc.set_threshold(_GC_OBJECTS, 50, 50)
    for name in _LOADED:
        import_module(name)
    all_rules()


def worker_environment() -> dict[str, Any]:
    """Return the environment for Dask's workers without the setting that halves their speed.

    With `MALLOC_TRIM_THRESHOLD_` set at all, glibc keeps giving back and asking again for the
    memory of every frame. For `dask.config.set({"distributed.nanny.pre-spawn-environ": …})`
    before a cluster of one's own starts.
    """
    import dask  # noqa: PLC0415 - optional
    import distributed  # noqa: F401, PLC0415 - brings its settings

    told = dict(dask.config.get("distributed.nanny.pre-spawn-environ"))
    told.pop(TRIM, None)
    return told


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client  # noqa: PLC0415 - optional
    except ImportError as problem:
        message = "--scheduler: install the extra: pip install 'esim-analysis[cluster]'"
        raise UsageError(message) from problem
    try:
        client = Client(address, timeout=20)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise UsageError(f"--scheduler: nothing answers at {address}") from problem
    with client:
        yield client


def slow_workers(address: str) -> int:
    """Return how many workers of a cluster carry the setting that halves their speed."""
    with _client(address) as client:
        told = client.run(os.environ.get, TRIM)
    return sum(value is not None for value in told.values())
