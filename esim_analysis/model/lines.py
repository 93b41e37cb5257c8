"""Lines as outputs name them: line-1, line-2, … by first start; ids stay inside."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from esim_analysis.model.errors import UsageError
from esim_analysis.model.records import UsageRecords


def number_lines(
    records: UsageRecords, *, only: str | None = None, keep_ids: bool = False
) -> UsageRecords:
    """Return records whose `line` is `line-N` by first start, or the raw id when asked for.

    Parameters
    ----------
    only
        Keep one line: its number, its raw id, or the unique ending of its raw id. It
        keeps the number it has among all lines.
    keep_ids
        Name lines by their raw ids; `raw_lines` then maps these to themselves, else
        the numbers to the raw ids.

    Raises
    ------
    UsageError
        No line or several lines answer to `only`.
    """
    names = _names(records)
    frame = records.frame
    if only is not None:
        line = _find(only, names, records.raw_lines)
        names = {line: names[line]}
        frame = frame[frame["line"] == line]
    raw = {name: records.raw_lines.get(line, "") for line, name in names.items()}
    if keep_ids:
        names = {line: raw[name] or name for line, name in names.items()}
        raw = {name: name for name in names.values()}
    named = frame.assign(line=frame["line"].map(names).astype("str"))
    return replace(records, frame=named, raw_lines=raw)


def bare_ids(ids: "pd.Series[str]") -> "pd.Series[str]":
    """Return subscriber ids without the marks people group digits with."""
    bare: pd.Series[str] = ids.str.replace(r"[\s\-.()+]", "", regex=True)
    return bare


def _find(wanted: str, names: Mapping[str, str], raw_lines: Mapping[str, str]) -> str:
    digits = bare_ids(pd.Series([wanted], dtype="str")).iloc[0]
    raw = {line: raw_lines[line] for line in names if line in raw_lines}
    label = [line for line, name in names.items() if wanted == name]
    exact = [line for line, own in raw.items() if digits == own]
    ending = [line for line, own in raw.items() if digits and own.endswith(digits)]
    found = label or exact or ending
    if len(found) != 1:
        known = ", ".join(names.values())
        several = "several lines end in" if found else "no line is called"
        raise UsageError(f"--line: {several} {wanted!r}; lines here are {known}")
    return found[0]


def _names(records: UsageRecords) -> dict[str, str]:
    """Return the number of each line: by first start; of lines that start together the larger first.

    Ids, and hashes of them, decide nothing but between lines that are alike in all this:
    a line keeps its number whatever key the hashes were made with.
    """
    told = records.frame.assign(billed=records.billed, rows=1).groupby("line", sort=True)
    first = told.agg(start=("start_utc", "min"), billed=("billed", "sum"), rows=("rows", "sum"))
    first = first.reset_index().sort_values(
        ["start", "billed", "rows"], ascending=[True, False, False], kind="stable"
    )
    ordered = first["line"]
    numbers = pd.Series(range(1, len(ordered) + 1), index=ordered)
    return {str(line): f"line-{number}" for line, number in numbers.items()}
