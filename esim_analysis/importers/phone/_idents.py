"""The network identities in `ident=[{…}, {…}]`: which SIM, which kind of network, roaming.

An identity may hold a Wi-Fi name, which may hold anything: braces, commas,
quotes. Such names are taken out first and never leave this module.
"""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import pandas as pd

from esim_analysis.importers.phone._plmn import home_network

# A name has at most 32 characters, so the last quote within reach that a known continuation
# follows ends it, even when the name holds quotes; the second form is for masked, longer names.
_NAMED: Final = re.compile(
    r'(?:wifiNetworkKey|networkId)=(?:".{0,40}"|".*?")[^",{}\[\]]*'
    r"(?=, (?:metered|defaultNetwork|oemManaged|subId|transports)=|, ROAMING|[}\]])"
)
_NEXT_MEMBER: Final = re.compile(r"[}\]], [{\[](?=type=)")
_SUB_ID: Final = re.compile(r"\d{1,9}", re.ASCII)  # -1 is Android's word for unknown
_INTERFACES: Final = {
    "WIFI": "wifi",
    "1": "wifi",
    "WIFI_P2P": "wifi",
    "13": "wifi",
    "BLUETOOTH": "bluetooth",
    "7": "bluetooth",
    "ETHERNET": "ethernet",
    "9": "ethernet",
    "VPN": "vpn",
    "17": "vpn",
}
_MOBILE_NUMBERS: Final = frozenset(("0", "2", "3", "4", "5", "10", "11", "12", "14", "15"))


def read_idents(idents: pd.Series) -> pd.DataFrame:
    """Read identity sets as printed between `ident=[` and `]`.

    A set is one network: its members are never counted one by one. It roams
    when any member does.

    Parameters
    ----------
    idents
        Text of each set, with its members' brackets; repeated sets are read once.

    Returns
    -------
    pandas.DataFrame
        `interface, sim_plmn, sim_sub_id, roaming, metered`, index of `idents`.
    """
    codes, distinct = pd.factorize(idents)
    table = pd.DataFrame(
        [_read_set(text) for text in distinct],
        columns=["interface", "sim_plmn", "sim_sub_id", "roaming", "metered"],
    ).astype(
        {
            "interface": "str",
            "sim_plmn": "str",
            "sim_sub_id": "Int64",
            "roaming": "boolean",
            "metered": "boolean",
        }
    )
    return table.take(codes).set_axis(idents.index)


Network: TypeAlias = tuple[str, str, int | None, bool, bool | None]


def network_of(
    kinds: Sequence[str],
    homes: Sequence[str],
    subs: Sequence[int],
    *,
    roaming: bool,
    metered: Sequence[bool],
) -> Network:
    """Fold the members of a set into one network: `interface, sim_plmn, sim_sub_id, roaming, metered`.

    Parameters
    ----------
    kinds
        Type of each member, as Android numbers or names it.
    homes
        Home network of each member's SIM, "" unknown.
    """
    # A tunnel over a physical network is that network; a tunnel alone is a tunnel.
    told = [_interface(kind) for kind in kinds]
    physical = [kind for kind in told if kind != "vpn"]
    return (
        (physical or told or ["unknown"])[0],
        next(filter(None, homes), ""),
        subs[0] if subs else None,
        roaming,
        any(metered) if metered else None,
    )


def _read_set(text: str) -> Network:
    members = [_tokens(member) for member in _NEXT_MEMBER.split(_NAMED.sub("", text))]
    return network_of(
        [member.get("type", "") for member in members],
        [home_network(_digits(member.get("subscriberId", ""))) for member in members],
        [int(sub) for member in members if _SUB_ID.fullmatch(sub := member.get("subId", ""))],
        roaming=any("ROAMING" in member for member in members),
        metered=[member["metered"] == "true" for member in members if "metered" in member],
    )


def _tokens(member: str) -> dict[str, str]:
    """Return `key=value` pairs and bare words of one member; unknown keys are harmless."""
    pairs = (token.partition("=") for token in member.strip("{}[] ").split(", "))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _interface(kind: str) -> str:
    if kind in _MOBILE_NUMBERS or kind.split("_", maxsplit=1)[0] == "MOBILE":
        return "cellular"
    return _INTERFACES.get(kind, "unknown")


def _digits(subscriber: str) -> str:
    """Return at most the six leading digits Android prints; some builds print them all."""
    found = re.match(r"\d{1,6}", subscriber, re.ASCII)
    return found.group() if found else ""
