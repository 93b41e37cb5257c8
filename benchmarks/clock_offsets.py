"""How often the clock between bill and phone is found, and how often it is found rightly.

    python benchmarks/clock_offsets.py --seeds 40

The lives of `lives.py`, written down by an operator whose clock is off by a drawn zone: whole
hours, half and three quarters of an hour, or a zone that changes its clock inside the export.
The bill is read as UTC, `propose` is asked, and the moments it leads to are compared with the
truth. A case is *accepted* when the scan says anything but "cannot tell"; *right* when then
every row begins at its true moment. Seeds derive from the SHA-256 of the code under test.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from attribution_accuracy import first_seed
from lives import SCENARIOS, Life, live

from esim_analysis.attribution import attribute, propose
from esim_analysis.model import Choice, Decision, Evidence, Origin, UsageRecords, redecide
from esim_analysis.model.clock import localise

UTC: Final = Choice("UTC", Origin.ASSUMED)
WHOLE: Final = ("UTC", *(f"Etc/GMT{hours:+d}" for hours in range(-14, 13) if hours))
PARTS: Final = (
    *("Asia/Kolkata", "Asia/Kathmandu", "Asia/Kabul", "Asia/Yangon"),
    *("Australia/Darwin", "Australia/Eucla", "Pacific/Marquesas"),
)
CHANGING: Final = ("Europe/Madrid", "Europe/London", "Europe/Athens")
BACK: Final = pd.Timedelta(days=21)  # lives begin on 1 November; 25 October lies within


@dataclass(frozen=True, slots=True)
class Case:
    """A family of cases: which lives, how long, which zones."""

    title: str
    scenario: str
    days: int
    zones: tuple[str, ...]
    flat: bool = False
    autumn: bool = False


CASES: Final = (
    Case("40 min sessions, whole hours", "complete", 30, WHOLE),
    Case("40 min sessions, whole hours", "complete", 7, WHOLE),
    Case("40 min sessions, 30 and 45 minutes", "complete", 30, PARTS),
    Case("40 min sessions, 30 and 45 minutes", "complete", 7, PARTS),
    Case("40 min sessions, clock goes back inside", "complete", 30, CHANGING, autumn=True),
    Case("40 min sessions, 30 % of apps missing", "missing_short", 30, WHOLE),
    Case("40 min sessions, 30 % of apps missing", "missing_short", 7, WHOLE),
    Case("2 h sessions, 30 % of apps missing", "missing", 30, WHOLE),
    Case("60 s flows", "flows", 7, WHOLE),
    Case("flat series", "complete", 30, WHOLE, flat=True),
    Case("daily bill", "daily", 30, WHOLE),
)


def run(case: Case, seeds: Sequence[int]) -> tuple[float, float]:
    """Return the share of cases accepted, and the share of these that are right."""
    scenario = next(one for one in SCENARIOS if one.name == case.scenario)
    accepted, right = 0, 0
    for seed in seeds:
        life = _shorten(live(scenario, seed), case)
        zone = case.zones[int(np.random.default_rng(seed).integers(len(case.zones)))]
        usage, truth = _written_in(life.usage, zone)
        proposal = propose(usage, life.evidence, zone=UTC)
        verdict = attribute(usage, life.evidence, zone=UTC).clock.verdict
        if "bill.csv" in proposal:
            usage = redecide(usage, "bill.csv", proposal["bill.csv"])
            verdict = "shifted"
        if verdict == "cannot_tell":
            continue
        accepted += 1
        found = usage.frame.set_index("record_id")["start_utc"]
        right += bool((found == truth.reindex(found.index)).all())
    return accepted / len(seeds), right / max(accepted, 1)


def _shorten(life: Life, case: Case) -> Life:
    """Keep the first days; move them to autumn; make every hour alike."""
    usage, evidence = life.usage.frame, life.evidence.frame
    end = usage["start_utc"].min().normalize() + pd.Timedelta(days=case.days)
    usage = usage[usage["end_utc"] <= end]
    evidence = evidence[evidence["end_utc"] <= end]
    if case.flat:
        usage = _flat(usage)
        evidence = evidence.assign(bytes_down=1_000_000)
    if case.autumn:
        usage, evidence = (
            frame.assign(start_utc=frame["start_utc"] - BACK, end_utc=frame["end_utc"] - BACK)
            for frame in (usage, evidence)
        )
    return replace(life, usage=UsageRecords(usage), evidence=Evidence(evidence))


def _flat(usage: pd.DataFrame) -> pd.DataFrame:
    """Bill the same pace around the clock, an hour a row."""
    hours = pd.date_range(usage["start_utc"].min().floor("h"), usage["end_utc"].max(), freq="h")
    first = usage.iloc[[0] * len(hours)].reset_index(drop=True)
    return first.assign(
        record_id=[f"{number:06d}" for number in range(len(hours))],
        start_utc=hours,
        end_utc=hours + pd.Timedelta(hours=1),
        bytes_total=5_000_000,
    )


def _written_in(usage: UsageRecords, zone: str) -> tuple[UsageRecords, pd.Series]:
    """Return the bill as a file in local times of `zone`, read as UTC, and the true moments."""
    frame = usage.frame
    whole = frame.assign(
        start_utc=frame["start_utc"].dt.floor("s"), end_utc=frame["end_utc"].dt.ceil("s")
    )
    local = {
        name: whole[f"{name}_utc"].dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[us]")
        for name in ("start", "end")
    }
    truth = localise(local["start"], zone)[0].set_axis(frame["record_id"])
    decision = Decision(
        unit=Choice("B", Origin.DECLARED),
        base=Choice("1000", Origin.DECLARED),
        locale=Choice("1234.5 Y-M-D", Origin.DEDUCED),
        zone=UTC,
    )
    start = local["start"].dt.tz_localize("UTC")
    written = whole.assign(
        start_local=local["start"],
        end_local=local["end"],
        start_utc=start,
        # In the hour the clock goes back a row seems to end before it begins.
        end_utc=local["end"].dt.tz_localize("UTC").where(lambda end: end > start, start),
        raw_volume=whole["bytes_total"].astype("str"),
    )
    return UsageRecords(written, decisions={"bill.csv": decision}), truth


def main(arguments: Sequence[str] | None = None) -> pd.DataFrame:
    """Run the benchmark from the command line; return its rates."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40, help="lives a family of cases (40)")
    parser.add_argument("--days", type=int, default=0, help="only families of this length")
    chosen = parser.parse_args(arguments)
    base = first_seed()
    print(f"{chosen.seeds} lives a family, seeds from {base}\n")
    print("| cases | days | accepted | right of these |\n|---|---|---|---|")
    rows = []
    for case in (one for one in CASES if chosen.days in (0, one.days)):
        accepted, right = run(case, range(base, base + chosen.seeds))
        said = f"{right:.3f}" if accepted else "–"
        print(f"| {case.title} | {case.days} | {accepted:.3f} | {said} |", flush=True)
        rows.append({"cases": case.title, "days": case.days, "accepted": accepted, "right": right})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
