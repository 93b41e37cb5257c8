"""Operators of the laboratory: how each cuts sessions, rounds, and what it hands out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import Calendar
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.formats import daily_csv, operator_csv
from esim_analysis.simulator.formats.bill_pdf import bill_pdf
from esim_analysis.simulator.formats.celitech_csv import celitech_csv
from esim_analysis.simulator.formats.daily import by_day
from esim_analysis.simulator.formats.emnify_json import emnify_json
from esim_analysis.simulator.formats.gigabytes_csv import gigabytes_csv
from esim_analysis.simulator.formats.readings_text import Balance, balances_text
from esim_analysis.simulator.formats.total_text import total_text
from esim_analysis.simulator.laboratory.person import ABROAD, ESIM
from esim_analysis.simulator.operator_meter import Bill, Operator

Files = dict[str, bytes]
# What a record says of where it was made: key of the carrier to columns of the export.
_VISITED: Final = pd.DataFrame(
    {
        "plmn": ["214-07", "228-01"],
        "country": ["ES", "CH"],
        "iso3": ["ESP", "CHE"],
        "country_name": ["Spain", "Switzerland"],
        "network": ["Red Demo", "Netz Demo"],
    },
    index=[ESIM.key, ABROAD.key],
)
_OVERHEAD_PPM: Final = (1_012_000, 1_055_000)
_BANNER: Final = ("Operador Demo (datos sintéticos, tarifa ficticia)", "Detalle de consumo", "")
_BALANCE_HOURS: Final = ("08:00", "23:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An export shape: how sessions are cut and rounded, and how they are written.

    `write` takes the records (`start, end, billed, charge` and where they were made),
    the calendar whose zone the export is printed in, and whether units are binary.
    """

    idle_minutes: int
    longest_minutes: int
    unit_bytes: int
    write: Callable[[pd.DataFrame, Calendar, bool], Files]

    def operator(self, *, seed: int, overhead_ppm: int = 0) -> Operator:
        """Return the operator; its overhead is hidden and drawn anew for each seed."""
        drawn = int(Dice(seed, "operator").between(*_OVERHEAD_PPM, 1)[0])
        return Operator(
            idle_minutes=self.idle_minutes,
            longest_minutes=self.longest_minutes,
            overhead_ppm=overhead_ppm or drawn,
            overhead_stray_ppm=4_000,
            unit_bytes=self.unit_bytes,
            clock_ahead_seconds=0,
            bundle_bytes=3 * 10**9,
            microeuro_per_mb=6_000,
        )


def placed(bill: Bill) -> pd.DataFrame:
    """Return the records of a bill with the place each was made at."""
    carrier = bill.pieces.groupby("record")["carrier"].first().reindex(bill.records.index)
    place = _VISITED.reindex(carrier.fillna(ESIM.key)).set_axis(bill.records.index)
    return bill.records.join(place)


def _sessions(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    text = operator_csv.operator_csv(records, calendar, banner=_BANNER)
    return {"sesiones.csv": text.encode(operator_csv.ENCODING)}


def _gigabytes(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: FBT001
    return {"sessions.csv": gigabytes_csv(records, calendar, binary=binary).encode()}


def _parts(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    return {"parts.json": emnify_json(records).encode()}


def _bytes(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    return {"records.csv": celitech_csv(records).encode()}


def _daily(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    text = daily_csv.daily_csv(by_day(records, calendar), banner=_BANNER)
    return {"consumo_diario.csv": text.encode(daily_csv.ENCODING)}


def _bill(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    period = f"Periodo de consumo: {calendar.first} - {calendar.last}"
    pdf = bill_pdf(by_day(records, calendar), banner=(_BANNER[0], period), service="Datos móviles")
    return {"factura.pdf": pdf}


def _balances(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    days = calendar.days()
    moments = np.sort(np.concatenate([calendar.seconds(days, at) for at in _BALANCE_HOURS]))
    moments = np.append(moments, calendar.midnights()[-1])
    ends = records["end"].to_numpy(dtype=np.int64)
    used = np.append(0, records["billed"].cumsum().to_numpy(dtype=np.int64))
    left = 20 * 10**9 + int(used[-1]) - used[np.searchsorted(ends, moments, side="right")]
    stamps = calendar.wall(moments).strftime("%Y-%m-%d %H:%M")
    readings = tuple(map(Balance, stamps, left.tolist()))
    return {"balances.txt": balances_text(readings, zone=calendar.zone).encode()}


def _total(records: pd.DataFrame, calendar: Calendar, binary: bool) -> Files:  # noqa: ARG001, FBT001
    return {"total.txt": total_text(int(records["billed"].sum()), calendar).encode()}


OPERATORS: Final[dict[str, Shape]] = {
    "sessions": Shape(idle_minutes=10, longest_minutes=50, unit_bytes=1_000, write=_sessions),
    "gigabytes": Shape(idle_minutes=10, longest_minutes=120, unit_bytes=1_000, write=_gigabytes),
    "parts": Shape(idle_minutes=30, longest_minutes=15, unit_bytes=1, write=_parts),
    "half_days": Shape(idle_minutes=120, longest_minutes=720, unit_bytes=1, write=_bytes),
    "daily": Shape(idle_minutes=10, longest_minutes=50, unit_bytes=1_000, write=_daily),
    "bill": Shape(idle_minutes=10, longest_minutes=50, unit_bytes=1_000, write=_bill),
    "balances": Shape(idle_minutes=10, longest_minutes=50, unit_bytes=1_000, write=_balances),
    "total": Shape(idle_minutes=10, longest_minutes=50, unit_bytes=1_000, write=_total),
}
