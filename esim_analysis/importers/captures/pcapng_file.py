"""The pcapng file: blocks of many kinds; packets, interfaces and PCAPdroid's names are read."""

import re
import struct
from array import array
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import MICROS, Ints, Words
from esim_analysis.importers.captures.capture import (
    MOST_PACKETS,
    NO_TIME,
    NO_UID,
    Capture,
    too_many,
)

_ENDIAN: Final[dict[str, Literal["little", "big"]]] = {"<": "little", ">": "big"}
_SECTION: Final = b"\x0a\x0d\x0d\x0a"
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_KEYS: Final = 0x0000000A  # TLS key log: secrets
_PEN: Final = 62652  # PCAPdroid's number
_UID_MAP: Final = (1, 1)  # version and type
_UID: Final = re.compile(rb"(?<![\w-])u-(-?\d{1,8})(?!\w)")
_COMMENT: Final = 1
_BINARY: Final = 0x80  # if_tsresol: powers of two instead of ten
_MOST_BITS: Final = 63
_FINEST: Final = 24  # powers of ten that still fit a number of 64 bits
_FAR: Final = 1 << 40  # seconds
_OLDEST: Final = 12  # bytes of a block with nothing in it


@dataclass(slots=True)
class _Blocks:
    """What has been found so far; interfaces are numbered through all sections."""

    name: str
    order: str = "<"
    first_interface: int = 0
    links: list[int] = field(default_factory=list)
    resolutions: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    secrets: bool = False
    # place, captured, original, ticks (high, low; high is -1 without), interface, uid
    packets: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, *values: int) -> None:
        self.packets.extend(values)
        if len(self.packets) > 7 * MOST_PACKETS:
            raise too_many(self.name)


def is_pcapng(head: bytes) -> bool:
    """Tell a pcapng file by its section header, in either byte order."""
    return head[:4] == _SECTION and head[8:12] in _ORDERS


def read_pcapng(data: bytes, name: str) -> Capture:
    """Find the packets of a pcapng file, up to where its blocks stop making sense.

    Raises
    ------
    FileError
        There are more packets than memory allows.
    """
    found = _Blocks(name)
    damage = _walk(data, found)
    table = np.array(found.packets, dtype=np.int64).reshape(-1, 7)
    interface = table[:, 5]
    return Capture(
        data=np.frombuffer(data, np.uint8),
        start=table[:, 0],
        captured=table[:, 1],
        original=table[:, 2],
        time=_times(table[:, 3], table[:, 4], interface, found),
        link=np.array(found.links or [0], dtype=np.int64)[interface],
        uid=table[:, 6],
        interface=interface,
        interfaces=tuple(found.interfaces) or ("",),
        names=found.names,
        damage=damage,
        secrets=found.secrets,
    )


def _walk(data: bytes, found: _Blocks) -> str:
    """Go from block to block; return why that ended early, "" when it did not."""
    place, end = 0, len(data)
    while place + _OLDEST <= end:
        if data[place : place + 4] == _SECTION:
            order = _ORDERS.get(data[place + 8 : place + 12])
            if order is None:
                return sentence("importing.damaged_at_byte", place=place)
            found.order, found.first_interface = order, len(found.links)
        kind, length = struct.unpack_from(found.order + "II", data, place)
        if length < _OLDEST or length % 4:
            return sentence("importing.damaged_at_byte", place=place)
        if place + length > end:
            break
        read = _READERS.get(kind)
        if read is not None:
            # Too short for what it should hold: the block is passed over, as unknown ones are.
            try:
                read(data, place + 8, place + length - 4, found)
            except struct.error:
                found.secrets = found.secrets or kind == _KEYS
        place += length
    return "" if place == end else sentence("importing.ends_inside_packet")


def _interface(data: bytes, place: int, end: int, found: _Blocks) -> None:
    options = dict(reversed(_options(data, place + 8, end, found.order)))
    resolution = options.get(9, b"")[:1] or b"\x06"
    offset = int.from_bytes(options.get(14, b""), _ENDIAN[found.order], signed=True)
    found.links.append(struct.unpack_from(found.order + "H", data, place)[0])
    found.resolutions.append(resolution[0])
    # A clock that is off by more than an age of the Earth only serves to overflow numbers.
    found.offsets.append(offset if abs(offset) < _FAR else -_FAR)
    found.interfaces.append(options.get(2, b"").decode("utf-8", "ignore").strip("\0 "))


