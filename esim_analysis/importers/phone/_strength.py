"""Which Android counters give way to finer ones of the same phone, so that no byte counts twice.

Three artefacts count the same bytes: the full history (which app, SIM, two hours), the check-in
form (no SIM), and the battery's counters (one long interval).
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

_FINEST, _NO_SIM, _ONE_INTERVAL = 0, 1, 2
_INTERFACE: Final = "interface"


def give_way(frame: pd.DataFrame) -> pd.DataFrame:
    """Let coarse Android counters stop counting where finer ones saw the same time.

    A row gives way when any finer counted row of its interface overlaps it, of
    whatever app: a finer artefact that does not name an app says it used nothing.
    Rows of other artefacts (those without a uid) are neither touched nor asked.

    Parameters
    ----------
    frame
        Columns of `model.EVIDENCE`, of all files of one phone.

    Returns
    -------
    pandas.DataFrame
        The same rows in the same order; only `counts_toward_total` changes.
    """
    counts = frame["counts_toward_total"].fillna(value=False).to_numpy(bool, copy=True)
    detail = _detail(frame).to_numpy()
    for coarser in (_NO_SIM, _ONE_INTERVAL):
        for interface in frame[_INTERFACE].unique():
            here = (frame[_INTERFACE] == interface).to_numpy(bool) & counts
            fine, coarse = here & (detail < coarser), here & (detail == coarser)
            if fine.any() and coarse.any():
                counts[coarse] &= ~_meets(frame[coarse], frame[fine])
    return frame.assign(counts_toward_total=pd.array(counts, dtype="boolean"))


def _detail(frame: pd.DataFrame) -> pd.Series:
    """Grade each row; rows that are no Android counter lie beyond every grade."""
    android = frame["uid"].notna()
    bucket = frame["time_kind"] == "bucket"
    # Only the full history says whether a network was metered.
    grade = pd.Series(np.where(frame["metered"].notna(), _FINEST, _NO_SIM), index=frame.index)
    grade = grade.where(bucket, _ONE_INTERVAL)
    known = android & frame["time_kind"].isin(["bucket", "cumulative"])
    return grade.where(known, _ONE_INTERVAL + 1)


def _meets(rows: pd.DataFrame, others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Mark rows whose interval overlaps any of the others'."""
    ordered = others.sort_values("start_utc")
    starts = ordered["start_utc"].to_numpy()
    last_end = ordered["end_utc"].cummax().to_numpy()
    begun = np.searchsorted(starts, rows["end_utc"].to_numpy(), side="left")
    ends = last_end[np.maximum(begun - 1, 0)]
    return (begun > 0) & (ends > rows["start_utc"].to_numpy())
