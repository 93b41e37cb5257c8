"""Addresses of a capture: as text, and which of them no operator ever bills."""

from ipaddress import IPv4Address, IPv6Address
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.importers.captures.arrays import Flags, Words

_MAPPED: Final = 0xFFFF_0000_0000  # ::ffff:a.b.c.d holds an IPv4 address in its last 32 bits
_GROUP: Final = r"^(?:22[4-9]\.|23\d\.|255\.255\.255\.255$|ff[0-9a-f]{2}:)"
_NEAR: Final = (
    r"^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.|0\.0\.0\.0$"
    r"|fe[89ab][0-9a-f]:|f[cd][0-9a-f]{2}:|::1?$)"
)
# A phone's own address is often one of these; a far end with one belongs to the operator.
_SHARED: Final = r"^(?:100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.0\.)"


def is_group(addresses: pd.Series) -> Flags:
    """Mark multicast and broadcast addresses (text)."""
    return _match(addresses, _GROUP)


def is_private(addresses: pd.Series) -> Flags:
    """Mark addresses (text) that only mean something on one side of a translation."""
    return _match(addresses, _NEAR) | _match(addresses, _SHARED)


def is_near(addresses: pd.Series) -> Flags:
    """Mark far ends (text) inside the local network: traffic with them is on no bill."""
    return _match(addresses, _NEAR) | is_group(addresses)


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


def _match(addresses: pd.Series, pattern: str) -> Flags:
    text = pa.array(addresses.fillna("").astype("str"), pa.large_string())
    found = pc.match_substring_regex(text, pattern, ignore_case=True)
    marks: Flags = found.to_numpy(zero_copy_only=False).astype(bool)
    return marks
