"""Packets as numbers: who, to whom, how many IP bytes. All packets at once."""

from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np

from esim_analysis.importers.captures.addresses import mapped
from esim_analysis.importers.captures.arrays import (
    Bytes,
    Flags,
    Ints,
    Words,
    byte_at,
    long_at,
    short_at,
    words_at,
)
from esim_analysis.importers.captures.capture import Capture
from esim_analysis.importers.captures.links import TRAILER, ip_starts, trailers

TCP: Final = 6
UDP: Final = 17
_V4_HEADER: Final = 20
_V6_HEADER: Final = 40
_PADDING: Final = 46  # Ethernet fills short frames up to this
_FRAGMENT: Final = 44
_HOPS: Final = (0, 43, 60, 135)  # extension headers that state their length in 8-byte units
_MOST_EXTENSIONS: Final = 6


@dataclass(frozen=True, slots=True)
class Packets:
    """The IP packets of a capture; one entry a packet in every array.

    Attributes
    ----------
    number
        Place in the capture, from 0.
    size
        IP bytes: total length (IPv4), 40 + payload length (IPv6).
    source, target
        Addresses as two 64-bit words.
    source_port, target_port
        0 where the protocol has none, or the packet is a later fragment.
    payload, end
        Where the bytes above TCP and UDP begin and end in the file; equal where there are none.
    sequence
        TCP sequence number, else 0.
    uid
        Android uid from a trailer or comment, else -1.
    """

    number: Ints
    time: Ints
    size: Ints
    protocol: Ints
    source: tuple[Words, Words] = field(repr=False)
    target: tuple[Words, Words] = field(repr=False)
    source_port: Ints
    target_port: Ints
    payload: Ints
    end: Ints
    sequence: Ints
    uid: Ints
    interface: Ints

    def __len__(self) -> int:
        """Return the number of packets."""
        return len(self.number)

    def only(self, which: Flags) -> "Packets":
        """Return the packets marked in `which`."""
        if which.all():
            return self
        kept: dict[str, Any] = {
            each.name: tuple(part[which] for part in value)
            if isinstance(value := getattr(self, each.name), tuple)
            else value[which]
            for each in fields(self)
        }
        return Packets(**kept)


def ip_packets(capture: Capture) -> Packets:
    """Read the IP headers of a capture; what is not IP is left out."""
    data = capture.data
    start, ours = ip_starts(capture)
    number = np.flatnonzero(start >= 0)
    at = start[number]
    version = byte_at(data, at) >> 4
    old = version == 4  # noqa: PLR2004
    end_there = (capture.start + capture.captured)[number]
    size = np.where(old, short_at(data, at + 2), _V6_HEADER + short_at(data, at + 4))
    # Offloading writes no length at all; what the capture says it saw then has to do.
    blank = size == np.where(old, 0, _V6_HEADER)
    seen = (capture.start + capture.original)[number] - at - TRAILER * ours[number]
    size = np.where(blank & (seen > size + _PADDING), seen, size)
    protocol, transport, whole = _above(data, at, old, end_there)
    end = np.minimum(end_there, at + size)
    ports = whole & np.isin(protocol, (TCP, UDP)) & (transport + 4 <= end)
    header = np.where(protocol == TCP, (byte_at(data, transport + 12) >> 4) * 4, 8)
    payload = np.where(ports, np.minimum(transport + header, end), end)
    source, target = _addresses(data, at, old)
    return Packets(
        number=number,
        time=capture.time[number],
        size=size,
        protocol=protocol,
        source=source,
        target=target,
        source_port=np.where(ports, short_at(data, transport), 0),
        target_port=np.where(ports, short_at(data, transport + 2), 0),
        payload=payload,
        end=end,
        sequence=np.where(ports & (protocol == TCP), long_at(data, transport + 4), 0),
        uid=np.where(ours[number], trailers(capture)[number], capture.uid[number]),
        interface=capture.interface[number],
    )


def _above(data: Bytes, at: Ints, old: Flags, end: Ints) -> tuple[Ints, Ints, Flags]:
    """Return protocol, where its header begins, and whether this packet carries that header."""
    protocol = np.where(old, byte_at(data, at + 9), byte_at(data, at + 6))
    place = at + np.where(old, (byte_at(data, at) & 15) * 4, _V6_HEADER)
    whole = ~old | (short_at(data, at + 6) & 0x1FFF == 0)
    for _ in range(_MOST_EXTENSIONS):
        fragment = ~old & (protocol == _FRAGMENT) & whole
        hop = ~old & np.isin(protocol, _HOPS) & whole
        if not (fragment | hop).any():
            break
        length = np.where(hop, (byte_at(data, place + 1) + 1) * 8, 8)
        step = (fragment | hop) & (place + length <= end)
        whole &= ~(fragment & (short_at(data, place + 2) & 0xFFF8 != 0))
        whole &= step | ~(fragment | hop)
        protocol = np.where(step, byte_at(data, place), protocol)
        place = np.where(step, place + length, place)
    return protocol, place, whole


def _addresses(
    data: Bytes, at: Ints, old: Flags
) -> tuple[tuple[Words, Words], tuple[Words, Words]]:
    source_high, source_low = words_at(data, at + 8)
    target_high, target_low = words_at(data, at + 24)
    four = [mapped(long_at(data, at + place).astype(np.uint32)) for place in (12, 16)]
    none = np.uint64(0)
    return (
        (np.where(old, none, source_high), np.where(old, four[0], source_low)),
        (np.where(old, none, target_high), np.where(old, four[1], target_low)),
    )
