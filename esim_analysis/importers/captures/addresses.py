"""Addresses of a capture: as text, and which of them no operator ever bills."""

from ipaddress import IPv4Address, IPv6Address
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.importers.captures.arrays import Flags, Words
from esim_analysis.reference import address_kinds

_MAPPED: Final = 0xFFFF_0000_0000  # ::ffff:a.b.c.d holds an IPv4 address in its last 32 bits
# Kinds of `reference.address_kinds`.
_GROUP: Final = ("multicast",)
_NEAR: Final = ("private", "loopback", "link_local", "this_network")
# A phone's own address is often one of these; a far end with one belongs to the operator.
_SHARED: Final = ("shared", "translation")
_BROADCAST: Final = "255.255.255.255"


def is_group(addresses: pd.Series) -> Flags:
    """Mark multicast and broadcast addresses (text)."""
    return _of_kind(addresses, _GROUP, more=_BROADCAST)


def is_private(addresses: pd.Series) -> Flags:
    """Mark addresses (text) that only mean something on one side of a translation."""
    return _of_kind(addresses, (*_NEAR, *_SHARED))


def is_near(addresses: pd.Series) -> Flags:
    """Mark far ends (text) inside the local network: traffic with them is on no bill."""
    return _of_kind(addresses, (*_NEAR, *_GROUP), more=_BROADCAST)


def mapped(addresses: npt.NDArray[np.uint32]) -> Words:
    """Return the low words of IPv4 addresses written as IPv6; the high words are 0."""
    return addresses.astype(np.uint64) | np.uint64(_MAPPED)


def address_text(high: Words, low: Words) -> pd.Series:
    """Write addresses, given as two 64-bit words each, the usual way."""
    old = (high == 0) & (low >> np.uint64(32) == np.uint64(0xFFFF))
    written = [
        str(IPv4Address(last & 0xFFFF_FFFF) if four else IPv6Address(first << 64 | last))
        for first, last, four in zip(high.tolist(), low.tolist(), old.tolist(), strict=True)
    ]
    return pd.Series(written, dtype="str")


def _of_kind(addresses: pd.Series, kinds: tuple[str, ...], *, more: str = "") -> Flags:
    """Mark addresses of some kinds, and one more; a capture has each of its addresses many times."""
    code, different = pd.factorize(addresses.fillna(""))
    # A zone names an interface of the phone, `fe80::1%wlan0`.
    plain = pd.Series(different, dtype="str").str.partition("%")[0]
    found = address_kinds(plain).isin(kinds) | ((plain == more) & (plain != ""))
    marks: Flags = found.to_numpy(dtype=bool)
    return marks[code]
