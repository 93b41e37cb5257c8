"""How near attribution comes to the truth, beside simple methods, on lives of known truth.

    python benchmarks/attribution_accuracy.py --seeds 20
    python benchmarks/attribution_accuracy.py --bands-only --seeds 300   # the second table alone

Prints medians over the seeds. WAPE is sum|estimate - truth| / sum truth; `unattributed`,
`rounding` and `conflict` are one app, and so is in truth everything without evidence.
Seeds derive from the SHA-256 of the code under test, so nothing can be tuned to them.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

import baselines
import midnight_oracle
from band_shares import NO_SHARES, Shares, calibration, interval_score, shares
from lives import SCENARIOS, Life, Scenario, live

import esim_analysis.attribution
from esim_analysis.attribution import attribute
from esim_analysis.attribution.overhead import ASSUMED
from esim_analysis.model import RESIDUALS, UNATTRIBUTED, Attribution, Choice, Origin

ZONES: Final = {"day": "UTC", "local day": "Europe/Madrid"}
LEVELS: Final = ("session", "day", "local day", "cycle")


@dataclass(frozen=True, slots=True)
class Score:
    """One method on one life."""

    method: str
    wape: dict[str, float]
    covered: float = float("nan")
    width: float = float("nan")
    bands: Shares = NO_SHARES
    overhead_error: float = float("nan")
    residual_true: float = float("nan")
    residual: float = float("nan")


def first_seed() -> int:
    """Return the seed that the code under test stands for."""
    folder = Path(esim_analysis.attribution.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return int(digest.hexdigest()[:8], 16)


def run(scenario: Scenario, seeds: Sequence[int], *, banded: str = "day") -> pd.DataFrame:
    """Return the scores of every method on every life of a scenario.

    `banded` names the days, of `ZONES`, whose bands are judged.
    """
    rows = []
    for seed in seeds:
        life = live(scenario, seed)
        scores = [
            score_package(life, banded=banded),
            *(score_baseline(life, name) for name in baselines.METHODS),
        ]
        rows += [
            {
                "scenario": scenario.title,
                "method": score.method,
                "seed": seed,
                **score.wape,
                "covered": score.covered,
                "width": score.width,
                **score.bands.columns(),
                "overhead error": score.overhead_error,
                "residual true": score.residual_true,
                "residual": score.residual,
            }
            for score in scores
        ]
    return pd.DataFrame(rows)


def run_bands(scenario: Scenario, seeds: Sequence[int], *, banded: str = "day") -> pd.DataFrame:
    """Return how often this package's bands of app × day hold, and nothing else."""
    rows = []
    for seed in seeds:
        life = live(scenario, seed)
        zone = Choice(ZONES[banded], Origin.DECLARED)
        day = attribute(life.usage, life.evidence, zone=zone)
        held = shares(day, truth_table(life, banded))
        rows.append({"scenario": scenario.title, "seed": seed, **held.columns()})
    return pd.DataFrame(rows)


def score_package(life: Life, *, banded: str = "day") -> Score:
    """Score `attribute()` as a user would call it."""
    divided = {
        level: attribute(life.usage, life.evidence, zone=Choice(zone, Origin.DECLARED))
        for level, zone in ZONES.items()
    }
    day = divided["day"]
    estimates = {
        "session": _sums(day.pieces, ["record"]),
        "cycle": _sums(day.by_cycle, []),
        **{level: _sums(found.by_day, ["day"]) for level, found in divided.items()},
    }
    truths = truth_tables(life)
    covered, width = _band(divided[banded], truths[banded])
    total = life.truth["bytes"].sum()
    return Score(
        "this package",
        {level: wape(estimates[level], truths[level]) for level in LEVELS},
        covered,
        width,
        shares(divided[banded], truths[banded]),
        abs(day.overhead.point - life.overhead),
        float(truths["cycle"].get(UNATTRIBUTED, 0.0) / total),
        float(estimates["cycle"].get(UNATTRIBUTED, 0.0) / total),
    )


def score_baseline(life: Life, name: str) -> Score:
    """Score a simple method under the same day rule."""
    pieces = baselines.METHODS[name](life.usage, life.evidence)
    estimates = {
        "session": _sums(pieces, ["record"]),
        "cycle": _sums(pieces, []),
        **{level: baselines.by_day(pieces, zone) for level, zone in ZONES.items()},
    }
    truths = truth_tables(life)
    # The band a simple method has by nature: its point, under the usual overheads.
    points = estimates["day"].drop(UNATTRIBUTED, level="app", errors="ignore")
    points = points[points > 0]
    true = truths["day"].reindex(points.index.set_names(["day", "app"]), fill_value=0.0)
    least, point, most = ASSUMED.low, ASSUMED.point, ASSUMED.high
    return Score(
        name,
        {level: wape(estimates[level], truths[level]) for level in LEVELS},
        bands=Shares(
            score=interval_score(
                points.to_numpy() * least / point, points.to_numpy() * most / point, true.to_numpy()
            )
        ),
    )


