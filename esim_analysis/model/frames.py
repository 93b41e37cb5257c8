"""Column contracts: every frame that passes a layer is checked at its door."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.model.errors import FrameError

UTC_TIME: Final = "datetime64[us, UTC]"
LOCAL_TIME: Final = "datetime64[us]"
TEXT: Final = "str"
CODED: Final = "category"  # text of few distinct values and many rows; categories in text order
COUNT: Final = "Int64"  # nullable: unknown is missing, never 0
BYTES: Final = "Int64"
FLAG: Final = "boolean"
RATIO: Final = "float64"
MONEY: Final = pd.ArrowDtype(pa.decimal128(18, 6))
_MANY: Final = 10_000  # rows; fewer are not worth a look at every column

_MILLION: Final = 10**6

# str | pd.ArrowDtype: pandas-stubs knows dtypes only as literals
Dtype: TypeAlias = Any
Schema: TypeAlias = Mapping[str, Dtype]


def conform(frame: pd.DataFrame, schema: Schema, *, what: str) -> pd.DataFrame:
    """Return `frame` with exactly the columns and dtypes of `schema`, in its order.

    Columns that are absent become missing values; columns the schema does not
    know are refused, so that nothing travels unnamed.

    Raises
    ------
    FrameError
        A column is unknown or holds values the dtype cannot carry; both are
        mistakes of the code that built the frame, not of a user's file.
    """
    unknown = [column for column in frame.columns.tolist() if column not in schema]
    if unknown:
        raise FrameError.unknown_columns(what, unknown, list(schema))
    named = frame.columns.tolist()
    if named == list(schema) and frame.dtypes.tolist() == list(schema.values()):
        return frame.reset_index(drop=True)
    columns = {}
    for name, dtype in schema.items():
        if name not in named:
            columns[name] = pd.Series(index=frame.index, dtype=dtype)
            continue
        try:
            columns[name] = _cast(frame[name], dtype)
        except (TypeError, ValueError, pa.ArrowInvalid) as problem:
            raise FrameError.wrong_dtype(what, name, str(dtype), problem) from problem
    # Columns are shared, not copied: what is written to becomes a copy.
    shared = pd.DataFrame(columns, index=frame.index, copy=False)
    shared.index = pd.RangeIndex(len(frame))
    return shared


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return rows sorted by columns, what is missing last; rows alike keep their order.

    The first column is a time none of which is missing. Where few rows share one, the other
    columns are looked at for those alone.
    """
    first = frame[by[0]].astype("int64").to_numpy()
    order = np.argsort(first, kind="stable")
    same = first[order[1:]] == first[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))[: len(first)]
    if len(tied) > len(first) // 2:
        return frame.sort_values(list(by), kind="stable", na_position="last")
    if len(tied):
        rows = frame[list(by)].iloc[order[tied]].reset_index(drop=True)
        order[tied] = order[tied][rows.sort_values(list(by), kind="stable").index]
    return frame if (order[1:] > order[:-1]).all() else frame.iloc[order]


def empty(schema: Schema) -> pd.DataFrame:
    """Return a frame without rows that fulfils `schema`."""
    return _empty(tuple(schema.items())).copy(deep=False)  # what is written to becomes a copy


@cache
def _empty(columns: tuple[tuple[str, Dtype], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})


def share_missing(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return the same frame, whose wholly missing columns of one dtype share their memory.

    Most exports fill a few columns of many; a million rows of nothing took 8 MB each.
    """
    if len(frame) < _MANY:
        return frame
    # Only dtypes that pandas keeps column by column, and copies when one is written to.
    shareable = {TEXT, BYTES, FLAG, MONEY}
    first: dict[Dtype, pd.Series] = {}
    shared = {
        name: first.setdefault(dtype, frame[name])
        for name, dtype in schema.items()
        if dtype in shareable and frame[name].isna().all()
    }
    return frame.assign(**shared)


def money_floats(money: pd.Series) -> pd.Series:
    """Return exact money as the nearest floats, missing as NaN.

    Parameters
    ----------
    money
        Of dtype `MONEY`; below nine thousand million, where millionths are exact floats.
    """
    # pandas would make an object of every amount, fifteen times as slowly.
    millionths = pc.cast(pc.multiply(pa.array(money), pa.scalar(_MILLION)), pa.int64())
    amounts = millionths.to_numpy(zero_copy_only=False) / _MILLION
    return pd.Series(amounts, index=money.index, name=money.name, dtype="float64")


def _cast(values: pd.Series, dtype: Dtype) -> pd.Series:
    if values.dtype == dtype:
        return values
    if dtype == CODED:
        return values.astype(TEXT).astype(CODED)
    if dtype == UTC_TIME and not isinstance(values.dtype, pd.DatetimeTZDtype):
        if values.isna().all():
            return pd.Series(pd.NaT, index=values.index, dtype=UTC_TIME)
        msg = "a time without zone is not UTC"
        raise TypeError(msg)
    return values.astype(dtype)
