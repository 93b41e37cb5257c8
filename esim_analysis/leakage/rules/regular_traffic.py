"""Regular background traffic: an app asks the same host again and again, like a clock."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.beacons import Talk, scores
from esim_analysis.leakage.by_host import cited, dominates, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, codes_of, of_each
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.sparse import rhythms
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity
from esim_analysis.reference.hosts import TRACKING

NOTABLE: Final = 0.7  # the published bands: 0.5 base, 0.7 medium, 0.9 high
STRONG: Final = 0.9
LEAST_CONNECTIONS: Final = 20  # a day; the score is defined from 4, which says little
LEAST_SPAN_S: Final = 6 * 3_600  # a morning of reading has a rhythm, too
FEWEST_DAYS: Final = 3  # a film or a drive asks by the clock, too; fewer days must be full of it
LEAST_DAYS: Final = 0.5  # of the days a pair is scored on
ALIKE: Final = 4.0  # times the middle contact; a question asked by a clock is always much the same
DAY_S: Final = 86_400
PLAIN_DNS: Final = 53
TOLD_ELSEWHERE: Final = frozenset({*TRACKING, "time_dns", "connectivity", "certificates"})
GAP: Final = pd.Timedelta(hours=24)  # a habit is told as one window, quiet nights included
NOTABLE_SURE: Final = 0.6
STRONG_SURE: Final = 0.8


def check(facts: Facts) -> list[Finding]:
    """Find apps that ask one host with a rhythm; what for, a rhythm does not say."""
    seen = _outbound(facts.contacts)
    if seen.empty:
        return []
    pairs = _by_score(seen)
    few = rhythms(seen.loc[~seen["talk"].isin(pairs.index), ["talk", "start_utc"]])
    pairs = pd.concat([pairs, few.assign(basis="sparse")])
    parts = _alike(seen[seen["talk"].isin(pairs.index)])
    parts = facts.contacts.iloc[parts["place"]].assign(talk=parts["talk"].to_numpy())
    parts = windowed(parts.join(pairs[["score", "every_s", "basis"]], on="talk"), gap=GAP)
    if parts.empty:
        return []
    groups = summed(facts, parts).join(_leading(parts))
    share = groups["bytes"] / facts.billed(groups["line"])
    push = Groups.of(parts["group"]).sum(parts["bytes"].where(parts["category"] == "push", 0.0))
    severity = at_most(severities(groups["bytes"], share), Severity.LOW)
    sure = pd.Series(NOTABLE_SURE, index=groups.index)
    groups = groups.assign(
        severity=at_most(severity, Severity.INFO, push > groups["bytes"] / 2),
        confidence=sure.mask(groups["score"] >= STRONG, STRONG_SURE),
        remedy="background_data",
        share_of_bill=share,
        explains=dominates(parts, facts.pieces).astype("int64"),
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(facts, parts))


def _outbound(seen: pd.DataFrame) -> pd.DataFrame:
    """Keep counted contacts with the open internet that were not on screen.

    Returns
    -------
    pandas.DataFrame
        `talk` (number of line, app and host or address), `start_utc, up, bytes`, and
        `place` in `seen`.
    """
    near = of_each(seen["ip"], lambda names: ~public(names) & (names != ""))
    kept = seen["counted"].to_numpy() & (seen["bytes"].to_numpy() > 0) & ~near
    kept &= (seen["ground"] != "foreground").to_numpy() & (seen["port"].to_numpy() != PLAIN_DNS)
    kept &= ~seen["app"].isin(RESIDUALS).to_numpy()
    kept &= ~seen["category"].isin(TOLD_ELSEWHERE).to_numpy()
    kept &= ((seen["host"] != "") | (seen["ip"] != "")).to_numpy()
    place = np.flatnonzero(kept)
    mine = seen[["pair", "host", "ip", "start_utc", "up", "bytes"]].iloc[place]
    bare = np.where(mine["host"] == "", codes_of(mine["ip"]) + 1, 0)
    talk, _ = number_groups(mine["pair"].to_numpy(), codes_of(mine["host"]), bare)
    return mine[["start_utc", "up", "bytes"]].assign(talk=talk, place=place)


def _alike(parts: pd.DataFrame) -> pd.DataFrame:
    """Leave out contacts far larger than their talk's middle one: reading the host by hand."""
    by_talk = Groups.of(parts["talk"])
    volume = parts["bytes"].to_numpy()
    kept: pd.DataFrame = parts[volume <= ALIKE * by_talk.spread(by_talk.median(volume))]
    return kept


def _by_score(seen: pd.DataFrame) -> pd.DataFrame:
    """Score every talk day by day; a talk is as regular as its middle day.

    Returns
    -------
    pandas.DataFrame
        Indexed by talk: `score, every_s, basis`.
    """
    second = seen["start_utc"].dt.as_unit("s").astype("int64")
    told = pd.DataFrame({
        "talk": seen["talk"], "day": second // DAY_S, "second": second % DAY_S, "up": seen["up"]
    })  # fmt: skip
    # Most talks are of a few times a day, and are sorted out before anything is scored.
    busy = told.groupby(["talk", "day"])["second"].agg(["size", "min", "max"])
    busy = busy[(busy["size"] >= LEAST_CONNECTIONS) & (busy["max"] - busy["min"] >= LEAST_SPAN_S)]
    cell = pd.Series(np.arange(len(busy)), index=busy.index, name="cell")
    told = told.join(cell, on=["talk", "day"], how="inner")
    table = scores(
        Talk(
            told["cell"].to_numpy().astype(np.int64),
            told["second"].to_numpy().astype(np.int64),
            told["up"].to_numpy().astype(np.int64),
            len(busy),
            0,
            DAY_S,
        )
    )
    days = table.assign(talk=busy.index.get_level_values("talk"))
    days = days[days["score"].notna()]
    talks = days.groupby("talk").agg(
        score=("score", "median"),
        every_s=("interval_s", "median"),
        days=("score", "size"),
        filled=("histogram", "median"),
    )
    regular = (days["score"] >= NOTABLE).groupby(days["talk"]).mean()
    lasting = (talks["days"] >= FEWEST_DAYS) | (talks["filled"] >= NOTABLE)
    kept = talks[(talks["score"] >= NOTABLE) & (regular >= LEAST_DAYS) & lasting]
    return kept[["score", "every_s"]].assign(basis="score")


def _leading(parts: pd.DataFrame) -> pd.DataFrame:
    """Return score, rhythm and basis of each group's talk with the most contacts."""
    count = parts.groupby(["group", "talk"]).agg(
        size=("hits", "sum"),
        score=("score", "first"),
        every_s=("every_s", "first"),
        basis=("basis", "first"),
    )
    ordered = count.reset_index().sort_values(
        ["group", "size", "talk"], ascending=[True, False, True]
    )
    return ordered.groupby("group")[["score", "every_s", "basis"]].first()


RULE = Rule(
    id="regular_traffic",
    needs=("connections",),
    false_positives=("doubt_push", "doubt_polled_by_you"),
    remedy="background_data",
    check=check,
    after=("update_burst", "trackers"),
)
