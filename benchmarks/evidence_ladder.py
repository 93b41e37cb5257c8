"""What each kind of evidence answers: coverage, named bytes and the width of the band, on lives.

    python benchmarks/evidence_ladder.py [--lives 20] [--write]

Every life of the laboratory is read once with each rung alone, beside the same bill. Prints
medians over the lives; *named* is the share of billed bytes that an app, the hotspot or the
system is named for, *width* the sum of the bands of app × day over the sum of their bytes,
*found* the share of lives whose planted app is that of a finding. `--write` renews the
shares in the reference table that `case.next_evidence()` ranks by.
"""

import argparse
import csv
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import esim_analysis as esim
from esim_analysis.model import RESIDUALS
from esim_analysis.reference.ladder import ladder
from esim_analysis.simulator.laboratory import life

RUNGS: Final = ("", "privacy", "typed", "backup", "capture", "netstats")
LEAKS: Final = ("background_sync", "update_burst", "hotspot", "trackers")
TABLE: Final = Path(__file__).parents[1] / "esim_analysis" / "reference" / "data" / "ladder.csv"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rung answers on one life; `width` is None where no app is named."""

    coverage: float
    named: float
    width: float | None
    found: bool


def answer(rung: str, leak: str, seed: int) -> Answer:
    """Read a life with one rung of evidence."""
    outcome = life(leak, seed=seed, evidence=(rung,) if rung else ())
    planted = {one["app"] for one in json.loads(outcome.truth["truth.json"])["planted"]}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in outcome.files.items():
            (Path(folder) / name).write_bytes(content)
        case = esim.open_case(folder, timezone="Europe/Madrid")
    days = case.attribution().by_day
    named = days[~days["app"].isin(RESIDUALS)]
    size = int(named["bytes"].sum())
    wide = int((named["bytes_high"] - named["bytes_low"]).sum())
    return Answer(
        coverage=case.coverage().share,
        named=size / case.coverage().billed,
        width=wide / size if size else None,
        found=bool(planted & {finding.app for finding in case.findings()}),
    )


def main() -> None:
    """Print the ladder; write its shares when told to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lives", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    named: dict[str, float] = {}
    print("| rung | minutes | coverage | named | width at app × day | found | CPU s |")
    print("|---|---|---|---|---|---|---|")
    for rung in RUNGS:
        begun = time.process_time()
        found = [answer(rung, LEAKS[n % len(LEAKS)], 1_000 + n) for n in range(options.lives)]
        widths = [one.width for one in found if one.width is not None]
        named[rung] = statistics.median(one.named for one in found)
        print(
            f"| {rung or 'the bill alone'} | {ladder()[rung].minutes if rung else 0} "
            f"| {statistics.median(one.coverage for one in found):.3f} | {named[rung]:.3f} "
            f"| {f'{statistics.median(widths):.3f}' if widths else '–'} "
            f"| {sum(one.found for one in found) / len(found):.2f} "
            f"| {time.process_time() - begun:.0f} |",
            flush=True,
        )
    if options.write:
        write(named)


def write(named: dict[str, float]) -> None:
    """Renew the measured shares of the reference table."""
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["origin"] == "measured":
            row["answered"] = f"{named[row['rung']]:.2f}"
    with TABLE.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
