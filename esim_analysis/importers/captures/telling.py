"""What a screen should say about a capture: sentences."""

from typing import Final

import pandas as pd

from esim_analysis.importers.captures.addresses import is_near
from esim_analysis.importers.captures.capture import Capture
from esim_analysis.importers.captures.evidence import GUESSED
from esim_analysis.model import UNATTRIBUTED

_TUNNEL_SHARE: Final = 0.95


def capture_notes(
    frame: pd.DataFrame, flows: pd.DataFrame, capture: Capture, *, packets: int
) -> tuple[str, ...]:
    """Return the notes of a packet capture.

    Parameters
    ----------
    frame
        Its evidence.
    flows
        The flows behind it, columns of `evidence.FLOWS`.
    packets
        How many IP packets were read.
    """
    notes = [f"{packets} IP packets in {len(frame)} flows."]
    strange = len(capture.start) - packets
    if strange:
        notes.append(f"{strange} packets are not IP, or have no date, and were left out.")
    if capture.damage:
        notes.append(f"The file {capture.damage}; everything before that was read.")
    if capture.secrets:
        notes.append(
            "The file holds TLS keys, which open the recorded conversations. They were not read "
            "or copied; do not pass this file on."
        )
    volume = flows["bytes_up"] + flows["bytes_down"]
    ends = volume.groupby(flows["remote_ip"].fillna("")).sum()
    if flows["uid"].isna().all() and len(frame) > 1 and ends.max() > _TUNNEL_SHARE * ends.sum():
        notes.append(
            "Nearly all traffic goes to one address, as behind a VPN: apps and hosts inside it "
            "cannot be told apart."
        )
    return (*notes, *app_notes(frame))


def app_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the notes on apps that any list of flows deserves."""
    volume = frame["bytes_up"].fillna(0) + frame["bytes_down"].fillna(0)
    guessed = int(volume[frame["confidence"] == GUESSED].sum())
    near = is_near(frame["remote_ip"])
    nobody = int(volume[(frame["app"] == UNATTRIBUTED) & ~near].sum())
    notes = []
    if guessed:
        notes.append(f"{guessed} bytes were given to apps by the hosts they went to: a guess.")
    if nobody:
        notes.append(f"{nobody} bytes belong to no app this capture can name; they count for none.")
    if int(volume[near].sum()):
        notes.append(f"{int(volume[near].sum())} bytes stayed in the local network: on no bill.")
    return tuple(notes)
