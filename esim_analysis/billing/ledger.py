"""Usage records as arrays in the order a plan meets them; prepared once, metered under many plans."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esim_analysis.billing.money import Whole
from esim_analysis.model.plan import DAY_MINUTES
from esim_analysis.model.records import UsageRecords

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

DAY_US: Final = 86_400_000_000
MINUTE_US: Final = 60_000_000
_MONDAY: Final = 3  # 1970-01-01 was a Thursday: that many days after a Monday


@dataclass(frozen=True, slots=True)
class Ledger:
    """The data rows of usage records, by account and time.

    Attributes
    ----------
    row
        Row of `UsageRecords.frame`.
    account, accounts
        Who draws from one pot: the line, or all lines together; place in `accounts`.
    line, lines
        Place in `lines`.
    start, end
        UTC, microseconds of the epoch.
    volume
        Billed bytes.
    session
        Code of the data session; a row without one is its own.
    place, places
        Place in `places`: `plmn, country, roaming` as the records say them.
    zero_rated
        The operator says so; missing is no.
    sessions_known
        False where no row names a session.
    """

    row: Codes
    account: Codes
    accounts: tuple[str, ...]
    line: Codes
    lines: tuple[str, ...]
    start: Whole
    end: Whole
    volume: Whole
    session: Codes
    place: Codes
    places: pd.DataFrame
    zero_rated: Mask
    sessions_known: bool
    _locals: dict[str, Whole] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, usage: UsageRecords) -> "Ledger":
        """Prepare records: rows of `service_class` data or unknown, by line and time."""
        frame = usage.frame
        keep = frame["service_class"].fillna("data").eq("data").to_numpy()
        row = np.flatnonzero(keep)
        line, lines = _codes(frame["line"])
        line = line[row]
        place, places = _places(frame, row)
        session, known = _sessions(frame, row, line)
        return cls(
            row=row,
            account=line,
            accounts=tuple(map(str, lines)),
            line=line,
            lines=tuple(map(str, lines)),
            start=_micros(frame["start_utc"])[row],
            end=_micros(frame["end_utc"].fillna(frame["start_utc"]))[row],
            volume=usage.billed.to_numpy(dtype="int64")[row],
            session=session,
            place=place,
            places=places,
            zero_rated=frame["zero_rated"].fillna(value=False).to_numpy(dtype=bool)[row],
            sessions_known=known,
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row)

    def take(self, rows: Codes | slice) -> "Ledger":
        """Return some rows, in the order given."""
        names = ("row", "account", "line", "start", "end", "volume", "session", "place")
        parts = {name: getattr(self, name)[rows] for name in (*names, "zero_rated")}
        return replace(self, **parts, _locals={})

    def pooled(self) -> "Ledger":
        """Return the same rows as one account of all lines, by time."""
        one = self.take(np.argsort(self.start, kind="stable"))
        return replace(one, account=np.zeros(len(one), dtype=np.int64), accounts=("",), _locals={})

    def with_volume(self, volume: Whole) -> "Ledger":
        """Return the same rows with other volumes."""
        return replace(self, volume=volume)

    def local(self, zone: str) -> Whole:
        """Return the start by the wall clock of a zone, microseconds as if it were UTC."""
        if zone not in self._locals:
            self._locals[zone] = wall_clock(self.start, zone)
        return self._locals[zone]

    def local_day(self, zone: str, reset: int = 0) -> Whole:
        """Return the local day (days of the epoch) of each start; days begin at `reset` µs."""
        return (self.local(zone) - reset) // DAY_US

    def week_minute(self, zone: str) -> Whole:
        """Return the minute of the local week, from Monday 00:00."""
        minutes = self.local(zone) // MINUTE_US + _MONDAY * DAY_MINUTES
        return minutes % (7 * DAY_MINUTES)


def wall_clock(instants: Whole, zone: str) -> Whole:
    """Return UTC microseconds as local wall-clock microseconds."""
    # One look-up an hour: no zone in use changes its clock inside a quarter of an hour.
    quarter = 15 * MINUTE_US
    places, known = pd.factorize(instants // quarter)
    times = pd.DatetimeIndex((known * quarter).astype("datetime64[us]")).tz_localize("UTC")
    naive = times.tz_convert(zone).tz_localize(None).as_unit("us").asi8
    shift: Whole = (naive - known * quarter)[places]
    return instants + shift


def to_utc(wall: Whole, zone: str) -> Whole:
    """Return wall-clock microseconds as UTC; a repeated time is its first run."""
    naive = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    local = naive.tz_localize(zone, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward")
    utc: Whole = local.tz_convert("UTC").tz_localize(None).as_unit("us").asi8
    return utc


def instants(micros: Whole) -> pd.DatetimeIndex:
    """Return microseconds of the epoch as UTC instants."""
    return pd.DatetimeIndex(micros.astype("datetime64[us]")).tz_localize("UTC")


def micros_of(instant: pd.Timestamp) -> int:
    """Return an instant (UTC where it has no zone) in microseconds of the epoch."""
    bare = instant if instant.tzinfo is None else instant.tz_convert("UTC").tz_localize(None)
    return int(bare.to_datetime64().astype("datetime64[us]").astype(np.int64))


def _micros(times: pd.Series) -> Whole:
    return pd.DatetimeIndex(times).tz_convert("UTC").tz_localize(None).as_unit("us").asi8


def _codes(texts: pd.Series) -> tuple[Codes, list[str]]:
    """Return a code a row and the words; missing text is ""."""
    code, words = pd.factorize(texts)
    known = [str(word) for word in words]
    if "" not in known:
        known.append("")
    return np.where(code < 0, known.index(""), code), known


def _places(frame: pd.DataFrame, row: Codes) -> tuple[Codes, pd.DataFrame]:
    combined = np.zeros(len(row), dtype=np.int64)
    columns = {}
    for name in ("plmn", "country", "roaming"):
        code, words = _codes(frame[name])
        columns[name] = np.array(words, dtype="object"), code[row]
        combined = combined * len(words) + columns[name][1]
    place, found = pd.factorize(combined)
    first = np.zeros(len(found), dtype=np.int64)
    first[place[::-1]] = np.arange(len(row))[::-1]
    table = {name: words[code[first]] for name, (words, code) in columns.items()}
    return place, pd.DataFrame(table, dtype="str")


def _sessions(frame: pd.DataFrame, row: Codes, line: Codes) -> tuple[Codes, bool]:
    """Return one code a session of a line; rows that name none get negative ones of their own."""
    texts = frame["session_id"]
    code, words = pd.factorize(texts)
    nameless = (texts.isna() | (texts == "")).to_numpy()[row]
    session = np.where(nameless, -1 - np.arange(len(row)), line * (len(words) + 1) + code[row])
    return session, not bool(nameless.all())
