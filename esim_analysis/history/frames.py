"""Frames in the history file: each row once, beside it the files that say it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import pandas as pd
import pyarrow as pa

from esim_analysis.importers.declared.sessions import SESSIONS
from esim_analysis.model import APP_READINGS, EVIDENCE, REJECTED, SNAPSHOTS, USAGE
from esim_analysis.model.evidence import DEVICE_TOTALS
from esim_analysis.model.frames import COUNT, TEXT, Dtype, Schema, conform
from esim_analysis.model.screen import SCREEN

KINDS: Final[Mapping[str, Schema]] = {
    "usage": USAGE,
    "usage_rejected": REJECTED,
    "snapshots": SNAPSHOTS,
    "snapshots_rejected": REJECTED,
    "app_readings": APP_READINGS,
    "evidence": EVIDENCE,
    "evidence_rejected": REJECTED,
    "device_totals": DEVICE_TOTALS,
    "packages": {"uid": COUNT, "package": TEXT},
    "sessions": SESSIONS,
    "screen": SCREEN,
}
_PLACE: Final = ("source", "source_row")  # where a row stands; what differs between its copies
_TYPES: Final[Mapping[str, str]] = {
    "str": "VARCHAR",
    "Int64": "BIGINT",
    "boolean": "BOOLEAN",
    "float64": "DOUBLE",
    "datetime64[us]": "TIMESTAMP",
    "datetime64[us, UTC]": "TIMESTAMPTZ",
}


def tables(*kinds: str) -> Iterator[str]:
    """Yield the statements that make the tables of some kinds, of all where none is named."""
    for kind in kinds or KINDS:
        schema = KINDS[kind]
        columns = ", ".join(f'"{name}" {_sql_type(schema[name])}' for name in _content(schema))
        yield f"CREATE TABLE IF NOT EXISTS {kind}_rows (row BIGINT PRIMARY KEY, {columns})"
        yield (
            f"CREATE TABLE IF NOT EXISTS {kind}_places (file INTEGER NOT NULL, place INTEGER NOT NULL, "
            "row BIGINT NOT NULL, source VARCHAR, source_row VARCHAR)"
        )


def put(connection: duckdb.DuckDBPyConnection, kind: str, file: int, frame: pd.DataFrame) -> None:
    """Add the rows of a file: those already known gain a place, the others a row."""
    schema = KINDS[kind]
    frame = conform(frame, schema, what=kind)
    content = _content(schema)
    told = {name: frame.get(name) for name in _PLACE}
    given = frame[content].assign(place=range(len(frame)), at=told["source"], at_row=None)
    given["at_row"] = told["source_row"]
    connection.register("given", _arrow(given, schema))
    try:
        names = ", ".join(f'"{name}"' for name in content)
        same = " AND ".join(f'k."{name}" IS NOT DISTINCT FROM g."{name}"' for name in content)
        connection.execute(
            f"INSERT INTO {kind}_rows SELECT "  # noqa: S608 - names are our own
            f"(SELECT coalesce(max(row), 0) FROM {kind}_rows) + row_number() OVER (), g.* "
            f"FROM (SELECT DISTINCT {names} FROM given) g ANTI JOIN {kind}_rows k ON {same}"
        )
        connection.execute(
            f"INSERT INTO {kind}_places SELECT ?, g.place, k.row, g.at, g.at_row "  # noqa: S608
            f"FROM given g JOIN {kind}_rows k ON {same}",
            [file],
        )
    finally:
        connection.unregister("given")


def get(
    connection: duckdb.DuckDBPyConnection, kind: str, *, files: Sequence[int]
) -> dict[int, pd.DataFrame]:
    """Return the rows of some files, each as they stood in it."""
    schema = KINDS[kind]
    content = ", ".join(f'r."{name}"' for name in _content(schema))
    place = ", ".join(f"p.{name}" for name in _PLACE if name in schema)
    columns = ", ".join(part for part in (content, place) if part)
    told = connection.sql(
        f"SELECT p.file, {columns} FROM {kind}_places p JOIN {kind}_rows r USING (row) "  # noqa: S608
        "WHERE list_contains(?, p.file) ORDER BY p.file, p.place",
        params=[files],
    ).to_arrow_table()
    if not told.num_rows:
        return {}
    frame = told.to_pandas()
    whole = conform(frame.drop(columns="file"), schema, what=kind)
    return {
        int(str(file)): whole.loc[rows].reset_index(drop=True)
        for file, rows in frame.groupby("file", sort=True).groups.items()
    }


def drop(connection: duckdb.DuckDBPyConnection, file: int) -> None:
    """Forget what a file said, and the rows no other file says."""
    for kind in KINDS:
        connection.execute(f"DELETE FROM {kind}_places WHERE file = ?", [file])  # noqa: S608
        connection.execute(
            f"DELETE FROM {kind}_rows WHERE row NOT IN (SELECT row FROM {kind}_places)"  # noqa: S608
        )


def _content(schema: Schema) -> list[str]:
    return [name for name in schema if name not in _PLACE]


def _sql_type(dtype: Dtype) -> str:
    return _TYPES.get(str(dtype), "DECIMAL(18, 6)")


def _arrow(given: pd.DataFrame, schema: Schema) -> pa.Table:
    """Return the rows as Arrow with the types of the table, also where all are missing."""
    types: dict[str, Any] = {
        "str": pa.string(),
        "Int64": pa.int64(),
        "boolean": pa.bool_(),
        "float64": pa.float64(),
        "datetime64[us]": pa.timestamp("us"),
        "datetime64[us, UTC]": pa.timestamp("us", tz="UTC"),
    }
    fields = [
        pa.field(name, types.get(str(schema[name]), pa.decimal128(18, 6)))
        for name in _content(schema)
    ]
    fields += [pa.field("place", pa.int32()), pa.field("at", pa.string())]
    fields += [pa.field("at_row", pa.string())]
    return pa.Table.from_pandas(given, schema=pa.schema(fields), preserve_index=False)
