"""How often calibrated bands hold on the lives of docs/benchmark.md, which were not made for them.

    python benchmarks/laboratory_bands.py

Another generator, real formats, an overhead that strays record by record, and days of Madrid:
shares of app × local day cells whose band holds the truth. Seeds are fixed.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from attribution_accuracy import NOMINAL
from score import read_truth

import esim_analysis as esim
from esim_analysis.attribution import bands
from esim_analysis.model import RESIDUALS
from esim_analysis.simulator.benchmark import write_benchmark

ZONE: Final = "Europe/Madrid"
# Lives whose bill says when: the others' bands are those of an assumed overhead.
LIVES: Final = (
    *("everyday", "night_sync", "long_sessions", "many_parts", "pdf_bill"),
    *("hidden_hotspot", "second_profile", "lost_week", "coarse_rounding"),
)


def held(folder: Path, life: str) -> list[float]:
    """Return the share of bands of one life that hold, by nominal level."""
    truth = read_truth(folder / "truth" / life)[0]
    true = truth.groupby(["day", "app"])["billed_bytes"].sum()
    found = esim.open_case(folder / life, timezone=ZONE).attribution()
    pieces = found.pieces[~found.pieces["app"].isin(RESIDUALS)]
    day = pieces["start_utc"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    pieces = pieces.assign(day=day, app=pieces["app"].astype("str"))
    shares = []
    for level in NOMINAL:
        rows = bands(found, pieces, by=["day", "app"], level=level).query("bytes > 0")
        keys = pd.MultiIndex.from_frame(rows[["day", "app"]])
        here = true.reindex(keys, fill_value=0).to_numpy()
        inside = (rows["bytes_low"] - 1 <= here) & (here <= rows["bytes_high"] + 1)
        shares.append(float(inside.mean()))
    return shares


def main() -> None:
    """Print the table."""
    levels = " | ".join(f"{level:.0%}" for level in NOMINAL)
    print(f"| life | {levels} |\n|{'---|' * (len(NOMINAL) + 1)}")
    with tempfile.TemporaryDirectory() as folder:
        write_benchmark(Path(folder))
        for life in LIVES:
            shares = " | ".join(f"{share:.3f}" for share in held(Path(folder), life))
            print(f"| {life} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
