"""Several dumps of one phone: every bucket once."""

from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.phone.netstats import newest_of, newest_totals
from esim_analysis.model import EVIDENCE, Evidence

APPS = {-4: "removed", -5: "tethering", 1000: "system"}


def dump(source, *rows):
    """Build evidence of `(uid, bucket, bytes_down)` rows."""
    table = pd.DataFrame(rows, columns=["uid", "bucket", "bytes_down"])
    start = pd.Timestamp("2026-10-01", tz="UTC") + pd.to_timedelta(table["bucket"] * 2, unit="h")
    start = start.astype("datetime64[us, UTC]")
    frame = table.drop(columns="bucket").assign(
        app=table["uid"].map(lambda uid: APPS.get(uid, f"uid:{uid}")),
        line="",
        sim_plmn="214-07",
        sim_sub_id=3,
        start_utc=start,
        end_utc=start + pd.Timedelta(hours=2),
        time_kind="bucket",
        bytes_up=0,
        ground=table["uid"].map(lambda uid: "unknown" if uid < 0 else "background"),
        interface="cellular",
        roaming=True,
        metered=True,
        counts_toward_total=True,
        confidence=0.8,
        source=source,
        source_row=[str(place) for place in range(len(table))],
    )
    return Evidence(frame).frame


def by_app(frame):
    return frame.groupby("app")["bytes_down"].sum().to_dict()


def test_of_a_bucket_seen_twice_the_larger_count_stands():
    old = dump("a.txt", (10123, 0, 500), (10123, 1, 70))
    new = dump("b.txt", (10123, 1, 90), (10123, 2, 10))
    assert newest_of([old, new]).sort_values("start_utc")["bytes_down"].tolist() == [500, 90, 10]


def test_rows_of_one_dump_are_summed_before_dumps_are_compared():
    lte_and_5g = dump("a.txt", (10123, 0, 60), (10123, 0, 50))
    later = dump("b.txt", (10123, 0, 60), (10123, 0, 70))
    merged = newest_of([lte_and_5g, later])
    assert by_app(merged) == {"uid:10123": 130}
    assert set(merged["source"]) == {"b.txt"}


def test_an_app_uninstalled_between_two_dumps_keeps_its_name_and_counts_once():
    before = dump("a.txt", (10123, 0, 500), (10200, 0, 40), (-4, 0, 10))
    after = dump("b.txt", (10200, 0, 40), (-4, 0, 510))
    assert by_app(newest_of([before, after])) == {"uid:10123": 500, "uid:10200": 40, "removed": 10}


def test_when_nothing_was_removed_before_the_removed_row_disappears():
    before = dump("a.txt", (10123, 0, 500), (10200, 0, 40))
    after = dump("b.txt", (10200, 0, 40), (-4, 0, 500))
    assert by_app(newest_of([before, after])) == {"uid:10123": 500, "uid:10200": 40}


def test_a_later_dump_cut_short_takes_nothing_from_removed():
    before = dump("a.txt", (10123, 0, 500), (10200, 0, 40), (-4, 0, 300))
    cut = dump("b.txt", (-4, 0, 300))
    assert by_app(newest_of([before, cut])) == by_app(before)


def test_rows_without_uid_of_other_artefacts_stay_as_they_are():
    typed = dump("typed", (10123, 0, 5), (10200, 0, 7)).assign(uid=pd.NA)
    before = dump("a.txt", (10123, 0, 500))
    after = dump("b.txt", (-4, 0, 500))
    merged = newest_of([typed, before, after])
    assert merged.loc[merged["uid"].isna(), "bytes_down"].tolist() == [5, 7]
    assert merged["bytes_down"].sum() == 512


def test_device_totals_of_two_dumps_count_once():
    keep = ["sim_plmn", "interface", "start_utc", "end_utc", "bytes_up", "bytes_down", "source"]
    old = dump("a.txt", (1, 0, 500), (1, 1, 70))[keep]
    new = dump("b.txt", (1, 1, 90), (1, 2, 10))[keep]
    assert newest_totals([new, old])["bytes_down"].tolist() == [500, 90, 10]
    assert newest_totals([]).empty


def test_no_dump_at_all_gives_no_rows():
    assert newest_of([]).empty
    assert list(newest_of([dump("a.txt"), dump("b.txt")]).columns) == list(EVIDENCE)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_files_changes_nothing(order):
    dumps = [
        dump("a.txt", (10123, 0, 500), (-4, 0, 10)),
        dump("b.txt", (10123, 0, 500), (10200, 1, 5)),
        dump("c.txt", (-4, 0, 510), (10200, 1, 9)),
    ]
    merged = Evidence(newest_of([dumps[place] for place in order])).frame
    expected = Evidence(newest_of(dumps)).frame
    assert merged.astype("str").equals(expected.astype("str"))


ROWS = st.lists(
    st.tuples(st.sampled_from([10123, 10200, 1000, -5]), st.integers(0, 3), st.integers(1, 99)),
    min_size=1,
    max_size=8,
)


@given(first=ROWS, second=ROWS)
def test_merged_bytes_are_at_least_the_larger_and_at_most_the_sum(first, second):
    one, two = dump("a.txt", *first), dump("b.txt", *second)
    merged = newest_of([one, two])["bytes_down"].sum()
    assert max(one["bytes_down"].sum(), two["bytes_down"].sum()) <= merged
    assert merged <= one["bytes_down"].sum() + two["bytes_down"].sum()


@given(rows=ROWS)
def test_a_dump_given_twice_is_the_dump(rows):
    once = dump("a.txt", *rows)
    assert Evidence(newest_of([once, once])).frame.equals(once)
