"""Exact money as floats, and rows brought into their one order."""

from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model import UsageRecords
from esim_analysis.model.frames import MONEY, empty, money_floats
from esim_analysis.model.records import USAGE

MILLIONTHS = st.integers(-(10**15), 9 * 10**15)


@given(st.lists(st.none() | MILLIONTHS, max_size=30))
def test_money_as_floats_is_the_nearest_float_of_each_amount(millionths):
    amounts = [None if one is None else Decimal(one).scaleb(-6) for one in millionths]
    told = money_floats(pd.Series(amounts, dtype=MONEY))
    wanted = [np.nan if one is None else float(one) for one in amounts]
    np.testing.assert_array_equal(told.to_numpy(), np.array(wanted, np.float64))


ROW = st.tuples(
    st.sampled_from(["", "a", "b"]),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from(["", "r1", "r2"]),
    st.integers(0, 3),
)


@given(st.lists(ROW, max_size=25))
def test_records_come_by_line_time_id_volume_and_place(rows):
    start = pd.Timestamp("2026-10-01", tz="UTC")
    hour = pd.Timedelta(hours=1)
    frame = pd.DataFrame(
        {
            "line": [line for line, *_ in rows],
            "start_utc": pd.to_datetime([start + one[1] * hour for one in rows], utc=True),
            "end_utc": pd.to_datetime([start + (3 + one[2]) * hour for one in rows], utc=True),
            "record_id": [one[3] for one in rows],
            "bytes_total": [one[4] for one in rows],
            "time_quality": "session",
            "source": "a.csv",
            "source_row": [str(number) for number in range(len(rows))],
        }
    )
    told = UsageRecords(frame if rows else empty(USAGE)).frame
    key = ["line", "start_utc", "end_utc", "record_id", "bytes_total", "source", "source_row"]
    wanted = frame.sort_values(key, kind="stable")["source_row"].tolist()
    assert told["source_row"].tolist() == wanted
    assert told.index.equals(pd.RangeIndex(len(rows)))
