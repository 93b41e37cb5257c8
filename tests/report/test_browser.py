"""The report in Chromium: nothing asked of the network, readable on a phone, in the dark."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import esim_analysis.report
from esim_analysis.i18n import Words
from esim_analysis.report.html import render
from esim_analysis.report.pictures import days_picture, looks

STYLE = Path(esim_analysis.report.__file__).with_name("style.css").read_text(encoding="utf-8")

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

_CONTRAST = """() => {
  const lum = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const low = [];
  for (const e of document.querySelectorAll('h1,h2,h3,p,li,dt,dd,small,th,td,summary,.chip')) {
    if (!e.textContent.trim() || !e.checkVisibility()) continue;
    const a = lum(getComputedStyle(e).color), b = lum(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) low.push([e.tagName, e.className, ratio.toFixed(2)]);
  }
  return low;
}"""


@pytest.mark.parametrize("name", ["Lexi Dictionary", "hostile"])
@pytest.mark.parametrize("width", [360, 390, 1280, 1600])
def test_no_request_and_no_sideways_scroll(builders, open_page, name, width):
    label = builders.HOSTILE if name == "hostile" else name
    opened = open_page(render(builders.xiaoli(label=label)), width=width, scripts=True)
    assert opened.asked == []
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_tables_unfolded_stay_inside_a_phone(builders, open_page, lang):
    opened = open_page(render(builders.xiaoli(), lang=lang), width=390, scripts=True)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(builders, open_page, dark):
    html = render(builders.with_problem(builders.xiaoli()))
    opened = open_page(html, dark=dark, scripts=True)
    assert opened.page.evaluate(_CONTRAST) == []


def test_everything_is_read_with_scripts_off(builders, open_page):
    page = open_page(render(builders.xiaoli()), width=390).page
    assert page.locator("h1").inner_text().startswith("Lexi Dictionary used")
    assert page.locator("svg.picture").count() == 4
    assert page.locator("svg.picture").first.is_visible()


def test_who_how_sure_and_which_switch_stand_on_the_first_screen_of_a_phone(builders, open_page):
    page = open_page(render(builders.xiaoli()), width=390).page
    answer = page.locator(".answer").bounding_box()
    assert answer["y"] + answer["height"] < 844
    assert "turn Background data off" in page.locator(".answer").inner_text()


def test_nothing_runs_when_a_hostile_name_is_hovered(builders, open_page):
    opened = open_page(render(builders.xiaoli(label=builders.HOSTILE)), scripts=True)
    dialogs = []
    opened.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    opened.page.locator("svg.picture rect").first.hover(force=True)
    opened.page.wait_for_timeout(200)
    assert dialogs == []
    assert opened.asked == []


def test_pictures_keep_their_words_apart_on_a_phone(builders, open_page):
    page = open_page(render(builders.xiaoli(), lang="zh"), width=390, scripts=True).page
    overlaps = page.evaluate("""() => [...document.querySelectorAll('svg.picture')].flatMap(svg => {
      const boxes = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
      return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3));
    }).length""")
    assert overlaps == 0


@pytest.mark.parametrize("count", [1, 2, 5, 6, 9, 31, 70])
def test_dates_of_any_period_stay_apart_and_inside(open_page, count):
    days = pd.date_range("2026-10-20", periods=count).strftime("%Y-%m-%d")
    table = pd.DataFrame({"others": 1_000_000}, index=days)
    svg = days_picture(
        table, statuses={}, look=looks([]), name=lambda app: app, words=Words("zh", "UTC")
    )
    html = f"<body class='esim-report'><style>{STYLE}</style><main class='esim'>{svg}</main>"
    page = open_page(html, width=390, scripts=True).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg text[y=\"238.0\"]')].map(t => t.getBoundingClientRect())"
        ".map(b => [b.left, b.right])"
    )
    assert boxes
    assert all(first[1] < second[0] for first, second in pairwise(boxes))
