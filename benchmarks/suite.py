"""All benchmarks in one table: seconds, memory, and the peer or the limit of the same run.

    python benchmarks/suite.py [--full] [--write]

`make bench` runs it. Each row is a process of its own; a row and its peer run one after the
other, so their ratio means something even on a slow machine, and absolute times do not. CPU
seconds are those to read when others share the machine. Small sizes by default; `--full` takes
those of the goals (10^7 rows: half an hour). `--write` puts the table into RESULTS.md, in place of
the one there; what stands below it stays. A row that fails says why and the others go on; exit code 1 then.
bandicoot and MSTICPy come last, in an environment of their own (`peers/run.py`); without a network that row says so.
"""

import argparse
import importlib
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from measured import Measured, child, inside  # type: ignore[import-not-found]

HERE: Final = Path(__file__).parent
PACKAGES: Final = ("pandas", "numpy", "pyarrow", "duckdb", "plotly", "dask", "distributed")
STEP_S: Final = 180  # a row that takes longer is told as failed
FULL_S: Final = 1_800
END: Final = "<!-- end of what `make bench` writes -->\n"
Work = Callable[[], object]


def _script(name: str) -> Any:  # noqa: ANN401 - a module
    return importlib.import_module(name)


def ingest(folder: Path, rows: int) -> Work:
    """CSV of 14 columns to typed UTC Parquet."""
    script = _script("ingest")
    _script("fleet_data").write_export(folder / script.NAME, rows=rows, lines=max(rows // 1000, 1))
    return lambda: script.converted(folder)


def iconv(folder: Path, rows: int) -> Work:
    """Decode the same file: the limit of ingest."""
    path = _script("fleet_data").write_export(folder / "export.csv", rows=rows, lines=rows // 1000)
    command = ["iconv", "-f", "latin1", "-t", "utf8", str(path)]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def pandas_csv(folder: Path, rows: int) -> Work:
    """Convert the same file with pandas' C engine and dtypes."""
    script = _script("ingest")
    _script("fleet_data").write_export(folder / script.NAME, rows=rows, lines=max(rows // 1000, 1))
    return lambda: script.converted_by_pandas(folder)


def netstats(folder: Path, rows: int) -> Work:
    """`dumpsys netstats` of phones, all read together: their buckets to evidence."""
    _script("fleet_data").write_phones(folder, lines=range(max(rows // 720, 1)))
    from esim_analysis.fleet.phones import evidence_of_lines  # noqa: PLC0415 - in the child only
    from esim_analysis.importers.files import SourceFile  # noqa: PLC0415
    from esim_analysis.importers.importer import ReadOptions  # noqa: PLC0415

    found = sorted(folder.rglob("netstats.txt"))
    phones = {path.parent.name: [SourceFile(path, path.parent.name)] for path in found}
    return lambda: evidence_of_lines(phones, ReadOptions())


def pcapdroid(folder: Path, rows: int) -> Work:
    """PCAPdroid's list of connections to evidence."""
    script = _script("pcapdroid")
    script.read(script.write_list(folder, 1_000))
    path = script.write_list(folder, rows)
    return lambda: script.read(path)


def arrow_split(folder: Path, rows: int) -> Work:
    """Split the same list into columns of text with Arrow: the limit of a reader."""
    script = _script("pcapdroid")
    path = script.write_list(folder, rows)
    return lambda: script.split(path)


def _analysis(rows: int) -> Any:  # noqa: ANN401 - an Analysis
    return _script("explorer")._diced(rows)  # noqa: SLF001 - a benchmark of the same folder


def attribution(_: Path, rows: int) -> Work:
    """Bill and phone joined and divided, many lines at once."""
    from esim_analysis.attribution import attribute  # noqa: PLC0415
    from esim_analysis.model import Choice, Origin  # noqa: PLC0415

    usage, evidence = _script("attribution_speed").draw(rows)
    return lambda: attribute(usage, evidence, zone=Choice("UTC", Origin.DECLARED))


def range_join(_: Path, rows: int) -> Work:
    """Join the same sessions and buckets in DuckDB by line and overlap: the join alone, no division."""
    import duckdb  # noqa: PLC0415

    usage, evidence = _script("attribution_speed").draw(rows)
    base = duckdb.connect()
    base.register("s", usage.frame[["line", "start_utc", "end_utc"]])
    base.register("e", evidence.frame[["line", "start_utc", "end_utc", "app"]])
    sql = (
        "SELECT s.line, e.app, sum(epoch_us(least(s.end_utc, e.end_utc)) - "
        "epoch_us(greatest(s.start_utc, e.start_utc))) FROM s JOIN e ON s.line = e.line "
        "AND e.start_utc < s.end_utc AND e.end_utc > s.start_utc GROUP BY ALL"
    )
    return lambda: base.execute(sql).fetchall()


def rules(_: Path, rows: int) -> Work:
    """Analyse the same lines: clock, division, all rules."""
    from esim_analysis.case import analyse  # noqa: PLC0415
    from esim_analysis.importers.reading import Reading  # noqa: PLC0415

    usage, evidence = _script("attribution_speed").draw(rows)
    reading = Reading(usage=usage, evidence=evidence, problems=())
    return lambda: analyse(reading, timezone=None, lang="en")


def beacon(_: Path, rows: int) -> Work:
    """Regularity of connections, the timestamp score."""
    script = _script("beacon_speed")
    drawn = script.talk(rows, max(rows // 100, 1))
    return lambda: script.timestamp_scores(drawn)


def sort(_: Path, rows: int) -> Work:
    """One `np.sort` of as many int64."""
    import numpy as np  # noqa: PLC0415

    keys = np.random.default_rng(1).integers(0, 2**62, rows)
    return lambda: np.sort(keys)


def addresses(_: Path, rows: int) -> Work:
    """Networks of addresses, IPv4 and IPv6."""
    from esim_analysis.reference import address_facts  # noqa: PLC0415

    texts = _script("knowledge").addresses(rows)
    address_facts(texts[:1])  # reading the table happens once
    return lambda: address_facts(texts)


def addresses_as_numbers(_: Path, rows: int) -> Work:
    """Parse the same addresses one by one in C: the limit of a look-up that starts from text."""
    from socket import AF_INET, AF_INET6, inet_pton  # noqa: PLC0415

    texts = _script("knowledge").addresses(rows)
    return lambda: [inet_pton(AF_INET6 if ":" in text else AF_INET, text) for text in texts]


def hosts(_: Path, rows: int) -> Work:
    """Owner and category of different hosts."""
    from esim_analysis.reference import host_facts  # noqa: PLC0415

    names = _script("knowledge").hosts(rows)
    host_facts(names[:1])
    return lambda: host_facts(names)


def meter(folder: Path, rows: int) -> Work:
    """Meter records under thirty plans."""
    import pandas as pd  # noqa: PLC0415

    from esim_analysis.billing import compare, example_plans  # noqa: PLC0415
    from esim_analysis.model import UsageRecords  # noqa: PLC0415

    _script("metering").write_records(folder / "r.parquet", rows, max(rows // 1000, 1))
    usage = UsageRecords(pd.read_parquet(folder / "r.parquet"))
    plans = (example_plans() * 2)[:30]
    return lambda: compare(usage, plans)


def cube(_: Path, rows: int) -> Work:
    """Build the aggregates behind every view."""
    from esim_analysis.explorer.cube import cube as build  # noqa: PLC0415
    from esim_analysis.report.sharing import level  # noqa: PLC0415

    case = _analysis(rows)
    return lambda: build(case, share=level("apps"), redact=False)


def report(_: Path, rows: int) -> Work:
    """One report.html."""
    from esim_analysis.report.html import render  # noqa: PLC0415

    case = _analysis(rows)
    return lambda: render(case, account=None, lang="en", share="apps", redact=False)


def cold_start(_: Path, starts: int) -> Work:
    """`esim-analysis --help`."""
    return _starts([str(Path(sys.executable).with_name("esim-analysis")), "--help"], starts)


def argparse_start(_: Path, starts: int) -> Work:
    """Start Python and import argparse: the limit of a command line."""
    return _starts([sys.executable, "-c", "import argparse"], starts)


def _starts(command: list[str], starts: int) -> Work:
    """Start a program several times: one start is shorter than the clock of CPU time is fine."""

    def work() -> None:
        for _ in range(starts):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours

    return work


def _fleet(folder: Path, rows: int, workers: int) -> Work:
    from esim_analysis.fleet import run_fleet  # noqa: PLC0415

    (folder / "in").mkdir()
    export = folder / "in" / "export.csv"
    _script("fleet_data").write_export(export, rows=rows, lines=max(rows // 1000, 1))
    return lambda: run_fleet([folder / "in"], folder / "out", workers=workers)


def fleet(folder: Path, rows: int) -> Work:
    """From CSV to five rows, one process."""
    return _fleet(folder, rows, 1)


def fleet_by_two(folder: Path, rows: int) -> Work:
    """Run the same with a pool of two processes."""
    return _fleet(folder, rows, 2)


def fleet_by_dask(folder: Path, rows: int) -> Work:
    """Run the same on a cluster of two local workers, whose start is not counted."""
    import dask  # noqa: PLC0415 - optional
    from distributed import LocalCluster  # noqa: PLC0415

    from esim_analysis.fleet import run_fleet  # noqa: PLC0415
    from esim_analysis.fleet.runners import worker_environment  # noqa: PLC0415

    _fleet(folder, rows, 1)
    dask.config.set(
        {
            "distributed.nanny.pre-spawn-environ": worker_environment(),
            "logging.distributed": "critical",  # a worker that is told to stop complains
        }
    )
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    address = cluster.scheduler_address

    def work() -> None:
        run_fleet([folder / "in"], folder / "out", scheduler=address)
        cluster.close()

    return work


# name: (what is measured, its peers, rows by default, rows of the goal)
ROWS: Final[dict[str, tuple[Callable[[Path, int], Work], tuple[Any, ...], int, int]]] = {
    "ingest": (ingest, (iconv, pandas_csv), 1_000_000, 10_000_000),
    "netstats": (netstats, (), 14_400, 144_000),
    "pcapdroid": (pcapdroid, (arrow_split,), 1_000_000, 1_000_000),
    "attribution": (attribution, (range_join,), 1_160_000, 1_160_000),
    "rules and all": (rules, (), 100_000, 1_160_000),
    "beacon": (beacon, (sort,), 1_000_000, 10_000_000),
    "addresses": (addresses, (addresses_as_numbers,), 1_000_000, 1_000_000),
    "hosts": (hosts, (), 1_000_000, 1_000_000),
    "meter": (meter, (), 100_000, 1_000_000),
    "cube": (cube, (), 100_000, 1_000_000),
    "report": (report, (), 100_000, 1_000_000),
    "cold start": (cold_start, (argparse_start,), 20, 20),
    "fleet": (fleet, (fleet_by_two, fleet_by_dask), 300_000, 10_000_000),
}


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", choices=ROWS)
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        with tempfile.TemporaryDirectory() as name:
            inside(globals()[given.step[0]](Path(name), int(given.step[1])))
        return
    told = [
        "| | rows | wall s | CPU s | peak MB | ours / peer, CPU |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    print("\n".join(told))
    failed = []
    for name in given.only or ROWS:
        for row, problem in _measured(name, full=given.full):
            print(row, flush=True)
            told.append(row)
            failed += [problem] if problem else []
    if not given.only:
        for row in _peers():
            print(row, flush=True)
            told.append(row)
    if given.write:
        _write(told, full=given.full)
    if failed:
        sys.exit("\n".join(failed))


def _peers() -> list[str]:
    """Measure bandicoot and MSTICPy, or say why not."""
    sys.path.insert(0, str(HERE / "peers"))
    try:
        rows: list[str] = _script("run").compared()
    except (subprocess.SubprocessError, OSError, ValueError) as problem:
        return [f"| **peers** | | | | | not run: {type(problem).__name__} |"]
    return rows


def _write(told: list[str], *, full: bool) -> None:
    """Put the table between its marks; what was written by hand below it stays."""
    path = HERE / "RESULTS.md"
    rest = path.read_text(encoding="utf-8").partition(END)[2] if path.exists() else ""
    table = "\n".join(told)
    path.write_text(f"{_heading(full=full)}\n{table}\n\n{END}{rest}", encoding="utf-8")


def _measured(name: str, *, full: bool) -> list[tuple[str, str]]:
    """Return the rows of a benchmark and its peers, each with what went wrong or `""`."""
    ours, peers, small, large = ROWS[name]
    rows = large if full else small
    own: Measured | None = None
    said = []
    for work in (ours, *peers):
        first = work is ours
        title = f"**{name}**" if first else f"· {work.__name__.replace('_', ' ')}"
        limit = FULL_S if full else STEP_S
        try:
            run = child(Path(__file__), "--step", work.__name__, str(rows), seconds=limit)
        except (subprocess.SubprocessError, OSError, ValueError) as problem:
            why = f"failed: {_why(problem)}"
            said.append(
                (f"| {title} | {rows:,} | | | | {why} |", f"{name}, {work.__name__}: {why}")
            )
            continue
        own = run if first else own
        ratio = "" if first or own is None else f"{own.cpu / max(run.cpu, 1e-9):.2f}"
        cells = f"{run.wall:.2f} | {run.cpu:.2f} | {run.peak_mb:.0f} | {ratio}"
        said.append((f"| {title} | {rows:,} | {cells} |", ""))
    return said


def _why(problem: Exception) -> str:
    if isinstance(problem, subprocess.TimeoutExpired):
        return f"not done in {problem.timeout:.0f} s"
    if isinstance(problem, subprocess.CalledProcessError):
        return f"exit code {problem.returncode}; its last words stand above"
    return type(problem).__name__


def _heading(*, full: bool) -> str:
    known = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    size = "the sizes of the goals" if full else "small sizes"
    return (
        "# Benchmarks\n\n"
        f"`make bench` on {platform.machine()} with {os.cpu_count()} cores, Python {platform.python_version()}; {known}. "
        f"Taken with {size}, once. Ratios within this run; CPU seconds where the machine is shared. "
        "Peaks are of the largest process and hold Python, the imports and the inputs.\n"
    )


if __name__ == "__main__":
    main()
