"""Rows of many groups at once, summed up in a few array operations.

A case asks hundreds of small questions; a `groupby` for each costs more than its answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.attribution.bill import Ints, micros
from esim_analysis.attribution.groups import number_groups
from esim_analysis.attribution.ledger import moments

Values = npt.NDArray[Any]
_ROOM_A_VALUE: Final = 3  # places a value may cost where groups are sorted as rows of one table


def numbered(frame: pd.DataFrame, by: Sequence[str]) -> Ints:
    """Give the distinct rows of some columns numbers in their sorted order, from 0."""
    return number_groups(*(_codes(frame[name]) for name in by))[0]


def codes_of(column: pd.Series) -> Ints:
    """Return the codes of a column of categories, wide enough to be added to."""
    return column.cat.codes.to_numpy().astype(np.int64)


def _codes(column: pd.Series) -> Ints:
    if isinstance(column.dtype, pd.CategoricalDtype):  # of the model: in text order
        return codes_of(column)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return micros(column)
    if column.dtype.kind == "i":
        return column.to_numpy()
    return pd.factorize(column, sort=True)[0]


def coded(column: "pd.Series[str]") -> "pd.Categorical[str]":
    """Return texts as categories in text order; what is missing is called `""`."""
    code, found = pd.factorize(column, sort=True)
    names = pd.Index(found, dtype="str")
    if (code < 0).any():
        names = names if "" in names else names.insert(0, "")  # nothing sorts before it
        code = np.where(code < 0, 0, code + (len(names) - len(found)))
    return pd.Categorical.from_codes(code, names)


def from_codes(code: Ints, like: pd.Series) -> "pd.Categorical[str]":
    """Return codes as categories of a column that has them."""
    return pd.Categorical.from_codes(code, like.cat.categories)


def of_names(column: "pd.Categorical[str]", told: "pd.Series[str]") -> "pd.Categorical[str]":
    """Return what is told of each category, for every row."""
    code, found = pd.factorize(told, sort=True)
    return pd.Categorical.from_codes(code[column.codes], pd.Index(found, dtype="str"))


def of_each(column: pd.Series, ask: Callable[[pd.Index], Values]) -> Values:
    """Return, for every row of a column of categories, what `ask` says of its category."""
    found: Values = np.asarray(ask(column.cat.categories))[column.cat.codes]
    return found


def total_of_mine(number: Ints, values: Values) -> Values:
    """Return, for each row, the sum over all rows of its number (0 upwards)."""
    return np.bincount(number, values)[number]


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows sorted out by the number of their group; every result has one element a group.

    Attributes
    ----------
    number
        The numbers of the groups there are, ascending.
    order, start
        Rows by group, in their own order inside one, and where each group begins.
    """

    number: Ints
    order: Ints
    start: Ints

    @classmethod
    def of(cls, number: "Ints | pd.Series[int]") -> Self:
        """Sort out rows by their group."""
        key = np.asarray(number)
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(key)])
        return cls(ordered[start], order, start)

    def size(self) -> Ints:
        """Count the rows of each group."""
        return np.diff(np.append(self.start, len(self.order)))

    def sum(self, values: "Values | pd.Series[Any]") -> Values:
        """Sum numbers; of flags, count those that are set."""
        found = np.asarray(values)[self.order]
        found = found.astype(np.int64) if found.dtype == bool else found
        return np.add.reduceat(found, self.start) if len(self.start) else found[:0]

    def most(self, values: "Values | pd.Series[Any]") -> Values:
        """Return the largest value of each group."""
        found = np.asarray(values)[self.order]
        return np.maximum.reduceat(found, self.start) if len(self.start) else found[:0]

    def median(self, values: Values) -> Values:
        """Return the middle value of each group, or the mean of its two middle ones."""
        if len(self.start) == 0:
            return np.zeros(0)
        size = self.size()
        middle, own = ((size - 1) // 2, size // 2), values[self.order]
        most = int(size.max())
        if own.dtype.kind == "f" and most * len(size) <= _ROOM_A_VALUE * len(own):
            # A row a group, filled up with what is sorted to its end.
            rows = np.full((len(size), most), np.nan)
            rows[np.arange(most) < size[:, None]] = own
            rows.sort(axis=1)
            each = np.arange(len(size))
            lower, upper = rows[each, middle[0]], rows[each, middle[1]]
        else:
            ranked = own[np.lexsort((own, np.repeat(np.arange(len(size)), size)))]
            lower, upper = ranked[self.start + middle[0]], ranked[self.start + middle[1]]
        found: Values = (lower + upper) / 2
        return found

    def every(self, flags: "Values | pd.Series[bool]") -> Values:
        """Say whether all rows of each group are marked."""
        found: Values = self.sum(np.asarray(flags, dtype=bool)) == self.size()
        return found

    def first(self, values: "pd.Series[Any]") -> pd.Series:
        """Return the value of the first row of each group."""
        return pd.Series(values.array.take(self.order[self.start]), index=self.number)

    def earliest(self, times: "pd.Series[pd.Timestamp]") -> pd.Series:
        """Return the first of the UTC times of each group."""
        return moments(-self.most(-micros(times))).set_axis(self.number)

    def latest(self, times: "pd.Series[pd.Timestamp]") -> pd.Series:
        """Return the last of the UTC times of each group."""
        return moments(self.most(micros(times))).set_axis(self.number)

    def distinct(self, values: Ints) -> Ints:
        """Count the distinct numbers of each group; negative ones are none."""
        place = np.empty(len(self.order), np.int64)
        place[self.order] = np.repeat(np.arange(len(self.start)), self.size())
        known = np.asarray(values) >= 0
        _, first = number_groups(place[known], np.asarray(values)[known])
        return np.bincount(place[known][first], minlength=len(self.start))

    def spread(self, values: Values) -> Values:
        """Give every row what its group has."""
        found = np.empty(len(self.order), values.dtype)
        found[self.order] = np.repeat(values, self.size())
        return found

    def frame(self, columns: dict[str, Any]) -> pd.DataFrame:
        """Return columns of one element a group, by its number."""
        return pd.DataFrame(columns, index=pd.Index(self.number))
