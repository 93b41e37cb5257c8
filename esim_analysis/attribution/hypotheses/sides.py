"""Both sides of the disagreement, laid side by side once for every test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints, micros
from esim_analysis.attribution.phone import observe
from esim_analysis.model import (
    RESIDUALS,
    UNATTRIBUTED,
    Attribution,
    Decision,
    Evidence,
    UsageRecords,
)

USUAL: Final = (0.98, 1.09)  # bill ÷ phone that needs no explanation
CENTRE: Final = 1.03
NOTABLE: Final = 0.02  # of the bill (or of the phone): a smaller gap is no disagreement
HOUR: Final = 3_600_000_000  # µs
_SILENCE: Final = 6 * HOUR  # a phone that is on says something in less
_FEWEST: Final = 5  # stretches that must agree on a ratio
_LEAST: Final = 1_000_000  # bytes a stretch needs before its ratio is looked at
_SPREAD: Final = 0.05
Facts = dict[str, str | int | float]
_SPEAKING: Final = ("flow", "bucket", "cumulative", "first_last")


@dataclass(frozen=True, slots=True)
class Ratio:
    """Billed bytes per phone byte, and whether the time tells it consistently."""

    point: float
    firm: bool


@dataclass(frozen=True)
class Sides:
    """Bill, phone and division of one case.

    Attributes
    ----------
    overruled
        How a file was first read, by source id, where the phone's evidence made us read
        it otherwise.
    """

    usage: UsageRecords
    evidence: Evidence
    attribution: Attribution
    overruled: Mapping[str, Decision] = field(default_factory=dict)

    @cached_property
    def records(self) -> pd.DataFrame:
        """Billed rows: `line, start, end` (µs), `billed, unattributed, source` (whole bytes)."""
        frame = self.usage.frame
        by_record = self.attribution.by_record.set_index("record").reindex(frame.index)
        start = micros(frame["start_utc"])
        end = np.maximum(micros(frame["end_utc"].fillna(frame["start_utc"])), start + 1)
        return pd.DataFrame(
            {
                "line": frame["line"],
                "start": start,
                "end": end,
                "billed": by_record["billed"].to_numpy(dtype=np.int64, na_value=0),
                "unattributed": by_record["unattributed"].to_numpy(dtype=np.int64, na_value=0),
                "source": frame["source"].fillna(""),
            }
        )

    @cached_property
    def phone(self) -> pd.DataFrame:
        """What the phone saw on the SIMs of the lines: `line, app, start, end, seen, sure`."""
        phone = observe(self.evidence)
        cells = pd.DataFrame(
            {
                "sim": phone.sim[phone.slot],
                "app": pd.Series(pd.array(list(phone.apps), dtype="str").take(phone.app)),
                "start": phone.start[phone.slot],
                "end": phone.end[phone.slot],
                "seen": np.rint(phone.bytes).astype(np.int64),
                "sure": phone.sure[phone.slot],
            }
        )
        sims = pd.DataFrame(phone.sims, columns=["owner", "plmn"], dtype="str")
        sims = sims.assign(sim=range(len(sims)))
        chosen = pd.DataFrame(
            {"line": list(self.attribution.sims), "plmn": list(self.attribution.sims.values())},
            dtype="str",
        )
        pairs = chosen.merge(sims, on="plmn")
        pairs = pairs[(pairs["owner"] == "") | (pairs["owner"] == pairs["line"])]
        return cells.merge(pairs[["line", "sim"]], on="sim").drop(columns="sim")

    @cached_property
    def stretches(self) -> pd.DataFrame:
        """Spans in which sessions and phone intervals hang together: `line, start, end, billed, seen`.

        Inside one the phone does not say when, so only its sums can be compared;
        `start, end` are µs.
        """
        return self._joined[0]

    @property
    def stretch_of_record(self) -> "pd.Series[int]":
        """Number of the stretch each billed row lies in."""
        return pd.Series(self._joined[1][: len(self.records)], index=self.records.index)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Bytes of each app in each stretch: `stretch, app, seen`."""
        phone = self.phone.assign(stretch=self._joined[1][len(self.records) :])
        return phone.groupby(["stretch", "app"], as_index=False)[["seen"]].sum()

    @cached_property
    def _joined(self) -> tuple[pd.DataFrame, Ints]:
        columns = ["line", "start", "end", "billed", "seen"]
        bill = self.records.assign(seen=0)[columns]
        both = pd.concat([bill, self.phone.assign(billed=0)[columns]], ignore_index=True)
        order = both.sort_values(["line", "start"], kind="stable").index
        line = both["line"].astype("category").cat.codes.to_numpy()[order]
        start, end = both["start"].to_numpy()[order], both["end"].to_numpy()[order]
        reach = pd.Series(end).groupby(line).cummax().to_numpy()
        fresh = np.r_[True, (line[1:] != line[:-1]) | (start[1:] >= reach[:-1])][: len(order)]
        number = np.empty(len(both), np.int64)
        number[order] = np.cumsum(fresh) - 1
        table = both.groupby(number).agg(
            line=("line", "first"),
            start=("start", "min"),
            end=("end", "max"),
            billed=("billed", "sum"),
            seen=("seen", "sum"),
        )
        return table, number

    @property
    def billed(self) -> int:
        """Billed bytes of everything."""
        return int(self.records["billed"].sum())

    @property
    def seen(self) -> int:
        """Phone bytes on the SIMs of the lines."""
        return int(self.phone["seen"].sum())

    @property
    def gap(self) -> int:
        """Billed bytes no app got."""
        return int(self.records["unattributed"].sum())

    @cached_property
    def gap_band(self) -> tuple[int, int]:
        """Return the least and the most of `gap`."""
        rest = self.attribution.by_cycle
        rest = rest[rest["app"] == UNATTRIBUTED]
        low, high = int(rest["bytes_low"].sum()), int(rest["bytes_high"].sum())
        return min(low, self.gap), max(high, self.gap)

    @property
    def usual(self) -> tuple[float, float]:
        """Least and most a phone byte can cost; an overhead below the usual hides a surplus."""
        overhead = self.attribution.overhead
        return max(overhead.low, USUAL[0]), max(overhead.high, USUAL[1])

    @cached_property
    def surplus(self) -> "pd.Series[float]":
        """Return, by stretch, phone bytes beyond what its bill can hold, as billed bytes."""
        table = self.stretches
        beyond = table["seen"] * self.usual[0] - table["billed"]
        return beyond.clip(lower=0.0).where(table["start"] < self._as_of(table["line"]), 0.0)

    @property
    def notable_gap(self) -> bool:
        """Whether more than a little of the bill has no owner."""
        return self.gap > NOTABLE * self.billed

    @property
    def notable_surplus(self) -> bool:
        """Whether the phone saw more than a little that was not billed."""
        return float(self.surplus.sum()) > NOTABLE * max(self.seen, 1)

    @cached_property
    def ratio(self) -> Ratio:
        """Billed bytes per phone byte where time tells it, else over everything."""
        overhead = self.attribution.overhead
        if overhead.origin == "estimated":
            return Ratio(overhead.point, firm=True)
        both = self.stretches.query("billed > @_LEAST and seen > @_LEAST")
        if len(both) < _FEWEST:
            return Ratio(self.billed / max(self.seen, 1), firm=False)
        each = both["billed"] / both["seen"]
        point = float(each.median())
        spread = float((each / point - 1.0).abs().median())
        return Ratio(point, firm=spread < _SPREAD)

    @cached_property
    def unheard(self) -> "pd.Series[int]":
        """Unattributed bytes of each record in times of which no evidence speaks at all."""
        records = self.records
        silent = 1.0 - self._spoken_share(records["start"].to_numpy(), records["end"].to_numpy())
        return (records["unattributed"] * silent).round().astype("int64")

    def _spoken_share(self, start: Ints, end: Ints) -> Floats:
        """Return the share of each span in which the phone says anything, on any network."""
        frame = self.evidence.frame
        volume = frame[["bytes_up", "bytes_down"]].sum(axis=1)
        rows = frame[(volume > 0) & frame["time_kind"].isin(_SPEAKING)]
        if rows.empty:
            return np.zeros(len(start))
        begins = np.sort(micros(rows["start_utc"]))
        order = np.argsort(micros(rows["start_utc"]), kind="stable")
        reach = np.maximum.accumulate(micros(rows["end_utc"].fillna(rows["start_utc"]))[order])
        fresh = np.r_[True, begins[1:] > reach[:-1] + _SILENCE]
        last = np.r_[np.flatnonzero(fresh)[1:] - 1, len(begins) - 1]
        since, until = begins[fresh], reach[last]
        # The time spoken of before an instant, piecewise linear.
        at = np.column_stack([since, until]).ravel().astype(np.float64)
        spoken = np.cumsum(until - since).astype(np.float64)
        total = np.column_stack([np.r_[0.0, spoken[:-1]], spoken]).ravel()
        heard = np.interp(end, at, total) - np.interp(start, at, total)
        share: Floats = heard / (end - start)
        return share

    def _as_of(self, line: pd.Series) -> pd.Series:
        """Return, for each line, the end of its last record (µs); later the bill says nothing."""
        last = self.records.groupby("line")["end"].max()
        return line.map(last).fillna(0)


def whole(volume: float) -> int:
    """Return bytes as a whole number."""
    return round(float(volume))


def named_apps(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose app is no residual."""
    return frame[~frame["app"].isin(RESIDUALS)]
