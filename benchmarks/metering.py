"""How long one million records under thirty plans take, and how much memory.

    python benchmarks/metering.py [--check] [--records N] [--lines N]

A child process makes the records and writes them as Parquet; the measured one
reads them. The limit is for the whole process while it compares: Python, pandas,
the records and everything else (Linux; the kernel's mark is set back before).
Building `UsageRecords` has a peak of its own (it sorts and copies), which is printed
and not counted. Best of three; CPU seconds beside wall time.
"""

import argparse
import ctypes
import gc
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from esim_analysis.billing import compare, example_plans
from esim_analysis.billing.ledger import Ledger
from esim_analysis.model import UsageRecords

PLANS: Final = 30
RUNS: Final = 3
SECONDS: Final = 20.0
MEGABYTES: Final = 500.0


def write_records(path: Path, records: int, lines: int) -> None:
    """Write records of many lines over three months, in four countries."""
    dice = np.random.default_rng(1)
    start = np.sort(dice.integers(0, 90 * 86_400, records))
    begin = pd.Timestamp("2026-08-01", tz="UTC") + pd.to_timedelta(start, unit="s")
    pd.DataFrame({
        "line": pd.Series(dice.integers(0, lines, records)).astype("str"),
        "session_id": pd.Series(np.arange(records)).astype("str"),
        "start_utc": begin.as_unit("us"),
        "end_utc": (begin + pd.Timedelta(minutes=20)).as_unit("us"),
        "bytes_total": dice.integers(0, 30_000_000, records),
        "country": dice.choice(["ES", "FR", "TR", "UA"], records, p=[0.8, 0.1, 0.05, 0.05]),
        "time_quality": "session",
    }).to_parquet(path)  # fmt: skip


def megabytes(which: str = "VmHWM") -> float:
    """Return the peak (or with `VmRSS` the present) resident memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(which))
    return int(line.split()[1]) / 1024


def set_back_peak() -> None:
    """Begin a new peak from what is resident now; give back what is free first."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    """Print wall and CPU seconds and memory; with `--check` exit 1 above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write_records(given.write, given.records, given.lines)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.parquet"
        again = [sys.executable, __file__, "--write", str(path)]
        sizes = ["--records", str(given.records), "--lines", str(given.lines)]
        subprocess.run([*again, *sizes], check=True)  # noqa: S603 - this very file
        imported = megabytes()
        usage = UsageRecords(pd.read_parquet(path))
    built = megabytes()
    set_back_peak()
    held = megabytes("VmRSS")
    own = usage.frame.memory_usage(deep=True).sum() / 2**20
    plans = (example_plans() * 2)[:PLANS]
    wall, cpu = [], []
    for _ in range(RUNS):
        clock, busy = time.perf_counter(), time.process_time()
        told = compare(usage, plans)
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - busy)
    peak = megabytes()
    ledger = Ledger.of(usage)
    print(f"{given.records:,} records of {given.lines:,} lines under {len(told)} plans")
    print(f"wall {min(wall):.2f} s, CPU {min(cpu):.2f} s, best of {RUNS} (limit {SECONDS:g} s)")
    print(f"records in memory {own:.0f} MB; as arrays {array_megabytes(ledger):.0f} MB")
    print(f"resident: {imported:.0f} MB after imports, {held:.0f} MB with the records,")
    print(
        f"comparing adds {peak - held:.0f} MB: {peak:.0f} MB at its peak (limit {MEGABYTES:g} MB)"
    )
    print(f"not counted: peak {built:.0f} MB while building UsageRecords")
    if given.check and (min(wall) > SECONDS or peak > MEGABYTES):
        sys.exit(1)


def array_megabytes(ledger: Ledger) -> float:
    """Return what the prepared rows take."""
    names = ("row", "line", "start", "end", "volume", "session", "place", "zero_rated")
    return sum(getattr(ledger, name).nbytes for name in names) / 2**20


if __name__ == "__main__":
    main()
