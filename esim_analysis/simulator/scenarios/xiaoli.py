"""小李, student in Barcelona, October 2026: his eSIM balance falls fast and nobody can say why.

A dictionary app synchronises word lists in the background on three nights on
which the Wi-Fi of the flat is off. The tempting suspect is a video app of a
similar total, watched in the evening on the street and on the train. A second
SIM, the one from home, carries a little by accident; the phone serves as a
hotspot twice; one app is gone. On the night of 25 October clocks go back.
"""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.simulator.calendar import WEEKDAYS, WEEKEND, Calendar, instant
from esim_analysis.simulator.flows import Seconds
from esim_analysis.simulator.formats.netpolicy_text import DataSettings, netpolicy_text
from esim_analysis.simulator.formats.netstats_text import netstats_text
from esim_analysis.simulator.formats.operator_csv import ENCODING, operator_csv
from esim_analysis.simulator.formats.packages_text import packages_text
from esim_analysis.simulator.habits import BACKGROUND, FOREGROUND, Habit, live
from esim_analysis.simulator.operator_meter import Bill, Operator, meter
from esim_analysis.simulator.outcome import Outcome, as_csv, as_json
from esim_analysis.simulator.phone import (
    DNS,
    KERNEL,
    NETWORK_CHECKS,
    REMOVED,
    SYSTEM,
    TETHERING,
    InstalledApp,
    uids,
)
from esim_analysis.simulator.phone_meter import count_hours
from esim_analysis.simulator.radio import Carrier, Radio, Reach, connect
from esim_analysis.simulator.truth import by_day, by_record, events, totals

NAME: Final = "xiaoli"
SEED: Final = 20261001
ZONE: Final = "Europe/Madrid"
MONTH: Final = Calendar("2026-10-01", "2026-10-31", ZONE)
_LIFE: Final = Calendar("2026-10-01", "2026-11-01", ZONE)
_DUMPED: Final = "2026-11-01 09:30"
_POLLS: Final = ("2026-11-01T09:29:58.204117", "2026-11-01T09:03:12.551902")

LEXI: Final = "com.example.lexi"
VISTA: Final = "com.example.vista"
PARLA: Final = "com.example.parla"
SONORA: Final = "com.example.sonora"
RUTA: Final = "com.example.ruta"
BRISA: Final = "com.example.brisa"
BAZAR: Final = "com.example.bazar"
TIENDA: Final = "com.example.tienda"

APPS: Final = (
    InstalledApp("android", 1000),
    InstalledApp("com.android.settings", 1000),
    InstalledApp(TIENDA, 10061),
    InstalledApp("com.example.tienda.services", 10061),
    InstalledApp(PARLA, 10118),
    InstalledApp(BRISA, 10124),
    InstalledApp(SONORA, 10131),
    InstalledApp(RUTA, 10137),
    InstalledApp(LEXI, 10142),
    InstalledApp(BAZAR, 10150),
    InstalledApp(VISTA, 10163),
)

_ESIM: Final = Carrier("esim-4g", plmn="214-07", subscriber="214070", sub_id=2, rat="13")
_ESIM_5G: Final = replace(_ESIM, key="esim-5g", rat="20")
_HOME_SIM: Final = Carrier(
    "home-sim", plmn="460-00", subscriber="460001", sub_id=1, rat="13", roaming=True
)
FLAT: Final = Carrier("flat", ssid="Piso Demo, 3º {2ª}")
_CAMPUS: Final = Carrier("campus", ssid="campus-demo")

_SYNC_NIGHTS: Final = ("2026-10-13", "2026-10-14", "2026-10-21")
_NO_WIFI_FROM: Final = ("2026-10-12", "2026-10-13", "2026-10-20", "2026-10-24")

RADIO: Final = Radio(
    _ESIM,
    (
        Reach(carrier=_ESIM_5G, since="17:40", until="20:10", weekdays=WEEKDAYS),
        Reach(carrier=_CAMPUS, since="09:20", until="13:35", weekdays=WEEKDAYS),
        Reach(carrier=_CAMPUS, since="15:00", until="17:30", weekdays=(0, 2, 3)),
        Reach(carrier=FLAT, since="00:00", until="08:00", dates=("2026-10-01",)),
        Reach(carrier=FLAT, since="23:25", until="08:05", weekdays=(6, 0, 1, 2, 3),
              without=_NO_WIFI_FROM),
        Reach(carrier=FLAT, since="23:35", until="11:00", weekdays=(4, 5),
              without=_NO_WIFI_FROM, early_or_late=15),
        Reach(carrier=FLAT, since="14:40", until="17:50", weekdays=WEEKEND),
        Reach(carrier=_HOME_SIM, since="18:05", until="19:20", dates=("2026-10-07", "2026-10-16"),
              early_or_late=4),
    ),
)  # fmt: skip

