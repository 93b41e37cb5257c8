"""Bytes and time of the cube and its page at 1e4, 1e5 and 1e6 billed rows; time to first view.

Run from the project's root: `.venv/bin/python benchmarks/explorer.py [ROWS ...]`.
"""

import shutil
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter

from esim_analysis.explorer import cube, page
from esim_analysis.explorer.live import LeakExplorer
from esim_analysis.explorer.packing import unpack
from esim_analysis.model import Analysis

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LIMIT = 150_000


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
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)
