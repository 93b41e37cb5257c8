"""What a shared page may say about files and people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.figures.text import plain, plotly_text
from esim_analysis.report.names import file_name, without_ids


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("/home/Ana Li/march.csv: 3 rows", "march.csv: 3 rows"),
        (r"C:\Users\Ana Li\march.csv: 3 rows", "march.csv: 3 rows"),
        ("SIM 8934071234567890123 ends", "SIM ••• ends"),
        ("call +34 612 345 678 now", "call +••• now"),
        ("at 2026-10-30 23:00 and 30-10-2026 23:00", "at 2026-10-30 23:00 and 30-10-2026 23:00"),
        ("Europe/Madrid, D/M/Y", "Europe/Madrid, D/M/Y"),
    ],
)
def test_sentences_lose_paths_and_numbers_of_people(written, shown):
    assert without_ids(written) == shown


@pytest.mark.parametrize("name", ["/a/b/März 1.csv", r"D:\a\März 1.csv", "März 1.csv"])
def test_files_keep_their_own_name(name):
    assert file_name(name) == "März 1.csv"


@given(st.text(max_size=400))
def test_a_name_is_one_short_line_without_invisible_marks(name):
    shown = plain(name, limit=30)
    assert len(shown) <= 30
    assert all(sign.isprintable() for sign in shown)


@given(st.text(max_size=200))
def test_plotly_never_sees_a_tag(name):
    assert "<" not in plotly_text(name)
    assert ">" not in plotly_text(name)
