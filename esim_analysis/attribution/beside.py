"""Which connections of a capture the phone's counters have told already, and whose SIM they were.

Buckets of a phone's statistics tell everything it did in their time: an app they do not name used
nothing. A long figure (typed, or of a backup) tells of its own app only. Connections outside
both stand on their own; where the counters know a single SIM, it carried them.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.captures import NOBODY, Seen, Timing
from esim_analysis.attribution.curve import Curve

CONNECTIONS: Final = ("flow", "first_last")
COUNTERS: Final = ("bucket", "cumulative")
_LONG: Final = "cumulative"
_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of counters and connections, and what the former have told of the latter.

    Attributes
    ----------
    rows
        All rows, whatever the network; `who` is line and app, told apart for long figures.
    sim
        SIM of each row, also of connections that do not know theirs.
    free
        Share of each row's bytes that may be added: nothing of Wi-Fi, nothing twice.
    inside
        Connections inside counters, by `who` of those counters.
    counter, mobile
        Rows that are counters, and rows that are no counter of Wi-Fi.
    line
        Line of each row.
    """

    rows: Seen
    sim: Ints
    free: Floats
    inside: Seen
    counter: Flags
    mobile: Flags
    line: Ints

    @classmethod
    def of(
        cls, frame: pd.DataFrame, app: Ints, sim: Ints, sims: tuple[tuple[str, str], ...]
    ) -> Self | None:
        """Look at rows with `start, end, volume, mobile`; None where there is nothing to compare."""
        kind = frame["time_kind"]
        flow, counter = (kind.isin(names).to_numpy() for names in (CONNECTIONS, COUNTERS))
        if not (flow.any() and counter.any()):
            return None
        lines, names = pd.factorize(pd.Series([line for line, _ in sims]))
        line, long = lines[sim].astype(np.int64), (kind == _LONG).to_numpy()
        apps = int(app.max()) + 1
        tracks = len(names) * apps
        rows = Seen(
            line * apps + app + tracks * long,
            frame["start"].to_numpy(),
            frame["end"].to_numpy(),
            frame["volume"].to_numpy().astype(np.float64),
        )
        by_line = Seen(line, rows.start, rows.end, rows.bytes)
        flows = rows.take(flow)
        again = Seen(flows.who + tracks, flows.start, flows.end, flows.bytes)
        in_bucket = by_line.take(flow).covered(by_line.take(counter & ~long))
        in_long = (1.0 - in_bucket) * again.covered(rows.take(long))
        mobile = frame["mobile"].to_numpy()
        free = mobile.astype(np.float64)
        free[flow] *= np.maximum(1.0 - in_bucket - in_long, 0.0)
        inside = Seen(
            np.concatenate([flows.who, again.who]),
            np.tile(flows.start, 2),
            np.tile(flows.end, 2),
            np.concatenate([flows.bytes * in_bucket, flows.bytes * in_long]),
        )
        sim = _carried(sim, sims, line, flow=flow, counter=counter & mobile)
        return cls(rows, sim, free, inside.take(inside.bytes > 0), counter, mobile, line)

    def asked(self, app: Ints) -> Ints:
        """Return a number of each counter whose bytes connections place in time, 0 of other rows.

        Counters of different numbers are to share no interval.
        """
        inside = self.inside
        curve = Curve.of(inside.who, inside.start, inside.end, inside.bytes)
        told = curve.between(self.rows.who, self.rows.start, self.rows.end) >= 1.0
        return np.where(told & self.counter & self.mobile, app + 1, 0).astype(np.int64)

    def timing(self, first: Ints, asked: Ints, volume: Floats, left: Floats) -> Timing:
        """Return when the bytes of slots fell.

        Parameters
        ----------
        first
            A row of each slot.
        asked
            As `asked` returns it, of each slot.
        volume
            Bytes of each slot.
        left
            Bytes of each row that count.
        """
        rows = self.rows.take(first)
        who = np.where(asked > 0, rows.who, NOBODY)
        told = np.where(self.mobile, left, self.rows.bytes) * self.counter
        all_ways = Curve.of(self.rows.who, self.rows.start, self.rows.end, told)
        counted = all_ways.between(rows.who, rows.start, rows.end)
        # Where no counter tells of Wi-Fi, any connection may have been on it.
        told_of_wifi = np.unique(self.line[self.counter & ~self.mobile])
        counted[~np.isin(self.line[first], told_of_wifi)] = np.inf
        slots = Seen(who, rows.start, rows.end, volume)
        listed = float(self.rows.bytes[~self.counter].sum())
        return Timing.of(self.inside, slots, counted, listed=listed)


def over_wifi(rows: Seen, *, flow: Flags, mobile: Flags, otherwise: Flags) -> Flags:
    """Mark connections whose app, by counters of their time, moved data over Wi-Fi alone.

    Parameters
    ----------
    rows
        `who` is line and app.
    flow, mobile, otherwise
        Connections, counters of mobile data, and counters of Wi-Fi.
    """
    found = np.zeros(len(flow), dtype=bool)
    if not (flow.any() and otherwise.any()):
        return found
    flows = rows.take(flow)
    carried = flows.covered(rows.take(otherwise)) == 1.0
    found[flow] = carried & (flows.covered(rows.take(mobile)) == 0.0)
    return found


def _carried(
    sim: Ints, sims: tuple[tuple[str, str], ...], line: Ints, *, flow: Flags, counter: Flags
) -> Ints:
    """Give connections of an unknown SIM that of their line's counters, where there is one only."""
    nameless = np.array([not network for _, network in sims])
    named = np.flatnonzero(counter & ~nameless[sim])
    lines = int(line.max()) + 1
    least, most = np.full(lines, _NEVER), np.full(lines, NOBODY)
    np.minimum.at(least, line[named], sim[named])
    np.maximum.at(most, line[named], sim[named])
    only = np.where(least == most, most, NOBODY)[line]
    return np.where(flow & nameless[sim] & (only != NOBODY), only, sim)
