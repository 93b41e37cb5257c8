"""A cold reader with three unseen lives: who, when, how much, how sure, which switch, at a glance."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from esim_analysis.case import open_case
from esim_analysis.simulator.laboratory import life

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.enable_socket]

PHONE = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Chosen before they were looked at: leak, operator, what there is of the phone, seed.
LIVES = {
    "surge": (
        life, ("surge",), {"seed": 101},
        {"who": "Brisa Browser", "when": "21 Nov", "much": "1.74 GB", "sure": "medium",
         "switch": "Data warning & limit"},
    ),
    "hotspot": (
        life, ("hotspot",), {"seed": 102, "operator": "gigabytes"},
        {"who": "Hotspot", "when": "two days (8, 20 Nov", "much": "771 MB", "sure": "high",
         "switch": "Hotspot & tethering"},
    ),
    "iphone": (
        life, ("background_sync",),
        {"seed": 103, "operator": "balances", "evidence": ("typed",)},
        {"who": "Lexi Dictionary", "when": "three nights (4, 10, 18 Nov", "much": "1.23 GB",
         "sure": "medium", "switch": "background data off"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.mark.parametrize("name", LIVES)
def test_the_first_screen_answers_without_scrolling(name, browser, tmp_path):
    lived, leaks, chosen, answers = LIVES[name]
    lived(*leaks, days=21, **chosen).write(tmp_path, name)
    path = open_case(tmp_path / name).report(tmp_path / "report.html")
    page = browser.new_page(viewport=PHONE)
    page.goto(path.as_uri())
    page.wait_for_selector(".esim-view .chart", state="attached")
    places = page.evaluate(
        """(wanted) => wanted.map((word) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.replaceAll("\\u00a0", " ").indexOf(word);
            if (at < 0 || node.parentElement.closest("script, style, template")) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            const box = range.getBoundingClientRect();
            if (box.height) return Math.round(box.bottom);
          }
          return -1;
        })""",
        list(answers.values()),
    )
    page.close()
    told = dict(zip(answers, places, strict=True))
    print(name, told)  # noqa: T201 - read with -s: pixels from the top, 844 a screen
    assert {key for key, bottom in told.items() if not 0 < bottom <= PHONE["height"]} == set()
