"""What makes a row plain, and the SQL that converts it: the ordinary reader's arithmetic.

A condition here may be too strict, never too lax: a row that fails it goes to the ordinary
reader. So cells are plain when they are written as most are (`12,5`, `R0012`), and instants
when their local hour happens once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.tabular.moments import DAY_FIRST, MONTH_FIRST
from esim_analysis.importers.tabular.settled import Table
from esim_analysis.importers.tabular.vocabulary import Role

IDS: Final[tuple[Role, ...]] = ("line", "record_id", "session_id")
WORDS: Final[tuple[Role, ...]] = (
    "network", "plmn", "mcc", "mnc", "country", "place", "rat", "apn", "service", "roaming", "currency",
)  # fmt: skip
VOLUMES: Final[tuple[Role, ...]] = ("bytes_up", "bytes_down", "bytes_total", "bytes_billed")
_STEPS: Final = {"B": 0, "KB": 1, "MB": 2, "GB": 3, "KiB": 1, "MiB": 2, "GiB": 3}
# No blank, no word that says nothing, no beginning of "total", "sum" or their kin.
_ID: Final = "[0-9A-FH-RU-Za-fh-ru-z][!-~]{4,}"
_TOTAL: Final = r"(?i)^\W*(?:sub-?|gran|grand)?total|^\W*suma"
_LONGEST_DAYS: Final = 366
_USUAL: Final = 0.9
_SUMMING: Final = "(?i)total|suma|[合总小共][计流时费]"
_MOST: Final = 9_000_000  # of its unit: beyond it a float no longer holds nine decimals
_YEAR: Final = pd.Timedelta(days=400)
_FIRST, _LAST = pd.Timestamp("1990-01-01"), pd.Timestamp("2100-01-01")  # sensible dates
_FORMATS: Final = {DAY_FIRST: "%d{0}%m{0}%Y", MONTH_FIRST: "%m{0}%d{0}%Y", "Y-M-D": "%Y{0}%m{0}%d"}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in steps, so that nothing is worked out twice.

    Attributes
    ----------
    parsed
        Over columns `c0, c1, …` of text: local times and exact numbers, by name.
    derived
        Over these: UTC and sums.
    columns
        Over all of them: what is written.
    plain
        What a plain row fulfils.
    """

    parsed: dict[str, str]
    derived: dict[str, str]
    columns: dict[str, str]
    plain: tuple[str, ...]

    def select(self, source: str, otherwise: str) -> str:
        """Return the query; `odd` is `otherwise` for rows that are not plain."""
        good = " AND ".join(self.plain)
        first = f"SELECT *, {_named(self.parsed)} FROM {source}"
        second = f"SELECT *, {_named(self.derived)} FROM ({first})"
        odd = f"CASE WHEN ({good}) IS NOT TRUE THEN {otherwise} END AS odd"
        return f"SELECT {_named(self.columns)}, {odd} FROM ({second})"


def can_be_plain(table: Table) -> bool:
    """Tell whether rows of a table can be plain at all."""
    columns = table.columns
    one = all(len(positions) == 1 for positions in columns.values())
    firm = table.measured.numbers.origin == "deduced" and table.measured.base.origin != "deduced"
    return (
        one
        and firm
        and table.mapping is None
        and "unit" not in columns
        and "duration" not in columns
        and table.measured.unit.value in _STEPS
        and len({p for positions in columns.values() for p in positions}) == len(columns)
        and table.written.order.reason != "in this order use runs on from day to day"
        and table.zone.value != "offset"
        and _format(table) is not None
    )


def statement(table: Table) -> Statement:
    """Write the conversion of a settled table."""
    parsed: dict[str, str] = {}
    derived: dict[str, str] = {}
    values: dict[str, str] = {}
    plain = [f"c{len(table.grid.headings) - 1} IS NOT NULL"]
    plain += [f"{name} IS NULL" for name in surplus(table)]
    for role in IDS:
        if role in table.columns:
            values[role] = _cell(table, role)
            matches = _identifies(table, role)
            # Beyond the first cells an empty one says "none"; in them it may be a row of totals.
            plain.append(matches if role != "session_id" else f"({values[role]} = '' OR {matches})")
    for role in WORDS:
        if role in table.columns:
            values[role] = _cell(table, role)
    words = [_cell(table, role) for role in WORDS if role in table.columns]
    values["words"] = f"hash({', '.join(words)})" if words else "0::UBIGINT"
    _add_times(table, parsed, derived, plain)
    values |= {name: name for name in (*parsed, *derived)}
    values |= _add_volumes(table, parsed, derived, plain)
    if "charge" in table.columns:
        money = _cell(table, "charge")
        plain.append(f"({money} = '' OR {_number(money, table, decimals=6)})")
        values["charge"] = f"TRY_CAST({_point(money, table)} AS DECIMAL(18, 6))"
    others = set(range(len(table.grid.headings))) - {p for (p,) in table.columns.values()}
    plain += [f"NOT regexp_matches(c{position}, '{_SUMMING}')" for position in sorted(others)]
    return Statement(parsed, derived, values, tuple(plain))


