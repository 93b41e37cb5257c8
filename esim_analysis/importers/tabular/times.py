"""Times of a table: the order of day and month, the zone, then start and end of every row."""

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.columns import Columns
from esim_analysis.importers.tabular.distinct import anywhere
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.instants import end_instants, first_instants, instants
from esim_analysis.importers.tabular.moments import (
    YEAR_FIRST,
    Parts,
    by_format,
    take_apart,
)
from esim_analysis.importers.tabular.orders import possible_orders, running_orders, short_orders
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.importers.tabular.spans import span_seconds, span_unit
from esim_analysis.model import Choice, Origin, QuestionError
from esim_analysis.model.frames import UTC_TIME

_DAY: Final = pd.Timedelta(days=1)
# Outside these years a date is a slip of the pen.
_FIRST: Final = pd.Timestamp("1990-01-01")
_LAST: Final = pd.Timestamp("2101-01-01")
_DAY_SECONDS: Final = 86_400
_LONGEST: Final = 366 * _DAY_SECONDS  # seconds
_MIDNIGHT: Final = re.compile("00:00")
_DATE: Final = re.compile(r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")


@dataclass(frozen=True, slots=True)
class Written:
    """Times as written: parts of start and end, seconds of duration, and the order settled."""

    start: Parts
    end: Parts | None
    duration: pd.Series | None
    order: Choice

    @property
    def all_offsets(self) -> bool:
        """True when every start that is a time carries its own offset."""
        offset = self.start.offset
        if not offset.notna().any():
            return False
        known = self.start.dates(self.order.value).notna()
        return bool(known.any() and offset[known].notna().all())


def read_times(grid: Grid, columns: Columns, mapping: Mapping | None, name: str) -> Written:
    """Take the time columns apart and settle the order of day and month.

    Raises
    ------
    QuestionError
        All dates could be read day first and month first.
    """
    start = _parts(grid, columns["start"], mapping)
    end = _parts(grid, columns["end"], mapping) if "end" in columns else None
    if end is not None and columns["end"][0] == columns["start"][0]:
        end = _next_day(start, end)
    duration = _duration(grid, columns, mapping) if "duration" in columns else None
    order = _order(grid, start, end, mapping, name)
    return Written(start, end, duration, order)


def _parts(grid: Grid, positions: tuple[int, ...], mapping: Mapping | None) -> Parts:
    cells = grid.body[positions[0]]
    if len(positions) > 1:
        # A workbook may give a date cell a midnight of its own.
        own = anywhere(cells, _MIDNIGHT)
        bare = cells.str.replace(r"[ T]00:00(?::00)?$", "", regex=True) if own else cells
        for position in positions[1:]:
            bare = bare + " " + grid.body[position]
        cells = bare.str.strip()
    if mapping is not None and mapping.time.format:
        return by_format(cells, mapping.time.format)
    return take_apart(cells)


def _next_day(start: Parts, end: Parts) -> Parts:
    """Let an end without a date of its own, earlier than its start, be on the next day.

    Less than an hour earlier is the repeated hour of autumn, or a mistake.
    """
    length = end.seconds - start.seconds
    after = (length < 0) & (length + _DAY_SECONDS <= _DAY_SECONDS - 3600)
    return replace(end, seconds=end.seconds + after * float(_DAY_SECONDS))


def _duration(grid: Grid, columns: Columns, mapping: Mapping | None) -> pd.Series:
    position = columns["duration"][0]
    heading = grid.headings[position]
    said = [span_unit(word) for word in (heading.hint, *heading.words)]
    if mapping is not None and mapping.units.duration:
        said = [mapping.units.duration]
    unit = next((found for found in said if found), "")
    cells = grid.body[position]
    if not unit:
        # Seconds or minutes? A bare number of unknown unit says nothing about the end.
        cells = cells.where(~cells.str.fullmatch(r"[\d.,]+"), "")
    return span_seconds(cells, unit=unit)


def _order(
    grid: Grid, start: Parts, end: Parts | None, mapping: Mapping | None, name: str
) -> Choice:
    if mapping is not None and (mapping.time.order or mapping.time.format):
        return Choice(
            mapping.time.order or YEAR_FIRST, Origin.DECLARED, sentence("importing.mapping_says_so")
        )
    columns = [start] + ([end] if end is not None else [])
    if start.open.any():
        # Dates above the table are written as those in it.
        above = [date for row in grid.banner for date in _DATE.findall(row)]
        columns += [take_apart(pd.Series(above, dtype="str"))] if above else []
    orders = possible_orders(columns)
    if len(orders) > 1 and end is not None:
        orders = short_orders(start, end, orders)
    if len(orders) == 1:
        return Choice(orders[0], Origin.DEDUCED, sentence("importing.only_one_order_day_month"))
    if len(orders) > 1:
        orders = running_orders(start, orders)
    if len(orders) == 1:
        return Choice(orders[0], Origin.DEDUCED, sentence("importing.order_use_runs_on_from"))
    found = sentence("importing.dates_such_03_04_can")
    if not orders:
        found = sentence("importing.some_dates_need_day_first")
    raise QuestionError(
        name,
        found,
        sentence("importing.run_esim_analysis_map_write_order", name=name),
    )


def intervals(
    written: Written, zone: str, who: pd.DataFrame, sieve: Sieve, *, workbook: bool
) -> pd.DataFrame:
    """Return `start_local, end_local, fold, start_utc, end_utc, time_quality` of every row.

    `who` has `file, line, record_id`: they order the rows of a repeated hour. Rows whose
    times cannot be are left out in `sieve`: no date, an hour the clocks
    skip, an end before its start. Without end or duration a record is a moment:
    its end is its start. A date alone is the local day.
    """
    order = written.order.value
    start = _sensible(written.start.naive(order))
    sieve.reject(start.isna(), "start", sentence("importing.no_date_time_could_read"))
    clock = written.start.seconds.notna()
    if workbook:  # it drops the clock at midnight
        clock = clock.groupby(who["file"], sort=False).transform("any")
    end, end_offset = _ends(written, start, clock)
    start_utc, fold = instants(start, written.start.offset, zone, who)
    if not clock.all():
        start_utc = start_utc.mask(~clock, first_instants(start, zone))
    sieve.reject(
        start_utc.isna(), "start", sentence("importing.local_time_does_not_exist", zone=zone)
    )
    end_utc = end_instants(end, end_offset, start_utc, zone)
    if not clock.all():
        end_utc = end_utc.mask(~clock, first_instants(end, zone))
    if written.duration is not None:
        span = written.duration
        wrong = (span < 0) | (span > _LONGEST)
        sieve.reject(
            wrong & end_utc.isna() & clock,
            "duration",
            sentence("importing.negative_longer_than_year"),
        )
        length = pd.to_timedelta((span.where(~wrong) * 1e6).round(), unit="us")
        end_utc = end_utc.fillna((start_utc + length).astype(UTC_TIME))
    sieve.reject(end_utc < start_utc, "end", sentence("importing.end_before_start"))
    sieve.reject(
        end_utc - start_utc > pd.Timedelta(seconds=_LONGEST),
        "end",
        sentence("importing.longer_than_year"),
    )
    bare = written.start.offset.isna()
    quality = pd.Series("session", index=start.index, dtype="str")
    if not clock.all():
        quality = quality.mask(~clock, "date_only")
        quality = quality.mask(~clock & (end - start > _DAY), "bucket")
    return pd.DataFrame(
        {
            "start_local": start.where(bare),
            "end_local": end.where(bare & end_utc.notna()),
            "fold": fold.where(bare & clock, ""),
            "start_utc": start_utc,
            "end_utc": end_utc.fillna(start_utc),
            "time_quality": quality,
        }
    )


def whole_days(times: pd.DataFrame, zone: str, rows: pd.Series) -> pd.DataFrame:
    """Let `rows` cover their local day: what is prorated did not happen at the hour it names."""
    local = times["start_utc"].dt.tz_convert(zone).dt.tz_localize(None)
    day = times["start_local"].fillna(local).dt.normalize()
    after = day + _DAY
    return times.assign(
        start_local=times["start_local"].mask(rows, day),
        end_local=times["end_local"].mask(rows, after),
        start_utc=times["start_utc"].mask(rows, first_instants(day, zone)),
        end_utc=times["end_utc"].mask(rows, first_instants(after, zone)),
        fold=times["fold"].mask(rows, ""),
        time_quality=times["time_quality"].mask(rows, "prorated"),
    )


def _ends(written: Written, start: pd.Series, clock: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return local ends: as written, the next midnight of a date alone, else missing."""
    if written.end is None:
        offset = pd.Series(np.nan, index=start.index)
        end = pd.Series(pd.NaT, index=start.index, dtype="datetime64[us]")
    else:
        offset = written.end.offset
        end = _sensible(written.end.naive(written.order.value))
    if clock.all():
        return end, offset
    if written.end is not None:
        # A last day without a clock is meant to its end.
        end = end.mask(~clock & written.end.seconds.isna(), end + _DAY)
    return end.mask(~clock & end.isna(), start + _DAY), offset


def _sensible(times: pd.Series) -> pd.Series:
    return times.where((times >= _FIRST) & (times < _LAST))
