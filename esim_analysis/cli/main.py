"""The command line: arguments only; every command calls one function of the package."""

import gc
import os
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
    help="Which app used your eSIM's data, when, and why. Nothing leaves your machine.\n\n"
    "Begin with: esim-analysis report FILES (the operator's export, and what the phone gives).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command(short_help="Say which app used the data; write one offline HTML file.")(reading.report)
app.command(short_help="Write everything a screen shows as CSV or Parquet.")(reading.tables)
app.command(short_help="List the files that are understood, and how to get each.")(knowing.formats)
app.command("map", short_help="Draft how to read a table this does not know.")(
    knowing.draft_mapping
)
app.command(short_help="Open JupyterLab on the first notebook.")(opening.lab)
app.command(short_help="Run a notebook on your files without opening it.")(opening.notebook)
app.command(short_help="Say what changed between two exports.")(history.diff)
app.command("history", short_help="Remember the exports of a folder.")(history.history)
app.command(short_help="Look at a folder again and again, and tell in time.")(watching.watch)
app.command(short_help="Say when each rule would have told.")(watching.replay)
app.add_typer(plan.app, name="plan", short_help="What it costs, whether it lasts, which plan.")
app.add_typer(pack.app, name="pack", short_help="Make, or verify, evidence for a dispute.")
app.command(short_help="Say which SIMs of many burn money, and why.")(fleet.fleet)
app.command(short_help="Write made-up exports whose truth is known.")(simulating.simulate)


_GC_OBJECTS: Final = 500_000


def _language(arguments: Sequence[str]) -> str:
    """Return the language asked for, English where none of ours was: errors come before options."""
    given = " ".join(arguments).replace("--lang=", "--lang ").split("--lang ")[1:]
    word = given[-1].split(" ")[0] if given else ""
    return word if word in ("es", "zh") else "en"


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 nothing usable, 2 wrong arguments."""
    # A run makes frames, hardly a cycle: looking for some at every turn costs a twentieth of it.
    gc.set_threshold(_GC_OBJECTS, 50, 50)
    # No matrix is multiplied here: the threads numpy starts for that would only spin, for a tenth of a second.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
