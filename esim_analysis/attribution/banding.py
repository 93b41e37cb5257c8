"""The band of any group of an attribution's pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.attribution.bounds import ALLOWANCE, ELSEWHERE, bounds
from esim_analysis.attribution.calibration import quantiles
from esim_analysis.attribution.cells import Cells, guess_of, plain_cells
from esim_analysis.attribution.groups import CODE, number_groups, sum_by
from esim_analysis.attribution.ledger import Ledger, moments
from esim_analysis.attribution.pieces import NO_CELL, Pieces
from esim_analysis.model import CONFLICT, RESIDUALS, ROUNDING, UNATTRIBUTED, Attribution


def bands(
    attribution: Attribution,
    pieces: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    level: float | None = None,
) -> pd.DataFrame:
    """Return the band of some of an attribution's pieces, grouped by columns of theirs.

    Parameters
    ----------
    pieces
        Rows of `attribution.pieces`, with their index.
    by
        Columns of `pieces` (others may have been added); none for one total.
    level
        None: the band of the assumptions, which nothing inside them leaves (as in
        `by_day`). A probability, such as 0.95: the central band that holds the truth
        so often, if the overhead lies in its range. `docs/accuracy.md` says how well
        it does.

    Returns
    -------
    pandas.DataFrame
        `*by, bytes, bytes_low, bytes_high`, sorted by `by`.

    Raises
    ------
    ValueError
        A level that is not between 0 and 1.
    """
    if level is not None and not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, such as 0.95, not {level!r}")
    keys = list(by)
    table = PieceTable.of(attribution)
    group = np.full(len(table.pieces.bytes), ELSEWHERE)
    rows = pieces.index.to_numpy()
    if keys:
        grouped = pieces.groupby(keys, sort=True, dropna=False)
        number = grouped.ngroup().to_numpy()
        result = grouped[["bytes"]].sum().reset_index()
        coded = result.select_dtypes("category")
        result = result.astype(dict.fromkeys(coded.columns, "str"))  # few rows, to be read
    else:
        number = np.zeros(len(pieces), np.int64)
        result = pd.DataFrame({"bytes": [int(pieces["bytes"].sum())]})
    group[rows] = number
    low, high = band_of(table, table.pieces, group, len(result))
    if level is not None:
        low, high = quantiles(
            table.pieces, group, cells=table.cells, limits=(low, high), level=level
        )
    return result.assign(bytes_low=low.astype(np.int64), bytes_high=high.astype(np.int64))


def bounds_of(table: "PieceTable", rows: Ints, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Bound groups of few pieces: `rows` of `table`, each in its `group`.

    Only what shares a cell or a record with them is looked at.
    """
    pieces = table.pieces
    cell, record = pieces.cell[rows], pieces.record[rows]
    cells = np.zeros(len(table.cells.low), dtype=bool)
    cells[cell[cell != NO_CELL]] = True
    records = np.zeros(len(table.billed), dtype=bool)
    records[record] = True
    near = records[pieces.record]
    of_app = pieces.cell != NO_CELL
    near[of_app] |= cells[pieces.cell[of_app]]
    kept = np.flatnonzero(near)
    number = np.full(len(pieces.bytes), ELSEWHERE)
    number[rows] = group
    return band_of(table, pieces.take(kept), number[kept], groups)


def uncut(attribution: Attribution) -> pd.DataFrame:
    """Return `start_utc, end_utc` of the interval each piece was cut from, on its index.

    Days cut an interval of the phone at midnight; where inside it the bytes fell the phone
    did not say. An attribution that does not know its cells returns each piece's own span.
    """
    pieces = attribution.pieces
    spans = pieces[["start_utc", "end_utc"]]
    if not isinstance(attribution, Ledger) or len(attribution.cell) != len(pieces):
        return spans
    of_app = attribution.cell != NO_CELL
    record = pieces["record"].to_numpy(dtype=np.int64)
    group, first = number_groups(record[of_app], attribution.cell[of_app])
    start, end = micros(spans["start_utc"]), micros(spans["end_utc"])
    least = np.full(len(first), np.iinfo(np.int64).max)
    most = np.full(len(first), np.iinfo(np.int64).min)
    np.minimum.at(least, group, start[of_app])
    np.maximum.at(most, group, end[of_app])
    start[of_app], end[of_app] = least[group], most[group]
    return pd.DataFrame({"start_utc": moments(start), "end_utc": moments(end)}).set_axis(
        pieces.index
    )


