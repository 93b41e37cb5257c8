"""The notebooks that come with the package: found by number, filled with parameters."""

import ast
import difflib
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import nbformat

from esim_analysis.model import UsageError

_TAG: Final = "parameters"


def find(name: str, *, lang: str = "en") -> Path:
    """Return the notebook of a number, of a name or at a path.

    Parameters
    ----------
    name
        `01`, `01_where_did_my_data_go`, or the path of a notebook of one's own.
    lang
        A notebook that exists in this language is taken in it.

    Raises
    ------
    UsageError
        There is none; the message names those there are.
    """
    own = Path(name)
    if own.suffix == ".ipynb" and own.is_file():
        return own
    folder = home()
    known = sorted(folder.glob("*.ipynb"))
    for path in known:
        if name in (path.stem, path.stem.split("_")[0], path.name):
            translated = folder / lang / path.name
            return translated if translated.is_file() else path
    raise UsageError(f"no notebook {name}; there are {', '.join(path.stem for path in known)}")


def home() -> Path:
    """Return the folder of the notebooks: inside the package, or beside it in a checkout."""
    packed = Path(str(files("esim_analysis"))) / "notebooks"
    return packed if packed.is_dir() else packed.parents[1] / "notebooks"


def fill(book: nbformat.NotebookNode, values: Mapping[str, Any]) -> None:
    """Write values into the cell tagged `parameters`.

    Raises
    ------
    UsageError
        The notebook has no such cell, or no parameter of that name.
    """
    if not values:
        return
    cell = _tagged(book)
    if cell is None:
        raise UsageError("this notebook has no cell tagged 'parameters'")
    known = _assigned(cell.source)
    for name in values:
        if name not in known:
            raise UsageError(_unknown(name, known))
    told = {**known, **{name: repr(value) for name, value in values.items()}}
    cell.source = "\n".join(f"{name} = {value}" for name, value in told.items())


def own_paths(book: nbformat.NotebookNode, folder: Path, *, seen_from: Path) -> dict[str, Any]:
    """Return the parameters that name files beside the notebook, as paths from another folder."""

    def moved(told: object) -> object:
        if isinstance(told, list):
            return [moved(one) for one in told]
        if not (isinstance(told, str) and told.startswith("../")):
            return told
        return Path(os.path.relpath((folder / told).resolve(), seen_from)).as_posix()

    cell = _tagged(book)
    known = {name: value(text) for name, text in _assigned(cell.source).items()} if cell else {}
    return {name: moved(told) for name, told in known.items() if moved(told) != told}


def value(text: str) -> Any:  # noqa: ANN401 - a parameter may be anything
    """Return a typed value: a Python literal where it is one, else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def knows(book: nbformat.NotebookNode, name: str) -> bool:
    """Return whether a notebook has a parameter of this name."""
    cell = _tagged(book)
    return cell is not None and name in _assigned(cell.source)


def _tagged(book: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    return next((cell for cell in book.cells if _TAG in cell.metadata.get("tags", [])), None)


def _assigned(source: str) -> dict[str, str]:
    """Return the names a cell assigns, with what it assigns as Python."""
    return {
        target.id: ast.unparse(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _unknown(name: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name.lower(), list(known), n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"this notebook has no parameter {name}; {meant}it has {', '.join(known)}"
