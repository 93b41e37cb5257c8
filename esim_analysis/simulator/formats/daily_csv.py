"""A Spanish operator's daily totals as its website exports them: banner, semicolons, commas."""

import pandas as pd

from esim_analysis.simulator.formats.daily import decimals

ENCODING = "cp1252"
_HEADER = "Fecha;Consumo de datos (MB);Importe (€)"


def daily_csv(days: pd.DataFrame, *, banner: tuple[str, ...]) -> str:
    """Write `day, billed, charge`; thousands have a point, the last row is the total."""
    day = days["day"].dt.strftime("%d/%m/%Y")
    megabytes = (days["billed"] // 1000).map(lambda volume: decimals(volume, 3))
    euros = days["charge"].map(lambda charge: decimals(charge, 4))
    total = ("TOTAL", decimals(int(days["billed"].sum()) // 1000, 3))
    last = ";".join((*total, decimals(int(days["charge"].sum()), 4)))
    top = [row + ";" * (_HEADER.count(";") - row.count(";")) for row in banner]
    return "\r\n".join([*top, _HEADER, *(day + ";" + megabytes + ";" + euros), last, ""])
