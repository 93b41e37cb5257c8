"""A capture beside counters: they say how much, its connections say when, and nothing counts twice."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esim_analysis as esim
from esim_analysis.attribution import attribute, bands, coverage
from esim_analysis.attribution.phone import observe
from esim_analysis.model import RESIDUALS, Choice, Evidence, Origin
from esim_analysis.simulator.laboratory import life

MB = 1_000_000
DAY = "2026-11-01 "
ESIM, HOME = {"sim_plmn": "214-07"}, {"sim_plmn": "460-00"}
UTC = Choice("UTC", Origin.DECLARED)


def bucket(app, volume, at="08:00", until="10:00", **more):
    span = {"start": DAY + at, "end": DAY + until, "app": app, "bytes": volume * MB}
    return {**span, "source": "netstats.txt", **ESIM, **more}


def flow(app, volume, at, until, **more):
    capture = {"time_kind": "flow", "interface": "unknown", "ground": "unknown", "sim_plmn": ""}
    span = {"start": DAY + at, "end": DAY + until, "app": app, "bytes": volume * MB}
    return {**span, **capture, "source": "capture.csv", **more}


def sessions(bill):
    """Two sessions of one bucket; apps p and q moved 20 MB together in each."""
    return bill(
        [
            {"start": DAY + "08:00", "end": DAY + "09:00", "bytes": 20 * MB, "record_id": "1"},
            {"start": DAY + "09:00", "end": DAY + "10:00", "bytes": 20 * MB, "record_id": "2"},
        ]
    )


COUNTERS = [bucket("p", 20), bucket("q", 20)]
CAPTURE = [flow("p", 19, "08:10", "08:30"), flow("q", 19, "09:20", "09:40")]
WIFI = {"interface": "wifi", "sim_plmn": ""}


def of_app(found, app, record=None):
    pieces = found.pieces[found.pieces["app"] == app]
    return int(
        pieces.loc[pieces["record"] == record if record is not None else slice(None), "bytes"].sum()
    )


def test_a_bucket_of_two_sessions_is_divided_as_the_capture_saw_it(bill, phone, utc):
    alone = attribute(sessions(bill), phone(COUNTERS), zone=utc)
    assert of_app(alone, "p", 0) == 10 * MB
    both = attribute(sessions(bill), phone([*COUNTERS, *CAPTURE]), zone=utc)
    assert of_app(both, "p", 0) > 19 * MB
    assert of_app(both, "q", 1) > 19 * MB


def test_what_the_counters_tell_stays_what_it_was(bill, phone, utc):
    alone = attribute(sessions(bill), phone(COUNTERS), zone=utc)
    both = attribute(sessions(bill), phone([*COUNTERS, *CAPTURE]), zone=utc)
    for app in "pq":
        assert of_app(both, app) == of_app(alone, app) == 20 * MB
    assert both.sims == alone.sims == {"line-1": "214-07"}
    assert both.pieces["ground"].unique().tolist() == ["background"]


def test_a_capture_bounds_a_session_from_below(bill, phone, utc):
    usage = sessions(bill)
    wifi = [bucket("other", 1, **WIFI)]  # counters that tell of Wi-Fi tell that p had none
    found = attribute(usage, phone([*COUNTERS, *CAPTURE, *wifi]), zone=utc)
    mine = found.pieces[(found.pieces["app"] == "p") & (found.pieces["record"] == 0)]
    seen = bands(found, mine)
    assert seen["bytes_low"].item() >= 18 * MB
    alone = attribute(usage, phone([*COUNTERS, *wifi]), zone=utc)
    mine = alone.pieces[(alone.pieces["app"] == "p") & (alone.pieces["record"] == 0)]
    assert bands(alone, mine)["bytes_low"].item() < 1 * MB
    assert seen["bytes_high"].item() <= bands(alone, mine)["bytes_high"].item()


def test_where_nobody_counted_wifi_a_capture_bounds_nothing(bill, phone, utc):
    found = attribute(sessions(bill), phone([*COUNTERS, *CAPTURE]), zone=utc)
    mine = found.pieces[(found.pieces["app"] == "p") & (found.pieces["record"] == 0)]
    assert bands(found, mine)["bytes_low"].item() < 1 * MB


def test_bytes_that_may_have_been_wifi_are_taken_off_the_bound(bill, phone, utc):
    wifi = [bucket("p", 8, **WIFI)]
    found = attribute(sessions(bill), phone([*COUNTERS, *CAPTURE, *wifi]), zone=utc)
    mine = found.pieces[(found.pieces["app"] == "p") & (found.pieces["record"] == 0)]
    assert 10 * MB < bands(found, mine)["bytes_low"].item() <= 11 * MB


def test_traffic_over_wifi_does_not_become_mobile(bill, phone, utc):
    counters = [bucket("p", 20), bucket("video", 500, **WIFI)]
    capture = [flow("video", 490, "08:05", "08:55"), flow("p", 20, "09:05", "09:25")]
    found = attribute(sessions(bill), phone([*counters, *capture]), zone=utc)
    assert of_app(found, "video") == 0
    assert of_app(found, "p") == pytest.approx(20.6 * MB, rel=1e-3)
    assert of_app(found, "p", 1) > 18 * MB  # nobody saw the other half of the bill


def test_an_app_the_counters_do_not_name_used_nothing(bill, phone, utc):
    found = attribute(
        sessions(bill), phone([*COUNTERS, flow("ghost", 5, "08:10", "08:20")]), zone=utc
    )
    assert of_app(found, "ghost") == 0


def test_a_long_figure_says_nothing_of_apps_it_does_not_name(bill, phone, utc):
    typed = bucket("p", 20, time_kind="cumulative", sim_plmn="", interface="cellular")
    found = attribute(sessions(bill), phone([typed, flow("q", 15, "08:10", "08:20")]), zone=utc)
    assert of_app(found, "q") > 14 * MB


def test_a_figure_read_in_the_evening_is_divided_as_the_capture_saw_it(bill, phone, utc):
    typed = bucket("p", 20, time_kind="cumulative", sim_plmn="", interface="cellular")
    other = bucket("q", 20, time_kind="cumulative", sim_plmn="", interface="cellular")
    found = attribute(sessions(bill), phone([typed, other, *CAPTURE]), zone=utc)
    assert of_app(found, "p", 0) > 19 * MB
    assert of_app(found, "p") == 20 * MB


def test_connections_after_the_dump_belong_to_its_only_sim(phone):
    evidence = phone([*COUNTERS, flow("p", 7, "12:00", "12:10")])
    seen = observe(evidence)
    assert seen.sims == (("", "214-07"),)
    assert seen.bytes.sum() == 47 * MB


def test_connections_after_a_dump_of_two_sims_belong_to_neither(phone):
    evidence = phone([*COUNTERS, bucket("p", 3, **HOME), flow("p", 7, "12:00", "12:10")])
    assert ("", "") in observe(evidence).sims


def test_a_connection_half_outside_the_counters_counts_by_half(phone):
    evidence = phone([bucket("p", 20), flow("p", 8, "09:50", "10:10")])
    assert observe(evidence).bytes.sum() == 24 * MB


def test_a_clock_that_is_off_takes_no_byte_from_a_bucket(bill, phone, utc):
    usage = bill([{"start": DAY + "08:00", "end": DAY + "09:00", "bytes": 20 * MB}])
    found = attribute(usage, phone([bucket("p", 20), flow("p", 20, "09:10", "09:20")]), zone=utc)
    assert of_app(found, "p") == 20 * MB


def test_coverage_is_not_raised_by_what_was_counted_already(bill, phone, utc):
    usage, alone = sessions(bill), phone(COUNTERS)
    both = phone([*COUNTERS, *CAPTURE])
    told = [coverage(usage, one, attribute(usage, one, zone=utc)).covered for one in (alone, both)]
    assert told[0] == told[1]


def test_sessions_side_by_side_are_not_bounded_by_a_capture(bill, phone, utc):
    span = {"start": DAY + "08:00", "end": DAY + "10:00"}
    usage = bill(
        [{**span, "bytes": 20 * MB, "record_id": "1"}, {**span, "bytes": 20 * MB, "record_id": "2"}]
    )
    wifi = [bucket("other", 1, **WIFI)]
    found = attribute(usage, phone([*COUNTERS, *CAPTURE, *wifi]), zone=utc)
    mine = found.pieces[(found.pieces["app"] == "p") & (found.pieces["record"] == 0)]
    assert bands(found, mine)["bytes_low"].item() == 0


apps, minutes = st.sampled_from("pqr"), st.integers(0, 12 * 60 - 30)
volumes = st.integers(1, 60 * MB)
ways = st.sampled_from([ESIM, HOME, WIFI])
drawn_buckets = st.lists(st.tuples(apps, st.integers(0, 5), volumes, ways), min_size=1, max_size=14)
drawn_flows = st.lists(st.tuples(apps, minutes, st.integers(1, 30), volumes), max_size=14)
drawn_sessions = st.lists(st.tuples(minutes, st.integers(5, 200), volumes), min_size=1, max_size=8)


def rows_of(buckets, flows):
    start = pd.Timestamp("2026-11-01")
    counters = [
        {"start": start + pd.Timedelta(hours=2 * at), "end": start + pd.Timedelta(hours=2 * at + 2),
         "app": app, "bytes": volume, "interface": "cellular", "source": "netstats.txt", **way}
        for app, at, volume, way in {(one[0], one[1], str(one[3])): one for one in buckets}.values()
    ]  # fmt: skip
    capture = [
        {**flow(app, 0, "00:00", "00:00"), "start": start + pd.Timedelta(minutes=at),
         "end": start + pd.Timedelta(minutes=at + length), "bytes": volume}
        for app, at, length, volume in flows
    ]  # fmt: skip
    return counters, capture


def bill_of(make, drawn):
    start = pd.Timestamp("2026-11-01")
    return make(
        [
            {"start": start + pd.Timedelta(minutes=at), "end": start + pd.Timedelta(minutes=at + length),
             "bytes": volume, "record_id": str(number)}
            for number, (at, length, volume) in enumerate(drawn)
        ]
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(drawn_buckets, drawn_flows, drawn_sessions, st.integers(0, 99))
def test_a_capture_adds_nothing_to_what_counters_know(buckets, flows, drawn, chance):
    from tests.attribution.conftest import make_bill, make_phone  # noqa: PLC0415 - builders

    counters, capture = rows_of(buckets, flows)
    usage = bill_of(make_bill, drawn)
    covered = {one["start"].hour for one in counters}
    inside = [
        one
        for one in capture
        if all(
            at.hour // 2 * 2 in covered for at in (one["start"], one["end"] - pd.Timedelta("1us"))
        )
    ]
    alone, both = make_phone(counters), make_phone([*counters, *inside])
    one, two = observe(alone), observe(both)
    assert one.sims == two.sims
    assert totals(one) == totals(two)
    found = attribute(usage, both, zone=UTC)
    sums = found.pieces.groupby("record")["bytes"].sum()
    assert sums.to_dict() == usage.billed.to_dict()
    for app, most in ceilings(attribute(usage, alone, zone=UTC)).items():
        assert of_app(found, app) <= most * (1 + 1e-5)  # as near as the scaling closes a part
    table = bands(found, found.pieces, by=("record", "app"))
    assert (table["bytes_low"] <= table["bytes"]).all()
    assert (table["bytes"] <= table["bytes_high"]).all()
    order = np.random.default_rng(chance).permutation(len(both.frame))
    again = attribute(usage, Evidence(both.frame.iloc[order]), zone=UTC)
    pd.testing.assert_frame_equal(found.pieces, again.pieces)
    pd.testing.assert_frame_equal(found.by_day, again.by_day)


def totals(seen):
    cells = pd.DataFrame(
        {"sim": seen.sim[seen.slot], "app": np.array(seen.apps)[seen.app], "start": seen.start[seen.slot],
         "bytes": seen.bytes}
    )  # fmt: skip
    return cells.groupby(["sim", "app", "start"])["bytes"].sum().to_dict()


def ceilings(found):
    """Return the most each app may have used by its counters."""
    apps = found.by_cycle[~found.by_cycle["app"].isin(RESIDUALS)]
    return dict(zip(apps["app"], apps["bytes_high"], strict=True))


def error(tmp_path, evidence):
    """Return how far app × session is from the truth of one life, and the truth, in bytes."""
    outcome = life("background_sync", seed=11, evidence=evidence, days=14)
    folder = tmp_path / "-".join(evidence)
    folder.mkdir()
    for name, content in outcome.files.items():
        (folder / name).write_bytes(content)
    case = esim.open_case(folder, timezone="Europe/Madrid")
    pieces = case.attribution().pieces
    pieces = pieces[~pieces["app"].isin(RESIDUALS)].astype({"app": "str"})
    # Records of a life follow each other; so do those of the export, by their start.
    place = case.usage.frame["start_utc"].rank(method="first").astype("int64") - 1
    told = (
        pieces.assign(record=pieces["record"].map(place)).groupby(["record", "app"])["bytes"].sum()
    )
    truth = pd.read_csv(BytesIO(outcome.truth["truth_record_apps.csv"]))
    truth = truth.groupby(["record", "app"])["billed_bytes"].sum()
    days = case.attribution().by_day
    return told.sub(truth, fill_value=0).abs().sum() / truth.sum(), days


def test_a_capture_divides_sessions_of_a_bucket_ten_times_better(tmp_path):
    """The life reads its counters late, moves between Wi-Fi and mobile, and has a second SIM."""
    alone, days_alone = error(tmp_path, ("netstats",))
    both, days = error(tmp_path, ("netstats", "capture"))
    assert alone > 0.2
    assert both < 0.1 * alone
    # What a whole bucket holds the capture does not touch: days are as they were.
    mine = days.set_index(["day", "app"])["bytes"].astype("float64")
    theirs = days_alone.set_index(["day", "app"])["bytes"].astype("float64")
    assert mine.sub(theirs, fill_value=0).abs().sum() < 0.01 * theirs.sum()


def test_connections_that_may_be_wifi_are_named_up_to_the_bill_and_no_further(bill, phone, utc):
    """Of a daily bill nobody can tell Wi-Fi and mobile minutes apart: more than billed is no conflict."""
    day = bill([{"start": DAY + "00:00", "end": "2026-11-02 00:00", "bytes": 20 * MB}])
    seen = [flow("p", 25, "08:10", "08:30"), flow("q", 15, "09:20", "09:40")]
    found = attribute(day, phone(seen), zone=utc)
    record = found.by_record.iloc[0]
    assert (record["attributed"], record["conflict"]) == (20 * MB, 0)
    assert of_app(found, "p") / of_app(found, "q") == pytest.approx(25 / 15, rel=0.01)
    assert found.by_cycle.set_index("app").loc["p", "bytes_low"] == 0
    assert coverage(day, phone(seen), found).share == 1.0
    mobile = attribute(day, phone([{**one, "interface": "cellular"} for one in seen]), zone=utc)
    assert mobile.by_record["conflict"].sum() < -15 * MB


@pytest.mark.parametrize("sure", [12, 20, 25])
def test_what_the_phone_says_was_mobile_comes_first(bill, phone, utc, sure):
    day = bill([{"start": DAY + "00:00", "end": "2026-11-02 00:00", "bytes": 20 * MB}])
    seen = [
        flow("sure", sure, "08:10", "08:30", interface="cellular"),
        flow("open", 15, "09:20", "09:40"),
    ]
    found = attribute(day, phone(seen), zone=utc)
    assert of_app(found, "sure") == pytest.approx(
        min(sure * 1.03, max(20, sure * 0.98)) * MB, rel=0.01
    )
    conflict = -int(found.by_record["conflict"].sum())
    assert conflict == pytest.approx(max(sure * 0.98 - 20, 0) * MB, abs=0.02 * MB)
    assert of_app(found, "open") == pytest.approx(max(20 - sure * 1.03, 0) * MB, abs=0.2 * MB)


@settings(max_examples=12, deadline=None)
@given(drawn_flows.filter(len), drawn_sessions)
def test_a_capture_alone_never_names_more_than_a_record_was_billed(flows, drawn):
    from tests.attribution.conftest import make_bill, make_phone  # noqa: PLC0415 - builders

    usage = bill_of(make_bill, drawn)
    _, capture = rows_of([], flows)
    found = attribute(usage, make_phone(capture), zone=UTC).by_record
    billed = usage.billed.to_numpy(dtype="int64")[found["record"]]
    assert (found["attributed"].to_numpy() <= billed).all()
    assert not found["conflict"].any()
