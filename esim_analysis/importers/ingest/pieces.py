"""A block of text as typed columns of its plain rows; its other rows as they are written."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.importers.ingest.blocks import UnreadableError, begins, table_of
from esim_analysis.importers.ingest.cells import Cells, Flags, Numbers, exact, moments
from esim_analysis.importers.ingest.plain import IDS, USUAL_ID, VOLUMES, Conversion
from esim_analysis.importers.tabular.vocabulary import Role

_TOTAL: Final = r"\A\W*(?:sub-?|gran|grand)?total|\A\W*suma"
_SUMMING: Final = "total|suma"
_SUMMING_ZH: Final = _SUMMING + "|[合总小共][计流时费]"  # never in a text of one byte a letter
_LONGEST: Final = 366 * 86_400 * 1_000_000
_NANO: Final = 9  # decimals of a volume that is no number of bytes
_MICRO: Final = 6  # decimals of an amount of money
_MOST: Final = 9_000_000 * 10**9  # beyond it a float no longer holds every one of them
_WHOLE, _WIDE = 9, 15  # figures before the decimal mark, and of a number without one
_LETTERS: Final = pa.binary()
_CODED: Final = pa.dictionary(pa.int32(), _LETTERS)
FILE_ROW: Final = "file_row"
_UTC: Final = pa.timestamp("us", tz="UTC")
_LOCAL: Final = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a block.

    Attributes
    ----------
    lines
        How many the block has.
    columns
        Of plain rows: times, volumes, money, ids and `file_row`, the line in the block from 0.
    word, words
        Of plain rows: which combination of words is theirs, and all of these.
    line, ids
        Of plain rows: which id is theirs, and all of these; empty where there are no lines.
    odd
        Rows that are not plain, by their line in the block.
    """

    lines: int
    columns: dict[str, pa.Array]
    word: npt.NDArray[np.int64]
    words: list[tuple[str, ...]]
    line: npt.NDArray[np.int64]
    ids: list[str]
    odd: dict[int, str]


def piece(block: bytes, way: Conversion, *, delimiter: str, encoding: str) -> Piece:
    """Convert a block of whole lines.

    Raises
    ------
    UnreadableError
        It is no table, has an empty line, or is not in this encoding.
    """
    if encoding == "utf-8":
        _decoded(block, encoding)
    kinds = dict.fromkeys((f"c{place}" for place in range(way.width)), _LETTERS)
    coded: tuple[Role, ...] = ("line", *way.words)
    kinds |= {f"c{way.columns[role]}": _CODED for role in coded if role in way.columns}
    table, wrong = table_of(block, delimiter, kinds, width=way.width)
    lines = table.num_rows + len(wrong)
    if lines != block.count(b"\n") + (not block.endswith(b"\n")):
        raise UnreadableError  # a line end of another kind within a row
    good, columns = _converted(table, way, encoding) if table.num_rows else (np.zeros(0, bool), {})
    place = np.delete(np.arange(lines), wrong)
    odd = np.sort(np.concatenate((wrong, place[~good])))
    columns[FILE_ROW] = pa.array(place)
    if not good.all():
        columns = {name: column.filter(pa.array(good)) for name, column in columns.items()}
    for name in {"record_id", "session_id", "raw_volume"} & set(columns):
        columns[name] = columns[name].cast(pa.string())
    if "raw_volume" in columns and way.decimal == ",":
        columns["raw_volume"] = pc.replace_substring(columns["raw_volume"], ",", ".")
    word, words = _words(columns, way, encoding)
    line, ids = _ids(columns)
    return Piece(lines, columns, word, words, line, ids, _told(block, odd, encoding))


def _told(block: bytes, places: npt.NDArray[np.int64], encoding: str) -> dict[int, str]:
    """Return lines of a block as text."""
    if not len(places):
        return {}
    at = begins(block)
    rows = {
        place: _decoded(block[at[place] : at[place + 1]], encoding).rstrip("\r\n")
        for place in places.tolist()
    }
    if not all(rows.values()):
        raise UnreadableError  # an empty line is no row, and the ordinary reader counts it
    return rows


