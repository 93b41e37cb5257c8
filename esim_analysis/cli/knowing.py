"""Commands about what can be read: formats, map."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import Lang, Language


def formats(
    *,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the table of the README.")
    ] = False,
) -> None:
    """List the files that are understood, most easily obtained first, and how to get each."""
    from esim_analysis.importers.registry import listed  # noqa: PLC0415 - --help stays instant

    if markdown:
        typer.echo("| file | how to get it | read off |\n|---|---|---|")
        for importer in listed():
            typer.echo(f"| {importer.title} | {importer.how} | {importer.known_from} |")
        return
    for importer in listed():
        typer.echo(f"{importer.side:<9}{importer.title}\n{'':<9}{importer.how}")
        typer.echo(f"{'':<9}[from {importer.known_from}]\n")


def draft_mapping(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table this does not know.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: FILE.mapping.toml.")
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Draft how to read an unknown export: a TOML file to correct and keep."""
    from esim_analysis.i18n import Words  # noqa: PLC0415 - --help stays instant
    from esim_analysis.importers.reading import draft  # noqa: PLC0415
    from esim_analysis.importers.unknown_tables import look_at  # noqa: PLC0415 - as above

    words = Words(lang.value)
    target = draft(file, output, lang=lang.value)
    look = look_at(file)
    for row in (look.headings, *look.rows):
        typer.echo(" | ".join(row))
    typer.echo()
    for role, heading in look.taken:
        typer.echo(f"{role:<13}{heading} ({words.say(f'mapping.role_{role}')})")
    for question in look.questions:
        said = {"place": f"[{question.section}] {question.key}", "proposed": question.proposed}
        key = "mapping.open_proposed" if question.proposed else "mapping.open"
        typer.echo(words.say(key, question=words.retell(question.text), **said))
    key = "mapping.written_open" if look.questions else "mapping.written"
    typer.echo("\n" + words.say(key, file=_typed(file), target=_typed(target)))


def _typed(path: Path) -> str:
    """Return a path as it is typed into a terminal."""
    return f'"{path}"' if " " in str(path) else str(path)
