"""Commands about earlier exports: diff, history."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import History, Knowledge, Lang, Language, Plan, Timezone


def diff(  # noqa: PLR0913 - two exports and the options every reading command knows
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier export, or its folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later export, or its folder.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Also write the report of NEW, beginning with this."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(help="What earlier runs saw: files it knows are not read again."),
    ] = None,
    plan: Plan = None,
    knowledge: Knowledge = None,
    timezone: Timezone = None,
    lang: Lang = Language.EN,
) -> None:
    """Say what changed between two exports, and what a switch really saved."""
    from esim_analysis.case import open_case  # noqa: PLC0415 - --help stays instant

    before, after = (
        open_case(
            export,
            timezone=timezone,
            lang=lang.value,
            plan=plan,
            knowledge=knowledge or (),
            history=history,
            alone=True,
        )
        for export in (old, new)
    )
    typer.echo(after.since(before))
    if output is not None:
        after.report(output, lead=after.lead(before))
        typer.echo(f"\n{output} ({output.stat().st_size / 1e6:.2f} MB)")


def history(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Exports to remember; none: only show.")
    ] = None,
    *,
    history: History = None,
    timezone: Timezone = None,
    lang: Lang = Language.EN,
) -> None:
    """Remember the exports of a folder, and say what is remembered."""
    from esim_analysis.history import FILE_NAME, gather  # noqa: PLC0415 - --help stays instant
    from esim_analysis.history import History as Kept  # noqa: PLC0415
    from esim_analysis.i18n import Words  # noqa: PLC0415
    from esim_analysis.report.kept import say_kept  # noqa: PLC0415

    if folder is None and history is None:
        raise typer.BadParameter("name a folder of exports, or a history with --history")
    path = history or (folder or Path()) / FILE_NAME
    reading = gather([folder] if folder else [], path, timezone=timezone)
    for problem in reading.problems:
        typer.echo(Words(lang.value).trouble(problem), err=True)
    for sentence in say_kept(Kept(path), reading.usage, lang=lang.value):
        typer.echo(sentence)
