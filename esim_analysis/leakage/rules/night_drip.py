"""Night drip: something moves while the owner sleeps, night after night."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.grouping import Groups, codes_of
from esim_analysis.leakage.night import SHORT_SPAN, is_night_interval, nights_observed, placed
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import in_use
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.model import REMOVED, SYSTEM, UNATTRIBUTED, Finding, Severity

LEAST_NIGHTS: Final = 3  # two nights may be two late evenings
LEAST_NIGHT_BYTES: Final = 5_000_000  # pushes and mail of a night stay below
LEAST_DAY_SHARE: Final = 0.05  # a sleeping owner's hours carry less of the day
FLOOR_BYTES: Final = 1_000_000  # below this a share of the day is a share of little
COUNTER_BYTES: Final = 50_000_000  # one night between two balances is worth a sentence from here
NAMED: Final = 0.7  # the phone names the app and says background
SLEPT: Final = 0.5  # the phone names the app, the hours say asleep
_UNCLAIMED: Final = (UNATTRIBUTED, SYSTEM, REMOVED)  # together they are told without a name


def check(facts: Facts) -> list[Finding]:
    """Find bytes of quiet hours that recur, by app where the phone names one."""
    parts = _night_parts(facts)
    if parts.empty:
        return []
    # What has no name of its own is told together, before the apps of its line.
    app = np.where(parts["nameless"], -1, codes_of(parts["app"]))
    group = number_groups(parts["of_line"].to_numpy(), app)[0]
    night = parts["night"].to_numpy().astype(np.int64)
    parts = parts.assign(group=group, window=number_groups(group, night)[0])
    by_night = _by_night(parts, facts)
    groups = _groups(by_night, facts)
    if groups.empty:
        return []
    active = by_night.index[by_night["bytes"] >= FLOOR_BYTES]
    parts = parts[parts["window"].isin(active) & parts["group"].isin(groups.index)]
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _night_parts(facts: Facts) -> pd.DataFrame:
    """Return the part of each unexplained, unwatched piece that lies in a night's quiet hours."""
    pieces = facts.pieces
    unclaimed = pieces["app"].isin(_UNCLAIMED).to_numpy()
    usable = unclaimed | ~pieces["app"].isin(UNNAMED).to_numpy()
    usable &= ~(unclaimed & pieces["made_up"].to_numpy())
    usable &= ~pieces["on_screen"].to_numpy() & ~pieces["taken"].to_numpy()
    usable &= pieces["bytes"].to_numpy() > 0
    length = micros(pieces["until_utc"]) - micros(pieces["from_utc"])
    short = length <= SHORT_SPAN // pd.Timedelta(microseconds=1)
    # Of a short piece the part in the quiet hours counts, of a night's interval all of it.
    whole = ~short & is_night_interval(length, pieces["quiet_whole"].to_numpy())
    share = np.where(short, pieces["quiet"].to_numpy(), whole.astype(np.float64))
    # From here on only what lies in a night, which is little of a month.
    rows = np.flatnonzero(usable & (share > 0))
    mine = pieces.iloc[rows]
    kept = ~in_use(mine, pieces, before=pd.Timedelta(0))
    rows, mine = rows[kept], mine[kept]
    whole, share = whole[rows], share[rows]
    start, end = (
        np.where(whole, micros(mine[long]), micros(mine[own]))
        for long, own in (("from_utc", "start_utc"), ("until_utc", "end_utc"))
    )
    night = placed(start, end, facts.zone)
    return mine.assign(
        nameless=mine["app"].isin(_UNCLAIMED),
        night=night.night,
        by_counter=whole,
        start_utc=moments(np.where(whole, start, np.maximum(start, night.quiet_from))).array,
        end_utc=moments(np.where(whole, end, np.minimum(end, night.quiet_until))).array,
        **{name: mine[name] * share for name in ("bytes", "cost")},
    )


