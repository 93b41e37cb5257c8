"""Local time and UTC: repeated hours, missing hours, and the edges of local days."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model.frames import UTC_TIME

FOLD_ASSUMED: Final = "assumed"
FOLD_DECLARED: Final = "declared"


def localise(
    naive: pd.Series, zone: str, *, line: pd.Series | None = None
) -> tuple[pd.Series, pd.Series]:
    """Turn wall-clock times of `zone` into UTC.

    In the hour that happens twice the first run through it is taken until the
    clock steps back in the order of the rows, then the second; such rows are
    marked. A time inside the hour that does not exist becomes missing.

    Parameters
    ----------
    naive
        `datetime64[us]` without zone, in the order of `record_id`, else of the file.
    zone
        IANA name.
    line
        Line of each row; every line steps back on its own. None: one line.

    Returns
    -------
    (utc, fold)
        UTC times, and text: `"assumed"` for rows of a repeated hour, else `""`.
    """
    none = pd.Series("", index=naive.index, dtype="str")
    earlier = naive.dt.tz_localize(zone, ambiguous=np.ones(len(naive), bool), nonexistent="NaT")
    later = naive.dt.tz_localize(zone, ambiguous=np.zeros(len(naive), bool), nonexistent="NaT")
    repeated = (earlier != later) & earlier.notna()
    if not repeated.any():  # most times are no time of an autumn night
        return earlier.dt.tz_convert("UTC").astype(UTC_TIME), none
    second_run = repeated & _second_run(naive, repeated, line)
    utc = earlier.where(~second_run, later).dt.tz_convert("UTC").astype(UTC_TIME)
    return utc, none.mask(repeated, FOLD_ASSUMED)


def local_midnights(start: pd.Timestamp, end: pd.Timestamp, zone: str) -> pd.DatetimeIndex:
    """Return the UTC instants at which local days begin, enclosing [start, end]."""
    first = start.tz_convert(zone).normalize().tz_localize(None)
    last = end.tz_convert(zone).normalize().tz_localize(None) + pd.Timedelta(days=1)
    days = pd.date_range(first, last, freq="D")
    # Some zones step over midnight itself; the day then begins at the first instant after it.
    edges = days.tz_localize(zone, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward")
    return edges.tz_convert("UTC").as_unit("us")


def local_day(times: pd.Series, zone: str) -> pd.Series:
    """Return the local calendar day of UTC `times` as text `YYYY-MM-DD`."""
    # The few days are written once each: writing a million times takes seconds.
    naive = times.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
    codes, days = pd.factorize(naive)
    text = pd.Series(pd.DatetimeIndex(days).strftime("%Y-%m-%d"), dtype="str").array
    return pd.Series(text.take(codes, allow_fill=True), index=times.index, name=times.name)


def _second_run(naive: pd.Series, repeated: pd.Series, line: pd.Series | None) -> pd.Series:
    """Mark repeated-hour rows that stand after a step back of the clock, day by day."""
    keys = [naive.dt.date] if line is None else [naive.dt.date, line]
    times = naive.where(repeated)
    highest = times.groupby(keys, sort=False, dropna=False).cummax()
    stepped_back = (times < highest) & repeated
    seen: pd.Series[bool] = stepped_back.groupby(keys, sort=False, dropna=False).cummax()
    return seen
