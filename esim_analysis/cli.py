"""The command line: arguments only; every command calls one function of the package."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from esim_analysis.case import Case


class Language(StrEnum):
    """Languages of everything a person reads."""

    EN = "en"
    ES = "es"
    ZH = "zh"


class Share(StrEnum):
    """How much a shared file may tell."""

    APPS = "apps"
    APPS_HOURLY = "apps-hourly"
    DOMAINS = "domains"
    FULL = "full"


class TableFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


app = typer.Typer(
    help="Which app used your eSIM's data, when, and why. Nothing leaves your machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE...", help="Exports, phone artefacts, or folders of them."),
]
Timezone = Annotated[
    str | None,
    typer.Option(help="Zone of exports that do not state theirs, and of the days shown."),
]
Balance = Annotated[
    list[str] | None,
    typer.Option(help="A typed reading: '2026-11-02 09:00, 4.2 GB left'; repeatable."),
]
Line = Annotated[str | None, typer.Option(help="One line: its label, id, or the end of its id.")]
Lang = Annotated[Language, typer.Option(help="Language of what you read.")]
KeepIds = Annotated[bool, typer.Option("--keep-ids", help="Show subscriber ids as they are.")]


@app.command()
def report(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("report.html"),
    balance: Balance = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
    share: Annotated[Share, typer.Option(help="How much the file may tell.")] = Share.APPS,
    redact: Annotated[
        bool, typer.Option("--redact", help="Tell apps by kind and number, not by name.")
    ] = False,
    keep_ids: KeepIds = False,
) -> None:
    """Say which app used the data, and write it as one offline HTML file."""
    case = _open(files, balance, timezone, line, lang, keep_ids=keep_ids)
    case.report(output, share=share.value, redact=redact)
    typer.echo(case.verdict())
    typer.echo(f"\n{output} ({output.stat().st_size / 1e6:.2f} MB)")


@app.command()
def tables(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
    balance: Balance = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
    table_format: Annotated[TableFormat, typer.Option("--format")] = TableFormat.CSV,
    keep_ids: KeepIds = False,
) -> None:
    """Write everything a screen shows as tidy CSV or Parquet, with findings.json."""
    case = _open(files, balance, timezone, line, lang, keep_ids=keep_ids)
    for path in case.tables(output, table_format=table_format.value):
        typer.echo(path)


@app.command()
def formats() -> None:
    """List the files that are understood, and how to get each."""
    from esim_analysis.importers.registry import importers  # noqa: PLC0415 - --help stays instant

    for importer in importers():
        typer.echo(f"{importer.side:<9}{importer.title}\n{'':<9}{importer.how}")
        typer.echo(f"{'':<9}[{importer.known_from}]\n")


@app.command("map")
def draft_mapping(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table this does not know.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: FILE.mapping.toml.")
    ] = None,
) -> None:
    """Draft how to read an unknown export: a TOML file to correct and keep."""
    from esim_analysis.importers.reading import draft  # noqa: PLC0415 - --help stays instant

    typer.echo(draft(file, output))


@app.command()
def lab(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The project's folder; default: here.")
    ] = None,
) -> None:
    """Open JupyterLab on the first notebook, with settings that suit large files."""
    from esim_analysis.launch.lab import start  # noqa: PLC0415 - --help stays instant

    raise typer.Exit(start(folder))


@app.command()
def notebook(
    name: Annotated[str, typer.Argument(help="01, 03, 05, or a notebook of your own.")],
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


@app.command()
def simulate(
    scenario: Annotated[str, typer.Argument(help="xiaoli or iphone-night.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
) -> None:
    """Write paired exports with known truth, in the real formats."""
    from esim_analysis import simulator  # noqa: PLC0415 - --help stays instant

    for path in simulator.simulate(scenario, output):
        typer.echo(path)


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 nothing usable, 2 wrong arguments."""
    try:
        app()
    except Exception as problem:
        from esim_analysis.model.errors import EsimError, UsageError  # noqa: PLC0415 - only on error

        if isinstance(problem, OSError) and problem.filename is not None:
            # Files that are read have their own errors; this one was to be written.
            typer.echo(f"{problem.filename}: cannot be written: {problem.strerror}", err=True)
            sys.exit(2)
        if not isinstance(problem, EsimError):
            raise
        typer.echo(problem, err=True)
        sys.exit(2 if isinstance(problem, UsageError) else 1)


def _open(  # noqa: PLR0913 - hands on what every reading command knows
    files: list[Path] | None,
    balance: list[str] | None,
    timezone: str | None,
    line: str | None,
    lang: Language,
    *,
    keep_ids: bool,
) -> "Case":
    from esim_analysis.case import open_case  # noqa: PLC0415 - --help stays instant

    if not files and not balance:
        raise typer.BadParameter("name at least one file, or give a reading with --balance")
    return open_case(
        *(files or []),
        balances=balance or [],
        timezone=timezone,
        line=line,
        lang=lang.value,
        keep_ids=keep_ids,
    )
