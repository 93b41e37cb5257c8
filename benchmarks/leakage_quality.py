"""How well the rules find planted leaks, and how quiet they are in lives without one.

    python benchmarks/leakage_quality.py --lives 20 [--days 28] [--kind hotspot] [--rung capture]

Lives of the simulator's laboratory (four weeks, written and read in real formats), seeds from the
SHA-256 of the rules, so nothing can be tuned to them. By rung of evidence: recall (the planted
cause is the first finding of its app), precision (findings of that rule that are about a
planted app), marginal bytes (those no other rule's finding of that line and app holds), false
findings of medium or higher in a life without leaks. Last, the bill alone.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

import esim_analysis as esim
import esim_analysis.leakage
from esim_analysis.model import Finding
from esim_analysis.simulator.laboratory import LEAKS, life

RUNGS = (("netstats",), ("capture",), ("netstats", "capture"))
RULE_OF = {"roaming": "roaming_unexpected"}  # elsewhere leak and rule have one name
BY_HOST = frozenset({"trackers", "cleartext", "unknown_destination", "regular_traffic"})
SEEN_BY = {kind: RUNGS[1:] if kind in BY_HOST else RUNGS for kind in LEAKS}
STRONG = ("medium", "high")
LARGE = 150_000_000


def first_seed() -> int:
    """Return the seed that the rules under test stand for."""
    folder = Path(esim_analysis.leakage.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return int(digest.hexdigest()[:6], 16)


def opened(*leaks: str, seed: int, evidence: Sequence[str], days: int) -> tuple[dict, esim.Case]:
    """Live a life, write its files, read them again; return truth and case."""
    # Where a byte was used only some bills say: the one in parts names the country.
    operator = "parts" if "roaming" in leaks else "sessions"
    outcome = life(*leaks, seed=seed, operator=operator, evidence=tuple(evidence), days=days)
    truth = json.loads(outcome.truth["truth.json"])
    with tempfile.TemporaryDirectory() as folder:
        outcome.write(Path(folder), "life")
        # Whether a place is expected only a plan can say: this one holds Spain alone.
        plan = "travel-spain-20gb-30d" if "roaming" in leaks else None
        case = esim.open_case(Path(folder) / "life", plan=plan)
        case.analysis  # noqa: B018 - read while the files are there
    return truth, case


def judged(kind: str, truth: dict, case: esim.Case) -> dict[str, object]:
    """Return whether the planted cause came first for its app, and what the rule added."""
    rule = RULE_OF.get(kind, kind)
    app = truth["planted"][0]["app"]
    findings = case.analysis.findings
    about = [one for one in findings if _about(one, app)]
    mine = [one for one in findings if one.rule == rule]
    hits = [one for one in mine if _about(one, app)]
    others = [one for one in findings if one.rule != rule]
    return {
        "kind": kind,
        "found": bool(hits),
        "first": bool(about) and about[0].rule == rule,
        "first_rule": about[0].rule if about else "",
        "of_rule": len(mine),
        "right": len(hits),
        "marginal": sum(_beyond(one, others) for one in hits),
        "planted": truth["planted"][0]["billed_bytes"],
    }


def _about(finding: Finding, app: str) -> bool:
    if finding.app == app:
        return True
    return not finding.app and (not app or finding.facts.get("seen_app") == app)


def _beyond(finding: Finding, others: Sequence[Finding]) -> int:
    """Return bytes of a finding's windows that no other finding of its line and app touches."""
    theirs = [
        window
        for one in others
        if (one.line, one.app) == (finding.line, finding.app) and one.bytes
        for window in one.windows
    ]
    return sum(
        window.bytes
        for window in finding.windows
        if not any(w.start_utc < window.end_utc and window.start_utc < w.end_utc for w in theirs)
    )


def planted(kinds: Sequence[str], rungs: Sequence, count: int, days: int) -> Iterator[dict]:
    """Yield one judgement a kind, rung and life."""
    base = first_seed()
    for kind in kinds:
        for rung in (rung for rung in SEEN_BY[kind] if rung in rungs):
            for seed in range(base, base + count):
                truth, case = opened(kind, seed=seed, evidence=rung, days=days)
                yield {"rung": "+".join(rung), **judged(kind, truth, case)}