_EVERY_3_HOURS: Final = ("01:40", "05:10", "08:40", "11:40", "14:40", "17:40", "20:40", "23:10")

HABITS: Final = (
    # The three nights.
    Habit(app=LEXI, ground=BACKGROUND, times=("02:10",), minutes=(48, 48), early_or_late=0,
          kilobytes=(585_000, 640_000), up_percent=2, dates=_SYNC_NIGHTS, event="dictionary_sync"),
    # The same app on nights with Wi-Fi, and in use: nothing to be seen on the bill.
    Habit(app=LEXI, ground=BACKGROUND, times=("02:10",), minutes=(40, 48), early_or_late=0,
          kilobytes=(280_000, 520_000), up_percent=2,
          dates=("2026-10-04", "2026-10-09", "2026-10-18", "2026-10-28"),
          event="dictionary_sync_on_wifi"),
    Habit(app=LEXI, ground=FOREGROUND, times=("10:30", "14:10", "18:30"), minutes=(2, 6),
          kilobytes=(200, 900), chance_percent=60, early_or_late=40),
    # The tempting suspect: watched, not leaking.
    Habit(app=VISTA, ground=FOREGROUND, times=("20:50",), minutes=(35, 60), chance_percent=78,
          kilobytes=(50_000, 80_000), up_percent=2, early_or_late=25),
    Habit(app=VISTA, ground=FOREGROUND, times=("23:45",), minutes=(15, 40), chance_percent=60,
          kilobytes=(60_000, 260_000), up_percent=2, weekdays=WEEKDAYS, early_or_late=5),
    Habit(app=VISTA, ground=BACKGROUND, times=("06:30", "18:50"), minutes=(1, 3),
          kilobytes=(200, 1_200), chance_percent=70),
    # Music plays with the screen off; Android counts a player as foreground.
    Habit(app=SONORA, ground=FOREGROUND, times=("08:20", "17:45"), minutes=(20, 45),
          kilobytes=(8_000, 20_000), up_percent=3, chance_percent=80, weekdays=WEEKDAYS),
    Habit(app=SONORA, ground=FOREGROUND, times=("12:10", "19:00"), minutes=(30, 60),
          kilobytes=(10_000, 26_000), up_percent=3, chance_percent=60, weekdays=WEEKEND),
    # The night the clocks go back: out with friends, one song after the other.
    Habit(app=SONORA, ground=FOREGROUND, times=("01:35",), minutes=(145, 145), early_or_late=0,
          kilobytes=(95_000, 95_000), up_percent=3, dates=("2026-10-25",), event="clock_change_night"),
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
    Habit(app=RUTA, ground=BACKGROUND, times=("12:40", "19:30"), minutes=(1, 3),
          kilobytes=(100, 700), chance_percent=50),
    Habit(app=BAZAR, ground=FOREGROUND, times=("13:55", "22:10"), minutes=(5, 18),
          kilobytes=(4_000, 22_000), chance_percent=45, early_or_late=20),
    Habit(app=BAZAR, ground=BACKGROUND, times=("09:50", "18:45"), minutes=(1, 2),
          kilobytes=(80, 600), chance_percent=60),
    Habit(app=TIENDA, ground=BACKGROUND, times=("04:10",), minutes=(8, 25), chance_percent=30,
          kilobytes=(20_000, 160_000), up_percent=1,
          dates=tuple(f"2026-10-{day:02d}" for day in (2, 3, 5, 6, 9, 10, 17, 18, 23, 28, 30))),
    Habit(app=TIENDA, ground=BACKGROUND, times=("07:30", "13:45", "19:45"), minutes=(1, 3),
          kilobytes=(150, 1_500), chance_percent=70),
    Habit(app=SYSTEM, ground=BACKGROUND, times=("03:50", "09:10", "15:10", "21:10"), minutes=(1, 4),
          kilobytes=(80, 1_400), up_percent=25, chance_percent=80, early_or_late=25),
    Habit(app=KERNEL, ground=BACKGROUND, times=("08:25", "18:25"), minutes=(1, 3),
          kilobytes=(20, 300), up_percent=40, chance_percent=60),
    Habit(app=DNS, ground=BACKGROUND, times=("08:30", "14:05", "20:35"), minutes=(10, 30),
          kilobytes=(10, 90), up_percent=35),
    Habit(app=NETWORK_CHECKS, ground=BACKGROUND, times=("08:06", "13:37", "17:32"), minutes=(1, 1),
          kilobytes=(2, 12), up_percent=40, early_or_late=5),
    Habit(app=TETHERING, ground=BACKGROUND, times=("18:30",), minutes=(70, 70), early_or_late=5,
          kilobytes=(190_000, 260_000), up_percent=12, dates=("2026-10-10", "2026-10-22"),
          event="hotspot"),
    Habit(app=REMOVED, ground=BACKGROUND, times=("13:45", "22:40"), minutes=(10, 25),
          kilobytes=(4_000, 14_000), chance_percent=80,
          dates=tuple(f"2026-10-{day:02d}" for day in range(1, 9)), event="app_removed_later"),
)  # fmt: skip

