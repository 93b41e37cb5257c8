"""What is said of a line hangs on no other line, to the byte."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute, coverage
from esim_analysis.attribution.scaling import Table, scale

from .test_bit_by_bit import LINES, MADRID, _bill, _phone  # type: ignore[import-not-found]

OVERHEAD = (1.02, 1.05)


def _of(usage, evidence, line):
    """Return what is said of a line, and the share of its days that is covered."""
    told = attribute(usage, evidence, zone=MADRID, overhead=OVERHEAD)
    days = coverage(usage, evidence, told).by_day
    frames = [told.pieces, told.by_day, told.by_cycle, days]
    mine = [frame[(frame["line"] == line).to_numpy()] for frame in frames]
    mine[0] = mine[0].drop(columns="record").astype({"line": "str", "app": "str"})
    return [frame.reset_index(drop=True) for frame in mine]


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_divided_and_covered_alike_alone_and_among_others(line):
    dice = np.random.default_rng(20_261_128)
    usage, evidence = _bill(dice), _phone(dice)
    # One phone was read for fewer days than the others.
    short = evidence.frame["end_utc"] <= evidence.frame["start_utc"].min() + pd.Timedelta(days=3)
    evidence = replace(evidence, frame=evidence.frame[short | (evidence.frame["line"] != LINES[1])])
    alone = (
        replace(usage, frame=usage.frame[usage.frame["line"] == line]),
        replace(evidence, frame=evidence.frame[evidence.frame["line"] == line]),
    )
    for one, among in zip(_of(*alone, line), _of(usage, evidence, line), strict=True):
        pd.testing.assert_frame_equal(one, among, check_categorical=False)


def test_a_part_that_settles_early_is_not_moved_by_one_that_never_does():
    even = _table(seed=[1.0, 1.0], target=[1.0], bill=[1.0, 1.0])
    torn = _table(seed=[1.0, 1.0, 1e-9, 1.0], target=[5.0, 1.0], bill=[3.0, 3.0])
    alone, soon, _ = scale(even)
    _, late, _ = scale(torn)
    together, sweeps, _ = scale(_beside(even, torn))
    assert soon < late == sweeps
    assert together[:2].tolist() == alone.tolist()
    assert together[2:].tolist() == scale(torn)[0].tolist()


def _table(*, seed, target, bill):
    """Return a table of one part whose every row meets every column."""
    row, column = np.divmod(np.arange(len(seed)), len(bill))
    bill = np.array(bill)
    return Table(
        seed=np.array(seed),
        row=row,
        column=column,
        row_target=np.array(target),
        spare=np.full(len(target), 1e-6),
        bill=bill,
        left_seed=bill * 0.01,
        part=np.zeros(len(bill), np.int64),
        rest=np.array([0.01]),
    )


def _beside(one, two):
    joined = {
        name: np.concatenate([getattr(one, name), getattr(two, name)])
        for name in ("seed", "row_target", "spare", "bill", "left_seed", "rest")
    }
    return Table(
        **joined,
        row=np.concatenate([one.row, two.row + len(one.row_target)]),
        column=np.concatenate([one.column, two.column + len(one.bill)]),
        part=np.concatenate([one.part, two.part + 1]),
    )
