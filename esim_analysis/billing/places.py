"""Zones: where a record counts as used. First match wins; a plan's own list overrules the law."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.cycles import plan_zone
from esim_analysis.billing.eu import is_member
from esim_analysis.billing.ledger import Codes, Ledger, Mask, Places
from esim_analysis.billing.money import Whole
from esim_analysis.model.plan import EU_RLAH, Plan, Zone
from esim_analysis.model.records import UsageRecords
from esim_analysis.reference import country_of_network

NOWHERE: Final = -1  # no zone of the plan holds this place
SEA_AND_AIR: Final = "901"
_ANY: Final = "*"
_UNKNOWN: Final = "unknown"  # the word of a record that does not say whether it roams


def zone_codes(ledger: Ledger, plan: Plan, days: Whole) -> tuple[Codes, Mask]:
    """Return the zone of each row (place in `plan.zones`) and which were assumed.

    A row without network, country and roaming flag counts as used in the first
    zone, and is marked. Ships and aircraft (901-xx) have no country: only a zone
    that names their network holds them.

    Parameters
    ----------
    days
        Local day of each row, days of the epoch: membership follows the day of use.
    """
    told = ledger.places.replace({"roaming": {_UNKNOWN: ""}})
    places = told.assign(country=_countries(told))
    nothing = (places == "").all(axis=1).to_numpy()
    code = np.full(len(ledger), NOWHERE, dtype=np.int64)
    for number in reversed(range(len(plan.zones))):
        held = _holds(plan.zones[number], number, places, ledger.place, days)
        code[held] = number
    assumed = nothing[ledger.place]
    code[assumed] = 0
    return code, assumed


def held(usage: UsageRecords, plan: Plan) -> "pd.Series[bool]":
    """Return for each record whether the plan has a zone for its place, missing where unknown.

    Parameters
    ----------
    usage
        Billed rows; others than data are missing too.

    Returns
    -------
    pandas.Series
        `boolean`, on the index of `usage.frame`.
    """
    ledger = Ledger.of(usage)
    codes, assumed = zone_codes(ledger, plan, ledger.local_day(plan_zone(plan)))
    told = pd.Series(codes != NOWHERE, dtype="boolean").mask(pd.Series(assumed))
    found: pd.Series[bool] = told.set_axis(ledger.row).reindex(range(len(usage.frame)))
    return found.set_axis(usage.frame.index)


def _countries(places: pd.DataFrame) -> pd.Series:
    """Return the country of each place; that of the network where none is told."""
    by_network = places["plmn"].map({p: country_of_network(p) or "" for p in set(places["plmn"])})
    told = places["country"].where(places["country"] != "", by_network).astype("str")
    return told.mask(places["plmn"].str.startswith(SEA_AND_AIR), "")


def _holds(zone: Zone, number: int, places: pd.DataFrame, place: Places, days: Whole) -> Mask:
    country = places["country"]
    unknown = (country == "") & (places["plmn"] == "")
    held = country.isin([*zone.countries, *zone.add]).to_numpy()
    if zone.mcc:
        held = held | places["plmn"].str.startswith(zone.mcc).to_numpy()
    if _ANY in zone.countries:
        away = unknown & places["roaming"].isin(["international", "eu_rlah"])
        held = held | ((country != "") | away).to_numpy()
    if number == 0:
        held = held | (unknown & places["roaming"].isin(["home", "national"])).to_numpy()
    rows: Mask = held[place]
    if zone.group == EU_RLAH:
        roams = (unknown & (places["roaming"] == "eu_rlah")).to_numpy()
        codes, names = pd.factorize(country.to_numpy(dtype="object"))
        member = is_member(tuple(names), codes[place], days.astype("datetime64[D]"))
        barred = country.isin(zone.remove).to_numpy()[place]
        rows = (rows | roams[place] | member) & ~barred
    return rows
