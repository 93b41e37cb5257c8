"""A file converted in blocks and by the ordinary reader: the same records, to the byte."""

import re
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.ingest import blocks as blocks_of
from esim_analysis.importers.ingest import bucket, ingest, load, records_of
from esim_analysis.importers.operator.table import read
from esim_analysis.model import FileError, UsageRecords, merge

HEADINGS = (
    "Id registro;ICCID;Fecha inicio;Fecha fin;País;Red;APN;Subida (MB);Bajada (MB);"
    "Servicio;Importe (EUR);Imei\n"
)


def rows(count: int = 400) -> list[str]:
    """Return rows of three SIMs, one every two hours, over the night the clocks go back."""
    start = pd.Timestamp("2026-10-01") + pd.to_timedelta(range(0, count * 120, 120), unit="min")
    return [
        f"R{place:07d};89340710000000000{place % 3:02d};{one:%d/%m/%Y %H:%M:%S};"
        f"{one + pd.Timedelta(minutes=50):%d/%m/%Y %H:%M:%S};{'España' if place % 9 else 'Francia'};"
        f"Móvil;internet;{place % 7},{place % 1000:06d};{place % 40},5;Datos;0,{place % 10};"
        f"35{place:06d}\n"
        for place, one in enumerate(start)
    ]


def write(folder: Path, body: list[str], headings: str = HEADINGS) -> SourceFile:
    path = folder / "export.csv"
    headings = headings.replace("\n", "\r\n") if body[0].endswith("\r\n") else headings
    path.write_bytes((headings + "".join(body)).encode("latin-1"))
    return SourceFile(path, path.name)


def both(file: SourceFile, folder: Path, *, buckets: int = 1) -> tuple[UsageRecords, UsageRecords]:
    """Return the records converted in blocks, all buckets together, and by the ordinary reader."""
    made, _ = ingest(file, folder / "ingested", ReadOptions(), large=0)
    assert made is not None
    assert not made.finished, "the file went through the ordinary reader"
    made = load(folder / "ingested")
    out = folder / "buckets"
    bucket([(made, out)], buckets=buckets)
    parts = [records_of([(made, out)], number) for number in range(buckets)]
    ordinary = read(file, ReadOptions()).usage
    assert ordinary is not None
    return parts[0] if buckets == 1 else merge(parts), ordinary


def assert_same(one: UsageRecords, two: UsageRecords) -> None:
    pd.testing.assert_frame_equal(one.frame, two.frame)
    pd.testing.assert_frame_equal(one.rejected, two.rejected)
    assert one.decisions == two.decisions
    assert one.sources == two.sources
    assert dict(one.raw_lines) == dict(two.raw_lines)


def test_a_plain_export_gives_the_records_of_the_ordinary_reader(tmp_path):
    fast, ordinary = both(write(tmp_path, rows()), tmp_path)
    assert (ordinary.frame["fold"] == "assumed").any()
    assert_same(fast, ordinary)


