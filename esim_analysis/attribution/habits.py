"""At what hours of the day each app is used, and how that divides a long interval of the phone.

A figure typed once or twice a day spans several billed intervals. The apps in it did not all
use them alike: one was read by day, another fetched its word lists at night. Other days tell
them apart, since the bill says how much each interval holds. Hours of the day are learned
app by app from all intervals together by expectation-maximisation with smoothing (Silverman
et al. 1990): bytes of an interval are shared among its hours as the app's other days suggest,
the hours are summed again and smoothed, until both agree. Inside each interval rows (apps) and
columns (billed sessions) keep their sums.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import INSTANT, Bill, Floats, Ints
from esim_analysis.attribution.division import Division
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.groups import CODE, number_groups, spread, sum_by
from esim_analysis.attribution.phone import Phone

HOUR: Final = 3_600_000_000  # µs
LONG: Final = 4 * HOUR  # shorter intervals hold hours that are alike
_HOURS: Final = 24
_ROUNDS: Final = 40
_SWEEPS: Final = 3  # of scaling a round
_OWN_DAYS: Final = 1.0  # days granted to each app, on which it is used as all apps are
_FLAT: Final = 0.05  # of the usual use of all apps together, granted to every hour alike
_KERNEL: Final = (0.25, 0.5, 0.25)  # habits do not jump from one hour to the next
_PAIRS_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Habits:
    """Bytes an hour by hour of the day (UTC), one row an app of a SIM: `sim * apps + app`.

    There are no rows where no interval is long.
    """

    rate: Floats

    def mass(self, app: Ints, start: Ints, end: Ints) -> Floats:
        """Return what an app usually uses in [start, end)."""
        found: Floats = np.einsum("ij,ij->i", hours_of(start, end), self.rate[app])
        return found


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of an edge and a cell of its slot, by ascending edge, with the bytes of each."""

    edge: Ints
    cell: Ints
    bytes: Floats


@dataclass(frozen=True, slots=True)
class Shares:
    """Bytes of each pair of an edge and a cell of its slot, told a stretch of edges at a time.

    There are millions of pairs, and what is made of them fits into a processor's cache only
    bit by bit.

    Attributes
    ----------
    counts, first
        Cells of each edge, and the first of them.
    slot, volume
        Slot and bytes of each edge.
    place, learned
        Pairs in long slots, ascending, and what habits say of them.
    """

    phone: Phone
    counts: Ints
    first: Ints
    slot: Ints
    volume: Floats
    of_slot: Floats
    place: Ints
    learned: Floats

    @classmethod
    def of(cls, phone: Phone, edges: Edges, division: Division) -> "Shares":
        """Divide the bytes of each edge as those of its slot are."""
        counts = np.bincount(phone.slot, minlength=len(phone.start))
        first = np.cumsum(counts) - counts
        return cls(
            phone,
            counts[edges.slot],
            first[edges.slot],
            edges.slot,
            division.bytes,
            phone.volume,
            np.zeros(0, np.int64),
            np.zeros(0),
        )

    def among(self, begin: int, end: int) -> Pairs:
        """Return the pairs of edges `begin` up to `end`."""
        owner, place = spread(self.counts[begin:end])
        cell = self.first[begin:end][owner] + place
        share = self.phone.bytes[cell] / self.of_slot[self.slot[begin:end]][owner]
        volume = self.volume[begin:end][owner] * share
        if len(self.place):
            before = int(self.counts[:begin].sum())
            low, high = np.searchsorted(self.place, [before, before + len(cell)])
            volume[self.place[low:high] - before] = self.learned[low:high]
        return Pairs((owner + begin).astype(CODE), cell.astype(CODE), volume)


def divide_cells(
    bill: Bill, phone: Phone, edges: Edges, division: Division
) -> tuple[Shares, Habits]:
    """Divide the bytes of each edge among the cells of its slot."""
    shares = Shares.of(phone, edges, division)
    long = (phone.length > LONG)[edges.slot]
    if not long.any():
        return shares, Habits(np.zeros((0, _HOURS)))
    pairs = shares.among(0, len(edges.slot))
    place = np.flatnonzero(long[pairs.edge] & (pairs.bytes > 0))
    if not len(place):
        return shares, Habits(np.zeros((0, _HOURS)))
    pairs = Pairs(pairs.edge[place], pairs.cell[place], pairs.bytes[place])
    rate, learned = _long_pairs(bill, phone, edges, pairs).learn()
    return replace(shares, place=place, learned=learned), Habits(rate)


