"""What the phone's log of its screen adds to findings: the same traffic, screen on and screen off."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.attribution import billed_rows
from esim_analysis.attribution.dark import Dark
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import describe
from esim_analysis.leakage import find
from esim_analysis.model.frames import conform
from esim_analysis.model.screen import SCREEN
from tests.leakage.lives import DICTIONARY, MB, daily, dictionary_nights, facts, ordinary_month

NIGHTS = ("13", "14", "21")
UNSEEN = {"en": "while the screen was off", "es": "con la pantalla apagada", "zh": "屏幕关闭时"}


def screen(*spans):
    """Return a log of `state, from, until`, local times of October 2026 in Madrid."""
    told = pd.DataFrame(spans, columns=["state", "start_utc", "end_utc"])
    for column in ("start_utc", "end_utc"):
        local = pd.to_datetime("2026-10-" + told[column]).dt.tz_localize("Europe/Madrid")
        told[column] = local.dt.tz_convert("UTC")
    return conform(told.assign(app="", source="usagestats.txt"), SCREEN, what="screen")


def asked(log, **more):
    life = facts([*ordinary_month(), *dictionary_nights()], **more)
    return life if log is None else replace(life, evidence=replace(life.evidence, screen=log))


def first(log, **more):
    return next(one for one in find(asked(log, **more)) if one.app == DICTIONARY)


DARK = screen(*[("off", f"{day} 00:30", f"{day} 07:00") for day in NIGHTS])
LIT = screen(*[("on", f"{day} 00:30", f"{day} 07:00") for day in NIGHTS])


def test_without_a_log_nothing_is_said_of_the_screen():
    told = first(None)
    assert not [name for name in told.facts if name.startswith("screen")]
    assert UNSEEN["en"] not in describe(told, Words()).observation


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_nights_with_the_screen_off_say_so_with_their_band(lang):
    told, alone = first(DARK), first(None)
    assert told.facts["screen_known"] == told.facts["screen_off"] == 3 * 640 * MB
    assert told.facts["screen_off_low"] == alone.bytes_low
    assert told.facts["screen_off_high"] == alone.bytes_high
    observation = describe(told, Words(lang)).observation
    assert UNSEEN[lang] in observation
    assert Words(lang).band(alone.bytes_low, alone.bytes_high) in observation
    # The screen speaks of the same bytes; it changes neither them nor their weight.
    assert (told.bytes, told.severity, told.confidence) == (
        alone.bytes,
        alone.severity,
        alone.confidence,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_nights_with_the_screen_on_say_that_it_was_on(lang):
    told = first(LIT)
    assert told.facts["screen_off"] == told.facts["screen_off_high"] == 0
    assert Words(lang).say("screen.lit_all") in describe(told, Words(lang)).observation


def test_a_log_of_one_night_speaks_of_that_night_only():
    told = first(screen(("off", "21 00:30", "21 07:00")))
    assert told.facts["screen_known"] == 640 * MB
    assert told.facts["screen_off_high"] < told.bytes
    observation = describe(told, Words()).observation
    assert "reaches 640 MB of the 1.92 GB" in observation.replace("\u00a0", " ")


def test_a_screen_lit_for_a_part_of_the_time_leaves_open_when_the_bytes_flowed():
    parts = [("off", f"{day} 00:30", f"{day} 02:34") for day in NIGHTS]
    parts += [("on", f"{day} 02:34", f"{day} 07:00") for day in NIGHTS]
    told = first(screen(*parts))
    assert told.facts["screen_off_low"] == 0
    assert 0 < told.facts["screen_off"] < told.bytes
    assert told.facts["screen_off_high"] >= told.bytes


def test_a_log_that_ends_inside_the_windows_says_nothing_of_them():
    told = first(screen(*[("off", f"{day} 00:30", f"{day} 02:15") for day in NIGHTS]))
    assert "screen_off" not in told.facts


def test_who_was_dark_was_not_awake_and_online():
    drip = [
        use
        for clock in ("01:20", "03:10", "04:50")
        for use in daily(DICTIONARY, clock, 10, 9 * MB, days=range(1, 15))
    ]

    def drips(log):
        life = facts([*ordinary_month(), *drip])
        life = replace(life, evidence=replace(life.evidence, screen=log))
        return next(one for one in find(life) if one.rule == "night_drip")

    nights = [(f"{day:02d} 00:30", f"{day:02d} 07:00") for day in range(1, 15)]
    dark = drips(screen(*[("off", *night) for night in nights]))
    lit = drips(screen(*[("on", *night) for night in nights]))
    assert "doubt_awake" in str(lit.facts["doubts"])
    assert "doubt_awake" not in str(dark.facts["doubts"])
    assert "doubt_backup" in str(dark.facts["doubts"])


def test_a_row_of_the_bill_says_that_the_screen_was_off():
    def of_night(log):
        life = asked(log)
        rows = billed_rows(life.usage, life.attribution, screen=life.evidence.screen)
        return rows[rows["app"] == DICTIONARY].iloc[0]

    assert of_night(DARK)["screen_off"] == of_night(DARK)["background"] == 640 * MB
    assert of_night(LIT)["screen_off"] == of_night(None)["screen_off"] == 0


spans = st.lists(
    st.tuples(st.sampled_from(["on", "off"]), st.integers(0, 90), st.integers(1, 40)), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(spans, st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30)), min_size=1, max_size=6))
def test_the_dark_share_is_that_counted_minute_by_minute(drawn, intervals):
    base, minute = pd.Timestamp("2026-10-03", tz="UTC"), pd.Timedelta(minutes=1)
    log = pd.DataFrame(
        [
            {"app": "", "state": state, "start_utc": base + at * minute,
             "end_utc": base + (at + length) * minute, "source": "x"}
            for state, at, length in drawn
        ],
        columns=list(SCREEN),
    )  # fmt: skip
    log = conform(log, SCREEN, what="screen")
    lit = {
        state: {m for s, a, n in drawn if s == state for m in range(a, a + n)}
        for state in ("on", "off")
    }
    zero = base.value // 1000
    start = np.array([zero + at * 60_000_000 for at, _ in intervals])
    end = start + np.array([length * 60_000_000 for _, length in intervals])
    found = Dark.of(log, start, end)
    for (at, length), off, never, wholly in zip(
        intervals, found.off, found.never, found.wholly, strict=True
    ):
        mine = set(range(at, at + length))
        assert off == pytest.approx(len(mine & lit["off"]) / length, abs=1e-6)
        if wholly:
            assert mine <= lit["off"]
        if never:
            assert mine <= lit["on"]
