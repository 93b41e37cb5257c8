"""Text tables of captures as Arrow columns: exact rows at full speed, the others apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import category, decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from esim_analysis.importers.captures.arrays import Flags
from esim_analysis.importers.captures.messages import HOST_PATTERN

_BLOCK: Final = 1 << 24
_WHOLE: Final = r"^\d{1,15}$"
_SIGNED: Final = r"^-?\d{1,10}$"
_URL: Final = rf"^(?:[a-z]+://)?(?P<host>{HOST_PATTERN})\.?(?:[:/?#].*)?$"
_MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$"
_WRITTEN: Final = "2026-11-01T10:00:00.000+01:00"
_SHORT: Final = 10  # digits that any number here may have
_EPOCH_MS: Final = r"^\d{12,13}$"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows with as many cells as columns, and those with more or fewer.

    Attributes
    ----------
    table
        Text columns, and `line`: the place in the file, from 1.
    odd
        Whole lines by line in the file.
    """

    table: pd.DataFrame
    odd: pd.Series


@dataclass(frozen=True, slots=True)
class _Form:
    names: list[str]
    delimiter: str
    wanted: Sequence[str]


def split_rows(
    body: str | bytes, names: list[str], *, delimiter: str, above: int, wanted: Sequence[str] = ()
) -> Rows:
    """Split lines at every delimiter; quotes mean nothing.

    Parameters
    ----------
    body
        The lines below the heading, as text or as UTF-8.
    above
        How many lines stand above `body` in the file.
    wanted
        The columns to keep, all when empty.
    """
    odd: dict[int, str] = {}

    def keep(row: Any) -> str:  # noqa: ANN401 - pyarrow.csv.InvalidRow, without stubs
        odd[row.number + above] = row.text
        return "skip"

    encoded = body.encode("utf-8", "replace") if isinstance(body, str) else body
    try:
        table = _parse(encoded, _Form(names, delimiter, wanted), keep, _BLOCK)
    except pa.ArrowInvalid:  # a line longer than a block
        odd.clear()
        table = _parse(encoded, _Form(names, delimiter, wanted), keep, len(encoded) + 1)
    exact = np.ones(table.num_rows + len(odd), dtype=bool)
    exact[np.fromiter(odd, dtype=np.int64, count=len(odd)) - above - 1] = False
    frame = pd.DataFrame({name: table[name].to_pandas().astype("str") for name in wanted or names})
    frame["line"] = np.flatnonzero(exact) + above + 1
    told = list(wanted or names)
    blank = (frame[told[0]] == "") & (frame[told[1]] == "") & (frame[told[-1]] == "")
    if blank.any():
        frame = frame[~blank].reset_index(drop=True)
    return Rows(frame, pd.Series(odd, dtype="str"))


