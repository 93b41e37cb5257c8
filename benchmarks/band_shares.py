"""How often calibrated bands hold: shares of app × day cells, and what bands cost.

Used by `attribution_accuracy.py`. The cells of a life share errors, that of the overhead above
all: standard errors are therefore those of lives, not of cells.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution import bands
from esim_analysis.model import RESIDUALS, Attribution

NOMINAL: Final = (0.50, 0.80, 0.95, 0.99)
HELD: Final = tuple(f"held {level:.0%}" for level in NOMINAL)
SCORED: Final = 0.95  # the level the interval score is taken at


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one life: the share of bands that hold by level; width and score of the 95 % band."""

    held: tuple[float, ...] = (float("nan"),) * len(NOMINAL)
    width: float = float("nan")
    score: float = float("nan")

    def columns(self) -> dict[str, float]:
        """Return them by name of column."""
        named = dict(zip(HELD, self.held, strict=True))
        return {**named, "width 95": self.width, "interval score": self.score}


NO_SHARES: Final = Shares()


def shares(divided: Attribution, truth: pd.Series) -> Shares:
    """Return how often the bands of app × day, of the attribution's zone, hold `truth` by both."""
    pieces = divided.pieces[~divided.pieces["app"].isin(RESIDUALS)]
    local = pieces["start_utc"].dt.tz_convert(divided.zone.value)
    pieces = pieces.assign(day=local.dt.strftime("%Y-%m-%d"))
    held = []
    width = score = float("nan")
    for level in NOMINAL:
        rows = bands(divided, pieces, by=["day", "app"], level=level)
        rows = rows[rows["bytes"] > 0]
        keys = pd.MultiIndex.from_frame(rows[["day", "app"]])
        true = truth.reindex(keys, fill_value=0.0).to_numpy()
        low, high = rows["bytes_low"].to_numpy(float), rows["bytes_high"].to_numpy(float)
        held.append(float(((low - 1 <= true) & (true <= high + 1)).mean()))
        if level == SCORED:
            width = float(np.median((high - low) / rows["bytes"].to_numpy(float)))
            score = interval_score(low, high, true)
    return Shares(tuple(held), width, score)


def interval_score(low: np.ndarray, high: np.ndarray, true: np.ndarray) -> float:
    """Return Gneiting and Raftery's interval score at 95 %, summed, per byte of truth."""
    penalty = 2.0 / (1.0 - SCORED)
    missed = np.maximum(low - true, 0.0) + np.maximum(true - high, 0.0)
    return float((high - low + penalty * missed).sum() / true.sum())


def calibration(scores: pd.DataFrame) -> str:
    """Return a Markdown table of shares ± standard errors of lives, with median width and score.

    `scores` has one row a life: `scenario` and the columns of `Shares`. All scenarios
    together weigh alike, however many lives each has.
    """
    grouped = scores.groupby("scenario", sort=False)
    mean, error = grouped[list(HELD)].mean(), grouped[list(HELD)].sem()
    mean.loc["all scenarios"] = mean.mean()
    error.loc["all scenarios"] = np.sqrt((error**2).sum()) / len(error)
    middle = grouped[["width 95", "interval score"]].median()
    middle.loc["all scenarios"] = middle.mean()
    lives = grouped.size()
    lives["all scenarios"] = len(scores)
    levels = " | ".join(f"{level:.0%}" for level in NOMINAL)
    head = f"| scenario | lives | {levels} | width of 95 % | interval score |"
    lines = [head, "|" + "---|" * (len(NOMINAL) + 4)]
    for name in mean.index:
        pairs = zip(mean.loc[name], error.loc[name], strict=True)
        held = " | ".join(f"{share:.3f} ± {off:.3f}" for share, off in pairs)
        width, score = middle.loc[name]
        lines.append(f"| {name} | {lives[name]} | {held} | {width:.4f} | {score:.4f} |")
    return "\n".join(lines)
