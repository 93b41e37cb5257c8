"""The phone's settings screen at two moments: what each app used in between."""

import pandas as pd
import pytest

from esim_analysis.importers.readings import (
    evidence_from_app_readings,
    half_widths,
    parse_readings,
)
from esim_analysis.model import Evidence

BEFORE = """iPhone 2026-11-02 23:10
WeChat 1.21 GB
词典 845 MB
Safari
312 MB
Mapas: 90,5 MB
Office 365 12 MB
System Services 120 MB
个人热点
0 字节
Uninstalled Apps 5 MB
"""
AFTER = """iPhone 2026-11-03 07:30
WeChat 1.21 GB
词典 1.66 GB
Safari
315 MB
Mapas: 90,5 MB
Office 365 12 MB
System Services 121 MB
个人热点
40 MB
Uninstalled Apps 5 MB
"""


def _evidence(*texts: str) -> Evidence:
    return evidence_from_app_readings(
        [
            parse_readings(text, name=f"{number}.txt", timezone="Europe/Madrid").app_readings
            for number, text in enumerate(texts, start=1)
        ]
    )


def _bytes(evidence: Evidence) -> dict[str, int]:
    return {
        str(app): int(volume)
        for app, volume in zip(evidence.frame["app"], evidence.frame["bytes_down"], strict=True)
    }


def test_a_listing_is_read_as_it_stands_on_the_screen():
    readings = parse_readings(BEFORE, name="a.txt", timezone="Europe/Madrid")
    assert readings.rejected.empty
    assert dict(zip(readings.app_readings["app"], readings.app_readings["used"], strict=True)) == {
        "WeChat": 1_210_000_000,
        "词典": 845_000_000,
        "Safari": 312_000_000,
        "Mapas": 90_500_000,
        "Office 365": 12_000_000,
        "system": 120_000_000,
        "tethering": 0,
        "removed": 5_000_000,
    }
    assert set(readings.app_readings["platform"]) == {"ios"}
    assert readings.app_readings["t_utc"].unique().tolist() == [
        pd.Timestamp("2026-11-02 22:10", tz="UTC")
    ]


@pytest.mark.parametrize(
    ("heading", "platform"),
    [
        ("iPhone 2026-11-02 23:10", "ios"),
        ("Android 设置 2026-11-02 23:10", "android"),
        ("Ajustes del iPhone, 02/11/2026 23:10", "ios"),
        ("2026年11月2日 晚上11:10 苹果手机", "ios"),
        ("2026-11-02 11:10 pm", ""),
    ],
)
def test_every_heading(heading, platform):
    readings = parse_readings(f"{heading}\nWeChat 1.21 GB", name="a", timezone=None).app_readings
    assert readings["platform"].tolist() == [platform]
    assert readings["t_local"].tolist() == [pd.Timestamp("2026-11-02 23:10")]


@pytest.mark.parametrize(
    ("label", "app"),
    [
        ("Personal Hotspot", "tethering"),
        ("个人热点", "tethering"),
        ("Compartir Internet", "tethering"),
        ("System Services", "system"),
        ("Servicios del sistema", "system"),
        ("系统服务", "system"),
        ("Uninstalled Apps", "removed"),
        ("已卸载的应用", "removed"),
        ("Apps desinstaladas", "removed"),
        ("Hotspot Shield VPN", "Hotspot Shield VPN"),
        ("  WhatsApp ", "WhatsApp"),
    ],
)
def test_named_non_apps_and_apps(label, app):
    text = f"iPhone 2026-11-02 23:10\n{label} 12 MB"
    assert parse_readings(text, name="a", timezone=None).app_readings["app"].tolist() == [app]


def test_two_moments_make_one_interval_an_app():
    evidence = _evidence(BEFORE + AFTER)
    assert _bytes(evidence) == {
        "WeChat": 0,
        "词典": 815_000_000,
        "Safari": 3_000_000,
        "Mapas": 0,
        "Office 365": 0,
        "system": 1_000_000,
        "tethering": 40_000_000,
        "removed": 0,
    }
    row = evidence.frame.iloc[0]
    assert row["start_utc"] == pd.Timestamp("2026-11-02 22:10", tz="UTC")
    assert row["end_utc"] == pd.Timestamp("2026-11-03 06:30", tz="UTC")
    assert (row["ground"], row["interface"], row["time_kind"]) == (
        "unknown",
        "cellular",
        "cumulative",
    )
    assert evidence.frame["bytes_up"].isna().all()
    assert evidence.frame["confidence"].eq(0.9).all()
    assert evidence.settings.platform == "ios"


def test_two_files_in_either_order_or_twice_say_the_same():
    expected = _bytes(_evidence(BEFORE + AFTER))
    assert _bytes(_evidence(BEFORE, AFTER)) == expected
    assert _bytes(_evidence(AFTER, BEFORE)) == expected
    assert _bytes(_evidence(BEFORE, AFTER, BEFORE)) == expected


def test_half_widths_follow_the_figures_as_typed():
    evidence = _evidence(BEFORE, AFTER)
    widths = dict(zip(evidence.frame["app"], half_widths(evidence.frame), strict=True))
    assert widths["词典"] == 500_000 + 5_000_000
    assert widths["WeChat"] == 10_000_000
    assert widths["tethering"] == 500_000


def test_differences_sum_to_last_minus_first_over_three_moments():
    texts = [
        f"Android 2026-11-0{day} 09:00\nA {figure} MB\nB 7 MB"
        for day, figure in ((1, "10.5"), (2, "200.25"), (4, "903.75"))
    ]
    evidence = _evidence(*texts)
    of_a = evidence.frame[evidence.frame["app"] == "A"]
    assert len(of_a) == 2
    assert int(of_a["bytes_down"].sum()) == 893_250_000


