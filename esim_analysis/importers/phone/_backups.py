"""Counters of two or more backups of one iPhone to what each app used in between."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import EVIDENCE, REJECTED, REMOVED
from esim_analysis.model.frames import conform, empty

_KEY: Final = ["app", "app_label", "interface"]
_WAYS: Final = ["bytes_up", "bytes_down"]
_CONFIDENCE: Final = 0.9
_DOUBTFUL: Final = 0.5  # a counter of the same interval fell: were they reset together?
_FELL: Final = sentence("importing.counter_smaller_than_earlier_backup")
_GONE: Final = sentence("importing.earlier_backup_only_what_used")


def difference_backups(frames: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Difference the counters of each two consecutive backups, app by app and network by network.

    A backup holds every counter of the phone, so an app the earlier one does not
    know started from zero. A counter that fell was reset: its interval is left
    out, and the others of that interval are less certain. Bytes of an app that
    was deleted in between move to `removed`, which is not what `removed` used.

    Parameters
    ----------
    frames
        `Evidence.frame` of any files; only rows whose `time_kind` is `snapshot`
        are looked at, those of one `source` as one backup. Backups may come in
        any order; two of the same moment count once.

    Returns
    -------
    frame
        `model.EVIDENCE`: `cumulative` rows that count toward the total, from the
        earlier backup to the app's last use before the later one. Empty with
        fewer than two backups.
    rejected
        `source, line, field, reason`: counters that tell no difference.
    """
    filled = [frame for frame in frames if (frame["time_kind"] == "snapshot").any()]
    nothing = empty(EVIDENCE), empty(REJECTED)
    if not filled:
        return nothing
    rows = pd.concat(filled, ignore_index=True)
    rows = rows[rows["time_kind"] == "snapshot"]
    moments = rows.groupby("source")["end_utc"].max().sort_values(kind="stable")
    moments = moments[~moments.duplicated()]
    if len(moments) < 2:  # noqa: PLR2004 - nothing to compare with
        return nothing
    backups = [rows[rows["source"] == name] for name in moments.index]
    steps = [
        _between(earlier, later, since)
        for earlier, later, since in zip(backups[:-1], backups[1:], moments[:-1], strict=True)
    ]
    return (
        conform(pd.concat([step[0] for step in steps]), EVIDENCE, what="backups"),
        conform(pd.concat([step[1] for step in steps]), REJECTED, what="rejected counters"),
    )


def _between(
    earlier: pd.DataFrame, later: pd.DataFrame, since: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    before = earlier[[*_KEY, *_WAYS, "source_row", "source"]]
    rows = later.merge(before, on=_KEY, how="outer", suffixes=("", "_before"), indicator=True)
    gone = (rows["_merge"] == "right_only").to_numpy(bool)
    new = (rows["_merge"] == "left_only").to_numpy(bool)
    moved = rows[gone].groupby("interface")[[f"{way}_before" for way in _WAYS]].sum()
    taken_over = (rows["app"] == REMOVED).to_numpy(bool)
    used = {}
    for way in _WAYS:
        start = rows[f"{way}_before"].mask(new, 0)
        deleted = rows["interface"].map(moved[f"{way}_before"]).astype("Int64").fillna(0)
        used[way] = rows[way] - start - deleted.where(taken_over, 0)
    fell = pd.concat([(volume < 0).fillna(value=False) for volume in used.values()], axis=1)
    fell_any = fell.any(axis=1).to_numpy(bool)
    reset = fell_any & ~taken_over
    told = ~gone & ~fell_any
    volume = pd.concat(used.values(), axis=1).fillna(0).sum(axis=1)
    first = rows["start_utc"].where(new & (rows["start_utc"] > since).to_numpy(bool), since)
    end = rows["end_utc"].where(rows["end_utc"] > first, later["end_utc"].max())
    result = rows.assign(
        **used,
        start_utc=first,
        end_utc=end,
        time_kind="cumulative",
        counts_toward_total=True,
        confidence=_DOUBTFUL if reset.any() else _CONFIDENCE,
        source_row=rows["source_row_before"].fillna("not yet") + " → " + rows["source_row"],
    )
    keep = told & (volume > 0).to_numpy(bool)
    return result.loc[keep, list(EVIDENCE)], pd.concat(
        [_rejected(rows[fell_any], _FELL), _rejected(rows[gone], _GONE)]
    )


def _rejected(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source": rows["source"].fillna(rows["source_before"]),
            "line": rows["source_row"].fillna(rows["source_row_before"]),
            "field": rows["app"],
            "reason": reason,
        }
    )
