"""What every figure keeps: a question, units, one palette, a twin, no markup, an empty case."""

import re
from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis import figures
from esim_analysis.figures import _style
from esim_analysis.i18n import Words

EVIL = "</script><img src=x onerror=alert(1)>"
HOUR = pd.Timedelta(hours=1)
LANGUAGES = ("en", "es", "zh")


def week():
    return pd.DataFrame({"weekday": [1, 1, 5], "hour": [2, 21, 9], "bytes": [640e6, 90e6, -4]})


def grounds():
    return pd.DataFrame(
        {
            "app": ["lexi", "lexi", "video", "small"],
            "ground": ["background", "foreground", "foreground", "unknown"],
            "bytes": [1_900_000_000, 20_000_000, 1_950_000_000, 7],
        }
    )


def nights():
    rows = [("", 23, 5e6), ("", 2, 0), ("2026-10-13", 23, 8e6), ("2026-10-13", 2, 640e6)]
    return pd.DataFrame(rows, columns=["night", "hour", "bytes"])


def bridge():
    rows = [
        ("billed", 1_000_000_000, 0, True),
        ("unattributed", -100_000_000, 1_000_000_000, False),
        ("explained", 900_000_000, 0, True),
        ("overhead", -30_000_000, 900_000_000, False),
        ("seen", 870_000_000, 0, True),
    ]
    return pd.DataFrame(rows, columns=["step", "bytes", "base", "total"])


def steps():
    rows = [
        ("reconciliation.step_billed", "total", 1_000_000_000, 0, 1_000_000_000),
        ("reconciliation.step_seen", "explained", 870_000_000, 130_000_000, 1_000_000_000),
        ("reconciliation.cause_hotspot", "possible", 90_000_000, 40_000_000, 130_000_000),
        ("reconciliation.step_rest", "rest", 40_000_000, 0, 40_000_000),
    ]
    table = pd.DataFrame(rows, columns=["name_key", "kind", "bytes", "start", "end"])
    return table.assign(bytes_low=table["bytes"], bytes_high=table["bytes"])


def covered():
    return pd.DataFrame(
        {"line": ["line-1", "line-1", "line-2"], "day": ["2026-10-01", "2026-10-02", "2026-10-01"],
         "share": [1.0, 0.25, 0.0]}
    )  # fmt: skip


def hourly():
    start = pd.to_datetime(["2026-10-13 00:00", "2026-10-13 01:00"]).tz_localize("UTC")
    return pd.DataFrame(
        {"start_utc": start.as_unit("us"), "app": ["lexi", "rest"], "ground": "background",
         "bytes": pd.array([640_000_000, 5_000_000], dtype="Int64")}
    )  # fmt: skip


def burning():
    return pd.DataFrame(
        {"day": ["2026-10-01", "2026-10-02"], "left": [5e9, 4e9], "low": [5e9, 3e9],
         "high": [5e9, 4.5e9], "seen": [True, False]}
    )  # fmt: skip


def charged():
    return pd.DataFrame(
        {"day": ["2026-10-13"], "app": ["lexi"], "bytes": pd.array([600_000_000], dtype="Int64"),
         "charge": [Decimal("3.90")]}
    )  # fmt: skip


def compared():
    return pd.DataFrame(
        {"plan": ["a", "b"], "name": [EVIL, "Big"], "currency": "EUR", "scenario": "as_is",
         "cost": [Decimal(29), Decimal(20)], "stopped": [0, 0], "stale": [False, False]}
    )  # fmt: skip


def zones():
    return pd.DataFrame(
        {"zone": ["home", EVIL], "counted": [7, 9], "charge": [Decimal(2), Decimal(1)]}
    )


def contacts():
    return pd.DataFrame(
        {"domain": ["a.example", EVIL, EVIL], "app": "lexi", "hour": [0.5, 12.0, 23.9],
         "day": ["2026-10-01", "2026-10-01", "2026-10-02"]}
    )  # fmt: skip


def causes():
    return pd.DataFrame({"cause": ["trackers", "rest"], "bytes": [40_000_000, 60_000_000]})


def companies():
    return pd.DataFrame({"owner": [EVIL, ""], "bytes": [40e6, 2e6], "contacts": [200, 7]})


def places():
    return pd.DataFrame(
        {"day": ["2026-10-01", "2026-10-02"], "place": ["ES", ""], "bytes": [40_000_000, 7]}
    )


def scored():
    return pd.DataFrame({"offset_minutes": [-60, 0, 60], "score": [0.4, 0.1, 0.3]})


# figure -> (frame, what it is drawn with)
DRAWN = {
    "app_ground": (grounds, {"names": {"video": "Video", "lexi": EVIL, "small": "Small"}}),
    "beacon_raster": (contacts, {"zone": "Europe/Madrid"}),
    "billed_versus_seen": (bridge, {}),
    "burn_down": (burning, {"zone": "Europe/Madrid"}),
    "calendar": (charged, {"currency": "EUR"}),
    "cause_waterfall": (causes, {}),
    "clock_scores": (scored, {"chosen": 0}),
    "company_bars": (companies, {}),
    "cost_by_day": (charged, {"names": {"lexi": EVIL}, "currency": "EUR", "zone": "Europe/Madrid"}),
    "coverage_strip": (covered, {}),
    "hour_weekday": (week, {}),
    "night_profile": (nights, {}),
    "plan_comparison": (compared, {}),
    "reconciliation_waterfall": (steps, {}),
    "roaming_cost": (zones, {"currency": "EUR"}),
    "roaming_strip": (places, {"zone": "Europe/Madrid"}),
    "usage_timeline": (hourly, {"step": HOUR, "names": {"lexi": EVIL, "rest": "Rest"}}),
}


