"""What was told: kept in the history file, so that nothing is told twice or forgotten."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import pyarrow as pa

from esim_analysis.alerts.firing import FIRED, KEY
from esim_analysis.alerts.watched import WATCHED
from esim_analysis.history import History
from esim_analysis.history.store import Connection, first

_SQL: Final = {"str": "VARCHAR", "float64": "DOUBLE", "datetime64[us, UTC]": "TIMESTAMPTZ"}


@dataclass(frozen=True, slots=True)
class Message:
    """One text for one channel.

    `state` is waiting, handed (given to the channel; what came of it is not known yet)
    or sent; `problem` says why the last try failed.
    """

    number: int
    channel: str
    title: str
    text: str
    state: str
    tries: int
    problem: str
    due: pd.Timestamp


class Ledger:
    """The alerts of a history: what was watched at each look, what fired, what was sent."""

    def __init__(self, history: History) -> None:
        self.history = history

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self.history.store.transaction() as connection:
            for statement in _tables():
                connection.execute(statement)
            yield connection

    def last_look(self) -> int:
        """Return the last look that was judged; 0 before the first."""
        with self._open() as connection:
            return _last(connection)

    def keys(self) -> set[tuple[str, ...]]:
        """Return the keys of all that fired."""
        with self._open() as connection:
            return _keys(connection)

    def record(
        self,
        look: int,
        watched: pd.DataFrame,
        fired: pd.DataFrame,
        messages: Sequence[tuple[tuple[str, ...], str, str, str, datetime]],
    ) -> bool:
        """Write what a look watched, what fired anew, and what is to be sent: all or nothing.

        Parameters
        ----------
        fired
            `FIRED` with `state`: told, past or muted. What fired before is left out.
        messages
            Key of the alert, channel, title, text and when it is due.

        Returns
        -------
        bool
            False where another run has judged this look: nothing is written then.
        """
        with self._open() as connection:
            if look <= _last(connection):
                return False
            _watch(connection, look, watched)
            known = _keys(connection)
            number = int(first(connection, "SELECT coalesce(max(alert), 0) FROM alerts_fired"))
            numbers: dict[tuple[str, ...], int] = {}
            for row in fired.to_dict("records"):
                key = tuple(str(row[name]) for name in KEY)
                if key in known:
                    continue
                number += 1
                numbers[key] = number
                values = [None if pd.isna(row[name]) else row[name] for name in (*FIRED, "state")]
                marks = ", ".join("?" * (len(values) + 2))
                connection.execute(
                    f"INSERT INTO alerts_fired VALUES ({marks})",  # noqa: S608 - marks only
                    [number, look, *values],
                )
            at = int(first(connection, "SELECT coalesce(max(message), 0) FROM alerts_messages"))
            for key, channel, title, text, due in messages:
                if key not in numbers:
                    continue
                at += 1
                connection.execute(
                    "INSERT INTO alerts_messages VALUES (?, ?, ?, ?, ?, 'waiting', 0, '', ?)",
                    [at, numbers[key], channel, title, text, _naive(due)],
                )
            connection.execute("INSERT INTO alerts_looks VALUES (?)", [look])
        return True

    def fired(self) -> pd.DataFrame:
        """Return all that fired: `FIRED`, `look` and `state`, in order."""
        with self._open() as connection:
            names = ", ".join(map(_quoted, FIRED))
            told: pd.DataFrame = (
                connection.sql(f"SELECT {names}, look, state FROM alerts_fired ORDER BY alert")  # noqa: S608
                .to_arrow_table()
                .to_pandas()
            )
        return told

    def messages(self, *, due: datetime | None = None) -> list[Message]:
        """Return what is not sent; with `due` only what may be sent by then."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT message, channel, title, told, state, tries, problem, due "
                "FROM alerts_messages WHERE state <> 'sent' AND due <= ? ORDER BY message",
                [_naive(due) if due else datetime.max],  # noqa: DTZ901 - beyond any moment
            ).fetchall()
        return [
            Message(number, channel, title, text, state, tries, problem, pd.Timestamp(at, tz="UTC"))
            for number, channel, title, text, state, tries, problem, at in rows
        ]

    def mark(self, message: Message, state: str, problem: str = "") -> None:
        """Note that a message was handed over, sent, or could not be sent (with its `problem`)."""
        with self._open() as connection:
            connection.execute(
                "UPDATE alerts_messages SET state = ?, problem = ?, tries = tries + ? "
                "WHERE message = ? AND state <> 'sent'",
                [state, problem, int(state == "handed" and not problem), message.number],
            )

    def watched(self) -> pd.DataFrame:
        """Return what was watched at every judged look: `WATCHED` and `look`."""
        with self._open() as connection:
            names = ", ".join(f"w.{_quoted(name)}" for name in WATCHED)
            told: pd.DataFrame = (
                connection.sql(
                    f"SELECT {names}, l.look FROM alerts_watched w JOIN alerts_looks l "  # noqa: S608
                    "ON w.since <= l.look AND (w.gone IS NULL OR w.gone > l.look) "
                    "ORDER BY l.look, t_utc, kind, name, line, app, amount"
                )
                .to_arrow_table()
                .to_pandas()
            )
        return told