def plain_text(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 in which every carriage return stands before a newline."""
    held = np.frombuffer(data, np.uint8)
    returns = np.flatnonzero(held == ord("\r"))
    if len(returns) and returns[-1] == len(held) - 1:
        return False
    if not (held[returns + 1] == ord("\n")).all():
        return False
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False


def with_columns(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return text columns in the order of `names`, those that are not there as ""."""
    missing = dict.fromkeys((name for name in names if name not in table.columns), "")
    cells = table.assign(**missing)[list(names)]
    return cells.astype(dict.fromkeys(missing, "str"))


def take_apart(lines: pd.Series, pattern: str) -> pd.DataFrame:
    """Return the named groups of `pattern` (RE2) for each line, missing where it does not match."""
    found = pc.extract_regex(_arrow(lines), pattern)
    names = re.findall(r"\?P<(\w+)>", pattern)
    groups = {name: pc.struct_field(found, name).to_pandas() for name in names}
    return pd.DataFrame(groups, dtype="str").set_axis(lines.index, axis=0)


def matches(cells: pd.Series, pattern: str) -> Flags:
    """Mark cells that match `pattern` (RE2)."""
    found = pc.match_substring_regex(_arrow(cells), pattern)
    marks: Flags = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return marks


def whole_numbers(cells: pd.Series, pattern: str = _WHOLE) -> pd.Series:
    """Return cells as `Int64`, missing where they are no number; digits may be of any script."""
    text = _arrow(cells)
    # A regular expression costs ten times as much, and most columns hold nothing but digits.
    plain = pc.and_(pc.ascii_is_decimal(text), pc.less_equal(pc.binary_length(text), _SHORT))
    if not pc.all(plain, min_count=0).as_py():
        text = _arrow(_plain_digits(cells))
        text = pc.if_else(pc.match_substring_regex(text, pattern), text, None)
    numbers = pc.cast(text, pa.int64())
    return pd.Series(pd.array(numbers, dtype="Int64"), index=cells.index)


def signed_numbers(cells: pd.Series) -> pd.Series:
    """Return cells as `Int64` like `whole_numbers`, with a minus allowed."""
    return whole_numbers(cells, _SIGNED)


def moments(cells: pd.Series) -> pd.Series:
    """Return µs since 1970 (`Int64`) of ISO times with an offset, or of epoch milliseconds."""
    if (usual := _usual_moments(_arrow(cells))) is not None:
        return pd.Series(pd.array(usual, dtype="Int64"), index=cells.index)
    plain = _plain_digits(cells)
    iso = matches(plain, _MOMENT)
    text = _arrow(plain.where(iso))
    try:
        written = pc.cast(text, pa.timestamp("us", tz="UTC"))
    except pa.ArrowInvalid:  # a thirteenth month somewhere
        dates = pd.to_datetime(text.to_pandas(), format="ISO8601", utc=True, errors="coerce")
        written = pa.array(dates.dt.as_unit("us"))
    micros = pd.Series(pd.array(pc.cast(written, pa.int64()), dtype="Int64"), index=cells.index)
    return micros.fillna(whole_numbers(plain.where(matches(plain, _EPOCH_MS), "")) * 1000)


def _usual_moments(text: Any) -> Any | None:  # noqa: ANN401 - Arrow arrays, without stubs
    """Return µs since 1970 where every time is written alike, to the millisecond; else None."""
    alike = pc.equal(pc.binary_length(text), len(_WRITTEN))
    for place, letter in ((10, "T"), (-3, ":")):  # a blank, or +0100, is for slower eyes
        found = pc.utf8_slice_codeunits(text, place, place + 1)
        alike = pc.and_(alike, pc.equal(found, letter))
    if not pc.all(alike, min_count=0).as_py():
        return None
    try:
        return pc.cast(pc.cast(text, pa.timestamp("us", tz="UTC")), pa.int64())
    except pa.ArrowInvalid:
        return None


def host_names(cells: pd.Series) -> pd.Series:
    """Return the host in names and addresses of pages, "" where there is none."""
    coded = pc.dictionary_encode(_arrow(cells.fillna("")))
    values = pd.Series(coded.dictionary.to_pandas(), dtype="str")
    hosts = take_apart(values.str.strip().str.lower(), _URL)["host"].fillna("")
    hosts = hosts.mask(hosts.str.fullmatch(r"[\d.]*"), "")
    written = _arrow(hosts).take(coded.indices)
    return pd.Series(written.to_pandas(), dtype="str").set_axis(cells.index)


def _plain_digits(cells: pd.Series) -> pd.Series:
    """Turn digits of other scripts, which phones print in some languages, into 0-9."""
    text = _arrow(cells)
    foreign = pc.invert(pc.fill_null(pc.string_is_ascii(text), fill_value=True))
    if not pc.any(foreign).as_py():
        return cells
    marks = foreign.to_numpy(zero_copy_only=False)
    return cells.mask(marks, cells[marks].map(_translate)).astype("str")


def _translate(text: str) -> str:
    return "".join(
        str(digit) if (digit := decimal(letter, None)) is not None else letter
        for letter in text
        if category(letter) != "Cf"  # marks of direction around numbers
    )


def _arrow(cells: pd.Series) -> Any:  # noqa: ANN401 - pyarrow.LargeStringArray, without stubs
    found = pa.array(cells, pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _parse(encoded: bytes, form: _Form, keep: Callable[[Any], str], block: int) -> Any:  # noqa: ANN401 - pyarrow.Table
    return csv.read_csv(
        pa.BufferReader(encoded or b"\n"),
        read_options=csv.ReadOptions(column_names=form.names, use_threads=False, block_size=block),
        parse_options=csv.ParseOptions(
            delimiter=form.delimiter,
            quote_char=False,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(form.names, pa.large_string()),
            include_columns=list(form.wanted),
            strings_can_be_null=False,
        ),
    )
