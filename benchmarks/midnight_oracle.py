"""How well any method could divide a two-hour bucket at a midnight inside it, under a daily bill.

    python benchmarks/midnight_oracle.py --lives 40

The lives are those of `attribution_accuracy.py` with a daily bill, read in Madrid's winter, whose
midnight lies in the middle of a bucket. Oracles are told what no one can know: how the lives are
made (each app's rate, the hours of the day, how Wi-Fi alternates) and, the second one, when the
phone was on Wi-Fi. From the buckets they compute the law of each share and take its mean, or, told the
bytes of each bucket too, its median, which no other figure beats in absolute error. The package is
asked with and without what the phone counted in every hour. Printed is
what dividing these buckets alone adds to WAPE at app × local day; overhead and meter noise come
on top of it.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

import lives
from lives import APPS, DAYS, HOTSPOT, NAMES, SCENARIOS, START

from esim_analysis.attribution import attribute
from esim_analysis.model import Choice, Origin

FIRST_SEED: Final = 8100
BUCKET_S: Final = 7_200
STEPS: Final = 12  # of five minutes, in half a bucket
SWITCH: Final = -np.expm1(-5 / 180)  # Wi-Fi and mobile last three hours on average
HOTSPOT_RATE: Final = 0.2  # events an hour
DRAWS: Final = 2_000
NEAR: Final = 0.3  # of a logarithm of bytes: draws this near to the bucket's count
BEFORE, AFTER = 22.5, 23.5  # middle of the hours on both sides of midnight, UTC
DAILY: Final = next(one for one in SCENARIOS if one.name == "daily")
HOURS: Final = next(one for one in SCENARIOS if one.name == "daily_hours")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is behind a life: events on mobile data, and on Wi-Fi; mobile periods, rates and bursts.

    Rates are an hour's; a burst is its median in bytes, the hotspot's is always the same.
    """

    events: pd.DataFrame
    wifi: pd.DataFrame
    periods: np.ndarray
    rate: np.ndarray
    burst: np.ndarray


def awake(hour: np.ndarray | float) -> np.ndarray:
    """Return how likely a burst of that hour happens."""
    return np.where(np.less(hour, 7), 0.15, 0.6 + 0.4 * np.sin(np.subtract(hour, 7) / 17 * np.pi))


