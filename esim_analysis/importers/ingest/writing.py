"""Plain rows of a whole text to one Parquet file: blocks beside each other, written in order."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from esim_analysis.importers.ingest.blocks import UnreadableError, blocks
from esim_analysis.importers.ingest.pieces import FILE_ROW, Piece, piece
from esim_analysis.importers.ingest.plain import Conversion
from esim_analysis.importers.tabular.vocabulary import Role

_ODD: Final = 150_000  # rows for the ordinary reader: some 300 MB
_WORDS: Final = 50_000
_TOGETHER: Final = 120_000  # rows of a group
_MOST_THREADS: Final = 4  # each holds a block; beyond it writing is what takes time


@dataclass(slots=True)
class Converted:
    """What became of a text.

    Attributes
    ----------
    roles
        What the words of a combination are.
    plain
        How many rows were written.
    words, ids
        Combinations of words, and ids of lines, by the numbers rows name them by.
    odd
        The other rows by their number in the file.
    """

    roles: tuple[Role, ...]
    plain: int = 0
    words: dict[tuple[str, ...], int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All rows."""
        return self.plain + len(self.odd)


def write_plain(
    source: Path, out: Path, way: Conversion, *, delimiter: str, encoding: str
) -> Converted:
    """Convert a text.

    Raises
    ------
    UnreadableError
        It is no such table, or too little of it is plain.
    """
    made = Converted(way.words)
    writer: pq.ParquetWriter | None = None
    waiting: list[pa.Table] = []
    try:
        for one in _pieces(source, way, delimiter, encoding):
            table = _added(made, one)
            if not table.num_rows:
                continue
            waiting.append(table)
            if writer is None:
                writer = _writer(out, waiting[0].schema)
            if sum(table.num_rows for table in waiting) >= _TOGETHER:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        if writer is not None and waiting:
            writer.write_table(pa.concat_tables(waiting))
    finally:
        if writer is not None:
            writer.close()
    return made


def _pieces(source: Path, way: Conversion, delimiter: str, encoding: str) -> Iterator[Piece]:
    """Yield the pieces of a text in their order; a few are worked on at once."""
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[Piece]] = deque()
        try:
            for block in blocks(source):
                begun.append(pool.submit(piece, block, way, delimiter=delimiter, encoding=encoding))
                if len(begun) > threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for one in begun:
                one.cancel()


def _added(made: Converted, one: Piece) -> pa.Table:
    """Count a piece; return its rows with words and lines by their numbers in the whole text."""
    first = made.rows + 2  # the headings are line 1
    words = [made.words.setdefault(told, len(made.words)) for told in one.words]
    columns = {
        **one.columns,
        FILE_ROW: pc.add(one.columns[FILE_ROW], first),
        "words": pa.array(np.asarray(words, np.int32)[one.word]),
    }
    if len(one.line):
        ids = [made.ids.setdefault(said, len(made.ids)) for said in one.ids]
        columns["line"] = pa.array(np.asarray(ids, np.int32)[one.line])
    made.plain += len(columns[FILE_ROW])
    made.odd |= {first + number: row for number, row in one.odd.items()}
    if len(made.odd) > _ODD or len(made.words) > _WORDS:
        raise UnreadableError
    return pa.table(columns)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="snappy",  # zstd: a third smaller, for a quarter more time
        use_dictionary=["words", "line"],
        column_encoding={FILE_ROW: "DELTA_BINARY_PACKED"},
        store_decimal_as_integer=True,
    )
