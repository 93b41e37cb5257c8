"""Billed bytes by line, hour, app and ground: the numbers every view sums."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.explorer.names import Apps, numbered
from esim_analysis.model import Analysis
from esim_analysis.model.attributions import STATUSES
from esim_analysis.model.evidence import GROUNDS

GROUND_CODES: Final = {name: code for code, name in enumerate(GROUNDS)}
STATUS_CODES: Final = {name: code for code, name in enumerate(STATUSES)}
_KEYS: Final = ["app", "ground", "status"]
_KEPT_BITS: Final = 8
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
            "line": pieces["line"].astype("category"),
            "record": pieces["record"].astype("int64"),
            "app": apps.codes(pieces["app"]),
            "ground": numbered(pieces["ground"], GROUND_CODES, other=GROUND_CODES["unknown"]),
            "status": numbered(pieces["status"], STATUS_CODES, other=STATUS_CODES["estimated"]),
        }
    )
    return coded.take(row).assign(hour=hour, bytes=volume).reset_index(drop=True)


def sums(mine: pd.DataFrame, place: np.ndarray) -> pd.DataFrame:
    """Sum one line's cells: `app, ground, status, pos, bytes`, one row each, none empty."""
    columns = [*(mine[key].to_numpy() for key in _KEYS), place]
    shape = tuple(int(column.max(initial=0)) + 1 for column in columns)
    # Keys are small codes: one number a cell, and floats hold whole bytes below 2**53 exactly.
    cell = np.ravel_multi_index(columns, shape)
    summed = np.bincount(cell, mine["bytes"].to_numpy(), int(np.prod(shape))).astype("int64")
    kept = np.flatnonzero(summed)
    names = dict(zip([*_KEYS, "pos"], np.unravel_index(kept, shape), strict=True))
    return pd.DataFrame({**names, "bytes": summed[kept]})


def weakest(summed: pd.DataFrame) -> pd.DataFrame:
    """Give every (app, ground, place) one status: what its weakest part can claim."""
    grouped = summed.groupby(["app", "ground", "pos"], sort=True)
    merged = grouped.agg(status=("status", "max"), bytes=("bytes", "sum")).reset_index()
    return merged.sort_values([*_KEYS, "pos"], kind="stable", ignore_index=True)


def rounded(summed: pd.DataFrame, day: np.ndarray) -> pd.DataFrame:
    """Keep eight significant bits of each cell; what that moves, the day's largest cell takes.

    A cell is off by at most 0.4 %, that largest one by the sum of the others; a day of
    an app on a ground by nothing.

    Parameters
    ----------
    day
        Number of the day of each place.
    """
    exact = summed["bytes"].to_numpy()
    _, exponent = np.frexp(np.abs(exact).astype("float64"))
    unit = 2 ** np.maximum(exponent.astype("int64") - _KEPT_BITS, 0)
    near = (exact + unit // 2) // unit * unit
    keys = [summed["app"], summed["ground"], day[summed["pos"].to_numpy()]]
    moved = pd.Series(exact - near).groupby(keys).transform("sum").to_numpy()
    largest = pd.Series(np.abs(exact)).groupby(keys).idxmax().to_numpy()
    near[largest] += moved[largest]
    return summed.assign(bytes=near)


def columns(summed: pd.DataFrame) -> tuple[list[list[int]], dict[str, np.ndarray]]:
    """Return groups and columns of cells.

    Groups are `[app, ground, status, cells]`; `pos` counts from the cell before
    within its group, `bytes` are billed bytes.
    """
    kept = summed[summed["bytes"] != 0]
    grouped = kept.groupby(_KEYS, sort=True)["pos"]
    step = grouped.diff().fillna(kept["pos"]).astype("int64")
    sizes = grouped.size().reset_index(name="cells")
    return sizes.to_numpy().tolist(), {"pos": step.to_numpy(), "bytes": kept["bytes"].to_numpy()}
