"""Small exports in the operator's format, made in a moment."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

HEAD = """\
Línea;Fecha;Hora inicio;Hora fin;Tipo;Volumen (MB);Importe (€)
"""
Row = tuple[datetime, int]  # start, bytes


def rows(first: datetime, count: int, *, every: timedelta, volume: int) -> list[Row]:
    """Return `count` sessions of growing volume, the first at `first`."""
    return [(first + number * every, volume + number * 1000) for number in range(count)]


def export(path: Path, told: list[Row], *, line: str = "34911223344") -> Path:
    """Write an export of the operator; each session lasts twenty minutes."""
    text = [HEAD]
    for start, volume in told:
        end = start + timedelta(minutes=20)
        megabytes = f"{volume / 1_000_000:.3f}".replace(".", ",")
        text.append(
            f"{line};{start:%Y-%m-%d};{start:%H:%M:%S};{end:%H:%M:%S};Datos;{megabytes};0,1000\n"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(text), encoding="utf-8")
    return path


def identity(frame: pd.DataFrame) -> list[tuple[str, int]]:
    """Return start and bytes of every record, with its copies."""
    return sorted(zip(frame["start_utc"].astype("str"), frame["bytes_total"], strict=True))
