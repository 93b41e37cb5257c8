"""Which addresses an operator carries to the open internet."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Final

import numpy as np
import numpy.typing as npt

# Private, shared by carriers, link-local, loopback, translation on the phone, multicast.
_NEAR: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/29", "192.168.0.0/16", "224.0.0.0/3",
        "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip


def public(addresses: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Mark addresses of the open internet.

    What is no address is not: nothing is concluded from it.
    """
    return np.array([_is_public(text) for text in addresses], dtype=bool)


def _is_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not any(address in near for near in _NEAR if near.version == address.version)
