"""Balances as people type them, in three languages."""

import pandas as pd
import pytest

from esim_analysis.importers.readings import parse_balance, parse_readings
from esim_analysis.model import QuestionError, UsageError


def _one(line: str) -> pd.Series:
    readings = parse_readings(line, name="balances.txt", timezone="Europe/Madrid")
    assert readings.rejected.empty
    return readings.snapshots.iloc[0]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-02 09:00, 4.2 GB left",
        "2026-11-02 09:00: 4.2 GB remaining",
        "2026-11-02 9:00 am remaining 4.2GB",
        "Nov 2, 2026 at 9:00 AM, balance 4.2 GB",
        "2026/11/02 09:00 剩 4.2 GB",
        "2026年11月2日 上午9:00 剩余流量：4.2GB",
        "2026-11-02 09:00 余额4200兆",
        "２０２６-１１-０２ ０９：００，还剩 ４.２ＧＢ",
        "02/11/2026 9:00 quedan 4,2 GB",
        "2 de noviembre de 2026, 9:00 a. m. saldo: 4,2 GB",
        "[02/11/2026, 9:00:00] Xiaoli: me quedan 4200 MB de datos",
        "2026-11-02T08:00Z 4.2 GB left",
        "2026-11-02 09:00+01:00 4.2 GB available",
        "2026-11-02 09:00 4GB200MB left",
    ],
)
def test_every_way_to_say_what_is_left(line):
    reading = _one(line)
    assert reading["remaining"] == 4_200_000_000
    assert reading["t_utc"] == pd.Timestamp("2026-11-02 08:00", tz="UTC")
    assert pd.isna(reading["used"])


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("2026-11-02 23:10 used 1.8 GB of 5 GB", 5_000_000_000),
        ("2026-11-02 23:10 1.8 GB of 5 GB used", 5_000_000_000),
        ("2026-11-02 23:10 usados 1,8 GB de 5 GB", 5_000_000_000),
        ("2026-11-02 23:10 已用 1.8GB，共5GB", 5_000_000_000),
        ("2026-11-02 23:10 已用 1.8GB", None),
        ("2026-11-02 23:10 he gastado 1,8 gigas", None),
        ("2026年11月2日 晚上11:10 用了1800M", None),
    ],
)
def test_every_way_to_say_what_was_used(line, total):
    reading = _one(line)
    assert reading["used"] == 1_800_000_000
    assert reading["t_local"] == pd.Timestamp("2026-11-02 23:10")
    if total is None:
        assert pd.isna(reading["total"])
        assert pd.isna(reading["remaining"])
    else:
        assert reading["total"] == total
        assert reading["remaining"] == total - 1_800_000_000


def test_used_and_left_in_one_line_keep_their_own_figures():
    for line in ("used 800 MB left 4.2 GB", "800 MB used, 4.2 GB left", "used 0.8 GB, 4.2 GB left"):
        reading = _one(f"2026-11-02 23:10 {line}")
        assert (reading["used"], reading["remaining"]) == (800_000_000, 4_200_000_000)


def test_a_missing_year_is_that_of_the_nearest_full_date():
    readings = parse_readings(
        "2026-12-31 23:00 剩 4.2 GB\n01-01 07:00 剩 3.9 GB", name="b.txt", timezone=None
    )
    assert readings.snapshots["t_local"].tolist() == [
        pd.Timestamp("2026-12-31 23:00"),
        pd.Timestamp("2027-01-01 07:00"),
    ]


def test_no_year_at_all_is_asked_for():
    with pytest.raises(QuestionError, match="no date of this text has a year"):
        parse_readings("11-02 09:00 剩 4.2 GB", name="b.txt", timezone=None)


def test_one_day_past_twelve_settles_the_order_for_the_whole_text():
    text = "02/11/2026 9:00, 4.2 GB left\n13/11/2026 9:00, 3.9 GB left"
    assert parse_readings(text, name="b", timezone=None).snapshots["t_local"].iloc[0] == (
        pd.Timestamp("2026-11-02 09:00")
    )
    text = "02/11/2026 9:00, 4.2 GB left\n02/13/2026 9:00, 3.9 GB left"
    assert parse_readings(text, name="b", timezone=None).snapshots["t_local"].iloc[0] == (
        pd.Timestamp("2026-02-11 09:00")
    )


