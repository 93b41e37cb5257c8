"""A real pair, redacted: write one from your files, read one that was given.

    python benchmarks/donated.py write EXPORTS... -o pair
    python benchmarks/donated.py score pair

A pair is two CSV files and a note of how the bill was read. It holds times, bytes and
numbered apps; no name, host, address, id, place, network, price or file name. All times are
moved by the same whole number of weeks, so that weekdays and clocks stay what they were.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

import esim_analysis as esim
from esim_analysis.attribution import attribute
from esim_analysis.model import (
    REMOVED,
    RESIDUALS,
    SYSTEM,
    TETHERING,
    Attribution,
    Choice,
    Evidence,
    FileError,
    Origin,
    UsageRecords,
)

USAGE: Final = (
    *("line", "start_utc", "end_utc", "time_quality", "raw_volume"),
    *("bytes_total", "bytes_billed", "bytes_half_width", "service_class"),
)
EVIDENCE: Final = (
    *("sim", "start_utc", "end_utc", "time_kind", "app", "bytes_up", "bytes_down"),
    *("bytes_half_width", "ground", "interface", "counts_toward_total"),
)
_KEPT: Final = (TETHERING, REMOVED, SYSTEM, *RESIDUALS)
_MONDAY: Final = pd.Timestamp("2001-01-01", tz="UTC")  # where every pair begins its first week
_WEEK: Final = pd.Timedelta(weeks=1)


def write_pair(case: esim.Case, folder: Path) -> list[Path]:
    """Write `bill.csv`, `phone.csv` and `pair.json`; return the files, for reading before giving."""
    usage, seen = case.usage.frame, case.evidence.frame
    # Weeks of the local clock: a summer stays a summer only where the year is told, so it is not.
    weeks = (usage["start_utc"].min() - _MONDAY) // _WEEK
    lines = {line: f"line-{at}" for at, line in enumerate(sorted(usage["line"].unique()), start=1)}
    bill = usage.assign(line=usage["line"].map(lines))[list(USAGE)]
    numbers = _numbers(seen)
    sims = sorted(seen["sim_plmn"].fillna("").unique())
    sim = seen["sim_plmn"].fillna("").map({one: f"sim-{at}" for at, one in enumerate(sims)})
    phone = seen.assign(app=seen["app"].map(numbers), sim=sim)[list(EVIDENCE)]
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "bill.csv", folder / "phone.csv", folder / "pair.json"]
    for frame, path in zip((bill, phone), paths, strict=False):
        moved = {name: frame[name] - weeks * _WEEK for name in ("start_utc", "end_utc")}
        frame.assign(**moved).to_csv(path, index=False, lineterminator="\n")
    offset = usage["start_utc"].min().tz_convert(case.analysis.zone).utcoffset()
    note = {"utc_offset_minutes": round(offset.total_seconds() / 60), "apps": len(set(numbers))}
    paths[2].write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return paths


def read_pair(folder: Path) -> tuple[UsageRecords, Evidence, Choice]:
    """Read a pair; return bill, phone and the zone of its days.

    Raises
    ------
    FileError
        A file of the pair is missing, or lacks a column.
    """
    bill, phone = (_read(folder / name, columns) for name, columns in
                   (("bill.csv", USAGE), ("phone.csv", EVIDENCE)))  # fmt: skip
    note = json.loads((folder / "pair.json").read_text(encoding="utf-8"))
    hours = round(int(note["utc_offset_minutes"]) / 60)
    zone = Choice(f"Etc/GMT{-hours:+d}" if hours else "UTC", Origin.DECLARED, "told by the donor")
    usage = UsageRecords(bill.assign(source="bill.csv"))
    seen = phone.rename(columns={"sim": "sim_plmn"}).assign(source="phone.csv", confidence=1.0)
    return usage, Evidence(seen), zone


def attributed(folder: Path) -> Attribution:
    """Divide the bill of a pair."""
    usage, evidence, zone = read_pair(folder)
    return attribute(usage, evidence, zone=zone)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write or look at a pair from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="write a redacted pair")
    writing.add_argument("files", nargs="+", type=Path)
    writing.add_argument("-o", "--output", type=Path, required=True)
    scoring = commands.add_parser("score", help="say what a pair's bill is divided into")
    scoring.add_argument("pair", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "write":
        for path in write_pair(esim.open_case(*chosen.files), chosen.output):
            print(path)
        print("Read them before you give them: they are all that leaves your computer.")
        return
    divided = attributed(chosen.pair)
    sums = divided.by_record[["billed", "attributed", *RESIDUALS]].sum()
    print(sums.to_string())
    overhead = divided.overhead
    print(f"overhead {overhead.point} ({overhead.low}-{overhead.high}), {overhead.origin}")


def _numbers(seen: pd.DataFrame) -> dict[str, str]:
    """Give each app a number by its size; what is no app keeps its word."""
    total = seen[["bytes_up", "bytes_down"]].sum(axis=1).groupby(seen["app"]).sum()
    apps = [app for app in total.sort_values(ascending=False).index if app not in _KEPT]
    return {app: f"app-{at}" for at, app in enumerate(apps, start=1)} | {one: one for one in _KEPT}


def _read(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    if not path.exists():
        raise FileError(path.name, "no such file in this pair", "ask the donor for all three files")
    frame = pd.read_csv(path, dtype={"raw_volume": "str"})
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise FileError(path.name, f"no column {missing[0]}", "write the pair once more")
    times = {name: pd.to_datetime(frame[name], utc=True) for name in ("start_utc", "end_utc")}
    return frame[list(columns)].assign(**times)


if __name__ == "__main__":
    main()
