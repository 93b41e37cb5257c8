"""Read right or ask, never wrong; whatever the order, the split or the damage."""

import datetime as dt
from decimal import Decimal

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator import celitech_csv, table
from esim_analysis.model import FileError, QuestionError, merge

LOCALES = {
    "es": (";", ",", ".", ("Fecha", "Hora", "Volumen", "Tipo"), "Datos"),
    "es-plain": (";", ",", "", ("Fecha", "Hora", "Consumo", "Tipo"), "Internet"),
    "en": (",", ".", ",", ("Date", "Time", "Data Usage", "Type"), "Data"),
    "en-tab": ("\t", ".", "", ("Date", "Time", "Volume", "Type"), "Data"),
    "zh": (",", ".", ",", ("日期", "时间", "流量", "业务"), "上网"),
}
DATES = {
    "dmy": "%d/%m/%Y",
    "mdy": "%m/%d/%Y",
    "ymd": "%Y-%m-%d",
    "dots": "%d.%m.%Y",
    "short": "%d/%m/%y",
}
CLOCKS = {"24": "%H:%M:%S", "12": "%I:%M:%S %p"}
SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)).map(  # noqa: DTZ001 - wall-clock times
    lambda moment: moment.replace(microsecond=0)
)
ROWS = st.lists(st.tuples(MOMENTS, st.integers(0, 5_000_000)), min_size=1, max_size=12, unique=True)


def number(value, decimals, decimal, thousands):
    whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
    return whole.replace(",", thousands) + (decimal + fraction if fraction else "")


@st.composite
def exports(draw):
    """Write rows as one locale would; return the text and the truth."""
    delimiter, decimal, thousands, names, kind = LOCALES[draw(st.sampled_from(sorted(LOCALES)))]
    date = DATES[draw(st.sampled_from(sorted(DATES)))]
    clock = CLOCKS[draw(st.sampled_from(sorted(CLOCKS)))]
    unit = draw(st.sampled_from(sorted(SIZES)))
    where = draw(st.sampled_from(["heading", "cell"]))
    decimals = 0 if unit == "B" else draw(st.integers(0, 4))
    banner = draw(st.integers(0, 3))
    total = draw(st.booleans())
    rows = draw(ROWS)
    head = list(names)
    head[2] += f" ({unit})" if where == "heading" else ""
    lines = ["banner"] * banner + [delimiter.join(head)]
    truth = []
    for moment, raw in rows:
        value = Decimal(raw) / 10**decimals
        cell = number(value, decimals, decimal, thousands) + (f" {unit}" if where == "cell" else "")
        cell = f'"{cell}"' if delimiter in cell else cell
        lines.append(delimiter.join([moment.strftime(date), moment.strftime(clock), cell, kind]))
        truth.append((moment, int((value * SIZES[unit]).to_integral_value())))
    if total:
        lines.append(delimiter.join(["TOTAL", "", "1", ""]))
    return "\n".join(lines) + "\n", truth


@given(exports())
def test_a_table_is_read_right_or_a_question_is_asked(read_table, export):
    text, truth = export
    try:
        usage = read_table(text, timezone="UTC")
    except QuestionError:
        return
    frame = usage.frame
    if set(frame["time_quality"]) == {"prorated"}:
        return
    local = frame["start_local"].dt.to_pydatetime() if len(frame) else []
    found = sorted(zip(local, frame["bytes_total"], strict=True))
    assert len(usage.rejected) == 0
    assert [moment for moment, _ in found] == sorted(moment for moment, _ in truth)
    assert all(
        abs(got - wanted) <= 1 for (_, got), (_, wanted) in zip(found, sorted(truth), strict=True)
    )


def iso(rows):
    return "Date,Usage (KB)\n" + "".join(
        f"{moment:%Y-%m-%d %H:%M:%S},{raw}\n" for moment, raw in rows
    )


def without_place(frame):
    frame = frame.drop(columns=["source", "source_row"])
    columns = ["start_utc", "bytes_total"]
    return frame.sort_values(columns, kind="stable").reset_index(drop=True)


@settings(max_examples=max(settings().max_examples // 4, 1))  # each reads four files
@given(
    ROWS.filter(lambda rows: len({raw for _, raw in rows}) > 1), st.randoms(use_true_random=False)
)
def test_order_split_and_double_import_change_nothing(read_table, rows, random):
    whole = read_table(iso(rows), "a.csv")
    shuffled = random.sample(rows, len(rows))
    cut = random.randrange(1, len(rows))
    parts = [read_table(iso(rows[:cut]), "b.csv"), read_table(iso(rows[cut:]), "c.csv")]
    again = read_table(iso(rows), "e.csv")
    for other in (read_table(iso(shuffled), "d.csv"), merge(parts), merge([whole, again, *parts])):
        pd.testing.assert_frame_equal(without_place(other.frame), without_place(whole.frame))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_file_error(write, data):
    survives(write(data))


@given(exports(), st.data())
def test_no_damage_raises_anything_but_a_file_error(write, export, data):
    text, _ = export
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 8))
        text = text[:at] + data.draw(st.text(max_size=6)) + text[at + length :]
    survives(write(text.encode("utf-8", "surrogatepass")))


@given(st.data())
def test_damaged_sessions_raise_nothing_but_a_file_error(write, samples, data):
    text = (samples / "celitech_csv" / "sessions.csv").read_text()[:900]
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text(max_size=6)) + text[at + data.draw(st.integers(0, 30)) :]
    survives(write(text.encode("utf-8", "surrogatepass")), celitech_csv.IMPORTER)


def survives(file, importer=table.IMPORTER):
    importer.recognise(file)
    try:
        usage = importer.read(file, ReadOptions()).usage
    except FileError as error:
        assert str(error).startswith("export.csv")  # noqa: PT017 - either outcome is right
        return
    (source,) = usage.sources
    assert source.rows == source.kept + source.duplicates + source.rejected
