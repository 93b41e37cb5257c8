"""Rerunning: `diff` of two years of monthly exports, and what an idle watch costs.

    python benchmarks/rerun.py

CPU seconds, best of three: once inside this process, reading and comparing apart, and once of
the whole command as a user types it, start of the program included, with its wall time; that
one decides (exit 1 where a limit is missed). Wall time depends on what else runs. The exports
are October of sample_data/xiaoli moved to 24 months, twelve on either side, about 9,600
records in all. The watch is asked for a hundred polls of a folder of 24 files.
"""

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from esim_analysis.alerts.watching import POLL, stable_files
from esim_analysis.case import open_case

OCTOBER = Path(__file__).parents[1] / "sample_data" / "xiaoli" / "uso_datos_2026-10.csv"
MOST_SECONDS = 3.0
MOST_IDLE = 0.01
_DAY = re.compile(rb"^(\d\d)/10/2026", re.MULTILINE)


def months(folder: Path) -> tuple[Path, Path]:
    """Write twelve months of two years; return the folder of each year."""
    text = OCTOBER.read_bytes()
    for year in (2024, 2025):
        for month in range(1, 13):
            moved = _DAY.sub(rf"\g<1>/{month:02d}/{year}".encode(), text)
            days = 28 if month == 2 else 30  # a day the month does not have is left out
            rows = [
                row
                for row in moved.splitlines(keepends=True)
                if not (row[:2].isdigit() and int(row[:2]) > days) and b"TOTAL" not in row
            ]
            path = folder / str(year) / f"uso_{year}-{month:02d}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"".join(rows))
    return folder / "2024", folder / "2025"


def diff_seconds(old: Path, new: Path) -> tuple[float, float]:
    """Return CPU seconds of reading both years, and of analysing and comparing them."""
    begun = time.process_time()
    before, after = open_case(old), open_case(new)
    read = time.process_time()
    str(after.since(before))
    return read - begun, time.process_time() - read


def command_seconds(old: Path, new: Path, *more: str) -> tuple[float, float]:
    """Return CPU and wall seconds of the whole command in a process of its own."""
    command = [sys.executable, "-c", "from esim_analysis.cli.main import main; main()"]
    command += ["diff", str(old), str(new), *more]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    wall = time.perf_counter() - begun
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime - spent.ru_utime - spent.ru_stime, wall


def idle_share(folder: Path) -> float:
    """Return the share of a core that polling takes."""
    polls = stable_files(folder)
    next(polls)
    begun = time.process_time()
    for _ in range(100):
        next(polls)
    return (time.process_time() - begun) / 100 / POLL


def main() -> int:
    """Print both figures with their limits; 1 where one is missed."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = months(Path(folder))
        tries = [diff_seconds(old, new) for _ in range(3)]
        reading, comparing = min(tries, key=sum)
        whole, wall = min(command_seconds(old, new) for _ in range(3))
        history = ("--history", str(Path(folder) / "h.duckdb"))
        filling, _ = command_seconds(old, new, *history)
        known, known_wall = min(command_seconds(old, new, *history) for _ in range(3))
        idle = idle_share(Path(folder))
    print(
        f"diff of 24 monthly exports, inside the program: {reading + comparing:.2f} s CPU "
        f"({reading:.2f} read, {comparing:.2f} analysed and compared)"
    )
    print(f"the whole command: {whole:.2f} s CPU, {wall:.2f} s wall here (limit {MOST_SECONDS} s)")
    print(
        f"with a history that knows the files: {known:.2f} s CPU, {known_wall:.2f} s wall "
        f"({filling:.2f} s CPU the first time)"
    )
    print(f"idle watch: {idle:.3%} of a core (limit {MOST_IDLE:.0%})")
    return int(whole > MOST_SECONDS or idle > MOST_IDLE)


if __name__ == "__main__":
    sys.exit(main())
