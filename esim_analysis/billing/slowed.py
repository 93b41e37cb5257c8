"""Slowed spans: from when to when a plan ran at reduced speed."""

import numpy as np
import pandas as pd

from esim_analysis.billing.ladder import Rung
from esim_analysis.billing.ledger import DAY_US, instants, to_utc
from esim_analysis.billing.rating import Rated


def throttled_spans(rated: Rated) -> pd.DataFrame:
    """Return one row a step of reduced speed and run: until it was used up or the run ended."""
    parts = [
        _spans(rated, rung)
        for rung in rated.rungs
        if rung.step.throttle_kbps is not None and len(rung.rows)
    ]
    if not parts:
        return pd.DataFrame()
    told = pd.concat(parts, ignore_index=True)
    return told.sort_values(["start_utc", "line"], kind="stable").reset_index(drop=True)


def _spans(rated: Rated, rung: Rung) -> pd.DataFrame:
    ledger, cycles = rated.setting.ledger, rated.setting.cycles
    used = rung.drawn > 0
    rows, drawn, segments = rung.rows[used], rung.drawn[used], rung.segments.take(
        np.flatnonzero(used)
    )  # fmt: skip
    runs = np.unique(segments.code)
    first = rows[segments.first[runs]]
    last_in_run = np.append(segments.first[runs][1:], len(rows)) - 1
    last = rows[last_in_run]
    # Bytes that other steps and allowances served came earlier in the record.
    length = ledger.end - ledger.start
    earlier = 1 - drawn[segments.first[runs]] / np.maximum(rated.counted[first], 1)
    start = ledger.start[first] + np.round(length[first] * earlier).astype(np.int64)
    total = segments.sums(drawn)[runs]
    end = cycles.end[cycles.segments.code[first]]
    if rung.step.per == "day":
        midnight = to_utc((rated.setting.days[first] + 1) * DAY_US, rated.setting.clock)
        end = np.minimum(end, midnight)
    if rung.capacity is not None:
        end = np.where(total >= rung.capacity, ledger.end[last], end)
    return pd.DataFrame({
        "line": np.array(ledger.accounts, dtype="object")[ledger.account[first]],
        "start_utc": instants(start),
        "end_utc": instants(np.maximum(end, start)),
        "zone": rung.zone,
        "kbps": rung.step.throttle_kbps,
        "bytes": total,
    })  # fmt: skip
