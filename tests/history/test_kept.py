"""The history file: any order gives the same, nothing is doubled, nothing half-written."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from small_exports import export, identity, rows
from typer.testing import CliRunner

import esim_analysis as esim
from esim_analysis.cli.main import app
from esim_analysis.history import History, HistoryError
from esim_analysis.importers import parts
from esim_analysis.importers.parts import Part, read_parts
from esim_analysis.importers.reading import draft
from esim_analysis.model import FileError, NothingUsableError

HOURS = timedelta(hours=7)
JUNE = rows(datetime.fromisoformat("2026-06-01T08:00"), 60, every=HOURS, volume=5_000_000)
JULY = rows(datetime.fromisoformat("2026-07-01T08:00"), 60, every=HOURS, volume=7_000_000)


@pytest.fixture(scope="module")
def months(tmp_path_factory) -> list[Path]:
    """Return month 1, both overlapping, and month 2."""
    folder = tmp_path_factory.mktemp("months")
    return [
        export(folder / "1.csv", JUNE),
        export(folder / "12.csv", JUNE[30:] + JULY[:30]),
        export(folder / "2.csv", JULY),
    ]


@cache
def parts_of(file: Path) -> tuple[Part, ...]:
    return read_parts([file])[0]


def remembered(path: Path, files: list[Path]) -> History:
    history = History(path)
    for file in files:
        history.remember(parts_of(file))
    return history


def written(history: Path, folder: Path) -> dict[str, bytes]:
    esim.open_case(history=history).tables(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_months_in_any_order_give_the_same_tables_byte_for_byte(tmp_path, months):
    told = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        name = "".join(map(str, order))
        remembered(tmp_path / f"{name}.duckdb", [months[place] for place in order])
        told.append(written(tmp_path / f"{name}.duckdb", tmp_path / name))
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 9


def test_a_history_says_what_all_its_files_say_together(tmp_path, months):
    history = remembered(tmp_path / "h.duckdb", months)
    together = esim.open_case(*months)
    assert identity(history.recall().usage.frame) == identity(together.usage.frame)
    assert len(together.usage.frame) == 120


def test_an_overlapping_export_changes_nothing_and_a_new_one_extends(tmp_path, months):
    history = remembered(tmp_path / "h.duckdb", [months[0], months[2]])
    before = history.recall().usage.frame
    history.remember(parts_of(months[1]))
    assert identity(history.recall().usage.frame) == identity(before)
    everything = [part for month in months for part in parts_of(month)]
    assert history.remember(everything) is None  # not even a look
    assert [look.number for look in history.looks()] == [1, 2, 3]


def test_equal_rows_of_one_file_stay_and_the_larger_multiplicity_stands(tmp_path):
    once = JUNE[:5]
    history = remembered(
        tmp_path / "h.duckdb",
        [
            export(tmp_path / "a.csv", [*once, once[0], once[0]]),
            export(tmp_path / "b.csv", [*once, once[0], once[1]]),
        ],
    )
    starts = history.recall().usage.frame["start_utc"].value_counts()
    assert sorted(starts, reverse=True) == [3, 2, 1, 1, 1]


def test_the_order_of_the_sims_does_not_hang_on_the_key(tmp_path):
    files = [
        export(tmp_path / "a.csv", JUNE, line="34911223344"),
        export(tmp_path / "b.csv", [(start, 2 * size) for start, size in JUNE], line="34955667788"),
    ]
    told = []
    for name in ("one", "two"):
        remembered(tmp_path / f"{name}.duckdb", files)
        told.append(written(tmp_path / f"{name}.duckdb", tmp_path / name))
    assert told[0] == told[1]


def test_no_subscriber_id_is_in_the_file(tmp_path, months):
    remembered(tmp_path / "h.duckdb", months)
    for path in tmp_path.glob("h.duckdb*"):
        assert b"34911223344" not in path.read_bytes()
    with duckdb.connect(tmp_path / "h.duckdb") as connection:
        lines = {row[0] for row in connection.execute("SELECT line FROM usage_rows").fetchall()}
    assert len(lines) == 1
    assert lines != set(esim.open_case(*months).reading.usage.raw_lines)


def test_a_line_is_found_by_its_number_while_its_file_is_at_hand(tmp_path, months):
    case = esim.open_case(months[0], history=tmp_path / "h.duckdb", line="3344")
    assert set(case.usage.frame["line"]) == {"line-1"}


def test_another_zone_replaces_what_a_file_said(tmp_path, months):
    history = History(tmp_path / "h.duckdb")
    history.remember(read_parts([months[0]], timezone="UTC")[0])
    parts, _ = read_parts([months[0]], timezone="Asia/Shanghai")
    assert history.remember(parts) is not None
    frame = history.recall().usage.frame
    assert len(frame) == len(JUNE)
    assert frame["start_utc"].min() == pd.Timestamp("2026-06-01T00:00Z")


def test_a_corrected_mapping_replaces_what_a_file_said(tmp_path, months):
    export = shutil.copy(months[0], tmp_path / "june.csv")
    before = esim.open_case(export, history=tmp_path / "h.duckdb").usage.billed.sum()
    mapping = tmp_path / "june.csv.mapping.toml"
    draft(Path(export), mapping)
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("# base = 1000", "base = 1024"), encoding="utf-8")
    after = esim.open_case(export, history=tmp_path / "h.duckdb").usage.billed.sum()
    assert after / before == pytest.approx(1.024**2, rel=1e-6)
    alone = esim.open_case(export, history=tmp_path / "h.duckdb", alone=True)
    assert alone.usage.billed.sum() == after


def test_files_a_history_knows_are_told_alone_without_reading_them_again(
    tmp_path, months, monkeypatch
):
    remembered(tmp_path / "h.duckdb", months)
    read = esim.open_case(*months[:2])
    monkeypatch.setattr(parts, "read_one", None)
    known = esim.open_case(*months[:2], history=tmp_path / "h.duckdb", alone=True)
    told = []
    for case, folder in ((read, tmp_path / "read"), (known, tmp_path / "known")):
        case.tables(folder)
        told.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert told[0] == told[1]
    assert len(told[0]) == 9


def test_two_exports_compare_alike_with_and_without_a_history(tmp_path, months):
    told = [
        CliRunner().invoke(app, ["diff", str(months[0]), str(months[2]), *more]).output
        for more in ([], *2 * [["--history", str(tmp_path / "h.duckdb")]])
    ]
    assert told[0] == told[1] == told[2]
    assert "4.7\xa0MB a day now, 3.4\xa0MB before" in told[0]


def test_a_history_of_an_older_version_is_brought_up_and_keeps_what_it_holds(tmp_path, months):
    history = remembered(tmp_path / "h.duckdb", months)
    rows = identity(history.recall().usage.frame)
    with duckdb.connect(tmp_path / "h.duckdb") as connection:
        connection.execute("ALTER TABLE files DROP COLUMN mappings")
        connection.execute("UPDATE meta SET told = '1' WHERE name = 'version'")
    assert identity(history.recall().usage.frame) == rows
    assert history.remember(parts_of(months[0])) is None


def test_report_and_tables_read_no_history_unless_told(tmp_path, months):
    remembered(tmp_path / "esim-history.duckdb", months)
    shutil.copy(months[0], tmp_path)
    case = esim.open_case(tmp_path)
    assert len(case.usage.frame) == len(JUNE)
    assert not case.reading.problems  # the history beside the exports is no export


def test_a_history_alone_answers_and_none_says_so(tmp_path, months):
    remembered(tmp_path / "h.duckdb", months)
    assert len(History(tmp_path / "h.duckdb").recall().usage.frame) == 120
    with pytest.raises(NothingUsableError):
        esim.open_case(history=tmp_path / "none.duckdb")


def test_a_file_that_is_no_history_is_named_and_left_as_it_was(tmp_path, months):
    wrong = tmp_path / "notes.duckdb"
    wrong.write_text("not a database, but long enough to be looked at" * 400, encoding="utf-8")
    with pytest.raises(FileError, match=r"notes\.duckdb: not a history"):
        remembered(wrong, months)
    other = tmp_path / "other.duckdb"
    with duckdb.connect(other) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(FileError, match=r"other\.duckdb: not a history"):
        remembered(other, months)


def test_a_newer_history_is_not_touched(tmp_path, months):
    remembered(tmp_path / "h.duckdb", months)
    with duckdb.connect(tmp_path / "h.duckdb") as connection:
        connection.execute("UPDATE meta SET told = '99' WHERE name = 'version'")
    with pytest.raises(HistoryError, match="newer version"):
        History(tmp_path / "h.duckdb").recall()


CHILD = """
import sys
from pathlib import Path
from esim_analysis.history import History
from esim_analysis.importers import parts
from esim_analysis.importers.parts import Part, read_parts
from esim_analysis.importers.reading import draft
history, *files = map(Path, sys.argv[1:])
parts = [part for file in files for part in read_parts([file])[0]]
print("ready", flush=True)
for part in parts:
    History(history).remember([part])