DAMAGE = {
    "a volume that is no number": lambda r: [*r[:200], r[200].replace(",5;", ",x;"), *r[201:]],
    "a date of another order": lambda r: [*r[:99], r[99].replace("09/10/2026", "32/10/2026"), *r[100:]],
    "no volume": lambda r: [*r[:7], r[7].replace(";7,5;", ";;"), *r[8:]],
    "thousands marks": lambda r: [*r, r[-1].replace("R0000399", "R0000400").replace(";39,5;", ";1.039,5;")],
    "an end before its start": lambda r: [*r[:5], r[5].replace("10:50:00", "09:50:00"), *r[6:]],
    "one row twice": lambda r: [*r, r[50]],
    "one id for two records": lambda r: [*r, r[50].replace(";10,5;", ";11,5;")],
    "a total": lambda r: [*r, "Total;;;;;;;;399,5;;;\n"],
    "a cell too many": lambda r: [*r[:30], r[30].replace("\n", ";x\n"), *r[31:]],
    "a row that breaks off": lambda r: [*r[:-1], r[-1][:60]],
    "a row too short": lambda r: [*r[:60], r[60].rsplit(";", 2)[0] + "\n", *r[61:]],
    "no record id": lambda r: [*r[:70], r[70].replace("R0000070", ""), *r[71:]],
    "spaces around cells": lambda r: [*r[:70], r[70].replace(";Móvil;", "; Móvil ;"), *r[71:]],
    "an unknown SIM": lambda r: [*r[:70], r[70].replace("8934071000000000001", "-"), *r[71:]],
    "messages among the data": lambda r: [*r[:70], r[70].replace("Datos", "SMS"), *r[71:]],
    "some of it free": lambda r: [row.replace("Datos", "Datos (tarifa cero)") for row in r[:9]] + r[9:],
    "windows line ends": lambda r: [row.replace("\n", "\r\n") for row in r],
    "midnight as 24:00": lambda r: [*r[:12], r[12].replace("02/10/2026 00:00:00", "01/10/2026 24:00:00"), *r[13:]],
    "newest first": lambda r: r[::-1],
    "no decimals at all": lambda r: [row.replace(",5;", ",250;") for row in r],
    "a day that is not": lambda r: [*r[:70], r[70].replace("06/10/2026", "31/11/2026"), *r[71:]],
    "letters within a number": lambda r: [*r[:70], r[70].replace(",5;", ",5ÿ;"), *r[71:]],
    "two decimal marks": lambda r: [*r[:70], r[70].replace(",5;", ",5,5;"), *r[71:]],
    "a mark without figures": lambda r: [*r[:70], r[70].replace(",5;", ",;"), *r[71:]],
    "a number too long": lambda r: [*r[:70], r[70].replace(",5;", "0000000000,5;"), *r[71:]],
    "no money": lambda r: [*r[:70], r[70].replace(";0,0;", ";;"), *r[71:]],
    "no line end at the end": lambda r: [*r[:-1], r[-1].rstrip()],
    "a date long ago": lambda r: [*r[:70], r[70].replace("/2026", "/1926"), *r[71:]],
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_plain_is_read_as_the_ordinary_reader_reads_it(tmp_path, damage):
    fast, ordinary = both(write(tmp_path, DAMAGE[damage](rows())), tmp_path)
    assert_same(fast, ordinary)


SHAPES = {
    "in utf-8": lambda text: text.encode("utf-8"),
    "in bytes": lambda text: text.replace("(MB)", "(bytes)").replace(",5;", ";").encode("latin-1"),
    "in binary units": lambda text: text.replace("(MB)", "(MiB)").encode("latin-1"),
    "the day last": lambda text: re.sub(r"(\d\d)/(\d\d)/(\d{4}) ", r"\3-\2-\1T", text).encode("latin-1"),
    "one volume": lambda text: text.replace("Subida (MB)", "Nota").replace("Bajada (MB)", "Consumo (MB)").encode("latin-1"),
    "with places": lambda text: text.replace("Imei", "Localidad").encode("latin-1"),
    "one word": lambda text: text.replace("País;Red;APN", "A;B;C").replace("Servicio", "D").encode("latin-1"),
    "without a line": lambda text: text.replace("ICCID", "Nota 2").encode("latin-1"),
    "with sessions": lambda text: text.replace("Imei", "Id sesión").encode("latin-1"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_exports_of_another_shape_give_the_records_of_the_ordinary_reader(tmp_path, shape):
    path = tmp_path / "export.csv"
    path.write_bytes(SHAPES[shape](HEADINGS + "".join(rows())))
    fast, ordinary = both(SourceFile(path, path.name), tmp_path)
    assert_same(fast, ordinary)


def test_blocks_of_any_length_give_the_same_records(tmp_path, monkeypatch):
    file = write(tmp_path, [*rows()[:60], "cut off\n", *rows()[60:]])
    one, _ = both(file, tmp_path / "one")
    monkeypatch.setattr(blocks_of, "_STEP", 1000)
    many, _ = both(file, tmp_path / "many")
    assert_same(one, many)


def test_a_line_longer_than_a_block_is_for_the_ordinary_reader(tmp_path, monkeypatch):
    file = write(tmp_path, rows(50))
    monkeypatch.setattr(blocks_of, "_STEP", 80)
    made, _ = ingest(file, tmp_path / "ingested", ReadOptions(), large=0)
    assert made is not None
    assert made.finished


def test_a_row_that_touches_no_allowance_is_marked(tmp_path):
    body = [row.replace("Datos", "Zero-rated data") for row in rows()[:9]] + rows()[9:]
    _, ordinary = both(write(tmp_path, body), tmp_path)
    assert ordinary.frame["zero_rated"].sum() == 9
    assert (ordinary.frame["service_class"] == "data").all()


def test_buckets_together_hold_every_record_once(tmp_path):
    fast, ordinary = both(write(tmp_path, rows()), tmp_path, buckets=5)
    pd.testing.assert_frame_equal(fast.frame, ordinary.frame)


def test_a_line_is_in_one_bucket(tmp_path):
    file = write(tmp_path, rows())
    made, _ = ingest(file, tmp_path / "ingested", ReadOptions(), large=0)
    out = tmp_path / "buckets"
    bucket([(made, out)], buckets=4)
    lines = [set(records_of([(made, out)], n).frame["line"]) for n in range(4)]
    assert sum(map(len, lines)) == len(set.union(*lines)) == 3


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text.replace(" (MB)", ""), "does not say whether it holds bytes"),
        (lambda text: text.replace("/10/2026", "/09/2026").replace("/11/2026", "/13/2026"), None),
        (lambda text: text.replace(";Datos;", ";Datos;x"), None),
    ],
)
def test_a_refusal_is_that_of_the_ordinary_reader(tmp_path, change, found):
    file = write(tmp_path, rows())
    file.path.write_text(change(file.path.read_text(encoding="latin-1")), encoding="latin-1")
    said = []
    for reader in (
        lambda: ingest(file, tmp_path / "ingested", ReadOptions(), large=0),
        lambda: read(file, ReadOptions()),
    ):
        try:
            reader()
        except FileError as problem:
            said.append(str(problem))
        else:
            said.append("")
    assert said[0] == said[1]
    assert found is None or found in said[0]


@pytest.mark.parametrize(
    "body",
    [
        ['"R1";"x";"quoted"\n', *rows(50)],
        [*rows(50)[:20], "\n", *rows(50)[20:]],
        [row.replace("Móvil", "M\x93vil") for row in rows(50)],
    ],
    ids=["quotes", "an empty line", "letters of cp1252"],
)
def test_other_shapes_go_through_the_ordinary_reader(tmp_path, body):
    file = write(tmp_path, body)
    made, _ = ingest(file, tmp_path / "ingested", ReadOptions(), large=0)
    assert made is not None
    assert made.finished
    out = tmp_path / "buckets"
    bucket([(made, out)], buckets=1)
    ordinary = read(file, ReadOptions()).usage
    assert ordinary is not None
    assert_same(records_of([(made, out)], 0), ordinary)
