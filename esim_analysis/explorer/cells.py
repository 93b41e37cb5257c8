"""Billed bytes by line, hour, app and ground: the numbers every view sums."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.explorer.names import Apps
from esim_analysis.model import Analysis
from esim_analysis.model.attributions import STATUSES
from esim_analysis.model.evidence import GROUNDS

GROUND_CODES: Final = {name: code for code, name in enumerate(GROUNDS)}
STATUS_CODES: Final = {name: code for code, name in enumerate(STATUSES)}
_DAY: Final = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Detail:
    """Which hours of which line a cube may tell apart; other hours are told by day.

    `by_line` holds a mask over the hours for each line; `windows` the half-open
    ranges of hours of each finding, in the order of the analysis.
    """

    by_line: dict[str, np.ndarray]
    windows: tuple[tuple[tuple[int, int], ...], ...]

    def place(self, line: str, hour: np.ndarray, hours: Hours) -> np.ndarray:
        """Return positions: the hour where it may be told, else hours + number of the day."""
        return np.where(self.by_line[line][hour], hour, hours.count + hours.day_of[hour])


def detail(analysis: Analysis, hours: Hours, *, everything: bool) -> Detail:
    """Decide what is told by hour: everything, or only what findings point at.

    Hourly curves show when somebody sleeps. Windows longer than a day are told
    by whole days unless everything is told by hour.
    """
    lines = [str(line) for line in analysis.usage.frame["line"].unique()]
    shown = {line: np.full(hours.count, everything) for line in lines}
    told = []
    for finding in analysis.findings:
        ranges = []
        for window in finding.windows:
            first, last = hours.holding(window.start_utc, window.end_utc)
            if not everything and window.end_utc - window.start_utc > _DAY:
                first, last = hours.whole_days(first, last)
            elif finding.line in shown:
                shown[finding.line][first:last] = True
            ranges.append((first, last))
        told.append(tuple(sorted(set(ranges))))
    return Detail(shown, tuple(told))


def cells(analysis: Analysis, hours: Hours, apps: Apps) -> pd.DataFrame:
    """Return `line, record, app, ground, status, hour, bytes` over all pieces, codes for words."""
    pieces = analysis.attribution.pieces
    row, hour, volume = spread(pieces, hours)
    coded = pd.DataFrame(
        {
            "line": pieces["line"],
            "record": pieces["record"].astype("int64"),
            "app": apps.codes(pieces["app"]),
            "ground": pieces["ground"].map(GROUND_CODES).fillna(GROUND_CODES["unknown"]),
            "status": pieces["status"].map(STATUS_CODES),
        }
    ).astype({"ground": "int64", "status": "int64"})
    return coded.take(row).assign(hour=hour, bytes=volume).reset_index(drop=True)


def columns(mine: pd.DataFrame, place: np.ndarray) -> tuple[list[list[int]], dict[str, np.ndarray]]:
    """Sum one line's cells by app, ground, status and place; return groups and columns.

    Groups are `[app, ground, status, cells]`; `pos` counts from the cell before
    within its group, `bytes` are billed bytes.
    """
    keys = ["app", "ground", "status"]
    summed = mine.assign(pos=place).groupby([*keys, "pos"], sort=True)["bytes"].sum().reset_index()
    summed = summed[summed["bytes"] != 0]
    grouped = summed.groupby(keys, sort=True)["pos"]
    step = grouped.diff().fillna(summed["pos"]).astype("int64")
    sizes = grouped.size().reset_index(name="cells")
    return sizes.to_numpy().tolist(), {
        "pos": step.to_numpy(),
        "bytes": summed["bytes"].to_numpy(),
    }
