"""Lines as outputs name them: line-1, line-2, … by first start; ids stay inside."""

from dataclasses import replace

import pandas as pd

from esim_analysis.model.errors import UsageError
from esim_analysis.model.records import UsageRecords


def number_lines(records: UsageRecords, *, keep_ids: bool = False) -> UsageRecords:
    """Return records whose `line` is `line-N` by first start, or the raw id when asked for.

    `raw_lines` then maps the new names to the raw ids.
    """
    names = _names(records)
    raw = {name: records.raw_lines.get(line, "") for line, name in names.items()}
    if keep_ids:
        names = {line: raw[name] or name for line, name in names.items()}
        raw = {name: name for name in names.values()}
    frame = records.frame.assign(line=records.frame["line"].map(names).astype("str"))
    return replace(records, frame=frame, raw_lines=raw)


def select_line(records: UsageRecords, wanted: str) -> UsageRecords:
    """Keep one line, named by its label, its raw id, or the unique ending of its raw id.

    Raises
    ------
    UsageError
        No line or several lines answer to `wanted`.
    """
    names = _names(records)
    exact = [line for line, name in names.items() if wanted == name]
    exact += [line for line, raw in records.raw_lines.items() if wanted == raw]
    ending = [line for line, raw in records.raw_lines.items() if raw.endswith(wanted)]
    found = exact or ending
    if len(found) != 1:
        known = ", ".join(names.values())
        several = "several lines end in" if found else "no line is called"
        raise UsageError(f"--line: {several} {wanted!r}; lines here are {known}")
    return replace(records, frame=records.frame[records.frame["line"] == found[0]])


def _names(records: UsageRecords) -> dict[str, str]:
    lines = records.frame["line"]
    first = records.frame.groupby(lines, sort=True)["start_utc"].min()
    ordered = first.sort_values(kind="stable").index
    numbers = pd.Series(range(1, len(ordered) + 1), index=ordered)
    return {str(line): f"line-{number}" for line, number in numbers.items()}
