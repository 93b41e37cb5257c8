"""The report as text: complete, inert, private, in three languages."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import esim_analysis
from esim_analysis.i18n import Words
from esim_analysis.model import Choice, Origin, Severity, UsageError
from esim_analysis.report.html import render
from esim_analysis.report.provenance import unit_word
from esim_analysis.report.sharing import SHARE_LEVELS
from esim_analysis.report.templates import unbroken

LANGUAGES = ("en", "es", "zh")


class _Tags(HTMLParser):
    """Collects every tag with its attributes, and the ids on the page."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags(html):
    parser = _Tags()
    parser.feed(html)
    return parser.seen


def told(html):
    """Return what a reader without scripts sees: no data, no script, one language."""
    return re.sub(r"<(script|template)\b.*?</\1>", "", html, flags=re.DOTALL)


def policy(html):
    return next(a for _, a in tags(html) if "http-equiv" in a)["content"]


def assert_inert(html):
    scripts = [attributes for tag, attributes in tags(html) if tag == "script"]
    assert [each["type"] for each in scripts if "data-esim" not in each] == ["module"]
    assert {each["type"] for each in scripts if "data-esim" in each} == {"application/octet-stream"}
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    names = {tag for tag, _ in tags(html)}
    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base"}
    for _, attributes in tags(html):
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#")
        assert "src" not in attributes
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_has_one_script_of_its_own_and_no_outside_address(builders, lang):
    assert_inert(render(builders.xiaoli(), lang=lang))


def test_the_policy_admits_its_own_script_by_hash_and_nothing_else(builders):
    html = render(builders.xiaoli())
    script = re.search(r'<script type="module">(.*?)</script>', html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy(html) == (
        f"default-src 'none'; script-src 'sha256-{digest}'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_where_nothing_was_billed_there_is_no_view_and_no_script(builders):
    html = render(builders.empty())
    assert "<script" not in html
    assert "script-src" not in policy(html)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hostile_name_stays_text(builders, lang):
    html = render(builders.xiaoli(label=builders.HOSTILE), lang=lang)
    assert_inert(html)
    assert "&lt;/script&gt;&lt;img src=x" in html
    assert "\u202e" not in html
    assert "A" * 49 not in html


@pytest.mark.parametrize("share", SHARE_LEVELS)
def test_no_level_shows_an_id_or_a_path(builders, share):
    analysis = builders.with_problem(builders.xiaoli())
    kept = analysis.usage.frame.assign(line=builders.RAW_LINE)
    with_ids = replace(analysis, usage=replace(analysis.usage, frame=kept))
    html = render(with_ids, share=share)
    assert builders.RAW_LINE not in html
    assert "/home" not in html
    words = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"\d{14,}", words.replace("0" * 12, "").replace("1" * 12, ""))


def test_an_unknown_share_level_or_language_is_refused(builders):
    with pytest.raises(UsageError, match="known are apps, apps-hourly"):
        render(builders.xiaoli(), share="everything")
    with pytest.raises(UsageError, match="known are en, es, zh"):
        render(builders.xiaoli(), lang="de")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_renders(builders, lang):
    bare = replace(builders.xiaoli(), findings=())
    unanswered = replace(bare, not_answered=(("surge", "findings.needs_hours"),))
    for analysis in (bare, unanswered, builders.xiaoli(evidence=False), builders.empty()):
        html = render(analysis, lang=lang)
        words = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
        assert "None" not in words


def test_the_page_says_which_language_it_speaks(builders):
    assert '<html lang="zh-Hans">' in render(builders.xiaoli(), lang="zh")


def test_the_parts_of_the_bill_are_listed_and_sum_to_it(builders):
    html = render(builders.xiaoli()).replace("\u00a0", " ")
    for part in ("5.64 GB", "295 MB", "1.0 MB", "0 B", "5.93 GB"):
        assert f'<td class="n">{part}</td>' in html


def test_decisions_show_value_origin_and_reason(builders):
    html = render(builders.xiaoli())
    for told in (
        "Europe/Madrid",
        "1.234,5 D/M/Y",
        "assumed",
        "deduced",
        "the cells name their units",
    ):
        assert told in html


def test_duplicates_rejected_rows_and_problems_are_counted_on_the_page(builders):
    html = render(builders.with_problem(builders.xiaoli()))
    assert "3 duplicates · 2 not read" in html
    assert "•••.csv: a JPEG picture. Next: export it again." in html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_breaks_an_option_in_two(builders, lang):
    html = render(builders.xiaoli(), lang=lang)
    kept = '<span class="nobr">--plan</span> plan.toml'
    assert kept in html
    assert unbroken("<b> --a-b c--d") == (
        '&lt;b&gt; <span class="nobr">--a-b</span> c<span class="nobr">--d</span>'
    )


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "written beside each figure"),
        ("es", "escrita junto a cada cifra"),
        ("zh", "写在每个数字旁"),
    ],
)
def test_a_unit_of_each_cell_is_told_in_words(lang, told):
    assert unit_word(Choice("cell", Origin.DECLARED, ""), Words(lang)) == told
    assert unit_word(Choice("MB", Origin.DECLARED, ""), Words(lang)) == "MB"


def test_ids_on_the_page_are_unique(builders):
    twice = replace(builders.xiaoli(), findings=builders.xiaoli().findings * 2)
    ids = [a["id"] for _, a in tags(told(render(twice))) if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_picture_has_title_and_description(builders):
    html = told(render(builders.xiaoli()))
    pictures = [a for t, a in tags(html) if t == "svg"]
    assert len(pictures) == 4
    ids = {a.get("id") for _, a in tags(html)}
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= ids


def test_the_same_input_gives_the_same_page(builders):
    assert render(builders.xiaoli()) == render(builders.xiaoli())


def test_what_is_only_for_information_is_folded_away(builders):
    analysis = builders.xiaoli()
    minor = replace(analysis.findings[0], severity=Severity.INFO)
    html = told(render(replace(analysis, findings=(*analysis.findings, minor, minor))))
    folded = html.split("2 more observations, for information")[1].split("</details>")[0]
    assert folded.count("<article") == 2
    assert html.count('class="card severity-high"') == 1


def test_an_app_seen_but_not_blamed_is_called_by_its_name(builders):
    analysis = builders.xiaoli()
    facts = {"kind": "in_use", "seen_app": "com.stream.video", "excess": 5, "share_of_bill": 0.1}
    seen = replace(analysis.findings[0], rule="surge", app="", remedy="data_limit", facts=facts)
    html = render(replace(analysis, findings=(seen,)))
    assert "com.stream.video" not in html
    assert "StreamTV" in html


@pytest.mark.parametrize("share", SHARE_LEVELS)
def test_no_long_number_of_the_input_files_is_on_the_page(sample_data, share):
    case = esim_analysis.open_case(sample_data / "xiaoli")
    html = render(case.analysis, share=share)
    files = sorted((sample_data / "xiaoli").iterdir())
    numbers = {
        number
        for path in files
        for number in re.findall(r"\d{10,}", path.read_text(encoding="utf-8", errors="replace"))
    }
    assert len(numbers) > 10
    assert [number for number in numbers if number in html] == []
    assert str(sample_data) not in html
