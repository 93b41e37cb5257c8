"""Intervals are scaled and pieces written some thousands at a time; where a stretch ends
changes no byte."""

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute, scaling, writing
from esim_analysis.attribution.groups import apportion
from esim_analysis.model import Choice, Evidence, Origin, UsageRecords

START = pd.Timestamp("2026-11-01", tz="UTC").as_unit("us")
MADRID = Choice("Europe/Madrid", Origin.DECLARED)
DAYS, APPS, LINES = 6, 5, ("line-1", "line-2", "line-3")


def _times(seconds):
    return START + pd.to_timedelta(seconds, unit="s")


def _bill(dice):
    """Return sessions of an hour, ten minutes off the hour, lines one after the other."""
    hours = np.tile(np.arange(DAYS * 24), len(LINES))
    return UsageRecords(
        pd.DataFrame(
            {
                "line": np.repeat(LINES, DAYS * 24),
                "start_utc": _times(hours * 3600 + 600),
                "end_utc": _times(hours * 3600 + 4200),
                "time_quality": "session",
                "bytes_total": dice.integers(1, 40_000_000, len(hours)),
                "service_class": "data",
                "source": "bill",
            }
        )
    )


def _phone(dice):
    """Return 2-hour buckets on two lines, and on the third a figure read once a day."""
    bucket = np.repeat(np.arange(DAYS * 12), APPS)
    seen = pd.concat(
        [
            pd.DataFrame({"line": line, "at": bucket * 7200, "s": 7200, "time_kind": "bucket"})
            for line in LINES[:2]
        ]
        + [
            pd.DataFrame(
                {
                    "line": LINES[2],
                    "at": np.repeat(np.arange(DAYS) * 86_400, APPS),
                    "s": 86_400,
                    "time_kind": "cumulative",
                }
            )
        ],
        ignore_index=True,
    )
    start = _times(seen.pop("at"))
    return Evidence(
        seen.assign(
            start_utc=start,
            end_utc=start + pd.to_timedelta(seen.pop("s"), unit="s"),
            app=np.resize([f"app.{number}" for number in range(APPS)], len(seen)),
            bytes_down=dice.integers(1, 9_000_000, len(seen)),
            ground="background",
            interface="cellular",
            counts_toward_total=True,
            source="phone",
        )
    )


@pytest.mark.parametrize("at_once", [1, 60])
def test_where_a_stretch_ends_changes_nothing(monkeypatch, at_once):
    dice = np.random.default_rng(20_261_101)
    usage, evidence = _bill(dice), _phone(dice)
    whole = attribute(usage, evidence, zone=MADRID)
    monkeypatch.setattr(writing, "_AT_ONCE", at_once)
    monkeypatch.setattr(scaling, "_AT_ONCE", at_once)
    bit_by_bit = attribute(usage, evidence, zone=MADRID)
    for name in ("pieces", "by_day", "by_cycle", "by_record"):
        pd.testing.assert_frame_equal(getattr(bit_by_bit, name), getattr(whole, name))


def test_equal_remainders_fall_alike_however_many_groups_went_before():
    weights = np.tile([1.0, 1.0, 1.0], 400)
    group = np.repeat(np.arange(400), 3)
    totals = np.full(400, 100)
    together = apportion(weights, group, totals)
    half = len(weights) // 2
    apart = apportion(weights[half:], group[half:] - 200, totals[200:])
    assert together[half:].tolist() == apart.tolist()


def test_pieces_tell_texts_as_categories_in_text_order():
    dice = np.random.default_rng(7)
    pieces = attribute(_bill(dice), _phone(dice), zone=MADRID).pieces
    for name in ("line", "app", "ground", "status"):
        categories = pieces[name].cat.categories.tolist()
        assert categories == sorted(categories)
        assert set(pieces[name]) <= set(categories)
