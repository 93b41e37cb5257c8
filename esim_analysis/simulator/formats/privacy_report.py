"""An iPhone's App Privacy Report: which app met which host, how often; no bytes."""

import json

import pandas as pd

_WEEK = 7 * 86_400


def privacy_report(flows: pd.DataFrame, *, zone: str) -> str:
    """Write the last seven days of flows with their destinations as one JSON object a line."""
    recent = flows[flows["end"] > flows["end"].max() - _WEEK]
    recent = recent.assign(domain=recent["host"].where(recent["host"] != "", recent["ip"]))
    met = recent.groupby(["app", "domain"], as_index=False).agg(
        hits=("start", "size"), first=("start", "min"), last=("end", "max")
    )
    met = met.assign(first=_local(met["first"], zone), last=_local(met["last"], zone))
    lines = [
        {
            "type": "networkActivity",
            "bundleID": row["app"],
            "domain": row["domain"],
            "domainOwner": "",
            "domainType": 2,
            "initiatedType": "AppInitiated",
            "context": "",
            "hits": row["hits"],
            "firstTimeStamp": row["first"],
            "timeStamp": row["last"],
        }
        for row in met.to_dict("records")
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def _local(seconds: pd.Series, zone: str) -> pd.Series:
    local = pd.to_datetime(seconds, unit="s", utc=True).dt.tz_convert(zone)
    stamp = local.dt.strftime("%Y-%m-%dT%H:%M:%S.000%z")
    return stamp.str[:-2] + ":" + stamp.str[-2:]
