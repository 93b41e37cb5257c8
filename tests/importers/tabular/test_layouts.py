"""Times of a fixed width, read by position: the same as by the pattern that reads any other."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.tabular import moments
from esim_analysis.importers.tabular.layouts import LAYOUTS, by_layout
from esim_analysis.importers.tabular.moments import DAY_FIRST, MONTH_FIRST, Parts, take_apart

SHAPES = ("{0:04}-{1:02}-{2:02}", "{2:02}/{1:02}/{0:04}", "{2:02}.{1:02}.{0:04}")
CLOCKS = ("", " {3:02}:{4:02}", " {3:02}:{4:02}:{5:02}", "T{3:02}:{4:02}:{5:02}")
FIGURES = st.tuples(
    st.integers(1990, 2035), st.integers(0, 14), st.integers(0, 33),
    st.integers(0, 25), st.integers(0, 61), st.integers(0, 61),
)  # fmt: skip


def by_pattern(cells: pd.Series, monkeypatch: pytest.MonkeyPatch) -> Parts:
    with monkeypatch.context() as slow:
        slow.setattr(moments, "by_layout", lambda _texts: None)
        return take_apart(cells)


@given(
    figures=st.lists(FIGURES, min_size=1, max_size=6),
    shape=st.sampled_from(SHAPES),
    clock=st.sampled_from(CLOCKS),
    gap=st.booleans(),
)
def test_position_and_pattern_read_the_same(figures, shape, clock, gap):
    texts = [(shape + clock).format(*each) for each in figures] + [""] * gap
    cells = pd.Series(texts, dtype="str")
    assert by_layout(cells.drop_duplicates()) is not None
    with pytest.MonkeyPatch.context() as patch:
        slow = by_pattern(cells, patch)
    fast = take_apart(cells)
    for order in (DAY_FIRST, MONTH_FIRST):
        pd.testing.assert_series_equal(fast.dates(order), slow.dates(order))
        known = fast.dates(order).notna()
        pd.testing.assert_series_equal(fast.naive(order)[known], slow.naive(order)[known])


@given(st.lists(FIGURES, min_size=1, max_size=8))
def test_days_are_those_of_the_calendar(figures):
    day = pd.DataFrame([each[:3] for each in figures], columns=["y", "m", "d"]).astype("float64")
    none = pd.Series(np.nan, index=day.index)
    parts = Parts(day.assign(a=np.nan, b=np.nan, c=np.nan), none, none)
    calendar = pd.to_datetime(
        day.rename(columns={"y": "year", "m": "month", "d": "day"}), errors="coerce"
    )
    pd.testing.assert_series_equal(
        parts.dates(DAY_FIRST), calendar.astype("datetime64[us]"), check_names=False
    )


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-10-01 08:00:00", "2026-10-01 8:00:00"],  # one is written otherwise
        ["2026-10-01 08:00:00", "2026-10-01 08:00:00.5"],  # one goes on
        ["2026-10-01 08:00:00", "2026-10-0x 08:00:00"],
        ["1 Oct 2026"],
        [""],
    ],
)
def test_texts_of_more_than_one_layout_are_left_to_the_pattern(texts):
    assert by_layout(pd.Series(texts, dtype="str")) is None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.shape)
def test_no_layout_is_another_one(layout):
    example = re.sub(r"[ymdabcHMS]", "1", layout.shape).replace("T", " ")
    assert [one for one in LAYOUTS if re.fullmatch(one.pattern, example)] == [layout]
