"""Occasions of the laboratory: much data that somebody wanted, so that rules are tempted.

Each is written as the phone counts it: a voice call and spoken directions go on with the screen
off, a store fetches a game after it has left the screen.
"""

from collections.abc import Callable
from typing import Final

from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit
from esim_analysis.simulator.laboratory.leaks import Dates, Leak, some_days
from esim_analysis.simulator.laboratory.person import PARLA, RUTA, TIENDA, VISTA


def _video_evening(days: Dates, dice: Dice) -> Leak:
    habit = Habit(
        app=VISTA, ground=FOREGROUND, times=("20:15",), minutes=(150, 190),
        kilobytes=(900_000, 2_400_000), up_percent=2, dates=some_days(days, 2, dice),
        event="video_evening",
    )  # fmt: skip
    return Leak(app=VISTA, habits=(habit,))


def _call(days: Dates, dice: Dice) -> Leak:
    dates = some_days(days, 4, dice)
    dialled = Habit(
        app=PARLA, ground=FOREGROUND, times=("18:00",), minutes=(2, 4), early_or_late=0,
        kilobytes=(400, 1_500), up_percent=40, dates=dates, event="call",
    )  # fmt: skip
    spoken = Habit(
        app=PARLA, ground=BACKGROUND, times=("18:04",), minutes=(45, 75), early_or_late=0,
        kilobytes=(25_000, 60_000), up_percent=50, dates=dates, event="call",
    )  # fmt: skip
    return Leak(app=PARLA, habits=(dialled, spoken))


def _navigation(days: Dates, dice: Dice) -> Leak:
    dates = some_days(days, 2, dice)
    planned = Habit(
        app=RUTA, ground=FOREGROUND, times=("18:00",), minutes=(4, 8), early_or_late=0,
        kilobytes=(6_000, 15_000), up_percent=6, dates=dates, event="navigation",
    )  # fmt: skip
    spoken = Habit(
        app=RUTA, ground=BACKGROUND, times=("18:09",), minutes=(180, 230), early_or_late=0,
        kilobytes=(70_000, 190_000), up_percent=6, dates=dates, event="navigation",
    )  # fmt: skip
    return Leak(app=RUTA, habits=(planned, spoken))


def _game_download(days: Dates, dice: Dice) -> Leak:
    dates = some_days(days, 1, dice)
    chosen = Habit(
        app=TIENDA, ground=FOREGROUND, times=("18:00",), minutes=(3, 6), early_or_late=0,
        kilobytes=(2_000, 6_000), up_percent=5, dates=dates, event="game_download",
    )  # fmt: skip
    fetched = Habit(
        app=TIENDA, ground=BACKGROUND, times=("18:07",), minutes=(18, 35), early_or_late=0,
        kilobytes=(700_000, 1_700_000), up_percent=1, dates=dates, event="game_download",
    )  # fmt: skip
    return Leak(app=TIENDA, habits=(chosen, fetched))


OCCASIONS: Final[dict[str, Callable[[Dates, Dice], Leak]]] = {
    "video_evening": _video_evening,
    "call": _call,
    "navigation": _navigation,
    "game_download": _game_download,
}
