"""How often calibrated bands hold on the lives of docs/benchmark.md, which were not made for them.

    python benchmarks/laboratory_bands.py
    python benchmarks/laboratory_bands.py --seed 61000 --lives 6 --only coarse_rounding

Another generator, real formats, an overhead that strays record by record, and days of Madrid:
shares of app × local day cells whose band holds the truth. Without a seed, the published lives;
with one, other lives of the same settings: means over so many.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from band_shares import NOMINAL
from score import read_truth

import esim_analysis as esim
from esim_analysis.attribution import bands
from esim_analysis.model import RESIDUALS
from esim_analysis.simulator.benchmark import SEED, write_benchmark

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


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED, help="first seed")
    parser.add_argument("--lives", type=int, default=1, help="lives a setting (1)")
    parser.add_argument("--only", action="append", default=[], help="name of a setting")
    chosen = parser.parse_args(arguments)
    levels = " | ".join(f"{level:.0%}" for level in NOMINAL)
    print(f"| life | {levels} |\n|{'---|' * (len(NOMINAL) + 1)}")
    wanted = chosen.only or list(LIVES)
    shares: dict[str, list[list[float]]] = {life: [] for life in wanted}
    for number in range(chosen.lives):
        with tempfile.TemporaryDirectory() as folder:
            # A life's seed is the first one and its place among the settings.
            write_benchmark(Path(folder), seed=chosen.seed + 100 * number, only=wanted)
            for life in wanted:
                shares[life].append(held(Path(folder), life))
    for life, lived in shares.items():
        mean = [sum(each) / len(each) for each in zip(*lived, strict=True)]
        print(f"| {life} | {' | '.join(f'{share:.3f}' for share in mean)} |")


if __name__ == "__main__":
    main()
