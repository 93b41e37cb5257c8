"""Cases made by dice: any number of rows, hosts, lines and names; and the small case of three nights."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from esim_analysis.model import (
    Analysis,
    Attribution,
    Choice,
    ClockCheck,
    Coverage,
    Evidence,
    Finding,
    Origin,
    Overhead,
    Severity,
    UsageRecords,
    Window,
)

ZONE = "Europe/Madrid"
LEXI = "com.lexi.dictionary"
STATUS = {"unattributed": "unattributed", "rounding": "exact", "conflict": "conflict"}


def diced(
    rows: int,
    *,
    seed: int = 1,
    days: int = 31,
    apps: int = 22,
    hosts: int = 0,
    lines: int = 1,
    zone: str = ZONE,
    label: str = "Lexi Dictionary",
    hour: int = 3600,
) -> Analysis:
    """Return a case of `rows` billed rows, each divided among three apps and a residual."""
    dice = np.random.default_rng(seed)
    midnight = pd.Timestamp("2026-10-01", tz=zone).tz_convert("UTC").as_unit("us")
    start = midnight + pd.to_timedelta(
        np.sort(dice.integers(0, (days - 1) * 86_400, rows)), unit="s"
    ).as_unit("us")
    end = start + pd.to_timedelta(dice.integers(1, 3 * hour, rows), unit="s").as_unit("us")
    line = np.array([f"sim-{number}" for number in dice.integers(0, lines, rows)])
    names = np.array([LEXI, "tethering", "system", *(f"org.app{at}" for at in range(apps - 3))])
    pieces = pd.concat(
        [_part(start, end, line, names[dice.integers(0, apps, rows)], dice) for _ in range(3)]
        + [_part(start, end, line, dice.choice(list(STATUS), rows), dice)],
        ignore_index=True,
    )
    pieces = pieces.sort_values(["record", "app"], kind="stable").reset_index(drop=True)
    usage, pieces = _usage(pieces)
    attribution = _attribution(pieces, zone)
    return Analysis(
        usage=usage,
        evidence=_evidence((start, end), names, hosts, label, dice),
        attribution=attribution,
        coverage=_coverage(attribution),
        findings=_findings(str(line[0]) if rows else "sim-0", zone),
    )


def _part(start, end, line, app, dice):
    app = pd.Series(app)
    sizes = dice.integers(1, 4_000_000, len(app))
    conflict = app.eq("conflict").to_numpy()
    return pd.DataFrame(
        {
            "line": line,
            "record": np.arange(len(app)),
            "app": app,
            "ground": dice.choice(["foreground", "background", "unknown"], len(app)),
            "start_utc": start,
            "end_utc": end,
            "bytes": np.where(conflict, -(sizes // 4_000_000 + 1), sizes),
            "status": app.map(STATUS).fillna(
                pd.Series(dice.choice(["exact", "estimated", "bounded"], len(app)))
            ),
        }
    )


def _usage(pieces):
    billed = pieces.groupby("record").agg(
        line=("line", "first"), start_utc=("start_utc", "min"), end_utc=("end_utc", "max"),
        bytes_total=("bytes", "sum"),
    )  # fmt: skip
    frame = billed.reset_index().assign(
        record_id=billed.index.map("r{:09d}".format), time_quality="session", source="x.csv",
        source_row=billed.index.astype("str"),
    )  # fmt: skip
    records = UsageRecords(frame.drop(columns="record"))
    number = pd.Series(range(len(records.frame)), index=records.frame["record_id"])
    row = pieces["record"].map("r{:09d}".format).map(number)
    return records, pieces.assign(record=row.astype("int64"))


def _attribution(pieces, zone):
    parts = pieces["app"].where(pieces["app"].isin(list(STATUS)), "attributed")
    wide = (
        pieces.assign(part=parts)
        .pivot_table(index=["line", "record"], columns="part", values="bytes", aggfunc="sum")
        .reindex(columns=["attributed", *STATUS]).fillna(0).astype("int64")
    )  # fmt: skip
    by_record = wide.assign(billed=wide.sum(axis=1), status="partly").reset_index()
    banded = {"bytes_low": lambda frame: frame["bytes"], "bytes_high": lambda frame: frame["bytes"]}
    day = pieces.assign(day=pieces["start_utc"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d"))
    sums = {"bytes": "sum", "status": "first"}
    return Attribution(
        pieces=pieces,
        by_day=day.groupby(["line", "day", "app"], as_index=False).agg(sums).assign(**banded),
        by_cycle=pieces.groupby(["line", "app"], as_index=False).agg(sums).assign(**banded),
        by_record=by_record,
        overhead=Overhead(1.04, 1.02, 1.06, "assumed"),
        clock=ClockCheck("agrees"),
        zone=Choice(zone, Origin.DECLARED),
    )


def _coverage(attribution):
    days = attribution.by_day.groupby(["line", "day"], as_index=False)["bytes"].sum()
    by_day = days.rename(columns={"bytes": "billed"}).assign(covered=lambda d: d["billed"])
    billed = int(by_day["billed"].sum())
    return Coverage(1.0, billed, billed, by_day.assign(share=1.0))


def _evidence(times, names, hosts, label, dice):
    start, end = times
    labels = {LEXI: label} | {name: f"App of {name}" for name in names[3:]}
    if not hosts:
        return Evidence(Evidence.none().frame, labels=labels)
    rows = len(start)
    host = dice.integers(0, hosts, rows)
    frame = pd.DataFrame(
        {
            "start_utc": start, "end_utc": end, "time_kind": "flow",
            "app": names[host % len(names)],
            "ground": "unknown", "interface": "cellular",
            "bytes_down": dice.integers(1, 5_000_000, rows),
            "remote_host": [f"edge7.secret.host{number}.example.co.uk" if number % 2
                            else f"cdn.host{number}.com" for number in host],
            "confidence": 1.0,
        }
    )  # fmt: skip
    return Evidence(frame, labels=labels)


def _findings(line, zone):
    windows = tuple(
        Window(*(
            pd.Timestamp(f"2026-10-{day} 02:{minute}", tz=zone).tz_convert("UTC").as_unit("us")
            for minute in (10, 58)
        ), 1_000_000)
        for day in (13, 14, 21)
    )  # fmt: skip
    return (
        Finding(
            rule="background_sync", severity=Severity.HIGH, confidence=0.9, line=line, app=LEXI,
            windows=windows, bytes=3_000_000, bytes_low=2_900_000, bytes_high=3_100_000,
            cost=Decimal("3.84"), currency="EUR", remedy="background_data",
            facts={"kind": "counted", "platform": "android", "share_of_bill": 0.27, "at_night": 1.0,
                   "period_days": 31.0},
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def make() -> Callable[..., Analysis]:
    """Return the function that dices a case."""
    return diced
