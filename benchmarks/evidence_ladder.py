"""What each kind of evidence answers: coverage, named bytes and the width of the band, on lives.

    python benchmarks/evidence_ladder.py [--lives 20] [--write]

Every life of the laboratory is read once with each rung, beside the same bill. Prints medians
over the lives; *named* is the share of billed bytes that an app, the hotspot or the system is
named for, *width* the sum of the bands of app × day over the sum of their bytes, *wrong* how far
app × session is from the truth as a share of the bill, *seen or unseen* the share of named bytes
of which it is known whether the app was on screen, *found* the share of lives whose planted app is
that of a finding. `--write` puts the table into docs/evidence.md, and the shares into the
reference table that `case.next_evidence()` ranks by. CPU seconds go to the error output.
"""

import argparse
import csv
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

import esim_analysis as esim
from esim_analysis.model import RESIDUALS
from esim_analysis.reference.ladder import ladder
from esim_analysis.simulator.laboratory import life
from esim_analysis.simulator.outcome import Outcome

LEAKS: Final = ("background_sync", "update_burst", "hotspot", "trackers")
ROOT: Final = Path(__file__).parents[1]
TABLE: Final = ROOT / "esim_analysis" / "reference" / "data" / "ladder.csv"
DOCS: Final = ROOT / "docs" / "evidence.md"
HEAD: Final = (
    "| phone | rung | minutes | coverage | named | width at app × day | wrong at app × session "
    "| seen or unseen | found |\n|---|---|---|---|---|---|---|---|---|\n"
)
NAMES: Final = {
    "typed": "figures typed",
    "privacy": "App Privacy Report",
    "capture": "capture app",
    "netstats": "netstats over a cable",
    "screen": "log of the screen",
    "backup": "two backups",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody has of a phone: ids of `reference.ladder`, alone or together."""

    phone: str
    rungs: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The same as the laboratory names them."""
        return tuple(
            "typed_android" if rung == "typed" and self.phone == "Android" else rung
            for rung in self.rungs
        )

    @property
    def title(self) -> str:
        """What the table calls it."""
        return " + ".join(NAMES[rung] for rung in self.rungs) or "the bill alone"

    @property
    def minutes(self) -> int:
        """Minutes of effort, of all rungs together."""
        return sum(ladder()[rung].minutes for rung in self.rungs)


STEPS: Final = (
    Step("", ()),
    Step("Android", ("typed",)),
    Step("Android", ("capture",)),
    Step("Android", ("netstats",)),
    Step("Android", ("netstats", "capture")),
    Step("Android", ("capture", "screen")),
    Step("iPhone", ("typed",)),
    Step("iPhone", ("privacy",)),
    Step("iPhone", ("typed", "privacy")),
    Step("iPhone", ("backup",)),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one step answers on one life; `width` and `told` are None where no app is named."""

    coverage: float
    named: float
    width: float | None
    wrong: float
    told: float | None
    found: bool


def answer(parts: tuple[str, ...], leak: str, seed: int) -> Answer:
    """Read a life with some evidence."""
    outcome = life(leak, seed=seed, evidence=parts)
    planted = {one["app"] for one in json.loads(outcome.truth["truth.json"])["planted"]}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in outcome.files.items():
            (Path(folder) / name).write_bytes(content)
        case = esim.open_case(folder, timezone="Europe/Madrid")
    days, pieces = case.attribution().by_day, case.attribution().pieces
    named, mine = days[~days["app"].isin(RESIDUALS)], pieces[~pieces["app"].isin(RESIDUALS)]
    size = int(named["bytes"].sum())
    wide = int((named["bytes_high"] - named["bytes_low"]).sum())
    told = int(mine.loc[mine["ground"] != "unknown", "bytes"].sum())
    return Answer(
        coverage=case.coverage().share,
        named=size / case.coverage().billed,
        width=wide / size if size else None,
        wrong=wrong(case.usage.frame["start_utc"], mine, outcome),
        told=told / size if size else None,
        found=bool(planted & {finding.app for finding in case.findings()}),
    )


def wrong(starts: pd.Series, pieces: pd.DataFrame, outcome: Outcome) -> float:
    """Return sum|told - truth| over app × session as a share of the truth."""
    # Records of a life follow each other; so do those of the export, by their start.
    place = starts.rank(method="first").astype("int64") - 1
    mine = pieces.assign(record=pieces["record"].map(place), app=pieces["app"].astype("str"))
    truth = pd.read_csv(io.BytesIO(outcome.truth["truth_record_apps.csv"]))
    true = truth.groupby(["record", "app"])["billed_bytes"].sum()
    told = mine.groupby(["record", "app"])["bytes"].sum()
    return float(told.sub(true, fill_value=0).abs().sum() / true.sum())


def main() -> None:
    """Print the ladder; write it when told to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lives", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print(HEAD, end="")
    rows, shares = [], {}
    for step in STEPS:
        begun = time.process_time()
        found = [answer(step.parts, LEAKS[n % 4], 1_000 + n) for n in range(options.lives)]
        rows.append(row(step, found))
        shares[step.rungs] = (middle(one.named for one in found), middle(one.told for one in found))
        print(rows[-1], flush=True)
        print(f"{time.process_time() - begun:.0f} CPU s", file=sys.stderr)
    if options.write:
        write_docs(HEAD + "\n".join(rows) + "\n")
        write_shares(shares)


def row(step: Step, found: list[Answer]) -> str:
    """Return one row of the table."""
    figures = (
        middle(one.coverage for one in found),
        middle(one.named for one in found),
        middle(one.width for one in found),
        middle(one.wrong for one in found),
        middle(one.told for one in found),
    )
    cells = ["–" if figure is None else f"{figure:.3f}" for figure in figures]
    share = sum(one.found for one in found) / len(found)
    return f"| {' | '.join([step.phone, step.title, str(step.minutes), *cells, f'{share:.2f}'])} |"


def middle(values: Iterator[float | None]) -> float | None:
    """Return the median of what is there."""
    there = [value for value in values if value is not None]
    return statistics.median(there) if there else None


def write_docs(table: str) -> None:
    """Put the table in the place of the one in the documentation."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEAD)
    after = rest[rest.index("\n\n") :]
    DOCS.write_text(before + table.rstrip("\n") + after, encoding="utf-8")


def write_shares(shares: dict[tuple[str, ...], tuple[float | None, float | None]]) -> None:
    """Renew the measured shares: bytes named, of the log of the screen bytes seen or unseen."""
    answered = {rungs[0]: named for rungs, (named, _) in shares.items() if len(rungs) == 1}
    both, alone = shares["capture", "screen"][1], shares["capture",][1]
    answered["screen"] = (both or 0.0) - (alone or 0.0)
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for line in rows:
        if line["origin"] == "measured":
            line["answered"] = f"{answered[line['rung']] or 0.0:.2f}"
    with TABLE.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
