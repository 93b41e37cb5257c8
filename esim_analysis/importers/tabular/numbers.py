"""Decimal and thousands marks: settled once for a file, then every number read the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.distinct import anywhere, as_one, holds
from esim_analysis.importers.tabular.sheet import DECIMAL_KEY
from esim_analysis.model import Choice, Origin

_EDGE: Final = r"(?<![\d.,])"
_BLANK_THOUSANDS: Final = r"(?<=\d)[\s'’](?=\d{3}(?!\d))"
_BLANK: Final = re.compile(r"\d[\s'’]\d")
# Of more than thirty figures a number is a damaged cell; `_expand` says the same of its powers.
_PLAIN: Final = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Marks:
    """How numbers are written: `decimal` is `"."`, `","`; `thousands` the other, or `""`."""

    decimal: str
    thousands: str

    @property
    def style(self) -> str:
        """A number written this way: `"1.234,5"`."""
        return f"1{self.thousands}234{self.decimal}5"


def proof_of(mark: str) -> str:
    """Return a pattern of numbers in which `mark` can only be the decimal mark.

    A mark followed by other than three digits, one after a lone zero or after four
    digits, or the other mark standing twice or before it.
    """
    point, other = ("\\.", ",") if mark == "." else (",", "\\.")
    return (
        rf"{_EDGE}\d*(?:{other}\d{{3}})*{point}(?:\d{{1,2}}|\d{{4,}})(?!\d)(?![.,]\d)"
        rf"|{_EDGE}(?:0+|0\d+|\d{{4,}}){point}\d+(?![.,\d])"
        rf"|{_EDGE}\d{{1,3}}(?:{other}\d{{3}})+{point}\d"
        rf"|{_EDGE}\d{{1,3}}(?:{other}\d{{3}}){{2,}}(?!\d)"
    )


# 1.234 or 12,345: thousands in one country, a decimal fraction in the next.
OPEN: Final = rf"{_EDGE}[1-9]\d{{0,2}}[.,]\d{{3}}(?![.,]?\d)"


def tidy(cells: pd.Series) -> pd.Series:
    """Return cells in plain digits, without blanks between thousands."""
    text = cells.fillna("").astype("str")
    if not text.str.isascii().all():
        text = text.str.normalize("NFKC")
    text = text.str.strip()
    if anywhere(text, _BLANK):
        text = text.str.replace(_BLANK_THOUSANDS, "", regex=True)
    return text


def settle_marks(
    columns: Sequence[pd.Series], *, whole: bool, language: str, delimiter: str
) -> tuple[Marks, Choice] | None:
    """Settle the marks of a file from all its number columns; None when two readings fit.

    Parameters
    ----------
    columns
        `tidy` text cells of volumes and money.
    whole
        True when volumes are bytes: whole numbers, so a mark before three digits
        separates thousands.
    language
        Of the headings; English and Chinese write a decimal point, Spanish a comma.
    delimiter
        Of the columns, `""` for a workbook.
    """
    told = as_one(columns)
    point, comma = (re.search(proof_of(mark), told) is not None for mark in ".,")
    if point and comma:
        return None
    if point or comma:
        marks = Marks(".", ",") if point else Marks(",", ".")
        return marks, Choice(
            marks.style, Origin.DEDUCED, sentence("importing.only_one_reading_fits_all")
        )
    if not re.search(OPEN, told):
        return Marks(".", ""), Choice(
            "1234.5", Origin.DEDUCED, sentence("importing.no_number_has_doubtful_mark")
        )
    dotted = re.search(r"\d\.\d", told) is not None
    if whole:
        marks = Marks(",", ".") if dotted else Marks(".", ",")
        return marks, Choice(marks.style, Origin.DEDUCED, sentence("importing.bytes_whole_numbers"))
    return _by_language(language, delimiter, dotted=dotted)


def _by_language(language: str, delimiter: str, *, dotted: bool) -> tuple[Marks, Choice] | None:
    """Assume the marks of a language where its files have no other habit; None: ask."""
    if language == "zh" or (language == "en" and delimiter in {",", "\t"}):
        reason = sentence("importing.headings_separators_language_writes_decimal")
        return Marks(".", ","), Choice(Marks(".", ",").style, Origin.ASSUMED, reason)
    if language == "es" and delimiter == ";" and not dotted:
        # Columns stand apart by semicolons because the comma is taken: it is the decimal mark.
        # A point may still be one too, where a program wrote the numbers: that is asked.
        reason = sentence("importing.spanish_headings_semicolons_between_columns")
        return Marks(",", "."), Choice(Marks(",", ".").style, Origin.ASSUMED, reason)
    return None


def plain(cells: pd.Series, marks: Marks) -> pd.Series:
    """Write `tidy` numbers with a decimal point and no thousands marks; others are missing."""
    text = cells
    if marks.thousands:
        group = "\\" + marks.thousands
        grouped = text.str.contains(marks.thousands, regex=False)
        if grouped.any():
            decimal = "\\" + marks.decimal
            sound = re.compile(rf"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:{decimal}\d+)?").fullmatch
            text = text.mask(grouped & ~holds(text, sound))
            text = text.str.replace(marks.thousands, "", regex=False)
    if marks.decimal != ".":
        text = text.mask(text.str.contains(".", regex=False).fillna(value=False).astype(bool))
        text = text.str.replace(marks.decimal, ".", regex=False)
    text = text.str.replace(DECIMAL_KEY, ".", regex=False)
    text = text.where(holds(text, _PLAIN.fullmatch))
    powers = text.str.contains("e", case=False, regex=False).fillna(value=False).astype(bool)
    if powers.any():
        text = text.mask(powers, text[powers].map(_expand))
    return text.str.removeprefix("+").astype("str")


def _expand(number: str) -> str | None:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    # A volume of 10^30 in any unit is a damaged cell, and would be a very long text.
    return format(value, "f") if abs(value.adjusted()) < 30 else None  # noqa: PLR2004
