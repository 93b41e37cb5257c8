"""The leader table of docs/benchmark.md: this package beside simple methods, on the same lives.

python benchmarks/leader_table.py
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

import baselines
from score import read_truth, score, table

import esim_analysis as esim
from esim_analysis.model import Evidence
from esim_analysis.simulator.benchmark import LIVES, write_benchmark

ZONE: Final = "Europe/Madrid"
_KINDS: Final = ("bucket", "flow", "cumulative")


def answers(case: esim.Case) -> dict[str, pd.DataFrame]:
    """Return `day, app, bytes` of every method."""
    told = {"this package": case.attribution().by_day}
    seen = _mobile(case)
    for name, method in baselines.METHODS.items():
        days = baselines.by_day(method(case.usage, seen), ZONE).rename("bytes")
        told[name] = days.reset_index()
    return told


def main() -> None:
    """Print the table."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        write_benchmark(Path(folder))
        for life in LIVES:
            truth = read_truth(Path(folder) / "truth" / life)
            case = esim.open_case(Path(folder) / life, timezone=ZONE)
            rows += [
                {"life": life, "method": name, **score(answer, *truth)}
                for name, answer in answers(case).items()
            ]
    print(table(rows, first=["life", "method"]))


def _mobile(case: esim.Case) -> Evidence:
    """Return what the package itself would divide: mobile bytes of the billed SIM, both ways."""
    frame = case.evidence.frame
    plmn = next(iter(case.attribution().sims.values()), "")
    mine = frame["interface"].isin(["cellular", "unknown"]) & frame["time_kind"].isin(_KINDS)
    mine &= frame["counts_toward_total"].fillna(value=False) & (frame["sim_plmn"] == plmn)
    total = frame[["bytes_down", "bytes_up"]].sum(axis=1)
    return Evidence(frame.assign(bytes_down=total, bytes_up=0)[mine & (total > 0)])


if __name__ == "__main__":
    main()
