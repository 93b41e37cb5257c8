"""The cube: not a byte lost, small at any size, and silent about what its share level promises."""

from decimal import Decimal

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import esim_analysis as esim
from esim_analysis.case import open_case
from esim_analysis.explorer import cube
from esim_analysis.explorer.cells import GROUND_CODES
from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.explorer.packing import pack, unpack
from esim_analysis.model import UsageError

ZONES = ("Europe/Madrid", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "UTC")
LEVELS = ("apps", "apps-hourly", "domains", "full")


def cells(summed) -> pd.DataFrame:
    """Read a cube back: one row a cell, words for numbers."""
    head, _ = unpack(summed.head)
    parts = []
    for line, text in zip(head["lines"], summed.lines, strict=True):
        index, columns = unpack(text)
        groups = pd.DataFrame(index["groups"], columns=["app", "ground", "status", "count"])
        part = groups.loc[groups.index.repeat(groups["count"])].reset_index()
        part["pos"] = pd.Series(columns["pos"]).groupby(part["index"]).cumsum()
        parts.append(part.assign(bytes=columns["bytes"], line=line))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(app=frame["app"].map(dict(enumerate(head["apps"]))))


def days_of(summed, frame: pd.DataFrame) -> pd.Series:
    axis = unpack(summed.head)[0]["hours"]
    lengths = -(-np.diff(axis["midnights"]) // 3600)
    day_of = np.concatenate([np.repeat(np.arange(len(lengths)), lengths), np.arange(len(lengths))])
    first = pd.Timestamp(axis["first"])
    return (first + pd.to_timedelta(day_of[frame["pos"]], unit="D")).strftime("%Y-%m-%d")


@pytest.mark.parametrize("share", LEVELS)
def test_every_level_sums_to_the_bill_by_line_and_status(make, share):
    analysis = make(3_000, lines=3)
    found = cells(cube(analysis, share=share))
    pieces = analysis.attribution.pieces
    assert found["bytes"].sum() == pieces["bytes"].sum()
    assert sorted(found.groupby("line")["bytes"].sum()) == sorted(
        pieces.groupby("line")["bytes"].sum()
    )
    residual = found[found["app"] == "unattributed"]["bytes"].sum()
    assert residual == pieces[pieces["app"] == "unattributed"]["bytes"].sum()


@pytest.mark.parametrize("share", ["apps", "apps-hourly"])
def test_days_of_the_sample_are_those_of_the_table_to_the_byte(sample_data, share):
    analysis = esim.open_case(sample_data / "xiaoli").analysis
    summed = cube(analysis, share=share)
    found = cells(summed)
    table = analysis.attribution.by_day
    wanted = table.assign(app=table["app"].where(table["app"].isin(found["app"]), "others"))
    wanted = wanted.groupby(["day", "app"])["bytes"].sum()
    told = found.groupby([days_of(summed, found), "app"])["bytes"].sum()
    assert told[told != 0].to_dict() == wanted[wanted != 0].to_dict()


def test_rounded_cells_are_near_and_their_days_exact(make):
    analysis = make(20_000)
    summed = cube(analysis, share="apps-hourly")
    assert unpack(summed.lines[0])[0]["grain"] == "rounded"
    found = cells(summed)
    days = found.assign(day=days_of(summed, found)).groupby(["day", "app", "ground"])["bytes"]
    pieces = analysis.attribution.pieces
    hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone)
    row, hour, part = spread(pieces, hours)
    local = hours.midnights.tz_convert(hours.zone).strftime("%Y-%m-%d")
    exact = pd.DataFrame(
        {
            "day": local[hours.day_of[hour]],
            "app": pieces["app"]
            .astype("str")
            .where(pieces["app"].isin(found["app"]), "others")
            .iloc[row],
            "ground": pieces["ground"].iloc[row].map(GROUND_CODES),
            "pos": hour,
            "bytes": part,
        }
    )
    wanted = exact.groupby(["day", "app", "ground"])["bytes"].sum()
    assert days.sum().to_dict() == wanted[wanted != 0].to_dict()
    keys = ["app", "ground", "pos"]
    both = pd.concat(
        [found.groupby(keys)["bytes"].sum(), exact.groupby(keys)["bytes"].sum()], axis=1
    ).dropna()
    off = (both.iloc[:, 0] / both.iloc[:, 1] - 1).abs()
    assert off.median() < 0.002
    assert off.quantile(0.99) < 0.01


