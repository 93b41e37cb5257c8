"""The clock's picture marks the offset that was applied, and its sentence says the same."""

import pandas as pd
import pytest

from esim_analysis import figures
from esim_analysis.i18n import Words

SCORES = pd.DataFrame({"offset_minutes": [-60, 0, 60, 90, 120], "score": [0.4, 0.2, 0.3, 0.1, 0.5]})


def test_the_applied_offset_is_marked_by_shape_and_colour():
    figure = figures.clock_scores(SCORES, words=Words("en", "UTC"), chosen=0)
    others, chosen = figure.data
    assert list(chosen.x) == [0]
    assert chosen.marker.symbol != others.marker.symbol
    assert sorted([*others.y, *chosen.y]) == pytest.approx([10, 20, 30, 40, 50])
    assert figure.layout.yaxis.title.text.endswith("%")


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_the_sentence_tells_the_best_and_the_next_whole_hour(lang):
    said = figures.clock_sentence(SCORES, words=Words(lang, "UTC"), chosen=0)
    assert "+0:00" in said
    assert "+1:00" in said
    assert "30" in said
    assert "5" in figures.clock_sentence(SCORES, words=Words(lang, "UTC"))


def test_nothing_to_compare_is_drawn_and_said():
    words = Words("en", "UTC")
    assert not figures.clock_scores(SCORES.head(0), words=words).data
    assert figures.clock_sentence(SCORES.head(0), words=words).endswith(".")
