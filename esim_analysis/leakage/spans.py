"""Spans of time of many groups at once: merging them, and what lies inside them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints, micros
from esim_analysis.leakage.grouping import Groups, numbered

GLANCE_BYTES: Final = 100_000  # opening a notification costs less; reading or playing costs more
NOWHERE: Final = -1
_MICROSECOND: Final = pd.Timedelta(microseconds=1)


def merge_spans(spans: pd.DataFrame, by: Sequence[str], *, gap: pd.Timedelta) -> pd.Series:
    """Give spans the number of the window they form when breaks up to `gap` are bridged.

    Parameters
    ----------
    spans
        `start_utc, end_utc` and the columns of `by`.

    Returns
    -------
    pandas.Series
        Window number, 0 upwards over all groups, on the index of `spans`.
    """
    if spans.empty:
        return pd.Series(np.zeros(0, np.int64), index=spans.index)
    key, start, end = numbered(spans, by), micros(spans["start_utc"]), micros(spans["end_utc"])
    order = np.lexsort((end, start, key))
    key, start = key[order], start[order]
    reached = pd.Series(end[order]).groupby(key).cummax().to_numpy()
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (key[1:] != key[:-1]) | (start[1:] > reached[:-1] + gap // _MICROSECOND)
    window = np.empty(len(order), np.int64)
    window[order] = np.cumsum(opens) - 1
    return pd.Series(window, index=spans.index)


def last_begun(
    key: Ints, time: Ints, spans_key: Ints, spans_start: Ints, *, strictly: bool = False
) -> Ints:
    """Return the row of the last span of the same key that began by each time, else `NOWHERE`.

    `strictly`: before it. Of spans that begin together the last row is taken.
    """
    if len(spans_key) == 0 or len(key) == 0:
        return np.full(len(key), NOWHERE)
    starts = np.unique(spans_start)
    # Ranks instead of times: key and rank fit into one number.
    stride = len(starts) + 1
    begun = spans_key.astype(np.int64) * stride + np.searchsorted(starts, spans_start, "right")
    order = np.argsort(begun, kind="stable")
    asked = np.searchsorted(starts, time, "left" if strictly else "right")
    place = np.searchsorted(begun[order], key.astype(np.int64) * stride + asked, "right") - 1
    found = order[np.maximum(place, 0)]
    return np.where((place >= 0) & (spans_key[found] == key), found, NOWHERE)


def inside(key: Ints, time: Ints, spans_key: Ints, spans: pd.DataFrame) -> Ints:
    """Return the row of the span (`start_utc, end_utc`) of the same key each time lies in.

    Spans of one key must not overlap; `NOWHERE` is for times in none.
    """
    start, end = micros(spans["start_utc"]), micros(spans["end_utc"])
    found = last_begun(key, time, spans_key, start)
    if len(spans_key) == 0:
        return found
    return np.where(time < end[found], found, NOWHERE)


def billed_between(pieces: pd.DataFrame, windows: pd.DataFrame) -> Ints:
    """Sum what a line was billed inside each window (`of_line, start_utc, end_utc`), all apps.

    A piece counts where its middle lies; windows may overlap.
    """
    line, start, end = (
        windows["of_line"].to_numpy(), micros(windows["start_utc"]), micros(windows["end_utc"])
    )  # fmt: skip
    edges = np.unique(np.concatenate([start, end]))
    stride = len(edges) + 1
    # A piece is before an edge if fewer edges than that one's place are before the piece.
    place = pieces["of_line"].to_numpy() * stride
    place += np.searchsorted(edges, micros(pieces["mid_utc"]), "right")
    order = np.argsort(place, kind="stable")
    place = place[order]
    running = np.append(0, np.cumsum(pieces["bytes"].to_numpy()[order]))

    def until(time: Ints) -> Ints:
        at = line * stride + np.searchsorted(edges, time, "left")
        found: Ints = running[np.searchsorted(place, at, "right")]
        return found

    return until(end) - until(start)


def in_use(spans: pd.DataFrame, pieces: pd.DataFrame, *, before: "pd.Timedelta | Ints") -> Flags:
    """Mark spans during which, or up to `before` ahead of which, their app was on screen.

    Parameters
    ----------
    spans
        `pair, start_utc, end_utc`.
    pieces
        Attributed pieces; those in the foreground with more than a glance count.
    before
        One for all, or microseconds a span.
    """
    shown = pieces["on_screen"].to_numpy() & (pieces["bytes"].to_numpy() >= GLANCE_BYTES)
    rows = np.flatnonzero(shown)
    rows = rows[np.isin(pieces["pair"].to_numpy()[rows], spans["pair"].unique())]
    if len(rows) == 0:
        return np.zeros(len(spans), dtype=bool)
    mine = pieces[["pair", "start_utc", "end_utc"]].iloc[rows]
    start, until = micros(mine["start_utc"]), micros(mine["end_utc"])
    # A span with an unseen longer neighbour cannot occur: phone buckets have one length.
    found = last_begun(
        spans["pair"].to_numpy(), micros(spans["end_utc"]), mine["pair"].to_numpy(), start,
        strictly=True,
    )  # fmt: skip
    ahead = before // _MICROSECOND if isinstance(before, pd.Timedelta) else before
    near: Flags = (found != NOWHERE) & (until[found] > micros(spans["start_utc"]) - ahead)
    return near


def bounds(groups: Groups, spans: pd.DataFrame) -> dict[str, pd.Series]:
    """Return `start_utc, end_utc` that hold all spans of each group."""
    return {
        "start_utc": groups.earliest(spans["start_utc"]),
        "end_utc": groups.latest(spans["end_utc"]),
    }
