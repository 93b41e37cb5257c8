"""Which addresses an operator carries to the open internet."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from esim_analysis.reference import address_kinds

# Addresses for documentation stand for open ones wherever they are written.
_OPEN: Final = ("", "documentation", "benchmarking", "tunnel")


def public(addresses: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Mark addresses of the open internet.

    What is no address is not: nothing is concluded from it.
    """
    return address_kinds(addresses).isin(_OPEN).to_numpy()
