"""The one figure of a bill, typed: how much data, from which day to which.

For bills that cannot be read: a scan, a letter, a screen. `9.4 GB, 1–31 Oct 2026`,
`9,4 GB, del 1 al 31 de octubre de 2026`, `2026年10月1日至31日 用了 9.4 GB`; a line for each
period. A balance names an hour and what is left; a total names days and what was used.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.readings.lines import ZONE_LINE
from esim_analysis.importers.readings.periods import Period, find_period, possible_orders
from esim_analysis.importers.readings.volumes import VOLUME, decimal_mark, read_volumes
from esim_analysis.model import (
    Choice,
    Decision,
    FileError,
    Origin,
    QuestionError,
    Source,
    UsageRecords,
)
from esim_analysis.model.frames import UTC_TIME

_MOST_LINES: Final = 24  # two years of months; more is a table
_LONGEST: Final = 120  # characters
_VOLUME: Final = re.compile(rf"(?i){VOLUME}")
_GLUE: Final = re.compile(
    r"(?i)\b(?:used|usage|data|mobile|total|billed|of|from|in|for|the|period"
    r"|usad[oa]s?|consum(?:o|id[oa]s?)|gastad[oa]s?|facturad[oa]s?|datos|móviles|del?|en|el|"
    r"periodo)\b|用了|已?使用了?|已?用|消耗了?|流量|总共|共计?|账单|计费|期间|从|[\s,;:.，。、()|·*_-]"
)
_EXAMPLE: Final = "'9.4 GB, 1-31 Oct 2026'"


@dataclass(frozen=True, slots=True)
class _Line:
    """A typed line: its number, its volume as text, its period."""

    number: int
    volume: str
    period: Period


def recognise(file: SourceFile) -> bool:
    """Tell whether every line of a short text is one volume and one period of days."""
    if not file.is_text:
        return False
    lines = list(islice(_said(file.head_text), _MOST_LINES + 1))
    return 0 < len(lines) <= _MOST_LINES and all(_line(*line) is not None for line in lines)


def _said(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, but for those that name a zone, with their numbers."""
    plain = (unicodedata.normalize("NFKC", line).strip() for line in text.split("\n"))
    said = ((number, line) for number, line in enumerate(plain, start=1) if line)
    return ((number, line) for number, line in said if not re.match(ZONE_LINE, line))


def _line(number: int, text: str) -> _Line | None:
    volumes = _VOLUME.findall(text) if len(text) <= _LONGEST else []
    if len(volumes) != 1:
        return None
    rest = _VOLUME.sub(" ", text)
    period = find_period(rest)
    if period is None or _GLUE.sub("", rest.replace(period.text, " ", 1)):
        return None
    return _Line(number, volumes[0], period)


def _read(file: SourceFile, options: ReadOptions) -> Imported:
    lines = [line for said in _said(file.text) if (line := _line(*said)) is not None]
    order = _order(lines, file.name)
    zone = _zone(file, options.timezone)
    cells = pd.Series([line.volume for line in lines], dtype="str")
    mark = decimal_mark(cells)
    volumes = read_volumes(cells, decimal=mark)
    if volumes.size.isna().any():
        raise QuestionError(
            file.name,
            sentence("importing.can_read_two_ways_too", volumes=cells[volumes.size.isna()].iloc[0]),
            sentence("importing.write_1234_mb"),
        )
    days = [
        line.period.by_order.get(order.value) or line.period.by_order["Y-M-D"] for line in lines
    ]
    frame = _frame(days, zone.value).assign(
        raw_volume=volumes.figure,
        bytes_total=volumes.size,
        source=file.name,
        source_row=[str(line.number) for line in lines],
    )
    _apart(frame, file.name)
    records = UsageRecords(
        frame=frame,
        decisions={file.name: _decision(mark, order, zone)},
        sources=(
            Source(
                file.name,
                IMPORTER.id,
                file.sha256,
                rows=len(lines),
                kept=len(lines),
                notes=_notes(zone),
            ),
        ),
    )
    return Imported(usage=records)


