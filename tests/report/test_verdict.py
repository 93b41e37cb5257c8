"""The verdict: what it says, what it does not say, in three languages."""

from dataclasses import replace

import pandas as pd
import pytest

from esim_analysis.i18n import Words
from esim_analysis.importers.readings import parse_readings
from esim_analysis.model import Severity, Window
from esim_analysis.report.cards import Findings
from esim_analysis.report.verdict import say, verdict

LANGUAGES = ("en", "es", "zh")


def told(analysis, lang="en"):
    return say(verdict(analysis), Words(lang, analysis.zone))


def plain(text):
    return text.replace("\u00a0", " ")


def test_the_headline_says_who_how_much_and_when(builders):
    assert plain(told(builders.xiaoli()).headline) == (
        "Lexi Dictionary used 1.92 GB (1.84–2.00 GB), 32% of the 5.93 GB billed,"
        " in the background on three nights (13, 14, 21 Oct, about 02:10–02:58)."
    )


def test_the_headline_in_spanish(builders):
    assert plain(told(builders.xiaoli(), "es").headline) == (
        "Lexi Dictionary usó 1,92 GB (1,84–2,00 GB), el 32 % de los 5,93 GB facturados,"
        " en segundo plano en tres noches (13, 14, 21 oct, hacia las 02:10–02:58)."
    ).replace("32 %", plain(Words("es").percent(0.32)))


