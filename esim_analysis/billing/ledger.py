"""Usage records as arrays in the order a plan meets them; prepared once, metered under many plans."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from esim_analysis.billing.money import Whole
from esim_analysis.model.plan import DAY_MINUTES, Plan
from esim_analysis.model.records import UsageRecords

Codes = NDArray[np.int64]
Places = NDArray[np.int32]  # places in a table
Mask = NDArray[np.bool_]

DAY_US: Final = 86_400_000_000
MINUTE_US: Final = 60_000_000
_BLOCK: Final = 1 << 16
_MONDAY: Final = 3  # 1970-01-01 was a Thursday: that many days after a Monday


@dataclass(frozen=True, slots=True)
class Ledger:
    """The data rows of usage records, by account and time.

    Attributes
    ----------
    row
        Row of `UsageRecords.frame`.
    account, accounts
        Who draws from one pot: the line, or lines together; place in `accounts`.
    line, lines
        Place in `lines`.
    start, end
        UTC, microseconds of the epoch.
    volume
        Billed bytes.
    session
        Code of the data session; a row without one is its own (below zero). Not dense.
    place, places
        Place in `places`: `plmn, country, roaming` as the records say them.
    zero_rated
        The operator says so; missing is no.
    sessions_known
        False where no row names a session.
    """

    row: Places
    account: Places
    accounts: tuple[str, ...]
    line: Places
    lines: tuple[str, ...]
    start: Whole
    end: Whole
    volume: Whole
    session: Codes
    place: Places
    places: pd.DataFrame
    zero_rated: Mask
    sessions_known: bool
    _locals: dict[str, Whole] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, usage: UsageRecords) -> "Ledger":
        """Prepare records: rows of `service_class` data or unknown, by line and time."""
        frame = usage.frame
        kind = frame["service_class"]
        row = np.flatnonzero((kind.isna() | (kind == "data")).to_numpy()).astype(np.int32)
        if len(row) < len(frame):
            frame = frame.iloc[row]
        line, lines = _codes(frame["line"])
        session, known = _sessions(frame["session_id"], line)
        place, places = _places(frame)
        return cls(
            row=row,
            account=line,
            accounts=tuple(map(str, lines)),
            line=line,
            lines=tuple(map(str, lines)),
            start=_micros(frame["start_utc"]),
            end=_micros(frame["end_utc"].fillna(frame["start_utc"])),
            volume=frame["bytes_billed"].fillna(frame["bytes_total"]).to_numpy(dtype="int64"),
            session=session,
            place=place,
            places=places,
            zero_rated=frame["zero_rated"].fillna(value=False).to_numpy(dtype=bool),
            sessions_known=known,
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row)

    def take(self, rows: Codes | NDArray[np.int32] | slice) -> "Ledger":
        """Return some rows, in the order given."""
        names = ("row", "account", "line", "start", "end", "volume", "session", "place")
        parts = {name: getattr(self, name)[rows] for name in (*names, "zero_rated")}
        return replace(self, **parts, _locals={})

    def under(self, plan: Plan) -> "Ledger":
        """Return the same rows with the lines that share the plan as one account, named ""."""
        if plan.shared is None:
            return self
        together = [plan.shared.holds(line) for line in self.lines]
        alone = [line for line, held in zip(self.lines, together, strict=True) if not held]
        place = np.where(together, 0, np.cumsum(~np.array(together, dtype=bool)))
        account = place.astype(np.int32)[self.line]
        return replace(self, account=account, accounts=("", *alone))

    def order(self) -> Places:
        """Return the rows by account and time."""
        return np.lexsort((self.start, self.account)).astype(np.int32)

    def ordered(self) -> "Ledger":
        """Return the rows by account and time."""
        return self.take(self.order())

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


def accounts_of(lines: pd.Series, plan: Plan) -> pd.Series:
    """Return what lines are called where allowances are told, as `Ledger.under` calls them."""
    names = {line: plan.account(line) for line in lines.unique()}
    return lines.map(names).astype("str")


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


def _codes(texts: pd.Series) -> tuple[Places, list[str]]:
    """Return a code a row and the words; missing text is ""."""
    code, found = _encoded(texts)
    words: list[str] = found.to_pylist()
    if "" not in words:
        words.append("")
    missing = code < 0
    if missing.any():
        code[missing] = words.index("")
    return code, words


def _encoded(texts: pd.Series) -> tuple[Places, pa.Array]:
    """Return a code a row, -1 where missing, and the words."""
    # Arrow encodes its own text in place; pandas would make a Python object of every row first.
    coded = pc.dictionary_encode(pa.array(texts), memory_pool=pa.system_memory_pool())
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    return np.array(coded.indices.fill_null(-1)), coded.dictionary


def _places(frame: pd.DataFrame) -> tuple[Places, pd.DataFrame]:
    combined = np.zeros(len(frame), dtype=np.int64)
    names: dict[str, list[str]] = {}
    for column in ("plmn", "country", "roaming"):
        code, names[column] = _codes(frame[column])
        combined *= len(names[column])
        combined += code
    place, found = pd.factorize(combined)
    table = {}
    for column, words in reversed(names.items()):
        found, code = np.divmod(found, len(words))
        table[column] = np.array(words, dtype="object")[code]
    return place.astype(np.int32), pd.DataFrame(table, columns=list(names), dtype="str")


def _sessions(texts: pd.Series, line: Places) -> tuple[Codes, bool]:
    """Return one code a session of a line; rows that name none get negative ones of their own."""
    session = np.empty(len(line), dtype=np.int64)
    known, offset = False, 0
    for begin, end in _blocks(line):
        code, words = _encoded(texts.iloc[begin:end])
        nameless = (code < 0) | (code == pc.index(words, "").as_py())
        # Codes need not be dense: whoever asks groups by them.
        own = line[begin:end].astype(np.int64) * len(words) + code + offset
        session[begin:end] = np.where(nameless, -1 - np.arange(begin, end), own)
        known = known or not nameless.all()
        offset += (int(line[begin:end].max()) + 1) * len(words)
    return session, known


def _blocks(line: Places) -> list[tuple[int, int]]:
    """Return runs of whole lines: a table of a million texts would outweigh everything else."""
    ends = np.append(np.flatnonzero(np.diff(line)) + 1, len(line))
    wanted = np.arange(_BLOCK, len(line) + _BLOCK, _BLOCK)
    cuts = np.unique(ends[np.minimum(np.searchsorted(ends, wanted), len(ends) - 1)])
    return list(zip([0, *cuts[:-1].tolist()], cuts.tolist(), strict=True)) if len(line) else []
