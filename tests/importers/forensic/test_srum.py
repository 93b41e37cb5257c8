"""Windows' usage table, from documentation: the layer that takes rows, and hostile databases.

No library writes ESE, so the database is a stand-in with the two tables of the documentation.
"""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import srum
from esim_analysis.importers.phone._srum_rows import names_of, srum_rows
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import EVIDENCE, Evidence, FileError
from esim_analysis.model.frames import conform

WIFI, MODEM, CABLE, LOOP = (kind << 48 | 1 << 24 for kind in (71, 243, 6, 24))
NINE = 46_296 + 9 / 24  # 2026-10-01 09:00 UTC as an OLE date
HEAD = b"\x00\x00\x00\x00\xef\xcd\xab\x89" + bytes(4096)


def _row(app=1, stamp=NINE, luid=WIFI, sent=10, received=100):
    return {"AppId": app, "TimeStamp": stamp, "InterfaceLuid": luid,
            "BytesSent": sent, "BytesRecvd": received}  # fmt: skip


def _id(number, text, kind=0):
    return {"IdType": kind, "IdIndex": number, "IdBlob": f"{text}\0".encode("utf-16-le")}


NAMES = {1: "chrome.exe"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (r"\Device\HarddiskVolume3\Users\ana\AppData\Local\chrome.exe", "chrome.exe"),
        ("!!svchost.exe!2021/04/12:10:00:00!1f2e3!DoSvc", "svchost.exe [DoSvc]"),
        ("!!System!", "System"),
        ("Microsoft.ZuneMusic_8wekyb3d8bbwe", "Microsoft.ZuneMusic"),
        ("my_tool.exe", "my_tool.exe"),
    ],
)
def test_a_program_is_told_without_folder_user_or_publisher(told, name):
    assert names_of([_id(1, told)]) == {1: name}


def test_ids_of_persons_are_not_read():
    assert names_of([_id(1, "S-1-5-21", kind=3), {"IdType": 0, "IdIndex": 2, "IdBlob": None}]) == {}


def test_a_row_is_the_hour_up_to_its_time_stamp():
    frame, rejected = srum_rows([_row()], NAMES, "SRUDB.dat")
    row = conform(frame, EVIDENCE, what="evidence").iloc[0]
    assert row["start_utc"] == pd.Timestamp("2026-10-01 08:00", tz="UTC")
    assert row["end_utc"] == pd.Timestamp("2026-10-01 09:00", tz="UTC")
    assert (row["app"], row["bytes_up"], row["bytes_down"]) == ("program:chrome.exe", 10, 100)
    assert rejected.empty


def test_only_the_modem_of_the_computer_counts_and_wifi_is_shown():
    frame, _ = srum_rows([_row(luid=one) for one in (WIFI, MODEM, CABLE, LOOP)], NAMES, "s")
    told = frame.set_index("interface")["counts_toward_total"].to_dict()
    assert told == {"wifi": False, "cellular": True, "ethernet": False}


def test_users_of_one_program_are_added_and_no_byte_is_lost():
    rows = [_row(sent=3), _row(sent=4), _row(app=9, sent=5), _row(luid=MODEM, sent=6)]
    frame, _ = srum_rows(rows, NAMES, "s")
    assert frame["bytes_up"].sum() == 18
    assert frame["bytes_down"].sum() == 400
    assert len(frame) == 3
    assert "system" in frame["app"].tolist()  # a number the id map does not know


def test_a_luid_may_come_signed():
    high = 0xFFFF << 48
    assert srum_rows([_row(luid=high - 2**64)], NAMES, "s")[0]["interface"].tolist() == ["unknown"]
    assert srum_rows([_row(luid=MODEM)], NAMES, "s")[0]["interface"].tolist() == ["cellular"]
    assert srum_rows([_row(luid=None)], NAMES, "s")[0]["interface"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    "broken", [{"stamp": None}, {"stamp": 1e300}, {"sent": -1}, {"received": 2**63}, {"sent": "x"}]
)
def test_a_row_that_cannot_be_read_is_kept_aside(broken):
    frame, rejected = srum_rows([_row(), _row(**broken)], NAMES, "s")
    assert len(frame) == 1
    assert rejected["line"].tolist() == ["2"]


_VALUES = st.one_of(st.none(), st.integers(-(2**70), 2**70), st.floats(), st.text(), st.binary())


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(_row(), _VALUES)), max_size=5))
@settings(max_examples=60)
def test_whatever_the_columns_hold_the_frame_keeps_its_contract(rows):
    frame, rejected = srum_rows(rows, NAMES, "s")
    assert len(Evidence(frame).frame) + len(rejected) <= len(rows)


class _Table:
    def __init__(self, rows):
        self._rows = rows

    def records(self):
        return iter(self._rows)


def _library(monkeypatch, tables):
    class _Database:
        def __init__(self, stream):
            stream.read(1)

        def table(self, name):
            return _Table(tables[name])

    monkeypatch.setattr(srum, "import_module", lambda _: SimpleNamespace(ESE=_Database))


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "SRUDB.dat"
    path.write_bytes(HEAD)
    return SourceFile(path, "SRUDB.dat")


def test_the_two_tables_become_evidence_that_says_what_it_rests_on(database, monkeypatch):
    rows = [_row(received=5_000_000), _row(luid=MODEM, stamp=NINE + 1 / 24), _row(stamp=None)]
    tables = {srum.USAGE_TABLE: rows, "SruDbIdMapTable": [_id(1, r"\x\chrome.exe")]}
    _library(monkeypatch, tables)
    importer = importer_for(database)
    assert importer.known_from == "documentation"
    told = importer.read(database, ReadOptions())
    assert told.evidence.frame["app"].unique().tolist() == ["program:chrome.exe"]
    (source,) = told.evidence.sources
    assert (source.rows, source.kept, source.rejected) == (3, 2, 1)
    assert "by its documentation" in told.notes[0]
    assert "chrome.exe 5 MB" in " ".join(told.notes)
    for lang in LANGUAGES:
        assert all(Words(lang).retell(note) for note in told.notes)


def test_another_database_of_windows_is_refused(database, monkeypatch):
    _library(monkeypatch, {"MSysObjects": []})
    with pytest.raises(FileError, match=r"not SRUDB\.dat"):
        srum.read(database, ReadOptions())


def test_an_empty_usage_table_is_refused(database, monkeypatch):
    _library(monkeypatch, {srum.USAGE_TABLE: [], "SruDbIdMapTable": []})
    with pytest.raises(FileError, match="no usable hour"):
        srum.read(database, ReadOptions())


def test_without_the_extra_the_sentence_names_it(database, monkeypatch):
    monkeypatch.setattr(srum, "find_spec", lambda _: None)
    with pytest.raises(FileError, match=r"esim-analysis\[forensic\]"):
        srum.read(database, ReadOptions())


def test_a_database_that_is_only_a_head_is_refused(database):
    pytest.importorskip("dissect.database", reason="the extra [forensic] is not installed")
    with pytest.raises(FileError, match="damaged"):
        srum.read(database, ReadOptions())


@given(st.binary(max_size=6000), st.integers(0, 668))
@settings(max_examples=40, deadline=None)
def test_hostile_bytes_end_in_a_sentence(tmp_path_factory, content, at):
    pytest.importorskip("dissect.database", reason="the extra [forensic] is not installed")
    path = tmp_path_factory.mktemp("ese") / "SRUDB.dat"
    path.write_bytes(HEAD[: 8 + at] + content)
    with pytest.raises(FileError):
        srum.read(SourceFile(path, path.name), ReadOptions())
