"""The frames behind the pictures of patterns: sums of a case, ready to be drawn."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.model import Analysis
from esim_analysis.report.hours_table import week_bytes
from esim_analysis.report.names import line_names

_EVENING: Final = 22  # a night is from here to
_MORNING: Final = 8  # here, on the clock of the case
_NIGHTS: Final = 3
_HOURS: Final = 24


def week_frame(analysis: Analysis) -> pd.DataFrame:
    """Return `weekday, hour, bytes`: what was billed in each hour of each weekday."""
    sums = week_bytes(analysis)
    hour, weekday = np.indices(sums.shape)
    return pd.DataFrame({"weekday": weekday.ravel(), "hour": hour.ravel(), "bytes": sums.ravel()})


def ground_frame(analysis: Analysis) -> pd.DataFrame:
    """Return `app, ground, bytes` over the whole bill."""
    pieces = analysis.attribution.pieces
    sums = pieces.groupby(["app", "ground"], observed=True)[["bytes"]].sum().reset_index()
    return sums.astype({"app": "str", "ground": "str"})


def night_frame(analysis: Analysis) -> pd.DataFrame:
    """Return `night, hour, bytes`: the usual night (median of all), then the fullest ones.

    A night goes from 22:00 to 08:00 and is named by its evening; the usual one is "".
    """
    nights = _by_night(analysis)
    if not len(nights):
        return pd.DataFrame({"night": [], "hour": [], "bytes": []})
    fullest = nights.sum(axis=1).nlargest(_NIGHTS, keep="first")
    shown = [night for night, volume in fullest.items() if volume > 0]
    usual = nights.median(axis=0).round().astype("int64").to_frame("").T
    told = pd.concat([usual, nights.loc[shown]])
    return (
        told.rename_axis("night").reset_index().melt(
            id_vars="night", var_name="hour", value_name="bytes"
        )
    )  # fmt: skip


def _by_night(analysis: Analysis) -> pd.DataFrame:
    """Return nights × clock hours in bytes; every night of the bill, also the silent ones."""
    pieces = analysis.attribution.pieces
    hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone)
    if not hours.count:
        return pd.DataFrame()
    _, hour, volume = spread(pieces, hours)
    clock = hours.wall_minutes // 60
    night = hours.day_of - (clock < _MORNING)
    at_night = (clock >= _EVENING) | (clock < _MORNING)
    inside = at_night[hour] & (night[hour] >= 0) & (night[hour] < hours.days - 1)
    order = [*range(_EVENING, _HOURS), *range(_MORNING)]
    slot = night[hour[inside]] * _HOURS + clock[hour[inside]]
    sums = np.zeros((hours.days - 1) * _HOURS, dtype="int64")
    np.add.at(sums, slot, volume[inside])
    days = hours.midnights[:-2].tz_convert(hours.zone).strftime("%Y-%m-%d")
    return pd.DataFrame(sums.reshape(-1, _HOURS)[:, order], index=list(days), columns=order)


def bridge_frame(analysis: Analysis) -> pd.DataFrame:
    """Return `step, bytes, base, total`: from what was billed down to what the phone counted.

    The metering overhead is inside each app's bytes; what the phone counted of them
    is taken from the overhead of the case.
    """
    sums = analysis.attribution.by_record[
        ["billed", "attributed", "unattributed", "rounding", "conflict"]
    ].sum()
    explained = int(sums["attributed"])
    seen = round(explained / analysis.attribution.overhead.point)
    steps = [("billed", int(sums["billed"]), 0, True)]
    level = int(sums["billed"])
    for part in ("unattributed", "rounding", "conflict"):
        volume = int(sums[part])
        if volume:
            steps.append((part, -volume, level, False))
            level -= volume
    steps += [
        ("explained", explained, 0, True),
        ("overhead", seen - explained, explained, False),
        ("seen", seen, 0, True),
    ]
    return pd.DataFrame(steps, columns=["step", "bytes", "base", "total"])


def coverage_frame(analysis: Analysis) -> pd.DataFrame:
    """Return `line, day, share`: days with a bill, lines by their number."""
    days = analysis.coverage.by_day
    billed = days[days["billed"] > 0]
    return billed.assign(line=billed["line"].map(line_names(analysis)))[["line", "day", "share"]]
