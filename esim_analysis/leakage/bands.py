"""The band of a finding: the least and the most its pieces can be, taken together."""

import numpy as np
import pandas as pd

from esim_analysis.attribution import bands
from esim_analysis.model import Attribution

_WHOLE = 0.5  # bytes: a part of a piece lacks more than this


def group_bands(attribution: Attribution, parts: pd.DataFrame) -> pd.DataFrame:
    """Return `bytes_low, bytes_high` of each group of parts, by `group`.

    Parts of the attribution's pieces are banded together: what lies wholly inside a group is
    sure, what an interval of the phone shares with other records or other hours may be more or
    less. Of a piece that is only partly in its group nothing is sure, and all may be.

    Parameters
    ----------
    parts
        `group, bytes`, and `piece` (index in `attribution.pieces`) or, where that is missing,
        `bytes_low, bytes_high` of their own, which are summed.
    """
    if "piece" not in parts:
        return parts.groupby("group")[["bytes_low", "bytes_high"]].sum()
    known = parts["piece"].notna()
    mine = parts[known]
    pieces = attribution.pieces.loc[mine["piece"].astype("int64")]
    pieces = pieces.assign(group=mine["group"].to_numpy())
    whole = (pieces["bytes"].astype("float64") - mine["bytes"].to_numpy(np.float64)) < _WHOLE
    low = bands(attribution, pieces[whole], by=["group"]).set_index("group")["bytes_low"]
    high = bands(attribution, pieces, by=["group"]).set_index("group")["bytes_high"]
    found = pd.DataFrame({"bytes_low": low.reindex(high.index, fill_value=0), "bytes_high": high})
    if known.all():
        return found
    others = parts[~known].groupby("group")[["bytes_low", "bytes_high"]].sum()
    return found.add(others, fill_value=0)
