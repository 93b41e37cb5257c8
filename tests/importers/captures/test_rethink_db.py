"""RethinkDNS's log: bytes, hosts and whether the network was metered."""

import shutil
import sqlite3
from contextlib import closing

import databases
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.rethink_db import IMPORTER
from esim_analysis.model import FileError


@pytest.fixture
def log(tmp_path):
    def make(*rows, **options):
        return databases.log(tmp_path / "made.db", *rows, **options)

    return make


def test_a_connection_is_a_flow_with_app_host_bytes_and_metered(read, log):
    imported = read(log({}), by="rethink_db")
    row = imported.evidence.frame.iloc[0]
    assert (row["app"], row["app_label"], row["uid"]) == ("com.example.lexi", "Lexi", 10123)
    assert (row["bytes_up"], row["bytes_down"], row["metered"]) == (100, 2000, True)
    assert (row["remote_host"], row["remote_ip"]) == ("sync.lexi.example", "203.0.113.9")
    assert str(row["start_utc"]) == "2026-10-02 22:00:00.250000+00:00"
    assert (row["end_utc"] - row["start_utc"]).total_seconds() == 9
    assert imported.packages.to_numpy().tolist() == [[10123, "com.example.lexi"]]


def test_blocked_connections_carried_nothing_and_are_told(read, log):
    imported = read(log({}, {"isBlocked": 1}, {"connType": "Unmetered"}), by="rethink_db")
    assert imported.evidence.frame["metered"].tolist() == [True, False]
    assert any("1 more were blocked" in note for note in imported.notes)


def test_an_old_log_without_bytes_says_so(read, log):
    with pytest.raises(FileError, match="without byte counts"):
        read(log({}, schema=databases.OLD), by="rethink_db")


@pytest.mark.parametrize("odd", ["text", b"\xff\x00", -5, None, 10**18, 1.5e300])
def test_any_cell_may_hold_anything(read, log, odd):
    evidence = read(log({}, {"downloadBytes": odd}, {"timeStamp": odd}), by="rethink_db").evidence
    assert len(evidence.frame) == 1
    assert sorted(evidence.rejected["field"]) == ["downloadBytes", "timeStamp"]


def test_what_still_stands_in_the_log_beside_it_is_read_and_nothing_changes(tmp_path, log):
    log({})
    with closing(sqlite3.connect(tmp_path / "made.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            "INSERT INTO ConnectionTracker SELECT 9, 'Late', uid, ipAddress, port, "
            "protocol, 0, '', '', dnsQuery, timeStamp, packageName, 0, '', 7, 7, 1, '' "
            "FROM ConnectionTracker"
        )
        database.commit()
        folder = tmp_path / "copy"
        folder.mkdir()
        for name in ("made.db", "made.db-wal"):
            shutil.copyfile(tmp_path / name, folder / name)
    file = SourceFile(folder / "made.db", "made.db")
    assert len(IMPORTER.read(file, ReadOptions()).evidence.frame) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["made.db", "made.db-wal"]
    assert IMPORTER.recognise(SourceFile(folder / "made.db-wal", "made.db-wal"))


def test_a_view_under_the_tables_name_is_not_run(read, tmp_path, log):
    log({}, table="other")
    with closing(sqlite3.connect(tmp_path / "made.db")) as database:
        database.execute("CREATE VIEW ConnectionTracker AS SELECT * FROM other")
        database.commit()
    with pytest.raises(FileError):
        read((tmp_path / "made.db").read_bytes(), by="rethink_db")
