"""The timeline: a question for a title, units, certainty drawn, names inert."""

import pandas as pd
import pytest

from esim_analysis.figures import usage_timeline
from esim_analysis.i18n import Words
from esim_analysis.model import Finding, Severity, Window

HOUR = pd.Timedelta(hours=1)
WORDS = Words("en", "Europe/Madrid")


def frame():
    start = pd.to_datetime(["2026-10-13 00:00", "2026-10-13 01:00", "2026-10-13 01:00"])
    return pd.DataFrame(
        {
            "start_utc": start.tz_localize("UTC").as_unit("us"),
            "app": ["lexi", "lexi", "unattributed"],
            "ground": ["background", "foreground", "unknown"],
            "bytes": pd.array([640_000_000, 2_000_000, 5_000_000], dtype="Int64"),
        }
    )


def drawn(**options):
    settings = {"names": {"lexi": "Lexi", "unattributed": "Not attributed"}, **options}
    return usage_timeline(frame(), words=WORDS, step=HOUR, **settings)


def finding():
    start, end = (pd.Timestamp(f"2026-10-13 00:{m}", tz="UTC") for m in (10, 58))
    return Finding(
        "background_sync", Severity.HIGH, 0.9, "line-1", "lexi", (Window(start, end, 1),), 1, 1, 1
    )


def test_title_asks_and_axes_have_units():
    layout = drawn().layout
    assert layout.title.text.endswith("?")
    assert layout.yaxis.title.text == "Billed data, MB per hour"
    assert layout.xaxis.title.text == "Time (Europe/Madrid)"


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_language_draws(lang):
    figure = usage_timeline(frame(), words=Words(lang, "UTC"), step=HOUR, names={"lexi": "Lexi"})
    assert len(figure.data) == 2


def test_time_is_that_of_the_zone_and_bytes_are_megabytes():
    bar = drawn().data[0]
    assert pd.Timestamp(bar.x[0]) == pd.Timestamp("2026-10-13 02:00")
    assert bar.y[0] == 640
    assert bar.width == 3_600_000


def test_what_is_not_exact_is_hatched_and_what_is_exact_is_solid():
    exact, _, rest = drawn(statuses={"lexi": "exact", "unattributed": "unattributed"}).data
    assert exact.marker.pattern.shape is None
    assert rest.marker.pattern.shape == "/"


def test_ground_is_named_and_not_only_coloured():
    names = [bar.name for bar in drawn().data]
    assert names == ["Lexi · in the background", "Lexi · in use", "Not attributed"]


def test_a_window_is_shaded_once_and_marked_with_a_word():
    layout = drawn(findings=[finding(), finding()]).layout
    assert len(layout.shapes) == 1
    assert layout.annotations[0].text == "▼ finding"


def test_a_hostile_name_is_no_markup():
    hostile = "</script><a href='x'>click</a><img src=x onerror=alert(1)>"
    name = drawn(names={"lexi": hostile}).data[0].name
    assert "<" not in name
    assert name.startswith("&lt;/script&gt;")


def test_no_rows_draw_an_empty_figure():
    figure = usage_timeline(frame().head(0), words=WORDS, step=HOUR, names={"lexi": "Lexi"})
    assert len(figure.data) == 0