OPERATOR: Final = Operator(
    idle_minutes=10,
    longest_minutes=50,
    overhead_ppm=1_034_000,
    overhead_stray_ppm=4_000,
    unit_bytes=1_000,
    clock_ahead_seconds=3,
    bundle_bytes=3 * 10**9,
    microeuro_per_mb=6_000,
)
_SETTINGS: Final = DataSettings(
    data_saver=False, cycle_day=1, zone=ZONE, warning_bytes=2 * 2**30, background_off=(10124,)
)
_BANNER: Final = (
    "Operador Demo (datos sintéticos, tarifa ficticia)",
    "Detalle de consumo de datos",
    "Línea;terminada en 001",
    "Periodo;01/10/2026 - 31/10/2026",
    "Tarifa;Bono 3 GB, después 0,006 € por MB (IVA incluido)",
    "",
)


def simulate(seed: int = SEED) -> Outcome:
    """Live the month and return the files of operator and phone, and the truth."""
    flows, changes = hidden_life(seed)
    bill = meter(on_esim(flows), OPERATOR, MONTH.midnights(), seed=seed)
    hours = count_hours(flows, changes, seed=seed)
    carriers = RADIO.carriers
    netstats = netstats_text(hours, carriers, uids(APPS), connected=FLAT, polls=_POLLS)
    csv = operator_csv(bill.records, MONTH, banner=_BANNER)
    return Outcome(
        files={
            "uso_datos_2026-10.csv": csv.encode(ENCODING),
            "netstats.txt": netstats.encode("utf-8"),
            "packages.txt": packages_text(APPS).encode("utf-8"),
            "netpolicy.txt": netpolicy_text(carriers, _SETTINGS).encode("utf-8"),
        },
        truth=_truth(bill, flows, seed),
    )


def hidden_life(seed: int = SEED) -> tuple[pd.DataFrame, Seconds]:
    """Return what the phone moved over which network, and when it changed networks."""
    life = live(HABITS, _LIFE, seed=seed, until=instant(_DUMPED, ZONE))
    return connect(life, RADIO, _LIFE, seed=seed)


def on_esim(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the flows the Spanish operator bills."""
    return flows[flows["carrier"].isin([_ESIM.key, _ESIM_5G.key])].reset_index(drop=True)


def _truth(bill: Bill, flows: pd.DataFrame, seed: int) -> dict[str, bytes]:
    table = by_day(bill, MONTH)
    moved = flows["down"] + flows["up"]
    summary = {
        "scenario": NAME,
        "synthetic": True,
        "seed": seed,
        "zone": ZONE,
        "overhead_ppm": OPERATOR.overhead_ppm,
        "billed_bytes": int(bill.records["billed"].sum()),
        "charge_euro": f"{int(bill.records['charge'].sum()) / 10**4:.4f}",
        "phone_bytes_by_carrier": {
            str(key): int(volume) for key, volume in moved.groupby(flows["carrier"]).sum().items()
        },
        "culprit": {"app": LEXI, "ground": BACKGROUND, "nights": list(_SYNC_NIGHTS)},
        "innocent": {"app": VISTA, "ground": FOREGROUND},
        "billed_bytes_by_app": totals(table),
        "events": events(bill, MONTH),
    }
    return {
        f"{NAME}.json": as_json(summary),
        f"{NAME}_day.csv": as_csv(table),
        f"{NAME}_records.csv": as_csv(by_record(bill)),
    }
