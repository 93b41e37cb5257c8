"""Usage records: one row a billed interval, from any operator, of any number of lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.model.clock import localise
from esim_analysis.model.decisions import Decision
from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import (
    BYTES,
    FLAG,
    LOCAL_TIME,
    MONEY,
    TEXT,
    UTC_TIME,
    Schema,
    conform,
    empty,
    share_missing,
)
from esim_analysis.model.sources import Source, no_rejected
from esim_analysis.model.units import volume_bytes

USAGE: Final[Schema] = {
    "line": TEXT,  # keyed hash of the subscriber id; "" where the source names none
    "record_id": TEXT,
    "session_id": TEXT,
    "start_local": LOCAL_TIME,  # as written; missing where the source carries an offset
    "end_local": LOCAL_TIME,
    "fold": TEXT,  # "assumed" in a repeated local hour without offset, else ""
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,  # exclusive
    "time_quality": TEXT,
    "raw_volume": TEXT,  # normalised: decimal point, no thousands marks
    "bytes_up": BYTES,
    "bytes_down": BYTES,
    "bytes_total": BYTES,
    "bytes_billed": BYTES,
    "bytes_half_width": BYTES,  # bytes_total may be off by this much, as printed; missing: exact
    "plmn": TEXT,  # "214-07", visited network
    "network": TEXT,
    "country": TEXT,  # ISO 3166 alpha-2
    "roaming": TEXT,  # home | national | eu_rlah | international | unknown
    "rat": TEXT,
    "apn": TEXT,
    "service_class": TEXT,  # data | sms | voice | mms | fee
    "zero_rated": FLAG,
    "charge": MONEY,
    "currency": TEXT,
    "source": TEXT,
    "source_row": TEXT,
}
TIME_QUALITIES: Final = ("session", "partial", "bucket", "snapshot_diff", "prorated", "date_only")
_ORDER: Final = ["line", "start_utc", "end_utc", "record_id", "bytes_total", "source", "source_row"]
_NEVER_MISSING: Final = ["line", "record_id", "fold"]  # "" says: the source names none
_PLACE: Final = ["source", "source_row"]
_VOLUMES: Final = ["bytes_up", "bytes_down", "bytes_total", "bytes_billed"]


@dataclass(frozen=True, slots=True)
class UsageRecords:
    """What the operator billed, with how each file was read and which rows were not.

    Attributes
    ----------
    frame
        Columns of `USAGE`, sorted by line and time; `bytes_total` is never missing.
    decisions, sources
        One `Decision` and one `Source` a file, by source id.
    rejected
        `source, line, field, reason`: rows that could not be read.
    raw_lines
        Subscriber ids behind `line`, in memory only, never written; lets a user
        pick a line by the number printed on the SIM.
    """

    frame: pd.DataFrame
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    rejected: pd.DataFrame = field(default_factory=no_rejected)
    raw_lines: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Check the contract and bring rows into their one order."""
        frame = conform(self.frame, USAGE, what="usage records")
        told = {name: frame[name] for name in _NEVER_MISSING}
        told = {name: text.fillna("") for name, text in told.items() if text.hasnans}
        frame = frame.assign(**told) if told else frame
        _check(frame)
        ordered = share_missing(_in_order(frame), USAGE)
        object.__setattr__(self, "frame", ordered)

    @classmethod
    def none(cls) -> Self:
        """Return records without rows."""
        return cls(empty(USAGE))

    @property
    def billed(self) -> pd.Series:
        """Billed bytes a row: `bytes_billed` where present, else `bytes_total` (`Int64`)."""
        return self.frame["bytes_billed"].fillna(self.frame["bytes_total"])


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows by `_ORDER`; line and start, compared as numbers, tell nearly all apart."""
    codes, lines = pd.factorize(frame["line"])
    rank = np.empty(len(lines), np.int64)
    rank[lines.to_numpy(object).argsort()] = np.arange(len(lines))
    line, start = rank[codes], frame["start_utc"].astype("int64").to_numpy()
    order = np.lexsort((start, line))
    line, start = line[order], start[order]
    equal = (line[1:] == line[:-1]) & (start[1:] == start[:-1])
    if equal.any():
        tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
        rows = frame.take(order[tied])
        order[tied] = rows.sort_values(_ORDER, kind="stable", na_position="last").index
    if (order == np.arange(len(order))).all():
        return frame
    return frame.take(order).reset_index(drop=True)


def redecide(records: UsageRecords, source: str, decision: Decision) -> UsageRecords:
    """Read one file's rows again under another decision: the only way to change records.

    Volumes follow `raw_volume`, unit and base; directions keep their share of the
    total; times follow `start_local`, `end_local` and zone. Rows of other files are
    untouched. Rows of a missing local hour keep their old instant.
    """
    frame = records.frame
    mine = frame["source"] == source
    part = frame[mine].copy()
    part = _revolume(part, decision)
    part = _retime(part, decision.zone.value)
    merged = pd.concat([frame[~mine], part])
    return replace(records, frame=merged, decisions={**records.decisions, source: decision})


def merge(parts: list[UsageRecords]) -> UsageRecords:
    """Put files together; what two files both say counts once (DESIGN 5.6).

    Rows are the same by `record_id`; without one, by every column but their place.
    Equal rows inside one file are kept as they are, across files the larger
    number of copies stands.
    """
    parts = [part for part in parts if part.sources or len(part.frame)]
    if not parts:
        return UsageRecords.none()
    frame = _in_order(pd.concat([part.frame for part in parts], ignore_index=True))
    repeated = _repeated(frame)
    sources = _count_repeats(parts, frame.loc[repeated, "source"])
    return UsageRecords(
        frame=frame[~repeated],
        decisions={key: value for part in parts for key, value in part.decisions.items()},
        sources=sources,
        rejected=pd.concat([part.rejected for part in parts], ignore_index=True),
        raw_lines={key: value for part in parts for key, value in part.raw_lines.items()},
    )


def _repeated(frame: pd.DataFrame) -> pd.Series:
    """Mark rows that say again what an earlier row said."""
    by_id = (frame["record_id"] != "") & frame.duplicated(["line", "record_id"])
    content = [column for column in frame.columns if column not in _PLACE]
    # Hashes find the few candidates; the exact comparison of all columns is dear.
    alike = pd.util.hash_pandas_object(frame[content], index=False).duplicated(keep=False)
    candidates = frame[alike.to_numpy() & (frame["record_id"] == "").to_numpy()]
    copy = candidates.groupby([*content, "source"], dropna=False, sort=False).cumcount()
    by_content = candidates[content].assign(copy=copy).duplicated()
    return by_id | by_content.reindex(frame.index, fill_value=False)


def _count_repeats(parts: list[UsageRecords], repeated: pd.Series) -> tuple[Source, ...]:
    counts = repeated.value_counts()
    return tuple(
        replace(
            source,
            duplicates=source.duplicates + int(counts.get(source.id, 0)),
            kept=source.kept - int(counts.get(source.id, 0)),
        )
        for part in parts
        for source in part.sources
    )


def _check(frame: pd.DataFrame) -> None:
    what = "usage records"
    volumes = frame[_VOLUMES].to_numpy(dtype=np.int64, na_value=0)
    rules = {
        "bytes_total is known": frame["bytes_total"].isna(),
        "no volume is negative": (volumes < 0).any(axis=1),
        "start_utc is known": frame["start_utc"].isna(),
        "end_utc is not before start_utc": frame["end_utc"] < frame["start_utc"],
        "time_quality is one of its words": ~frame["time_quality"].isin(TIME_QUALITIES),
    }
    for rule, broken in rules.items():
        rows = int(broken.sum())
        if rows:
            raise FrameError.broken_rule(what, rule, rows)


def _revolume(part: pd.DataFrame, decision: Decision) -> pd.DataFrame:
    total = volume_bytes(
        part["raw_volume"], unit=decision.unit.value, base=int(decision.base.value)
    ).fillna(part["bytes_total"])
    share = part["bytes_up"].astype("Float64") / part["bytes_total"].astype("Float64")
    up = (share.fillna(0.0) * total.astype("Float64")).round().astype("Int64")
    up = up.where(part["bytes_up"].notna())
    return part.assign(bytes_total=total, bytes_up=up, bytes_down=total - up)


def _retime(part: pd.DataFrame, zone: str) -> pd.DataFrame:
    if zone == "offset":
        return part
    # The repeated hour is told apart by record id, else by the order of the file.
    place = pd.to_numeric(part["source_row"], errors="coerce")
    told = part.assign(place=place).sort_values(["record_id", "place"], kind="stable")
    start, fold = localise(told["start_local"], zone, line=told["line"])
    end, _ = localise(told["end_local"], zone, line=told["line"])
    length = told["end_utc"] - told["start_utc"]
    start = start.fillna(told["start_utc"])
    end = end.where(end >= start, start + length)
    return told.drop(columns="place").assign(start_utc=start, end_utc=end, fold=fold)
