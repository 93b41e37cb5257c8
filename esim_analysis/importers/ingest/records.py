"""Buckets back to usage records: the last step of the ordinary reader, for some lines."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from esim_analysis.importers.ingest.bucketing import BUCKET
from esim_analysis.importers.ingest.ingesting import Ingested
from esim_analysis.importers.repeats import count_once
from esim_analysis.importers.tabular.settled import finish
from esim_analysis.model import UsageRecords, merge
from esim_analysis.model.frames import conform
from esim_analysis.model.records import USAGE


def records_of(
    files: Sequence[tuple[Ingested, Path]], number: int, *, lines: Sequence[str] | None = None
) -> UsageRecords:
    """Return the records of one bucket, of all files together.

    Parameters
    ----------
    files
        Each file and the folder `bucket` wrote for it.
    lines
        Only these lines, by hash.

    Raises
    ------
    OSError
        A bucket cannot be read.
    """
    parts = [_part(made, folder / f"{BUCKET}={number}", lines) for made, folder in files]
    if len(parts) == 1 and not files[0][0].finished:
        return parts[0]  # its copies are dropped already
    return count_once(merge(parts))


def _part(made: Ingested, folder: Path, lines: Sequence[str] | None) -> UsageRecords:
    frame = _frame(folder, lines)
    if frame.empty:
        return UsageRecords.none()
    raw = pd.read_parquet(made.folder / "lines.parquet")
    raw = raw[raw["line"].isin(frame["line"].unique())]
    raw_lines = dict(zip(raw["line"], raw["raw"], strict=True))
    if made.finished or made.decision is None:
        return UsageRecords(
            frame=frame.assign(source=made.source.id),
            decisions={} if made.decision is None else {made.source.id: made.decision},
            sources=(made.source,),
            rejected=made.rejected,
            raw_lines=raw_lines,
        )
    return finish(
        frame,
        made.source,
        decision=made.decision,
        quality=None,
        has_end=made.has_end,
        rejected=made.rejected,
        raw_lines=raw_lines,
    )


def _frame(folder: Path, lines: Sequence[str] | None) -> pd.DataFrame:
    """Read rows in the order of the file."""
    if not folder.is_dir():
        return pd.DataFrame()
    only = None if lines is None else ds.field("line").isin(list(lines))
    table = ds.dataset(folder, format="parquet").to_table(filter=only)
    order = table.column("place").to_numpy().argsort(kind="stable")
    frame = _typed(table.take(pa.array(order)).drop_columns(["place"])).to_pandas()
    told = conform(frame, USAGE, what="usage records")
    return told.assign(row=frame["source_row"]).set_index("row", drop=True)


def _typed(table: pa.Table) -> pa.Table:
    """Name UTC as this package does, whatever the writer called it."""
    utc = pa.timestamp("us", tz="UTC")
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is not None:
            table = table.set_column(place, field.name, table.column(place).cast(utc))
    return table
