"""How often records tell which way a bill rounds its volumes: up, to the nearest step, or off.

    python benchmarks/rounding_direction.py --lives 20

The lives of `lives.py`, whose bills are rounded to whole megabytes in each of the three ways.
A way is named only where it is clearly the likeliest: else the table says "not told".
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from lives import SCENARIOS, Life, Scenario, live

from esim_analysis.attribution import estimated
from esim_analysis.attribution.rounding import WAYS
from esim_analysis.model import UsageRecords

FIRST_SEED: Final = 620_000
STEP: Final = 1_000_000
NOISE: Final = 0.01  # of the meter, as in the lives
ROUNDED: Final[dict[str, Callable[[np.ndarray], np.ndarray]]] = {
    "up": np.ceil,
    "nearest": np.rint,
    "down": np.floor,
}
CASES: Final = ("complete", "missing", "missing_short", "heavy", "overlap")


def rounded(life: Life, way: str, seed: int) -> UsageRecords:
    """Return the bill of a life whose operator rounds each record to whole megabytes."""
    frame = life.usage.frame
    true = life.truth.groupby("session")["bytes"].sum().reindex(frame.index, fill_value=0.0)
    dice = np.random.default_rng((seed, 1))
    metered = true.to_numpy() * (1 + dice.normal(0, NOISE, len(true)))
    volume = (ROUNDED[way](metered / STEP) * STEP).astype(np.int64)
    return UsageRecords(frame.assign(bytes_total=volume))


def found(scenario: Scenario, way: str, seed: int) -> tuple[str, float]:
    """Return which way is named, and how far the overhead is off."""
    life = live(scenario, seed)
    estimate = estimated(rounded(life, way, seed), life.evidence)
    name = "not told" if estimate.way is None else WAYS[estimate.way]
    return name, abs(estimate.overhead.point - life.overhead)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where a wrong way was named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lives", type=int, default=20, help="lives a scenario (20)")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="first seed")
    chosen = parser.parse_args(arguments)
    print("| scenario | rounded | named right | not told | wrong | overhead error |")
    print("|---|---|---|---|---|---|")
    wrong = 0
    for scenario in (one for one in SCENARIOS if one.name in CASES):
        for way in ROUNDED:
            seeds = range(chosen.first, chosen.first + chosen.lives)
            names, errors = zip(*(found(scenario, way, seed) for seed in seeds), strict=True)
            right, untold = names.count(way), names.count("not told")
            wrong += len(names) - right - untold
            counts = f"{right} | {untold} | {len(names) - right - untold}"
            print(f"| {scenario.title} | {way} | {counts} | {np.median(errors):.4f} |", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
