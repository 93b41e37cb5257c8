"""What the operator bills: data sessions, its hidden overhead, its rounding, its price."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import MINUTE
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.flows import Seconds, cut

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator's way to count.

    Attributes
    ----------
    idle_minutes
        Silence after which a session is closed.
    longest_minutes
        A longer session is cut into records of this length.
    overhead_ppm, overhead_stray_ppm
        Billed bytes for a million phone bytes, and by how much it strays a session.
    unit_bytes
        Each record is rounded up to this.
    clock_ahead_seconds
        By how much its clock is ahead of the phone's.
    bundle_bytes, microeuro_per_mb
        What is paid already, and the price of each MB after it.
    """

    idle_minutes: int
    longest_minutes: int
    overhead_ppm: int
    overhead_stray_ppm: int
    unit_bytes: int
    clock_ahead_seconds: int
    bundle_bytes: int
    microeuro_per_mb: int


@dataclass(frozen=True, slots=True)
class Bill:
    """The records of a line, and the flows in billed bytes behind them.

    Attributes
    ----------
    records
        `start, end` (epoch seconds by the operator's clock), `phone_bytes,
        overhead_ppm, metered, billed` (bytes; billed - metered is the rounding),
        `charge` (ten-thousandths of a euro).
    pieces
        Flows cut at the records, by the same clock, with `record` (row of `records`),
        `bytes` (of the phone) and `billed`, which sums to `metered` in each record.
    """

    records: pd.DataFrame
    pieces: pd.DataFrame


def meter(flows: pd.DataFrame, operator: Operator, midnights: Seconds, *, seed: int) -> Bill:
    """Bill the cellular flows of one line between the first and the last local midnight."""
    ahead = operator.clock_ahead_seconds
    flows = cut(flows.assign(start=flows["start"] + ahead, end=flows["end"] + ahead), midnights)
    inside = (flows["start"] >= midnights[0]) & (flows["end"] <= midnights[-1])
    records = _sessions(flows[inside], operator, midnights)
    starts = records["start"].to_numpy(dtype=np.int64)
    edges = np.unique(records[["start", "end"]].to_numpy(dtype=np.int64))
    pieces = cut(flows[inside], edges)
    pieces["record"] = np.searchsorted(starts, pieces["start"], side="right") - 1
    pieces["bytes"] = pieces["down"] + pieces["up"]
    stray = operator.overhead_stray_ppm
    drawn = Dice(seed, "overhead").between(-stray, stray, len(records))
    records["overhead_ppm"] = operator.overhead_ppm + drawn
    pieces["billed"] = _metered(pieces, records["overhead_ppm"].to_numpy())
    by_record = pieces.groupby("record")[["bytes", "billed"]].sum()
    by_record = by_record.reindex(records.index, fill_value=0)
    records["phone_bytes"] = by_record["bytes"]
    records["metered"] = by_record["billed"]
    unit = operator.unit_bytes
    records["billed"] = -(-records["metered"] // unit) * unit
    records["charge"] = _charge(records["billed"], operator)
    return Bill(records, pieces)


def _sessions(flows: pd.DataFrame, operator: Operator, midnights: Seconds) -> pd.DataFrame:
    """Merge flows into sessions, then cut those at local midnight and when they grow too long."""
    flows = flows.sort_values("start", kind="stable")
    reach = flows["end"].cummax().shift(fill_value=0)
    session = (flows["start"] > reach + operator.idle_minutes * MINUTE).cumsum()
    spans = flows.groupby(session).agg(start=("start", "min"), end=("end", "max"))
    spans = cut(spans.assign(down=0, up=0), midnights)
    longest = operator.longest_minutes * MINUTE
    count = -(-(spans["end"] - spans["start"]) // longest)
    records = spans.loc[spans.index.repeat(count), ["start", "end"]]
    place = records.groupby(level=0).cumcount()
    start = records["start"] + place * longest
    end = np.minimum(records["end"], start + longest)
    return pd.DataFrame({"start": start, "end": end}).reset_index(drop=True)


def _metered(pieces: pd.DataFrame, overhead_ppm: Seconds) -> "pd.Series[int]":
    """Return billed bytes of each piece; rounding runs along a record, so nothing is lost."""
    ppm = overhead_ppm[pieces["record"].to_numpy()]
    after: pd.Series[int] = pieces.groupby("record")["bytes"].cumsum()
    before = after - pieces["bytes"]
    billed: pd.Series[int] = after * ppm // MILLION - before * ppm // MILLION
    return billed


def _charge(billed: "pd.Series[int]", operator: Operator) -> "pd.Series[int]":
    used = billed.cumsum()
    beyond = (used - operator.bundle_bytes).clip(lower=0)
    chargeable = beyond.where(beyond < billed, billed)
    # bytes x microeuro per MB = 1e-12 euro; in ten-thousandths of a euro, half up
    per_unit = 10**8
    return (chargeable * operator.microeuro_per_mb + per_unit // 2) // per_unit
