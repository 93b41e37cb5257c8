"""The clock's picture stands where the clock matters, and nowhere else."""

import re

import pytest

import esim_analysis as esim
from esim_analysis.simulator.laboratory import life


def _page(folder, *, twist, lang="en"):
    life(seed=20261128, twist=twist, days=21, operator="sessions").write(folder, "life")
    case = esim.open_case(folder / "life", lang=lang)
    return case.reconciliation()._repr_html_()


@pytest.mark.parametrize(
    ("lang", "question"),
    [("en", "Do bill and phone run on the same clock?"), ("zh", "账单")],
)
def test_a_clock_that_was_moved_is_shown_with_every_offset_tried(tmp_path, lang, question):
    page = _page(tmp_path, twist="clock", lang=lang)
    picture = re.search(r'<svg role="img" aria-labelledby="clock-offsets.*?</svg>', page, re.DOTALL)
    assert question in picture[0]
    assert picture[0].count("<rect") - 1 >= 27  # hours and quarters, beside the hatching
    assert picture[0].count('class="app-1"') == 2  # the column, and the stem that leads to it


def test_a_clock_that_agrees_has_no_picture(tmp_path):
    assert "clock-offsets" not in _page(tmp_path, twist="none")
