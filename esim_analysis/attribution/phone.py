"""What the phone saw as arrays: cells of (SIM, interval, app, ground)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import INSTANT, Flags, Floats, Ints, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.precision import common_step
from esim_analysis.model import Evidence

_INTERFACES: Final = ("cellular", "unknown")
_INTERVALS: Final = ("flow", "bucket", "cumulative", "first_last")


@dataclass(frozen=True, slots=True)
class Phone:
    """Slots are distinct (SIM, interval, surely cellular); cells are their apps.

    All cells of a slot overlap the same sessions, so the division looks at slots
    only and never at apps.

    Attributes
    ----------
    sim, start, end, sure
        A slot: code of the SIM, times in µs since 1970, surely cellular or not.
    slot, app, ground, bytes, slack
        A cell: number of its slot (ascending), codes of app and ground, phone bytes
        and their half-width from rounding.
    sims
        `(line, home network)` a SIM code stands for; "" where unknown.
    """

    sim: Ints
    start: Ints
    end: Ints
    sure: Flags
    slot: Ints
    app: Ints
    ground: Ints
    bytes: Floats
    slack: Floats
    sims: tuple[tuple[str, str], ...]
    apps: tuple[str, ...]
    grounds: tuple[str, ...]

    @property
    def volume(self) -> Floats:
        """Phone bytes of each slot."""
        return sum_by(self.slot, self.bytes, len(self.start))

    @property
    def width(self) -> Floats:
        """Half-width of `volume`, from rounding."""
        return sum_by(self.slot, self.slack, len(self.start))

    @property
    def length(self) -> Ints:
        """Microseconds of each slot, at least one."""
        length: Ints = np.maximum(self.end - self.start, INSTANT)
        return length


def observe(evidence: Evidence) -> Phone:
    """Keep what may be on the bill, and sum rows of one cell.

    Kept: rows with bytes that count toward the total, on a mobile interface or on
    one nobody named, over an interval of time. Rows that differ only in radio,
    roaming or uid are one cell.
    """
    frame = evidence.frame
    volume = frame[["bytes_up", "bytes_down"]].sum(axis=1, min_count=1)
    frame = frame.assign(volume=volume.astype("Int64"))[
        (volume.fillna(0) > 0).to_numpy(dtype=bool)
        & frame["counts_toward_total"].fillna(value=True).to_numpy(dtype=bool)
        & frame["interface"].isin(_INTERFACES).to_numpy()
        & frame["time_kind"].isin(_INTERVALS).to_numpy()
    ]
    app, apps = pd.factorize(frame["app"], sort=True)
    ground, grounds = pd.factorize(frame["ground"], sort=True)
    sim, sims = _sims(frame)
    start = micros(frame["start_utc"])
    end = np.maximum(micros(frame["end_utc"].fillna(frame["start_utc"])), start + INSTANT)
    sure = (frame["interface"] == "cellular").to_numpy()
    slot, first = number_groups(sim, start, end, sure.astype(np.int64))
    cell, first_row = number_groups(slot, app.astype(np.int64), ground.astype(np.int64))
    volume_bytes = frame["volume"].to_numpy(dtype=np.int64)
    return Phone(
        sim=sim[first],
        start=start[first],
        end=end[first],
        sure=sure[first],
        slot=slot[first_row],
        app=app[first_row].astype(np.int64),
        ground=ground[first_row].astype(np.int64),
        bytes=sum_by(cell, volume_bytes, len(first_row)),
        slack=sum_by(cell, _slack(frame, volume_bytes), len(first_row)),
        sims=sims,
        apps=tuple(str(name) for name in apps),
        grounds=tuple(str(name) for name in grounds),
    )


def _sims(frame: pd.DataFrame) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    line, lines = pd.factorize(frame["line"].fillna(""), sort=True)
    plmn, plmns = pd.factorize(frame["sim_plmn"].fillna(""), sort=True)
    sim, first = number_groups(line.astype(np.int64), plmn.astype(np.int64))
    names = tuple((str(lines[line[row]]), str(plmns[plmn[row]])) for row in first)
    return sim, names


def _slack(frame: pd.DataFrame, volume: Ints) -> Floats:
    """Counters read from a screen are coarse; what a meter wrote is exact."""
    typed = (frame["time_kind"] == "cumulative").to_numpy()
    if not typed.any():
        return np.zeros(len(frame))
    source = pd.factorize(frame["source"])[0]
    step = common_step(np.where(typed, volume, 0), source, fewest=1)
    slack: Floats = np.where(typed & (step > 1.0), step, 0.0)
    return slack
