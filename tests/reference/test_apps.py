from collections import Counter

import pytest

from esim_analysis.i18n import LANGUAGES
from esim_analysis.i18n.catalogue import keys
from esim_analysis.model import UsageError
from esim_analysis.reference import (
    app_categories,
    app_id_of_label,
    app_labels,
    system_uid_names,
    typical_background,
)
from esim_analysis.reference.tables import table


def test_an_app_is_named_in_the_language_asked_for():
    assert app_labels(["com.example.lexi"], "en") == {"com.example.lexi": "Lexi Dictionary"}
    assert app_labels(["com.example.lexi"], "zh") == {"com.example.lexi": "乐词词典"}
    assert app_labels(["com.tencent.mm"], "zh") == {"com.tencent.mm": "微信"}


def test_unknown_apps_are_left_out_not_guessed():
    assert app_labels(["org.unheard.of", "uid:10123"], "es") == {}
    assert app_id_of_label("没听说过") is None


def test_a_language_without_names_is_refused():
    with pytest.raises(UsageError, match="unknown language 'fr'"):
        app_labels(["com.whatsapp"], "fr")


@pytest.mark.parametrize("label", ["WhatsApp", " whatsapp ", "ＷｈａｔｓＡｐｐ"])
def test_a_typed_name_finds_its_app(label):
    assert app_id_of_label(label) == "com.whatsapp"
    assert app_id_of_label(label, platform="ios") == "net.whatsapp.WhatsApp"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_name_leads_back_to_an_app_of_the_same_platform(lang):
    for row in table("apps"):
        platform = "" if row["platform"] == "any" else row["platform"]
        found = app_id_of_label(row[f"name_{lang}"], platform=platform)
        assert found == row["id"], row


def test_rows_are_complete_and_ids_unique_on_a_platform():
    rows = table("apps")
    real = [row for row in rows if row["developer"] != "demo"]
    assert len({row["name_en"] for row in real}) >= 150
    assert all(cell.strip() == cell and cell for row in rows for cell in row.values())
    doubles = Counter((row["id"], row["platform"]) for row in rows)
    assert max(doubles.values()) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_app_has_a_word(lang):
    known = keys(lang)
    kinds = {row["category"] for row in table("apps")}
    assert {f"apps.kind_{kind}" for kind in kinds} <= set(known)


def test_what_an_app_does_unseen_is_one_of_few_words():
    told = {row["typical_background"] for row in table("apps")}
    assert told == {
        *("backup", "little", "messages", "navigation", "playback", "preload", "sync", "updates")
    }


def test_demo_apps_are_marked_and_no_other_app_is():
    for row in table("apps"):
        assert (row["developer"] == "demo") == row["id"].startswith("com.example.")


def test_what_runs_on_purpose_with_the_screen_off_is_told_apart():
    ids = ["com.example.sonora", "com.example.ruta", "com.example.lexi"]
    assert typical_background(ids) == dict(
        zip(ids, ("playback", "navigation", "sync"), strict=True)
    )
    assert list(app_categories(ids).values()) == ["music", "maps", "dictionary"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_system_ids_are_told_in_plain_words(lang):
    names = system_uid_names(lang)
    assert {-5, -4, 0, 1000, 1051, 1061, 2000} <= set(names)
    assert all(name and "UID" not in name for name in names.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_processes_of_an_iphone_are_told_in_plain_words(lang):
    processes = ["apsd", "nsurlsessiond", "backupd", "mobileassetd", "mDNSResponder"]
    told = app_labels(processes, lang)
    assert set(told) == set(processes)
    assert all(name.lower() != process.lower() for process, name in told.items())
