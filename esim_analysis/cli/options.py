"""What every reading command knows: its options, and how a case is opened with them."""

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
Plan = Annotated[
    str | None,
    typer.Option(metavar="FILE[#ID]", help="Your plan: a TOML file, or the id of an example."),
]
Rules = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own rules (TOML): thresholds, lists, mutes."),
]
Knowledge = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Your own list of hosts, apps or networks; repeatable."),
]
History = Annotated[
    Path | None,
    typer.Option(help="What earlier runs saw: read it, and add these files to it."),
]
KeepIds = Annotated[bool, typer.Option("--keep-ids", help="Show subscriber ids as they are.")]


def opened(  # noqa: PLR0913 - hands on what every reading command knows
    files: list[Path] | None,
    balance: list[str] | None,
    timezone: str | None,
    line: str | None,
    lang: Language,
    *,
    plan: str | None = None,
    rules: Path | None = None,
    knowledge: list[Path] | None = None,
    history: Path | None = None,
    keep_ids: bool,
) -> "Case":
    """Open the case a reading command asks for."""
    from esim_analysis.case import open_case  # noqa: PLC0415 - --help stays instant

    if not files and not balance and not (history and history.is_file()):
        raise typer.BadParameter("name at least one file, or give a reading with --balance")
    return open_case(
        *(files or []),
        balances=balance or [],
        timezone=timezone,
        line=line,
        lang=lang.value,
        plan=plan,
        rules=rules,
        knowledge=knowledge or (),
        history=history,
        keep_ids=keep_ids,
    )
