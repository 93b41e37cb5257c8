"""The closed-form bounds enclose what a linear programme finds, and mean what they say."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array

from esim_analysis.attribution import attribute, bands
from esim_analysis.model import RESIDUALS

MB = 1_000_000
OVERHEAD = 1.03
START = pd.Timestamp("2026-01-10 12:00", tz="UTC")
MIDNIGHT = pd.Timestamp("2026-01-10 23:00", tz="UTC")  # of Madrid, inside a bucket


def _case(dice, bill, phone):
    """Two days of sessions that end at local midnight, three apps, one of them unseen."""
    cuts = np.sort(dice.uniform(0, 24 * 60, 16)).reshape(-1, 2)
    cuts = np.sort(np.r_[cuts.ravel(), 11 * 60.0, 11 * 60.0]).reshape(-1, 2)
    spans = [(START + pd.Timedelta(a, "min"), START + pd.Timedelta(b, "min")) for a, b in cuts]
    spans = [(a.floor("s"), b.floor("s")) for a, b in spans if (b - a).total_seconds() > 60]
    volume = dice.lognormal(14, 1.5, (3, len(spans))).astype(int) + 1
    at = [a + (b - a) * dice.random() for a, b in spans]
    rows = [
        {"start": a, "end": b, "bytes": int(volume[:, j].sum() * OVERHEAD) + 1}
        for j, (a, b) in enumerate(spans)
    ]
    seen = pd.DataFrame(
        [
            {"app": app, "start": at[j].floor("2h"), "bytes": int(volume[k, j])}
            for k, app in enumerate("pq")
            for j in range(len(spans))
        ]
    )
    seen = seen.groupby(["app", "start"], as_index=False)["bytes"].sum()
    seen["end"] = seen["start"] + pd.Timedelta("2h")
    return bill(rows), phone(seen.to_dict("records"))


def _linear_programme(usage, evidence):
    """Return (least, most) bytes of each app and local day among all full divisions."""
    cells = evidence.frame.assign(volume=evidence.frame["bytes_down"].astype(float))
    records = usage.frame
    pairs = cells.reset_index(names="cell").merge(records.reset_index(names="record"), how="cross")
    start = pairs[["start_utc_x", "start_utc_y"]].max(axis=1)
    end = pairs[["end_utc_x", "end_utc_y"]].min(axis=1)
    pairs = pairs[start < end].assign(day=(start >= MIDNIGHT)[start < end])
    count = len(pairs)
    one = np.ones(count)
    by_cell = coo_array((one, (pairs["cell"], range(count))), shape=(len(cells), count))
    by_record = coo_array((one, (pairs["record"], range(count))), shape=(len(records), count))
    limits = np.r_[OVERHEAD * cells["volume"], 1.01 * records["bytes_total"].astype(float)]
    matrix = np.vstack([by_cell.toarray(), by_record.toarray()])
    full = linprog(-one, A_ub=matrix, b_ub=limits, method="highs")
    matrix, limits = np.vstack([matrix, -one]), np.r_[limits, full.fun + 1]
    result = {}
    for (app, day), mine in pairs.groupby(["app", "day"]).groups.items():
        goal = pairs.index.isin(mine).astype(float)
        least = linprog(goal, A_ub=matrix, b_ub=limits, method="highs").fun
        most = -linprog(-goal, A_ub=matrix, b_ub=limits, method="highs").fun
        result[app, "2026-01-11" if day else "2026-01-10"] = (least, most)
    return result


@pytest.mark.parametrize(
    "seed",
    [
        *range(10),
        *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(10, 200)),
    ],
)
def test_bounds_enclose_those_of_the_linear_programme(bill, phone, madrid, seed):
    usage, evidence = _case(np.random.default_rng(seed), bill, phone)
    found = attribute(usage, evidence, zone=madrid)
    rows = found.by_day.set_index(["app", "day"])
    for (app, day), (least, most) in _linear_programme(usage, evidence).items():
        if (app, day) not in rows.index:
            assert most < 2
            continue
        assert rows.loc[(app, day), "bytes_low"] <= least + 2
        assert rows.loc[(app, day), "bytes_high"] >= most - 2


def test_bands_of_all_pieces_of_an_app_are_those_of_the_table(bill, phone, madrid):
    usage, evidence = _case(np.random.default_rng(3), bill, phone)
    found = attribute(usage, evidence, zone=madrid)
    apps = found.pieces[~found.pieces["app"].isin(RESIDUALS)]
    mine = bands(found, apps, by=["line", "app"])
    table = found.by_cycle[~found.by_cycle["app"].isin(RESIDUALS)]
    pd.testing.assert_frame_equal(
        mine, table.drop(columns="status").reset_index(drop=True), check_dtype=False
    )


def test_a_part_of_a_shared_bucket_may_be_nothing_or_all_that_fits(bill, phone, utc):
    usage = bill(
        [
            {"start": "2026-11-01 08:10", "end": "2026-11-01 08:50", "bytes": 10 * MB},
            {"start": "2026-11-01 09:10", "end": "2026-11-01 09:50", "bytes": 10 * MB},
        ]
    )
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 5 * MB},
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "q", "bytes": 13 * MB},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    first = found.pieces[(found.pieces["record"] == 0)]
    small = bands(found, first[first["app"] == "p"]).iloc[0]
    large = bands(found, first[first["app"] == "q"]).iloc[0]
    assert small["bytes_low"] == 0
    assert small["bytes_high"] == 5_450_000
    # Thirteen do not fit into the other session's ten, whatever the other app does.
    assert large["bytes_low"] == pytest.approx(13 * MB * 0.98 - 10.2 * MB, abs=2)
    assert large["bytes_high"] == pytest.approx(10.2 * MB, abs=2)


def test_an_overhead_outside_the_assumed_band_is_not_covered(bill, phone, utc):
    """Too little evidence to estimate: the assumed band is what it is, and can be wrong."""

    def covered(overhead):
        usage = bill(
            [
                {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "bytes": 40 * MB},
                {"start": "2026-11-02 08:00", "end": "2026-11-02 10:00", "bytes": 40 * MB},
            ]
        )
        evidence = phone(
            [
                {
                    "start": f"2026-11-0{day} 08:00",
                    "end": f"2026-11-0{day} 10:00",
                    "app": "p",
                    "bytes": int(30 * MB / overhead),
                }
                for day in (1, 2)
            ]
        )
        found = attribute(usage, evidence, zone=utc)
        rows = found.by_day[found.by_day["app"] == "p"]
        return ((rows["bytes_low"] <= 30 * MB) & (rows["bytes_high"] >= 30 * MB)).mean()

    assert [covered(overhead) for overhead in (0.985, 1.0, 1.03, 1.08)] == [1, 1, 1, 1]
    assert [covered(overhead) for overhead in (0.93, 1.15)] == [0, 0]


def test_typed_readings_widen_the_band_by_what_they_leave_out(bill, phone, utc):
    night = {"start": "2026-11-01 22:00", "end": "2026-11-02 07:00"}
    usage = bill(
        [{**night, "bytes": 900 * MB, "raw_volume": "0.9 GB", "time_quality": "snapshot_diff"}]
    )
    evidence = phone(
        [
            {**night, "app": "p", "bytes": 700 * MB},
            {**night, "app": "q", "bytes": 200 * MB},
            {**night, "app": "r", "bytes": 300 * MB, "interface": "wifi"},
        ],
        time_kind="cumulative",
    )
    found = attribute(usage, evidence, zone=utc).by_cycle.set_index("app")
    assert found.loc["p", "bytes_low"] <= 600 * MB * 0.98
    assert found.loc["p", "bytes_high"] >= 800 * MB
    assert found.loc["p", "bytes"] == pytest.approx(700 * MB, rel=0.05)
