"""The history: what earlier runs saw, each record once, in one DuckDB file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.history.frames import drop
from esim_analysis.history.remembering import as_of, pseudonym, recall_parts, remember_part
from esim_analysis.history.store import Connection, Store, first
from esim_analysis.importers.importer import Said
from esim_analysis.importers.joining import join
from esim_analysis.importers.parts import Part
from esim_analysis.importers.reading import Reading
from esim_analysis.model import FileError, NothingUsableError

_NOT_KEPT: Final = "line_table"  # the user's own list of SIMs is full of ids: read afresh each time


@dataclass(frozen=True, slots=True)
class Look:
    """One run that brought something new.

    Attributes
    ----------
    number
        1, 2, 3, …
    taken
        When it ran, UTC.
    as_of
        The end of the last record known then; None where no bill was known.
    """

    number: int
    taken: pd.Timestamp
    as_of: pd.Timestamp | None


class History:
    """What earlier runs saw. Overlapping exports change nothing, new ones extend it.

    Every call opens the file for a moment and changes all of what it was asked, or
    nothing: a killed run, a full disk or a second process leave it whole.

    Parameters
    ----------
    path
        The file; made when something is first remembered.
    """

    def __init__(self, path: str | Path) -> None:
        self.store = Store(path)

    def known(self) -> dict[str, Said]:
        """Return the SHA-256 of each file that was read, and what was declared then."""
        if not self.store.exists:
            return {}
        with self.store.transaction() as connection:
            return _known(connection)

    def remember(
        self,
        parts: Sequence[Part],
        *,
        now: datetime | None = None,
    ) -> Look | None:
        """Add what files hold; return the look, or None when nothing was new.

        A file that was remembered under another declared zone or mapping is replaced.

        Raises
        ------
        HistoryError
            The file cannot be written now; it is as it was.
        """
        with self.store.transaction() as connection:
            known = _known(connection)
            told = {part.sha256: part for part in parts if part.importer != _NOT_KEPT}
            new = [
                part
                for sha256, part in told.items()
                if sha256 not in known or not part.said.agrees_with(known[sha256])
            ]
            if not new:
                return None
            number = _last(connection) + 1
            key = _key(connection)
            for part, end in zip(new, _ends(new), strict=True):
                _write(connection, part, look=number, end=end, key=key)
            end_utc = first(connection, "SELECT max(end_utc) AT TIME ZONE 'UTC' FROM usage_rows")
            taken = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
            connection.execute("INSERT INTO looks VALUES (?, ?, ?)", [number, taken, end_utc])
        return _look(number, taken, end_utc)

    def looks(self) -> tuple[Look, ...]:
        """Return the runs that brought something, in their order."""
        if not self.store.exists:
            return ()
        with self.store.transaction() as connection:
            rows = connection.execute("SELECT * FROM looks ORDER BY look").fetchall()
        return tuple(_look(*row) for row in rows)

    def files(self) -> pd.DataFrame:
        """Return `name, importer, look, records` of each file, in the order of coming."""
        if not self.store.exists:
            return pd.DataFrame(columns=["name", "importer", "look", "records"])
        with self.store.transaction() as connection:
            told: pd.DataFrame = connection.sql(
                "SELECT name, importer, look, (SELECT count(*) FROM usage_places p "
                "WHERE p.file = f.file) AS records FROM files f ORDER BY look, name, sha256"
            ).df()
        return told

    def recall(
        self,
        *,
        look: int | None = None,
        only: Collection[str] | None = None,
        raw_lines: Mapping[str, str] | None = None,
        problems: tuple[FileError, ...] = (),
        also: Iterable[Part] = (),
    ) -> Reading:
        """Return all that was known at a look, as if every file were read at once.

        Parameters
        ----------
        look
            None: all there is.
        only
            SHA-256 of the files it is about; None: all.
        raw_lines
            Line as importers name it → subscriber id, of files at hand: lets a user
            pick a line by its number although the history does not hold it.
        problems, also
            Of the files of this run: what could not be read, and lists of SIMs.

        Raises
        ------
        NothingUsableError
            Nothing is known yet.
        """
        if not self.store.exists:
            raise NothingUsableError(f"{self.store.path.name}: nothing has been remembered yet")
        with self.store.transaction() as connection:
            until = _last(connection) if look is None else look
            parts = recall_parts(connection, until=until, only=only)
            key = _key(connection)
        lists = [part for part in also if part.importer == _NOT_KEPT]
        reading = join([*parts, *lists], problems)  # their ids are matched by the caller
        own = {str(line): str(line) for line in reading.usage.frame["line"].unique() if line}
        at_hand = {pseudonym(line, key): raw for line, raw in (raw_lines or {}).items()}
        ids = {line: at_hand.get(line, line) for line in own}
        return replace(reading, usage=replace(reading.usage, raw_lines=ids))


def _look(number: int, taken: datetime, as_of: datetime | None) -> Look:
    end = None if as_of is None else pd.Timestamp(as_of, tz="UTC")
    return Look(number, pd.Timestamp(taken, tz="UTC"), end)


def _known(connection: Connection) -> dict[str, Said]:
    rows = connection.execute("SELECT sha256, timezone, mappings FROM files").fetchall()
    return {sha256: Said(timezone, mappings) for sha256, timezone, mappings in rows}


def _last(connection: Connection) -> int:
    return int(first(connection, "SELECT coalesce(max(look), 0) FROM looks"))


def _key(connection: Connection) -> str:
    return str(first(connection, "SELECT told FROM meta WHERE name = 'key'"))


def _ends(parts: Sequence[Part]) -> list[float]:
    """Return how late each file speaks; settings and names of apps go with the files beside them."""
    own = [as_of(part) for part in parts]
    beside = max((end for end in own if end is not None), default=None)
    told = [end if end is not None else beside for end in own]
    return [part.modified if e is None else e for part, e in zip(parts, told, strict=True)]


def _write(connection: Connection, part: Part, *, look: int, end: float, key: str) -> None:
    before = first(connection, "SELECT file FROM files WHERE sha256 = ?", part.sha256)
    if before is not None:
        drop(connection, before)
        connection.execute("DELETE FROM files WHERE file = ?", [before])
    file = int(first(connection, "SELECT coalesce(max(file), 0) FROM files")) + 1
    told = remember_part(connection, file, part, key=key)
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(file, part.sha256, part.file_name, part.importer, end, part.said.timezone),
            *(look, told, part.said.mappings),
        ],
    )
