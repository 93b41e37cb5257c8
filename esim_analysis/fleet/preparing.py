"""What a fleet's jobs need: every export read once, sorted by line, phones and plans assigned."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import duckdb
import pandas as pd

from esim_analysis.billing import example_plans, read_plans
from esim_analysis.fleet.inputs import Inputs
from esim_analysis.fleet.jobs import Job
from esim_analysis.fleet.runners import Mapped
from esim_analysis.fleet.settling import Artefacts, settle_fleet
from esim_analysis.i18n import text
from esim_analysis.importers.ingest import Ingested, bucket, bucket_of, ingest, load
from esim_analysis.importers.ingest.ingesting import whole
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.model import FileError, Snapshots
from esim_analysis.model.line_table import match_lines

_ROWS: Final = 180_000  # of a bucket: some 350 MB in a worker
_FEWEST: Final = 400  # where hardly any memory is given: a bucket has its price too
_ROW_BYTES: Final = 2_500  # a row takes at the peak of its analysis
_BASE: Final = 250_000_000  # bytes a process takes before it has any row
_DAY_US: Final = 86_400_000_000
_Told = TypeVar("_Told")


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
    knowledge: tuple[str, ...] = ()
    say: Callable[[str], None] = field(default=lambda _: None)

    def tell(self, step: str, **values: object) -> None:
        """Say how far the run is, in its language."""
        self.say(text(f"fleet.{step}", self.lang, **values))

    @property
    def rows(self) -> int:
        """Rows of a bucket that fit into the share of one worker."""
        share = self.memory // max(self.workers, 1) - _BASE
        return min(max(share // _ROW_BYTES, _FEWEST), _ROWS)


def read_exports(
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
        settings.tell("reading", file=file.name)
        try:
            told, imported = ingest(file, folder, inputs.options)
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


def make_jobs(
    made: Sequence[Ingested], inputs: Inputs, work: Path, settings: Settings, *, run: Mapped
) -> list[Job]:
    """Sort all records by line, where that is not done, and return a job a bucket.

    Parameters
    ----------
    run
        Runs the portions that are sorted.
    """
    buckets = max(1, math.ceil(sum(one.rows for one in made) / settings.rows))
    files = [
        (one, work / "buckets" / str(buckets) / one.folder.relative_to(work / "ingested"))
        for one in made
    ]
    left = [(one, out) for one, out in files if not out.is_dir()]
    if left:
        settings.tell("sorting", files=", ".join(one.source.id for one, _ in left))
        bucket(left, buckets=buckets, run=run)
    raw = {
        str(line): str(sim)
        for one in made
        for line, sim in pd.read_parquet(one.folder / "lines.parquet").to_numpy()
    }
    artefacts = _artefacts(inputs, raw, single=len(raw) <= 1)
    settled = settle_fleet(
        files,
        artefacts,
        buckets=buckets,
        timezone=settings.timezone,
        kept=work / "settled.json",
    )
    phones, plans = _by_bucket(artefacts, buckets), _by_bucket(_plans(inputs, raw), buckets)
    span = _span(made)
    return [
        Job(
            number=number,
            files=tuple((str(one.folder), str(out)) for one, out in files),
            artefacts=phones[number],
            plans={**plans[number], "": settings.plan},
            span=span,
            settled=settled,
            out=str(work / "results" / f"{number:05d}"),
            timezone=settings.timezone,
            lang=settings.lang,
            knowledge=settings.knowledge,
        )
        for number in range(buckets)
    ]


def _by_bucket(told: Mapping[str, _Told], buckets: int) -> list[dict[str, _Told]]:
    """Give each bucket what is known of its lines."""
    parts: list[dict[str, _Told]] = [{} for _ in range(buckets)]
    for line, one in told.items():
        parts[bucket_of(line, buckets)][line] = one
    return parts


def _span(made: Sequence[Ingested]) -> tuple[int, int]:
    """Return the first and the last UTC day of all records, counted from 1970."""
    files = [path for one in made for path in _parquet(one)]
    sql = " UNION ALL ".join(
        f"SELECT min(epoch_us(start_utc)) AS a, max(epoch_us(start_utc)) AS b FROM {_sql_path(path)}"
        for path in files
    )
    with duckdb.connect() as base:
        found = base.execute(f"SELECT min(a), max(b) FROM ({sql})").fetchall()[0]
    return int(found[0]) // _DAY_US, int(found[1]) // _DAY_US


def _sql_path(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _parquet(made: Ingested) -> list[Path]:
    names = ("plain.parquet", "read.parquet")
    return [made.folder / name for name in names if (made.folder / name).exists()]


def _artefacts(inputs: Inputs, raw: dict[str, str], *, single: bool) -> Artefacts:
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


def _plans(inputs: Inputs, raw: dict[str, str]) -> dict[str, str]:
    """Return how the plan of each line is found, where a file or an example has its name."""
    known = {plan.id: plan.id for plan in example_plans()}
    for path in inputs.plans:
        for plan in read_plans(path.read_text(encoding="utf-8-sig"), path.name):
            known |= dict.fromkeys((plan.id, plan.name), f"{path}#{plan.id}")
    lines, _ = match_lines(inputs.lines, raw)
    return {
        str(line): known[str(plan)]
        for line, plan in lines[["line", "plan"]].to_numpy()
        if str(plan) in known
    }
