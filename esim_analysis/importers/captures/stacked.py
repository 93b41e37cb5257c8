"""Traffic a capture of all interfaces holds twice: before and after 464XLAT."""

from typing import Final

import numpy as np

from esim_analysis.importers.captures.arrays import Flags
from esim_analysis.importers.captures.packets import Packets

_OVER: Final = "v4-"  # Android's name of the IPv4 interface over an IPv6-only one: `v4-rmnet_data0`


def seen_twice(packets: Packets, interfaces: tuple[str, ...]) -> Flags:
    """Mark packets of an IPv4 interface whose translation the capture holds as well.

    On an IPv6-only network an app's IPv4 packet passes `v4-rmnet_data0`, is translated, and
    passes `rmnet_data0` with 20 bytes more. The network bills the second one, so the first is
    the copy (RFC 6877; `apply464xlatAdjustments` of AOSP keeps the two apart likewise).
    """
    used = set(np.unique(packets.interface).tolist())
    names = {name for number, name in enumerate(interfaces) if number in used}
    copies = [
        number
        for number, name in enumerate(interfaces)
        if name.startswith(_OVER) and name.removeprefix(_OVER) in names
    ]
    return np.isin(packets.interface, copies)
