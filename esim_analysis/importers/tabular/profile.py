"""A mapping: how one operator's table is to be read, as a user may write it down."""

import re
from collections.abc import Mapping as AnyMapping
from typing import Annotated, Any, Final, Literal
from zoneinfo import available_timezones

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.vocabulary import Role
from esim_analysis.model import FileError

Unit = Literal["B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "cell"]
_HINT: Final = sentence("importing.write_it_as_in_the_draft")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Match(_Part):
    """By which headings a file is recognised; all must be there."""

    header_contains: Annotated[tuple[str, ...], Field(min_length=1)]


class Read(_Part):
    """Where the table is. `header_row` counts from 0; what stands above it is banner."""

    encoding: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    header_row: Annotated[int, Field(ge=0)] | None = None
    skip_rows_matching: tuple[str, ...] = ()

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError as problem:
                msg = "a known text encoding such as utf-8 or cp1252"
                raise ValueError(msg) from problem
        return value

    @field_validator("skip_rows_matching")
    @classmethod
    def _patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as problem:
                msg = f"a regular expression, not {pattern!r}"
                raise ValueError(msg) from problem
        return value


class Values(_Part):
    """Which services are data (empty: recognised by their words), and which cells say nothing."""

    keep_service: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Units(_Part):
    """Unit of bare volumes, what a KB holds, and the unit of bare durations."""

    bytes_total: Unit | None = None
    base: Literal[1000, 1024] | None = None
    duration: Literal["ms", "s", "min", "h"] | None = None


class Numbers(_Part):
    """Marks in numbers."""

    decimal: Literal[".", ","] | None = None
    thousands: Literal["", ".", ",", " ", "'"] = ""


class Time(_Part):
    """How times are written; `order` or a whole `strptime` `format`."""

    order: Literal["D/M/Y", "M/D/Y"] | None = None
    format: str | None = None
    timezone: str | None = None
    quality: Literal["session", "partial", "bucket", "prorated", "date_only"] | None = None

    @field_validator("format")
    @classmethod
    def _sound_format(cls, value: str | None) -> str | None:
        if value is None:
            return value
        try:
            pd.to_datetime(pd.Series(["x"]), format=value, errors="coerce")
        except ValueError as problem:
            msg = f"a date pattern such as %d/%m/%Y %H:%M:%S, not {value!r}"
            raise ValueError(msg) from problem
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            msg = "an IANA time zone such as Europe/Madrid"
            raise ValueError(msg)
        return value


class Money(_Part):
    """Currency of charges without one, as ISO 4217."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    includes_tax: bool | None = None


class Mapping(_Part):
    """The whole mapping; every part but the headings it is recognised by may be left out."""

    name: str = ""
    match: Match
    read: Read = Read()
    columns: dict[Role, str | tuple[str, ...]] = {}
    values: Values = Values()
    units: Units = Units()
    numbers: Numbers = Numbers()
    time: Time = Time()
    money: Money = Money()

    @property
    def keep_service(self) -> tuple[str, ...]:
        """Services that are data; empty: they are told by their words."""
        return self.values.keep_service

    @property
    def unknown(self) -> tuple[str, ...]:
        """Cells that say nothing, beside the usual ones."""
        return self.values.unknown

    def fits(self, cells: list[str]) -> bool:
        """Tell whether a row of cells holds all headings the mapping asks for."""
        there = {folded(cell) for cell in cells}
        return all(folded(name) in there for name in self.match.header_contains)


def folded(name: str) -> str:
    """Return a heading without outer blanks and case."""
    return " ".join(name.split()).casefold()


def validate(data: AnyMapping[str, Any], name: str) -> Mapping:
    """Check the parsed TOML of a mapping.

    Raises
    ------
    FileError
        Names the mapping file, the field, and what was expected there.
    """
    try:
        return Mapping.model_validate(data)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        expected = first["msg"].removeprefix("Value error, ")
        found = f"expected {expected[0].lower()}{expected[1:]}"
        if first["type"] == "extra_forbidden":
            found = sentence("importing.field_no_mapping_has")
        raise FileError(name, found, _HINT, place=f"field {place}") from problem
