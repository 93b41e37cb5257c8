"""Commands about evidence packs: pack, pack verify."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from esim_analysis.cli.options import (
    Balance,
    Files,
    Lang,
    Language,
    Line,
    Plan,
    Timezone,
    opened,
)

_BUILD = "build"
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of the bill's receipt.")]


class _Group(TyperGroup):
    """`pack FILE... -o DIR` is `pack build FILE... -o DIR`; a file called verify is `./verify`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in {*self.commands, "--help"}:
            args = [_BUILD, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    help="Evidence for a dispute: make a pack from your files, or verify one you received.",
    cls=_Group,
    no_args_is_help=True,
)


@app.command(_BUILD)
def build(  # noqa: PLR0913 - the options every reading command knows, and what a pack asks
    files: Files = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder.")],
    balance: Balance = None,
    plan: Plan = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
    redact: Annotated[
        bool, typer.Option("--redact", help="Tell apps by kind and files by number.")
    ] = False,
    bill_date: Day = None,
    complained_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Once you complained.")
    ] = None,
    answered_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Once the operator answered.")
    ] = None,
    place: Annotated[
        str, typer.Option(help="Autonomous community whose holidays count: Madrid, ES-CT, …")
    ] = "",
    finding: Annotated[
        list[int] | None,
        typer.Option(help="Dispute the rows of this finding too, by number; repeatable."),
    ] = None,
    row: Annotated[
        list[str] | None, typer.Option(help="Dispute this row too, by number; repeatable.")
    ] = None,
    least_percent: Annotated[
        float, typer.Option(help="A row is contested when this much of it stays open …")
    ] = 10.0,
    least_mb: Annotated[float, typer.Option(help="… and at least this many MB.")] = 1.0,
    contested_only: Annotated[
        bool, typer.Option("--contested-only", help="Leave out the list of all billed rows.")
    ] = False,
    include_originals: Annotated[
        bool,
        typer.Option("--include-originals", help="Copy the files read, with all that is in them."),
    ] = False,
) -> None:
    """Make an evidence pack: contested rows, method, deadlines, letters, checksums."""
    from esim_analysis.report.pack import Contest, PackRequest  # noqa: PLC0415 - instant --help

    request = PackRequest(
        lang=lang.value,
        redact=redact,
        bill_date=_day(bill_date, "--bill-date"),
        complained_on=_day(complained_on, "--complained-on"),
        answered_on=_day(answered_on, "--answered-on"),
        place=place,
        contest=Contest(
            least_share=least_percent / 100,
            least_bytes=round(least_mb * 1e6),
            findings=tuple(finding or ()),
            rows=tuple(row or ()),
        ),
        contested_only=contested_only,
    )
    case = opened(files, balance, timezone, line, lang, plan=plan, keep_ids=False)
    typer.echo(case.pack(output, request, include_originals=include_originals))


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The pack you received.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Your own usage records.")],
    *,
    lang: Lang = Language.EN,
) -> None:
    """Check a pack's files, and show only rows that differ from your own records."""
    from esim_analysis.report import pack  # noqa: PLC0415 - --help stays instant

    found = pack.verify(folder, files, lang=lang.value)
    typer.echo(found)
    raise typer.Exit(0 if found.same else 1)


def _day(told: str | None, option: str) -> date | None:
    if told is None:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError as problem:
        raise typer.BadParameter(
            f"{told!r} is no day; write it like 2026-11-02", param_hint=option
        ) from problem
