"""What stands around an IP packet: link headers before it, PCAPdroid's trailer behind it."""

from typing import Final

import numpy as np

from esim_analysis.importers.captures.arrays import Flags, Ints, byte_at, long_at, short_at
from esim_analysis.importers.captures.capture import NO_UID, Capture

TRAILER: Final = 32
_MAGIC: Final = 0x01072021
_NAME: Final = slice(8, 28)
_ETHERNET: Final = 1
_RAW: Final = (12, 14, 101, 228, 229)
_LOOPBACK: Final = (0, 108)
_COOKED: Final = 113
_COOKED_2: Final = 276
KNOWN_LINKS: Final = (_ETHERNET, *_RAW, *_LOOPBACK, _COOKED, _COOKED_2)
_IP_TYPES: Final = (0x0800, 0x86DD)
_TAGS: Final = (0x8100, 0x88A8, 0x9100)  # VLAN: four bytes more, at most three times
_LEAST: Final = {4: 20, 6: 40}


def ip_starts(capture: Capture) -> tuple[Ints, Flags]:
    """Return where each IP packet begins, -1 where none does, and who carries a trailer."""
    start = np.full(len(capture.start), -1, dtype=np.int64)
    for link in np.unique(capture.link):  # a handful
        mine = capture.link == link
        start[mine] = _behind_header(capture, mine, int(link))
    end = capture.start + capture.captured
    return np.where(_is_ip(capture, start, end), start, -1), _has_trailer(capture)


def trailers(capture: Capture) -> Ints:
    """Return the uid in each trailer, -1 where there is none."""
    place = capture.start + capture.captured - TRAILER + 4
    uid = long_at(capture.data, np.maximum(place, 0)).astype(np.uint32).view(np.int32)
    return np.where(_has_trailer(capture), uid.astype(np.int64), NO_UID)


def trailer_names(capture: Capture) -> dict[int, tuple[str, str]]:
    """Return uid → ("", label) as the trailers tell it; a label may be cut after 20 bytes."""
    uid = trailers(capture)
    uids, first = np.unique(uid, return_index=True)
    end = (capture.start + capture.captured)[first]
    return {
        number: ("", _label(capture.data[place - TRAILER : place][_NAME].tobytes()))
        for number, place in zip(uids.tolist(), end.tolist(), strict=True)
        if number != NO_UID
    }


def _label(name: bytes) -> str:
    text = name.split(b"\0")[0].decode("utf-8", "ignore")
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _has_trailer(capture: Capture) -> Flags:
    end = capture.start + capture.captured
    magic = long_at(capture.data, np.maximum(end - TRAILER, 0))
    whole = (capture.captured == capture.original) & (capture.captured > TRAILER)
    marks: Flags = whole & (magic == _MAGIC) & (capture.link == _ETHERNET)
    return marks


def _behind_header(capture: Capture, mine: Flags, link: int) -> Ints:
    at = capture.start[mine]
    if link in _RAW:
        return at
    if link in _LOOPBACK:
        return at + 4
    if link == _COOKED_2:
        return np.where(np.isin(short_at(capture.data, at), _IP_TYPES), at + 20, -1)
    if link not in (_ETHERNET, _COOKED):
        return np.full(len(at), -1, dtype=np.int64)
    place = at + (12 if link == _ETHERNET else 14)
    kind = short_at(capture.data, place)
    for _ in range(3):
        tagged = np.isin(kind, _TAGS)
        place = np.where(tagged, place + 4, place)
        kind = np.where(tagged, short_at(capture.data, place), kind)
    found = np.where(np.isin(kind, _IP_TYPES), place + 2, -1)
    bare = _is_bare(capture, mine) if link == _ETHERNET else np.zeros(len(at), dtype=bool)
    return np.where((found < 0) & bare, at, found)


def _is_bare(capture: Capture, mine: Flags) -> Flags:
    """Mark records of an Ethernet file that begin with IP: PCAPdroid's, when its trailer won't fit.

    Their length must be exactly what the IP header says, so that a hardware
    address that happens to begin like one is not taken for it.
    """
    at, original = capture.start[mine], capture.original[mine]
    version = byte_at(capture.data, at) >> 4
    four = (version == 4) & (short_at(capture.data, at + 2) == original)  # noqa: PLR2004
    six = (version == 6) & (short_at(capture.data, at + 4) + 40 == original)  # noqa: PLR2004
    marks: Flags = four | six
    return marks


def _is_ip(capture: Capture, start: Ints, end: Ints) -> Flags:
    at = np.maximum(start, 0)
    first = byte_at(capture.data, at)
    four = (first >> 4 == 4) & (at + _LEAST[4] <= end) & (first & 15 >= 5)  # noqa: PLR2004
    six = (first >> 4 == 6) & (at + _LEAST[6] <= end)  # noqa: PLR2004
    marks: Flags = (start >= 0) & (four | six)
    return marks
