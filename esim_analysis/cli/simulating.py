"""Commands that write made-up data with known truth: simulate."""

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    scenario: Annotated[str, typer.Argument(help="xiaoli or iphone-night.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
) -> None:
    """Write paired exports with known truth, in the real formats."""
    from esim_analysis import simulator  # noqa: PLC0415 - --help stays instant

    for path in simulator.simulate(scenario, output):
        typer.echo(path)