def _by_night(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Sum each group's nights, with what the whole day of the night was billed."""
    by_window = Groups.of(parts["window"])
    line, night = (by_window.first(parts[name]) for name in ("of_line", "night"))
    pieces, names = facts.pieces, facts.day_names
    of_line = pieces["of_line"].to_numpy() * len(names) + pieces["day"].to_numpy()
    day = pd.Index(names).get_indexer(night.dt.strftime("%Y-%m-%d"))
    whole_day = sum_by(of_line, pieces["bytes"].to_numpy(), int(line.max() + 1) * len(names))
    whole_day = np.where(day >= 0, whole_day[line * len(names) + day], np.nan)
    volume = by_window.sum(parts["bytes"])
    of_day = np.minimum(volume / np.where(whole_day == 0, np.nan, whole_day), 1.0)
    return by_window.frame(
        {
            **{name: by_window.first(parts[name]) for name in ("group", "line", "app", "nameless")},
            "bytes": volume,
            "by_counter": by_window.sum(parts["by_counter"]) > 0,
            "counted": by_window.every(parts["ground"] == "background"),
            "share_of_day": np.where(whole_day == 0, volume > 0, np.nan_to_num(of_day)),
        }
    )


def _groups(by_night: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Keep groups that drip, graded."""
    active = by_night[by_night["bytes"] >= FLOOR_BYTES]
    by_group = Groups.of(active["group"])
    line = by_group.first(active["line"]).astype("str")
    named = ~by_group.first(active["nameless"])
    nights = by_group.size()
    observed = line.map(nights_observed(facts.lines, facts.zone)).clip(lower=nights)
    groups = by_group.frame(
        {
            "line": line,
            "app": by_group.first(active["app"]).astype("str").where(named, ""),
            "bytes": by_group.sum(active["bytes"]),
            "largest": by_group.most(active["bytes"]),
            "nights": nights,
            "by_counter": by_group.every(active["by_counter"]),
            "counted": by_group.every(active["counted"]),
            "observed": observed,
            "median_night": _median_with_silence(by_group, active["bytes"], observed),
            "median_share": _median_with_silence(by_group, active["share_of_day"], observed),
        }
    )
    drips = (groups["nights"] >= LEAST_NIGHTS) & (
        (groups["median_night"] >= LEAST_NIGHT_BYTES)
        | ((groups["median_share"] >= LEAST_DAY_SHARE) & (groups["median_night"] >= FLOOR_BYTES))
    )
    # Of an app that is named, one night is a background sync; a drip is what recurs.
    unnamed = groups["app"] == ""
    one_night = groups["by_counter"] & (groups["largest"] >= COUNTER_BYTES) & unnamed
    return _judged(groups[drips | one_night], facts)


def _median_with_silence(groups: Groups, values: pd.Series, observed: pd.Series) -> Floats:
    """Return each group's median over all nights observed; nights without a value count 0."""
    ranked = values.to_numpy()[groups.order]
    size, total = groups.size(), observed.to_numpy(dtype=np.int64)
    ranked = ranked[np.lexsort((ranked, np.repeat(np.arange(len(size)), size)))]

    def at(place: Ints) -> Floats:
        # Silent nights stand in front of all others.
        spoken = place - (total - size)
        found: Floats = np.where(spoken >= 0, ranked[groups.start + np.maximum(spoken, 0)], 0.0)
        return found

    first, second = at((total - 1) // 2), at(total // 2)
    return np.where(total % 2 == 0, first * 0.5 + second * 0.5, second)


def _judged(groups: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    named = groups["app"] != ""
    billed = facts.billed(groups["line"])
    confidence = pd.Series(BILL_ALONE, index=groups.index)
    confidence = confidence.mask(named, SLEPT).mask(named & groups["counted"], NAMED)
    severity = severities(groups["bytes"], groups["bytes"] / billed)
    basis = pd.Series("records", index=groups.index).mask(groups["by_counter"], "counter")
    return pd.DataFrame(
        {
            "line": groups["line"],
            "app": groups["app"],
            "severity": at_most(severity, Severity.LOW, ~named),
            "confidence": confidence,
            "remedy": pd.Series(RULE.remedy, index=groups.index)
            .mask(named, "background_data")
            .mask(~named & groups["by_counter"], "readings"),
            "basis": basis,
            "nights": groups["nights"],
            "observed_nights": groups["observed"],
            "median_night": groups["median_night"],
            "share_of_day": groups["median_share"],
            "share_of_bill": groups["bytes"] / billed,
        }
    )


RULE = Rule(
    id="night_drip",
    needs=("night_times",),
    false_positives=("doubt_awake", "doubt_backup"),
    remedy="data_saver",
    check=check,
    after=("update_burst", "trackers", "regular_traffic", "wifi_missed", "hotspot"),
)
