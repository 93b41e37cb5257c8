"""The page in a browser without a network: every control, every width, no stranger's markup."""

import re
import shutil

import pytest

from esim_analysis.explorer import page, script_and_data
from esim_analysis.explorer.output import output

HOSTILE = "</script><img src=x onerror=alert(1)>\u202egnp.exe"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not on this machine")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def show(browser, tmp_path, make):
    """Return the function that opens a page of a diced case; nothing may be asked or complained."""
    troubles, pages = [], []

    def open_page(*, html=None, width=1280, address="", lang="en", share="full", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        opened = context.new_page()
        opened.on("console", lambda said: troubles.append(said.text))
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
        context.route(re.compile("^(https?|wss?)://"), lambda route: (
            troubles.append(route.request.url), route.abort()))  # fmt: skip
        file = tmp_path / f"page{len(pages)}.html"
        file.write_text(html or page(make(1_500, hosts=12, label=HOSTILE), lang=lang, share=share))
        opened.goto(f"{file.as_uri()}{address}")
        if options.get("java_script_enabled", True) and html is None:
            opened.wait_for_selector(".esim-view .chart")
        pages.append(context)
        return opened

    yield open_page
    for context in pages:
        context.close()
    assert troubles == []


def text_of(opened, selector):
    return opened.locator(selector).first.inner_text()


def overflow(opened):
    return opened.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_finding_sets_its_app_and_its_hours_and_gives_them_back(show):
    opened = show()
    before = text_of(opened, ".app-volume")
    opened.click("[data-key=finding-0]")
    assert opened.locator(".app[aria-pressed=true]").count() == 1
    assert "Tue 13 Oct" in text_of(opened, ".selection").replace("Tue,", "Tue")
    assert opened.input_value("[data-key=window-from]") == "2026-10-13T02:00"
    assert "finding=1" in opened.url
    opened.click("[data-key=finding-0]")
    assert text_of(opened, ".app-volume") == before


def test_a_brush_cross_filters_everything(show):
    opened = show()
    opened.locator(".strip").scroll_into_view_if_needed()
    box = opened.locator(".strip").bounding_box()
    before = [text_of(opened, part) for part in (".app-volume", ".panel-balance p", ".row-told")]
    opened.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 30)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30, steps=5)
    opened.mouse.up()
    assert opened.input_value("[data-key=window-from]") > "2026-10-10"
    assert opened.input_value("[data-key=window-to]") < "2026-10-18"
    after = [text_of(opened, part) for part in (".app-volume", ".panel-balance p", ".row-told")]
    assert after[:2] != before[:2]
    opened.click("[data-key=reset]")
    assert text_of(opened, ".app-volume") == before[0]


def test_the_two_fields_select_without_a_mouse(show):
    opened = show()
    opened.fill("[data-key=window-from]", "2026-10-13T02:00")
    opened.fill("[data-key=window-to]", "2026-10-13T05:00")
    assert "from=2026-10-13T02" in opened.url
    assert opened.locator("[data-key='handle-0']").get_attribute("aria-valuenow") == "290"


def test_handles_follow_the_arrow_keys_and_keep_the_focus(show):
    opened = show()
    opened.focus("[data-key='handle-0']")
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    assert opened.input_value("[data-key=window-from]") == "2026-10-01T03:00"
    assert opened.evaluate("document.activeElement.dataset.key") == "handle-0"


def test_where_only_days_are_known_a_handle_moves_by_days(show):
    opened = show(share="apps")
    opened.focus("[data-key='handle-1']")
    opened.keyboard.press("ArrowLeft")
    assert opened.input_value("[data-key=window-to]").endswith("T00:00")
    opened.fill("[data-key=window-from]", "2026-10-05T07:00")
    assert opened.input_value("[data-key=window-from]") == "2026-10-05T00:00"


def test_apps_toggle_by_keyboard_and_ground_filters(show):
    opened = show()
    opened.focus("[data-key=app-0]")
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.dataset.key") == "app-0"
    assert "app=com.lexi.dictionary" in opened.url
    opened.click("[data-key=ground-1]")
    assert "ground=background" in opened.url


@pytest.mark.parametrize(("lang", "word"), [("es", "¿Cuándo se usaron?"), ("zh", "什么时候用的？")])
def test_the_language_changes_inside_the_file(show, lang, word):
    opened = show()
    opened.select_option("[data-key=lang]", lang)
    assert opened.get_by_text(word).count() == 1
    assert opened.locator(".esim-view").get_attribute("lang").startswith(lang)


def test_units_switch_between_both_bases(show):
    opened = show()
    assert "GiB" not in text_of(opened, ".headline")
    opened.click("[data-key=iec]")
    assert "GiB" in text_of(opened, ".headline")


def test_a_link_opens_what_it_names(show):
    opened = show(
        address="#app=tethering&from=2026-10-05T00:00%2B02:00&to=2026-10-06T00:00%2B02:00"
    )
    assert opened.input_value("[data-key=window-to]") == "2026-10-06T00:00"
    assert "Hotspot" in text_of(opened, ".app[aria-pressed=true]")


def test_each_line_is_looked_at_by_itself(show, make):
    opened = show(html=page(make(900, lines=3), share="apps"))
    before = text_of(opened, ".headline")
    opened.select_option("[data-key=line]", "line-3")
    opened.wait_for_url("**line=line-3**")
    assert text_of(opened, ".headline") != before