def _long_pairs(bill: Bill, phone: Phone, edges: Edges, shares: Pairs) -> "_Long":
    number, one = number_groups(shares.edge)
    mine = shares.edge[one]
    slot, record = edges.slot[mine], edges.session[mine]
    start = np.maximum(phone.start[slot], bill.start[record])
    end = np.maximum(np.minimum(phone.end[slot], bill.end[record]), start + INSTANT)
    hours = hours_of(start, end)
    days = np.zeros((len(phone.sims), _HOURS))
    np.add.at(days, phone.sim[slot], hours)
    return _Long(
        app=phone.sim[slot[number]] * len(phone.apps) + phone.app[shares.cell],
        cell=number_groups(shares.cell)[0],
        edge=number,
        volume=shares.bytes,
        hours=hours,
        days=days,
        apps=len(phone.apps),
    )


def hours_of(start: Ints, end: Ints) -> Floats:
    """Return how many hours of [start, end) fall into each hour of the day (UTC)."""
    first = np.arange(_HOURS) * HOUR

    def until(at: Ints) -> Floats:
        day, rest = np.divmod(at, _HOURS * HOUR)
        inside = np.clip(rest[:, None] - first, 0, HOUR)
        return day[:, None] + inside / HOUR

    found: Floats = until(end) - until(start)
    return found


@dataclass(frozen=True, slots=True)
class _Long:
    """Pairs of cell and edge in long slots, numbered densely.

    `hours` has a row an edge, `days` one a SIM: how often each hour was looked at.
    """

    app: Ints
    cell: Ints
    edge: Ints
    volume: Floats
    hours: Floats
    days: Floats
    apps: int

    def learn(self) -> tuple[Floats, Floats]:
        """Return bytes an hour of each app by hour of the day, and the bytes of each pair."""
        cells, edges = int(self.cell.max()) + 1, len(self.hours)
        of_cell = sum_by(self.cell, self.volume, cells)
        of_edge = sum_by(self.edge, self.volume, edges)
        found, rate = self.volume, self._even()
        for _ in range(_ROUNDS):
            rate = self._rate(found, rate)
            found = np.maximum(self._usual(rate), 1e-9)
            for _ in range(_SWEEPS):
                found = found * (of_edge / sum_by(self.edge, found, edges))[self.edge]
                found = found * (of_cell / sum_by(self.cell, found, cells))[self.cell]
        return rate, found

    def _even(self) -> Floats:
        keys = len(self.days) * self.apps
        total = sum_by(self.app, self.volume, keys)
        looked = np.repeat(self.days.sum(axis=1), self.apps)
        even: Floats = np.repeat((total / np.maximum(looked, 1.0))[:, None], _HOURS, axis=1)
        return even

    def _usual(self, rate: Floats) -> Floats:
        """Return what each pair's app would use in its edge by habit."""
        pieces = np.array_split(np.arange(len(self.edge)), len(self.edge) // _PAIRS_AT_ONCE + 1)
        return np.concatenate(
            [
                np.einsum("ij,ij->i", self.hours[self.edge[rows]], rate[self.app[rows]])
                for rows in pieces
            ]
        )

    def _rate(self, found: Floats, rate: Floats) -> Floats:
        """Share the bytes of each pair among its hours, sum them by hour and smooth."""
        weight = found / np.maximum(self._usual(rate), 1e-12)
        from scipy.sparse import csr_array  # noqa: PLC0415 - dear, and only where a phone was read

        table = csr_array((weight, (self.app, self.edge)), shape=(len(rate), len(self.hours)))
        volume = (table @ self.hours) * rate
        mean = self._even()
        together = volume.reshape(len(self.days), self.apps, _HOURS).sum(axis=1)
        common = _smooth(together) / np.maximum(_smooth(self.days), 1e-9)
        usual = common.mean(axis=1, keepdims=True)
        common = (common + _FLAT * usual) / np.maximum((1 + _FLAT) * usual, 1e-12)
        prior = mean * np.repeat(common, self.apps, axis=0)
        days = np.repeat(self.days, self.apps, axis=0)
        learned: Floats = (_smooth(volume) + _OWN_DAYS * prior) / (_smooth(days) + _OWN_DAYS)
        return learned


def _smooth(rows: Floats) -> Floats:
    before, here, after = _KERNEL
    found: Floats = before * np.roll(rows, 1, 1) + here * rows + after * np.roll(rows, -1, 1)
    return found
