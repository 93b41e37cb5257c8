"""A phone: what is installed on it, under which uid."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

TETHERING: Final = "tethering"
REMOVED: Final = "removed"
SYSTEM: Final = "system"
KERNEL: Final = "system/kernel"
DNS: Final = "system/dns"
NETWORK_CHECKS: Final = "system/network-checks"
_OWN_UIDS: Final = {
    TETHERING: -5,
    REMOVED: -4,
    KERNEL: 0,
    SYSTEM: 1000,
    DNS: 1051,
    NETWORK_CHECKS: 1073,
}


@dataclass(frozen=True, slots=True)
class InstalledApp:
    """A package and its uid; several packages may share one."""

    id: str
    uid: int


def uids(apps: tuple[InstalledApp, ...]) -> dict[str, int]:
    """Return the uid of each app, and of what Android itself counts under its own."""
    return {app.id: app.uid for app in apps} | _OWN_UIDS


def as_tabled(app: "pd.Series[str]") -> "pd.Series[str]":
    """Return apps as the tables name them: all uids of Android itself are `system`."""
    return app.mask(app.str.startswith(f"{SYSTEM}/"), SYSTEM)
