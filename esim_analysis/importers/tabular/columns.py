"""Which column is which: by its heading, and by whether its cells agree."""

from collections.abc import Mapping as AnyMapping
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.by_content import start_by_content, volume_by_content
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.looks import AFTER_DATE, CLOCK, DATE
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.vocabulary import Role
from esim_analysis.model import FileError, QuestionError

Columns = AnyMapping[Role, tuple[int, ...]]
_LINE_ORDER: Final = ("iccid", "imsi", "msisdn", "sim", "eid")
_BEGIN: Final = frozenset(
    [
        "start",
        "started",
        "begin",
        "began",
        "beginning",
        "inicio",
        "comienzo",
        "connect",
        "desde",
        "开始",
        "起始",
    ]
)


def find_columns(grid: Grid, mapping: Mapping | None, name: str) -> Columns:
    """Give each column its role.

    Raises
    ------
    QuestionError
        No column, or more than one, could be the time or the volume.
    FileError
        A mapping names a column the file does not have.
    """
    chosen = dict(_by_heading(grid, name))
    if mapping is not None and mapping.columns:
        said = {role: _named(grid, names, mapping, name) for role, names in mapping.columns.items()}
        taken = {position for positions in said.values() for position in positions}
        rest = {r: p for r, p in chosen.items() if r not in said and not taken & set(p)}
        volumes = ("bytes_total", "bytes_up", "bytes_down", "bytes_billed")
        if set(volumes) & set(said):
            rest = {role: p for role, p in rest.items() if role not in volumes}
        chosen = {**rest, **said}
    if not _has_volume(chosen):
        chosen |= _found("bytes_total", volume_by_content(grid))
    if "start" not in chosen:
        chosen |= _found("start", start_by_content(grid))
    if "start" not in chosen or not _has_volume(chosen):
        missing = sentence("importing.how_much" if "start" in chosen else "importing.when")
        names = ", ".join(repr(item.name) for item in grid.headings if item.name)[:200]
        raise QuestionError(
            name,
            sentence("importing.table_no_column_surely_says", missing=missing, names=names),
            sentence("importing.run_esim_analysis_map_name", name=name),
        )
    return chosen


def _has_volume(chosen: Columns) -> bool:
    total = {"bytes_total", "bytes_billed"} & set(chosen)
    return bool(total) or {"bytes_up", "bytes_down"} <= set(chosen)


def _found(role: Role, column: int | None) -> dict[Role, tuple[int, ...]]:
    return {} if column is None else {role: (column,)}


def candidates(grid: Grid, role: Role) -> list[int]:
    """Return the columns whose heading gives them `role` and whose cells do not speak against it."""
    found = [i for i, heading in enumerate(grid.headings) if heading.role == role]
    tests = {
        "start": f"{DATE}|{CLOCK}",
        "end": f"{DATE}|{CLOCK}",
        "bytes_total": r"\d",
        "bytes_billed": r"\d",
        "bytes_up": r"\d",
        "bytes_down": r"\d",
        "duration": r"\d",
    }
    if role in tests:
        found = [i for i in found if grid.looks(i, tests[role])]
    if role in {"bytes_total", "bytes_billed", "bytes_up", "bytes_down"}:
        found = [i for i in found if not grid.looks(i, rf"(?:{DATE})|:\d\d$")]
    return found


def _by_heading(grid: Grid, name: str) -> dict[Role, tuple[int, ...]]:
    chosen: dict[Role, tuple[int, ...]] = {}
    for role in dict.fromkeys(heading.role for heading in grid.headings):
        found = candidates(grid, role) if role is not None else []
        if role is not None and found:
            chosen[role] = _pick(grid, role, found, name)
    start = chosen.get("start", ())
    if start and not grid.looks(start[0], DATE):
        del chosen["start"]
    end = chosen.get("end", ())
    if end and not grid.looks(end[0], DATE):
        # An end without a date of its own: "Hora fin" beside "Fecha".
        chosen["end"] = (start[0], end[0]) if len(start) > 1 else ()
        if not chosen["end"]:
            del chosen["end"]
    return chosen


def _pick(grid: Grid, role: Role, found: list[int], name: str) -> tuple[int, ...]:
    if role in {"start", "end"}:
        return _moment(grid, found)
    if role == "bytes_total":
        return (_volume(grid, found, name),)
    if role == "line":
        return (min(found, key=lambda position: _line_rank(grid, position)),)
    return (found[0],)


def _moment(grid: Grid, found: list[int]) -> tuple[int, ...]:
    """Pick one column with date and clock, else a date and a clock column."""
    dated = [i for i in found if grid.looks(i, DATE)]
    whole = [i for i in dated if grid.looks(i, AFTER_DATE)]
    clocks = [i for i in found if i not in dated]

    def begins(position: int) -> int:
        return 0 if _BEGIN & set(grid.headings[position].words) else 1

    if whole:
        return (min(whole, key=begins),)
    if dated:
        day = min(dated, key=begins)
        return (day, min(clocks, key=begins)) if clocks else (day,)
    return tuple(clocks[:1])


def _volume(grid: Grid, found: list[int], name: str) -> int:
    """Pick the volume among several: the one called total, else the only one with a unit."""
    if len(found) == 1:
        return found[0]
    total = [i for i in found if {"total", "总", "合计"} & set(grid.headings[i].words)]
    united = [i for i in found if grid.headings[i].unit]
    for group in (total, united):
        if len(group) == 1:
            return group[0]
    names = " and ".join(repr(grid.headings[i].name) for i in found)
    raise QuestionError(
        name,
        sentence("importing.could_each_volume", names=names),
        sentence("importing.run_esim_analysis_map_say", name=name),
    )


def _line_rank(grid: Grid, position: int) -> int:
    words = grid.headings[position].words
    return next((rank for rank, word in enumerate(_LINE_ORDER) if word in words), len(_LINE_ORDER))


def _named(
    grid: Grid, names: str | tuple[str, ...], mapping: Mapping, file: str
) -> tuple[int, ...]:
    wanted = (names,) if isinstance(names, str) else names
    positions = [grid.column(one) for one in wanted]
    for one, position in zip(wanted, positions, strict=True):
        if position is None:
            raise FileError(
                file,
                sentence("importing.no_column_mapping_names", one=one, name=mapping.name),
                sentence("importing.correct_mapping_draft_new_one"),
            )
    return tuple(position for position in positions if position is not None)
