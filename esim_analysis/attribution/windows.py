"""What a person asks of an attribution: a window of time, some apps, a step of a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.attribution.bounds import ELSEWHERE, bounds
from esim_analysis.attribution.days import cut, midnights
from esim_analysis.attribution.groups import number_groups, sum_by, sum_whole
from esim_analysis.attribution.ledger import NO_CELL, Cells, Ledger, Pieces, moments
from esim_analysis.model import CONFLICT, RESIDUALS, UNATTRIBUTED, Attribution

_STEPS: Final = {"1h": 3_600_000_000, "2h": 7_200_000_000, "1D": 0}
_BACKGROUND: Final = "background"


@dataclass(frozen=True, slots=True)
class WindowShare:
    """What some apps used of what was billed in a window.

    Attributes
    ----------
    billed
        Bytes billed in the window, all apps and residuals.
    bytes, low, high
        Bytes of the chosen apps, and the least and most they can be.
    background
        Those of `bytes` used in the background.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    apps: tuple[str, ...]
    billed: int
    bytes: int
    low: int
    high: int
    background: int

    @property
    def share(self) -> float:
        """Share of the window's bill, 0 to 1; 0 where nothing was billed."""
        return self.bytes / self.billed if self.billed > 0 else 0.0

    @property
    def share_band(self) -> tuple[float, float]:
        """Least and most of `share`."""
        if self.billed <= 0:
            return 0.0, 0.0
        return min(self.low / self.billed, 1.0), min(self.high / self.billed, 1.0)

    @property
    def background_share(self) -> float:
        """Share of the apps' bytes used in the background, 0 to 1."""
        return self.background / self.bytes if self.bytes > 0 else 0.0


