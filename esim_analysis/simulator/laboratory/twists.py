"""What makes a bill and a phone disagree: one planted cause each, and nothing else changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from esim_analysis.simulator.calendar import EVERY_DAY, HOUR, Calendar
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit
from esim_analysis.simulator.laboratory.person import (
    ESIM,
    HOME_SIM,
    PARLA,
    PROFILE,
    SONORA,
    TUNNEL,
)
from esim_analysis.simulator.phone import TETHERING
from esim_analysis.simulator.radio import Reach

Flows = Callable[[pd.DataFrame, Calendar], pd.DataFrame]
_LATE_HOURS: Final = 60


def _as_is(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001 - as others
    return flows


@dataclass(frozen=True, slots=True, kw_only=True)
class Twist:
    """A planted disagreement.

    Attributes
    ----------
    habits, reaches
        Added to the life.
    billed
        What of the eSIM's flows the operator meters.
    seen
        What of all flows the phone's counters by app show.
    device
        What of all flows the phone's counters by interface show.
    exported
        Which records (`start, end, …`) stand in the export.
    operator
        Fields of `Operator` that differ.
    binary
        The export prints binary units under decimal names.
    zone
        The zone the export's times are printed in; "" for the life's.
    """

    habits: tuple[Habit, ...] = ()
    reaches: tuple[Reach, ...] = ()
    billed: Flows = _as_is
    seen: Flows = _as_is
    device: Flows = _as_is
    exported: Flows = _as_is
    operator: dict[str, int] = field(default_factory=dict)
    binary: bool = False
    zone: str = ""


def _without_hotspot(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    return flows[flows["app"] != TETHERING]


def _without_profile(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    return flows[flows["app"] != PROFILE]


def _without_music(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    return flows[flows["app"] != SONORA]


def _not_of_esim(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    return flows[flows["carrier"] != ESIM.key]


def _through_tunnel(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    """Book every mobile byte a second time, to the VPN app that carried it."""
    carried = flows[flows["carrier"].isin([ESIM.key, HOME_SIM.key])]
    tunnel = carried.assign(app=TUNNEL, ground=BACKGROUND, event="")
    return pd.concat([flows, tunnel], ignore_index=True)


def _wifi_as_mobile(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:  # noqa: ARG001
    """Count Wi-Fi of the flat and the campus as the eSIM's."""
    return flows.assign(carrier=flows["carrier"].where(flows["carrier"] == HOME_SIM.key, ESIM.key))


def _without_a_week(flows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    midnights = calendar.midnights()
    third = len(midnights) // 3
    since, until = midnights[third], midnights[third + 7]
    outside: pd.DataFrame = flows[(flows["end"] <= since) | (flows["start"] >= until)]
    return outside


def _not_yet_posted(records: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    posted = records["start"] < calendar.midnights()[-1] - _LATE_HOURS * HOUR
    told: pd.DataFrame = records[posted]
    return told


_HOTSPOT: Final = Habit(
    app=TETHERING, ground=BACKGROUND, times=("18:30",), minutes=(60, 80), early_or_late=5,
    kilobytes=(350_000, 700_000), up_percent=12, weekdays=(5,), chance_percent=75, event="hotspot",
)  # fmt: skip
_WORK: Final = Habit(
    app=PROFILE, ground=FOREGROUND, times=("08:30", "14:00", "18:40", "21:10"), minutes=(5, 20),
    kilobytes=(4_000, 30_000), up_percent=30, early_or_late=35, event="second_profile",
)  # fmt: skip
_HOME_SIM_DAYS: Final = tuple(
    Reach(carrier=HOME_SIM, since=since, until=until, weekdays=EVERY_DAY, early_or_late=20)
    for since, until in (("12:20", "15:00"), ("19:20", "21:10"))
)
_CHAT: Final = Habit(
    app=PARLA, ground=FOREGROUND, times=("13:00", "19:40"), minutes=(20, 50), up_percent=30,
    kilobytes=(20_000, 70_000), early_or_late=20,
)  # fmt: skip

TWISTS: Final[dict[str, Twist]] = {
    "none": Twist(),
    "units": Twist(binary=True),
    "clock": Twist(zone="Asia/Shanghai"),
    "wifi_as_mobile": Twist(seen=_wifi_as_mobile, device=_wifi_as_mobile),
    "vpn": Twist(seen=_through_tunnel),
    "hotspot": Twist(habits=(_HOTSPOT,), seen=_without_hotspot, device=_without_hotspot),
    "second_profile": Twist(habits=(_WORK,), seen=_without_profile),
    "wrong_sim": Twist(
        habits=(_CHAT,), reaches=_HOME_SIM_DAYS, seen=_not_of_esim, device=_not_of_esim
    ),
    "missing_window": Twist(seen=_without_a_week, device=_without_a_week),
    "late_records": Twist(exported=_not_yet_posted),
    "zero_rating": Twist(billed=_without_music),
    "retransmission": Twist(operator={"overhead_ppm": 1_135_000}),
    "rounding": Twist(operator={"unit_bytes": 1_000_000, "longest_minutes": 15}),
}
