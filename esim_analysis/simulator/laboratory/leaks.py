"""The leaks of the laboratory: one planted behaviour each, to be laid over an everyday life."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit
from esim_analysis.simulator.laboratory.person import (
    ABROAD,
    BAZAR,
    BRISA,
    LEXI,
    NUBE,
    PARLA,
    RUTA,
    TIENDA,
    VISTA,
)
from esim_analysis.simulator.phone import TETHERING
from esim_analysis.simulator.radio import Reach

Dates = tuple[str, ...]
_WORKING_HOURS: Final = range(8, 23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What a leak adds to a life.

    Attributes
    ----------
    app
        The culprit, `""` where it is everything the phone does.
    habits
        What the culprit does; the event of each is the kind of the leak.
    nights_without_wifi
        Evenings on which the flat's Wi-Fi is off.
    reaches
        Networks that win over the everyday ones.
    over_cellular
        The planted traffic goes over the eSIM although Wi-Fi is there.
    """

    app: str
    habits: tuple[Habit, ...] = ()
    nights_without_wifi: Dates = ()
    reaches: tuple[Reach, ...] = ()
    over_cellular: bool = False


def _background_sync(days: Dates, dice: Dice) -> Leak:
    evenings = some_days(days[:-1], 3, dice)
    nights = tuple(days[days.index(day) + 1] for day in evenings)
    habit = Habit(
        app=LEXI, ground=BACKGROUND, times=("02:10",), minutes=(40, 48), early_or_late=5,
        kilobytes=(300_000, 640_000), up_percent=2, dates=nights, event="background_sync",
    )  # fmt: skip
    return Leak(app=LEXI, habits=(habit,), nights_without_wifi=evenings)


def _night_drip(days: Dates, dice: Dice) -> Leak:  # noqa: ARG001 - every night, no dice
    habit = Habit(
        app=NUBE, ground=BACKGROUND, times=("01:20", "03:10", "04:50"), minutes=(5, 15),
        kilobytes=(4_000, 12_000), up_percent=90, chance_percent=90, event="night_drip",
    )  # fmt: skip
    return Leak(app=NUBE, habits=(habit,), nights_without_wifi=days)


def _update_burst(days: Dates, dice: Dice) -> Leak:
    habit = Habit(
        app=TIENDA, ground=BACKGROUND, times=("18:05", "18:20", "18:40"), minutes=(4, 12),
        early_or_late=2, kilobytes=(90_000, 320_000), up_percent=1, dates=some_days(days, 2, dice),
        event="update_burst",
    )  # fmt: skip
    return Leak(app=TIENDA, habits=(habit,))


def _surge(days: Dates, dice: Dice) -> Leak:
    habit = Habit(
        app=BRISA, ground=FOREGROUND, times=("19:05",), minutes=(35, 70),
        kilobytes=(900_000, 1_700_000), up_percent=2, dates=some_days(days, 1, dice), event="surge",
    )  # fmt: skip
    return Leak(app=BRISA, habits=(habit,))


def _hotspot(days: Dates, dice: Dice) -> Leak:
    habit = Habit(
        app=TETHERING, ground=BACKGROUND, times=("18:30",), minutes=(70, 70), early_or_late=5,
        kilobytes=(190_000, 460_000), up_percent=12, dates=some_days(days, 2, dice), event="hotspot",
    )  # fmt: skip
    return Leak(app=TETHERING, habits=(habit,))


def _wifi_missed(days: Dates, dice: Dice) -> Leak:
    habit = Habit(
        app=VISTA, ground=FOREGROUND, times=("23:58",), minutes=(25, 50), early_or_late=3,
        kilobytes=(60_000, 180_000), up_percent=2, dates=some_days(days[:-1], 6, dice),
        event="wifi_missed",
    )  # fmt: skip
    # Wi-Fi carries what other apps have to say, as it does wherever a phone has it.
    chatter = Habit(
        app=PARLA, ground=BACKGROUND, times=(), minutes=(1, 1), early_or_late=0,
        kilobytes=(8, 30), up_percent=40,
    )  # fmt: skip
    late = replace(chatter, times=tuple(f"23:{minute}" for minute in range(48, 60, 3)))
    early = replace(chatter, times=_every(3, hours=range(2)), dates=days[1:])
    return Leak(app=VISTA, habits=(habit, late, early), over_cellular=True)


def _roaming(days: Dates, dice: Dice) -> Leak:
    first = int(dice.between(2, len(days) - 6, 1)[0])
    trip = days[first : first + 3]
    away = Reach(carrier=ABROAD, since="00:00", until="00:00", dates=trip, early_or_late=0)
    return Leak(app="", reaches=(away,))


def _trackers(days: Dates, dice: Dice) -> Leak:  # noqa: ARG001 - all day long, no dice
    habit = Habit(
        app=BAZAR, ground=BACKGROUND, times=_every(20), minutes=(1, 1), early_or_late=4,
        kilobytes=(60, 260), up_percent=40, event="trackers",
    )  # fmt: skip
    return Leak(app=BAZAR, habits=(habit,))


def _cleartext(days: Dates, dice: Dice) -> Leak:  # noqa: ARG001 - every day, no dice
    habit = Habit(
        app=BAZAR, ground=FOREGROUND, times=("08:50", "13:45", "18:15", "21:20"), minutes=(2, 6),
        kilobytes=(1_500, 6_000), up_percent=5, event="cleartext",
    )  # fmt: skip
    return Leak(app=BAZAR, habits=(habit,))


def _unknown_destination(days: Dates, dice: Dice) -> Leak:  # noqa: ARG001 - every day, no dice
    habit = Habit(
        app=RUTA, ground=BACKGROUND, times=("08:20", "14:10", "17:55", "20:40", "22:50"),
        minutes=(2, 5), kilobytes=(1_800, 7_000), up_percent=70, event="unknown_destination",
    )  # fmt: skip
    return Leak(app=RUTA, habits=(habit,))


def _regular_traffic(days: Dates, dice: Dice) -> Leak:  # noqa: ARG001 - like a clock, no dice
    habit = Habit(
        app=BRISA, ground=BACKGROUND, times=_every(10, hours=range(24)), minutes=(1, 1),
        early_or_late=0, kilobytes=(18, 22), up_percent=50, event="regular_traffic",
    )  # fmt: skip
    return Leak(app=BRISA, habits=(habit,))


LEAKS: Final[dict[str, Callable[[Dates, Dice], Leak]]] = {
    "background_sync": _background_sync,
    "night_drip": _night_drip,
    "update_burst": _update_burst,
    "surge": _surge,
    "hotspot": _hotspot,
    "wifi_missed": _wifi_missed,
    "roaming": _roaming,
    "trackers": _trackers,
    "cleartext": _cleartext,
    "unknown_destination": _unknown_destination,
    "regular_traffic": _regular_traffic,
}


def some_days(days: Dates, count: int, dice: Dice) -> Dates:
    """Choose days, at least one day apart while there is room, in order."""
    stride = max(len(days) // count, 1)
    offsets = dice.between(0, max(stride - 2, 0), count).tolist()
    return tuple(days[number * stride + offset] for number, offset in enumerate(offsets))


def _every(minutes: int, *, hours: range = _WORKING_HOURS) -> tuple[str, ...]:
    return tuple(f"{hour:02d}:{minute:02d}" for hour in hours for minute in range(0, 60, minutes))
