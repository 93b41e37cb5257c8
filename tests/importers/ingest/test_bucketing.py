"""Portions: however the rows are cut, and whoever sorts them, the buckets hold the same."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.ingest import bucket, bucketing, ingest, records_of
from esim_analysis.model import FileError, merge

from .test_ingest import assert_same, both, rows, write


@pytest.fixture
def made(tmp_path):
    odd = [
        row.replace(";Datos;", ";Datos;x") if n % 9 == 0 else row for n, row in enumerate(rows())
    ]
    told, _ = ingest(write(tmp_path, odd), tmp_path / "ingested", ReadOptions(), large=0)
    assert told is not None
    assert not told.finished
    return told


def records(made, out, buckets):
    return merge([records_of([(made, out)], number) for number in range(buckets)]).frame


def test_smaller_portions_few_open_files_and_threads_change_no_record(made, tmp_path, monkeypatch):
    bucket([(made, tmp_path / "one")], buckets=5)
    for name, size in (("_AT_ONCE", 30), ("_PORTION", 40), ("_OPEN", 2)):
        monkeypatch.setattr(bucketing, name, size)
    with ThreadPoolExecutor(3) as pool:
        bucket([(made, tmp_path / "two")], buckets=5, run=pool.map)
    pd.testing.assert_frame_equal(
        records(made, tmp_path / "two", 5), records(made, tmp_path / "one", 5)
    )


def test_a_portion_done_twice_leaves_the_same_files(made, tmp_path):
    def twice(work, portions):
        for portion in portions:
            work(portion)
            yield work(portion)

    bucket([(made, tmp_path / "once")], buckets=3)
    bucket([(made, tmp_path / "twice")], buckets=3, run=twice)
    files = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*.parquet")
        }
        for name in ("once", "twice")
    ]
    assert files[0] == files[1]
    assert len(files[0]) >= 3


def test_rows_of_one_moment_keep_the_order_of_the_ordinary_reader(tmp_path):
    first, rest = rows(1)[0].split(";", 1)
    same = [f"{first}{number};{rest}" for number in range(30)]
    same[7] = same[7].replace(";Datos;", ";Datos;x")  # not plain, so read by the other reader
    fast, ordinary = both(write(tmp_path, rows(200) + same), tmp_path, buckets=1)
    assert_same(fast, ordinary)


def test_what_cannot_be_sorted_is_named(made, tmp_path):
    plain = made.folder / "plain.parquet"
    plain.write_bytes(plain.read_bytes()[:500])
    with pytest.raises(FileError, match=r"export\.csv"):
        bucket([(made, tmp_path / "b")], buckets=2)
    assert not (tmp_path / "b").exists()
