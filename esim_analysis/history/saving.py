"""What putting a finding right really saved: the same weekdays before and after, with an interval."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esim_analysis.model import Analysis, Finding
from esim_analysis.model.clock import local_day

_DRAWS: Final = 2_000
_LEVELS: Final = (0.05, 0.95)
_SEED: Final = 20_261_001  # the same exports give the same interval on every machine
# Rules that speak of what flows while nobody looks; others of all an app uses.
_UNATTENDED: Final = frozenset({"background_sync", "night_drip"})


@dataclass(frozen=True, slots=True)
class Saving:
    """Bytes that the days after would have used as the days before did, less what they used.

    Attributes
    ----------
    bytes, low, high
        Over all days after; negative where more is used now. The interval holds nine
        in ten draws of days (bootstrap within weekdays).
    days
        Days after.
    share
        Of the bytes the days after would have used.
    """

    bytes: int
    low: int
    high: int
    days: int
    share: float


def saving(finding: Finding, before: Analysis, after: Analysis) -> Saving | None:
    """Compare what a finding of `before` speaks of with the days of `after`.

    None for a finding that names no app, and where either side has less than a week:
    weekdays could not be compared.
    """
    if not finding.app:
        return None
    line = _line(finding, before, after)
    then, now = _days(before, finding, finding.line), _days(after, finding, line)
    if len(then) < 7 or len(now) < 7:  # noqa: PLR2004 - days of a week
        return None
    dice = np.random.default_rng(_SEED)
    drawn = np.sum([_of_weekday(then, now, day, dice) for day in range(7)], axis=0)
    point = float(np.sum([_of_weekday(then, now, day, None) for day in range(7)]))
    expected = point + float(now["bytes"].sum())
    low, high = np.quantile(drawn, _LEVELS)
    return Saving(
        bytes=round(point),
        low=round(float(low)),
        high=round(float(high)),
        days=len(now),
        share=point / expected if expected > 0 else 0.0,
    )


def _line(finding: Finding, before: Analysis, after: Analysis) -> str:
    """Return the line of `after` that is the SIM of the finding; numbers follow the first start."""
    raw = before.usage.raw_lines.get(finding.line, "")
    same = [name for name, known in after.usage.raw_lines.items() if raw and known == raw]
    return same[0] if same else finding.line


def _days(analysis: Analysis, finding: Finding, line: str) -> pd.DataFrame:
    """Return `weekday, bytes` of every calendar day the bill of a line spans."""
    zone = analysis.zone
    frame = analysis.usage.frame[analysis.usage.frame["line"] == line]
    if frame.empty:
        return pd.DataFrame(columns=["weekday", "bytes"])
    ends = frame["end_utc"].fillna(frame["start_utc"]) - pd.Timedelta(microseconds=1)
    first = local_day(frame["start_utc"], zone).min()
    last = local_day(ends, zone).max()
    pieces = analysis.attribution.pieces
    mine = pieces[(pieces["line"] == line) & (pieces["app"] == finding.app)]
    if finding.rule in _UNATTENDED:
        mine = mine[mine["ground"] != "foreground"]
    sums = mine["bytes"].groupby(local_day(mine["start_utc"], zone)).sum()
    days = pd.date_range(first, last, freq="D")
    told = sums.reindex(days.strftime("%Y-%m-%d"), fill_value=0).astype("float64")
    return pd.DataFrame({"weekday": days.day_of_week, "bytes": told.to_numpy()})


def _of_weekday(
    then: pd.DataFrame, now: pd.DataFrame, weekday: int, dice: np.random.Generator | None
) -> NDArray[np.float64]:
    """Return (one a draw) what the days after of a weekday would have used, less what they did."""
    old = then.loc[then["weekday"] == weekday, "bytes"].to_numpy()
    new = now.loc[now["weekday"] == weekday, "bytes"].to_numpy()
    if dice is None:
        return np.array([len(new) * old.mean() - new.sum()])
    drawn_old = dice.choice(old, (_DRAWS, len(old))).mean(axis=1)
    drawn_new = dice.choice(new, (_DRAWS, len(new))).mean(axis=1)
    told: NDArray[np.float64] = len(new) * (drawn_old - drawn_new)
    return told