def quiet(rungs: Sequence, count: int, days: int) -> Iterator[dict]:
    """Yield the strong findings of each life without a leak."""
    base = first_seed() + 1_000_000
    for rung in rungs:
        for seed in range(base, base + count):
            _, case = opened(seed=seed, evidence=rung, days=days)
            strong = [one for one in case.analysis.findings if one.severity in STRONG]
            yield {
                "rung": "+".join(rung),
                "false": len(strong),
                "rules": " ".join(sorted(f"{one.rule}:{one.app}" for one in strong)),
            }


def bill_alone(count: int, days: int) -> Iterator[dict]:
    """Yield whether a planted leak of 150 MB or more is among the five surges of the bill."""
    base = first_seed() + 2_000_000
    for kind in ("background_sync", "update_burst", "surge", "hotspot"):
        for seed in range(base, base + count):
            truth, case = opened(kind, seed=seed, evidence=(), days=days)
            events = [one for one in truth["events"] if one["event"] == kind]
            large = [one for one in events if one["billed_bytes"] >= LARGE]
            surges = [one for one in case.analysis.findings if one.rule == "surge"]
            windows = [window for one in surges for window in one.windows]
            hit = [
                any(
                    w.start_utc < pd.Timestamp(event["end_utc"])
                    and pd.Timestamp(event["start_utc"]) < w.end_utc
                    for w in windows
                )
                for event in large
            ]
            named = {one.app for one in case.analysis.findings} - {""}
            yield {"kind": kind, "large": len(large), "hit": sum(hit), "named": len(named)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lives", type=int, default=20, help="lives a kind and rung (20)")
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--kind", action="append", default=[], choices=[*LEAKS, "none", "bill"])
    parser.add_argument("--rung", action="append", default=[])
    chosen = parser.parse_args(arguments)
    kinds = chosen.kind or [*LEAKS, "none", "bill"]
    rungs = [r for r in RUNGS if not chosen.rung or "+".join(r) in chosen.rung]
    print(f"{chosen.lives} lives a kind and rung, {chosen.days} days, seeds from {first_seed()}\n")
    rows = pd.DataFrame(planted([k for k in kinds if k in LEAKS], rungs, chosen.lives, chosen.days))
    if len(rows):
        print(_planted_table(rows).to_string(index=False), "\n")
        missed = rows[~rows["first"]].groupby(["kind", "rung"])["first_rule"].value_counts()
        print("first instead:", missed.to_dict(), "\n")
    if "none" in kinds:
        calm = pd.DataFrame(quiet(rungs, chosen.lives, chosen.days))
        worst = calm.groupby("rung")["false"].agg(["mean", "max"]).round(2)
        print("strong findings a life without a leak (goal: at most 1)\n", worst.to_string())
        print(calm.loc[calm["false"] > 0, "rules"].value_counts().to_dict(), "\n")
    if "bill" in kinds:
        alone = pd.DataFrame(bill_alone(chosen.lives, chosen.days))
        sums = alone.groupby("kind")[["large", "hit", "named"]].sum()
        share = sums["hit"].sum() / max(sums["large"].sum(), 1)
        print(sums.to_string())
        print(
            f"bill alone: {share:.0%} of leaks of 150 MB or more among the five surges (goal 70 %)"
        )
    sys.stdout.flush()


def _planted_table(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows.groupby(["kind", "rung"], sort=False).agg(
        lives=("found", "size"),
        recall=("first", "mean"),
        found=("found", "mean"),
        of_rule=("of_rule", "sum"),
        right=("right", "sum"),
        marginal_mb=("marginal", "mean"),
        planted_mb=("planted", "mean"),
    )
    table["precision"] = table["right"] / table["of_rule"].where(table["of_rule"] > 0)
    table[["marginal_mb", "planted_mb"]] /= 1e6
    return table.drop(columns=["of_rule", "right"]).round(2).reset_index()


if __name__ == "__main__":
    main()
