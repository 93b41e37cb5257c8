"""Numbers and sentences in the style of each language."""

from decimal import Decimal

import pytest

from esim_analysis.i18n import Words

NBSP = "\u00a0"


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_what_is_less_than_nothing_has_a_minus_and_no_hyphen(lang):
    words = Words(lang)
    told = [words.volume(-5_400_000), words.money(Decimal("-1.50"), "EUR"), words.number(-2, 1)]
    assert all("−" in one and "-" not in one for one in told)


@pytest.mark.parametrize(
    ("lang", "low", "high", "told"),
    [
        ("en", 0.88, 0.99, "88–99%"),
        ("es", 0.88, 0.99, f"88–99{NBSP}%"),
        ("zh", 0.88, 0.99, "88%–99%"),
        ("en", 0.997, 1, ">99–100%"),
        ("en", 0.5, 0.501, "50%"),
    ],
)
def test_a_range_of_shares_is_written_as_the_language_writes_it(lang, low, high, told):
    assert Words(lang).percent_band(low, high) == told


def test_chinese_has_spaces_about_a_name_only_where_it_is_latin():
    words = Words("zh")
    told = {"when": "在三天里", "bytes": "1 GB", "billed": "7 GB", "share": "14%"}
    assert words.say("verdict.culprit_any", app="乐词词典", **told).startswith(
        "乐词词典在三天里用了"
    )
    assert words.say("verdict.culprit_any", app="WeChat", **told).startswith("WeChat 在三天里用了")


def test_a_space_inside_a_file_name_is_the_users_own():
    assert "我的 账单.csv" in Words("zh").say("verdict.problems", files="我的 账单.csv", count=1)
