"""What the phone saw, row by row, as findings look at it."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.beside import over_wifi
from esim_analysis.attribution.bill import Flags, Ints, micros
from esim_analysis.attribution.captures import Seen as Counted
from esim_analysis.model import Evidence

_BOTH_WAYS: Final = ("bytes_up", "bytes_down")


_MOBILE: Final = ("cellular", "unknown")


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of evidence as arrays: times in µs since 1970, `app` a place in `apps` (-1: none).

    Attributes
    ----------
    bytes
        Both ways.
    unseen
        Not on screen.
    named
        It names a host or an address.
    """

    frame: pd.DataFrame
    apps: pd.Index
    app: Ints
    start: Ints
    end: Ints
    bytes: Ints
    unseen: Flags
    named: Flags

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Read the rows of evidence."""
        frame = evidence.frame
        app, apps = pd.factorize(frame["app"], sort=True)
        up, down = (frame[name].to_numpy(np.int64, na_value=0) for name in _BOTH_WAYS)
        named = [frame[name].fillna("") != "" for name in ("remote_host", "remote_ip")]
        return cls(
            frame=frame,
            apps=pd.Index(apps, dtype="str"),
            app=app,
            start=micros(frame["start_utc"]),
            end=micros(frame["end_utc"]),
            bytes=up + down,
            unseen=(frame["ground"] != "foreground").to_numpy(),
            named=(named[0] | named[1]).to_numpy(),
        )

    @property
    def told(self) -> Flags:
        """Rows that name a host, an address or a port."""
        port: Flags = self.frame["remote_port"].notna().to_numpy()
        return port | self.named

    def over_wifi(self) -> Flags:
        """Mark connections that went over Wi-Fi, as counters of their time say of their app."""
        kind, interface = self.frame["time_kind"], self.frame["interface"]
        flow, bucket = ((kind == name).to_numpy() for name in ("flow", "bucket"))
        if not (flow.any() and bucket.any()):
            return np.zeros(len(flow), dtype=bool)
        counts = self.frame["counts_toward_total"].to_numpy(dtype=bool, na_value=True)
        bucket = bucket & counts & (self.bytes > 0)
        line = pd.factorize(self.frame["line"].fillna(""))[0].astype(np.int64)
        rows = Counted(
            line * (len(self.apps) + 1) + self.app,
            self.start,
            np.maximum(self.end, self.start + 1),
            self.bytes.astype(np.float64),
        )
        mobile = bucket & interface.isin(_MOBILE).to_numpy()
        wifi = bucket & (interface == "wifi").to_numpy()
        return over_wifi(rows, flow=flow, mobile=mobile, otherwise=wifi)