@given(
    st.sampled_from(ZONES),
    st.lists(
        st.tuples(
            st.integers(0, 40 * 86_400_000), st.integers(0, 4 * 86_400_000),
            st.integers(-(10**9), 10**13),
        ),
        min_size=1, max_size=20,
    ),
)  # fmt: skip
def test_hours_of_a_row_sum_to_the_row_and_lie_inside_it(zone, rows):
    start = pd.Timestamp("2026-03-20", tz="UTC") + pd.to_timedelta([r[0] for r in rows], unit="ms")
    frame = pd.DataFrame({"start_utc": start.as_unit("us"), "bytes": [r[2] for r in rows]})
    length = pd.to_timedelta([r[1] for r in rows], unit="ms").as_unit("us")
    frame = frame.assign(end_utc=frame["start_utc"] + length)
    hours = Hours.spanning(frame["start_utc"], frame["end_utc"], zone)
    row, hour, part = spread(frame, hours)
    assert np.array_equal(np.bincount(row, part, len(rows)).astype("int64"), frame["bytes"])
    edges = pd.DatetimeIndex(hours.edges.astype("datetime64[ms]"), tz="UTC")
    assert (edges[hour + 1] > frame["start_utc"].iloc[row]).all()
    instant = frame["end_utc"].iloc[row] == frame["start_utc"].iloc[row]
    assert ((edges[hour] < frame["end_utc"].iloc[row]) | instant.to_numpy()).all()


def test_bytes_follow_time_with_the_largest_remainder():
    start = pd.Series(pd.to_datetime(["2026-10-13 01:30"]).tz_localize("UTC").as_unit("us"))
    frame = pd.DataFrame({"start_utc": start, "end_utc": start + pd.Timedelta(hours=2)})
    hours = Hours.spanning(frame["start_utc"], frame["end_utc"], "UTC")
    _, hour, part = spread(frame.assign(bytes=101), hours)
    assert (hour.tolist(), part.tolist()) == ([1, 2, 3], [25, 51, 25])


@pytest.mark.parametrize("zone", ZONES)
def test_hours_carry_the_clock_on_the_wall(zone):
    span = pd.Series(pd.to_datetime(["2026-03-28", "2026-04-06"]).tz_localize("UTC").as_unit("us"))
    hours = Hours.spanning(span, span, zone)
    local = pd.DatetimeIndex(hours.edges[:-1].astype("datetime64[ms]"), tz="UTC").tz_convert(zone)
    assert (local.hour * 60 + local.minute).tolist() == hours.wall_minutes.tolist()
    assert (np.diff(hours.edges) <= 3_600_000).all()
    axis = hours.axis()
    usual = {str(day) for day in range(hours.days)} - set(axis["walls"])
    for day in usual:
        assert hours.wall_minutes[hours.day_of == int(day)].tolist() == [60 * h for h in range(24)]


def test_the_day_the_clocks_go_back_has_25_hours():
    span = pd.Series(pd.to_datetime(["2026-10-25 12:00"]).tz_localize("UTC").as_unit("us"))
    axis = Hours.spanning(span, span, "Europe/Madrid").axis()
    assert axis["walls"]["0"][:5] == [0, 60, 120, 120, 180]
    assert len(axis["walls"]["0"]) == 25


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_the_fullest_level_stays_under_150_kb_whatever_the_rows(make, rows):
    summed = cube(make(rows, hosts=60), share="full")
    assert len(summed.head) + len(summed.lines[0]) <= 150_000
    index, columns = unpack(summed.lines[0])
    assert len(index["hosts"]) == 60
    assert len(columns["row_bytes"]) == 300
    apps = unpack(summed.head)[0]["apps"]
    assert len(apps) == 15 + 1 + 3
    assert apps[0] == "com.lexi.dictionary"


def test_the_same_case_gives_the_same_text(make):
    assert cube(make(2_000, hosts=9), share="full") == cube(make(2_000, hosts=9), share="full")


def test_lines_are_blocks_of_their_own_and_numbered(make):
    summed = cube(make(500, lines=4))
    assert unpack(summed.head)[0]["lines"] == ["line-1", "line-2", "line-3", "line-4"]
    assert len(summed.lines) == 4
    assert "sim-" not in str([unpack(text)[0] for text in (summed.head, *summed.lines)])


def test_apps_tells_hours_only_where_findings_are(make):
    analysis = make(4_000)
    summed = cube(analysis, share="apps")
    head, _ = unpack(summed.head)
    index, columns = unpack(summed.lines[0])
    told = head["findings"][0]["hours"]
    assert told == index["detail"] == [[12 * 24 + 2, 12 * 24 + 3], [13 * 24 + 2, 13 * 24 + 3],
                                       [20 * 24 + 2, 20 * 24 + 3]]  # fmt: skip
    midnights = head["hours"]["midnights"]
    count = (midnights[-1] - midnights[0]) // 3600
    places = cells(summed)["pos"]
    assert set(places[places < count]) <= {start for start, _ in told}
    starts = pd.to_datetime(columns["row_start"], unit="s", utc=True).tz_convert("Europe/Madrid")
    assert set(starts.hour) == {2}  # rows are cut to the hours that are told


