"""Figures of money: a question for a title, units on the axes, sums as handed in, names inert."""

from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis import figures
from esim_analysis.i18n import Words

WORDS = Words("en", "Europe/Madrid")
EVIL = "<img src=x onerror=alert(1)>"


def burning():
    days = [f"2026-10-{day:02d}" for day in range(1, 7)]
    left = [5e9, 4e9, 3e9, 2e9, 1e9, 0.0]
    return pd.DataFrame(
        {
            "day": days,
            "left": left,
            "low": [*left[:3], 1.5e9, 0.2e9, 0.0],
            "high": [*left[:3], 2.6e9, 1.9e9, 1.2e9],
            "seen": [True] * 3 + [False] * 3,
        }
    )


def charged():
    return pd.DataFrame(
        {
            "day": ["2026-10-13", "2026-10-13", "2026-10-21"],
            "app": ["lexi", "tiny", "lexi"],
            "bytes": pd.array([600_000_000, 5_000_000, 700_000_000], dtype="Int64"),
            "charge": [Decimal("3.90"), Decimal("0.10"), Decimal("4.20")],
        }
    )


def compared():
    return pd.DataFrame(
        {
            "plan": ["a", "a", "b", "c"],
            "name": [EVIL, EVIL, "Big", "Dollar"],
            "currency": ["EUR", "EUR", "EUR", "USD"],
            "scenario": ["as_is", "without_all", "as_is", "as_is"],
            "cost": [Decimal(29), Decimal(15), Decimal(20), Decimal(5)],
            "stopped": [0, 0, 4_000_000_000, 0],
            "stale": [False, False, True, False],
        }
    )


def drawn(words=WORDS):
    zones = pd.DataFrame(
        {"zone": ["home", ""], "counted": [7, 9], "charge": [Decimal(2), Decimal(1)]}
    )
    return {
        "burn_down": figures.burn_down(burning(), words=words, zone="Europe/Madrid"),
        "cost_by_day": figures.cost_by_day(
            charged(), words=words, names={"lexi": EVIL}, currency="EUR", zone="Europe/Madrid"
        ),
        "plan_comparison": figures.plan_comparison(compared(), words=words),
        "roaming_cost": figures.roaming_cost(zones, words=words, currency="EUR"),
        "calendar": figures.calendar(charged(), words=words, currency="EUR"),
    }


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_title_asks_in_every_language(lang):
    titles = [figure.layout.title.text for figure in drawn(Words(lang, "UTC")).values()]
    assert all(title.endswith(("?", "？")) for title in titles)
    assert len(set(titles)) == 5


def test_axes_name_their_unit():
    made = drawn()
    assert made["burn_down"].layout.yaxis.title.text == "Left, GB"
    assert made["cost_by_day"].layout.yaxis.title.text.endswith("EUR")
    assert made["plan_comparison"].layout.xaxis.title.text.endswith("EUR")


def test_days_have_no_year_so_that_six_stand_side_by_side_on_a_phone():
    for axis in (drawn()[name].layout.xaxis for name in ("burn_down", "cost_by_day")):
        shown = {stop.value for stop in axis.tickformatstops}
        assert shown == {"", "%m-%d"}
        assert axis.nticks == 6


def test_names_of_strangers_stay_text():
    for figure in drawn().values():
        assert "<img" not in figure.to_json()


def test_apps_without_a_name_here_are_drawn_together_and_nothing_is_lost():
    bars = drawn()["cost_by_day"].data
    assert sum(sum(bar.y) for bar in bars) == pytest.approx(8.20)
    assert bars[-1].name == "Other apps"


def test_days_stand_in_order_in_the_table_whichever_app_was_used_first():
    late = pd.DataFrame(
        {
            "app": ["lexi", "other", "lexi"],
            "day": ["2026-10-02", "2026-10-01", "2026-10-03"],
            "charge": [Decimal("1.5"), Decimal(2), Decimal(3)],
        }
    )
    words = Words("en", "UTC")
    figure = figures.cost_by_day(
        late, words=words, names={"lexi": "Lexi"}, currency="EUR", zone="UTC"
    )
    assert figures.twin(figure).index.tolist() == ["2026-10-01", "2026-10-02", "2026-10-03"]
    text = figures.twin_text(figure, words=words)
    assert text.splitlines()[1].split() == ["2026-10-01", "·", "2.0"]


def test_each_plan_says_its_cost_in_its_own_money():
    best, as_is = drawn()["plan_comparison"].data
    assert list(as_is.text) == ["€29.00", "€20.00"]
    assert list(best.text) == ["€15.00", "€20.00"]
    names = [note.text for note in drawn()["plan_comparison"].layout.annotations]
    assert names == list(as_is.y)


def test_the_band_begins_where_what_was_seen_ends():
    high, low, middle, seen = drawn()["burn_down"].data
    assert high.y[0] == low.y[0] == middle.y[0] == seen.y[-1] == 3.0
    assert low.fill == "tonexty"


def test_plans_in_other_money_are_not_drawn_on_one_axis():
    best, as_is = drawn()["plan_comparison"].data
    assert list(as_is.x) == [29, 20]
    assert list(best.x) == [15, 20]
    assert "4.00\u00a0GB not served" in as_is.y[1]


def test_a_day_stands_under_its_weekday_in_its_week():
    heat = drawn()["calendar"].data[0]
    assert list(heat.y) == ["2026-10-12", "2026-10-19"]
    assert heat.z[0][1] == pytest.approx(605)
    assert "€4.00" in heat.text[0][1]


def test_plans_whose_terms_are_old_fade_and_the_legend_does_not():
    for bars in drawn()["plan_comparison"].data:
        assert isinstance(bars.marker.color, str)
        dear, stale = bars.marker.opacity
        assert stale < 0.5 < dear
