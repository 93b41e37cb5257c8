"""The verdict: the few numbers everything else explains. Plain values, no sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.model import RESIDUALS, UNATTRIBUTED, Analysis, Finding, Origin, Severity, Window
from esim_analysis.model.clock import local_day
from esim_analysis.report.names import file_name
from esim_analysis.report.shares import app_totals

_LEADING: Final = 3
_PEAKS: Final = 2
# A finding is called sure only above these; below the second it is a hint.
_HIGH: Final = 0.8
_MEDIUM: Final = 0.5
_WORTH: Final = 0.05  # of the bill: a balance does not fall by less
_PLACE: Final = "roaming_unexpected"


@dataclass(frozen=True, slots=True)
class AppShare:
    """One app's billed bytes over the whole period, with their band."""

    app: str
    bytes: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person wants to know first.

    Attributes
    ----------
    billed
        Billed bytes of all lines.
    explained, explained_low, explained_high
        Bytes the evidence gives to an app, with their band.
    coverage
        Share of billed bytes for which any evidence exists, 0 to 1.
    top
        The first finding that names an app and is worth a headline, or None.
    hint
        Without one, the largest finding that names no app, else the first; or None.
    apps
        The largest apps, at most three; empty without evidence.
    peaks
        The largest billed intervals, for the days when no app can be named.
    charge, currency
        All money billed where it is in one currency, else None and "".
    as_of
        End of the last record.
    quality
        `"high"`, `"medium"` or `"low"` for the finding on top or, beside evidence, the
        hint; `""` without one;
        never stronger than the evidence covers the finding's own days.
    zone_assumed
        The zone of days and times is a stated fall-back, not known.
    problems
        Names of files that were not used, fit to be shown.
    labels
        Names of apps as people know them.
    """

    billed: int
    explained: int
    explained_low: int
    explained_high: int
    coverage: float
    top: Finding | None
    hint: Finding | None
    apps: tuple[AppShare, ...]
    peaks: tuple[Window, ...]
    charge: Decimal | None
    currency: str
    first: pd.Timestamp | None
    as_of: pd.Timestamp | None
    quality: str
    has_evidence: bool
    zone_assumed: bool
    problems: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)


def verdict(analysis: Analysis) -> Verdict:
    """Draw the few numbers of an analysis together."""
    totals = app_totals(analysis.attribution)
    named = totals[~totals["app"].isin(RESIDUALS) & (totals["bytes"] > 0)]
    billed = int(analysis.usage.billed.sum())
    low, high = _explained_band(totals, billed)
    charge, currency = _charge(analysis.usage.frame)
    frame = analysis.usage.frame
    top = next((finding for finding in analysis.findings if _leads(finding, billed)), None)
    hint = None if top else _hint(analysis.findings)
    seen = len(analysis.evidence.frame) > 0
    shown = top or (hint if seen else None)
    return Verdict(
        billed=billed,
        explained=int(named["bytes"].sum()),
        explained_low=low,
        explained_high=high,
        coverage=analysis.coverage.share,
        top=top,
        hint=hint,
        apps=_leading(named),
        peaks=_peaks(analysis),
        charge=charge,
        currency=currency,
        first=frame["start_utc"].min() if len(frame) else None,
        as_of=frame["end_utc"].max() if len(frame) else None,
        quality=quality_word(shown, analysis) if shown else "",
        has_evidence=seen,
        zone_assumed=analysis.attribution.zone.origin is Origin.ASSUMED,
        problems=tuple(file_name(problem.file) for problem in analysis.problems),
        labels=analysis.evidence.labels,
    )


def _leads(finding: Finding, billed: int) -> bool:
    """Tell whether a finding answers why a balance fell: it is grave, or no small part of it.

    What would cost as much otherwise, such as data sent in the clear, is no answer. Use in
    a place the plan does not hold is one, though every app had its part in it.
    """
    grave = finding.severity in (Severity.HIGH, Severity.MEDIUM)
    if not finding.app:
        return grave and finding.rule == _PLACE
    return bool(finding.facts.get("saves", 1)) and (grave or finding.bytes >= _WORTH * billed)


def _hint(findings: Sequence[Finding]) -> Finding | None:
    nameless = [finding for finding in findings if not finding.app]
    if nameless:
        return max(nameless, key=lambda finding: finding.bytes)
    return next(iter(findings), None)


def quality_word(finding: Finding, analysis: Analysis) -> str:
    """Return `"high"`, `"medium"` or `"low"`: the rule's confidence, capped by coverage.

    A finding from the bill alone names no app and claims nothing about the phone,
    so coverage does not cap it.
    """
    sure = finding.confidence
    if finding.app:
        sure = min(sure, _covered(finding, analysis))
    return "high" if sure >= _HIGH else "medium" if sure >= _MEDIUM else "low"


def _covered(finding: Finding, analysis: Analysis) -> float:
    starts = pd.Series([window.start_utc for window in finding.windows])
    days = analysis.coverage.by_day
    mine = days[(days["line"] == finding.line) & days["day"].isin(local_day(starts, analysis.zone))]
    billed = int(mine["billed"].sum())
    return int(mine["covered"].sum()) / billed if billed else analysis.coverage.share


def _explained_band(totals: pd.DataFrame, billed: int) -> tuple[int, int]:
    """Turn the residuals' bands over: what is surely not explained bounds what is."""
    rest = totals[totals["app"].isin(RESIDUALS)]
    open_part = rest[rest["app"] == UNATTRIBUTED]
    fixed = int(rest["bytes"].sum()) - int(open_part["bytes"].sum())
    low = billed - fixed - int(open_part["bytes_high"].sum())
    high = billed - fixed - int(open_part["bytes_low"].sum())
    return max(0, low), min(billed, max(0, high))


def _leading(named: pd.DataFrame) -> tuple[AppShare, ...]:
    columns = named[["app", "bytes", "bytes_low", "bytes_high"]].head(_LEADING)
    return tuple(AppShare(*row) for row in columns.values.tolist())  # noqa: PD011 - three rows


def _charge(frame: pd.DataFrame) -> tuple[Decimal | None, str]:
    paid = frame[frame["charge"].notna()]
    currencies = paid["currency"].dropna().unique()
    if len(currencies) != 1:
        return None, ""
    return Decimal(str(paid["charge"].sum())), str(currencies[0])


def _peaks(analysis: Analysis) -> tuple[Window, ...]:
    frame = analysis.usage.frame.assign(billed=analysis.usage.billed)
    largest = frame.nlargest(_PEAKS, "billed", keep="first")
    return tuple(
        Window(start, end, int(volume))
        for start, end, volume in zip(
            largest["start_utc"], largest["end_utc"], largest["billed"], strict=True
        )
    )
