"""Records on disk sorted into buckets by line: a line is in one bucket, whatever the file.

The work is cut into portions that depend on nothing else, so that whoever runs a fleet's buckets
sorts them too: `bucket` takes the `map` that runs them.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.ingest.ingesting import Ingested, load
from esim_analysis.importers.ingest.pieces import FILE_ROW
from esim_analysis.model import FileError

_DIGITS: Final = 8  # of the hash of a line, which is evenly spread
_AT_ONCE: Final = 400_000  # rows in memory: some 150 MB
_PORTION: Final = 1_000_000  # rows
_PORTIONS: Final = 64  # of a file, and so files of a bucket
_OPEN: Final = 400  # files a process writes side by side; systems allow 1,024
BUCKET: Final = "b"
PLAIN, READ = "plain", "read"  # rows converted in blocks, rows the ordinary reader read
# Of a plain row: its place in the file, and the rows of `words.parquet` and `ids.parquet` it means.
PLACE, WORD, LINE = "place", "word", "line"
Map = Callable[[Callable[["Portion"], None], Iterable["Portion"]], Iterable[None]]


@dataclass(frozen=True, slots=True)
class Portion:
    """Some row groups of a file's rows, and some of the buckets they go to.

    Attributes
    ----------
    folder
        Of the ingested file.
    out
        Where the buckets are written.
    place
        Of the portion among those of its file: the name of what it writes.
    groups
        First row group, and the one after the last.
    chosen
        First bucket, and the one after the last.
    """

    folder: str
    out: str
    name: str
    place: int
    groups: tuple[int, int]
    chosen: tuple[int, int]
    buckets: int


def bucket_of(line: str, buckets: int) -> int:
    """Return the bucket of a line; buckets follow each other in the order of lines."""
    return int(line[:_DIGITS], 16) * buckets >> 4 * _DIGITS if line else 0


def bucket(files: Sequence[tuple[Ingested, Path]], *, buckets: int, run: Map = map) -> None:
    """Write the records of each file to `folder/plain/b=0`, `folder/read/b=0`, ….

    Of a file either all is there or nothing: what a killed run leaves is begun again.

    Parameters
    ----------
    files
        Each file and the folder of its buckets.
    run
        Runs the portions, in this process or in others.

    Raises
    ------
    FileError
        What was ingested cannot be read, or a bucket cannot be written.
    """
    parts = [out.with_name(out.name + ".part") for _, out in files]
    todo: list[tuple[str, Portion]] = []
    for (made, _), part in zip(files, parts, strict=True):
        shutil.rmtree(part, ignore_errors=True)
        with _said(made.source.id):
            part.mkdir(parents=True)
            todo += [(made.source.id, one) for one in _portions(made.folder, part, buckets)]
    done = iter(run(write_portion, [portion for _, portion in todo]))
    for name, _ in todo:
        with _said(name):
            next(done)
    for (_, out), part in zip(files, parts, strict=True):
        shutil.rmtree(out, ignore_errors=True)
        part.rename(out)


def write_portion(portion: Portion) -> None:
    """Sort the rows of a portion into its buckets; done twice, it leaves the same files."""
    made, first = load(Path(portion.folder)), portion.chosen[0]
    files = _Files(portion)
    try:
        read = _plain if portion.name == PLAIN else _read
        for rows, number in read(made, portion):
            order = np.argsort(number, kind="stable")
            ends = np.searchsorted(number[order], np.arange(*portion.chosen, dtype=number.dtype))
            sizes = np.diff(np.append(ends, np.searchsorted(number[order], portion.chosen[1])))
            taken = rows.take(pa.array(order))
            for place in np.flatnonzero(sizes).tolist():
                files.write(first + place, taken.slice(ends[place], sizes[place]))
    except BaseException:
        files.close(keep=False)
        raise
    files.close(keep=True)


class _Files:
    """The files of a portion, one a bucket; they appear under their names when all are whole."""

    def __init__(self, portion: Portion) -> None:
        self.folder = Path(portion.out) / portion.name
        self.name = f"{portion.place:04d}.parquet"
        self.open: dict[int, pq.ParquetWriter] = {}

    def write(self, number: int, rows: pa.Table) -> None:
        if number not in self.open:
            path = self._path(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            self.open[number] = pq.ParquetWriter(
                path, rows.schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
        self.open[number].write_table(rows)

    def close(self, *, keep: bool) -> None:
        for number, writer in self.open.items():
            path = self._path(number)
            if keep:
                writer.close()
                path.replace(path.with_name(self.name))
            else:
                with suppress(pa.ArrowException, OSError):
                    writer.close()
                path.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        # What begins with a line below is no file of the bucket yet.
        return self.folder / f"{BUCKET}={number}" / f"_{os.getpid()}-{self.name}"


def _portions(folder: Path, part: Path, buckets: int) -> Iterator[Portion]:
    """Cut both tables of a file into portions."""
    for name in (PLAIN, READ):
        path = folder / f"{name}.parquet"
        if not path.exists():
            continue
        about = pq.read_metadata(path)
        groups = about.num_row_groups
        count = min(-(-about.num_rows // _PORTION), groups, _PORTIONS)
        cuts = np.linspace(0, groups, max(count, 1) + 1).astype(int).tolist()
        for place, (begin, end) in enumerate(pairwise(cuts)):
            for low in range(0, buckets, _OPEN):
                chosen = low, min(low + _OPEN, buckets)
                yield Portion(str(folder), str(part), name, place, (begin, end), chosen, buckets)


@contextmanager
def _said(name: str) -> Iterator[None]:
    """Say of which file it was that could not be sorted."""
    try:
        yield
    except (pa.ArrowException, OSError) as problem:
        said = str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
        step = sentence("importing.free_space_on_disk_then")
        message = sentence("importing.records_could_not_sorted_by", said=said)
        raise FileError(name, message, step) from problem


_Sorted = Iterator[tuple[pa.Table, npt.NDArray[np.int32]]]


def _read(made: Ingested, portion: Portion) -> _Sorted:
    """Yield rows the ordinary reader read, and their buckets."""
    file = pq.ParquetFile(made.folder / f"{READ}.parquet")
    names = [name for name in file.schema_arrow.names if name != "source"]
    for rows, first in _by_some(file, portion.groups, names):
        said = rows.column("line").combine_chunks().dictionary_encode()
        known = [bucket_of(line, portion.buckets) for line in said.dictionary.to_pylist()]
        number = np.array(known, np.int32)[said.indices.to_numpy()]
        place = pa.array(np.arange(first, first + rows.num_rows))
        if not made.finished:  # beside plain rows their place is that in the file
            place = pc.cast(rows.column("source_row"), pa.int64())
        yield _chosen(rows.append_column(PLACE, place), number, portion)


def _plain(made: Ingested, portion: Portion) -> _Sorted:
    """Yield plain rows and their buckets; of words and lines only where `records_of` finds them."""
    file = pq.ParquetFile(made.folder / f"{PLAIN}.parquet")
    names = file.schema_arrow.names
    renamed = {"line": LINE, FILE_ROW: PLACE, "words": WORD}
    lines = pq.read_table(made.folder / "ids.parquet").column("line").to_pylist()
    bucket_of_id = np.array([bucket_of(line, portion.buckets) for line in lines] or [0], np.int32)
    words = pq.read_table(made.folder / "words.parquet", columns=["words"]).column("words")
    for rows, _ in _by_some(file, portion.groups, names):
        table = rows.rename_columns([renamed.get(name, name) for name in names])
        word = pc.index_in(table.column(WORD), words.combine_chunks())
        table = table.set_column(table.column_names.index(WORD), WORD, word)
        number = np.zeros(rows.num_rows, np.int32)
        if "line" in names:
            number = bucket_of_id[rows.column("line").to_numpy()]
        yield _chosen(table, number, portion)


def _by_some(
    file: pq.ParquetFile, groups: tuple[int, int], names: Sequence[str]
) -> Iterator[tuple[pa.Table, int]]:
    """Yield the rows of some row groups, as many as are held at once, and the number of the first."""
    sizes = [file.metadata.row_group(n).num_rows for n in range(groups[1])]
    some: list[int] = []
    for group in range(*groups):
        some.append(group)
        if sum(sizes[n] for n in some) >= _AT_ONCE or group + 1 == groups[1]:
            yield file.read_row_groups(some, columns=list(names)), sum(sizes[: some[0]])
            some = []


def _chosen(
    rows: pa.Table, number: npt.NDArray[np.int32], portion: Portion
) -> tuple[pa.Table, npt.NDArray[np.int32]]:
    """Keep the rows that go to the portion's buckets."""
    if portion.chosen == (0, portion.buckets):
        return rows, number
    mine = (number >= portion.chosen[0]) & (number < portion.chosen[1])
    return rows.filter(pa.array(mine)), number[mine]
