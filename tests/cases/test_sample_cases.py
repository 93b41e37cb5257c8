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
    # The night was counted as one: midnight inside it takes nothing away.
    assert first.bytes == pytest.approx(hidden, rel=0.05)
    assert first.bytes_low <= hidden <= first.bytes_high
    assert "Lexi Dictionary" in case.verdict()


def test_without_the_phones_figures_no_app_is_named_and_two_readings_are_proposed(sample_data):
    case = esim.open_case(sample_data / "iphone-night" / "balances.txt")
    said = case.verdict()
    assert "900" in said  # MB of that night
    assert all(finding.app == "" for finding in case.findings())
    for name in ("Lexi", "Dictionary", "Vista"):
        assert name not in said
    assert "tonight" in said.lower()


def test_the_order_of_rows_changes_nothing(sample_data, tmp_path):
    rows = (sample_data / "xiaoli" / "uso_datos_2026-10.csv").read_bytes().split(b"\r\n")
    head = next(n for n, row in enumerate(rows) if row.startswith(b"Fecha"))
    # In the repeated hour of 25 October the order of rows is the only clue, so it has no say here.
    body = [row for row in rows[head + 1 :] if row[:2].isdigit() and not row.startswith(b"25/10")]
    phone = [sample_data / "xiaoli" / name for name in ("netstats.txt", "packages.txt")]
    divided = []
    for order in (body, body[::-1], body[1::2] + body[::2]):
        bill = tmp_path / "bill.csv"
        bill.write_bytes(b"\r\n".join([*rows[: head + 1], *order]))
        divided.append(esim.open_case(bill, *phone).attribution())
    for other in divided[1:]:
        pd.testing.assert_frame_equal(divided[0].by_day, other.by_day)


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


def test_a_bill_of_zero_bytes_has_a_report(tmp_path):
    bill = tmp_path / "zero.csv"
    bill.write_text("Fecha;Hora;Volumen (MB)\n13/10/2026;02:10;0,0\n14/10/2026;02:10;0,0\n")
    case = esim.open_case(bill)
    assert case.findings()[:] == ()
    assert case.report(tmp_path / "report.html").stat().st_size > 10_000
