"""Where jobs run: here, in threads, in processes, or on a Dask cluster; always through a `map`."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any, Final

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
_GC_OBJECTS: Final = 100_000
TRIM: Final = "MALLOC_TRIM_THRESHOLD_"
Mapped = Callable[[Callable[..., Any], Iterable[Any]], Iterable[Any]]


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
