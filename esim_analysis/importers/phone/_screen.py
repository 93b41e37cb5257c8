"""Seen or unseen: what the screen says of evidence that does not say it itself."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.model import REMOVED, SYSTEM, TETHERING, UNATTRIBUTED
from esim_analysis.model.screen import IN_FRONT

_NOBODY: Final = (TETHERING, REMOVED, SYSTEM, UNATTRIBUTED)  # never in front of anybody
_WHOLLY: Final = 0.999
_NEVER: Final = 0.001
Floats = npt.NDArray[np.float64]


def seen_or_unseen(frame: pd.DataFrame, screen: pd.DataFrame) -> pd.DataFrame:
    """Fill in `ground` where it is unknown and the screen tells it for the whole interval.

    Foreground: the app was in front all the time. Background: the screen's state is known all
    the time, and the app was never in front. Everything else stays unknown; what a counter says
    of itself is never changed.

    Parameters
    ----------
    frame
        Columns of `model.EVIDENCE`.
    screen
        Columns of `model.screen.SCREEN`.
    """
    open_ = (frame["ground"] == "unknown") & ~frame["app"].isin(_NOBODY)
    open_ &= frame["end_utc"].notna()
    rows = frame[open_.to_numpy(bool)]
    if rows.empty or screen.empty:
        return frame
    front = screen[screen["state"] == IN_FRONT]
    state = screen[screen["state"] != IN_FRONT].assign(app="")
    in_front = _share(rows, front)
    known = _share(rows.assign(app=""), state)
    ground = np.select(
        [in_front >= _WHOLLY, (known >= _WHOLLY) & (in_front <= _NEVER)],
        ["foreground", "background"],
        "unknown",
    )
    told = frame["ground"].copy()
    told[open_.to_numpy(bool)] = ground
    return frame.assign(ground=told)


def _share(rows: pd.DataFrame, spans: pd.DataFrame) -> Floats:
    """Return the share of each row's interval that spans of the same app cover."""
    apps = pd.Index(rows["app"].unique())
    spans = spans[spans["app"].isin(apps)].sort_values(["app", "start_utc"])
    if spans.empty:
        return np.zeros(len(rows))
    start = _micros(rows["start_utc"])
    end: npt.NDArray[np.int64] = np.maximum(_micros(rows["end_utc"]), start + 1)
    who, of = apps.get_indexer(rows["app"]), apps.get_indexer(spans["app"])
    order = np.argsort(of, kind="stable")
    of, begin, until = (
        of[order],
        _micros(spans["start_utc"])[order],
        _micros(spans["end_utc"])[order],
    )
    reach = pd.Series(until).groupby(of).cummax().to_numpy()
    # What an earlier span of the app covers already counts once.
    before = np.where(np.append(True, of[1:] != of[:-1]), begin, np.append(0, reach[:-1]))
    fresh = np.maximum(np.maximum(begin, before), 0)
    length = np.maximum(until - fresh, 0)
    # Apps laid end to end, so that one running total serves all.
    origin = min(int(begin.min()), int(start.min()))
    stride = float(max(int(until.max()), int(end.max())) - origin + 1)
    at = np.column_stack([of * stride + (fresh - origin), of * stride + (fresh + length - origin)])
    total = np.column_stack([np.cumsum(length) - length, np.cumsum(length)]).astype(np.float64)
    covered = np.interp(who * stride + (end - origin), at.ravel(), total.ravel()) - np.interp(
        who * stride + (start - origin), at.ravel(), total.ravel()
    )
    share: Floats = covered / (end - start)
    return share


def _micros(times: pd.Series) -> npt.NDArray[np.int64]:
    return np.asarray(times.astype("int64"), dtype=np.int64)
