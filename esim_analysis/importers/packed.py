"""Files that come packed: a gzip, or a zip with one file in it, as phones and mail pack one to send it."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_READ: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCKED: Final = 0x1  # flag of a member that needs a password
DAMAGED: Final = (  # what the standard library raises for packed files that are cut or forged
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # also what zipfile raises for a packing it does not know
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def packing(path: Path) -> str:
    """Return `"gzip"`, `"zip"` for one that holds a single file we can read, else `""`.

    A zip of several files is a document or a report, and stays what it is.
    """
    with path.open("rb") as stream:
        mark = stream.read(len(_ZIP))
    if mark.startswith(GZIP):
        return "gzip"
    return "zip" if mark == _ZIP and _only_member(path) is not None else ""


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open what a packed file holds.

    Raises
    ------
    OSError, ValueError, RuntimeError, zlib.error, …
        One of `DAMAGED`, at once or while it is read.
    """
    member = _only_member(path)
    if member is None:
        with gzip.open(path) as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as pack, pack.open(member) as inside:
        yield inside


def _only_member(path: Path) -> zipfile.ZipInfo | None:
    try:
        with zipfile.ZipFile(path) as pack:
            files = [member for member in pack.infolist() if not member.is_dir()]
    except DAMAGED:
        return None
    one = files[0] if len(files) == 1 else None
    if one is None or one.compress_type not in _READ or one.flag_bits & _LOCKED:
        return None
    return one
