"""Mappings: TOML files that say how an operator's table is read, drafted here, filled in by users."""

import re
import tomllib
from functools import partial
from typing import Any, Final

import tomlkit
from tomlkit.items import Table

from esim_analysis.i18n.sentences import retell, sentence
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
# A question keeps its marker, a settled value its origin: both are read again by us.
_COMMENT: Final = re.compile(
    rf"^(?P<mark># (?:{_QUESTION})?|.* # (?:{'|'.join(Origin)}): )(?P<text>[^\n]+)"
)


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
            name,
            sentence("importing.not_toml", problem=str(problem)),
            sentence("importing.correct_that_line"),
        ) from problem
    return validate(data, name)


def comments_in(draft: str, lang: str) -> str:
    """Return a draft with its comments in another language; settings stay as they are."""
    return "".join(
        _COMMENT.sub(partial(_retold, lang), line) for line in draft.splitlines(keepends=True)
    )


def _retold(lang: str, comment: re.Match[str]) -> str:
    return comment["mark"] + retell(comment["text"], lang)


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
        sentence("importing.draft_drafted_by", name=_inline(file.name)),
        sentence("importing.draft_lines_wait"),
        sentence("importing.draft_then_give"),
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
    table = _table(sentence("importing.draft_match"))
    names = list(dict.fromkeys(heading.name for heading in grid.headings if heading.name))
    table.add("header_contains", names)
    return table


def _read(grid: Grid, file: SourceFile) -> Table:
    table = _table(sentence("importing.draft_read"))
    if grid.delimiter:
        table.add("encoding", file.encoding)
        table.add("delimiter", grid.delimiter)
    table.add("header_row", grid.header_row)
    return table


def _columns_table(grid: Grid, roles: dict[Role, tuple[int, ...]]) -> Table:
    table = _table(sentence("importing.draft_columns"))
    for role, positions in roles.items():
        joined = [grid.headings[position].name for position in positions]
        table.add(role, joined[0] if len(joined) == 1 else joined)
    volume = {"bytes_total", "bytes_billed"} & set(roles) or {"bytes_up", "bytes_down"} <= set(
        roles
    )
    names = ", ".join(repr(heading.name) for heading in grid.headings if heading.name)
    if "start" not in roles:
        _ask(table, sentence("importing.draft_ask_when", names=names), 'start = ""')
    if not volume:
        _ask(table, sentence("importing.draft_ask_how_much", names=names), 'bytes_total = ""')
    taken = {position for positions in roles.values() for position in positions}
    rest = [h.name for i, h in enumerate(grid.headings) if i not in taken and h.name]
    if rest:
        table.add(
            tomlkit.comment(sentence("importing.draft_not_used", names=_inline(", ".join(rest))))
        )
    return table


def _units(grid: Grid, roles: dict[Role, tuple[int, ...]], name: str) -> Table:
    table = _table(sentence("importing.draft_units"))
    try:
        measured = measure(grid, roles, None, name) if _has_volume(roles) else None
    except QuestionError as question:
        if "KB, MB" not in question.found and "kB, MB" not in question.found:
            measured = None
            table.add(tomlkit.comment(sentence("importing.draft_unit_stands")))
            return table
        measured = None
    if measured is None:
        _ask(table, sentence("importing.draft_ask_unit"), 'bytes_total = "MB"')
        _ask(table, sentence("importing.draft_ask_base"), "base = 1000")
        return table
    _settled(table, "bytes_total", measured.unit)
    if measured.base.origin is Origin.ASSUMED:
        _ask(table, sentence("importing.draft_ask_base"), "base = 1000")
    else:
        _settled(table, "base", measured.base, value=int(measured.base.value))
    return table


def _numbers(grid: Grid, roles: dict[Role, tuple[int, ...]], name: str) -> Table:
    table = _table(sentence("importing.draft_numbers"))
    stand_in = Mapping.model_validate(
        {"match": {"header_contains": ["x"]}, "units": {"bytes_total": "MB"}}
    )
    if not _has_volume(roles):
        _ask(table, sentence("importing.draft_ask_decimal"), 'decimal = "."')
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
    table = _table(sentence("importing.draft_time"))
    if "start" not in roles:
        _ask(table, sentence("importing.draft_ask_order"), 'order = "D/M/Y"')
        _ask(table, sentence("importing.draft_ask_zone"), 'timezone = "Europe/Madrid"')
        return table
    all_offsets = False
    try:
        written = read_times(grid, roles, None, name)
    except QuestionError as question:
        _ask(
            table,
            sentence("importing.draft_ask_order_because", found=_inline(question.found)),
            'order = "D/M/Y"',
        )
    else:
        all_offsets = written.all_offsets
        if written.order.value in {DAY_FIRST, MONTH_FIRST}:
            _settled(table, "order", written.order)
    zone = declared_zone(
        grid, all_offsets=all_offsets, mapping=None, timezone=None
    ) or assumed_zone(grid, roles, whereabouts(grid, roles), currency_of(grid, roles, None))
    if zone.origin is Origin.ASSUMED:
        _ask(
            table,
            sentence("importing.draft_ask_zone_because", reason=zone.reason),
            f'timezone = "{zone.value}"',
        )
    elif zone.value != "offset":
        _settled(table, "timezone", zone)
    return table


def _money(grid: Grid, roles: dict[Role, tuple[int, ...]]) -> Table:
    table = _table(sentence("importing.draft_money"))
    known = currency_of(grid, roles, None).dropna().unique()
    if len(known) == 1:
        table.add("currency", str(known[0]))
    else:
        _ask(table, sentence("importing.draft_ask_currency"), 'currency = "EUR"')
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
