"""What an alarm would have saved, and how a report begins that remembers."""

from pathlib import Path

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.alerts.firing import fire
from esim_analysis.alerts.lead import lead
from esim_analysis.alerts.replaying import replay, what_if
from esim_analysis.alerts.rules import Alerts, Rule
from esim_analysis.alerts.watched import watched
from esim_analysis.alerts.watching import analysis_at
from esim_analysis.alerts.wording import Speaker
from esim_analysis.billing import find_plan
from esim_analysis.case import Case
from esim_analysis.history import History, gather
from esim_analysis.i18n import Words
from esim_analysis.widgets import threshold

SAMPLES = Path(__file__).parents[2] / "sample_data"
LEXI = "com.example.lexi"
PLAN = f"{SAMPLES / 'plans.toml'}#xiaoli"
LEVELS = ["100 MB", "500 MB", "1 GB", "3 GB"]


@pytest.fixture(scope="module")
def october():
    return esim.open_case(SAMPLES / "xiaoli")


@pytest.fixture(scope="module")
def remembered(tmp_path_factory):
    """Return a history that saw October, then November."""
    history = tmp_path_factory.mktemp("kept") / "h.duckdb"
    gather([SAMPLES / "xiaoli"], history)
    gather([SAMPLES / "xiaoli-november"], history)
    return history


@pytest.fixture(scope="module")
def both(remembered):
    return Case(gather([], remembered), timezone=None, lang="en", plan=find_plan(PLAN))


def rule(**told):
    return Rule.model_validate({"on": "finding", "rule": "background_sync", **told})


def test_a_lower_threshold_tells_earlier_and_saves_more(october):
    told = [
        replay(october.analysis, Alerts(rules=(rule(at=(level,)),), lag_hours=0))
        for level in LEVELS
    ]
    counts = [len(each) for each in told]
    assert counts == [1, 1, 1, 0]  # the dictionary took less than 3 GB
    moments = [each[0].told_utc for each in told[:3]]
    saved = [each[0].saved for each in told[:3]]
    assert moments == sorted(moments)
    assert saved == sorted(saved, reverse=True)
    leak = next(one for one in october.analysis.findings if one.app == LEXI)
    assert saved[0] < leak.bytes  # what was used before it told is not saved


def test_the_lateness_of_the_operator_costs_what_is_used_meanwhile(october):
    at_once, late = (
        replay(october.analysis, Alerts(rules=(rule(at=("500 MB",)),), lag_hours=hours))[0]
        for hours in (0, 24)
    )
    assert late.told_utc - at_once.told_utc == pd.Timedelta(hours=24)
    assert late.saved < at_once.saved


@pytest.mark.parametrize(
    ("lang", "none"),
    [("en", "No rule would have told anything."), ("es", None), ("zh", None)],
)
def test_the_slider_shows_what_each_threshold_would_have_told(october, lang, none):
    told = what_if(october.analysis, rule(at=("1 GB",)), LEVELS, lang=lang)
    view = threshold(told, lang=lang)
    assert list(view.slider.options) == LEVELS
    shown = []
    for level in LEVELS:
        view.slider.value = level
        shown.append(view.text.value)
    assert len(set(shown)) == len(LEVELS)
    assert all("<b>" in text for text in shown)
    assert shown[0].count("<li>") == 1
    assert "<li>" not in shown[-1]
    assert none is None or none in shown[-1]


@pytest.mark.parametrize(
    ("found", "lang", "said"),
    [
        ("hotspot", "en", "Turn the hotspot off."),
        ("hotspot", "es", "Desactive el punto de acceso."),
        ("hotspot", "zh", "请关闭热点。"),
        ("background_sync", "en", "Turn its background data off."),
    ],
)
def test_the_short_form_names_the_switch_that_helps(october, found, lang, said):
    alerts = Alerts(rules=(rule(rule=found, at=("50 MB",)),), lang=lang)
    speaker = Speaker(october.analysis, alerts)
    first = fire(watched(october.analysis, None), alerts).to_dict("records")[0]
    assert said in speaker.short(first)
    # What a person used on the screen is not helped by a switch of the background.
    assert Words(lang).say("alerts.short_act_look") in speaker.short({**first, "name": "surge",
                                                                      "app": LEXI})  # fmt: skip


def test_names_of_strangers_are_text_in_the_slider():
    view = threshold({"1 GB": "One alarm\n<img src=x onerror=alert(1)>"})
    assert "<img" not in view.text.value


def test_the_first_look_has_nothing_before_it(tmp_path):
    reading = gather([SAMPLES / "xiaoli-november"], tmp_path / "h.duckdb")
    assert lead(Case(reading, timezone=None, lang="en"), tmp_path / "h.duckdb") is None


def test_a_report_that_remembers_begins_with_what_changed_and_under_a_plan_whether_it_lasts(
    both, remembered
):
    told = lead(both, remembered)(both.words)
    assert told.headline.startswith("It worked: “Lexi Dictionary")
    text = str(told).replace("\u00a0", " ")
    assert "80%" in text or "100%" in text  # which thresholds of the plan were reached when
    without = Case(both.reading, timezone=None, lang="en")
    assert len(told.lines) > len(lead(without, remembered)(without.words).lines)


def test_a_watch_judges_by_the_users_own_rules_too(remembered, tmp_path):
    own = tmp_path / "rules.toml"
    own.write_text(
        f'[[mute]]\nrule = "background_sync"\napp = "{LEXI}"\nreason = "for the exam"\n'
        "since = 2026-10-01\n",
        encoding="utf-8",
    )
    usual, muted = (
        analysis_at(History(remembered), 1, Alerts(rules=(rule(),), own_rules=path))
        for path in ("", str(own))
    )
    severities = [
        {one.severity for one in each.findings if one.app == LEXI and one.rule == "background_sync"}
        for each in (usual, muted)
    ]
    assert severities[0] != severities[1]