def _tables() -> Iterator[str]:
    def columns(schema: dict[str, object]) -> str:
        return ", ".join(f"{_quoted(name)} {_SQL[str(dtype)]}" for name, dtype in schema.items())

    yield "CREATE TABLE IF NOT EXISTS alerts_looks (look INTEGER PRIMARY KEY)"
    yield (
        "CREATE TABLE IF NOT EXISTS alerts_watched "
        f"(since INTEGER, gone INTEGER, {columns(dict(WATCHED))})"
    )
    yield (
        "CREATE TABLE IF NOT EXISTS alerts_fired "
        f"(alert INTEGER PRIMARY KEY, look INTEGER, {columns(dict(FIRED))}, state VARCHAR)"
    )
    yield (
        "CREATE TABLE IF NOT EXISTS alerts_messages (message INTEGER PRIMARY KEY, "
        "alert INTEGER, channel VARCHAR, title VARCHAR, told VARCHAR, state VARCHAR, "
        "tries INTEGER, problem VARCHAR, due TIMESTAMP)"
    )


def _watch(connection: Connection, look: int, watched: pd.DataFrame) -> None:
    """Note what is watched now: rows come and go between looks; most stay."""
    names = ", ".join(map(_quoted, WATCHED))
    same = " AND ".join(
        f"w.{_quoted(name)} IS NOT DISTINCT FROM n.{_quoted(name)}" for name in (*WATCHED, "copy")
    )
    # Two sessions may be alike in everything: their copies are counted.
    copy = watched.groupby(list(WATCHED), dropna=False, sort=False).cumcount()
    connection.register("now_watched", pa.Table.from_pandas(watched.assign(copy=copy)))
    stands = (
        f"(SELECT rowid AS id, {names}, row_number() OVER (PARTITION BY {names}) - 1 AS copy "  # noqa: S608
        "FROM alerts_watched WHERE gone IS NULL)"
    )
    try:
        connection.execute(
            f"INSERT INTO alerts_watched SELECT ?, NULL, {names} FROM now_watched n "  # noqa: S608
            f"ANTI JOIN {stands} w ON {same}",
            [look],
        )
        connection.execute(
            "UPDATE alerts_watched SET gone = ? WHERE gone IS NULL AND since < ? AND rowid IN "  # noqa: S608
            f"(SELECT w.id FROM {stands} w ANTI JOIN now_watched n ON {same})",
            [look, look],
        )
    finally:
        connection.unregister("now_watched")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _last(connection: Connection) -> int:
    return int(first(connection, "SELECT coalesce(max(look), 0) FROM alerts_looks"))


def _keys(connection: Connection) -> set[tuple[str, ...]]:
    names = ", ".join(map(_quoted, KEY))
    return set(connection.execute(f"SELECT {names} FROM alerts_fired").fetchall())  # noqa: S608


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
