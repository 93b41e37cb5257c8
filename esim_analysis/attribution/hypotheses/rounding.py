"""Rounding: whether each record is rounded up, and that is what is left of it."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats
from esim_analysis.attribution.hypotheses.sides import NOTABLE, Facts, Sides
from esim_analysis.attribution.precision import common_step
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "rounding"
_FEWEST: Final = 12  # stretches a line is laid through
_FAIR: Final = (0.2, 0.9)  # of a step, that rounding up leaves of a record on average
_SURE: Final = 2.0  # standard errors
_FAR: Final = 3.5  # median deviations beyond which a stretch has another reason


def test(sides: Sides) -> Hypothesis:
    """Ask whether each record costs a part of a step beyond what the phone's bytes cost.

    The bill of a stretch is taken as overhead x phone bytes + a share of a step x its
    records; where rounding is coarse the overhead alone would swallow the latter.
    """
    step = steps_of(sides)
    count = len(step)
    facts: Facts = {"step": int(step.max()) if count else 1, "records": count}
    if not coarse(sides):
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="fine", part="either", facts=facts
        )
    share, error = _share_of_step(sides, step)
    if not np.isfinite(error):
        return Hypothesis(
            cause=CAUSE, verdict=CANNOT_TELL, outcome="few", part="either", facts=facts
        )
    if not (share - _SURE * error > 0 and _FAIR[0] < share < _FAIR[1]):
        # A share of nothing speaks against it; anything between says little.
        verdict = CONTRADICTS if share + _SURE * error < _FAIR[0] else CANNOT_TELL
        return Hypothesis(
            cause=CAUSE, verdict=verdict, outcome="beyond", part="either", facts=facts
        )
    whole = float(step.sum())
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="steps",
        part="either",
        bytes=round(share * whole),
        low=round(max(share - _SURE * error, 0.0) * whole),
        high=round(min(share + _SURE * error, 1.0) * whole),
        facts=facts,
    )


def steps_of(sides: Sides) -> "pd.Series[float]":
    """Return the step each billed record's volume was rounded to, in bytes; 1 where none shows."""
    records = sides.records[sides.records["billed"] > 0]
    source = pd.factorize(records["source"])[0]
    return pd.Series(common_step(records["billed"].to_numpy(), source), index=records.index)


def coarse(sides: Sides) -> bool:
    """Say whether rounding alone could make a notable part of the bill."""
    return float(steps_of(sides).sum()) > NOTABLE * sides.billed


def _share_of_step(sides: Sides, step: "pd.Series[float]") -> tuple[float, float]:
    """Fit bill = overhead x phone + share x steps; return the share and its standard error."""
    steps = step.groupby(sides.stretch_of_record[step.index]).sum()
    table = sides.stretches.assign(steps=steps).query("billed > 0 and seen > 0 and steps > 0")
    keep = np.ones(len(table), dtype=bool)
    share, error = np.nan, np.inf
    for _ in range(2):  # the second time without what the first found far off
        if keep.sum() < _FEWEST:
            return share, np.inf
        billed = table["billed"].to_numpy(dtype=np.float64)
        sides_of = table[["seen", "steps"]].to_numpy(dtype=np.float64) / billed[:, None]
        fit, error = _least_squares(sides_of[keep])
        share = float(fit[1])
        off = np.abs(1.0 - sides_of @ fit)
        keep = off <= _FAR * max(float(np.median(off)), 1e-4)
    return share, error


def _least_squares(sides_of: Floats) -> tuple[Floats, float]:
    """Fit ones by two columns; return the weights and the standard error of the second."""
    ones = np.ones(len(sides_of))
    fit = np.linalg.lstsq(sides_of, ones, rcond=None)[0].astype(np.float64)
    rest = ones - sides_of @ fit
    variance = float(rest @ rest) / max(len(rest) - 2, 1)
    spread = np.linalg.pinv(sides_of.T @ sides_of)[1, 1] * variance
    return fit, float(np.sqrt(max(spread, 0.0)))