def truth_tables(life: Life) -> dict[str, pd.Series]:
    """Return true bytes by app, and by session or day."""
    return {level: truth_table(life, level) for level in LEVELS}


def truth_table(life: Life, level: str) -> pd.Series:
    """Return true bytes by app at one of `LEVELS`."""
    truth = life.truth
    if level not in ZONES:
        return truth.groupby(["session", "app"] if level == "session" else "app")["bytes"].sum()
    day = truth["time"].dt.tz_convert(ZONES[level]).dt.strftime("%Y-%m-%d")
    return truth.groupby([day.rename("day"), "app"])["bytes"].sum()


def wape(estimate: pd.Series, truth: pd.Series) -> float:
    """Return sum|estimate - truth| / sum truth over the cells of either."""
    names = ["cell", "app"][-truth.index.nlevels :]
    estimate, truth = estimate.rename_axis(names), truth.rename_axis(names)
    gap = estimate.astype(float).sub(truth.astype(float), fill_value=0.0)
    return float(gap.abs().sum() / truth.sum())


def _sums(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    app = frame["app"].where(~frame["app"].isin(RESIDUALS), UNATTRIBUTED)
    return frame["bytes"].astype(float).groupby([*(frame[name] for name in by), app]).sum()


def _band(divided: Attribution, truth: pd.Series) -> tuple[float, float]:
    """Return the share of app × day cells whose band holds the truth, and its median width."""
    rows = divided.by_day[~divided.by_day["app"].isin(RESIDUALS)]
    keys = pd.MultiIndex.from_frame(rows[["day", "app"]])
    true = truth.reindex(keys, fill_value=0.0).to_numpy()
    low, high = rows["bytes_low"].to_numpy(float), rows["bytes_high"].to_numpy(float)
    held = (low - 1 <= true) & (true <= high + 1)
    width = (high - low) / np.maximum(rows["bytes"].to_numpy(float), 1.0)
    return float(held.mean()), float(np.median(width))


def table(scores: pd.DataFrame, *, middle: str = "median") -> str:
    """Return the medians, or means, as a Markdown table."""
    columns = [*LEVELS, "interval score", "covered", "width", "overhead error"]
    columns += ["residual true", "residual"]
    medians = scores.groupby(["scenario", "method"], sort=False)[columns].agg(middle)
    head = ["scenario", "method", *(f"app × {level}" for level in LEVELS), *columns[4:]]
    return _markdown(medians.reset_index(), head, columns)


def _markdown(rows: pd.DataFrame, head: list[str], columns: list[str]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows.to_dict("records"):
        figures = ["–" if np.isnan(row[name]) else f"{row[name]:.4f}" for name in columns]
        lines.append("| " + " | ".join([row["scenario"], row["method"], *figures]) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> pd.DataFrame:
    """Run the benchmark from the command line; return its scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="lives a scenario (20)")
    parser.add_argument("--quick", action="store_true", help="five lives, two scenarios")
    parser.add_argument("--bands-only", action="store_true", help="how often bands hold alone")
    parser.add_argument("--only", action="append", default=[], help="name of a scenario")
    parser.add_argument("--first", type=int, help="first seed, instead of that of the code")
    parser.add_argument("--mean", action="store_true", help="means instead of medians")
    parser.add_argument("--bands", choices=list(ZONES), default="day", help="days they are of")
    chosen = parser.parse_args(arguments)
    wanted = chosen.only or (["complete", "missing"] if chosen.quick else [])
    base, count = chosen.first or first_seed(), 5 if chosen.quick else chosen.seeds
    keep: Callable[[Scenario], bool] = lambda one: not wanted or one.name in wanted  # noqa: E731
    score = run_bands if chosen.bands_only else run
    scores = pd.concat(
        [
            score(scenario, range(base, base + count), banded=chosen.bands)
            for scenario in SCENARIOS
            if keep(scenario)
        ]
    )
    print(f"{count} lives a scenario, seeds from {base}\n")
    mine = scores
    if not chosen.bands_only:
        print(f"{table(scores, middle='mean' if chosen.mean else 'median')}\n")
        mine = scores[scores["method"] == "this package"]
    print(f"Bands at app × {chosen.bands}: share that holds the truth\n\n{calibration(mine)}")
    if not chosen.bands_only and (scores["scenario"] == midnight_oracle.DAILY.title).any():
        told = midnight_oracle.table(range(base, base + count))
        print(f"\nDaily bill, app × local day: what its midnights alone add\n\n{told}")
    return scores


if __name__ == "__main__":
    main()
