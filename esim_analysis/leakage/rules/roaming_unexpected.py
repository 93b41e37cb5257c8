"""Unexpected roaming: use where the plan has no zone, or of a home SIM abroad."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, micros
from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.assemble import assemble, usage_rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import codes_of
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.leakage.stakes import severities
from esim_analysis.model import Finding
from esim_analysis.model.frames import money_floats
from esim_analysis.reference import country_of_network

AT_HOME: Final = 0.5  # of the days with use: a line that is mostly at home is a home line
AWAY: Final = ("international",)  # inside the EU a home plan goes along, by law
SEA_AND_AIR: Final = "901"  # satellites, ships, aircraft: the dearest networks there are
GAP: Final = pd.Timedelta(hours=12)  # a stay is told as one window, nights included
_DAY_US: Final = pd.Timedelta(days=1) // pd.Timedelta(microseconds=1)
STATED: Final = 0.9  # plan and bill both say it
DEDUCED: Final = 0.7  # the line's own habit says which place is home


def check(facts: Facts) -> list[Finding]:
    """Find use outside the plan's zones, on ships and aircraft, and of home lines abroad.

    A travel eSIM roams by nature, wherever it is: without a plan that says otherwise it
    has no home, and nothing is found.
    """
    frame = facts.usage.frame
    reason, billed = _reason(facts), facts.usage.billed.to_numpy(dtype=np.int64)
    row = np.flatnonzero((reason != "").to_numpy() & (billed > 0))
    if len(row) == 0:
        return []
    told = frame[["line", "start_utc", "end_utc", "charge", "plmn", "country", "network"]]
    told = told.take(row)
    mine = told.assign(
        billed=billed[row],
        reason=reason.take(row),
        plmn=told["plmn"].fillna(""),
        country=_country(told),
        network=told["network"].fillna(""),
    )
    parts = mine.assign(
        window=merge_spans(mine, ["line", "reason"], gap=GAP),
        group=mine.groupby(["line", "reason"]).ngroup(),
        bytes=mine["billed"],
        bytes_low=mine["billed"].astype("float64"),
        bytes_high=mine["billed"].astype("float64"),
        cost=money_floats(mine["charge"]),
        place=_place(mine),
    )
    groups = _judged(parts, facts)
    rows = usage_rows(facts, pd.Series(parts.index), parts["group"])
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _country(frame: pd.DataFrame) -> pd.Series:
    plmn = frame["plmn"].fillna("")
    by_network = plmn.map({text: country_of_network(text) or "" for text in plmn.unique()})
    told = frame["country"].fillna("")
    country: pd.Series[str] = told.where(told != "", by_network.astype("str").fillna(""))
    return country


def _place(rows: pd.DataFrame) -> pd.Series:
    """Return the country of each record, else its network: one word each, to be listed."""
    network = rows["network"].where(rows["network"] != "", rows["plmn"])
    place = rows["country"].where(rows["country"] != "", network)
    words: pd.Series[str] = place.str.replace(" ", "\u00a0", regex=False)
    return words


def _reason(facts: Facts) -> pd.Series:
    """Return why each record is unexpected, "" where it is not."""
    plmn = facts.usage.frame["plmn"].fillna("")
    sea_air = plmn.str.startswith(SEA_AND_AIR)
    reason = pd.Series("", index=plmn.index, dtype="str")
    if facts.places is None:
        reason = reason.mask(_home_line_abroad(facts), "abroad")
    else:
        outside = (facts.places == False).fillna(value=False)  # noqa: E712 - missing is not outside
        reason = reason.mask(outside.astype(bool), "plan")
        sea_air &= outside.astype(bool) | facts.places.isna()
    return reason.mask(sea_air, "sea_air")


def _home_line_abroad(facts: Facts) -> Flags:
    """Mark international records of lines that are at home on most days they are used."""
    frame = facts.usage.frame
    line, roaming = codes_of(facts.of_record), frame["roaming"]
    day = micros(frame["start_utc"]) // _DAY_US
    at_home = roaming.isin(["home", "national"]).to_numpy()
    lines = len(facts.of_record.cat.categories)
    days, home_days = (
        np.bincount(line[kept][number_groups(line[kept], day[kept])[1]], minlength=lines)
        for kept in (slice(None), at_home)
    )
    lives_there = home_days / np.maximum(days, 1) > AT_HOME
    abroad: Flags = lives_there[line] & roaming.isin(AWAY).to_numpy()
    return abroad


def _judged(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    groups = parts.groupby("group").agg(
        line=("line", "first"),
        basis=("reason", "first"),
        bytes=("bytes", "sum"),
        windows=("window", "nunique"),
    )
    order = parts[parts["place"] != ""].groupby(["group", "place"])["bytes"].sum().reset_index()
    order = order.sort_values(["group", "bytes", "place"], ascending=[True, False, True])
    places = order.groupby("group")["place"].agg(" ".join)
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
    stated = groups["basis"] != "abroad"
    return groups.drop(columns="bytes").assign(
        app="",
        severity=severities(groups["bytes"], share),
        confidence=pd.Series(DEDUCED, index=groups.index).mask(stated, STATED),
        remedy=RULE.remedy,
        kind=groups["basis"],
        places=places.reindex(groups.index).fillna(""),
        share_of_bill=share,
        saves=1,
        explains=0,
        bill_alone=1,
    )


RULE = Rule(
    id="roaming_unexpected",
    needs=("places",),
    false_positives=("doubt_plan_zone", "doubt_meant_abroad"),
    remedy="roaming",
    check=check,
)
