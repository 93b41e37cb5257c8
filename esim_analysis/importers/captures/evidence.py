"""Flows to evidence: which app a flow is booked to, and whether it can be on a bill."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.captures.addresses import is_near
from esim_analysis.importers.captures.app_hosts import app_of_hosts
from esim_analysis.importers.captures.arrays import first_places, pair_codes
from esim_analysis.model import EVIDENCE, SYSTEM, UNATTRIBUTED
from esim_analysis.model.frames import Schema

FLOWS: Final[Schema] = {  # what `evidence_of` takes; columns that are left out are unknown
    "start_utc": "datetime64[us, UTC]",
    "end_utc": "datetime64[us, UTC]",
    "uid": "Int64",
    "package": "str",
    "app_label": "str",
    "likely_app": "str",  # named by inspection of the traffic, not by the phone
    "bytes_up": "Int64",
    "bytes_down": "Int64",
    "interface": "str",
    "metered": "boolean",
    "remote_host": "str",
    "remote_ip": "str",
    "remote_port": "Int64",
    "protocol": "str",
    "source_row": "str",
}
_PROFILE: Final = 100_000
_FIRST_APP: Final = 10_000
_MEASURED: Final = 1.0
GUESSED: Final = 0.5
_PACKAGE: Final = r"[A-Za-z]\w*(?:\.\w+)+"


def evidence_of(flows: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return flows as columns of `model.EVIDENCE`.

    The app is what the phone says (package, else `uid:10123`; Android's own uids
    together `system`). Without a uid it is the app the host belongs to, when that
    is one app only, as a guess. What is left is `unattributed`, and does not count
    towards a total: its bytes are seen, but they are nobody's, and must stay in
    the part of the bill that has no owner. Traffic inside the local network does
    not count either: no operator sees it.

    Parameters
    ----------
    flows
        Columns of `FLOWS`.
    """
    # Text that is not there is "" at once: pandas would make a million NaNs of it first.
    absent = {
        name: "" if dtype == "str" else pd.Series(pd.NA, flows.index, dtype=dtype)
        for name, dtype in FLOWS.items()
        if name not in flows.columns
    }
    flows = flows.assign(**absent)[list(FLOWS)].astype(FLOWS)
    holes = [name for name, dtype in FLOWS.items() if dtype == "str" and flows[name].hasnans]
    flows = flows.assign(**{name: flows[name].fillna("") for name in holes})
    # A capture repeats a few apps in many rows: names are worked out once each.
    who = pair_codes(flows["uid"].fillna(-1).to_numpy("int64"), flows["package"])
    told = _told(flows.iloc[first_places(who)]).take(who).set_axis(flows.index)
    app = told.copy()
    open_rows = told == ""
    if open_rows.any():
        rest = flows[open_rows]
        by_host = app_of_hosts(rest["remote_host"])
        app[open_rows] = rest["likely_app"].mask(rest["likely_app"] == "", by_host)
    named = (told != "") & ~told.isin([SYSTEM])
    counted = (app != "").to_numpy() & ~is_near(flows["remote_ip"])
    booked = flows.assign(
        line="",
        sim_plmn="",
        time_kind="flow",
        uid=flows["uid"].mask(flows["uid"] < 0),
        app=app.mask(app == "", UNATTRIBUTED),
        app_label=flows["app_label"].where(named, ""),
        ground="unknown",
        interface=flows["interface"].mask(flows["interface"] == "", "unknown"),
        counts_toward_total=counted,
        confidence=np.where((told == "") & (app != ""), GUESSED, _MEASURED),
        source=source,
    )
    return booked[[name for name in EVIDENCE if name in booked.columns]]


def packages_of(flows: pd.DataFrame) -> pd.DataFrame | None:
    """Return `uid, package` as the flows tell it, so that netstats of the phone gains names."""
    known = flows[["uid", "package"]].drop_duplicates().dropna()
    known = known[(known["uid"] >= _FIRST_APP) & known["package"].str.fullmatch(_PACKAGE)]
    table = known.assign(uid=known["uid"] % _PROFILE).drop_duplicates()
    return table.sort_values(["uid", "package"], ignore_index=True) if len(table) else None


def _told(flows: pd.DataFrame) -> pd.Series:
    """Return the app the phone itself names, "" where it names none."""
    app_id = flows["uid"] % _PROFILE
    known = (flows["uid"] >= 0).fillna(value=False).astype(bool)
    system = known & (app_id < _FIRST_APP).fillna(value=False).astype(bool)
    package = flows["package"].where(flows["package"].str.fullmatch(_PACKAGE), "")
    number = ("uid:" + app_id.astype("str")).where(known, "")
    return package.mask(package == "", number).mask(system, SYSTEM)
