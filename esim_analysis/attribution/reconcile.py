"""Several witnesses of the same bytes: reconciled, never added.

A capture, a bucket of the phone's statistics and a figure read from its settings may all
have seen the same bytes of an app. The finer witness says when, the coarser one says how
much in all; what the finer has already told is taken off the coarser.
"""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints
from esim_analysis.attribution.curve import Curve
from esim_analysis.attribution.groups import number_groups, sum_by

_FINENESS: Final = {"flow": 0, "first_last": 0, "bucket": 1, "cumulative": 2}


def told_once(kind: pd.Series, who: Ints, start: Ints, end: Ints, volume: Floats) -> Floats:
    """Return the bytes of each row that no finer row of the same app has told.

    Parameters
    ----------
    kind
        `time_kind` of each row.
    who
        Code of SIM and app.
    start, end
        µs since 1970.
    volume
        Bytes as told.
    """
    code, kinds = pd.factorize(kind)
    fineness = np.array([_FINENESS[name] for name in kinds], dtype=np.int64)[code]
    left = volume.copy()
    for level in np.unique(fineness)[1:]:
        finer = np.flatnonzero(fineness < level)
        curve = Curve.of(who[finer], start[finer], end[finer], left[finer])
        mine = np.flatnonzero(fineness == level)
        group, first = number_groups(who[mine], start[mine], end[mine])
        told = curve.between(who[mine][first], start[mine][first], end[mine][first])
        total = sum_by(group, left[mine], len(first))
        rest = np.clip(1.0 - told / np.maximum(total, 1.0), 0.0, 1.0)
        left[mine] = np.rint(left[mine] * rest[group])
    return left
