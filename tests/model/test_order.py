"""The one order of evidence: as a full sort gives it, whatever came in."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model.frames import in_order

BY = ["start_utc", "app", "bytes"]
rows = st.tuples(
    st.integers(0, 60), st.sampled_from([None, "a", "b"]), st.none() | st.integers(0, 2)
)


@given(st.lists(rows, max_size=40), st.integers(1, 10**6))
def test_it_is_that_of_a_stable_sort(drawn, step):
    start = pd.to_datetime(
        [1_790_000_000_000_000 + one[0] * step for one in drawn], unit="us", utc=True
    )
    frame = pd.DataFrame(
        {
            "start_utc": start.as_unit("us"),
            "app": pd.array([one[1] for one in drawn], dtype="str"),
            "bytes": pd.array([one[2] for one in drawn], dtype="Int64"),
            "place": range(len(drawn)),
        }
    )
    expected = frame.sort_values(BY, kind="stable", na_position="last")
    pd.testing.assert_frame_equal(in_order(frame, BY), expected)
