"""The rungs of the ladder of evidence: what a person has of a phone, from figures typed to all of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import pandas as pd

from esim_analysis.reference import app_labels
from esim_analysis.simulator.calendar import Calendar
from esim_analysis.simulator.flows import Seconds, cut
from esim_analysis.simulator.formats.data_usage_sqlite import data_usage_sqlite
from esim_analysis.simulator.formats.netpolicy_text import DataSettings, netpolicy_text
from esim_analysis.simulator.formats.netstats_text import netstats_text
from esim_analysis.simulator.formats.packages_text import packages_text
from esim_analysis.simulator.formats.pcapdroid_csv import pcapdroid_csv
from esim_analysis.simulator.formats.privacy_report import privacy_report
from esim_analysis.simulator.formats.readings_text import Listing, settings_text
from esim_analysis.simulator.formats.usagestats_text import usagestats_text
from esim_analysis.simulator.habits import FOREGROUND
from esim_analysis.simulator.laboratory.destinations import destined
from esim_analysis.simulator.laboratory.person import ABROAD, APPS, ESIM, FLAT, SONORA
from esim_analysis.simulator.phone import SYSTEM, TETHERING, as_tabled, uids
from esim_analysis.simulator.phone_meter import count_hours
from esim_analysis.simulator.radio import Carrier

Files = dict[str, bytes]
_LISTED_AT: Final = "23:30"
_ROWS: Final = {SYSTEM: "系统服务", TETHERING: "个人热点"}


@dataclass(frozen=True, slots=True)
class Phone:
    """What a phone lived, as its counters could have seen it.

    Attributes
    ----------
    seen, device
        Flows with `carrier`, as the counters by app and by interface show them.
    changes
        Instants at which the network changed.
    """

    seen: pd.DataFrame
    device: pd.DataFrame
    changes: Seconds
    carriers: tuple[Carrier, ...]
    calendar: Calendar
    seed: int

    @property
    def mobile(self) -> pd.DataFrame:
        """Flows of the eSIM, at home and abroad."""
        return self.seen[self.seen["carrier"].isin([ESIM.key, ABROAD.key])]


def _netstats(phone: Phone) -> Files:
    hours = count_hours(phone.seen, phone.changes, seed=phone.seed)
    same = phone.device is phone.seen
    device = hours if same else count_hours(phone.device, phone.changes, seed=phone.seed)
    end = phone.calendar.wall(phone.calendar.midnights()[-1:] + 600)[0]
    polls = (end.strftime("%Y-%m-%dT%H:%M:%S.204117"),)
    text = netstats_text(
        hours, phone.carriers, uids(APPS), connected=FLAT, polls=polls, device=device
    )
    settings = DataSettings(
        data_saver=False, cycle_day=1, zone=phone.calendar.zone, warning_bytes=2 * 2**30,
        background_off=(),
    )  # fmt: skip
    return {
        "netstats.txt": text.encode(),
        "packages.txt": packages_text(APPS).encode(),
        "netpolicy.txt": netpolicy_text(phone.carriers, settings).encode(),
    }


def _nameless(phone: Phone) -> Files:
    """Give the dump alone: apps are numbers."""
    return {"netstats.txt": _netstats(phone)["netstats.txt"]}


def _capture(phone: Phone) -> Files:
    flows = destined(phone.seen.sort_values("start", kind="stable", ignore_index=True))
    text = pcapdroid_csv(flows, uids(APPS), zone=phone.calendar.zone)
    return {"PCAPdroid_connections.csv": text.encode()}


def _screen(phone: Phone) -> Files:
    """Give the log of the screen of the last day; music plays with the screen off."""
    seen = phone.seen
    shown = seen[(seen["ground"] == FOREGROUND) & seen["app"].ne(SONORA)]
    at = int(phone.calendar.midnights()[-1])
    text = usagestats_text(shown[["app", "start", "end"]], at=at, calendar=phone.calendar)
    return {"usagestats.txt": text.encode()}


def _privacy(phone: Phone) -> Files:
    text = privacy_report(destined(phone.seen), zone=phone.calendar.zone)
    return {"App_Privacy_Report_v4.ndjson": text.encode()}


def _backup(phone: Phone) -> Files:
    """Two backups, before and after: their difference is the life."""
    midnights = phone.calendar.midnights()
    moved = as_tabled(phone.seen["app"])
    wifi = ~phone.seen["carrier"].isin(phone.mobile["carrier"].unique())
    columns = {
        f"{name}_{direction}": phone.seen[direction].where(mine, 0).groupby(moved).sum()
        for name, mine in (("wifi", wifi), ("cell", ~wifi))
        for direction in ("down", "up")
    }
    counters = pd.DataFrame(columns).rename_axis("app").reset_index()
    counters = counters[counters["app"].str.startswith("com.")]
    before = counters.assign(**dict.fromkeys(columns, 1_000_000))
    after = counters.assign(**{name: counters[name] + 1_000_000 for name in columns})
    first, begin, end = (int(at) for at in (midnights[0] - 864_000, midnights[0], midnights[-1]))
    return {
        "DataUsage-first.sqlite": data_usage_sqlite(before, first=first, last=begin),
        "DataUsage-last.sqlite": data_usage_sqlite(after, first=first, last=end),
    }


def _typed(phone: Phone, *, shown_by: Literal["iPhone", "Android"] = "iPhone") -> Files:
    """Copy the figures of the settings screen once before the first day and every evening."""
    calendar = phone.calendar
    moments = np.append(calendar.midnights()[:1], calendar.seconds(calendar.days(), _LISTED_AT))
    pieces = cut(phone.mobile, moments)
    place = np.searchsorted(moments, pieces["start"].to_numpy(), side="right")
    moved = pieces.assign(app=as_tabled(pieces["app"]), place=place)
    moved = moved.assign(bytes=moved["down"] + moved["up"])
    table = moved.pivot_table("bytes", "app", "place", aggfunc="sum", fill_value=0).astype("int64")
    table = table.reindex(columns=range(1, len(moments)), fill_value=0)
    counters = table.cumsum(axis=1)
    counters.insert(0, 0, 0)
    names = {**app_labels(counters.index, "zh"), **_ROWS}
    known = counters[counters.index.isin(names)].rename(index=names) + 1_000_000
    stamps = calendar.wall(moments).strftime("%Y-%m-%d %H:%M")
    listings = tuple(
        Listing(at, {str(name): int(used) for name, used in known[column].items()})
        for column, at in zip(known.columns, stamps, strict=True)
    )
    return {"settings.txt": settings_text(listings, zone=calendar.zone, phone=shown_by).encode()}


RUNGS: Final[dict[str, Callable[[Phone], Files]]] = {
    "typed": _typed,
    "typed_android": partial(_typed, shown_by="Android"),
    "privacy": _privacy,
    "backup": _backup,
    "capture": _capture,
    "screen": _screen,
    "nameless": _nameless,
    "netstats": _netstats,
}
