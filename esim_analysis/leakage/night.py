"""Quiet hours: which night a span of time belongs to, and how much of it is night."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.model.clock import local_midnights

QUIET_FROM_HOUR: Final = 1  # most people are asleep between these hours, early and late ones
QUIET_UNTIL_HOUR: Final = 6
SHORT_SPAN: Final = pd.Timedelta(hours=6)  # longer spans say too little about when
# Read at bedtime and on rising: twelve hours at most, of which the five quiet ones are over 40 %.
NIGHT_INTERVAL: Final = pd.Timedelta(hours=12)
NIGHT_INTERVAL_QUIET: Final = 0.4
_HOUR: Final = pd.Timedelta(hours=1)
_MICROSECOND: Final = pd.Timedelta(microseconds=1)
_SECOND_US: Final = 1e6


@dataclass(frozen=True, slots=True)
class Placed:
    """Spans placed among nights; one element a span, times in µs since 1970.

    Attributes
    ----------
    night
        Local date, naive midnight.
    quiet_from, quiet_until
        The quiet hours of that night.
    quiet_share
        0 to 1 of the span; a moment inside counts as 1.
    """

    night: np.ndarray
    quiet_from: Ints
    quiet_until: Ints
    quiet_share: Floats


def placed(start: Ints, end: Ints, zone: str) -> Placed:
    """Place spans (µs) among nights; quiet hours are local to `zone`."""
    if len(start) == 0:
        nothing = np.zeros(0, np.int64)
        return Placed(nothing.view("datetime64[us]"), nothing, nothing, np.zeros(0))
    first, last = (pd.Timestamp(int(at), unit="us", tz="UTC") for at in (start.min(), start.max()))
    midnights = local_midnights(first, last, zone)
    days = midnights.tz_convert(zone).tz_localize(None).normalize()
    opens, closes = _quiet_hours(days, zone)
    today = np.searchsorted(midnights.asi8, start, "right") - 1
    overlaps = [
        np.maximum(np.minimum(end, closes[day]) - np.maximum(start, opens[day]), 0)
        for day in (today, today + 1)
    ]
    day = today + (overlaps[1] > overlaps[0])
    length = (end - start) / _SECOND_US
    inside = (start >= opens[day]) & (start < closes[day])
    quiet = (overlaps[0] / _SECOND_US + overlaps[1] / _SECOND_US) / np.where(length > 0, length, 1)
    share = np.minimum(np.where(length > 0, quiet, inside), 1.0)
    return Placed(days.to_numpy()[day], opens[day], closes[day], share)


def quiet_share(spans: pd.DataFrame, zone: str) -> Floats:
    """Return how much of each span (`start_utc, end_utc`) lies in quiet hours, 0 to 1."""
    return placed(micros(spans["start_utc"]), micros(spans["end_utc"]), zone).quiet_share


def is_night_interval(length: Ints, share: Floats) -> Flags:
    """Mark spans (µs) that hold one night: longer than a bucket, and mostly slept through."""
    held: Flags = (length <= NIGHT_INTERVAL // _MICROSECOND) & (share >= NIGHT_INTERVAL_QUIET)
    return held


def nights_observed(lines: pd.DataFrame, zone: str) -> pd.Series:
    """Count the nights each line's bill speaks of (`start_utc, end_utc` a line)."""
    start = lines["start_utc"].dt.tz_convert(zone).dt.tz_localize(None)
    end = lines["end_utc"].dt.tz_convert(zone).dt.tz_localize(None)
    before = (start - QUIET_UNTIL_HOUR * _HOUR).dt.normalize()
    last = (end - QUIET_FROM_HOUR * _HOUR).dt.normalize()
    observed: pd.Series[int] = (last - before).dt.days.clip(lower=1)
    return observed


def _quiet_hours(days: pd.DatetimeIndex, zone: str) -> tuple[Ints, Ints]:
    """Return the quiet hours of local days, and of the day after the last (µs)."""
    several = pd.date_range(days[0], periods=len(days) + 1, freq="D")

    def at(hour: int) -> Ints:
        wall = several + hour * _HOUR
        early = np.ones(len(wall), bool)
        known = wall.tz_localize(zone, ambiguous=early, nonexistent="shift_forward")
        found: Ints = known.tz_convert("UTC").as_unit("us").asi8.astype(np.int64)
        return found

    return at(QUIET_FROM_HOUR), at(QUIET_UNTIL_HOUR)
