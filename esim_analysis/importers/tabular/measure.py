"""Volumes of a table: unit, base and marks settled for the file, then every cell read."""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.columns import Columns
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.headings import UNIT_OF
from esim_analysis.importers.tabular.numbers import Marks, settle_marks, tidy
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.vocabulary import Role
from esim_analysis.importers.tabular.volumes import (
    Volumes,
    add_volumes,
    counted,
    exceeds_thousand,
    has_units,
    in_units,
    read_volumes,
    whole_bytes_at_1024,
)
from esim_analysis.model import Choice, Origin, QuestionError
from esim_analysis.model.units import volume_bytes

VOLUME_ROLES: Final[tuple[Role, ...]] = ("bytes_total", "bytes_up", "bytes_down", "bytes_billed")
_BANNER_UNIT: Final = re.compile(
    r"(?:unidad(?:es)?|units?|expresad[oa]s?|datos|volumen|volume|data|单位)\s*(?:en|in|are|:|：)*\s*"
    r"\(?(bytes|[KMG]i?B)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Volumes of all rows, and how they were read.

    Attributes
    ----------
    raw
        Normalised text of the total, missing where it cannot be read.
    frame
        `bytes_total, bytes_up, bytes_down, bytes_billed`.
    counts
        Service a cell counts instead of bytes (`"1 SMS"`), else `""`.
    money
        Charges without currency signs, as written; empty where there are none.
    """

    raw: pd.Series
    frame: pd.DataFrame
    counts: pd.Series
    money: pd.Series
    unit: Choice
    base: Choice
    marks: Marks
    numbers: Choice


def measure(grid: Grid, columns: Columns, mapping: Mapping | None, name: str) -> Measured:
    """Read the volume columns.

    Raises
    ------
    QuestionError
        The unit, or the decimal mark, cannot be told from the file.
    """
    cells = {role: _cells(grid, columns, role) for role in VOLUME_ROLES if role in columns}
    units = {role: _unit(grid, columns[role][0], mapping) for role in cells}
    units = _shared(units)
    own = pd.concat([has_units(column) for column in cells.values()], axis=1).any(axis=None)
    if not own and "" in units.values():
        column = next(grid.headings[columns[r][0]].name for r, unit in units.items() if not unit)
        raise QuestionError(
            name,
            sentence("importing.column_does_not_say_whether", column=column),
            sentence("importing.run_esim_analysis_map_write", name=name),
        )
    money = _money_text(grid.body[columns["charge"][0]]) if "charge" in columns else grid.blank
    marks, numbers = _marks(grid, columns, cells, money, units=units, mapping=mapping, name=name)
    read = {
        role: read_volumes(column, marks=marks, unit=units[role]) for role, column in cells.items()
    }
    in_cells = any(v.in_cells for v in read.values()) or len(set(units.values())) > 1
    raws = {r: in_units(v, units[r]) if in_cells else v.raw for r, v in read.items()}
    raw = _total(raws, in_cells=in_cells)
    unit = "cell" if in_cells else next(iter(units.values()))
    base = _base(raw, unit, read, mapping)
    return Measured(
        raw=raw,
        frame=_bytes(raw, raws, unit=unit, base=int(base.value)),
        counts=counted(cells.get("bytes_total", next(iter(cells.values())))),
        money=money,
        unit=_unit_choice(unit, grid, columns, mapping),
        base=base,
        marks=marks,
        numbers=numbers,
    )


def _money_text(cells: pd.Series) -> pd.Series:
    """Return charges without currency signs."""
    return tidy(cells.str.replace(r"[^\d.,\u2396'’\s+\-eE]|[eE](?!\d)", "", regex=True))


def _cells(grid: Grid, columns: Columns, role: Role) -> pd.Series:
    cells = tidy(grid.body[columns[role][0]])
    if "unit" not in columns:
        return cells
    named = grid.body[columns["unit"][0]].str.strip()
    bare = ~has_units(cells) & (cells != "") & (named != "")
    return cells.where(~bare, cells + " " + named)


def _unit(grid: Grid, position: int, mapping: Mapping | None) -> str:
    if mapping is not None and mapping.units.bytes_total not in {None, "cell"}:
        return str(mapping.units.bytes_total)
    return grid.headings[position].unit or _banner_unit(grid)


def _banner_unit(grid: Grid) -> str:
    named = {
        UNIT_OF[found.casefold()] for row in grid.banner for found in _BANNER_UNIT.findall(row)
    }
    return named.pop() if len(named) == 1 else ""


def _shared(units: dict[Role, str]) -> dict[Role, str]:
    """Let the one unit the headings name stand for columns that name none."""
    named = {unit for unit in units.values() if unit}
    if len(named) != 1:
        return units
    unit = named.pop()
    return dict.fromkeys(units, unit)


def _marks(  # noqa: PLR0913 - one question, all that may answer it
    grid: Grid,
    columns: Columns,
    cells: dict[Role, pd.Series],
    money: pd.Series,
    *,
    units: dict[Role, str],
    mapping: Mapping | None,
    name: str,
) -> tuple[Marks, Choice]:
    if mapping is not None and mapping.numbers.decimal:
        other = "," if mapping.numbers.decimal == "." else "."
        marks = Marks(mapping.numbers.decimal, other)
        return marks, Choice(marks.style, Origin.DECLARED, sentence("importing.mapping_says_so"))
    settled = settle_marks(
        [*cells.values(), money],
        whole=set(units.values()) == {"B"},
        language=grid.language,
        delimiter=grid.delimiter,
    )
    if settled is None:
        column = grid.headings[columns[next(iter(cells))][0]].name
        raise QuestionError(
            name,
            sentence("importing.numbers_such_1_234_may", column=column),
            sentence("importing.run_esim_analysis_map_write_decimal", name=name),
        )
    return settled


def _total(raws: dict[Role, pd.Series], *, in_cells: bool) -> pd.Series:
    """Return up plus down where both are known, else the total, else what was billed."""
    total = raws.get("bytes_total", raws.get("bytes_billed"))
    if "bytes_up" in raws and "bytes_down" in raws:
        both = add_volumes(raws["bytes_up"], raws["bytes_down"], in_cells=in_cells)
        return both if total is None else both.fillna(total)
    if total is None:
        msg = "columns without a volume were let through"
        raise AssertionError(msg)
    return total


def _bytes(raw: pd.Series, raws: dict[Role, pd.Series], *, unit: str, base: int) -> pd.DataFrame:
    # One direction alone is no split.
    split = {"bytes_up", "bytes_down"} <= set(raws)
    roles = ("bytes_up", "bytes_down", "bytes_billed") if split else ("bytes_billed",)
    told = {role: raws[role] for role in roles if role in raws}
    frame = pd.DataFrame(
        {
            role: volume_bytes(text, unit=unit, base=base)
            for role, text in {"bytes_total": raw, **told}.items()
        }
    )
    if split:
        both = frame["bytes_up"].notna() & frame["bytes_down"].notna()
        frame["bytes_up"] = frame["bytes_up"].where(both)
        # Rounding each direction alone could miss the total by a byte.
        frame["bytes_down"] = (frame["bytes_total"] - frame["bytes_up"]).where(both)
    return frame


def _base(raw: pd.Series, unit: str, read: dict[Role, Volumes], mapping: Mapping | None) -> Choice:
    if mapping is not None and mapping.units.base:
        return Choice(
            str(mapping.units.base), Origin.DECLARED, sentence("importing.mapping_says_so")
        )
    if unit == "B":
        return Choice("1000", Origin.DECLARED, sentence("importing.bytes_need_no_base"))
    if unit.endswith("iB"):
        return Choice("1024", Origin.DECLARED, sentence("importing.binary_unit", unit=unit))
    if unit == "cell":
        if any(exceeds_thousand(volumes.raw) for volumes in read.values() if volumes.in_cells):
            return Choice("1024", Origin.DEDUCED, sentence("importing.part_volume_1000_more_unit"))
    elif whole_bytes_at_1024(raw, unit):
        return Choice("1024", Origin.DEDUCED, sentence("importing.only_1024_makes_all_volumes"))
    return Choice("1000", Origin.ASSUMED, sentence("importing.file_does_not_say_how"))


def _unit_choice(unit: str, grid: Grid, columns: Columns, mapping: Mapping | None) -> Choice:
    if unit == "cell":
        return Choice(unit, Origin.DECLARED, sentence("importing.cells_name_their_units"))
    if mapping is not None and mapping.units.bytes_total == unit:
        return Choice(unit, Origin.DECLARED, sentence("importing.mapping_says_so"))
    position = next(columns[role][0] for role in VOLUME_ROLES if role in columns)
    return Choice(
        unit, Origin.DECLARED, sentence("importing.file_says_so", name=grid.headings[position].name)
    )
