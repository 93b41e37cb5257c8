"""A fleet from files to results: ingest, sort by line, analyse each bucket, merge.

Everything is left on disk as soon as it is done, under its final name only when it is whole. So
a run that is stopped goes on where it was, a bucket that fails is named while the others finish,
and what was found damaged is made again by the next run.
"""

import json
import math
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
import pyarrow as pa

from esim_analysis.billing import example_plans, find_plan, read_plans
from esim_analysis.fleet.fetching import fetched
from esim_analysis.fleet.inputs import Inputs, find_inputs
from esim_analysis.fleet.jobs import DONE, Job, run_job
from esim_analysis.fleet.merging import merge_results
from esim_analysis.fleet.runners import Mapped, mapping
from esim_analysis.importers.ingest import Ingested, bucket, ingest, load
from esim_analysis.importers.ingest.ingesting import whole
from esim_analysis.importers.ingest.plain import sql_path
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.model import FileError, NothingUsableError, Snapshots, UsageError
from esim_analysis.model.line_table import match_lines
from esim_analysis.model.zone import check_zone

_ROWS: Final = 150_000  # of a bucket: some 300 MB in a worker
_ROW_BYTES: Final = 2_500  # a row takes at the peak of its analysis
_BASE: Final = 250_000_000  # bytes a process takes before it has any row
_SIZES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_DAY_US: Final = 86_400_000_000
_ROUNDS: Final = 3  # a pool that lost a worker is made anew


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fleet is run; `memory` is for all of it, in bytes."""

    workers: int = 1
    scheduler: str | None = None
    memory: int = 1_500_000_000
    timezone: str | None = None
    lang: str = "en"
    plan: str = ""
    by: tuple[str, ...] = ("plan",)
    say: Callable[[str], None] = field(default=lambda _: None)

    @property
    def for_duckdb(self) -> str:
        """What DuckDB may hold; it needs half as much again beside it."""
        return f"{max(150, self.memory // 5_000_000)}MB"

    @property
    def rows(self) -> int:
        """Rows of a bucket that fit into the share of one worker."""
        share = self.memory // max(self.workers, 1) - _BASE
        return min(max(share // _ROW_BYTES, 10_000), _ROWS)


def run_fleet(  # noqa: PLR0913 - what a user may say of a fleet
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    memory: str = "1500MB",
    timezone: str | None = None,
    lang: str = "en",
    plan: str = "",
    by: Sequence[str] = ("plan",),
    say: Callable[[str], None] = lambda _: None,
) -> Path:
    """Analyse a fleet into a folder; return it.

    Parameters
    ----------
    paths
        Files, folders or fsspec URLs: exports, lists of SIMs, plans; the files of a phone in a
        folder that is called as its SIM.
    workers
        Processes (or threads) of this machine.
    scheduler
        Address of a Dask scheduler, or `"threads"`.
    memory
        What all processes together may take, `"1500MB"`, `"4GB"`.
    plan
        Plan of lines whose own is not known.
    by
        Columns lines are compared within: those of the list of SIMs, `country`, `apn`.
    say
        Is told what goes on.

    Raises
    ------
    UsageError
        A path, size, zone or address cannot be understood.
    NothingUsableError
        No file holds usage.
    """
    if timezone is not None:
        check_zone(timezone)
    if plan:
        find_plan(plan)
    settings = Settings(
        workers=workers,
        scheduler=scheduler,
        memory=size(memory),
        timezone=timezone,
        lang=lang,
        plan=plan,
        by=tuple(by),
        say=say,
    )
    target = Path(out)
    work = target / "work"
    local = [fetched(str(path), work / "fetched") for path in paths]
    inputs = find_inputs(local, timezone=timezone)
    _begin(work, inputs, settings)
    made, problems = _ingest(inputs, work, settings)
    if not made:
        raise NothingUsableError("\n".join(str(one) for one in problems) or "no export was found")
    try:
        jobs = _jobs(made, inputs, work, settings)
    except (FileError, pa.ArrowException, OSError):
        # What an earlier run left cannot be read: the next one makes it again.
        shutil.rmtree(work / "buckets", ignore_errors=True)
        shutil.rmtree(work / "ingested", ignore_errors=True)
        raise
    told = json.dumps([asdict(job) for job in jobs])
    (work / "jobs.json").write_text(told, encoding="utf-8")
    summaries = _run(jobs, settings)
    failed = [one for one in summaries if "problem" in one]
    merge_results(
        target,
        jobs=jobs,
        summaries=summaries,
        sources=[one.source for one in made],
        problems=[str(one) for one in (*inputs.problems, *problems)],
        inputs=inputs,
        by=settings.by,
        lang=lang,
    )
    if failed:
        # What could not be read is made again by the next run; good buckets stay.
        shutil.rmtree(work / "buckets", ignore_errors=True)
        shutil.rmtree(work / "ingested", ignore_errors=True)
    return target


def size(told: str) -> int:
    """Return the bytes of a size such as `"1500MB"`.

    Raises
    ------
    UsageError
        It is none.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MGT]B)", told.strip(), re.IGNORECASE)
    if found is None:
        raise UsageError(f"--memory: write a size such as 1500MB or 4GB, not {told!r}")
    return int(float(found.group(1)) * _SIZES[found.group(2).upper()])


