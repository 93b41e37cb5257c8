"""The hours of a case on the clock of its zone, and bytes spread over them to the byte."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from esim_analysis.model.clock import local_midnights

_HOUR: Final = 3_600_000  # milliseconds
_WALL_DAY: Final = 24


@dataclass(frozen=True)
class Hours:
    """Every hour from the first local midnight to the last; days have 23 to 25 of them.

    Hours are counted from local midnight, so that no hour lies in two days, also
    where the clock of a zone is half an hour off the others'.

    Attributes
    ----------
    midnights
        UTC instants at which days begin, and the end of the last one.
    zone
        IANA name.
    """

    midnights: pd.DatetimeIndex
    zone: str

    @classmethod
    def spanning(cls, start: pd.Series, end: pd.Series, zone: str) -> Self:
        """Return the hours of all days touched by the half-open spans [start, end)."""
        if not len(start):
            return cls(pd.DatetimeIndex([], tz="UTC").as_unit("us"), zone)
        last = max(end.max() - pd.Timedelta(microseconds=1), start.max())
        return cls(local_midnights(start.min(), last, zone), zone)

    @property
    def days(self) -> int:
        """Number of days."""
        return max(0, len(self.midnights) - 1)

    @property
    def count(self) -> int:
        """Number of hours."""
        return len(self.day_of)

    @cached_property
    def day_edges(self) -> np.ndarray:
        """Milliseconds since 1970 of the midnights."""
        return self.midnights.as_unit("ms").asi8

    @cached_property
    def day_of(self) -> np.ndarray:
        """Day number of each hour."""
        numbers: np.ndarray = np.repeat(np.arange(self.days), self._lengths)
        return numbers

    @cached_property
    def edges(self) -> np.ndarray:
        """Milliseconds since 1970 at which hours begin, and the end of the last one."""
        if not self.days:
            return np.empty(0, dtype="int64")
        starts = self.day_edges[self.day_of] + self.hour_of_day * _HOUR
        return np.append(starts, self.day_edges[-1])

    @cached_property
    def hour_of_day(self) -> np.ndarray:
        """Hours since the local midnight of each hour."""
        before = np.cumsum(self._lengths) - self._lengths
        since: np.ndarray = np.arange(len(self.day_of)) - np.repeat(before, self._lengths)
        return since

    @cached_property
    def wall_minutes(self) -> np.ndarray:
        """What the clock on the wall shows when each hour begins, minutes since 00:00."""
        local = pd.DatetimeIndex(self.edges[:-1].astype("datetime64[ms]"), tz="UTC")
        local = local.tz_convert(self.zone)
        return np.asarray(local.hour * 60 + local.minute, dtype="int64")

    @cached_property
    def _lengths(self) -> np.ndarray:
        return -(-np.diff(self.day_edges) // _HOUR) if self.days else np.empty(0, dtype="int64")

    def holding(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[int, int]:
        """Return the half-open range of hours that holds [start, end), snapped outward."""
        edges = self.edges
        first = int(np.searchsorted(edges, _milliseconds(start), "right")) - 1
        last = int(np.searchsorted(edges, _milliseconds(end), "left"))
        first = min(max(first, 0), self.count)
        return first, min(max(last, first + 1), self.count)

    def whole_days(self, first: int, last: int) -> tuple[int, int]:
        """Return a half-open range of hours widened to whole days."""
        begins = np.concatenate(([0], np.cumsum(self._lengths)))
        days = self.day_of
        return int(begins[days[first]]), int(begins[days[last - 1] + 1])

    def axis(self) -> dict[str, Any]:
        """Return the axis as plain values; only days unlike others list their wall clock."""
        local = self.midnights[:-1].tz_convert(self.zone)
        # A day is unlike others by its length, or because its midnight was stepped over.
        unlike = (self._lengths != _WALL_DAY) | (self.wall_minutes[self.hour_of_day == 0] != 0)
        odd = {
            str(day): self.wall_minutes[self.day_of == day].tolist()
            for day in np.flatnonzero(unlike).tolist()
        }
        return {
            "zone": self.zone,
            "first": str(local[0].date()) if self.days else "",
            "midnights": (self.day_edges // 1000).tolist(),
            "walls": odd,
        }


def spread(frame: pd.DataFrame, hours: Hours) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Divide bytes over the hours of their spans: by day first, then by hour.

    Both times by duration and largest remainder, so that the hours of a row sum to
    the row, and the hours of a day to what `by_day` says of it.

    Parameters
    ----------
    frame
        `start_utc, end_utc, bytes`; a span without length belongs to its instant.

    Returns
    -------
    (row, hour, bytes)
        Equal long: row numbers of `frame`, numbers of hours, whole bytes.
    """
    start = frame["start_utc"].dt.as_unit("ms").astype("int64").to_numpy()
    end = frame["end_utc"].dt.as_unit("ms").astype("int64").to_numpy()
    amount = frame["bytes"].to_numpy(dtype="int64")
    if not len(amount):
        nothing = np.empty(0, dtype="int64")
        return nothing, nothing, nothing
    row, day, part = _divide(start, end, amount, hours.day_edges)
    edges = hours.day_edges
    from_, until = np.maximum(start[row], edges[day]), np.minimum(end[row], edges[day + 1])
    piece, hour, part = _divide(from_, until, part, hours.edges)
    return row[piece], hour, part


