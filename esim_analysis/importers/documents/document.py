"""A PDF as importers see it: rows of text, or plain words on why there are none."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError

if TYPE_CHECKING:
    from esim_analysis.importers.documents.pages import Printed
    from esim_analysis.importers.tabular.delimited import Rows

_MARK: Final = b"%PDF-"
_WITHIN: Final = 1024  # readers look for the mark this far into a file
_UNREADABLE: Final = 0.2
_OR_TYPE: Final = (
    "or write its total into a text file, one line such as '9.4 GB, 1-31 Oct 2026', "
    "and give that file instead"
)


def is_document(file: SourceFile) -> bool:
    """Tell whether the bytes are those of a PDF."""
    return _MARK in file.head[:_WITHIN]


def read_document(file: SourceFile) -> "Rows":
    """Return the lines above a usage table, its headings and its rows, from all pages.

    Raises
    ------
    FileError
        Locked, damaged, scanned, too large when unpacked, or without a usage table.
    """
    return printed(file).rows


def printed(file: SourceFile) -> "Printed":
    """Return what the pages say; a file is laid out once, however often it is asked for.

    Raises
    ------
    FileError
        As `read_document`.
    """
    return _printed(file.data, file.name)


@lru_cache(maxsize=1)
def _printed(data: bytes, name: str) -> "Printed":
    from esim_analysis.importers.documents.limits import TooMuchError, weigh  # noqa: PLC0415 - heavy
    from esim_analysis.importers.documents.pages import read_pages  # noqa: PLC0415 - heavy

    # What is odd in a file is told by its rows, not by the library on the terminal.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        found = read_pages(data) if weigh(data).letters else None
    except TooMuchError as limit:
        raise FileError(
            name,
            f"a PDF with {limit}" if str(limit).startswith("more") else f"a PDF {limit}",
            f"save only the pages with the data usage, {_OR_TYPE}",
        ) from limit
    except Exception as problem:  # a damaged PDF fails in a hundred ways
        raise _unopened(name, problem) from problem
    if found is None:
        raise _scanned(name)
    if found.unreadable > _UNREADABLE:
        raise FileError(
            name,
            "a PDF whose fonts do not say which letters they draw",
            f"ask your operator for the usage as CSV or Excel, {_OR_TYPE}",
        )
    if not found.rows:
        raise FileError(
            name,
            "a PDF in which no line of headings names both a date and a volume of data",
            f"look for the page with the detail of data use, {_OR_TYPE}",
        )
    return found


def _scanned(name: str) -> FileError:
    return FileError(
        name,
        "a scanned PDF: pictures of pages, without text",
        f"download the bill itself from your operator's website, {_OR_TYPE}",
    )


def _unopened(name: str, problem: Exception) -> FileError:
    """Say in plain words that a PDF is locked, or damaged."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect  # noqa: PLC0415 - heavy

    if isinstance(problem, PDFPasswordIncorrect | PDFEncryptionError):
        return FileError(
            name,
            "a PDF locked with a password",
            "open it, print it to a new PDF without a password, and give that one",
        )
    return FileError(name, "a damaged PDF that cannot be read", f"download it again, {_OR_TYPE}")
