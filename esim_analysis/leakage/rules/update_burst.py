"""Update burst: apps or the system fetch their updates over mobile data."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.by_host import cited, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.night import nights
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import in_use, merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity
from esim_analysis.model.clock import local_day
from esim_analysis.reference.hosts import UPDATING

LEAST_BYTES: Final = 50_000_000  # a proposal: one large app, or an evening's small ones
GAP: Final = pd.Timedelta(minutes=30)  # a store fetches one app after the other
DOWN_TO_UP: Final = 20  # a download sends little but acknowledgements
STORES: Final = frozenset({"app_store", "os_update"})  # kinds of apps that do nothing else unseen
BUCKET: Final = "2h"  # the length of Android's history buckets
BEFORE: Final = pd.Timedelta(hours=2)  # who opened the store this long before may have asked for it
ASLEEP: Final = 0.5

BY_HOST: Final = 0.9  # the host serves nothing else
BY_APP: Final = 0.8  # the app does little else in the background
UNTOLD: Final = 0.7  # factor where the phone does not say whether the app was on screen
DOUBT: Final = 0.5  # factor for an owner who may have asked for it
_APP: Final = ["line", "app"]


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
    groups = summed(parts, facts.zone)
    system = (parts["category"] == "os_update").mul(parts["bytes"])
    of_system = system.groupby(parts["group"]).sum() > groups["bytes"] / 2
    groups = _judged(groups, parts, facts, certain=BY_HOST)
    groups = groups.assign(remedy=groups["remedy"].mask(of_system, "os_update"), basis="hosts")
    return assemble(facts, RULE.id, parts, groups, rows=cited(parts))


def _by_app(facts: Facts, known: set[tuple[str, str]]) -> list[Finding]:
    """Look at apps that are stores or updaters, where no host tells."""
    pieces = facts.pieces
    kind = pieces["app"].map(dict(facts.categories))
    mine = pieces[kind.isin(STORES) & ~pieces["app"].isin(RESIDUALS)]
    mine = mine[(mine["ground"] != "foreground") & (mine["bytes"] > 0)]
    told = pd.MultiIndex.from_tuples(sorted(known), names=_APP) if known else None
    if told is not None:
        mine = mine[~pd.MultiIndex.from_frame(mine[_APP]).isin(told)]
    cell = mine.groupby([*_APP, mine["start_utc"].dt.floor(BUCKET)])["bytes"].transform("sum")
    mine = mine[cell >= LEAST_BYTES]
    if mine.empty:
        return []
    parts = mine.assign(
        window=merge_spans(mine, _APP, gap=BEFORE), group=mine.groupby(_APP).ngroup()
    )
    groups = parts.groupby("group").agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        windows=("window", "nunique"),
    )
    day = local_day(parts["mid_utc"], facts.zone)
    groups = groups.assign(days=day.groupby(parts["group"]).nunique())
    groups = _judged(groups, parts, facts, certain=BY_APP)
    system = groups["app"].map(dict(facts.categories)) == "os_update"
    groups = groups.assign(remedy=groups["remedy"].mask(system, "os_update"), basis="app")
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _large(parts: pd.DataFrame) -> pd.DataFrame:
    kept: pd.DataFrame = parts[parts.groupby("window")["bytes"].transform("sum") >= LEAST_BYTES]
    return kept


def _judged(
    groups: pd.DataFrame, parts: pd.DataFrame, facts: Facts, *, certain: float
) -> pd.DataFrame:
    """Grade each group by how the owner stood to its windows."""
    windows = parts.groupby("window").agg(
        group=("group", "first"),
        line=("line", "first"),
        app=("app", "first"),
        start_utc=("start_utc", "min"),
        end_utc=("end_utc", "max"),
        bytes=("bytes", "sum"),
    )
    windows["counted"] = (
        parts["bytes"].where(parts["ground"] == "background", 0).groupby(parts["window"]).sum()
    )
    asleep = nights(windows, facts.zone)["quiet_share"] >= ASLEEP
    ahead = pd.Series(BEFORE, index=windows.index).mask(asleep, pd.Timedelta(0))
    attended = in_use(windows, facts.pieces, before=ahead)
    told = asleep | (windows["counted"] >= windows["bytes"] / 2)
    sums = windows.assign(
        attended=windows["bytes"].where(attended, 0),
        told=windows["bytes"].where(told, 0),
        at_night=windows["bytes"].where(asleep, 0),
    )
    sums = sums.groupby("group")[["attended", "told", "at_night"]].sum()
    volume = groups["bytes"]
    asked, known = sums["attended"] > volume / 2, sums["told"] >= volume / 2
    confidence = pd.Series(certain, index=groups.index)
    confidence = confidence.where(known, confidence * UNTOLD)
    share = volume / groups["line"].map(facts.lines["billed"]).astype("float64")
    # Where the phone does not say who asked, a download by hand looks the same.
    severity = at_most(severities(volume, share), Severity.LOW, ~known)
    return groups.drop(columns="bytes").assign(
        severity=at_most(severity, Severity.INFO, asked),
        confidence=confidence.where(~asked, confidence * DOUBT),
        remedy=RULE.remedy,
        attended=asked.astype("int64"),
        at_night=sums["at_night"] / volume,
        share_of_bill=share,
    )


RULE = Rule(
    id="update_burst",
    needs=("app_bytes",),
    false_positives=("doubt_requested", "doubt_store_wifi"),
    remedy="app_updates",
    check=check,
)
