"""Fixtures of the iPhone importers: bytes in, imported out; databases are built by the tests."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile

COCOA = 978_307_200
WHEN = 1_790_000_000 - COCOA  # 2026-09-21, in Apple's seconds
SCHEMA = {
    "ZPROCESS": "Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZFIRSTTIMESTAMP TIMESTAMP, "
    "ZTIMESTAMP TIMESTAMP, ZBUNDLENAME VARCHAR, ZPROCNAME VARCHAR",
    "ZLIVEUSAGE": "Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZKIND INTEGER, ZTAG INTEGER, "
    "ZHASPROCESS INTEGER, ZTIMESTAMP TIMESTAMP, ZWIFIIN FLOAT, ZWIFIOUT FLOAT, ZWWANIN FLOAT, "
    "ZWWANOUT FLOAT",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., SourceFile]:
    def write_file(content: str | bytes, name: str = "report.ndjson") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return write_file


@pytest.fixture
def backup(tmp_path: Path) -> Callable[..., SourceFile]:
    """Build a database of `(bundle, process, first, last, kind, wifi in, out, mobile in, out)`.

    Times are seconds after `WHEN`; a process of None leaves the row without one.
    """

    def build(
        *rows: Sequence[object], name: str = "DataUsage.sqlite", without: Sequence[str] = ()
    ) -> SourceFile:
        path = tmp_path / name
        schema = {
            table: ", ".join(c for c in columns.split(", ") if c.split()[0] not in without)
            for table, columns in SCHEMA.items()
        }
        with closing(sqlite3.connect(path)) as database:
            for table, columns in schema.items():
                database.execute(f"CREATE TABLE {table} ({columns})")
            for number, row in enumerate(rows, start=1):
                fill(database, number, row, without)
            database.commit()
        return SourceFile(path, name)

    return build


def fill(database, number, row, without=()):
    bundle, process, first, last, kind, *counters = row
    if process is not None:
        values = {
            "Z_PK": number,
            "ZFIRSTTIMESTAMP": WHEN + first,
            "ZTIMESTAMP": WHEN + last,
            "ZBUNDLENAME": bundle,
            "ZPROCNAME": process,
        }
        insert(database, "ZPROCESS", values, without)
    values = {
        "Z_PK": number,
        "ZKIND": kind,
        "ZTAG": 1,
        "ZHASPROCESS": number,
        "ZTIMESTAMP": WHEN + first,
        **dict(zip(("ZWIFIIN", "ZWIFIOUT", "ZWWANIN", "ZWWANOUT"), counters, strict=True)),
    }
    insert(database, "ZLIVEUSAGE", values, without)


def insert(database, table, values, without):
    kept = {column: value for column, value in values.items() if column not in without}
    marks = ", ".join("?" * len(kept))
    query = f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})"  # noqa: S608 - a test
    database.execute(query, tuple(kept.values()))
