import re
from dataclasses import fields, replace

import pytest

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import FindingText, describe
from esim_analysis.leakage import find
from esim_analysis.model import PhoneSettings
from tests.leakage.lives import (
    DICTIONARY,
    MB,
    VIDEO,
    ZONE,
    Use,
    bill_only,
    daily,
    dictionary_nights,
    facts,
    ordinary_month,
)

LEXI = "Lexi Dictionary"
BALANCES = [Use("unattributed", "2026-11-02 23:10", 510, 900 * MB, "unknown", "snapshot_diff")]
READINGS = [Use(DICTIONARY, "2026-11-02 23:12", 508, 836 * MB, "unknown")]
DRIP = daily("com.example.buzon", "04:30", 20, 4_900_000, days=range(1, 24))
GAP = daily("unattributed", "16:30", 70, 230 * MB, days=(10, 22), ground="unknown")
HOTSPOT = daily("tethering", "16:30", 70, 230 * MB, days=(10, 22))
BY_HAND = [
    Use(DICTIONARY, "2026-10-10 16:00", 30, 80 * MB, "foreground"),
    Use(DICTIONARY, "2026-10-10 16:30", 60, 900 * MB),
]
LIVES = {
    "leak": [*ordinary_month(), *dictionary_nights()],
    "bill": bill_only([*ordinary_month(), *dictionary_nights()]),
    "balances": BALANCES,
    "readings": READINGS,
    "drip": DRIP,
    "drip_bill": bill_only(DRIP),
    "gap": [*ordinary_month(), *GAP],
    "hotspot": [*ordinary_month(), *HOTSPOT],
    "by_hand": [*ordinary_month(), *BY_HAND],
}


def _label(app):
    return {DICTIONARY: LEXI, VIDEO: "Vista"}.get(app, app)


def _told(uses, rule, lang="en", **more):
    finding = next(f for f in find(facts(uses, **more)) if f.rule == rule)
    return describe(finding, Words(lang, ZONE), _label)


def test_observation_says_how_much_when_on_which_nights_and_who_worked():
    told = _told(LIVES["leak"], "background_sync")
    assert told.observation.replace("\u00a0", " ").startswith(
        "1.92 GB (1.83–1.96 GB) were billed between 02:10 and 02:58 on 3 nights "
        "(Tue 13 Oct, Wed 14 Oct, Wed 21 Oct) while Lexi Dictionary worked in the background."
    )
    assert told.doubts.startswith("Would change our mind: ")
    assert told.remedy.startswith("Settings > Apps > Lexi Dictionary > ")
    assert told.search_word == "background data"


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_can_be_told_in_every_language(life, lang):
    findings = find(facts(LIVES[life]))
    assert findings
    for finding in findings:
        told = describe(finding, Words(lang, ZONE), _label)
        must_speak = [f.name for f in fields(FindingText) if f.name != "saving"]
        assert [name for name in must_speak if not getattr(told, name)] == []
        for field in fields(FindingText):
            assert not re.search(r"[{}]|nan|None", getattr(told, field.name))


def test_spanish_and_chinese_write_numbers_their_way():
    spanish = _told(LIVES["leak"], "background_sync", "es").observation
    chinese = _told(LIVES["leak"], "background_sync", "zh").observation
    assert "1,92\u00a0GB" in spanish
    assert "3 noches" in spanish
    assert "3 个夜晚" in chinese
    assert "在后台运行" in chinese


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("android", "Mobile data & Wi-Fi"),
        ("ios", "Background App Refresh"),
        ("", "In the phone's settings"),
        ("harmony", "In the phone's settings"),
    ],
)
def test_remedy_is_that_of_the_phone_else_one_for_all(platform, path):
    told = _told(LIVES["leak"], "background_sync", settings=PhoneSettings(platform=platform))
    assert path in told.remedy


def test_switch_already_off_is_not_advised_again():
    settings = PhoneSettings(platform="android", background_off=frozenset({DICTIONARY}))
    told = _told(LIVES["leak"], "background_sync", settings=settings)
    assert "already off" in told.remedy


def test_night_over_midnight_names_both_edges():
    told = _told(READINGS, "background_sync", time_kind="snapshot")
    assert "between 23:12 on Mon 2 Nov and 07:40 the next morning" in told.observation
    assert told.title.startswith("Suspected")


def test_balances_alone_are_suspected_and_ask_for_two_readings():
    told = _told(BALANCES, "night_drip")
    assert told.title.startswith("Suspected")
    assert "No app can be named" in told.observation
    assert "Tonight and tomorrow morning" in told.remedy
    assert told.saving == ""


def test_bill_alone_is_suspected_in_every_language():
    titles = [_told(LIVES["bill"], "surge", lang).title for lang in LANGUAGES]
    assert [title.split("：")[0].split(":")[0] for title in titles] == [
        "Suspected",
        "Posible",
        "疑似",
    ]


def test_scattered_windows_are_told_by_their_largest():
    told = _told(LIVES["bill"], "surge")
    assert "in 5 windows on 5 days" in told.observation


def test_many_nights_are_told_by_first_and_last():
    nights = dictionary_nights(30 * MB, days=range(1, 24, 3))  # every night would be a drip
    told = _told([*ordinary_month(), *nights], "background_sync")
    assert "8 nights from Thu 1 Oct to Thu 22 Oct" in told.observation


def test_saving_comes_from_the_users_own_bytes():
    told = _told(LIVES["leak"], "background_sync")
    assert told.saving.replace("\u00a0", " ").endswith("about 69.2 MB a day.")


def test_download_by_hand_is_explained_as_wanted_and_promises_no_saving():
    told = _told(LIVES["by_hand"], "background_sync")
    assert "started by hand" in told.explanation
    assert told.saving == ""


def test_label_may_be_the_name_itself():
    finding = next(f for f in find(facts(LIVES["leak"])) if f.app == DICTIONARY)
    assert LEXI in describe(finding, Words("en", ZONE), LEXI).title


def test_pseudo_apps_are_named_in_the_language():
    finding = replace(find(facts(READINGS))[0], app="removed")
    told = describe(finding, Words("zh", ZONE), "removed")
    assert "removed" not in told.title


def test_a_chinese_name_stands_among_chinese_words_without_spaces_and_a_latin_one_with_them():
    leak = next(f for f in find(facts(LIVES["leak"])) if f.rule == "background_sync")
    assert "乐词词典 " not in describe(leak, Words("zh", ZONE), "乐词词典").observation
    assert "Lexi " in describe(leak, Words("zh", ZONE), "Lexi").observation
