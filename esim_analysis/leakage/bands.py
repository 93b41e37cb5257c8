"""The band of a finding: the least and the most its pieces can be, taken together."""

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import PieceTable, bounds_of

_WHOLE = 0.5  # bytes: a part of a piece lacks more than this


def group_bands(table: PieceTable, parts: pd.DataFrame) -> pd.DataFrame:
    """Return `bytes_low, bytes_high` of each group of parts, by `group`.

    Parts of the attribution's pieces are banded together: what lies wholly inside a group is
    sure, what an interval of the phone shares with other records or other hours may be more or
    less. Of a piece that is only partly in its group nothing is sure, and all may be.

    Parameters
    ----------
    table
        All pieces of the attribution.
    parts
        `group, bytes`, and `piece` (row of `attribution.pieces`) or, where that is missing,
        `bytes_low, bytes_high` of their own, which are summed.
    """
    if "piece" not in parts:
        return parts.groupby("group")[["bytes_low", "bytes_high"]].sum()
    known = parts["piece"].notna()
    mine = parts[known]
    number, names = pd.factorize(mine["group"], sort=True)
    rows = mine["piece"].to_numpy(dtype=np.int64)
    lacking = table.pieces.bytes[rows] - mine["bytes"].to_numpy(dtype=np.float64)
    whole = lacking < _WHOLE
    low, high = bounds_of(table, rows, number, len(names))
    if not whole.all():
        low, _ = bounds_of(table, rows[whole], number[whole], len(names))
    found = pd.DataFrame({"bytes_low": low, "bytes_high": high}, index=names)
    if known.all():
        return found
    others = parts[~known].groupby("group")[["bytes_low", "bytes_high"]].sum()
    return found.add(others, fill_value=0)
