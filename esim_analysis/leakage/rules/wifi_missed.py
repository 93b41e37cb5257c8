"""Mobile although Wi-Fi was there: the phone used the eSIM while Wi-Fi carried data too."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.night import nights
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.leakage.wifi import wifi_spans, within
from esim_analysis.model import REMOVED, RESIDUALS, TETHERING, Finding, Severity
from esim_analysis.model.clock import local_day

DAY_BYTES: Final = 10_000_000  # a proposal: more than the minute a phone needs to change over
LEAST_DAYS: Final = 3  # twice may be two walks to the shop
APP_BYTES: Final = 20_000_000  # of an app; what is less stays with the others unnamed
GAP: Final = pd.Timedelta(hours=2)
ASLEEP: Final = 0.5  # who sleeps beside the Wi-Fi is not on a walk

BY_FLOWS: Final = 0.75  # both radios at work in the same minutes
AT_NIGHT: Final = 0.6  # buckets, but nobody was out
BY_BUCKETS: Final = 0.4  # late in the evening two hours are long enough to come home
_APP: Final = ["line", "app"]


def check(facts: Facts) -> list[Finding]:
    """Find apps whose mobile bytes flowed while Wi-Fi was in use."""
    pieces = facts.pieces
    mine = pieces[~pieces["app"].isin([*RESIDUALS, TETHERING, REMOVED]) & (pieces["bytes"] > 0)]
    mine = mine[~mine["taken"]]
    basis = within(mine, wifi_spans(facts.evidence, facts.zone))
    mine = mine.assign(basis=basis, day=local_day(mine["mid_utc"], facts.zone))[basis != ""]
    of_day = mine.groupby(["line", "basis", "day"])["bytes"].transform("sum")
    mine = mine[of_day >= DAY_BYTES]
    mine = mine[mine.groupby(["line", "basis"])["day"].transform("nunique") >= LEAST_DAYS]
    mine = mine[mine.groupby(_APP)["bytes"].transform("sum") >= APP_BYTES]
    if mine.empty:
        return []
    parts = mine.assign(window=merge_spans(mine, _APP, gap=GAP), group=mine.groupby(_APP).ngroup())
    groups = _judged(parts, facts)
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _judged(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    asleep = nights(parts, facts.zone)["quiet_share"] >= ASLEEP
    told = parts.assign(
        at_night=parts["bytes"].where(asleep, 0),
        to_the_minute=parts["bytes"].where(parts["basis"] == "flows", 0),
        on_screen=parts["bytes"].where(parts["ground"] == "foreground", 0),
    )
    groups = told.groupby("group").agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        windows=("window", "nunique"),
        days=("day", "nunique"),
        at_night=("at_night", "sum"),
        to_the_minute=("to_the_minute", "sum"),
    )
    volume = groups["bytes"]
    flows, night = (groups[name] > volume / 2 for name in ("to_the_minute", "at_night"))
    share = volume / groups["line"].map(facts.lines["billed"]).astype("float64")
    severity = at_most(severities(volume, share), Severity.MEDIUM, ~flows)
    severity = at_most(severity, Severity.INFO, ~flows & ~night)
    confidence = pd.Series(BY_BUCKETS, index=groups.index).mask(night, AT_NIGHT)
    return groups.drop(columns=["bytes", "to_the_minute"]).assign(
        severity=severity,
        confidence=confidence.mask(flows, BY_FLOWS),
        remedy=RULE.remedy,
        basis=pd.Series("buckets", index=groups.index).mask(flows, "flows"),
        at_night=groups["at_night"] / volume,
        share_of_bill=share,
        # Coming home during two hours looks the same: others may still explain these bytes.
        explains=(flows | night).astype("int64"),
        whole=1,
    )


RULE = Rule(
    id="wifi_missed",
    needs=("app_bytes", "wifi"),
    false_positives=("doubt_out", "doubt_weak_wifi"),
    remedy="wifi_assist",
    check=check,
    after=("update_burst", "trackers", "regular_traffic"),
)
