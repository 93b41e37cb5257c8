"""Three screenplays on a phone and on a desk: at most seven actions, no request, each answer seen."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from esim_analysis.case import open_case

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.enable_socket]

MOST_ACTIONS = 7
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {390: 844, 1280: 900}


class Film:
    """A reader at work: what he does is counted, what a page asks of the network is noted."""

    def __init__(self, browser: Browser, width: int, pictures: Path) -> None:
        self.width, self.height = width, HEIGHTS[width]
        self.pictures = pictures
        self.actions: list[str] = []
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": self.height}, has_touch=width < 500, locale="en-GB"
        )
        self.context.route("**/*", self._only_files)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _only_files(self, route: object) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
            return
        self.asked.append(route.request.url)
        route.abort()

    def did(self, action: str) -> None:
        """Note what happened; keep the screen as a picture."""
        self.actions.append(action)
        self.page.wait_for_timeout(500)
        name = f"{len(self.actions)}-{action.replace(' ', '-')}-{self.width}.png"
        self.page.screenshot(path=self.pictures / name)

    def open(self, path: Path, address: str = "") -> None:
        self.page.goto(f"{path.as_uri()}{address}")
        self.page.wait_for_selector(".esim-view .chart")
        self.did("open")

    def press(self, key: str, action: str) -> None:
        self.page.locator(f"[data-key='{key}']").first.click()
        self.did(action)

    def seen(self, what: Locator, *, screens: int = 1) -> str:
        """Return the text of something that stands on the screen, or below it within `screens`."""
        what = what.first
        box = what.bounding_box()
        assert box is not None, "not on the page"
        assert box["y"] + min(box["height"], 40) <= self.height * screens
        assert box["y"] + box["height"] > 0
        return what.inner_text().replace("\u00a0", " ")

    def ends(self) -> None:
        assert len(self.actions) <= MOST_ACTIONS, self.actions
        assert self.asked == []
        assert self.complaints == []
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width
        self.context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def report(sample_data, tmp_path_factory) -> Path:
    case = open_case(sample_data / "xiaoli")
    return case.report(tmp_path_factory.mktemp("october") / "report.html")


@pytest.fixture(scope="module")
def next_report(sample_data, tmp_path_factory) -> Path:
    """Return what `diff OLD NEW -o` writes in the middle of the next month."""
    folder = tmp_path_factory.mktemp("november")
    for path in sorted((sample_data / "xiaoli-november").iterdir()):
        shutil.copy(path, folder)
    bill = folder / "uso_datos_2026-11.csv"
    lines = bill.read_bytes().splitlines(keepends=True)
    cut = next(at for at, line in enumerate(lines) if line.startswith(b"13/11/2026"))
    bill.write_bytes(b"".join(lines[:cut]))
    before, after = (
        open_case(each, plan=f"{sample_data / 'plans.toml'}#xiaoli")
        for each in (sample_data / "xiaoli", folder)
    )
    return after.report(folder / "report.html", lead=after.lead(before))


@pytest.fixture(params=[390, 1280])
def film(request, browser) -> Film:
    folder = request.config.rootpath / "screenshots" / "films" / request.node.originalname
    folder.mkdir(parents=True, exist_ok=True)
    return Film(browser, request.param, folder)


def test_the_first_night(film, report):
    film.actions.append("make demo")
    film.open(report)
    page = film.page
    assert "Lexi Dictionary used 1.92 GB" in film.seen(page.locator("h1"))  # who, how much
    assert "three nights (13, 14, 21 Oct" in film.seen(page.locator("h1"))  # when
    assert "confidence: high" in film.seen(page.locator(".answer"))  # how sure
    assert "turn Background data off" in film.seen(page.locator(".answer"))  # which switch
    film.press("finding-0", "show when")
    assert "1.92 GB, 27% of the 7.06 GB billed" in film.seen(page.locator(".selection"))
    assert film.seen(page.locator(".chart-box"), screens=2)
    expect(page.locator(".app[aria-pressed=true]")).to_have_count(1)
    film.press("night-play", "play the night")
    expect(page.locator(".night-status")).to_contain_text("Lexi Dictionary", timeout=20_000)
    page.locator("[data-key=night-pick]").select_option(index=1)
    film.did("choose another night")
    page.locator("[data-key=night-hand]").fill("12")
    film.did("turn the hand to midnight")
    assert "Lexi Dictionary" not in page.locator(".night-status").inner_text()
    film.press("why-0-summary", "ask why")
    assert "What it often is" in page.locator(".card dl").first.inner_text()
    film.ends()


def test_send_it_to_the_operator(film, report):
    film.actions.append("esim-analysis report --share apps")
    film.open(report)
    page = film.page
    page.locator("[data-key=lang]").select_option("es")
    film.did("choose Spanish")
    assert "en segundo plano" in film.seen(page.locator("h1"))
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("[data-key=window-from]").fill("2026-10-13T00:00")
    film.did("choose the first day")
    page.locator("[data-key=window-to]").fill("2026-10-15T00:00")
    film.did("choose the last day")
    assert "1,88 GB, el 27" in page.locator(".selection").inner_text().replace("\u00a0", " ")
    page.locator("[data-key=row-0]").focus()
    film.did("point at a billed row")
    assert "651 MB" in page.locator(".row-told").inner_text().replace("\u00a0", " ")
    assert page.locator(".row-frame").count() == 1
    link = page.url
    assert "from=2026-10-13T00" in link
    footer = page.locator("footer").inner_text()
    assert "No está en este archivo" in footer
    assert "teléfono" in footer
    assert len(film.actions) < MOST_ACTIONS  # the seventh is sending file and link
    other = film.context.new_page()  # the operator's desk
    other.goto(link)
    other.wait_for_selector(".esim-view .chart")
    assert other.input_value("[data-key=window-from]") == "2026-10-13T00:00"
    assert other.locator("html").get_attribute("lang") == "es"
    other.close()
    film.ends()


def test_the_next_month(film, next_report):
    film.actions.append("esim-analysis diff OLD NEW --plan -o report.html")
    film.open(next_report)
    page = film.page
    changed = film.seen(page.locator("header aside.note"), screens=1)
    assert "It worked: “Lexi Dictionary: background synchronisation” is gone" in changed  # what
    assert "The phone's settings have the switch turned." in changed  # did the advice help
    assert "less than on the same weekdays before (" in changed  # how much, how sure
    assert "of 3.00 GB" in changed  # will it last
    assert "At this pace" in changed
    film.press("ground-1", "ask what still runs unseen")
    unseen = film.seen(page.locator(".region-apps .apps"))
    assert "The phone's own system" in unseen
    assert "Lexi Dictionary" not in unseen
    burning = page.locator(".panel-burn")
    burning.evaluate("panel => panel.scrollIntoView({block: 'center'})")
    film.did("look how it burns down")
    assert "It may end between Mon 16 Nov and Tue 24 Nov" in film.seen(burning)
    page.locator(".region-apps .app").first.click()
    film.did("choose the app that runs most unseen")
    assert page.locator(".app[aria-pressed=true]").count() == 1
    film.press("reset", "show everything")
    assert page.locator(".app[aria-pressed=true]").count() == 0
    film.press("iec", "count as the phone does")
    assert "GiB" in page.locator(".panel-balance").inner_text()
    film.ends()


def test_without_scripts_the_sent_file_says_it_all(browser, report):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("svg.picture").first.is_visible()
    assert page.locator("article.card").first.is_visible()
    assert not page.locator("#esim-view").is_visible()
    assert not page.locator("#esim-tools").is_visible()
    context.close()


def test_paper_shows_the_still_page_and_all_of_it(browser, report):
    context = browser.new_context()
    page = context.new_page()
    page.goto(report.as_uri())
    page.wait_for_selector(".esim-view .chart")
    page.emulate_media(media="print")
    assert not page.locator("#esim-view").is_visible()
    assert page.locator("svg.picture").first.is_visible()
    context.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    """Return the source of axe-core, fetched by npm where it can be."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine: axe-core cannot be fetched")
    folder = tmp_path_factory.mktemp("axe")
    try:
        done = subprocess.run(
            [npm, "pack", "axe-core@4", "--silent", "--pack-destination", str(folder)],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not answer: axe-core cannot be fetched")
    packed = sorted(folder.glob("axe-core-*.tgz"))
    if done.returncode or not packed:
        pytest.skip("npm could not fetch axe-core")
    with tarfile.open(packed[0]) as archive:
        return archive.extractfile("package/axe.min.js").read().decode("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(browser, report, axe: str, width: int, scheme: str):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(report.as_uri())
    page.wait_for_selector(".esim-view .chart")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (each["id"], [node["html"][:120] for node in each["nodes"][:4]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    context.close()
    assert serious == [], json.dumps(serious, indent=1)
