"""The two sample cases, end to end, against their hidden truth."""

import json
from pathlib import Path

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.model import Severity

LEXI = "com.example.lexi"
VIDEO = "com.example.vista"


@pytest.fixture(scope="module")
def truth():
    root = Path(__file__).parents[2] / "sample_data" / "truth"
    return {
        name: json.loads((root / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("xiaoli", "iphone-night")
    }


@pytest.fixture(scope="module")
def xiaoli():
    return esim.open_case(Path(__file__).parents[2] / "sample_data" / "xiaoli")


def background(case: esim.Case, app: str) -> int:
    pieces = case.attribution().pieces
    return int(
        pieces.loc[(pieces["app"] == app) & (pieces["ground"] == "background"), "bytes"].sum()
    )


def test_the_dictionary_is_the_first_finding_of_xiaoli(xiaoli):
    first = xiaoli.findings()[0]
    assert (first.rule, first.app) == ("background_sync", LEXI)
    assert first.severity is Severity.HIGH


def test_its_three_nights_are_named(xiaoli, truth):
    nights = {
        window.start_utc.tz_convert("Europe/Madrid").strftime("%Y-%m-%d")
        for window in xiaoli.findings()[0].windows
    }
    assert nights == set(truth["xiaoli"]["culprit"]["nights"])


def test_its_background_bytes_are_within_five_percent_of_the_truth(xiaoli, truth):
    hidden = truth["xiaoli"]["billed_bytes_by_app"][LEXI]["background"]
    assert background(xiaoli, LEXI) == pytest.approx(hidden, rel=0.05)
    finding = xiaoli.findings()[0]
    assert finding.bytes == pytest.approx(hidden, rel=0.05)
    assert finding.bytes_low <= hidden <= finding.bytes_high


def test_the_video_watched_in_the_evening_is_not_accused(xiaoli):
    accused = [finding for finding in xiaoli.findings() if finding.app == VIDEO]
    assert all(finding.severity is Severity.INFO for finding in accused)


def test_every_app_of_the_month_is_near_its_truth(xiaoli, truth):
    cycle = xiaoli.attribution().by_cycle.set_index("app")["bytes"]
    hidden = {
        app: sum(grounds.values())
        for app, grounds in truth["xiaoli"]["billed_bytes_by_app"].items()
    }
    off = sum(abs(int(cycle.get(app, 0)) - size) for app, size in hidden.items())
    assert off / truth["xiaoli"]["billed_bytes"] < 0.03


def test_every_billed_byte_of_xiaoli_is_accounted_for(xiaoli, truth):
    assert int(xiaoli.attribution().by_day["bytes"].sum()) == truth["xiaoli"]["billed_bytes"]
    assert xiaoli.coverage().share > 0.99


def test_the_verdict_names_app_share_nights_and_switch(xiaoli):
    said = xiaoli.verdict()
    for word in ("Lexi Dictionary", "GB", "%", "13", "14", "21", "Background data"):
        assert word in said


@pytest.mark.parametrize(("lang", "name"), [("zh", "乐词词典"), ("es", "Lexi")])
def test_the_verdict_speaks_the_users_language(lang, name, sample_data):
    assert name in esim.open_case(sample_data / "xiaoli", lang=lang).verdict()


def test_from_two_balances_and_two_listings_the_night_is_explained(sample_data, truth):
    case = esim.open_case(sample_data / "iphone-night")
    first = case.findings()[0]
    assert first.app == truth["iphone-night"]["culprit"]["app"]
    cycle = case.attribution().by_cycle.set_index("app").loc[first.app]
    hidden = truth["iphone-night"]["billed_bytes_by_app"][first.app]
    hidden = sum(hidden.values()) if isinstance(hidden, dict) else hidden
    assert cycle["bytes"] == pytest.approx(hidden, rel=0.05)
    assert cycle["bytes_low"] <= hidden <= cycle["bytes_high"]
    assert "Lexi Dictionary" in case.verdict()


def test_without_the_phones_figures_no_app_is_named_and_two_readings_are_proposed(sample_data):
    case = esim.open_case(sample_data / "iphone-night" / "balances.txt")
    said = case.verdict()
    assert "900" in said  # MB of that night
    assert all(finding.app == "" for finding in case.findings())
    for name in ("Lexi", "Dictionary", "Vista"):
        assert name not in said
    assert "tonight" in said.lower()


def test_under_another_zone_and_row_order_the_tables_are_the_same(sample_data, tmp_path):
    usage = (sample_data / "xiaoli" / "uso_datos_2026-10.csv").read_bytes().split(b"\r\n")
    head = next(n for n, row in enumerate(usage) if row.startswith(b"Fecha"))
    body = [row for row in usage[head + 1 :] if row[:2].isdigit()]
    # The repeated hour is told apart by file order, so its night keeps its place.
    other = [row for row in body if not row.startswith(b"25/10")]
    night = [row for row in body if row.startswith(b"25/10")]
    shuffled = usage[: head + 1] + other[::-1] + night
    (tmp_path / "bill.csv").write_bytes(b"\r\n".join(shuffled))
    phone = [sample_data / "xiaoli" / name for name in ("netstats.txt", "packages.txt")]
    whole = esim.open_case(sample_data / "xiaoli").attribution()
    again = esim.open_case(tmp_path / "bill.csv", *phone).attribution()
    pd.testing.assert_frame_equal(whole.by_day, again.by_day)


def test_a_second_copy_of_every_file_changes_nothing(sample_data, tmp_path):
    files = sorted((sample_data / "xiaoli").iterdir())
    copies = []
    for file in files:
        copy = tmp_path / f"copy of {file.name}"
        copy.write_bytes(file.read_bytes() + b"\n")  # other bytes, same content
        copies.append(copy)
    once = esim.open_case(*files)
    twice = esim.open_case(*files, *copies)
    pd.testing.assert_frame_equal(once.attribution().by_day, twice.attribution().by_day)
    assert [f.bytes for f in once.findings()] == [f.bytes for f in twice.findings()]
