"""Whom an app talks to: host, address, port and protocol of each flow, for captures and reports.

Addresses are those reserved for documentation; the hosts of trackers are public names.
"""

from typing import Final
from zlib import crc32

import numpy as np
import pandas as pd

from esim_analysis.simulator.phone import SYSTEM

_TRACKERS: Final = (
    "app-measurement.com",
    "googleads.g.doubleclick.net",
    "graph.facebook.com",
    "settings.crashlytics.com",
    "s.amazon-adsystem.com",
)
_BARE: Final = ("203.0.113.77", "203.0.113.78", "203.0.113.142")
_TCP: Final = 6


def destined(flows: pd.DataFrame) -> pd.DataFrame:
    """Return flows with `host, ip, ip_protocol, port, protocol`; a bare address has no host."""
    event = flows["event"]
    turn = (flows["start"] // 60).to_numpy()
    host = _own_host(flows["app"])
    host = host.mask(event == "trackers", _turn(_TRACKERS, turn))
    host = host.mask(event == "cleartext", "img.bazar.example")
    host = host.mask(event == "unknown_destination", "")
    address = host.map({name: _address(name) for name in host.unique()})
    address = address.mask(host == "", _turn(_BARE, turn))
    plain = event == "cleartext"
    port = plain.map({True: 80, False: 443})
    protocol = plain.map({True: "HTTP", False: "TLS"})
    return flows.assign(host=host, ip=address, ip_protocol=_TCP, port=port, protocol=protocol)


def _own_host(app: pd.Series) -> pd.Series:
    names = {
        name: f"api.{name.rsplit('.', 1)[-1].split('/')[0]}.example"
        for name in app.unique()
        if not str(name).startswith(SYSTEM)
    }
    return app.map(names).fillna("connectivity.android.example")


def _turn(names: tuple[str, ...], turn: np.ndarray) -> np.ndarray:
    told: np.ndarray = np.array(names, dtype=object)[turn % len(names)]
    return told


def _address(host: str) -> str:
    return f"198.51.100.{crc32(host.encode()) % 254 + 1}"
