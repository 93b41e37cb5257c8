"""Radio: over which network the phone goes at each moment."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import EVERY_DAY, MINUTE, Calendar
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.flows import Seconds, cut


@dataclass(frozen=True, slots=True)
class Carrier:
    """A network as the phone names it.

    `plmn` ("214-07"), `subscriber` (first six digits), `sub_id` and `rat` (Android's
    number of the radio type) belong to a SIM, `ssid` to Wi-Fi.
    """

    key: str
    plmn: str = ""
    subscriber: str = ""
    sub_id: int = -1
    rat: str = "COMBINED"
    roaming: bool = False
    ssid: str = ""

    @property
    def cellular(self) -> bool:
        """Whether bytes over it are billed by an operator."""
        return bool(self.plmn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A carrier is used from `since` to `until` local time (next day when earlier)."""

    carrier: Carrier
    since: str
    until: str
    weekdays: tuple[int, ...] = EVERY_DAY
    dates: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    early_or_late: int = 10


@dataclass(frozen=True, slots=True)
class Radio:
    """The SIM that carries data when nothing else does, and what goes before it.

    Later reaches win over earlier ones.
    """

    usual: Carrier
    reaches: tuple[Reach, ...]

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """All carriers, each once, the usual one first."""
        return tuple(dict.fromkeys((self.usual, *(reach.carrier for reach in self.reaches))))


def connect(
    flows: pd.DataFrame, radio: Radio, calendar: Calendar, *, seed: int
) -> tuple[pd.DataFrame, Seconds]:
    """Cut flows where the phone changes networks and name the network of each piece.

    Returns
    -------
    (flows, changes)
        Flows with a `carrier` column (its key), and the instants of change.
    """
    spans = [_spans(reach, calendar, seed) for reach in radio.reaches]
    outer = [flows["start"].min(), flows["end"].max()]
    edges = np.unique(np.concatenate([np.array(outer), *(np.concatenate(s) for s in spans)]))
    keys = np.full(len(edges), radio.usual.key, dtype=object)
    for reach, (since, until) in zip(radio.reaches, spans, strict=True):
        if len(since) == 0:  # its days are all left out
            continue
        at = np.searchsorted(since, edges, side="right") - 1
        keys[(at >= 0) & (edges < until[at])] = reach.carrier.key
    changes = edges[1:][keys[1:] != keys[:-1]]
    pieces = cut(flows, changes)
    pieces["carrier"] = keys[np.searchsorted(edges, pieces["start"], side="right") - 1]
    moving = (pieces["down"] + pieces["up"]) > 0
    return pieces[moving].reset_index(drop=True), changes


def _spans(reach: Reach, calendar: Calendar, seed: int) -> tuple[Seconds, Seconds]:
    days = calendar.days(weekdays=reach.weekdays, only=reach.dates, without=reach.without)
    ends = days + pd.Timedelta(days=1) if reach.until <= reach.since else days
    dice = Dice(seed, f"reach/{reach.carrier.key}/{reach.since}")
    stray = reach.early_or_late * MINUTE
    since = calendar.seconds(days, reach.since) + dice.between(-stray, stray, len(days))
    until = calendar.seconds(ends, reach.until) + dice.between(-stray, stray, len(days))
    return since, until
