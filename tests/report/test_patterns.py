"""Frames of patterns: bytes are those of the bill, nights go over midnight, the bridge closes."""

import pytest

from esim_analysis.report import patterns


@pytest.fixture(scope="module")
def case(builders):
    return builders.xiaoli()


def test_week_and_grounds_sum_to_the_bill(case):
    billed = int(case.usage.billed.sum())
    assert patterns.week_frame(case)["bytes"].sum() == billed
    assert patterns.ground_frame(case)["bytes"].sum() == billed


def test_the_fullest_nights_are_named_by_their_evening(case):
    frame = patterns.night_frame(case)
    assert list(dict.fromkeys(frame["night"])) == ["", "2026-10-12", "2026-10-13", "2026-10-20"]
    mine = frame[frame["night"] == "2026-10-12"].set_index("hour")["bytes"]
    assert mine[2] == 640_000_000
    assert list(mine.index) == [22, 23, 0, 1, 2, 3, 4, 5, 6, 7]
    assert frame[frame["night"] == ""]["bytes"].sum() == 0


def test_the_bridge_goes_from_the_bill_to_the_phone_without_losing_a_byte(case):
    frame = patterns.bridge_frame(case)
    level = frame.iloc[0]["bytes"]
    for row in frame.iloc[1:].itertuples():
        if row.total:
            assert row.bytes == level
        else:
            assert row.base == level
            level += row.bytes
    assert frame.iloc[0]["bytes"] == case.usage.billed.sum()


def test_coverage_tells_lines_by_number(case):
    assert set(patterns.coverage_frame(case)["line"]) == {"line-1"}