"""


def child(history: Path, files: list[Path], **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(history), *map(str, files)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def whole(history: History) -> None:
    """Assert that every file is in it as it was read, or not at all."""
    if not history.store.exists or history.files().empty:
        return
    frame = history.recall().usage.frame
    expected = {"1.csv": 60, "12.csv": 60, "2.csv": 60}
    for told in history.files().itertuples():
        assert told.records == expected[told.name]
    assert not frame.duplicated(["start_utc", "bytes_total"]).any()


def killed_somewhere(tmp_path: Path, months: list[Path], times: int) -> None:
    for number in range(times):
        path = tmp_path / f"killed-{number}.duckdb"
        running = child(path, months)
        running.stdout.readline()
        time.sleep(random.random() * 0.4)  # noqa: S311 - a moment, not a secret
        running.kill()
        running.communicate()
        whole(History(path))
        remembered(path, months)  # the next run takes up where it was
        assert len(History(path).recall().usage.frame) == 120


def test_a_killed_run_leaves_whole_files_and_the_next_goes_on(tmp_path, months):
    killed_somewhere(tmp_path, months, 2)


@pytest.mark.nightly
def test_many_killed_runs_leave_whole_files(tmp_path, months):
    killed_somewhere(tmp_path, months, 100)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are of POSIX")
@pytest.mark.parametrize("limit", [100_000, 860_000])
def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(tmp_path, months, limit):
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    running = child(tmp_path / "h.duckdb", months, preexec_fn=full)
    _, said = running.communicate()
    if running.returncode:
        assert "nothing was recorded" in said.strip().splitlines()[-1]
    whole(History(tmp_path / "h.duckdb"))
    remembered(tmp_path / "h.duckdb", months)
    assert len(History(tmp_path / "h.duckdb").recall().usage.frame) == 120
    assert not list(tmp_path.glob(".h.duckdb*"))


def test_two_processes_at_once_lose_nothing(tmp_path, months):
    both = [child(tmp_path / "h.duckdb", months[part : part + 2]) for part in (0, 1)]
    for running in both:
        _, said = running.communicate()
        assert running.returncode == 0, said
    history = History(tmp_path / "h.duckdb")
    whole(history)
    assert len(history.files()) == 3
    assert len(history.recall().usage.frame) == 120


HOLDER = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_who_waits_too_long_for_another_run_is_told(tmp_path, months, monkeypatch):
    remembered(tmp_path / "h.duckdb", months[:1])
    monkeypatch.setattr("esim_analysis.history.store._PATIENCE", 0.2)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "h.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    holder.stdout.readline()
    with pytest.raises(HistoryError, match="another run has been using it"):
        History(tmp_path / "h.duckdb").recall()
    holder.communicate()
    assert len(History(tmp_path / "h.duckdb").recall().usage.frame) == 60


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_nobody_else_may_read_the_file(tmp_path, months):
    remembered(tmp_path / "h.duckdb", months[:1])
    assert (tmp_path / "h.duckdb").stat().st_mode & 0o077 == 0
