"""Surge: hours with far more than that hour of the day usually has, ranked by the excess."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.leakage.assemble import assemble, usage_rows
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.grouping import Groups, codes_of, numbered
from esim_analysis.leakage.needs import LEAST_DAYS, hourly_records
from esim_analysis.leakage.night import quiet_share
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import NOWHERE, bounds, in_use, inside, merge_spans
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.leakage.usual import HOUR, hour_parts, hourly_excess
from esim_analysis.model import RESIDUALS, Finding, Severity

HOUR_BYTES: Final = 5_000_000  # an hour's excess below this is a page with pictures
LEAST_EXCESS: Final = 20_000_000  # a proposal: the floor used when surge rules were compared
SHOWN: Final = 5  # a person reads five rows
STRONG_Z: Final = 3.0
STRONG_PLAN_SHARE: Final = 0.05
DOMINATES: Final = 0.5  # of the window's bytes
BEFORE: Final = pd.Timedelta(hours=2)  # who opened the app this long before may have asked for it
ASLEEP: Final = 0.5  # a window with more quiet hours than this is slept through
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
    parts = _of_spans(parts, spans)
    windows = _explained(_windows(spans, parts), facts)
    windows = windows[windows["excess"] >= LEAST_EXCESS]
    windows = windows.sort_values(["line", "excess", "start_utc"], ascending=[True, False, True])
    windows = windows[windows.groupby("line").cumcount() < SHOWN]
    if windows.empty:
        return []
    windows["group"] = numbered(windows, ["line", "kind", "seen_app"])
    place = windows.index.get_indexer(pd.Index(parts["window"]))
    parts = parts[place != NOWHERE].assign(
        group=windows["group"].array.take(place[place != NOWHERE])
    )
    parts = _priced(parts, facts)
    groups = _judged(windows, facts)
    rows = usage_rows(facts, parts["row"], parts["group"])
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _of_spans(parts: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of records in unusual hours, with the window of their hour."""
    found = inside(codes_of(parts["line"]), micros(parts["hour"]), codes_of(spans["line"]), spans)
    kept = np.flatnonzero(found != NOWHERE)
    return parts.iloc[kept].assign(window=spans["window"].array.take(found[kept]))


def _windows(spans: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Sum adjacent hours; edges are those of the records, not of the clock."""
    hours, records = Groups.of(spans["window"]), Groups.of(parts["window"])
    return hours.frame(
        {
            "line": hours.first(spans["line"]).astype("str"),
            "excess": hours.sum(spans["excess"]),
            "z": hours.most(spans["z"]),
            **bounds(records, parts),
            "bytes": records.sum(parts["bytes"]),
        }
    )


def _explained(windows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Leave out windows another rule has explained; name the app that fills the others."""
    pieces = facts.pieces
    line = pieces["line"].cat.categories.get_indexer(pd.Index(windows["line"]))
    held = inside(pieces["of_line"].to_numpy(), micros(pieces["mid_utc"]), line, windows)
    rows = np.flatnonzero(held != NOWHERE)
    columns = ["app", "ground", "bytes", "taken", "on_screen"]
    mine = pieces[columns].iloc[rows].assign(window=held[rows])
    volume = mine["bytes"].where(mine["taken"], 0).to_numpy()
    taken = sum_by(held[rows], volume, len(windows))
    open_ = taken < DOMINATES * windows["excess"]
    top = _fullest(mine[~mine["app"].isin(RESIDUALS)])
    top = top.reindex(range(len(windows))).set_axis(windows.index)
    fills = top["bytes"].fillna(0) >= DOMINATES * windows["bytes"]
    found = windows.assign(
        kind=top["kind"].where(fills, "open"),
        seen_app=top["app"].where(fills, ""),
        counted=top["counted"].fillna(0) >= top["bytes"].fillna(0) / 2,
    )[open_]
    return found.assign(maybe_wanted=_maybe_wanted(found, facts))


def _maybe_wanted(windows: pd.DataFrame, facts: Facts) -> Flags:
    """Mark windows of an app in the background whose owner may have asked for it.

    They had it on screen shortly before, as for a call or directions; or the phone does not
    say whether it was on screen, and nobody slept.
    """
    pair = facts.pair(windows["line"].tolist(), windows["seen_app"].tolist())
    asleep = quiet_share(windows, facts.zone) >= ASLEEP
    ahead = np.where(asleep, 0, BEFORE // pd.Timedelta(microseconds=1))
    attended = in_use(windows.assign(pair=pair), facts.pieces, before=ahead)
    told = asleep | windows["counted"].to_numpy()
    wanted: Flags = (windows["kind"] == "unseen").to_numpy() & (attended | ~told)
    return wanted


def _fullest(named: pd.DataFrame) -> pd.DataFrame:
    """Return what took most of each window: `app, kind, bytes` (`in_use` before `unseen`).

    With `counted`, the bytes the phone itself counted as background.
    """
    app, unseen = codes_of(named["app"]), ~named["on_screen"].to_numpy()
    where, kinds = named["window"].to_numpy(), unseen.astype(np.int64)
    number, first = number_groups(where, app, kinds)
    window, app, kind = where[first], app[first], kinds[first]
    volume = np.bincount(number, named["bytes"], len(first))
    background = named["bytes"].where(named["ground"] == "background", 0)
    counted = np.bincount(number, background, len(first))
    order = np.lexsort((kind, app, -volume, window))
    top = order[Groups.of(window[order]).start]
    return pd.DataFrame(
        {
            "app": named["app"].cat.categories.array.take(app[top]),
            "kind": pd.array(["in_use", "unseen"], dtype="str").take(kind[top]),
            "bytes": volume[top],
            "counted": counted[top],
        },
        index=window[top],
    )


def _priced(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Give the parts their share of the record's charge; the bill needs no band."""
    return parts.assign(
        cost=facts.charge[parts["row"]] * parts["share"],
        bytes_low=parts["bytes"],
        bytes_high=parts["bytes"],
    )


def _judged(windows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Grade each group; volume alone never makes a strong finding."""
    plan = facts.evidence.settings.limit_bytes or 0
    strong = (windows["z"] >= STRONG_Z) & ~windows["maybe_wanted"]
    strong &= windows["excess"] >= max(LEAST_EXCESS, STRONG_PLAN_SHARE * plan)
    by_group = Groups.of(windows["group"])
    groups = by_group.frame(
        {
            **{name: by_group.first(windows[name]) for name in ("line", "kind", "seen_app")},
            "bytes": by_group.sum(windows["bytes"]),
            "excess": by_group.sum(windows["excess"]),
            "windows": by_group.size(),
            "strong_windows": by_group.sum(strong),
        }
    )
    billed = facts.billed(groups["line"])
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
    after=("background_sync", "hotspot", "wifi_missed"),
)
