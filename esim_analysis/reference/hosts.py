"""Who stands behind a host name, and what it is for."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from publicsuffixlist import PublicSuffixList

from esim_analysis.reference.tables import table

AS_OF: Final = "2026-11"  # when `data/hosts.csv` was written; names of hosts change
CATEGORIES: Final = (
    "ads", "analytics", "app_store", "attribution", "backup", "browser", "cdn", "certificates",
    "cloud_sync", "connectivity", "consent", "crash", "dictionary", "game", "maps", "messaging",
    "music", "os_service", "os_update", "push", "search", "shopping", "social", "social_sdk",
    "time_dns", "vendor_telemetry", "video", "voip", "vpn_proxy",
)  # fmt: skip
TRACKING: Final = frozenset({"ads", "analytics", "attribution", "crash"})
UPDATING: Final = frozenset({"app_store", "os_update"})


def host_facts(hosts: Iterable[str]) -> pd.DataFrame:
    """Return what the table knows of each host, in the order given: `host, owner, category`.

    The longest suffix that stands in the table decides: `x.push.apple.com` is push,
    `www.apple.com` is not. What is unknown, a bare address included, has "" in both.
    A content network (`cdn`) says who carries, not which app asked.

    Parameters
    ----------
    hosts
        Host names in any case, with or without the final dot.
    """
    names = list(hosts)
    known, tails = _suffixes(), _tails()
    folded = [name.lower() for name in names]
    # Most names are in no table, and their last two labels say so at once.
    rows = [
        row
        for row, host in enumerate(folded)
        if host[host.rfind(".", 0, host.rfind(".")) + 1 :] in tails
    ]
    place = np.zeros(len(names), dtype=np.int64)
    place[rows] = [_walk(folded[row], known) for row in rows]
    said = pd.DataFrame(_said(), columns=["owner", "category"], dtype="str")
    found = said.take(place).reset_index(drop=True)
    found.insert(0, "host", pd.Series(names, dtype="str"))
    return found


def registered_domains(hosts: Iterable[str]) -> dict[str, str]:
    """Return host → the domain somebody registered (`example.co.uk`), else the host itself.

    Private suffixes count: `x.d123.cloudfront.net` belongs to the tenant, not to Amazon.
    """
    suffixes = _public_suffixes()
    return {host: suffixes.privatesuffix(host) or host for host in set(hosts)}


def _walk(host: str, known: dict[str, int]) -> int:
    """Return the place of the longest known suffix in `_said`, 0 for none."""
    host = host.rstrip(".")
    while host not in known:
        _, dot, host = host.partition(".")
        if not dot:
            return 0
    return known[host]


@cache
def _said() -> tuple[tuple[str, str], ...]:
    """Return owner and category of each row of the table, nobody first."""
    return (("", ""), *((row["owner"], row["category"]) for row in table("hosts")))


@cache
def _suffixes() -> dict[str, int]:
    return {row["suffix"]: place for place, row in enumerate(table("hosts"), start=1)}


@cache
def _tails() -> frozenset[str]:
    """Return the last two labels of every suffix of the table, and the last with a final dot."""
    labels = [suffix.split(".") for suffix in _suffixes()]
    return frozenset([*(".".join(each[-2:]) for each in labels), *(f"{e[-1]}." for e in labels)])


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
