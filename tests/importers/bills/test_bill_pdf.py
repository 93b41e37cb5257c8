"""What is printed on the pages of a bill becomes rows, whatever drew them."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.registry import importers
from esim_analysis.model import QuestionError
from tests.importers.bills.paper import grid, lines, pdf, text

SAMPLES = Path(__file__).parent / "samples"
SPANISH = ["Fecha", "Concepto", "Volumen (MB)", "Importe (€)"]
AT = [50.0, 150.0, 320.0, 450.0]


def spanish(days: range) -> list[list[str]]:
    return [[f"{day:02d}/10/2026", "Datos móviles", f"{day},50", "0,10"] for day in days]


def test_a_bill_is_recognised_by_exactly_its_own_importer(file, sample_data):
    written = file((sample_data / "xiaoli-bill" / "factura_2026-10.pdf").read_bytes())
    assert [one.id for one in importers() if one.recognise(written)] == ["bill_pdf"]


def test_the_sample_bill_gives_the_days_the_simulator_printed(read, sample_data, golden):
    made = read((sample_data / "xiaoli-bill" / "factura_2026-10.pdf").read_bytes())
    frame = made.usage.frame
    assert set(frame["time_quality"]) == {"date_only"}
    assert len(frame) == 31
    # Printed with two decimals: the days sum to 10 kB less than the total printed below them.
    assert int(frame["bytes_total"].sum()) == 7_062_570_000
    assert made.usage.rejected.empty
    columns = ["start_local", "end_local", "start_utc", "bytes_total", "charge", "currency"]
    golden(frame[columns], SAMPLES / "factura_es.golden.csv")


def test_headings_repeated_on_later_pages_continue_the_table(read):
    one = lines([SPANISH, *spanish(range(1, 11))], at=AT)
    two = lines([SPANISH, *spanish(range(11, 21)), ["TOTAL", "", "220,00", "2,00"]], at=AT)
    made = read(pdf([one, two]))
    assert made.usage.frame["bytes_total"].tolist() == [
        int(1e6 * (day + 0.5)) for day in range(1, 21)
    ]
    assert made.usage.sources[0].notes == ("One row with totals is not a record and is left out.",)


def test_a_page_without_headings_goes_on_where_the_page_before_ended(read):
    one = lines([SPANISH, *spanish(range(1, 11))], at=AT)
    two = lines(spanish(range(11, 15)), at=AT)
    assert len(read(pdf([one, two])).usage.frame) == 14


def test_footers_and_wrapped_words_are_no_rows(read):
    wrapped = ["", "y otros servicios de la tarifa"]
    rows = lines([SPANISH, *spanish(range(13, 15)), wrapped], at=AT)
    made = read(pdf([[*rows, text(50, 30, "Página 1 de 2", size=7)]]))
    assert len(made.usage.frame) == 2
    assert made.usage.rejected.empty


def test_a_row_with_a_volume_but_no_date_is_kept_as_rejected(read):
    page = lines([SPANISH, *spanish(range(13, 15)), ["pendiente", "Datos", "7,00", "0,00"]], at=AT)
    rejected = read(pdf([page])).usage.rejected
    assert rejected[["field", "reason"]].to_numpy().tolist() == [
        ["start", "no date and time that could be read"]
    ]


def test_long_words_beside_short_headings_stay_in_their_column(read):
    rows = [
        ["20/10/2026", "Navegación en el extranjero, zona UE", "12,00", "0,00"],
        ["21/10/2026", "Datos", "3,00", "0,00"],
    ]
    frame = read(pdf([lines([SPANISH, *rows], at=AT)])).usage.frame
    assert frame["bytes_total"].tolist() == [12_000_000, 3_000_000]


def test_headings_over_two_lines_are_one(read):
    top = [["", "", "Volumen", "Importe"], ["Fecha", "Concepto", "(MB)", "(€)"]]
    frame = read(pdf([lines([*top, *spanish(range(13, 16))], at=AT)])).usage.frame
    assert frame["bytes_total"].tolist() == [13_500_000, 14_500_000, 15_500_000]


def test_an_english_bill_with_drawn_cells(read):
    rows = [
        ["Date", "Type", "Data\nusage", "Cost"],
        ["13 Oct 2026", "Mobile\ndata", "1.2 GB", "$0.50"],
        ["14 Oct 2026", "Mobile\ndata", "340 MB", "$0.00"],
        ["14 Oct 2026", "SMS", "1 SMS", "$0.10"],
        ["Total", "", "1.54 GB", "$0.60"],
    ]
    frame = read(pdf([grid(rows, at=[50, 150, 260, 380, 480])])).usage.frame
    data = frame[frame["service_class"] == "data"]
    assert data["bytes_total"].tolist() == [1_200_000_000, 340_000_000]
    assert frame["charge"].sum() == Decimal("0.60")


def test_a_chinese_bill_with_times(read):
    rows = [
        ["起始时间", "上网流量", "费用"],
        ["2026-10-13 02:10:03", "585.20MB", "0.00元"],
        ["2026-10-14 02:10:03", "1GB23MB", "0.00元"],
        ["合计", "1.61GB", "0.00元"],
    ]
    usage = read(pdf([lines(rows, at=[50, 300, 480])]), timezone="Asia/Shanghai").usage
    assert usage.frame["bytes_total"].tolist() == [585_200_000, 1_023_000_000]
    assert usage.frame["start_utc"].iloc[0] == pd.Timestamp("2026-10-12T18:10:03Z")


def test_a_second_table_of_the_month_is_left_out_and_named(read):
    days = lines([SPANISH, *spanish(range(13, 31))], at=AT)
    sums = lines(
        [["Desde", "Hasta", "Datos"], ["01/10/2026", "31/10/2026", "9 GB"]], at=AT, top=300
    )
    made = read(pdf([days + sums]))
    assert len(made.usage.frame) == 18
    assert "A further table (Desde, Hasta, Datos) is left out" in made.usage.sources[0].notes[0]


def test_letters_drawn_twice_for_bold_are_read_once(read):
    page = lines([SPANISH, *spanish(range(13, 15))], at=AT)
    assert read(pdf([page + page])).usage.frame["bytes_total"].tolist() == [13_500_000, 14_500_000]


def test_one_volume_on_every_day_is_a_total_divided_by_the_calendar(read):
    rows = [[f"{day:02d}/10/2026 06:58", "34,429"] for day in range(1, 32)]
    page = lines([["Fecha", "Datos (MB)"], *rows, ["TOTAL", "1.067,30"]], at=[50, 300])
    frame = read(pdf([page]), timezone="Europe/Madrid").usage.frame
    assert set(frame["time_quality"]) == {"prorated"}
    assert set((frame["end_local"] - frame["start_local"]).dt.days) == {1}
    assert set(frame["bytes_total"]) == {34_429_000}


@pytest.mark.parametrize("number", ["1.234", "1,234"])
def test_a_number_with_two_meanings_is_asked_about(read, number):
    page = lines([["Fecha", "Datos (MB)"], ["13/10/2026", number]], at=[50, 300])
    with pytest.raises(QuestionError, match="may mean one and a bit or over a thousand"):
        read(pdf([page]))
