"""Host names inside packets: TLS ClientHello, HTTP request, DNS answer. One message at a time."""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

HOST_PATTERN: Final = r"[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_-]{1,63})*"
_HOST: Final = re.compile(HOST_PATTERN)
_MOST: Final = 253
_REQUEST: Final = re.compile(rb"\r\nhost:[ \t]*([^\r\n:]{1,253})", re.IGNORECASE)
_HEAD: Final = 4096  # bytes of a request that are looked through
_LABELS: Final = 128
_ANSWERS: Final = 64


def host(name: str) -> str:
    """Return a host name in its usual form, "" for what is none or is an address."""
    name = name.strip().lower().rstrip(".")
    if len(name) > _MOST or not _HOST.fullmatch(name) or name.replace(".", "").isdigit():
        return ""
    return name


def hello_length(data: bytes) -> int:
    """Return how many bytes the TLS record that begins here has, header included."""
    return 5 + int.from_bytes(data[3:5], "big")


def server_name(data: bytes) -> str:
    """Return the host a TLS ClientHello asks for, "" where it names none or is cut before it."""
    place = 5 + 4 + 2 + 32  # record, handshake, version, random
    for width in (1, 2, 1):  # session id, ciphers, compression
        place += width + int.from_bytes(data[place : place + width], "big")
    end = min(place + 2 + int.from_bytes(data[place : place + 2], "big"), len(data))
    place += 2
    while place + 4 <= end:
        kind = int.from_bytes(data[place : place + 2], "big")
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if kind == 0:
            size = int.from_bytes(data[place + 7 : place + 9], "big")
            name = data[place + 9 : place + 9 + size]
            return host(name.decode("ascii", "replace")) if len(name) == size else ""
        place += 4 + length
    return ""


def http_host(data: bytes) -> str:
    """Return the host of a plain HTTP request, "" where it names none."""
    found = _REQUEST.search(data[:_HEAD])
    return host(found.group(1).decode("ascii", "replace")) if found else ""


def dns_answers(data: bytes) -> tuple[str, list[str]]:
    """Return the name a DNS answer is about and the addresses it gives."""
    answers = int.from_bytes(data[6:8], "big")
    is_answer = len(data) > 12 and data[2] & 0x80 and data[4:6] == b"\0\1"  # noqa: PLR2004
    if not is_answer or not answers:
        return "", []
    labels, place = _labels(data, 12)
    name = host(".".join(labels))
    place += 4
    addresses = []
    for _ in range(min(answers, _ANSWERS)):
        place = _labels(data, place)[1]
        kind = int.from_bytes(data[place : place + 2], "big")
        size = int.from_bytes(data[place + 8 : place + 10], "big")
        content = data[place + 10 : place + 10 + size]
        place += 10 + size
        if kind == 1 and len(content) == 4:  # noqa: PLR2004
            addresses.append(str(IPv4Address(content)))
        if kind == 28 and len(content) == 16:  # noqa: PLR2004
            addresses.append(str(IPv6Address(content)))
        if place >= len(data):
            break
    return (name, addresses) if name else ("", [])


def _labels(data: bytes, place: int) -> tuple[list[str], int]:
    """Return the labels of a name and where what follows it begins; jumps are not followed.

    The question, where the name that matters stands, never jumps.
    """
    labels: list[str] = []
    for _ in range(_LABELS):
        size = data[place] if place < len(data) else 0
        if size >= 0xC0:  # noqa: PLR2004 - the rest of the name stands elsewhere
            return labels, place + 2
        place += 1
        if not size:
            return labels, place
        labels.append(data[place : place + size].decode("ascii", "replace"))
        place += size
    return labels, place
