"""Values of charging files: digits in half bytes, whole numbers, times, networks."""

from typing import Final

from esim_analysis.importers.telecom.ber import BerError

_NUMBER: Final = 9
_WRAP: Final = 1 << 32
_STAMP: Final = 9  # octets of a TS 32.298 time stamp
_PLMN: Final = 3
_FILL: Final = "f"


def text(content: bytes) -> str:
    """Return printable text; what is not ASCII becomes `?`."""
    return content.decode("ascii", errors="replace").replace("\ufffd", "?").strip()


def number(content: bytes) -> int:
    """Return a whole number as BER writes it: two's complement, most significant byte first.

    Raises
    ------
    BerError
        More than nine octets: no count, code or amount of these files.
    """
    if len(content) > _NUMBER:
        raise BerError(0, f"a number of {len(content)} octets")
    return int.from_bytes(content, signed=True)


def volume(content: bytes) -> tuple[int, bool]:
    """Return bytes, and whether a lost leading zero byte had to be put back.

    Some writers drop the zero byte before a number of 32 bits, which then reads as
    negative: 2³² is added.
    """
    value = number(content)
    return (value + _WRAP, True) if -_WRAP <= value < 0 else (value, False)


def digits(content: bytes) -> str:
    """Return digits packed high half first, as TAP and NRTRDE do; fillers are dropped."""
    return content.hex().rstrip(_FILL)


def swapped_digits(content: bytes) -> str:
    """Return digits packed low half first, as 3GPP records do; fillers are dropped."""
    packed = content.hex()
    return "".join(packed[at + 1] + packed[at] for at in range(0, len(packed), 2)).rstrip(_FILL)


def plmn(content: bytes) -> str:
    """Return `MCC-MNC` of three octets, `""` where they are none."""
    if len(content) != _PLMN:
        return ""
    a, b, c = content.hex()[:2], content.hex()[2:4], content.hex()[4:]
    mcc, mnc = a[1] + a[0] + b[1], c[1] + c[0] + b[0].replace(_FILL, "")
    return f"{mcc}-{mnc}" if (mcc + mnc).isdigit() else ""


def stamp(content: bytes) -> str:
    """Return ISO 8601 with offset of a nine-octet stamp, `""` where it is none."""
    if len(content) != _STAMP or content[6:7] not in (b"+", b"-"):
        return ""
    day = content[:6].hex()
    offset = content[7:].hex()
    return iso(f"20{day}", f"{content[6:7].decode()}{offset}")


def iso(local: str, offset: str) -> str:
    """Return ISO 8601 of `YYYYMMDDhhmmss` and `±hhmm`, `""` where either is none."""
    if len(local) != 14 or not local.isdigit():  # noqa: PLR2004
        return ""
    if len(offset) != 5 or offset[0] not in "+-" or not offset[1:].isdigit():  # noqa: PLR2004
        return ""
    day, clock = local[:8], local[8:]
    return (
        f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"
        f"{offset[:3]}:{offset[3:]}"
    )
