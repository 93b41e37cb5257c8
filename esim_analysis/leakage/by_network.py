"""Networks behind addresses without a name: approximate, so a word beside a finding, never one."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.leakage.grouping import codes_of
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.reference import address_facts, carrying_networks, network_names
from esim_analysis.reference.address_table import networks_of

_SHOWN: Final = 3  # networks a person reads


def by_network(parts: pd.DataFrame, knowledge: Knowledge = NO_KNOWLEDGE) -> pd.DataFrame:
    """Return what is known of the networks of each group of contacts.

    Parameters
    ----------
    parts
        `group, ip` (categories), `bytes`.
    knowledge
        Tables the user brought.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: `networks`, the leading ones by bytes as one text, and `carried`,
        the share of bytes with content networks and clouds.
    """
    facts = address_facts(parts["ip"].cat.categories, networks=networks_of(knowledge))
    place = codes_of(parts["ip"])
    carrying = facts["asn"].isin(carrying_networks()).to_numpy(dtype=bool, na_value=False)
    rows = pd.DataFrame(
        {
            "group": parts["group"].to_numpy(),
            "name": network_names(facts).take(place).to_numpy(),
            "bytes": parts["bytes"].to_numpy(),
            "carried": np.where(carrying[place], parts["bytes"], 0.0),
        }
    )
    sums = rows.groupby("group")[["bytes", "carried"]].sum()
    named = rows[rows["name"] != ""].groupby(["group", "name"])["bytes"].sum().reset_index()
    named = named.sort_values(["group", "bytes", "name"], ascending=[True, False, True])
    leading = named[named.groupby("group").cumcount() < _SHOWN]
    told = leading.groupby("group")["name"].agg(", ".join)
    return pd.DataFrame(
        {
            "networks": told.reindex(sums.index).fillna("").astype("str"),
            "carried": sums["carried"] / sums["bytes"].where(sums["bytes"] > 0, 1.0),
        }
    )


def within_network(addresses: pd.Series, asn: int, knowledge: Knowledge = NO_KNOWLEDGE) -> Flags:
    """Mark addresses (categories) that a network announces."""
    facts = address_facts(addresses.cat.categories, networks=networks_of(knowledge))
    mine = (facts["asn"] == asn).to_numpy(dtype=bool, na_value=False)
    marks: Flags = mine[codes_of(addresses)]
    return marks
