"""The plan in a notebook: every control moves sentence, figure and account together."""

import re
from datetime import date
from pathlib import Path

import pytest

import esim_analysis as esim
from esim_analysis.model import UsageError
from esim_analysis.widgets import money_figures, will_it_last

SAMPLES = Path(__file__).parents[2] / "sample_data"
PLAN = f"{SAMPLES / 'plans.toml'}#xiaoli"


@pytest.fixture(scope="module")
def case():
    return esim.open_case(SAMPLES / "xiaoli", plan=PLAN)


@pytest.fixture
def view(case):
    return will_it_last(case, today=date(2026, 11, 22))


def test_it_opens_with_the_plan_of_the_case_and_its_answer(view):
    assert view.form.plan.id == "xiaoli"
    assert "As it is: €29.38; used up" in view.sentence.value
    assert view.figure.data


def test_an_earlier_day_looks_ahead_from_there(view):
    view.as_of.value = view.as_of.options[11][1]
    assert "lasts until Sat 17 Oct" in view.sentence.value
    assert len(view.figure.data) == 4
    assert re.search(r"Pausing .+ adds [\d.]+ days?\.", view.sentence.value)


def test_a_change_in_the_form_keeps_every_other_term(view):
    before = view.form.plan
    view.form.price.value = 7
    after = view.form.plan
    own = {"id", "source", "fictitious", "price"}
    assert after.price == 7
    assert after.model_dump(exclude=own) == before.model_dump(exclude=own)


def test_the_form_asks_for_more_terms_and_a_wrong_one_is_said(view):
    view.form.more["rounding"].value = "1MB per day"
    assert view.form.plan.increment.per == "day"
    view.form.more["vat"].value = "some"
    assert "21% included" in view.form.problem.value


def test_examples_whose_terms_are_old_are_grey_in_the_list(view):
    style = view.form.children[0].value
    assert ".esim-plans option:nth-child(2)" in style
    assert "nth-child(1)" not in style


def test_switching_the_leak_off_moves_the_money(view):
    (leak, *_) = view.findings.values()
    assert leak.description == "Lexi Dictionary: background synchronisation"
    leak.value = True
    assert "With these off: €17.85 (€11.52 less)" in view.sentence.value
    assert view.account.metered.total < 18
    leak.value = False
    assert "With these off" not in view.sentence.value


def test_an_app_can_be_switched_off_too(view):
    view.apps["com.example.vista"].value = True
    assert "less); " in view.sentence.value


def test_a_larger_allowance_lasts_and_costs_no_more(view):
    view.form.allowance.value = 10
    assert "As it is: €5.00; lasts to the end of the period, Sat 31 Oct" in view.sentence.value


def test_numbers_that_make_no_plan_are_said_and_change_nothing(view):
    before = view.sentence.value
    view.form.price.value = -3
    assert "does not fit together" in view.form.problem.value
    assert view.sentence.value == before
    view.form.price.value = 5
    assert view.form.problem.value == ""


def test_a_cycle_by_days_takes_its_begin(view):
    view.form.cycle.value = "days"
    view.form.day.value = 28
    view.form.begins.value = date(2026, 10, 5)
    assert view.form.plan.period.anchor == date(2026, 10, 5)
    assert view.form.plan.period.days == 28


def test_old_terms_say_so_in_the_list(view):
    labels = [label for label, _ in view.form.choice.options]
    assert labels[0] == "My own plan: Bono 3 GB"
    assert any(label.endswith("terms older than 180 days)") for label in labels)


def test_the_plan_of_the_form_can_be_kept_and_is_never_written_over(view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view.form.keep.click()
    assert (tmp_path / "plan.toml").is_file()
    view.form.keep.click()
    assert "plan.toml exists" in view.form.problem.value


@pytest.mark.parametrize("lang", ["es", "zh"])
def test_it_speaks_the_language_of_the_case(case, lang):
    told = will_it_last(case, lang=lang).sentence.value
    assert {"es": "agotados", "zh": "已用完"}[lang] in told


def test_without_a_plan_an_example_is_shown():
    view = will_it_last(esim.open_case(SAMPLES / "xiaoli"), today=date(2026, 11, 22))
    assert view.form.plan is not None
    assert view.sentence.value


def test_pictures_of_money_ask_for_a_plan():
    bare = esim.open_case(SAMPLES / "iphone-night")
    with pytest.raises(UsageError, match="plan"):
        money_figures.calendar(bare)
