"""Mappings: TOML files that say how an operator's table is read, drafted here, filled in by users."""

import tomllib
from typing import Any, Final

import tomlkit
from tomlkit.items import Table

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.tabular.columns import candidates, find_columns
from esim_analysis.importers.tabular.grid import Grid, read_grid
from esim_analysis.importers.tabular.measure import measure
from esim_analysis.importers.tabular.moments import DAY_FIRST, MONTH_FIRST
from esim_analysis.importers.tabular.profile import Mapping, validate
from esim_analysis.importers.tabular.surroundings import (
    assumed_zone,
    currency_of,
    declared_zone,
    whereabouts,
)
from esim_analysis.importers.tabular.times import read_times
from esim_analysis.importers.tabular.vocabulary import Role
from esim_analysis.model import Choice, FileError, Origin, QuestionError

__all__ = ["Mapping", "draft_mapping", "read_mapping"]
_QUESTION: Final = "QUESTION: "


def read_mapping(text: str, name: str) -> Mapping:
    """Read a mapping.

    Raises
    ------
    FileError
        Not TOML, or a field that is not as expected; `name`, place and expectation are named.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise FileError(
            name, f"not TOML: {problem}", "correct that line, or draft it again"
        ) from problem
    return validate(data, name)


def draft_mapping(file: SourceFile) -> str:
    """Draft the mapping of a table: what was guessed, why, and what is left to answer.

    Lines that begin with `# ` and hold a setting are open questions: the user
    removes the `# ` and writes the answer. A draft without open questions reads
    the file as it is.

    Raises
    ------
    FileError
        The file holds no table.
    """
    grid, _ = read_grid(file)
    doc = tomlkit.document()
    for line in (
        f"Drafted by `esim-analysis map {_inline(file.name)}`.",
        f"Lines after {_QUESTION.strip()} wait for an answer: remove the '# ' and correct the value.",
        "Then give this file together with the export.",
    ):
        doc.add(tomlkit.comment(line))
    doc.add("name", tomlkit.item(file.path.stem))
    roles = _columns(grid, file.name)
    doc.add("match", _match(grid))
    doc.add("read", _read(grid, file))
    doc.add("columns", _columns_table(grid, roles))
    doc.add("units", _units(grid, roles, file.name))
    doc.add("numbers", _numbers(grid, roles, file.name))
    doc.add("time", _time(grid, roles, file.name))
    if "charge" in roles:
        doc.add("money", _money(grid, roles))
    return tomlkit.dumps(doc)


def _columns(grid: Grid, name: str) -> dict[Role, tuple[int, ...]]:
    try:
        return dict(find_columns(grid, None, name))
    except QuestionError:
        roles: tuple[Role, ...] = ("start", "bytes_total", "line", "service", "charge")
        found = {role: candidates(grid, role) for role in roles}
        return {role: (columns[0],) for role, columns in found.items() if len(columns) == 1}


def _match(grid: Grid) -> Table:
    table = _table("The file is known again by these headings, not by its name.")
    names = list(dict.fromkeys(heading.name for heading in grid.headings if heading.name))
    table.add("header_contains", names)
    return table


def _read(grid: Grid, file: SourceFile) -> Table:
    table = _table("Where the table is; header_row counts from 0.")
    if grid.delimiter:
        table.add("encoding", file.encoding)
        table.add("delimiter", grid.delimiter)
    table.add("header_row", grid.header_row)
    return table


def _columns_table(grid: Grid, roles: dict[Role, tuple[int, ...]]) -> Table:
    table = _table("What each column says; several are joined with a blank.")
    for role, positions in roles.items():
        joined = [grid.headings[position].name for position in positions]
        table.add(role, joined[0] if len(joined) == 1 else joined)
    volume = {"bytes_total", "bytes_billed"} & set(roles) or {"bytes_up", "bytes_down"} <= set(
        roles
    )
    names = ", ".join(repr(heading.name) for heading in grid.headings if heading.name)
    if "start" not in roles:
        _ask(table, f"which column says when? There are {names}", 'start = ""')
    if not volume:
        _ask(table, f"which column says how much? There are {names}", 'bytes_total = ""')
    taken = {position for positions in roles.values() for position in positions}
    rest = [h.name for i, h in enumerate(grid.headings) if i not in taken and h.name]
    if rest:
        table.add(tomlkit.comment(f"Not used: {_inline(', '.join(rest))}"))
    return table


def _units(grid: Grid, roles: dict[Role, tuple[int, ...]], name: str) -> Table:
    table = _table("Unit of the volumes, and how many bytes a KB holds (1000 or 1024).")
    try:
        measured = measure(grid, roles, None, name) if _has_volume(roles) else None
    except QuestionError as question:
        if "KB, MB" not in question.found and "kB, MB" not in question.found:
            measured = None
            table.add(tomlkit.comment("The unit stands in the heading or in the cells."))
            return table
        measured = None
    if measured is None:
        _ask(table, "B, KB, MB or GB?", 'bytes_total = "MB"')
        _ask(table, "1000 or 1024? Without an answer 1000 is assumed.", "base = 1000")
        return table
    _settled(table, "bytes_total", measured.unit)
    if measured.base.origin is Origin.ASSUMED:
        _ask(table, "1000 or 1024? Without an answer 1000 is assumed.", "base = 1000")
    else:
        _settled(table, "base", measured.base, value=int(measured.base.value))
    return table


def _numbers(grid: Grid, roles: dict[Role, tuple[int, ...]], name: str) -> Table:
    table = _table("Marks in numbers.")
    stand_in = Mapping.model_validate(
        {"match": {"header_contains": ["x"]}, "units": {"bytes_total": "MB"}}
    )
    if not _has_volume(roles):
        _ask(table, "the decimal mark, if the volumes have one", 'decimal = "."')
        return table
    try:
        measured = measure(grid, roles, stand_in, name)
    except QuestionError as question:
        _ask(table, _inline(question.found), 'decimal = ","')
        return table
    if measured.marks.thousands or grid.delimiter:
        _settled(table, "decimal", measured.numbers, value=measured.marks.decimal)
    return table


def _time(grid: Grid, roles: dict[Role, tuple[int, ...]], name: str) -> Table:
    table = _table("How times are written, and in which zone.")
    if "start" not in roles:
        _ask(table, "D/M/Y or M/D/Y?", 'order = "D/M/Y"')
        _ask(table, "the zone of the times", 'timezone = "Europe/Madrid"')
        return table
    all_offsets = False
    try:
        written = read_times(grid, roles, None, name)
    except QuestionError as question:
        _ask(table, f"{_inline(question.found)}: D/M/Y or M/D/Y?", 'order = "D/M/Y"')
    else:
        all_offsets = written.all_offsets
        if written.order.value in {DAY_FIRST, MONTH_FIRST}:
            _settled(table, "order", written.order)
    zone = declared_zone(
        grid, all_offsets=all_offsets, mapping=None, timezone=None
    ) or assumed_zone(grid, roles, whereabouts(grid, roles), None)
    if zone.origin is Origin.ASSUMED:
        _ask(table, f"the zone of the times ({zone.reason})", f'timezone = "{zone.value}"')
    elif zone.value != "offset":
        _settled(table, "timezone", zone)
    return table


def _money(grid: Grid, roles: dict[Role, tuple[int, ...]]) -> Table:
    table = _table("Money.")
    known = currency_of(grid, roles, None).dropna().unique()
    if len(known) == 1:
        table.add("currency", str(known[0]))
    else:
        _ask(table, "the currency of the charges, as three letters", 'currency = "EUR"')
    return table


def _has_volume(roles: dict[Role, tuple[int, ...]]) -> bool:
    named = set(roles)
    return bool({"bytes_total", "bytes_billed"} & named) or {"bytes_up", "bytes_down"} <= named


def _table(comment: str) -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment(comment))
    return table


def _settled(table: Table, key: str, choice: Choice, *, value: Any = None) -> None:  # noqa: ANN401 - TOML values
    item = tomlkit.item(choice.value if value is None else value)
    item.comment(_inline(f"{choice.origin}: {choice.reason}"))
    table.add(key, item)


def _ask(table: Table, question: str, setting: str) -> None:
    table.add(tomlkit.comment(_inline(f"{_QUESTION}{question}")))
    table.add(tomlkit.comment(setting))


def _inline(text: str) -> str:
    """Return text that stays inside one comment, whatever a heading holds."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