def hidden(seed: int) -> Hidden:
    """Draw a life as `lives.live` does, and keep what it hides."""
    weights = np.random.default_rng(seed).dirichlet(np.full(APPS, 0.5))
    dice = np.random.default_rng(seed)
    events = lives._events(dice, DAILY)  # noqa: SLF001 - the oracle may look
    dice.uniform()
    dice.random()
    dice.permutation(APPS)
    periods = lives._cellular(dice)  # noqa: SLF001
    which = np.searchsorted(periods[:, 0], events["time"], "right") - 1
    events["bucket"] = (events["time"] // BUCKET_S).astype(int)
    mobile = (which >= 0) & (events["time"].to_numpy() < periods[which, 1])
    rate = np.r_[(2 + 60 * weights) / 3, HOTSPOT_RATE]
    steady = events.loc[events["app"] == APPS, "phone"].median()
    burst = np.r_[np.exp(11 + 2 * weights), steady]
    return Hidden(events[mobile], events[~mobile], periods, rate, burst)


def kernel(steps: int) -> np.ndarray:
    """Return P(state at the end, mobile steps | state before), over some steps."""
    found = np.zeros((2, 2, steps + 1))
    for state in (0, 1):
        now = np.zeros((2, steps + 1))
        now[state, 0] = 1.0
        for _ in range(steps):
            moved = np.stack([now[0], np.r_[0.0, now[1, :-1]]])
            now = (1 - SWITCH) * moved + SWITCH * moved[::-1]
        found[state] = now
    return found


def likelihood(life: Hidden, *, wifi: bool) -> np.ndarray:
    """Return P(what each bucket shows | mobile steps in it), up to a factor a bucket.

    `wifi`: it shows which apps were on Wi-Fi, too.
    """
    count = _events(life.events)
    hour = np.arange(len(count)) * 2 % 24
    usual = (awake(hour + 0.5) + awake(hour + 1.5)) / 2
    hours = np.arange(2 * STEPS + 1) / STEPS
    mean = np.maximum(life.rate[:APPS, None] * hours * usual[:, None, None], 1e-300)
    told = np.where(count[:, :APPS, None] > 0, np.log(-np.expm1(-mean)), -mean).sum(axis=1)
    other = np.maximum(HOTSPOT_RATE * hours, 1e-300)
    told += count[:, APPS, None] * np.log(other) - other
    if wifi:
        away = mean[:, :, ::-1]  # the rest of the bucket
        shown = _events(life.wifi)[:, :APPS, None] > 0
        told += np.where(shown, np.log(-np.expm1(-away)), -away).sum(axis=1)
    return np.exp(told - told.max(axis=1, keepdims=True))


def _events(events: pd.DataFrame) -> np.ndarray:
    """Return how many events each app has in each bucket."""
    count = np.zeros((DAYS * 12, APPS + 1))
    np.add.at(count, (events["bucket"], events["app"]), 1)
    return count


def posteriors(life: Hidden, *, wifi: bool = False) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each midnight's bucket and the law of mobile steps before and after midnight."""
    half, shown = kernel(STEPS), likelihood(life, wifi=wifi)
    moves = np.einsum("abm,tm->tab", kernel(2 * STEPS), shown)
    ahead, behind = np.zeros((len(moves), 2)), np.ones((len(moves) + 1, 2))
    now = np.array([0.0, 1.0])
    for bucket, move in enumerate(moves):
        ahead[bucket] = now
        now = now @ move / (now @ move).sum()
    for bucket in range(len(moves) - 1, -1, -1):
        behind[bucket] = moves[bucket] @ behind[bucket + 1]
        behind[bucket] /= behind[bucket].sum()
    both = np.add.outer(np.arange(STEPS + 1), np.arange(STEPS + 1))
    for bucket in range(11, len(moves), 12):
        law = np.einsum("a,acm,cdn,d->mn", ahead[bucket], half, half, behind[bucket + 1])
        law *= shown[bucket][both]
        yield bucket, law / law.sum()


def median_share(
    dice: np.random.Generator, share: np.ndarray, mean: np.ndarray, told: float
) -> float:
    """Return the median of what lies before midnight, of bursts with lognormal bytes.

    `told` is how many times the median burst the bucket holds: draws of about that many count.
    """
    bursts = np.maximum(dice.poisson(mean), 1)
    size = dice.lognormal(0, 2, (len(bursts), int(bursts.max())))
    size[np.arange(size.shape[1]) >= bursts[:, None]] = 0.0
    before = dice.random(size.shape) < share[:, None]
    total = size.sum(axis=1)
    part = (size * before).sum(axis=1) / total
    weight = np.exp(-0.5 * (np.log(total / told) / NEAR) ** 2) + 1e-12
    order = np.argsort(part)
    below = np.cumsum(weight[order])
    return float(part[order[np.searchsorted(below, below[-1] / 2)]])


def judged(seed: int) -> dict[str, float]:
    """Return the error of each method on one life, as a share of all its bytes."""
    life, dice = hidden(seed), np.random.default_rng(seed)
    ours, by_hour = _ours(DAILY, seed), _ours(HOURS, seed)
    seen = dict(posteriors(life, wifi=True))
    steps = np.arange(STEPS + 1) / STEPS
    early, late = steps[:, None] * awake(BEFORE), steps * awake(AFTER)
    mean = early + late
    share = np.where(mean > 0, early / np.maximum(mean, 1e-9), 0.5)
    total = life.events["phone"].sum()
    error = dict.fromkeys(("by duration", "this package", "this package, told each hour"), 0.0)
    for bucket, law in posteriors(life):
        sides = _mobile(life.periods, bucket * BUCKET_S) * [awake(BEFORE), awake(AFTER)]
        known = sides[0] / sides.sum() if sides.sum() else 0.5
        drawn = dice.choice(law.size, DRAWS, p=law.ravel())
        mine = life.events[life.events["bucket"] == bucket]
        before = mine["phone"].where(mine["time"] < bucket * BUCKET_S + 3_600, 0.0)
        table = mine.assign(before=before).groupby("app")[["before", "phone"]].sum()
        for app, true, volume in table.itertuples():
            usual = life.rate[app] * mean.ravel()[drawn]
            told_by = volume / life.burst[app]
            told = {
                "by duration": 0.5,
                "this package": ours.get((bucket, [*NAMES, HOTSPOT][app]), 0.5),
                "this package, told each hour": by_hour.get((bucket, [*NAMES, HOTSPOT][app]), 0.5),
                "oracle of the laws, mean": float((law * share).sum()),
                "oracle of the laws and the buckets of Wi-Fi, mean": float(
                    (seen[bucket] * share).sum()
                ),
                "oracle of the laws and of each bucket's bytes, median": median_share(
                    dice, share.ravel()[drawn], usual, told_by
                ),
                "oracle of laws and Wi-Fi, mean": known,
                "oracle of laws, Wi-Fi and each bucket's bytes, median": median_share(
                    dice,
                    np.full(DRAWS, known),
                    np.full(DRAWS, life.rate[app] * sides.sum()),
                    told_by,
                ),
            }
            for method, value in told.items():
                # A byte on the wrong day is missing on one and too much on the other.
                error[method] = error.get(method, 0.0) + 2 * abs(true - value * volume) / total
    return error


def _mobile(periods: np.ndarray, start: float) -> np.ndarray:
    """Return hours of mobile data in both halves of the bucket from `start`."""
    halves = [(start, start + 3_600), (start + 3_600, start + 7_200)]
    inside = [
        np.clip(np.minimum(periods[:, 1], b) - np.maximum(periods[:, 0], a), 0, None).sum()
        for a, b in halves
    ]
    return np.array(inside) / 3_600


def _ours(scenario: lives.Scenario, seed: int) -> dict[tuple[int, str], float]:
    """Return the share the package puts before midnight, by bucket and app."""
    life = lives.live(scenario, seed)
    found = attribute(
        life.usage, life.evidence, zone=Choice("Europe/Madrid", Origin.DECLARED)
    ).pieces
    second = (found["start_utc"] - START) // pd.Timedelta(seconds=1)
    found = found.assign(bucket=second // BUCKET_S, early=second % BUCKET_S < 3_600)
    found = found[found["bucket"] % 12 == 11]
    volume = found["bytes"].astype(float)
    early = volume.where(found["early"], 0.0)
    sums = pd.DataFrame({"early": early, "all": volume}).groupby([found["bucket"], found["app"]])
    table = sums.sum().query("all > 0")
    return (table["early"] / table["all"]).to_dict()


def table(seeds: Sequence[int]) -> str:
    """Return median and mean error of each method over lives, as a Markdown table."""
    found = pd.DataFrame(judged(seed) for seed in seeds)
    rows = [f"| {name} | {found[name].median():.4f} | {found[name].mean():.4f} |" for name in found]
    return "\n".join(["| method | median | mean |", "|---|---|---|", *rows])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lives", type=int, default=40)
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="first seed")
    chosen = parser.parse_args(arguments)
    print(table(range(chosen.first, chosen.first + chosen.lives)))


if __name__ == "__main__":
    main()
