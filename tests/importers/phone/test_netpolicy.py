"""The phone's own data settings."""

import pandas as pd
import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netpolicy import IMPORTER, name_settings
from esim_analysis.model import FileError, PhoneSettings

POLICY = (
    "NetworkPolicy[NetworkTemplate: matchRule=MOBILE_ALL, subscriberId={sim}...]: cycleDay={day}, "
    "cycleTimezone=Europe/Madrid, warningBytes=-1, limitBytes={limit}, metered=true, inferred={auto}"
)


def read(file):
    assert IMPORTER.recognise(file)
    return IMPORTER.read(file, ReadOptions()).settings


def text(*policies):
    return "Restrict background: false\nNetwork policies:\n  " + "\n  ".join(policies) + "\n"


def policy(sim="214070", day=1, limit=5, auto="false"):
    return POLICY.format(sim=sim, day=day, limit=limit, auto=auto)


def test_the_older_style(sample):
    assert read(sample("netpolicy/android_10.txt")) == PhoneSettings(
        platform="android",
        data_saver=False,
        background_off=frozenset({"uid:10063"}),
        data_saver_exempt=frozenset({"uid:10123"}),
        limit_bytes=5368709120,
        cycle_day=22,
    )


def test_the_newer_style_ignores_logs_and_later_lists(sample):
    assert read(sample("netpolicy/android_16.txt")) == PhoneSettings(
        platform="android",
        data_saver=True,
        background_off=frozenset({"uid:10140", "uid:10123"}),
        data_saver_exempt=frozenset({"uid:10200"}),
    )


def test_no_limit_is_unknown_not_zero(write):
    assert read(write(text(policy(limit=-1)))).limit_bytes is None


def test_two_sims_that_disagree_give_no_limit_and_a_note(write):
    file = write(text(policy(limit=5), policy(sim="310410", limit=9)))
    imported = IMPORTER.read(file, ReadOptions())
    assert imported.settings.limit_bytes is None
    assert imported.settings.cycle_day == 1
    assert imported.notes == ("The phone's SIMs have different data limits; none was taken.",)


def test_what_android_inferred_is_no_choice_of_the_user(write):
    settings = read(write(text(policy(limit=5), policy(sim="310410", limit=9, auto="true"))))
    assert settings.limit_bytes == 5


def test_a_recurrence_rule_names_the_cycle_day(write):
    newer = (
        "NetworkPolicy{template=NetworkTemplate: matchRule=MOBILE, cycleRule=RecurrenceRule{start="
        "2026-09-17T00:00+02:00[Europe/Madrid] end=null period=P1M} limitBytes=7 inferred=false}"
    )
    settings = read(write(text(newer)))
    assert (settings.cycle_day, settings.limit_bytes) == (17, 7)


@pytest.mark.parametrize("section", ["Policy for UIDs:\n", "Restrict background: true\n"])
def test_empty_sections_read(write, section):
    assert read(write(section)).background_off == frozenset()


def test_a_refusal_says_what_to_run(write):
    file = write("Permission Denial: can't dump NetworkPolicy from pid=1 due to missing permission")
    with pytest.raises(FileError, match="adb shell dumpsys netpolicy"):
        read(file)


def test_apps_are_named_like_those_of_the_evidence():
    settings = PhoneSettings(
        background_off=frozenset({"uid:10123", "uid:10999"}),
        data_saver_exempt=frozenset({"uid:10200"}),
    )
    packages = pd.DataFrame(
        {
            "uid": pd.array([10123, 10200, 10200], dtype="Int64"),
            "package": ["com.words", "com.chat.b", "com.chat.a"],
        }
    )
    named = name_settings(settings, packages)
    assert named.background_off == {"com.words", "uid:10999"}
    assert named.data_saver_exempt == {"com.chat.a"}
