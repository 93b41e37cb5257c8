"""What the phone saw, row by row, as findings look at it."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints, micros
from esim_analysis.model import Evidence

_BOTH_WAYS: Final = ("bytes_up", "bytes_down")


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
