"""The home network in the first digits of an IMSI."""

from typing import Final

# An IMSI does not say where its network code ends. Two digits are the rule; the networks of
# these countries have three (as Android's own table has it, and networks that came later).
_NORTH_AMERICA: Final = "302 310 311 312 313 314 315 316 330 334"
_CARIBBEAN: Final = "338 342 344 346 348 352 354 356 358 360 365 366 376"
_SOUTH_AMERICA: Final = "708 722 732 750"
THREE_DIGITS: Final = frozenset(f"{_NORTH_AMERICA} {_CARIBBEAN} {_SOUTH_AMERICA}".split())
# India and Malaysia mix both: three digits only where the next digits begin like this.
MIXED: Final = {
    "405": ("025", "026", "027", "028", "029", "03", "04", "75", "76", "77", "78", "79", "8", "9"),
    "502": ("14", "15"),
}
_MIN_DIGITS: Final = 5


def home_network(imsi: str) -> str:
    """Return `"MCC-MNC"` from five or more leading digits of an IMSI, else `""`.

    >>> home_network("214070"), home_network("310410"), home_network("")
    ('214-07', '310-410', '')
    """
    if len(imsi) < _MIN_DIGITS or not (imsi.isascii() and imsi.isdigit()):
        return ""
    mcc, rest = imsi[:3], imsi[3:]
    long = mcc in THREE_DIGITS or rest.startswith(MIXED.get(mcc, ("-",)))
    return f"{mcc}-{rest[:3] if long else rest[:2]}"
