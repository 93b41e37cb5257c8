"""Packet captures: pcap and pcapng, of PCAPdroid, NetGuard, tcpdump or Wireshark."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.app_hosts import app_of_labels
from esim_analysis.importers.captures.capture import NO_UID, Capture
from esim_analysis.importers.captures.clock import IMPOSSIBLE, no_dates, possible, utc
from esim_analysis.importers.captures.evidence import evidence_of, packages_of
from esim_analysis.importers.captures.flows import Flows, flows_of
from esim_analysis.importers.captures.hosts import hosts_of
from esim_analysis.importers.captures.inspection import can_inspect, conversation, inspect
from esim_analysis.importers.captures.links import KNOWN_LINKS, trailer_names
from esim_analysis.importers.captures.packets import Packets, ip_packets
from esim_analysis.importers.captures.pcap_file import is_pcap, read_pcap
from esim_analysis.importers.captures.pcapng_file import is_pcapng, read_pcapng
from esim_analysis.importers.captures.stacked import seen_twice
from esim_analysis.importers.captures.telling import capture_notes
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Evidence, FileError, Source

_DNS: Final = 53
_INTERFACES: Final = (
    ("cellular", r"(?:v4-)?(?:rmnet|ccmni|pdp_ip|wwan|seth_|clat4)"),
    ("wifi", r"(?:wlan|wifi|swlan|ap\d)"),
    ("vpn", r"(?:tun|utun|ppp|ipsec)"),
)


def recognise(file: SourceFile) -> bool:
    """Tell a capture by the magic number at its beginning."""
    return is_pcap(file.head) or is_pcapng(file.head)


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - captures are in UTC
    """Read a capture as flows with IP bytes, hosts, and the app where the capture names it.

    Raises
    ------
    FileError
        Nothing in it is an IP packet, or its times are no dates.
    """
    parse = read_pcapng if is_pcapng(file.head) else read_pcap
    capture = parse(file.data, file.name)
    packets = ip_packets(capture)
    if not len(packets):
        raise _nothing(file.name, capture)
    twice = seen_twice(packets, capture.interfaces)
    packets = packets.only(~twice)
    dated = possible(packets.time)
    if not dated.any():
        raise no_dates(file.name)
    kept = packets.only(dated)
    flows = flows_of(kept)
    described = _describe(file, capture, kept, flows)
    frame = evidence_of(described, source=file.name)
    undated = packets.number[~dated]
    rejected = pd.DataFrame(
        {
            "source": file.name,
            "line": "packet " + pd.Series(undated + 1).astype("str"),
            "field": "time",
            "reason": IMPOSSIBLE,
        }
    )
    copies = int(twice.sum())
    notes = capture_notes(frame, described, capture, packets=len(kept), copies=copies)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(capture.start),
        kept=len(kept),
        duplicates=copies,
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(frame=frame, sources=(source,), rejected=rejected)
    return Imported(evidence=evidence, packages=packages_of(described), notes=notes)


def _describe(file: SourceFile, capture: Capture, packets: Packets, flows: Flows) -> pd.DataFrame:
    """Return the flows as columns of `FLOWS`."""
    table = flows.table
    hosts = hosts_of(capture.data, packets, flows)
    names = trailer_names(capture) | dict(capture.names)
    described = pd.DataFrame(
        {
            "start_utc": utc(table["start"].to_numpy()),
            "end_utc": utc(table["end"].to_numpy()),
            "uid": table["uid"].mask(table["uid"] == NO_UID).astype("Int64"),
            "package": table["uid"].map({uid: name[0] for uid, name in names.items()}),
            "app_label": table["uid"].map({uid: name[1] for uid, name in names.items()}),
            "bytes_up": table["up"],
            "bytes_down": table["down"],
            "interface": table["interface"].map(dict(enumerate(_kinds(capture.interfaces)))),
            "remote_host": hosts["host"],
            "remote_ip": table["remote"],
            "remote_port": table["remote_port"].mask(table["remote_port"] == 0).astype("Int64"),
            "protocol": hosts["protocol"],
            "likely_app": "",
            "source_row": "packet " + (table["packet"] + 1).astype("str"),
        }
    ).astype({"package": "str", "app_label": "str", "interface": "str"})
    nameless = (table["uid"] == NO_UID).any()
    return _inspected(file, described, table) if nameless and can_inspect() else described


def _inspected(file: SourceFile, described: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Add what inspection of the traffic says: likely apps, hosts we could not see, protocols."""
    found = inspect(file)
    columns = ["local", "local_port", "remote", "remote_port", "protocol"]
    key = conversation(*(table[name] for name in columns))
    labels = found["label"].reindex(key).fillna("").set_axis(described.index)
    hosts = found["host"].reindex(key).fillna("").set_axis(described.index)
    own = described["remote_host"]
    # For DNS it gives the name asked about, which is no destination.
    hosts = hosts.mask(table["remote_port"] == _DNS, "")
    return described.assign(
        likely_app=app_of_labels(labels),
        protocol=labels.mask(labels == "", described["protocol"]),
        remote_host=own.mask(own == "", hosts),
    )


def _kinds(interfaces: tuple[str, ...]) -> list[str]:
    names = pd.Series(interfaces, dtype="str")
    kinds = pd.Series("unknown", index=names.index, dtype="str")
    for kind, pattern in _INTERFACES:
        kinds = kinds.mask(names.str.match(pattern), kind)
    return kinds.tolist()


def _nothing(name: str, capture: Capture) -> FileError:
    if not len(capture.start):
        found = sentence("importing.capture_without_single_whole_packet")
    elif not np.isin(capture.link, KNOWN_LINKS).any():
        found = sentence("importing.capture_kind_network_does_not", capture=capture.link[0])
    else:
        found = sentence("importing.capture_without_single_ip_packet")
    return FileError(
        name,
        found,
        sentence("importing.record_again_on_phone_e"),
    )


IMPORTER = Importer(
    id="pcap",
    title="Packet capture (pcap, pcapng)",
    side="phone",
    how="PCAPdroid (no root): Dump mode > PCAP file, with PCAPdroid extensions on; start, use the "
    "phone, stop, share the file. Also NetGuard, tcpdump, Wireshark.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=60,
    recognise=recognise,
    read=read,
)