def _divide(
    start: np.ndarray, end: np.ndarray, amount: np.ndarray, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Divide amounts over the slots between edges; most rows lie in one slot and stay whole."""
    first = np.searchsorted(edges, start, "right") - 1
    last = np.maximum(np.searchsorted(edges, end, "left") - 1, first)
    whole = np.flatnonzero(first == last)
    torn = np.flatnonzero(first != last)
    row, slot, part = _tear(start[torn], end[torn], amount[torn], edges, first[torn], last[torn])
    return (
        np.concatenate((whole, torn[row])),
        np.concatenate((first[whole], slot)),
        np.concatenate((amount[whole], part)),
    )


def _tear(  # noqa: PLR0913, PLR0917 - six columns of the same rows
    start: np.ndarray,
    end: np.ndarray,
    amount: np.ndarray,
    edges: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    slots = last - first + 1
    row = np.repeat(np.arange(len(amount)), slots)
    begins = np.repeat(np.cumsum(slots) - slots, slots)
    slot = first[row] + np.arange(len(row)) - begins
    inside = np.minimum(end[row], edges[slot + 1]) - np.maximum(start[row], edges[slot])
    part, rest = _shares(np.abs(amount)[row], inside, (end - start)[row])
    missing = np.abs(amount) - np.bincount(row, part, len(amount)).astype("int64")
    part += _ranks(rest, slots) < missing[row]
    return row, slot, part * np.sign(amount)[row]


def _ranks(rest: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Return each slot's place in its row by falling remainder; equal ones keep their order.

    Rows of one length are ranked together as a table: a row has two or three slots
    mostly, and sorting all of them in one list takes ten times as long.
    """
    rank = np.empty(len(rest), dtype="int64")
    begins = np.cumsum(slots) - slots
    for length in np.unique(slots).tolist():  # lengths of rows, not rows
        place = begins[slots == length][:, None] + np.arange(length)
        order = np.argsort(-rest[place], axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(length)[None, :], axis=1)
        rank[place] = ranks
    return rank


def _shares(
    amount: np.ndarray, inside: np.ndarray, lasting: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the whole part of amount × inside / lasting, and its remainder."""
    whole = amount // lasting * inside
    rest = amount % lasting * inside  # below lasting², far from 63 bits
    return whole + rest // lasting, rest % lasting


def _milliseconds(instant: pd.Timestamp) -> int:
    return int(
        instant.tz_convert("UTC").tz_localize(None).asm8.astype("datetime64[ms]").astype("int64")
    )
