"""When a dump was taken, and which of its buckets that moment makes impossible.

Phones whose clock once jumped keep buckets years away from all others.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.i18n.sentences import sentence

Seconds: TypeAlias = npt.NDArray[np.int64]

_DAY: Final = 86_400
KEPT: Final = 100 * _DAY  # Android deletes after 90 days, in files of up to 15
_LEEWAY: Final = 14 * 3600  # poll events are local time without an offset


@dataclass(frozen=True, slots=True)
class DumpTime:
    """The moment of a dump (seconds since 1970) and what told it."""

    at: int
    told_by: str
    leeway: int = 0

    def possible(self, start: Seconds, length: Seconds) -> npt.NDArray[np.bool_]:
        """Mark buckets inside [dump - 100 days, dump + one bucket]."""
        early = start < self.at - KEPT - self.leeway
        late = start + length > self.at + length + self.leeway
        inside: npt.NDArray[np.bool_] = ~(early | late)
        return inside

    def told(self) -> str:
        """Return the moment and its origin for a note."""
        moment = pd.Timestamp(self.at, unit="s").strftime("%Y-%m-%d %H:%M")
        return sentence("importing.moment_and_how_known", moment=moment, how=self.told_by)


def dump_time(polls: Seconds, start: Seconds, length: Seconds) -> DumpTime | None:
    """Tell when a dump was taken: its newest poll event, else its newest bucket end.

    A poll event that would make most buckets impossible comes from a wrong clock
    and is not believed. The newest bucket is that of the 100 days holding most
    buckets, so that one stray bucket cannot move the window.

    Parameters
    ----------
    polls
        Naive local times of this dump's polls, in seconds since 1970.
    start, length
        Its buckets, seconds.
    """
    if len(polls):
        told = DumpTime(
            int(polls.max()), sentence("importing.newest_poll_event_phone_local"), _LEEWAY
        )
        if not len(start) or told.possible(start, length).mean() >= 0.5:  # noqa: PLR2004 - most
            return told
    if not len(start):
        return None
    starts = np.sort(start)
    inside = np.searchsorted(starts, starts, side="right") - np.searchsorted(starts, starts - KEPT)
    newest_start = int(starts[inside == inside.max()][-1])
    last = start == newest_start
    return DumpTime(
        newest_start + int(length[last].max()), sentence("importing.end_of_newest_bucket")
    )
