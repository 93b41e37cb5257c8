"""How long a whole fleet takes: from CSV to five rows, with phone evidence for a fifth of it.

    python benchmarks/fleet.py [--rows N,N] [--lines N] [--workers 1,2] [--dask] [--slope] [--check]

Ten million rows of ten thousand lines by default; every fifth line has a folder with a phone's
`dumpsys netstats`. Each run starts in a process of its own and from nothing; wall and CPU
seconds, and the peak of all its processes together (Linux: summed PSS, sampled). Several
sizes also print the exponent of CPU over rows, and what a further row costs, which is the same
everywhere where cost is linear; `--slope` is 10^5, 10^6 and 10^7 rows. `--dask` compares a cluster
of two local workers with the process pool, four buckets only, warm, median of five.

Under each run stands what one process does while the workers wait, and what is divided; beside
"two workers / one" what the same machine gives two processes over one (`ceiling.py`).

Limits for the default: 120 s of wall time on two quiet cores, 1.5 GB, two workers at least
1.4 x one, Dask at most 1.3 x the process pool. On a busy machine read the CPU seconds.
"""

import argparse
import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from ceiling import ceiling  # type: ignore[import-not-found]
from fleet_data import write_export, write_phones  # type: ignore[import-not-found]

SECONDS: Final = 120.0
MEGABYTES: Final = 1500.0
REPEATS: Final = 5
BUCKETS: Final = (
    4  # that Dask and the process pool are compared by: all of 10^7 rows take ten minutes
)
# What is done once, by one process; sorting by line and the buckets are divided.
_ALONE: Final = ("find_inputs", "read_exports", "merge_results")
_SAMPLE: Final = 1.0  # seconds; a look costs 70 ms of CPU, all pages of all processes are counted


def make(folder: Path, rows: int, lines: int) -> Path:
    """Write the files of a fleet."""
    folder.mkdir(parents=True)
    write_export(folder / "export.csv", rows=rows, lines=lines)
    write_phones(folder, lines=range(0, lines, 5))
    return folder


def whole(folder: Path, out: Path, *, workers: int) -> dict[str, float]:
    """Run a fleet from nothing; watch the memory of all its processes."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, __file__, "--one", str(folder), str(out), "--workers", str(workers)]
    begin = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    peak = 0.0
    while running.poll() is None:
        peak = max(peak, _together(running.pid))
        time.sleep(_SAMPLE)
    told = running.stdout.read() if running.stdout else ""
    if running.returncode:
        sys.exit("the run failed")
    return {
        **json.loads(told.strip().splitlines()[-1]),
        "wall": time.perf_counter() - begin,
        "peak": peak,
    }


def _one(folder: Path, out: Path, workers: int) -> None:
    from esim_analysis.fleet import preparing, run_fleet, running  # noqa: PLC0415 - in the child

    seconds: dict[str, float] = {}
    for module, names in ((running, _ALONE), (preparing, ("settle_fleet",))):
        for name in names:
            setattr(module, name, _timed(getattr(module, name), name, seconds))
    begin = time.perf_counter()
    run_fleet([folder], out, workers=workers)
    wall = time.perf_counter() - begin
    summary = json.loads((out / "fleet.json").read_text(encoding="utf-8"))
    assert not summary["failed"], summary["failed"]
    spent = os.times()
    told = {
        "cpu": spent.user + spent.system + spent.children_user + spent.children_system,
        "coordinator": spent.user + spent.system,
        "alone": sum(seconds.values()),
        "shared": wall - sum(seconds.values()),
        **seconds,
    }
    print(json.dumps(told))


def _timed(work: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """Note how long a function of the coordinator takes, while no worker has anything to do."""

    def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - of any function
        begin = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            seconds[name] = time.perf_counter() - begin

    return timed


def _together(pid: int) -> float:
    """Return megabytes of a process and all below it, shared pages counted once."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            continue
        total += sum(int(x.split()[1]) for x in rollup.splitlines() if x.startswith("Pss:"))
        todo += [int(child) for child in children.split()]
    return total / 1024


