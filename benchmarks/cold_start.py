"""How long `esim-analysis --help` takes, as a multiple of Python importing argparse.

    python benchmarks/cold_start.py [--check]

Medians of nine interleaved runs. `--check` fails above the limit of 5.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

RUNS: Final = 9
LIMIT: Final = 5.0
COMMANDS: Final = {
    "import argparse": [sys.executable, "-c", "import argparse"],
    "esim-analysis --help": [str(Path(sys.executable).with_name("esim-analysis")), "--help"],
    "import esim_analysis": [sys.executable, "-c", "import esim_analysis"],
}


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return time.perf_counter() - begin


def main() -> None:
    """Print one line a command; with `--check` exit 1 above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    base = statistics.median(times["import argparse"])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:<22} {middle * 1000:7.1f} ms {middle / base:5.2f} x")
    ratio = statistics.median(times["esim-analysis --help"]) / base
    if check and ratio > LIMIT:
        sys.exit(f"--help takes {ratio:.2f} x 'import argparse'; the limit is {LIMIT:g} x")


if __name__ == "__main__":
    main()
