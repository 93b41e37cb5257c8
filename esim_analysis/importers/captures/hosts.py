"""Which host a flow spoke with: what it asked for itself, else the last DNS answer."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.captures.arrays import Bytes, Flags, Ints, byte_at, long_at, short_at
from esim_analysis.importers.captures.flows import Flows
from esim_analysis.importers.captures.messages import (
    dns_answers,
    hello_length,
    http_host,
    server_name,
)
from esim_analysis.importers.captures.packets import TCP, UDP, Packets

_DNS: Final = 53
_QUIC: Final = 443
_VERBS: Final = tuple(
    int.from_bytes(verb, "big")
    for verb in (b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"PATC", b"DELE", b"CONN")
)
_SEGMENTS: Final = 16  # a ClientHello with large keys takes two or three
_NAMES: Final = {1: "ICMP", TCP: "TCP", UDP: "UDP", 58: "ICMP"}


def hosts_of(data: Bytes, packets: Packets, flows: Flows) -> pd.DataFrame:
    """Return `host, protocol` of each flow; "" where no host shows itself.

    A TLS ClientHello or HTTP request names the host for sure; a DNS answer that
    gave the address before the flow began names it very likely.
    """
    table = flows.table
    tls = _asked(data, packets, flows, _is_hello, _hello)
    http = _asked(data, packets, flows, _is_request, _request)
    protocol = table["protocol"].map(_NAMES).fillna("IP").astype("str")
    protocol = protocol.mask((table["protocol"] == UDP) & (table["remote_port"] == _QUIC), "QUIC")
    protocol = protocol.mask(table["remote_port"] == _DNS, "DNS")
    protocol = protocol.mask(table.index.isin(http.index), "HTTP")
    protocol = protocol.mask(table.index.isin(tls.index), "TLS")
    told = _told(_answers(data, packets), table)
    asked = tls.reindex(table.index).fillna("")
    asked = asked.mask(asked == "", http.reindex(table.index).fillna(""))
    # After a silence a conversation goes on without asking again.
    before = asked.mask(asked == "").groupby(table["conversation"]).ffill().fillna("")
    return pd.DataFrame({"host": before.mask(before == "", told), "protocol": protocol})


def _asked(
    data: Bytes,
    packets: Packets,
    flows: Flows,
    matches: Callable[[Bytes, Ints, Ints], Flags],
    name: Callable[[Bytes, Packets, Flows, int], str],
) -> pd.Series:
    """Return the host each flow asks for, by flow; "" where the request names none."""
    place = packets.payload[flows.order]
    size = packets.end[flows.order] - place
    found = np.flatnonzero(matches(data, place, size) & (packets.protocol[flows.order] == TCP))
    flow, first = np.unique(flows.flow[found], return_index=True)
    names = [name(data, packets, flows, position) for position in found[first].tolist()]
    return pd.Series(names, index=flow, dtype="str")


def _is_hello(data: Bytes, place: Ints, size: Ints) -> Flags:
    marks: Flags = (
        (size > 9)  # noqa: PLR2004 - a record and a handshake header
        & (short_at(data, place) == 0x1603)  # noqa: PLR2004
        & (byte_at(data, place + 5) == 1)
    )
    return marks


def _is_request(data: Bytes, place: Ints, size: Ints) -> Flags:
    marks: Flags = (size > 16) & np.isin(long_at(data, place), _VERBS)  # noqa: PLR2004
    return marks


def _hello(data: Bytes, packets: Packets, flows: Flows, position: int) -> str:
    """Put the segments of one ClientHello together, as far as they follow each other."""
    first = flows.order[position]
    content = data[packets.payload[first] : packets.end[first]].tobytes()
    wanted = hello_length(content)
    following = int(packets.sequence[first]) + len(content)
    for later in range(position + 1, min(position + _SEGMENTS, len(flows.order))):
        if len(content) >= wanted or flows.flow[later] != flows.flow[position]:
            break
        packet = flows.order[later]
        if packets.sequence[packet] == following & 0xFFFF_FFFF and (
            flows.outward[later] == flows.outward[position]
        ):
            content += data[packets.payload[packet] : packets.end[packet]].tobytes()
            following = int(packets.sequence[first]) + len(content)
    return server_name(content)


def _request(data: Bytes, packets: Packets, flows: Flows, position: int) -> str:
    packet = flows.order[position]
    return http_host(data[packets.payload[packet] : packets.end[packet]].tobytes())


def _answers(data: Bytes, packets: Packets) -> pd.DataFrame:
    """Return `time, remote, told` of every DNS answer in the capture."""
    places = np.flatnonzero((packets.protocol == UDP) & (packets.source_port == _DNS))
    rows = [
        (time, address, name)
        for time, start, end in zip(
            packets.time[places].tolist(),
            packets.payload[places].tolist(),
            packets.end[places].tolist(),
            strict=True,
        )
        for name, addresses in [dns_answers(data[start:end].tobytes())]
        for address in addresses
    ]
    found = pd.DataFrame(rows, columns=["start", "remote", "told"])
    return found.astype({"start": "int64", "remote": "str", "told": "str"})


def _told(answers: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return the name last given for the far address before each flow began."""
    asking = table[["start", "remote"]].assign(flow=table.index).sort_values("start", kind="stable")
    joined = pd.merge_asof(
        asking, answers.sort_values("start", kind="stable"), on="start", by="remote"
    )
    return joined.set_index("flow")["told"].reindex(table.index).fillna("").astype("str")
