"""Exports of a whole fleet, of any size, for the benchmarks: the same bytes on every machine.

Fourteen columns, `;`, latin-1, decimal comma, Madrid's clock (with the repeated hour of
25 October 2026). Chance comes from a hash of the row's number, so that DuckDB can write
ten million rows in seconds, on any number of threads.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

HEADINGS: Final = (
    "Id registro",
    "ICCID",
    "Fecha inicio",
    "Fecha fin",
    "País",
    "Red",
    "PLMN",
    "Tecnología",
    "APN",
    "Subida (MB)",
    "Bajada (MB)",
    "Servicio",
    "Importe (EUR)",
    "Roaming",
)
_ROWS: Final = """
SELECT i,
  hash(i + 1) % {lines} AS line,
  TIMESTAMP '2026-08-20 00:00:00' + to_seconds(i * {span} // {rows}) AS start,
  30 + hash(i + 2) % 3000 AS seconds,
  hash(i + 3) % 1000 AS place,
  exp(13.5 + (hash(i + 4) % 1000 + hash(i + 5) % 1000 + hash(i + 6) % 1000) / 500.0 - 3)::BIGINT AS down,
  (hash(i + 7) % 1000) / 6000.0 AS ratio
FROM range({rows}) AS t(i)
"""
_CELLS: Final = """
SELECT
  'R' || lpad(i::VARCHAR, 10, '0'),
  '893407' || lpad(line::VARCHAR, 13, '0'),
  strftime(start, '%d/%m/%Y %H:%M:%S'),
  strftime(start + to_seconds(seconds), '%d/%m/%Y %H:%M:%S'),
  CASE WHEN place < 960 THEN 'España' WHEN place < 990 THEN 'Francia' ELSE 'Turquía' END,
  CASE WHEN place < 960 THEN 'Telefónica Móviles' WHEN place < 990 THEN 'Orange F' ELSE 'Turkcell' END,
  CASE WHEN place < 960 THEN '21407' WHEN place < 990 THEN '20801' ELSE '28601' END,
  CASE WHEN place % 4 = 0 THEN '5G' ELSE '4G' END,
  CASE WHEN line % 3 = 0 THEN 'iot.example' ELSE 'internet' END,
  replace(printf('%.6f', floor(down * ratio) / 1e6), '.', ','),
  replace(printf('%.6f', down / 1e6), '.', ','),
  'Datos',
  replace(printf('%.4f', CASE WHEN place < 990 THEN 0.0 ELSE down / 1e6 * 0.05 END), '.', ','),
  CASE WHEN place < 960 THEN 'Nacional' WHEN place < 990 THEN 'UE' ELSE 'Internacional' END
FROM ({rows})
"""


def write_export(path: Path, *, rows: int, lines: int, days: int = 90) -> Path:
    """Write an export as the operator would: latin-1, in the order of time."""
    sql = _CELLS.format(rows=_ROWS.format(rows=rows, lines=lines, span=days * 86_400))
    plain = path.with_suffix(".utf8")
    with duckdb.connect() as base:
        base.execute("SET threads = 2")
        base.execute(
            f"COPY ({sql}) TO '{plain}' (FORMAT csv, DELIMITER ';', HEADER false, QUOTE '')"
        )
    with plain.open(encoding="utf-8") as text, path.open("w", encoding="latin-1") as out:
        out.write(";".join(HEADINGS) + "\n")
        while part := text.read(1 << 24):
            out.write(part)
    plain.unlink()
    return path


_BUCKET: Final = 7200  # seconds
_APPS: Final = {10101: "FOREGROUND", 10102: "DEFAULT", 10103: "FOREGROUND", 10104: "DEFAULT"}
_BEGIN: Final = 1_787_184_000  # 20 August 2026, 00:00 UTC
_IDENT: Final = (
    "{type=0, ratType=13, subscriberId=214070..., metered=true, defaultNetwork=true, "
    "oemManaged=OEM_NONE, subId=1, transports={0}}"
)
_HEAD: Final = f"""Directory:
  /data/misc/apexdata/com.android.tethering/netstats
Configs:
  netstats_store_files_in_apexdata: true
Active interfaces:
  iface=rmnet_data1 ident=[{_IDENT}]
UID stats:
  Pending bytes: 0
  Complete history:
"""


def write_phones(folder: Path, *, lines: Iterable[int], days: int = 90) -> None:
    """Write a phone's `dumpsys netstats` for some lines, each in a folder called as its SIM."""
    moments = [_BEGIN + step * _BUCKET for step in range(0, days * 12, 6)]
    for line in lines:
        parts = [_HEAD]
        for app, group in _APPS.items():
            parts.append(
                f"  ident=[{_IDENT}] uid={app} set={group} tag=0x0\n"
                f"    NetworkStatsHistory: bucketDuration={_BUCKET}\n"
            )
            down = 20_000 + (app + line) % 7 * 900
            parts += [f"      st={at} rb={down} rp=20 tb=9000 tp=15 op=0\n" for at in moments]
        place = folder / f"893407{line:013d}"
        place.mkdir(exist_ok=True)
        (place / "netstats.txt").write_text("".join(parts), encoding="ascii")
