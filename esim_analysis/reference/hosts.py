"""Who stands behind a host name, and what it is for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Self

import numpy as np
import pandas as pd
from publicsuffixlist import PublicSuffixList

from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.reference.tables import table

AS_OF: Final = "2026-11"  # when `data/hosts.csv` was written; names of hosts change
CATEGORIES: Final = (
    "ads", "analytics", "app_store", "attribution", "backup", "browser", "cdn", "certificates",
    "cloud_sync", "connectivity", "consent", "crash", "dictionary", "game", "maps", "messaging",
    "music", "os_service", "os_update", "push", "search", "shopping", "social", "social_sdk",
    "time_dns", "vendor_telemetry", "video", "voip", "vpn_proxy",
)  # fmt: skip
LISTED: Final = "listed"  # on a list of the user's that names no purpose: one to block
TRACKING: Final = frozenset({"ads", "analytics", "attribution", "crash", LISTED})
UPDATING: Final = frozenset({"app_store", "os_update"})


@dataclass(frozen=True, slots=True)
class _Index:
    """Suffixes of hosts, prepared for a million look-ups.

    Attributes
    ----------
    suffixes
        Suffix → row of `said`; row 0 is nobody.
    tails
        The last two labels of every suffix, and the last with a final dot.
    said
        Owner and category.
    """

    suffixes: Mapping[str, int]
    tails: frozenset[str]
    said: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, rows: Mapping[str, tuple[str, str]]) -> Self:
        labels = [suffix.split(".") for suffix in rows]
        tails = [*(".".join(each[-2:]) for each in labels), *(f"{each[-1]}." for each in labels)]
        suffixes = {suffix: place for place, suffix in enumerate(rows, start=1)}
        return cls(suffixes, frozenset(tails), (("", ""), *rows.values()))


def host_facts(hosts: Iterable[str], knowledge: Knowledge = NO_KNOWLEDGE) -> pd.DataFrame:
    """Return what the tables know of each host, in the order given: `host, owner, category`.

    The longest suffix that stands in the table decides: `x.push.apple.com` is push,
    `www.apple.com` is not. What is unknown, a bare address included, has "" in both.
    A content network (`cdn`) says who carries, not which app asked.

    Parameters
    ----------
    hosts
        Host names in any case, with or without the final dot.
    knowledge
        Lists the user brought. Of the same suffix they say who and what for, where they
        say it; a list without purposes (`LISTED`) leaves ours.
    """
    names = list(hosts)
    if not any(names):  # most bills come without a host: the table need not be loaded
        return pd.DataFrame({"host": names, "owner": "", "category": ""}, dtype="str")
    index = _index(knowledge)
    known, tails = index.suffixes, index.tails
    folded = [name.lower() for name in names]
    # Most names are in no table, and their last two labels say so at once.
    rows = [
        row
        for row, host in enumerate(folded)
        if host[host.rfind(".", 0, host.rfind(".")) + 1 :] in tails
    ]
    place = np.zeros(len(names), dtype=np.int64)
    place[rows] = [_walk(folded[row], known) for row in rows]
    said = pd.DataFrame(index.said, columns=["owner", "category"], dtype="str")
    found = said.take(place).reset_index(drop=True)
    found.insert(0, "host", pd.Series(names, dtype="str"))
    return found


def registered_domains(hosts: Iterable[str]) -> dict[str, str]:
    """Return host → the domain somebody registered (`example.co.uk`), else `""`.

    An address, or a name of a home (`anas-laptop.local`), is nobody's registration. Private suffixes count: `x.d123.cloudfront.net` belongs to the tenant, not to Amazon.
    """
    suffixes = _public_suffixes()
    return {host: suffixes.privatesuffix(host) or "" for host in set(hosts)}


def _walk(host: str, known: Mapping[str, int]) -> int:
    """Return the place of the longest known suffix in `_Index.said`, 0 for none."""
    host = host.rstrip(".")
    while host not in known:
        _, dot, host = host.partition(".")
        if not dot:
            return 0
    return known[host]


@cache
def _shipped() -> dict[str, tuple[str, str]]:
    return {row["suffix"]: (row["owner"], row["category"]) for row in table("hosts")}


@lru_cache(maxsize=2)
def _index(knowledge: Knowledge) -> _Index:
    ours = _shipped()
    theirs = {
        suffix: _merged(ours.get(suffix, ("", "")), told)
        for suffix, told in knowledge.hosts.items()
    }
    return _Index.of({**ours, **theirs})


def _merged(ours: tuple[str, str], theirs: tuple[str, str]) -> tuple[str, str]:
    purpose = theirs[1] if theirs[1] not in ("", LISTED) else ours[1] or theirs[1]
    return theirs[0] or ours[0], purpose


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
