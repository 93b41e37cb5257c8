"""A fleet from files to results: ingest, sort by line, analyse each bucket, merge.

Everything is left on disk as soon as it is done, under its final name only when it is whole. So
a run that is stopped goes on where it was, a bucket that fails is named while the others finish,
and what was found damaged is made again by the next run.
"""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from esim_analysis.billing import find_plan
from esim_analysis.fleet.fetching import fetched
from esim_analysis.fleet.inputs import Inputs, find_inputs
from esim_analysis.fleet.jobs import DONE, Job, run_job
from esim_analysis.fleet.merging import merge_results
from esim_analysis.fleet.preparing import Settings, make_jobs, read_exports
from esim_analysis.fleet.runners import Crew
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.ingest import Ingested
from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.model import FileError, NothingUsableError, UsageError
from esim_analysis.model.zone import check_zone

_SIZES: Final = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_LAYOUT: Final = 3  # of the working files; what a run left in another one is made anew


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
    knowledge: Sequence[str | Path] = (),
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
    knowledge
        The user's own lists of hosts, apps or networks, as `importers.knowledge` reads them; each
        worker reads them again.
    say
        Is told what goes on.

    Raises
    ------
    UsageError
        A path, size, zone or address cannot be understood.
    FileError
        A list of `knowledge` cannot be read.
    NothingUsableError
        No file holds usage.
    """
    if timezone is not None:
        check_zone(timezone)
    if plan:
        find_plan(plan)
    read_knowledge(knowledge)  # a list that cannot be read is told before anything is done
    settings = Settings(
        workers=workers,
        scheduler=scheduler,
        memory=size(memory),
        timezone=timezone,
        lang=lang,
        plan=plan,
        by=tuple(by),
        knowledge=tuple(str(Path(path).resolve()) for path in knowledge),
        say=say,
    )
    target = Path(out)
    work = target / "work"
    local = [fetched(str(path), work / "fetched") for path in paths]
    inputs = find_inputs(local, timezone=timezone)
    _begin(work, inputs, settings)
    with Crew(scheduler=scheduler, workers=workers, say=say) as crew:
        made, problems = read_exports(inputs, work, settings)
        if not made:
            said = "\n".join(str(one) for one in problems)
            raise NothingUsableError(said or "no export was found")
        jobs = _jobs(made, inputs, work, settings, crew)
        summaries = _run(jobs, settings, crew)
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
        "knowledge": [SourceFile(Path(one), one).sha256 for one in settings.knowledge],
        "rows": settings.rows,
        "layout": _LAYOUT,
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
    (work / "settled.json").unlink(missing_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _jobs(
    made: Sequence[Ingested], inputs: Inputs, work: Path, settings: Settings, crew: Crew
) -> list[Job]:
    """Make the jobs and note them."""
    try:
        jobs = make_jobs(made, inputs, work, settings, run=crew.map)
    except (FileError, pa.ArrowException, OSError):
        # What an earlier run left cannot be read: the next one makes it again.
        shutil.rmtree(work / "buckets", ignore_errors=True)
        shutil.rmtree(work / "ingested", ignore_errors=True)
        raise
    told = json.dumps([asdict(job) for job in jobs])
    (work / "jobs.json").write_text(told, encoding="utf-8")
    return jobs


def _run(jobs: Sequence[Job], settings: Settings, crew: Crew) -> list[dict[str, Any]]:
    """Run what is not done; a worker that dies takes only its own bucket with it."""
    told: dict[int, dict[str, Any]] = {}
    waiting = [job for job in jobs if not _done(job)]
    with suppress(BrokenExecutor):
        for summary in crew.map(run_job, waiting, done=_done):
            told[summary["bucket"]] = summary
            settings.tell("analysed", done=len(told), all=len(waiting))
    lost = {"problem": "its worker died each time; give more memory, or fewer workers"}
    return [
        _read(job) if _done(job) else told.get(job.number, {"bucket": job.number, **lost})
        for job in jobs
    ]


def _done(job: Job) -> bool:
    return (Path(job.out) / DONE).is_file()


def _read(job: Job) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((Path(job.out) / DONE).read_text(encoding="utf-8"))
    return told
