"""Records on disk sorted into buckets by line: a line is in one bucket, whatever the file."""

import shutil
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.ingest.ingesting import Ingested
from esim_analysis.importers.ingest.plain import WORDS, sql_path
from esim_analysis.model import FileError

_FLUSH: Final = 8192  # rows a bucket may hold in memory before they are written
_DIGITS: Final = 8  # of the hash of a line, which is evenly spread
BUCKET: Final = "b"
PLAIN, READ = "plain", "read"  # rows DuckDB converted, rows the ordinary reader read
# Of a plain row: its place in the file, and the rows of `words.parquet` and `ids.parquet` it means.
PLACE, WORD, LINE = "place", "word", "line"


def bucket_of(line: str, buckets: int) -> int:
    """Return the bucket of a line; buckets follow each other in the order of lines."""
    return int(line[:_DIGITS], 16) * buckets >> 4 * _DIGITS if line else 0


def bucket(made: Ingested, out: Path, *, buckets: int, memory: str) -> Path:
    """Write the records of a file to `out/plain/b=0`, `out/read/b=0`, …; return `out`.

    Either all of it is there or nothing: what a killed run leaves is begun again.
    """
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, exist_ok=True)
    parts = {READ: _from_read(made.folder / "read.parquet", buckets)}
    if (made.folder / "plain.parquet").exists():
        parts[PLAIN] = _from_plain(made, buckets)
    with duckdb.connect() as base:
        base.execute(
            f"SET memory_limit = '{memory}'; SET temp_directory = {sql_path(part.with_suffix('.spill'))}"
        )
        base.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        base.execute(f"SET partitioned_write_flush_threshold = {_FLUSH}")
        base.execute(f"SET partitioned_write_max_open_files = {buckets + 1}")
        try:
            for name, sql in parts.items():
                base.execute(
                    f"COPY ({sql}) TO {sql_path(part / name)} "
                    f"(FORMAT parquet, COMPRESSION snappy, PARTITION_BY ({BUCKET}))"
                )
        except duckdb.Error as problem:
            raise _stopped(made.source.id, problem) from problem
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    return out


def _stopped(name: str, problem: duckdb.Error) -> FileError:
    said = str(problem).splitlines()[0][:200]
    step = sentence("importing.free_space_on_disk_then")
    return FileError(name, sentence("importing.records_could_not_sorted_by", said=said), step)


def _number(buckets: int) -> str:
    hashed = f"(('0x' || line[1:{_DIGITS}])::BIGINT * {buckets}) >> {4 * _DIGITS}"
    return f"(CASE WHEN line = '' THEN 0 ELSE {hashed} END)"


def _from_read(path: Path, buckets: int) -> str:
    """Select rows the ordinary reader read."""
    known = pq.read_schema(path).names
    index = "__index_level_0__"
    # A whole file keeps its order in `place`; of a large one the number of the row is the order.
    place = f"{index}" if index in known else "row_number() OVER ()"
    exclude = [name for name in (index, "source") if name in known]
    rest = f"* EXCLUDE ({', '.join(exclude)})" if exclude else "*"
    source = f"read_parquet({sql_path(path)})"
    return f"SELECT {rest}, {place} AS {PLACE}, {_number(buckets)} AS {BUCKET} FROM {source}"


def _from_plain(made: Ingested, buckets: int) -> str:
    """Select plain rows; of words and lines only the place where `records_of` finds them."""
    plain = made.folder / "plain.parquet"
    said = pq.read_schema(plain).names
    words = f"read_parquet({sql_path(made.folder / 'words.parquet')}, file_row_number = true)"
    dropped = {"words", "odd", "line"} | {name for name in said if name in WORDS}
    values = [f"p.{name}" for name in said if name not in dropped]
    values += [f"w.file_row_number::INTEGER AS {WORD}", f"p.file_row_number + 2 AS {PLACE}"]
    joins = f"JOIN {words} AS w USING (words)"
    if "line" in said:
        ids = sql_path(made.folder / "ids.parquet")
        known = f"(SELECT said, file_row_number::INTEGER AS {LINE}, {_number(buckets)} AS {BUCKET} "
        known += f"FROM read_parquet({ids}, file_row_number = true))"
        joins += f" JOIN {known} AS i ON p.line = i.said"
        values += [f"i.{LINE}", f"i.{BUCKET}"]
    else:
        values.append(f"0 AS {BUCKET}")
    source = f"read_parquet({sql_path(plain)}, file_row_number = true) AS p"
    return f"SELECT {', '.join(values)} FROM {source} {joins} WHERE p.odd IS NULL"
