"""A rhythm of few events: too few a day to score, too even over weeks to be chance."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.leakage.beacons import fisher

LEAST_EVENTS: Final = 20  # fewer cannot pass the test at this level, whatever their rhythm
CHANCE: Final = 1e-4  # divided by the number of pairs asked
LEAST_DAYS: Final = 3  # one evening with a rhythm is an evening
# Morning and evening, twelve hours apart, are a person's rhythm; every eight goes through the night.
SLOWEST_MIN: Final = 9 * 60
LIKE: Final = 0.3  # gaps within 30 % of the median are alike
MOSTLY: Final = 0.6  # of the gaps: power alone may come from bursts
MOST_PAIRS: Final = 2_000  # the busiest; a month of one-minute bins each
_AT_ONCE: Final = 64
_MINUTE_S: Final = 60
_DAY_MIN: Final = 24 * 60
_PAIR: Final = "talk"


def rhythms(seen: pd.DataFrame) -> pd.DataFrame:
    """Return talks with a rhythm, by their number: `score` (share of even gaps), `every_s`.

    Parameters
    ----------
    seen
        `talk, start_utc`.
    """
    minute = seen["start_utc"].dt.as_unit("s").astype("int64") // _MINUTE_S
    events = pd.DataFrame({_PAIR: seen[_PAIR], "minute": minute}).drop_duplicates()
    events = events.sort_values([_PAIR, "minute"], ignore_index=True)
    count = events.groupby(_PAIR).size()
    days = (events["minute"] // _DAY_MIN).groupby(events[_PAIR]).nunique()
    asked = (
        count[(count >= LEAST_EVENTS) & (days >= LEAST_DAYS)]
        .nlargest(MOST_PAIRS, keep="first")
        .index.sort_values()
    )
    even = _even(events[events[_PAIR].isin(asked)])
    chosen = even.index.to_numpy()
    nothing = pd.DataFrame({"score": [], "every_s": []}, dtype="float64")
    if len(chosen) == 0:
        return nothing
    events = events[events[_PAIR].isin(chosen)]
    first = int(events["minute"].min())
    length = max(int(events["minute"].max()) - first + 1, 2 * SLOWEST_MIN)
    found = [
        _tested(events, chosen[at : at + _AT_ONCE], first, length)
        for at in range(0, len(chosen), _AT_ONCE)
    ]
    passed = pd.concat(found)
    return even[passed["p"] < CHANCE / max(len(asked), 1)]


def _even(events: pd.DataFrame) -> pd.DataFrame:
    """Keep pairs most of whose gaps are alike."""
    gap = events.groupby(_PAIR)["minute"].diff()
    middle = gap.groupby(events[_PAIR]).transform("median")
    alike = ((gap - middle).abs() <= LIKE * middle)[gap.notna()]
    table = pd.DataFrame(
        {
            "score": alike.groupby(events[_PAIR]).mean(),
            "every_s": gap.groupby(events[_PAIR]).median() * _MINUTE_S,
        }
    )
    return table[(table["score"] >= MOSTLY) & (table["every_s"] <= SLOWEST_MIN * _MINUTE_S)]


def _tested(events: pd.DataFrame, pairs: np.ndarray, first: int, length: int) -> pd.DataFrame:
    mine = events[events[_PAIR].isin(pairs)]
    counts = np.zeros((len(pairs), length))
    row = np.searchsorted(pairs, mine[_PAIR].to_numpy())
    counts[row, mine["minute"].to_numpy() - first] = 1
    return fisher(counts, slowest=SLOWEST_MIN).set_index(pairs)
