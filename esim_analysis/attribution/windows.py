"""What a person asks of an attribution: a window of time, some apps, a step of a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import PieceTable, band_of
from esim_analysis.attribution.bill import Ints, micros
from esim_analysis.attribution.bounds import ELSEWHERE
from esim_analysis.attribution.days import cut, midnights
from esim_analysis.attribution.groups import number_groups, sum_whole
from esim_analysis.attribution.ledger import Pieces, moments
from esim_analysis.model import Attribution

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
    table = PieceTable.of(attribution)
    edges = np.maximum.accumulate(np.array([_instant(start), _instant(end)], dtype=np.int64))
    parts, _ = cut(table.pieces, edges)
    inside = (parts.start >= edges[0]) & (parts.end <= edges[1])
    wanted = table.chosen(apps)[parts.app]
    group = np.where(inside & wanted, 0, ELSEWHERE)
    low, high = band_of(table, parts, group, 1)
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
    table = PieceTable.of(attribution)
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
