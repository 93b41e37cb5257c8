"""Billed use between talk that nobody billed: the phone was on another network just before and after."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints, micros
from esim_analysis.leakage.grouping import Groups
from esim_analysis.leakage.spans import bounds, merge_spans
from esim_analysis.model import Evidence, UsageRecords

CUT: Final = pd.Timedelta(minutes=5)  # records this close are one use that the operator cut
NEAR: Final = pd.Timedelta(minutes=10)  # a phone at rest on Wi-Fi speaks at least this often
EDGE: Final = pd.Timedelta(minutes=1)  # clocks of bill and phone agree to about this
LONGEST: Final = pd.Timedelta(hours=2)  # longer is an evening out between two networks
_MICROSECOND: Final = pd.Timedelta(microseconds=1)


def between_unbilled(evidence: Evidence, usage: UsageRecords) -> pd.DataFrame:
    """Return billed uses that unbilled talk comes just before and just after.

    A capture that names no radio says of every connection when it was. One at a time at
    which no record was open, of any line, went over no mobile network of the bill: over Wi-Fi, in
    nearly all cases.

    Returns
    -------
    pandas.DataFrame
        `of_line, start_utc, end_utc`.
    """
    frame = evidence.frame
    flows = frame[(frame["time_kind"] == "flow") & (frame["interface"] == "unknown")]
    used = usage.frame[["line", "start_utc", "end_utc"]].dropna()
    used = used.assign(of_line=used["line"].astype("str"))
    by_use = Groups.of(merge_spans(used, ["of_line"], gap=CUT))
    uses = pd.DataFrame({"of_line": by_use.first(used["of_line"]), **bounds(by_use, used)})
    if flows.empty or uses.empty:
        return uses[:0]
    start, end = micros(uses["start_utc"]), micros(uses["end_utc"])
    spoken = micros(flows["start_utc"])
    until = np.maximum(micros(flows["end_utc"].fillna(flows["start_utc"])), spoken)
    open_ = _meets(spoken, until, start, end)
    near, edge = NEAR // _MICROSECOND, EDGE // _MICROSECOND
    before = _any_in(np.sort(until[~open_]), start - near, start - edge)
    after = _any_in(np.sort(spoken[~open_]), end + edge, end + near)
    short = end - start <= LONGEST // _MICROSECOND
    return uses[before & after & short]


def _meets(begin: Ints, until: Ints, start: Ints, end: Ints) -> Flags:
    """Mark spans that come as close as the clocks agree to any use of any line."""
    edge = EDGE // _MICROSECOND
    order = np.argsort(start, kind="stable")
    reached = np.maximum.accumulate(end[order])
    last = np.searchsorted(start[order], until + edge, "right") - 1
    met: Flags = (last >= 0) & (reached[np.maximum(last, 0)] >= begin - edge)
    return met


def _any_in(times: Ints, first: Ints, last: Ints) -> Flags:
    found: Flags = np.searchsorted(times, last, "right") > np.searchsorted(times, first, "left")
    return found
