"""The rows of a Zeek log: columns are named inside the file, and may change on the way."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.cells import split_rows, with_columns

_COLUMNS: Final = (
    *("ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration"),
    *("orig_bytes", "resp_bytes", "local_orig", "local_resp", "orig_ip_bytes", "resp_ip_bytes"),
)
_TELLING: Final = ("ts", "id.orig_h", "id.resp_h", "conn_state")
_FIELDS: Final = re.compile(r"^#fields(.)(.*)$", re.MULTILINE)
_MOST_HEADINGS: Final = 1000  # more changes than any log of connections has seen
_CLOSE: Final = re.compile(r"^#close\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ZeekRows:
    """Connections as text.

    Attributes
    ----------
    table
        `_COLUMNS` and `line`; unset cells are "".
    rejected
        `line, field, reason`.
    payload_only
        True when the log has no IP byte counts and those of the contents stand for them.
    cut
        True when the log lacks its closing line.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    payload_only: bool
    cut: bool


def is_conn_log(text: str) -> bool:
    """Tell a conn.log by its columns: named in a heading, or the keys of its first object."""
    fields = _FIELDS.search(text)
    if fields is not None:
        return set(_TELLING) <= set(fields.group(2).split(fields.group(1)))
    first = text.lstrip("\ufeff \n").split("\n", 1)[0]
    return first.startswith("{") and all(f'"{name}"' in first for name in _TELLING)


def read_rows(text: str) -> ZeekRows:
    """Read a conn.log of either form; nothing is raised, whatever it holds."""
    tabular = _FIELDS.search(text) is not None
    table, rejected = _tabular(text) if tabular else _objects(text)
    payload_only = bool((table["orig_ip_bytes"] == "").all() and len(table))
    if payload_only:
        table = table.assign(orig_ip_bytes=table["orig_bytes"], resp_ip_bytes=table["resp_bytes"])
    bad = pd.DataFrame(rejected, columns=["line", "field", "reason"], dtype="str")
    return ZeekRows(table, bad, payload_only, cut=tabular and not _CLOSE.search(text))


def _tabular(text: str) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Read what stands below each heading; a log that was rotated has several."""
    unset = _setting(text, "unset_field", "-")
    empty = _setting(text, "empty_field", "(empty)")
    parts: list[pd.DataFrame] = [_blank()]
    rejected: list[tuple[str, str, str]] = []
    place = above = 0
    for names, delimiter, start, end in _stretches(text):
        above += text.count("\n", place, start)
        place = start
        rows = split_rows(text[start:end], names, delimiter=delimiter, above=above)
        cells = rows.table[~rows.table[names[0]].str.startswith("#")]
        known = with_columns(cells, _COLUMNS).replace({unset: "", empty: ""})
        parts.append(known.assign(line=cells["line"]))
        odd = rows.odd[~rows.odd.str.startswith("#") & (rows.odd.str.strip() != "")]
        rejected += [(str(line), "row", "its columns do not fit the heading") for line in odd.index]
    return pd.concat(parts, ignore_index=True), rejected


def _stretches(text: str) -> Iterator[tuple[list[str], str, int, int]]:
    """Give columns, delimiter, start and end of each stretch of rows under one heading.

    Logs of many hours put together repeat their heading: that is one stretch.
    """
    headings = list(_FIELDS.finditer(text))
    changes = [
        heading
        for heading, before in zip(headings, [None, *headings], strict=False)
        if before is None or heading.group() != before.group()
    ][:_MOST_HEADINGS]
    ends = [*(heading.start() for heading in changes[1:]), len(text)]
    for heading, end in zip(changes, ends, strict=True):
        names = heading.group(2).split(heading.group(1))
        if set(_TELLING) <= set(names) and len(set(names)) == len(names):
            yield names, heading.group(1), min(heading.end() + 1, end), end


def _objects(text: str) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Read one JSON object a line."""
    lines = {n: line for n, line in enumerate(text.split("\n"), start=1) if line.strip()}
    made = {number: _object(line) for number, line in lines.items()}
    good = {number: found for number, found in made.items() if found}
    rejected = [
        (str(n), "row", sentence("importing.no_json_object"))
        for n, found in made.items()
        if not found
    ]
    if not good:
        return _blank(), rejected
    table = pd.DataFrame.from_dict(good, orient="index", columns=list(_COLUMNS), dtype="str")
    return table.fillna("").assign(line=table.index).reset_index(drop=True), rejected


def _object(line: str) -> list[str]:
    try:
        found: Any = json.loads(line.lstrip("\ufeff"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return []
    if not isinstance(found, dict):
        return []
    return [str(value) if (value := found.get(name)) is not None else "" for name in _COLUMNS]


def _setting(text: str, name: str, usual: str) -> str:
    found = re.search(rf"^#{name}[ \t](.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else usual


def _blank() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS}).assign(
        line=pd.Series(dtype="int64")
    )
