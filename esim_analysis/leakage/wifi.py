"""When the phone was in use on Wi-Fi: spans of it, and what lies inside them."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Ints, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.grouping import Groups, numbered
from esim_analysis.leakage.spans import NOWHERE, bounds, last_begun, merge_spans
from esim_analysis.leakage.unbilled import between_unbilled
from esim_analysis.model import Evidence, UsageRecords

FLOW_GAP: Final = pd.Timedelta(minutes=5)  # a phone in a pocket speaks at least this often
LEAST_SPAN: Final = pd.Timedelta(minutes=10)  # shorter is passing by
BUCKET_BYTES: Final = 10_000  # a phone that merely sees a network moves nothing over it
HOME_FROM_HOUR, HOME_UNTIL_HOUR = 23, 7  # local; who has Wi-Fi now and two hours later stays there
BUCKET: Final = pd.Timedelta(hours=2)
HOUR: Final = pd.Timedelta(hours=1)
BASES: Final = ("flows", "between", "unbilled", "buckets")  # the surer first
_SPAN: Final = ["of_line", "start_utc", "end_utc"]
_NEEDED: Final = ("line", "start_utc", "end_utc", "time_kind", "bytes_up", "bytes_down")
_MICROSECOND: Final = pd.Timedelta(microseconds=1)


def wifi_spans(evidence: Evidence, usage: UsageRecords, zone: str) -> pd.DataFrame:
    """Return spans of Wi-Fi: `of_line` ("" for any), `start_utc, end_utc, basis`.

    - `"flows"`: connections say to the second when Wi-Fi was in use.
    - `"between"`: an hour of the phone's own counter in which Wi-Fi moved data, as it did in the
      hour before and the hour after.
    - `"unbilled"`: no file names a radio, but just before and just after a billed use the phone
      spoke and nobody billed it (`leakage.unbilled`).
    - `"buckets"`: a bucket of two hours, and the next moved data over Wi-Fi too. Two hours
      are long enough to come home.

    By day an hour is long enough to go from one Wi-Fi to the next: all but connections count
    only at night (`zone`).
    """
    frame = evidence.frame
    frame = frame[[*_NEEDED]][frame["interface"] == "wifi"]
    up, down = (frame[name].to_numpy(np.int64, na_value=0) for name in ("bytes_up", "bytes_down"))
    rows = frame.assign(of_line=frame["line"].fillna(""), volume=up + down)
    flows = _merged(rows[rows["time_kind"] == "flow"], gap=FLOW_GAP)
    flows = flows[flows["end_utc"] - flows["start_utc"] >= LEAST_SPAN]
    buckets = _busy(rows[rows["time_kind"] == "bucket"], BUCKET)
    buckets = _merged(_at_night(buckets[buckets["after"]], zone), gap=pd.Timedelta(0))
    # Where connections tell, buckets of the same phone need not be asked.
    buckets = buckets[~buckets["of_line"].isin(flows["of_line"].unique())]
    hours = _busy(_of_device(evidence), HOUR)
    between = _merged(_at_night(hours[hours["before"] & hours["after"]], zone), gap=HOUR * 0)
    unbilled = between_unbilled(evidence, usage) if rows.empty else between[:0]
    found = {
        "flows": flows,
        "between": between,
        "unbilled": _at_night(unbilled, zone),
        "buckets": buckets,
    }
    spans = pd.concat(
        [found[basis].assign(basis=basis) for basis in BASES], ignore_index=True
    )  # fmt: skip
    return spans[[*_SPAN, "basis"]].astype({"basis": "str", "of_line": "str"})


def _of_device(evidence: Evidence) -> pd.DataFrame:
    """Return the hours of the phone's counter of all Wi-Fi; it names no line, nor which phone."""
    totals = evidence.device_totals
    hours = totals[
        (totals["interface"] == "wifi") & (totals["end_utc"] - totals["start_utc"] <= HOUR)
    ]
    if len(evidence.frame["line"].dropna().unique()) > 1:
        hours = hours[:0]
    up, down = (hours[name].to_numpy(np.int64, na_value=0) for name in ("bytes_up", "bytes_down"))
    return hours[["start_utc", "end_utc"]].assign(of_line="", volume=up + down)


def _busy(rows: pd.DataFrame, length: pd.Timedelta) -> pd.DataFrame:
    """Return buckets in which data moved: with `before, after`, whether it did in those beside it."""
    step = length // _MICROSECOND
    line, start = numbered(rows, ["of_line"]), micros(rows["start_utc"]) // step
    number, first = number_groups(line, start)
    first = first[sum_by(number, rows["volume"].to_numpy(), len(first)) >= BUCKET_BYTES]
    line, start = line[first], start[first]
    # Sorted by line and time: what follows a bucket, if anything does, stands behind it.
    after = np.zeros(len(first), dtype=bool)
    after[:-1] = (line[1:] == line[:-1]) & (start[1:] == start[:-1] + 1)
    begin = moments(start * step)
    return pd.DataFrame(
        {
            "of_line": rows["of_line"].array.take(first),
            "start_utc": begin,
            "end_utc": begin + length,
            "before": np.append(False, after[:-1])[: len(first)],
            "after": after,
        }
    )


def _at_night(spans: pd.DataFrame, zone: str) -> pd.DataFrame:
    middle = spans["start_utc"] + (spans["end_utc"] - spans["start_utc"]) / 2
    hour = middle.dt.tz_convert(zone).dt.hour
    return spans[(hour >= HOME_FROM_HOUR) | (hour < HOME_UNTIL_HOUR)]


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
    start, end = micros(pieces["start_utc"]), micros(pieces["end_utc"])
    names = pieces["line"].cat.categories
    owner = names.get_indexer(pd.Index(spans["of_line"]))
    anybody = (spans["of_line"] == "").to_numpy()
    nobody = np.zeros(len(pieces), np.int64)
    found = np.full(len(pieces), "", dtype=object)
    # The surer basis has the last word; within one, spans of the line itself.
    for basis in reversed(BASES):
        mine = (spans["basis"] == basis).to_numpy()
        for rows, key, of_piece in (
            (mine & anybody, np.zeros(len(spans), np.int64), nobody),
            (mine & ~anybody & (owner >= 0), owner, pieces["of_line"].to_numpy()),
        ):
            chosen = spans[rows]
            found[_inside(of_piece, start, end, key[rows], chosen)] = basis
    return found


def _inside(of_piece: Ints, start: Ints, end: Ints, key: Ints, spans: pd.DataFrame) -> Ints:
    """Return the pieces that lie whole in the last span begun of their key."""
    last = last_begun(of_piece, start, key, micros(spans["start_utc"]))
    mine = np.flatnonzero(last != NOWHERE)
    return mine[micros(spans["end_utc"])[last[mine]] >= end[mine]]
