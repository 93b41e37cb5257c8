"""What Spanish operators realistically hand out, with the phone of `xiaoli`: the same answer."""

import json

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.model import Severity

LEXI = "com.example.lexi"
VIDEO = "com.example.vista"
PHONE = ("netstats.txt", "packages.txt", "netpolicy.txt")


@pytest.fixture(scope="module")
def root(request):
    return request.config.rootpath / "sample_data"


@pytest.fixture(scope="module")
def phone(root):
    return [root / "xiaoli" / name for name in PHONE]


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "truth" / "xiaoli.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["xiaoli-bill", "xiaoli-daily"])
def case(request, root, phone):
    return esim.open_case(root / request.param, *phone)


def nights(finding) -> set[str]:
    starts = (window.start_utc.tz_convert("Europe/Madrid") for window in finding.windows)
    return {start.strftime("%Y-%m-%d") for start in starts}


def test_every_row_is_a_day_without_an_hour(case):
    assert set(case.usage.frame["time_quality"]) == {"date_only"}
    assert len(case.usage.frame) == 31
    assert not case.reading.problems


def test_days_are_those_of_the_truth(case, root):
    hidden = pd.read_csv(root / "truth" / "xiaoli_day.csv").groupby("day")["billed_bytes"].sum()
    days = case.usage.frame.set_index("start_local")["bytes_total"]
    off = days.to_numpy(dtype="int64") - hidden.to_numpy()
    assert list(days.index.strftime("%Y-%m-%d")) == list(hidden.index)
    assert abs(off).max() <= 5_000  # half of the last digit printed


def test_the_dictionary_is_the_first_finding(case):
    first = case.findings()[0]
    assert (first.rule, first.app) == ("background_sync", LEXI)
    assert first.severity is Severity.HIGH


def test_its_background_bytes_are_within_ten_percent_of_the_truth(case, truth):
    hidden = truth["billed_bytes_by_app"][LEXI]["background"]
    finding = case.findings()[0]
    assert finding.bytes == pytest.approx(hidden, rel=0.10)
    assert finding.bytes_low <= hidden <= finding.bytes_high


def test_its_nights_are_named_to_the_day(case, truth):
    assert nights(case.findings()[0]) == set(truth["culprit"]["nights"])
    for word in ("Lexi Dictionary", "13", "14", "21"):
        assert word in case.verdict()


def test_the_video_is_not_accused_and_no_surge_is_seen_in_a_day_without_hours(case):
    accused = [finding for finding in case.findings() if finding.app == VIDEO]
    assert all(finding.severity is Severity.INFO for finding in accused)
    assert "surge" not in [finding.rule for finding in case.findings()]
    assert "surge" in [rule for rule, _ in case.analysis.not_answered]


def test_every_billed_byte_is_accounted_for(case):
    billed = int(case.usage.billed.sum())
    assert int(case.attribution().by_day["bytes"].sum()) == billed


@pytest.mark.parametrize("line", ["7.06 GB, 1-31 Oct 2026", "7,06 GB, octubre de 2026",
                                  "2026年10月 7.06 GB"])  # fmt: skip
def test_one_typed_total_gives_the_answer_for_the_cycle(phone, truth, tmp_path, line):
    typed = tmp_path / "total.txt"
    typed.write_text(line, encoding="utf-8")
    case = esim.open_case(typed, *phone, timezone="Europe/Madrid")
    cycle = case.attribution().by_cycle.set_index("app")
    hidden = sum(truth["billed_bytes_by_app"][LEXI].values())
    assert cycle.loc[LEXI, "bytes"] == pytest.approx(hidden, rel=0.10)
    assert cycle.loc[LEXI, "bytes_low"] <= hidden <= cycle.loc[LEXI, "bytes_high"]
    assert int(cycle["bytes"].sum()) == 7_060_000_000
    assert (case.findings()[0].rule, case.findings()[0].app) == ("background_sync", LEXI)
    assert "surge" not in [finding.rule for finding in case.findings()]


def test_a_month_divided_by_the_calendar_stays_out_of_every_view_of_time(phone, tmp_path):
    rows = [f"{day:02d}/10/2026 06:58;227,825" for day in range(1, 32)]
    bill = tmp_path / "bill.csv"
    bill.write_text("\n".join(["Fecha;Consumo de datos (MB);Importe (€)",
                               *(f"{row};0,0000" for row in rows)]), encoding="utf-8")  # fmt: skip
    case = esim.open_case(bill, *phone)
    assert set(case.usage.frame["time_quality"]) == {"prorated"}
    assert [finding.rule for finding in case.findings() if finding.rule != "hotspot"] == []
    assert "surge" in [rule for rule, _ in case.analysis.not_answered]
    assert int(case.attribution().by_cycle["bytes"].sum()) == 31 * 227_825_000
