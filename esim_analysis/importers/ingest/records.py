"""Buckets back to usage records: the last step of the ordinary reader, for some lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from esim_analysis.importers.ingest.bucketing import BUCKET, LINE, PLACE, PLAIN, READ, WORD
from esim_analysis.importers.ingest.ingesting import Ingested
from esim_analysis.importers.repeats import count_once
from esim_analysis.importers.tabular.records import finish
from esim_analysis.model import UsageRecords, merge
from esim_analysis.model.frames import MONEY, conform
from esim_analysis.model.records import USAGE

_MONEY: Final = MONEY.pyarrow_dtype
_ALWAYS: Final = {"record_id": "", "session_id": "", "fold": "", "time_quality": "session"}
_VOLUMES: Final = ("bytes_total", "bytes_up", "bytes_down", "bytes_billed")


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
    parts = [_part(made, folder, number, lines) for made, folder in files]
    if len(parts) == 1 and not files[0][0].finished:
        return parts[0]  # its copies are dropped already
    return count_once(merge(parts))


def _part(made: Ingested, folder: Path, number: int, lines: Sequence[str] | None) -> UsageRecords:
    frame = _frame(made, folder, number, lines)
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


def _frame(made: Ingested, folder: Path, number: int, lines: Sequence[str] | None) -> pd.DataFrame:
    """Read rows by line and time, those of one moment in the order of the file."""
    tables = []
    if (where := folder / READ / f"{BUCKET}={number}").is_dir():
        only = None if lines is None else ds.field("line").isin(list(lines))
        read = ds.dataset(where, format="parquet").to_table(filter=only)
        tables.append(read.take(_order(read, _ranks(read.column("line")))))
    if (where := folder / PLAIN / f"{BUCKET}={number}").is_dir():
        tables.append(_plain(made, where, lines))
    filled = [_typed(table) for table in tables if table.num_rows]
    if not filled:
        return pd.DataFrame()
    table = filled[0] if len(filled) == 1 else _in_between(*filled)
    # pandas would make an object of every amount of money.
    frame = table.drop_columns([PLACE]).to_pandas(types_mapper={_MONEY: MONEY}.get)
    return conform(frame, USAGE, what="usage records")


def _in_between(few: pa.Table, many: pa.Table) -> pa.Table:
    """Return two tables in order as one; of the many rows between two of the few none is moved."""
    narrow = ["line", "start_utc", PLACE]
    keys = pa.concat_tables([few.select(narrow), many.select(narrow)])
    place = _order(keys, _ranks(keys.column("line"))).to_numpy()
    own = place < few.num_rows
    begins = np.flatnonzero(np.append(True, own[1:] != own[:-1]))
    ends = np.append(begins[1:], len(place))
    parts = [
        (few if own[begin] else many).slice(
            place[begin] - (0 if own[begin] else few.num_rows), end - begin
        )
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    return pa.concat_tables(parts, promote_options="default")


def _order(rows: pa.Table, rank: npt.NDArray[np.generic]) -> pa.Array:
    """Return the places of rows by line and time, those of one moment in the order of the file."""
    start, place = rows.column("start_utc").to_numpy(), rows.column(PLACE).to_numpy()
    if (start[1:] >= start[:-1]).all() and (place[1:] > place[:-1]).all():
        return pa.array(np.argsort(rank, kind="stable"))  # an export in the order of time
    return pa.array(np.lexsort((place, start, rank)))


def _ranks(line: pa.ChunkedArray) -> npt.NDArray[np.generic]:
    """Return the place of each row's line among all of them, in as few bytes as hold it."""
    said = line.combine_chunks().dictionary_encode()
    rank = pc.rank(said.dictionary).to_numpy()
    narrow = rank.astype(np.min_scalar_type(len(rank)))
    told: npt.NDArray[np.generic] = narrow[said.indices.to_numpy()]
    return told


