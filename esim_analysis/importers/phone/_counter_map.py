"""Android's raw counters by uid since the phone's start: `mAppUidStatsMap`."""

import re
from typing import Final

import pandas as pd

from esim_analysis.importers.phone._bugreport_text import Section
from esim_analysis.importers.phone._netstats_rows import app_of_uid

_CONFIDENCE: Final = 0.3  # no network told, and a VPN makes every byte count twice
_MAP: Final = re.compile(
    # The name stands twice: once with a state ("OK"), once above the counters.
    r"^[ \t]*mAppUidStatsMap:[ \t]*\n[ \t]*uid rxBytes rxPackets txBytes txPackets[ \t]*\n"
    r"((?:[ \t]*(?:\d[\d ]*|Entry is deleted.*)\n)*)",
    re.MULTILINE,
)
_ROW: Final = re.compile(
    r"^[ \t]*(\d{1,9}) (\d{1,15}) \d{1,15} (\d{1,15}) \d{1,15}[ \t]*$", re.MULTILINE
)


def counter_map(
    part: Section, *, since: pd.Timestamp, until: pd.Timestamp, source: str
) -> pd.DataFrame:
    """Return columns of `model.EVIDENCE`, one row a uid; none count toward a total.

    The counters mix mobile data and Wi-Fi, and the bytes of an app behind a VPN
    are counted for the VPN's app once more: they rank, and they bound from above.
    """
    found = _MAP.search(part.text)
    rows = _ROW.findall(found.group(1)) if found else []
    table = pd.DataFrame(rows, columns=["uid", "down", "up"], dtype="str").astype("int64")
    # The phone starts over when the map changes under its hands: the larger is the later.
    table = table.groupby("uid", as_index=False).max()
    table = table[(table["down"] + table["up"]) > 0]
    first = part.first_line + (part.text.count("\n", 0, found.start(1)) if found else 0) + 1
    return pd.DataFrame(
        {
            "line": "",
            "sim_plmn": "",
            "start_utc": since.as_unit("us"),
            "end_utc": until.as_unit("us"),
            "time_kind": "cumulative",
            "app": app_of_uid(table["uid"]),
            "app_label": "",
            "uid": table["uid"],
            "bytes_up": table["up"],
            "bytes_down": table["down"],
            "ground": "unknown",
            "interface": "unknown",
            "counts_toward_total": False,
            "confidence": _CONFIDENCE,
            "source": source,
            "source_row": str(first),
        },
        index=table.index,
    )