def test_a_counter_that_fell_leaves_its_interval_out_and_casts_doubt_on_the_others():
    evidence = _evidence(
        "iPhone 2026-11-02 09:00\nA 90 MB\nB 5 MB", "iPhone 2026-11-03 09:00\nA 4 MB\nB 9 MB"
    )
    assert _bytes(evidence) == {"B": 4_000_000}
    assert evidence.frame["confidence"].tolist() == [0.5]
    assert "was the counter reset?" in evidence.rejected["reason"].iloc[0]


def test_one_digit_less_is_no_reset():
    evidence = _evidence("iPhone 2026-11-02 09:00\nA 1.21 GB", "iPhone 2026-11-03 09:00\nA 1.2 GB")
    assert _bytes(evidence) == {"A": 0}


WHOLE = "iPhone 2026-11-02 09:00\nA 900 MB\nB 500 MB\nC 90 MB\nD 8 MB\nE 600 KB"


def test_a_new_app_counts_from_zero_where_the_earlier_listing_was_whole():
    evidence = _evidence(WHOLE, "iPhone 2026-11-03 09:00\nA 900 MB\nNew 300 MB")
    new = evidence.frame[evidence.frame["app"] == "New"]
    assert new["bytes_down"].tolist() == [300_000_000]
    assert new["confidence"].tolist() == [0.5]
    assert half_widths(new).tolist() == [600_000 + 500_000]


@pytest.mark.parametrize(
    "before",
    [
        "iPhone 2026-11-02 09:00\nA 900 MB",
        "iPhone 2026-11-02 09:00\nA 900 MB\nE 1 MB\nB 500 MB\nC 90 MB\nD 8 MB",
        "iPhone 2026-11-02 09:00\nA 900 MB\nB 500 MB\nC 400 MB\nD 300 MB\nE 250 MB",
    ],
)
def test_a_new_app_is_not_guessed_where_the_earlier_listing_may_hide_it(before):
    evidence = _evidence(before, "iPhone 2026-11-03 09:00\nA 900 MB\nNew 300 MB")
    assert "New" not in _bytes(evidence)
    reasons = evidence.rejected.set_index("field")["reason"]
    assert "may not be whole" in reasons["New"]


def test_an_app_that_is_gone_is_named():
    evidence = _evidence(WHOLE, "iPhone 2026-11-03 09:00\nA 901 MB")
    assert sorted(evidence.rejected["field"]) == ["B", "C", "D", "E"]
    assert evidence.rejected["reason"].str.contains("not in the later listing").all()


def test_another_capital_letter_is_the_same_app():
    evidence = _evidence(
        "iPhone 2026-11-02 09:00\nWechat 9 MB", "iPhone 2026-11-03 09:00\nWeChat 12 MB"
    )
    assert _bytes(evidence) == {"WeChat": 3_000_000}


def test_an_app_named_twice_with_two_figures_is_not_guessed():
    evidence = _evidence(
        "iPhone 2026-11-02 09:00\nA 9 MB\nA 12 MB\nB 1 MB",
        "iPhone 2026-11-03 09:00\nA 12 MB\nB 1 MB",
    )
    assert _bytes(evidence) == {"B": 0}
    assert evidence.rejected["reason"].str.contains("named twice").sum() == 2


def test_two_phones_are_differenced_apart():
    evidence = _evidence(
        "iPhone 2026-11-02 09:00\nA 9 MB\nAndroid 2026-11-02 10:00\nA 100 MB",
        "iPhone 2026-11-03 09:00\nA 12 MB\nAndroid 2026-11-03 10:00\nA 101 MB",
    )
    assert sorted(evidence.frame["bytes_down"]) == [1_000_000, 3_000_000]
    assert evidence.settings.platform == ""


def test_one_listing_alone_says_that_it_needs_a_second():
    evidence = _evidence("iPhone 2026-11-02 09:00\nA 9 MB")
    assert evidence.frame.empty
    assert "once more later" in evidence.rejected["reason"].iloc[0]


def test_totals_of_the_phone_are_not_apps():
    text = "iPhone 2026-11-02 09:00\nCurrent Period 3 GB\n当前时段漫游 1 GB\nA 9 MB"
    readings = parse_readings(text, name="a", timezone=None)
    assert readings.app_readings["app"].tolist() == ["A"]
    assert readings.rejected["reason"].str.contains("a total of the phone").all()


def test_names_and_figures_in_two_columns_are_not_paired_by_guess():
    text = "iPhone 2026-11-02 09:00\nSafari\nWeChat\n312 MB\n1.2 GB"
    readings = parse_readings(text, name="a", timezone=None)
    assert readings.app_readings.empty
    assert readings.rejected["line"].tolist() == ["2", "3", "4", "5"]


def test_apps_below_an_impossible_moment_are_rejected():
    readings = parse_readings("iPhone 2026-02-30 09:00\nA 9 MB", name="a", timezone=None)
    assert readings.app_readings.empty
    assert "heading above it" in readings.rejected["reason"].iloc[0]


def test_balances_between_listings_do_not_end_a_listing():
    text = "iPhone 2026-11-02 09:00\nA 9 MB\n2026-11-02 09:01, 4.2 GB left\nB 8 MB"
    readings = parse_readings(text, name="a", timezone=None)
    assert readings.app_readings["app"].tolist() == ["A", "B"]
    assert len(readings.snapshots) == 1


def test_nothing_gives_nothing():
    assert evidence_from_app_readings([]).frame.empty
