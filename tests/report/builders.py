"""A small analysis built by hand: three nights of a dictionary app, and what else there was."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import (
    Analysis,
    Attribution,
    Choice,
    ClockCheck,
    Coverage,
    Decision,
    Evidence,
    FileError,
    Finding,
    Origin,
    Overhead,
    Severity,
    Source,
    UsageRecords,
    Window,
)

ZONE = "Europe/Madrid"
LEXI = "com.lexi.dictionary"
RAW_LINE = "8934071234567890123"
HOSTILE = "</script><img src=x onerror=alert(1)>\u202egnp.exe " + "A" * 300
# An app, its ground, local start, minutes, megabytes, and status in each row.
_USE = (
    [(LEXI, "background", f"2026-10-{day} 02:10", 48, 640, "estimated") for day in (13, 14, 21)]
    + [("com.stream.video", "foreground", f"2026-10-{day:02d} 21:00", 60, 150, "exact")
       for day in range(2, 24, 2)]
    + [("com.tencent.mm", "foreground", f"2026-10-{day:02d} 12:00", 60, 48, "exact")
       for day in range(1, 31)]
    + [("com.maps", "foreground", f"2026-10-{day:02d} 09:00", 60, 22, "exact")
       for day in range(1, 31, 3)]
    + [("tethering", "unknown", "2026-10-18 16:00", 60, 310, "exact"),
       ("system", "background", "2026-10-25 02:30", 60, 96, "estimated"),
       ("unattributed", "unknown", "2026-10-27 10:00", 60, 205, "unattributed"),
       ("unattributed", "unknown", "2026-10-29 10:00", 60, 90, "unattributed"),
       ("rounding", "unknown", "2026-10-29 10:00", 60, 1, "exact")]
)  # fmt: skip


def xiaoli(*, label: str = "Lexi Dictionary", evidence: bool = True) -> Analysis:
    """Return the case of three nights, under any name of the app, or from the bill alone."""
    pieces = _pieces(evidence=evidence)
    records = _usage(pieces)
    phone = _evidence(label) if evidence else Evidence.none()
    return Analysis(
        usage=records,
        evidence=phone,
        attribution=_attribution(pieces),
        coverage=_coverage(pieces),
        findings=(_nights(),) if evidence else (),
    )


def with_problem(analysis: Analysis) -> Analysis:
    """Return the case with one more file, of a user who numbers files by his SIM."""
    problem = FileError(
        f"/home/li/{RAW_LINE}.csv",
        sentence("importing.jpeg_picture"),
        sentence("importing.export_again"),
    )
    return replace(analysis, problems=(problem,))


def empty() -> Analysis:
    """Return a case with nothing billed."""
    return Analysis(
        usage=UsageRecords.none(),
        evidence=_evidence("Lexi Dictionary"),
        attribution=_attribution(_pieces(evidence=True).head(0)),
        coverage=Coverage(share=0.0, billed=0, covered=0, by_day=_coverage_days([])),
        findings=(),
    )


def _pieces(*, evidence: bool) -> pd.DataFrame:
    use = pd.DataFrame(_USE, columns=["app", "ground", "local", "minutes", "mb", "status"])
    start = pd.to_datetime(use["local"]).dt.tz_localize(ZONE, ambiguous=False)
    use["start_utc"] = start.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    use["end_utc"] = use["start_utc"] + pd.to_timedelta(use["minutes"], unit="min").astype(
        "timedelta64[us]"
    )
    use["bytes"] = (use["mb"] * 1_000_000).astype("Int64")
    use = use.sort_values(["start_utc", "app"], kind="stable").reset_index(drop=True)
    use["record"] = use["start_utc"].rank(method="dense").astype("int64") - 1
    use["day"] = start.dt.strftime("%Y-%m-%d").reindex(use.index)
    use["day"] = use["start_utc"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    use["line"] = "line-1"
    if not evidence:
        use = use.assign(app="unattributed", ground="unknown", status="unattributed")
    return use


def _usage(pieces: pd.DataFrame) -> UsageRecords:
    by_record = pieces.groupby("record", as_index=False).agg(
        {"line": "first", "start_utc": "min", "end_utc": "max", "bytes": "sum"}
    )
    frame = by_record.rename(columns={"bytes": "bytes_total"}).drop(columns="record")
    frame = frame.assign(
        time_quality="session",
        charge=[Decimal("0.50")] * len(frame),
        currency="EUR",
        source="consumo.csv",
        source_row=[str(row + 2) for row in range(len(frame))],
    )
    declared = Choice("MB", Origin.DECLARED, sentence("importing.cells_name_their_units"))
    decision = Decision(
        unit=declared,
        base=Choice("1000", Origin.ASSUMED, sentence("importing.file_does_not_say_how")),
        locale=Choice(
            "1.234,5 D/M/Y", Origin.DEDUCED, sentence("importing.only_one_order_day_month")
        ),
        zone=Choice(ZONE, Origin.DECLARED, sentence("importing.zone_given")),
    )
    source = Source(
        "consumo.csv",
        "table",
        "0" * 64,
        58,
        len(frame),
        3,
        2,
        (sentence("importing.rows_with_totals_left_out", count=2),),
    )
    return UsageRecords(
        frame=frame,
        decisions={"consumo.csv": decision},
        sources=(source,),
        raw_lines={"line-1": RAW_LINE},
    )


def _evidence(label: str) -> Evidence:
    frame = pd.DataFrame(
        {
            "start_utc": pd.to_datetime(["2026-10-13 00:00"]).tz_localize("UTC").as_unit("us"),
            "end_utc": pd.to_datetime(["2026-10-13 02:00"]).tz_localize("UTC").as_unit("us"),
            "time_kind": "bucket",
            "app": LEXI,
            "ground": "background",
            "interface": "cellular",
            "bytes_down": 610_000_000,
            "bytes_up": 1_000_000,
            "confidence": 1.0,
        }
    )
    labels = {LEXI: label, "com.stream.video": "StreamTV", "com.tencent.mm": "WeChat",
              "com.maps": "Maps"}  # fmt: skip
    source = Source("netstats.txt", "netstats", "1" * 64, 812, 812)
    return Evidence(frame=frame, labels=labels, phone_zone=ZONE, sources=(source,))


def _attribution(pieces: pd.DataFrame) -> Attribution:
    summed = {"bytes": "sum", "status": "first"}
    day = pieces.groupby(["line", "day", "app"], as_index=False).agg(summed)
    cycle = pieces.groupby(["line", "app"], as_index=False).agg(summed)
    wide = pieces.pivot_table(
        index=["line", "record"], columns="app", values="bytes", aggfunc="sum", fill_value=0
    ).astype("int64")
    apps = [app for app in wide if app not in ("unattributed", "rounding", "conflict")]
    by_record = pd.DataFrame(
        {
            "billed": wide.sum(axis=1),
            "attributed": wide[apps].sum(axis=1),
            "unattributed": wide.get("unattributed", 0),
            "rounding": wide.get("rounding", 0),
            "conflict": wide.get("conflict", 0),
            "status": "explained",
        }
    ).reset_index()
    columns = ["line", "record", "app", "ground", "start_utc", "end_utc", "bytes", "status"]
    return Attribution(
        pieces=pieces[columns],
        by_day=_banded(day),
        by_cycle=_banded(cycle),
        by_record=by_record,
        overhead=Overhead(1.04, 1.02, 1.06, "estimated", 41),
        clock=ClockCheck("agrees", 0, 0.1, 0.5),
        zone=Choice(ZONE, Origin.DECLARED, sentence("importing.zone_given")),
    )


def _banded(frame: pd.DataFrame) -> pd.DataFrame:
    unsure = frame["status"].ne("exact")
    spread = (frame["bytes"] * 4 // 100).where(unsure, 0)
    return frame.assign(bytes_low=frame["bytes"] - spread, bytes_high=frame["bytes"] + spread)


def _coverage_days(rows: list[tuple[str, str, int, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["line", "day", "billed", "covered", "share"]).astype(
        {"line": "str", "day": "str", "billed": "Int64", "covered": "Int64", "share": "float64"}
    )


def _coverage(pieces: pd.DataFrame) -> Coverage:
    billed = pieces.groupby("day")["bytes"].sum()
    covered = pieces[pieces["app"].ne("unattributed")].groupby("day")["bytes"].sum()
    covered = covered.reindex(billed.index, fill_value=0)
    rows = [
        ("line-1", day, int(all_), int(seen), int(seen) / int(all_))
        for day, all_, seen in zip(billed.index, billed, covered, strict=True)
    ]
    share = int(covered.sum()) / int(billed.sum())
    return Coverage(share, int(billed.sum()), int(covered.sum()), _coverage_days(rows))


def _nights() -> Finding:
    windows = tuple(
        Window(
            pd.Timestamp(f"2026-10-{day} 02:10", tz=ZONE).tz_convert("UTC").as_unit("us"),
            pd.Timestamp(f"2026-10-{day} 02:58", tz=ZONE).tz_convert("UTC").as_unit("us"),
            640_000_000,
        )
        for day in (13, 14, 21)
    )
    return Finding(
        rule="background_sync",
        severity=Severity.HIGH,
        confidence=0.9,
        line="line-1",
        app=LEXI,
        windows=windows,
        bytes=1_920_000_000,
        bytes_low=1_843_200_000,
        bytes_high=1_996_800_000,
        cost=Decimal("3.84"),
        currency="EUR",
        remedy="background_data",
        facts={
            "kind": "counted",
            "platform": "android",
            "share_of_bill": 0.27,
            "at_night": 1.0,
            "period_days": 31.0,
            "doubts": "doubt_requested doubt_backup",
        },
        evidence_rows=("netstats.txt:12",),
    )
