"""Attribution: every billed byte has a line of its own, named or honestly unnamed."""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from esim_analysis.model.decisions import Choice
from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import BYTES, CODED, COUNT, TEXT, UTC_TIME, Schema, conform

UNATTRIBUTED: Final = "unattributed"
ROUNDING: Final = "rounding"
CONFLICT: Final = "conflict"
RESIDUALS: Final = (UNATTRIBUTED, ROUNDING, CONFLICT)
STATUSES: Final = ("exact", "estimated", "bounded", "unattributed", "conflict")

PIECES: Final[Schema] = {
    "line": CODED,
    "record": COUNT,  # row number in UsageRecords.frame
    "app": CODED,  # an app, or a member of RESIDUALS
    "ground": CODED,
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "bytes": BYTES,  # billed bytes; negative only for conflict
    "status": CODED,
}
BY_CYCLE: Final[Schema] = {
    "line": TEXT,
    "app": TEXT,
    "bytes": BYTES,
    "bytes_low": BYTES,
    "bytes_high": BYTES,
    "status": TEXT,
}
BY_DAY: Final[Schema] = {"line": TEXT, "day": TEXT, **dict(list(BY_CYCLE.items())[1:])}
BY_RECORD: Final[Schema] = {
    "line": TEXT,
    "record": COUNT,
    "billed": BYTES,
    "attributed": BYTES,
    "unattributed": BYTES,
    "rounding": BYTES,
    "conflict": BYTES,
    "status": TEXT,  # explained | partly | no_evidence | conflicting
}


@dataclass(frozen=True, slots=True)
class Overhead:
    """Billed bytes per phone byte: a point, its band, and where they come from.

    `origin` is `"estimated"` (from `sessions` billed records that the evidence
    explains completely), `"assumed"`, or `"declared"` by the user.
    """

    point: float
    low: float
    high: float
    origin: str
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """What the scan of clock offsets between bill and phone said.

    `verdict` is `"agrees"`, `"shifted"` (by `offset_minutes`, bill minus phone),
    or `"cannot_tell"`. `scores` has `offset_minutes, score`; low is good. `margin` is by how
    much every offset whole hours away is worse than the best one, as a share of its score; NaN
    where records are too few or too long to tell, or nothing meets at any offset.
    """

    verdict: str
    offset_minutes: int = 0
    score: float = float("nan")
    margin: float = float("nan")
    scores: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Line × app × window to bytes, with band and status; residuals are rows like apps.

    Attributes
    ----------
    pieces
        `PIECES`: the finest grain, one row a (record, app, ground, time span);
        its bytes sum to the billed bytes of each record exactly.
    by_day, by_cycle
        `BY_DAY`, `BY_CYCLE`: what the tables print; `day` is local to `zone`.
    by_record
        `BY_RECORD`: each billed row with its residuals and status.
    zone
        Time zone of the days, and where it comes from.
    rounding
        Which way the bill's volumes were rounded to whole steps (`up`, `nearest`, `down`), as small
        records say it, or `unclear`; None where steps are too fine to matter.
    sims
        `line` → home network of the SIM the evidence was taken from, `""` for all.
    """

    pieces: pd.DataFrame
    by_day: pd.DataFrame
    by_cycle: pd.DataFrame
    by_record: pd.DataFrame
    overhead: Overhead
    clock: ClockCheck
    zone: Choice
    sims: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rounding: Choice | None = None

    def __post_init__(self) -> None:
        """Check the contracts, and that no byte was lost or found."""
        for name, schema in (
            ("pieces", PIECES),
            ("by_day", BY_DAY),
            ("by_cycle", BY_CYCLE),
            ("by_record", BY_RECORD),
        ):
            object.__setattr__(self, name, conform(getattr(self, name), schema, what=name))
        parts = self.by_record[["attributed", "unattributed", "rounding", "conflict"]].sum(axis=1)
        off = int((parts != self.by_record["billed"]).sum())
        if off:
            raise FrameError.broken_rule(
                "attribution", "the parts of a record sum to its bill", off
            )
        billed = int(self.by_record["billed"].sum())
        for name in ("pieces", "by_day", "by_cycle"):
            if int(getattr(self, name)["bytes"].sum()) != billed:
                raise FrameError.broken_rule("attribution", f"{name} sums to the bill", 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of billed bytes for which any evidence exists.

    Attributes
    ----------
    share
        Over everything, 0 to 1.
    billed, covered
        The bytes behind `share`.
    by_day
        `line, day, billed, covered, share`.
    evidence_from, evidence_until
        The span the evidence speaks of; None without evidence.
    """

    share: float
    billed: int
    covered: int
    by_day: pd.DataFrame
    evidence_from: pd.Timestamp | None = None
    evidence_until: pd.Timestamp | None = None
