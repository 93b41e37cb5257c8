"""Where the columns of a printed table are: its headings, and the gaps between the words below."""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.tabular.headings import is_usage_header

_GAP: Final = 0.8  # of the height of a word: a wider one parts two headings


@dataclass(frozen=True, slots=True)
class Columns:
    """Headings of a table, and where one column ends and the next begins (points)."""

    names: tuple[str, ...]
    edges: tuple[float, ...]


def find_headings(lines: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Return the lines that name a time and a volume: their cells, by number of the line.

    Headings over two lines stand under the number of the lower one.
    """
    cells = _cells(lines)
    by_line = {int(row["line"].iloc[0]): row for _, row in cells.groupby("line")}
    found: dict[int, pd.DataFrame] = {}
    for number, row in by_line.items():
        if is_usage_header(row["text"].tolist()):
            found[number] = row
        elif number - 1 in by_line and number - 1 not in found:
            both = _stacked(by_line[number - 1], row)
            if both is not None and is_usage_header(both["text"].tolist()):
                found[number] = both
    return found


def find_columns(head: pd.DataFrame, body: pd.DataFrame) -> Columns:
    """Find where columns end: in the emptiest strip between the middles of two headings."""
    middles = ((head["x0"] + head["x1"]) / 2).to_numpy()
    width = int(np.ceil(max(body["x1"].max() if len(body) else 0.0, head["x1"].max()))) + 1
    spans = pd.concat([head[["x0", "x1"]], body[["x0", "x1"]]]).to_numpy()
    first = np.clip(np.floor(spans[:, 0]), 0, width).astype(np.int64)
    last = np.clip(np.ceil(spans[:, 1]), 0, width).astype(np.int64)
    steps = np.bincount(first, minlength=width + 1) - np.bincount(last, minlength=width + 1)
    crowd = np.cumsum(steps)
    edges = [_emptiest(crowd, int(left), int(right)) for left, right in itertools.pairwise(middles)]
    return Columns(tuple(head["text"]), tuple(edges))


def _cells(lines: pd.DataFrame) -> pd.DataFrame:
    """Return words that stand together as one: `text, x0, x1, line`."""
    cell = (lines["gap"] > _GAP).cumsum()
    return lines.groupby(cell, as_index=False, sort=False).agg(
        text=("text", " ".join), x0=("x0", "first"), x1=("x1", "last"), line=("line", "first")
    )


def _stacked(upper: pd.DataFrame, lower: pd.DataFrame) -> pd.DataFrame | None:
    """Join cells that stand one above the other; None where two meet one, or figures are below."""
    if lower["text"].str.contains(r"\d", regex=True).any():
        return None
    low, high = lower["x0"].to_numpy(), lower["x1"].to_numpy()
    left, right = upper["x0"].to_numpy(), upper["x1"].to_numpy()
    meets = (low[:, None] < right[None, :]) & (left[None, :] < high[:, None])
    if (meets.sum(axis=0) > 1).any() or (meets.sum(axis=1) > 1).any():
        return None
    below, above = np.nonzero(meets)
    joined = upper.reset_index(drop=True).copy()
    joined.loc[above, "text"] = (
        joined["text"].to_numpy()[above] + " " + lower["text"].to_numpy()[below]
    )
    joined.loc[above, "x0"] = np.minimum(left[above], low[below])
    joined.loc[above, "x1"] = np.maximum(right[above], high[below])
    alone = lower[~meets.any(axis=1)]
    return pd.concat([joined, alone]).sort_values("x0", kind="stable", ignore_index=True)


def _emptiest(crowd: np.ndarray, left: int, right: int) -> float:
    """Return the middle of the longest run of the least crowded points in [left, right)."""
    strip = crowd[left : max(right, left + 1)]
    free = np.flatnonzero(strip == strip.min())
    runs = np.split(free, np.flatnonzero(np.diff(free) > 1) + 1)
    longest = max(runs, key=len)
    return left + float(longest[0] + longest[-1] + 1) / 2
