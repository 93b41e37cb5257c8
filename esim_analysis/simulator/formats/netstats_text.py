"""`dumpsys netstats --full --uid` as the Connectivity module of Android 14 prints it."""

from collections.abc import Iterator

import pandas as pd

from esim_analysis.simulator.calendar import HOUR
from esim_analysis.simulator.radio import Carrier

_BUCKET = 2 * HOUR
_SETS = {"foreground": "FOREGROUND", "background": "DEFAULT"}
_BYTES_A_PACKET = 1310
_FIRST_APP = 10000


def netstats_text(  # noqa: PLR0913 - what is counted, on what, and when it is printed
    hours: pd.DataFrame,
    carriers: tuple[Carrier, ...],
    uids: dict[str, int],
    *,
    connected: Carrier,
    polls: tuple[str, ...],
    device: pd.DataFrame | None = None,
) -> str:
    """Print what the phone counted.

    Parameters
    ----------
    hours
        Result of `phone_meter.count_hours`.
    connected
        The network the phone is on while it prints.
    polls
        Local times of the newest poll events, newest first, as the log prints them.
    device
        What the counters by interface saw, where that is more than the apps'; None: the same.
    """
    whole = hours if device is None else device
    idents = {carrier.key: _ident(carrier) for carrier in carriers}
    lines = [*_header(idents[connected.key], uids, polls)]
    lines += ["Dev stats:", "  Pending bytes: ", "  Complete history:"]
    lines += _section("Xt stats:", _rows(whole, idents, {}, HOUR), HOUR)
    lines += _section("UID stats:", _rows(hours, idents, uids, _BUCKET), _BUCKET)
    lines += ["InterfaceMapHelper:", "  IfaceNameMap:", "    ifIndex=2 iface=rmnet_data1"]
    lines += ["    ifIndex=9 iface=wlan0", "BPF map status:", "  mCookieTagMap: OK"]
    lines += ["  mAppUidStatsMap: OK", "  mIfaceStatsMap: OK", ""]
    return "\n".join(lines)


def _ident(carrier: Carrier) -> str:
    if not carrier.cellular:
        return (
            f'{{type=1, ratType=COMBINED, wifiNetworkKey="{carrier.ssid}"wpa2-psk, metered=false,'
            " defaultNetwork=true, oemManaged=OEM_NONE, subId=-1, transports={1}}"
        )
    roaming = " ROAMING," if carrier.roaming else ""
    return (
        f"{{type=0, ratType={carrier.rat}, subscriberId={carrier.subscriber}...,{roaming}"
        " metered=true, defaultNetwork=true, oemManaged=OEM_NONE,"
        f" subId={carrier.sub_id}, transports={{0}}}}"
    )


def _rows(
    hours: pd.DataFrame, idents: dict[str, str], uids: dict[str, int], bucket: int
) -> pd.DataFrame:
    """Return one line a bucket, with the key under which Android files it; no uids: the device."""
    uid = hours["app"].map(uids) if uids else -1
    group = hours["ground"].map(_SETS) if uids else "ALL"
    rows = hours.assign(
        ident=hours["carrier"].map(idents),
        uid=uid,
        set=group,
        st=hours["hour"] // bucket * bucket,
    )
    return rows.groupby(["ident", "uid", "set", "st"], as_index=False)[["down", "up"]].sum()


def _section(title: str, rows: pd.DataFrame, bucket: int) -> list[str]:
    received, sent = rows["down"].astype(str), rows["up"].astype(str)
    in_packets = -(-rows["down"] // _BYTES_A_PACKET)
    out_packets = -(-rows["up"] // _BYTES_A_PACKET) + in_packets // 3
    line = "      st=" + rows["st"].astype(str) + " rb=" + received
    line += " rp=" + in_packets.astype(str) + " tb=" + sent
    line += " tp=" + out_packets.astype(str) + " op=0"
    heading = "  ident=[" + rows["ident"] + "] uid=" + rows["uid"].astype(str)
    heading += (
        " set=" + rows["set"] + f" tag=0x0\n    NetworkStatsHistory: bucketDuration={bucket}\n"
    )
    key_changes = heading != heading.shift()
    text = (heading.where(key_changes, "") + line).tolist()
    pending = int(rows.loc[rows["st"] == rows["st"].max(), ["down", "up"]].sum().sum())
    return [title, f"  Pending bytes: {pending}", "  Complete history:", *text]


def _header(ident: str, uids: dict[str, int], polls: tuple[str, ...]) -> Iterator[str]:
    callers = [(app, uid) for app, uid in uids.items() if uid >= _FIRST_APP][:3]
    interface = "wlan0" if ident.startswith("{type=1") else "rmnet_data1"
    yield from ("Directory:", "  /data/misc/apexdata/com.android.tethering/netstats", "Configs:")
    yield from (
        "  netstats_store_files_in_apexdata: true",
        "  netstats_import_legacy_target_attempts: 0",
    )
    for title in ("Active interfaces:", "Active UID interfaces:"):
        yield from (title, f"  iface={interface} ident=[{ident}]")
    yield from ("All wifi interfaces:", "  wlan0", "All mobile interfaces:", "  rmnet_data1")
    yield "Top openSession callers:"
    yield from (f"  {{uid={uid},package={app}}}={uid % 97}" for app, uid in callers)
    yield from ("", "Poll counts per reason:", "  DUMPSYS: 1", "  PERIODIC: 1488", "")
    yield "Recent poll events:"
    yield from (f"  {at} - Poll(flags=3, PollEvent{{reason=PERIODIC}})" for at in polls)
    yield from ("", "Stats Providers:", "  Provider callback TetheringOffload", "Stats Observers:")
