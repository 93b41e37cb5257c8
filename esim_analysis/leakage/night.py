"""Quiet hours: which night a span of time belongs to, and how much of it is night."""

from typing import Final

import numpy as np
import pandas as pd

QUIET_FROM_HOUR: Final = 1  # most people are asleep between these hours, early and late ones
QUIET_UNTIL_HOUR: Final = 6
SHORT_SPAN: Final = pd.Timedelta(hours=6)  # longer spans say too little about when
# Read at bedtime and on rising: twelve hours at most, of which the five quiet ones are over 40 %.
NIGHT_INTERVAL: Final = pd.Timedelta(hours=12)
NIGHT_INTERVAL_QUIET: Final = 0.4


def nights(spans: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Place spans among nights.

    Parameters
    ----------
    spans
        `start_utc, end_utc`.
    zone
        IANA name; quiet hours are local.

    Returns
    -------
    pandas.DataFrame
        On the index of `spans`: `night` (local date, naive midnight), `quiet_from`,
        `quiet_until` (UTC), `quiet_share` (0 to 1 of the span; a moment inside
        counts as 1).
    """
    today = spans["start_utc"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    first = _quiet(spans, today, zone)
    second = _quiet(spans, today + pd.Timedelta(days=1), zone)
    later = second["overlap_s"] > first["overlap_s"]
    placed = first.mask(later, second)
    length_s = (spans["end_utc"] - spans["start_utc"]).dt.total_seconds()
    overlap_s = first["overlap_s"] + second["overlap_s"]
    inside = (spans["start_utc"] >= placed["quiet_from"]) & (
        spans["start_utc"] < placed["quiet_until"]
    )
    share = (overlap_s / length_s.where(length_s > 0)).fillna(inside.astype("float64"))
    return placed.drop(columns="overlap_s").assign(quiet_share=share.clip(upper=1.0))


def is_night_interval(spans: pd.DataFrame, quiet_share: pd.Series) -> "pd.Series[bool]":
    """Mark spans that hold one night: longer than a bucket, and mostly slept through."""
    length = spans["end_utc"] - spans["start_utc"]
    return (length <= NIGHT_INTERVAL) & (quiet_share >= NIGHT_INTERVAL_QUIET)


def nights_observed(lines: pd.DataFrame, zone: str) -> pd.Series:
    """Count the nights each line's bill speaks of (`start_utc, end_utc` a line)."""
    hour = pd.Timedelta(hours=1)
    start = lines["start_utc"].dt.tz_convert(zone).dt.tz_localize(None)
    end = lines["end_utc"].dt.tz_convert(zone).dt.tz_localize(None)
    before = (start - QUIET_UNTIL_HOUR * hour).dt.normalize()
    last = (end - QUIET_FROM_HOUR * hour).dt.normalize()
    observed: pd.Series[int] = (last - before).dt.days.clip(lower=1)
    return observed


def _quiet(spans: pd.DataFrame, day: pd.Series, zone: str) -> pd.DataFrame:
    start = _instant(day + pd.Timedelta(hours=QUIET_FROM_HOUR), zone)
    end = _instant(day + pd.Timedelta(hours=QUIET_UNTIL_HOUR), zone)
    overlap = spans["end_utc"].clip(upper=end) - spans["start_utc"].clip(lower=start)
    return pd.DataFrame(
        {
            "night": day,
            "quiet_from": start,
            "quiet_until": end,
            "overlap_s": overlap.dt.total_seconds().clip(lower=0.0),
        }
    )


def _instant(naive: pd.Series, zone: str) -> pd.Series:
    """Turn wall-clock times into UTC through their few distinct values."""
    codes, unique = pd.factorize(naive)
    days = pd.DatetimeIndex(unique)
    known = days.tz_localize(zone, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward")
    return pd.Series(known.tz_convert("UTC").as_unit("us").take(codes), index=naive.index)
