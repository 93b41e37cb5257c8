"""The cube: what every view sums, small whatever the number of rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from esim_analysis.billing import Account
from esim_analysis.explorer import burning, cells, hosts, rows, told
from esim_analysis.explorer.hours import Hours
from esim_analysis.explorer.names import Apps, app_names, leading, line_numbers
from esim_analysis.explorer.packing import pack
from esim_analysis.model import Analysis, UsageError
from esim_analysis.model.attributions import STATUSES
from esim_analysis.model.evidence import GROUNDS

Share = Literal["apps", "apps-hourly", "domains", "full"]
VERSION: Final = 1
BUDGET: Final = 150_000  # characters of base64: head and one line together
# Cells and hours a step of hosts: the first pair that fits is taken. Cells come exact with
# all their statuses, exact with their weakest status, or rounded within their day.
_GRAINS: Final = (
    ("exact", 1),
    ("exact", 6),
    ("weakest", 1),
    ("weakest", 6),
    ("rounded", 1),
    ("rounded", 6),
    ("rounded", 24),
)


@dataclass(frozen=True, slots=True)
class Cube:
    """The aggregates behind every view, packed as text.

    Attributes
    ----------
    head
        Axis of hours, apps, findings, sentences; `packing.unpack` reads it.
    lines
        One block a line, in the order of `head`'s `lines`, each on its own feet.
    left_out
        Keys of `explorer.left_out_…`: what the share level keeps out.
    """

    head: str
    lines: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Characters of all blocks."""
        return len(self.head) + sum(len(line) for line in self.lines)


def cube(
    analysis: Analysis,
    *,
    share: Share = "apps",
    redact: bool = False,
    verdicts: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> Cube:
    """Sum an analysis by line, hour, app and ground.

    Bytes come from the pieces of the attribution, each spread over its hours by
    duration and largest remainder: sums over days and apps are those of `by_day`.

    Parameters
    ----------
    share
        `"apps"`: hours only inside the windows of findings, elsewhere days;
        `"apps-hourly"`: every hour; `"domains"`: also registered domains;
        `"full"`: also whole host names. Ids of persons or SIM cards are in no level.
    redact
        Tell apps by kind and number instead of by name; no hosts, which would name them.
    verdicts
        The answer in a sentence by language, where the host has one.
    account
        The case under its plan, for the allowance day by day; None without a plan.

    Raises
    ------
    UsageError
        The share level is unknown.
    """
    if share not in get_args(Share):
        raise UsageError(f"unknown share level {share!r}; known are {', '.join(get_args(Share))}")
    layout = _layout(analysis, share=share, redact=redact)
    left_out = _left_out(share, redact=redact)
    index = _head(analysis, layout) | {
        "share": share,
        "left_out": list(left_out),
        "verdicts": dict(verdicts or {}),
        "periods": burning.periods(account, layout.lines),
        "plan_events": burning.events(account, layout.lines),
    }
    head = pack(index, {})
    everything = cells.cells(analysis, layout.hours, layout.apps)
    blocks = tuple(
        _line(analysis, line, everything[everything["line"] == line], layout, BUDGET - len(head))
        for line in layout.lines
    )
    return Cube(head, blocks, left_out)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the axes of a cube are: hours, apps, lines, and how finely they are told."""

    share: Share
    hours: Hours
    apps: Apps
    ids: tuple[str, ...]
    names: dict[str, list[str]]
    lines: dict[str, str]
    shown: cells.Detail
    hosts: bool


def _layout(analysis: Analysis, *, share: Share, redact: bool) -> _Layout:
    pieces = analysis.attribution.pieces
    hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone)
    apps = leading(analysis)
    own = [f"app-{number}" for number in range(1, apps.others + 1)]
    return _Layout(
        share=share,
        hours=hours,
        apps=apps,
        ids=(*own, *apps.ids[apps.others :]) if redact else apps.ids,
        names=app_names(analysis, apps, redact=redact),
        lines=line_numbers(analysis),
        shown=cells.detail(analysis, hours, everything=share != "apps"),
        hosts=share in ("domains", "full") and not redact,
    )


def _head(analysis: Analysis, layout: _Layout) -> dict[str, Any]:
    coverage = analysis.coverage
    return {
        "version": VERSION,
        "hours": layout.hours.axis(),
        "zone_origin": str(analysis.attribution.zone.origin),
        "apps": list(layout.ids),
        "names": layout.names,
        "grounds": list(GROUNDS),
        "statuses": list(STATUSES),
        "lines": list(layout.lines.values()),
        "findings": told.findings(analysis, layout.apps, layout.names, layout.lines, layout.shown),
        "evidence": [_seconds(coverage.evidence_from), _seconds(coverage.evidence_until)],
        "as_of": _seconds(analysis.usage.frame["end_utc"].max()),
        "records": len(analysis.usage.frame),
        "say": told.catalogue(),
    }


def _line(analysis: Analysis, line: str, mine: pd.DataFrame, layout: _Layout, budget: int) -> str:
    """Return a line's block in the finest of our grains that stays within the budget."""
    hours, shown = layout.hours, layout.shown
    row_index, row_columns = rows.columns(analysis, line, hours, layout.apps, shown)
    index = {
        "coverage": _coverage(analysis, line, hours),
        "detail": _ranges(shown.by_line[line]),
        **row_index,
    }
    place = shown.place(line, mine["hour"].to_numpy(dtype="int64"), hours)
    summed = cells.sums(mine, place)
    parts = None
    if layout.hosts:
        parts = hosts.seen(analysis, line, hours, layout.apps, full=layout.share == "full")
    for grain, step in _GRAINS:
        groups, numbers = cells.columns(_grained(summed, grain, hours))
        told_hosts, host_columns = hosts.columns(parts, step=step)
        told_hosts["networks"] = hosts.networks_told(
            told_hosts.get("hosts", ()), analysis.knowledge
        )
        packed = pack(
            {**index, "groups": groups, "grain": grain, **told_hosts},
            {**numbers, **row_columns, **host_columns},
        )
        if len(packed) <= budget:
            break
    return packed


def _grained(summed: pd.DataFrame, grain: str, hours: Hours) -> pd.DataFrame:
    if grain == "exact":
        return summed
    merged = cells.weakest(summed)
    if grain == "weakest":
        return merged
    return cells.rounded(merged, np.concatenate((hours.day_of, np.arange(hours.days))))


def _coverage(analysis: Analysis, line: str, hours: Hours) -> list[list[int]]:
    """Return billed and covered bytes of the line by number of the day."""
    days = analysis.coverage.by_day
    mine = days[days["line"] == line].set_index("day")
    local = hours.midnights[:-1].tz_convert(hours.zone).strftime("%Y-%m-%d")
    told_days = mine[["billed", "covered"]].reindex(local).fillna(0).astype("int64")
    return told_days.to_numpy().T.tolist()


def _ranges(mask: np.ndarray) -> list[list[int]]:
    """Return the half-open ranges where a mask is set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype("int8"), [0]))))
    return edges.reshape(-1, 2).tolist()


def _seconds(instant: pd.Timestamp | None) -> int | None:
    return None if instant is None or pd.isna(instant) else int(instant.timestamp())


def _left_out(share: Share, *, redact: bool) -> tuple[str, ...]:
    hourly = ("hours",) if share == "apps" else ()
    named = {"domains": ("hosts",), "full": ()}.get(share, ("domains",))
    if redact:
        named = ("domains",)
    return (*hourly, *named, *(("names",) if redact else ()), "ids", "rows")