def _enhanced(data: bytes, place: int, end: int, found: _Blocks) -> None:
    interface, high, low, captured, original = _FIVE[found.order](data, place)
    _packet(data, (place + 20, end), (interface, high, low, captured, original), found)


def _obsolete(data: bytes, place: int, end: int, found: _Blocks) -> None:
    interface = struct.unpack_from(found.order + "HH", data, place)[0]
    high, low, captured, original = struct.unpack_from(found.order + "4I", data, place + 4)
    _packet(data, (place + 20, end), (interface, high, low, captured, original), found)


def _simple(data: bytes, place: int, end: int, found: _Blocks) -> None:
    original = struct.unpack_from(found.order + "I", data, place)[0]
    captured = min(original, end - place - 4)
    if found.first_interface < len(found.links) and captured > 0:
        found.add(place + 4, captured, original, -1, 0, found.first_interface, NO_UID)


def _packet(
    data: bytes, span: tuple[int, int], values: tuple[int, int, int, int, int], found: _Blocks
) -> None:
    place, end = span
    interface, high, low, captured, original = values
    number = found.first_interface + interface
    if number >= len(found.links) or not 0 < captured <= end - place:
        return
    uid = NO_UID
    for code, text in _options(data, place + (captured + 3 & ~3), end, found.order):
        comment = _UID.search(text) if code == _COMMENT else None
        uid = int(comment.group(1)) if comment else uid
    found.add(place, captured, original, high, low, number, uid)


def _custom(data: bytes, place: int, end: int, found: _Blocks) -> None:
    number, version, kind, _, uid, package_length, app_length = struct.unpack_from(
        found.order + "IHBBiBB", data, place
    )
    if (number, version, kind) != (_PEN, *_UID_MAP):
        return
    names = data[place + 14 : min(place + 14 + package_length + app_length, end)]
    package = names[:package_length].decode("utf-8", "ignore").strip("\0 ")
    label = names[package_length:].decode("utf-8", "ignore").strip("\0 ")
    found.names[uid] = (package, label)


def _secret(data: bytes, place: int, end: int, found: _Blocks) -> None:  # noqa: ARG001 - never looked at
    found.secrets = True


def _options(data: bytes, place: int, end: int, order: str) -> list[tuple[int, bytes]]:
    """Return code and content of each option."""
    found = []
    while place + 4 <= end:
        code, length = struct.unpack_from(order + "HH", data, place)
        if code == 0 or place + 4 + length > end:
            break
        found.append((code, data[place + 4 : place + 4 + length]))
        place += 4 + (length + 3 & ~3)
    return found


def _times(high: Ints, low: Ints, interface: Ints, found: _Blocks) -> Ints:
    """Turn ticks of each interface's clock into µs since 1970."""
    ticks = high.astype(np.uint64) << np.uint64(32) | low.astype(np.uint64)
    times = np.full(len(ticks), NO_TIME, dtype=np.int64)
    if not len(ticks):
        return times
    resolution = np.array(found.resolutions, dtype=np.int64)[interface]
    offset = np.array(found.offsets, dtype=np.int64)[interface]
    for value in np.unique(resolution):  # one byte: at most 256
        mine = (resolution == value) & (high >= 0)
        times[mine] = _micros(ticks[mine], int(value)) + offset[mine] * MICROS
    return times


def _micros(ticks: Words, resolution: int) -> Ints:
    bits = resolution & ~_BINARY
    if not resolution & _BINARY and resolution <= _FINEST:
        finer = np.uint64(10 ** max(resolution - 6, 0))
        coarser = np.uint64(10 ** max(6 - resolution, 0))
        return (ticks // finer * coarser).astype(np.int64)
    if bits > _MOST_BITS or not resolution & _BINARY:
        return np.full(len(ticks), NO_TIME, dtype=np.int64)
    seconds = (ticks >> np.uint64(bits)).astype(np.int64)
    rest = (ticks & np.uint64((1 << bits) - 1)).astype(np.float64) / 2.0**bits
    return seconds * MICROS + (rest * MICROS).astype(np.int64)


_FIVE: Final = {order: struct.Struct(order + "5I").unpack_from for order in "<>"}
_READERS: Final = {
    1: _interface,
    2: _obsolete,
    3: _simple,
    6: _enhanced,
    _KEYS: _secret,
    0xBAD: _custom,
    0x4000_0BAD: _custom,
}
