"""Apps and window are chosen; figure and sentence follow."""

from datetime import datetime

import pandas as pd
import pytest

from esim_analysis.widgets import explore
from esim_analysis.widgets.windows import to_local, to_utc


def plain(html):
    return html.replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.fixture
def explorer(builders):
    return explore(builders.xiaoli(), lang="en")


def go_to(explorer, start, end):
    explorer.start.value = datetime.fromisoformat(start)
    explorer.end.value = datetime.fromisoformat(end)


def test_it_opens_on_the_whole_period_and_the_culprit(explorer, builders):
    assert explorer.apps == (builders.LEXI,)
    assert "5.93 GB were billed" in plain(explorer.sentence.value)
    assert "Lexi Dictionary used 1.92 GB (" in plain(explorer.sentence.value)


def test_jumping_to_a_finding_sets_the_window_on_whole_hours(explorer):
    explorer.jump.value = explorer.jump.options[1]
    assert explorer.window == (
        pd.Timestamp("2026-10-13 00:00", tz="UTC"),
        pd.Timestamp("2026-10-13 01:00", tz="UTC"),
    )
    assert "640 MB were billed" in plain(explorer.sentence.value)
    assert "in the background" in explorer.sentence.value


def test_a_window_of_one_night_redraws_figure_and_sentence(explorer):
    before = plain(explorer.sentence.value)
    go_to(explorer, "2026-10-02T20:00", "2026-10-02T23:00")
    assert "150 MB were billed" in plain(explorer.sentence.value)
    assert plain(explorer.sentence.value) != before
    start, end = (edge.tz_convert("Europe/Madrid").tz_localize(None) for edge in explorer.window)
    drawn = [
        size
        for bar in explorer.figure.data
        for moment, size in zip(bar.x, bar.y, strict=True)
        if start <= pd.Timestamp(moment) < end
    ]
    assert sum(drawn) == pytest.approx(150)


def test_ticking_an_app_adds_its_part(explorer, builders):
    go_to(explorer, "2026-10-02T00:00", "2026-10-03T00:00")
    explorer.boxes[builders.LEXI].value = False
    assert "Choose an app" in explorer.sentence.value
    explorer.boxes["com.stream.video"].value = True
    assert "StreamTV used 150 MB" in plain(explorer.sentence.value)
    assert [bar.name for bar in explorer.figure.data] == [
        "StreamTV · in use",
        "Other apps · in use",
    ]


def test_figure_and_sentence_agree_on_what_was_billed(explorer):
    assert sum(sum(bar.y) for bar in explorer.figure.data) == pytest.approx(5932)


def test_a_window_the_wrong_way_round_is_said_and_draws_nothing_new(explorer):
    go_to(explorer, "2026-10-05T00:00", "2026-10-04T00:00")
    assert "choose a later end" in explorer.sentence.value


def test_a_window_without_bytes_says_so(explorer):
    go_to(explorer, "2026-10-02T03:00", "2026-10-02T05:00")
    assert "Nothing was billed" in explorer.sentence.value


def test_a_hostile_name_is_text_everywhere(builders):
    explorer = explore(builders.xiaoli(label=builders.HOSTILE))
    assert "<img" not in explorer.sentence.value
    assert all("<" not in bar.name for bar in explorer.figure.data)
    assert not explorer.boxes[builders.LEXI].description_allow_html


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_language_and_every_state_opens(builders, lang):
    for analysis in (builders.xiaoli(evidence=False), builders.empty(), builders.xiaoli()):
        assert explore(analysis, lang=lang).sentence.value


def test_the_repeated_hour_is_its_first_run_and_the_missing_hour_the_next_instant():
    assert to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Madrid").hour == 0  # noqa: DTZ001
    assert to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Madrid").hour == 1  # noqa: DTZ001
    instant = pd.Timestamp("2026-10-13 00:10", tz="UTC")
    assert to_local(instant, "Europe/Madrid") == datetime(2026, 10, 13, 2, 10)  # noqa: DTZ001


def test_a_short_window_is_drawn_in_the_day_around_it(explorer):
    explorer.jump.value = explorer.jump.options[1]
    start, end = explorer.window
    drawn = [pd.Timestamp(edge) for edge in explorer.figure.layout.xaxis.range]
    assert drawn[1] - drawn[0] == max(pd.Timedelta(days=1), end - start)
    assert drawn[0] <= start.tz_convert("Europe/Madrid").tz_localize(None)
