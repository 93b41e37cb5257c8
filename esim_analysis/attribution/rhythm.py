"""When inside its interval an app's bytes fell: what the hours beside it say.

An interval of the phone that lies across midnight belongs to two days. Nothing inside it says
where its bytes fell, but the intervals before and after it do: a phone whose apps fell silent
after it was most likely on Wi-Fi by then. Each side is weighed by how many apps were at work
in the neighbouring interval, compared with what is usual at that hour. A phone that counts its
mobile bytes of every hour, whoever moved them, says how much all apps together moved before.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Bill, Floats, Ints
from esim_analysis.attribution.captures import Timing
from esim_analysis.attribution.curve import Curve
from esim_analysis.attribution.days import cut, next_edge
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.habits import LONG, Habits
from esim_analysis.attribution.hours import Hours
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.pieces import NO_CELL, Pieces

DAY: Final = 86_400_000_000  # µs
_LONGEST: Final = DAY // 2  # what is longer says nothing of the hours inside it
_ROUNDS: Final = 6  # an app whose bytes all lie on one side leaves the rest to others
_SILENT: Final = 0.3  # weight, in usual neighbours, of a side whose neighbour is silent


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many apps were at work over time, and how many usually are at that hour.

    Both are running totals (apps × µs); `usual` runs over three days, of which the
    middle one is read. `days` has one element a SIM.
    """

    busy: Curve
    usual: Curve
    days: Floats

    @classmethod
    def of(cls, phone: Phone) -> "Rhythm":
        """Read the rhythm of every SIM."""
        short = np.flatnonzero((phone.end - phone.start) <= _LONGEST)
        apps = np.bincount(phone.slot, minlength=len(phone.start))[short].astype(np.float64)
        sim, start = phone.sim[short], phone.start[short]
        length = phone.end[short] - start
        sims = len(phone.sims)
        first = np.full(sims, np.iinfo(np.int64).max)
        last = np.zeros(sims, np.int64)
        np.minimum.at(first, sim, start)
        np.maximum.at(last, sim, phone.end[short])
        hour = start % DAY
        turns = [hour + turn * DAY for turn in range(3)]
        return cls(
            busy=Curve.of(sim, start, phone.end[short], apps * length),
            usual=Curve.of(
                np.tile(sim, 3),
                np.concatenate(turns),
                np.concatenate([turn + length for turn in turns]),
                np.tile(apps * length, 3),
            ),
            days=np.maximum((last - first) / DAY, 1.0),
        )

    def habit(self, sim: Ints, start: Ints, end: Ints) -> Floats:
        """Return how busy the hours of [start, end) are on a usual day (apps × µs)."""
        hour = start % DAY + DAY
        return self.usual.between(sim, hour, hour + end - start) / self.days[sim]

    def pace(self, sim: Ints, start: Ints, end: Ints) -> Floats:
        """Return how busy [start, end) was compared with the same hours of other days."""
        usual = self.habit(sim, start, end)
        busy = self.busy.between(sim, start, end)
        return np.where(usual > 0, busy / np.maximum(usual, 1e-9), 1.0)


def cut_at_midnights(
    pieces: Pieces, edges: Ints, bill: Bill, phone: Phone, habits: Habits
) -> Pieces:
    """Cut the pieces of apps at `edges`, each side weighed by its neighbouring interval.

    Records of less than half a day say themselves when the phone was on mobile data:
    there duration alone decides. Intervals of many hours are cut as their app is used
    over the day. What the phone counted by the hour, and more so what connections of a capture
    tell, comes before all that. Residuals, and pieces of more than half a day, are left whole.
    """
    across = next_edge(pieces, edges)[1]
    mine = across & (pieces.cell != NO_CELL) & (pieces.end - pieces.start <= _LONGEST)
    if not mine.any():
        return pieces
    whole = pieces.take(np.flatnonzero(mine))
    slot = phone.slot[whole.cell]
    middle = edges[np.searchsorted(edges, whole.start, "right")]
    told = bill.length[whole.record] <= _LONGEST
    long = phone.length[slot] > LONG
    first, last = _sides(Rhythm.of(phone), phone.sim[slot], whole.start, whole.end)
    first, last = np.where(told, 1.0, first), np.where(told, 1.0, last)
    if len(habits.rate):
        some = np.flatnonzero(long)
        first[some], last[some] = _habitual(phone, habits, whole.take(some), middle[some])
    if phone.hours is not None:
        some = np.flatnonzero(~told & ~long)
        sides = first[some], last[some]
        first[some], last[some] = _counted(
            phone, phone.hours, whole.take(some), middle[some], sides
        )
    if phone.timing is not None:
        first, last = _witnessed(phone.timing, slot, whole, middle, (first, last))
    return cut(pieces, edges, only=mine, sides=(first, last))[0]


