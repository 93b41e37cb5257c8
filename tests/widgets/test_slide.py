"""Slide the clocks: scores come from attribution, the screen moves and tells, fingers and keys alike."""

import json
import shutil
from importlib.resources import files

import pytest
from playwright.sync_api import sync_playwright

from esim_analysis.case import open_case
from esim_analysis.widgets import slide_clocks


@pytest.fixture(scope="module")
def case(sample_data):
    return open_case(sample_data / "xiaoli")


def test_the_scores_are_those_the_clock_was_judged_by(case):
    view = slide_clocks(case)
    scan = view._data["clock"]
    known = case.attribution().clock.scores.set_index("offset_minutes")["score"]
    assert scan["values"][scan["best"]] == case.attribution().clock.offset_minutes == 0
    for offset, score in zip(scan["values"], scan["scores"], strict=True):
        assert score == pytest.approx(min(max(1 - known[offset], 0), 1))


def test_the_best_overhead_lies_in_the_band_of_the_case(case):
    overhead, scan = case.attribution().overhead, slide_clocks(case)._data["overhead"]
    assert overhead.low <= scan["values"][scan["best"]] <= overhead.high


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Bill moved by +2 h: 12%"),
        ("es", "Factura desplazada +2 h"),
        ("zh", "账单移动 +2 小时"),
    ],
)
def test_python_says_what_the_screen_says(case, lang, said):
    view = slide_clocks(case, lang=lang)
    view.offset_minutes = -120
    assert view.sentence.startswith(said[:12])
    assert view.sentence in view._data["clock"]["told"]


def test_without_a_phone_it_says_that_there_is_nothing_to_move(sample_data):
    view = slide_clocks(open_case(sample_data / "iphone-night" / "balances.txt"))
    assert view._data == {}
    assert "nothing to move" in repr(view)


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("width", [390, 900])
def test_the_bill_follows_the_finger_and_the_keys(case, width):
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    view = slide_clocks(case)
    source = files("esim_analysis.widgets").joinpath("slide.js").read_text(encoding="utf-8")
    state = {"_data": view._data, "_words": view._words, "offset_minutes": 0, "overhead": 1.032}
    host = f"""const state = window.state = {json.dumps(state)};
    const model = {{ get: (name) => state[name], set: (name, value) => {{ state[name] = value; }},
      on: () => {{}}, save_changes: () => {{}} }};
    render({{ model, el: document.getElementById("place") }});"""
    script = source.replace("export default { render };", host)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        page = browser.new_page(viewport={"width": width, "height": 900})
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_content(f"<div id='place'></div><script type='module'>{script}</script>")
        page.wait_for_selector(".strip")
        box = page.locator("svg.curves").bounding_box()
        hour = box["width"] / 72
        page.mouse.move(box["x"] + 200, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 200 + 3 * hour, box["y"] + 60, steps=5)
        page.mouse.up()
        assert page.evaluate("state.offset_minutes") == -180
        assert (
            page.locator("output").first.inner_text()
            == view._data["clock"]["told"][view._data["clock"]["values"].index(-180)]
        )
        slider = page.locator("input[type=range]").first
        for _ in range(3):
            slider.press("ArrowLeft")
        assert page.evaluate("state.offset_minutes") == 0
        assert slider.get_attribute("aria-valuetext") == "as read"
        marks = page.locator("rect.score.now").evaluate_all(
            "all => all.map(e => e.classList.contains('best'))"
        )
        assert marks[0]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []
        browser.close()
