"""Bandicoot and MSTICPy beside this package, on the same series, each in its own environment.

    python benchmarks/peers/run.py [--venv DIR]

Makes an environment in a temporary folder (or in DIR, which is kept and used again), installs the
peers with pip, draws the series, runs both. Without a network, or where the peers cannot be
installed, it says so and measures nothing; exit code 0.

- loader: 100,000 records. bandicoot's has six columns and one user; ours fourteen, decided by
  content, with units, zone and copies; as a small file is read, and as a large one. The formats differ.
- surges: hours of 20 lines over 60 days, a rhythm of day and night, three planted hours each.
  Ours: robust distance from the hour of day at or above the rule's; theirs: `ts_anomalies_stl` as it is.
- polling: a day of 40 pairs. Ten ask every 30 to 600 s, give or take a tenth, and miss some; of ten
  others only 200 of the asks of a day are seen, at exact multiples; twenty keep no rhythm and send
  now more, now less. Ours: the score of the rule, which looks at sizes too, from its limit on; theirs: Fisher's g test of the periodogram, p < 0.01.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pandas as pd
from fleet_data import write_export  # type: ignore[import-not-found]

HERE: Final = Path(__file__).parent
PINS: Final = ("bandicoot==0.6.0", "msticpy==3.0.2", "statsmodels==0.15.0")
RECORDS: Final = 100_000
LINES, DAYS, PLANTED = 20, 60, 3
PAIRS: Final = 40
INSTALL_S: Final = 900


def draw(folder: Path) -> dict[str, Any]:
    """Write what both sides read; return what was planted."""
    dice = np.random.default_rng(20_261_101)
    for name, rows in (("export.csv", RECORDS), ("few.csv", 2_000)):
        write_export(folder / name, rows=rows, lines=1)
    start = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(RECORDS) * 77, unit="s")
    (folder / "cdr").mkdir()
    pd.DataFrame(
        {
            "datetime": start.strftime("%Y-%m-%d %H:%M:%S"),
            "interaction": "call",
            "direction": np.where(dice.random(RECORDS) < 0.5, "in", "out"),
            "correspondent_id": dice.integers(0, 50, RECORDS),
            "call_duration": dice.integers(1, 900, RECORDS),
            "antenna_id": dice.integers(0, 30, RECORDS),
        }
    ).to_csv(folder / "cdr" / "user.csv", index=False)
    hour = np.tile(np.arange(DAYS * 24), LINES)
    line = np.repeat(np.arange(LINES), DAYS * 24)
    usual = 1e6 * (1.2 + np.sin((hour % 24 - 8) / 24 * 2 * np.pi))
    volume = usual * dice.lognormal(0, 0.4, len(hour))
    planted = np.sort(
        np.concatenate(
            [n * DAYS * 24 + dice.choice(DAYS * 24, PLANTED, replace=False) for n in range(LINES)]
        )
    )
    volume[planted] += 60e6
    moment = pd.Timestamp("2026-01-01") + pd.to_timedelta(hour, unit="h")
    hours = pd.DataFrame({"line": line, "hour": moment, "bytes": volume.round()})
    hours.to_csv(folder / "hours.csv", index=False)
    _talk(dice).to_csv(folder / "talk.csv", index=False)
    told = hours.iloc[planted]
    return {
        "surges": {(int(n), str(at)) for n, at in zip(told["line"], told["hour"], strict=True)},
        "polling": set(range(PAIRS // 2)),
    }


def _talk(dice: np.random.Generator) -> pd.DataFrame:
    """Draw a day of connections of each pair, `pair, second, size`."""
    parts = []
    for pair in range(PAIRS):
        rhythm = 30 + pair * 60 % 570
        asks = np.arange(0, 86_400, rhythm)
        if pair < PAIRS // 4:
            second = asks + dice.integers(-rhythm // 10, rhythm // 10 + 1, len(asks))
            second = second[dice.random(len(second)) > 0.05]
        elif pair < PAIRS // 2:
            second = dice.choice(asks, min(200, len(asks)), replace=False)
        else:
            second = dice.integers(0, 86_400, 200)
        size = np.full(len(second), 200)
        if pair >= PAIRS // 2:
            size = dice.lognormal(7, 1.5, len(second)).astype(np.int64)
        told = {"pair": pair, "second": np.clip(second, 0, 86_399), "size": size}
        parts.append(pd.DataFrame(told))
    return pd.concat(parts).sort_values(["second", "pair"], ignore_index=True)


def loader(folder: Path) -> Callable[[], Any]:
    """Read the export as any file is read."""
    from esim_analysis.importers.files import SourceFile  # noqa: PLC0415 - in the child
    from esim_analysis.importers.importer import ReadOptions  # noqa: PLC0415
    from esim_analysis.importers.registry import importer_for  # noqa: PLC0415

    def read(name: str) -> int:
        file = SourceFile(folder / name, name)
        usage = importer_for(file).read(file, ReadOptions()).usage
        return 0 if usage is None else len(usage.frame)

    read("few.csv")  # what is loaded on first use is loaded, as bandicoot is
    return lambda: read("export.csv")


def large_loader(folder: Path) -> Callable[[], Any]:
    """Read the same as an export of more than 20 MB is read: typed, on disk, nothing held."""
    from esim_analysis.importers.files import SourceFile  # noqa: PLC0415 - in the child
    from esim_analysis.importers.importer import ReadOptions  # noqa: PLC0415
    from esim_analysis.importers.ingest import ingest  # noqa: PLC0415

    def read(name: str) -> int:
        made, _ = ingest(
            SourceFile(folder / name, name), folder / f"{name}.in", ReadOptions(), large=0
        )
        return made.rows if made else 0

    read("few.csv")
    return lambda: read("export.csv")


def surges(folder: Path) -> Callable[[], Any]:
    """Find hours out of the ordinary, all lines at once."""
    from esim_analysis.leakage.rules.surge import LEAST_EXCESS, STRONG_Z  # noqa: PLC0415
    from esim_analysis.leakage.usual import hourly_excess  # noqa: PLC0415

    hours = pd.read_csv(folder / "hours.csv", parse_dates=["hour"])
    moment = hours["hour"].dt.tz_localize("UTC").astype("datetime64[us, UTC]")
    parts = hours.assign(line=hours["line"].astype("str"), hour=moment)

    def work() -> list[list[Any]]:
        told = hourly_excess(parts, "UTC", least_days=1.0)
        told = told[(told["z"] >= STRONG_Z) & (told["excess"] >= LEAST_EXCESS)]
        at = told["hour"].dt.tz_localize(None).astype("str")
        return [[int(line), hour] for line, hour in zip(told["line"], at, strict=True)]

    return work


def polling(folder: Path) -> Callable[[], Any]:
    """Score the regularity of all pairs at once."""
    from esim_analysis.leakage.beacons import Talk, scores  # noqa: PLC0415
    from esim_analysis.leakage.rules.regular_traffic import NOTABLE  # noqa: PLC0415

    said = pd.read_csv(folder / "talk.csv")
    pair, second, size = (said[name].to_numpy() for name in ("pair", "second", "size"))
    drawn = Talk(pair, second, size, PAIRS, 0, 86_400)
    return lambda: np.flatnonzero(scores(drawn)["score"] >= NOTABLE).tolist()


OURS: Final = (loader, large_loader, surges, polling)


def _ours(folder: Path) -> None:
    told = {}
    for make in OURS:
        work = make(folder)
        begin = time.process_time()
        found = work()
        told[make.__name__] = {"cpu": time.process_time() - begin, "found": found}
    print(json.dumps(told))


def _environment(folder: Path) -> Path | str:
    """Return the Python of an environment with the peers, or why there is none."""
    python = folder / "bin" / "python"
    if not python.exists():
        python = folder / "Scripts" / "python.exe" if sys.platform == "win32" else python
        steps = [[sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "-q", *PINS]]  # fmt: skip
        for step in steps:
            try:
                done = subprocess.run(  # noqa: S603 - ours
                    step, check=False, capture_output=True, text=True, timeout=INSTALL_S
                )
            except (OSError, subprocess.TimeoutExpired) as problem:
                return f"{type(problem).__name__} while the peers were installed"
            if done.returncode:
                said = [text for text in done.stderr.splitlines() if text.startswith("ERROR")]
                return "the peers cannot be installed: " + (said[-1] if said else "pip failed")
    return python


def compared(venv: Path | None = None) -> list[str]:
    """Return the rows of the table, or one row that says why there is none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _environment(venv or folder / "venv")
        if isinstance(python, str):
            return [f"| **peers** | | | | | not run: {python} |"]
        (folder / "data").mkdir()
        planted = draw(folder / "data")
        ours = _run([sys.executable, str(Path(__file__)), "--ours", str(folder / "data")])
        theirs = _run([str(python), str(HERE / "theirs.py"), str(folder / "data")])
    said = theirs.pop("versions")
    rows = []
    for name, peer in _PEERS.items():
        own, other = ours[name], theirs.get(name, {})
        size, title = _SIZES[name], name.replace("_", " ")
        hits = _hits(name, own, planted)
        rows.append(f"| **{title}** | {size} | | {own['cpu']:.2f} | | {hits} |")
        if not peer:  # the one above has it
            continue
        title = f"| · {peer} {said[peer]} | {size}"
        if "problem" in other:
            rows.append(f"{title} | | | | not run: {other['problem']} |")
            continue
        ratio = f"{own['cpu'] / max(other['cpu'], 1e-9):.3f}"
        hits = "; ".join(one for one in (ratio, _hits(name, other, planted)) if one)
        rows.append(f"{title} | | {other['cpu']:.2f} | | {hits} |")
    return rows


_SIZES: Final = {
    "loader": f"{RECORDS:,}",
    "large_loader": f"{RECORDS:,}",
    "surges": f"{LINES * DAYS * 24:,} hours",
    "polling": f"{PAIRS} pairs",
}
_PEERS: Final = {
    "loader": "bandicoot",
    "large_loader": "",
    "surges": "msticpy",
    "polling": "msticpy",
}


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _hits(name: str, told: dict[str, Any], planted: dict[str, Any]) -> str:
    """Say how many of the planted were found, and how many others were named."""
    if name.endswith("loader"):
        return "" if told["found"] == RECORDS else f"{told['found']:,} records"
    found = {tuple(one) if isinstance(one, list) else one for one in told["found"]}
    hits = len(found & planted[name])
    return f"{hits} of {len(planted[name])} planted, {len(found) - hits} others"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        _ours(given.ours)
        return
    print("| | rows | wall s | CPU s | peak MB | ours / peer, CPU |\n|---|---:|---:|---:|---:|---|")
    print("\n".join(compared(given.venv)))


if __name__ == "__main__":
    main()