def _decoded(text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableError from problem


def _converted(
    table: pa.Table, way: Conversion, encoding: str
) -> tuple[Flags, dict[str, pa.Array]]:
    """Return which rows are plain, and the columns of all rows."""
    told = {role: table.column(place).chunk(0) for role, place in way.columns.items()}
    good = np.ones(table.num_rows, np.bool_)
    columns: dict[str, pa.Array] = {role: told[role] for role in way.words}
    for role in IDS:
        if role in told:
            columns[role] = told[role]
            good &= _are_ids(told[role], role, usual=role in way.usual_ids)
    good &= _times(told, way, columns)
    good &= _volumes(told, way, columns)
    if "charge" in told:
        amounts = Cells.of(told["charge"])
        money, fits = _exact(amounts, way, decimals=_MICRO, scale=_MICRO)
        none = amounts.length == 0
        good &= fits | none
        columns["charge"] = _decimals(money, 18, _MICRO, none)
    for place in way.others:
        good &= ~_found(table.column(place).chunk(0), encoding)
    return good, columns


def _found(cells: pa.Array, encoding: str) -> Flags:
    """Tell which cells of a column without a role speak of a sum."""
    if encoding == "utf-8":
        cells, pattern = cells.view(pa.string()), _SUMMING_ZH
    else:
        pattern = _SUMMING
    return _matches(cells, pattern, ignore_case=True)


def _matches(cells: pa.Array, pattern: str, *, ignore_case: bool = False) -> Flags:
    found = pc.match_substring_regex(cells, pattern, ignore_case=ignore_case)
    return np.asarray(found.to_numpy(zero_copy_only=False))


def _are_ids(column: pa.Array, role: Role, *, usual: bool) -> Flags:
    """Tell which cells are ids: some visible characters, no row of totals."""
    if pa.types.is_dictionary(column.type):
        known = _are_ids(column.dictionary, role, usual=usual)
        return np.asarray(known[column.indices.to_numpy()])
    if usual:
        good = _matches(column, rf"\A{USUAL_ID}\z")
    else:
        good = _matches(column, r"\A[!-~]{5,}\z") & ~_matches(column, _TOTAL, ignore_case=True)
    # Beyond the first cells an empty one says "none"; in them it may be a row of totals.
    return good | (Cells.of(column).length == 0) if role == "session_id" else good


def _times(told: dict[Role, pa.Array], way: Conversion, columns: dict[str, pa.Array]) -> Flags:
    start, good = _time("start", told, way, columns)
    if "end" not in told:
        return good
    end, fits = _time("end", told, way, columns)
    return good & fits & (end >= start) & (end - start <= _LONGEST)


def _time(
    role: Role, told: dict[Role, pa.Array], way: Conversion, columns: dict[str, pa.Array]
) -> tuple[Numbers, Flags]:
    local, good = moments(Cells.of(told[role]), way.order, way.mark, way.blank)
    utc, fits = way.clock.utc(local)
    columns[f"{role}_local"] = pa.array(local).view(_LOCAL)
    columns[f"{role}_utc"] = pa.array(utc).view(_UTC)
    return utc, good & fits


def _volumes(told: dict[Role, pa.Array], way: Conversion, columns: dict[str, pa.Array]) -> Flags:
    """Add volumes in bytes and the total as it is written; tell which rows have plain ones."""
    scale = _NANO if way.steps else 0
    good: Flags = np.asarray(True)  # noqa: FBT003 - a flag of numpy
    read: dict[Role, Numbers] = {}
    for role in VOLUMES:
        if role in told:
            cells = Cells.of(told[role])
            read[role], fits = _exact(cells, way, decimals=3 * way.steps, scale=scale)
            good = good & fits & (read[role] < _MOST)
    written: Role = "bytes_total" if "bytes_total" in read else "bytes_billed"
    if {"bytes_up", "bytes_down"} <= set(read):
        total = read["bytes_up"] + read["bytes_down"]
        good = good & (total < _MOST)
        columns["exact_volume"] = _decimals(total, 18, scale)
        whole = _bytes(total, way, scale)
        up = _bytes(read["bytes_up"], way, scale)
        columns |= {"bytes_up": pa.array(up), "bytes_down": pa.array(whole - up)}
    else:
        whole = _bytes(read[written], way, scale)
        columns["raw_volume"] = told[written]
    columns["bytes_total"] = pa.array(whole)
    if "bytes_billed" in read:
        columns["bytes_billed"] = pa.array(_bytes(read["bytes_billed"], way, scale))
    return good


def _exact(cells: Cells, way: Conversion, *, decimals: int, scale: int) -> tuple[Numbers, Flags]:
    mark = way.decimal if decimals else None
    whole = _WIDE if mark is None and not scale else _WHOLE
    return exact(cells, mark=mark, whole=whole, decimals=decimals, scale=scale)


def _bytes(number: Numbers, way: Conversion, scale: int) -> Numbers:
    return np.asarray(np.rint(number / 10**scale * way.factor).astype(np.int64))


def _decimals(number: Numbers, precision: int, scale: int, absent: Flags | None = None) -> pa.Array:
    """Return numbers in 10⁻ˢᶜᵃˡᵉ, none below zero, as exact decimals; missing where `absent`."""
    halves = np.zeros((len(number), 2), np.int64)  # the lower one first
    halves[:, 0] = number
    known = None if absent is None else pa.py_buffer(np.packbits(~absent, bitorder="little"))
    kind = pa.decimal128(precision, scale)
    return pa.Array.from_buffers(kind, len(number), [known, pa.py_buffer(halves)])


def _words(
    columns: dict[str, pa.Array], way: Conversion, encoding: str
) -> tuple[npt.NDArray[np.int64], list[tuple[str, ...]]]:
    """Take words out of the columns; return the combination of each row, and these."""
    told = [columns.pop(role) for role in way.words if role in columns]
    count = len(columns[FILE_ROW])
    code = np.zeros(count, np.int64)
    for column in told:
        joined = code * max(len(column.dictionary), 1) + column.indices.to_numpy()
        code = pd.factorize(joined)[0]
    first = np.zeros(int(code.max(initial=-1)) + 1, np.int64)
    first[code[::-1]] = np.arange(count)[::-1]
    said = [column.take(pa.array(first)).to_pylist() for column in told]
    texts = [[_decoded(word, encoding) for word in column] for column in said]
    return code, list(zip(*texts, strict=True)) if texts else [()] * len(first)


def _ids(columns: dict[str, pa.Array]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Take lines out of the columns; return the id of each row, and these."""
    if "line" not in columns:
        return np.zeros(0, np.int64), []
    lines = columns.pop("line")
    code, used = pd.factorize(lines.indices.to_numpy())
    return code, [text.decode() for text in lines.dictionary.take(pa.array(used)).to_pylist()]