def _order(lines: list[_Line], name: str) -> Choice:
    """Settle the order of day and month for the whole text.

    Raises
    ------
    FileError, QuestionError
        No order, or more than one, gives every line its days.
    """
    orders = possible_orders([line.period for line in lines])
    if len(orders) == 1 and all({*orders, "Y-M-D"} & set(one.period.by_order) for one in lines):
        named = orders[0] == "Y-M-D"
        if named:
            return Choice("Y-M-D", Origin.DECLARED, sentence("importing.months_named_follow_year"))
        return Choice(orders[0], Origin.DEDUCED, sentence("importing.only_order_makes_all_dates"))
    if orders and orders != ["Y-M-D"]:
        raise QuestionError(
            name,
            sentence("importing.day_month_cannot_told_apart", text=lines[0].period.text),
            sentence("importing.name_month_example", example=_EXAMPLE),
        )
    raise FileError(
        name,
        sentence("importing.period_without_such_days"),
        sentence("importing.write_3", example=_EXAMPLE),
    )


def _zone(file: SourceFile, timezone: str | None) -> Choice:
    stated = re.findall(f"(?m){ZONE_LINE}", unicodedata.normalize("NFKC", file.text))
    if stated:
        zone = Choice(stated[0], Origin.DECLARED, sentence("importing.text_names"))
    elif timezone is not None:
        zone = Choice(timezone, Origin.DECLARED, sentence("importing.given_by_user"))
    else:
        zone = Choice("UTC", Origin.ASSUMED, sentence("importing.text_names_no_zone_none"))
    try:
        ZoneInfo(zone.value)
    except (KeyError, ValueError, OSError) as problem:
        raise QuestionError(
            file.name,
            sentence("importing.not_time_zone", value=zone.value),
            sentence("importing.write_one_such_zone_europe"),
        ) from problem
    return zone


def _frame(days: list[tuple[dt.date, dt.date]], zone: str) -> pd.DataFrame:
    first = pd.Series([pd.Timestamp(day) for day, _ in days]).astype("datetime64[us]")
    after = pd.Series([pd.Timestamp(day) for _, day in days]).astype("datetime64[us]")
    after += pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "line": "",
            "record_id": "",
            "session_id": "",
            "fold": "",
            "start_local": first,
            "end_local": after,
            "start_utc": _midnights(first, zone),
            "end_utc": _midnights(after, zone),
            "time_quality": "date_only",
            "roaming": "unknown",
            "service_class": "data",
        }
    )


def _apart(frame: pd.DataFrame, name: str) -> None:
    """Refuse periods that overlap: what both say of one day would count twice."""
    by_start = frame.sort_values("start_local", kind="stable")
    if (by_start["start_local"] < by_start["end_local"].shift()).any():
        raise QuestionError(
            name,
            sentence("importing.two_periods_share_days_so"),
            sentence("importing.keep_one_total_each_day"),
        )


def _midnights(days: pd.Series, zone: str) -> pd.Series:
    # Some zones step over midnight itself; the day then begins at the first instant after it.
    first = np.ones(len(days), dtype=bool)
    local = days.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    instants: pd.Series = local.dt.tz_convert("UTC").astype(UTC_TIME)
    return instants


def _decision(mark: str, order: Choice, zone: Choice) -> Decision:
    return Decision(
        unit=Choice("cell", Origin.DECLARED, sentence("importing.each_figure_names_unit")),
        base=Choice("1000", Origin.ASSUMED, sentence("importing.operators_print_decimal_units")),
        locale=Choice(f"1234{mark or '.'}5 {order.value}", order.origin, order.reason),
        zone=zone,
    )


def _notes(zone: Choice) -> tuple[str, ...]:
    notes = [sentence("importing.total_says_nothing_days_what")]
    if zone.origin is Origin.ASSUMED:
        notes.append(sentence("importing.days_taken_those_utc_assumed"))
    return tuple(notes)


IMPORTER = Importer(
    id="typed_total",
    title="The total of a bill, typed by hand",
    side="operator",
    how=f"Write the total of the bill and its days into a text file, one line such as {_EXAMPLE}.",
    known_from="documentation",
    reach=Reach.EVERYONE,
    rank=55,
    recognise=recognise,
    read=_read,
)
