import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.flows import cut

FLOWS = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 10**10), st.integers(0, 10**9)
    ),
    min_size=1,
    max_size=12,
)
EDGES = st.lists(st.integers(-100, 1_200_000), unique=True, max_size=30)


def _flows(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["start", "length", "down", "up"])
    return frame.assign(end=frame["start"] + frame["length"], flow=range(len(frame)))


@given(FLOWS, EDGES)
def test_cutting_loses_no_byte_and_no_second_of_any_flow(rows, edges):
    flows = _flows(rows)
    pieces = cut(flows, np.sort(np.array(edges, dtype=np.int64)))
    by_flow = pieces.assign(length=pieces["end"] - pieces["start"]).groupby("flow")
    assert by_flow[["down", "up", "length"]].sum().equals(flows[["down", "up", "length"]])


@given(FLOWS, EDGES)
def test_no_piece_lies_across_an_edge(rows, edges):
    edges = np.sort(np.array(edges, dtype=np.int64))
    pieces = cut(_flows(rows), edges)
    inner = np.searchsorted(edges, pieces["end"]) - np.searchsorted(edges, pieces["start"], "right")
    assert (inner <= 0).all()
    assert (pieces["end"] > pieces["start"]).all()


def test_bytes_follow_the_time_evenly():
    flow = pd.DataFrame({"start": [0], "end": [100], "down": [1000], "up": [10]})
    pieces = cut(flow, np.array([25], dtype=np.int64))
    assert pieces[["start", "end", "down", "up"]].to_numpy().tolist() == [
        [0, 25, 250, 2],
        [25, 100, 750, 8],
    ]


def test_dice_are_fixed_for_ever_and_apart_by_name():
    assert (
        Dice(7, "polls").between(1, 6, 50).tolist() != Dice(7, "other").between(1, 6, 50).tolist()
    )
    assert Dice(7, "polls").between(1, 6, 10).tolist() == [3, 6, 3, 3, 5, 2, 3, 6, 1, 6]
