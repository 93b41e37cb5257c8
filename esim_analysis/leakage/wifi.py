"""When Wi-Fi was there: spans in which the phone itself moved data over it."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.spans import merge_spans
from esim_analysis.model import Evidence

FLOW_GAP: Final = pd.Timedelta(minutes=5)  # a phone in a pocket speaks at least this often
LEAST_SPAN: Final = pd.Timedelta(minutes=10)  # shorter is passing by
BUCKET_BYTES: Final = 10_000  # a phone that merely sees a network moves nothing over it
HOME_FROM_HOUR, HOME_UNTIL_HOUR = 23, 7  # local; who has Wi-Fi now and two hours later stays there
BUCKET: Final = pd.Timedelta(hours=2)
_SPAN: Final = ["of_line", "start_utc", "end_utc"]


def wifi_spans(evidence: Evidence, zone: str) -> pd.DataFrame:
    """Return spans of Wi-Fi: `of_line` ("" for any), `start_utc, end_utc, basis`.

    Connections (`basis="flows"`) say to the second when Wi-Fi was in use. Two-hour
    buckets (`"buckets"`) do not: by day two hours are long enough to leave the house, so a
    bucket counts only at night (`zone`), and only where the next moved data over Wi-Fi too.
    """
    frame = evidence.frame
    frame = frame[frame["interface"] == "wifi"]
    rows = frame.assign(
        of_line=frame["line"].fillna(""),
        volume=frame[["bytes_up", "bytes_down"]].fillna(0).sum(axis=1).astype("int64"),
    )
    flows = _merged(rows[rows["time_kind"] == "flow"], gap=FLOW_GAP)
    flows = flows[flows["end_utc"] - flows["start_utc"] >= LEAST_SPAN]
    buckets = _merged(_at_home(rows[rows["time_kind"] == "bucket"], zone), gap=pd.Timedelta(0))
    # Where connections tell, buckets of the same phone need not be asked.
    buckets = buckets[~buckets["of_line"].isin(flows["of_line"].unique())]
    return pd.concat(
        [flows.assign(basis="flows"), buckets.assign(basis="buckets")], ignore_index=True
    ).astype({"basis": "str", "of_line": "str"})


def _at_home(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return night buckets with Wi-Fi, followed by one with Wi-Fi."""
    start = rows["start_utc"].dt.floor(BUCKET)
    volume = rows["volume"].groupby([rows["of_line"], start]).sum()
    busy = volume[volume >= BUCKET_BYTES].reset_index()
    known = pd.MultiIndex.from_frame(busy[["of_line", "start_utc"]])
    after = pd.MultiIndex.from_arrays([busy["of_line"], busy["start_utc"] + BUCKET])
    middle = (busy["start_utc"] + BUCKET / 2).dt.tz_convert(zone).dt.hour
    at_night = (middle >= HOME_FROM_HOUR) | (middle < HOME_UNTIL_HOUR)
    return busy[after.isin(known) & at_night].assign(
        end_utc=lambda kept: kept["start_utc"] + BUCKET
    )


def _merged(rows: pd.DataFrame, *, gap: pd.Timedelta) -> pd.DataFrame:
    if rows.empty:
        return rows.reindex(columns=_SPAN)
    spans = rows[_SPAN].assign(end_utc=rows["end_utc"].fillna(rows["start_utc"]))
    spans["window"] = merge_spans(spans, ["of_line"], gap=gap)
    merged = spans.groupby("window").agg(
        of_line=("of_line", "first"), start_utc=("start_utc", "min"), end_utc=("end_utc", "max")
    )
    return merged.reset_index(drop=True)


def within(pieces: pd.DataFrame, spans: pd.DataFrame) -> pd.Series:
    """Return the basis of the span each piece lies in from start to end, "" for none.

    Parameters
    ----------
    pieces
        `line, start_utc, end_utc`.
    spans
        As `wifi_spans` returns them.
    """
    left = pieces[["line", "start_utc", "end_utc"]].assign(row=pieces.index)
    left = left.sort_values("start_utc", kind="stable")
    right = spans.rename(columns={"start_utc": "from_utc", "end_utc": "until_utc"})
    right = right.sort_values("from_utc", kind="stable")
    found = pd.Series("", index=pieces.index, dtype="str")
    for owner in (left.assign(of_line=""), left.assign(of_line=left["line"])):
        joined = pd.merge_asof(
            owner.astype({"of_line": "str"}),
            right,
            left_on="start_utc",
            right_on="from_utc",
            by="of_line",
        )
        inside = joined[joined["until_utc"] >= joined["end_utc"]]
        found.loc[inside["row"]] = inside["basis"].to_numpy()
    return found
