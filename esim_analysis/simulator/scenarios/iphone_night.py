"""One night of an iPhone: two balances, two looks at Settings, and no file at all.

Someone asks the operator for the balance before bed and after waking, and copies
the figures of Settings > Cellular at both times. In between, Wi-Fi was off and a
dictionary app synchronised word lists.
"""

from typing import Final

import pandas as pd

from esim_analysis.reference import app_labels
from esim_analysis.simulator.calendar import Calendar, instant
from esim_analysis.simulator.formats.readings_text import (
    Balance,
    Listing,
    balances_text,
    settings_text,
)
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit, live
from esim_analysis.simulator.outcome import Outcome, as_json
from esim_analysis.simulator.phone import SYSTEM

NAME: Final = "iphone-night"
SEED: Final = 20261102
ZONE: Final = "Europe/Madrid"
LEXI: Final = "com.example.lexi"
VISTA: Final = "com.example.vista"
PARLA: Final = "com.example.parla"
NUBE: Final = "com.example.nube"
BRISA: Final = "com.example.brisa"

_NIGHT: Final = Calendar("2026-11-02", "2026-11-03", ZONE)
_BALANCES_AT: Final = ("2026-11-02 23:10", "2026-11-03 07:40")
_LISTINGS_AT: Final = ("2026-11-02 23:12", "2026-11-03 07:42")
_SYSTEM_ROW: Final = "系统服务"
_REMAINING: Final = 4_212_400_000
_OVERHEAD_PPM: Final = 1_031_000
_USED_BEFORE: Final = {
    VISTA: 1_208_441_000,
    LEXI: 845_312_000,
    NUBE: 402_770_000,
    BRISA: 388_204_000,
    PARLA: 231_655_000,
    SYSTEM: 96_118_000,
}
_HABITS: Final = (
    Habit(app=LEXI, ground=BACKGROUND, times=("02:10",), minutes=(48, 48), early_or_late=0,
          kilobytes=(805_000, 830_000), up_percent=2, dates=("2026-11-03",), event="dictionary_sync"),
    Habit(app=VISTA, ground=FOREGROUND, times=("23:20",), minutes=(20, 20), early_or_late=2,
          kilobytes=(30_000, 42_000), up_percent=2, dates=("2026-11-02",)),
    Habit(app=PARLA, ground=BACKGROUND, times=("00:30", "03:30", "06:20"), minutes=(1, 3),
          kilobytes=(200, 2_400), up_percent=30, dates=("2026-11-03",)),
    Habit(app=NUBE, ground=BACKGROUND, times=("01:10",), minutes=(5, 9),
          kilobytes=(6_000, 11_000), up_percent=90, dates=("2026-11-03",)),
    Habit(app=BRISA, ground=FOREGROUND, times=("07:20",), minutes=(6, 10), early_or_late=4,
          kilobytes=(4_000, 9_000), dates=("2026-11-03",)),
    Habit(app=SYSTEM, ground=BACKGROUND, times=("00:10", "04:40"), minutes=(1, 4),
          kilobytes=(900, 4_000), up_percent=25, dates=("2026-11-03",)),
)  # fmt: skip


def simulate(seed: int = SEED) -> Outcome:
    """Live the night and return the two lists a person would type, and the truth."""
    flows = live(_HABITS, _NIGHT, seed=seed, until=instant(_BALANCES_AT[1], ZONE))
    moved = (flows["down"] + flows["up"]).groupby(flows["app"]).sum().to_dict()
    phone = {app: int(moved.get(app, 0)) for app in _USED_BEFORE}
    billed = {app: volume * _OVERHEAD_PPM // 10**6 for app, volume in phone.items()}
    left = (_REMAINING, _REMAINING - sum(billed.values()))
    balances = tuple(map(Balance, _BALANCES_AT, left))
    after = {app: used + phone[app] for app, used in _USED_BEFORE.items()}
    listings = tuple(map(Listing, _LISTINGS_AT, (_named(_USED_BEFORE), _named(after))))
    return Outcome(
        files={
            "balances.txt": balances_text(balances, zone=ZONE).encode("utf-8"),
            "settings.txt": settings_text(listings, zone=ZONE).encode("utf-8"),
        },
        truth={f"{NAME}.json": as_json(_truth(flows, phone, billed, seed))},
    )


def _named(used: dict[str, int]) -> dict[str, int]:
    """Return the listing as the screen orders it: largest first, the system last."""
    labels = app_labels(used, "zh") | {SYSTEM: _SYSTEM_ROW}
    largest_first = sorted(used, key=lambda app: (app == SYSTEM, -used[app]))
    return {labels[app]: used[app] for app in largest_first}


def _truth(
    flows: pd.DataFrame, phone: dict[str, int], billed: dict[str, int], seed: int
) -> dict[str, object]:
    planted = flows[flows["event"] != ""]
    return {
        "scenario": NAME,
        "synthetic": True,
        "seed": seed,
        "zone": ZONE,
        "overhead_ppm": _OVERHEAD_PPM,
        "billed_bytes": sum(billed.values()),
        "phone_bytes_by_app": phone,
        "billed_bytes_by_app": billed,
        "culprit": {
            "app": LEXI,
            "ground": BACKGROUND,
            "start_utc": _utc(planted["start"].min()),
            "end_utc": _utc(planted["end"].max()),
        },
    }


def _utc(seconds: int) -> str:
    return pd.Timestamp(seconds, unit="s").strftime("%Y-%m-%dT%H:%M:%SZ")
