"""Tables of one manner are read together: what each becomes depends on its own file alone."""

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions, attempt
from esim_analysis.importers.operator import table
from esim_analysis.importers.parts import read_parts
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples" / "table"
TEXTS = [path for path in sorted(SAMPLES.iterdir()) if ".golden" not in path.name]
OPTIONS = ReadOptions(timezone="Europe/Madrid")
HEADINGS = "Fecha y hora;Fin;Línea;Datos (MB);Importe (€)\n"
AUTUMN = [
    "26/10/2025 01:10;26/10/2025 01:20;600000001;1,5;0,10\n",
    "26/10/2025 02:50;26/10/2025 02:55;600000001;2,5;0,10\n",
    "26/10/2025 02:10;26/10/2025 02:20;600000001;3,5;0,10\n",
    "26/10/2025 04:10;26/10/2025 04:20;600000001;4,5;gratis\n",
]


def pieces(path: Path) -> list[bytes]:
    """Return a file, its first and second half, and its rows from the last to the first."""
    head, *body = path.read_bytes().splitlines(keepends=True)
    body = [row if row.endswith(b"\n") else row + b"\n" for row in body]
    half = len(body) // 2
    return [
        b"".join([head, *rows]) for rows in (body, body[:half], body[half:], list(reversed(body)))
    ]


def same(one, other) -> bool:
    if isinstance(one, FileError):
        return str(one) == str(other)
    one, other = one.usage, other.usage
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.rejected, other.rejected)
    return (one.sources, one.decisions, one.raw_lines) == (
        other.sources,
        other.decisions,
        other.raw_lines,
    )


def check(files: list[SourceFile], options: ReadOptions = OPTIONS) -> dict:
    together = dict(table.read_many(iter(files), options))
    assert set(together) == set(files)
    for file in files:
        alone = attempt(file, lambda file=file: table.read(file, options))
        assert same(together[file], alone), file.name
    return together


def workbook(*rows: list) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_sample_and_its_parts_become_together_what_each_becomes_alone(path, write):
    check([write(piece, f"{place}-{path.name}") for place, piece in enumerate(pieces(path))])


def test_all_samples_together_with_files_that_cannot_be_read(write):
    files = [write(path.read_bytes(), path.name) for path in TEXTS]
    files += [write(HEADINGS, "empty.csv"), write("a;b\n1;2\n", "other.csv")]
    together = check([*files, *(write(f.data, f"copy-{f.name}") for f in files)])
    assert sum(isinstance(made, FileError) for made in together.values()) == 4


def test_the_repeated_hour_is_told_by_the_rows_of_its_own_file(write):
    """One file runs forwards, one backwards: in both 02:50 is summer time and 02:10 winter time."""
    forwards = write(HEADINGS + "".join(AUTUMN), "a.csv")
    backwards = write(HEADINGS + "".join(reversed(AUTUMN)), "b.csv")
    for made in check([forwards, backwards]).values():
        frame = made.usage.frame.set_index("bytes_total")
        assert frame.loc[2_500_000, "start_utc"] == pd.Timestamp("2025-10-26 00:50", tz="UTC")
        assert frame.loc[3_500_000, "start_utc"] == pd.Timestamp("2025-10-26 01:10", tz="UTC")
        (source,) = made.usage.sources
        assert any("One charge" in note for note in source.notes)


def test_each_workbook_says_for_itself_whether_its_dates_have_a_clock(write):
    heading = ["Start", "SIM", "Data (MB)"]
    midnight, noon = dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 1, 12)  # noqa: DTZ001
    days = write(
        workbook(heading, [midnight.date(), "S1", 5], [midnight.date(), "S2", 6]), "d.xlsx"
    )
    moments = write(workbook(heading, [midnight, "S1", 5], [noon, "S2", 6]), "m.xlsx")
    check([days, moments])


def test_more_rows_than_go_together_are_read_in_turn(write, monkeypatch):
    monkeypatch.setattr(table, "_TOGETHER", 5)
    check([write(piece, f"{n}.csv") for n, piece in enumerate(pieces(SAMPLES / "carrier_us.csv"))])


def test_parts_come_in_the_order_of_the_paths_whatever_was_read_together(tmp_path):
    for place, path in enumerate(TEXTS):
        (tmp_path / f"{place}.csv").write_bytes(path.read_bytes())
        (tmp_path / f"{place}-again.csv").write_bytes(pieces(path)[1])
    (tmp_path / "3-damaged.csv").write_bytes(b"\x00\x01\x02 no table")
    parts, problems = read_parts([tmp_path], timezone="Europe/Madrid")
    assert [part.name for part in parts] == sorted(part.name for part in parts)
    assert len(parts) + len(problems) == 2 * len(TEXTS) + 1
