"""Usage told in one line a record, and plans told by what differs from a plain one."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pandas as pd

from esim_analysis.model import (
    Attribution,
    Choice,
    ClockCheck,
    Finding,
    Origin,
    Overhead,
    Severity,
    UsageRecords,
    Window,
)
from esim_analysis.model.plan import Plan

CASES = Path(__file__).parent / "cases"
ZONE = "Europe/Madrid"
_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_PLAIN = {
    "id": "plain",
    "provider": "Example",
    "name": "Plain",
    "kind": "monthly",
    "currency": "EUR",
    "as_of": "2026-01-01",
    "source": "made up",
    "price": Decimal(0),
    "period": {"calendar_month_day": 1, "tz": ZONE},
    "zones": [{"id": "home", "countries": ["ES"]}],
}


def a_plan(**changes):
    """Return a plan that differs from the plain one by `changes`."""
    return Plan.model_validate(_PLAIN | changes)


def volume(text):
    """Return the bytes of `"1.5GB"`; decimal units are decimal here."""
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]+)", text).groups()
    return int(Decimal(number) * _UNITS[unit])


def usage(uses, zone=ZONE):
    """Return records from lines such as `2026-10-01 10:00 ES 100MB min=30 session=a line=b`.

    Times are local to `zone`, or UTC where they end in Z; `--` is no country.
    """
    return UsageRecords(pd.DataFrame([_record(use, zone) for use in uses]))


def _record(use, zone):
    day, clock, country, size, *more = use.split()
    told = dict(part.split("=") for part in more)
    where = "UTC" if clock.endswith("Z") else zone
    fold = told.get("run") != "second"
    naive = pd.Timestamp(f"{day} {clock.rstrip('Z')}")
    start = naive.tz_localize(where, ambiguous=fold).tz_convert("UTC").as_unit("us")
    return {
        "line": told.get("line", "line-1"),
        "session_id": told.get("session"),
        "start_utc": start,
        "end_utc": start + pd.Timedelta(minutes=float(told.get("min", 10))),
        "time_quality": "session",
        "bytes_total": volume(size),
        "country": None if country == "--" else country,
        "plmn": told.get("plmn"),
        "roaming": told.get("roaming"),
        "service_class": told.get("class", "data"),
        "zero_rated": True if "zero" in told else None,
        "charge": Decimal(told["charge"]) if "charge" in told else None,
        "currency": "EUR",
    }


def cases():
    """Return every case of the tables, with its file."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        found += [(path.stem, case) for case in told["case"]]
    return found


def attributed(uses, zone=ZONE):
    """Return the attribution of the same uses: `app=a` or, by bytes, `app=a:3,b:1`."""
    records = usage(uses, zone)
    frame = records.frame
    # `usage` sorts; each use finds its record again by place in that order.
    named = pd.DataFrame([_record(use, zone) | {"app": _apps(use)} for use in uses])
    keys = ["line", "start_utc", "end_utc", "bytes_total"]
    named = named.sort_values(keys, kind="stable", ignore_index=True)
    pieces = [
        {
            "line": frame["line"][row], "record": row, "app": app, "ground": "unknown",
            "start_utc": frame["start_utc"][row], "end_utc": frame["end_utc"][row],
            "bytes": part, "status": "unattributed" if app == "unattributed" else "exact",
        }
        for row in range(len(frame))
        for app, part in _parts(named["app"][row], int(frame["bytes_total"][row]))
    ]  # fmt: skip
    return _attribution(pd.DataFrame(pieces), frame, zone)


def _apps(use):
    told = re.search(r"app=(\S+)", use)
    parts = told[1].split(",") if told else ["unattributed"]
    return [(part.split(":")[0], int([*part.split(":"), "1"][1])) for part in parts]


def _parts(apps, total):
    whole, given = sum(weight for _, weight in apps), 0
    for app, weight in apps[:-1]:
        given += total * weight // whole
        yield app, total * weight // whole
    yield apps[-1][0], total - given


def _attribution(pieces, frame, zone):
    pieces["bytes"] = pieces["bytes"].astype("Int64")
    day = pieces["start_utc"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d").astype("str")
    flat = pieces.assign(day=day, bytes_low=pieces["bytes"], bytes_high=pieces["bytes"])
    cycle = ["line", "app", "bytes", "bytes_low", "bytes_high", "status"]
    named = pieces["app"] != "unattributed"
    by_record = pd.DataFrame({
        "line": frame["line"],
        "record": range(len(frame)),
        "billed": frame["bytes_total"],
        "attributed": pieces["bytes"].where(named, 0).groupby(pieces["record"]).sum(),
        "unattributed": pieces["bytes"].where(~named, 0).groupby(pieces["record"]).sum(),
        "rounding": 0,
        "conflict": 0,
        "status": "explained",
    })  # fmt: skip
    return Attribution(
        pieces=pieces,
        by_day=flat[["line", "day", *cycle[1:]]],
        by_cycle=flat[cycle],
        by_record=by_record,
        overhead=Overhead(point=1.0, low=1.0, high=1.0, origin="assumed"),
        clock=ClockCheck("agrees"),
        zone=Choice(zone, Origin.DECLARED),
    )


def leak(app, start, minutes, size, *, line="line-1"):
    """Return a finding of one window."""
    begin = pd.Timestamp(start, tz=ZONE).tz_convert("UTC").as_unit("us")
    window = Window(begin, begin + pd.Timedelta(minutes=minutes), volume(size))
    told = window.bytes
    return Finding("background_sync", Severity.HIGH, 0.9, line, app, (window,), told, told, told)
