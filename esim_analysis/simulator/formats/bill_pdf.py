"""A Spanish operator's bill as PDF: a heading, then data by day over several pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.simulator.formats.daily import decimals
from esim_analysis.simulator.formats.pdf import HEIGHT, Mark, Rule, Text, document, figures

_LEFT: Final = 57
_KIND: Final = 140
_VOLUME: Final = 380  # right edges of the figures
_CHARGE: Final = 520
_TOP: Final = HEIGHT - 60
_STEP: Final = 16
_ROWS_A_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class _Row:
    """A printed row of the table; the last one, in bold, is the total."""

    first: str
    kind: str
    volume: str
    charge: str
    bold: bool = False


def bill_pdf(days: pd.DataFrame, *, banner: tuple[str, ...], service: str) -> bytes:
    """Write `day, billed, charge` as a bill; MB with two decimals, rounded half up.

    Parameters
    ----------
    banner
        Lines above the table of the first page; the heading of the bill, the first
        of them, stands on every page.
    service
        What every row is called.
    """
    rows = [
        _Row(day, service, _megabytes(billed), decimals(charge, 4))
        for day, billed, charge in zip(
            days["day"].dt.strftime("%d/%m/%Y"), days["billed"], days["charge"], strict=True
        )
    ]
    billed, charge = int(days["billed"].sum()), int(days["charge"].sum())
    rows.append(_Row("TOTAL", "", _megabytes(billed), decimals(charge, 4), bold=True))
    blocks = [rows[first : first + _ROWS_A_PAGE] for first in range(0, len(rows), _ROWS_A_PAGE)]
    pages = []
    for number, block in enumerate(blocks, start=1):
        foot = Text(_LEFT, 40, f"Página {number} de {len(blocks)}", size=7)
        pages.append([*_page(banner if number == 1 else banner[:1], block), foot])
    return document(pages, title=banner[0])


def _page(banner: Sequence[str], rows: Sequence[_Row]) -> Iterator[Mark]:
    yield Text(_LEFT, _TOP, banner[0], size=13, bold=True)
    for number, line in enumerate(banner[1:], start=1):
        yield Text(_LEFT, _TOP - number * _STEP, line)
    head = _TOP - (len(banner) + 1) * _STEP
    yield Text(_LEFT, head, "Fecha", bold=True)
    yield Text(_KIND, head, "Concepto", bold=True)
    yield Text(_VOLUME - 60, head, "Volumen (MB)", bold=True)
    yield Text(_CHARGE - 52, head, "Importe (€)", bold=True)
    yield Rule(_LEFT, _CHARGE, head - 4)
    for number, row in enumerate(rows, start=1):
        y = head - number * _STEP
        yield Text(_LEFT, y, row.first, bold=row.bold)
        yield Text(_KIND, y, row.kind)
        yield figures(_VOLUME, y, row.volume, bold=row.bold)
        yield figures(_CHARGE, y, row.charge, bold=row.bold)


def _megabytes(volume: int) -> str:
    return decimals((volume + 5_000) // 10_000, 2)