@dataclass(frozen=True, slots=True)
class PieceTable:
    """An attribution's pieces as arrays.

    `billed` is by record; `stretch` how far below and above its point the
    overhead may lie, as shares.
    """

    pieces: Pieces
    apps: np.ndarray
    grounds: np.ndarray
    cells: Cells
    billed: Ints
    stretch: tuple[float, float]

    @classmethod
    def of(cls, attribution: Attribution) -> "PieceTable":
        """Read the pieces and what is known of their bands."""
        frame = attribution.pieces
        app, ground = frame["app"].cat, frame["ground"].cat
        volume = frame["bytes"].to_numpy(dtype=np.int64)
        cell, cells = _cells(attribution, volume)
        record = frame["record"].to_numpy(dtype=np.int64)
        by_record = attribution.by_record
        billed = np.zeros(int(by_record["record"].max()) + 1 if len(by_record) else 1, np.int64)
        billed[by_record["record"].to_numpy(dtype=np.int64)] = by_record["billed"]
        pieces = Pieces(
            record=record.astype(CODE),
            cell=np.where(frame["app"].isin(RESIDUALS), NO_CELL, cell).astype(CODE),
            app=app.codes.to_numpy().astype(CODE),
            ground=ground.codes.to_numpy().astype(CODE),
            start=micros(frame["start_utc"]),
            end=micros(frame["end_utc"]),
            bytes=volume,
            status=(frame["status"] != "exact").to_numpy().astype(CODE),
        )
        overhead = attribution.overhead
        stretch = (1 - overhead.low / overhead.point, overhead.high / overhead.point - 1)
        apps, grounds = app.categories.to_numpy(), ground.categories.to_numpy()
        return cls(pieces, apps, grounds, cells, billed, stretch)

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
    return np.arange(len(volume)), plain_cells(low, high)


def band_of(table: PieceTable, parts: Pieces, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Bound groups of pieces: apps by their cells, the unattributed rest by the apps beside it."""
    of_app = parts.cell != NO_CELL
    room = table.billed[parts.record].astype(np.float64)
    found = bounds(
        group[of_app],
        parts.cell[of_app],
        room=lambda rows: room[of_app][rows],
        cells=table.cells,
        groups=groups,
        least=table.cells.least(parts, of_app),
    )
    mine = group != ELSEWHERE
    volume = sum_by(group[mine], parts.bytes[mine], groups)
    fixed = sum_by(group[mine & ~of_app], parts.bytes[mine & ~of_app], groups)
    rest = mine & (table.apps == UNATTRIBUTED)[parts.app]
    beside = sum_by(parts.record[of_app], parts.bytes[of_app], len(table.billed))
    fewer = np.minimum(table.stretch[1] * beside[parts.record[rest]], parts.bytes[rest])
    further = table.stretch[0] * beside[parts.record[rest]]
    low = found.low + fixed - sum_by(group[rest], fewer, groups)
    high = found.high + fixed + sum_by(group[rest], further, groups)
    rounding = (table.apps == ROUNDING)[parts.app]
    less, more = guess_of(parts, table.cells.guessed, rounding=rounding)
    low -= sum_by(group[mine], less[mine], groups)
    high += sum_by(group[mine], more[mine], groups)
    _, first = number_groups(group[mine], parts.record[mine])
    conflict = mine & (table.apps == CONFLICT)[parts.app]
    over = sum_by(group[conflict], -parts.bytes[conflict], groups)
    billed = sum_by(group[mine][first], room[mine][first], groups) + over
    high = np.minimum(high, billed * ALLOWANCE)
    return (
        np.minimum(np.floor(low), volume).astype(np.int64),
        np.maximum(np.ceil(high), volume).astype(np.int64),
    )
