"""What attribution costs: seconds and memory by rows of bill and evidence.

    python benchmarks/attribution_speed.py --rows 100000 1160000 10000000

Many lines at once, each a month long: sessions of an hour and 2-hour buckets of fifteen apps,
three sessions a bucket. Each size runs in a process of its own. User seconds are the work
itself; system seconds are mostly the kernel handing out memory, which on a busy machine takes
as long again. Memory is what the process grew by above its inputs at its peak. A small case
goes first, so that loading libraries is not measured here (`benchmarks/cold_start.py`).
"""

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution import attribute
from esim_analysis.model import Choice, Evidence, Origin, UsageRecords

DAYS: Final = 30
APPS: Final = 15
START: Final = pd.Timestamp("2026-11-01", tz="UTC").as_unit("us")
SESSION_S: Final = 3_600
BUCKET_S: Final = 7_200
MEGABYTE: Final = 1_000_000
_FIRST: Final = 20_000  # rows of the case that goes first


def draw(rows: int) -> tuple[UsageRecords, Evidence]:
    """Return a bill and its evidence of about `rows` rows together."""
    dice = np.random.default_rng(rows)
    buckets, sessions = DAYS * 86_400 // BUCKET_S, DAYS * 86_400 // SESSION_S
    lines = max(rows // (buckets * APPS + sessions), 1)
    cells = lines * buckets * APPS
    volume = dice.lognormal(12, 1.5, cells).astype(np.int64) + 1
    line = np.repeat([f"line-{number:05d}" for number in range(lines)], buckets * APPS)
    at = np.tile(np.repeat(np.arange(buckets) * BUCKET_S, APPS), lines)
    evidence = pd.DataFrame(
        {
            "line": line,
            "start_utc": START + pd.to_timedelta(at, "s"),
            "end_utc": START + pd.to_timedelta(at + BUCKET_S, "s"),
            "time_kind": "bucket",
            "app": np.tile([f"app.{number:02d}" for number in range(APPS)], lines * buckets),
            "bytes_down": volume,
            "ground": "unknown",
            "interface": "cellular",
            "counts_toward_total": True,
            "confidence": 1.0,
            "source": "phone",
        }
    )
    bucket = volume.reshape(lines * buckets, APPS).sum(axis=1)
    share = dice.dirichlet(np.ones(BUCKET_S // SESSION_S), len(bucket))
    billed = np.rint(share * bucket[:, None] * 1.03).astype(np.int64).ravel() + 1
    # Sessions begin ten minutes late: every other one crosses the edge of its bucket.
    begin = np.tile(np.arange(sessions) * SESSION_S + 600, lines)
    usage = pd.DataFrame(
        {
            "line": np.repeat([f"line-{number:05d}" for number in range(lines)], sessions),
            "record_id": [f"{number:08d}" for number in range(len(billed))],
            "start_utc": START + pd.to_timedelta(begin, "s"),
            "end_utc": START + pd.to_timedelta(begin + SESSION_S, "s"),
            "time_quality": "session",
            "bytes_total": billed,
            "service_class": "data",
            "source": "bill",
        }
    )
    return UsageRecords(usage), Evidence(evidence)


def measure(rows: int) -> str:
    """Return a row of the table for one size."""
    attribute(*draw(_FIRST), zone=Choice("UTC", Origin.DECLARED))
    usage, evidence = draw(rows)
    before = _peak()
    start = os.times()
    found = attribute(usage, evidence, zone=Choice("UTC", Origin.DECLARED))
    end = os.times()
    user, system = end.user - start.user, end.system - start.system
    wall = end.elapsed - start.elapsed
    grown = (_peak() - before) / MEGABYTE
    exact = len(usage.frame) + len(evidence.frame)
    pieces = len(found.pieces)
    a_million = 1e6 * user / exact
    costs = f"{wall:.2f} | {user:.2f} | {a_million:.2f} | {system:.2f}"
    return f"| {exact:,} | {pieces:,} | {costs} | {grown:.0f} |"


def _peak() -> float:
    scale = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * scale


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_160_000])
    parser.add_argument("--here", action="store_true", help="one size, in this process")
    chosen = parser.parse_args(arguments)
    if chosen.here:
        print(measure(chosen.rows[0]))
        return
    head = ("rows", "pieces", "wall s", "user s", "user s a million rows", "system s")
    print("|", " | ".join((*head, "MB above its inputs")), "|")
    print("|---" * (len(head) + 1) + "|", flush=True)
    for rows in chosen.rows:
        command = [sys.executable, __file__, "--here", "--rows", str(rows)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        print(told.stdout, end="", flush=True)


if __name__ == "__main__":
    main()
