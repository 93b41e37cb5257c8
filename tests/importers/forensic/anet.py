"""Writes Android's traffic files by the layout of AOSP: an independent witness for the reader."""

import struct
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Member:
    """One identity of a set."""

    kind: int = 0
    imsi: str = "214070123456789"
    wifi: str = ""
    roaming: bool = False
    metered: bool = True
    sub: int = 2


@dataclass(frozen=True)
class History:
    """One series: `(start_ms, down, up)` of each bucket."""

    uid: int
    set: int = 0
    tag: int = 0
    buckets: tuple[tuple[int, int, int], ...] = ()
    bucket_ms: int = 7_200_000
    version: int = 3


@dataclass(frozen=True)
class Identities:
    """One network and what was counted on it."""

    histories: tuple[History, ...]
    members: tuple[Member, ...] = field(default_factory=lambda: (Member(),))
    version: int = 7


def collection(*identities: Identities, version: int = 16) -> bytes:
    """Return the bytes of a file."""
    out = b"ANET" + _int(version) + _int(len(identities))
    for one in identities:
        out += _int(one.version) + _int(len(one.members))
        out += b"".join(_member(member, one.version) for member in one.members)
        out += _int(len(one.histories))
        out += b"".join(_history(history) for history in one.histories)
    return out


def _member(member: Member, version: int) -> bytes:
    out = _int(0) if version <= 1 else b""
    out += _int(member.kind) + _int(13) + _text(member.imsi)
    out += _text(member.wifi) if version >= 3 else b""
    out += bytes([member.roaming]) if version >= 2 else b""
    out += bytes([member.metered]) if version >= 4 else b""
    out += b"\1" if version >= 5 else b""
    out += _int(0) if version >= 6 else b""
    out += _int(member.sub) if version >= 7 else b""
    return out + (struct.pack(">q", 1) if version >= 8 else b"")


def _history(history: History) -> bytes:
    starts, down, up = (
        (list(column) for column in zip(*history.buckets, strict=True))
        if (history.buckets)
        else ([], [], [])
    )
    nothing = [0] * len(starts)
    out = struct.pack(">iii", history.uid, history.set, history.tag)
    out += _int(history.version) + struct.pack(">q", history.bucket_ms)
    if history.version == 1:
        return out + b"".join(_full(column) for column in (starts, down, up))
    columns = [starts, down, nothing, up, nothing, nothing]
    if history.version >= 3:
        columns.insert(1, nothing)
    return out + b"".join(_packed(column) for column in columns)


def _int(number: int) -> bytes:
    return struct.pack(">i", number)


def _text(text: str) -> bytes:
    raw = text.encode()
    return b"\1" + struct.pack(">H", len(raw)) + raw if text else b"\0"


def _full(values: list[int]) -> bytes:
    return _int(len(values)) + b"".join(struct.pack(">q", value) for value in values)


def _packed(values: list[int]) -> bytes:
    return _int(len(values)) + b"".join(map(varint, values))


def varint(value: int) -> bytes:
    """Return a number of seven bits a byte, the low ones first."""
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])
