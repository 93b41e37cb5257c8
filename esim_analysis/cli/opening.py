"""Commands that open or run notebooks: lab, notebook."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import Files, Lang, Language


def lab(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The project's folder; default: here.")
    ] = None,
) -> None:
    """Open JupyterLab on the first notebook, with settings that suit large files."""
    from esim_analysis.launch.lab import start  # noqa: PLC0415 - --help stays instant

    raise typer.Exit(start(folder))


def notebook(
    name: Annotated[str, typer.Argument(help="01 to 06, or a notebook of your own.")],
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="What to write: .ipynb or .html.")],
    lang: Lang = Language.EN,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Repeatable."),
    ] = None,
) -> None:
    """Run a notebook on your files without opening it."""
    from esim_analysis.launch import books, headless  # noqa: PLC0415 - --help stays instant

    values: dict[str, object] = {"files": [str(file) for file in files]} if files else {}
    for told in parameter or []:
        key, sign, text = told.partition("=")
        if not sign:
            raise typer.BadParameter(f"write {key}=VALUE", param_hint="--parameter")
        values[key] = books.value(text)
    typer.echo(headless.run(name, output, parameters=values, lang=lang.value))
