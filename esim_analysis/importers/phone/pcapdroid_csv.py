"""PCAPdroid's list of connections: a CSV put together by hand, without quotes."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.cells import host_names, moments, signed_numbers
from esim_analysis.importers.captures.cells import whole_numbers as whole
from esim_analysis.importers.captures.clock import IMPOSSIBLE, no_dates, possible, utc
from esim_analysis.importers.captures.evidence import evidence_of, packages_of
from esim_analysis.importers.captures.telling import app_notes
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._pcapdroid_rows import Layout, layout_of, read_rows
from esim_analysis.model import REJECTED, Evidence, FileError, Source

_STEP: Final = 1000  # µs: its clock counts milliseconds
_TIMES: Final = ("firstseen", "lastseen")
_VOLUMES: Final = ("bytessent", "bytesrcvd")
_NAMES: Final = {"1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMP"}
_REWRITTEN: Final = sentence("importing.no_time_pcapdroid_writes_spreadsheet")
_LIMITED: Final = sentence("importing.pcapdroid_keeps_limited_number_them")
_OLD: Final = sentence("importing.written_by_old_pcapdroid_without")


def recognise(file: SourceFile) -> bool:
    """Tell the list by its heading."""
    return file.is_text and layout_of(file.head_text) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times carry offsets
    """Read connections as flows.

    Raises
    ------
    FileError
        There is a heading and no connection, or not one that can be read.
    """
    layout = layout_of(file.head_text)
    table = read_rows(file, layout) if layout else pd.DataFrame()
    if layout is None or table.empty:
        raise FileError(
            file.name,
            sentence("importing.pcapdroid_heading_without_single_connection"),
            sentence("importing.pcapdroid_open_connections_while_recording"),
        )
    numbers = pd.DataFrame(
        {name: moments(table[name]) for name in _TIMES}
        | {name: whole(table[name]) for name in _VOLUMES}
    )
    reason = _reasons(table, numbers)
    if len(reason) == len(table):
        undated = reason.str.endswith(IMPOSSIBLE).all()
        raise no_dates(file.name) if undated else _unreadable(file.name, table["line"], reason)
    used = table.drop(index=reason.index) if len(reason) else table
    flows = _flows(used, numbers.loc[used.index])
    frame = evidence_of(flows, source=file.name)
    rejected = reason.str.extract(r"^(?P<field>\w+): (?P<reason>.*)$")
    rejected = rejected.assign(source=file.name, line=table.loc[reason.index, "line"].astype("str"))
    notes = _notes(frame, layout, rejected)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(table),
        kept=len(frame),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(frame=frame, sources=(source,), rejected=rejected[list(REJECTED)])
    return Imported(evidence=evidence, packages=packages_of(flows), notes=notes)


def _reasons(table: pd.DataFrame, numbers: pd.DataFrame) -> pd.Series:
    """Return `field: reason` of the rows that cannot be used."""
    lost = (table["bytessent"] == "") & (table["dstip"] == "")
    signs = [(lost, sentence("importing.row_columns_cannot_told_apart"))]
    signs += [(numbers[name].isna(), f"{name}: no number of bytes") for name in _VOLUMES]
    for name in _TIMES:
        undated = ~possible(numbers[name].fillna(0).to_numpy("int64"))
        signs.append((numbers[name].isna(), f"{name}: {_REWRITTEN}"))
        signs.append((pd.Series(undated, index=table.index), f"{name}: {IMPOSSIBLE}"))
    told = pd.Series(dtype="str")
    for rows, reason in signs:  # the first that holds
        fresh = rows.index[rows].difference(told.index)
        told = pd.concat([told, pd.Series(reason, index=fresh, dtype="str")])
    return told.sort_index()


def _flows(table: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Return connections as columns of `evidence.FLOWS`; a row without names takes its uid's."""
    uid = signed_numbers(table["uid"])
    start, end = (numbers[name].to_numpy("int64") for name in _TIMES)
    protocol = table["proto"].str.strip()
    return pd.DataFrame(
        {
            "start_utc": utc(start).array,
            "end_utc": utc(np.maximum(start, end) + _STEP).array,
            "uid": uid.array,
            "package": _by_uid(table["packagename"].str.strip(), uid).array,
            "app_label": _by_uid(table["app"].str.strip(), uid).array,
            "bytes_up": numbers["bytessent"].array,
            "bytes_down": numbers["bytesrcvd"].array,
            # A DNS query names what will be asked next, not whom it is sent to.
            "remote_host": host_names(table["info"].where(protocol != "DNS", "")).array,
            "remote_ip": table["dstip"].array,
            "remote_port": whole(table["dstport"]).replace(0, pd.NA).array,
            "protocol": protocol.mask(
                protocol == "", table["ipproto"].map(_NAMES).astype("str").fillna("")
            ).array,
            "source_row": table["line"].astype("str").array,
        }
    )


def _by_uid(names: pd.Series, uid: pd.Series) -> pd.Series:
    blank = names == ""
    if not blank.any():
        return names
    known = names[~blank & (uid >= 0)].groupby(uid).first()
    return names.mask(blank, uid.map(known).astype("str").fillna(""))


def _notes(frame: pd.DataFrame, layout: Layout, rejected: pd.DataFrame) -> tuple[str, ...]:
    notes = [sentence("importing.connections", count=len(frame), limited=_LIMITED)]
    if "packagename" not in layout.names:
        notes.append(_OLD)
    if len(rejected):
        notes.append(sentence("importing.connections_could_not_read", count=len(rejected)))
    return (*notes, *app_notes(frame))


def _unreadable(name: str, lines: pd.Series, reason: pd.Series) -> FileError:
    first = str(reason.iloc[0]).rsplit(": ", maxsplit=1)[-1]
    return FileError(
        name,
        sentence("importing.list_connections_not_one_can", first=first),
        sentence("importing.give_file_pcapdroid_wrote_not"),
        place=sentence("importing.line_2", lines=lines.iloc[0]),
    )


IMPORTER = Importer(
    id="pcapdroid_csv",
    title="PCAPdroid connections (CSV)",
    side="phone",
    how="PCAPdroid (no root): start, use the phone, then Connections > menu > Export.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=62,
    recognise=recognise,
    read=read,
)
