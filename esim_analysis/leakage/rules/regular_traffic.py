"""Regular background traffic: an app asks the same host again and again, like a clock."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.beacons import Talk, scores
from esim_analysis.leakage.by_host import cited, dominates, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.sparse import rhythms
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity
from esim_analysis.reference.hosts import TRACKING

NOTABLE: Final = 0.7  # the published bands: 0.5 base, 0.7 medium, 0.9 high
STRONG: Final = 0.9
LEAST_CONNECTIONS: Final = 20  # a day; the score is defined from 4, which says little
LEAST_SPAN_S: Final = 6 * 3_600  # a morning of reading has a rhythm, too
LEAST_DAYS: Final = 0.5  # of the days a pair is scored on
ALIKE: Final = 4.0  # times the middle contact; a question asked by a clock is always much the same
DAY_S: Final = 86_400
PLAIN_DNS: Final = 53
TOLD_ELSEWHERE: Final = frozenset({*TRACKING, "time_dns", "connectivity", "certificates"})
GAP: Final = pd.Timedelta(hours=24)  # a habit is told as one window, quiet nights included
NOTABLE_SURE: Final = 0.6
STRONG_SURE: Final = 0.8
_PAIR: Final = ["line", "app", "name"]


def check(facts: Facts) -> list[Finding]:
    """Find apps that ask one host with a rhythm; what for, a rhythm does not say."""
    seen = _outbound(facts.contacts)
    if seen.empty:
        return []
    seen = seen.assign(pair=seen.groupby(_PAIR, sort=True).ngroup())
    pairs = _by_score(seen)
    few = rhythms(seen[~seen["pair"].isin(pairs.index)])
    pairs = pd.concat([pairs, few.assign(basis="sparse")])
    parts = seen[seen["pair"].isin(pairs.index)]
    parts = _alike(parts)
    parts = windowed(parts.join(pairs[["score", "every_s", "basis"]], on="pair"), gap=GAP)
    if parts.empty:
        return []
    groups = summed(parts, facts.zone).join(_leading(parts))
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
    push = parts["bytes"].where(parts["category"] == "push", 0.0).groupby(parts["group"]).sum()
    severity = at_most(severities(groups["bytes"], share), Severity.LOW)
    sure = pd.Series(NOTABLE_SURE, index=groups.index)
    groups = groups.assign(
        severity=at_most(severity, Severity.INFO, push > groups["bytes"] / 2),
        confidence=sure.mask(groups["score"] >= STRONG, STRONG_SURE),
        remedy="background_data",
        share_of_bill=share,
        explains=dominates(parts, facts.pieces).astype("int64"),
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(parts))


def _outbound(seen: pd.DataFrame) -> pd.DataFrame:
    """Keep counted contacts with the open internet that were not on screen."""
    name = seen["host"].where(seen["host"] != "", seen["ip"])
    near = ~seen["ip"].map(public(seen["ip"].unique())).astype(bool) & (seen["ip"] != "")
    kept = seen["counted"] & (seen["bytes"] > 0) & (seen["ground"] != "foreground")
    kept &= ~seen["app"].isin(RESIDUALS) & (seen["port"] != PLAIN_DNS)
    kept &= ~seen["category"].isin(TOLD_ELSEWHERE) & ~near & (name != "")
    # One cut: each copies a million rows of text.
    return seen[kept].assign(name=name[kept])


def _alike(parts: pd.DataFrame) -> pd.DataFrame:
    """Leave out contacts far larger than the pair's middle one: reading the same host by hand."""
    middle = parts.groupby("pair")["bytes"].transform("median")
    kept: pd.DataFrame = parts[parts["bytes"] <= ALIKE * middle]
    return kept


def _by_score(seen: pd.DataFrame) -> pd.DataFrame:
    """Score every pair day by day; a pair is as regular as its middle day.

    Returns
    -------
    pandas.DataFrame
        Indexed by pair: `score, every_s, basis`.
    """
    second = seen["start_utc"].dt.as_unit("s").astype("int64")
    told = pd.DataFrame({
        "pair": seen["pair"], "day": second // DAY_S, "second": second % DAY_S, "up": seen["up"]
    })  # fmt: skip
    # Most pairs meet a few times a day, and are sorted out before anything is scored.
    busy = told.groupby(["pair", "day"])["second"].agg(["size", "min", "max"])
    busy = busy[(busy["size"] >= LEAST_CONNECTIONS) & (busy["max"] - busy["min"] >= LEAST_SPAN_S)]
    cell = pd.Series(np.arange(len(busy)), index=busy.index, name="cell")
    told = told.join(cell, on=["pair", "day"], how="inner")
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
    days = table.assign(pair=busy.index.get_level_values("pair"))
    days = days[days["score"].notna()]
    pairs = days.groupby("pair").agg(score=("score", "median"), every_s=("interval_s", "median"))
    regular = (days["score"] >= NOTABLE).groupby(days["pair"]).mean()
    return pairs[(pairs["score"] >= NOTABLE) & (regular >= LEAST_DAYS)].assign(basis="score")


def _leading(parts: pd.DataFrame) -> pd.DataFrame:
    """Return score, rhythm and basis of each group's pair with the most contacts."""
    count = parts.groupby(["group", "pair"]).agg(
        size=("hits", "sum"),
        score=("score", "first"),
        every_s=("every_s", "first"),
        basis=("basis", "first"),
    )
    ordered = count.reset_index().sort_values(
        ["group", "size", "pair"], ascending=[True, False, True]
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
