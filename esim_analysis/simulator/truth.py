"""The truth of a bill, to the byte, in the words of the tables."""

import pandas as pd

from esim_analysis.simulator.calendar import Calendar
from esim_analysis.simulator.operator_meter import Bill
from esim_analysis.simulator.phone import as_tabled

ROUNDING = "rounding"


def by_day(bill: Bill, calendar: Calendar) -> pd.DataFrame:
    """Return `day, app, ground, phone_bytes, billed_bytes`; rounding is an app, all sum to the bill.

    Days are local; a record never crosses midnight, since the operator cuts there.
    """
    pieces = bill.pieces.assign(
        day=_days(bill.pieces["start"], calendar), app=as_tabled(bill.pieces["app"])
    )
    apps = pieces.groupby(["day", "app", "ground"], as_index=False)[["bytes", "billed"]].sum()
    records = bill.records
    rounding = (
        (records["billed"] - records["metered"]).groupby(_days(records["start"], calendar)).sum()
    )
    rest = pd.DataFrame({"day": rounding.index, "bytes": 0, "billed": rounding.to_numpy()})
    rest = rest.assign(app=ROUNDING, ground="unknown")
    table = pd.concat([apps, rest[rest["billed"] > 0]], ignore_index=True)
    table = table.sort_values(["day", "app", "ground"], ignore_index=True)
    return table.rename(columns={"bytes": "phone_bytes", "billed": "billed_bytes"})


def by_record(bill: Bill) -> pd.DataFrame:
    """Return the records with UTC times: `start_utc, end_utc, phone_bytes, …, billed_bytes`."""
    records = bill.records
    return pd.DataFrame(
        {
            "start_utc": _utc(records["start"]),
            "end_utc": _utc(records["end"]),
            "phone_bytes": records["phone_bytes"],
            "overhead_ppm": records["overhead_ppm"],
            "metered_bytes": records["metered"],
            "billed_bytes": records["billed"],
        }
    )


def by_record_and_app(bill: Bill) -> pd.DataFrame:
    """Return `record, app, phone_bytes, billed_bytes`; `record` is a row of `by_record`, from 0."""
    pieces = bill.pieces.assign(app=as_tabled(bill.pieces["app"]))
    table = pieces.groupby(["record", "app"], as_index=False)[["bytes", "billed"]].sum()
    return table.rename(columns={"bytes": "phone_bytes", "billed": "billed_bytes"})


def events(bill: Bill, calendar: Calendar) -> list[dict[str, object]]:
    """Return each planted event: what, which app, when (UTC), phone and billed bytes."""
    planted = bill.pieces[bill.pieces["event"] != ""]
    night = _days(planted["start"], calendar)
    found = (
        planted.groupby([night.rename("day"), "event", "app", "ground"])
        .agg(
            start=("start", "min"), end=("end", "max"), phone=("bytes", "sum"), b=("billed", "sum")
        )
        .reset_index()
    )
    found = found.assign(start_utc=_utc(found.pop("start")), end_utc=_utc(found.pop("end")))
    found = found.rename(columns={"phone": "phone_bytes", "b": "billed_bytes"})
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def totals(table: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return billed bytes of the whole cycle by app and ground."""
    sums = table.pivot_table("billed_bytes", "app", "ground", aggfunc="sum")
    return {
        str(app): {str(ground): int(volume) for ground, volume in grounds.items() if volume > 0}
        for app, grounds in sums.to_dict("index").items()
    }


def _days(seconds: pd.Series, calendar: Calendar) -> pd.Series:
    wall = calendar.wall(seconds.to_numpy())
    return pd.Series(wall.strftime("%Y-%m-%d"), index=seconds.index)


def _utc(seconds: pd.Series) -> pd.Series:
    return seconds.astype("datetime64[s]").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
