"""Evidence: what the phone saw, one row an (interval, app, network, destination) fact."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Final, Self

import pandas as pd

from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import (
    BYTES,
    COUNT,
    FLAG,
    RATIO,
    TEXT,
    UTC_TIME,
    Schema,
    conform,
    empty,
    in_order,
)
from esim_analysis.model.screen import SCREEN
from esim_analysis.model.sources import Source, no_rejected

EVIDENCE: Final[Schema] = {
    "line": TEXT,
    "sim_plmn": TEXT,  # home network of the SIM, "214-07"; "" unknown
    "sim_sub_id": COUNT,
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,  # exclusive
    "time_kind": TEXT,  # flow | bucket | cumulative | first_last | snapshot
    "app": TEXT,  # package or bundle id; tethering, removed, system; uid:10123
    "app_label": TEXT,
    "uid": COUNT,
    "bytes_up": BYTES,
    "bytes_down": BYTES,
    "bytes_half_width": BYTES,  # up + down may be off by this much, as typed; missing: exact
    "hits": COUNT,
    "ground": TEXT,  # foreground | background | unknown
    "interface": TEXT,  # cellular | wifi | ethernet | bluetooth | vpn | unknown
    "roaming": FLAG,
    "metered": FLAG,
    "remote_host": TEXT,
    "remote_ip": TEXT,
    "remote_port": COUNT,
    "protocol": TEXT,
    "counts_toward_total": FLAG,
    "confidence": RATIO,
    "source": TEXT,
    "source_row": TEXT,
}
DEVICE_TOTALS: Final[Schema] = {
    "sim_plmn": TEXT,
    "interface": TEXT,
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "bytes_up": BYTES,
    "bytes_down": BYTES,
    "source": TEXT,
}
GROUNDS: Final = ("foreground", "background", "unknown")
INTERFACES: Final = ("cellular", "wifi", "ethernet", "bluetooth", "vpn", "unknown")
TIME_KINDS: Final = ("flow", "bucket", "cumulative", "first_last", "snapshot")
TETHERING: Final = "tethering"
REMOVED: Final = "removed"
SYSTEM: Final = "system"
_ORDER: Final = ["start_utc", "end_utc", "app", "ground", "interface", "sim_plmn", "bytes_down"]


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """What the phone's own settings say; None where no artefact told.

    `background_off` and `data_saver_exempt` hold app ids.
    """

    platform: str = ""  # "android", "ios" or "" when unknown
    data_saver: bool | None = None
    background_off: frozenset[str] = frozenset()
    data_saver_exempt: frozenset[str] = frozenset()
    limit_bytes: int | None = None
    cycle_day: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the phone saw, its device totals and its settings.

    Attributes
    ----------
    frame
        Columns of `EVIDENCE`; missing bytes mean the artefact has contacts only.
    device_totals
        Columns of `DEVICE_TOTALS`; never attributed, never added to `frame`: for reconciliation,
        and to say when.
    labels
        Names of apps as the phone or the reference data gives them, by app id.
    phone_zone
        The zone the phone itself names, "" where none does.
    screen
        Columns of `model.screen.SCREEN`: when the screen was on and which app was in front.
    """

    frame: pd.DataFrame
    device_totals: pd.DataFrame = field(default_factory=lambda: empty(DEVICE_TOTALS))
    settings: PhoneSettings = field(default_factory=PhoneSettings)
    labels: Mapping[str, str] = field(default_factory=dict)
    phone_zone: str = ""
    screen: pd.DataFrame = field(default_factory=lambda: empty(SCREEN))
    sources: tuple[Source, ...] = ()
    rejected: pd.DataFrame = field(default_factory=no_rejected)

    def __post_init__(self) -> None:
        """Check the contract and bring rows into their one order."""
        frame = conform(self.frame, EVIDENCE, what="evidence")
        totals = conform(self.device_totals, DEVICE_TOTALS, what="device totals")
        _check(frame)
        object.__setattr__(self, "frame", in_order(frame, _ORDER).reset_index(drop=True))
        object.__setattr__(self, "device_totals", totals)

    def told_as(
        self, labels: Mapping[str, str], *, sources: tuple[Source, ...] | None = None
    ) -> Self:
        """Return the same evidence under other names; its rows are checked and ordered already."""
        told = copy(self)
        object.__setattr__(told, "labels", labels)
        object.__setattr__(told, "sources", self.sources if sources is None else sources)
        return told

    @classmethod
    def none(cls) -> Self:
        """Return evidence without rows."""
        return cls(empty(EVIDENCE))


def _check(frame: pd.DataFrame) -> None:
    rules = {
        "start_utc is known": frame["start_utc"].isna(),
        "end_utc is not before start_utc": frame["end_utc"] < frame["start_utc"],
        "ground is one of its words": ~frame["ground"].isin(GROUNDS),
        "interface is one of its words": ~frame["interface"].isin(INTERFACES),
        "time_kind is one of its words": ~frame["time_kind"].isin(TIME_KINDS),
        "an app is named": frame["app"].fillna("") == "",
        "no volume is negative": (frame[["bytes_up", "bytes_down"]] < 0).any(axis=1),
    }
    for rule, broken in rules.items():
        rows = int(broken.fillna(value=False).sum())
        if rows:
            raise FrameError.broken_rule("evidence", rule, rows)
