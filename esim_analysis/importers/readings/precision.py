"""How much a typed figure leaves open: "1.2 GB" is anything from 1.15 to 1.25 GB."""

from typing import Final

import pandas as pd

from esim_analysis.importers.readings.volumes import half_width

ARROW: Final = " → "
NOT_LISTED: Final = "not listed, below "
_FIGURE: Final = r"\d+(?:\.\d+)? [KMGT]?i?B"
_SHOWN: Final = rf"\d: (?:{_FIGURE} )*?({_FIGURE})(?= →|$)"
_BELOW: Final = rf"^{NOT_LISTED}(\d+) B →"


def half_widths(rows: pd.DataFrame) -> pd.Series:
    """Return how far the bytes of differenced readings may be off, row by row.

    Each of the two figures of a row is off by half its last digit at most; the
    sum of both bounds the difference, whether the screen rounds or cuts off. An
    app that was not listed before adds the figure its list ended at.

    Parameters
    ----------
    rows
        `usage.frame`, `evidence.frame`, or any frame whose `source_row` comes
        from this package: `"3: 4.2 GB → 7: 3.95 GB"`.

    Returns
    -------
    pandas.Series
        Bytes (`Int64`), index of `rows`; missing for rows of other origin.
    """
    place = rows["source_row"].reset_index(drop=True).astype("str")
    shown = place.str.extractall(_SHOWN)[0].astype("str")
    total = half_width(shown).groupby(level=0).sum().reindex(place.index).astype("Int64")
    below = pd.to_numeric(place.str.extract(_BELOW)[0]).astype("Int64").fillna(0)
    return (total + below).set_axis(rows.index).rename("half_width_bytes")


def as_typed(place: pd.Series) -> pd.Series:
    """Return the figure in a `source_row` such as `"3: 4.2 GB"`; missing elsewhere."""
    return place.str.extract(r"^\d+: (.+)$")[0].astype("str")
