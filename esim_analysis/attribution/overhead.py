"""The metering overhead (billed bytes per phone byte), from what the evidence explains completely.

Evidence that is missing only ever pushes bill ÷ phone up. So over parts of the
overlap graph that do not touch each other the ratio is the overhead times
(1 + meter noise + excess), where the excess is never negative and small excesses are
at least as likely as large ones. Every such law of excess is a mixture of uniform laws
from zero up; its weights are fitted for each candidate overhead, and the candidate
under which the ratios are most likely is the estimate.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from esim_analysis.attribution.bill import Flags, Floats
from esim_analysis.model import Overhead

ASSUMED: Final = Overhead(point=1.03, low=0.98, high=1.09, origin="assumed")
NOISE: Final = 0.01  # of a session's bytes: the meter noise granted where none is estimated
WIDEST: Final = (0.85, 1.25)

_REACHES: Final = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0])
_NOISES: Final = (0.0005, 0.002, 0.005, 0.01, 0.02)
_COARSE: Final = 0.0025
_FINE: Final = 0.0005
_MOST_PARTS: Final = 400
_FEWEST_CLOSED: Final = 6.0
_DROP: Final = 2.0  # of the log-likelihood, at the ends of the band
_WIDEST_BAND: Final = 0.04
_ROUNDS: Final = 40
_STRAY: Final = 1e-3  # density of ratios that follow no law: conflicts, other SIMs
_NARROWEST: Final = 0.003


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of the overlap graph, as far as the overhead needs them.

    Attributes
    ----------
    bill, phone
        Bytes on both sides.
    spread
        Noise of `bill` for a noise of 1 a session: sqrt(sum B²) / sum B.
    rounding
        Half-width of bill and phone together, as a share of `bill`.
    sessions
        Billed rows in it.
    """

    bill: Floats
    phone: Floats
    spread: Floats
    rounding: Floats
    sessions: Floats

    def take(self, keep: Flags) -> "Parts":
        """Return some of the parts."""
        return Parts(
            self.bill[keep],
            self.phone[keep],
            self.spread[keep],
            self.rounding[keep],
            self.sessions[keep],
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """An overhead, and the noise a session of one meter around it."""

    overhead: Overhead
    noise: float


def estimate(parts: Parts, *, between: tuple[float, float] = (0.9, 1.2)) -> Estimate:
    """Estimate the overhead, or fall back to the assumed band and say so.

    Parameters
    ----------
    parts
        Parts of the overlap graph with surely cellular evidence only.
    between
        Range in which the overhead is looked for.
    """
    usable = (parts.phone > 0) & (parts.bill > 0) & (parts.rounding < _NARROWEST * 3)
    parts = _largest(parts.take(usable))
    if len(parts.bill) < _FEWEST_CLOSED:
        return Estimate(ASSUMED, NOISE)
    ratio = parts.bill / parts.phone
    coarse = np.arange(between[0], between[1] + _COARSE, _COARSE)
    fits = [_profile(ratio, parts, coarse, noise) for noise in _NOISES]
    best = max(range(len(_NOISES)), key=lambda level: float(fits[level].max()))
    centre = coarse[int(fits[best].argmax())]
    fine = np.arange(centre - 0.03, centre + 0.03 + _FINE, _FINE)
    likely = _profile(ratio, parts, fine, _NOISES[best])
    within = fine[likely > likely.max() - _DROP]
    point = float(fine[int(likely.argmax())])
    closed, sessions = _closed(ratio, parts, point, _NOISES[best])
    low, high = float(within[0]), float(within[-1])
    inside = between[0] + _COARSE < point < between[1] - _COARSE
    if closed < _FEWEST_CLOSED or high - low > _WIDEST_BAND or not inside:
        return Estimate(ASSUMED, NOISE)
    half = max(_NARROWEST, _NOISES[best] / 2)
    overhead = Overhead(
        point=round(point, 4),
        low=round(min(low, point - half), 4),
        high=round(max(high, point + half), 4),
        origin="estimated",
        sessions=sessions,
    )
    return Estimate(overhead, _NOISES[best])


def _largest(parts: Parts) -> Parts:
    if len(parts.bill) <= _MOST_PARTS:
        return parts
    smallest = np.partition(parts.bill, -_MOST_PARTS)[-_MOST_PARTS]
    return parts.take(parts.bill >= smallest)


def _profile(ratio: Floats, parts: Parts, candidates: Floats, noise: float) -> Floats:
    """Return the log-likelihood of each candidate overhead, weights fitted by EM."""
    excess = ratio / candidates[:, None] - 1.0
    law = _densities(excess, _deviation(parts, noise))
    weights = np.full((len(candidates), 1, law.shape[2]), 1.0 / law.shape[2])
    for _ in range(_ROUNDS):
        joint = law * weights
        joint /= joint.sum(axis=2, keepdims=True) + _STRAY
        weights = joint.mean(axis=1, keepdims=True) + 1e-6
        weights /= weights.sum(axis=2, keepdims=True)
    total: Floats = np.log((law * weights).sum(axis=2) + _STRAY).sum(axis=1)
    return total


def _densities(excess: Floats, deviation: Floats) -> Floats:
    """Return densities of shape (…, laws): no excess, then excess uniform up to each reach."""
    score = (excess / deviation)[..., None]
    reach = _REACHES / deviation[..., None]
    none = np.exp(-0.5 * score**2) / (deviation[..., None] * np.sqrt(2 * np.pi))
    some = (ndtr(score) - ndtr(score - reach)) / _REACHES
    return np.concatenate([none, some], axis=-1)


def _deviation(parts: Parts, noise: float) -> Floats:
    return np.sqrt((noise * parts.spread) ** 2 + parts.rounding**2) + 1e-6


def _closed(ratio: Floats, parts: Parts, point: float, noise: float) -> tuple[float, int]:
    """Count parts, and their billed rows, that close at the overhead."""
    near = np.abs(ratio / point - 1.0) < 2.0 * _deviation(parts, noise) + 0.002
    return float(near.sum()), int(parts.sessions[near].sum())