def _begin(work: Path, inputs: Inputs, settings: Settings) -> None:
    """Keep what an earlier run of the same files left; begin anew for any others."""
    told = {
        "inputs": inputs.fingerprint,
        "timezone": settings.timezone,
        "lang": settings.lang,
        "plan": settings.plan,
        "rows": settings.rows,
        "versions": {name: version(name) for name in ("esim-analysis", "pandas", "duckdb")},
    }
    path = work / "plan.json"
    text = json.dumps(told, indent=1, sort_keys=True)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        for part in work.rglob("*.part"):
            shutil.rmtree(part, ignore_errors=True)
        return
    for name in ("ingested", "buckets", "results"):
        shutil.rmtree(work / name, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _ingest(
    inputs: Inputs, work: Path, settings: Settings
) -> tuple[list[Ingested], list[FileError]]:
    """Read every export once; what was read stays."""
    made, problems = [], []
    snapshots: list[Snapshots] = []
    for place, file in enumerate(inputs.exports):
        folder = work / "ingested" / f"{place:05d}"
        if (folder / "ingested.json").is_file():
            made.append(load(folder))
            continue
        settings.say(file.name)
        try:
            told, imported = ingest(file, folder, inputs.options, memory=settings.for_duckdb)
        except FileError as problem:
            problems.append(problem)
            continue
        except OSError as problem:
            step = "free space on the disk, then run the same command again: it goes on from here"
            raise FileError(file.name, f"could not be kept: {problem.strerror}", step) from problem
        if told is not None:
            made.append(told)
        if imported.snapshots is not None:
            snapshots.append(imported.snapshots)
    if snapshots:
        made += _counters(snapshots, work / "ingested" / "counters")
    return made, problems


def _counters(snapshots: Sequence[Snapshots], folder: Path) -> list[Ingested]:
    """Difference the counters of all files, and keep what each of them says."""
    usage = usage_from_snapshots(list(snapshots))
    parts = []
    for place, source in enumerate(usage.sources):
        mine = usage.frame[usage.frame["source"] == source.id]
        part = type(usage)(
            frame=mine,
            decisions={k: v for k, v in usage.decisions.items() if k == source.id},
            sources=(source,),
            rejected=usage.rejected[usage.rejected["source"] == source.id],
            raw_lines=usage.raw_lines,
        )
        parts.append(whole(part, folder / f"{place:05d}"))
    return [part for part in parts if part.rows]


def _jobs(made: Sequence[Ingested], inputs: Inputs, work: Path, settings: Settings) -> list[Job]:
    buckets = max(1, math.ceil(sum(one.rows for one in made) / settings.rows))
    folders = []
    for one in made:
        out = work / "buckets" / str(buckets) / one.folder.relative_to(work / "ingested")
        if not out.is_dir():
            settings.say(f"{one.source.id}: {buckets}")
            bucket(one, out, buckets=buckets, memory=settings.for_duckdb)
        folders.append((str(one.folder), str(out)))
    raw = {
        str(line): str(sim)
        for one in made
        for line, sim in pd.read_parquet(one.folder / "lines.parquet").to_numpy()
    }
    artefacts = _artefacts(inputs, raw, single=len(raw) <= 1)
    plans = _plans(inputs, raw, settings.plan)
    span = _span(made)
    return [
        Job(
            number=number,
            files=tuple(folders),
            artefacts=artefacts,
            plans=plans,
            span=span,
            out=str(work / "results" / f"{number:05d}"),
            timezone=settings.timezone,
            lang=settings.lang,
        )
        for number in range(buckets)
    ]


def _span(made: Sequence[Ingested]) -> tuple[int, int]:
    """Return the first and the last UTC day of all records, counted from 1970."""
    files = [path for one in made for path in _parquet(one)]
    sql = " UNION ALL ".join(
        f"SELECT min(epoch_us(start_utc)) AS a, max(epoch_us(start_utc)) AS b FROM {sql_path(path)}"
        for path in files
    )
    with duckdb.connect() as base:
        found = base.execute(f"SELECT min(a), max(b) FROM ({sql})").fetchall()[0]
    return int(found[0]) // _DAY_US, int(found[1]) // _DAY_US


def _parquet(made: Ingested) -> list[Path]:
    names = ("plain.parquet", "read.parquet")
    return [made.folder / name for name in names if (made.folder / name).exists()]


def _artefacts(
    inputs: Inputs, raw: dict[str, str], *, single: bool
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Give each line the files of its phone."""
    named = {folder: folder for folder in inputs.artefacts}
    by_name = inputs.lines.set_index("nickname")["line"].to_dict()
    told = pd.DataFrame({"line": [by_name.get(name, name) for name in named], "name": list(named)})
    found, _ = match_lines(told.astype("str"), raw)
    artefacts = {
        str(line): tuple((str(f.path), f.name) for f in inputs.artefacts[str(name)])
        for line, name in found[["line", "name"]].to_numpy()
    }
    if single and inputs.loose:
        line = next(iter(raw), "")
        files = tuple((str(f.path), f.name) for f in inputs.loose)
        artefacts[line] = (*artefacts.get(line, ()), *files)
    return artefacts


def _plans(inputs: Inputs, raw: dict[str, str], default: str) -> dict[str, str]:
    """Return how the plan of each line is found, where a file or an example has its name."""
    known = {plan.id: plan.id for plan in example_plans()}
    for path in inputs.plans:
        for plan in read_plans(path.read_text(encoding="utf-8-sig"), path.name):
            known |= dict.fromkeys((plan.id, plan.name), f"{path}#{plan.id}")
    lines, _ = match_lines(inputs.lines, raw)
    told = {
        str(line): known[str(plan)]
        for line, plan in lines[["line", "plan"]].to_numpy()
        if str(plan) in known
    }
    return {**told, "": default}


def _run(jobs: Sequence[Job], settings: Settings) -> list[dict[str, Any]]:
    """Run what is not done; a worker that dies takes only its own bucket with it."""
    told: dict[int, dict[str, Any]] = {}
    for _ in range(_ROUNDS):
        waiting = [job for job in jobs if job.number not in told and not _done(job)]
        if not waiting:
            break
        try:
            with mapping(scheduler=settings.scheduler, workers=settings.workers) as run:
                told |= _collect(run, waiting, settings.say)
        except BrokenExecutor:
            settings.say("a worker died; its bucket is tried again")
    lost = {"problem": "its worker died each time; give more memory, or fewer workers"}
    return [
        _read(job) if _done(job) else told.get(job.number, {"bucket": job.number, **lost})
        for job in jobs
    ]


def _collect(
    run: Mapped, jobs: Sequence[Job], say: Callable[[str], None]
) -> dict[int, dict[str, Any]]:
    told = {}
    for summary in run(run_job, jobs):
        told[summary["bucket"]] = summary
        say(f"{len(told)}/{len(jobs)}")
    return told


def _done(job: Job) -> bool:
    return (Path(job.out) / DONE).is_file()


def _read(job: Job) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((Path(job.out) / DONE).read_text(encoding="utf-8"))
    return told
