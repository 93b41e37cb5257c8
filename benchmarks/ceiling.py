"""What this machine gives two processes over one: the most any program can gain from a second.

    python benchmarks/ceiling.py [--workers 2]

The same work, pure Python and pandas as a bucket of a fleet has it, is done once by one process
and once by several that share it. Two cores that are one core's hyperthreads give less than 2.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Final

import numpy as np
import pandas as pd

UNITS: Final = 12
_ROWS: Final = 200_000
REPEATS: Final = 2


def unit(seed: int) -> float:
    """Do about a third of a second of work that depends on nothing else."""
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "line": dice.integers(0, 200, _ROWS),
            "time": dice.integers(0, 7_776_000, _ROWS),
            "bytes": dice.lognormal(12, 2, _ROWS),
        }
    )
    frame["name"] = "R" + frame["time"].astype("str")
    ordered = frame.sort_values(["line", "time"], kind="stable")
    by_hour = ordered.groupby(["line", ordered["time"] // 3600])["bytes"].sum()
    median = by_hour.groupby(level=0).transform("median")
    twice = int(ordered.duplicated(["line", "name"]).sum())
    total = 0
    for number in range(_ROWS // 2):
        total += number % 7
    return float((by_hour - median).abs().sum()) + twice + total


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(unit, range(workers * 2)))  # loads pandas
        yield pool


def ceiling(workers: int = 2) -> tuple[float, float]:
    """Return the seconds of one process and of several for the same work, the better of two runs."""
    taken = []
    for count in (1, workers):
        with _pool(count) as pool:
            best = float("inf")
            for _ in range(REPEATS):
                begin = time.perf_counter()
                list(pool.map(unit, range(UNITS)))
                best = min(best, time.perf_counter() - begin)
            taken.append(best)
    return taken[0], taken[1]


def main() -> None:
    """Print the seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    one, several = ceiling(given.workers)
    print(
        f"the same work by one process {one:.2f} s, by {given.workers} {several:.2f} s: "
        f"{one / several:.2f} x is the most this machine gives"
    )


if __name__ == "__main__":
    main()
