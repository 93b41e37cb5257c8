"""Balances of all sources to usage records: what was used between two readings."""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.readings.precision import ARROW, as_typed, half_widths
from esim_analysis.importers.readings.typed import TypedSnapshots
from esim_analysis.model import (
    REJECTED,
    SNAPSHOTS,
    USAGE,
    Choice,
    Decision,
    Origin,
    Snapshots,
    Source,
    UsageRecords,
    difference,
)
from esim_analysis.model.clock import localise
from esim_analysis.model.frames import conform
from esim_analysis.model.units import unit_bytes

_MOMENT: Final = ["line", "bundle", "t_utc"]
_COUNTERS: Final = ["used", "total", "remaining"]
_UNITS: Final = ("KB", "MB", "GB", "TB")


def usage_from_snapshots(snapshots: list[Snapshots]) -> UsageRecords:
    """Put readings of all sources together and difference them.

    A reading that several sources repeat counts once; readings of one moment
    that contradict each other count not at all. The interval over a top-up or a
    new cycle is left out and noted, since its use is unknown.

    `raw_volume` is the difference in the larger unit of its two readings
    (`"0.25 GB"`, unit `cell`): exact at base 1000, and under another base it
    follows the readings, exactly so where both were typed in the same unit.
    `source_row` shows both figures as typed; `bytes_half_width` follows from them.
    """
    if not snapshots:
        return UsageRecords.none()
    frame = pd.concat([part.frame for part in snapshots], ignore_index=True)
    frame = frame.sort_values([*_MOMENT, "source", "source_row"], kind="stable")
    single, contradicted = _one_a_moment(frame)
    readings, incomparable = _comparable(single)
    left_out = pd.concat([contradicted, incomparable], ignore_index=True)
    decisions = _decisions(snapshots)
    records = _records(readings, decisions)
    return UsageRecords(
        frame=records,
        decisions=decisions,
        sources=_sources(snapshots, readings, left_out, records),
        rejected=pd.concat([*(part.rejected for part in snapshots), left_out], ignore_index=True),
    )


