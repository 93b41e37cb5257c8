"""The largest billed rows of a line with their split among apps: what a bill row points at."""

from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.explorer.cells import Detail
from esim_analysis.explorer.hours import Hours
from esim_analysis.explorer.names import Apps
from esim_analysis.model import Analysis

_MOST: Final = 300
_STATUSES: Final = ("explained", "partly", "no_evidence", "conflicting")


def columns(
    analysis: Analysis, line: str, hours: Hours, apps: Apps, shown: Detail
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return index and columns of a line's largest rows.

    Only rows that touch an hour the share level tells apart; what such a row does
    outside those hours is cut off its times (`row_cut`), never off its bytes.
    `row_parts` says how many of `part_app`, `part_bytes` belong to each row.
    """
    rows = _touching(analysis, line, hours, shown.by_line[line])
    left_out = {"count": len(rows), "bytes": int(rows["billed"].sum())}
    rows = rows.nlargest(_MOST, "billed", keep="first").sort_values("start", kind="stable")
    left_out["count"] -= len(rows)
    left_out["bytes"] -= int(rows["billed"].sum())
    parts = _parts(analysis, apps, rows["record"])
    counts = parts.groupby("record").size().reindex(rows["record"], fill_value=0)
    return {"rows_left_out": left_out}, {
        "row_start": rows["start"].to_numpy() // 1000,
        "row_end": rows["end"].to_numpy() // 1000,
        "row_cut": rows["cut"].to_numpy().astype("int64"),
        "row_bytes": rows["billed"].to_numpy(),
        "row_status": rows["status"].to_numpy(),
        "row_parts": counts.to_numpy(),
        "part_app": parts["app"].to_numpy(),
        "part_bytes": parts["bytes"].to_numpy(),
    }


def _touching(analysis: Analysis, line: str, hours: Hours, shown: np.ndarray) -> pd.DataFrame:
    """Return the line's records that touch shown hours: times in ms cut to those hours."""
    records = analysis.attribution.by_record
    # Records of no bytes draw nothing, and a line of only such records has no hours at all.
    mine = records[(records["line"] == line) & (records["billed"] > 0) & (hours.count > 0)]
    usage = analysis.usage.frame.iloc[mine["record"].to_numpy(dtype="int64")]
    start = usage["start_utc"].dt.as_unit("ms").astype("int64").to_numpy()
    end = usage["end_utc"].dt.as_unit("ms").astype("int64").to_numpy()
    edges = hours.edges
    first = np.searchsorted(edges, start, "right") - 1
    last = np.maximum(np.searchsorted(edges, end, "left") - 1, first)
    number = np.arange(hours.count)
    nearest_after = np.minimum.accumulate(np.where(shown, number, hours.count)[::-1])[::-1]
    nearest_before = np.maximum.accumulate(np.where(shown, number, -1))
    from_, until = nearest_after[first], nearest_before[last]
    touches = from_ <= last
    cut_start = np.maximum(start, edges[np.minimum(from_, hours.count)])
    cut_end = np.minimum(end, edges[until + 1])
    frame = pd.DataFrame(
        {
            "record": mine["record"].to_numpy(dtype="int64"),
            "billed": mine["billed"].to_numpy(dtype="int64"),
            "status": mine["status"].map({name: code for code, name in enumerate(_STATUSES)})
            .fillna(0).to_numpy(dtype="int64"),
            "start": cut_start,
            "end": cut_end,
            "cut": (cut_start != start) | (cut_end != end),
        }
    )  # fmt: skip
    kept: pd.DataFrame = frame[touches]
    return kept


def _parts(analysis: Analysis, apps: Apps, records: pd.Series) -> pd.DataFrame:
    pieces = analysis.attribution.pieces
    mine = pieces[pieces["record"].isin(records)]
    mine = mine.assign(app=apps.codes(mine["app"]))
    summed = mine.groupby(["record", "app"], sort=True)["bytes"].sum().reset_index()
    place = pd.Series(range(len(records)), index=records.to_numpy())
    order = summed.assign(place=summed["record"].map(place))
    order = order.sort_values(["place", "bytes", "app"], ascending=[True, False, True])
    parts: pd.DataFrame = order.astype({"record": "int64", "bytes": "int64"})
    return parts
