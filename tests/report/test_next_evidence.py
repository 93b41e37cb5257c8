"""What to fetch next: every gap has a way to close it, and the cheapest answer comes first."""

import sys
from pathlib import Path

import pytest

import esim_analysis as esim
from esim_analysis.attribution.gaps import GAPS, Gap
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.reference.ladder import ladder
from esim_analysis.report.next_evidence import next_evidence
from esim_analysis.simulator.laboratory import life

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import evidence_ladder

PLATFORMS = ("android", "ios", "")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", GAPS)
def test_every_gap_has_a_recipe_on_every_phone_in_every_language(kind, platform, lang):
    told = next_evidence((Gap(kind, 10**9, 0.5),), platform, Words(lang))
    assert told.recipes
    assert all("1.00\u00a0GB" in one or "1,00\u00a0GB" in one for one in told.sentences)


def test_every_rung_of_the_ladder_is_some_gaps_recipe():
    used = {
        one.rung.id
        for kind in GAPS
        for platform in PLATFORMS
        for one in next_evidence((Gap(kind, 1, 1.0),), platform, Words()).recipes
    }
    assert used == set(ladder())


def test_the_documented_ladder_is_what_recipes_are_ranked_by(request):
    """`benchmarks/evidence_ladder.py --write` prints the table and writes both."""
    text = (request.config.rootpath / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert evidence_ladder.HEAD in text
    table = text.partition(evidence_ladder.HEAD)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    steps = evidence_ladder.STEPS
    assert [cells[-8] for cells in rows] == [step.title for step in steps]
    for step, cells in zip(steps, rows, strict=True):
        assert int(cells[-7]) == step.minutes
        if len(step.rungs) == 1:
            assert float(cells[-5]) == pytest.approx(ladder()[step.rungs[0]].answered, abs=0.0051)
    alone, both = (
        float(rows[steps.index(evidence_ladder.Step("Android", rungs))][-2])
        for rungs in (("capture",), ("capture", "screen"))
    )
    assert both - alone == pytest.approx(ladder()["screen"].answered, abs=0.0061)


def test_every_measured_rung_stands_in_the_documented_ladder():
    alone = {step.rungs[0] for step in evidence_ladder.STEPS if len(step.rungs) == 1}
    measured = {name for name, rung in ladder().items() if rung.measured}
    assert measured == alone | {"screen"}


def test_a_capture_alone_asks_what_tells_wifi_and_mobile_apart(tmp_path):
    life("hotspot", seed=4, evidence=("capture",), days=14).write(tmp_path, "life")
    told = esim.open_case(tmp_path / "life", timezone="Europe/Madrid").next_evidence()
    assert ("network_unknown", "netstats") in {(one.gap.kind, one.rung.id) for one in told.recipes}


def test_recipes_stand_in_the_order_of_what_a_minute_answers():
    told = next_evidence(
        (Gap("hosts_unknown", 10**9, 0.9), Gap("nameless", 10**9, 0.9)), "android", Words()
    )
    assert [one.rung.id for one in told.recipes] == ["packages", "capture"]
    pace = [one.per_minute for one in told.recipes]
    assert pace == sorted(pace, reverse=True)


def test_a_bill_alone_asks_for_the_phone_first(sample_data):
    case = esim.open_case(sample_data / "xiaoli" / "uso_datos_2026-10.csv")
    told = case.next_evidence()
    assert {one.gap.kind for one in told.recipes} == {"no_evidence"}
    assert told.recipes[0].rung.id == "typed"
    assert told.recipes[0].gap.bytes == case.usage.billed.sum()
    assert "copy the app list" in str(told)


def test_a_dump_without_names_asks_for_the_names(sample_data):
    case = esim.open_case(
        sample_data / "xiaoli" / "uso_datos_2026-10.csv", sample_data / "xiaoli" / "netstats.txt"
    )
    first = case.next_evidence().recipes[0]
    assert first.gap.kind == "nameless"
    pieces = case.attribution().pieces
    assert first.gap.bytes == pieces.loc[pieces["app"].str.startswith("uid:"), "bytes"].sum()


def test_a_bill_by_day_asks_the_operator_for_its_hours(sample_data):
    case = esim.open_case(sample_data / "xiaoli-daily", sample_data / "xiaoli" / "netstats.txt")
    kinds = {one.gap.kind: one.gap for one in case.next_evidence().recipes}
    assert kinds["coarse_bill"].share == pytest.approx(1.0)


def test_figures_typed_on_an_iphone_do_not_ask_for_them_again(sample_data):
    told = esim.open_case(sample_data / "iphone-night").next_evidence()
    assert "no_evidence" not in {one.gap.kind for one in told.recipes}
    assert any("it ranks suspects and divides no bytes" in one for one in told.sentences)


def test_a_notebook_shows_a_list_and_no_markup_of_strangers(sample_data):
    told = esim.open_case(sample_data / "xiaoli").next_evidence()
    html = told._repr_html_()
    assert html.count("<li>") == len(told.recipes)
    assert "adb" in html or "PCAPdroid" in html


def test_nothing_open_says_so():
    told = next_evidence((), "android", Words())
    assert str(told) == told._repr_html_().removeprefix("<p>").removesuffix("</p>")
