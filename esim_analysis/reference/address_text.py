"""Addresses from text to numbers, a million at a time."""

from dataclasses import dataclass
from socket import AF_INET, AF_INET6, inet_pton
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_DOT: Final = ord(".")
_ZERO: Final = ord("0")
_PARTS: Final = 4
_DIGITS: Final = 3
_BASE: Final = 10
_LARGEST: Final = 255
_CHUNK: Final = 4_096


@dataclass(frozen=True, slots=True)
class ParsedAddresses:
    """Which texts are addresses, and their numbers.

    Attributes
    ----------
    rows_four, rows_six
        Places of the IPv4 and of the IPv6 addresses in what was parsed.
    four, high, low
        IPv4 addresses; upper and lower 64 bits of the IPv6 ones.
    count
        Of all texts.
    """

    rows_four: Rows
    four: Words
    rows_six: Rows
    high: Words
    low: Words
    count: int

    @classmethod
    def of(cls, texts: pd.Series) -> Self:
        """Read texts; brackets, blanks and a zone (`fe80::1%wlan0`) do not matter."""
        told = pa.array(texts.fillna("").astype("str"), pa.large_string())
        if isinstance(told, pa.ChunkedArray):
            told = told.combine_chunks()
        six = pc.match_substring(told, ":").to_numpy(zero_copy_only=False)
        old, new = np.flatnonzero(~six), np.flatnonzero(six)
        plain = told if len(new) == 0 else told.take(pa.array(old))
        four, read = _dotted(plain)
        odd = np.flatnonzero(~read & (pc.binary_length(plain).to_numpy() > 0))
        found, late = _by_text(plain.take(pa.array(odd)).to_pylist(), AF_INET, 4)
        four[odd[found]], read[odd[found]] = late.view(">u4").reshape(-1), True
        kept, wide = _by_text(told.take(pa.array(new)).to_pylist(), AF_INET6, 16)
        halves = wide.view(">u8").reshape(-1, 2).astype(np.uint64)
        return cls(old[read], four[read], new[kept], halves[:, 0], halves[:, 1], len(told))


def _dotted(texts: pa.LargeStringArray) -> tuple[Words, Flags]:
    """Return the numbers of dotted addresses and which texts are such; the rest is 0."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    value, valid = np.zeros(len(texts), np.uint64), np.zeros(len(texts), dtype=bool)
    data = texts.buffers()[2]
    if data is None or len(offsets) == 0:
        return value, valid
    signs = np.frombuffer(data, np.uint8)[: offsets[-1]]
    digit = signs - np.uint8(_ZERO)  # what is no digit turns large
    dots = np.flatnonzero(signs == _DOT)
    before = np.searchsorted(dots, offsets)
    fits = np.diff(before) == _PARTS - 1
    odd = np.flatnonzero((digit >= _BASE) & (signs != _DOT))
    fits[np.searchsorted(offsets, odd, "right") - 1] = False
    rows = np.flatnonzero(fits)
    begin, end, first = offsets[:-1][rows], offsets[1:][rows], before[rows]
    mine = [dots[first + part] for part in range(_PARTS - 1)]
    good = np.ones(len(rows), dtype=bool)
    number = np.zeros(len(rows), np.uint32)
    for start, stop in zip([begin, *(dot + 1 for dot in mine)], [*mine, end], strict=True):
        length = stop - start
        # Places before the text belong to another one: their digits are not counted.
        ones, tens, hundreds = (
            digit[np.maximum(stop - back, 0)].astype(np.uint16) for back in (1, 2, 3)
        )
        part = ones + 10 * tens * (length > 1) + 100 * hundreds * (length > 2)  # noqa: PLR2004
        # A leading zero is octal to some and decimal to others: no address.
        leading = digit[np.minimum(start, len(digit) - 1)]
        good &= (length >= 1) & (length <= _DIGITS) & (part <= _LARGEST)
        good &= (length == 1) | (leading != 0)
        number = number << np.uint32(8) | part
    value[rows[good]] = number[good]
    valid[rows[good]] = True
    return value, valid


def _by_text(texts: list[str], family: int, size: int) -> tuple[Rows, npt.NDArray[np.uint8]]:
    """Return the places of the addresses of a family, and their bytes, row by row."""
    kept, parts = [np.zeros(0, np.int64)], []
    for at in range(0, len(texts), _CHUNK):
        chunk = texts[at : at + _CHUNK]
        try:
            parts += [inet_pton(family, text) for text in chunk]
            kept.append(np.arange(at, at + len(chunk)))
        except (OSError, ValueError):
            del parts[sum(map(len, kept)) :]
            told = [_number(text, family) for text in chunk]
            parts += [part for part in told if part is not None]
            kept.append(at + np.flatnonzero([part is not None for part in told]))
    return np.concatenate(kept), np.frombuffer(b"".join(parts), np.uint8).reshape(-1, size)


def _number(text: str, family: int) -> bytes | None:
    try:
        return inet_pton(family, text.strip().strip("[]").partition("%")[0])
    except (OSError, ValueError):
        return None
