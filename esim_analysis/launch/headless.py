"""Run a notebook without a screen: files in, a notebook or a page with its answers out."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from esim_analysis.explorer.output import STILL
from esim_analysis.launch.books import fill, find, knows, own_paths
from esim_analysis.model import FileError, UsageError

_FORMATS: Final = (".ipynb", ".html")
_LONGEST: Final = 3600  # seconds a cell may take
_STARTING: Final = 300  # seconds until the kernel answers: a busy machine takes its time
# What nbconvert would load from the network.
_ADDRESSES: Final = (
    "mathjax_url",
    "require_js_url",
    "jquery_url",
    "widget_renderer_url",
    "mermaid_js_url",
)
# Sentences stand in preformatted text; JupyterLab would break them within words.
_WHOLE_WORDS: Final = "<style>body pre{word-break:normal!important;overflow-wrap:anywhere}</style>"
_PLOTLY: Final = "application/vnd.plotly.v1+json"
_CONFIG: Final = {"displayModeBar": False, "plotlyServerURL": "", "responsive": True}
_WIDGET: Final = "application/vnd.jupyter.widget-view+json"


def run(name: str, output: Path, *, parameters: Mapping[str, Any], lang: str = "en") -> Path:
    """Run a notebook and write what it shows; return the file written.

    Nothing is written when a cell fails.

    Parameters
    ----------
    name
        Number, name or path of the notebook.
    output
        `.ipynb`, or `.html`: a page without code that loads nothing.
    parameters
        Values for its parameters cell.
    lang
        Language of the notebook, where it is translated, and of its answers.

    Raises
    ------
    UsageError
        No such notebook or parameter, or an output that is neither.
    FileError
        A cell failed; one sentence says which and why.
    """
    if output.suffix not in _FORMATS:
        raise UsageError(f"{output.name}: write to a file ending in {' or '.join(_FORMATS)}")
    path = find(name, lang=lang)
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    told = ({"lang": lang} if knows(book, "lang") else {}) | dict(parameters)
    # Paths the user gives begin where the user is; without any, the notebook runs in its own folder.
    here = "files" in parameters
    folder = Path.cwd() if here else path.parent
    fill(book, (own_paths(book, path.parent, seen_from=folder) if here else {}) | told)
    _execute(book, path, folder=folder, still=output.suffix == ".html")
    if output.suffix == ".ipynb":
        nbformat.write(book, output)  # type: ignore[no-untyped-call]
    else:
        output.write_text(_page(book, lang), encoding="utf-8")
    return output


def _execute(book: nbformat.NotebookNode, path: Path, *, folder: Path, still: bool) -> None:
    # Sockets lie in a folder of their own: a relative name would be looked for in two places.
    with tempfile.TemporaryDirectory(prefix="esim-") as sockets:
        client = NotebookClient(
            book,
            kernel_name="python3",
            config=Config({"KernelManager": _transport(Path(sockets))}),
            timeout=_LONGEST,
            startup_timeout=_STARTING,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        )
        _run(client, book, path, still=still)


def _transport(sockets: Path) -> dict[str, str]:
    """Return how the kernel is spoken to: through files, not ports, where that exists."""
    if os.name != "posix":
        return {"transport": "tcp"}
    return {"transport": "ipc", "ip": str(sockets / "kernel")}


def _run(client: NotebookClient, book: nbformat.NotebookNode, path: Path, *, still: bool) -> None:
    told = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", STILL: "1" if still else ""}
    try:
        client.execute(env={**os.environ, **told})
    except RuntimeError as problem:
        if "Kernel" not in str(problem):
            raise
        raise FileError(
            path.name, "the kernel that runs it did not start", "try again when the machine is free"
        ) from None
    except CellExecutionError as problem:
        number = sum(bool(cell.get("execution_count")) for cell in book.cells)
        raise FileError(
            path.name,
            problem.evalue.strip().rstrip(".") or problem.ename,
            "correct it and run again; esim-analysis lab shows the cell",
            place=f"cell {number}",
        ) from None


def _page(book: nbformat.NotebookNode, lang: str) -> str:
    from nbconvert import HTMLExporter  # noqa: PLC0415 - slow, only for pages

    drawn: list[nbformat.NotebookNode] = []
    for cell in book.cells:
        cell["outputs"] = [_still(each, drawn) for each in cell.get("outputs", [])]
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True,
        language_code=lang, **dict.fromkeys(_ADDRESSES, ""),
    )  # fmt: skip
    body, _ = exporter.from_notebook_node(book)
    return str(body).replace("</head>", f"{_WHOLE_WORDS}</head>", 1)


def _still(
    output: nbformat.NotebookNode, drawn: list[nbformat.NotebookNode]
) -> nbformat.NotebookNode:
    """Return an output without what needs a kernel, figures with their library inside.

    Parameters
    ----------
    drawn
        Figures of the page so far: the first one brings the library for all.
    """
    if "data" not in output:
        return output
    output.data.pop(_WIDGET, None)
    figure = output.data.pop(_PLOTLY, None)
    if figure is not None:
        from plotly.io import to_html  # noqa: PLC0415 - a second to load, only for pictures

        told = {"data": figure["data"], "layout": figure["layout"]}
        output.data["text/html"] = to_html(
            told, config=_CONFIG, full_html=False, include_plotlyjs=not drawn, validate=False
        )
        drawn.append(output)
    return output
