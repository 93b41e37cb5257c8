"""Records on disk sorted into buckets by line: a line is in one bucket, whatever the file."""

import shutil
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.ingest.ingesting import Ingested
from esim_analysis.importers.ingest.plain import sql_path
from esim_analysis.model import FileError

_WHERE: Final = ("plmn", "network", "country", "roaming", "rat", "apn")
_TEXT: Final = ("record_id", "session_id")
_FLUSH: Final = 8192  # rows a bucket may hold in memory before they are written
_DIGITS: Final = 8  # of the hash of a line, which is evenly spread
BUCKET: Final = "b"


def bucket_of(line: str, buckets: int) -> int:
    """Return the bucket of a line; buckets follow each other in the order of lines."""
    return int(line[:_DIGITS], 16) * buckets >> 4 * _DIGITS if line else 0


def bucket(made: Ingested, out: Path, *, buckets: int, memory: str) -> Path:
    """Write the records of a file to `out/b=0`, `out/b=1`, …; return `out`.

    Either all of it is there or nothing: what a killed run leaves is begun again.
    """
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    read = made.folder / "read.parquet"
    parts = [_from_read(read, buckets)]
    if (made.folder / "plain.parquet").exists():
        parts.append(_from_plain(made, buckets))
    sql = " UNION ALL BY NAME ".join(parts)
    with duckdb.connect() as base:
        base.execute(
            f"SET memory_limit = '{memory}'; SET temp_directory = {sql_path(part.with_suffix('.spill'))}"
        )
        base.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        base.execute(f"SET partitioned_write_flush_threshold = {_FLUSH}")
        base.execute(f"SET partitioned_write_max_open_files = {buckets + 1}")
        copy = (
            f"COPY ({sql}) TO {sql_path(part)} "
            f"(FORMAT parquet, COMPRESSION snappy, PARTITION_BY ({BUCKET}))"
        )
        try:
            base.execute(copy)
        except duckdb.Error as problem:
            raise _stopped(made.source.id, problem) from problem
    part.mkdir(exist_ok=True)
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
    return f"SELECT {rest}, {place} AS place, {_number(buckets)} AS {BUCKET} FROM {source}"


def _from_plain(made: Ingested, buckets: int) -> str:
    """Select plain rows, their words replaced by what they mean."""
    plain = made.folder / "plain.parquet"
    said = pq.read_schema(plain).names
    line = "coalesce(i.line, '')" if "line" in said else "''"
    values = [f"{line} AS line"]
    values += [f"p.{name}" if name in said else f"'' AS {name}" for name in _TEXT]
    values += ["p.start_local", "p.start_utc AT TIME ZONE 'UTC' AS start_utc"]
    has_end = "end_utc" in said
    values += [
        f"{'p.end_local' if has_end else 'NULL::TIMESTAMP'} AS end_local",
        f"p.{'end_utc' if has_end else 'start_utc'} AT TIME ZONE 'UTC' AS end_utc",
        "'' AS fold",
        "'session' AS time_quality",
        "CASE WHEN w.data THEN p.raw_volume END AS raw_volume",
    ]
    volumes = ("bytes_total", "bytes_up", "bytes_down", "bytes_billed")
    values += [
        f"CASE WHEN w.data THEN p.{name} ELSE 0 END AS {name}" for name in volumes if name in said
    ]
    values += [f"w.{name}" for name in (*_WHERE, "service_class")]
    if "charge" in said:
        values += ["p.charge", "CASE WHEN p.charge IS NOT NULL THEN w.currency END AS currency"]
    values += ["(p.file_row_number + 2)::VARCHAR AS source_row", "p.file_row_number + 2 AS place"]
    joins = f"JOIN {sql_path(made.folder / 'words.parquet')} AS w USING (words)"
    if "line" in said:
        ids = f"(SELECT *, {_number(buckets)} AS {BUCKET} FROM {sql_path(made.folder / 'ids.parquet')})"
        joins += f" LEFT JOIN {ids} AS i ON p.line = i.said"
    values.append(f"coalesce(i.{BUCKET}, 0) AS {BUCKET}" if "line" in said else f"0 AS {BUCKET}")
    source = f"read_parquet({sql_path(plain)}, file_row_number = true) AS p"
    return f"SELECT {', '.join(values)} FROM {source} {joins} WHERE p.odd IS NULL"
