"""What the series and rows of a netstats dump mean: app, ground, network, what counts."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.phone._idents import read_idents
from esim_analysis.importers.phone._netstats_text import DumpText
from esim_analysis.importers.phone._overlap import newest_of, newest_totals
from esim_analysis.model import REMOVED, SYSTEM, TETHERING
from esim_analysis.model.evidence import DEVICE_TOTALS
from esim_analysis.model.frames import empty

_CONFIDENCE: Final = 0.8  # bytes between two polls are spread evenly over the buckets between
_FIRST_APP: Final = 10_000
_PROFILE: Final = 100_000  # uid = profile * 100000 + appId
_NAMED: Final = {-5: TETHERING, -4: REMOVED}
_TOTAL: Final = -1
_GROUNDS: Final = {"DEFAULT": "background", "FOREGROUND": "foreground"}
_COPIES: Final = ("DBG_VPN_IN", "DBG_VPN_OUT")  # bytes of the tunnel, printed for debugging
_US: Final = 1_000_000


def describe(dump: DumpText) -> pd.DataFrame:
    """Say of each series who used which network, and whether it is wanted.

    Returns
    -------
    pandas.DataFrame
        `dump, section, uid, set`, the columns of `read_idents`, `app, ground`,
        `wanted`, and `reason` where a series is not wanted for a reason worth telling.
    """
    series = dump.series.join(read_idents(dump.series["ident"])).drop(columns="ident")
    uid = series["uid"].astype("int64")
    series["app"] = app_of_uid(uid)
    ground = series["set"].map(_GROUNDS).astype("str")
    series["ground"] = ground.mask(uid < 0, "unknown").fillna("unknown")
    in_uid = series["section"] == "uid"
    total, known = uid == _TOTAL, series["set"].isin(_GROUNDS)
    device = ~in_uid & total & (series["set"] == "ALL") & (series["interface"] != "vpn")
    series["wanted"] = (in_uid & ~total & known) | device
    series["reason"] = pd.Series(pd.NA, index=series.index, dtype="str")
    series.loc[in_uid & ~known & ~series["set"].isin(_COPIES), "reason"] = sentence(
        "importing.unknown_set"
    )
    series.loc[in_uid & total, "reason"] = sentence("importing.uid_minus_one_is_the_total")
    return series


def app_of_uid(uid: pd.Series) -> pd.Series:
    """Name the user of each uid: hotspot, removed, system, else `uid:` and the app id.

    Parameters
    ----------
    uid
        Whole numbers without missing values; profiles fall together.
    """
    app_id = uid % _PROFILE
    app = ("uid:" + app_id.astype("str")).mask(app_id < _FIRST_APP, SYSTEM)
    app = app.mask(uid < 0, "uid:" + uid.astype("str"))
    return uid.map(_NAMED).astype("str").fillna(app).astype("str")


def evidence_rows(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return app rows as columns of `model.EVIDENCE`; of several dumps each bucket once."""
    frame = bucket_rows(rows, source)
    if rows["dump"].nunique() < 2:  # noqa: PLR2004 - nothing to compare with
        return frame
    return newest_of([part for _, part in frame.groupby(rows["dump"])])


def bucket_rows(rows: pd.DataFrame, source: str | pd.Series) -> pd.DataFrame:
    """Return app rows as columns of `model.EVIDENCE`, one a row of its dump."""
    start, end = _times(rows)
    return pd.DataFrame(
        {
            "line": "",
            **{name: rows[name] for name in ("sim_plmn", "sim_sub_id")},
            "start_utc": start,
            "end_utc": end,
            "time_kind": "bucket",
            "app": rows["app"],
            "app_label": "",
            "uid": rows["uid"],
            "bytes_up": rows["up"],
            "bytes_down": rows["down"],
            **{name: rows[name] for name in ("ground", "interface", "roaming", "metered")},
            # Android books tunnel bytes to the apps behind the tunnel; these rows are its copy.
            "counts_toward_total": rows["interface"] != "vpn",
            "confidence": _CONFIDENCE,
            "source": source,
            "source_row": (rows["line"] + 1).astype("str"),
        }
    )


def device_totals(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return device rows as columns of `model.DEVICE_TOTALS`, one a network and bucket."""
    if rows.empty:
        return empty(DEVICE_TOTALS)
    start, end = _times(rows)
    key = ["sim_plmn", "interface", "start_utc", "end_utc"]
    table = rows[["dump", "sim_plmn", "interface", "up", "down"]].assign(
        start_utc=start, end_utc=end
    )
    sums = table.groupby([*key, "dump"], as_index=False)[["up", "down"]].sum(min_count=1)
    sums = sums.rename(columns={"up": "bytes_up", "down": "bytes_down"}).assign(source=source)
    return newest_totals([part.drop(columns="dump") for _, part in sums.groupby("dump")])


def _times(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    start = rows["start"].astype("int64")
    return _utc(start), _utc(start + rows["length"].astype("int64"))


def _utc(seconds: pd.Series) -> pd.Series:
    return (seconds * _US).astype("datetime64[us]").dt.tz_localize("UTC")
