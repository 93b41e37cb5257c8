"""What the phone saw as arrays: cells of (SIM, interval, app, ground)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.beside import CONNECTIONS, COUNTERS, Beside
from esim_analysis.attribution.bill import INSTANT, Flags, Floats, Ints, micros
from esim_analysis.attribution.captures import Timing
from esim_analysis.attribution.groups import CODE, number_groups, sum_by
from esim_analysis.attribution.hours import Hours
from esim_analysis.attribution.precision import common_step
from esim_analysis.attribution.reconcile import told_once
from esim_analysis.model import Evidence

_INTERFACES: Final = ("cellular", "unknown")
_INTERVALS: Final = ("flow", "bucket", "cumulative", "first_last")
_NEEDED: Final = (
    *("line", "sim_plmn", "start_utc", "end_utc"),
    *("time_kind", "app", "ground", "interface", "source", "bytes_half_width"),
)


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
    timing
        When the bytes of slots fell, where a capture tells.
    hours
        What all apps together moved in each hour, where the phone tells.
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
    timing: Timing | None = None
    hours: Hours | None = None

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


def observe(evidence: Evidence, *, apart: Sequence[Sequence[str]] = ()) -> Phone:
    """Keep what may be on the bill, and sum rows of one cell.

    Kept: rows with bytes that count toward the total, on a mobile interface or on
    one nobody named, over an interval of time. Rows that differ only in radio,
    roaming or uid are one cell; what two witnesses saw counts once: connections inside
    counters only say when (`captures`). Apps named in a list of `apart` share no slot with
    apps that are not.
    """
    frame = _billable(evidence.frame)
    app, apps = pd.factorize(frame["app"], sort=True)
    ground, grounds = pd.factorize(frame["ground"], sort=True)
    sim, sims = _sims(frame)
    start, end, volume = (
        frame["start"].to_numpy(),
        frame["end"].to_numpy(),
        frame["volume"].to_numpy(),
    )
    counted = volume.astype(np.float64)
    beside = Beside.of(frame, app, sim, sims) if "mobile" in frame else None
    alone = np.zeros(len(counted))  # bytes of connections that no counter has told
    if beside is not None:
        sim, counted = beside.sim, np.rint(counted * beside.free)
        alone = np.where(beside.counter, 0.0, counted)
    left = alone + told_once(frame["time_kind"], sim * len(apps) + app, start, end, counted - alone)
    keep = np.flatnonzero(left > 0)
    kept, sims = _used(sim[keep], sims)
    sure = (frame["interface"] == "cellular").to_numpy().astype(np.int64)
    kind = np.zeros(len(apps), np.int64)
    for number, names in enumerate(apart):
        kind += np.isin(apps.to_numpy(dtype=object), names) * 2**number
    more = [kind[app[keep]]] if apart else []
    asked = beside.asked(app)[keep] if beside else None
    more += [] if asked is None else [asked]
    slot, first = number_groups(kept, start[keep], end[keep], sure[keep], *more)
    cell, first_row = number_groups(slot, app[keep].astype(np.int64), ground[keep].astype(np.int64))
    row = keep[first]
    timing = None
    if beside is not None and asked is not None:
        volumes = sum_by(slot, left[keep], len(first))
        timing = beside.timing(row, asked[first], volumes, left)
    return Phone(
        sim=kept[first],
        start=start[row],
        end=end[row],
        sure=sure[row] == 1,
        slot=slot[first_row].astype(CODE),
        app=app[keep][first_row].astype(CODE),
        ground=ground[keep][first_row].astype(CODE),
        bytes=sum_by(cell, left[keep], len(first_row)),
        slack=sum_by(cell, _slack(frame, volume)[keep], len(first_row)),
        sims=sims,
        apps=tuple(str(name) for name in apps),
        grounds=tuple(str(name) for name in grounds),
        timing=timing,
        hours=Hours.of(evidence.device_totals, sims),
    )


def _billable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows that may be on the bill, with `start, end` (µs) and `volume` (bytes).

    Beside connections of a network nobody named come counters of every network, and `mobile`.
    """
    up, down = (
        frame[name].to_numpy(dtype=np.int64, na_value=0) for name in ("bytes_up", "bytes_down")
    )
    volume = up + down
    counts = frame["counts_toward_total"].to_numpy(dtype=bool, na_value=True)
    mobile = frame["interface"].isin(_INTERFACES).to_numpy()
    counts &= volume > 0
    kept = counts & mobile & frame["time_kind"].isin(_INTERVALS).to_numpy()
    rows: pd.DataFrame = frame[list(_NEEDED)]
    captured = kept & frame["time_kind"].isin(CONNECTIONS).to_numpy()
    if captured.any():
        kept |= counts & _counters(frame)
        rows = rows.assign(mobile=mobile)
    if not kept.all():
        rows = rows[kept]
    start = micros(rows["start_utc"])
    end = np.maximum(micros(rows["end_utc"].fillna(rows["start_utc"])), start + INSTANT)
    return rows.assign(start=start, end=end, volume=volume[kept])


def _counters(frame: pd.DataFrame) -> Flags:
    """Mark counters of every network; a tunnel carries what others count."""
    counters = frame["time_kind"].isin(COUNTERS) & (frame["interface"] != "vpn")
    marked: Flags = counters.to_numpy()
    return marked


def _used(sim: Ints, sims: tuple[tuple[str, str], ...]) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    """Return new numbers of the SIMs that have bytes, and their names."""
    number, first = number_groups(sim)
    return number, tuple(sims[code] for code in sim[first].tolist())


def _sims(frame: pd.DataFrame) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    line, lines = _coded(frame["line"])
    plmn, plmns = _coded(frame["sim_plmn"])
    sim, first = number_groups(line, plmn)
    names = tuple((lines[line[row]], plmns[plmn[row]]) for row in first)
    return sim, names


def _coded(column: pd.Series) -> tuple[Ints, list[str]]:
    """Return codes and names in order; what is missing is called `""`."""
    code, found = pd.factorize(column, sort=True)
    names = [str(name) for name in found]
    if not (code < 0).any():
        return code.astype(np.int64), names
    if "" not in names:  # nothing sorts before it
        return code.astype(np.int64) + 1, ["", *names]
    return np.maximum(code.astype(np.int64), 0), names


def _slack(frame: pd.DataFrame, volume: Ints) -> Floats:
    """Return half-widths: counters read from a screen are coarse, what a meter wrote is exact."""
    typed = (frame["time_kind"] == "cumulative").to_numpy()
    if not typed.any():
        return np.zeros(len(frame))
    source = pd.factorize(frame["source"])[0]
    step = common_step(np.where(typed, volume, 0), source, fewest=1)
    guessed = np.where(typed & (step > 1.0), step, 0.0)
    told = frame["bytes_half_width"].to_numpy(dtype=np.float64, na_value=np.nan)
    slack: Floats = np.where(np.isnan(told), guessed, told)
    return slack
