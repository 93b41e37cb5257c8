"""What operators hand out instead of sessions: 小李's October as a PDF bill and as daily totals.

The same month and the same hidden life as `xiaoli`; its phone's files and its truth
belong to these too.
"""

from typing import Final

import pandas as pd

from esim_analysis.simulator.formats.bill_pdf import bill_pdf
from esim_analysis.simulator.formats.daily import by_day
from esim_analysis.simulator.formats.daily_csv import ENCODING, daily_csv
from esim_analysis.simulator.operator_meter import meter
from esim_analysis.simulator.outcome import Outcome
from esim_analysis.simulator.scenarios import xiaoli

BILL: Final = "xiaoli-bill"
DAILY: Final = "xiaoli-daily"
_BILL_BANNER: Final = (
    "Operador Demo (datos sintéticos, tarifa ficticia)",
    "Factura de telefonía móvil nº DEMO-2026-10",
    "Línea terminada en 001",
    "Periodo de consumo: 01/10/2026 - 31/10/2026",
    "Tarifa: Bono 3 GB, después 0,006 € por MB (IVA incluido)",
    "Detalle de consumo de datos por día",
)
_DAILY_BANNER: Final = (
    "Operador Demo (datos sintéticos, tarifa ficticia)",
    "Consumo de datos por día",
    "Línea;terminada en 001",
    "Periodo;01/10/2026 - 31/10/2026",
    "",
)


def simulate_bill(seed: int = xiaoli.SEED) -> Outcome:
    """Return the month as the PDF bill of the operator."""
    pdf = bill_pdf(_days(seed), banner=_BILL_BANNER, service="Datos móviles")
    return Outcome(files={"factura_2026-10.pdf": pdf}, truth={})


def simulate_daily(seed: int = xiaoli.SEED) -> Outcome:
    """Return the month as the daily totals of the operator's website."""
    csv = daily_csv(_days(seed), banner=_DAILY_BANNER)
    return Outcome(files={"consumo_diario_2026-10.csv": csv.encode(ENCODING)}, truth={})


def _days(seed: int) -> pd.DataFrame:
    flows, _ = xiaoli.hidden_life(seed)
    bill = meter(xiaoli.on_esim(flows), xiaoli.OPERATOR, xiaoli.MONTH.midnights(), seed=seed)
    return by_day(bill.records, xiaoli.MONTH)
