"""How fast the regularity of 10 M connections of 100,000 pairs is judged.

    python benchmarks/beacon_speed.py [--connections 10_000_000] [--pairs 100_000]

Prints CPU seconds: the timestamp score against one `np.sort` of as many int64, all parts of the
score, and whether this machine sorts with AVX-512 (the goal of 10 sorts holds there; elsewhere the
ratio is only reported).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from esim_analysis.leakage.beacons import Talk, scores, timestamp_scores


def talk(connections: int, pairs: int, *, seed: int = 20_261_101) -> Talk:
    """Draw a day of connections, shuffled: half the pairs keep a rhythm, half do not."""
    dice = np.random.default_rng(seed)
    pair = dice.integers(0, pairs, connections)
    second = dice.integers(0, 86_400, connections)
    rhythm = 30 + pair % 600
    second = np.where(pair % 2 == 0, second // rhythm * rhythm, second)
    sent = np.where(pair % 3 == 0, 200, dice.integers(40, 4_000, connections))
    return Talk(pair, second, sent, pairs, 0, 86_400)


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest of three runs."""
    took = []
    for _ in range(3):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=10_000_000)
    parser.add_argument("--pairs", type=int, default=100_000)
    chosen = parser.parse_args()
    drawn = talk(chosen.connections, chosen.pairs)
    key = np.random.default_rng(1).permutation(drawn.pair << 36 | drawn.second)
    sort = cpu(lambda: np.sort(key))
    times = cpu(lambda: timestamp_scores(drawn))
    whole = cpu(lambda: scores(drawn))
    info = Path("/proc/cpuinfo")
    avx512 = info.exists() and "avx512f" in info.read_text(encoding="utf-8")
    print(f"{chosen.connections:,} connections, {chosen.pairs:,} pairs; AVX-512: {avx512}")
    print(f"one np.sort         {sort:6.2f} s CPU")
    print(f"timestamp score     {times:6.2f} s CPU = {times / sort:.1f} sorts (goal: 10)")
    print(f"all parts           {whole:6.2f} s CPU (goal: 8)")


if __name__ == "__main__":
    main()
