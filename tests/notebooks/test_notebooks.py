"""Notebooks are thin, stored without outputs, and run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LONGEST_CELL = 8
_THICK = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.comprehension,
)


def cells(path, kind="code"):
    book = nbformat.read(path, as_version=4)
    return [cell for cell in book.cells if cell.cell_type == kind]


def test_there_are_notebooks():
    names = [path.stem for path in NOTEBOOKS if path.parent.name == "notebooks"]
    assert names == [
        "01_where_did_my_data_go",
        "02_will_it_last",
        "03_leakage_patterns",
        "04_what_changed",
        "05_share",
        "06_fleet",
    ]


@pytest.mark.parametrize("lang", ["es", "zh"])
def test_every_notebook_is_there_in_every_language_and_runs_the_same_code(lang):
    for own in (path for path in NOTEBOOKS if path.parent.name == "notebooks"):
        other = ROOT / "notebooks" / lang / own.name
        assert [c.source for c in cells(own)[1:]] == [c.source for c in cells(other)[1:]]
        told = (
            [c.source for c in cells(own, "markdown")],
            [c.source for c in cells(other, "markdown")],
        )
        assert len(told[0]) == len(told[1])
        assert not set(told[0]) & set(told[1])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_cell_defines_or_loops_or_is_long(path):
    for cell in cells(path):
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, _THICK)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_that_ran_is_stored(path):
    for cell in cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert "widgets" not in nbformat.read(path, as_version=4).metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_parameters_stand_in_one_tagged_cell_before_all_work(path):
    tagged = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == cells(path)[:1]


@pytest.fixture
def shell(monkeypatch, tmp_path) -> Iterator[object]:
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - slow, one test
    from traitlets.config import Config  # noqa: PLC0415 - comes with it

    monkeypatch.chdir(ROOT / "notebooks")
    quiet = Config({"HistoryManager": {"enabled": False}})
    yield InteractiveShell.instance(config=quiet, ipython_dir=str(tmp_path))
    InteractiveShell.clear_instance()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_the_first_notebook_answers_and_its_controls_work(shell, lang):
    results = []
    for cell in cells(NOTEBOOKS[0]):
        source = cell.source.replace('lang = "en"', f'lang = "{lang}"')
        results.append(shell.run_cell(source, store_history=False))
        results[-1].raise_error()
    _, inbox, case, view, rows, drawn, findings, to_do, why, slide = (
        result.result for result in results
    )
    assert [card["good"] for card in inbox.cards] == [True] * 4
    culprit = case.analysis.label("com.example.lexi")
    assert f"<h1>{culprit}" in case._repr_html_()
    assert findings[0].app == "com.example.lexi"
    assert "<article" in findings._repr_html_()
    assert culprit in to_do[0]
    assert why.causes == ()  # bill and phone of the sample case agree
    view.finding = 1
    assert 0 < len(view.rows()) < len(rows) == len(case.rows())
    assert view.rows()["app"].eq("com.example.lexi").any()
    billed = int(case.rows()["billed"].sum()) / 1e6
    assert sum(sum(bar.y) for bar in drawn.figure.data) == pytest.approx(billed)
    assert slide._data["clock"]["values"][slide._data["clock"]["best"]] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [path for path in NOTEBOOKS if not path.stem.startswith("01")],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_every_other_notebook_runs_to_its_end(shell, path, monkeypatch, tmp_path):
    monkeypatch.chdir(path.parent)
    for cell in cells(path):
        source = cell.source.replace('"report.html"', repr(str(tmp_path / "report.html")))
        source = source.replace('"fleet-out"', repr(str(tmp_path / "fleet-out")))
        shell.run_cell(source, store_history=False).raise_error()
