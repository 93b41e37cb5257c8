"""What a screen should say about a capture: sentences."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.addresses import is_near
from esim_analysis.importers.captures.capture import Capture
from esim_analysis.importers.captures.evidence import GUESSED
from esim_analysis.model import UNATTRIBUTED

_TUNNEL_SHARE: Final = 0.95


def capture_notes(
    frame: pd.DataFrame, flows: pd.DataFrame, capture: Capture, *, packets: int, copies: int = 0
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
    copies
        How many were left out as seen twice.
    """
    notes = [sentence("importing.ip_packets_flows", packets=packets, count=len(frame))]
    if copies:
        notes.append(sentence("importing.packets_before_translation", count=copies))
    strange = len(capture.start) - packets - copies
    if strange:
        notes.append(sentence("importing.packets_not_ip_have_no", strange=strange))
    if capture.damage:
        notes.append(sentence("importing.file_everything_before_was_read", damage=capture.damage))
    if capture.secrets:
        notes.append(sentence("importing.file_holds_tls_keys_open"))
    volume = flows["bytes_up"] + flows["bytes_down"]
    ends = volume.groupby(flows["remote_ip"].fillna("")).sum()
    if flows["uid"].isna().all() and len(frame) > 1 and ends.max() > _TUNNEL_SHARE * ends.sum():
        notes.append(sentence("importing.nearly_all_traffic_goes_one"))
    return (*notes, *app_notes(frame))


def app_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the notes on apps that any list of flows deserves."""
    volume = frame["bytes_up"].fillna(0) + frame["bytes_down"].fillna(0)
    guessed = int(volume[frame["confidence"] == GUESSED].sum())
    near = is_near(frame["remote_ip"])
    nobody = int(volume[(frame["app"] == UNATTRIBUTED) & ~near].sum())
    notes = []
    if guessed:
        notes.append(sentence("importing.bytes_were_given_apps_by", guessed=guessed))
    if nobody:
        notes.append(sentence("importing.bytes_belong_no_app_capture", nobody=nobody))
    if int(volume[near].sum()):
        notes.append(
            sentence("importing.bytes_stayed_local_network_on", count=int(volume[near].sum()))
        )
    return tuple(notes)
