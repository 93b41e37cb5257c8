"""Background sync: one app moves much, most of it unseen, in a few windows."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.bands import group_bands
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.grouping import Groups, numbered, total_of_mine
from esim_analysis.leakage.night import is_night_interval, placed
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import billed_between, bounds, in_use, merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity

LEAST_BYTES: Final = 20_000_000  # less is not felt on any plan sold today
LEAST_SHARE: Final = 0.5  # an app used mostly on screen is used, not leaking
BUCKET: Final = pd.Timedelta(hours=2)  # the length of Android's history buckets
BUSY_BUCKET_BYTES: Final = 5_000_000  # a chat app's pushes and previews stay well below
CRUMB_SHARE: Final = 0.01  # pieces below this share of a bucket only blur its edges
BRIDGE: Final = pd.Timedelta(hours=2)  # breaks within a bucket's length cannot be told apart
LEAST_DAYS: Final = 2  # twice is a habit; once must be a burst to be worth a sentence
BURST_BYTES: Final = 50_000_000  # a word list, a map region, an album: more than a feed refresh
ASLEEP: Final = 0.5  # a window with more quiet hours than this is slept through
BEFORE: Final = pd.Timedelta(hours=2)  # who opened the app this long before may have asked for it
HEARD: Final = frozenset({"music", "maps", "voip", "video"})  # used with the screen off
_BUCKET_US: Final = BUCKET // pd.Timedelta(microseconds=1)
_HOUR_US: Final = pd.Timedelta(hours=1) // pd.Timedelta(microseconds=1)

COUNTED: Final = 0.9  # the phone itself counted these bytes as background
SLEPT: Final = 0.6  # the phone does not say; the hours do
DOUBT: Final = 0.5  # factor for an owner who may have been using it
ONCE: Final = 0.9  # factor for a single window


def check(facts: Facts) -> list[Finding]:
    """Find apps whose bytes flowed mostly unseen, in windows worth naming."""
    pieces = facts.pieces
    named = ~pieces["app"].isin(UNNAMED).to_numpy() & (pieces["bytes"].to_numpy() > 0)
    night, unseen = _unseen(pieces)
    unseen &= named & ~pieces["taken"].to_numpy()
    share = _mostly_unseen(pieces, named, unseen)
    mine = np.flatnonzero(unseen & (share >= 0)[pieces["pair"].to_numpy()])
    parts = _busy(_nights_joined(pieces.iloc[mine], night[mine]))
    if parts.empty:
        return []
    parts = parts.assign(
        window=merge_spans(parts, ["pair"], gap=BRIDGE), group=numbered(parts, ["pair"])
    )
    groups = _groups(parts, facts)
    groups = groups.assign(share_of_app=share[groups.pop("pair")])
    enough = (groups["bytes"] >= LEAST_BYTES) & (
        (groups["days"] >= LEAST_DAYS) | (groups["largest"] >= BURST_BYTES)
    )
    groups = _judged(groups[enough], facts)
    if groups.empty:
        return []
    parts = parts[parts["group"].isin(groups.index)]
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _unseen(pieces: pd.DataFrame) -> tuple[Flags, Flags]:
    """Mark pieces of a night's interval that days cut, and those nobody saw.

    Unseen is background by the phone's word, or counted over a night the owner slept through.
    """
    unknown = (pieces["ground"] == "unknown").to_numpy()
    length = micros(pieces["until_utc"]) - micros(pieces["from_utc"])
    night = unknown & is_night_interval(length, pieces["quiet_whole"].to_numpy())
    own = micros(pieces["end_utc"]) - micros(pieces["start_utc"])
    slept = unknown & is_night_interval(own, pieces["quiet"].to_numpy())
    return night, (pieces["ground"] == "background").to_numpy() | night | slept


def _mostly_unseen(pieces: pd.DataFrame, named: Flags, unseen: Flags) -> Floats:
    """Return the share of each pair's bytes that flowed unseen, -1 for pairs not worth a look."""
    pair, volume = pieces["pair"].to_numpy(), pieces["bytes"].to_numpy()
    size = int(pair.max(initial=-1)) + 1
    total = sum_by(pair[named], volume[named], size)
    away = sum_by(pair[unseen], volume[unseen], size)
    share = away / np.maximum(total, 1.0)
    return np.where((share >= LEAST_SHARE) & (away >= LEAST_BYTES), share, -1.0)


def _nights_joined(unseen: pd.DataFrame, night: Flags) -> pd.DataFrame:
    """Give pieces of a night that days cut at midnight the whole interval the phone counted."""
    return unseen.assign(
        start_utc=unseen["start_utc"].mask(night, unseen["from_utc"]),
        end_utc=unseen["end_utc"].mask(night, unseen["until_utc"]),
    )


def _busy(mine: pd.DataFrame) -> pd.DataFrame:
    """Keep the pieces of buckets in which an app moved much, without their crumbs."""
    start, end = micros(mine["start_utc"]), micros(mine["end_utc"])
    cell = number_groups(mine["pair"].to_numpy(), start // _BUCKET_US)[0]
    # The parts of a night that midnight cut stand or fall together.
    whole = number_groups(mine["pair"].to_numpy(), start, end)[0]
    of_cell, of_whole = (total_of_mine(key, mine["bytes"].to_numpy()) for key in (cell, whole))
    kept: pd.DataFrame = mine[(of_cell >= BUSY_BUCKET_BYTES) & (of_whole >= CRUMB_SHARE * of_cell)]
    return kept


def _groups(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Sum up each app's windows, and how the owner stood to them."""
    by_window = Groups.of(parts["window"])
    windows = by_window.frame(
        {
            **{name: by_window.first(parts[name]) for name in ("group", "pair", "of_line")},
            **bounds(by_window, parts),
            "bytes": by_window.sum(parts["bytes"]),
        }
    )
    start, end = micros(windows["start_utc"]), micros(windows["end_utc"])
    asleep = placed(start, end, facts.zone).quiet_share >= ASLEEP
    ahead = np.where(asleep, 0, BEFORE // pd.Timedelta(microseconds=1))
    attended = in_use(windows, facts.pieces, before=ahead)
    volume = windows["bytes"].to_numpy()
    by_group = Groups.of(windows["group"])
    parts_of = Groups.of(parts["group"])
    unseen = np.where(parts["ground"] == "background", parts["bytes"], 0)
    pair = by_group.first(windows["pair"]).to_numpy()
    groups = by_group.frame(
        {
            **{name: told.array for name, told in facts.names(pair).items()},
            "pair": pair,
            "bytes": by_group.sum(volume),
            "largest": by_group.most(volume),
            "windows": by_group.size(),
            "days": by_group.distinct(facts.days(start)),
            "hours": by_group.sum((end - start) / _HOUR_US),
            "at_night": by_group.sum(np.where(asleep, volume, 0)),
            "attended": by_group.sum(np.where(attended, volume, 0)),
            "billed_in_windows": by_group.sum(billed_between(facts.pieces, windows)),
            "counted": parts_of.sum(unseen),
        }
    )
    return groups.join(group_bands(facts.table, parts))


def _judged(groups: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Grade severity and confidence; turn sums into the facts of the sentences."""
    volume = groups["bytes"]
    billed = facts.billed(groups["line"])
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
