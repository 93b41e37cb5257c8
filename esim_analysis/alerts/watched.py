"""What rules look at: use, findings, new places and odds, each with its moment."""

from typing import Final

import pandas as pd
from publicsuffixlist import PublicSuffixList

from esim_analysis.billing import Account
from esim_analysis.model import Analysis, Severity
from esim_analysis.model.clock import local_day
from esim_analysis.model.frames import RATIO, TEXT, UTC_TIME, Schema, conform, empty

WATCHED: Final[Schema] = {
    "kind": TEXT,  # use | finding | place | odds
    "name": TEXT,  # use: home or abroad; finding: its rule; place: the registered domain
    "line": TEXT,  # as the history names it: a number may change, this never does
    "app": TEXT,
    "cycle": TEXT,  # its first day
    "day": TEXT,
    "t_utc": UTC_TIME,  # when it was over
    "amount": RATIO,  # bytes; of odds the chance
    "whole": RATIO,  # bytes of the allowance of the cycle; missing without a plan
    "rank": RATIO,  # of findings: place of the severity
}
_RANK: Final = {severity: place for place, severity in enumerate(Severity)}
_ABROAD: Final = "international"
_LEARNING: Final = pd.Timedelta(days=7)  # places of the first week are the usual ones


def watched(analysis: Analysis, account: Account | None) -> pd.DataFrame:
    """Return everything a rule may tell of, as `WATCHED`, in order of time.

    Nothing in it depends on a threshold, so that other thresholds can be tried on it.
    """
    if analysis.usage.frame.empty:
        return empty(WATCHED)
    use = _use(analysis, account)
    parts = [use, _findings(analysis), _places(analysis), _odds(account)]
    told = pd.concat([part for part in parts if len(part)], ignore_index=True)
    told = _with_cycle(told, account, analysis.zone)
    names = {name: raw or name for name, raw in analysis.usage.raw_lines.items()}
    told["line"] = told["line"].map(lambda line: names.get(line, line)).astype("str")
    frame = conform(told, WATCHED, what="watched")
    order = ["t_utc", "kind", "name", "line", "app", "amount"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def _use(analysis: Analysis, account: Account | None) -> pd.DataFrame:
    frame = analysis.usage.frame
    amount = analysis.usage.billed
    if account is not None:
        records = account.metered.records.set_index("record")
        frame = frame.loc[records.index]
        amount = records["counted"]
    return pd.DataFrame({
        "kind": "use",
        "name": (frame["roaming"] == _ABROAD).map({True: "abroad", False: "home"}),
        "line": frame["line"],
        "app": "",
        "t_utc": frame["end_utc"].fillna(frame["start_utc"]),
        "amount": amount.astype("float64"),
    })  # fmt: skip


def _findings(analysis: Analysis) -> pd.DataFrame:
    rows = [
        (finding.rule, finding.line, finding.app, window.end_utc, window.bytes, rank)
        for finding in analysis.findings
        if (rank := _RANK[finding.severity])
        for window in finding.windows
    ]
    frame = pd.DataFrame(rows, columns=["name", "line", "app", "t_utc", "amount", "rank"])
    return frame.assign(kind="finding")


def _places(analysis: Analysis) -> pd.DataFrame:
    """Return what went to places first seen after the first week of evidence with hosts."""
    seen = analysis.evidence.frame
    seen = seen[(seen["remote_host"].fillna("") != "") & (seen["interface"] != "wifi")]
    if seen.empty:
        return pd.DataFrame()
    suffixes = PublicSuffixList()
    hosts = seen["remote_host"].unique()
    owners = {host: suffixes.privatesuffix(str(host).lower()) or "" for host in hosts}
    name = seen["remote_host"].map(owners).astype("str")
    end = seen["end_utc"].fillna(seen["start_utc"])
    first = seen["start_utc"].groupby(name).transform("min")
    new = (first >= seen["start_utc"].min() + _LEARNING) & (name != "")
    volume = seen["bytes_up"].fillna(0) + seen["bytes_down"].fillna(0)
    lines = analysis.usage.frame["line"].unique()
    told = pd.DataFrame({
        "kind": "place",
        "name": name,
        "line": lines[0] if len(lines) == 1 else "",
        "app": seen["app"],
        "t_utc": end,
        "amount": volume.astype("float64"),
        "since": first,
    })  # fmt: skip
    # A place is news in the month after it was first seen, then it is known.
    young = told["t_utc"] < told["since"] + pd.Timedelta(days=31)
    kept: pd.DataFrame = told[new & young].drop(columns="since")
    return kept


def _odds(account: Account | None) -> pd.DataFrame:
    if account is None:
        return pd.DataFrame()
    lines = account.forecast.lines
    lines = lines[lines["chance"].notna() & (lines["basis"] != "used_up")]
    return pd.DataFrame({
        "kind": "odds",
        "name": "",
        "line": lines["line"],
        "app": "",
        "t_utc": account.as_of,
        "amount": lines["chance"],
    })  # fmt: skip


def _with_cycle(told: pd.DataFrame, account: Account | None, zone: str) -> pd.DataFrame:
    day = local_day(told["t_utc"] - pd.Timedelta(microseconds=1), zone)
    if account is None:
        return told.assign(day=day, cycle=day.str[:7] + "-01", whole=float("nan"))
    shared = account.plan.shared is not None
    sizes = account.metered.fillings.groupby("period")["size"].sum()
    periods = account.metered.periods[["line", "start_utc"]].copy()
    periods["whole"] = periods.index.map(sizes.to_dict()).astype("float64")
    periods["cycle"] = local_day(periods["start_utc"], account.metered.zone)
    keyed = told.assign(day=day, by="" if shared else told["line"], place=range(len(told)))
    keyed = keyed.sort_values("t_utc", kind="stable")
    periods = periods.rename(columns={"line": "by", "start_utc": "begun"}).sort_values("begun")
    joined = pd.merge_asof(
        keyed, periods, left_on="t_utc", right_on="begun", by="by", allow_exact_matches=False
    )
    joined = joined.sort_values("place", kind="stable", ignore_index=True)
    joined["cycle"] = joined["cycle"].fillna(joined["day"].str[:7] + "-01")
    joined["line"] = joined["line"].where(joined["kind"] != "use", joined["by"])
    return joined.drop(columns=["by", "begun", "place"])
