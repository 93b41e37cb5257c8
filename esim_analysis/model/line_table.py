"""What the user knows of each line: its nickname, owner, site, firmware and plan."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import TEXT, Schema, conform, empty
from esim_analysis.model.lines import bare_ids

LINE_TABLE: Final[Schema] = {
    "line": TEXT,  # in a file: the id as printed; after matching: the name of the line
    "nickname": TEXT,
    "owner": TEXT,
    "site": TEXT,
    "firmware": TEXT,
    "plan": TEXT,
}
_ENDING: Final = 4  # fewer digits name a line by accident


def line_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a line table: columns of `LINE_TABLE`, then the user's own as text; `""` for unknown.

    Raises
    ------
    FrameError
        It has no column `line`.
    """
    if "line" not in frame.columns:
        raise FrameError.unknown_columns("line table", list(frame.columns), list(LINE_TABLE))
    own = {name: TEXT for name in frame.columns if name not in LINE_TABLE}
    return conform(frame, {**LINE_TABLE, **own}, what="line table").fillna("")


def no_line_table() -> pd.DataFrame:
    """Return a line table without rows."""
    return empty(LINE_TABLE)


def match_lines(
    table: pd.DataFrame, raw_lines: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Name the lines of a case as the user does.

    Parameters
    ----------
    table
        As `line_table` returns: a row a SIM, its id as printed, whole or only its ending.
    raw_lines
        Name of a line → its subscriber id.

    Returns
    -------
    (matched, unmatched)
        The rows of lines in the case with `line` replaced by the line's name, one a line
        (a longer id wins over a shorter ending), and the endings of ids that are of no line
        here or of several.
    """
    known = pd.DataFrame(
        {"name": list(raw_lines), "raw": bare_ids(pd.Series(list(raw_lines.values()), dtype=TEXT))}
    )
    # "…1234" and "*1234" are how people and portals write an ending.
    wanted = bare_ids(table["line"]).str.lstrip("….*x")
    lengths = sorted(wanted.str.len().unique(), reverse=True)
    pairs = [_ending_in(known, wanted, int(n)) for n in lengths if n >= _ENDING]
    if not pairs:
        return table.iloc[:0], tuple(wanted.str[-_ENDING:])
    found = pd.concat(pairs, ignore_index=True)
    several = found.groupby("row")["name"].transform("size") > 1
    found = found[~several].drop_duplicates("name")
    named = table.loc[found["row"]].assign(line=found["name"].to_numpy())
    alone = wanted[~wanted.index.isin(found["row"])]
    place = pd.Series(range(len(known)), index=known["name"])
    named = named.sort_values("line", key=lambda names: names.map(place), ignore_index=True)
    return named, tuple(alone.str[-_ENDING:])


def _ending_in(known: pd.DataFrame, wanted: pd.Series, length: int) -> pd.DataFrame:
    """Return `row, name` of lines whose id ends in the wanted ids of one length."""
    ids = wanted[wanted.str.len() == length]
    endings = known.assign(ending=known["raw"].str[-length:])
    rows = pd.DataFrame({"row": ids.index, "ending": ids.to_numpy()})
    return rows.merge(endings, on="ending")[["row", "name"]]
