"""Headings nobody knows: what only one column can be is taken and said; the rest is asked."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

from esim_analysis.importers.reading import read
from esim_analysis.model import NothingUsableError

LOTTERY = Path(__file__).parents[3] / "benchmarks" / "header_lottery.py"
ROWS = "\n".join(f"2026-10-{day:02d} 10:0{day % 6}:00;{day},5;x" for day in range(1, 21))


@pytest.fixture(scope="module")
def lottery():
    spec = importlib.util.spec_from_file_location("header_lottery", LOTTERY)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [60, pytest.param(200, marks=pytest.mark.nightly)])
def test_nine_in_ten_drawn_tables_are_read_and_none_wrongly(lottery, drawn):
    counts = Counter(result for _, result, _ in lottery.lottery(drawn, seed=2026))
    assert counts["wrong"] == counts["refused"] == 0
    assert counts["read"] >= 0.9 * drawn


def usage_of(tmp_path, text):
    path = tmp_path / "usage.csv"
    path.write_text(text, encoding="utf-8")
    return read([path], timezone="Europe/Madrid").usage


def question_of(tmp_path, text) -> str:
    with pytest.raises(NothingUsableError) as asked:
        usage_of(tmp_path, text)
    return str(asked.value)


def test_the_only_column_with_a_unit_of_data_is_the_volume_and_the_screen_says_so(tmp_path):
    usage = usage_of(tmp_path, f"Fecha;Trasvase (MB);Nota\n{ROWS}\n")
    assert usage.frame["bytes_total"].sum() == 220_000_000
    said = "is taken for the volume: it is the only one with a unit of data."
    assert usage.sources[0].notes[0] == f"The column 'Trasvase (MB)' {said}"


@pytest.mark.parametrize(
    "heading", ["Saldo (MB)", "Remaining (MB)", "Franquicia (MB)", "剩余(MB)", "Last month (MB)"]
)
def test_what_is_left_or_allowed_is_never_taken_for_what_was_used(tmp_path, heading):
    said = question_of(tmp_path, f"Fecha;{heading};Nota\n{ROWS}\n")
    assert "no column surely says how much" in said


def test_two_columns_that_could_be_the_volume_are_asked_about(tmp_path):
    rows = ROWS.replace(";x", ";7,5")
    said = question_of(tmp_path, f"Fecha;Trasvase (MB);Derrame (MB)\n{rows}\n")
    assert "no column surely says how much" in said


def test_the_only_column_of_dates_and_hours_is_the_time_of_use(tmp_path):
    usage = usage_of(tmp_path, f"Momentum;Volumen (MB);Nota\n{ROWS}\n")
    assert usage.frame["start_local"].min().isoformat() == "2026-10-01T10:01:00"


@pytest.mark.parametrize("heading", ["Invoice issued", "Vencimiento", "到期时间"])
def test_the_day_of_an_invoice_is_never_the_time_of_use(tmp_path, heading):
    said = question_of(tmp_path, f"{heading};Volumen (MB);Nota\n{ROWS}\n")
    assert "no column surely says when" in said


def days(form: str, *, a_day: int) -> str:
    rows = [
        form.format(day=day) + f" {7 + 3 * turn:02d}:{day:02d};{day}"
        for day in range(1, 13)
        for turn in range(a_day)
    ]
    return "Fecha;Volumen (MB)\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("form", ["{day:02d}/10/2026", "10/{day:02d}/2026"])
def test_use_that_runs_on_from_day_to_day_settles_the_order_of_day_and_month(tmp_path, form):
    usage = usage_of(tmp_path, days(form, a_day=3))
    found = usage.frame["start_local"].dt.strftime("%m-%d").unique().tolist()
    assert found == [f"10-{day:02d}" for day in range(1, 13)]
    assert usage.decisions["usage.csv"].locale.reason


def test_one_row_a_month_or_a_day_settles_nothing(tmp_path):
    assert "day first and month first" in question_of(tmp_path, days("{day:02d}/10/2026", a_day=1))
