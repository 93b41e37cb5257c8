"""Numbers and words packed small: byte planes behind a JSON index, gzip, base64."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

_SIGN: Final = 1
_PLANES: Final = 8


def pack(index: Mapping[str, Any], columns: Mapping[str, Sequence[int] | np.ndarray]) -> str:
    """Return words and whole numbers as one line of base64.

    A column is written as byte planes: first the lowest byte of every value, then the
    next one, as many planes as the largest value needs. Planes of small numbers
    are almost constant, which is what gzip likes, and every integer stays exact.
    The layout is one index of JSON, its length before it in four bytes, little
    endian; then the planes. Same input, same text: nothing in it tells the time.

    Parameters
    ----------
    index
        JSON-plain values; `columns` is a key of our own.
    columns
        Whole numbers of magnitude below 2**52; a column with negatives is written
        zigzag (0, -1, 1, -2, …) and says so.
    """
    names: list[list[Any]] = []
    planes: list[bytes] = []
    for name, values in columns.items():
        numbers = np.asarray(values, dtype="int64")
        signed = bool(len(numbers)) and int(numbers.min()) < 0
        if signed:
            numbers = np.where(numbers < 0, -2 * numbers - _SIGN, 2 * numbers)
        width = _width(numbers)
        names.append([name, len(numbers), width, int(signed)])
        raw = numbers.astype("<u8").view("u1").reshape(-1, _PLANES)
        planes.append(raw[:, :width].T.tobytes())
    text = json.dumps(
        {**index, "columns": names}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    whole = len(text).to_bytes(4, "little") + text + b"".join(planes)
    return base64.b64encode(gzip.compress(whole, compresslevel=9, mtime=0)).decode("ascii")


def unpack(packed: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what `pack` was given: the index, and the columns as int64."""
    whole = gzip.decompress(base64.b64decode(packed))
    place = 4 + int.from_bytes(whole[:4], "little")
    index = json.loads(whole[4:place])
    columns = {}
    for name, count, width, signed in index.pop("columns"):
        raw = np.zeros((count, _PLANES), dtype="u1")
        size = count * width
        planes = np.frombuffer(whole, dtype="u1", count=size, offset=place)
        raw[:, :width] = planes.reshape(width, count).T
        numbers = raw.reshape(-1).view("<u8").astype("int64")
        columns[name] = (
            np.where(numbers % 2, -(numbers // 2) - 1, numbers // 2) if signed else numbers
        )
        place += size
    return index, columns


def _width(numbers: np.ndarray) -> int:
    largest = int(numbers.max()) if len(numbers) else 0
    return (largest.bit_length() + 7) // 8
