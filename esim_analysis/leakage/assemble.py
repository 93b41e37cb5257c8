"""From marked rows to findings: windows, sums, money, and the rows they rest on."""

from collections.abc import Hashable
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Ints, micros
from esim_analysis.leakage.bands import group_bands
from esim_analysis.leakage.citing import Rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups
from esim_analysis.leakage.spans import NOWHERE, bounds, last_begun
from esim_analysis.model import Finding, Severity, Window

_CENT_PARTS: Final = Decimal("0.000001")  # as fine as money is kept
_FIELDS: Final = (
    "line",
    "app",
    "severity",
    "confidence",
    "remedy",
    "bytes_low",
    "bytes_high",
    "cost",
    "period_days",
)


def assemble(
    facts: Facts,
    rule: str,
    parts: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    rows: Rows,
) -> list[Finding]:
    """Build one finding a group.

    Parameters
    ----------
    parts
        The bytes of each group: `group, window, start_utc, end_utc, bytes, cost`
        (float), and what `group_bands` needs.
    groups
        Indexed by group: `line, app, severity, confidence, remedy`; every further
        column becomes a fact the sentences may use.
    rows
        The rows each group rests on, of which the largest are cited.
    """
    kept = parts["group"].isin(groups.index)
    parts = parts if kept.all() else parts[kept]
    windows = _windows(parts)
    band = group_bands(facts.table, parts)
    table = groups.assign(
        bytes_low=band["bytes_low"], bytes_high=band["bytes_high"], cost=_costs(parts)
    )
    cited = rows.cited()
    table["period_days"] = facts.lines["days"].reindex(table["line"]).to_numpy()
    return [
        _finding(facts, rule, record, windows=windows[group], rows=cited.get(group, ()))
        for group, record in zip(table.index, table.to_dict("records"), strict=True)
    ]


def evidence_rows(facts: Facts, parts: pd.DataFrame, groups: pd.DataFrame) -> Rows:
    """Return the evidence rows behind each group's windows, those on screen left out."""
    windows = Groups.of(parts["window"])
    spans = windows.frame(bounds(windows, parts))
    group = windows.first(parts["group"]).to_numpy()
    app = pd.Index(groups["app"].unique())
    owner = app.get_indexer(groups["app"].reindex(group).to_numpy())
    seen = facts.seen
    known = np.append(app.get_indexer(seen.apps), NOWHERE)
    wanted = np.flatnonzero((known[seen.app] >= 0) & seen.unseen)
    # A row counts for the last window that began before it ended, if it reaches into it.
    end = seen.end[wanted]
    found = last_begun(
        known[seen.app[wanted]], end, owner, micros(spans["start_utc"]), strictly=True
    )
    until = micros(spans["end_utc"])
    reaches = (found != NOWHERE) & (until[found] > seen.start[wanted])
    row = wanted[reaches]
    return Rows(facts.evidence.frame, group[found[reaches]], row, seen.bytes[row])


def usage_rows(facts: Facts, row: "Ints | pd.Series[int]", group: pd.Series) -> Rows:
    """Return the usage records in place `row` as rows to cite."""
    billed = facts.usage.billed.to_numpy(dtype=np.int64)
    place = np.asarray(row)
    return Rows(facts.usage.frame, group.to_numpy(), place, billed[place])


def _windows(parts: pd.DataFrame) -> dict[Any, tuple[Window, ...]]:
    windows = Groups.of(parts["window"])
    found = windows.frame(
        {
            "group": windows.first(parts["group"]),
            **bounds(windows, parts),
            "bytes": windows.sum(parts["bytes"]),
        }
    )
    found = found.sort_values(["group", "start_utc"], kind="stable")
    volume = map(round, found["bytes"].tolist())
    each = [*map(Window, found["start_utc"], found["end_utc"], volume)]
    groups = Groups.of(found["group"])
    ends = np.append(groups.start[1:], len(each)).tolist()
    names = groups.number.tolist()
    return {
        name: tuple(each[start:end])
        for name, start, end in zip(names, groups.start.tolist(), ends, strict=True)
    }


def _costs(parts: pd.DataFrame) -> pd.Series:
    """Sum what is known of the cost of each group; missing where nothing is."""
    groups = Groups.of(parts["group"])
    cost = parts["cost"].to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(cost)
    total = groups.sum(np.where(known, cost, 0.0))
    return pd.Series(np.where(groups.sum(known) > 0, total, np.nan), index=groups.number)


def _finding(
    facts: Facts,
    rule: str,
    record: dict[Hashable, Any],
    *,
    windows: tuple[Window, ...],
    rows: tuple[str, ...],
) -> Finding:
    volume = sum(window.bytes for window in windows)
    currency = facts.currencies.get(str(record["line"]), "")
    known_cost = bool(currency) and pd.notna(record["cost"])
    told = {str(key): _plain(value) for key, value in record.items() if key not in _FIELDS}
    settings = facts.evidence.settings
    app = str(record["app"])
    told["platform"] = settings.platform
    told["background_off"] = int(app in settings.background_off)
    told["data_saver_exempt"] = int(app in settings.data_saver_exempt)
    told["period_days"] = round(float(record["period_days"]), 2)
    return Finding(
        rule=rule,
        severity=Severity(record["severity"]),
        confidence=float(record["confidence"]),
        line=str(record["line"]),
        app=app,
        windows=windows,
        bytes=volume,
        bytes_low=min(volume, round(record["bytes_low"])),
        bytes_high=max(volume, round(record["bytes_high"])),
        cost=Decimal(repr(float(record["cost"]))).quantize(_CENT_PARTS) if known_cost else None,
        currency=currency if known_cost else "",
        remedy=str(record["remedy"]),
        facts=told,
        evidence_rows=rows,
    )


def _plain(value: str | float) -> str | int | float:
    return round(value, 6) if isinstance(value, float) else value
