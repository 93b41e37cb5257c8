"""The live view: what is selected on screen is what Python returns, and the other way round."""

import subprocess
import sys
from html import unescape

import pandas as pd
import pytest
from traitlets import TraitError

from esim_analysis.explorer.live import LeakExplorer
from esim_analysis.explorer.output import output
from esim_analysis.model import UsageError

LEXI = "com.lexi.dictionary"


def test_everything_is_selected_at_first(make):
    analysis = make(300)
    assert len(LeakExplorer(analysis).frame()) == len(analysis.attribution.pieces)


def test_window_apps_and_ground_cut_the_frame(make):
    view = LeakExplorer(make(20_000))
    view.window = ["2026-10-13T02:00", "2026-10-13T04:00"]
    view.apps = [LEXI]
    view.ground = "background"
    frame = view.frame()
    assert len(frame) > 0
    assert set(frame["app"]) == {LEXI}
    assert set(frame["ground"]) == {"background"}
    assert frame["start_utc"].max() < pd.Timestamp("2026-10-13T04:00+02:00")
    assert frame["end_utc"].min() > pd.Timestamp("2026-10-13T02:00+02:00")


def test_a_window_carries_its_zone(make):
    view = LeakExplorer(make(50))
    view.window = ["2026-10-13T00:00Z", "2026-10-26 00:00"]
    assert view.window == ["2026-10-13T02:00+02:00", "2026-10-26T00:00+01:00"]


def test_the_billed_rows_of_the_window_keep_their_numbers(make):
    analysis = make(20_000)
    view = LeakExplorer(analysis)
    every = view.rows()
    assert len(every) == len(analysis.usage.frame)
    view.window = ["2026-10-13T02:00", "2026-10-13T04:00"]
    start, end = (pd.Timestamp(edge) for edge in view.window)
    touching = every[(every["start_utc"] < end) & (every["end_utc"] > start)]
    pd.testing.assert_frame_equal(view.rows(), touching)
    assert 0 < len(touching) < 200


def test_what_the_selection_used_is_told_with_its_band_in_every_language(make):
    view = LeakExplorer(make(20_000))
    whole = view.used().numbers
    assert whole.billed == view.rows()["billed"].sum()
    view.window, view.apps = ["2026-10-13T02:00", "2026-10-13T04:00"], [LEXI]
    told = view.used()
    assert 0 < told.numbers.low <= told.numbers.bytes <= told.numbers.high
    assert told.numbers.bytes < whole.bytes
    for lang, words in (("en", "billed in"), ("es", "facturados en"), ("zh", "占该时段计费")):
        view.lang = lang
        assert words in str(view.used())
        assert view.used().numbers == told.numbers
    view.window = ["2030-01-01T00:00", "2030-01-02T00:00"]
    assert "没有计费" in str(view.used())


def test_what_a_finding_used_is_that_of_its_windows_together(make):
    analysis = make(20_000)
    view = LeakExplorer(analysis)
    place = next(at for at, each in enumerate(analysis.findings, start=1) if len(each.windows) > 1)
    view.finding, view.apps = place, [analysis.findings[place - 1].app]
    used = view.used()
    assert f"{len(analysis.findings[place - 1].windows)} spans between" in str(used)
    assert used.numbers.bytes <= used.numbers.billed


def test_the_rows_are_those_of_the_chosen_line_only(make):
    view = LeakExplorer(make(500, lines=3))
    first = view.rows()
    view.line = "line-2"
    assert not set(first.index) & set(view.rows().index)


def test_the_span_is_what_was_brushed_the_hull_of_a_finding_or_everything(make):
    view = LeakExplorer(make(3_000))
    assert view.span[0].isoformat() == "2026-10-01T00:00:00+02:00"
    view.window = ["2026-10-24T23:30", "2026-10-25T04:10"]
    assert [edge.isoformat() for edge in view.span] == [
        "2026-10-24T23:00:00+02:00",
        "2026-10-25T05:00:00+01:00",
    ]
    view.finding = 1
    assert [edge.isoformat()[:13] for edge in view.span] == ["2026-10-13T02", "2026-10-21T03"]


def test_a_case_without_bytes_has_no_span(make):
    with pytest.raises(UsageError, match="nothing was billed"):
        _ = LeakExplorer(make(0)).span


def test_a_finding_stands_for_its_windows(make):
    view = LeakExplorer(make(3_000))
    view.finding = 1
    hours = view.frame()["start_utc"].dt.tz_convert("Europe/Madrid")
    assert set(hours.dt.day) <= {12, 13, 14, 20, 21}


def test_small_apps_are_found_under_others(make):
    view = LeakExplorer(make(2_000))
    view.apps = ["others"]
    assert len(view.frame()["app"].unique()) == 22 - 15


@pytest.mark.parametrize(
    "window", [["2026-10-13"], ["yesterday", "2026-10-13"], ["2026-10-14", "2026-10-13"]]
)
def test_a_window_that_is_none_is_refused_in_plain_words(make, window):
    view = LeakExplorer(make(20))
    with pytest.raises((UsageError, TraitError), match="window"):
        view.window = window


def test_the_code_gives_the_state_back(make):
    view = LeakExplorer(make(20))
    view.apps = [LEXI]
    view.window = ["2026-10-13T02:00", "2026-10-13T04:00"]
    lines = view.code.splitlines()
    assert lines[0] == "view = case.explore()"
    again = LeakExplorer(make(20))
    exec("\n".join(lines[1:]), {"view": again})  # noqa: S102 - the code under test
    assert (again.window, again.apps, again.ground) == (view.window, view.apps, view.ground)


def test_the_package_does_not_load_widgets_before_the_live_view_is_asked_for():
    code = "import esim_analysis.explorer, sys; print('anywidget' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_the_output_of_a_cell_is_a_sentence_and_a_frame_without_rights(make):
    shown = output(make(50), verdicts={"en": "Lexi used 1.92 GB."})
    assert repr(shown) == "Lexi used 1.92 GB."
    frame = shown._repr_html_()
    assert frame.startswith('<iframe sandbox="allow-scripts" ')
    inner = unescape(frame.split('srcdoc="')[1].removesuffix('"></iframe>'))
    assert inner == shown.html
    assert "default-src 'none'" in inner
    assert "unsafe-eval" not in inner
