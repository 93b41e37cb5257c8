"""The command line: arguments only; every command calls one function of the package."""

import gc
import sys
from collections.abc import Sequence
from typing import Final

import typer

from esim_analysis.cli import (
    fleet,
    history,
    knowing,
    opening,
    pack,
    plan,
    reading,
    simulating,
    watching,
)

app = typer.Typer(
    help="Which app used your eSIM's data, when, and why. Nothing leaves your machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command()(reading.report)
app.command()(reading.tables)
app.command()(knowing.formats)
app.command("map")(knowing.draft_mapping)
app.command()(opening.lab)
app.command()(opening.notebook)
app.command()(history.diff)
app.command("history")(history.history)
app.command()(watching.watch)
app.command()(watching.replay)
app.add_typer(plan.app, name="plan")
app.add_typer(pack.app, name="pack")
app.command()(fleet.fleet)
app.command()(simulating.simulate)


_GC_OBJECTS: Final = 100_000


def _language(arguments: Sequence[str]) -> str:
    """Return the language asked for, English where none of ours was: errors come before options."""
    given = " ".join(arguments).replace("--lang=", "--lang ").split("--lang ")[1:]
    word = given[-1].split(" ")[0] if given else ""
    return word if word in ("es", "zh") else "en"


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 nothing usable, 2 wrong arguments."""
    # A run makes frames, hardly a cycle: looking for some at every turn costs a twentieth of it.
    gc.set_threshold(_GC_OBJECTS, 50, 50)
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
        from esim_analysis.i18n.sentences import retell_error  # noqa: PLC0415 - only on error

        typer.echo(retell_error(problem, _language(sys.argv)), err=True)
        sys.exit(2 if isinstance(problem, UsageError) else 1)
