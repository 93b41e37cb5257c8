"""Rows of settled tables as records, or reasons against them; then what is said of all of a file.

Two steps: `rows` turns every row into a record or a reason, for all tables read in one manner
at once; `finish` looks at all records of a line together.
"""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.columns import Columns
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.measure import Measured
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.repeats import drop_repeats, prorated
from esim_analysis.importers.tabular.services import NOT_DATA, service_class, zero_rated
from esim_analysis.importers.tabular.settled import Table, stack
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.importers.tabular.surroundings import charges, text
from esim_analysis.importers.tabular.times import intervals, whole_days
from esim_analysis.model import Decision, Source, UsageRecords

_FAST: Final = 125_000_000  # bytes a second: 1 Gbit/s


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table as records, and what became of the others.

    Attributes
    ----------
    frame
        Good rows: columns of `USAGE` but `source`; the index is the row of the file.
    rejected
        `source, line, field, reason`.
    raw_lines
        Hash of a line -> its id as it is printed.
    unread_charges, sums
        Rows whose charge could not be read, and rows with totals, which are no records.
    """

    frame: pd.DataFrame
    rejected: pd.DataFrame
    raw_lines: AnyMapping[str, str]
    unread_charges: int
    sums: int

    def notes(self) -> list[str]:
        """Return sentences on what was left out."""
        counts = {
            "importing.charges_could_not_be_read": self.unread_charges,
            "importing.rows_with_totals_left_out": self.sums,
        }
        return [sentence(key, count=count) for key, count in counts.items() if count]


def rows(tables: Sequence[Table]) -> list[Rows]:
    """Turn every row into a record, or into a reason against it.

    Parameters
    ----------
    tables
        Read in one manner (`Table.manner`). What a row becomes depends on its own file
        alone: together they are only quicker.

    Returns
    -------
    list of Rows
        One a table, in their order.
    """
    together = tables[0] if len(tables) == 1 else stack(tables)
    lengths = [len(table.grid.body) for table in tables]
    place = pd.DataFrame(
        {
            "file": np.arange(len(tables)).repeat(lengths),
            "row": np.concatenate([table.grid.body.index for table in tables]).astype("str"),
        },
        index=together.grid.body.index,
    )
    read = _all_rows(together, place)
    ends = np.cumsum(lengths)
    return [
        read.of_file(slice(end - length, end), table)
        for table, length, end in zip(tables, lengths, ends, strict=True)
    ]


def finish(  # noqa: PLR0913 - all that is known of the file
    frame: pd.DataFrame,
    source: Source,
    *,
    decision: Decision,
    quality: str | None,
    has_end: bool,
    rejected: pd.DataFrame,
    raw_lines: AnyMapping[str, str],
) -> UsageRecords:
    """Return the records of a file, or of some lines of it, looked at together.

    Copies are dropped, a month spread over its days is called prorated, and odd
    records are counted in the notes of `source`.

    Parameters
    ----------
    frame
        As `Rows.frame`.
    quality
        Quality of all times where a mapping says so.
    """
    zone = decision.zone.value
    kept, repeated, copies = drop_repeats(_qualities(frame, quality, zone))
    told = replace(
        source,
        kept=len(kept),
        duplicates=repeated,
        notes=(*source.notes, *copies, *_oddities(kept, has_end=has_end)),
    )
    used = set(kept["line"].unique())
    return UsageRecords(
        frame=kept.assign(source=source.id),
        decisions={source.id: decision},
        sources=(told,),
        rejected=rejected,
        raw_lines={line: raw for line, raw in raw_lines.items() if line in used},
    )


@dataclass(frozen=True, slots=True)
class _AllRows:
    """All rows of tables, good or not, with what is said against them.

    `sums` and `unread` (bool) mark rows with totals and rows whose charge could not be read.
    """

    frame: pd.DataFrame
    sieve: Sieve
    sums: pd.Series
    unread: pd.Series
    raw_lines: AnyMapping[str, str]

    def of_file(self, own: slice, table: Table) -> Rows:
        """Return the rows of one table, numbered as in its file."""
        index = table.grid.body.index
        sums = self.sums.iloc[own].set_axis(index)
        sieve = self.sieve.part(own, index)
        frame = self.frame.iloc[own].set_axis(index)
        good, rejected = sieve.kept & ~sums, sieve.rejected(table.name)
        if sums.any():
            rejected = rejected[~rejected["line"].isin(index[sums].astype("str"))]
        return Rows(
            frame=frame if good.all() else frame[good],
            rejected=rejected,
            raw_lines=self.raw_lines,
            unread_charges=int(self.unread.iloc[own].sum()),
            sums=int(sums.sum()),
        )


def _all_rows(table: Table, place: pd.DataFrame) -> _AllRows:
    """Read every row of tables stacked; `place` has the `file` and `row` each stands in."""
    grid, columns = table.grid, table.columns
    sieve = Sieve(grid.body.index)
    sums = grid.totals & table.written.start.naive(table.written.order.value).isna()
    sieve.reject(grid.sums & ~sums, "row", sentence("importing.total_other_rows"))
    sieve.reject((grid.misfit != "") & ~sums, "row", grid.misfit)
    service = _services(grid, columns, table.measured, table.mapping, sieve)
    ids = text(grid, columns, "record_id")
    lines, raw_lines = hash_lines(text(grid, columns, "line"))
    who = pd.DataFrame({"file": place["file"], "line": lines, "record_id": ids})
    times = intervals(table.written, table.zone.value, who, sieve, workbook=not grid.delimiter)
    money, unread = charges(grid, columns, table.measured, table.currency)
    frame = pd.concat([times, _volumes(table.measured, service), table.where, money], axis=1)
    frame = frame.assign(
        line=lines,
        record_id=ids,
        session_id=text(grid, columns, "session_id"),
        service_class=service,
        zero_rated=zero_rated(text(grid, columns, "service")),
        source_row=place["row"],
    )
    return _AllRows(frame, sieve, sums, unread, raw_lines)


def _services(
    grid: Grid, columns: Columns, measured: Measured, mapping: Mapping | None, sieve: Sieve
) -> pd.Series:
    """Return the service class of each row; leave out what has no volume but should."""
    service = text(grid, columns, "service")
    named = service_class(service)
    if mapping is not None and mapping.keep_service:
        keep = service.str.casefold().isin([one.casefold() for one in mapping.keep_service])
        sieve.reject(~keep, "service", sentence("importing.not_data_service_mapping_does"))
        named = named.mask(keep, "data")
    named = named.mask(measured.counts != "", measured.counts)
    volume = measured.frame["bytes_total"]
    data = ~named.isin(NOT_DATA)
    empty = pd.concat(
        [grid.body[columns[r][0]] == "" for r in ("bytes_total", "bytes_billed") if r in columns]
        or [pd.Series(data=False, index=volume.index)],
        axis=1,
    ).all(axis=1)
    sieve.reject(data & volume.isna() & empty, "volume", sentence("importing.no_volume"))
    sieve.reject(data & volume.isna(), "volume", sentence("importing.volume_could_not_read"))
    sieve.reject(data & (measured.frame < 0).any(axis=1).fillna(value=False), "volume", "negative")
    return named


def _volumes(measured: Measured, service: pd.Series) -> pd.DataFrame:
    """Return volumes of data rows; what is not data used no bytes."""
    data = ~service.isin(NOT_DATA)
    return measured.frame.where(data, 0).assign(raw_volume=measured.raw.where(data))


def _qualities(frame: pd.DataFrame, quality: str | None, zone: str) -> pd.DataFrame:
    if quality:
        return frame.assign(time_quality=quality)
    spread = prorated(frame, zone)
    if not spread.any():
        return frame
    return whole_days(frame, "UTC" if zone == "offset" else zone, spread)


def _oddities(frame: pd.DataFrame, *, has_end: bool) -> list[str]:
    """Return sentences on rows that are kept but look odd."""
    start, end = (frame[name].astype("int64").to_numpy() for name in ("start_utc", "end_utc"))
    length = (end - start) / 1e6  # seconds
    volume = frame["bytes_total"].to_numpy(dtype=np.float64, na_value=np.nan)
    timed = (frame["time_quality"] == "session").to_numpy()
    said = []
    if not has_end and timed.any():
        said.append(sentence("importing.file_gives_no_ends_durations"))
    counts = {
        "importing.records_last_longer_than_24": timed & (length > 86_400),  # noqa: PLR2004
        "importing.records_have_data_no_duration": timed & has_end & (length == 0) & (volume > 0),
        "importing.records_faster_than_1_gbit": timed & (length > 0) & (volume > length * _FAST),
    }
    said += [sentence(key, count=int(odd.sum())) for key, odd in counts.items() if odd.any()]
    return said
