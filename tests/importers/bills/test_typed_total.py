"""One line says how much from which day to which, in three languages."""

import pandas as pd
import pytest

from esim_analysis.importers.registry import importers
from esim_analysis.model import FileError, Origin, QuestionError

OCTOBER = [
    "9.4 GB, 1–31 Oct 2026",
    "9.4GB, 1 Oct - 31 Oct 2026",
    "9.4 GB used, October 2026",
    "October 1–31, 2026: 9.4 GB",
    "Data used from 2026-10-01 to 2026-10-31: 9.4 GB",
    "from 1 October 2026 to 31 October 2026: 9.4 GB of data",
    "9,4 GB, del 1 al 31 de octubre de 2026",
    "Consumo de octubre de 2026: 9,4 GB",
    "9,4 GB del 01/10/2026 al 31/10/2026",
    "2026年10月1日至31日 用了 9.4 GB",
    "2026年10月 流量 9.4GB",
    "9.4 GB，2026年10月1日—2026年10月31日",
]


@pytest.mark.parametrize("line", OCTOBER)
def test_a_total_is_the_days_it_names(read, line):
    frame = read(line, "total.txt", timezone="Europe/Madrid").usage.frame
    assert frame["bytes_total"].tolist() == [9_400_000_000]
    assert frame["start_utc"].tolist() == [pd.Timestamp("2026-09-30T22:00Z")]
    assert frame["end_utc"].tolist() == [pd.Timestamp("2026-10-31T23:00Z")]
    assert set(frame["time_quality"]) == {"date_only"}


@pytest.mark.parametrize("line", OCTOBER)
def test_a_total_is_known_to_exactly_its_own_importer(file, line):
    written = file(line, "total.txt")
    assert [one.id for one in importers() if one.recognise(written)] == ["typed_total"]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-02 09:00, 4.2 GB left",
        "4.2 GB left, October 2026",
        "quedan 4,2 GB, octubre de 2026",
        "2026年10月 剩 4.2 GB",
        "9.4 GB of 20 GB, October 2026",
        "9.4 GB",
        "October 2026",
        "9.4 GB, 3 months",
        "day,bytes\n2026-10-01,12",
    ],
)
def test_what_is_no_total_is_not_taken_for_one(file, line):
    written = file(line, "note.txt")
    assert "typed_total" not in [one.id for one in importers() if one.recognise(written)]


def test_a_period_over_new_year_begins_the_year_before(read):
    frame = read("3 GB, 15 Dec - 14 Jan 2027", "total.txt").usage.frame
    assert frame["start_local"].tolist() == [pd.Timestamp("2026-12-15")]
    assert frame["end_local"].tolist() == [pd.Timestamp("2027-01-15")]


def test_a_line_for_the_zone_and_a_line_for_each_month(read):
    usage = read("zona: Europe/Madrid\n9,4 GB, oct 2026\n1,1 GB, nov 2026", "total.txt").usage
    assert usage.frame["raw_volume"].tolist() == ["9.4 GB", "1.1 GB"]
    assert usage.frame["source_row"].tolist() == ["2", "3"]
    assert usage.decisions["total.txt"].zone.origin is Origin.DECLARED


def test_an_assumed_zone_is_said(read):
    usage = read("9.4 GB, Oct 2026", "total.txt").usage
    assert usage.decisions["total.txt"].zone.origin is Origin.ASSUMED
    assert any("a line 'zone: Europe/Madrid' settles it" in note for note in usage.sources[0].notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9.4 GB, 01/10/2026 - 02/11/2026", "day and month cannot be told apart"),
        ("1.234 MB, Oct 2026", "'1.234 MB' can be read in two ways"),
        ("9.4 GB, Oct 2026\n1 GB, 3-5 Oct 2026", "two periods share days"),
        ("zone: Nowhere/Land\n9.4 GB, Oct 2026", "'Nowhere/Land' is not a time zone"),
    ],
)
def test_what_is_left_open_is_asked(read, text, said):
    with pytest.raises(QuestionError, match=said):
        read(text, "total.txt")


@pytest.mark.parametrize(
    "days", ["31-32 Oct 2026", "31-3 Oct 2026", "2026年13月", "29-30 Feb 2026"]
)
def test_days_that_do_not_exist_are_refused(read, days):
    with pytest.raises(FileError, match="a period without such days"):
        read(f"9.4 GB, {days}", "total.txt")
