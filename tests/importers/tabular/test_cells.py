"""Numbers, volumes, dates and durations, one cell at a time."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.tabular.moments import (
    DAY_FIRST,
    MONTH_FIRST,
    YEAR_FIRST,
    take_apart,
)
from esim_analysis.importers.tabular.numbers import Marks, plain, settle_marks, tidy
from esim_analysis.importers.tabular.orders import possible_orders
from esim_analysis.importers.tabular.places import country_code, plmn_of, zone_of_country
from esim_analysis.importers.tabular.spans import span_seconds
from esim_analysis.importers.tabular.volumes import add_volumes, exceeds_thousand, read_volumes


def text(*cells):
    return pd.Series(cells, dtype="str")


def settled(*cells, whole=False, language="", delimiter=";"):
    made = settle_marks([tidy(text(*cells))], whole=whole, language=language, delimiter=delimiter)
    return made[0].decimal if made else None


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["12,5"], ","),
        (["0,123"], ","),
        (["1234.567"], "."),
        (["1.234.567"], ","),
        (["1 234,5"], ","),
        (["1.234", "0,5"], ","),
        (["1.234"], None),
        (["12,345"], None),
        (["1.5", "1,5"], None),
        (["12"], "."),
    ],
)
def test_marks_need_proof(cells, decimal):
    assert settled(*cells) == decimal


def test_bytes_are_whole_numbers():
    assert settled("1.234", whole=True) == ","
    assert settled("1,234", whole=True) == "."


@given(
    st.decimals(0, 10**9, places=3),
    st.sampled_from([Marks(".", ","), Marks(",", "."), Marks(".", ""), Marks(",", "")]),
)
def test_numbers_survive_their_marks(value, marks):
    whole, fraction = f"{value:,.3f}".split(".")
    written = whole.replace(",", marks.thousands) + marks.decimal + fraction
    assert plain(tidy(text(written)), marks).tolist() == [f"{value:.3f}"]


@pytest.mark.parametrize("cell", ["1.23,4", "12.34.5", "1,2,3", "abc", "--1", "1.234.5", ""])
def test_misplaced_marks_are_no_number(cell):
    assert plain(tidy(text(cell)), Marks(",", ".")).isna().all()


@pytest.mark.parametrize("cell", ["9" * 31, "9" * 400, "9" * 400 + ".5", "1e999"])
def test_a_number_longer_than_any_volume_is_a_damaged_cell(cell):
    assert plain(tidy(text(cell)), Marks(".", "")).isna().all()
    assert plain(tidy(text("9" * 29)), Marks(".", "")).tolist() == ["9" * 29]


def test_volumes_keep_their_units():
    cells = tidy(text("1GB23MB", "3,2 GB", "0", "12 KB", "5 MiB", "12,5兆", "23MB 1GB", "7"))
    raw = read_volumes(cells, marks=Marks(",", "."), unit="").raw
    assert raw.fillna("?").tolist() == [
        "1 GB 23 MB",
        "3.2 GB",
        "0 B",
        "12 KB",
        "5242880 B",
        "12.5 MB",
        "?",
        "?",
    ]


def test_directions_add_unit_by_unit():
    total = add_volumes(text("1 GB 23 MB", "1 KB"), text("0.5 GB", "2 MB"), in_cells=True)
    assert total.tolist() == ["1.5 GB 23 MB", "2 MB 1 KB"]


def test_a_thousand_of_a_part_tells_the_base():
    assert exceeds_thousand(text("1 GB 1010 MB"))
    assert not exceeds_thousand(text("1 GB 23 MB", "1010 MB"))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026年10月1日 下午3:05", "2026-10-01 15:05:00"),
        ("2026年10月1日15时05分06秒", "2026-10-01 15:05:06"),
        ("20261001120102", "2026-10-01 12:01:02"),
        ("01/10/2026 12:05 AM", "2026-10-01 00:05:00"),
        ("01.10.26 3:05:01 p. m.", "2026-10-01 15:05:01"),
        ("5 de octubre de 2026 10:11", "2026-10-05 10:11:00"),
        ("Mon, 05 Oct 2026 03:05:06", "2026-10-05 03:05:06"),
        ("Oct 5, 2026 3:05 PM", "2026-10-05 15:05:00"),
        ("15-10-2014 6:58", "2014-10-15 06:58:00"),
        ("01/10/2026 24:00", "2026-10-02 00:00:00"),
        ("1790812800", "2026-10-01 00:00:00"),
    ],
)
def test_times_in_many_hands(cell, wanted):
    assert str(take_apart(text(cell)).naive(DAY_FIRST).iloc[0]) == wanted


@pytest.mark.parametrize(
    "cell",
    [
        "30/02/2026",
        "01/10/2026 25:00",
        "01/10/2026 13:05 PM",
        "Total 13/10/2026",
        "11-02 09:00",
        "",
    ],
)
def test_what_is_no_time_is_missing(cell):
    assert take_apart(text(cell)).naive(DAY_FIRST).isna().all()


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (["13/02/2026", "01/02/2026"], [DAY_FIRST]),
        (["02/13/2026", "01/02/2026"], [MONTH_FIRST]),
        (["01/02/2026"], [DAY_FIRST, MONTH_FIRST]),
        (["13/02/2026", "02/13/2026"], []),
        (["2026-02-01"], [YEAR_FIRST]),
        (["10/10/2026"], [DAY_FIRST]),
        (["26-10-01", "26-10-31"], []),
    ],
)
def test_the_order_of_day_and_month_is_settled_for_the_file(cells, orders):
    assert possible_orders([take_apart(text(*cells))]) == orders


def test_durations_in_many_hands():
    cells = text("00:12:24", "1小时2分", "12 min", "90", "12:24", "1 h 5 min", "", "?")
    assert span_seconds(cells, unit="s").fillna(-1).tolist() == [
        744,
        3720,
        720,
        90,
        744,
        3900,
        -1,
        -1,
    ]


def test_places_have_their_codes():
    assert [country_code(name) for name in ("ESP", "España", "西班牙", "UK", "nowhere")] == [
        "ES",
        "ES",
        "ES",
        "GB",
        "",
    ]
    assert zone_of_country("ES") == "Europe/Madrid"
    assert zone_of_country("AU") == "Australia/Sydney"
    assert plmn_of(text("214", "310", "334"), text("5", "150", "20")).tolist() == [
        "214-05",
        "310-150",
        "334-020",
    ]
