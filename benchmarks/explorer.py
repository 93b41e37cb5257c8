"""Bytes and time of cube and page at 1e4, 1e5 and 1e6 rows; first view; a drop and its sentence.

Wall time of a busy machine says little: seconds of CPU stand beside it.

Run from the project's root: `.venv/bin/python benchmarks/explorer.py [ROWS ...]`.
"""

import shutil
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from esim_analysis.explorer import cube, page
from esim_analysis.explorer.live import LeakExplorer
from esim_analysis.explorer.packing import unpack
from esim_analysis.model import Analysis
from esim_analysis.widgets import DropZone

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LIMIT = 150_000
PIECE = 4 * 1024 * 1024
ROW = 123  # bytes of a row, about


def main(sizes: tuple[int, ...]) -> None:
    """Print one line a size and share level."""
    print("rows       share        cube s   cube kB   page kB   grain     hosts   view ms")
    for rows in sizes:
        analysis = _diced(rows)
        for share in ("apps", "apps-hourly", "full"):
            begun = perf_counter()
            summed = cube(analysis, share=share)
            seconds = perf_counter() - begun
            html = page(analysis, share=share)
            index, _ = unpack(summed.lines[0])
            told = f"{index['grain']:<9} {index.get('host_step', '-')!s:<7}"
            print(
                f"{rows:<10} {share:<12} {seconds:>6.2f} {summed.size / 1000:>9.0f} "
                f"{len(html.encode()) / 1000:>9.0f}   {told} {_first_view(html):>7}"
            )
            assert summed.size <= LIMIT
        _callback(analysis)


def drop(megabytes: float = 7.0) -> None:
    """Print the seconds from the first piece of an export to the sentence of the case.

    The export is the sample's, its rows repeated on earlier days until it is large enough;
    it arrives in pieces of 4 MB as the drop zone sends them, with the phone's files beside it.
    """
    sample = ROOT / "sample_data" / "xiaoli"
    phone = [path for path in sorted(sample.iterdir()) if path.suffix == ".txt"]
    sent = {path.name: path.read_bytes() for path in phone}
    sent["export.csv"] = _long_export(int(megabytes * 1e6))
    zone = DropZone()
    begun, worked = perf_counter(), process_time()
    for name, content in sent.items():
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            told = {"name": name, "first": number == 0, "last": last}
            zone._received(zone, told, [memoryview(piece)])  # noqa: SLF001 - as the browser does
    zone._received(zone, {"done": True}, [])  # noqa: SLF001
    carded = process_time() - worked
    sentence = zone.case().verdict().splitlines()[0]
    print(
        f"drop of {len(sent['export.csv']) / 1e6:.1f} MB to its sentence: "
        f"{process_time() - worked:.1f} s of CPU ({carded:.1f} s to its card), "
        f"{perf_counter() - begun:.1f} s on the wall (limit 5)\n  {sentence}"
    )
    zone.close()


def _long_export(size: int) -> bytes:
    """Write session records of one line, ending as the sample ends, in CELITECH's form."""
    count = size // ROW
    dice = np.random.default_rng(5)
    end = pd.Timestamp("2026-10-31", tz="UTC")
    start = end - pd.to_timedelta(np.arange(count, 0, -1) * 240, unit="s")
    close = start + pd.to_timedelta(dice.integers(20, 230, count), unit="s")
    frame = pd.DataFrame(
        {
            "CDR_ID": np.arange(count),
            "CLOSE_TIME": close.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "CONNECT_TIME": start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "COUNTRY_ISO3": "ESP",
            "COUNTRY_NAME": "Spain",
            "DURATION": dice.integers(1, 3_000_000, count),
            "ICCID": "8910300000000000017",
            "IMSI_NO": "214050000000001",
            "MCC": 214,
            "MNC": 5,
            "TYPE": "DATA",
        }
    )
    return frame.to_csv(index=False).encode()


def _callback(analysis: Analysis) -> None:
    view = LeakExplorer(analysis, share="apps-hourly")
    begun = perf_counter()
    view.window = ["2026-10-13T02:00", "2026-10-14T04:00"]
    rows = len(view.frame())
    print(f"  brush to frame in the kernel: {(perf_counter() - begun) * 1000:.0f} ms ({rows} rows)")


def _first_view(html: str) -> str:
    """Return milliseconds from opening the file to its first chart, `-` without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "-"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is one

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page()
        begun = perf_counter()
        opened.goto(file.as_uri())
        opened.wait_for_selector(".esim-view .chart")
        told = f"{(perf_counter() - begun) * 1000:.0f}"
        browser.close()
    return told


def _diced(rows: int) -> Analysis:
    """Dice a case as the tests do."""
    spec = spec_from_file_location("dice", ROOT / "tests" / "explorer" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    dice = module_from_spec(spec)
    spec.loader.exec_module(dice)
    analysis: Analysis = dice.diced(rows, hosts=60)
    return analysis


if __name__ == "__main__":
    drop()
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)
