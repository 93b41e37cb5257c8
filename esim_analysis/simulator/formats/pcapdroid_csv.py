"""PCAPdroid's list of connections: every network the phone was on, and none of them named."""

import pandas as pd

_HEADER = (
    "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID,App,PackageName,Proto,Status,Info,"
    "BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen"
)
_BYTES_A_PACKET = 1310
_STAMP = "%Y-%m-%dT%H:%M:%S.000%z"


def pcapdroid_csv(flows: pd.DataFrame, uids: dict[str, int], *, zone: str) -> str:
    """Write flows with their destinations (`destinations.destined`), in order of their start."""
    down, up = flows["down"], flows["up"]
    text = pd.DataFrame(
        {
            "proto": flows["ip_protocol"],
            "src": "10.215.173.1",
            "port": 40_000 + pd.RangeIndex(len(flows)) % 20_000,
            "ip": flows["ip"],
            "dport": flows["port"],
            "uid": flows["app"].map(uids),
            "app": flows["app"].str.rsplit(".", n=1).str[-1].str.title(),
            "package": flows["app"].where(flows["app"].str.startswith("com."), ""),
            "l7": flows["protocol"],
            "status": "Closed",
            "info": flows["host"],
            "sent": up,
            "received": down,
            "psent": -(-up // _BYTES_A_PACKET),
            "preceived": -(-down // _BYTES_A_PACKET),
            "first": _local(flows["start"], zone),
            "last": _local(flows["end"], zone),
        }
    )
    return _HEADER + "\r\n" + text.to_csv(index=False, header=False, lineterminator="\r\n")


def _local(seconds: pd.Series, zone: str) -> pd.Series:
    local = pd.to_datetime(seconds, unit="s", utc=True).dt.tz_convert(zone)
    stamp = local.dt.strftime(_STAMP)
    return stamp.str[:-2] + ":" + stamp.str[-2:]
