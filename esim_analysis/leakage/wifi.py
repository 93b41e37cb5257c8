"""When Wi-Fi was there: spans in which the phone itself moved data over it."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.grouping import Groups, numbered
from esim_analysis.leakage.spans import NOWHERE, bounds, last_begun, merge_spans
from esim_analysis.model import Evidence

FLOW_GAP: Final = pd.Timedelta(minutes=5)  # a phone in a pocket speaks at least this often
LEAST_SPAN: Final = pd.Timedelta(minutes=10)  # shorter is passing by
BUCKET_BYTES: Final = 10_000  # a phone that merely sees a network moves nothing over it
HOME_FROM_HOUR, HOME_UNTIL_HOUR = 23, 7  # local; who has Wi-Fi now and two hours later stays there
BUCKET: Final = pd.Timedelta(hours=2)
_SPAN: Final = ["of_line", "start_utc", "end_utc"]
_NEEDED: Final = ("line", "start_utc", "end_utc", "time_kind", "bytes_up", "bytes_down")


def wifi_spans(evidence: Evidence, zone: str) -> pd.DataFrame:
    """Return spans of Wi-Fi: `of_line` ("" for any), `start_utc, end_utc, basis`.

    Connections (`basis="flows"`) say to the second when Wi-Fi was in use. Two-hour
    buckets (`"buckets"`) do not: by day two hours are long enough to leave the house, so a
    bucket counts only at night (`zone`), and only where the next moved data over Wi-Fi too.
    """
    frame = evidence.frame
    frame = frame[[*_NEEDED]][frame["interface"] == "wifi"]
    up, down = (frame[name].to_numpy(np.int64, na_value=0) for name in ("bytes_up", "bytes_down"))
    rows = frame.assign(of_line=frame["line"].fillna(""), volume=up + down)
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
    step = BUCKET // pd.Timedelta(microseconds=1)
    line, start = numbered(rows, ["of_line"]), micros(rows["start_utc"]) // step
    number, first = number_groups(line, start)
    first = first[sum_by(number, rows["volume"].to_numpy(), len(first)) >= BUCKET_BYTES]
    line, start = line[first], start[first]
    # Sorted by line and time: what follows a bucket, if anything does, stands behind it.
    followed = np.zeros(len(first), dtype=bool)
    followed[:-1] = (line[1:] == line[:-1]) & (start[1:] == start[:-1] + 1)
    begin = moments(start * step)
    middle = (begin + BUCKET / 2).dt.tz_convert(zone).dt.hour
    at_night = ((middle >= HOME_FROM_HOUR) | (middle < HOME_UNTIL_HOUR)).to_numpy()
    busy = pd.DataFrame(
        {
            "of_line": rows["of_line"].array.take(first),
            "start_utc": begin,
            "end_utc": begin + BUCKET,
        }
    )
    return busy[followed & at_night]


def _merged(rows: pd.DataFrame, *, gap: pd.Timedelta) -> pd.DataFrame:
    spans = rows[_SPAN].assign(end_utc=rows["end_utc"].fillna(rows["start_utc"]))
    by_window = Groups.of(merge_spans(spans, ["of_line"], gap=gap))
    return pd.DataFrame({"of_line": by_window.first(spans["of_line"]), **bounds(by_window, spans)})


def within(pieces: pd.DataFrame, spans: pd.DataFrame) -> np.ndarray:
    """Return the basis of the span each piece lies in from start to end, "" for none.

    Parameters
    ----------
    pieces
        `line` (categories), `of_line` (its codes), `start_utc, end_utc`.
    spans
        As `wifi_spans` returns them.
    """
    names = pieces["line"].cat.categories
    owner = names.get_indexer(pd.Index(spans["of_line"]))
    anybody = (spans["of_line"] == "").to_numpy()
    start, end = micros(pieces["start_utc"]), micros(pieces["end_utc"])
    begin, until = micros(spans["start_utc"]), micros(spans["end_utc"])
    basis = spans["basis"].to_numpy()
    found = np.full(len(pieces), "", dtype=object)
    nobody = np.zeros(len(pieces), np.int64)
    # Spans of the line itself have the last word.
    for mine, key, of_piece in (
        (anybody, np.zeros(len(spans), np.int64), nobody),
        (~anybody & (owner >= 0), owner, pieces["of_line"].to_numpy()),
    ):
        rows = np.flatnonzero(mine)
        last = last_begun(of_piece, start, key[rows], begin[rows])
        inside = np.flatnonzero(last != NOWHERE)
        span = rows[last[inside]]
        whole = until[span] >= end[inside]
        found[inside[whole]] = basis[span[whole]]
    return found
