"""Times as programs write them: with an offset, counted in seconds, or bare."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.model import Choice, Origin
from esim_analysis.model.clock import localise
from esim_analysis.model.frames import LOCAL_TIME, UTC_TIME
from esim_analysis.model.zone import check_zone

_DAY: Final = r"(?:19|20)\d\d-\d\d-\d\d"
_CLOCK: Final = r"[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
_OFFSET: Final = rf"{_DAY}{_CLOCK} ?(?:Z|UTC|[+-]\d\d:?\d\d)"
_SECONDS: Final = r"\d{10}(?:\.\d{1,6})?"
_MILLISECONDS: Final = r"\d{13}"
_COMPACT: Final = r"(?:19|20)\d{12}"
_AMERICAN: Final = r"\d{1,2}/\d{1,2}/(?:19|20)\d\d \d{1,2}:\d\d:\d\d [AP]M"


@dataclass(frozen=True, slots=True)
class Moments:
    """Times row by row.

    Attributes
    ----------
    utc
        Missing where the text is no time, or one the zone's clock skips.
    local
        Wall clock of bare times; missing where the text carries its offset.
    fold
        As `model.clock.localise` says it.
    """

    utc: pd.Series
    local: pd.Series
    fold: pd.Series


def read_moments(text: pd.Series, zone: str, *, line: pd.Series | None = None) -> Moments:
    """Read ISO times with or without offset, bare days, Unix seconds and milliseconds.

    Fourteen digits are `YYYYMMDDhhmmss`.

    Bare times are those of `zone`; a day without hour is its first instant.
    """
    exact = _exact(text)
    bare = text.where(_fits(text, rf"{_DAY}(?:{_CLOCK})?"))
    local = pd.to_datetime(bare, format="ISO8601", errors="coerce").astype(LOCAL_TIME)
    compact = text.where(_fits(text, _COMPACT))
    if compact.notna().any():
        told = pd.to_datetime(compact, format="%Y%m%d%H%M%S", errors="coerce")
        local = local.fillna(told.astype(LOCAL_TIME))
    american = text.where(_fits(text, _AMERICAN))
    if american.notna().any():
        told = pd.to_datetime(american, format="%m/%d/%Y %I:%M:%S %p", errors="coerce")
        local = local.fillna(told.astype(LOCAL_TIME))
    utc, fold = localise(local, zone, line=line)
    return Moments(utc=exact.fillna(utc).astype(UTC_TIME), local=local, fold=fold)


def zone_of_file(local: pd.Series, declared: Choice, options: ReadOptions) -> Choice:
    """Return the zone of a file's bare times; what a format declares stands against the user."""
    if local.isna().all():
        return Choice("offset", Origin.DECLARED, sentence("importing.every_time_carries_offset"))
    if options.timezone is not None and declared.origin is not Origin.DECLARED:
        return Choice(
            check_zone(options.timezone), Origin.DECLARED, sentence("importing.given_by_user")
        )
    return declared


def _exact(text: pd.Series) -> pd.Series:
    written = text.where(_fits(text, _OFFSET)).str.replace(r" ?UTC$", "Z", regex=True)
    exact = pd.to_datetime(written, utc=True, format="ISO8601", errors="coerce").astype(UTC_TIME)
    seconds = pd.to_numeric(text.where(_fits(text, _SECONDS)))
    seconds = seconds.fillna(pd.to_numeric(text.where(_fits(text, _MILLISECONDS))) / 1000)
    if seconds.notna().any():
        micro = (seconds.astype("Float64") * 1e6).round().astype("Int64")
        exact = exact.fillna(pd.to_datetime(micro, unit="us", utc=True).astype(UTC_TIME))
    return exact


def _fits(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)
