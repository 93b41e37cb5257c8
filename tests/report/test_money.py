"""The report under a plan: the burn-down, what was reached, and switches that need no script."""

from pathlib import Path

import pytest

import esim_analysis as esim
from esim_analysis.i18n import Words
from esim_analysis.report.html import render
from esim_analysis.report.money import money

SAMPLES = Path(__file__).parents[2] / "sample_data"
PLAN = f"{SAMPLES / 'plans.toml'}#xiaoli"


@pytest.fixture(scope="module")
def case():
    return esim.open_case(SAMPLES / "xiaoli", plan=PLAN)


@pytest.fixture(scope="module")
def page(case):
    return render(case.analysis, account=case.account())


def told(case, lang="en"):
    return money(case.account(), case.analysis, Words(lang, case.analysis.zone))


def test_causes_and_outcomes_fit_together(case):
    shown = told(case)
    assert shown.causes[0] == "Lexi Dictionary: background synchronisation"
    assert [each.off for each in shown.outcomes] == list(range(2 ** len(shown.causes)))
    assert (shown.outcomes[0].cost, shown.outcomes[0].less) == ("€29.38", "")
    assert (shown.outcomes[1].cost, shown.outcomes[1].less) == ("€17.85", "€11.52 less")
    assert shown.outcomes[0].until == "used up on Tue 13 Oct"
    assert shown.outcomes[1].until == "used up on Sat 17 Oct"


def test_what_was_reached_names_its_app_in_every_language():
    for lang, app in (("en", "Lexi Dictionary"), ("zh", "乐词词典")):
        named = esim.open_case(SAMPLES / "xiaoli", plan=PLAN, lang=lang)
        assert any(app in sentence for said in told(named, lang).warnings for sentence in said)


def test_terms_of_a_plan_show_no_number_that_names_a_person(case):
    private = {"name": "SIM 8934071234567890123", "source": "/home/ana/x"}
    named = case.under(case.plan.model_copy(update=private))
    page = render(named.analysis, account=named.account())
    assert "8934071234567890123" not in page
    assert "/home/ana" not in page


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_tick_moves_money_and_date_with_and_without_scripts(page, open_page, width, scripts):
    opened = open_page(page, width=width, scripts=scripts)
    board = opened.page.locator(".switchboard").first
    outcome = board.locator(".outcome:visible")
    assert outcome.count() == 1
    assert "€29.38" in outcome.inner_text()
    board.locator(".s-0").check()
    assert outcome.count() == 1
    assert "€17.85" in outcome.inner_text()
    assert "17 Oct" in outcome.inner_text()
    board.locator(".s-1").check()
    assert "€15.12" in outcome.inner_text()
    board.locator(".s-0").uncheck()
    assert "€26.64" in outcome.inner_text()
    assert opened.asked == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert board.locator("label").first.bounding_box()["height"] >= 44
