"""A PDF as importers see it: rows of text, or plain words on why there are none."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError

if TYPE_CHECKING:
    from esim_analysis.importers.documents.pages import Printed
    from esim_analysis.importers.tabular.delimited import Rows

_MARK: Final = b"%PDF-"
_WITHIN: Final = 1024  # readers look for the mark this far into a file
_UNREADABLE: Final = 0.2
_OR_TYPE: Final = sentence("importing.write_total_into_text_file")


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
            sentence("importing.pdf", limit=limit.args[0])
            if str(limit).startswith("more")
            else sentence("importing.pdf_2", limit=limit.args[0]),
            sentence("importing.save_only_pages_data_usage", or_type=_OR_TYPE),
        ) from limit
    except Exception as problem:  # a damaged PDF fails in a hundred ways
        raise _unopened(name, problem) from problem
    if found is None:
        raise _scanned(name)
    if found.unreadable > _UNREADABLE:
        raise FileError(
            name,
            sentence("importing.pdf_whose_fonts_do_not"),
            sentence("importing.ask_your_operator_usage_csv", or_type=_OR_TYPE),
        )
    if not found.rows:
        raise FileError(
            name,
            sentence("importing.pdf_no_line_headings_names"),
            sentence("importing.look_page_detail_data_use", or_type=_OR_TYPE),
        )
    return found


def _scanned(name: str) -> FileError:
    return FileError(
        name,
        sentence("importing.scanned_pdf_pictures_pages_without"),
        sentence("importing.download_bill_itself_from_your", or_type=_OR_TYPE),
    )


def _unopened(name: str, problem: Exception) -> FileError:
    """Say in plain words that a PDF is locked, or damaged."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect  # noqa: PLC0415 - heavy

    if isinstance(problem, PDFPasswordIncorrect | PDFEncryptionError):
        return FileError(
            name,
            sentence("importing.pdf_locked_password"),
            sentence("importing.open_print_new_pdf_without"),
        )
    return FileError(
        name,
        sentence("importing.damaged_pdf_cannot_read"),
        sentence("importing.download_again", or_type=_OR_TYPE),
    )
