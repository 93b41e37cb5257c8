import subprocess
import sys

import pytest
from typer.testing import CliRunner

import esim_analysis as esim
from esim_analysis.cli.main import app

HEAVY = {"pandas", "plotly", "numpy", "duckdb", "ipywidgets", "rich"}


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not HEAVY & modules_after("import esim_analysis")


def test_the_command_line_loads_nothing_heavy_for_its_help():
    assert not HEAVY & modules_after("import esim_analysis.cli.main")


def test_the_first_page_of_help_tells_every_command_in_a_whole_line():
    said = CliRunner().invoke(app, ["--help"], terminal_width=80).output
    assert "Begin with: esim-analysis report FILES" in said
    told = said.split("Commands:\n")[1].splitlines()
    assert len(told) == 14
    assert [line for line in told if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("group", ["plan", "pack"])
def test_a_group_without_a_command_shows_its_commands(group):
    said = CliRunner().invoke(app, [group])
    assert said.exit_code == 2
    assert "Commands:" in said.output


def test_the_public_names_are_the_documented_ones():
    assert esim.__all__ == [
        "Case",
        "Contest",
        "Fleet",
        "PackRequest",
        "__version__",
        "open_case",
        "open_fleet",
    ]
    assert callable(esim.open_case)


def test_a_private_name_is_not_invented():
    with pytest.raises(AttributeError, match="no attribute 'everything'"):
        esim.everything  # noqa: B018
