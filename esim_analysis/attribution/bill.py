"""The bill as arrays: which rows can be divided, by how much, and how exact they are."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.attribution.groups import number_groups
from esim_analysis.attribution.precision import common_step, printed_step
from esim_analysis.model import UsageRecords

Ints = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_CLOCKED: Final = ("session", "partial", "bucket")
_COARSE: Final = ("snapshot_diff", "date_only")
INSTANT: Final = 1  # µs: what a moment without length is taken to last


@dataclass(frozen=True, slots=True)
class Bill:
    """Arrays of one element a row of `UsageRecords.frame`; times in µs since 1970.

    Attributes
    ----------
    line, lines
        Code of the line of a row, and the names behind the codes.
    billed, rounding, divisible
        Bytes; `rounding + divisible = billed`.
    measured
        Bytes the meter saw: what the phone's bytes are compared with.
    slack
        Half-width of `measured` in bytes, from its rounding.
    upward
        Bytes it stands above what the meter saw, on average, if its file rounds up: half of the
        step all its volumes are multiples of.
    guessed
        The most rounding can have added to a row, where no file says what it did; 0 where one
        does. Empty where it was not estimated.
    leaning
        How far `measured` was taken from the phone instead, 0 to 1. Empty where it was not.
    divides
        The row takes part in the division: data, with volume, with a time of its own.
    clocked
        Its start and end come from a clock, not from a calendar or a reading.
    """

    line: Ints
    lines: tuple[str, ...]
    start: Ints
    end: Ints
    billed: Ints
    rounding: Ints
    divisible: Ints
    measured: Ints
    slack: Floats
    upward: Floats
    divides: Flags
    clocked: Flags
    prorated: Flags
    guessed: Floats = field(default_factory=lambda: np.zeros(0))
    leaning: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def length(self) -> Ints:
        """Microseconds from start to end, at least one."""
        length: Ints = np.maximum(self.end - self.start, INSTANT)
        return length


def read_bill(usage: UsageRecords) -> Bill:
    """Turn usage records into arrays; every row stays, in its order."""
    frame = usage.frame
    names = frame["line"].fillna("")
    line, lines = pd.factorize(names, sort=True)
    start = micros(frame["start_utc"])
    end = np.maximum(micros(frame["end_utc"].fillna(frame["start_utc"])), start + INSTANT)
    total = frame["bytes_total"].to_numpy(dtype=np.int64, na_value=0)
    billed = usage.billed.to_numpy(dtype=np.int64, na_value=0)
    rounding: Ints = np.maximum(billed - total, 0)
    quality = frame["time_quality"]
    prorated = (quality == "prorated").to_numpy()
    data = frame["service_class"].fillna("data").isin(["data", ""]).to_numpy()
    slack, upward = _slack(frame, total, line)
    return Bill(
        line=line.astype(np.int64),
        lines=tuple(str(name) for name in lines),
        start=start,
        end=end,
        billed=billed,
        rounding=rounding,
        divisible=billed - rounding,
        measured=total,
        slack=slack,
        upward=upward,
        divides=data & (total > 0) & ~prorated,
        clocked=quality.isin(_CLOCKED).to_numpy(),
        prorated=prorated & (billed > 0),
    )


def micros(times: pd.Series) -> Ints:
    """Return UTC times as whole microseconds since 1970."""
    moments = times.astype("datetime64[us, UTC]").to_numpy(dtype="datetime64[us]")
    return moments.astype(np.int64)


def _slack(frame: pd.DataFrame, total: Ints, line: Ints) -> tuple[Floats, Floats]:
    """Return half-widths and what rounding up adds on average.

    The half-width the importer knew, else half a rounding step; differences carry two, and
    what rounding up added to a reading it takes from the next. A step is that of a line in a
    file: which other lines are looked at does not change it.
    """
    source = pd.factorize(frame["source"])[0].astype(np.int64)
    shared = common_step(total, number_groups(source, line)[0])
    step = shared
    coarse = frame["time_quality"].isin(_COARSE).to_numpy()
    if coarse.any():
        printed = printed_step(frame["raw_volume"].where(coarse), total)
        step = np.where(coarse, np.maximum(step, printed), step)
    readings = (frame["time_quality"] == "snapshot_diff").to_numpy()
    guessed = np.where(readings, step, step / 2.0)
    told = frame["bytes_half_width"].to_numpy(dtype=np.float64, na_value=np.nan)
    halves = np.where(np.isnan(told), guessed, told)
    up = np.where(np.isnan(told) & ~readings & (shared > 1), shared / 2.0, 0.0)
    return halves, up
