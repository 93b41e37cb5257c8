"""The classic pcap file: a header of 24 bytes, then records of 16 bytes and a packet each."""

import struct
from array import array
from typing import Final

import numpy as np

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import MICROS
from esim_analysis.importers.captures.capture import MOST_PACKETS, NO_UID, Capture, too_many

_MAGICS: Final = {  # byte order, fractions in a second
    b"\xd4\xc3\xb2\xa1": ("<", 10**6),
    b"\xa1\xb2\xc3\xd4": (">", 10**6),
    b"\x4d\x3c\xb2\xa1": ("<", 10**9),
    b"\xa1\xb2\x3c\x4d": (">", 10**9),
}
_HEADER: Final = 24
_RECORD: Final = 16
_LARGEST: Final = 1 << 20  # bytes of a packet; more is a damaged length
_LINK_BITS: Final = 0x0FFF_FFFF  # the rest tells the length of a frame check sum


def is_pcap(head: bytes) -> bool:
    """Tell a pcap file by its magic number, in either byte order."""
    return head[:4] in _MAGICS and len(head) >= _HEADER


def read_pcap(data: bytes, name: str) -> Capture:
    """Find the packets of a pcap file, up to where its records stop making sense.

    Raises
    ------
    FileError
        There are more packets than memory allows.
    """
    order, fractions = _MAGICS[data[:4]]
    places, damage = _records(data, order, name)
    raw = np.frombuffer(data, np.uint8)
    start = np.array(places, dtype=np.int64) + _RECORD
    header = raw[(start - _RECORD)[:, None] + np.arange(_RECORD)]
    fields = np.ascontiguousarray(header).view(order + "u4").astype(np.int64).reshape(-1, 4)
    link = struct.unpack_from(order + "I", data, 20)[0] & _LINK_BITS
    count = len(start)
    return Capture(
        data=raw,
        start=start,
        captured=fields[:, 2],
        original=fields[:, 3],
        time=fields[:, 0] * MICROS + fields[:, 1] // (fractions // MICROS),
        link=np.full(count, link, dtype=np.int64),
        uid=np.full(count, NO_UID, dtype=np.int64),
        interface=np.zeros(count, dtype=np.int64),
        damage=damage,
    )


def _records(data: bytes, order: str, name: str) -> tuple["array[int]", str]:
    """Follow the chain of records: each place depends on the length before it."""
    length = struct.Struct(order + "I").unpack_from
    places, place, end = array("q"), _HEADER, len(data)
    while place + _RECORD < end:
        size = length(data, place + 8)[0]
        if not 0 < size <= _LARGEST:
            return places, sentence("importing.damaged_at_byte", place=place)
        if place + _RECORD + size > end:
            break
        places.append(place)
        if len(places) > MOST_PACKETS:
            raise too_many(name)
        place += _RECORD + size
    return places, "" if place == end else sentence("importing.ends_inside_packet")
