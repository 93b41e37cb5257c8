"""Notebooks 01 and 02 in a live JupyterLab: run, brush, drop; nothing is asked of the network."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from esim_analysis.launch.lab import command, environment

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.enable_socket]

NOTEBOOK = "01_where_did_my_data_go.ipynb"
STDERR = "[data-mime-type='application/vnd.jupyter.stderr']"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def lab(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Start JupyterLab on a copy of the notebooks; yield the address of the first."""
    if shutil.which("chromium") is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    root = tmp_path / "project"
    for name in ("notebooks", "sample_data"):
        shutil.copytree(request.config.rootpath / name, root / name)
    runtime = tmp_path / "runtime"
    told = {**environment(), "HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(runtime)}
    quiet = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token="]
    log = (tmp_path / "lab.log").open("wb")
    server = subprocess.Popen([*command(root), *quiet], env=told, stdout=log, stderr=log)
    try:
        yield f"{_address(runtime)}lab/tree/notebooks/{NOTEBOOK}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _address(runtime: Path) -> str:
    for _ in range(600):
        for file in runtime.glob("jpserver-*.json"):
            with suppress(json.JSONDecodeError):  # it may be half written
                told = json.loads(file.read_text())
                if told.get("port"):
                    return f"http://127.0.0.1:{told['port']}/"
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start within 60 seconds")


@pytest.fixture
def page(lab: str) -> Iterator[tuple[Page, list[str]]]:
    """Open the notebook; requests to anywhere but this machine are refused and noted."""
    asked: list[str] = []

    def only_here(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.route("**/*", only_here)
        opened.goto(lab)
        opened.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        yield opened, asked
        browser.close()


def test_run_all_brush_and_python_sees_the_window_then_drop_sixty_megabytes(
    page, request, tmp_path
):
    lab, asked = page
    _run_all(lab)
    lab.locator(".jp-OutputArea-output", has_text="Lexi Dictionary used 1.92").first.wait_for()
    zone = lab.locator(".esim-drop").first
    zone.locator(".file", has_text="uso_datos_2026-10.csv").wait_for()

    _scroll_to(lab, "Look for yourself")
    view = lab.locator(".esim-view").first
    strip = view.locator("svg.strip")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    lab.mouse.move(box["x"] + 0.40 * box["width"], box["y"] + 30)
    lab.mouse.down()
    lab.mouse.move(box["x"] + 0.44 * box["width"], box["y"] + 30, steps=4)
    lab.mouse.up()
    expect(view.locator("[data-key=reset]")).to_be_enabled()
    first, last = (view.locator(f"[data-key=window-{end}]").input_value() for end in ("from", "to"))
    lab.screenshot(path=_pictures(request) / "notebook.png")
    assert "2026-10-11" < first < last < "2026-10-16"

    cell = lab.locator(".jp-CodeCell", has_text="view.rows()")
    cell.locator(".cm-content").click()
    lab.wait_for_timeout(1000)  # what was brushed travels beside what is run, in no fixed order
    lab.keyboard.press("Control+Enter")
    start, end = (f"{edge[8:10]} Oct 2026 {edge[11:]} UTC+2" for edge in (first, last))
    told = f"All apps the phone names, {start} to {end}: "
    expect(cell.locator(".jp-OutputArea")).to_contain_text(told, timeout=30_000)
    table = cell.locator(".jp-OutputArea table")
    starts = table.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert starts
    assert all(start < f"{last.replace('T', ' ')}:00+02:00" for start in starts)

    _scroll_to(lab, "Your files")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(60_000_000))
    zone.locator("input[type=file]").first.set_input_files(photo)
    zone.locator(".file", has_text="photo").wait_for(timeout=60_000)
    assert zone.locator(".file").count() == 1
    assert lab.locator(STDERR).all_text_contents() == []
    assert lab.locator(".Toastify__toast").count() == 0
    assert asked == []


def test_will_it_last_moves_when_an_app_is_switched_off(page):
    lab, asked = page
    lab.goto(lab.url.replace(NOTEBOOK, "02_will_it_last.ipynb"))
    lab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    _run_all(lab)
    form = lab.locator(".jp-OutputArea-output:has(input[type=checkbox]):has(.js-plotly-plot)").first
    form.wait_for(timeout=120_000)
    picture = form.locator(".js-plotly-plot")
    fits = "node => node.querySelector('svg').clientWidth === node.clientWidth"
    for width in (900, 1280):
        lab.set_viewport_size({"width": width, "height": 1000})
        lab.wait_for_function(fits, arg=picture.element_handle(), timeout=30_000)
    before = form.inner_text()
    form.locator("input[type=checkbox]").last.check()
    lab.wait_for_function(
        "([node, old]) => node.innerText !== old",
        arg=[form.element_handle(), before],
        timeout=60_000,
    )
    assert lab.locator(STDERR).all_text_contents() == []
    assert asked == []


def _run_all(lab: Page) -> None:
    """Run every cell; what is chosen while cells still run would wait behind them."""
    idle = lab.get_by_text("Python 3 (ipykernel) | Idle")
    idle.wait_for(timeout=90_000)
    lab.get_by_role("menuitem", name="Run", exact=True).click()
    lab.get_by_text("Run All Cells", exact=True).click()
    lab.get_by_text("Python 3 (ipykernel) | Busy").wait_for(timeout=30_000)
    idle.wait_for(timeout=180_000)


def _pictures(request: pytest.FixtureRequest) -> Path:
    folder = request.config.rootpath / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


def _scroll_to(lab: Page, heading: str) -> None:
    """Bring a heading to the top; JupyterLab draws only what is near the screen."""
    outer = lab.locator(".jp-WindowedPanel-outer").first
    outer.evaluate("node => { node.scrollTop = 0 }")
    for _ in range(30):
        if lab.get_by_role("heading", name=heading).count():
            break
        outer.evaluate("node => { node.scrollTop += 300 }")
        lab.wait_for_timeout(200)
    lab.get_by_role("heading", name=heading).evaluate("node => node.scrollIntoView()")


def test_the_slider_of_an_alarm_says_what_each_threshold_would_have_saved(page, request):
    lab, asked = page
    lab.goto(lab.url.replace(NOTEBOOK, "04_what_changed.ipynb"))
    lab.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    _run_all(lab)
    lab.locator(".jp-OutputArea-output", has_text="It worked: “Lexi Dictionary").first.wait_for(
        timeout=120_000
    )
    _scroll_to(lab, "What would an alarm have saved?")
    told = lab.locator(".widget-vbox:has(.widget-slider)").first
    told.wait_for(timeout=120_000)
    handle = told.locator(".noUi-handle")
    handle.focus()
    before = told.locator(".widget-html-content").inner_text()
    for _ in range(2):
        handle.press("ArrowRight")
    expect(told.locator(".widget-readout")).to_have_text("2 GB")
    expect(told.locator(".widget-html-content")).not_to_have_text(before)
    for _ in range(5):
        handle.press("ArrowLeft")
    expect(told.locator(".widget-readout")).to_have_text("50 MB")
    expect(told.locator(".widget-html-content")).to_contain_text("Lexi Dictionary")
    lab.screenshot(path=_pictures(request) / "alarm_slider.png")
    assert lab.locator(STDERR).all_text_contents() == []
    assert asked == []
