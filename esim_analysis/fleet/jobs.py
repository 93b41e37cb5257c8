"""One bucket of lines: records and evidence in, a row a line out, written by who did the work."""

import json
import os
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd

from esim_analysis.billing import find_plan
from esim_analysis.case import Settled, analyse
from esim_analysis.fleet.measures import measure_lines
from esim_analysis.fleet.money import forecast_lines, metered_cost
from esim_analysis.fleet.phones import evidence_of_lines
from esim_analysis.fleet.settling import Artefacts, settled_of, sources_of
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import observe
from esim_analysis.i18n.moments import Spans
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.ingest import load, records_of
from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.importers.reading import Reading
from esim_analysis.model import Analysis, UsageRecords

DONE: Final = "done.json"


@dataclass(frozen=True, slots=True)
class Job:
    """A bucket and all a worker needs to know; paths only, so that it travels light.

    Attributes
    ----------
    files
        Folder of an ingested file, and folder of its buckets.
    artefacts
        Line of the bucket -> paths and names of the phone's files.
    plans
        Line of the bucket -> how its plan is found; `""` for all others.
    settled
        What is decided for the whole fleet.
    knowledge
        Paths of the user's own lists.
    """

    number: int
    files: tuple[tuple[str, str], ...]
    artefacts: Artefacts
    plans: dict[str, str]
    span: tuple[int, int]
    settled: Settled
    out: str
    timezone: str | None
    lang: str
    knowledge: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Return the job `jobs.json` describes."""
        return cls(
            number=told["number"],
            files=tuple((ingested, buckets) for ingested, buckets in told["files"]),
            artefacts={
                line: tuple((path, name) for path, name in files)
                for line, files in told["artefacts"].items()
            },
            plans=told["plans"],
            span=(told["span"][0], told["span"][1]),
            settled=settled_of(told["settled"]),
            out=told["out"],
            timezone=told["timezone"],
            lang=told["lang"],
            knowledge=tuple(told["knowledge"]),
        )


def run_job(job: Job) -> dict[str, Any]:
    """Analyse a bucket, write its results, return a summary; errors are part of it.

    The results appear at once, under their name, or not at all.
    """
    out = Path(job.out)
    try:
        summary = _work(job, out.with_name(out.name + f".{os.getpid()}.part"))
    except (MemoryError, Exception) as problem:  # noqa: BLE001 - one bad bucket must not stop the fleet
        where = traceback.extract_tb(problem.__traceback__)[-1]
        said = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
        return {"bucket": job.number, "problem": said}
    return summary


def _work(job: Job, part: Path) -> dict[str, Any]:
    files = [(load(Path(ingested)), Path(buckets)) for ingested, buckets in job.files]
    read = {one.source.id: one.source.duplicates for one, _ in files}
    usage = records_of(files, job.number)
    part.mkdir(parents=True, exist_ok=True)
    summary: dict[str, Any] = {"bucket": job.number, "lines": 0, "records": 0, "problems": []}
    if len(usage.frame):
        known = set(usage.frame["line"].unique())
        artefacts = {
            line: sources_of(job.artefacts[line]) for line in sorted(known & set(job.artefacts))
        }
        evidence, problems = evidence_of_lines(artefacts, ReadOptions(timezone=job.timezone))
        reading = Reading(usage=usage, evidence=evidence, problems=tuple(problems))
        analysis = analyse(
            reading,
            timezone=job.timezone,
            lang=job.lang,
            settled=job.settled,
            knowledge=read_knowledge(job.knowledge),
        )
        lines = _lines(analysis, job)
        lines.to_parquet(part / "lines.parquet", index=False)
        _findings(analysis, job.lang).to_parquet(part / "findings.parquet", index=False)
        by_day = analysis.attribution.by_day
        by_day[by_day["app"] != "unattributed"].to_parquet(part / "apps.parquet", index=False)
        summary |= {
            "lines": len(lines),
            "records": len(usage.frame),
            "bytes": int(usage.billed.sum()),
            "kept": {str(s): int(n) for s, n in usage.frame["source"].value_counts().items()},
            # Beside those a file has in itself, which are known since it was read.
            "duplicates": {s.id: s.duplicates - read[s.id] for s in usage.sources},
            "zone": analysis.zone,
            "problems": [str(problem) for problem in problems],
        }
    (part / DONE).write_text(json.dumps(summary), encoding="utf-8")
    out = Path(job.out)
    try:
        part.rename(out)
    except OSError:
        # Another worker was given the same bucket and finished first: same input, same output.
        for file in part.iterdir():
            file.unlink()
        part.rmdir()
    return summary


def _lines(analysis: Analysis, job: Job) -> pd.DataFrame:
    usage = analysis.usage
    lines = measure_lines(usage, zone=analysis.zone, span=job.span)
    for told, members in _by_plan(job, lines["line"]).items():
        plan = find_plan(told)
        mine = usage.frame["line"].isin(members)
        own = UsageRecords(usage.frame[mine], decisions=usage.decisions)
        lines = metered_cost(lines, own, plan)
    raw = usage.raw_lines
    covered = analysis.coverage.by_day.groupby("line")[["billed", "covered"]].sum()
    share = (covered["covered"] / covered["billed"].where(covered["billed"] > 0)).fillna(0.0)
    findings = pd.Series([one.line for one in analysis.findings], dtype="str").value_counts()
    return forecast_lines(lines).assign(
        sim=pd.Series([raw.get(line, "") for line in lines["line"]], lines.index, dtype="str"),
        coverage=lines["line"].map(share).fillna(0.0).astype("float64"),
        findings=lines["line"].map(findings).fillna(0).astype("int64"),
    )


def _by_plan(job: Job, lines: pd.Series) -> dict[str, list[str]]:
    told = lines.map(lambda line: job.plans.get(line, job.plans.get("", "")))
    return {str(plan): list(part) for plan, part in lines.groupby(told) if plan}


def _findings(analysis: Analysis, lang: str) -> pd.DataFrame:
    words = Words(lang, analysis.zone)
    told = zip(analysis.findings, Spans.of(analysis.findings, words.zone), strict=True)
    rows = [
        {
            "line": one.line,
            "rule": one.rule,
            "severity": str(one.severity),
            "confidence": one.confidence,
            "app": one.app,
            "start_utc": one.start_utc,
            "end_utc": one.end_utc,
            "bytes": one.bytes,
            "cost": None if one.cost is None else str(one.cost),
            "currency": one.currency,
            "observation": observe(one, words, analysis.label(one.app), spans=spans),
        }
        for one, spans in told
    ]
    return pd.DataFrame(rows)
