"""A travel seller's list of sessions in English: commas, decimal points, gigabytes, local time."""

import pandas as pd

from esim_analysis.simulator.calendar import Calendar

_HEADER = "Start,End,Country,Network,Data (GB)"
_STAMP = "%Y-%m-%d %H:%M:%S"


def gigabytes_csv(records: pd.DataFrame, calendar: Calendar, *, binary: bool) -> str:
    """Write `start, end, billed, country, network`; `binary` divides by 1024³ and still says GB."""
    start = calendar.wall(records["start"].to_numpy()).strftime(_STAMP)
    end = calendar.wall(records["end"].to_numpy()).strftime(_STAMP)
    gigabyte = 2**30 if binary else 10**9
    millionths = (records["billed"] * 10**6 + gigabyte // 2) // gigabyte
    volume = (millionths // 10**6).astype(str) + "." + (millionths % 10**6).astype(str).str.zfill(6)
    place = records["country"] + "," + records["network"] + ","
    body = pd.Series(start + ",", index=records.index) + pd.Series(end + ",", index=records.index)
    return "\r\n".join([_HEADER, *(body + place + volume), ""])
