"""Usage told in one line a record, and plans told by what differs from a plain one."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pandas as pd

from esim_analysis.model import UsageRecords
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
