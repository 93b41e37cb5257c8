"""Commands that write made-up data with known truth: simulate."""

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    scenario: Annotated[
        str, typer.Argument(help="xiaoli, iphone-night, fleet-30 or fleet-200.")
    ] = "",
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
    benchmark: Annotated[
        bool, typer.Option("--benchmark", help="Write the benchmark's lives and their truth.")
    ] = False,
) -> None:
    """Write paired exports with known truth, in the real formats."""
    from esim_analysis import simulator  # noqa: PLC0415 - --help stays instant

    if benchmark == bool(scenario):
        raise typer.BadParameter("name a scenario, or say --benchmark")
    written = (
        simulator.write_benchmark(output) if benchmark else simulator.simulate(scenario, output)
    )
    for path in written:
        typer.echo(path)
