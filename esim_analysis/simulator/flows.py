"""Flows: the hidden traffic of a phone, cut anywhere without losing a byte."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Seconds = NDArray[np.int64]

FLOW_COLUMNS: Final = ("start", "end", "app", "ground", "event", "down", "up")


def cut(flows: pd.DataFrame, edges: Seconds) -> pd.DataFrame:
    """Cut flows at instants; bytes follow the time evenly and are conserved exactly.

    Parameters
    ----------
    flows
        `start, end` in epoch seconds (end after start), `down, up` in bytes; any
        other column is carried along.
    edges
        Epoch seconds, sorted, unique.

    Returns
    -------
    pandas.DataFrame
        The pieces, in the order of the flows and of time.
    """
    start, end = _integers(flows, "start"), _integers(flows, "end")
    first = np.searchsorted(edges, start, side="right")
    count = np.searchsorted(edges, end, side="left") - first + 1
    flow = np.repeat(np.arange(len(flows)), count)
    place = np.arange(len(flow)) - np.repeat(np.cumsum(count) - count, count)
    last = place == count[flow] - 1
    fence = np.append(edges, np.int64(0))  # so that the masked-out look-ups stay in range
    right = np.where(last, end[flow], fence[np.where(last, 0, first[flow] + place)])
    left = np.where(
        place == 0, start[flow], fence[np.where(place == 0, 0, first[flow] + place - 1)]
    )
    length = (end - start)[flow]
    pieces = flows.iloc[flow].reset_index(drop=True).assign(start=left, end=right)
    for column in ("down", "up"):
        total = _integers(flows, column)[flow]
        before = total * (left - start[flow]) // length
        after = total * (right - start[flow]) // length
        pieces[column] = after - before
    return pieces


def grid(start: int, end: int, step: int) -> Seconds:
    """Return the multiples of `step` seconds from before `start` to after `end`."""
    return np.arange(start // step * step, end + 2 * step, step, dtype=np.int64)


def _integers(frame: pd.DataFrame, column: str) -> Seconds:
    return frame[column].to_numpy(dtype=np.int64)
