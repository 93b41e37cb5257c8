"""What changed between two exports: against the truth, in both directions, in three languages."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import esim_analysis as esim
from esim_analysis.cli.main import app
from esim_analysis.history import changes
from esim_analysis.history.changes import Status

SAMPLES = Path(__file__).parents[2] / "sample_data"
OCTOBER, NOVEMBER = SAMPLES / "xiaoli", SAMPLES / "xiaoli-november"
LEXI = "com.example.lexi"
TRUTH = json.loads((SAMPLES / "truth" / "xiaoli-november.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def october():
    return esim.open_case(OCTOBER)


@pytest.fixture(scope="module")
def november():
    return esim.open_case(NOVEMBER)


def row(told, rule, app_id):
    return next(each for each in told.rows if (each.rule, each.app) == (rule, app_id))


def test_the_second_month_has_no_dictionary_finding(november):
    assert LEXI not in {finding.app for finding in november.analysis.findings}


def test_the_saving_is_within_a_tenth_of_the_truth(october, november):
    leak = row(changes(october.analysis, november.analysis), "background_sync", LEXI)
    assert leak.status is Status.GONE
    assert leak.saving.bytes == pytest.approx(TRUTH["saved_bytes"], rel=0.10)
    assert leak.saving.low < TRUTH["saved_bytes"] < leak.saving.high
    assert leak.saving.days == 30
    assert leak.saving.share > 0.95


def test_the_phones_settings_say_that_the_advice_was_followed(october, november):
    leak = row(changes(october.analysis, november.analysis), "background_sync", LEXI)
    assert leak.followed is True
    untold = replace(
        november.analysis, evidence=replace(november.evidence, settings=october.evidence.settings)
    )
    assert row(changes(october.analysis, untold), "background_sync", LEXI).followed is False


def test_the_sentence_comes_first_and_says_that_it_worked(october, november):
    lines = str(november.since(october)).splitlines()
    assert lines[0] == (
        "It worked: “Lexi Dictionary: background synchronisation” is gone, "
        "and about 1.93\u00a0GB were saved in 30 days."
    )
    assert lines[1].startswith("“Lexi Dictionary: background synchronisation” is gone: 61.9")
    assert any(
        "Billed: 7.06\u00a0GB in 31 days (Thu 1 Oct to Sat 31 Oct)" in line for line in lines
    )


def test_the_other_way_round_the_leak_is_new(october, november):
    told = changes(november.analysis, october.analysis)
    assert row(told, "background_sync", LEXI).status is Status.NEW
    assert told.rows[0].app == LEXI
    assert str(october.since(november)).startswith("New since then: “Lexi Dictionary")


def test_an_export_beside_itself_has_not_changed(october):
    told = changes(october.analysis, october.analysis)
    assert {each.status for each in told.rows} == {Status.SAME}
    assert all(each.saving is None or each.saving.bytes == 0 for each in told.rows)
    assert "31 of the same days" in str(october.since(october))


def test_few_days_say_that_it_cannot_be_told_yet(october, november):
    hotspot = row(changes(october.analysis, november.analysis), "hotspot", "tethering")
    assert hotspot.saving.low < 0 < hotspot.saving.high
    assert "too few days to tell" in str(november.since(october))


def test_the_same_exports_give_the_same_interval(october, november):
    one, two = (changes(october.analysis, november.analysis) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(("lang", "start"), [("es", "Ha funcionado: "), ("zh", "有效：“乐词词典")])
def test_the_command_speaks_the_readers_language_and_so_does_its_page(lang, start, tmp_path):
    page = tmp_path / "report.html"
    asked = ["diff", str(OCTOBER), str(NOVEMBER), "--lang", lang, "-o", str(page)]
    assert CliRunner().invoke(app, asked).output.startswith(start)
    begins = page.read_text(encoding="utf-8").split('id="lead-head"')[1]
    assert start in begins[:400]


def test_a_notebook_shows_names_of_strangers_as_text(october, november):
    evil = {LEXI: "<img src=x onerror=alert(1)>"}
    analysis = replace(
        november.analysis,
        evidence=replace(november.evidence, labels={**november.evidence.labels, **evil}),
    )
    from esim_analysis.report.changes import say_changes  # noqa: PLC0415

    told = say_changes(changes(october.analysis, analysis), analysis, november.words)
    assert "<img" not in told._repr_html_()
