"""Which texts are typed readings, and what the two importers make of them."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator.balance_readings import IMPORTER as BALANCES
from esim_analysis.importers.phone.app_readings import IMPORTER as APPS
from esim_analysis.importers.readings import (
    evidence_from_app_readings,
    parse_readings,
    usage_from_snapshots,
)
from esim_analysis.importers.readings.lines import is_row
from esim_analysis.model import FileError

BALANCE_TEXT = "时区: Europe/Madrid\n2026-11-02 23:10 剩 4.21 GB\n2026-11-03 07:40 剩 3.31 GB\n"
LISTING_TEXT = (
    "iPhone 2026-11-02 23:12\n词典 845.3 MB\nSafari\n312 MB\n\n"
    "iPhone 2026-11-03 07:42\n词典 1.66 GB\nSafari\n315 MB\n"
)
FOREIGN = {
    "usage.csv": "Fecha;Consumo;Red\n02/11/2026 09:00;12,3 MB;214-07\n02/11/2026 10:00;1,3 MB;214-07\n",
    "plan.csv": "2026-11-02 09:00,Data used,12 MB,ES,214\n2026-11-02 10:00,Data used,9 MB,ES,214\n",
    "cells.csv": "Date,App,Data\n2026-11-02 09:00,WeChat,12 MB\n2026-11-02 10:00,Maps,2 MB\n",
    "netstats.txt": "Xt stats:\n  ident=[{type=0}] uid=-1\n    st=1793520000 rb=1 rp=1 tb=1 tp=1\n",
    "packages.txt": "package:com.android.chrome uid:10123\npackage:com.tencent.mm uid:10200\n",
    "usage.json": '{"used": "1.8 GB", "at": "2026-11-02 09:00"}',
    "prose.txt": "On 2026-11-02 09:00 I noticed that my eSIM had only 4.2 GB left, which I thought "
    "was odd.\nThe next day I called the shop.\nThey told me to wait.\n",
    "blank.txt": "\n \n",
    "dates.txt": "2026-11-02 09:00\n2026-11-03 09:00\n",
}


def _file(folder: Path, text: str, name: str = "a.txt") -> SourceFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return SourceFile(path, name)


def test_balances_are_known_to_the_operator_importer_only(tmp_path):
    file = _file(tmp_path, BALANCE_TEXT)
    assert (BALANCES.recognise(file), APPS.recognise(file)) == (True, False)
    made = BALANCES.read(file, ReadOptions())
    assert made.snapshots is not None
    usage = usage_from_snapshots([made.snapshots])
    assert usage.frame["bytes_total"].tolist() == [900_000_000]
    assert usage.sources[0].sha256 == file.sha256
    assert usage.decisions["a.txt"].zone.value == "Europe/Madrid"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("2026-11-02, 09:00, 4,2 GB left of 5,0 GB", False),
        ("Oct 2, 2026, 9:00 used 1,8 GB, left 3,2 GB", False),
        ("2026-11-02 09:00;12,3 MB;214-07;ES", True),
        ("2026-11-02,09:00,12.3,214,07,ES", True),
    ],
)
def test_a_row_of_a_table_has_more_separators_than_a_reading(line, row):
    assert is_row(line) is row


def test_a_listing_is_known_to_the_phone_importer_only(tmp_path):
    file = _file(tmp_path, LISTING_TEXT)
    assert (BALANCES.recognise(file), APPS.recognise(file)) == (False, True)
    made = APPS.read(file, ReadOptions(timezone="Europe/Madrid"))
    assert made.snapshots is None
    assert made.app_readings is not None
    assert made.evidence is not None
    assert made.evidence.sources[0].id == "a.txt"
    rows = evidence_from_app_readings([made.app_readings]).frame
    assert sorted(rows["bytes_down"]) == [3_000_000, 814_700_000]


def test_a_text_with_both_is_the_phones_and_keeps_its_balances(tmp_path):
    file = _file(tmp_path, BALANCE_TEXT + LISTING_TEXT + "a line nobody understands\n")
    assert (BALANCES.recognise(file), APPS.recognise(file)) == (False, True)
    made = APPS.read(file, ReadOptions())
    assert made.snapshots is not None
    assert made.evidence is not None
    assert len(made.snapshots.frame) == 2
    assert made.evidence.rejected["line"].tolist() == ["13"]
    assert made.snapshots.rejected.empty
    assert made.evidence.phone_zone == "Europe/Madrid"


@pytest.mark.parametrize("name", FOREIGN)
def test_other_texts_are_left_to_others(tmp_path, name):
    file = _file(tmp_path, FOREIGN[name], name)
    assert (BALANCES.recognise(file), APPS.recognise(file)) == (False, False)


def test_a_picture_is_left_to_others(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20)
    file = SourceFile(path, "photo.jpg")
    assert (BALANCES.recognise(file), APPS.recognise(file)) == (False, False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_text_from_windows_reads_the_same(tmp_path, encoding):
    path = tmp_path / "b.txt"
    path.write_bytes(BALANCE_TEXT.replace("剩", "剩余流量").replace("\n", "\r\n").encode(encoding))
    file = SourceFile(path, "b.txt")
    assert BALANCES.recognise(file)
    made = BALANCES.read(file, ReadOptions())
    assert made.snapshots is not None
    assert made.snapshots.frame["remaining"].tolist() == [4_210_000_000, 3_310_000_000]


@pytest.mark.parametrize(
    ("importer", "text"),
    [
        (BALANCES, "2026-02-30 09:00, 4.2 GB left\n"),
        (APPS, "iPhone 2026-02-30 09:00\nA 9 MB\n"),
        (BALANCES, "02/11/2026 09:00, 4.2 GB left\n"),
    ],
)
def test_a_text_without_one_usable_reading_is_refused_in_a_sentence(tmp_path, importer, text):
    file = _file(tmp_path, text)
    assert importer.recognise(file)
    with pytest.raises(FileError, match=r"a\.txt: .*Next: "):
        importer.read(file, ReadOptions())


_SHARDS = st.sampled_from(
    [
        "2026-11-02",
        "02/11",
        "31/12/2026",
        "09:00",
        "25:61",
        "iPhone",
        "剩",
        "left",
        "used",
        "of",
        "4.2 GB",
        "1,234 MB",
        "9" * 30 + " GB",
        "0 bytes",
        "zone:",
        "UTC",
        "词典",
        "\n",
        ",",
        "\t",
        "z",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_SHARDS, max_size=30).map(" ".join)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_raises_nothing_but_a_file_error(tmp_path, text):
    path = tmp_path / "junk.txt"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    file = SourceFile(path, "junk.txt")
    known = [importer for importer in (BALANCES, APPS) if importer.recognise(file)]
    assert len(known) <= 1
    with contextlib.suppress(FileError):
        readings = parse_readings(text, name="junk.txt", timezone=None)
        evidence_from_app_readings([readings.app_readings])
    for importer in known:
        with contextlib.suppress(FileError):
            importer.read(file, ReadOptions())
