"""Commands about many SIMs: fleet."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import Knowledge, Lang, Language, Plan, Timezone


def fleet(  # noqa: PLR0913 - what a user may say of a fleet
    paths: Annotated[
        list[str], typer.Argument(metavar="DIR...", help="Exports, lists of SIMs, or fsspec URLs.")
    ],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes of this machine.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler; or 'threads'.")
    ] = None,
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="What all processes together may take: 4GB.")
    ] = "1500MB",
    by: Annotated[
        list[str] | None,
        typer.Option(help="Compare lines within this column; repeatable. Default: plan."),
    ] = None,
    plan: Plan = None,
    knowledge: Knowledge = None,
    timezone: Timezone = None,
    lang: Lang = Language.EN,
) -> None:
    """Say which SIMs of many burn money, why, and what to do; goes on where it stopped."""
    from esim_analysis.fleet import Fleet, run_fleet  # noqa: PLC0415 - --help stays instant

    folder = run_fleet(
        paths,
        output,
        workers=workers,
        scheduler=scheduler,
        memory=memory,
        by=by or ["plan"],
        plan=plan or "",
        knowledge=knowledge or (),
        timezone=timezone,
        lang=lang.value,
        say=lambda text: typer.echo(text, err=True),
    )
    opened = Fleet(folder, paths, lang=lang.value, timezone=timezone, knowledge=knowledge or ())
    typer.echo(opened.screen())
    typer.echo(f"\n{folder}")
    if opened.summary["failed"]:
        raise typer.Exit(1)
