"""The list of formats: one source, the declarations; most easily obtained first."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from esim_analysis.cli.main import app
from esim_analysis.importers.importer import Reach
from esim_analysis.importers.registry import listed

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def markdown() -> str:
    return CliRunner().invoke(app, ["formats", "--markdown"]).output


def test_the_table_of_the_readme_is_what_the_declarations_say(markdown):
    assert markdown.strip() in README.read_text(encoding="utf-8")


def test_what_anybody_can_get_comes_before_what_needs_an_account():
    reach = [importer.reach for importer in listed()]
    assert reach == sorted(reach)
    assert listed()[0].reach is Reach.EVERYONE


def test_each_format_says_how_to_get_it_and_what_it_was_read_off():
    output = CliRunner().invoke(app, ["formats"]).output
    assert output.count("[from ") == len(listed())
    assert all(importer.how in output for importer in listed())
    assert "[from documentation]" in output


def test_a_cell_of_the_table_breaks_no_row(markdown):
    assert {row.count("|") for row in markdown.strip().splitlines()} == {4}
