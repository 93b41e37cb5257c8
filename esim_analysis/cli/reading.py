"""Commands that read files and answer: report, tables."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import (
    Balance,
    Files,
    History,
    KeepIds,
    Knowledge,
    Lang,
    Language,
    Line,
    Plan,
    Rules,
    Share,
    TableFormat,
    Timezone,
    opened,
)


def report(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("report.html"),
    balance: Balance = None,
    plan: Plan = None,
    rules: Rules = None,
    knowledge: Knowledge = None,
    history: History = None,
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
    case = opened(
        files,
        balance,
        timezone,
        line,
        lang,
        plan=plan,
        rules=rules,
        knowledge=knowledge,
        history=history,
        keep_ids=keep_ids,
    )
    begins = None
    if history is not None:
        from esim_analysis.alerts.lead import lead  # noqa: PLC0415 - only with a history

        begins = lead(case, history)
    case.report(output, share=share.value, redact=redact, lead=begins)
    if begins is not None:
        typer.echo(begins(case.words).headline)
    typer.echo(case.verdict())
    typer.echo(f"\n{output} ({output.stat().st_size / 1e6:.2f} MB)")


def tables(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
    balance: Balance = None,
    plan: Plan = None,
    rules: Rules = None,
    knowledge: Knowledge = None,
    history: History = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
    table_format: Annotated[TableFormat, typer.Option("--format")] = TableFormat.CSV,
    keep_ids: KeepIds = False,
) -> None:
    """Write everything a screen shows as tidy CSV or Parquet, with findings.json."""
    case = opened(
        files,
        balance,
        timezone,
        line,
        lang,
        plan=plan,
        rules=rules,
        knowledge=knowledge,
        history=history,
        keep_ids=keep_ids,
    )
    for path in case.tables(output, table_format=table_format.value):
        typer.echo(path)
