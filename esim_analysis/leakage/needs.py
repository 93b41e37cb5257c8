"""What a rule may need of a case, each by name."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import micros
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, codes_of
from esim_analysis.leakage.night import SHORT_SPAN, is_night_interval
from esim_analysis.leakage.unbilled import between_unbilled
from esim_analysis.model import RESIDUALS

# Times of these come from the clock; a prorated or a date-only row has only a made-up hour.
CLOCKED: Final = ("session", "partial", "bucket")
_TIMED_EVIDENCE: Final = ("bucket", "flow")
NAMED_SHARE: Final = 0.5  # of a capture's bytes; below it, names are what is rare
LEAST_DAYS: Final = 3.0  # fewer days give no usual hour to compare with
_MICROSECOND: Final = pd.Timedelta(microseconds=1)


def _app_bytes(facts: Facts) -> bool:
    pieces = facts.attribution.pieces
    return bool((~pieces["app"].isin(RESIDUALS) & (pieces["bytes"] > 0)).any())


def _phone_times(facts: Facts) -> bool:
    return bool(facts.evidence.frame["time_kind"].isin(_TIMED_EVIDENCE).any())


def _hosts(facts: Facts) -> bool:
    return facts.has_contacts and bool((facts.contacts["host"] != "").any())


def _ports(facts: Facts) -> bool:
    if not facts.has_contacts:
        return False
    seen = facts.contacts
    return bool(((seen["port"] > 0) | (seen["protocol"] != "")).any())


def _names(facts: Facts) -> bool:
    """Ask whether most of what a capture counted has a name: else none says nothing."""
    if not facts.has_contacts:
        return False
    seen = facts.contacts[facts.contacts["ip"] != ""]
    volume = seen["up"] + seen["down"]
    named = int(volume[seen["host"] != ""].sum())
    return named > 0 and named >= NAMED_SHARE * int(volume.sum())


def _connections(facts: Facts) -> bool:
    if not facts.has_contacts:
        return False
    return bool((facts.contacts["counted"] & facts.contacts["start_utc"].notna()).any())


def _places(facts: Facts) -> bool:
    frame = facts.usage.frame
    told = (frame[["plmn", "country"]].fillna("") != "").any(axis=1)
    return bool((told | ~frame["roaming"].fillna("unknown").isin(["", "unknown"])).any())


def _wifi(facts: Facts) -> bool:
    frame = facts.evidence.frame
    timed = frame["time_kind"].isin(_TIMED_EVIDENCE)
    told = bool((timed & (frame["interface"] == "wifi")).any())
    return told or not between_unbilled(facts.evidence, facts.usage).empty


def _night_times(facts: Facts) -> bool:
    pieces = facts.pieces
    usable = ~(pieces["app"].isin(RESIDUALS).to_numpy() & pieces["made_up"].to_numpy())
    length = micros(pieces["end_utc"]) - micros(pieces["start_utc"])
    short = length <= SHORT_SPAN // _MICROSECOND
    told = short | is_night_interval(length, pieces["quiet"].to_numpy())
    return bool((usable & told).any())


def _hours(facts: Facts) -> bool:
    timed = hourly_records(facts)
    if timed.empty:
        return False
    lines = Groups.of(codes_of(timed["line"]))
    ends = lines.most(micros(timed["end_utc"])) + lines.most(-micros(timed["start_utc"]))
    return bool((ends >= pd.Timedelta(days=LEAST_DAYS) // _MICROSECOND).any())


def hourly_records(facts: Facts) -> pd.DataFrame:
    """Return the usage records that say at which hours their bytes flowed.

    `line` (categories in text order), `start_utc, end_utc, billed`, on the index of the usage.
    """
    frame = facts.usage.frame
    billed = facts.usage.billed.to_numpy(dtype=np.int64)
    start, end = frame["start_utc"], frame["end_utc"]
    kept = (micros(end) - micros(start) <= SHORT_SPAN // _MICROSECOND) & (billed > 0)
    kept &= frame["time_quality"].isin(CLOCKED).to_numpy() & end.notna().to_numpy()
    records = pd.DataFrame(
        {"line": facts.of_record, "start_utc": start, "end_utc": end, "billed": billed}
    )
    return records if kept.all() else records[kept]


NEEDS: Final[Mapping[str, Callable[[Facts], bool]]] = {
    "app_bytes": _app_bytes,
    "phone_times": _phone_times,
    "night_times": _night_times,
    "hours": _hours,
    "hosts": _hosts,
    "wifi": _wifi,
    "ports": _ports,
    "names": _names,
    "connections": _connections,
    "places": _places,
}