def test_the_headline_in_chinese(builders):
    assert plain(told(builders.xiaoli(), "zh").headline) == (
        "Lexi Dictionary 在三个夜里（10月13、14、21日，约 02:10–02:58）在后台用了"
        " 1.92 GB（1.84–2.00 GB），占计费总量 5.93 GB 的 32%。"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_support_says_how_sure_what_to_do_what_is_covered_and_as_of_when(builders, lang):
    sentences = told(builders.xiaoli(), lang)
    words = Words(lang, builders.ZONE)
    assert sentences.confidence == words.say("verdict.confidence_high")
    assert "Lexi Dictionary" in sentences.action
    text = plain(sentences.text)
    assert plain(words.percent(0.95)) in text
    assert "13:00 UTC+1" in text
    assert len(sentences.support) == 6


def test_a_finding_is_not_surer_than_the_evidence_of_its_days(builders):
    analysis = builders.xiaoli()
    days = analysis.coverage.by_day
    half = days.assign(covered=days["covered"] * 6 // 10)
    thin = replace(analysis, coverage=replace(analysis.coverage, by_day=half))
    assert verdict(analysis).quality == "high"
    assert verdict(thin).quality == "medium"


def test_without_phone_evidence_no_app_is_named_but_when_and_how_much(builders):
    sentences = told(builders.xiaoli(evidence=False))
    assert plain(sentences.headline).startswith("5.93 GB were billed 1–30 Oct.")
    assert "Tue 13 Oct, 02:10–02:58" in sentences.headline
    assert "Lexi" not in sentences.text
    assert verdict(builders.xiaoli(evidence=False)).quality == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_readings_it_proposes_are_readings_the_importer_takes(builders, lang):
    sentences = told(builders.xiaoli(evidence=False), lang)
    read = parse_readings("\n".join(sentences.to_type), name="tonight.txt", timezone=builders.ZONE)
    assert len(read.snapshots) == 2
    assert len(read.app_readings) == 4
    assert read.rejected.empty


def test_files_that_were_not_used_are_named_without_folder_or_number(builders):
    sentences = told(builders.with_problem(builders.xiaoli()))
    assert sentences.support[-1] == "One file was not used: •••.csv."


def test_without_findings_it_names_the_largest_apps_and_no_culprit(builders):
    sentences = told(replace(builders.xiaoli(), findings=()))
    assert "No single cause stands out" in sentences.headline
    assert "StreamTV" in sentences.headline
    assert sentences.confidence == ""


def test_with_nothing_billed_it_asks_for_the_bill(builders):
    assert "no billed data" in told(builders.empty()).text


def test_a_background_app_known_only_by_the_hour_is_not_said_to_be_in_the_background(builders):
    analysis = builders.xiaoli()
    slept = replace(analysis.findings[0], facts={**analysis.findings[0].facts, "kind": "slept"})
    assert "in the background" not in told(replace(analysis, findings=(slept,))).headline


def test_the_explained_band_turns_the_unattributed_band_over(builders):
    numbers = verdict(builders.xiaoli())
    assert numbers.billed == 5_932_000_000
    assert numbers.explained == numbers.billed - 295_000_000 - 1_000_000
    assert numbers.explained_low == numbers.explained - 11_800_000
    assert numbers.explained_high == numbers.explained + 11_800_000


def test_a_night_across_midnight_is_one_stretch_of_hours(builders):
    analysis = builders.xiaoli()
    windows = tuple(
        Window(
            pd.Timestamp(f"2026-10-{day} 23:30", tz=builders.ZONE).tz_convert("UTC"),
            pd.Timestamp(f"2026-10-{day + 1} 00:45", tz=builders.ZONE).tz_convert("UTC"),
            10,
        )
        for day in (13, 20)
    )
    late = replace(analysis.findings[0], windows=windows)
    headline = told(replace(analysis, findings=(late,))).headline
    assert "on two nights (13, 20 Oct, about 23:30–00:45)" in headline


def test_one_night_between_two_readings_says_its_hours(builders):
    analysis = builders.xiaoli()
    window = Window(
        pd.Timestamp("2026-11-02 23:10", tz=builders.ZONE).tz_convert("UTC"),
        pd.Timestamp("2026-11-03 07:40", tz=builders.ZONE).tz_convert("UTC"),
        10,
    )
    night = replace(analysis.findings[0], windows=(window,))
    headline = told(replace(analysis, findings=(night,))).headline
    assert "on one night (2 Nov, 23:10–07:40)" in headline


def test_what_to_do_is_a_numbered_list_and_hostile_names_stay_text(builders):
    steps = Findings(
        builders.xiaoli(label="<img src=x>"), Words("en", "Europe/Madrid")
    ).what_to_do()
    assert repr(steps).startswith("1. ")
    assert steps._repr_html_().startswith("<ol><li>")
    assert "<img" not in steps._repr_html_()


def test_a_small_faint_finding_is_no_headline(builders):
    """What is one percent of a bill does not say why the balance fell."""
    case = builders.xiaoli()
    small = replace(case.findings[0], bytes=50_000_000, severity=Severity.LOW, confidence=0.4)
    assert verdict(replace(case, findings=(small,))).top is None
    grave = replace(small, severity=Severity.HIGH)
    assert verdict(replace(case, findings=(grave,))).top is grave


def test_what_saves_nothing_is_no_answer_to_why_the_balance_fell(builders):
    case = builders.xiaoli()
    plain_text = replace(case.findings[0], facts={**case.findings[0].facts, "saves": 0})
    assert verdict(replace(case, findings=(plain_text, case.findings[0]))).top is case.findings[0]
    assert verdict(replace(case, findings=(plain_text,))).top is None


def test_beside_evidence_a_hint_says_how_sure_it_is(builders):
    case = builders.xiaoli()
    hint = replace(case.findings[0], app="", severity=Severity.INFO, confidence=0.6)
    told = say(verdict(replace(case, findings=(hint,))), Words("en", case.zone))
    assert told.confidence.startswith("Confidence: medium")


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "plan may not hold"), ("es", "quizá no incluye"), ("zh", "不包含")]
)
def test_use_outside_the_plan_leads_though_no_app_is_its_cause(builders, lang, words):
    case = builders.xiaoli()
    abroad = replace(
        case.findings[0], rule="roaming_unexpected", app="", severity=Severity.MEDIUM,
        facts={"kind": "plan", "saves": 1},
    )  # fmt: skip
    small = replace(case.findings[0], severity=Severity.INFO)
    after = replace(case, findings=(abroad, small))
    assert verdict(after).top is abroad
    assert words in told(after, lang).headline
    quiet = replace(abroad, severity=Severity.LOW)
    assert verdict(replace(case, findings=(quiet, small))).top is small
