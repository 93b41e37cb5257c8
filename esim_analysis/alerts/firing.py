"""Rules over what is watched: the first moment each threshold of a cycle is reached."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.alerts.rules import Alerts, Rule, threshold
from esim_analysis.model import Severity
from esim_analysis.model.frames import RATIO, TEXT, UTC_TIME, Schema, conform, empty

FIRED: Final[Schema] = {
    "rule": TEXT,  # id of the user's rule
    "on": TEXT,
    "level": TEXT,
    "name": TEXT,
    "line": TEXT,
    "app": TEXT,
    "cycle": TEXT,  # first day of the cycle, or the day for a rule that tells each day
    "t_utc": UTC_TIME,  # the moment the threshold was reached
    "amount": RATIO,  # bytes by then; of a forecast the chance
    "whole": RATIO,
    "muted": TEXT,  # "" or why nobody is told
}
KEY: Final = ["rule", "level", "name", "line", "app", "cycle"]
_KINDS: Final = {
    "allowance": "use",
    "finding": "finding",
    "surge": "use",
    "roaming": "use",
    "unknown_destination": "place",
    "forecast": "odds",
}
_OWN: Final = {"finding": ["name", "app"], "unknown_destination": ["name", "app"]}


def fire(watched: pd.DataFrame, alerts: Alerts) -> pd.DataFrame:
    """Return each threshold that was reached, once a cycle, in order of time.

    Parameters
    ----------
    watched
        `WATCHED`; with a column `look`, each look is judged by itself and of what
        several looks say the first stands.

    Returns
    -------
    pandas.DataFrame
        `FIRED`, and `look` where it was given.
    """
    looks = ["look"] if "look" in watched else []
    parts = [part for rule in alerts.rules for part in _of_rule(watched, rule, looks)]
    if not parts:
        none = empty(FIRED)
        return none.assign(look=pd.Series(dtype="int64")) if looks else none
    told = pd.concat(parts, ignore_index=True)
    told["muted"] = _muted(told, alerts)
    order = [*looks, "t_utc", *KEY]
    told = told.sort_values(order, kind="stable").drop_duplicates(KEY).reset_index(drop=True)
    told = told.sort_values([*looks, "t_utc"], kind="stable", ignore_index=True)
    frame = conform(told.drop(columns=looks), FIRED, what="alerts")
    return frame.assign(look=told["look"]) if looks else frame


def _of_rule(watched: pd.DataFrame, rule: Rule, looks: Sequence[str]) -> list[pd.DataFrame]:
    mine = watched[watched["kind"] == _KINDS[rule.on]]
    if rule.on == "finding":
        mine = mine[mine["rank"] >= list(Severity).index(rule.severity)]
        mine = mine[mine["name"] == rule.rule] if rule.rule else mine
    if rule.on == "roaming":
        mine = mine[mine["name"] == "abroad"]
    if rule.app:
        mine = mine[mine["app"] == rule.app]
    if mine.empty:
        return []
    own = _OWN.get(rule.on, [])
    once = "day" if rule.again == "day" else "cycle"
    keys = [*looks, "line", *own, "cycle"]
    # Whatever a rule does not tell apart is the same alert.
    same = {name: "" for name in ("name", "app") if name not in own}
    mine = mine.assign(so_far=_so_far(mine, rule, keys), **same)
    rows = []
    for level in rule.levels:
        number, is_share = threshold(level)
        of_whole = is_share and rule.on == "allowance"
        reached = mine["so_far"] >= (number * mine["whole"] if of_whole else number)
        first = mine[reached].drop_duplicates([*looks, "line", *own, once])
        told = {"cycle": first[once], "amount": first["so_far"]}
        rows.append(first.assign(rule=rule.id, on=rule.on, level=level, **told))
    kept = [*looks, *(name for name in FIRED if name != "muted")]
    return [part[kept] for part in rows if len(part)]


def _so_far(mine: pd.DataFrame, rule: Rule, keys: list[str]) -> pd.Series:
    """Return what a threshold is held against at each moment."""
    if rule.on == "forecast":
        return mine["amount"]
    if rule.on != "surge":
        return mine.groupby(keys, sort=False)["amount"].cumsum()
    by = [name for name in keys if name != "cycle"]  # a surge does not stop at the cycle's end
    order = mine.sort_values([*by, "t_utc"], kind="stable")
    rolled = order.groupby(by, sort=False).rolling(f"{rule.hours}h", on="t_utc")["amount"].sum()
    return pd.Series(rolled.to_numpy(), index=order.index).reindex(mine.index)


def _muted(told: pd.DataFrame, alerts: Alerts) -> pd.Series:
    by_app = told["app"].isin(alerts.mute_apps)
    endings = tuple(host.lower().lstrip("*.") for host in alerts.mute_hosts)
    by_host = (told["on"] == "unknown_destination") & told["name"].map(
        lambda name: str(name).endswith(endings) if endings else False
    )
    muted = pd.Series("", index=told.index, dtype="str")
    return muted.mask(by_app, "app").mask(by_host, "host")
