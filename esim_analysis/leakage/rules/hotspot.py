"""Hotspot: bytes of other devices, counted by the phone or left unexplained beside it."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints, micros
from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.assemble import assemble, evidence_rows, usage_rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, numbered, total_of_mine
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import billed_between, bounds, merge_spans
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.model import TETHERING, UNATTRIBUTED, Finding, Severity

LEAST_BYTES: Final = 1_000_000  # a hotspot that was switched on costs this at once
COUNTED: Final = 0.95  # the phone keeps a counter of its own for other devices
RESIDUAL_BYTES: Final = 100_000_000  # a proposal: a laptop moves this in minutes
RESIDUAL_WINDOW_BYTES: Final = 20_000_000  # smaller gaps are apps the evidence lacks
FEW_WINDOWS: Final = 5  # a hotspot is switched on for an occasion
CONCENTRATED: Final = 0.5  # of all that is unexplained on the line
_BUCKET_US: Final = pd.Timedelta(hours=2) // pd.Timedelta(microseconds=1)
BRIDGE: Final = pd.Timedelta(hours=2)  # breaks within a phone bucket's length cannot be told apart


def check(facts: Facts) -> list[Finding]:
    """Find what the phone passed on to other devices, or a residual that looks like it."""
    return [*_counted(facts), *_residual(facts)]


def _counted(facts: Facts) -> list[Finding]:
    pieces = facts.pieces
    mine = _passed_on(pieces)
    line, volume = pieces["of_line"].to_numpy()[mine], pieces["bytes"].to_numpy()[mine]
    parts = pieces.iloc[mine[total_of_mine(line, volume) >= LEAST_BYTES]]
    if parts.empty:
        return []
    parts = _windowed(parts)
    groups = _groups(parts, facts, basis="counted", app=TETHERING)
    # Somebody switched it on: it may cost much, but it is seldom a surprise.
    severity = at_most(severities(groups["bytes"], groups["share_of_bill"]), Severity.MEDIUM)
    groups = groups.assign(severity=severity, confidence=COUNTED).drop(columns="bytes")
    return assemble(facts, RULE.id, parts, groups, rows=evidence_rows(facts, parts, groups))


def _passed_on(pieces: pd.DataFrame) -> Ints:
    """Return the rows of what the phone counted for other devices."""
    return np.flatnonzero((pieces["app"] == TETHERING) & (pieces["bytes"] > 0))


def _residual(facts: Facts) -> list[Finding]:
    """Look at what the evidence leaves open on lines whose phone counted no hotspot."""
    pieces = facts.pieces
    line, volume = pieces["of_line"].to_numpy(), pieces["bytes"].to_numpy()
    open_ = (pieces["app"] == UNATTRIBUTED).to_numpy() & (volume > 0) & _spoken_of(facts)
    open_ &= ~np.isin(line, line[_passed_on(pieces)])
    rest = np.flatnonzero(open_)
    all_rest = np.bincount(line[rest], volume[rest])
    bucket = micros(pieces["start_utc"].iloc[rest]) // _BUCKET_US
    cell = number_groups(line[rest], bucket)[0]
    rest = rest[total_of_mine(cell, volume[rest]) >= RESIDUAL_WINDOW_BYTES]
    if len(rest) == 0:
        return []
    parts = _windowed(pieces.iloc[rest])
    groups = _groups(parts, facts, basis="residual", app="")
    of_line = Groups.of(parts["group"]).first(parts["of_line"])
    enough = (
        (groups["bytes"] >= RESIDUAL_BYTES)
        & (groups["windows"] <= FEW_WINDOWS)
        & (groups["bytes"] >= CONCENTRATED * all_rest[of_line])
    )
    groups = groups[enough]
    severity = at_most(severities(groups["bytes"], groups["share_of_bill"]), Severity.LOW)
    groups = groups.assign(severity=severity, confidence=BILL_ALONE).drop(columns="bytes")
    cited = usage_rows(facts, parts["record"], parts["group"])
    return assemble(facts, RULE.id, parts, groups, rows=cited) if len(groups) else []


def _spoken_of(facts: Facts) -> Flags:
    """Mark pieces inside the span that timed evidence speaks of; elsewhere silence says nothing.

    A phone speaks of its line; one that names no line speaks of all.
    """
    frame, lines = facts.evidence.frame, facts.pieces["line"].cat.categories
    timed = frame["time_kind"].isin(["bucket", "flow"]).to_numpy()
    said = frame["line"].fillna("").to_numpy()
    first = np.full(len(lines), np.iinfo(np.int64).max)
    last = np.full(len(lines), np.iinfo(np.int64).min)
    start, end, anyone = facts.seen.start, facts.seen.end, timed & (said == "")
    own = lines.get_indexer(pd.Index(said))
    mine = timed & ~anyone & (own >= 0)
    np.minimum.at(first, own[mine], start[mine])
    np.maximum.at(last, own[mine], end[mine])
    if anyone.any():
        first = np.minimum(first, start[anyone].min())
        last = np.maximum(last, end[anyone].max())
    line, middle = facts.pieces["of_line"].to_numpy(), micros(facts.pieces["mid_utc"])
    spoken: Flags = (middle >= first[line]) & (middle < last[line])
    return spoken


def _windowed(parts: pd.DataFrame) -> pd.DataFrame:
    return parts.assign(
        window=merge_spans(parts, ["of_line"], gap=BRIDGE), group=numbered(parts, ["of_line"])
    )


def _groups(parts: pd.DataFrame, facts: Facts, *, basis: str, app: str) -> pd.DataFrame:
    by_window = Groups.of(parts["window"])
    windows = by_window.frame(
        {
            **{name: by_window.first(parts[name]) for name in ("group", "of_line")},
            **bounds(by_window, parts),
            "bytes": by_window.sum(parts["bytes"]),
        }
    )
    by_group = Groups.of(windows["group"])
    groups = by_group.frame(
        {
            "line": Groups.of(parts["group"]).first(parts["line"]).astype("str"),
            "bytes": by_group.sum(windows["bytes"]),
            "windows": by_group.size(),
            "days": by_group.distinct(facts.days(micros(windows["start_utc"]))),
            "billed_in_windows": by_group.sum(billed_between(facts.pieces, windows)),
        }
    )
    return groups.assign(
        app=app,
        remedy=RULE.remedy,
        basis=basis,
        share_of_bill=groups["bytes"] / facts.billed(groups["line"]),
    )


RULE = Rule(
    id="hotspot",
    needs=("phone_times",),
    false_positives=("doubt_own_laptop", "doubt_second_profile"),
    remedy="hotspot",
    check=check,
)
