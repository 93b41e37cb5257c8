"""Bill over phone: where they belong together the score is best, and both curves keep their bytes."""

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import sliding
from esim_analysis.model import Evidence, UsageRecords

HOUR = pd.Timedelta(hours=1)


def life(hours_ahead=0, factor=1.03, days=12):
    """Return bill and phone of one life; the bill's clock is ahead, its meter counts more."""
    dice = np.random.default_rng(7)
    begin = pd.Timestamp("2026-10-01", tz="UTC")
    start = begin + pd.to_timedelta(np.sort(dice.choice(days * 24, 60, replace=False)), unit="h")
    volume = dice.integers(1_000_000, 90_000_000, len(start))
    phone = pd.DataFrame(
        {
            "start_utc": start, "end_utc": start + HOUR, "app": "org.app", "ground": "background",
            "bytes_down": volume, "time_kind": "bucket", "interface": "cellular",
        }
    )  # fmt: skip
    bill = pd.DataFrame(
        {
            "line": "line-1",
            "record_id": [f"r{number}" for number in range(len(start))],
            "start_utc": start + hours_ahead * HOUR,
            "end_utc": start + (hours_ahead + 1) * HOUR,
            "bytes_total": (volume * factor).round().astype("int64"),
            "time_quality": "session",
        }
    )
    return UsageRecords(bill), Evidence(phone)


@pytest.mark.parametrize("ahead", [-5, 0, 2, 7])
def test_the_score_is_best_at_the_true_offset(ahead):
    scores = sliding(*life(ahead)).clock.scores
    assert scores.loc[scores["score"].idxmin(), "offset_minutes"] == 60 * ahead


@pytest.mark.parametrize("factor", [1.0, 1.03, 1.06])
def test_the_overhead_is_most_believable_at_the_true_one(factor):
    scan = sliding(*life(factor=factor)).overheads
    assert scan.loc[scan["score"].idxmax(), "overhead"] == pytest.approx(factor, abs=0.004)
    assert scan["score"].max() == 1.0


def test_both_curves_hold_the_bytes_of_their_stretch_and_reach_beyond_it():
    usage, evidence = life()
    found = sliding(usage, evidence)
    times = found.curves["start_utc"]
    assert times.iloc[0] <= found.start_utc - 14 * HOUR
    assert times.iloc[-1] >= found.end_utc + 12 * HOUR
    inside = usage.frame["start_utc"].between(times.iloc[0], times.iloc[-1])
    billed = usage.frame.loc[inside, "bytes_total"].sum()
    assert found.curves["billed"].sum() == pytest.approx(billed, abs=len(found.curves))


def test_a_bill_without_a_phone_has_nothing_to_move():
    usage, _ = life()
    assert sliding(usage, Evidence.none()) is None
