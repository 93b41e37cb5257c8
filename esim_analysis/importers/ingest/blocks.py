"""A large text in blocks of whole lines, and a block as a table of its cells, nothing converted."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

_STEP: Final = 1 << 22  # what is made of a block stays in the cache of a processor


class UnreadableError(Exception):
    """The file has another shape than it seemed to have: for the ordinary reader, not for users."""


def blocks(path: Path) -> Iterator[bytes]:
    """Cut a text into blocks of whole lines, without its first line.

    Raises
    ------
    UnreadableError
        A line is longer than a block.
    """
    with path.open("rb") as stream:
        stream.readline(_STEP)
        while part := stream.read(_STEP):
            rest = stream.readline(_STEP)
            if len(rest) == _STEP:
                raise UnreadableError
            yield part + rest


def begins(block: bytes) -> npt.NDArray[np.int64]:
    """Return where the lines of a block begin; at last its end."""
    after = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    last = [] if block.endswith(b"\n") else [len(block)]
    return np.concatenate(([0], after, last)).astype(np.int64)


def table_of(
    block: bytes, delimiter: str, kinds: Mapping[str, pa.DataType], *, width: int
) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """Return columns `c0, c1, …` of `kinds`, and the places in the block of lines of another width.

    Raises
    ------
    UnreadableError
        The block is no table.
    """
    try:
        return _parsed(block, delimiter, kinds, width), np.zeros(0, np.int64)
    except pa.ArrowInvalid:
        wrong = _of_another_width(block, delimiter, width)
    places = begins(block)
    good = zip([0, *places[wrong + 1]], [*places[wrong], None], strict=True)
    try:
        return _parsed(
            b"".join(block[first:last] for first, last in good), delimiter, kinds, width
        ), wrong
    except pa.ArrowInvalid as problem:
        raise UnreadableError from problem


def _parsed(text: bytes, delimiter: str, kinds: Mapping[str, pa.DataType], width: int) -> pa.Table:
    names = [f"c{place}" for place in range(width)]
    if not text:
        return pa.table({name: pa.array([], kinds[name]) for name in names})
    table = pa_csv.read_csv(
        pa.BufferReader(text),
        read_options=pa_csv.ReadOptions(
            column_names=names,
            use_threads=False,  # blocks are read beside each other
            block_size=len(text) + 1,
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=pa_csv.ConvertOptions(column_types=dict(kinds), strings_can_be_null=False),
    )
    return table.combine_chunks()


def _of_another_width(block: bytes, delimiter: str, width: int) -> npt.NDArray[np.int64]:
    """Return the places of lines that have more cells or fewer."""
    between = np.flatnonzero(np.frombuffer(block, np.uint8) == ord(delimiter))
    cells = np.diff(np.searchsorted(between, begins(block))) + 1
    return np.flatnonzero(cells != width)
