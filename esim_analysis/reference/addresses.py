"""Who an address belongs to: special ranges first, then the network that announces it.

Networks come from a table of others (`data/NOTICE.md`), are approximate, and change hands.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.model.knowledge import Knowledge
from esim_analysis.reference.address_table import AddressTable, networks_of, shipped
from esim_analysis.reference.address_text import ParsedAddresses, Rows, Words
from esim_analysis.reference.tables import table

SPECIAL_AS_OF: Final = "2026-11"  # when the ranges below were written
NETWORKS_AS_OF: Final = "2026-06-17"  # of the packed table, said without reading it
NO_ADDRESS: Final = "none"
ABOUT: Final = "≈ "  # before the name of a network: the table is approximate
# IANA's IPv4 and IPv6 Special-Purpose Address Registries, and its multicast registries.
# Ranges that carry another address inside (6to4, NAT64, mapped) are looked through instead.
_SPECIAL: Final = {
    "this_network": ("0.0.0.0/8", "::/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "shared": ("100.64.0.0/10",),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "link_local": ("169.254.0.0/16", "fe80::/10"),
    "translation": ("192.0.0.0/24", "64:ff9b:1::/48"),
    "documentation": (
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20",
    ),
    "benchmarking": ("198.18.0.0/15", "2001:2::/48"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": ("240.0.0.0/4", "100::/64"),
    "tunnel": ("192.88.99.0/24", "2001::/32"),
}  # fmt: skip
KINDS: Final = ("", NO_ADDRESS, *_SPECIAL)
_LOW: Final = np.uint64(0xFFFF_FFFF)
_HALF: Final = np.uint64(32)
_MAPPED: Final = np.uint64(0xFFFF)  # ::ffff:a.b.c.d
_NAT64: Final = np.uint64(0x0064_FF9B_0000_0000)  # 64:ff9b::a.b.c.d
_SIX_TO_FOUR: Final = np.uint64(0x2002)  # 2002:aabb:ccdd::


def address_facts(
    addresses: Iterable[str], *, networks: AddressTable | None = None
) -> pd.DataFrame:
    """Return what is known of each address, in the order given.

    Parameters
    ----------
    addresses
        IPv4 or IPv6 as text.
    networks
        Another table than the one of the package.

    Returns
    -------
    pandas.DataFrame
        `kind`: "" on the open internet, `"none"` for what is no address, else one of
        `KINDS`; `asn` (Int64), `organisation`, `country` of the network that announces an
        open address, missing or "" where none is known. `country` is where the network is
        registered, not where the machine stands. Addresses inside NAT64, 6to4 and mapped
        ones are those of the IPv4 address they carry.
    """
    networks = networks or shipped()
    known = _Known.of(_series(addresses))
    network = np.zeros(len(known.kind), np.int64)
    network[known.rows_four] = networks.four.at(known.four)
    network[known.rows_six] = networks.six.at(known.high)
    network[known.kind != 0] = 0
    return pd.DataFrame({
        "kind": _kinds(known.kind),
        "asn": pd.arrays.IntegerArray(networks.asn[network], network == 0),
        "organisation": networks.organisation.take(network),
        "country": networks.country.take(network),
    })  # fmt: skip


def address_kinds(addresses: Iterable[str]) -> pd.Series:
    """Return the `kind` of each address alone, as in `address_facts`; reads no table."""
    return _kinds(_Known.of(_series(addresses)).kind)


def network_names(facts: pd.DataFrame) -> pd.Series:
    """Return `AS15169 Google LLC` of rows of `address_facts`, "" where no network is known."""
    number = facts["asn"].astype("str").fillna("")
    name = ("AS" + number + " " + facts["organisation"]).str.strip()
    return name.where(facts["asn"].notna(), "")


def networks_shown(addresses: Collection[str], knowledge: Knowledge) -> dict[str, str]:
    """Return address → its network as it is shown, `≈ AS15169 Google LLC`, "" without one.

    The table is read only where there is an address.
    """
    if not len(addresses):
        return {}
    names = network_names(address_facts(addresses, networks=networks_of(knowledge)))
    told = (ABOUT + names).where(names != "", "")
    return dict(zip(addresses, told, strict=True))


@cache
def carrying_networks() -> frozenset[int]:
    """Return the numbers of networks that carry for others: content networks and clouds.

    Like a content network among hosts, one says who carries, not which app asked.
    """
    return frozenset(int(row["asn"]) for row in table("networks"))


@dataclass(frozen=True, slots=True)
class _Known:
    """Where each address is looked up, and its kind.

    Attributes
    ----------
    rows_four, rows_six
        Places of the addresses looked up as IPv4 and as IPv6.
    four, high
        Those addresses: whole, and the upper 64 bits.
    kind
        Of every address: place in `KINDS`.
    """

    rows_four: Rows
    four: Words
    rows_six: Rows
    high: Words
    kind: npt.NDArray[np.int8]

    @classmethod
    def of(cls, addresses: pd.Series) -> Self:
        parsed = ParsedAddresses.of(addresses)
        inside, carried = _carried(parsed.high, parsed.low)
        rows_four = np.concatenate([parsed.rows_four, parsed.rows_six[inside]])
        four = np.concatenate([parsed.four, carried[inside]])
        rows_six, high, low = parsed.rows_six[~inside], parsed.high[~inside], parsed.low[~inside]
        kind = np.full(parsed.count, KINDS.index(NO_ADDRESS), np.int8)
        kind[rows_four] = _special_four(four)
        kind[rows_six] = _special_six(high, low)
        return cls(rows_four, four, rows_six, high, kind)


def _carried(high: Words, low: Words) -> tuple[npt.NDArray[np.bool_], Words]:
    """Return which IPv6 addresses carry an IPv4 address, and that address."""
    last = (high == 0) & (low >> _HALF == _MAPPED) | (high == _NAT64) & (low >> _HALF == 0)
    tunnel = high >> np.uint64(48) == _SIX_TO_FOUR
    return last | tunnel, np.where(last, low & _LOW, high >> np.uint64(16) & _LOW)


def _special_four(addresses: Words) -> npt.NDArray[np.int8]:
    return _within(addresses, _ranges(4))


def _special_six(high: Words, low: Words) -> npt.NDArray[np.int8]:
    found = _within(high, _ranges(6))
    # Only these two are told by their lower half.
    found[(high == 0) & (low == 0)] = KINDS.index("this_network")
    found[(high == 0) & (low == 1)] = KINDS.index("loopback")
    return found


def _within(
    addresses: Words, ranges: tuple[Words, Words, npt.NDArray[np.int8]]
) -> npt.NDArray[np.int8]:
    first, last, kind = ranges
    place = np.maximum(np.searchsorted(first, addresses, "right") - 1, 0)
    inside = (addresses >= first[place]) & (addresses <= last[place])
    return np.where(inside, kind[place], np.int8(0))


@cache
def _ranges(version: int) -> tuple[Words, Words, npt.NDArray[np.int8]]:
    """Return first, last and kind of the special ranges of a version, in order."""
    shift = 64 if version == 6 else 0  # noqa: PLR2004
    rows = sorted(
        (int(network[0]) >> shift, int(network[-1]) >> shift, KINDS.index(kind))
        for kind, texts in _SPECIAL.items()
        for network in map(_network, texts)
        if network.version == version and network.prefixlen <= 128 - shift
    )
    first, last, kind = zip(*rows, strict=True)
    return np.array(first, np.uint64), np.array(last, np.uint64), np.array(kind, np.int8)


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


def _kinds(code: npt.NDArray[np.int8]) -> pd.Series:
    return pd.Series(pd.array(KINDS, dtype="str").take(code.astype(np.int64)), copy=False)


def _series(addresses: Iterable[str]) -> pd.Series:
    return pd.Series(addresses if isinstance(addresses, pd.Series | pd.Index) else list(addresses),
                     dtype="str")  # fmt: skip
