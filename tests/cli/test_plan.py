"""The plan commands: a sentence first, in three languages, and a clear word when it fails."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from esim_analysis.cli.main import app

SAMPLES = Path(__file__).parents[2] / "sample_data"
XIAOLI = str(SAMPLES / "xiaoli")
COMMAND = Path(sys.executable).with_name("esim-analysis")
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
    assert lines[1].startswith("Putting right what was found saves €14.25 under Bono 3 GB;")
    assert lines[2].endswith("(terms older than 180 days)")


def test_a_comparison_with_the_examples_names_what_each_would_not_cover():
    output = run("plan", "compare", XIAOLI).output
    assert "would not have been served" in output
    assert output.splitlines()[0].startswith("Cheapest of 14 plans for this usage:")


def test_a_plan_can_be_written_without_a_question(tmp_path):
    target = tmp_path / "plan.toml"
    answers = ["--name", "Mine", "--allowance", "5GB", "--price", "9.99 EUR"]
    rest = ["--cycle", "month 1", "--country", "ES", "--after", "stops", "--provider", "Me"]
    rest += ["--vat", "none", "--gb", "1000", "--rounding", "none", "--abroad", "not served"]
    assert run("plan", "new", "-o", str(target), *answers, *rest).exit_code == 0
    said = run("plan", "forecast", XIAOLI, "--plan", str(target)).output
    assert "5.00\u00a0GB" in said


def test_a_plan_can_be_asked_for_and_an_unclear_answer_is_asked_again(tmp_path):
    target = tmp_path / "plan.toml"
    typed = "Mine\nMe\nES\n5GB\ncheap\n9.99 EUR\n21% added\nmonth 18\n1024\nnone\n64 kbps\n\n"
    done = CliRunner().invoke(app, ["plan", "new", "-o", str(target)], input=typed)
    assert done.exit_code == 0
    assert "“cheap” is not understood. Write it like “10.00 EUR”." in done.output
    assert "Next: esim-analysis report" in done.output
    written = target.read_text(encoding="utf-8")
    for part in ('name = "Mine"', "price = 9.99", "calendar_month_day = 18", "included = false"):
        assert part in written


def test_a_plan_is_asked_for_in_chinese(tmp_path):
    words = ["plan", "new", "--lang", "zh", "-o", str(tmp_path / "plan.toml")]
    output = CliRunner().invoke(app, words, input="\n" * 11).output
    assert "每个周期包含的流量" in output
    assert "[每月 1 日]" in output
    assert "已保存" in output


def test_an_unclear_answer_is_said_in_the_language_of_the_questions(tmp_path):
    words = ["plan", "new", "--lang", "es", "-o", str(tmp_path / "plan.toml")]
    typed = "Mío\nYo\nES\n5GB\n9,99 EUR\n\nluego\nmes 18\n\n\n\n\n"
    output = CliRunner().invoke(app, words, input=typed).output
    assert "No se entiende «luego». Escríbalo así: «mes 1»." in output
    assert "calendar_month_day = 18" in (tmp_path / "plan.toml").read_text(encoding="utf-8")


def test_the_list_of_examples_is_dated_and_marks_old_terms():
    lines = run("plan", "list").output.splitlines()
    assert len(lines) >= 25
    assert all("terms of 20" in line for line in lines)
    assert "terms older than 180 days" in next(line for line in lines if "go-walk" in line)


BAD_PLANS = {
    "a negative size": ('"3GB"', '"-3GB"', 'write it like "6GB"'),
    "overlapping windows": (
        '[{ id = "bono", bytes = "3GB" }]',
        '[{ bytes = "3GB", when = { hours = "00-07" } }, { bytes = "1GB", when = { hours = "06-09" } }]',
        "two time windows overlap on mon 06:00",
    ),
    "an unknown zone": ("eea = [{ per_mb", "eaa = [{ per_mb", "write 'eea' instead"),
    "a cycle of 0 days": ("calendar_month_day = 1", "days = 0", "days = 0 does not fit"),
    "no TOML": ('id = "xiaoli"', 'id = "xiaoli', "check quotes"),
    "a typo": ("price = 5.00", "prise = 5", "write 'price' instead"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("mistake", "command"),
    [
        *((each, "report") for each in BAD_PLANS),
        ("a typo", "plan forecast"),
        ("a typo", "plan compare"),
    ],
)
def test_a_bad_plan_is_one_sentence_with_its_line(mistake, command, tmp_path):
    right, wrong, step = BAD_PLANS[mistake]
    text = (SAMPLES / "plans.toml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "p.toml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    words = [*command.split(), XIAOLI, "--plan", f"{tmp_path / 'p.toml'}#xiaoli"]
    done = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, check=False, cwd=tmp_path
    )  # fmt: skip
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert re.search(r"p\.toml, line \d+", sentence)
    assert step in sentence


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
