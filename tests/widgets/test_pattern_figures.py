"""The timeline of a notebook: the time that was chosen, never less than a day, every byte once."""

import json

import pandas as pd
import pytest

from esim_analysis.case import open_case
from esim_analysis.widgets import pattern_figures

ZONE = "Europe/Madrid"


@pytest.fixture(scope="module")
def case(sample_data):
    return open_case(sample_data / "xiaoli")


def billed(shown):
    return sum(sum(bar.y) for bar in shown.figure.data)


def edges(shown):
    return [pd.Timestamp(edge) for edge in shown.figure.layout.xaxis.range]


def test_everything_is_drawn_to_the_megabyte(case):
    total = int(case.rows()["billed"].sum()) / 1e6
    assert billed(pattern_figures.usage_timeline(case)) == pytest.approx(total)


def test_two_halves_hold_the_whole(case):
    first, middle, last = (
        pd.Timestamp(day, tz=ZONE) for day in ("2026-10-01", "2026-10-15", "2026-11-02")
    )
    halves = [
        pattern_figures.usage_timeline(case, *half) for half in ((first, middle), (middle, last))
    ]
    whole = billed(pattern_figures.usage_timeline(case))
    assert sum(map(billed, halves)) == pytest.approx(whole)


def test_a_short_time_stands_in_the_day_around_it(case):
    night = [pd.Timestamp(f"2026-10-13 {at}", tz=ZONE) for at in ("02:00", "03:00")]
    first, last = edges(pattern_figures.usage_timeline(case, *night))
    assert last - first == pd.Timedelta(days=1)
    assert first < night[0].tz_localize(None) < night[1].tz_localize(None) < last


@pytest.mark.parametrize(("days", "width"), [(2, 1), (10, 6), (60, 24)])
def test_bars_are_as_wide_as_the_time_asks_for(case, days, width):
    start = pd.Timestamp("2026-10-01", tz=ZONE)
    shown = pattern_figures.usage_timeline(case, start, start + pd.Timedelta(days=days))
    assert {bar.width for bar in shown.figure.data} == {width * 3_600_000}


def test_a_kernel_can_send_what_is_shown(case, monkeypatch):
    sent = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: sent.append(data))
    pattern_figures.usage_timeline(case)._ipython_display_()
    assert [json.loads(json.dumps(each)) for each in sent] == sent
    assert "application/vnd.plotly.v1+json" in sent[0]