def share(
    attribution: Attribution,
    *,
    apps: Sequence[str] | None = None,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> WindowShare:
    """Return what apps used in [start, end); `apps=None` means every app.

    A piece cut by the window counts by duration; its band says that all or
    nothing of it may lie inside.
    """
    table = _Table.of(attribution)
    edges = np.array([_instant(start), _instant(end)], dtype=np.int64)
    parts, _ = cut(table.pieces, edges)
    inside = (parts.start >= edges[0]) & (parts.end <= edges[1])
    wanted = table.chosen(apps)[parts.app]
    group = np.where(inside & wanted, 0, ELSEWHERE)
    low, high = _band(table, parts, group, 1)
    mine = group == 0
    background = mine & (table.grounds == _BACKGROUND)[parts.ground]
    return WindowShare(
        start=start,
        end=end,
        apps=tuple(apps or ()),
        billed=int(parts.bytes[inside].sum()),
        bytes=int(parts.bytes[mine].sum()),
        low=int(low[0]),
        high=int(high[0]),
        background=int(parts.bytes[background].sum()),
    )


def timeline(attribution: Attribution, *, step: str = "2h") -> pd.DataFrame:
    """Return `start_utc, app, ground, bytes` by time step; sums are those of the pieces.

    Parameters
    ----------
    step
        `"1h"` or `"2h"` on the UTC grid, or `"1D"`: days of the attribution's zone.
        A piece over several steps is divided by duration, largest remainder.

    Raises
    ------
    ValueError
        Another step.
    """
    if step not in _STEPS:
        raise ValueError(f"step is one of {', '.join(_STEPS)}, not {step!r}")
    table = _Table.of(attribution)
    edges = _grid(table.pieces, step, attribution.zone.value)
    parts, _ = cut(table.pieces, edges)
    at = np.searchsorted(edges, parts.start, "right") - 1
    group, first = number_groups(at, parts.app, parts.ground)
    volume = sum_whole(group, parts.bytes, len(first))
    begin = edges[at[first]] if len(first) else np.zeros(0, np.int64)
    frame = pd.DataFrame(
        {
            "start_utc": moments(begin),
            "app": pd.Series(table.apps[parts.app[first]], dtype="str"),
            "ground": pd.Series(table.grounds[parts.ground[first]], dtype="str"),
            "bytes": pd.array(volume, dtype="Int64"),
        }
    )
    return frame[frame["bytes"] != 0].reset_index(drop=True)


def bands(
    attribution: Attribution, pieces: pd.DataFrame, *, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the band of some of an attribution's pieces, grouped by columns of theirs.

    Parameters
    ----------
    pieces
        Rows of `attribution.pieces`, with their index.
    by
        Columns of `pieces` (others may have been added); none for one total.

    Returns
    -------
    pandas.DataFrame
        `*by, bytes, bytes_low, bytes_high`, sorted by `by`.
    """
    keys = list(by)
    table = _Table.of(attribution)
    group = np.full(len(table.pieces.bytes), ELSEWHERE)
    rows = pieces.index.to_numpy()
    if keys:
        grouped = pieces.groupby(keys, sort=True, dropna=False)
        number = grouped.ngroup().to_numpy()
        result = grouped[["bytes"]].sum().reset_index()
    else:
        number = np.zeros(len(pieces), np.int64)
        result = pd.DataFrame({"bytes": [int(pieces["bytes"].sum())]})
    group[rows] = number
    low, high = _band(table, table.pieces, group, len(result))
    return result.assign(bytes_low=low.astype(np.int64), bytes_high=high.astype(np.int64))


@dataclass(frozen=True, slots=True)
class _Table:
    """An attribution's pieces as arrays."""

    pieces: Pieces
    apps: np.ndarray
    grounds: np.ndarray
    cells: Cells
    billed: Ints
    stretch: tuple[float, float]

    @classmethod
    def of(cls, attribution: Attribution) -> "_Table":
        frame = attribution.pieces
        app, apps = pd.factorize(frame["app"], sort=True)
        ground, grounds = pd.factorize(frame["ground"], sort=True)
        volume = frame["bytes"].to_numpy(dtype=np.int64)
        cell, cells = _cells(attribution, volume)
        record = frame["record"].to_numpy(dtype=np.int64)
        by_record = attribution.by_record
        billed = np.zeros(int(by_record["record"].max()) + 1 if len(by_record) else 1, np.int64)
        billed[by_record["record"].to_numpy(dtype=np.int64)] = by_record["billed"]
        pieces = Pieces(
            record=record,
            cell=np.where(frame["app"].isin(RESIDUALS), NO_CELL, cell),
            app=app.astype(np.int64),
            ground=ground.astype(np.int64),
            start=micros(frame["start_utc"]),
            end=micros(frame["end_utc"]),
            bytes=volume,
            status=(frame["status"] != "exact").to_numpy().astype(np.int64),
        )
        overhead = attribution.overhead
        stretch = (1 - overhead.low / overhead.point, overhead.high / overhead.point - 1)
        return cls(pieces, np.asarray(apps), np.asarray(grounds), cells, billed, stretch)

    def chosen(self, apps: Sequence[str] | None) -> Flags:
        """Mark app codes that are asked for."""
        if apps is None:
            return ~np.isin(self.apps, RESIDUALS)
        return np.isin(self.apps, list(apps))


def _cells(attribution: Attribution, volume: Ints) -> tuple[Ints, Cells]:
    """Return cells as the division knew them, else one a piece."""
    if isinstance(attribution, Ledger) and len(attribution.cell) == len(volume):
        return attribution.cell, attribution.cells
    overhead = attribution.overhead
    low: Floats = volume * np.float64(overhead.low / overhead.point)
    high: Floats = volume * np.float64(overhead.high / overhead.point)
    return np.arange(len(volume)), Cells(low, high)


def _band(table: _Table, parts: Pieces, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Bound groups of pieces: apps by their cells, the unattributed rest by the apps beside it."""
    of_app = parts.cell != NO_CELL
    room = table.billed[parts.record].astype(np.float64)
    found = bounds(
        group[of_app], parts.cell[of_app], room=room[of_app], cells=table.cells, groups=groups
    )
    mine = group != ELSEWHERE
    volume = sum_by(group[mine], parts.bytes[mine], groups)
    fixed = sum_by(group[mine & ~of_app], parts.bytes[mine & ~of_app], groups)
    rest = mine & (table.apps == UNATTRIBUTED)[parts.app]
    beside = sum_by(parts.record[of_app], parts.bytes[of_app], len(table.billed))
    less = np.minimum(table.stretch[1] * beside[parts.record[rest]], parts.bytes[rest])
    more = table.stretch[0] * beside[parts.record[rest]]
    low = found.low + fixed - sum_by(group[rest], less, groups)
    high = found.high + fixed + sum_by(group[rest], more, groups)
    _, first = number_groups(group[mine], parts.record[mine])
    conflict = mine & (table.apps == CONFLICT)[parts.app]
    over = sum_by(group[conflict], -parts.bytes[conflict], groups)
    billed = sum_by(group[mine][first], room[mine][first], groups) + over
    high = np.minimum(high, billed * 1.02)
    return (
        np.minimum(np.floor(low), volume).astype(np.int64),
        np.maximum(np.ceil(high), volume).astype(np.int64),
    )


def _grid(pieces: Pieces, step: str, zone: str) -> Ints:
    if len(pieces.start) == 0:
        return np.zeros(0, np.int64)
    width = _STEPS[step]
    if not width:
        return midnights(pieces.start, pieces.end, zone)[0]
    first = pieces.start.min() // width * width
    return np.arange(first, pieces.end.max() + width, width, dtype=np.int64)


def _instant(time: pd.Timestamp) -> int:
    return int(micros(pd.Series([time]).dt.tz_convert("UTC"))[0])
