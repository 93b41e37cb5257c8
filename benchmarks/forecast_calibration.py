"""How honest the forecast's odds are: calibration error and Brier score a day of the cycle.

    python benchmarks/forecast_calibration.py [--check] [--lines N]

Synthetic users: lognormal days, weekends of 0.5 to 2 times a weekday, up to a
quarter of days without use, a change of habit in 35 % of them; the allowance is
the true total of the second cycle times lognormal(0.35). The seed is the SHA-256 of the
forecasting code, so the code cannot be fitted to the seed. Ten bins.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from esim_analysis.billing import odds

Table = NDArray[np.float64]

CYCLE: Final = 30
DAYS: Final = tuple(range(3, CYCLE))
LIMIT: Final = 0.10
LIMIT_WITH_HISTORY_DAY_15: Final = 0.06


def seed() -> int:
    """Return a seed that changes with the code that is measured."""
    return int(hashlib.sha256(Path(odds.__file__).read_bytes()).hexdigest()[:15], 16)


def users(count: int, dice: np.random.Generator) -> tuple[Table, Table]:
    """Return daily bytes of two cycles, and an allowance for the second."""
    days = 2 * CYCLE
    level = dice.lognormal(np.log(150e6), 0.8, (count, 1))
    daily = level * dice.lognormal(0, dice.uniform(0.3, 1.2, (count, 1)), (count, days))
    weekend = (np.arange(days)[None, :] + dice.integers(0, 7, (count, 1))) % 7 >= 5
    daily *= np.where(weekend, dice.uniform(0.5, 2, (count, 1)), 1)
    daily *= dice.random((count, days)) >= dice.uniform(0, 0.25, (count, 1))
    changes = (dice.random((count, 1)) < 0.35) & (
        np.arange(days)[None, :] >= dice.integers(0, days, (count, 1))
    )
    daily *= np.where(changes, dice.lognormal(0, 1.0, (count, 1)), 1)
    allowance = daily[:, CYCLE:].sum(axis=1) * dice.lognormal(0, 0.35, count)
    return daily, allowance


def scores(chance: Table, happened: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the Brier score and the calibration error over ten bins."""
    brier = float(((chance - happened) ** 2).mean())
    place = np.minimum((chance * 10).astype(int), 9)
    told = np.bincount(place, weights=chance, minlength=10)
    seen = np.bincount(place, weights=happened, minlength=10)
    return brier, float(np.abs(told - seen).sum() / len(chance))


def measure(count: int) -> list[tuple[int, dict[str, tuple[float, float]]]]:
    """Return the scores of each method on each day."""
    daily, allowance = users(count, np.random.default_rng(seed()))
    this, last = daily[:, CYCLE:], daily[:, :CYCLE]
    happened = this.sum(axis=1) > allowance
    table = []
    for day in DAYS:
        seen = this[:, :day]
        left = allowance - seen.sum(axis=1)
        shares = np.ones(CYCLE - day)
        straight = (seen.mean(axis=1) * len(shares) > left).astype(float)
        alone = odds.without_history(seen, left, shares).used_up[:, -1]
        pooled = odds.with_history(seen, last, left, shares).used_up[:, -1]
        chances = {"straight line": straight, "this cycle": alone, "with last cycle": pooled}
        table.append((day, {name: scores(p, happened) for name, p in chances.items()}))
    return table


def failures(table: list[tuple[int, dict[str, tuple[float, float]]]]) -> list[str]:
    """Return what misses its limit."""
    found = []
    for day, by_method in table:
        line = by_method["straight line"][0]
        for name in ("this cycle", "with last cycle"):
            brier, error = by_method[name]
            strict = name == "with last cycle" and day == 15
            limit = LIMIT_WITH_HISTORY_DAY_15 if strict else LIMIT
            if brier >= line:
                found.append(f"day {day}, {name}: Brier {brier:.3f}, straight line {line:.3f}")
            if day >= 10 and error > limit:
                found.append(f"day {day}, {name}: calibration {error:.3f}, limit {limit}")
    return found


def main() -> None:
    """Print one line a day; with `--check` exit 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--lines", type=int, default=4000)
    given = parser.parse_args()
    table = measure(given.lines)
    print(f"{given.lines} users, seed {seed()}; Brier (calibration error)")
    for day, by_method in table:
        cells = [f"{name} {b:.3f} ({e:.3f})" for name, (b, e) in by_method.items()]
        print(f"day {day:2d}: " + " · ".join(cells))
    missed = failures(table)
    for line in missed:
        print("missed:", line)
    if given.check and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
