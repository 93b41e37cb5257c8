"""What is decided once for a whole fleet: how files are read, whose days, the overhead.

A bucket alone would decide by the few phones in it, and another number of buckets by others.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd

from esim_analysis.attribution import Estimate, estimated
from esim_analysis.case import Settled, settle
from esim_analysis.fleet.phones import evidence_of_lines
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.ingest import Ingested, bucket_of, choice_of, records_of
from esim_analysis.model import Decision, Evidence, Overhead, UsageRecords, redecide

Artefacts: TypeAlias = dict[str, tuple[tuple[str, str], ...]]

_ENOUGH: Final = 50_000  # records of lines with a phone; a clock shows in some hundred


def settle_fleet(
    files: Sequence[tuple[Ingested, Path]],
    artefacts: Artefacts,
    *,
    buckets: int,
    timezone: str | None,
    kept: Path,
) -> Settled:
    """Decide by the first lines that have a phone; whatever the buckets, they are the same.

    Parameters
    ----------
    files
        Each file and the folder of its buckets.
    kept
        Where the decision is kept for a run that goes on.
    """
    if kept.is_file():
        return settled_of(json.loads(kept.read_text(encoding="utf-8")))
    frame, lines = _some(files, sorted(artefacts), buckets)
    phones = {line: sources_of(artefacts[line]) for line in lines}
    decisions = {m.source.id: m.decision for m, _ in files if m.decision is not None}
    evidence = Evidence.none()
    if phones:
        evidence, _ = evidence_of_lines(phones, ReadOptions(timezone=timezone))
    usage = UsageRecords(frame, decisions=decisions)
    told = settle(usage, evidence, timezone=timezone)
    if phones:
        for source, decision in told.overruling.items():
            usage = redecide(usage, source, decision)
        told = replace(told, overhead=estimated(usage, evidence))
    kept.write_text(json.dumps(asdict(told), ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def _some(
    files: Sequence[tuple[Ingested, Path]], lines: Sequence[str], buckets: int
) -> tuple[pd.DataFrame, list[str]]:
    """Return records of the first of the lines, as many as are enough, and which lines they are."""
    frames, chosen, count = [UsageRecords.none().frame], [], 0
    for number in sorted({bucket_of(line, buckets) for line in lines}):
        mine = [line for line in lines if bucket_of(line, buckets) == number]
        frame = records_of(files, number, lines=mine).frame
        sizes = frame["line"].value_counts().reindex(mine, fill_value=0)
        before = count + sizes.cumsum() - sizes
        some = before.index[before < _ENOUGH]
        frames.append(frame[frame["line"].isin(some)])
        chosen += list(some)
        count += int(sizes.sum())
        if count >= _ENOUGH:
            break
    filled = [frame for frame in frames if len(frame)]
    return (pd.concat(filled, ignore_index=True) if filled else frames[0]), chosen


def sources_of(told: Sequence[tuple[str, str]]) -> list[SourceFile]:
    """Return the files of a phone by path and name."""
    return [SourceFile(Path(path), name) for path, name in told]


def settled_of(told: dict[str, Any]) -> Settled:
    """Return what its JSON describes."""
    return Settled(
        overruling={
            source: Decision(**{key: choice_of(one) for key, one in decision.items()})
            for source, decision in told["overruling"].items()
        },
        zone=choice_of(told["zone"]),
        overhead=_estimate_of(told["overhead"]),
    )


def _estimate_of(told: dict[str, Any] | None) -> Estimate | None:
    if told is None:
        return None
    laws = tuple(told["laws"])
    return Estimate(**{**told, "overhead": Overhead(**told["overhead"]), "laws": laws})
