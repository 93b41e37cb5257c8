"""Why a line stands out: the signs of each cause, what is at stake, and how sure that is.

Each cause is a pattern that was seen, never a verdict: `other_device` says that a SIM behaves
like one in another kind of device, not that it was stolen.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

FAR: Final = 3.5  # robust standard deviations; Iglewicz and Hoaglin's advice for outliers
_DEARER: Final = 1.5
_STEP: Final = 2.0
_OTHER_SIZE: Final = 4.0
_OTHER_WAY: Final = 0.25
_RARE: Final = 0.1  # of a cohort's lines
_MANY_EMPTY: Final = 0.2
_REGULAR: Final = 0.35
_LEAST_ABROAD: Final = 0.05  # of a line's bytes
_HARDLY: Final = 0.05  # of the peers' median bytes a day
_LIKELY: Final = 0.5
_SIGNS: Final = 0.4  # what all secondary signs together add

Signs = tuple[pd.Series, pd.Series, list[pd.Series]]
"""Whether the cause fits, the money it made, and secondary signs."""


def explain(lines: pd.DataFrame) -> pd.DataFrame:
    """Add `cause, stake, stake_bytes, confidence` to lines that `peers.compare` returned.

    `cause` is `""` for a line that does not stand out. `stake` is what the line cost beyond
    what its peers' habits would have (float, in its currency; NaN without any charge);
    `stake_bytes` the same in bytes, for fleets whose money nobody knows.
    """
    lines = lines.reset_index(drop=True)
    lines = lines.assign(stake_bytes=_beyond(lines["bytes"], lines["peer_per_day"], lines))
    cause = pd.Series("", index=lines.index, dtype="str")
    stake = pd.Series(np.nan, index=lines.index)
    confidence = pd.Series(0.0, index=lines.index)
    for name, rule in _RULES.items():
        fits, money, signs = rule(lines)
        fits = fits.fillna(value=False).astype(bool) & (cause == "")
        shares = pd.concat([one.fillna(value=False).astype(bool) for one in signs], axis=1)
        cause = cause.mask(fits, name)
        stake = stake.mask(fits, money.clip(lower=0.0))
        confidence = confidence.mask(fits, _LIKELY + _SIGNS * shares.mean(axis=1))
    return lines.assign(cause=cause, stake=stake, confidence=confidence.round(2))


def rank(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that stand out, most at stake first; bytes decide where money is unknown."""
    found = lines[lines["cause"] != ""]
    return found.sort_values(
        ["stake", "stake_bytes", "line"],
        ascending=[False, False, True],
        na_position="last",
        ignore_index=True,
    )


def _roaming(lines: pd.DataFrame) -> Signs:
    """Tell that a good part of the use was abroad, and dearer there than at home."""
    price = lines["abroad_cost"] / lines["abroad_bytes"].where(lines["abroad_bytes"] > 0) * 1e6
    home = (lines["cost"] - lines["abroad_cost"]) / (
        (lines["bytes"] - lines["abroad_bytes"]).where(lines["bytes"] > lines["abroad_bytes"])
    )
    usual = np.minimum((home * 1e6).fillna(lines["peer_price"]), lines["peer_price"])
    share = lines["abroad_bytes"] / lines["bytes"].where(lines["bytes"] > 0)
    dear = price > _DEARER * usual
    extra = lines["abroad_cost"] - lines["abroad_bytes"] * usual / 1e6
    most = extra > 0.5 * _dearer(lines)
    return (share > _LEAST_ABROAD) & dear & most, extra, [price > 3 * usual, share > 0.1]  # noqa: PLR2004


def _wrong_apn(lines: pd.DataFrame) -> Signs:
    """Tell an APN that few peers have, at a dearer megabyte."""
    odd = (lines["apn"] != "") & (lines["apn"] != lines["peer_apn"]) & (lines["apn_share"] < _RARE)
    dear = lines["price"] > _DEARER * lines["peer_price"]
    extra = lines["cost"] - lines["bytes"] * lines["peer_price"] / 1e6
    alone = lines["apn_share"] < _RARE / 4
    return odd & dear, extra, [lines["price"] > 3 * lines["peer_price"], alone]


def _other_device(lines: pd.DataFrame) -> Signs:
    """Since a day far more, in sessions of another size, and in the other direction."""
    size, way = lines["size_ratio"], lines["up_change"].abs()
    other = (size > _OTHER_SIZE) | (size < 1 / _OTHER_SIZE)
    fits = (lines["step_ratio"] > _STEP) & other & ((way > _OTHER_WAY) | way.isna())
    return (
        fits & (lines["z_per_day"] > FAR),
        _dearer(lines),
        [
            way > _OTHER_WAY,
            lines["night_change"].abs() > _RARE,
            lines["step_ratio"] > 10,  # noqa: PLR2004
        ],
    )


def _session_loop(lines: pd.DataFrame) -> Signs:
    """Far more sessions than the peers', each with little in it."""
    empty = lines["zero_records"] / lines["records"].where(lines["records"] > 0)
    small = lines["typical"] < lines["peer_typical"] / 2
    fits = (lines["z_records_per_day"] > FAR) & (small | (empty > _MANY_EMPTY))
    rare = lines["firmware_share"] < _RARE
    signs = [lines["gap_spread"] < _REGULAR, empty > _MANY_EMPTY, rare]
    return fits, _dearer(lines), signs


def _leak(lines: pd.DataFrame) -> Signs:
    """Since a day more of the same kind, day and night."""
    alike = (lines["up_change"].abs() < _OTHER_WAY) | lines["up_change"].isna()
    fits = (lines["step_ratio"] > _STEP) & (lines["z_per_day"] > FAR) & alike
    steady = lines["night_change"].abs() < _RARE
    return fits, _dearer(lines), [steady, lines["step_ratio"] > 2 * _STEP]


def _heavy(lines: pd.DataFrame) -> Signs:
    """Far dearer or larger than the peers, without a sign that says why."""
    fits = (lines["z_cost_per_day"] > FAR) | (
        lines["z_cost_per_day"].isna() & (lines["z_per_day"] > FAR)
    )
    return fits, _dearer(lines), [pd.Series(data=False, index=lines.index)]


def _storm(lines: pd.DataFrame) -> Signs:
    """Far more sessions without a byte than the peers'; they cost battery and signalling."""
    fits = (lines["z_zero_per_day"] > FAR) & (lines["zero_records"] > lines["days"])
    return fits, _dearer(lines), [lines["gap_spread"] < _REGULAR]


def _idle(lines: pd.DataFrame) -> Signs:
    """Costs money and hardly carries anything."""
    used = lines["per_day"] <= _HARDLY * lines["peer_per_day"]
    return (
        used & (lines["cost"] > 0) & (lines["peer_per_day"] > 0),
        lines["cost"],
        [lines["bytes"] == 0],
    )


_RULES: Final[dict[str, Callable[[pd.DataFrame], Signs]]] = {
    "roaming": _roaming,
    "wrong_apn": _wrong_apn,
    "other_device": _other_device,
    "session_loop": _session_loop,
    "leak": _leak,
    "heavy": _heavy,
    "storm": _storm,
    "idle": _idle,
}
CAUSES: Final = tuple(_RULES)


def _beyond(total: pd.Series, peer_per_day: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """Return what a line has beyond its peers' median, over the days of the export."""
    extra: pd.Series = (total - peer_per_day * lines["days"]).clip(lower=0.0)
    return extra


def _dearer(lines: pd.DataFrame) -> pd.Series:
    """Return what a line cost beyond its peers."""
    return _beyond(lines["cost"], lines["peer_cost_per_day"], lines)