def against_dask(out: Path) -> tuple[float, float]:
    """Return medians of the process pool and of two Dask workers over some buckets of a run."""
    import dask  # noqa: PLC0415 - optional
    from distributed import LocalCluster  # noqa: PLC0415

    from esim_analysis.fleet.jobs import Job, run_job  # noqa: PLC0415
    from esim_analysis.fleet.runners import (  # noqa: PLC0415
        mapping,
        slow_workers,
        worker_environment,
    )

    told = json.loads((out / "work" / "jobs.json").read_text(encoding="utf-8"))
    jobs = [Job.from_json(one) for one in told[:BUCKETS]]

    def timed(run: Callable[..., object]) -> float:
        shutil.rmtree(out / "work" / "results")
        (out / "work" / "results").mkdir()
        begin = time.perf_counter()
        told = list(run(run_job, jobs))  # type: ignore[call-overload]
        assert not [one for one in told if "problem" in one], told
        return time.perf_counter() - begin

    environment = {
        "distributed.nanny.pre-spawn-environ": worker_environment(),
        "logging.distributed": "critical",  # a worker that is told to stop complains
    }
    with (
        dask.config.set(environment),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        mapping(scheduler=cluster.scheduler_address) as by_cluster,
        mapping(workers=2) as by_pool,
    ):
        assert not slow_workers(cluster.scheduler_address)
        # In turn, so that a machine that others use is as slow for both; the first warms up.
        taken = [(timed(by_pool), timed(by_cluster)) for _ in range(REPEATS + 1)][1:]
    pool, together = zip(*taken, strict=True)
    return statistics.median(pool), statistics.median(together)


def main() -> None:
    """Print a line a run, then ratios; with `--check` exit 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="10000000")
    parser.add_argument("--lines", type=int)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--slope", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(*given.one, int(given.workers))
        return
    with tempfile.TemporaryDirectory() as name:
        missed = _measured(Path(name), given)
    if given.check and missed:
        sys.exit("; ".join(missed))


def _measured(folder: Path, given: argparse.Namespace) -> list[str]:
    sizes = list(map(int, ("100000,1000000,10000000" if given.slope else given.rows).split(",")))
    spent: dict[int, float] = {}
    runs: dict[int, dict[str, float]] = {}
    missed = []
    for rows in sizes:
        lines = given.lines or max(rows // 1000, 1)
        data = make(folder / str(rows), rows, lines)
        for workers in map(int, given.workers.split(",")):
            run = whole(data, folder / "out", workers=workers)
            print(
                f"{rows:>10,} rows {lines:>6,} lines {workers} workers: wall {run['wall']:.1f} s, "
                f"CPU {run['cpu']:.1f} s, {run['cpu'] / rows * 1e6:.1f} µs a row, "
                f"peak {run['peak']:.0f} MB"
            )
            print(_shares(run))
            runs[workers], spent[rows] = run, run["cpu"]
            if workers == 2 and (run["wall"] > SECONDS or run["peak"] > MEGABYTES):
                missed.append("the limit of time or memory is missed")
    if len(runs) > 1:
        gain = _gain(runs[1], runs[2])
        missed += ["two workers gain too little"] if gain < 1.4 else []
    if len(sizes) > 1:
        ends = min(spent), max(spent)
        slope = math.log(spent[ends[1]] / spent[ends[0]]) / math.log(ends[1] / ends[0])
        print(f"CPU grows with rows to the power {slope:.2f} (1 is linear, start-up included)")
    for few, many in itertools.pairwise(sorted(spent)):
        price = (spent[many] - spent[few]) / (many - few) * 1e6
        print(f"from {few:,} to {many:,} rows: {price:.1f} µs of CPU a further row")
    if given.dask:
        pool, cluster = against_dask(folder / "out")
        print(
            f"Dask / process pool, warm, {BUCKETS} buckets, median of {REPEATS}: {cluster:.2f} s / {pool:.2f} s = {cluster / pool:.2f} (limit 1.3)"
        )
        missed += ["Dask is too slow"] if cluster > 1.3 * pool else []
    return missed


def _shares(run: dict[str, float]) -> str:
    """Say what was done by one process, and what was divided among the workers."""
    alone = ", ".join(f"{name} {run[name]:.1f}" for name in (*_ALONE, "settle_fleet"))
    return (
        f"{'':>10} wall: {run['alone']:.1f} s by one process ({alone}), {run['shared']:.1f} s divided; "
        f"CPU: coordinator {run['coordinator']:.1f} s, workers {run['cpu'] - run['coordinator']:.1f} s"
    )


def _gain(one: dict[str, float], two: dict[str, float]) -> float:
    """Print what a second worker gains, what the machine gives, and what both leave possible."""
    gain = one["wall"] / two["wall"]
    alone, together = ceiling()
    most = alone / together
    bound = one["wall"] / (one["wall"] - one["shared"] + one["shared"] / most)
    print(
        f"two workers / one: {gain:.2f} x as fast (limit 1.4); what is divided alone "
        f"{one['shared'] / two['shared']:.2f} x\n"
        f"this machine: the same work by one process {alone:.2f} s, by two {together:.2f} s = "
        f"{most:.2f} x; with {one['wall'] - one['shared']:.1f} s that are not divided, "
        f"at most {bound:.2f} x"
    )
    return gain


if __name__ == "__main__":
    main()
