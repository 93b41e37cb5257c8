"""Android's own files of traffic, byte by byte: `ANET` collections of identities and histories.

The layout is that of AOSP's `NetworkStatsCollection`, `NetworkIdentitySet` and
`NetworkStatsHistory`, big-endian. Wi-Fi names and whole subscriber numbers are in these files
and never leave this module.
"""

import struct
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from esim_analysis.importers.phone._idents import Network, network_of
from esim_analysis.importers.phone._plmn import home_network

MAGIC: Final = b"ANET"
COLLECTION: Final = 16  # before it, one file held everything, in several layouts
IDENTITIES: Final = range(1, 9)
HISTORIES: Final = range(1, 4)
_MOBILE: Final = 0
_MOST: Final = 1_000_000  # members, series or buckets; a phone of ninety days has some thousands
_LONG_BITS: Final = 63
_IMSI_DIGITS: Final = 6
_ROAMING, _NETWORK_ID, _METERED, _DEFAULT, _OEM, _SUB_ID, _TRANSPORTS = 2, 3, 4, 5, 6, 7, 8
_PACKETS, _ACTIVE = 2, 3
Bucket: TypeAlias = tuple[int, int, int]


class UnknownVersionError(Exception):
    """A part of the file is of a version nobody has told us of."""

    def __init__(self, part: str, version: int) -> None:
        super().__init__(f"{part} {version}")
        self.part, self.version = part, version


@dataclass(frozen=True, slots=True)
class BinarySeries:
    """One history: whose, on which network, and its buckets.

    Attributes
    ----------
    bucket_ms
        Length of its buckets, milliseconds.
    buckets
        Start in milliseconds, bytes down and up.
    """

    network: Network
    uid: int
    set: int
    tag: int
    bucket_ms: int
    buckets: tuple[Bucket, ...]


@dataclass(slots=True)
class Collection:
    """What a file holds; `cut` is true where it ends inside a series."""

    series: list[BinarySeries] = field(default_factory=list)
    cut: bool = False


def read_collection(data: bytes) -> Collection:
    """Read a file as far as it goes.

    Raises
    ------
    UnknownVersionError
        A part is of another version than those known.
    ValueError
        It is no such file, or its counts are beyond any sense.
    """
    stream = _Stream(data)
    if stream.take(len(MAGIC)) != MAGIC:
        raise ValueError("magic")
    version = stream.whole()
    if version != COLLECTION:
        raise UnknownVersionError("collection", version)
    found = Collection()
    try:
        for _ in range(stream.count()):
            network = _identities(stream)
            for _ in range(stream.count()):
                uid, set_, tag = stream.whole(), stream.whole(), stream.whole()
                bucket_ms, buckets = _history(stream)
                found.series.append(
                    BinarySeries(network, uid, set_, tag & 0xFFFF_FFFF, bucket_ms, buckets)
                )
    except EOFError:
        found.cut = True
    return found


class _Stream:
    """Big-endian numbers one after the other; its end is an `EOFError`."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise EOFError
        part, self._at = self._data[self._at : end], end
        return part

    def whole(self) -> int:
        return int(struct.unpack(">i", self.take(4))[0])

    def long(self) -> int:
        return int(struct.unpack(">q", self.take(8))[0])

    def flag(self) -> bool:
        return self.take(1) != b"\0"

    def count(self) -> int:
        number = self.whole()
        if not 0 <= number <= _MOST:
            raise ValueError("count")
        return number

    def text(self) -> str:
        """Return a string that may be absent, "" then."""
        if not self.flag():
            return ""
        return self.take(int.from_bytes(self.take(2), "big")).decode("utf-8", errors="replace")

    def packed(self) -> int:
        """Return a number of seven bits a byte, the low ones first."""
        number = shift = 0
        while shift <= _LONG_BITS:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the bit that says there is more
                return number - (1 << 64) if number >> _LONG_BITS else number
            shift += 7
        raise ValueError("varint")

    def longs(self, *, packed: bool) -> list[int]:
        one = self.packed if packed else self.long
        return [one() for _ in range(self.count())]


def _identities(stream: _Stream) -> Network:
    version = stream.whole()
    if version not in IDENTITIES:
        raise UnknownVersionError("identity", version)
    kinds, homes, subs, roams, metered = [], [], [], [], []
    for _ in range(stream.count()):
        if version < _ROAMING:
            stream.whole()
        kind = stream.whole()
        stream.whole()  # radio type: rows of several are the same app's bytes
        subscriber = stream.text()
        if version >= _NETWORK_ID:
            stream.text()  # the name of a Wi-Fi
        roams.append(version >= _ROAMING and stream.flag())
        metered.append(stream.flag() if version >= _METERED else kind == _MOBILE)
        if version >= _DEFAULT:
            stream.flag()
        if version >= _OEM:
            stream.whole()
        sub = stream.whole() if version >= _SUB_ID else -1
        if version >= _TRANSPORTS:
            stream.long()
        kinds.append(str(kind))
        homes.append(home_network(subscriber[:_IMSI_DIGITS]))
        subs += [sub] if sub >= 0 else []
    return network_of(kinds, homes, subs, roaming=any(roams), metered=metered)


def _history(stream: _Stream) -> tuple[int, tuple[Bucket, ...]]:
    version = stream.whole()
    if version not in HISTORIES:
        raise UnknownVersionError("history", version)
    bucket_ms = stream.long()
    packed = version >= _PACKETS
    starts = stream.longs(packed=packed)
    if version >= _ACTIVE:
        stream.longs(packed=packed)
    down = stream.longs(packed=packed)
    if packed:
        stream.longs(packed=packed)
    up = stream.longs(packed=packed)
    if packed:
        stream.longs(packed=packed)
        stream.longs(packed=packed)
    if not len(starts) == len(down) == len(up):
        raise ValueError("arrays")
    return bucket_ms, tuple(zip(starts, down, up, strict=True))
