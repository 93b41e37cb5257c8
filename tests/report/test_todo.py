import pytest

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.leakage import find
from esim_analysis.model import Analysis, Severity
from esim_analysis.report.todo import todo
from tests.leakage.lives import DICTIONARY, MB, daily, dictionary_nights, facts, ordinary_month

STORE = "com.example.tienda"
LIFE = [
    *ordinary_month(),
    *dictionary_nights(),
    *daily(STORE, "03:10", 20, 180 * MB, days=(5, 12, 19), host="x.gvt1.com", up=MB),
    *daily("tethering", "16:30", 70, 230 * MB, days=(10, 22)),
]


def _page(uses=LIFE, lang="en", **more):
    case = facts(uses, **more)
    analysis = Analysis(
        usage=case.usage,
        evidence=case.evidence,
        attribution=case.attribution,
        coverage=case.coverage,
        findings=find(case),
    )
    return analysis, todo(analysis, Words(lang, "Europe/Madrid"))


def test_switches_stand_in_the_order_of_what_they_save():
    _, page = _page(price_a_mb="0.01")
    assert [step.bytes for step in page.steps] == [1920 * MB, 540 * MB, 460 * MB]
    assert page.steps[0].remedy.startswith("Settings > Apps > ")
    assert "1.92" in page.steps[0].saves


def test_wanted_and_merely_observed_findings_name_no_switch():
    analysis, page = _page(ordinary_month())
    assert {finding.severity for finding in analysis.findings} <= {Severity.INFO}
    assert page.steps == ()
    assert "Nothing" in str(page)


def test_at_most_five():
    many = [use for n in range(8) for use in daily(f"com.example.app{n}", "02:10", 40, 100 * MB,
            days=(n + 1, n + 9, n + 17))]  # fmt: skip
    assert len(_page(many)[1].steps) == 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_to_copy_holds_every_step_in_every_language(lang):
    _, page = _page(lang=lang)
    text = str(page)
    assert text.startswith(page.title)
    assert all(step.remedy in text and step.breaks in text for step in page.steps)
    assert "<" not in text
    assert page._repr_html_().count("<li>") == len(page.steps) == 3


def test_money_does_not_change_what_is_saved_in_bytes():
    _, cheap = _page(price_a_mb="0.01")
    _, free = _page()
    assert [step.bytes for step in cheap.steps] == [step.bytes for step in free.steps]


def test_names_of_apps_are_inert():
    uses = daily("<b>evil</b>", "02:10", 40, 400 * MB, days=(1, 2, 3))
    assert "<b>" not in _page([*ordinary_month(), *uses])[1]._repr_html_()
    assert DICTIONARY not in _page(ordinary_month())[1]._repr_html_()