def _named(columns: dict[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def sql_path(path: Path) -> str:
    """Return a path as text of SQL."""
    return "'" + path.as_posix().replace("'", "''") + "'"


def surplus(table: Table) -> tuple[str, ...]:
    """Return the names of columns beyond the headings; a row with a cell there is not plain."""
    width = len(table.grid.headings)
    return tuple(f"c{width + more}" for more in range(3))


def _identifies(table: Table, role: Role) -> str:
    """Write what an id fulfils; one pattern where ids do not begin as the word "total" does."""
    cell = _cell(table, role)
    known = table.grid.records[table.columns[role][0]]
    if known[known != ""].str.fullmatch(_ID).mean() > _USUAL:
        return f"regexp_full_match({cell}, '{_ID}')"
    return f"regexp_full_match({cell}, '[!-~]{{5,}}') AND NOT regexp_matches({cell}, '{_TOTAL}')"


def _add_times(
    table: Table, parsed: dict[str, str], derived: dict[str, str], plain: list[str]
) -> None:
    pattern = _format(table)
    zone = table.zone.value
    moments: tuple[Role, ...] = ("start", "end")
    for name in moments:
        if name not in table.columns:
            continue
        cell = _cell(table, name)
        parsed[f"{name}_local"] = f"try_strptime({cell}, '{pattern}')"
        derived[f"{name}_utc"] = _utc(f"{name}_local", table, zone)
        plain += [f"length({cell}) = 19", f"{name}_utc IS NOT NULL"]
    if "end" in table.columns:
        plain += ["end_utc >= start_utc", f"end_utc <= start_utc + INTERVAL '{_LONGEST_DAYS} days'"]


def _utc(local: str, table: Table, zone: str) -> str:
    """Write local time as UTC: NULL in hours that happen twice or not at all, or far away."""
    known = table.written.start.naive(table.written.order.value).dropna()
    begin, end = max(known.min() - _YEAR, _FIRST), min(known.max() + _YEAR, _LAST)
    utc = pd.date_range(begin.floor("D"), end, freq="30min", tz="UTC")
    offset = utc.tz_convert(zone).tz_localize(None) - utc.tz_localize(None)
    steps = np.flatnonzero(np.r_[True, offset[1:] != offset[:-1]])
    # Between the two local names of the instant of a change an hour repeats or is missing.
    names = [sorted(utc[step].tz_localize(None) + offset[[step - 1, step]]) for step in steps[1:]]
    since = [begin, *(late for _, late in names)]
    until = [*(early for early, _ in names), end]
    # A row is compared until it fits: the spans of most rows stand first. Constant intervals
    # are worked out once, a call of `to_seconds` for every row.
    spans = sorted(
        zip(since, until, steps, strict=True), key=lambda span: -known.between(*span[:2]).sum()
    )
    cases = [
        f"WHEN {local} >= TIMESTAMP '{first}' AND {local} < TIMESTAMP '{last}' "
        f"THEN {local} - INTERVAL '{int(offset[int(step)].total_seconds())} seconds'"
        for first, last, step in spans
    ]
    return f"CASE {' '.join(cases)} END"


def _add_volumes(
    table: Table, parsed: dict[str, str], derived: dict[str, str], plain: list[str]
) -> dict[str, str]:
    """Parse volumes exactly; return the columns that are written of them."""
    steps = _STEPS[table.measured.unit.value]
    kind, most = ("DECIMAL(18, 9)", _MOST) if steps else ("BIGINT", _MOST * 10**9)
    known = [role for role in VOLUMES if role in table.columns]
    for role in known:
        cell = _cell(table, role)
        parsed[f"exact_{role}"] = f"TRY_CAST({_point(cell, table)} AS {kind})"
        plain += [_number(cell, table, decimals=3 * steps), f"exact_{role} < {most}"]
    written: Role = "bytes_total" if "bytes_total" in known else "bytes_billed"
    both = {"bytes_up", "bytes_down"} <= set(known)
    total = "exact_bytes_up + exact_bytes_down" if both else f"exact_{written}"
    derived["whole"] = _bytes(f"({total})", table)
    values = {"bytes_total": "whole"}
    if not both:
        values["raw_volume"] = _point(_cell(table, written), table)
    else:
        # With nine decimals where it is a sum of decimals: `records_of` takes noughts off its end.
        values["padded_volume" if steps else "raw_volume"] = f"({total})::VARCHAR"
        values["bytes_up"] = _bytes("exact_bytes_up", table)
        values["bytes_down"] = f"whole - {values['bytes_up']}"
    if "bytes_billed" in known:
        values["bytes_billed"] = _bytes("exact_bytes_billed", table)
    return values


def _bytes(number: str, table: Table) -> str:
    base = 1024 if table.measured.unit.value.endswith("iB") else int(table.measured.base.value)
    factor = base ** _STEPS[table.measured.unit.value]
    return f"CAST(round_even(({number})::DOUBLE * {factor}, 0) AS BIGINT)"


def _number(cell: str, table: Table, *, decimals: int) -> str:
    mark = table.measured.marks.decimal
    if decimals == 0 or (mark == "." and not table.measured.marks.thousands):
        return f"regexp_full_match({cell}, '[0-9]{{1,15}}')"
    return f"regexp_full_match({cell}, '[0-9]{{1,9}}([{mark}][0-9]{{1,{decimals}}})?')"


def _point(cell: str, table: Table) -> str:
    return cell if table.measured.marks.decimal == "." else f"replace({cell}, ',', '.')"


def _cell(table: Table, role: Role) -> str:
    return f"c{table.columns[role][0]}"


def _format(table: Table) -> str | None:
    """Return the strptime pattern most times are written in, None for one of another width."""
    cells = table.grid.records[table.columns["start"][0]]
    shapes = cells[cells != ""].str.replace(r"\d", "9", regex=True).value_counts()
    shape = str(shapes.index[0]) if len(shapes) else ""
    if len(shape) != 19:  # noqa: PLR2004 - DD/MM/YYYY HH:MM:SS
        return None
    order = table.written.order.value
    mark, blank = ("-", shape[10]) if order == "Y-M-D" else (shape[2], shape[10])
    mark = shape[4] if order == "Y-M-D" else mark
    return f"{_FORMATS[order].format(mark)}{blank}%H:%M:%S"
