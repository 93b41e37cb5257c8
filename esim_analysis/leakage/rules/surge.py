"""Surge: hours with far more than that hour of the day usually has, ranked by the excess."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, usage_rows
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.needs import LEAST_DAYS, hourly_records
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import inside, merge_spans
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.leakage.usual import HOUR, hour_parts, hourly_excess
from esim_analysis.model import RESIDUALS, Finding, Severity

HOUR_BYTES: Final = 5_000_000  # an hour's excess below this is a page with pictures
LEAST_EXCESS: Final = 20_000_000  # a proposal: the floor used when surge rules were compared
SHOWN: Final = 5  # a person reads five rows
STRONG_Z: Final = 3.0
STRONG_PLAN_SHARE: Final = 0.05
DOMINATES: Final = 0.5  # of the window's bytes
IN_USE: Final = 0.6  # the phone names the app that was on screen
UNSEEN: Final = 0.5  # the phone names the app, without a habit behind it


def check(facts: Facts) -> list[Finding]:
    """Rank unusual hours; say what the phone saw in them, where it saw anything."""
    parts = hour_parts(hourly_records(facts))
    hours = hourly_excess(parts, facts.zone, least_days=LEAST_DAYS)
    hours = hours[hours["excess"] >= HOUR_BYTES]
    if hours.empty:
        return []
    spans = hours.assign(start_utc=hours["hour"], end_utc=hours["hour"] + HOUR)
    spans = spans.assign(window=merge_spans(spans, ["line"], gap=pd.Timedelta(0)))
    parts = parts.merge(spans[["line", "hour", "window"]], on=["line", "hour"])
    windows = _windows(spans, parts)
    windows = _explained(windows, facts)
    windows = windows[windows["excess"] >= LEAST_EXCESS]
    windows = windows.sort_values(["line", "excess", "start_utc"], ascending=[True, False, True])
    windows = windows[windows.groupby("line").cumcount() < SHOWN]
    if windows.empty:
        return []
    windows["group"] = windows.groupby(["line", "kind", "seen_app"]).ngroup()
    parts = _priced(parts.merge(windows[["group"]], left_on="window", right_index=True), facts)
    groups = _judged(windows, facts)
    rows = usage_rows(facts, parts["row"], parts["group"])
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _windows(spans: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Sum adjacent hours; edges are those of the records, not of the clock."""
    by_hours = spans.groupby("window").agg(
        line=("line", "first"), excess=("excess", "sum"), z=("z", "max")
    )
    by_parts = parts.groupby("window").agg(
        start_utc=("start_utc", "min"), end_utc=("end_utc", "max"), bytes=("bytes", "sum")
    )
    return by_hours.join(by_parts)


def _explained(windows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Leave out windows another rule has explained; name the app that fills the others."""
    pieces = facts.pieces
    window = inside(pieces, windows.reset_index(), ["line"])
    mine = pieces[window.notna()].assign(window=window.dropna().astype("int64"))
    taken = mine["bytes"].where(mine["taken"], 0).groupby(mine["window"]).sum()
    open_ = taken.reindex(windows.index, fill_value=0) < DOMINATES * windows["excess"]
    named = mine[~mine["app"].isin(RESIDUALS)]
    kind = (named["ground"] == "foreground").map({True: "in_use", False: "unseen"})
    volume = named["bytes"].groupby([named["window"], named["app"], kind.rename("kind")]).sum()
    top = volume.reset_index().sort_values(["bytes", "app", "kind"], ascending=[False, True, True])
    top = top.drop_duplicates("window").set_index("window").reindex(windows.index)
    fills = top["bytes"].fillna(0) >= DOMINATES * windows["bytes"]
    return windows.assign(
        kind=top["kind"].where(fills, "open"), seen_app=top["app"].where(fills, "")
    )[open_]


def _priced(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Give the parts their share of the record's charge; the bill needs no band."""
    charge = facts.usage.frame["charge"].astype("float64")
    return parts.assign(
        cost=parts["row"].map(charge) * parts["share"],
        bytes_low=parts["bytes"],
        bytes_high=parts["bytes"],
    )


def _judged(windows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Grade each group; volume alone never makes a strong finding."""
    plan = facts.evidence.settings.limit_bytes or 0
    strong = (windows["z"] >= STRONG_Z) & (
        windows["excess"] >= max(LEAST_EXCESS, STRONG_PLAN_SHARE * plan)
    )
    groups = (
        windows.assign(strong=strong.astype("int64"))
        .groupby("group")
        .agg(
            line=("line", "first"),
            kind=("kind", "first"),
            seen_app=("seen_app", "first"),
            bytes=("bytes", "sum"),
            excess=("excess", "sum"),
            windows=("excess", "size"),
            strong_windows=("strong", "sum"),
        )
    )
    billed = groups["line"].map(facts.lines["billed"]).astype("float64")
    unseen, in_use = groups["kind"] == "unseen", groups["kind"] == "in_use"
    severity = at_most(severities(groups["excess"], groups["excess"] / billed), Severity.LOW)
    severity = at_most(severity, Severity.INFO, in_use | (groups["strong_windows"] == 0))
    confidence = pd.Series(BILL_ALONE, index=groups.index).mask(unseen, UNSEEN).mask(in_use, IN_USE)
    remedy = pd.Series(RULE.remedy, index=groups.index)
    return groups.assign(
        app=groups["seen_app"].where(unseen, ""),
        severity=severity,
        confidence=confidence,
        remedy=remedy.mask(unseen, "background_data")
        .mask(groups["seen_app"].isin(UNNAMED), "data_saver")
        .mask(in_use, "data_limit"),
        excess=groups["excess"].round().astype("int64"),
        share_of_bill=groups["bytes"] / billed,
    ).drop(columns="bytes")


RULE = Rule(
    id="surge",
    needs=("hours",),
    false_positives=("doubt_video", "doubt_download"),
    remedy="readings",
    check=check,
    after=("background_sync", "hotspot"),
)
