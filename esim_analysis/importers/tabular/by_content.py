"""Columns whose headings nobody knows, found by what alone in the table they can be.

A heading may be any word; a unit of data beside numbers, or dates with clock times, say more.
Only a column that is the only one of its kind is taken, and never one whose heading speaks of
something else that is measured in megabytes or told as a date: an allowance, a remainder, the
day of the invoice. What is taken so is said on the screen.
"""

from collections.abc import Mapping
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.looks import AFTER_DATE, DATE
from esim_analysis.importers.tabular.vocabulary import Role

_SIZED: Final = (
    r"^\s*[\d][\d.,'\s]*\s*(?:[kmgt]i?b|b|bytes?|[kmg]bytes?|octets|字节|兆|megas?|gigas?)\s*$"
)
_NUMBER: Final = r"^\s*[\d][\d.,'\s]*(?:\s*[^\W\d]+)?\s*$"
_LONG_NUMBER: Final = r"^(?!\d{12}$|\d{14}$)\d{9,}$"  # a telephone number, an ICCID
_NOT_USED: Final = frozenset(
    [
        "remaining",
        "remainder",
        "left",
        "balance",
        "available",
        "allowance",
        "quota",
        "limit",
        "cap",
        "included",
        "bundle",
        "plan",
        "purchased",
        "bought",
        "free",
        "prior",
        "previous",
        "last",
        "month",
        "average",
        "avg",
        "max",
        "maximum",
        "min",
        "speed",
        "rate",
        "sms",
        "voice",
        "wifi",
        "overage",
        "threshold",
        "restante",
        "restantes",
        "saldo",
        "disponible",
        "disponibles",
        "franquicia",
        "incluido",
        "incluidos",
        "incluida",
        "limite",
        "tarifa",
        "bono",
        "contratado",
        "contratados",
        "anterior",
        "media",
        "maximo",
        "velocidad",
        "gratis",
        "exceso",
        "umbral",
        "剩余",
        "余量",
        "余额",
        "套餐",
        "可用",
        "总量",
        "上月",
        "限额",
        "限速",
        "平均",
        "免费",
        "赠送",
    ]
)
_NOT_WHEN: Final = frozenset(
    [
        "invoice",
        "bill",
        "billing",
        "issued",
        "due",
        "expiry",
        "expires",
        "expiration",
        "activation",
        "activated",
        "valid",
        "created",
        "updated",
        "processed",
        "exported",
        "printed",
        "paid",
        "payment",
        "contract",
        "birth",
        "factura",
        "facturacion",
        "emision",
        "vencimiento",
        "caducidad",
        "activacion",
        "alta",
        "baja",
        "pago",
        "contrato",
        "procesado",
        "creado",
        "actualizado",
        "impreso",
        "validez",
        "nacimiento",
        "有效期",
        "到期",
        "账单",
        "账期",
        "更新",
        "激活",
        "开户",
        "打印",
        "导出",
        "缴费",
        "出生",
    ]
)


def volume_by_content(grid: Grid) -> int | None:
    """Return the only column of numbers with a unit of data, in its heading or in its cells."""
    found = [
        i
        for i, heading in enumerate(grid.headings)
        if heading.role is None
        and not _speaks_of(grid, i, _NOT_USED)
        and ((heading.unit and grid.looks(i, _NUMBER)) or grid.looks(i, _SIZED))
        and not (grid.records[i] == "").all()
    ]
    return found[0] if len(found) == 1 else None


def start_by_content(grid: Grid) -> int | None:
    """Return the only column of dates that no heading explains, where it tells the clock too."""
    dated = [
        i
        for i, heading in enumerate(grid.headings)
        if heading.role is None
        and grid.looks(i, DATE)
        and not grid.looks(i, _LONG_NUMBER)
        and grid.records[i].ne("").any()
    ]
    if len(dated) != 1 or _speaks_of(grid, dated[0], _NOT_WHEN):
        return None
    return dated[0] if grid.looks(dated[0], AFTER_DATE) else None


def said_of_content(grid: Grid, columns: Mapping[Role, tuple[int, ...]]) -> list[str]:
    """Return what the screen says of columns that were found so."""
    told: dict[Role, str] = {
        "bytes_total": sentence("importing.volume_only_one_unit_data"),
        "start": sentence("importing.time_use_only_one_dates"),
    }
    return [
        sentence("importing.column_taken", name=grid.headings[columns[role][0]].name, why=why)
        for role, why in told.items()
        if role in columns and grid.headings[columns[role][0]].role is None
    ]


def _speaks_of(grid: Grid, column: int, words: frozenset[str]) -> bool:
    heading = grid.headings[column]
    whole = heading.name.casefold()
    return bool(words & set(heading.words)) or any(
        word in whole for word in words if not word.isascii()
    )
