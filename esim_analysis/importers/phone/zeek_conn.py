"""Zeek's log of connections, `conn.log`: tab-separated with a heading of its own, or JSON."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.addresses import is_private
from esim_analysis.importers.captures.arrays import MICROS, Flags, Ints
from esim_analysis.importers.captures.cells import matches
from esim_analysis.importers.captures.cells import whole_numbers as whole
from esim_analysis.importers.captures.clock import IMPOSSIBLE, no_dates, possible, utc
from esim_analysis.importers.captures.evidence import evidence_of
from esim_analysis.importers.captures.telling import app_notes
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._zeek_rows import ZeekRows, is_conn_log, read_rows
from esim_analysis.model import Evidence, FileError, Source

_NUMBER: Final = r"^\d{1,12}(?:\.\d{1,9})?$"
_SERVICES: Final = {"ssl": "TLS", "http": "HTTP", "dns": "DNS", "quic": "QUIC"}
_LONGEST: Final = 30 * 86_400  # seconds


def recognise(file: SourceFile) -> bool:
    """Tell a conn.log by the names of its columns."""
    return file.is_text and is_conn_log(file.head_text)


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times are UTC
    """Read connections as flows; Zeek knows no apps.

    Raises
    ------
    FileError
        There is no connection in it, or its times count from the start of a recording.
    """
    rows = read_rows(file.text)
    table = rows.table
    if table.empty:
        raise FileError(
            file.name,
            sentence("importing.zeek_conn_log_without_single"),
            sentence("importing.give_log_hours_you_want"),
        )
    begun = _micros(table["ts"])
    dated = possible(begun)
    if not dated.any():
        raise no_dates(file.name)
    flows = _flows(table[dated], begun[dated])
    frame = evidence_of(flows, source=file.name)
    rejected = pd.concat([rows.rejected, _undated(table.loc[~dated, "line"])], ignore_index=True)
    rejected = rejected.assign(source=file.name)[["source", "line", "field", "reason"]]
    notes = _notes(frame, rows)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(table) + len(rows.rejected),
        kept=len(frame),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(frame=frame, sources=(source,), rejected=rejected)
    return Imported(evidence=evidence, notes=notes)


def _flows(table: pd.DataFrame, begun: Ints) -> pd.DataFrame:
    """Return connections as columns of `evidence.FLOWS`, seen from the local end."""
    lasting = np.minimum(_micros(table["duration"]), _LONGEST * MICROS)
    swapped = _answered(table)
    ends = {
        "bytes_up": ("orig_ip_bytes", "resp_ip_bytes"),
        "bytes_down": ("resp_ip_bytes", "orig_ip_bytes"),
        "remote_ip": ("id.resp_h", "id.orig_h"),
        "remote_port": ("id.resp_p", "id.orig_p"),
    }
    seen = {name: table[one].mask(swapped, table[other]) for name, (one, other) in ends.items()}
    proto = table["proto"].str.strip().str.upper()
    service = table["service"].str.split(",").str[-1].str.strip().str.lower()
    known = service.map(_SERVICES).astype("str").fillna(service.str.upper())
    port = whole(seen["remote_port"]).mask(proto.str.startswith("ICMP"))  # type and code there
    return pd.DataFrame(
        {
            "start_utc": utc(begun).array,
            "end_utc": utc(begun + lasting + 1).array,
            "bytes_up": whole(seen["bytes_up"]).array,
            "bytes_down": whole(seen["bytes_down"]).array,
            "remote_ip": seen["remote_ip"].array,
            "remote_port": port.mask(port == 0).array,
            "protocol": known.mask(known == "", proto).array,
            "source_row": table["line"].astype("str").array,
        }
    )


def _answered(table: pd.DataFrame) -> Flags:
    """Mark connections somebody outside opened: the local end is the one that answered."""
    local = {"T": True, "true": True, "True": True, "F": False, "false": False, "False": False}
    orig, resp = (table[name].map(local) for name in ("local_orig", "local_resp"))
    said: Flags = ((orig == False) & (resp == True)).to_numpy(bool)  # noqa: E712 - three values
    unsaid = (orig.isna() & resp.isna()).to_numpy(bool)
    near: Flags = ~is_private(table["id.orig_h"]) & is_private(table["id.resp_h"])
    return said | (unsaid & near)


def _micros(cells: pd.Series) -> Ints:
    """Return seconds with a fraction as whole µs, 0 where unset."""
    text = cells.where(matches(cells, _NUMBER), "0")
    parts = text.str.partition(".")
    fraction = parts[2].str.slice(0, 6).str.pad(6, side="right", fillchar="0")
    micros: Ints = whole(parts[0]).to_numpy("int64") * MICROS
    micros += whole(fraction).to_numpy("int64")
    return micros


def _undated(lines: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {"line": lines.astype("str"), "field": "ts", "reason": IMPOSSIBLE}, dtype="str"
    )


def _notes(frame: pd.DataFrame, rows: ZeekRows) -> tuple[str, ...]:
    notes = [sentence("importing.connections_zeek_sees_hosts_hours", count=len(frame))]
    if rows.payload_only:
        notes.append(sentence("importing.log_counts_contents_without_packet"))
    if rows.cut:
        notes.append(sentence("importing.log_was_not_closed_last"))
    return (*notes, *app_notes(frame))


IMPORTER = Importer(
    id="zeek_conn",
    title="Zeek connections (conn.log)",
    side="phone",
    how="On a laptop or router behind the phone's hotspot: zeek -i <interface>, then conn.log.",
    known_from="documentation",
    reach=Reach.NETWORK,
    rank=64,
    recognise=recognise,
    read=read,
)
