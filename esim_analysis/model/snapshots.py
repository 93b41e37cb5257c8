"""Counter readings (balance left, megabytes used) and their differences."""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from esim_analysis.model.frames import BYTES, FLAG, LOCAL_TIME, TEXT, UTC_TIME, Schema, conform
from esim_analysis.model.sources import no_rejected

SNAPSHOTS: Final[Schema] = {
    "line": TEXT,
    "bundle": TEXT,
    "t_local": LOCAL_TIME,
    "t_utc": UTC_TIME,
    "used": BYTES,
    "total": BYTES,
    "remaining": BYTES,
    "unlimited": FLAG,
    "source": TEXT,
    "source_row": TEXT,
}


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Readings of a cumulative counter; `notes` say what was split or left out."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    rejected: pd.DataFrame = field(default_factory=no_rejected)

    def __post_init__(self) -> None:
        """Check the contract; order by line, bundle and time."""
        frame = conform(self.frame, SNAPSHOTS, what="snapshots")
        ordered = frame.sort_values(["line", "bundle", "t_utc"], kind="stable")
        object.__setattr__(self, "frame", ordered.reset_index(drop=True))


def difference(snapshots: Snapshots) -> pd.DataFrame:
    """Turn readings into intervals of use: one row between two readings of a bundle.

    A counter that goes back (new cycle, top-up) starts afresh: that interval is
    left out, since its use is unknown. Equal counters give a row of zero bytes,
    which proves silence.

    Returns
    -------
    pandas.DataFrame
        `line, bundle, start_utc, end_utc, start_local, end_local, bytes_total,
        source, source_row`, where `source_row` is that of the later reading.
    """
    frame = snapshots.frame
    by_bundle = frame.groupby(["line", "bundle"], dropna=False, sort=False)
    from_used = by_bundle["used"].diff()
    from_remaining = -by_bundle["remaining"].diff()
    volume = from_used.fillna(from_remaining)
    known = volume.notna() & (volume >= 0)
    return pd.DataFrame(
        {
            "line": frame["line"],
            "bundle": frame["bundle"],
            "start_utc": by_bundle["t_utc"].shift(),
            "end_utc": frame["t_utc"],
            "start_local": by_bundle["t_local"].shift(),
            "end_local": frame["t_local"],
            "bytes_total": volume,
            "source": frame["source"],
            "source_row": frame["source_row"],
        }
    )[known].reset_index(drop=True)


APP_READINGS: Final[Schema] = {
    "platform": TEXT,  # android | ios | ""
    "app": TEXT,
    "app_label": TEXT,
    "t_local": LOCAL_TIME,
    "t_utc": UTC_TIME,
    "used": BYTES,  # since the phone's counter was last reset
    "source": TEXT,
    "source_row": TEXT,
}
