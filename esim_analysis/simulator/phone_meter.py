"""The phone's own counters, with Android's habit of spreading what it reads between polls."""

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import HOUR, MINUTE
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.flows import Seconds, cut, grid

_POLL = 30 * MINUTE
_ALERT_BYTES = 2 * 2**20
_ALERT_DELAY = 15
_KEY = ["carrier", "app", "ground"]


def count_hours(flows: pd.DataFrame, changes: Seconds, *, seed: int) -> pd.DataFrame:
    """Return bytes per carrier, app, ground and UTC hour, as the phone believes them.

    Android reads its counters every half hour, at each change of network and soon
    after 2 MB have moved, and spreads the bytes since the last reading evenly over
    that time: traffic near the edge of an hour leaks over it, no byte is lost.

    Returns
    -------
    pandas.DataFrame
        `carrier, app, ground, hour` (epoch second), `down, up`; sorted.
    """
    polls = _polls(flows, changes, seed)
    pieces = cut(flows, polls)
    interval = np.searchsorted(polls, pieces["start"], side="right") - 1
    read = pieces.assign(start=polls[interval], end=polls[interval + 1])
    read = read.groupby([*_KEY, "start", "end"], as_index=False)[["down", "up"]].sum()
    hours = cut(read, grid(int(polls[0]), int(polls[-1]), HOUR))
    hours["hour"] = hours["start"] // HOUR * HOUR
    counted = hours.groupby([*_KEY, "hour"], as_index=False)[["down", "up"]].sum()
    return counted[(counted["down"] + counted["up"]) > 0].reset_index(drop=True)


def _polls(flows: pd.DataFrame, changes: Seconds, seed: int) -> Seconds:
    start, end = int(flows["start"].min()), int(flows["end"].max())
    regular = np.arange(start - _POLL, end, _POLL, dtype=np.int64)
    regular += Dice(seed, "polls").between(0, 5 * MINUTE, len(regular))
    outer = np.array([start - 2 * _POLL, end])
    return np.unique(np.concatenate([regular, changes, _alerts(flows, start, end), outer]))


def _alerts(flows: pd.DataFrame, start: int, end: int) -> Seconds:
    """Return when the kernel reports that another `_ALERT_BYTES` have moved."""
    steps = cut(flows, grid(start, end, _ALERT_DELAY))
    moved = (steps["down"] + steps["up"]).groupby(steps["start"] // _ALERT_DELAY).sum().cumsum()
    reached = (moved // _ALERT_BYTES).diff().fillna(0) > 0
    moments = (moved.index[reached].to_numpy(dtype=np.int64) + 1) * _ALERT_DELAY
    return np.minimum(moments, end)
