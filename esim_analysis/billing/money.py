"""Money inside the meter: whole millionths of a currency unit; Decimal only at the edges."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from esim_analysis.model.frames import MONEY

Whole = NDArray[np.int64]

MICRO: Final = 1_000_000
_SAFE: Final = 2**62  # the remainder of a step times its price must stay below


def to_micro(amount: Decimal | Fraction) -> int:
    """Return an amount in millionths, half up."""
    return int(Fraction(amount) * MICRO + Fraction(1, 2))


def from_micro(micro: int) -> Decimal:
    """Return an amount of millionths as money, exactly."""
    return Decimal(int(micro)).scaleb(-6)


def money_series(micro: Whole, index: pd.Index) -> pd.Series:
    """Return millionths as a column of money, exactly."""
    # 10^-6 per unit is what decimal128(18, 6) stores: the integers are its bits.
    words = np.column_stack([micro, np.where(micro < 0, -1, 0)]).astype("int64")
    buffers = [None, pa.py_buffer(np.ascontiguousarray(words))]
    values = pa.Array.from_buffers(pa.decimal128(18, 6), len(micro), buffers)
    return pd.Series(pd.arrays.ArrowExtensionArray(values), index=index, dtype=MONEY)


@dataclass(frozen=True, slots=True)
class Rate:
    """A price a byte, as a ratio of whole numbers: `num` millionths for `den` bytes."""

    num: int
    den: int

    @classmethod
    def of(cls, amount: Decimal, unit: int) -> "Rate":
        """Return the rate of `amount` money for `unit` bytes."""
        exact = Fraction(amount) * MICRO / unit
        if exact.numerator * exact.denominator >= _SAFE:
            # A millionth of a millionth is beyond any bill; it keeps the product in 64 bits.
            exact = exact.limit_denominator(unit)
        return cls(exact.numerator, exact.denominator)

    def cost(self, volume: Whole) -> Whole:
        """Return what volumes cost, half up to a millionth; never falls as volume grows."""
        whole, rest = np.divmod(volume, self.den)
        cost: Whole = whole * self.num + (rest * self.num + self.den // 2) // self.den
        return cost

    def affordable(self, micro: int, step: int) -> int:
        """Return how many bytes, in whole steps, a sum buys at most."""
        return self.den * micro // self.num // step * step if self.num else 2**62
