"""What reading a capture costs: PCAPdroid's list of connections to validated evidence.

    python benchmarks/pcapdroid.py [--rows 1000000] [--repeat 3]

Sixty apps, three thousand hosts, one name in two thousand with a stray comma. Beside it Arrow
splits the same file into columns of text, once, and does nothing else: the limit of any
reader. The least CPU time of some runs; on a machine that others use both are inflated alike.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.pcapdroid_csv import IMPORTER

NAME: Final = "PCAPdroid_connections.csv"
LIMIT_S: Final = 3.0  # for a million rows
_HEADING: Final = (
    "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Status,Info,"
    "BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen"
)
_APPS: Final = 60
_HOSTS: Final = 3_000
_DAYS: Final = 30
_DAY_MS: Final = 86_400_000
_FIRST_MS: Final = 1_793_520_000_000  # 1 November 2026


def write_list(folder: Path, rows: int) -> Path:
    """Write a list of connections; return its path."""
    dice = np.random.default_rng(rows)
    app = dice.choice(_APPS, rows, p=dice.dirichlet(np.full(_APPS, 0.4)))
    host = dice.zipf(1.3, rows) % _HOSTS
    start = _FIRST_MS + np.sort(dice.integers(0, _DAYS * _DAY_MS, rows))
    label = pd.Series(app).map("App {}".format)
    label = label.mask(dice.random(rows) < 0.0005, label + ", Inc")
    table = pd.DataFrame(
        {
            "proto": np.where(dice.random(rows) < 0.7, 6, 17),
            "src": "10.215.173.1",
            "port": dice.integers(30_000, 60_000, rows),
            "ip": pd.Series(host).map(lambda number: f"198.51.{number // 256}.{number % 256}"),
            "dport": 443,
            "uid": 10_000 + app,
            "app": label,
            "package": pd.Series(app).map("com.example.app{}".format),
            "l7": np.array(["TLS", "QUIC", "DNS", "HTTP"])[dice.integers(0, 4, rows)],
            "status": np.array(["Closed", "Active"])[dice.integers(0, 2, rows)],
            "info": pd.Series(host).map("h{}.example.com".format),
            "sent": dice.integers(60, 90_000, rows),
            "received": dice.integers(60, 900_000, rows),
            "psent": dice.integers(1, 90, rows),
            "preceived": dice.integers(1, 900, rows),
            "first": _local(start),
            "last": _local(start + dice.integers(5, 60_000, rows)),
        }
    ).astype("str")
    lines = table.iloc[:, 0].str.cat(table.iloc[:, 1:], sep=",")
    path = folder / NAME
    path.write_bytes(("\r\n".join([_HEADING, *lines]) + "\r\n").encode())
    return path


def _local(milliseconds: np.ndarray) -> pd.Index:
    local = pd.to_datetime(milliseconds, unit="ms", utc=True).tz_convert("Europe/Madrid")
    return local.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "+01:00"


def read(path: Path) -> int:
    """Read a list; return the number of its connections."""
    evidence = IMPORTER.read(SourceFile(path, NAME), ReadOptions()).evidence
    return 0 if evidence is None else len(evidence.frame)


def split(path: Path) -> int:
    """Split a list into columns of text with Arrow, rows with stray commas left out."""
    found = csv.read_csv(
        path,
        read_options=csv.ReadOptions(use_threads=False, block_size=1 << 24),
        parse_options=csv.ParseOptions(quote_char=False, invalid_row_handler=lambda _: "skip"),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(_HEADING.split(","), pa.large_string())
        ),
    )
    return int(found.num_rows)


def least(work: Callable[[Path], int], path: Path, repeat: int) -> tuple[float, float, int]:
    """Return the least wall and CPU seconds of some runs, and what the work returned."""
    walls, spent, result = [], [], 0
    for _ in range(repeat):
        begun, busy = time.perf_counter(), time.process_time()
        result = work(path)
        walls.append(time.perf_counter() - begun)
        spent.append(time.process_time() - busy)
    return min(walls), min(spent), result


def main() -> None:
    """Print what both cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        read(write_list(folder, 1_000))  # loading libraries is not measured here
        path = write_list(folder, chosen.rows)
        size = path.stat().st_size / 1e6
        limit = LIMIT_S * chosen.rows / 1e6
        print(f"{chosen.rows:,} connections, {size:.0f} MB; limit {limit:.1f} s on a quiet machine")
        print("| | wall s | CPU s | rows |\n|---|---:|---:|---:|")
        for title, work in (("to evidence", read), ("Arrow splits it", split)):
            wall, spent, rows = least(work, path, chosen.repeat)
            print(f"| {title} | {wall:.2f} | {spent:.2f} | {rows:,} |", flush=True)


if __name__ == "__main__":
    main()
