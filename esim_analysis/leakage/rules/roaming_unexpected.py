"""Unexpected roaming: use where the plan has no zone, or of a home SIM abroad."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble, usage_rows
from esim_analysis.leakage.facts import Facts
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
STATED: Final = 0.9  # plan and bill both say it
DEDUCED: Final = 0.7  # the line's own habit says which place is home


def check(facts: Facts) -> list[Finding]:
    """Find use outside the plan's zones, on ships and aircraft, and of home lines abroad.

    A travel eSIM roams by nature, wherever it is: without a plan that says otherwise it
    has no home, and nothing is found.
    """
    frame = facts.usage.frame
    table = frame[["line", "start_utc", "end_utc", "roaming", "charge"]].assign(
        billed=facts.usage.billed.astype("int64"),
        plmn=frame["plmn"].fillna(""),
        country=_country(frame),
        network=frame["network"].fillna(""),
    )
    reason = _reason(table, facts)
    mine = table.assign(reason=reason)[(reason != "") & (table["billed"] > 0)]
    if mine.empty:
        return []
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


def _reason(table: pd.DataFrame, facts: Facts) -> pd.Series:
    """Return why each record is unexpected, "" where it is not."""
    sea_air = table["plmn"].str.startswith(SEA_AND_AIR)
    reason = pd.Series("", index=table.index, dtype="str")
    if facts.places is None:
        reason = reason.mask(_home_line_abroad(table), "abroad")
    else:
        outside = (facts.places == False).fillna(value=False)  # noqa: E712 - missing is not outside
        reason = reason.mask(outside.astype(bool), "plan")
        sea_air &= outside.astype(bool) | facts.places.isna()
    return reason.mask(sea_air, "sea_air")


def _home_line_abroad(table: pd.DataFrame) -> "pd.Series[bool]":
    """Mark international records of lines that are at home on most days they are used."""
    day = table["start_utc"].dt.floor("D")
    at_home = table["roaming"].isin(["home", "national"])
    days = day.groupby(table["line"]).nunique()
    home_days = day[at_home].groupby(table["line"]).nunique().reindex(days.index, fill_value=0)
    lives_there = table["line"].map(home_days / days) > AT_HOME
    abroad: pd.Series[bool] = lives_there & table["roaming"].isin(AWAY)
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
