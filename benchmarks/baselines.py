"""Simple ways to divide a bill, for comparison: each returns pieces with float bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.edges import Edges, Spans, find_edges
from esim_analysis.model import UNATTRIBUTED, Evidence, UsageRecords

OVERHEAD: Final = 1.03
_SWEEPS: Final = 200


@dataclass(frozen=True, slots=True)
class _Pair:
    """Bill and phone as arrays, and where they overlap."""

    billed: np.ndarray
    start: np.ndarray
    end: np.ndarray
    app: np.ndarray
    seen: np.ndarray
    begin: np.ndarray
    finish: np.ndarray
    edges: Edges

    @property
    def cover(self) -> np.ndarray:
        """Share of each phone row that lies in its edge's session."""
        return self.edges.overlap / (self.finish - self.begin)[self.edges.slot]

    @property
    def rate_share(self) -> np.ndarray:
        """Share of each edge in its phone row, by overlap × billed rate."""
        rate = self.billed / (self.end - self.start)
        weight = self.edges.overlap * rate[self.edges.session]
        total = np.bincount(self.edges.slot, weight, len(self.seen))
        return weight / np.maximum(total[self.edges.slot], 1e-9)


def global_share(usage: UsageRecords, evidence: Evidence) -> pd.DataFrame:
    """Split every session by the apps' share of everything the phone saw."""
    pair = _pair(usage, evidence)
    share = pd.Series(pair.seen).groupby(pair.app).sum()
    share /= share.sum()
    record = np.repeat(np.arange(len(pair.billed)), len(share))
    return pd.DataFrame(
        {
            "record": record,
            "app": np.tile(share.index, len(pair.billed)),
            "start": pair.start[record],
            "end": pair.end[record],
            "bytes": np.outer(pair.billed, share).ravel(),
        }
    )


def overlap_rescaled(usage: UsageRecords, evidence: Evidence) -> pd.DataFrame:
    """Split every session by the phone rows that overlap it, scaled to its bill."""
    pair = _pair(usage, evidence)
    share = pair.seen[pair.edges.slot] * pair.cover
    total = np.bincount(pair.edges.session, share, len(pair.billed))
    share *= (pair.billed / np.maximum(total, 1e-9))[pair.edges.session]
    return _pieces(pair, share)


def capped_pro_rata(usage: UsageRecords, evidence: Evidence) -> pd.DataFrame:
    """Split every phone row over its sessions by overlap × rate, capped at the bill."""
    pair = _pair(usage, evidence)
    share = OVERHEAD * pair.seen[pair.edges.slot] * pair.rate_share
    total = np.bincount(pair.edges.session, share, len(pair.billed))
    share *= np.minimum(1.0, pair.billed / np.maximum(total, 1e-9))[pair.edges.session]
    return _pieces(pair, share)


def fixed_ipf(usage: UsageRecords, evidence: Evidence) -> pd.DataFrame:
    """Slack-IPF as first described: overhead fixed, presolve clipped, slack of 2 %."""
    pair = _pair(usage, evidence)
    edges, rows, columns = pair.edges, len(pair.seen), len(pair.billed)
    only = (np.bincount(edges.slot, minlength=rows) == 1)[edges.slot]
    inside = np.bincount(edges.session[only], pair.seen[edges.slot[only]], columns)
    fit = np.clip(pair.billed / np.maximum(inside, 1e-9), 0.98, OVERHEAD)
    fixed = np.where(only, fit[edges.session] * pair.seen[edges.slot], 0.0)
    room = np.maximum(pair.billed - np.bincount(edges.session, fixed, columns), 0.0)
    target = OVERHEAD * pair.seen
    weight = edges.overlap * (room / (pair.end - pair.start))[edges.session]
    total = np.bincount(edges.slot, weight, rows)
    seed = np.where(only, 0.0, (target / np.maximum(total, 1e-9))[edges.slot] * weight)
    factor = np.ones(columns)
    lift = np.ones(rows)
    for _ in range(_SWEEPS):
        lift = target / (
            np.bincount(edges.slot, seed * factor[edges.session], rows) + 0.001 * target + 1e-12
        )
        factor = room / (
            np.bincount(edges.session, seed * lift[edges.slot], columns) + 0.02 * room + 1e-9
        )
    return _pieces(pair, fixed + seed * lift[edges.slot] * factor[edges.session])


METHODS: Final[Mapping[str, Callable[[UsageRecords, Evidence], pd.DataFrame]]] = {
    "global share": global_share,
    "overlap rescaled": overlap_rescaled,
    "capped pro-rata": capped_pro_rata,
    "IPF, fixed overhead": fixed_ipf,
}


def by_day(pieces: pd.DataFrame, zone: str) -> pd.Series:
    """Return bytes by local day and app; pieces are divided by duration at midnight."""
    start, end = pieces["start"].to_numpy(), pieces["end"].to_numpy()
    first = pd.Timestamp(int(start.min()), unit="us", tz="UTC").tz_convert(zone).normalize()
    last = pd.Timestamp(int(end.max()), unit="us", tz="UTC").tz_convert(zone)
    days = pd.date_range(first, last + pd.Timedelta(days=1), freq="D")
    edges = days.tz_convert("UTC").as_unit("us").asi8
    parts = []
    for day, begin, stop in zip(days[:-1], edges[:-1], edges[1:], strict=True):
        inside = np.minimum(end, stop) - np.maximum(start, begin)
        share = np.clip(inside, 0, None) / (end - start)
        mine = share > 0
        table = pieces[mine].assign(day=f"{day:%Y-%m-%d}")
        parts.append(table.assign(bytes=table["bytes"] * share[mine]))
    return pd.concat(parts).groupby(["day", "app"])["bytes"].sum()


def _pair(usage: UsageRecords, evidence: Evidence) -> _Pair:
    bill, phone = usage.frame, evidence.frame
    billed = usage.billed.to_numpy(float)
    start, end = _micros(bill["start_utc"]), _micros(bill["end_utc"])
    begin, finish = _micros(phone["start_utc"]), _micros(phone["end_utc"])
    edges = find_edges(
        Spans(np.zeros(len(begin), np.int64), begin, finish),
        Spans(np.zeros(len(start), np.int64), start, end),
    )
    seen = phone["bytes_down"].to_numpy(float)
    return _Pair(billed, start, end, phone["app"].to_numpy(), seen, begin, finish, edges)


def _pieces(pair: _Pair, share: np.ndarray) -> pd.DataFrame:
    edges = pair.edges
    apps = pd.DataFrame(
        {
            "record": edges.session,
            "app": pair.app[edges.slot],
            "start": np.maximum(pair.start[edges.session], pair.begin[edges.slot]),
            "end": np.minimum(pair.end[edges.session], pair.finish[edges.slot]),
            "bytes": share,
        }
    )
    left = pair.billed - np.bincount(edges.session, share, len(pair.billed))
    rest = pd.DataFrame({"record": np.arange(len(left)), "app": UNATTRIBUTED})
    return pd.concat([apps, rest.assign(start=pair.start, end=pair.end, bytes=left)])


def _micros(times: pd.Series) -> np.ndarray:
    return times.astype("datetime64[us, UTC]").astype("int64").to_numpy()
