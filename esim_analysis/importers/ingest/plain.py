"""What makes a row plain, and how it is converted: the ordinary reader's arithmetic on columns.

A condition here may be too strict, never too lax: a row that fails it goes to the ordinary
reader. So cells are plain when they are written as most are (`12,5`, `R0012`), and instants
when their local hour happens once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.importers.ingest.cells import Flags, Numbers
from esim_analysis.importers.tabular.settled import Table
from esim_analysis.importers.tabular.vocabulary import Role

IDS: Final[tuple[Role, ...]] = ("line", "record_id", "session_id")
WORDS: Final[tuple[Role, ...]] = (
    "network", "plmn", "mcc", "mnc", "country", "place", "rat", "apn", "service", "roaming", "currency",
)  # fmt: skip
VOLUMES: Final[tuple[Role, ...]] = ("bytes_up", "bytes_down", "bytes_total", "bytes_billed")
_STEPS: Final = {"B": 0, "KB": 1, "MB": 2, "GB": 3, "KiB": 1, "MiB": 2, "GiB": 3}
_USUAL: Final = 0.9
_YEAR: Final = pd.Timedelta(days=400)
_FIRST, _LAST = pd.Timestamp("1990-01-01"), pd.Timestamp("2100-01-01")  # sensible dates
USUAL_ID: Final = "[0-9A-FH-RU-Za-fh-ru-z][!-~]{4,}"  # no beginning of "total", "sum", …


@dataclass(frozen=True, slots=True)
class Clock:
    """Local time to UTC, in microseconds: in span `i`, `begins[i] <= local < ends[i]`."""

    begins: Numbers
    ends: Numbers
    offsets: Numbers

    def utc(self, local: Numbers) -> tuple[Numbers, Flags]:
        """Return UTC, and False in hours that happen twice or not at all, or far away."""
        place = np.searchsorted(self.begins, local, side="right") - 1
        return local - self.offsets.take(place, mode="clip"), (place >= 0) & (
            local < self.ends.take(place, mode="clip")
        )


@dataclass(frozen=True, slots=True)
class Conversion:
    """How every plain row of a table is read.

    Attributes
    ----------
    columns
        Where each role stands.
    width
        How many columns there are.
    order, mark, blank
        Of times, as `cells.moments` has them.
    decimal
        The decimal mark; None where numbers are whole.
    steps, factor
        Thousands in the unit of volumes, and how many bytes it has.
    usual_ids
        Roles whose ids do not begin as "total" does.
    """

    columns: dict[Role, int]
    width: int
    order: str
    mark: str
    blank: str
    clock: Clock
    decimal: str | None
    steps: int
    factor: int
    usual_ids: frozenset[Role]

    @property
    def words(self) -> tuple[Role, ...]:
        """Roles that are told in words."""
        return tuple(role for role in WORDS if role in self.columns)

    @property
    def others(self) -> list[int]:
        """Columns of no role."""
        return sorted(set(range(self.width)) - set(self.columns.values()))


def can_be_plain(table: Table) -> bool:
    """Tell whether rows of a table can be plain at all."""
    columns = table.columns
    one = all(len(positions) == 1 for positions in columns.values())
    firm = table.measured.numbers.origin == "deduced" and table.measured.base.origin != "deduced"
    known = set(columns)
    return (
        one
        and firm
        and table.mapping is None
        and not {"unit", "duration"} & known
        and ({"bytes_up", "bytes_down"} <= known or bool({"bytes_total", "bytes_billed"} & known))
        and table.measured.unit.value in _STEPS
        and len({p for positions in columns.values() for p in positions}) == len(columns)
        and table.written.order.reason != "in this order use runs on from day to day"
        and table.zone.value != "offset"
        and _marks_of_times(table) is not None
    )


def conversion(table: Table) -> Conversion:
    """Take over what is settled for a table that can be plain."""
    marks, unit = table.measured.marks, table.measured.unit.value
    written = _marks_of_times(table)
    assert written is not None, "ask `can_be_plain` first"  # noqa: S101 - for type checkers
    base = 1024 if unit.endswith("iB") else int(table.measured.base.value)
    return Conversion(
        columns={role: place for role, (place,) in table.columns.items()},
        width=len(table.grid.headings),
        order=table.written.order.value,
        mark=written[0],
        blank=written[1],
        clock=_clock(table),
        decimal=None if marks.decimal == "." and not marks.thousands else marks.decimal,
        steps=_STEPS[unit],
        factor=base ** _STEPS[unit],
        usual_ids=frozenset(role for role in IDS if role in table.columns and _usual(table, role)),
    )


def _usual(table: Table, role: Role) -> bool:
    known = table.grid.records[table.columns[role][0]]
    return bool(known[known != ""].str.fullmatch(USUAL_ID).mean() > _USUAL)


def _clock(table: Table) -> Clock:
    """Return the spans around the times of a table in which its local time is one instant."""
    known = table.written.start.naive(table.written.order.value).dropna()
    begin, end = max(known.min() - _YEAR, _FIRST), min(known.max() + _YEAR, _LAST)
    utc = pd.date_range(begin.floor("D"), end, freq="30min", tz="UTC")
    offset = utc.tz_convert(table.zone.value).tz_localize(None) - utc.tz_localize(None)
    steps = np.flatnonzero(np.r_[True, offset[1:] != offset[:-1]])
    # Between the two local names of the instant of a change an hour repeats or is missing.
    names = [sorted(utc[step].tz_localize(None) + offset[[step - 1, step]]) for step in steps[1:]]
    return Clock(
        begins=_microseconds([begin, *(late for _, late in names)]),
        ends=_microseconds([*(early for early, _ in names), end]),
        offsets=(offset[steps] // pd.Timedelta(microseconds=1)).to_numpy(np.int64),
    )


def _microseconds(moments: list[pd.Timestamp]) -> npt.NDArray[np.int64]:
    return pd.DatetimeIndex(moments).as_unit("us").asi8


def _marks_of_times(table: Table) -> tuple[str, str] | None:
    """Return what stands in the day, and before the clock; None for times of another width."""
    cells = table.grid.records[table.columns["start"][0]]
    shapes = cells[cells != ""].str.replace(r"\d", "9", regex=True).value_counts()
    shape = str(shapes.index[0]) if len(shapes) else ""
    if len(shape) != 19 or not shape.isascii():  # noqa: PLR2004 - DD/MM/YYYY HH:MM:SS
        return None
    return shape[4 if table.written.order.value == "Y-M-D" else 2], shape[10]
