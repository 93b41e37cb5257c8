"""Session records of CELITECH: `DURATION` holds bytes, and files repeat their rows.

Known from the published records (6,565 rows, 1,642 sessions): times are UTC with
milliseconds; `MNC` lost its zero; sessions of one SIM overlap and are cut at 12 hours;
`CALLED_PARTY`, `CALLING_PARTY` and `DIRECTION` are always empty; columns without a name
and `Unnamed: …` are left over from concatenation and differ between copies of a record.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.delimited import split_rows
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.places import country_codes, country_of_plmn, plmn_of
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import Choice, Decision, FileError, Origin, Source, UsageRecords
from esim_analysis.model.frames import UTC_TIME

_SIGNATURE: Final = frozenset({"CDR_ID", "CONNECT_TIME", "CLOSE_TIME", "ICCID", "DURATION"})
_USED: Final = (
    "CDR_ID",
    "CONNECT_TIME",
    "CLOSE_TIME",
    "COUNTRY_ISO3",
    "DURATION",
    "ICCID",
    "MCC",
    "MNC",
    "TYPE",
)
_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
_BYTES: Final = r"\d{1,15}(?:\.0+)?"
_DECISION: Final = Decision(
    unit=Choice("B", Origin.DECLARED, sentence("importing.provider_documents_duration_bytes")),
    base=Choice("1000", Origin.DECLARED, sentence("importing.bytes_need_no_base")),
    locale=Choice("1234.5 Y-M-D", Origin.DECLARED, sentence("importing.format_fixed")),
    zone=Choice("offset", Origin.DECLARED, sentence("importing.every_time_ends_z")),
)


def recognise(file: SourceFile) -> bool:
    """Tell whether the first line holds the provider's headings."""
    return set(_names(file.head_text.split("\n", 1)[0])).issuperset(_SIGNATURE)


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - nothing is left open
    """Read session records; a record the file repeats counts once.

    Raises
    ------
    FileError
        No rows, or none that can be read.
    """
    table, cut = _table(file)
    sieve = Sieve(table.index)
    sieve.reject(cut, "row", sentence("importing.fewer_cells_than_there_headings"))
    frame, raw_lines = _frame(table, sieve)
    repeated, clashing = _repeats(table)
    sieve.reject(clashing, "CDR_ID", sentence("importing.id_earlier_row_gave_different"))
    copies = repeated & sieve.kept
    rejected = sieve.rejected(file.name)
    kept = frame[sieve.kept & ~copies].assign(source=file.name)
    if kept.empty:
        first = rejected.iloc[0]
        raise FileError(
            file.name,
            sentence(
                "importing.no_session_could_read", field=first["field"], reason=first["reason"]
            ),
            sentence("importing.download_export_again"),
            place=sentence("importing.row", line=first["line"]),
        )
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(table),
        kept=len(kept),
        duplicates=int(copies.sum()),
        rejected=len(rejected),
        notes=_notes(kept),
    )
    lines = set(kept["line"])
    records = UsageRecords(
        frame=kept,
        decisions={file.name: _DECISION},
        sources=(source,),
        rejected=rejected,
        raw_lines={line: raw for line, raw in raw_lines.items() if line in lines},
    )
    return Imported(usage=records)


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.split(",")]


def _table(file: SourceFile) -> tuple[pd.DataFrame, pd.Series]:
    """Return the columns used, as text by row of the file, and which rows were cut."""
    rows = split_rows(file.text, ",")
    names = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in sorted(_SIGNATURE) if name not in names]
    if missing:
        raise FileError(
            file.name,
            sentence("importing.no_column", names=", ".join(missing)),
            sentence("importing.export_session_records_csv"),
        )
    position = {name: names.index(name) for name in _USED if name in names}
    numbered = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    if not numbered:
        raise FileError(
            file.name,
            sentence("importing.header_without_rows"),
            sentence("importing.export_period_data_were_used"),
            place=sentence("importing.row_1"),
        )
    cells: dict[str, list[str]] = {name: [""] * len(numbered) for name in _USED}
    for name, at in position.items():
        cells[name] = [row[at].strip() if at < len(row) else "" for _, row in numbered]
    index = pd.Index([number for number, _ in numbered], dtype="int64")
    cut = pd.Series([len(row) < len(names) for _, row in numbered], index=index)
    return pd.DataFrame(cells, index=index).astype("str"), cut


def _frame(table: pd.DataFrame, sieve: Sieve) -> tuple[pd.DataFrame, dict[str, str]]:
    start, end = (_utc(table[name]) for name in ("CONNECT_TIME", "CLOSE_TIME"))
    bytes_text = table["DURATION"].where(table["DURATION"].str.fullmatch(_BYTES))
    sieve.reject(~table["TYPE"].isin(["DATA", ""]), "TYPE", sentence("importing.not_data"))
    sieve.reject(start.isna(), "CONNECT_TIME", sentence("importing.no_utc_time"))
    sieve.reject(
        end.isna() & (table["CLOSE_TIME"] != ""), "CLOSE_TIME", sentence("importing.no_utc_time")
    )
    sieve.reject(end < start, "CLOSE_TIME", sentence("importing.end_before_start"))
    sieve.reject(bytes_text.isna(), "DURATION", sentence("importing.no_whole_number_bytes"))
    lines, raw_lines = hash_lines(table["ICCID"].str.replace(r"\.0$", "", regex=True))
    plmn = plmn_of(table["MCC"], table["MNC"])
    country = country_codes(table["COUNTRY_ISO3"].mask(table["COUNTRY_ISO3"] == ""))
    whole = bytes_text.str.replace(r"\.0+$", "", regex=True)
    frame = pd.DataFrame(
        {
            "line": lines,
            "record_id": table["CDR_ID"],
            "start_utc": start,
            "end_utc": end.fillna(start),
            "fold": "",
            "time_quality": "session",
            "raw_volume": whole,
            "bytes_total": pd.to_numeric(whole).astype("Int64"),
            "plmn": plmn,
            "country": country.fillna(country_of_plmn(plmn)),
            "roaming": "unknown",  # the home network of these SIMs is not in the file
            "service_class": "data",
            "source_row": table.index.astype("str"),
        }
    )
    return frame, raw_lines


def _utc(cells: pd.Series) -> pd.Series:
    sound = cells.where(cells.str.fullmatch(_TIME))
    return pd.to_datetime(sound, utc=True, format="ISO8601", errors="coerce").astype(UTC_TIME)


def _repeats(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return rows that repeat an earlier record, and rows that give its id to another."""
    named = table["CDR_ID"] != ""
    repeated = table.duplicated() & named
    clashing = table.duplicated(["CDR_ID"]) & named & ~repeated
    return repeated, clashing


def _notes(kept: pd.DataFrame) -> tuple[str, ...]:
    length = kept["end_utc"] - kept["start_utc"]
    day = int((length > pd.Timedelta(hours=24)).sum())
    instant = int(((length == pd.Timedelta(0)) & (kept["bytes_total"] > 0)).sum())
    notes = {
        "importing.records_last_longer_than_24": day,
        "importing.records_have_data_no_duration": instant,
    }
    return tuple(sentence(key, count=count) for key, count in notes.items() if count)


IMPORTER = Importer(
    id="celitech_csv",
    title="CELITECH session records (CSV)",
    side="operator",
    how="Ask the eSIM provider for the session records of your SIM as CSV.",
    known_from="real files",
    reach=Reach.ACCOUNT,
    rank=100,
    recognise=recognise,
    read=read,
)
