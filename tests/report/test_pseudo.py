"""No screen keeps a sentence of its own: in a language nobody speaks nothing stays English.

Dates come from Babel and the browser, asked in Chinese, which has no Latin letters for them.
"""

import importlib.util
import re
from html import unescape
from pathlib import Path

import pytest

from esim_analysis.case import open_case
from esim_analysis.i18n import Words
from esim_analysis.report.html import render
from esim_analysis.report.verdict import say, verdict

spec = importlib.util.spec_from_file_location("pseudo", Path(__file__).with_name("pseudo.py"))
pseudo = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pseudo)

NAMES = ("Lexi Dictionary", "StreamTV", "WeChat", "Maps", "com.stream.video", "com.tencent.mm",
         "com.maps", "com.lexi.dictionary", "consumo.csv", "notes.txt", "celitech_csv", "netstats",
         "line-1", "netpolicy", "packages", "table", "csv", "apps", "full")  # fmt: skip
# What a page says: its text without what is marked as English, file names and code.
VISIBLE = """() => {
  document.querySelectorAll("[lang=en]:not(html), .file h3, script, style, template, noscript, option")
    .forEach((each) => each.remove());
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const told = [...document.querySelectorAll("[aria-label], [title], [placeholder]")]
    .map((each) => ["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) ?? "").join(" "));
  return document.body.innerText + " " + told.join(" ") + " "
    + [...document.querySelectorAll("svg title, svg desc")].map((each) => each.textContent).join(" ");
}"""


@pytest.fixture(autouse=True)
def _nobody_speaks(monkeypatch):
    pseudo.speak(monkeypatch)


def check(text, *, names=NAMES, least=40):
    """Hold that the text is in the language nobody speaks, and in nothing else."""
    assert len(re.findall(r"[α-ωА-Я]", text)) >= least
    assert pseudo.left_in_english(text, names=names) == []


def test_the_verdict_is_all_translated(builders):
    case = builders.xiaoli()
    told = say(verdict(case), Words("zh", case.zone)).text
    check(told)


@pytest.mark.parametrize("evidence", [True, False])
def test_the_still_page_is_all_translated(builders, evidence):
    html = render(builders.with_problem(builders.xiaoli(evidence=evidence)), lang="zh")
    kept = re.sub(r"<(script|style|template|noscript)\b.*?</\1>", " ", html, flags=re.DOTALL)
    kept = re.sub(r"<(ul|small|p)[^>]*lang=\"en\".*?</\1>", " ", kept, flags=re.DOTALL)
    kept = re.sub(r"<article class=\"file\">\s*<h3>.*?</h3>", " ", kept, flags=re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", " ", kept))
    text = re.sub(r"SHA-256 \w+", " ", text)
    check(text, least=1000)


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("share", ["apps", "full"])
def test_report_and_explorer_are_all_translated_on_screen(builders, open_page, share):
    opened = open_page(render(builders.xiaoli(), lang="zh", share=share), width=1280, scripts=True)
    opened.page.wait_for_selector(".esim-view .chart")
    text = re.sub(r"SHA-256 \w+", " ", opened.page.evaluate(VISIBLE))
    check(text, least=1000)


def test_the_widgets_are_all_translated(sample_data):
    from esim_analysis.widgets import drop_files, pattern_figures, slide_clocks  # noqa: PLC0415 - slow

    case = open_case(sample_data / "xiaoli", lang="zh")
    moved, inbox = slide_clocks(case), drop_files(lang="zh")
    drawn = pattern_figures.usage_timeline(case).figure.layout
    told = [*moved._words.values(), moved.sentence, *inbox._words.values(),
            moved._data["clock"]["verdict"], moved._data["overhead"]["verdict"],
            drawn.title.text, drawn.yaxis.title.text]  # fmt: skip
    check(" ".join(told), names=[inbox._words["paste_hint"]])