@pytest.mark.parametrize(
    "text",
    [
        "02/11/2026 9:00, 4.2 GB left",
        "13/11/2026 9:00, 4.2 GB left\n11/13/2026 9:00, 4.1 GB left",
        "2026-11-02 09:00, 4.2 GB left\n02/11 10:00 quedan 4,2 GB",
    ],
)
def test_an_open_day_and_month_is_a_question(text):
    with pytest.raises(QuestionError, match="day and month cannot be told apart"):
        parse_readings(text, name="b.txt", timezone=None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-11-02 09:00, 4.2 GB", "neither 'left' nor 'used'"),
        ("2026-11-02 09:00, unused 4.2 GB", "neither 'left' nor 'used'"),
        ("2026-11-02 09:00, used 4.2 GB left", "both left and used of one figure"),
        ("2026-11-02 09:00, 4.2 GB left 3 GB", "more figures than words"),
        ("2026-11-02 09:00, 1,234 MB left", "read in two ways"),
        ("2026-11-02 09:00, 99999999999 GB left", "too large"),
        ("2026-02-30 09:00, 4.2 GB left", "impossible or missing date"),
        ("2026-11-02 29:00, 4.2 GB left", "impossible or missing date"),
        ("2026-03-29 02:30, 4.2 GB left", "the clock went forward"),
        ("2026-11-02 09:00, used 6 GB of 5 GB", "more is used or left than the whole plan"),
        ("4.2 GB left", "no reading this understands"),
    ],
)
def test_a_line_that_leaves_something_open_is_rejected_with_its_reason(line, reason):
    readings = parse_readings(line, name="b.txt", timezone="Europe/Madrid")
    assert readings.snapshots.empty
    assert readings.rejected["line"].tolist() == ["1"]
    assert reason in readings.rejected["reason"].iloc[0]


def test_a_decimal_comma_elsewhere_settles_an_open_group_of_three():
    text = "2026-11-02 09:00 quedan 1.234 MB\n2026-11-02 10:00 quedan 1,2 GB"
    readings = parse_readings(text, name="b.txt", timezone=None)
    assert readings.snapshots["remaining"].tolist() == [1_234_000_000, 1_200_000_000]
    assert readings.locale.value == "1234,5 Y-M-D"


@pytest.mark.parametrize("word", ["zone", "Time zone", "时区", "zona", "zona horaria"])
def test_the_zone_line_stands_above_the_zone_the_user_gave(word):
    text = f"{word}: Asia/Shanghai\n2026-11-02 09:00, 4.2 GB left"
    readings = parse_readings(text, name="b.txt", timezone="Europe/Madrid")
    assert readings.zone.value == "Asia/Shanghai"
    assert readings.snapshots["t_utc"].iloc[0] == pd.Timestamp("2026-11-02 01:00", tz="UTC")


def test_without_a_zone_utc_is_assumed_and_said():
    readings = parse_readings("2026-11-02 09:00, 4.2 GB left", name="b.txt", timezone=None)
    assert (readings.zone.value, readings.zone.origin) == ("UTC", "assumed")
    assert any("taken as UTC (assumed)" in note for note in readings.notes)


@pytest.mark.parametrize(
    "head", ["zone: Europe/Madird", "zone: ../etc", "zone: Europe\n", "zone: UTC\nzone: Asia/Tokyo"]
)
def test_a_zone_that_is_none_is_a_question(head):
    with pytest.raises(QuestionError, match="time zone"):
        parse_readings(f"{head}\n2026-11-02 09:00, 4 GB left", name="b.txt", timezone=None)


def test_a_night_the_clock_goes_back_follows_the_order_of_the_text():
    text = "zone: Europe/Madrid\n" + "\n".join(
        f"2026-10-25 {time}, {left} GB left"
        for time, left in (("01:30", 5), ("02:30", 4), ("02:10", 3), ("03:30", 2))
    )
    utc = parse_readings(text, name="b.txt", timezone=None).snapshots["t_utc"]
    assert utc.dt.strftime("%H:%M").tolist() == ["23:30", "00:30", "01:10", "02:30"]


def test_the_command_line_takes_the_same_forms():
    readings = parse_balance(
        "2026-11-02 09:00, 4.2 GB left\n11-03 09:00 剩 3.9 GB", timezone="Europe/Madrid"
    )
    assert readings.frame["remaining"].tolist() == [4_200_000_000, 3_900_000_000]
    assert readings.decision is not None
    assert readings.decision.zone.value == "Europe/Madrid"


@pytest.mark.parametrize(
    "text",
    ["", "4.2 GB", "left", "2026-11-02 09:00", "11-02 09:00 剩 4 GB", "02/11/2026 9:00 4 GB left"],
)
def test_a_balance_that_cannot_be_understood_is_a_wrong_argument(text):
    with pytest.raises(UsageError, match="2026-11-02 09:00") as refused:
        parse_balance(text, timezone=None)
    assert str(refused.value).startswith("--balance")
