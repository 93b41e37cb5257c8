"""Spans of time of many groups at once: merging them, and what lies inside them."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

GLANCE_BYTES: Final = 100_000  # opening a notification costs less; reading or playing costs more


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
    keys = list(by)
    ordered = spans.sort_values([*keys, "start_utc", "end_utc"], kind="stable")
    end = ordered["end_utc"].astype("int64")
    reached = end.groupby([ordered[key] for key in keys], sort=False).cummax()
    same = ~ordered[keys].ne(ordered[keys].shift()).any(axis=1)
    bridge_us = gap // pd.Timedelta(microseconds=1)
    bridged = ordered["start_utc"].astype("int64") <= reached.shift() + bridge_us
    return (~(same & bridged)).cumsum().sub(1).reindex(spans.index)


def inside(points: pd.DataFrame, windows: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return the `window` each point (`mid_utc`) lies in, missing where in none.

    `windows` (`window, start_utc, end_utc`) of one group of `by` must not overlap.
    """
    keys = list(by)
    left = points[[*keys, "mid_utc"]].assign(row=points.index).sort_values("mid_utc", kind="stable")
    right = windows[[*keys, "window", "start_utc", "end_utc"]].sort_values("start_utc")
    found = pd.merge_asof(left, right, left_on="mid_utc", right_on="start_utc", by=keys)
    window = found["window"].astype("Int64").where(found["mid_utc"] < found["end_utc"])
    return pd.Series(window.to_numpy(), index=found["row"]).reindex(points.index)


def billed_between(pieces: pd.DataFrame, windows: pd.DataFrame) -> pd.Series:
    """Sum what a line was billed inside each window (`line, start_utc, end_utc`), all apps.

    A piece counts where its middle lies; windows may overlap.
    """
    ordered = pieces.sort_values("mid_utc", kind="stable")
    running = pd.DataFrame(
        {
            "line": ordered["line"],
            "mid_utc": ordered["mid_utc"],
            "running": ordered.groupby("line", sort=False)["bytes"].cumsum(),
        }
    )
    return _until(running, windows, "end_utc") - _until(running, windows, "start_utc")


def in_use(spans: pd.DataFrame, pieces: pd.DataFrame, *, before: pd.Series) -> "pd.Series[bool]":
    """Mark spans during which, or up to `before` ahead of which, their app was on screen.

    Parameters
    ----------
    spans
        `line, app, start_utc, end_utc`.
    pieces
        Attributed pieces; those in the foreground with more than a glance count.
    before
        Timedelta a span.
    """
    keys = ["line", "app"]
    shown = pieces[(pieces["ground"] == "foreground") & (pieces["bytes"] >= GLANCE_BYTES)]
    left = spans[[*keys, "start_utc", "end_utc"]].assign(row=spans.index, before=before)
    left = left.sort_values("end_utc", kind="stable")
    right = shown[[*keys, "start_utc", "end_utc"]].sort_values("start_utc", kind="stable")
    right = right.rename(columns={"start_utc": "shown_from", "end_utc": "shown_until"})
    # A span with an unseen longer neighbour cannot occur: phone buckets have one length.
    found = pd.merge_asof(
        left,
        right,
        left_on="end_utc",
        right_on="shown_from",
        by=keys,
        allow_exact_matches=False,
    )
    near = found["shown_until"] > found["start_utc"] - found["before"]
    return pd.Series(near.to_numpy(dtype=bool), index=found["row"]).reindex(spans.index)


def _until(running: pd.DataFrame, windows: pd.DataFrame, edge: str) -> pd.Series:
    left = windows[["line", edge]].assign(row=windows.index).sort_values(edge, kind="stable")
    found = pd.merge_asof(
        left, running, left_on=edge, right_on="mid_utc", by="line", allow_exact_matches=False
    )
    total = found["running"].fillna(0).astype("int64")
    return pd.Series(total.to_numpy(), index=found["row"]).reindex(windows.index)
