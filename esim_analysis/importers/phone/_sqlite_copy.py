"""A stranger's SQLite database, read from a private copy: bounded, read-only, nothing in it runs."""

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError

MAGIC: Final = b"SQLite format 3\x00"
WAL: Final = "-wal"
MAX_BYTES: Final = 500_000_000
_MAX_ROWS: Final = 2_000_000
_MAX_CELL: Final = 1_000_000
_STEP: Final = 100_000  # virtual-machine instructions between two looks at the budget
_BUDGET: Final = 20_000  # looks; far above any honest table of `_MAX_ROWS`
_PLAIN: Final = re.compile(r"CREATE TABLE\b", re.IGNORECASE)


@contextmanager
def open_copy(file: SourceFile) -> Iterator[sqlite3.Connection]:
    """Open a copy of `file`, with the write-ahead log beside it, for reading only.

    Raises
    ------
    FileError
        The database is too large, or damaged.
    """
    log = file.path.with_name(file.path.name + WAL)
    sizes = [path.stat().st_size for path in (file.path, log) if path.is_file()]
    if sum(sizes) > MAX_BYTES or len(file.data) > MAX_BYTES:
        found = sentence("importing.database_more_than_mb", megabytes=MAX_BYTES // 10**6)
        raise FileError(file.name, found, sentence("importing.give_phone_original_file"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        copy.write_bytes(file.data)
        if log.is_file():
            copy.with_name(copy.name + WAL).write_bytes(log.read_bytes())
        try:
            with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as database:
                _distrust(database)
                yield database
        # The message of a damaged database may itself be no text.
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as problem:
            found = sentence("importing.sqlite_database_damaged_not_fully")
            raise FileError(
                file.name, found, sentence("importing.copy_again_wal_file")
            ) from problem


def tables_of(database: sqlite3.Connection) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each ordinary table; views and virtual tables are passed over."""
    listed = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT 1000"
    ).fetchall()
    plain = [name for name, sql in listed if sql and _PLAIN.match(sql) and name.isidentifier()]
    return {
        name.upper(): tuple(
            column[1].upper() for column in database.execute(f'PRAGMA table_info("{name}")')
        )
        for name in plain
    }


def read_table(
    database: sqlite3.Connection,
    table: str,
    *,
    numbers: Iterable[str],
    texts: Iterable[str] = (),
    known: Iterable[str],
) -> pd.DataFrame:
    """Read named columns; one that the table lacks, or a value of another kind, is missing.

    Parameters
    ----------
    numbers, texts
        Columns to read as `float64` and as `str`.
    known
        The columns the table has, upper case.

    Raises
    ------
    sqlite3.Error
        The table is damaged, or larger than any phone's.
    """
    has = set(known)
    kinds = dict.fromkeys(numbers, "'integer', 'real'") | dict.fromkeys(texts, "'text'")
    chosen = [
        f'CASE WHEN typeof("{name}") IN ({kind}) THEN "{name}" END' if name in has else "NULL"
        for name, kind in kinds.items()
    ]
    # Names are this package's own, never the file's.
    query = f'SELECT {", ".join(chosen)} FROM "{table}" LIMIT {_MAX_ROWS + 1}'  # noqa: S608
    rows = database.execute(query).fetchall()
    if len(rows) > _MAX_ROWS:
        raise sqlite3.DataError(f"more than {_MAX_ROWS} rows in {table}")
    frame = pd.DataFrame(rows, columns=list(kinds), dtype="object")
    return frame.astype(
        {name: "float64" if "real" in kind else "str" for name, kind in kinds.items()}
    )


def _distrust(database: sqlite3.Connection) -> None:
    looks = iter(range(_BUDGET))
    database.set_progress_handler(lambda: next(looks, None) is None, _STEP)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_CELL)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")
