"""Background sync: one app moves much, most of it unseen, in a few windows."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.bands import group_bands
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.night import is_night_interval, nights
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import billed_between, in_use, merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity
from esim_analysis.model.clock import local_day

LEAST_BYTES: Final = 20_000_000  # less is not felt on any plan sold today
LEAST_SHARE: Final = 0.5  # an app used mostly on screen is used, not leaking
BUCKET: Final = "2h"  # the length of Android's history buckets
BUSY_BUCKET_BYTES: Final = 5_000_000  # a chat app's pushes and previews stay well below
CRUMB_SHARE: Final = 0.01  # pieces below this share of a bucket only blur its edges
BRIDGE: Final = pd.Timedelta(hours=2)  # breaks within a bucket's length cannot be told apart
LEAST_DAYS: Final = 2  # twice is a habit; once must be a burst to be worth a sentence
BURST_BYTES: Final = 50_000_000  # a word list, a map region, an album: more than a feed refresh
ASLEEP: Final = 0.5  # a window with more quiet hours than this is slept through
BEFORE: Final = pd.Timedelta(hours=2)  # who opened the app this long before may have asked for it
HEARD: Final = frozenset({"music", "maps", "voip", "video"})  # used with the screen off
_APP: Final = ["line", "app"]

COUNTED: Final = 0.9  # the phone itself counted these bytes as background
SLEPT: Final = 0.6  # the phone does not say; the hours do
DOUBT: Final = 0.5  # factor for an owner who may have been using it
ONCE: Final = 0.9  # factor for a single window


def check(facts: Facts) -> list[Finding]:
    """Find apps whose bytes flowed mostly unseen, in windows worth naming."""
    pieces = facts.pieces
    apps = _nights_joined(pieces[~pieces["app"].isin(UNNAMED) & (pieces["bytes"] > 0)], facts.zone)
    unseen = _unseen(apps, facts.zone) & ~apps["taken"]
    candidates = _mostly_unseen(apps, unseen)
    parts = _busy(apps[unseen], candidates)
    if parts.empty:
        return []
    parts = parts.assign(
        window=merge_spans(parts, _APP, gap=BRIDGE), group=parts.groupby(_APP).ngroup()
    )
    groups = _groups(parts, facts)
    groups = groups.join(candidates, on=_APP)
    enough = (groups["bytes"] >= LEAST_BYTES) & (
        (groups["days"] >= LEAST_DAYS) | (groups["largest"] >= BURST_BYTES)
    )
    groups = _judged(groups[enough], facts)
    if groups.empty:
        return []
    parts = parts[parts["group"].isin(groups.index)]
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _nights_joined(apps: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Give pieces of a night that days cut at midnight the whole interval the phone counted."""
    whole = apps[["from_utc", "until_utc"]].set_axis(["start_utc", "end_utc"], axis=1)
    night = is_night_interval(whole, nights(whole, zone)["quiet_share"])
    night &= apps["ground"] == "unknown"
    return apps.assign(
        start_utc=apps["start_utc"].mask(night, whole["start_utc"]),
        end_utc=apps["end_utc"].mask(night, whole["end_utc"]),
    )


def _unseen(apps: pd.DataFrame, zone: str) -> "pd.Series[bool]":
    """Background by the phone's word, or counted over a night the owner slept through."""
    asleep = is_night_interval(apps, nights(apps, zone)["quiet_share"])
    return (apps["ground"] == "background") | ((apps["ground"] == "unknown") & asleep)


def _mostly_unseen(apps: pd.DataFrame, unseen: "pd.Series[bool]") -> pd.DataFrame:
    """Return the share of each app's bytes that flowed unseen, for apps worth a look."""
    total = apps.groupby(_APP)["bytes"].sum()
    away = apps[unseen].groupby(_APP)["bytes"].sum().reindex(total.index, fill_value=0)
    share = (away / total).rename("share_of_app").to_frame()
    return share[(share["share_of_app"] >= LEAST_SHARE) & (away >= LEAST_BYTES)]


