"""Usage records of a declared format: session records and fixed buckets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.amounts import currency, money
from esim_analysis.importers.declared.buckets import one_a_period
from esim_analysis.importers.declared.moments import Moments, read_moments, zone_of_file
from esim_analysis.importers.declared.rows import DOCUMENTED, Rows
from esim_analysis.importers.declared.volumes import read_volumes
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.places import (
    country_codes,
    country_of_plmn,
    plmn_of,
    split_plmn,
)
from esim_analysis.importers.tabular.repeats import drop_repeats
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import (
    REJECTED,
    Choice,
    Decision,
    FileError,
    Origin,
    Source,
    UsageRecords,
)
from esim_analysis.model.frames import MONEY, UTC_TIME

Paths = Sequence[str]
Field = Literal[
    "start", "end", "seconds", "total", "total_unit", "up", "up_unit", "down", "down_unit",
    "record_id", "session_id", "line", "mcc", "mnc", "plmn", "network", "country", "rat",
    "apn", "charge", "currency", "service",
]  # fmt: skip
Check = Callable[[pd.DataFrame, Rows, Sieve], tuple[pd.DataFrame, tuple[str, ...]]]
UTC_DECLARED: Final = Choice(
    "UTC", Origin.DECLARED, sentence("importing.provider_documents_times_utc")
)
UTC_ASSUMED: Final = Choice(
    "UTC", Origin.ASSUMED, sentence("importing.export_names_no_zone_timezone")
)
BYTES: Final = Choice("B", Origin.DECLARED, sentence("importing.provider_documents_bytes"))
NO_BASE: Final = Choice("1000", Origin.DECLARED, sentence("importing.bytes_need_no_base"))
_LOCALE: Final = Choice("1234.5 Y-M-D", Origin.DECLARED, sentence("importing.format_fixed"))
_HIDDEN_NETWORK: Final = "unknown"  # the home network of these SIMs is not in the file


@dataclass(frozen=True, slots=True)
class UsageFormat:
    """What the fields of a format mean.

    Attributes
    ----------
    id
        Of the importer.
    columns
        Names of the file for each of ours, the first filled one counts.
    time_quality
        `session`, `partial` or `bucket`.
    bucket
        Length of a bucket that names only its start, such as `"1D"`; `""` elsewhere.
    services
        What the text of `service` bills; empty where every record is data.
    group
        Fields that, with line, place and period, make a bucket one of its kind.
    unknown
        Texts that stand for nothing known, such as `"未知"`.
    check
        Last word of a format: may reject rows, change the frame and say why.
    """

    id: str
    columns: Mapping[Field, Paths]
    time_quality: str
    unit: Choice = BYTES
    base: Choice = NO_BASE
    zone: Choice = UTC_DECLARED
    bucket: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    implied_currency: str = ""
    group: Paths = ()
    unknown: Paths = ()
    check: Check | None = None


def read_usage(
    file: SourceFile, options: ReadOptions, rows: Rows, declared: UsageFormat
) -> Imported:
    """Turn the rows of a file into usage records, as `declared` says.

    Raises
    ------
    FileError
        Not one row can be used.
    """
    sieve = Sieve(rows.places)
    frame, raw_lines, decision = _frame(rows, declared, options, sieve)
    notes = list(rows.notes)
    if declared.check is not None:
        frame, said = declared.check(frame, rows, sieve)
        notes += said
    notes += _said(frame, sieve)
    if declared.time_quality == "bucket":
        frame = one_a_period(frame, [rows.column([name]) for name in declared.group], sieve, file)
    kept, repeated, repeats = drop_repeats(frame[sieve.kept])
    rejected = pd.concat([sieve.rejected(file.name), damaged(rows, file.name)], ignore_index=True)
    if kept.empty:
        raise nothing_read(file.name, rejected)
    counts = {"kept": len(kept), "duplicates": repeated, "rejected": len(rejected)}
    source = source_of(file, declared.id, rows, counts, notes=(*notes, *repeats))
    used = set(kept["line"])
    records = UsageRecords(
        frame=kept.assign(source=file.name),
        decisions={file.name: decision},
        sources=(source,),
        rejected=rejected,
        raw_lines={line: raw for line, raw in raw_lines.items() if line in used},
    )
    return Imported(usage=records)


def _frame(
    rows: Rows, declared: UsageFormat, options: ReadOptions, sieve: Sieve
) -> tuple[pd.DataFrame, dict[str, str], Decision]:
    text = fields_of(rows, declared)
    lines, raw_lines = hash_lines(text["line"])
    service = _services(text["service"], declared, sieve)
    times, zone = times_of(text, declared, options, lines, sieve)
    data = service == "data"
    volumes, mended = read_volumes(text, declared.unit.value, int(declared.base.value), data, sieve)
    frame = pd.concat([times, volumes, whereabouts(text), _charges(text, declared)], axis=1)
    frame = frame.assign(
        line=lines,
        record_id=text["record_id"].fillna(""),
        session_id=text["session_id"].fillna(""),
        time_quality=declared.time_quality,
        service_class=service,
        roaming=_HIDDEN_NETWORK,
        source_row=rows.places,
    )
    base = mended or declared.base
    return frame, raw_lines, Decision(unit=declared.unit, base=base, locale=_LOCALE, zone=zone)


def fields_of(rows: Rows, declared: UsageFormat) -> pd.DataFrame:
    """Return our fields of each row as text, missing where the file has none."""
    columns = {name: rows.column(paths) for name, paths in declared.columns.items()}
    text = pd.DataFrame(columns, index=rows.places)
    text = text.reindex(columns=list(Field.__args__)).astype("str")  # type: ignore[attr-defined]
    return text.where(~text.isin(declared.unknown))


def _services(text: pd.Series, declared: UsageFormat, sieve: Sieve) -> pd.Series:
    if not declared.services:
        return pd.Series("data", index=text.index, dtype="str")
    service = text.str.casefold().map(declared.services).astype("str")
    name = declared.columns["service"][0]
    sieve.reject(text.isna(), name, sentence("importing.does_not_say_whether_bills"))
    sieve.reject(service.isna(), name, sentence("importing.not_data_no_service_knows"))
    return service.fillna("fee")


def times_of(
    text: pd.DataFrame, declared: UsageFormat, options: ReadOptions, lines: pd.Series, sieve: Sieve
) -> tuple[pd.DataFrame, Choice]:
    """Return `start_local, end_local, fold, start_utc, end_utc` of each row, and the zone of bare times."""
    unzoned = read_moments(text["start"], "UTC").local
    zone = zone_of_file(unzoned, declared.zone, options)
    known = "UTC" if zone.value == "offset" else zone.value
    start = read_moments(text["start"], known, line=lines)
    names = {one: paths[0] for one, paths in declared.columns.items()}
    sieve.reject(
        start.utc.isna(), names.get("start", "start"), sentence("importing.no_time_can_read")
    )
    end = _ends(text, declared, start, known, lines)
    given = text["end"].notna() | text["seconds"].notna()
    field_name = names.get("end", names.get("seconds", "end"))
    sieve.reject(end.utc.isna() & given, field_name, sentence("importing.no_time_can_read"))
    sieve.reject(end.utc < start.utc, field_name, sentence("importing.end_before_start"))
    frame = pd.DataFrame(
        {
            "start_local": start.local,
            "end_local": end.local,
            "fold": start.fold,
            "start_utc": start.utc,
            "end_utc": end.utc.fillna(start.utc),
        }
    )
    return frame, zone


def _ends(
    text: pd.DataFrame, declared: UsageFormat, start: Moments, zone: str, lines: pd.Series
) -> Moments:
    written = read_moments(text["end"], zone, line=lines)
    seconds = pd.to_numeric(
        text["seconds"].where(text["seconds"].str.fullmatch(r"\d{1,7}(?:\.\d+)?"))
    )
    span = pd.to_timedelta((seconds * 1e6).round(), unit="us")
    if declared.bucket:
        step = pd.Timedelta(declared.bucket)
        # A local day ends at the next local midnight, also where the clock changes.
        local = start.local + step
        next_one = read_moments(local.dt.strftime("%Y-%m-%dT%H:%M:%S").astype("str"), zone).utc
        later = next_one.fillna(start.utc + step)
        return Moments(later.astype(UTC_TIME), local, start.fold)
    later = (start.utc + span).astype(UTC_TIME)
    return Moments(written.utc.fillna(later).astype(UTC_TIME), written.local, written.fold)


def whereabouts(text: pd.DataFrame) -> pd.DataFrame:
    """Return `plmn, country, network, rat, apn` of each row."""
    plmn = plmn_of(text["mcc"], text["mnc"]).fillna(split_plmn(text["plmn"])).astype("str")
    country = country_codes(text["country"]).fillna(country_of_plmn(plmn)).astype("str")
    where = pd.DataFrame({"plmn": plmn, "country": country})
    return where.assign(network=text["network"], rat=text["rat"], apn=text["apn"])


def _charges(text: pd.DataFrame, declared: UsageFormat) -> pd.DataFrame:
    amount = money(text["charge"])
    code = currency(text["currency"])
    if declared.implied_currency:
        code = code.fillna(declared.implied_currency)
    # An amount in no currency is no price yet: pending, never free.
    known = amount.notna() & code.notna()
    return pd.DataFrame(
        {"charge": amount.where(known).astype(MONEY), "currency": code.where(known).astype("str")}
    )


def _said(frame: pd.DataFrame, sieve: Sieve) -> list[str]:
    good = frame[sieve.kept]
    length = good["end_utc"] - good["start_utc"]
    backwards = frame[sieve.reasons == sentence("importing.end_before_start")]
    lost = int(backwards["bytes_total"].fillna(0).sum())
    counts = {
        "importing.records_end_before_they_start": len(backwards),
        "importing.records_last_longer_than_24": int(
            ((length > pd.Timedelta(hours=24)) & (good["time_quality"] != "bucket")).sum()
        ),
        "importing.records_have_data_no_duration": int(
            ((length == pd.Timedelta(0)) & (good["bytes_total"] > 0)).sum()
        ),
    }
    return [sentence(key, count=count, lost=lost) for key, count in counts.items() if count]


def source_of(
    file: SourceFile, importer: str, rows: Rows, counts: Mapping[str, int], *, notes: Sequence[str]
) -> Source:
    """Return what is said of a declared file; `counts` are rows `kept, duplicates, rejected`."""
    return Source(
        id=file.name,
        importer=importer,
        sha256=file.sha256,
        rows=len(rows.places) + len(rows.damaged),
        notes=(*notes, DOCUMENTED),
        **counts,
    )


def damaged(rows: Rows, source: str) -> pd.DataFrame:
    """Return what is no record at all, as rejected rows."""
    places = [place for place, _ in rows.damaged]
    reasons = [reason for _, reason in rows.damaged]
    frame = pd.DataFrame({"line": places, "reason": reasons}).assign(source=source, field="record")
    return frame[list(REJECTED)].astype(dict(REJECTED))


def nothing_read(name: str, rejected: pd.DataFrame) -> FileError:
    """Return the error of a file none of whose records could be read."""
    if rejected.empty:
        return FileError(
            name,
            sentence("importing.no_records"),
            sentence("importing.export_period_data_were_used"),
        )
    first = rejected.iloc[0]
    return FileError(
        name,
        sentence("importing.no_record_could_read", field=first["field"], reason=first["reason"]),
        sentence("importing.download_export_again"),
        place=str(first["line"]),
    )