def test_a_window_longer_than_a_day_is_told_by_days(make):
    analysis = make(200)
    finding = analysis.findings[0]
    long = esim.model.Window(
        finding.windows[0].start_utc, finding.windows[0].start_utc + pd.Timedelta(days=2), 5
    )
    from dataclasses import replace  # noqa: PLC0415

    changed = replace(analysis, findings=(replace(finding, windows=(long,)),))
    summed = cube(changed, share="apps")
    assert unpack(summed.lines[0])[0]["detail"] == []
    assert unpack(summed.head)[0]["findings"][0]["hours"] == [[12 * 24, 15 * 24]]


def test_hosts_are_in_no_file_that_does_not_say_so(make):
    analysis = make(2_000, hosts=8)
    text = {share: str([unpack(line)[0] for line in cube(analysis, share=share).lines])
            for share in LEVELS}  # fmt: skip
    assert "host" not in text["apps"].replace("hosts", "")
    assert "example.co.uk" not in text["apps-hourly"]
    assert "'example.co.uk'" in text["domains"]
    assert "secret" not in text["domains"]
    assert "edge7.secret.host1.example.co.uk" in text["full"]


def test_redaction_leaves_no_name_and_no_id_of_an_app(make):
    summed = cube(make(500), redact=True)
    text = str(unpack(summed.head)[0])
    assert "Lexi" not in text
    assert "lexi" not in text
    assert "org.app" not in text
    assert unpack(summed.head)[0]["names"]["en"][0] == "App 1"


def test_an_unknown_level_is_refused_with_the_known_ones(make):
    with pytest.raises(UsageError, match="apps, apps-hourly, domains, full"):
        cube(make(5), share="everything")


def test_a_case_without_a_bill_has_a_head_and_no_lines(make):
    summed = cube(make(0))
    assert summed.lines == ()
    assert unpack(summed.head)[0]["hours"]["midnights"] == []


@given(st.lists(st.integers(-(2**51), 2**51)), st.lists(st.integers(0, 2**51)))
def test_packing_gives_every_integer_back(signed, counts):
    index, columns = unpack(pack({"word": "流量"}, {"signed": signed, "counts": counts}))
    assert index == {"word": "流量"}
    assert columns["signed"].tolist() == signed
    assert columns["counts"].tolist() == counts


def test_a_plan_brings_its_allowance_day_by_day_and_what_was_reached(sample_data):
    case = open_case(sample_data / "xiaoli", plan="demo-10gb")
    head = unpack(cube(case.analysis, account=case.account()).head)[0]
    (period,) = head["periods"]
    assert period["size"] == 10_000_000_000
    assert len(period["left"]) == len(period["low"]) == len(period["high"]) == 28
    assert all(low <= left <= high for low, left, high in
               zip(period["low"], period["left"], period["high"], strict=True))  # fmt: skip
    assert Decimal(period["cost"]) == Decimal("29.70")
    assert [event["threshold"] for event in head["plan_events"]] == [0.5]


def test_without_a_plan_there_is_neither(sample_data):
    head = unpack(cube(open_case(sample_data / "xiaoli").analysis).head)[0]
    assert head["periods"] == head["plan_events"] == []


def _with_addresses(analysis, *addresses):
    from dataclasses import replace  # noqa: PLC0415

    frame = analysis.evidence.frame
    bare = frame.iloc[: len(addresses)].assign(remote_host="", remote_ip=list(addresses))
    told = pd.concat([bare, frame.iloc[len(addresses) :]], ignore_index=True)
    return replace(analysis, evidence=replace(analysis.evidence, frame=told))


def test_an_open_address_without_a_name_is_told_by_its_network_as_approximate(make):
    analysis = _with_addresses(
        make(2_000, hosts=8), "8.8.8.8", "8.8.4.4", "192.168.1.9", "203.0.113.7", "10.0.0.1"
    )
    for share in ("domains", "full"):
        index = unpack(cube(analysis, share=share).lines[0])[0]
        mine = [name for name in index["hosts"] if "AS" in name]
        assert mine == ["≈ AS15169 Google LLC"]
        assert index["networks"] == {"date": "2026-06-17", "source": ""}
        assert not [name for name in index["hosts"] if name[:1].isdigit()]
    assert "AS15169" not in str(unpack(cube(analysis, share="apps-hourly").lines[0])[0])


def test_a_table_of_the_users_is_named_instead_of_ours(make, tmp_path):
    from dataclasses import replace  # noqa: PLC0415

    from esim_analysis.importers.knowledge import read_knowledge  # noqa: PLC0415

    (tmp_path / "mine.csv").write_text("8.8.8.0,8.8.8.255,64500,Somebody\n")
    known = read_knowledge([tmp_path / "mine.csv"])
    analysis = replace(_with_addresses(make(2_000, hosts=8), "8.8.8.8"), knowledge=known)
    index = unpack(cube(analysis, share="full").lines[0])[0]
    assert "≈ AS64500 Somebody" in index["hosts"]
    assert index["networks"] == {"date": "?", "source": "mine.csv"}


def test_without_such_an_address_no_table_of_networks_is_named(make):
    assert unpack(cube(make(2_000, hosts=8), share="full").lines[0])[0]["networks"] == {}
