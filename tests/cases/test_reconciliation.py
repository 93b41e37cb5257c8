"""What a user sees of a reconciliation and of the rows of a bill, in three languages."""

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.model import UsageError
from esim_analysis.report.html import render
from esim_analysis.simulator.laboratory import life


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """Return a case whose evidence lacks a week and whose bill has no other fault."""
    folder = tmp_path_factory.mktemp("apart")
    life("background_sync", seed=5, twist="missing_window", days=21).write(folder, "life")
    return esim.open_case(folder / "life")


@pytest.fixture(scope="module")
def xiaoli(sample_data):
    return esim.open_case(sample_data / "xiaoli")


def speaking(case, lang):
    return esim.Case(case.reading, lang=lang)


@pytest.mark.parametrize(
    ("lang", "cause", "rest"),
    [
        ("en", "Missing evidence", "not explained by the evidence supplied"),
        ("es", "Faltan pruebas de unos días", "no se explican por las pruebas aportadas"),
        ("zh", "证据缺一段", "所提供的证据无法解释"),
    ],
)
def test_the_first_cause_and_the_open_rest_are_told_in_every_language(apart, lang, cause, rest):
    told = speaking(apart, lang).reconciliation()
    assert cause in told.headline
    assert rest in told.headline
    assert cause in str(told)
    assert len(told.tests) == 12


def test_a_notebook_shows_picture_and_tables_without_scripts(apart):
    page = apart.reconciliation()._repr_html_()
    assert "<svg" in page
    assert page.count("<table") == 2
    assert "<script" not in page
    assert "overcharg" not in page.lower()


def test_the_waterfall_is_drawn_from_billed_down_to_the_rest(apart):
    told = apart.reconciliation()
    figure = told.figure()
    assert figure.layout.title.text.endswith("?")
    rest = next(bar for bar in figure.data if bar.name == "not explained")
    assert rest.x[0] == pytest.approx(told.found.unexplained / 1e9)
    assert rest.base[0] == pytest.approx(0.0, abs=1e-9)  # nothing is left after it


def test_where_bill_and_phone_agree_it_is_said(xiaoli):
    told = xiaoli.reconciliation()
    assert told.causes == ()
    assert told.headline.startswith("Bill and phone agree")


def test_each_billed_row_has_a_status_and_the_app_that_used_most_of_it(xiaoli):
    rows = xiaoli.rows()
    assert len(rows) == len(xiaoli.usage.frame)
    assert int(rows["billed"].sum()) == int(xiaoli.usage.billed.sum())
    assert set(rows["status"]) <= {"explained", "partly", "no_evidence", "conflicting"}
    known = rows[rows["app"] != ""]
    assert (known["bytes_low"] <= known["bytes"]).all()
    assert (known["bytes"] <= known["bytes_high"]).all()


def test_a_long_row_of_one_app_is_told_with_its_share_and_band(xiaoli):
    largest = int(xiaoli.rows()["billed"].idxmax())
    assert xiaoli.explain(largest) == (
        "row 267, Wed 21 Oct 02:10–02:58, 652\u00a0MB, €3.91: "
        ">99% Lexi Dictionary in the background (646–653\u00a0MB)"
    )


def test_where_the_phone_does_not_say_when_the_interval_comes_first(xiaoli):
    rows = xiaoli.rows()
    wide = rows[(rows["bytes_high"] - rows["bytes_low"] > 0.2 * rows["billed"])]
    row = wide[wide["status"] == "explained"].nlargest(1, "billed").iloc[0]
    sentence = xiaoli.explain(int(row["record"]))
    assert sentence.endswith("the phone does not say more exactly when")
    assert "%" not in sentence


def test_a_row_without_evidence_says_so(apart):
    rows = apart.rows()
    silent = rows[rows["status"] == "no_evidence"].iloc[0]
    assert apart.explain(int(silent["record"])).endswith("not explained by the evidence supplied")


def test_a_row_that_is_none_is_refused(xiaoli):
    with pytest.raises(UsageError, match=r"there is no billed row 9999: rows are 0 to \d+"):
        xiaoli.explain(9999)


def test_rows_are_a_table_of_their_own_in_the_contract(xiaoli, tmp_path):
    xiaoli.tables(tmp_path)
    table = pd.read_csv(tmp_path / "rows.csv")
    assert table.columns.tolist() == xiaoli.rows().columns.tolist()
    assert int(table["billed"].sum()) == int(xiaoli.usage.billed.sum())


def test_the_report_tells_no_hour_outside_findings_unless_hours_may_leave(apart):
    shared, hourly = (render(apart.analysis, share=level) for level in ("apps", "apps-hourly"))
    rows = apart.rows().nlargest(8, "billed")
    windows = [window for finding in apart.findings() for window in finding.windows]
    told = [
        any(start < window.end_utc and end > window.start_utc for window in windows)
        for start, end in zip(rows["start_utc"], rows["end_utc"], strict=True)
    ]
    silent = rows[[not each for each in told]].iloc[0]
    when = f"{apart.words.clock(silent['start_utc'])}–{apart.words.clock(silent['end_utc'])}"
    assert when not in shared
    assert when in hourly


def test_a_redacted_report_names_no_app_in_rows_or_causes(tmp_path):
    life(seed=5, twist="zero_rating", days=14, operator="half_days").write(tmp_path, "life")
    case = esim.open_case(tmp_path / "life")
    assert "Sonora" in str(case.reconciliation())
    assert "Sonora" not in render(case.analysis, redact=True)
