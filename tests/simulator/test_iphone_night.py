"""The typed readings say what the hidden night was, as exactly as the screens show it."""

import json
import re

import pytest

from esim_analysis.simulator.formats.readings_text import iphone_figure
from esim_analysis.simulator.scenarios import iphone_night

UNITS = {"GB": 10**9, "MB": 10**6, "KB": 10**3}


@pytest.fixture(scope="module")
def night():
    return iphone_night.simulate()


@pytest.fixture(scope="module")
def truth(night):
    return json.loads(night.truth["iphone-night.json"])


def _listings(text: str) -> list[dict[str, float]]:
    parts = re.split(r"^iPhone .*$", text, flags=re.MULTILINE)[1:]
    return [
        {
            name: float(value) * UNITS[unit]
            for name, value, unit in re.findall(r"^(\S+) ([\d.]+) (\w+)$", part, re.MULTILINE)
        }
        for part in parts
    ]


def test_the_balance_falls_by_what_was_billed(night, truth):
    text = night.files["balances.txt"].decode()
    assert text.splitlines()[0] == "时区: Europe/Madrid"
    before, after = map(float, re.findall(r"剩 ([\d.]+) GB", text))
    assert abs((before - after) * 10**9 - truth["billed_bytes"]) <= 10**7
    assert truth["billed_bytes"] == sum(truth["billed_bytes_by_app"].values())


def test_the_dictionary_rises_by_its_hidden_bytes_as_far_as_the_screen_can_show(night, truth):
    before, after = _listings(night.files["settings.txt"].decode())
    rise = after["乐词词典"] - before["乐词词典"]
    assert abs(rise - truth["phone_bytes_by_app"][iphone_night.LEXI]) <= 5.1e6
    assert rise > 0.9 * sum(after[name] - before[name] for name in before)


def test_no_app_of_the_evening_before_is_missing_in_the_morning(night):
    before, after = _listings(night.files["settings.txt"].decode())
    assert set(before) == set(after)
    assert all(after[name] >= before[name] for name in before)


@pytest.mark.parametrize(
    ("used", "shown"),
    [
        (1_208_400_000, "1.21 GB"),
        (845_312_000, "845.3 MB"),
        (612_400, "612 KB"),
        (1_000_000_000, "1.00 GB"),
    ],
)
def test_figures_are_written_as_the_screen_writes_them(used, shown):
    assert iphone_figure(used) == shown
