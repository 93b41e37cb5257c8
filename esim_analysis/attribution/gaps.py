"""What the evidence at hand leaves open, each gap with the billed bytes behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.attribution.beside import COUNTERS
from esim_analysis.model import (
    RESIDUALS,
    TETHERING,
    UNATTRIBUTED,
    Attribution,
    Coverage,
    Evidence,
    UsageRecords,
)

GAPS: Final = (
    "no_evidence",
    "line_unseen",
    "days_unseen",
    "unexplained",
    "nameless",
    "hotspot",
    "network_unknown",
    "ground_unknown",
    "hosts_unknown",
    "coarse_bill",
)
_COARSE: Final = ("prorated", "date_only")
_DAY: Final = pd.Timedelta(hours=20)  # a bucket this long says which day, not which hour
_LEAST_SHARE: Final = 0.05  # of the bill; less is not worth anybody's minutes


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that cannot be answered yet.

    Attributes
    ----------
    kind
        Member of `GAPS`.
    bytes
        Billed bytes it concerns.
    share
        Of the whole bill.
    """

    kind: str
    bytes: int
    share: float


def gaps(
    usage: UsageRecords, evidence: Evidence, attribution: Attribution, coverage: Coverage
) -> tuple[Gap, ...]:
    """Return what is open, most bytes first; gaps below a twentieth of the bill are left out.

    Gaps may concern the same bytes: a day nobody saw has no hosts either, but only the
    first is told, since closing it closes the other.
    """
    billed = int(usage.billed.sum())
    if billed <= 0:
        return ()
    found = [Gap(kind, size, size / billed) for kind, size in _sizes(usage, evidence, attribution)]
    if not evidence.frame.empty:
        outside = _outside(coverage)
        found.append(Gap("days_unseen", outside, outside / billed))
    large = [gap for gap in found if gap.share >= _LEAST_SHARE]
    return tuple(sorted(large, key=lambda gap: (-gap.bytes, GAPS.index(gap.kind))))


def _sizes(
    usage: UsageRecords, evidence: Evidence, attribution: Attribution
) -> Iterator[tuple[str, int]]:
    pieces, frame = attribution.pieces, usage.frame
    length = frame["end_utc"] - frame["start_utc"]
    coarse = frame["time_quality"].isin(_COARSE) | (
        (frame["time_quality"] == "bucket") & (length >= _DAY)
    )
    yield "coarse_bill", int(usage.billed[coarse].sum())
    if not _speaks_of_bytes(evidence):
        yield "no_evidence", int(usage.billed.sum())
        return
    named = ~pieces["app"].isin(RESIDUALS)
    seen = set(pieces.loc[named & (pieces["bytes"] > 0), "line"])
    unseen = ~frame["line"].isin(seen)
    if seen:
        yield "line_unseen", int(usage.billed[unseen].sum())
    mine = pieces[pieces["line"].isin(seen) & (pieces["bytes"] > 0)]
    inside = mine["start_utc"] < evidence.frame["end_utc"].max()
    inside &= mine["end_utc"] > evidence.frame["start_utc"].min()
    yield "unexplained", _sum(mine, (mine["app"] == UNATTRIBUTED) & inside)
    yield "nameless", _sum(mine, mine["app"].str.startswith("uid:"))
    yield "hotspot", _sum(mine, mine["app"] == TETHERING)
    apps = ~mine["app"].isin([*RESIDUALS, TETHERING])
    yield "ground_unknown", _sum(mine, apps & (mine["ground"] == "unknown"))
    if not _has_hosts(evidence):
        yield "hosts_unknown", _sum(mine, apps)
    yield "network_unknown", round(_sum(mine, apps) * _of_unnamed_network(evidence))


def _sum(pieces: pd.DataFrame, rows: "pd.Series[bool]") -> int:
    return int(pieces.loc[rows, "bytes"].sum())


def _speaks_of_bytes(evidence: Evidence) -> bool:
    volume = evidence.frame[["bytes_up", "bytes_down"]]
    return bool(volume.notna().any(axis=None))


def _has_hosts(evidence: Evidence) -> bool:
    told = evidence.frame[["remote_host", "remote_ip"]]
    return bool(((told.notna()) & (told != "")).any(axis=None))


def _of_unnamed_network(evidence: Evidence) -> float:
    """Return the share of connections that may be Wi-Fi; counters beside them tell them apart."""
    frame = evidence.frame[evidence.frame["counts_toward_total"].fillna(value=True).astype(bool)]
    volume = frame[["bytes_up", "bytes_down"]].sum(axis=1).astype("float64")
    if frame["time_kind"].isin(COUNTERS).any() or not volume.sum():
        return 0.0
    return float(volume[frame["interface"] == "unknown"].sum() / volume.sum())


def _outside(coverage: Coverage) -> int:
    """Return billed bytes of days that no evidence touches."""
    days = coverage.by_day
    return int(days.loc[days["covered"] == 0, "billed"].sum())