def _habitual(phone: Phone, habits: Habits, whole: Pieces, middle: Ints) -> tuple[Floats, Floats]:
    """Weigh both sides of intervals of many hours as their app is used over the day."""
    app = phone.sim[phone.slot[whole.cell]] * len(phone.apps) + whole.app
    early, late = middle - whole.start, whole.end - middle
    first = habits.mass(app, whole.start, middle) / early
    return first, habits.mass(app, middle, whole.end) / late


def _counted(
    phone: Phone, hours: Hours, whole: Pieces, middle: Ints, sides: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Weigh both sides so that all apps of an interval together moved what the hours say.

    What they say beyond the usual is shared as the most likely shares of apps that are alike
    in all but their bytes: a heavy app decides the total, a light one is hardly told by it.
    """
    slot = phone.slot[whole.cell]
    early, late = middle - whole.start, whole.end - middle
    usual = sides[0] * early / np.maximum(sides[0] * early + sides[1] * late, 1e-300)
    sim = phone.sim[slot]
    before = hours.between(sim, whole.start, middle)
    counted = before + hours.between(sim, middle, whole.end)
    volume = np.maximum(whole.bytes, 0).astype(np.float64)
    group, one = number_groups(slot, whole.start)
    count = len(one)
    # Where the hours counted less than the apps, the rest lies as usual.
    all_hours = hours.between(sim, phone.start[slot], phone.end[slot])
    known = np.minimum(all_hours / np.maximum(phone.volume[slot], 1.0), 1.0) * (counted > 0)
    told = known * before / np.maximum(counted, 1e-300) + (1.0 - known) * usual
    target = told[one] * sum_by(group, volume, count)
    share = usual
    for _ in range(_ROUNDS):
        gap = (target - sum_by(group, share * volume, count))[group]
        weight = volume * np.where(gap > 0, share < 1.0, share > 0.0)
        moved = sum_by(group, weight * volume, count)[group]
        share = np.clip(share + weight * gap / np.maximum(moved, 1.0), 0.0, 1.0)
    return share / early, (1.0 - share) / late


def _witnessed(
    timing: Timing, slot: Ints, whole: Pieces, middle: Ints, sides: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Weigh both sides by connections where they tell of the piece, the rest as it was."""
    early, late = middle - whole.start, whole.end - middle
    before = timing.placed(slot, whole.start, middle)
    after = timing.placed(slot, middle, whole.end)
    told = np.flatnonzero(before + after > 0)
    open_ = 1.0 - timing.share[slot[told]]
    one, two = (sides[0] * early)[told], (sides[1] * late)[told]
    share = before[told] + open_ * one / np.maximum(one + two, 1e-300)
    share = share / (before + after + 1.0 - timing.share[slot])[told]
    first, last = sides[0].copy(), sides[1].copy()
    first[told], last[told] = share / early[told], (1.0 - share) / late[told]
    return first, last


def _sides(rhythm: Rhythm, sim: Ints, start: Ints, end: Ints) -> tuple[Floats, Floats]:
    """Weigh both ends of intervals by what is usual at that hour, and by this night's neighbours."""
    length = end - start
    middle = rhythm.habit(sim, start, end) + 1.0
    early = rhythm.habit(sim, start - length, start) + middle
    late = middle + rhythm.habit(sim, end, end + length)
    before = rhythm.pace(sim, start - length, start)
    after = rhythm.pace(sim, end, end + length)
    return early * (_SILENT + before), late * (_SILENT + after)
