"""Rows of vnStat's tables: when they were, how many bytes, and each byte once."""

from typing import Any, Final

import pandas as pd

# Finest first: the tables tell the same bytes.
TABLES: Final = {
    "fiveminute": pd.DateOffset(minutes=5),
    "hour": pd.DateOffset(hours=1),
    "day": pd.DateOffset(days=1),
    "month": pd.DateOffset(months=1),
}
_MOST: Final = 10**16
_FAR_FUTURE: Final = 4_102_444_800  # the year 2100


def table_rows(
    traffic: dict[str, Any], table: str, *, unit: int, updated: float | None
) -> pd.DataFrame:
    """Return `wall, start, rx, tx, updated` of one table; impossible numbers are missing."""
    listed = traffic.get(table, traffic.get(table + "s"))
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    dates = [row["date"] if isinstance(row.get("date"), dict) else {} for row in rows]
    # Version 1 has no time: the id of an hour is its hour.
    old = {"hour": "id"}.get(table, "")
    times = [
        row["time"] if isinstance(row.get("time"), dict) else {"hour": row.get(old, 0)}
        for row in rows
    ]
    parts = pd.DataFrame(
        {
            "year": [whole(date.get("year")) for date in dates],
            "month": [whole(date.get("month", 1)) for date in dates],
            "day": [whole(date.get("day", 1)) for date in dates],
            "hour": [whole(time.get("hour", 0)) for time in times],
            "minute": [whole(time.get("minute", 0)) for time in times],
        },
        dtype="float64",
    )
    stamp = pd.Series([whole(row.get("timestamp")) for row in rows], dtype="float64")
    stamp = stamp.where(stamp.between(0, _FAR_FUTURE))
    counts = {
        name: pd.Series([whole(row.get(name)) for row in rows], dtype="float64")
        for name in ("rx", "tx")
    }
    return pd.DataFrame(
        {
            "wall": _wall(parts),
            "start": _utc(stamp),
            **{
                name: (count.where(count.between(0, _MOST)) * unit).astype("Int64")
                for name, count in counts.items()
            },
            "updated": _utc(pd.Series(updated, index=stamp.index, dtype="float64")),
        }
    )


def whole(value: object) -> float | None:
    """Return a whole number of JSON, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < _MOST and value == int(value) else None


def _wall(parts: pd.DataFrame) -> pd.Series:
    sure = parts.where(parts["year"].between(2000, 2100))
    return pd.to_datetime(sure, errors="coerce").astype("datetime64[us]")


def _utc(seconds: pd.Series) -> pd.Series:
    times = pd.to_datetime(seconds, unit="s", utc=True)
    return times.astype("datetime64[us, UTC]")


def place(rows: pd.DataFrame, table: str, zone: str) -> pd.DataFrame:
    """Give each row its UTC interval; a day ends at the next local midnight."""
    local = rows["wall"].dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    start = rows["start"].fillna(local.dt.tz_convert("UTC"))
    rows = rows.assign(start=start).sort_values(["start", "wall"], kind="stable")
    offset = rows["wall"] - rows["start"].dt.tz_localize(None)
    wall_end = rows["wall"] + TABLES[table]
    end = (wall_end - offset).dt.tz_localize("UTC")
    end = end.fillna(rows["start"] + TABLES[table])
    # Where the next row follows without a gap its start is the end: clocks may have changed.
    end = end.mask(wall_end == rows["wall"].shift(-1), rows["start"].shift(-1))
    end = end.mask(end > rows["updated"], rows["updated"])
    return rows.assign(end=end)


def each_byte_once(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of one card, finest first: a coarser one only before the finer begins.

    Where a coarse row reaches into the finer table, the finer rows inside it go:
    nothing is counted twice and nothing is lost.
    """
    joined = tables[0]
    for coarser in tables[1:]:
        if joined.empty:
            joined = coarser
            continue
        before = coarser[coarser["start"] < joined["start"].min()]
        joined = pd.concat([before, joined[~(joined["start"] < before["end"].max())]])
    return joined
