"""The plan commands: a sentence first, in three languages, and a clear word when it fails."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from esim_analysis.cli.main import app

SAMPLES = Path(__file__).parents[2] / "sample_data"
XIAOLI = str(SAMPLES / "xiaoli")
PLAN = f"{SAMPLES / 'plans.toml'}#xiaoli"


def run(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", "The allowance of 3.00\u00a0GB is used up; the period runs to Sat 31 Oct."),
        ("zh", "3.00\u00a0GB"),
        ("es", "3,00\u00a0GB"),
    ],
)
def test_a_forecast_begins_with_its_sentence(lang, first):
    output = run("plan", "forecast", XIAOLI, "--plan", PLAN, "--lang", lang).output
    assert first in output.splitlines()[0]


def test_a_comparison_answers_the_app_or_the_plan():
    lines = run(
        "plan", "compare", XIAOLI, "--plan", PLAN, "--plan", "es-vodafone-prepago-s"
    ).output.splitlines()
    assert lines[0] == "Cheapest of 2 plans for this usage: Prepago S, €20.00."
    assert lines[1].startswith("Putting right what was found saves €14.26 under Bono 3 GB;")
    assert lines[2].endswith("(terms older than 180 days)")


def test_a_comparison_with_the_examples_names_what_each_would_not_cover():
    output = run("plan", "compare", XIAOLI).output
    assert "would not have been served" in output
    assert output.splitlines()[0].startswith("Cheapest of 14 plans for this usage:")


def test_a_plan_can_be_written_without_a_question(tmp_path):
    target = tmp_path / "plan.toml"
    answers = ["--name", "Mine", "--allowance", "5GB", "--price", "9.99 EUR"]
    rest = ["--cycle", "month 1", "--country", "ES", "--after", "stops"]
    assert run("plan", "new", "-o", str(target), *answers, *rest).exit_code == 0
    said = run("plan", "forecast", XIAOLI, "--plan", str(target)).output
    assert "5.00\u00a0GB" in said


def test_a_plan_can_be_asked_for(tmp_path):
    target = tmp_path / "plan.toml"
    typed = "Mine\n5GB\n9.99 EUR\nmonth 1\nES\nstops\n"
    done = CliRunner().invoke(app, ["plan", "new", "-o", str(target)], input=typed)
    assert done.exit_code == 0
    assert 'name = "Mine"' in target.read_text(encoding="utf-8")


def test_a_report_under_a_plan_tells_its_money_in_all_languages(tmp_path):
    target = tmp_path / "r.html"
    assert run("report", XIAOLI, "--plan", PLAN, "-o", str(target)).exit_code == 0
    page = target.read_text(encoding="utf-8")
    for title in ("What it costs, and whether it lasts", "费用是多少，够不够用"):
        assert title in page
    assert "€11.52" in page


def test_a_report_without_a_plan_says_in_one_line_how_to_add_one(tmp_path):
    target = tmp_path / "r.html"
    run("report", XIAOLI, "-o", str(target))
    assert "esim-analysis plan new" in target.read_text(encoding="utf-8")


def test_a_typo_in_a_plan_names_its_line(tmp_path):
    text = (SAMPLES / "plans.toml").read_text(encoding="utf-8").replace("price = 5.00", "prise = 5")
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    done = run("report", XIAOLI, "--plan", f"{tmp_path / 'p.toml'}#xiaoli", "-o", "x.html")
    assert "line 14" in str(done.exception)
    assert "write 'price' instead" in str(done.exception)
