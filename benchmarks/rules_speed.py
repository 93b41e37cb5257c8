"""What all rules cost on a million evidence rows.

    python benchmarks/rules_speed.py [--rows 1_000_000]

A month of one phone: connections with hosts, a bill of 40 min sessions, divided as a user would
have it. Prints CPU seconds and the memory rules add to what the case already holds.
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd

from esim_analysis import attribution, leakage
from esim_analysis.leakage.engine import all_rules
from esim_analysis.model import Choice, Evidence, Origin, UsageRecords
from esim_analysis.reference.tables import table

DAYS = 30
START = pd.Timestamp("2026-11-01", tz="UTC")
APPS = 40


def evidence(rows: int, dice: np.random.Generator) -> Evidence:
    """Draw connections: apps of uneven weight, a few thousand hosts, a quarter of them known."""
    second = np.sort(dice.integers(0, DAYS * 86_400, rows))
    start = START + pd.to_timedelta(second, unit="s")
    hosts = [f"h{n}.{row['suffix']}" for n, row in enumerate(table("hosts"))]
    hosts += [f"h{n}.site{n}.example" for n in range(3_000)]
    app = dice.choice(APPS, rows, p=dice.dirichlet(np.full(APPS, 0.5)))
    host = dice.integers(0, len(hosts), rows)
    frame = pd.DataFrame(
        {
            "start_utc": pd.Series(start).dt.as_unit("us"),
            "end_utc": pd.Series(start + pd.to_timedelta(dice.integers(1, 90, rows), unit="s"))
            .dt.as_unit("us"),
            "time_kind": "flow",
            "app": pd.Series(app).map({n: f"com.example.app{n}" for n in range(APPS)}),
            "bytes_up": dice.integers(200, 4_000, rows),
            "bytes_down": dice.lognormal(8, 1.5, rows).astype("int64"),
            "ground": np.array(["foreground", "background", "unknown"])[dice.integers(0, 3, rows)],
            "interface": "cellular",
            "remote_host": pd.Series(np.array(hosts, dtype=object)[host], dtype="str"),
            "remote_ip": pd.Series([f"198.51.{n // 250}.{n % 250 + 1}" for n in range(len(hosts))])
            .take(host).to_numpy(),
            "remote_port": np.where(dice.random(rows) < 0.05, 80, 443),
            "protocol": "TLS",
            "confidence": 1.0,
            "source": "capture.csv",
            "source_row": pd.Series(np.arange(rows)).astype("str"),
        }
    )  # fmt: skip
    return Evidence(frame)


def bill(seen: Evidence) -> UsageRecords:
    """Bill what was seen, with 3 % on top, in sessions of 40 minutes."""
    frame = seen.frame
    slot = frame["start_utc"].dt.floor("40min")
    volume = (frame["bytes_up"] + frame["bytes_down"]).groupby(slot).sum()
    start = pd.Series(volume.index)
    return UsageRecords(
        pd.DataFrame(
            {
                "line": "line-1",
                "record_id": start.index.astype("str"),
                "start_utc": start,
                "end_utc": start + pd.Timedelta(minutes=40),
                "time_quality": "session",
                "bytes_total": (volume.to_numpy(dtype="float64") * 1.03).round().astype("int64"),
                "source": "bill.csv",
                "source_row": start.index.astype("str"),
            }
        )
    )


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    seen = evidence(rows, np.random.default_rng(20_261_101))
    usage = bill(seen)
    divided = attribution.attribute(usage, seen, zone=Choice("Europe/Madrid", Origin.DECLARED))
    covered = attribution.coverage(usage, seen, divided)
    facts = leakage.Facts(usage, divided, seen, covered)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    shared = facts.marked(np.zeros(len(facts.pieces), dtype=bool))
    common = time.process_time() - began
    print(f"{rows:,} rows, {len(facts.pieces):,} pieces")
    print(f"{'pieces and contacts':22} {common:6.2f} s")
    for rule in all_rules():
        began = time.process_time()
        rule.check(shared)
        print(f"{rule.id:22} {time.process_time() - began:6.2f} s")
    fresh = leakage.Facts(usage, divided, seen, covered)
    began = time.process_time()
    found = leakage.find(fresh)
    took = time.process_time() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"all rules, from nothing {took:5.2f} s CPU (goal 4), {len(found)} findings")
    print(f"peak above the case: {more:.0f} MB (goal 700)")


if __name__ == "__main__":
    main()
