"""How long a large export takes to become typed Parquet, beside `iconv` and pandas.

    python benchmarks/ingest.py [--rows N] [--repeat N] [--check]

Fourteen columns, `;`, latin-1, decimal comma, Madrid's clock. Each step runs in a process of
its own, in rotation; medians, ratios within this run. Wall time means little on a busy machine:
CPU seconds stand beside it. The limits are those for 10,000,000 rows: at most 7 x `iconv`, at
least 2.5 x faster than pandas' C engine with dtypes, 500 MB; bucketing 15 s and 600 MB.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from fleet_data import HEADINGS, write_export  # type: ignore[import-not-found]
from measured import Measured, child, inside  # type: ignore[import-not-found]

NAME: Final = "export.csv"
BUCKETS: Final = 64


def converted(folder: Path) -> None:
    """CSV to typed UTC Parquet."""
    from esim_analysis.importers.files import SourceFile  # noqa: PLC0415 - in the child only
    from esim_analysis.importers.importer import ReadOptions  # noqa: PLC0415
    from esim_analysis.importers.ingest import ingest  # noqa: PLC0415

    made, _ = ingest(SourceFile(folder / NAME, NAME), folder / "ingested", ReadOptions(), large=0)
    assert made is not None
    assert not made.finished, "the ordinary reader was used"


def by_us(folder: Path) -> None:
    """Measure our conversion."""
    import esim_analysis.importers.ingest  # noqa: F401, PLC0415 - imports are not counted

    inside(lambda: converted(folder))


def bucketed(folder: Path) -> None:
    """Typed Parquet to one bucket of lines each."""
    from esim_analysis.importers.ingest import bucket, load  # noqa: PLC0415

    made = load(folder / "ingested")
    inside(lambda: bucket([(made, folder / "buckets")], buckets=BUCKETS))


def converted_by_pandas(folder: Path) -> None:
    """CSV to typed UTC Parquet by pandas' C engine with dtypes, as a careful user would."""
    import pandas as pd  # noqa: PLC0415

    text = [name for name in HEADINGS if "(" not in name and "Fecha" not in name]
    frame = pd.read_csv(
        folder / NAME,
        sep=";",
        decimal=",",
        encoding="latin-1",
        dtype=dict.fromkeys(text, "str"),
    )
    for name in ("Fecha inicio", "Fecha fin"):
        local = pd.to_datetime(frame[name], format="%d/%m/%Y %H:%M:%S")
        frame[name] = local.dt.tz_localize("Europe/Madrid", ambiguous="NaT", nonexistent="NaT")
        frame[name] = frame[name].dt.tz_convert("UTC")
    frame.to_parquet(folder / "pandas.parquet", compression="zstd")


def by_pandas(folder: Path) -> None:
    """Measure pandas."""
    import pandas  # noqa: F401, ICN001, PLC0415 - imports are not counted

    inside(lambda: converted_by_pandas(folder))


def by_iconv(folder: Path) -> None:
    """Read and decode, nothing else: the measure of the goal."""
    command = ["iconv", "-f", "latin1", "-t", "utf8", str(folder / NAME)]
    inside(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))  # noqa: S603


def by_cells(folder: Path) -> None:
    """Tell the cells of every row apart on one core and convert none: our limit."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as pa_csv  # noqa: PLC0415

    names = [f"c{place}" for place in range(len(HEADINGS))]

    def read() -> None:
        with pa_csv.open_csv(
            folder / NAME,
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=1 << 22, column_names=names, skip_rows=1
            ),
            parse_options=pa_csv.ParseOptions(delimiter=";", quote_char=False),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.binary())),
        ) as batches:
            for _ in batches:
                pass

    inside(read)


STEPS: Final = {
    "iconv": by_iconv,
    "cells": by_cells,
    "ingest": by_us,
    "bucket": bucketed,
    "pandas": by_pandas,
}


def measure(folder: Path, repeat: int) -> dict[str, Measured]:
    """Run every step in rotation; return the run of median CPU of each."""
    found: dict[str, list[Measured]] = {name: [] for name in STEPS}
    for _ in range(repeat):
        for name, runs in found.items():
            runs.append(child(Path(__file__), "--step", name, "--folder", str(folder)))
    return {
        name: sorted(runs, key=lambda run: run.cpu)[len(runs) // 2] for name, runs in found.items()
    }


def main() -> None:
    """Print one line a step and the ratios; with `--check` exit 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        STEPS[given.step](given.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export = write_export(folder / NAME, rows=given.rows, lines=max(given.rows // 1000, 1))
        size = export.stat().st_size / 1e6
        found = measure(folder, given.repeat)
    print(f"{given.rows:,} rows, {size:,.0f} MB, {len(HEADINGS)} columns; median of {given.repeat}")
    for name, run in found.items():
        print(f"{name:<8} wall {run.wall:7.2f} s  CPU {run.cpu:7.2f} s  peak {run.peak_mb:6.0f} MB")
    ours, limit, peer, sorted_ = (found[name] for name in ("ingest", "iconv", "pandas", "bucket"))
    print(
        f"ingest / iconv: wall {ours.wall / limit.wall:.2f} (limit 7), CPU {ours.cpu / limit.cpu:.2f}"
    )
    cells = found["cells"]
    print(
        f"ingest / cells (told apart only): wall {ours.wall / cells.wall:.2f}, CPU {ours.cpu / cells.cpu:.2f}"
    )
    print(
        f"pandas / ingest: wall {peer.wall / ours.wall:.2f} (limit 2.5), CPU {peer.cpu / ours.cpu:.2f}"
    )
    late = ours.wall > 7 * limit.wall or peer.wall < 2.5 * ours.wall or sorted_.wall > 15
    if given.check and (late or ours.peak_mb > 500 or sorted_.peak_mb > 600):
        sys.exit("a limit is missed")


if __name__ == "__main__":
    main()
