import numpy as np
import pandas as pd
import pytest

from esim_analysis.leakage import find, not_answered
from esim_analysis.leakage.usual import hour_parts, hourly_excess
from esim_analysis.model import Severity
from tests.leakage.lives import (
    DICTIONARY,
    LINE,
    MB,
    VIDEO,
    Use,
    bill_only,
    daily,
    dictionary_nights,
    facts,
    ordinary_month,
)


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "surge"]


def test_bill_alone_ranks_the_leaks_among_five_and_names_nobody():
    (finding,) = _found(bill_only([*ordinary_month(), *dictionary_nights()]))
    starts = {str(window.start_utc) for window in finding.windows}
    assert len(finding.windows) == 5
    assert {
        "2026-10-13 00:10:00+00:00",
        "2026-10-14 00:10:00+00:00",
        "2026-10-21 00:10:00+00:00",
    } <= starts
    assert finding.app == ""
    assert finding.severity is Severity.LOW
    assert finding.confidence <= 0.3
    assert all(row.startswith("bill.csv:") for row in finding.evidence_rows)


def test_volume_alone_is_never_strong():
    enormous = [Use("unattributed", "2026-10-13 02:10", 48, 9_000 * MB, "unknown")]
    (finding,) = _found([*bill_only(ordinary_month()), *enormous])
    assert finding.severity is Severity.LOW


def test_film_watched_is_information_and_no_app_is_named_for_it():
    (finding,) = _found(ordinary_month())
    assert finding.severity is Severity.INFO
    assert finding.app == ""
    assert finding.facts["seen_app"] == VIDEO


def test_what_another_rule_explains_is_not_told_again():
    findings = _found([*ordinary_month(), *dictionary_nights()])
    windows = {w.start_utc for finding in findings for w in finding.windows}
    assert not {w for w in windows if w.hour < 4}
    assert DICTIONARY not in {finding.app for finding in findings}


def test_every_evening_alike_is_no_surge():
    evenings = daily("unattributed", "20:00", 180, 270 * MB, days=range(1, 24), ground="unknown")
    assert _found(evenings) == []


@pytest.mark.parametrize("quality", ["prorated", "date_only", "snapshot_diff"])
def test_rows_without_an_hour_of_their_own_never_enter(quality):
    made_up = [Use("unattributed", "2026-10-13 02:10", 48, 900 * MB, "unknown", quality)]
    (finding,) = _found([*bill_only(ordinary_month()), *made_up])
    assert 900 * MB not in {window.bytes for window in finding.windows}


def test_two_days_have_no_usual_hour():
    case = facts(bill_only(ordinary_month(range(1, 3))))
    assert ("surge", "findings.needs_hours") in not_answered(case)


def test_session_over_two_hours_is_one_window_with_its_own_edges():
    night = Use("unattributed", "2026-10-13 02:40", 50, 600 * MB, "unknown")
    (finding,) = _found([*bill_only(ordinary_month()), night])
    (window,) = [w for w in finding.windows if w.start_utc.hour == 0]
    assert str(window.start_utc) == "2026-10-13 00:40:00+00:00"
    assert str(window.end_utc) == "2026-10-13 01:30:00+00:00"
    assert window.bytes == 600 * MB


def test_parts_of_a_record_sum_to_it():
    start = pd.Series(pd.to_datetime(["2026-10-13 00:40", "2026-10-13 05:00"], utc=True))
    records = pd.DataFrame(
        {
            "line": LINE,
            "start_utc": start.dt.as_unit("us"),
            "end_utc": (start + pd.to_timedelta([170, 0], unit="min")).dt.as_unit("us"),
            "billed": [1_000_003, 7],
        }
    )
    parts = hour_parts(records)
    assert parts.groupby("row")["bytes"].sum().round().tolist() == [1_000_003, 7]
    assert parts.groupby("row").size().tolist() == [4, 1]


def test_usual_hour_is_the_median_with_its_neighbours():
    hours = pd.date_range("2026-10-01", periods=24 * 9, freq="h", tz="UTC", unit="us")
    volume = pd.Series(0.0, index=range(len(hours)))
    volume[(hours.hour == 12) | (hours.hour == 13) | (hours.hour == 14)] = 50.0 * MB
    volume[24 * 4 + 13] = 350.0 * MB
    parts = pd.DataFrame({"line": LINE, "hour": hours, "bytes": volume})
    excess = hourly_excess(parts[volume > 0], "UTC", least_days=3).set_index("hour")
    assert excess.loc[hours[24 * 4 + 13], "excess"] == pytest.approx(300 * MB)
    assert np.allclose(excess.loc[hours[13], "excess"], 0.0, atol=1.0)
