"""Replay: when each rule would have told, and what acting on it would have saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.alerts.firing import fire
from esim_analysis.alerts.ledger import Ledger
from esim_analysis.alerts.rules import Alerts, Rule, usual_alerts
from esim_analysis.alerts.watched import watched
from esim_analysis.alerts.wording import Row, Speaker
from esim_analysis.billing import Account
from esim_analysis.history import History
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis

_UNATTENDED: Final = frozenset({"background_sync", "night_drip"})


@dataclass(frozen=True, slots=True)
class Replayed:
    """One alert as it would have been told.

    Attributes
    ----------
    told_utc
        The moment it was reached, later by what the operator may be late.
    saved, cost, currency
        What its app used afterwards in the cycle, and its share of the money billed.
    """

    rule: str
    level: str
    text: str
    told_utc: pd.Timestamp
    saved: int
    cost: Decimal | None
    currency: str


def replay(
    analysis: Analysis,
    alerts: Alerts,
    *,
    account: Account | None = None,
    history: History | None = None,
) -> tuple[Replayed, ...]:
    """Return what the rules would have told.

    Parameters
    ----------
    history
        A history that was watched: each look is judged with what was known then, so
        that the same rules tell as often as they did. None: everything is known at once.
    """
    seen = Ledger(history).watched() if history is not None and history.store.exists else None
    if seen is None or seen.empty:
        seen = watched(analysis, account)
    cycles = seen.loc[seen["kind"] == "use", "cycle"].unique().tolist()
    speaker = Speaker(analysis, alerts, cycles=cycles)
    rows = fire(seen, alerts).to_dict("records")
    return tuple(_replayed(row, analysis, alerts, speaker) for row in rows if not row["muted"])


def since(
    analysis: Analysis, words: Words, begin: pd.Timestamp, *, account: Account | None = None
) -> tuple[str, ...]:
    """Return what the usual rules would have told of the time since a moment, in words."""
    alerts = usual_alerts(words.lang)
    seen = watched(analysis, account)
    cycles = seen.loc[seen["kind"] == "use", "cycle"].unique().tolist()
    speaker = Speaker(analysis, alerts, cycles=cycles)
    fired = fire(seen, alerts)
    fired = fired[fired["t_utc"] >= begin]
    # Of several thresholds of one thing the last one says it all.
    last = fired.drop_duplicates(["rule", "name", "line", "app", "cycle"], keep="last")
    return tuple(speaker.what_and_cause(row) for row in last.to_dict("records"))


def what_if(
    analysis: Analysis,
    rule: Rule,
    levels: Sequence[str],
    *,
    lang: str = "en",
    account: Account | None = None,
) -> dict[str, str]:
    """Return for each threshold of a rule what it would have told, as text: for a slider."""
    told = {}
    words = Words(lang, analysis.zone)
    for level in levels:
        alerts = Alerts.model_validate(
            {"lang": lang, "rules": [{**rule.model_dump(exclude={"at"}), "at": [level]}]}
        )
        told[level] = "\n".join(tell(replay(analysis, alerts, account=account), words))
    return told


def tell(replayed: Sequence[Replayed], words: Words) -> list[str]:
    """Return a replay as lines: each alert, when, and what it would have saved."""
    if not replayed:
        return [words.say("alerts.replay_none")]
    return [
        words.say("alerts.replay_count", count=len(replayed)),
        *(" ".join(_told(each, words)) for each in replayed),
    ]


def _told(each: Replayed, words: Words) -> list[str]:
    moment = words.moment(each.told_utc)
    told = [words.say("alerts.replay", rule=each.rule, level=each.level, moment=moment), each.text]
    saved = words.volume(each.saved)
    if each.saved <= 0:
        told.append(words.say("alerts.replay_nothing"))
    elif each.cost is not None and each.cost > 0:
        cost = words.money(each.cost, each.currency)
        told.append(words.say("alerts.replay_saved_money", saved=saved, cost=cost))
    else:
        told.append(words.say("alerts.replay_saved", saved=saved))
    return told


def _replayed(row: Row, analysis: Analysis, alerts: Alerts, speaker: Speaker) -> Replayed:
    told_at = row["t_utc"] + pd.Timedelta(hours=alerts.lag_hours)
    app = speaker.cause(row).app
    pieces = speaker.pieces_of(row)
    later = pieces[(pieces["app"] == app) & (pieces["start_utc"] >= told_at)]
    if row["name"] in _UNATTENDED:
        later = later[later["ground"] != "foreground"]
    cost, currency = _money(later, analysis)
    return Replayed(
        rule=row["rule"],
        level=row["level"],
        text=speaker.what_and_cause(row),
        told_utc=told_at,
        saved=int(later["bytes"].sum()),
        cost=cost,
        currency=currency,
    )


def _money(pieces: pd.DataFrame, analysis: Analysis) -> tuple[Decimal | None, str]:
    """Return the share of the records' charges that pieces have, where the bill has one currency."""
    usage = analysis.usage
    currencies = usage.frame.loc[usage.frame["charge"].notna(), "currency"].dropna().unique()
    if len(currencies) != 1 or pieces.empty:
        return None, ""
    sums = pieces.groupby(pieces["record"].astype("int64"))["bytes"].sum().astype("float64")
    billed = usage.billed.astype("float64").clip(lower=1).loc[sums.index]
    charge = usage.frame["charge"].astype("float64").fillna(0.0).loc[sums.index]
    total = float((charge * (sums / billed)).sum())
    return Decimal(str(round(total, 2))), str(currencies[0])