def draw(name, lang="en", *, rows=None):
    frame, options = DRAWN[name]
    return getattr(figures, name)(frame().head(rows) if rows is not None else frame(),
                                  words=Words(lang, "Europe/Madrid"), **options)  # fmt: skip


def test_every_figure_of_the_package_is_held_to_it():
    assert set(DRAWN) == set(figures.__all__) - {"twin", "twin_html", "twin_text", "clock_sentence"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_the_title_asks(name, lang):
    assert draw(name, lang).layout.title.text.endswith(("?", "？"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_unit_or_a_clock_is_named(name):
    layout = draw(name).layout
    told = " ".join(
        [
            str(layout.xaxis.title.text),
            str(layout.yaxis.title.text),
            str(
                draw(name).data[0].colorbar.title.text
                if draw(name).data[0].type == "heatmap"
                else ""
            ),
        ]
    )
    assert re.search(r"MB|GB|EUR|Share|Madrid|Week|%", told), told


@pytest.mark.parametrize("name", DRAWN)
def test_no_trace_is_empty_and_no_name_is_markup(name):
    figure = draw(name)
    assert figure.data
    assert all(len(trace.x) for trace in figure.data)
    assert "<img" not in figure.to_json()


@pytest.mark.parametrize("name", DRAWN)
def test_colours_come_from_the_one_palette(name):
    allowed = {*_style.APPS, _style.CULPRIT, _style.OTHERS, _style.RESIDUAL, "#808080"}
    allowed |= {colour for _, colour in _style.CELLS}
    found = set(re.findall(r"#[0-9A-Fa-f]{6}", str(draw(name).data)))
    assert found <= allowed


@pytest.mark.parametrize(
    "name", [name for name in DRAWN if name not in ("roaming_cost", "calendar", "hour_weekday")]
)
def test_traces_differ_by_more_than_their_colour(name):
    """By name in a legend or label at least, and by form where bars touch."""
    names = [trace.name for trace in draw(name).data if trace.showlegend is not False]
    assert len(names) == len(set(names))
    assert all(names)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_the_twin_tells_every_value_the_figure_draws(name, lang):
    figure = draw(name, lang)
    table = figures.twin(figure)
    drawn = sum(
        int(pd.DataFrame(trace.z).notna().sum().sum()) if trace.type == "heatmap" else len(trace.x)
        for trace in figure.data
    )
    assert table.notna().to_numpy().sum() == drawn
    html = figures.twin_html(figure, words=Words(lang, "UTC"))
    assert "<img" not in html
    assert html.count("<tr>") == len(table) + 1
    assert figure.layout.title.text in html


@pytest.mark.parametrize("name", DRAWN)
def test_an_empty_case_is_drawn_without_falling_over(name):
    assert draw(name, rows=0).layout.title.text


def test_parts_of_the_bridge_hang_between_the_totals():
    totals, parts = draw("billed_versus_seen").data
    assert list(totals.base) == [0, 0, 0]
    assert list(parts.base) == [1000, 900]
    assert list(parts.x) == [-100, -30]
    assert figures.twin(draw("billed_versus_seen")).index[0] == "billed"


def test_what_no_evidence_covers_is_hatched_above_what_it_covers():
    seen, unseen = draw("coverage_strip").data
    assert unseen.marker.pattern.shape == "/"
    assert [a + b for a, b in zip(seen.y, unseen.y, strict=True)] == pytest.approx([0.8] * 3)
    assert unseen.text[1] == "75%"


def test_months_are_not_written_in_english_on_an_axis():
    for name in ("usage_timeline", "coverage_strip", "cost_by_day", "burn_down", "roaming_strip"):
        stops = draw(name, "zh").layout.xaxis.tickformatstops
        assert all("%b" not in (stop.value or "") for stop in stops)
        assert len(stops) == 2


def test_no_two_hosts_of_the_raster_look_the_same():
    hosts = pd.DataFrame({"domain": list("abcdefgh"), "app": "x", "day": "2026-10-01", "hour": 1.0})
    drawn = figures.beacon_raster(hosts, words=Words("en", "Europe/Madrid"), zone="Europe/Madrid")
    looks = {(trace.marker.symbol, trace.marker.color) for trace in drawn.data}
    assert len(looks) == 8


def test_a_contact_every_ten_minutes_is_faint_and_does_not_hide_the_others():
    clock = pd.DataFrame({"domain": "a", "day": "2026-10-01", "hour": [n / 6 for n in range(144)]})
    frame = pd.concat([clock, contacts()[["domain", "day", "hour"]]], ignore_index=True)
    drawn = figures.beacon_raster(frame, words=Words("en", "Europe/Madrid"), zone="Europe/Madrid")
    assert [trace.marker.opacity < 1 for trace in drawn.data] == [True, False, False]


def test_ordinary_use_does_not_have_the_colour_of_a_pattern():
    (bars,) = draw("cause_waterfall").data
    pattern, rest, total = bars.marker.color
    assert len({pattern, rest, total}) == 3
    assert list(bars.base) == [0, 40, 0]
    assert list(bars.y) == [40, 60, 100]
