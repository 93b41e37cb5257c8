"""DataUsage.sqlite: counters by bundle, the phone's total apart, two backups differenced."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.ios_data_usage import IMPORTER, difference_backups
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Evidence, FileError

SAMPLES = Path(__file__).parent / "samples"
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
DAY = 86_400
WORDS = ("com.example.words", "words/com.example.words", 0, 5 * DAY, 0, 70.0, 7.0, 1000.4, 100.0)
HELPER = ("com.example.words", "nsurlsessiond/com.example.words", DAY, 6 * DAY, 0, 0, 0, 500, 50)
DNS_FOR_STORE = (None, "mDNSResponder/com.apple.AppStore", 0, DAY, 0, 0, 0, 30, 3)
HOTSPOT = ("com.apple.datausage.personalhotspot", "hotspot", 0, DAY, 0, 0, 0, 4000, 400)
DNS = ("com.apple.datausage.dns", "mDNSResponder", 0, DAY, 0, 0, 0, 20, 2)
BARE = (None, "apsd", 0, DAY, 0, 0, 0, 9, 1)
UUID = (None, "0A1B2C3D-0A1B-0A1B-0A1B-0A1B2C3D4E5F/com.apple.facetime", 0, DAY, 0, 0, 0, 8, 0)
DELETED = ("", None, 0, 0, 0, 0, 0, 60, 6)
TRACKER = (None, "CumulativeUsageTracker/x", 0, 6 * DAY, 255, 0, 0, 6189, 0)
SILENT = ("com.example.silent", "silent", 0, DAY, 0, 0, 0, 0, 0)
ALL = (WORDS, HELPER, DNS_FOR_STORE, HOTSPOT, DNS, BARE, UUID, DELETED, TRACKER, SILENT)


def read(file):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "ios_data_usage"
    return IMPORTER.read(file, ReadOptions())


def mobile(file):
    rows = read(file).evidence.frame
    return rows[rows["interface"] == "cellular"].set_index("app")


def test_a_backup_reads_as_its_golden_frame(backup, golden):
    evidence = read(backup(*ALL)).evidence
    golden(evidence.frame.dropna(axis="columns", how="all"), SAMPLES / "backup.evidence.csv")
    golden(evidence.device_totals, SAMPLES / "backup.totals.csv")
    golden(evidence.rejected, SAMPLES / "backup.rejected.csv")


def test_processes_of_one_bundle_are_one_app_since_it_was_first_seen(backup):
    words = mobile(backup(*ALL)).loc["com.example.words"]
    assert (words["bytes_down"], words["bytes_up"]) == (1500, 150)
    assert words["end_utc"] - words["start_utc"] == pd.Timedelta(days=6)


def test_the_phones_total_is_no_app_and_agrees_with_the_apps(backup):
    evidence = read(backup(*ALL)).evidence
    cellular = evidence.frame[evidence.frame["interface"] == "cellular"]
    apps = int(cellular[["bytes_up", "bytes_down"]].sum().sum())
    assert evidence.device_totals["bytes_down"].tolist() == [apps] == [6189]
    assert evidence.device_totals["bytes_up"].isna().all()
    assert not evidence.frame["app"].str.contains("Cumulative").any()


def test_trackers_of_several_slots_are_one_total(backup):
    totals = read(backup(WORDS, TRACKER, TRACKER)).evidence.device_totals
    assert totals["bytes_down"].tolist() == [2 * 6189]


def test_pseudo_bundles_have_plain_names(backup):
    rows = mobile(backup(*ALL))
    assert rows.loc["tethering", "bytes_down"] == 4000
    assert rows.loc["system", "app_label"] == "dns"
    assert {"com.apple.AppStore", "com.apple.facetime", "apsd"} <= set(rows.index)


def test_a_row_without_its_process_belonged_to_a_removed_app(backup):
    assert mobile(backup(*ALL)).loc["removed", "bytes_down"] == 60


def test_an_app_without_traffic_gives_no_row_and_no_fault(backup):
    evidence = read(backup(*ALL)).evidence
    assert "com.example.silent" not in set(evidence.frame["app"])
    assert evidence.rejected.empty


@pytest.mark.parametrize("without", [("ZWIFIIN", "ZWIFIOUT"), ("ZTAG", "ZKIND"), ("ZBUNDLENAME",)])
def test_columns_may_be_missing(backup, without):
    rows = mobile(backup(*ALL, without=without))
    assert rows.loc["com.example.words", "bytes_down"] == 1500
    assert "CumulativeUsageTracker/x" not in rows.index


def test_wifi_is_kept_apart_where_the_schema_has_it(backup):
    rows = read(backup(*ALL)).evidence.frame
    wifi = rows[rows["interface"] == "wifi"]
    assert wifi[["app", "bytes_down", "bytes_up"]].to_numpy().tolist() == [
        ["com.example.words", 70, 7]
    ]


def test_one_backup_says_how_much_but_not_when(backup):
    imported = read(backup(*ALL))
    assert set(imported.evidence.frame["time_kind"]) == {"snapshot"}
    assert not imported.evidence.frame["counts_toward_total"].any()
    assert any("second backup" in note for note in imported.notes)


def test_a_row_of_an_unknown_kind_or_an_impossible_counter_is_rejected(backup):
    unknown = ("com.y", "y", 0, DAY, 257, 0, 0, 5, 5)
    negative = ("com.z", "z", 0, DAY, 0, 0, 0, -5, 5)
    endless = ("com.v", "v", 0, DAY, 0, 0, 0, float("inf"), 5)
    timeless = ("com.w", "w", 1e15, 1e15, 0, 0, 0, 5, 5)
    evidence = read(backup(WORDS, unknown, negative, timeless, endless)).evidence
    assert set(evidence.frame["app"]) == {"com.example.words"}
    assert sorted(evidence.rejected["field"]) == ["ZKIND", "ZTIMESTAMP", "bytes", "bytes"]


def test_a_name_may_hold_bytes_that_are_no_text(backup):
    file = backup(WORDS)
    with closing(sqlite3.connect(file.path)) as database:
        database.execute("UPDATE ZPROCESS SET ZBUNDLENAME = CAST(x'636f6dff' AS TEXT)")
        database.commit()
    assert set(read(SourceFile(file.path, file.name)).evidence.frame["app"]) == {"com\ufffd"}


def test_text_and_blobs_in_counters_are_unknown_not_zero(backup):
    odd = ("com.y", "y", 0, DAY, 0, b"\x00\xff", "many", 5, 5)
    rows = read(backup(WORDS, odd)).evidence.frame
    assert rows.loc[rows["app"] == "com.y", "interface"].tolist() == ["cellular"]


def test_what_is_still_in_the_log_beside_the_database_is_read(backup, tmp_path):
    file = backup(WORDS)
    with closing(sqlite3.connect(file.path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("UPDATE ZLIVEUSAGE SET ZWWANIN = 7777")
        database.commit()
        kept = tmp_path / "phone"
        kept.mkdir()
        for path in tmp_path.glob("DataUsage.sqlite*"):
            (kept / path.name).write_bytes(path.read_bytes())
    with_log = SourceFile(kept / file.name, file.name)
    before = sorted((path.name, path.read_bytes()) for path in kept.iterdir())
    assert mobile(with_log).loc["com.example.words", "bytes_down"] == 7777
    assert sorted((path.name, path.read_bytes()) for path in kept.iterdir()) == before

    for ending in ("-wal", "-shm"):
        companion = SourceFile(kept / (file.name + ending), file.name + ending)
        assert read(companion).evidence is None
    (kept / "DataUsage.sqlite-wal").unlink()
    (kept / "DataUsage.sqlite-shm").unlink()
    assert (
        mobile(SourceFile(kept / file.name, file.name)).loc["com.example.words", "bytes_down"]
        == 1000
    )


def test_the_file_of_an_encrypted_backup_is_called_that(write):
    file = write(bytes(range(256)) * 20, "0d609c54856a9bb2d56729df1d68f2958a88426b")
    with pytest.raises(FileError, match="encrypted backup"):
        read(file)


def test_the_contents_list_of_a_backup_names_the_file_to_give(write):
    file = write(b"bplist00\x00IsEncrypted\x00BackupKeyBag\x00", "Manifest.plist")
    with pytest.raises(FileError, match="0d/0d609c54"):
        read(file)


def test_another_database_is_not_taken_for_it(tmp_path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE ZPROCESS (Z_PK INTEGER)")
        database.execute("CREATE TABLE notes (text TEXT DEFAULT 'ZLIVEUSAGE')")
        database.commit()
    assert not IMPORTER.recognise(SourceFile(path, path.name))


def test_a_view_in_place_of_the_table_is_not_run(tmp_path):
    path = tmp_path / "trap.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE ZPROCESS (Z_PK INTEGER)")
        database.execute(
            "CREATE VIEW ZLIVEUSAGE AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
            "FROM n) SELECT x AS ZHASPROCESS, x AS ZWWANIN FROM n"
        )
        database.commit()
    assert not IMPORTER.recognise(SourceFile(path, path.name))


def test_a_generated_column_cannot_run_for_ever(backup, monkeypatch):
    monkeypatch.setattr("esim_analysis.importers.phone._sqlite_copy._BUDGET", 1)
    rows = [(f"com.n{n}", "p", 0, DAY, 0, 0, 0, 5, 5) for n in range(20_000)]
    file = backup(*rows)
    with pytest.raises(FileError, match="damaged or not fully copied"):
        IMPORTER.read(file, ReadOptions())


def test_a_database_without_bytes_says_what_to_do(backup):
    with pytest.raises(FileError, match="make a new backup"):
        read(backup(SILENT))


def test_a_network_usage_database_with_wired_counters_reads_alike(backup):
    file = backup(WORDS, name="netusage.sqlite")
    with closing(sqlite3.connect(file.path)) as database:
        database.execute("ALTER TABLE ZLIVEUSAGE ADD COLUMN ZWIREDIN FLOAT")
        database.execute("UPDATE ZLIVEUSAGE SET ZWIREDIN = 12")
        database.commit()
    assert "ethernet" in set(read(SourceFile(file.path, file.name)).evidence.frame["interface"])


def counters(*rows):
    """Rows of one backup each: `(source, app, day of last use, down, up)`."""
    return [
        pd.DataFrame(
            {
                "start_utc": pd.Timestamp("2026-01-01", tz="UTC").as_unit("us"),
                "end_utc": pd.Timestamp("2026-10-01", tz="UTC").as_unit("us")
                + pd.Timedelta(days=day),
                "time_kind": "snapshot",
                "app": app,
                "app_label": "",
                "bytes_down": down,
                "bytes_up": up,
                "ground": "unknown",
                "interface": "cellular",
                "counts_toward_total": False,
                "source": source,
                "source_row": f"{app} {down}",
            },
            index=[0],
        ).pipe(lambda frame: Evidence(frame).frame)
        for source, app, day, down, up in rows
    ]


def used(frames):
    frame, rejected = difference_backups(frames)
    return {row["app"]: row for row in frame.to_dict("records")}, rejected


def test_two_backups_tell_what_was_used_in_between():
    rows, rejected = used(
        counters(("a", "com.x", 0, 100, 10), ("b", "com.x", 2, 150, 15), ("b", "com.y", 1, 7, 0))
    )
    x = rows["com.x"]
    assert (x["bytes_down"], x["bytes_up"]) == (50, 5)
    assert x["start_utc"] == pd.Timestamp("2026-10-01", tz="UTC")
    assert x["end_utc"] == pd.Timestamp("2026-10-03", tz="UTC")
    assert x["counts_toward_total"]
    assert x["time_kind"] == "cumulative"
    assert x["confidence"] == 0.9
    assert rows["com.y"]["bytes_down"] == 7
    assert rejected.empty


def test_the_order_of_backups_does_not_matter():
    frames = counters(
        ("a", "com.x", 0, 100, 10), ("b", "com.x", 2, 150, 15), ("c", "com.x", 5, 160, 15)
    )
    forward, backward = difference_backups(frames)[0], difference_backups(frames[::-1])[0]
    assert forward["bytes_down"].tolist() == [50, 10]
    pd.testing.assert_frame_equal(forward, backward)


def test_a_counter_that_fell_was_reset_and_the_others_are_less_certain():
    rows, rejected = used(
        counters(
            ("a", "com.x", 0, 100, 10),
            ("a", "com.y", 0, 5, 5),
            ("b", "com.x", 2, 30, 15),
            ("b", "com.y", 2, 9, 5),
        )
    )
    assert set(rows) == {"com.y"}
    assert rows["com.y"]["confidence"] == 0.5
    assert rejected["field"].tolist() == ["com.x"]
    assert "reset" in rejected["reason"].iloc[0]


def test_bytes_of_an_app_deleted_in_between_are_not_used_twice():
    rows, rejected = used(
        counters(
            ("a", "com.x", 0, 100, 10),
            ("a", "removed", 0, 5, 0),
            ("b", "removed", 2, 125, 10),
        )
    )
    assert (rows["removed"]["bytes_down"], rows["removed"]["bytes_up"]) == (20, 0)
    assert rejected["field"].tolist() == ["com.x"]


def test_one_backup_or_the_same_moment_twice_gives_nothing():
    for frames in (
        [],
        counters(("a", "com.x", 0, 1, 1)),
        counters(("a", "com.x", 0, 1, 1), ("b", "com.x", 0, 1, 1)),
    ):
        assert difference_backups(frames)[0].empty


def test_unchanged_counters_give_no_row():
    rows, rejected = used(
        counters(("a", "com.x", 0, 1, 1), ("b", "com.x", 0, 1, 1), ("b", "com.y", 1, 1, 1))
    )
    assert set(rows) == {"com.y"}
    assert rejected.empty


@SLOW_FILES
@given(data=st.data())
def test_mutated_bytes_are_never_more_than_an_error_in_words(backup, tmp_path, data):
    source = tmp_path / "whole.sqlite"
    content = bytearray(
        source.read_bytes() if source.exists() else backup(*ALL, name=source.name).data
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(content), data.draw(st.integers(20, len(content)))]))
    path = tmp_path / "mutated.sqlite"
    path.write_bytes(content[:cut])
    file = SourceFile(path, path.name)
    try:
        IMPORTER.recognise(file)
        IMPORTER.read(file, ReadOptions())
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine
