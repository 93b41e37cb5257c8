"""Planted disagreements between bill and phone, and whether the cause is named first.

    python benchmarks/hypotheses.py --seeds 4

Each life of the laboratory has one planted cause, or none; a life without a cause must
name none. The first seed derives from the SHA-256 of the code under test.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from esim_analysis.attribution import attribute, hypotheses, propose
from esim_analysis.importers.reading import read
from esim_analysis.model import Reconciliation, redecide
from esim_analysis.model.zone import case_zone, names_place
from esim_analysis.simulator.laboratory import TWISTS, life

# What the importers' own decisions hide in one export shape is planted in another.
SHAPES: Final = {"units": "gigabytes", "wifi_as_mobile": "half_days"}
CAUSES: Final = {"wifi_as_mobile": "wifi", "none": ""}


def reconciled(twist: str, seed: int, *, days: int = 28) -> Reconciliation:
    """Live a life with a planted disagreement, read its files, and test every cause."""
    outcome = life(seed=seed, twist=twist, operator=SHAPES.get(twist, "sessions"), days=days)
    with tempfile.TemporaryDirectory() as folder:
        outcome.write(Path(folder), "life")
        reading = read([Path(folder) / "life"])
    usage, evidence = reading.usage, reading.evidence
    zone = case_zone(usage.decisions.values(), timezone=None, phone_zone=evidence.phone_zone)
    proposed = propose(usage, evidence, zone=zone)
    overruled = {source: usage.decisions[source] for source in proposed}
    for source, decision in proposed.items():
        usage = redecide(usage, source, decision)
    better = case_zone(usage.decisions.values(), timezone=None, phone_zone=evidence.phone_zone)
    zone = better if names_place(better.value) else zone
    divided = attribute(usage, evidence, zone=zone)
    return hypotheses.reconcile(usage, evidence, divided, overruled=overruled)


def first_cause(found: Reconciliation) -> str:
    """Return the cause named first, "" for none."""
    return found.causes[0].cause if found.causes else ""


def first_seed() -> int:
    """Return the seed that the code under test stands for."""
    digest = hashlib.sha256()
    for file in sorted(Path(hypotheses.__file__).parent.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return int(digest.hexdigest()[:8], 16)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; return 0 when every cause was named first in every life."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4, help="lives a cause (4)")
    chosen = parser.parse_args(arguments)
    base, wrong = first_seed(), 0
    print(f"{chosen.seeds} lives a cause, seeds from {base}\n\n| planted | named first | instead |")
    print("|---|---|---|")
    for twist in TWISTS:
        named = [first_cause(reconciled(twist, base + n)) for n in range(chosen.seeds)]
        expected = CAUSES.get(twist, twist)
        others = [name or "none" for name in named if name != expected]
        wrong += len(others)
        right = chosen.seeds - len(others)
        print(f"| {twist} | {right} of {chosen.seeds} | {', '.join(others)} |", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
