"""How often the estimated metering overhead lies as near the hidden one as it says.

    python benchmarks/overhead_belief.py --lives 60

Where evidence is missing all cells of a life share one error, that of the overhead: twenty lives
of `attribution_accuracy.py` say little about its bands. Here only the overhead is estimated, on
many more lives, and compared with its own belief: Student's law of its point, deviation and freedom.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

sys.path.insert(0, str(Path(__file__).parent))

from lives import SCENARIOS, Scenario, live

from esim_analysis.attribution.matching import estimate_overhead, join, match
from esim_analysis.attribution.overhead import widening

FIRST_SEED: Final = 30_000
LEVELS: Final = (0.50, 0.80, 0.95, 0.99)


def judged(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return how far the truth lies away, in deviations of the belief."""
    life = live(scenario, seed)
    found = estimate_overhead(join(match(life.usage, life.evidence)).task)
    error = life.overhead - found.overhead.point
    return {
        "estimated": float(found.overhead.origin == "estimated"),
        "error": error,
        "score": error / found.deviation,
        "freedom": found.freedom,
    }


def row(scenario: Scenario, lives: int) -> str:
    """Return one row of the table."""
    rows = pd.DataFrame(judged(scenario, FIRST_SEED + number) for number in range(lives))
    away = rows["score"].abs().to_numpy()
    held = [f"{(away <= _reach(level, rows['freedom'])).mean():.2f}" for level in LEVELS]
    spread = f"{np.sqrt((rows['score'] ** 2).mean()):.2f}"
    error = f"{rows['error'].abs().median():.4f}"
    estimated = f"{rows['estimated'].mean():.2f}"
    return f"| {' | '.join([scenario.title, estimated, error, spread, *held])} |"


def _reach(level: float, freedom: pd.Series) -> np.ndarray:
    """Return deviations from the middle to the ends of the central band."""
    return ndtri((1 + level) / 2) * np.array([widening(level, one) for one in freedom])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lives", type=int, default=60, help="lives a scenario (60)")
    parser.add_argument("--only", action="append", default=[], help="name of a scenario")
    chosen = parser.parse_args(arguments)
    levels = " | ".join(f"{level:.0%}" for level in LEVELS)
    print(f"| scenario | estimated | median error | error ÷ deviation, rms | {levels} |")
    print("|---|---|---|---|" + "---|" * len(LEVELS), flush=True)
    wanted = [one for one in SCENARIOS if not chosen.only or one.name in chosen.only]
    for scenario in wanted:
        print(row(scenario, chosen.lives), flush=True)


if __name__ == "__main__":
    main()
