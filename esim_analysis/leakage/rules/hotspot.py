"""Hotspot: bytes of other devices, counted by the phone or left unexplained beside it."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, evidence_rows, usage_rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import billed_between, merge_spans
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.model import TETHERING, UNATTRIBUTED, Finding, Severity
from esim_analysis.model.clock import local_day

LEAST_BYTES: Final = 1_000_000  # a hotspot that was switched on costs this at once
COUNTED: Final = 0.95  # the phone keeps a counter of its own for other devices
RESIDUAL_BYTES: Final = 100_000_000  # a proposal: a laptop moves this in minutes
RESIDUAL_WINDOW_BYTES: Final = 20_000_000  # smaller gaps are apps the evidence lacks
FEW_WINDOWS: Final = 5  # a hotspot is switched on for an occasion
CONCENTRATED: Final = 0.5  # of all that is unexplained on the line
BUCKET: Final = "2h"
BRIDGE: Final = pd.Timedelta(hours=2)  # breaks within a phone bucket's length cannot be told apart


def check(facts: Facts) -> list[Finding]:
    """Find what the phone passed on to other devices, or a residual that looks like it."""
    return [*_counted(facts), *_residual(facts)]


def _counted(facts: Facts) -> list[Finding]:
    pieces = facts.pieces
    parts = pieces[(pieces["app"] == TETHERING) & (pieces["bytes"] > 0)]
    total = parts.groupby("line")["bytes"].transform("sum")
    parts = parts[total >= LEAST_BYTES]
    if parts.empty:
        return []
    parts = _windowed(parts)
    groups = _groups(parts, facts, basis="counted", app=TETHERING)
    # Somebody switched it on: it may cost much, but it is seldom a surprise.
    severity = at_most(severities(groups["bytes"], groups["share_of_bill"]), Severity.MEDIUM)
    groups = groups.assign(severity=severity, confidence=COUNTED).drop(columns="bytes")
    return assemble(facts, RULE.id, parts, groups, rows=evidence_rows(facts, parts, groups))


def _residual(facts: Facts) -> list[Finding]:
    """Look at what the evidence leaves open on lines whose phone counted no hotspot."""
    pieces = facts.pieces
    counted = pieces.loc[(pieces["app"] == TETHERING) & (pieces["bytes"] > 0), "line"].unique()
    rest = pieces[(pieces["app"] == UNATTRIBUTED) & (pieces["bytes"] > 0) & _spoken_of(facts)]
    rest = rest[~rest["line"].isin(counted)]
    all_rest = rest.groupby("line")["bytes"].sum()
    cell = rest.groupby(["line", rest["start_utc"].dt.floor(BUCKET)])["bytes"].transform("sum")
    rest = rest[cell >= RESIDUAL_WINDOW_BYTES]
    if rest.empty:
        return []
    parts = _windowed(rest)
    groups = _groups(parts, facts, basis="residual", app="")
    enough = (
        (groups["bytes"] >= RESIDUAL_BYTES)
        & (groups["windows"] <= FEW_WINDOWS)
        & (groups["bytes"] >= CONCENTRATED * groups["line"].map(all_rest))
    )
    groups = groups[enough]
    severity = at_most(severities(groups["bytes"], groups["share_of_bill"]), Severity.LOW)
    groups = groups.assign(severity=severity, confidence=BILL_ALONE).drop(columns="bytes")
    cited = usage_rows(facts, parts["record"].astype("int64"), parts["group"])
    return assemble(facts, RULE.id, parts, groups, rows=cited) if len(groups) else []


def _spoken_of(facts: Facts) -> "pd.Series[bool]":
    """Mark pieces inside the span that timed evidence speaks of; elsewhere silence says nothing."""
    pieces = facts.pieces
    frame = facts.evidence.frame
    timed = frame[frame["time_kind"].isin(["bucket", "flow"])]
    mid = pieces["mid_utc"]
    spoken: pd.Series[bool] = (mid >= timed["start_utc"].min()) & (mid < timed["end_utc"].max())
    return spoken


def _windowed(parts: pd.DataFrame) -> pd.DataFrame:
    return parts.assign(
        window=merge_spans(parts, ["line"], gap=BRIDGE), group=parts.groupby("line").ngroup()
    )


def _groups(parts: pd.DataFrame, facts: Facts, *, basis: str, app: str) -> pd.DataFrame:
    windows = parts.groupby("window").agg(
        group=("group", "first"),
        line=("line", "first"),
        start_utc=("start_utc", "min"),
        end_utc=("end_utc", "max"),
        bytes=("bytes", "sum"),
    )
    windows = windows.assign(
        day=local_day(windows["start_utc"], facts.zone),
        billed_in_windows=billed_between(facts.pieces, windows),
    )
    groups = windows.groupby("group").agg(
        line=("line", "first"),
        bytes=("bytes", "sum"),
        windows=("bytes", "size"),
        days=("day", "nunique"),
        billed_in_windows=("billed_in_windows", "sum"),
    )
    billed = groups["line"].map(facts.lines["billed"]).astype("float64")
    return groups.assign(
        app=app, remedy=RULE.remedy, basis=basis, share_of_bill=groups["bytes"] / billed
    )


RULE = Rule(
    id="hotspot",
    needs=("phone_times",),
    false_positives=("doubt_own_laptop", "doubt_second_profile"),
    remedy="hotspot",
    check=check,
)
