"""Commands about earlier exports: diff."""

from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import Lang, Language, Timezone


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier export, or its folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later export, or its folder.")],
    *,
    timezone: Timezone = None,
    lang: Lang = Language.EN,
) -> None:
    """Say what changed between two exports, and what a switch really saved."""
    from esim_analysis.case import open_case  # noqa: PLC0415 - --help stays instant

    before = open_case(old, timezone=timezone, lang=lang.value)
    after = open_case(new, timezone=timezone, lang=lang.value)
    typer.echo(after.since(before))
