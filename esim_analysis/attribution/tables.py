"""The tables people read: app × day, app × line, and each billed record."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Bill, Floats, Ints
from esim_analysis.attribution.bounds import Bounds, bounds
from esim_analysis.attribution.cells import Cells, guess_of
from esim_analysis.attribution.days import day_of
from esim_analysis.attribution.groups import number_groups, sum_by, sum_whole
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.pieces import Pieces
from esim_analysis.attribution.writing import Sums
from esim_analysis.model import RESIDUALS, ROUNDING

_STATUSES: Final = ("exact", "estimated", "bounded", "unattributed", "conflict")
_SMALL: Final = 0.02  # of a record: what may stay unattributed in one that is explained


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a table: window (line, or line and day), app, and their bytes with band."""

    window: Ints
    app: Ints
    bytes: Ints
    low: Ints
    high: Ints
    status: Ints


@dataclass(frozen=True, slots=True)
class Parts:
    """Pieces of apps, and residuals, each in one window of a table."""

    apps: Pieces
    rest: Pieces

    def column(self, name: str) -> Ints:
        """Return a column of all pieces, apps first."""
        return np.concatenate([getattr(self.apps, name), getattr(self.rest, name)])


def day_table(  # noqa: PLR0913 - two sides, two results, two names of the days
    bill: Bill, phone: Phone, parts: Parts, cells: Cells, *, edges: Ints, days: list[str]
) -> pd.DataFrame:
    """Return app × local day of parts that lie in one day each, apps first.

    `edges` are the starts of the days named `days`.
    """
    window = bill.line[parts.column("record")]
    window *= len(days)
    window += day_of(parts.column("start"), edges)
    rows = _table(bill, phone, parts, cells, window)
    line, day = np.divmod(rows.window, max(len(days), 1))
    frame = _frame(rows, bill, phone, line)
    frame.insert(1, "day", _named(days, day))
    return frame


def cycle_table(bill: Bill, phone: Phone, parts: Parts, cells: Cells) -> pd.DataFrame:
    """Return app × line over everything billed; parts of apps come first."""
    line = bill.line[parts.column("record")]
    rows = _table(bill, phone, parts, cells, line)
    return _frame(rows, bill, phone, rows.window)


def record_table(bill: Bill, sums: Sums) -> pd.DataFrame:
    """Return each billed record with its residuals and a word for it."""
    nothing = bill.billed == 0
    small = sums.unattributed <= _SMALL * bill.divisible + bill.slack
    status = np.select(
        [sums.conflict < 0, nothing, sums.attributed == 0, small],
        ["conflicting", "explained", "no_evidence", "explained"],
        "partly",
    )
    return pd.DataFrame(
        {
            "line": _named(list(bill.lines), bill.line),
            "record": np.arange(len(bill.billed)),
            "billed": bill.billed,
            "attributed": sums.attributed,
            "unattributed": sums.unattributed,
            "rounding": sums.rounding,
            "conflict": sums.conflict,
            "status": pd.Series(status, dtype="str"),
        }
    )


def _table(bill: Bill, phone: Phone, parts: Parts, cells: Cells, window: Ints) -> _Rows:
    apps = parts.apps
    app = parts.column("app")
    group, first = number_groups(window, app)
    windows, app = window[first], app[first]
    volume = sum_whole(group, parts.column("bytes"), len(first))
    low, high = volume.astype(np.float64), volume.astype(np.float64)
    ceiling = _ceiling(bill, parts, window)
    residuals = group[len(apps.cell) :]
    group = group[: len(apps.cell)]
    band = bounds(
        group,
        apps.cell,
        room=lambda rows: bill.divisible[apps.record[rows]].astype(np.float64),
        cells=cells,
        groups=len(first),
        ceiling=ceiling[windows] if len(windows) else None,
        least=cells.least(apps),
    )
    is_app = app < len(phone.apps)
    torn = is_app & (band.low > band.high)
    low[is_app], high[is_app] = band.low[is_app], band.high[is_app]
    rest = app == len(phone.apps)  # unattributed, the first of RESIDUALS
    low[rest], high[rest] = _rest_band(windows, volume, is_app, rest, band)
    rounding = parts.rest.app == len(phone.apps) + RESIDUALS.index(ROUNDING)
    less, more = guess_of(parts.rest, bill.guessed, rounding=rounding)
    low -= sum_by(residuals, less, len(first))
    high += sum_by(residuals, more, len(first))
    low[rest] = np.maximum(low[rest], 0.0)
    low, high = np.minimum(np.floor(low), volume), np.maximum(np.ceil(high), volume)
    rough = np.zeros(len(first), dtype=bool)
    rough[group[(apps.status == 1) & (apps.bytes > 0)]] = True
    rough[group[_divided(apps, window)]] = True
    rough[residuals[less > 0]] = True
    status = np.where(rough, 1, 0)
    status = np.where(high - low > volume, 2, status)
    status = np.where(rest, 3, status)
    status = np.where(torn | (app == len(phone.apps) + RESIDUALS.index("conflict")), 4, status)
    keep = np.flatnonzero(volume != 0)
    return _Rows(
        windows[keep],
        app[keep],
        volume[keep],
        low[keep].astype(np.int64),
        high[keep].astype(np.int64),
        status[keep],
    )


def _divided(apps: Pieces, window: Ints) -> Ints:
    """Return exact parts of cells that other windows hold parts of: divided by time, so not exact.

    An exact cell lies in one record, so all its pieces are exact and seen here.
    """
    exact = np.flatnonzero((apps.status == 0) & (apps.bytes > 0))
    cell, where = apps.cell[exact], window[exact]
    size = int(cell.max(initial=-1)) + 1
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(first, cell, where)
    np.maximum.at(last, cell, where)
    divided: Ints = exact[(first != last)[cell]]
    return divided


def _ceiling(bill: Bill, parts: Parts, window: Ints) -> Floats:
    """Return the bytes billed to the records that have a part in each window."""
    if len(window) == 0:
        return np.zeros(0)
    # Pieces of one record follow each other: most repeat the pair before.
    record = parts.column("record")
    new = np.flatnonzero((window[1:] != window[:-1]) | (record[1:] != record[:-1])) + 1
    new = np.append(0, new)
    _, first = number_groups(window[new], record[new])
    rows = new[first]
    size = int(window.max()) + 1
    return sum_by(window[rows], bill.divisible[record[rows]], size)


def _rest_band(
    windows: Ints, volume: Ints, is_app: np.ndarray, rest: np.ndarray, band: Bounds
) -> tuple[Floats, Floats]:
    """Bound what no app explains: the bill less the most, and less the least, of all apps."""
    number, first = number_groups(windows)
    size = len(first)
    divided = is_app | rest
    billed = sum_by(number[divided], volume[divided], size)
    least = sum_by(number[is_app], band.low[is_app], size)
    most = sum_by(number[is_app], band.high[is_app], size)
    mine = number[rest]
    return np.maximum((billed - most)[mine], 0.0), np.maximum((billed - least)[mine], 0.0)


def _frame(rows: _Rows, bill: Bill, phone: Phone, line: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "line": _named(list(bill.lines), line),
            "app": _named([*phone.apps, *RESIDUALS], rows.app),
            "bytes": rows.bytes,
            "bytes_low": rows.low,
            "bytes_high": rows.high,
            "status": _named(list(_STATUSES), rows.status),
        }
    )


def _named(names: list[str], codes: Ints) -> pd.Series:
    return pd.Series(pd.array(names, dtype="str").take(codes))
