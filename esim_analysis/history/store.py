"""One DuckDB file: opened for a moment, written in one transaction or not at all."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import duckdb

from esim_analysis.history.frames import tables
from esim_analysis.importers.paths import HISTORY_NAME
from esim_analysis.model import EsimError, FileError

FILE_NAME: Final = HISTORY_NAME  # beside the exports, where no other is named
VERSION: Final = 4
_PATIENCE: Final = 30.0  # seconds; another run holds the file for one or two
_STEP: Final = 0.05
_KEY_BYTES: Final = 32

Connection = duckdb.DuckDBPyConnection

_SCHEMA: Final = """
CREATE TABLE meta (name VARCHAR PRIMARY KEY, told VARCHAR NOT NULL);
CREATE TABLE looks (look INTEGER PRIMARY KEY, taken TIMESTAMP NOT NULL, as_of TIMESTAMP);
CREATE TABLE files (
    file INTEGER PRIMARY KEY, sha256 VARCHAR NOT NULL UNIQUE, name VARCHAR NOT NULL,
    importer VARCHAR NOT NULL, as_of DOUBLE NOT NULL, timezone VARCHAR NOT NULL,
    look INTEGER NOT NULL, told VARCHAR NOT NULL, mappings VARCHAR DEFAULT '');
"""
_UPGRADES: Final = {
    1: "ALTER TABLE files ADD COLUMN mappings VARCHAR DEFAULT ''",
    2: "; ".join(tables("sessions")),
    3: "; ".join(tables("screen")),
}


def first(connection: Connection, query: str, *values: object) -> Any:  # noqa: ANN401 - a cell
    """Return the first cell of a query, None where it has no row."""
    rows = connection.execute(query, list(values)).fetchall()
    return rows[0][0] if rows else None


class HistoryError(EsimError):
    """The history file cannot be used now; what it holds is as it was."""


class Store:
    """The file of a history; every use opens it, and closes it again."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.is_file()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open the file; commit when the block ends, roll back when it fails.

        Raises
        ------
        HistoryError
            Another run keeps the file, it cannot be written, or it is of a newer version.
        FileError
            It is no history file.
        """
        try:
            if not self.exists:
                self._create()
            connection = self._connect()
        except (OSError, duckdb.Error) as problem:
            raise self._refused(problem) from problem
        try:
            connection.execute("SET TimeZone = 'UTC'")
            self._check_version(connection)
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        except duckdb.ProgrammingError:
            raise  # a mistake of ours, not of the disk
        except duckdb.Error as problem:
            raise self._refused(problem) from problem
        finally:
            # Closing rolls back what was not committed. A full disk may refuse even the
            # checkpoint: what was committed then stays in the log beside the file.
            with suppress(duckdb.Error):
                connection.close()

    def _connect(self) -> Connection:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return duckdb.connect(self.path)
            except duckdb.IOException as problem:
                if "lock" not in str(problem) or time.monotonic() > deadline:
                    raise
                time.sleep(_STEP)

    def _create(self) -> None:
        """Make a complete file beside its place and put it there at once."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        made = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        try:
            with duckdb.connect(made) as connection:
                connection.execute(_SCHEMA)
                for statement in tables():
                    connection.execute(statement)
                told = {"version": str(VERSION), "key": secrets.token_hex(_KEY_BYTES)}
                connection.executemany("INSERT INTO meta VALUES (?, ?)", list(told.items()))
                connection.execute("CHECKPOINT")  # closing would hide that the disk is full
            made.chmod(0o600)
            with suppress(FileExistsError):  # another run was faster: its file stands
                os.link(made, self.path)
        finally:
            made.unlink(missing_ok=True)
            made.with_name(made.name + ".wal").unlink(missing_ok=True)

    def _check_version(self, connection: Connection) -> None:
        try:
            found = first(connection, "SELECT told FROM meta WHERE name = 'version'")
        except (duckdb.CatalogException, duckdb.BinderException):
            raise self._no_history() from None
        if not str(found).isdigit():
            raise self._no_history()
        if int(found) > VERSION:
            raise HistoryError(
                f"{self.path.name}: written by a newer version of this program. "
                "Next: update it, or name another file with --history."
            )
        for version in range(int(found), VERSION):
            connection.execute("BEGIN")
            connection.execute(_UPGRADES[version])
            connection.execute(
                "UPDATE meta SET told = ? WHERE name = 'version'", [str(version + 1)]
            )
            connection.execute("COMMIT")

    def _refused(self, problem: Exception) -> EsimError:
        said = str(problem)
        if "set lock" in said:
            return HistoryError(
                f"{self.path.name}: another run has been using it for {_PATIENCE:.0f} seconds. "
                "Next: wait for it to end, or name another file with --history."
            )
        if "not a valid DuckDB" in said:
            return self._no_history()
        why = said.splitlines()[0] if said else type(problem).__name__
        return HistoryError(
            f"{self.path.name}: cannot be used, nothing was recorded: {why}. "
            "Next: see that the disk has room and the file may be written, then run again."
        )

    def _no_history(self) -> FileError:
        return FileError(
            self.path.name, "not a history of this program", "name another file with --history"
        )