def test_print_shows_everything_without_controls(show):
    opened = show()
    opened.emulate_media(media="print", color_scheme="dark")
    assert not opened.locator("[data-key=reset]").is_visible()
    assert opened.locator(".app").first.is_visible()
    assert opened.locator(".chart").is_visible()
    ink = opened.locator(".headline").evaluate("(each) => getComputedStyle(each).color")
    assert ink == "rgb(23, 32, 43)"  # paper is white, whatever the screen was


def test_a_row_tells_its_split_and_is_framed_in_the_chart(show):
    opened = show()
    opened.focus("[data-key=row-0]")
    assert "billed. Divided:" in text_of(opened, ".row-told")
    assert opened.locator(".row-frame").count() == 1


def test_a_night_plays_and_stands_still_for_those_who_asked(show):
    opened = show()
    opened.click("[data-key=night-play]")
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect(opened.locator("[data-key=night-hand]")).not_to_have_value(
        re.compile("^[0-2]$")
    )
    calm = show(reduced_motion="reduce")
    calm.click("[data-key=night-play]")
    calm.wait_for_timeout(300)
    assert calm.input_value("[data-key=night-hand]") == "0"


def test_hovering_tells_exact_bytes(show):
    opened = show()
    opened.locator(".chart").hover(position={"x": 300, "y": 150})
    assert re.search(r"[\d,]{6,} bytes", text_of(opened, ".tip"))


def test_hostile_names_stay_text_everywhere(show):
    opened = show()
    for summary in opened.locator("summary:visible").all():
        summary.click()
    opened.locator(".chart").hover(position={"x": 300, "y": 150})
    assert opened.locator("img").count() == 0
    assert "<img src=x onerror=alert(1)>" in opened.locator(".apps").first.inner_text()
    assert "\u202e" not in opened.content()


@pytest.mark.parametrize("width", [360, 390, 768, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_width_overflows(show, width, scheme):
    opened = show(width=width, color_scheme=scheme, has_touch=width < 500)
    opened.click("[data-key=finding-0]")
    assert overflow(opened) <= 0


def test_touch_chooses_a_day(show):
    opened = show(width=390, has_touch=True)
    opened.locator(".strip").scroll_into_view_if_needed()
    box = opened.locator(".strip").bounding_box()
    opened.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + 30)
    day = opened.input_value("[data-key=window-from]")
    assert day.endswith("T00:00")
    assert "2026-10-10" < day < "2026-10-20"


def test_names_and_roles_are_there_for_screen_readers(show):
    opened = show()
    unnamed = opened.evaluate(
        """[...document.querySelectorAll('svg[role=img],[role=slider],[role=region],select,input')]
        .filter((each) => !each.getAttribute('aria-label') && !each.closest('label')).length"""
    )
    assert unnamed == 0
    assert opened.locator("[aria-live=polite]").count() == 1
    assert opened.locator("details.twin").count() >= 3


def test_no_sentence_is_left_untranslated(show, make, monkeypatch):
    from esim_analysis.explorer import told  # noqa: PLC0415

    def marked(entry):
        if isinstance(entry, dict):
            return {form: marked(text) for form, text in entry.items()}
        return f"⟦{entry}⟧"

    tables = {lang: {key: marked(entry) for key, entry in table.items()}
              for lang, table in told.catalogue().items()}  # fmt: skip
    monkeypatch.setattr(told, "catalogue", lambda: tables)
    opened = show(html=page(make(800, hosts=5), share="full"))
    opened.wait_for_selector(".esim-view .chart")
    bare = opened.evaluate(
        r"""(() => {
          const walk = document.createTreeWalker(document.querySelector('.esim-view'), NodeFilter.SHOW_TEXT);
          const ours = 'option,bdi,.card,svg,time,.zone,.n,td,th,.app-volume,.app-share,.ground small,[data-key=iec]';
          const found = [];
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (/\p{L}{3,}/u.test(node.data) && !/⟦/.test(node.data) && !node.parentElement.closest(ours)) found.push(node.data);
          }
          return found;
        })()"""
    )
    assert [text for text in bare if "MB" not in text and "GB" not in text] == []


def test_without_scripts_the_words_around_it_tell_everything(show, make):
    html = page(make(50), static_html="<p>1.92 GB, Lexi Dictionary, 13 Oct</p>")
    opened = show(html=html, java_script_enabled=False)
    assert opened.get_by_text("1.92 GB, Lexi Dictionary").is_visible()
    assert not opened.locator("#esim-view").is_visible()


def test_a_frame_in_a_notebook_page_works_without_rights(show, make):
    framed = output(make(400), verdicts={"en": "Lexi used 1.92 GB."})
    opened = show(html=f"<!doctype html><body>{framed._repr_html_()}</body>")
    inside = opened.frame_locator("iframe")
    inside.locator("[data-key=finding-0]").click()
    assert inside.locator(".headline").inner_text() == "Lexi used 1.92 GB."
    assert inside.locator(".app[aria-pressed=true]").count() == 1


def test_the_embedded_view_names_the_hash_of_its_one_script(make):
    view = script_and_data(make(100))
    assert len(view.csp_script_hashes) == 1
    assert view.markup.count('<script type="module">') == 1
    assert len(view.markup.encode()) < 200_000
