"""Update burst: apps or the system fetch their updates over mobile data."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import micros
from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.by_host import cited, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, numbered, total_of_mine
from esim_analysis.leakage.night import quiet_share
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import bounds, in_use, merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity
from esim_analysis.reference.hosts import UPDATING

LEAST_BYTES: Final = 50_000_000  # a proposal: one large app, or an evening's small ones
GAP: Final = pd.Timedelta(minutes=30)  # a store fetches one app after the other
DOWN_TO_UP: Final = 20  # a download sends little but acknowledgements
STORES: Final = frozenset({"app_store", "os_update"})  # kinds of apps that do nothing else unseen
BUCKET: Final = pd.Timedelta(hours=2)  # the length of Android's history buckets
BEFORE: Final = pd.Timedelta(hours=2)  # who opened the store this long before may have asked for it
ASLEEP: Final = 0.5

BY_HOST: Final = 0.9  # the host serves nothing else
BY_APP: Final = 0.8  # the app does little else in the background
UNTOLD: Final = 0.7  # factor where the phone does not say whether the app was on screen
DOUBT: Final = 0.5  # factor for an owner who may have asked for it
_BUCKET_US: Final = BUCKET // pd.Timedelta(microseconds=1)


def check(facts: Facts) -> list[Finding]:
    """Find updates by the hosts they come from, else by the app that fetches them."""
    by_host = _by_host(facts)
    return [*by_host, *_by_app(facts, {(f.line, f.app) for f in by_host})]


def _by_host(facts: Facts) -> list[Finding]:
    seen = facts.contacts
    seen = seen[seen["category"].isin(UPDATING) & (seen["ground"] != "foreground")]
    seen = seen[(seen["bytes"] > 0) & (seen["down"] >= DOWN_TO_UP * seen["up"])]
    parts = _large(windowed(seen, gap=GAP))
    if parts.empty:
        return []
    groups = summed(facts, parts)
    system = np.where(parts["category"] == "os_update", parts["bytes"], 0.0)
    of_system = Groups.of(parts["group"]).sum(system) > groups["bytes"] / 2
    groups = _judged(groups, parts, facts, certain=BY_HOST)
    groups = groups.assign(remedy=groups["remedy"].mask(of_system, "os_update"), basis="hosts")
    return assemble(facts, RULE.id, parts, groups, rows=cited(facts, parts))


def _by_app(facts: Facts, known: set[tuple[str, str]]) -> list[Finding]:
    """Look at apps that are stores or updaters, where no host tells."""
    pieces = facts.pieces
    stores = {app for app, kind in facts.categories.items() if kind in STORES} - {*RESIDUALS}
    chosen = pieces["app"].isin(stores).to_numpy() & (pieces["bytes"].to_numpy() > 0)
    chosen &= ~pieces["on_screen"].to_numpy()
    if known:
        told = facts.pair([line for line, _ in known], [app for _, app in known])
        chosen &= ~np.isin(pieces["pair"].to_numpy(), told)
    mine = pieces.iloc[np.flatnonzero(chosen)]
    cell = number_groups(mine["pair"].to_numpy(), micros(mine["start_utc"]) // _BUCKET_US)[0]
    mine = mine[total_of_mine(cell, mine["bytes"].to_numpy()) >= LEAST_BYTES]
    if mine.empty:
        return []
    parts = mine.assign(
        window=merge_spans(mine, ["pair"], gap=BEFORE), group=numbered(mine, ["pair"])
    )
    by_group = Groups.of(parts["group"])
    names = facts.names(by_group.first(parts["pair"]).to_numpy())
    groups = by_group.frame(
        {
            **{name: told.array for name, told in names.items()},
            "bytes": by_group.sum(parts["bytes"]),
            "windows": by_group.distinct(parts["window"].to_numpy()),
            "days": by_group.distinct(parts["day"].to_numpy()),
        }
    )
    groups = _judged(groups, parts, facts, certain=BY_APP)
    system = groups["app"].map(dict(facts.categories)) == "os_update"
    groups = groups.assign(remedy=groups["remedy"].mask(system, "os_update"), basis="app")
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _large(parts: pd.DataFrame) -> pd.DataFrame:
    volume = total_of_mine(parts["window"].to_numpy(), parts["bytes"].to_numpy())
    kept: pd.DataFrame = parts[volume >= LEAST_BYTES]
    return kept


def _judged(
    groups: pd.DataFrame, parts: pd.DataFrame, facts: Facts, *, certain: float
) -> pd.DataFrame:
    """Grade each group by how the owner stood to its windows."""
    by_window = Groups.of(parts["window"])
    windows = by_window.frame(
        {
            **{name: by_window.first(parts[name]) for name in ("group", "pair")},
            **bounds(by_window, parts),
        }
    )
    sums = by_window.sum(parts["bytes"])
    counted = by_window.sum(np.where(parts["ground"] == "background", parts["bytes"], 0))
    asleep = quiet_share(windows, facts.zone) >= ASLEEP
    ahead = np.where(asleep, 0, BEFORE // pd.Timedelta(microseconds=1))
    attended = in_use(windows, facts.pieces, before=ahead)
    by_group = Groups.of(windows["group"])
    in_use_bytes, told_bytes, at_night = (
        by_group.sum(np.where(marked, sums, 0))
        for marked in (attended, asleep | (counted >= sums / 2), asleep)
    )
    volume = groups["bytes"]
    asked, known = in_use_bytes > volume / 2, told_bytes >= volume / 2
    confidence = pd.Series(certain, index=groups.index)
    confidence = confidence.where(known, confidence * UNTOLD)
    share = volume / facts.billed(groups["line"])
    # Where the phone does not say who asked, a download by hand looks the same.
    severity = severities(volume, share)
    return groups.drop(columns="bytes").assign(
        severity=at_most(severity, Severity.INFO, asked | ~known),
        confidence=confidence.where(~asked, confidence * DOUBT),
        remedy=RULE.remedy,
        attended=asked.astype("int64"),
        at_night=at_night / volume,
        share_of_bill=share,
    )


RULE = Rule(
    id="update_burst",
    needs=("app_bytes",),
    false_positives=("doubt_requested", "doubt_store_wifi"),
    remedy="app_updates",
    check=check,
)
