"""Night drip: something moves while the owner sleeps, night after night."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.night import SHORT_SPAN, is_night_interval, nights, nights_observed
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import in_use
from esim_analysis.leakage.stakes import BILL_ALONE, at_most, severities
from esim_analysis.model import REMOVED, SYSTEM, UNATTRIBUTED, Finding, Severity
from esim_analysis.model.clock import local_day

LEAST_NIGHTS: Final = 3  # two nights may be two late evenings
LEAST_NIGHT_BYTES: Final = 5_000_000  # pushes and mail of a night stay below
LEAST_DAY_SHARE: Final = 0.05  # a sleeping owner's hours carry less of the day
FLOOR_BYTES: Final = 1_000_000  # below this a share of the day is a share of little
COUNTER_BYTES: Final = 50_000_000  # one night between two balances is worth a sentence from here
NAMED: Final = 0.7  # the phone names the app and says background
SLEPT: Final = 0.5  # the phone names the app, the hours say asleep
_UNCLAIMED: Final = (UNATTRIBUTED, SYSTEM, REMOVED)  # together they are told without a name
_MADE_UP_HOURS: Final = ("prorated", "date_only")
_GROUP: Final = ["line", "app"]


def check(facts: Facts) -> list[Finding]:
    """Find bytes of quiet hours that recur, by app where the phone names one."""
    parts = _night_parts(facts)
    if parts.empty:
        return []
    parts = parts.assign(group=parts.groupby(_GROUP).ngroup())
    by_night = _by_night(parts, facts)
    groups = _groups(by_night, facts)
    if groups.empty:
        return []
    active = by_night[by_night["bytes"] >= FLOOR_BYTES].reset_index()
    active = active.assign(window=active.index)[["group", "night", "window"]]
    parts = parts.merge(active, on=["group", "night"])
    parts = parts[parts["group"].isin(groups.index)]
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _night_parts(facts: Facts) -> pd.DataFrame:
    """Return the part of each unexplained, unwatched piece that lies in a night's quiet hours."""
    pieces = facts.pieces
    unclaimed = pieces["app"].isin(_UNCLAIMED)
    usable = unclaimed | ~pieces["app"].isin(UNNAMED)
    usable &= ~(unclaimed & pieces["time_quality"].isin(_MADE_UP_HOURS))
    usable &= (pieces["ground"] != "foreground") & ~pieces["taken"] & (pieces["bytes"] > 0)
    spans = pieces.loc[usable, ["from_utc", "until_utc"]]
    spans = spans.set_axis(["start_utc", "end_utc"], axis=1)
    short = (spans["end_utc"] - spans["start_utc"]) <= SHORT_SPAN
    # Of a short piece the part in the quiet hours counts, of a night's interval all of it.
    spans = spans.mask(short, pieces.loc[usable, ["start_utc", "end_utc"]])
    placed = nights(spans, facts.zone)
    whole = ~short & is_night_interval(spans, placed["quiet_share"])
    share = placed["quiet_share"].where(short, 0.0).mask(whole, 1.0)
    # From here on only what lies in a night, which is little of a month.
    mine = pieces.loc[share.index[share > 0]]
    mine = mine[~in_use(mine, pieces, before=pd.Series(pd.Timedelta(0), index=mine.index))]
    placed, spans = placed.loc[mine.index], spans.loc[mine.index]
    whole, share = whole.loc[mine.index], share.loc[mine.index]
    start = mine["start_utc"].clip(lower=placed["quiet_from"]).mask(whole, spans["start_utc"])
    end = mine["end_utc"].clip(upper=placed["quiet_until"]).mask(whole, spans["end_utc"])
    return mine.assign(
        app=mine["app"].mask(mine["app"].isin(_UNCLAIMED), ""),
        night=placed["night"],
        by_counter=whole,
        start_utc=start,
        end_utc=end,
        **{name: mine[name] * share for name in ("bytes", "cost")},
    )


def _by_night(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Sum each group's nights, with what the whole day of the night was billed."""
    parts = parts.assign(counted=parts["ground"] == "background")
    by_night = parts.groupby(["group", "night"]).agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        by_counter=("by_counter", "any"),
        counted=("counted", "all"),
    )
    pieces = facts.pieces
    day = local_day(pieces["mid_utc"], facts.zone)
    whole_day = pieces["bytes"].groupby([pieces["line"], day]).sum()
    night = pd.DatetimeIndex(by_night.index.get_level_values("night")).strftime("%Y-%m-%d")
    key = pd.MultiIndex.from_arrays([by_night["line"], night])
    of_day = by_night["bytes"] / whole_day.reindex(key).to_numpy(
        dtype="float64", na_value=float("nan")
    )
    return by_night.assign(share_of_day=of_day.clip(upper=1.0).fillna(0.0))


def _groups(by_night: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Keep groups that drip, graded."""
    nights_of_line = nights_observed(facts.lines, facts.zone)
    active = by_night[by_night["bytes"] >= FLOOR_BYTES]
    groups = active.groupby("group").agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        largest=("bytes", "max"),
        nights=("bytes", "size"),
        by_counter=("by_counter", "all"),
        counted=("counted", "all"),
    )
    observed = groups["line"].map(nights_of_line).clip(lower=groups["nights"])
    groups = groups.assign(
        observed=observed,
        median_night=_median_with_silence(active["bytes"], observed),
        median_share=_median_with_silence(active["share_of_day"], observed),
    )
    drips = (groups["nights"] >= LEAST_NIGHTS) & (
        (groups["median_night"] >= LEAST_NIGHT_BYTES)
        | ((groups["median_share"] >= LEAST_DAY_SHARE) & (groups["median_night"] >= FLOOR_BYTES))
    )
    # Of an app that is named, one night is a background sync; a drip is what recurs.
    unnamed = groups["app"] == ""
    one_night = groups["by_counter"] & (groups["largest"] >= COUNTER_BYTES) & unnamed
    return _judged(groups[drips | one_night], facts)


def _median_with_silence(values: pd.Series, observed: pd.Series) -> pd.Series:
    """Return each group's median over all nights observed; nights without a value count 0."""
    ordered = values.rename("value").sort_values(kind="stable").reset_index()
    by_group = ordered.groupby("group")["value"]
    total = ordered["group"].map(observed)
    # Silent nights stand in front of all others.
    place = by_group.cumcount() + total - by_group.transform("size")
    middle = (place == (total - 1) // 2) | (place == total // 2)
    # With an even number of nights the two middle ones are halved; a silent one adds nothing.
    weighed = (ordered["value"] * (1.0 - 0.5 * (total % 2 == 0)))[middle]
    medians: pd.Series[float] = weighed.groupby(ordered["group"]).sum()
    return medians.reindex(observed.index, fill_value=0.0)


def _judged(groups: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    named = groups["app"] != ""
    billed = groups["line"].map(facts.lines["billed"]).astype("float64")
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
