"""What reading a phone's counters costs: one `dumpsys netstats` to validated evidence.

    python benchmarks/netstats_speed.py [--lines 100000] [--repeat 5]

Three hundred apps, each in the foreground and behind, in two-hour buckets. The least wall and
CPU seconds of some runs; splitting the text into lines stands beside it.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netstats import IMPORTER

LIMIT_S: Final = 0.5  # for 100,000 lines
_APPS: Final = 300
_BUCKET: Final = 7_200
_FIRST: Final = 1_790_812_800  # 1 October 2026
_IDENT: Final = "{type=0, subscriberId=214070..., metered=true, defaultNetwork=true, subId=1}"


def write_dump(folder: Path, lines: int) -> Path:
    """Write a dump of about that many lines; return its path."""
    dice = np.random.default_rng(lines)
    buckets = max(lines // (2 * _APPS) - 2, 1)
    parts = ["UID stats:\n  Complete history:\n"]
    for app in range(_APPS):
        for group in ("DEFAULT", "FOREGROUND"):
            parts.append(f"  ident=[{_IDENT}] uid={10_100 + app} set={group} tag=0x0\n")
            parts.append(f"    NetworkStatsHistory: bucketDuration={_BUCKET}\n")
            for step, down in enumerate(dice.integers(1_000, 40_000_000, buckets).tolist()):
                at = _FIRST + step * _BUCKET
                parts.append(f"      st={at} rb={down} rp=200 tb={down // 9} tp=150 op=0\n")
    path = folder / "netstats.txt"
    path.write_text("".join(parts), encoding="ascii")
    return path


def main() -> None:
    """Print what both cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    chosen = parser.parse_args()
    works = {
        "to evidence": lambda path: len(
            IMPORTER.read(SourceFile(path, path.name), ReadOptions()).evidence.frame
        ),
        "split into lines": lambda path: len(path.read_text(encoding="ascii").splitlines()),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works["to evidence"](write_dump(folder, 2_000))  # loading libraries is not measured here
        path = write_dump(folder, chosen.lines)
        print(f"{path.stat().st_size / 1e6:.1f} MB; limit {LIMIT_S} s for 100,000 lines")
        print("| | wall s | CPU s | rows |\n|---|---:|---:|---:|")
        for title, work in works.items():
            walls, spent, rows = [], [], 0
            for _ in range(chosen.repeat):
                begun, busy = time.perf_counter(), time.process_time()
                rows = work(path)
                walls.append(time.perf_counter() - begun)
                spent.append(time.process_time() - busy)
            print(f"| {title} | {min(walls):.2f} | {min(spent):.2f} | {rows:,} |", flush=True)


if __name__ == "__main__":
    main()
