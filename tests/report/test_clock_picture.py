"""The clocks of a finding: cut at midnight, absent where there are no hours."""

from dataclasses import replace

import pandas as pd

from esim_analysis.i18n import Words
from esim_analysis.model import Window
from esim_analysis.report.clock_picture import clock_picture


def drawn(builders, *windows):
    spans = tuple(
        Window(
            *(pd.Timestamp(edge, tz=builders.ZONE).tz_convert("UTC") for edge in span), 5_000_000
        )
        for span in windows
    )
    finding = replace(builders.xiaoli().findings[0], windows=spans)
    return clock_picture(finding, number=1, app="Lexi", words=Words("en", builders.ZONE))


def test_a_window_across_midnight_stands_in_two_rows(builders):
    svg = drawn(builders, ("2026-10-13 18:00", "2026-10-14 06:00"))
    assert 'x="75.000%" y="40.0" width="25.000%"' in svg
    assert 'x="0.000%" y="80.0" width="25.000%"' in svg
    assert svg.replace("\u00a0", " ").count(">5.0 MB</text>") == 1


def test_a_morning_without_a_figure_says_where_it_is_counted(builders):
    svg = drawn(builders, ("2026-10-13 18:00", "2026-10-14 06:00"))
    assert svg.count(">counted with the evening before</text>") == 1
    assert svg.index(">Wed 14 Oct<") < svg.index("counted with the evening before")


def test_many_windows_of_a_day_are_one_row_with_their_sum(builders):
    spans = [(f"2026-10-13 {hour:02d}:00", f"2026-10-13 {hour:02d}:05") for hour in range(20)]
    svg = drawn(builders, *spans)
    assert svg.count('class="track"') == 1
    assert "100 MB" in svg.replace("\u00a0", " ")


def test_windows_of_days_have_no_clock(builders):
    assert drawn(builders, ("2026-10-13 18:00", "2026-10-17 06:00")) is None


def test_days_that_are_not_drawn_are_counted(builders):
    spans = [(f"2026-10-{day:02d} 18:00", f"2026-10-{day:02d} 18:10") for day in range(1, 29)]
    assert "and 18 more days" in drawn(builders, *spans)
    assert "more day" not in drawn(builders, *spans[:10])
