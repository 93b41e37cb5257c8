"""A capture file taken apart into packets, none of them understood yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import Bytes, Ints
from esim_analysis.model import FileError

MOST_PACKETS: Final = 5_000_000  # about 1 GB of working memory
NO_UID: Final = -1
NO_TIME: Final = -(2**62)


@dataclass(frozen=True, slots=True)
class Capture:
    """Packets as they lie in the bytes of a file; all arrays have one entry a packet.

    Attributes
    ----------
    data
        The whole file.
    start, captured, original
        Where a packet begins, how many bytes of it are there, how many it had.
    time
        µs since 1970 in UTC; `NO_TIME` where the file gives none.
    link
        Link type (tcpdump.org's LINKTYPE numbers).
    uid
        Android uid a comment names, else `NO_UID`.
    interface
        Index into `interfaces`.
    interfaces
        Names of network interfaces, "" where the file names none.
    names
        uid → (package, label), where the file carries them.
    damage
        Where and why reading stopped before the end of the file, "" when it did not.
    secrets
        True when the file holds TLS keys; they are passed over, never read.
    """

    data: Bytes = field(repr=False)
    start: Ints
    captured: Ints
    original: Ints
    time: Ints
    link: Ints
    uid: Ints
    interface: Ints
    interfaces: tuple[str, ...] = ("",)
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    damage: str = ""
    secrets: bool = False


def too_many(name: str) -> FileError:
    """Return the refusal of a file that would not fit in memory."""
    return FileError(
        name,
        sentence("importing.capture_more_than_million_packets", megabytes=MOST_PACKETS // 10**6),
        sentence("importing.split_e_g_editcap_c"),
    )