def _one_a_moment(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge what is said twice of one moment; return also what contradicts itself."""
    by_moment = frame.groupby(_MOMENT, dropna=False, sort=False)
    contradiction = (by_moment[_COUNTERS].transform("nunique") > 1).any(axis=1)
    single = frame[~contradiction].groupby(_MOMENT, dropna=False, sort=False).first()
    reason = sentence("importing.contradicts_another_reading_same_moment")
    return single.reset_index()[list(SNAPSHOTS)], _rejected(frame[contradiction], reason)


def _comparable(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the counter most readings of a bundle have, so that neighbours compare."""
    by_bundle = frame.groupby(["line", "bundle"], dropna=False, sort=False)
    with_used = frame["used"].notna()
    with_rest = frame["remaining"].notna()
    most = by_bundle["remaining"].transform("count") >= by_bundle["used"].transform("count")
    keep = with_rest.where(most, with_used)
    reason = sentence("importing.says_what_was_used_where")
    return frame[keep], _rejected(frame[~keep], reason)


def _rejected(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    line = rows["source_row"].str.extract(r"^(\d+)")[0]
    bad = pd.DataFrame({"source": rows["source"], "line": line, "field": "reading"})
    return conform(bad.assign(reason=reason), REJECTED, what="rejected readings")


def _decisions(snapshots: list[Snapshots]) -> dict[str, Decision]:
    unknown = Decision(
        unit=Choice("cell", Origin.DECLARED, sentence("importing.each_figure_names_unit")),
        base=Choice("1000", Origin.ASSUMED, "not stated"),
        locale=Choice("1234.5 Y-M-D", Origin.DECLARED),
        zone=Choice("offset", Origin.DECLARED, sentence("importing.moments_known_utc")),
    )
    decisions = {str(name): unknown for part in snapshots for name in part.frame["source"].unique()}
    typed = [part for part in snapshots if isinstance(part, TypedSnapshots)]
    return decisions | {
        part.source.id: part.decision for part in typed if part.source and part.decision
    }


def _records(readings: pd.DataFrame, decisions: dict[str, Decision]) -> pd.DataFrame:
    spans = difference(Snapshots(readings))
    start = readings[[*_MOMENT, "source", "source_row"]].rename(
        columns={"t_utc": "start_utc", "source": "from_source", "source_row": "from_row"}
    )
    spans = spans.merge(start, on=["line", "bundle", "start_utc"], how="left")
    elsewhere = spans["from_source"] != spans["source"]
    before = spans["from_row"].mask(elsewhere, spans["from_source"] + " " + spans["from_row"])
    shown = before + ARROW + spans["source_row"]
    return spans.drop(columns=["bundle", "from_source", "from_row"]).assign(
        bytes_half_width=half_widths(spans.assign(source_row=shown)),
        record_id="",
        session_id="",
        fold=_folds(spans, decisions),
        time_quality="snapshot_diff",
        raw_volume=_raw_volume(spans),
        roaming="unknown",
        service_class="data",
        source_row=shown,
    )[[column for column in USAGE if column in _FILLED]]


def _folds(spans: pd.DataFrame, decisions: dict[str, Decision]) -> pd.Series:
    fold = pd.Series("", index=spans.index, dtype="str")
    for source, decision in decisions.items():
        mine = (spans["source"] == source) & spans["start_local"].notna()
        if decision.zone.value != "offset":
            fold = fold.mask(mine, localise(spans.loc[mine, "start_local"], decision.zone.value)[1])
    return fold


def _raw_volume(spans: pd.DataFrame) -> pd.Series:
    """Write differences in the larger unit of both figures; exact, without floats."""
    units = pd.concat(
        [
            as_typed(spans[column]).str.extract(r" (\w+)")[0]
            for column in ("from_row", "source_row")
        ],
        axis=1,
    )
    volume = spans["bytes_total"].astype("Int64")
    raw = volume.astype("str") + " B"
    for power, unit in enumerate(_UNITS, start=1):
        size = unit_bytes(unit, 1000)
        decimals = (volume % size).astype("str").str.zfill(3 * power)
        text = ((volume // size).astype("str") + "." + decimals).str.rstrip("0").str.rstrip(".")
        raw = raw.mask((units == unit).any(axis=1), text + " " + unit)
    return raw


def _sources(
    snapshots: list[Snapshots],
    readings: pd.DataFrame,
    left_out: pd.DataFrame,
    records: pd.DataFrame,
) -> tuple[Source, ...]:
    notes = _top_ups(readings, records)
    used = readings["source"].value_counts()
    lost = left_out["source"].value_counts()
    sources = {}
    for part in snapshots:
        for name, own in part.frame["source"].value_counts().items():
            said = part.source if isinstance(part, TypedSnapshots) else None
            source = said or Source(str(name), "snapshots", "", rows=own, kept=own)
            stays = min(int(used.get(name, 0)), own)
            sources[source.id] = replace(
                source,
                kept=source.kept - own + stays,
                rejected=source.rejected + int(lost.get(name, 0)),
                duplicates=max(own - stays - int(lost.get(name, 0)), 0),
                notes=source.notes + tuple(notes[notes.index == name]),
            )
    return tuple(sources.values())


def _top_ups(readings: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """Return a sentence for each interval left out, by the source of its later reading."""
    ordered = readings.sort_values(_MOMENT, kind="stable")
    inner = ordered.duplicated(["line", "bundle"])
    kept = ordered.set_index(["line", "t_utc"]).index.isin(
        records.set_index(["line", "end_utc"]).index
    )
    rows = ordered[inner & ~kept]
    text = [sentence("importing.top_up_or_new_cycle", row=row) for row in rows["source_row"]]
    return pd.Series(text, index=rows["source"], dtype="object")


_FILLED: Final = (
    "line",
    "record_id",
    "session_id",
    "start_local",
    "end_local",
    "fold",
    "start_utc",
    "end_utc",
    "time_quality",
    "raw_volume",
    "bytes_total",
    "bytes_half_width",
    "roaming",
    "service_class",
    "source",
    "source_row",
)
