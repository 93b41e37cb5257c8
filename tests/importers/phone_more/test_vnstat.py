"""vnStat: totals of a computer or router, each byte once, never an app."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.vnstat_json import IMPORTER
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError, QuestionError

SAMPLES = Path(__file__).parent / "samples"
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
DAY = 86_400
MIDNIGHT = 1_790_892_000  # 2026-10-02 00:00 in Madrid


def row(wall, stamp=None, rx=1000, tx=100):
    date = pd.Timestamp(wall)
    made = {
        "id": 1,
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "time": {"hour": date.hour, "minute": date.minute},
        "timestamp": stamp,
        "rx": rx,
        "tx": tx,
    }
    return {name: value for name, value in made.items() if value is not None}


def document(version="2", updated=MIDNIGHT + 30 * DAY, **cards):
    return json.dumps(
        {
            "vnstatversion": "2.12",
            "jsonversion": version,
            "interfaces": [
                {
                    "name": name,
                    "alias": "",
                    "updated": {"timestamp": updated},
                    "traffic": {"total": {"rx": 1, "tx": 1}, **tables},
                }
                for name, tables in cards.items()
            ],
        },
        separators=(",", ":"),
    )


def read(file, **options):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "vnstat_json"
    return IMPORTER.read(file, ReadOptions(**options))


def totals(file, **options):
    return read(file, **options).evidence.device_totals


DAYS = [row("2026-10-01", MIDNIGHT - DAY, rx=5000), row("2026-10-02", MIDNIGHT, rx=9000)]
HOURS = [
    row("2026-10-02 22:00", MIDNIGHT + 22 * 3600, rx=300),
    row("2026-10-02 23:00", MIDNIGHT + 23 * 3600, rx=400),
    row("2026-10-03 00:00", MIDNIGHT + DAY, rx=500),
]


def test_the_output_reads_as_its_golden_totals(write, golden):
    text = document(wwan0={"day": DAYS, "hour": HOURS}, wlan0={"day": DAYS}, lo={"day": DAYS})
    evidence = read(write(text, "vnstat.json")).evidence
    golden(evidence.device_totals, SAMPLES / "vnstat.totals.csv")
    assert evidence.frame.empty


def test_tables_of_one_card_tell_each_byte_once(write):
    rows = totals(write(document(wwan0={"hour": HOURS, "day": DAYS, "month": []})))
    assert rows["bytes_down"].tolist() == [5000, 9000, 500]
    assert (rows["start_utc"].iloc[1:].array >= rows["end_utc"].iloc[:-1].array).all()


def test_the_row_still_growing_ends_at_the_last_update(write):
    rows = totals(write(document(wwan0={"day": DAYS}, updated=MIDNIGHT + 3600)))
    assert rows["end_utc"].iloc[-1] == pd.Timestamp(MIDNIGHT + 3600, unit="s", tz="UTC")


def test_a_day_ends_at_the_next_local_midnight_also_when_clocks_change(write):
    night = int(pd.Timestamp("2026-10-25", tz="Europe/Madrid").timestamp())
    days = [row("2026-10-25", night), row("2026-10-26", night + 25 * 3600)]
    rows = totals(write(document(wwan0={"day": days}, updated=night + 40 * DAY)))
    length = rows["end_utc"] - rows["start_utc"]
    assert length.tolist() == [pd.Timedelta(hours=25), pd.Timedelta(hours=24)]


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        ("wwan0", "cellular"),
        ("ppp0", "cellular"),
        ("wlp2s0", "wifi"),
        ("enp3s0", "ethernet"),
        ("wg0", "vpn"),
        ("x9", "unknown"),
    ],
)
def test_the_name_of_a_card_tells_its_kind(write, card, kind):
    assert set(totals(write(document(**{card: {"day": DAYS}})))["interface"]) == {kind}


@pytest.mark.parametrize("card", ["lo", "docker0", "br-lan", "veth12"])
def test_cards_that_repeat_others_are_left_out(write, card):
    with pytest.raises(FileError, match="without traffic"):
        read(write(document(**{card: {"day": DAYS}})))


def test_a_router_forwards_what_it_receives_and_the_larger_side_stands(write):
    more = [dict(day, rx=day["rx"] + 1) for day in DAYS]
    rows = totals(write(document(eth0={"day": DAYS}, eth1={"day": more})))
    assert rows["bytes_down"].tolist() == [5001, 9001]


def test_local_times_without_epoch_need_a_zone(write):
    days = [row("2026-10-01"), row("2026-10-02")]
    file = write(document(wwan0={"day": days}))
    with pytest.raises(QuestionError, match="--timezone"):
        read(file)
    rows = totals(file, timezone="Europe/Madrid")
    assert rows["start_utc"].tolist() == [
        pd.Timestamp(MIDNIGHT + shift, unit="s", tz="UTC") for shift in (-DAY, 0)
    ]


def test_version_one_counts_kibibytes_and_hours_by_id(write):
    hour = {"id": 13, "date": {"year": 2026, "month": 10, "day": 2}, "rx": 2, "tx": 1}
    rows = totals(write(document(version="1", wwan0={"hours": [hour]})), timezone="UTC")
    assert rows["bytes_down"].tolist() == [2048]
    assert rows["start_utc"].iloc[0].hour == 13


def test_rows_that_cannot_be_read_are_rejected(write):
    bad = [row("2026-10-03", -5), dict(row("2026-10-04", MIDNIGHT), rx="many", tx=None)]
    evidence = read(write(document(wwan0={"day": [*DAYS, *bad]})), timezone="UTC").evidence
    assert len(evidence.rejected) == 1
    assert len(evidence.device_totals) == 3


@pytest.mark.parametrize(
    "text",
    ['{"vnstatversion":"2.12","jsonversion":"2","interfaces":[', '{"vnstatversion":"2.12"}'],
)
def test_a_cut_or_empty_output_says_what_to_run(write, text):
    with pytest.raises(FileError, match="vnstat --json"):
        read(write(text))


@pytest.mark.parametrize("content", ["", "{}", '{"type":"networkActivity"}', "\x00", "[1]"])
def test_other_files_are_not_taken_for_it(write, content):
    assert not IMPORTER.recognise(write(content))


@SLOW_FILES
@given(data=st.data(), noise=st.binary(max_size=12))
def test_mutated_bytes_are_never_more_than_an_error_in_words(write, data, noise):
    content = document(wwan0={"day": DAYS, "hour": HOURS}).encode()
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 40))
    try:
        IMPORTER.read(write(content[:at] + noise + content[at + gone :]), ReadOptions())
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine


@SLOW_FILES
@given(
    value=st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    field=st.sampled_from(["date", "time", "timestamp", "rx", "tx", "id"]),
)
def test_any_value_in_any_field_is_read_or_rejected(write, value, field):
    file = write(document(wwan0={"day": [*DAYS, dict(DAYS[0], **{field: value})]}))
    try:
        IMPORTER.read(file, ReadOptions(timezone="UTC"))
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine
