"""From marked rows to findings: windows, sums, money, and the rows they rest on."""

from collections.abc import Hashable
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from esim_analysis.leakage.bands import group_bands
from esim_analysis.leakage.facts import Facts
from esim_analysis.model import Finding, Severity, Window

ROWS_SHOWN: Final = 50  # enough to look up by hand; the tables hold the rest
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
)


def assemble(
    facts: Facts,
    rule: str,
    parts: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    rows: pd.DataFrame,
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
        `group, ref, bytes`: source rows, of which the largest are cited.
    """
    parts = parts[parts["group"].isin(groups.index)]
    windows = _windows(parts)
    band = group_bands(facts.table, parts)
    table = groups.assign(
        bytes_low=band["bytes_low"],
        bytes_high=band["bytes_high"],
        cost=parts.groupby("group")["cost"].sum(min_count=1),
    )
    cited = _cited(rows)
    return [
        _finding(facts, rule, record, windows=windows[group], rows=cited.get(group, ()))
        for group, record in zip(table.index, table.to_dict("records"), strict=True)
    ]


def evidence_rows(facts: Facts, parts: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence rows behind each group's windows: `group, ref, bytes`."""
    bounds = parts.groupby("window").agg(
        group=("group", "first"), start_utc=("start_utc", "min"), end_utc=("end_utc", "max")
    )
    bounds["app"] = bounds["group"].map(groups["app"])
    frame = facts.evidence.frame
    frame = frame[frame["app"].isin(groups["app"]) & (frame["ground"] != "foreground")]
    right = bounds.rename(columns={"start_utc": "from_utc", "end_utc": "until_utc"})
    found = pd.merge_asof(
        frame.sort_values("end_utc", kind="stable"),
        right.sort_values("from_utc", kind="stable"),
        left_on="end_utc",
        right_on="from_utc",
        by="app",
        allow_exact_matches=False,
    )
    found = found[found["until_utc"] > found["start_utc"]]
    volume = found[["bytes_up", "bytes_down"]].sum(axis=1).astype("int64")
    return pd.DataFrame({"group": found["group"], "ref": _ref(found), "bytes": volume})


def usage_rows(facts: Facts, row: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Return the usage records in place `row` as rows to cite: `group, ref, bytes`."""
    records = facts.usage.frame.assign(billed=facts.usage.billed.astype("int64")).loc[row]
    return pd.DataFrame(
        {
            "group": group.to_numpy(),
            "ref": _ref(records).to_numpy(),
            "bytes": records["billed"].to_numpy(),
        }
    )


def _ref(frame: pd.DataFrame) -> pd.Series:
    return frame["source"].fillna("") + ":" + frame["source_row"].fillna("")


def _windows(parts: pd.DataFrame) -> dict[Any, tuple[Window, ...]]:
    found = parts.groupby("window", sort=False).agg(
        group=("group", "first"),
        start_utc=("start_utc", "min"),
        end_utc=("end_utc", "max"),
        bytes=("bytes", "sum"),
    )
    found = found.sort_values(["group", "start_utc"], kind="stable")
    grouped: dict[Any, list[Window]] = {}
    for group, start, end, volume in zip(
        found["group"], found["start_utc"], found["end_utc"], found["bytes"], strict=True
    ):
        grouped.setdefault(group, []).append(Window(start, end, round(volume)))
    return {group: tuple(several) for group, several in grouped.items()}


def _cited(rows: pd.DataFrame) -> dict[Any, tuple[str, ...]]:
    ordered = rows.sort_values(["bytes", "ref"], ascending=[False, True], kind="stable")
    ordered = ordered.drop_duplicates(["group", "ref"]).groupby("group").head(ROWS_SHOWN)
    grouped: dict[Any, list[str]] = {}
    for group, ref in zip(ordered["group"], ordered["ref"], strict=True):
        grouped.setdefault(group, []).append(ref)
    return {group: tuple(several) for group, several in grouped.items()}


def _finding(
    facts: Facts,
    rule: str,
    record: dict[Hashable, Any],
    *,
    windows: tuple[Window, ...],
    rows: tuple[str, ...],
) -> Finding:
    volume = sum(window.bytes for window in windows)
    known_cost = bool(facts.currency) and pd.notna(record["cost"])
    told = {str(key): _plain(value) for key, value in record.items() if key not in _FIELDS}
    settings = facts.evidence.settings
    app = str(record["app"])
    told["platform"] = settings.platform
    told["background_off"] = int(app in settings.background_off)
    told["data_saver_exempt"] = int(app in settings.data_saver_exempt)
    told["period_days"] = round(float(facts.lines["days"].loc[record["line"]]), 2)
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
        currency=facts.currency if known_cost else "",
        remedy=str(record["remedy"]),
        facts=told,
        evidence_rows=rows,
    )


def _plain(value: str | float) -> str | int | float:
    return round(value, 6) if isinstance(value, float) else value
