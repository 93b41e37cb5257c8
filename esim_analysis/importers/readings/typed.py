"""Typed balances as snapshots that remember how their text was read."""

import hashlib
from dataclasses import dataclass
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.readings.balances import ACCEPTED
from esim_analysis.importers.readings.parse import Readings, parse_readings
from esim_analysis.model import (
    REJECTED,
    Choice,
    Decision,
    Origin,
    QuestionError,
    Snapshots,
    Source,
    UsageError,
)
from esim_analysis.model.frames import empty

TYPED_NAME: Final = "typed balance"


@dataclass(frozen=True, slots=True)
class TypedSnapshots(Snapshots):
    """Snapshots with the source and the decision of the text they come from."""

    source: Source | None = None
    decision: Decision | None = None


def typed_snapshots(readings: Readings, source: Source, *, rejected: bool) -> TypedSnapshots:
    """Return the balances of a text; `rejected` says whether they carry its unread lines."""
    return TypedSnapshots(
        frame=readings.snapshots,
        notes=readings.notes,
        rejected=readings.rejected if rejected else empty(REJECTED),
        source=source,
        decision=decision_of(readings),
    )


def source_of(readings: Readings, *, name: str, importer: str, sha256: str) -> Source:
    """Return the provenance of a typed text; `rows` counts readings, read and unread."""
    kept = len(readings.snapshots) + len(readings.app_readings)
    rejected = len(readings.rejected)
    return Source(
        name, importer, sha256, kept + rejected, kept, rejected=rejected, notes=readings.notes
    )


def decision_of(readings: Readings) -> Decision:
    """Return how a text was read, for the screen and for `model.redecide`."""
    offsets = len(readings.snapshots) > 0 and readings.snapshots["t_local"].isna().all()
    stated = Choice("offset", Origin.DECLARED, sentence("importing.every_moment_names_offset"))
    return Decision(
        unit=Choice("cell", Origin.DECLARED, sentence("importing.each_figure_names_unit")),
        base=Choice(
            "1000", Origin.ASSUMED, sentence("importing.operators_phones_print_decimal_units")
        ),
        locale=readings.locale,
        zone=stated if offsets else readings.zone,
    )


def parse_balance(text: str, *, timezone: str | None) -> TypedSnapshots:
    """Read balances typed on the command line, one a line.

    >>> parse_balance("2026-11-02 09:00, 4.2 GB left", timezone=None).frame["remaining"][0]
    np.int64(4200000000)

    Raises
    ------
    UsageError
        A line is not a balance, or leaves date or zone open; names the accepted forms.
    """
    try:
        readings = parse_readings(text, name=TYPED_NAME, timezone=timezone)
    except QuestionError as question:
        raise UsageError(
            sentence("importing.balance_2", found=question.found, next_step=question.next_step)
        ) from question
    if len(readings.rejected):
        first = readings.rejected.iloc[0]
        said = text.split("\n")[int(first["line"]) - 1].strip()[:60]
        reason = first["reason"]
        forms = "" if ACCEPTED in reason else sentence("importing.accepted_forms")
        raise UsageError(sentence("importing.balance", said=said, reason=reason, forms=forms))
    if not len(readings.snapshots) or len(readings.app_readings):
        raise UsageError(
            sentence(
                "importing.balance_no_balance_accepted", text=text.strip()[:60], accepted=ACCEPTED
            )
        )
    sha256 = hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()
    source = source_of(readings, name=TYPED_NAME, importer="balance_readings", sha256=sha256)
    return typed_snapshots(readings, source, rejected=True)
