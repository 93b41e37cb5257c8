"""The hidden life of a phone, and the exports it leaves: known truth in the real formats.

habits make flows, the radio says over which network they went, the operator's
meter and the phone's meter count them each in its own way, and formats print
what they counted. Headings are literals of this package: an importer that
misreads a format cannot be excused by a writer that shares its mistake.
"""

from pathlib import Path

from esim_analysis.model import UsageError
from esim_analysis.simulator.benchmark import write_benchmark
from esim_analysis.simulator.scenarios import LARGE, SCENARIOS

__all__ = ["LARGE", "SCENARIOS", "simulate", "write_benchmark"]


def simulate(scenario: str, out: Path) -> list[Path]:
    """Write the files of a scenario to `out/<scenario>/` and its truth to `out/truth/`.

    Parameters
    ----------
    scenario
        A key of `SCENARIOS` or `LARGE`.
    out
        Folder, made when missing.

    Returns
    -------
    list of pathlib.Path
        What was written, the files a user would have first.

    Raises
    ------
    UsageError
        No such scenario.
    """
    known = {**SCENARIOS, **LARGE}
    if scenario not in known:
        raise UsageError(f"unknown scenario {scenario!r}; known are {', '.join(known)}")
    return known[scenario]().write(out, scenario)
