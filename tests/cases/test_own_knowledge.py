"""A user's list, from the command line to the finding and the page."""

import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

import esim_analysis as esim
from esim_analysis.cli.main import app
from esim_analysis.report.provenance import tables_used
from esim_analysis.simulator.laboratory import life


@pytest.fixture(scope="module")
def case(tmp_path_factory, sample_data):
    path = tmp_path_factory.mktemp("lists") / "my-list.txt"
    path.write_text("nowhere.example\nother.example\n")
    return esim.open_case(sample_data / "xiaoli", knowledge=[path])


def test_the_report_names_every_table_and_its_age(case):
    told = tables_used(case.analysis, case.words)
    assert told[0] == "hosts and what they are for: our own, 2026-11"
    assert "networks by address, approximate" in told[2]
    assert "2026-06-17" in told[2]
    assert told[3] == "yours: my-list.txt (hosts), 2 entries, no date stated"


def test_a_list_changes_no_byte(case, sample_data):
    plain = esim.open_case(sample_data / "xiaoli")
    assert (
        case.attribution().by_day["bytes"].tolist() == plain.attribution().by_day["bytes"].tolist()
    )


def test_the_page_says_so_in_three_languages(case, tmp_path):
    page = case.report(tmp_path / "r.html").read_text("utf-8")
    for said in ("my-list.txt (hosts), 2 entries", "tuya: my-list.txt", "您提供的：my-list.txt"):
        assert said in page


def test_the_table_of_networks_is_read_only_where_an_address_needs_it(sample_data):
    code = (
        "import esim_analysis as esim\n"
        "from esim_analysis.reference.address_table import shipped\n"
        f"case = esim.open_case({str(sample_data / 'xiaoli')!r})\n"
        "case.verdict(), case.findings()\n"
        "print(shipped.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """Return a life with a capture, and a list that calls the video app's own host a tracker."""
    folder = tmp_path_factory.mktemp("listed")
    life(seed=4, evidence=("capture",), days=14).write(folder, "life")
    path = folder / "my-list.txt"
    path.write_text("api.vista.example\n")
    return folder / "life", path


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_comparison_of_two_exports_takes_the_list(listed, tmp_path):
    exports, path = listed
    page = tmp_path / "after.html"
    done = run("diff", exports, exports, "--knowledge", path, "-o", page)
    assert done.exit_code == 0, done.output
    assert "my-list.txt (hosts), 1 entr" in page.read_text("utf-8")


@pytest.mark.parametrize("where", ["option", "alerts file"])
def test_a_watch_tells_what_the_list_makes_a_finding(listed, tmp_path, where):
    exports, path = listed
    alerts = tmp_path / "alerts.toml"
    named = f'knowledge = ["{path}"]\n' if where == "alerts file" else ""
    rule = '[[rules]]\non = "finding"\nrule = "trackers"\nseverity = "info"\nat = ["1 MB"]\n'
    alerts.write_text(f'timezone = "Europe/Madrid"\n{named}{rule}')
    more = ("--knowledge", path) if where == "option" else ()
    words = ("watch", exports, "--once", "--alerts", alerts)
    told = run(*words, "--history", tmp_path / "with.duckdb", *more)
    assert told.exit_code == 0, told.output
    assert "Vista" in told.output
    if where == "option":
        assert "Vista" not in run(*words, "--history", tmp_path / "without.duckdb").output


def test_a_fleet_takes_the_list_and_is_analysed_anew_when_it_changes(listed, tmp_path):
    exports, path = listed
    mine = tmp_path / "list.txt"
    mine.write_text(path.read_text())
    names = ("fleet", exports, "-o", tmp_path / "out", "--timezone", "Europe/Madrid")

    def rules():
        return set(pd.read_csv(tmp_path / "out" / "findings.csv")["rule"])

    assert run(*names, "--knowledge", mine).exit_code == 0
    assert "trackers" in rules()
    mine.write_text("elsewhere.example\n")
    assert run(*names, "--knowledge", mine).exit_code == 0
    assert "trackers" not in rules()


@pytest.mark.parametrize(
    "words", [["diff", "{0}", "{0}"], ["watch", "{0}", "--once"], ["fleet", "{0}", "-o", "out"]]
)
def test_a_list_that_is_none_is_refused_alike_everywhere(listed, tmp_path, words, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.txt"
    bad.write_text("no list at all: only a sentence\n")
    done = run(*(word.format(listed[0]) for word in words), "--knowledge", bad)
    assert done.exit_code != 0
    assert "bad.txt" in done.output + str(done.exception)