def _busy(unseen: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Keep the pieces of buckets in which an app moved much, without their crumbs."""
    mine = unseen[pd.MultiIndex.from_frame(unseen[_APP]).isin(candidates.index)]
    cell = mine.groupby([*_APP, mine["start_utc"].dt.floor(BUCKET)])["bytes"].transform("sum")
    # The parts of a night that midnight cut stand or fall together.
    whole = mine.groupby([*_APP, "start_utc", "end_utc"])["bytes"].transform("sum")
    return mine[(cell >= BUSY_BUCKET_BYTES) & (whole >= CRUMB_SHARE * cell)]


def _groups(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Sum up each app's windows, and how the owner stood to them."""
    windows = parts.groupby("window").agg(
        group=("group", "first"),
        line=("line", "first"),
        app=("app", "first"),
        start_utc=("start_utc", "min"),
        end_utc=("end_utc", "max"),
        bytes=("bytes", "sum"),
    )
    asleep = nights(windows, facts.zone)["quiet_share"] >= ASLEEP
    ahead = pd.Series(BEFORE, index=windows.index).mask(asleep, pd.Timedelta(0))
    attended = in_use(windows, facts.pieces, before=ahead)
    windows = windows.assign(
        hours=(windows["end_utc"] - windows["start_utc"]).dt.total_seconds() / 3600,
        day=local_day(windows["start_utc"], facts.zone),
        at_night=windows["bytes"].where(asleep, 0),
        attended=windows["bytes"].where(attended, 0),
        billed_in_windows=billed_between(facts.pieces, windows),
    )
    groups = windows.groupby("group").agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        largest=("bytes", "max"),
        windows=("bytes", "size"),
        days=("day", "nunique"),
        hours=("hours", "sum"),
        at_night=("at_night", "sum"),
        attended=("attended", "sum"),
        billed_in_windows=("billed_in_windows", "sum"),
    )
    counted = parts["bytes"].where(parts["ground"] == "background", 0)
    groups = groups.assign(counted=counted.groupby(parts["group"]).sum())
    return groups.join(group_bands(facts.table, parts))


def _judged(groups: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Grade severity and confidence; turn sums into the facts of the sentences."""
    volume = groups["bytes"]
    billed = groups["line"].map(facts.lines["billed"]).astype("float64")
    counted = groups["counted"] >= volume / 2
    attended = groups["attended"] > volume / 2
    at_night = groups["at_night"] / volume
    heard = groups["app"].map(dict(facts.categories)).isin(HEARD) & (at_night < ASLEEP)
    confidence = pd.Series(COUNTED, index=groups.index).where(counted, SLEPT)
    for less, factor in ((attended, DOUBT), (heard, DOUBT), (groups["windows"] == 1, ONCE)):
        confidence = confidence.where(~less, confidence * factor)
    severity = severities(volume, volume / billed)
    return pd.DataFrame(
        {
            "line": groups["line"],
            "app": groups["app"],
            "severity": at_most(severity, Severity.INFO, attended | heard),
            "confidence": confidence,
            "remedy": RULE.remedy,
            "basis": pd.Series("counted", index=groups.index).where(counted, "slept"),
            "doubts": pd.Series("doubt_sound doubt_requested", index=groups.index).where(
                counted, "doubt_awake doubt_requested"
            ),
            "attended": (attended | heard).astype("int64"),
            "windows": groups["windows"],
            "days": groups["days"],
            "hours": groups["hours"],
            "at_night": at_night,
            "share_of_app": groups["share_of_app"],
            "share_of_bill": volume / billed,
            "share_low": groups["bytes_low"] / billed,
            "share_high": (groups["bytes_high"] / billed).clip(upper=1.0),
            "billed_in_windows": groups["billed_in_windows"],
        }
    )


RULE = Rule(
    id="background_sync",
    needs=("app_bytes",),
    false_positives=("doubt_sound", "doubt_requested", "doubt_awake"),
    remedy="background_data",
    check=check,
    after=("update_burst", "trackers", "regular_traffic", "wifi_missed", "night_drip"),
)
