"""The drop zone in a browser: pieces of 4 MB, one after the other, and cards as text."""

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PIECE = 4 * 1024 * 1024
WORDS = {"drop": "Drop", "choose_files": "Files", "choose_folder": "Folder", "paste": "Paste",
         "paste_hint": "…", "take": "Take", "sending": "Sending"}  # fmt: skip
CARDS = [{"name": "<img src=x onerror=alert(1)>", "told": "table: 373 kept", "good": True}]
HOST = """
const sent = window.sent = [];
const followers = {};
const state = {_words: %s, cards: %s};
const model = {
  get: (name) => state[name],
  on: (name, follow) => { followers[name] = follow; },
  send: (content, _callbacks, buffers) => {
    sent.push({...content, size: buffers?.[0]?.byteLength ?? 0});
    if (!content.done) setTimeout(() => followers["msg:custom"]({taken: 1}), 5);
  },
};
render({model, el: document.body});
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    source = files("esim_analysis.widgets").joinpath("drop_zone.js").read_text(encoding="utf-8")
    script = source.replace(
        "export default { render };", HOST % (json.dumps(WORDS), json.dumps(CARDS))
    )
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        opened = browser.new_page()
        opened.set_content(f"<body><script type='module'>{script}</script>")
        opened.wait_for_selector(".zone")
        yield opened
        browser.close()


def sent(page: Page, count: int) -> list[dict[str, object]]:
    page.wait_for_function(f"() => window.sent.length >= {count}")
    return page.evaluate("window.sent.splice(0)")


def test_a_large_file_arrives_in_pieces_of_four_megabytes(page, tmp_path):
    export = tmp_path / "export.csv"
    export.write_bytes(bytes(2 * PIECE + 5))
    page.locator("input[type=file]").first.set_input_files(export)
    assert sent(page, 4) == [
        {"name": "export.csv", "first": True, "last": False, "size": PIECE},
        {"name": "export.csv", "first": False, "last": False, "size": PIECE},
        {"name": "export.csv", "first": False, "last": True, "size": 5},
        {"done": True, "size": 0},
    ]


def test_pasted_words_are_sent_like_a_file(page):
    page.locator("summary").click()
    page.locator("textarea").fill("11-02 09:00 剩 4.2 GB")
    page.get_by_role("button", name="Take").click()
    first, done = sent(page, 2)
    assert (first["name"], first["size"]) == ("pasted.txt", len("11-02 09:00 剩 4.2 GB".encode()))
    assert done["done"]


def test_a_card_is_text_whatever_the_file_is_called(page):
    expect(page.locator(".file bdi")).to_have_text(CARDS[0]["name"])
    assert page.locator("img").count() == 0