def _plain(made: Ingested, folder: Path, lines: Sequence[str] | None) -> pa.Table:
    """Return plain rows in their order, words and lines replaced by what they mean."""
    known = _texts(pq.read_table(made.folder / "ids.parquet")).column("line")
    only = None
    if lines is not None:
        asked = pc.is_in(known, pa.array(list(lines), known.type))
        only = ds.field(LINE).isin(np.flatnonzero(asked.to_numpy()).tolist())
    rows = _texts(ds.dataset(folder, format="parquet").to_table(filter=only))
    rank = np.zeros(rows.num_rows, np.uint8)
    if LINE in rows.column_names:
        rank = _ranks(known)[rows.column(LINE).to_numpy()]
    # Ordered before words take their room.
    rows = rows.take(_order(rows, rank))
    line = known.take(rows.column(LINE)) if LINE in rows.column_names else _same("", rows)
    meanings = _texts(pq.read_table(made.folder / "words.parquet")).drop_columns(["words"])
    meaning = meanings.take(rows.column(WORD))
    told = {name: rows.column(name) for name in rows.column_names if name not in (WORD, LINE)}
    told |= {name: meaning.column(name) for name in meaning.column_names if name != "data"}
    told["line"] = line
    if "end_utc" not in told:
        told["end_utc"] = told["start_utc"]
    told |= {name: _same(text, rows) for name, text in _ALWAYS.items() if name not in told}
    if "exact_volume" in told:
        told["raw_volume"] = _figures(told.pop("exact_volume"))
    told["source_row"] = pc.cast(told[PLACE], pa.large_string())
    return pa.table(_without_volume(told, meaning.column("data")))


def _without_volume(told: dict[str, pa.Array], data: pa.Array) -> dict[str, pa.Array]:
    """Take volumes off rows that are no data, and the currency off those without a charge."""
    if not pc.all(data).as_py():
        for name in set(_VOLUMES) & told.keys():
            told[name] = pc.if_else(data, told[name], 0)
        told["raw_volume"] = pc.if_else(data, told["raw_volume"], None)
    if "charge" not in told:
        del told["currency"]
    elif told["charge"].null_count:
        told["currency"] = pc.if_else(pc.is_valid(told["charge"]), told["currency"], None)
    return told


def _figures(exact: pa.ChunkedArray) -> pa.Array:
    """Write decimals, none below zero, in figures, without noughts at the end."""
    scale = exact.type.scale
    if not scale:
        return pc.cast(pc.cast(exact, pa.int64()), pa.large_string())
    one = exact.combine_chunks()
    halves = np.frombuffer(one.buffers()[1], np.int64).reshape(-1, 2)  # the lower one first
    whole, rest = np.divmod(halves[one.offset : one.offset + len(one), 0], 10**scale)
    # A figure before the rest keeps its noughts.
    padded = pc.cast(pa.array(rest + 10**scale), pa.large_string())
    after = pc.utf8_slice_codeunits(padded, 1)
    before, point = pc.cast(pa.array(whole), pa.large_string()), pa.scalar(".", pa.large_string())
    joined = pc.binary_join_element_wise(before, after, point)
    return pc.ascii_rtrim(pc.ascii_rtrim(joined, characters="0"), characters=".")


def _same(text: str, rows: pa.Table) -> pa.ChunkedArray:
    return pa.chunked_array([pa.repeat(pa.scalar(text, pa.large_string()), rows.num_rows)])


def _texts(table: pa.Table) -> pa.Table:
    """Return text as pandas keeps it, so that it is copied once only."""
    kinds = [
        field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(kinds))


def _typed(table: pa.Table) -> pa.Table:
    """Name UTC as this package does, whatever the writer called it."""
    utc = pa.timestamp("us", tz="UTC")
    for place, field in enumerate(table.schema):
        if field.name.endswith("_utc"):
            table = table.set_column(place, field.name, table.column(place).cast(utc))
    return _texts(table)
