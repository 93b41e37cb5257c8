"""小李's second month: he switched the dictionary's background data off, and life goes on.

The same habits with other dice. On three nights the Wi-Fi of the flat is off again; the
dictionary waits for it. How much that saved is known: the same month is lived once more with
the switch left on, and the difference of the two bills is the truth.
"""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.simulator.calendar import Calendar, instant
from esim_analysis.simulator.flows import Seconds
from esim_analysis.simulator.formats.netpolicy_text import DataSettings, netpolicy_text
from esim_analysis.simulator.formats.netstats_text import netstats_text
from esim_analysis.simulator.formats.operator_csv import ENCODING, operator_csv
from esim_analysis.simulator.formats.packages_text import packages_text
from esim_analysis.simulator.habits import BACKGROUND, Habit, live
from esim_analysis.simulator.operator_meter import Bill, meter
from esim_analysis.simulator.outcome import Outcome, as_csv, as_json
from esim_analysis.simulator.phone import TETHERING, uids
from esim_analysis.simulator.phone_meter import count_hours
from esim_analysis.simulator.radio import Radio, connect
from esim_analysis.simulator.scenarios import xiaoli
from esim_analysis.simulator.truth import by_day, events, totals

NAME: Final = "xiaoli-november"
SEED: Final = 20261101
MONTH: Final = Calendar("2026-11-01", "2026-11-30", xiaoli.ZONE)
_LIFE: Final = Calendar("2026-11-01", "2026-12-01", xiaoli.ZONE)
_DUMPED: Final = "2026-12-01 09:30"
_POLLS: Final = ("2026-12-01T09:29:57.118204", "2026-12-01T09:02:41.907551")
_NO_WIFI_FROM: Final = ("2026-11-03", "2026-11-10", "2026-11-16")
_NIGHTS: Final = ("2026-11-04", "2026-11-11", "2026-11-17")
_UID_OF_BRISA: Final = 10124
_UID_OF_LEXI: Final = 10142

_RADIO: Final = Radio(
    xiaoli.RADIO.usual,
    tuple(
        replace(reach, without=_NO_WIFI_FROM) if reach.without else reach
        for reach in xiaoli.RADIO.reaches
        if not reach.dates
    ),
)

_SYNC: Final = Habit(
    app=xiaoli.LEXI, ground=BACKGROUND, times=("02:10",), minutes=(48, 48), early_or_late=0,
    kilobytes=(585_000, 640_000), up_percent=2, dates=_NIGHTS, event="dictionary_sync",
)  # fmt: skip
_HABITS: Final = (
    *(habit for habit in xiaoli.HABITS if not habit.dates),
    Habit(app=xiaoli.LEXI, ground=BACKGROUND, times=("02:10",), minutes=(40, 48), early_or_late=0,
          kilobytes=(280_000, 520_000), up_percent=2,
          dates=("2026-11-05", "2026-11-12", "2026-11-18", "2026-11-26"),
          event="dictionary_sync_on_wifi"),
    Habit(app=xiaoli.TIENDA, ground=BACKGROUND, times=("04:10",), minutes=(8, 25),
          kilobytes=(20_000, 160_000), up_percent=1, chance_percent=30,
          dates=tuple(f"2026-11-{day:02d}" for day in (2, 5, 8, 12, 15, 19, 22, 26, 29))),
    Habit(app=TETHERING, ground=BACKGROUND, times=("18:30",), minutes=(70, 70), early_or_late=5,
          kilobytes=(190_000, 260_000), up_percent=12, dates=("2026-11-14",), event="hotspot"),
)  # fmt: skip
_SETTINGS: Final = DataSettings(
    data_saver=False, cycle_day=1, zone=xiaoli.ZONE, warning_bytes=2 * 2**30,
    background_off=(_UID_OF_BRISA, _UID_OF_LEXI),
)  # fmt: skip
_BANNER: Final = (
    "Operador Demo (datos sintéticos, tarifa ficticia)",
    "Detalle de consumo de datos",
    "Línea;terminada en 001",
    "Periodo;01/11/2026 - 30/11/2026",
    "Tarifa;Bono 3 GB, después 0,006 € por MB (IVA incluido)",
    "",
)


def simulate(seed: int = SEED) -> Outcome:
    """Live the month and return the files of operator and phone, and the truth."""
    flows, changes = _hidden_life(_HABITS, seed)
    bill = _billed(flows, seed)
    hours = count_hours(flows, changes, seed=seed)
    carriers = _RADIO.carriers
    netstats = netstats_text(
        hours, carriers, uids(xiaoli.APPS), connected=xiaoli.FLAT, polls=_POLLS
    )
    csv = operator_csv(bill.records, MONTH, banner=_BANNER)
    left_on, _ = _hidden_life((*_HABITS, _SYNC), seed)
    return Outcome(
        files={
            "uso_datos_2026-11.csv": csv.encode(ENCODING),
            "netstats.txt": netstats.encode("utf-8"),
            "packages.txt": packages_text(xiaoli.APPS).encode("utf-8"),
            "netpolicy.txt": netpolicy_text(carriers, _SETTINGS).encode("utf-8"),
        },
        truth=_truth(bill, _billed(left_on, seed), seed),
    )


def _hidden_life(habits: tuple[Habit, ...], seed: int) -> tuple[pd.DataFrame, Seconds]:
    life = live(habits, _LIFE, seed=seed, until=instant(_DUMPED, xiaoli.ZONE))
    return connect(life, _RADIO, _LIFE, seed=seed)


def _billed(flows: pd.DataFrame, seed: int) -> Bill:
    return meter(xiaoli.on_esim(flows), xiaoli.OPERATOR, MONTH.midnights(), seed=seed)


def _truth(bill: Bill, left_on: Bill, seed: int) -> dict[str, bytes]:
    table = by_day(bill, MONTH)
    synced = left_on.pieces[left_on.pieces["event"] == _SYNC.event]
    summary = {
        "scenario": NAME,
        "synthetic": True,
        "seed": seed,
        "zone": xiaoli.ZONE,
        "overhead_ppm": xiaoli.OPERATOR.overhead_ppm,
        "billed_bytes": int(bill.records["billed"].sum()),
        "charge_euro": f"{int(bill.records['charge'].sum()) / 10**4:.4f}",
        "saved_bytes": int(synced["billed"].sum()),
        "saved_euro": f"{_saved_money(bill, left_on):.4f}",
        "billed_bytes_by_app": totals(table),
        "events": events(bill, MONTH),
    }
    return {f"{NAME}.json": as_json(summary), f"{NAME}_day.csv": as_csv(table)}


def _saved_money(bill: Bill, left_on: Bill) -> float:
    return (int(left_on.records["charge"].sum()) - int(bill.records["charge"].sum())) / 10**4
