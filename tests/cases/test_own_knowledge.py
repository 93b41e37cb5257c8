"""A user's list, from the command line to the finding and the page."""

import subprocess
import sys

import pytest

import esim_analysis as esim
from esim_analysis.report.provenance import tables_used


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
