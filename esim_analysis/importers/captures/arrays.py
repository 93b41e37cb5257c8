"""Arrays of packets: their types, and numbers read out of the bytes of a file at many places."""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Bytes: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

MICROS: Final = 1_000_000


def byte_at(data: Bytes, places: Ints) -> Ints:
    """Return the byte at each place; places behind the end give the last byte."""
    return data[np.minimum(places, data.size - 1)].astype(np.int64)


def short_at(data: Bytes, places: Ints) -> Ints:
    """Return the 16-bit big-endian number at each place."""
    return byte_at(data, places) << 8 | byte_at(data, places + 1)


def long_at(data: Bytes, places: Ints) -> Ints:
    """Return the 32-bit big-endian number at each place, unsigned."""
    return short_at(data, places) << 16 | short_at(data, places + 2)


def words_at(data: Bytes, places: Ints) -> tuple[Words, Words]:
    """Return the two 64-bit big-endian numbers at each place."""
    window = np.minimum(places[:, None] + np.arange(16), data.size - 1)
    words = np.ascontiguousarray(data[window]).view(">u8").astype(np.uint64)
    return words[:, 0], words[:, 1]


def pair_codes(*columns: npt.NDArray[np.generic] | pd.Series) -> Ints:
    """Give numbers to the distinct rows of some columns, in the order they first appear."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code, values = pd.factorize(pd.Series(column))
        codes, _ = pd.factorize(codes * (len(values) + 1) + code)
    return codes


def first_places(codes: Ints) -> Ints:
    """Return where each number of `pair_codes` first stands."""
    places = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    places[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return places
