"""How often the five planted SIMs of a fleet are found, with their cause.

    python benchmarks/fleet_outliers.py [--seeds 50] [--first 1000] [--check]

Each seed is a fleet of 200 SIMs (`esim-analysis simulate fleet-200`) with other devices, other
days and other SIMs at fault. The export goes through ingest, measures, peers and causes, as in
`esim-analysis fleet`; rules per line, which decide nothing here, are left out. Prints the rank of
each planted SIM, wrong causes, and lines named without being planted. `--check`: exit 1 unless
all are in the first ten with their cause.
"""

import argparse
import collections
import json
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from esim_analysis.fleet.causes import rank
from esim_analysis.fleet.inputs import find_inputs
from esim_analysis.fleet.measures import measure_lines
from esim_analysis.fleet.merging import lines_against_peers
from esim_analysis.fleet.money import forecast_lines
from esim_analysis.importers.ingest import bucket, ingest, records_of
from esim_analysis.simulator.scenarios.fleet_200 import simulate_fleet

TOP = 10


def outliers(folder: Path) -> pd.DataFrame:
    """Return the ranked outliers of a folder with one export and a list of SIMs."""
    inputs = find_inputs([folder / "in"])
    (file,) = inputs.exports
    made, _ = ingest(file, folder / "ingested", inputs.options, large=0)
    assert made is not None
    files = [(made, folder / "b")]
    bucket(files, buckets=1)
    usage = records_of(files, 0)
    days = usage.frame["start_utc"].dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    span = int(days.min().astype(int)), int(days.max().astype(int))
    lines = forecast_lines(measure_lines(usage, zone="UTC", span=span))
    lines = lines.assign(sim=lines["line"].map(dict(usage.raw_lines)), coverage=0.0, findings=0)
    return rank(lines_against_peers(lines, inputs.lines, ["plan"]))


def main() -> None:
    """Print a line a seed that misses something, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    ranks: dict[str, list[int]] = collections.defaultdict(list)
    missed = extra = 0
    for seed in range(given.first, given.first + given.seeds):
        with tempfile.TemporaryDirectory() as name:
            outcome = simulate_fleet(seed)
            outcome.write(Path(name), "in")
            found = outliers(Path(name))
        planted = json.loads(next(iter(outcome.truth.values())))["planted"]
        where = {sim: place for place, sim in enumerate(found["sim"], start=1)}
        causes = dict(zip(found["sim"], found["cause"], strict=True))
        for cause, one in planted.items():
            place, said = where.get(one["iccid"], 0), causes.get(one["iccid"], "nothing")
            ranks[cause].append(place)
            if not 0 < place <= TOP or said != cause:
                missed += 1
                print(f"seed {seed}: {cause} at place {place}, called {said}", flush=True)
        extra += len(found) - sum(one["iccid"] in where for one in planted.values())
    for cause, places in ranks.items():
        print(f"{cause:<14} places {min(places)} to {max(places)}, of {given.seeds} fleets")
    print(f"{given.seeds} fleets: {missed} of {given.seeds * len(ranks)} missed or misnamed")
    print(f"named without being planted: {extra} of {given.seeds * 195} SIMs")
    print(f"{time.process_time() / given.seeds:.1f} CPU s a fleet")
    if given.check and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
