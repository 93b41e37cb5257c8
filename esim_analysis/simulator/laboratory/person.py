"""The person of the laboratory: apps, everyday habits, networks; a taste of its own each seed."""

from dataclasses import replace
from typing import Final

from esim_analysis.simulator.calendar import WEEKDAYS, WEEKEND
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit
from esim_analysis.simulator.phone import DNS, SYSTEM, InstalledApp
from esim_analysis.simulator.radio import Carrier, Radio, Reach

ZONE: Final = "Europe/Madrid"
LEXI: Final = "com.example.lexi"
VISTA: Final = "com.example.vista"
PARLA: Final = "com.example.parla"
SONORA: Final = "com.example.sonora"
RUTA: Final = "com.example.ruta"
BRISA: Final = "com.example.brisa"
BAZAR: Final = "com.example.bazar"
NUBE: Final = "com.example.nube"
TIENDA: Final = "com.example.tienda"
TUNNEL: Final = "com.example.tunel"
PROFILE: Final = "com.example.parla.work"  # lives in a second profile of the phone

APPS: Final = (
    InstalledApp("android", 1000),
    InstalledApp(TIENDA, 10061),
    InstalledApp(NUBE, 10102),
    InstalledApp(PARLA, 10118),
    InstalledApp(BRISA, 10124),
    InstalledApp(SONORA, 10131),
    InstalledApp(RUTA, 10137),
    InstalledApp(LEXI, 10142),
    InstalledApp(BAZAR, 10150),
    InstalledApp(VISTA, 10163),
    InstalledApp(TUNNEL, 10171),
)
ESIM: Final = Carrier("esim", plmn="214-07", subscriber="214070", sub_id=2, rat="13")
ABROAD: Final = replace(ESIM, key="abroad", roaming=True)
HOME_SIM: Final = Carrier(
    "home-sim", plmn="460-00", subscriber="460001", sub_id=1, rat="13", roaming=True
)
FLAT: Final = Carrier("flat", ssid="Piso Demo")
CAMPUS: Final = Carrier("campus", ssid="campus-demo")

_TASTE: Final = (40, 180)  # percent of the volumes below
_EVERY_3_HOURS: Final = ("01:40", "05:10", "08:40", "11:40", "14:40", "17:40", "20:40", "23:10")

_EVERYDAY: Final = (
    Habit(app=LEXI, ground=FOREGROUND, times=("10:30", "14:10", "18:30"), minutes=(2, 6),
          kilobytes=(200, 900), chance_percent=60, early_or_late=40),
    Habit(app=VISTA, ground=FOREGROUND, times=("20:50",), minutes=(35, 60), chance_percent=78,
          kilobytes=(50_000, 80_000), up_percent=2, early_or_late=25),
    Habit(app=VISTA, ground=BACKGROUND, times=("06:30", "18:50"), minutes=(1, 3),
          kilobytes=(200, 1_200), chance_percent=70),
    Habit(app=SONORA, ground=FOREGROUND, times=("08:20", "17:45"), minutes=(20, 45),
          kilobytes=(8_000, 20_000), up_percent=3, chance_percent=80, weekdays=WEEKDAYS),
    Habit(app=SONORA, ground=FOREGROUND, times=("12:10", "19:00"), minutes=(30, 60),
          kilobytes=(10_000, 26_000), up_percent=3, chance_percent=60, weekdays=WEEKEND),
    Habit(app=PARLA, ground=FOREGROUND, up_percent=35, minutes=(3, 12), kilobytes=(300, 5_500),
          times=("08:15", "13:50", "18:20", "20:15", "22:30"), chance_percent=85, early_or_late=30),
    Habit(app=PARLA, ground=BACKGROUND, up_percent=30, minutes=(1, 2), kilobytes=(60, 500),
          times=_EVERY_3_HOURS, chance_percent=80, early_or_late=25),
    Habit(app=BRISA, ground=FOREGROUND, times=("08:35", "13:40", "18:10", "22:00"), minutes=(6, 20),
          kilobytes=(3_000, 16_000), chance_percent=75, early_or_late=30),
    Habit(app=BRISA, ground=FOREGROUND, times=("10:20", "12:00", "15:50"), minutes=(10, 30),
          kilobytes=(6_000, 40_000), weekdays=WEEKDAYS, chance_percent=70, early_or_late=30),
    Habit(app=RUTA, ground=FOREGROUND, times=("08:10", "17:50"), minutes=(8, 20),
          kilobytes=(1_000, 6_000), chance_percent=65, early_or_late=15),
    Habit(app=BAZAR, ground=FOREGROUND, times=("13:55", "22:10"), minutes=(5, 18),
          kilobytes=(4_000, 22_000), chance_percent=45, early_or_late=20),
    Habit(app=NUBE, ground=BACKGROUND, times=("09:05", "19:40"), minutes=(2, 6), up_percent=90,
          kilobytes=(60, 700), chance_percent=60),
    Habit(app=TIENDA, ground=BACKGROUND, times=("07:30", "13:45", "19:45"), minutes=(1, 3),
          kilobytes=(150, 1_500), chance_percent=70),
    Habit(app=SYSTEM, ground=BACKGROUND, times=("03:50", "09:10", "15:10", "21:10"), minutes=(1, 4),
          kilobytes=(80, 1_400), up_percent=25, chance_percent=80, early_or_late=25),
    Habit(app=DNS, ground=BACKGROUND, times=("08:30", "14:05", "20:35"), minutes=(10, 30),
          kilobytes=(10, 90), up_percent=35),
)  # fmt: skip


def everyday(seed: int) -> tuple[Habit, ...]:
    """Return a month like any other: nothing here is a leak. Each app is liked more or less."""
    likes = {
        app: int(Dice(seed, f"taste/{app}").between(*_TASTE, 1)[0])
        for app in dict.fromkeys(habit.app for habit in _EVERYDAY)
    }
    return tuple(_scaled(habit, likes[habit.app]) for habit in _EVERYDAY)


def networks(*, nights_without_wifi: tuple[str, ...] = ()) -> tuple[Reach, ...]:
    """Return where Wi-Fi takes over: the flat at night and on weekends, the campus by day.

    Parameters
    ----------
    nights_without_wifi
        Evenings, ISO dates, on which the flat's Wi-Fi stays off until the next day.
    """
    off = nights_without_wifi
    return (
        Reach(carrier=CAMPUS, since="09:20", until="13:35", weekdays=WEEKDAYS),
        Reach(carrier=CAMPUS, since="15:00", until="17:30", weekdays=(0, 2, 3)),
        Reach(carrier=FLAT, since="23:25", until="08:05", weekdays=(6, 0, 1, 2, 3), without=off),
        Reach(carrier=FLAT, since="23:35", until="11:00", weekdays=(4, 5), without=off),
        Reach(carrier=FLAT, since="14:40", until="17:50", weekdays=WEEKEND),
    )


def radio(reaches: tuple[Reach, ...]) -> Radio:
    """Return the phone's networks; the eSIM carries what nothing else does."""
    return Radio(ESIM, reaches)


def _scaled(habit: Habit, percent: int) -> Habit:
    least, most = (max(size * percent // 100, 1) for size in habit.kilobytes)
    return replace(habit, kilobytes=(least, most))
