"""How evenly an app's bytes lie over an interval: learned from intervals beside each other.

Where only part of an interval belongs to a window, its share is uncertain by as much as an app's
use comes in bursts. What two neighbouring intervals hold tells how uneven a pair is; an interval
is more uneven than a pair, since the concentration of a sum of bursts grows with its length.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Floats, Ints
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.habits import HOUR, LONG, Habits
from esim_analysis.attribution.phone import Phone

EVEN: Final = 2.0  # concentration where nothing was learned: every share is as likely
_PRIOR_PAIRS: Final = 5  # pairs granted to an app's unevenness before looking
_FEWEST_CELLS: Final = 24  # of one length, before their pairs tell anything
_LONGEST: Final = 12 * HOUR  # what is longer has no neighbour on its own day
_RARE: Final = 0.02  # least share of a pair that habits are believed to say


def concentration(phone: Phone, habits: Habits | None) -> Floats:
    """Return, for each cell, how evenly its bytes lie over its interval.

    It is the concentration of a Beta law of the share in one half: 0 for all or
    nothing, 2 for every share alike, large for a steady stream. Learned app by app
    from pairs of neighbouring intervals; half an interval is twice as uneven as half
    a pair, since the concentration of a sum of bursts grows with its length. Of
    intervals of many hours `habits` say what share of a pair is usual in each half.
    """
    length = (phone.end - phone.start)[phone.slot]
    common, count = np.unique(length, return_counts=True)
    common = common[(count >= _FEWEST_CELLS) & (common <= _LONGEST)]
    short = np.flatnonzero(np.isin(length, common))
    found = np.full(len(phone.slot), EVEN)
    if habits is not None and len(habits.rate):
        long = np.flatnonzero((phone.length > LONG)[phone.slot])
        found[long] = _of_long(phone, habits, long)
        short = np.setdiff1d(short, long)
    if len(short) == 0:
        return found
    slot = phone.slot[short]
    app = phone.sim[slot] * len(phone.apps) + phone.app[short]
    side, first = number_groups(app, length[short], phone.start[slot])
    volume = sum_by(side, phone.bytes[short], len(first))
    where = slot[first]
    width = length[short][first]
    pair, at = number_groups(app[first], width, phone.start[where] // (2 * width))
    total = sum_by(pair, volume, len(at))
    # 1 where one of the two holds everything, 0 where both hold the same.
    uneven = 2.0 * sum_by(pair, volume**2, len(at)) / np.maximum(total**2, 1e-9) - 1.0
    owner = app[first][at]
    size = int(app.max()) + 1
    pairs = np.bincount(owner, minlength=size)
    usual = float(uneven.mean())
    of_app = (sum_by(owner, uneven, size) + _PRIOR_PAIRS * usual) / (pairs + _PRIOR_PAIRS)
    of_app = np.clip(of_app, 1e-3, 1.0)
    found[short] = 0.5 * (1.0 / of_app[app] - 1.0)
    return found


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Pairs of long intervals that follow each other, with the bytes of each app in both.

    `app` is a key of `Habits.rate`; `share` what the first holds of the pair, `before` and
    `after` what both usually hold of the app's day.
    """

    app: Ints
    share: Floats
    before: Floats
    after: Floats


def _of_long(phone: Phone, habits: Habits, cell: Ints) -> Floats:
    """Return the concentration of cells of long intervals, where habits say what is usual."""
    slot = phone.slot[cell]
    app = phone.sim[slot] * len(phone.apps) + phone.app[cell]
    found = _neighbours(phone, habits, cell, app)
    if len(found.app) == 0:
        return np.full(len(cell), EVEN)
    usual = np.clip(found.before / (found.before + found.after), _RARE, 1.0 - _RARE)
    keys = len(habits.rate)
    missed = sum_by(found.app, (found.share - usual) ** 2, keys)
    most = sum_by(found.app, usual * (1.0 - usual), keys)
    # An app of few pairs is taken to be as uneven as all of them together.
    granted = _PRIOR_PAIRS * most.sum() / len(found.app)
    uneven = (missed + granted * missed.sum() / most.sum()) / (most + granted)
    of_app = 1.0 / np.clip(uneven, 1e-3, 1.0) - 1.0
    pairs = np.maximum(np.bincount(found.app, minlength=keys), 1)
    of_pair = sum_by(found.app, found.before + found.after, keys) / pairs
    mine = habits.mass(app, phone.start[slot], phone.end[slot])
    part = np.where(of_pair[app] > 0, mine / np.maximum(of_pair[app], 1e-12), 0.5)
    result: Floats = of_app[app] * np.minimum(part, 1.0)
    return result


def _neighbours(phone: Phone, habits: Habits, cell: Ints, app: Ints) -> _Neighbours:
    """Pair the slots of cells with the next slot of their SIM; an app may be silent in one."""
    slots = np.unique(phone.slot[cell])
    slots = slots[np.lexsort((phone.start[slots], phone.sim[slots]))]
    first, second = slots[:-1], slots[1:]
    follows = (phone.sim[first] == phone.sim[second]) & (
        np.abs(phone.start[second] - phone.end[first]) < HOUR
    )
    place = np.zeros(len(phone.start), np.int64)
    place[slots] = np.arange(len(slots))
    at = place[phone.slot[cell]]
    # Each cell is the first half of one pair and the second of another.
    pair, owner = np.concatenate([at, at - 1]), np.tile(np.arange(len(cell)), 2)
    known = (pair >= 0) & (pair < len(first))
    known[known] = follows[pair[known]]
    early = np.arange(2 * len(cell)) < len(cell)
    number, one = number_groups(pair[known], app[owner[known]])
    volume = phone.bytes[cell[owner[known]]]
    whole = sum_by(number, volume, len(one))
    share = sum_by(number, volume * early[known], len(one)) / np.maximum(whole, 1e-9)
    pair, name = pair[known][one], app[owner[known]][one]
    before = habits.mass(name, phone.start[first[pair]], phone.end[first[pair]])
    after = habits.mass(name, phone.start[second[pair]], phone.end[second[pair]])
    seen = before + after > 0
    return _Neighbours(name[seen], share[seen], before[seen], after[seen])
