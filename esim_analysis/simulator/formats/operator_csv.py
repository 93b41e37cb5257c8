"""A Spanish operator's detail of data use: banner, semicolons, decimal commas, local time."""

import pandas as pd

from esim_analysis.simulator.calendar import Calendar

ENCODING = "cp1252"
_HEADER = "Fecha;Hora inicio;Hora fin;Tipo;Volumen (MB);Importe (€)"


def operator_csv(records: pd.DataFrame, calendar: Calendar, *, banner: tuple[str, ...]) -> str:
    """Write the records of a bill; times are local wall-clock, without offset.

    A record that runs to midnight ends at 23:59:59, as the day it is listed under does.
    """
    start = calendar.wall(records["start"].to_numpy())
    end = calendar.wall(records["end"].to_numpy())
    end = end.where(end.normalize() == start.normalize(), start.normalize() + _LAST_SECOND)
    volume, charge = records["billed"] // 1000, records["charge"]
    body = pd.Series(start.strftime("%d/%m/%Y;%H:%M:%S;")) + end.strftime("%H:%M:%S;Datos;")
    body += _comma(volume, 3) + ";" + _comma(charge, 4)
    last = _thousands(_comma(pd.Series([volume.sum()]), 3)[0])
    total = f"TOTAL;;;;{last};{_comma(pd.Series([charge.sum()]), 4)[0]}"
    columns = _HEADER.count(";")
    top = [row + ";" * (columns - row.count(";")) for row in banner]
    return "\r\n".join([*top, _HEADER, *body, total, ""])


_LAST_SECOND = pd.Timedelta(hours=23, minutes=59, seconds=59)


def _comma(values: pd.Series, digits: int) -> pd.Series:
    text = values.astype(str).str.zfill(digits + 1)
    return text.str[:-digits] + "," + text.str[-digits:]


def _thousands(number: str) -> str:
    whole, _, fraction = number.partition(",")
    return f"{int(whole):,}".replace(",", ".") + "," + fraction
