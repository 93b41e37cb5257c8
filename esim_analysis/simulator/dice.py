"""Random whole numbers that stay the same on every platform and every numpy."""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class Dice:
    """A stream of its own for each name, so a new habit never shifts the others.

    Draws come from the raw bits of PCG64, whose stream numpy guarantees; the
    distributions of `numpy.random.Generator` may change between versions, and
    anything that passes through `exp` or `log` differs between C libraries.
    """

    def __init__(self, seed: int, name: str) -> None:
        entropy = np.random.SeedSequence([seed, crc32(name.encode("utf-8"))])
        self._bits = np.random.PCG64(entropy)

    def between(self, low: int, high: int, size: int) -> NDArray[np.int64]:
        """Draw `size` whole numbers from `low` to `high`, both included."""
        span = np.uint64(high - low + 1)
        raw = np.asarray(self._bits.random_raw(size), dtype=np.uint64)
        return low + (raw % span).astype(np.int64)
