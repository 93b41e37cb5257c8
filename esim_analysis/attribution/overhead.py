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

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.model import Overhead

ASSUMED: Final = Overhead(point=1.03, low=0.98, high=1.09, origin="assumed")
NOISE: Final = 0.01  # of a session's bytes: the noise granted to the meter
# Reaches of uniform laws, from two deviations of one record up to hundreds of times the bill, in
# small steps: where laws near zero are few, parts that lack a little pass for complete ones and the
# overhead comes out too high. What parts lack varies threefold at least (a burst more or less), so
# neighbouring reaches come together: a phone that lacks the same little everywhere is complete.
_REACHES: Final = 0.02 * 3.0 ** (np.arange(16) / 2.0)
_APART: Final = np.subtract.outer(np.arange(16), np.arange(16)) / 2.0  # in factors of three
_BLEND: Final = np.exp(-0.5 * _APART**2) / np.exp(-0.5 * _APART**2).sum(axis=0)
_STEP: Final = 0.002
_USUAL: Final = (1.03, 0.03)  # what is known before looking: centre and deviation
_PSEUDO: Final = 1.0 / 17.0  # parts granted to each law before looking: one to all together
_STRAY: Final = 1e-3  # density of ratios that follow no law: conflicts, other SIMs
_ROUNDS: Final = 60
_TAIL: Final = 0.005
_MOST_PARTS: Final = 300
_FEWEST_PARTS: Final = 6
_FEWEST_CLOSED: Final = 2
_WIDEST_BAND: Final = 0.06
# Now and then a chance cluster of ratios passes for complete parts: where all parts lack evidence
# the belief has the tails of Student's law of so many degrees. Fitted on 625 lives of their own
# (seeds 70000 to 70249).
_FREEDOM: Final = 6.0
# The bounds of the assumptions are to hold rather than to be narrow: records of a meter stray from
# the overhead all share, and where evidence is missing nothing averages it out.
_ASTRAY: Final = 0.005
_NARROWEST: Final = 0.003  # half of the band, however much was explained
_EXACT: Final = 0.01  # rounding, as a share of a part, beyond which it tells nothing


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
    upward
        Bytes of `bill` that are rounding, if its file rounds up.
    sessions
        Billed rows in it.
    """

    bill: Floats
    phone: Floats
    spread: Floats
    rounding: Floats
    upward: Floats
    sessions: Floats

    def take(self, keep: Flags | Ints) -> "Parts":
        """Return some of the parts."""
        return Parts(
            self.bill[keep],
            self.phone[keep],
            self.spread[keep],
            self.rounding[keep],
            self.upward[keep],
            self.sessions[keep],
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """An overhead with its deviation, and the noise a session of one meter around it.

    The truth follows Student's law around the point, of `freedom` degrees. `laws` are the
    weights of the laws of excess: nothing missing, then missing up to each reach; none
    where the overhead is assumed. `way` is the share of a step that records of coarse volumes
    stand too high on average, None where that is not told: see `rounding`.
    """

    overhead: Overhead
    noise: float
    deviation: float = _USUAL[1]
    laws: tuple[float, ...] = ()
    freedom: float = np.inf
    way: float | None = None

    def complete(self, ratio: Floats, deviation: Floats) -> Floats:
        """Return how probable it is that nothing is missing in parts of a ratio bill ÷ phone.

        Parameters
        ----------
        deviation
            Of each ratio, as a share, from noise and rounding.
        """
        excess = ratio / self.overhead.point - 1.0
        law = _densities(excess, np.hypot(deviation, self.deviation)) * np.array(self.laws)
        found: Floats = law[..., 0] / (law.sum(axis=-1) + _STRAY)
        return found


def declared(overhead: Overhead) -> Estimate:
    """Return what somebody says the overhead is: its band stands, and every value in it alike."""
    return Estimate(overhead, NOISE, (overhead.high - overhead.low) / 12**0.5)


def estimate(parts: Parts, *, between: tuple[float, float] = (0.9, 1.2)) -> Estimate:
    """Estimate the overhead, or fall back to the assumed band and say so.

    Parameters
    ----------
    parts
        Parts of the overlap graph with surely cellular evidence only.
    between
        Range in which the overhead is looked for.
    """
    parts = _telling(parts)
    candidates, belief, weights = _scan(parts, between=between)
    if not len(candidates):
        return Estimate(ASSUMED, NOISE)
    point = float((belief * candidates).sum())
    below = np.cumsum(belief)
    low, high = np.interp([_TAIL, 1 - _TAIL], below, candidates).tolist()
    narrow = high - low <= _WIDEST_BAND
    laws = tuple((belief @ weights).tolist())
    lacking = 1.0 - laws[0]
    spread = float(np.sqrt((belief * (candidates - point) ** 2).sum() + _STEP**2 / 12))
    freedom = _FREEDOM / lacking
    wider = np.hypot(spread, lacking * _ASTRAY) / spread * widening(1 - 2 * _TAIL, freedom)
    low, high = point + wider * (low - point), point + wider * (high - point)
    deviation = _deviation(parts)
    closed = np.abs(parts.bill / parts.phone / point - 1.0) < 2.0 * deviation + _NARROWEST
    inside = between[0] + 2 * _STEP < point < between[1] - 2 * _STEP
    if closed.sum() < _FEWEST_CLOSED or not (narrow and inside):
        return Estimate(ASSUMED, NOISE)
    low, high = min(low, point - _NARROWEST), max(high, point + _NARROWEST)
    # Whether the file rounds to the nearest step or up is not known: what rounding up adds to
    # every record looks like overhead, and may be none.
    up = point * float(parts.upward.sum() / parts.bill.sum())
    overhead = Overhead(
        point=round(point - up / 2.0, 4),
        low=round(low - up, 4),
        high=round(high, 4),
        origin="estimated",
        sessions=int(parts.sessions[closed].sum()),
    )
    return Estimate(overhead, NOISE, float(np.hypot(spread, up / 12**0.5)), laws, freedom)


def widening(level: float, freedom: float) -> float:
    """Return how much wider the central band of Student's law is than a normal law's."""
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - dear, and only where a phone was read

    at = (1.0 + level) / 2.0
    return float(stdtrit(freedom, at) / ndtri(at)) if np.isfinite(freedom) else 1.0


def scan(parts: Parts, *, between: tuple[float, float] = (0.9, 1.2)) -> tuple[Floats, Floats]:
    """Return candidate overheads and how believable each is (sum 1); none with too few parts."""
    candidates, belief, _ = _scan(_telling(parts), between=between)
    return candidates, belief


def _scan(parts: Parts, *, between: tuple[float, float]) -> tuple[Floats, Floats, Floats]:
    """Return candidates, their belief, and the weights of the laws under each."""
    if len(parts.bill) < _FEWEST_PARTS:
        return np.zeros(0), np.zeros(0), np.zeros((0, 0))
    candidates = np.arange(between[0], between[1] + _STEP, _STEP)
    likely, weights = _likelihood(parts.bill / parts.phone, _deviation(parts), candidates)
    belief = np.exp(likely - likely.max())
    return candidates, belief / belief.sum(), weights


def evidence_for(
    bill: Floats, phone: Floats, deviation: Floats, *, between: tuple[float, float] = (0.9, 1.2)
) -> float:
    """Return how likely parts are under any overhead, as a logarithm up to a constant.

    Parameters
    ----------
    deviation
        Of each part's bill, as a share of what its phone's bytes cost.
    """
    candidates = np.arange(between[0], between[1] + _STEP, _STEP)
    likely, _ = _likelihood(bill / phone, deviation, candidates)
    return float(np.logaddexp.reduce(likely))


def _telling(parts: Parts) -> Parts:
    """Return the largest parts whose rounding still tells something."""
    usable = (parts.phone > 0) & (parts.bill > 0) & (parts.rounding < _EXACT)
    return _largest(parts.take(usable))


def _largest(parts: Parts) -> Parts:
    if len(parts.bill) <= _MOST_PARTS:
        return parts
    smallest = np.partition(parts.bill, -_MOST_PARTS)[-_MOST_PARTS]
    return parts.take(parts.bill >= smallest)


def _likelihood(ratio: Floats, deviation: Floats, candidates: Floats) -> tuple[Floats, Floats]:
    """Return log likelihoods of the candidates, and their weights of the laws, fitted by EM."""
    excess = ratio / candidates[:, None] - 1.0
    law = np.ascontiguousarray(_densities(excess, deviation).swapaxes(1, 2))
    weights = np.full(law.shape[:2], 1.0 / law.shape[1])
    for _ in range(_ROUNDS):
        # Each law's share of each part, summed over the parts without writing them all down.
        weights *= (law @ (1.0 / _mixed(law, weights))[:, :, None])[:, :, 0]
        weights += _PSEUDO
        weights /= weights.sum(axis=1, keepdims=True)
    likely = np.log(_mixed(law, weights)).sum(axis=1)
    likely += _PSEUDO * np.log(weights).sum(axis=1)
    likely -= 0.5 * ((candidates - _USUAL[0]) / _USUAL[1]) ** 2
    return likely, weights


def _mixed(law: Floats, weights: Floats) -> Floats:
    """Return the density of each part under each candidate's mixture of the laws."""
    mixed: Floats = (weights[:, None, :] @ law)[:, 0, :]
    return mixed + _STRAY


def _densities(excess: Floats, deviation: Floats) -> Floats:
    """Return densities of shape (…, laws): no excess, then excess up to about each reach."""
    score = (excess / deviation)[..., None]
    reach = _REACHES / deviation[..., None]
    none = np.exp(-0.5 * score**2) / (deviation[..., None] * np.sqrt(2 * np.pi))
    from scipy.special import ndtr  # noqa: PLC0415 - dear, and only where a phone was read

    some = (ndtr(score) - ndtr(score - reach)) / _REACHES @ _BLEND
    return np.concatenate([none, some], axis=-1)


def _deviation(parts: Parts) -> Floats:
    return np.sqrt((NOISE * parts.spread) ** 2 + parts.rounding**2) + 1e-6
