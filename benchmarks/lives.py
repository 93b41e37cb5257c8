"""Hidden lives of a phone, and what operator and phone would have written down of them.

Frozen: a change here changes every published figure. Generator after section 3.6 of the
method's description, with 1 % meter noise a session. Truth is in billed bytes: phone bytes
times the hidden overhead; apps and hotspot without evidence are the one app `unattributed`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model import Evidence, UsageRecords

DAYS: Final = 30
APPS: Final = 15
START: Final = pd.Timestamp("2026-11-01", tz="UTC")
HOTSPOT: Final = "tethering"
NAMES: Final = tuple(f"app.{number:02d}" for number in range(APPS))
_SECONDS: Final = DAYS * 86_400
_BUCKET: Final = 7_200
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Scenario:
    """How much of a life is written down, and how."""

    name: str
    title: str
    session_s: float = 2_400.0  # mean length a cellular period is cut into; 0: whole days
    missing: float = 0.0  # apps without evidence, of fifteen
    hotspot: float = 0.03  # share of the volume
    hotspot_seen: bool = True
    shape: str = "buckets"  # buckets | flows | readings
    bearers: int = 1
    hours: bool = False  # the phone tells its mobile bytes of every hour, too


SCENARIOS: Final = (
    Scenario("complete", "complete evidence, 40 min sessions"),
    Scenario(
        "missing", "30 % of apps missing, 2 h sessions", 7_200.0, missing=4.5, hotspot_seen=False
    ),
    Scenario(
        "missing_short", "30 % of apps missing, 40 min sessions", missing=4.5, hotspot_seen=False
    ),
    Scenario(
        "heavy",
        "5 of 15 apps missing, 20 % hotspot without evidence",
        missing=5,
        hotspot=0.2,
        hotspot_seen=False,
    ),
    Scenario("daily", "daily bill, complete evidence", 0.0),
    Scenario("flows", "60 s flows, complete evidence", shape="flows"),
    Scenario("overlap", "overlapping sessions of hours, complete evidence", 10_800.0, bearers=2),
    Scenario("readings", "two typed readings a day, complete evidence", shape="readings"),
    Scenario(
        "daily_hours", "daily bill, complete evidence with its hourly totals", 0.0, hours=True
    ),
)


@dataclass(frozen=True, slots=True)
class Life:
    """One life: the two sides as the package reads them, and the truth.

    `truth` has `time, app, session, bytes` (billed bytes, float); `session` is the
    row of the bill.
    """

    usage: UsageRecords
    evidence: Evidence
    truth: pd.DataFrame
    overhead: float


def live(scenario: Scenario, seed: int) -> Life:
    """Draw one life."""
    dice = np.random.default_rng(seed)
    events = _events(dice, scenario)
    overhead = float(dice.uniform(0.99, 1.08))
    missing = int(scenario.missing + dice.random())
    unseen = set(dice.permutation(APPS)[:missing].tolist())
    if not scenario.hotspot_seen:
        unseen.add(APPS)
    if scenario.shape == "readings":
        return _readings(dice, events, overhead, unseen)
    periods = _cellular(dice)
    which = np.searchsorted(periods[:, 0], events["time"], "right") - 1
    events = events[(which >= 0) & (events["time"].to_numpy() < periods[which, 1])]
    bill, session = _bill(dice, scenario, periods, events, overhead)
    shape: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "buckets": _buckets,
        "flows": _flows,
    }
    seen = events[~events["app"].isin(unseen)]
    evidence = _evidence(shape[scenario.shape](seen), "bucket")
    if scenario.hours:
        evidence = replace(evidence, device_totals=_hours(seen))
    return Life(bill, evidence, _truth(events, session, overhead, unseen), overhead)


def _events(dice: np.random.Generator, scenario: Scenario) -> pd.DataFrame:
    weights = dice.dirichlet(np.full(APPS, 0.5))
    parts = []
    for app, weight in enumerate(weights):
        count = dice.poisson(DAYS * 24 * (2 + 60 * weight) / 3)
        time = dice.uniform(0, _SECONDS, count)
        hour = time % 86_400 / 3_600
        keep = np.where(hour < 7, 0.15, 0.6 + 0.4 * np.sin((hour - 7) / 17 * np.pi))
        volume = dice.lognormal(11 + 2 * weight, 2, count)
        kept = dice.random(count) < keep
        parts.append(pd.DataFrame({"time": time[kept], "app": app, "phone": volume[kept]}))
    apps = pd.concat(parts)
    count = max(int(dice.poisson(DAYS * 24 * 0.2)), 1)
    volume = apps["phone"].sum() * scenario.hotspot / (1 - scenario.hotspot) / count
    hotspot = pd.DataFrame({"time": dice.uniform(0, _SECONDS, count), "app": APPS})
    events = pd.concat([apps, hotspot.assign(phone=volume)])
    events["phone"] = np.ceil(events["phone"])
    return events.sort_values("time", kind="stable").reset_index(drop=True)


def _cellular(dice: np.random.Generator) -> np.ndarray:
    """Return [start, end) seconds of the cellular periods; Wi-Fi lies between them."""
    edges = np.cumsum(300 + dice.exponential(10_800, 2 * _SECONDS // 10_000))
    edges = np.r_[0.0, edges[edges < _SECONDS], float(_SECONDS)]
    edges = edges[: len(edges) // 2 * 2]
    periods: np.ndarray = edges.reshape(-1, 2)
    return periods


def _bill(
    dice: np.random.Generator,
    scenario: Scenario,
    periods: np.ndarray,
    events: pd.DataFrame,
    overhead: float,
) -> tuple[UsageRecords, np.ndarray]:
    bearer = dice.integers(0, scenario.bearers, APPS + 1)[events["app"]]
    starts, ends, session = [], [], np.full(len(events), -1)
    for number in range(scenario.bearers):
        cuts = _cuts(dice, scenario, periods)
        mine = bearer == number
        place = np.searchsorted(cuts[:, 0], events["time"], "right") - 1
        session[mine] = place[mine] + sum(map(len, starts))
        starts.append(cuts[:, 0])
        ends.append(cuts[:, 1])
    start, end = np.concatenate(starts), np.concatenate(ends)
    true = np.bincount(session, events["phone"], len(start)) * overhead
    billed = np.ceil(true * (1 + dice.normal(0, 0.01, len(start))) / 1_000) * 1_000
    return _usage(start, end, billed, session)


def _cuts(dice: np.random.Generator, scenario: Scenario, periods: np.ndarray) -> np.ndarray:
    if not scenario.session_s:
        days = np.arange(0, _SECONDS, 86_400.0)
        return np.column_stack([days, days + 86_400])
    pieces = []
    for start, end in periods:
        at = start
        while at < end:
            step = 60 + dice.exponential(scenario.session_s)
            pieces.append((at, min(at + step, end)))
            at += step
    return np.array(pieces)


def _usage(
    start: np.ndarray, end: np.ndarray, billed: np.ndarray, session: np.ndarray
) -> tuple[UsageRecords, np.ndarray]:
    keep = np.flatnonzero(billed > 0)
    frame = pd.DataFrame(
        {
            "line": "life",
            "record_id": [f"{number:06d}" for number in keep],
            "start_utc": _utc(start[keep]),
            "end_utc": _utc(end[keep]),
            "time_quality": "session",
            "bytes_total": billed[keep].astype(np.int64),
            "service_class": "data",
            "source": "bill.csv",
        }
    )
    usage = UsageRecords(frame)
    row = np.full(len(start) + 1, -1)
    row[usage.frame["record_id"].astype(int)] = np.arange(len(usage.frame))
    return usage, row[session]


def _buckets(seen: pd.DataFrame) -> pd.DataFrame:
    bucket = (seen["time"] // _BUCKET) * _BUCKET
    summed = seen.assign(start=bucket).groupby(["app", "start"], as_index=False)["phone"].sum()
    return summed.assign(end=summed["start"] + _BUCKET)


def _hours(seen: pd.DataFrame) -> pd.DataFrame:
    """Return what the phone counted by hour and network, as Android keeps it beside the apps."""
    hour = (seen["time"] // _HOUR) * _HOUR
    summed = seen.groupby(hour)["phone"].sum()
    start = summed.index.to_numpy()
    return pd.DataFrame(
        {
            "sim_plmn": "",
            "interface": "cellular",
            "start_utc": _utc(start),
            "end_utc": _utc(start + _HOUR),
            "bytes_down": summed.to_numpy().astype(np.int64),
            "source": "phone.txt",
        }
    )


def _flows(seen: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "app": seen["app"],
            "start": seen["time"],
            "end": seen["time"] + 60,
            "phone": seen["phone"],
        }
    )


def _evidence(rows: pd.DataFrame, time_kind: str) -> Evidence:
    names = np.array([*NAMES, HOTSPOT], dtype=object)
    return Evidence(
        pd.DataFrame(
            {
                "start_utc": _utc(rows["start"].to_numpy()),
                "end_utc": _utc(rows["end"].to_numpy()),
                "time_kind": time_kind,
                "app": names[rows["app"].to_numpy()],
                "bytes_down": rows["phone"].to_numpy().astype(np.int64),
                "ground": "unknown",
                "interface": "cellular",
                "counts_toward_total": True,
                "confidence": 1.0,
                "source": "phone.txt",
            }
        )
    )


def _readings(
    dice: np.random.Generator, events: pd.DataFrame, overhead: float, unseen: set[int]
) -> Life:
    """Balance and Settings figures at about 08:00 and 23:00 Madrid, to the megabyte."""
    hours = np.sort(np.r_[np.arange(DAYS) * 24 + 7.0, np.arange(DAYS) * 24 + 22.0])
    edges = np.r_[0.0, hours * 3_600 + dice.uniform(-1_800, 1_800, len(hours)), _SECONDS]
    place = np.searchsorted(edges, events["time"].to_numpy(), "right") - 1
    spans = len(edges) - 1
    true = np.bincount(place, events["phone"], spans) * overhead
    counter = np.round(np.r_[0.0, np.cumsum(true)] / 1e6) * 1e6
    usage, session = _usage(edges[:-1], edges[1:], np.diff(counter), place)
    raw = (usage.frame["bytes_total"] / 1e6).map("{:.0f} MB".format)
    frame = usage.frame.assign(time_quality="snapshot_diff", raw_volume=raw.astype("str"))
    rows = []
    for app in sorted(set(range(APPS + 1)) - unseen):
        mine = (events["app"] == app).to_numpy()
        total = np.cumsum(np.bincount(place[mine], events["phone"][mine], spans))
        shown = np.diff(np.round(np.r_[0.0, total] / 1e6) * 1e6)
        rows.append(
            pd.DataFrame({"app": app, "start": edges[:-1], "end": edges[1:], "phone": shown})
        )
    evidence = _evidence(pd.concat(rows).query("phone > 0"), "cumulative")
    truth = _truth(events, session, overhead, unseen)
    return Life(UsageRecords(frame), evidence, truth, overhead)


def _truth(
    events: pd.DataFrame, session: np.ndarray, overhead: float, unseen: set[int]
) -> pd.DataFrame:
    names = np.array([*NAMES, HOTSPOT], dtype=object)
    names[sorted(unseen)] = "unattributed"
    return pd.DataFrame(
        {
            "time": _utc(events["time"].to_numpy()),
            "app": names[events["app"].to_numpy()],
            "session": session,
            "bytes": events["phone"].to_numpy() * overhead,
        }
    )


def _utc(seconds: np.ndarray) -> pd.DatetimeIndex:
    micros = np.round(np.asarray(seconds, dtype=float) * 1e6).astype("timedelta64[us]")
    return (START.as_unit("us") + pd.TimedeltaIndex(micros)).as_unit("us")
