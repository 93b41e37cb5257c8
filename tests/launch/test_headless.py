"""Notebooks run without a screen: files and parameters in, answers out, one message on failure."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from esim_analysis.cli.main import app
from esim_analysis.launch import books
from esim_analysis.launch.headless import run
from esim_analysis.model import UsageError


def book_of(*sources, tagged=True):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if tagged:
        book.cells[0].metadata["tags"] = ["parameters"]
    return book


def test_notebooks_are_found_by_number_name_and_language():
    assert books.find("01").name == "01_where_did_my_data_go.ipynb"
    assert books.find("05_share").name == "05_share.ipynb"
    assert books.find("01", lang="zh").parent.name == "zh"
    assert books.find("05", lang="zh").parent.name == "zh"


def test_an_unknown_notebook_names_those_there_are():
    with pytest.raises(UsageError, match="no notebook 77; there are 01_where_did_my_data_go"):
        books.find("77")


def test_parameters_are_written_into_their_cell():
    book = book_of('files = ["a"]\nlang = "en"', "print(files)")
    books.fill(book, {"files": ["it's mine.csv"]})
    assert book.cells[0].source == "files = [\"it's mine.csv\"]\nlang = 'en'"


def test_files_beside_a_notebook_are_found_from_where_the_user_is(tmp_path):
    folder, user = tmp_path / "notebooks" / "zh", tmp_path / "user"
    book = book_of('files = ["../../lives/a"]\nplan = "../../plans.toml#a"\nlang = "en"\nday = 3')
    assert books.own_paths(book, folder, seen_from=user) == {
        "files": ["../lives/a"],
        "plan": "../plans.toml#a",
    }


@pytest.mark.parametrize("name", ["02", "04"])
def test_a_notebook_with_more_files_than_the_users_finds_its_own(name):
    path = books.find(name, lang="zh")
    book = nbformat.read(path, as_version=4)
    here = Path.cwd()
    found = books.own_paths(book, path.parent, seen_from=here)
    named = [found["files"], found.get("plan", found.get("earlier"))]
    paths = [one for each in named for one in (each if isinstance(each, list) else [each])]
    assert all((here / one.split("#")[0]).exists() for one in paths)


def test_an_unknown_parameter_is_refused_with_a_suggestion():
    book = book_of('timezone = None\nlang = "en"')
    with pytest.raises(UsageError, match=r"no parameter timezoen; did you mean timezone\? it has"):
        books.fill(book, {"timezoen": "UTC"})
    with pytest.raises(UsageError, match="no cell tagged 'parameters'"):
        books.fill(book_of("x = 1", tagged=False), {"x": 2})


@pytest.mark.parametrize(
    ("typed", "meant"), [("True", True), ("3", 3), ("apps-hourly", "apps-hourly"), ("None", None)]
)
def test_typed_values_are_literals_or_text(typed, meant):
    assert books.value(typed) == meant


def test_only_a_notebook_or_a_page_can_be_written(tmp_path):
    with pytest.raises(UsageError, match=r"ending in \.ipynb or \.html"):
        run("01", tmp_path / "out.pdf", parameters={})


def test_the_command_refuses_what_it_cannot_read(tmp_path):
    out = str(tmp_path / "out.ipynb")
    done = CliRunner().invoke(app, ["notebook", "01", "-o", out, "-p", "timezone"])
    assert done.exit_code == 2
    assert "timezone=VALUE" in done.output


def command(folder, *arguments):
    """Run the command in a folder, as a user does; a kernel of ours would outlive a test."""
    program = str(Path(sys.executable).with_name("esim-analysis"))
    told = [program, "notebook", *map(str, arguments)]
    return subprocess.run(told, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_failing_cell_gives_one_message_and_writes_nothing(tmp_path):
    nbformat.write(book_of("n = 1", "n / 0"), tmp_path / "mine.ipynb")
    done = command(tmp_path, "mine.ipynb", "-o", "out.ipynb", "-p", "m=2")
    assert done.returncode == 2
    assert "no parameter m; it has n" in done.stderr
    nbformat.write(book_of("n = 1", "1 / 0"), tmp_path / "mine.ipynb")
    done = command(tmp_path, "mine.ipynb", "-o", "out.ipynb")
    assert done.returncode == 1
    assert done.stderr == (
        "mine.ipynb, cell 2: division by zero. "
        "Next: correct it and run again; esim-analysis lab shows the cell.\n"
    )
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
def test_a_page_of_the_patterns_holds_the_answer_and_loads_nothing(tmp_path, sample_data):
    shutil.copytree(sample_data / "xiaoli", tmp_path / "mine")
    done = command(tmp_path, "03", "mine", "--lang", "zh", "-o", "out.html")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "乐词词典" in page
    assert "srcdoc=" in page
    assert 'src="http' not in page
    assert str(tmp_path) not in page


@pytest.mark.slow
def test_a_page_shows_the_explorer_that_needs_no_kernel(tmp_path, sample_data):
    shutil.copytree(sample_data / "xiaoli", tmp_path / "mine")
    made = nbformat.v4.new_notebook(
        cells=book_of(
            'files = ["mine"]',
            "import esim_analysis as esim\nview = esim.open_case(*files).explore()\nview",
        ).cells
    )
    nbformat.write(made, tmp_path / "own.ipynb")
    assert command(tmp_path, "own.ipynb", "-o", "out.html").returncode == 0
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page.count("srcdoc=") == 1
    assert "view = case.explore()" not in page
    assert command(tmp_path, "own.ipynb", "-o", "out.ipynb").returncode == 0
    kept = (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert "srcdoc=" not in kept
    assert "view = case.explore()" in kept


@pytest.mark.slow
def test_the_share_notebook_writes_the_file_it_was_asked_for(tmp_path, sample_data):
    shutil.copytree(sample_data / "xiaoli", tmp_path / "mine")
    done = command(
        tmp_path, "05", "mine", "-p", "redact=True", "-p", "output=sent.html", "-o", "out.ipynb"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Lexi" not in (tmp_path / "sent.html").read_text(encoding="utf-8")
    ran = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "widgets" not in ran.metadata
    nbformat.validate(ran)
