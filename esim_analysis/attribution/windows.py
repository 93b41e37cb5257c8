"""What a person asks of an attribution: some apps in some time, a step of a figure."""

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
from esim_analysis.attribution.ledger import moments
from esim_analysis.attribution.pieces import Pieces
from esim_analysis.model import Attribution

_STEPS: Final = {"1h": 3_600_000_000, "2h": 7_200_000_000, "1D": 0}
_BACKGROUND: Final = "background"
_UNKNOWN: Final = "unknown"

Span = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True, slots=True)
class WindowShare:
    """What some apps used of what was billed in some time.

    Attributes
    ----------
    billed
        Bytes billed in that time, all apps and residuals.
    bytes, low, high
        Bytes of the chosen apps, and the least and most they can be.
    background, unknown
        Those of `bytes` used in the background, and those of which the phone does not say.
    """

    billed: int
    bytes: int
    low: int
    high: int
    background: int
    unknown: int

    @property
    def share(self) -> float:
        """Share of the bill of that time, 0 to 1; 0 where nothing was billed."""
        return self.bytes / self.billed if self.billed > 0 else 0.0


def share(
    attribution: Attribution,
    *,
    spans: Sequence[Span],
    apps: Sequence[str] | None = None,
    grounds: Sequence[str] | None = None,
    lines: Sequence[str] | None = None,
) -> WindowShare:
    """Return what apps used in some spans of time, each [start, end).

    A piece cut by an edge counts by duration; its band says that all or nothing of it
    may lie inside.

    Parameters
    ----------
    apps
        None: every app, residuals left out.
    grounds, lines
        None: all.
    """
    table = PieceTable.of(attribution)
    bounds = [(_instant(start), _instant(end)) for start, end in spans]
    edges = np.unique(np.array(bounds, dtype=np.int64))
    parts, owner = cut(table.pieces, edges)
    inside = np.zeros(len(parts.start), dtype=bool)
    for start, end in bounds:
        inside |= (parts.start >= start) & (parts.end <= end) & (parts.start < end)
    if lines is not None:
        inside &= attribution.pieces["line"].isin(list(lines)).to_numpy()[owner]
    mine = inside & table.chosen(apps)[parts.app]
    ground = table.grounds[parts.ground]
    if grounds is not None:
        mine &= np.isin(ground, list(grounds))
    low, high = band_of(table, parts, np.where(mine, 0, ELSEWHERE), 1)
    return WindowShare(
        billed=int(parts.bytes[inside].sum()),
        bytes=int(parts.bytes[mine].sum()),
        low=int(low[0]),
        high=int(high[0]),
        background=_sum(parts.bytes, mine & (ground == _BACKGROUND)),
        unknown=_sum(parts.bytes, mine & (ground == _UNKNOWN)),
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


def _sum(volume: Ints, rows: np.ndarray) -> int:
    return int(volume[rows].sum())


def _instant(time: pd.Timestamp) -> int:
    return int(micros(pd.Series([time]).dt.tz_convert("UTC"))[0])
