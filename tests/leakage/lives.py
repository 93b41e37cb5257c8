"""Small lives: who used what and when, told in one line a use, as the rules see them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from esim_analysis.leakage import Facts, OwnRules
from esim_analysis.model import (
    RESIDUALS,
    Attribution,
    Choice,
    ClockCheck,
    Coverage,
    Evidence,
    Origin,
    Overhead,
    PhoneSettings,
    UsageRecords,
)

ZONE = "Europe/Madrid"
LINE = "line-1"
DICTIONARY = "com.example.lexi"
VIDEO = "com.example.vista"
CHAT = "com.example.parla"
MUSIC = "com.example.sonora"
MB = 1_000_000
OVERHEAD = Overhead(point=1.03, low=0.98, high=1.09, origin="assumed")


@dataclass(frozen=True)
class Use:
    """One use: an app (or `"unattributed"`), from when, how long, how much, seen or not."""

    app: str
    start: str  # local, "2026-10-13 02:10"
    minutes: int
    volume: int
    ground: str = "background"
    quality: str = "session"
    line: str = LINE
    host: str = ""  # a host, address or port makes the use a contact
    ip: str = ""
    port: int = 0
    up: int = 0  # of the volume, sent
    hits: int = 0  # contacts without bytes where the volume is 0
    country: str = ""
    plmn: str = ""
    roaming: str = "unknown"


def daily(app: str, clock: str, minutes: int, volume: int, *, days: Iterable[int], **more: str):
    """Return the same use on several days of October 2026."""
    return [Use(app, f"2026-10-{day:02d} {clock}", minutes, volume, **more) for day in days]


def ordinary_month(days: Iterable[int] = range(1, 29)) -> list[Use]:
    """Return a month without a leak: reading, a video most evenings, a chat app all day."""
    days = list(days)
    return [
        *daily("com.example.brisa", "08:30", 40, 12 * MB, days=days, ground="foreground"),
        *daily(VIDEO, "21:00", 60, 90 * MB, days=days[::2], ground="foreground"),
        *[
            use
            for clock in ("07:00", "09:00", "11:00", "13:00", "15:00", "17:00", "19:00", "23:00")
            for use in daily(CHAT, clock, 30, 600_000, days=days)
        ],
    ]


def dictionary_nights(volume: int = 640 * MB, days: Iterable[int] = (13, 14, 21)) -> list[Use]:
    """Return the dictionary that fetches word lists at ten past two."""
    return daily(DICTIONARY, "02:10", 48, volume, days=days)


def bill_only(uses: Iterable[Use]) -> list[Use]:
    """Return what is left of a life when only the bill speaks."""
    return [
        Use("unattributed", use.start, use.minutes, use.volume, "unknown", use.quality, use.line)
        for use in uses
    ]


def facts(
    uses: Iterable[Use],
    *,
    zone: str = ZONE,
    coverage: float | None = None,
    price_a_mb: str | None = None,
    settings: PhoneSettings | None = None,
    categories: Mapping[str, str] | None = None,
    time_kind: str = "bucket",
    wifi: Iterable[Use] = (),
    places: Callable[[pd.DataFrame], pd.Series] | None = None,
    terms: OwnRules | None = None,
) -> Facts:
    """Turn uses into what rules are asked about; each use is one billed record.

    `wifi` is what the phone moved over Wi-Fi, on no bill; `places` marks records inside the plan.
    """
    told = pd.DataFrame([vars(use) for use in uses]).drop_duplicates(ignore_index=True)
    start = pd.to_datetime(told["start"]).dt.tz_localize(zone).dt.tz_convert("UTC").dt.as_unit("us")
    spans = told.assign(
        start_utc=start,
        end_utc=start + pd.to_timedelta(told["minutes"], unit="min").dt.as_unit("us"),
    )
    spans = spans.sort_values(["line", "start_utc", "end_utc", "volume"], ignore_index=True)
    usage = _usage(spans, price_a_mb)
    named = ~spans["app"].isin(RESIDUALS)
    day = spans["start_utc"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d").astype("str")
    covered = spans["volume"].where(named, 0)
    if coverage is not None:
        covered = (spans["volume"] * coverage).round().astype("int64")
    return Facts(
        usage=usage,
        attribution=_attribution(spans, named, day, zone),
        evidence=_evidence(
            spans[named], settings or PhoneSettings(platform="android"), time_kind, list(wifi), zone
        ),
        coverage=_coverage(spans, covered, day),
        categories=categories or {},
        places=None if places is None else places(usage.frame),
        terms=terms,
    )


def _usage(spans: pd.DataFrame, price_a_mb: str | None) -> UsageRecords:
    price = None if price_a_mb is None else Decimal(price_a_mb)
    return UsageRecords(
        pd.DataFrame(
            {
                "line": spans["line"],
                "record_id": [f"r{number:05d}" for number in range(len(spans))],
                "start_utc": spans["start_utc"],
                "end_utc": spans["end_utc"],
                "time_quality": spans["quality"],
                "bytes_total": spans["volume"],
                "charge": [None if price is None else price * (v // MB) for v in spans["volume"]],
                "currency": "" if price is None else "EUR",
                "country": spans["country"],
                "plmn": spans["plmn"],
                "roaming": spans["roaming"],
                "source": "bill.csv",
                "source_row": [str(number + 2) for number in range(len(spans))],
            }
        )
    )


def _attribution(spans: pd.DataFrame, named: pd.Series, day: pd.Series, zone: str) -> Attribution:
    pieces = pd.DataFrame(
        {
            "line": spans["line"],
            "record": range(len(spans)),
            "app": spans["app"],
            "ground": spans["ground"],
            "start_utc": spans["start_utc"],
            "end_utc": spans["end_utc"],
            "bytes": spans["volume"],
            "status": named.map({True: "estimated", False: "unattributed"}),
        }
    )
    flat = pieces.assign(day=day, bytes_low=pieces["bytes"], bytes_high=pieces["bytes"])
    cycle = ["line", "app", "bytes", "bytes_low", "bytes_high", "status"]
    by_record = pd.DataFrame(
        {
            "line": spans["line"],
            "record": range(len(spans)),
            "billed": spans["volume"],
            "attributed": spans["volume"].where(named, 0),
            "unattributed": spans["volume"].where(~named, 0),
            "rounding": 0,
            "conflict": 0,
            "status": named.map({True: "explained", False: "no_evidence"}),
        }
    )
    return Attribution(
        pieces=pieces,
        by_day=flat[["line", "day", *cycle[1:]]],
        by_cycle=flat[cycle],
        by_record=by_record,
        overhead=OVERHEAD,
        clock=ClockCheck("agrees"),
        zone=Choice(zone, Origin.DECLARED),
    )


def _evidence(
    spans: pd.DataFrame, settings: PhoneSettings, time_kind: str, wifi: list[Use], zone: str
) -> Evidence:
    if spans.empty and not wifi:
        return Evidence.none()
    frames = [_seen(spans, time_kind, "cellular")]
    if wifi:
        told = pd.DataFrame([vars(use) for use in wifi])
        start = pd.to_datetime(told["start"]).dt.tz_localize(zone).dt.tz_convert("UTC")
        start = start.dt.as_unit("us")
        length = pd.to_timedelta(told["minutes"], unit="min").dt.as_unit("us")
        told = told.assign(start_utc=start, end_utc=start + length)
        frames.append(_seen(told, time_kind, "wifi"))
    return Evidence(pd.concat(frames, ignore_index=True), settings=settings)


def _seen(spans: pd.DataFrame, time_kind: str, interface: str) -> pd.DataFrame:
    """Write uses down as the phone does: a contact to the second, all else by the bucket."""
    contact = (spans["host"] != "") | (spans["ip"] != "") | (spans["port"] > 0)
    flow = contact | (time_kind == "flow")
    nothing = spans["hits"].astype("Int64").where((spans["hits"] > 0) & (spans["volume"] == 0))
    down = (spans["volume"] - spans["up"]).astype("Int64").where(nothing.isna())
    return pd.DataFrame(
        {
            "start_utc": spans["start_utc"].where(flow, spans["start_utc"].dt.floor("2h")),
            "end_utc": spans["end_utc"].where(flow, spans["end_utc"].dt.ceil("2h")),
            "time_kind": pd.Series(time_kind, index=spans.index).mask(contact, "flow"),
            "app": spans["app"],
            "bytes_up": spans["up"].astype("Int64").where(nothing.isna()),
            "bytes_down": down,
            "hits": nothing,
            "ground": spans["ground"],
            "interface": interface,
            "remote_host": spans["host"],
            "remote_ip": spans["ip"],
            "remote_port": spans["port"].astype("Int64").where(spans["port"] > 0),
            "confidence": 1.0,
            "source": "netstats.txt" if interface == "cellular" else "wifi.txt",
            "source_row": spans.index.astype("str"),
        }
    )


def _coverage(spans: pd.DataFrame, covered: pd.Series, day: pd.Series) -> Coverage:
    by_day = (
        spans.assign(billed=spans["volume"], covered=covered, day=day)
        .groupby(["line", "day"], as_index=False)[["billed", "covered"]]
        .sum()
    )
    by_day["share"] = by_day["covered"] / by_day["billed"]
    billed, seen = int(by_day["billed"].sum()), int(by_day["covered"].sum())
    return Coverage(share=seen / max(billed, 1), billed=billed, covered=seen, by_day=by_day)
