"""NRTRDE: near-real-time roaming data, one flat event after another."""

from functools import partial
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.telecom.ber import APPLICATION, Element, sections
from esim_analysis.importers.telecom.events import content, data_events
from esim_analysis.importers.telecom.values import digits, iso, number, text, volume


def _app(tag: int) -> int:
    return APPLICATION + tag


VERSION: Final = _app(41)
_SENDER, _EVENTS, _COUNT = _app(38), _app(2), _app(20)
_GPRS: Final = _app(5)
_IMSI, _LOCAL, _OFFSET, _SECONDS = _app(34), _app(21), _app(45), _app(19)
_APN, _INCOMING, _OUTGOING = _app(16), _app(28), _app(29)
_OCTETS: Final = 8
_OTHERS: Final = {
    _app(3): sentence("importing.calls_made"),
    _app(4): sentence("importing.calls_received"),
}


def nrtrde_rows(file: SourceFile) -> Rows:
    """Return the data events of a file, up to where it is damaged or cut.

    Raises
    ------
    FileError
        Larger than such files are.
    """
    whole = sections(content(file))
    sender = text(whole[_SENDER].content) if _SENDER in whole else ""
    told = whole.get(_COUNT)
    return data_events(
        whole.get(_EVENTS),
        partial(_event, sender=sender),
        data=_GPRS,
        others=_OTHERS,
        announced=int.from_bytes(told.content[-_OCTETS:]) if told else None,
    )


def _event(event: Element, sender: str) -> tuple[dict[str, str], int]:
    """Return one data event as text, and how many of its volumes were mended."""
    fields = {one.tag: one.content for one in event.children()}
    volumes = {
        side: volume(fields[tag])
        for side, tag in (("up", _OUTGOING), ("down", _INCOMING))
        if tag in fields
    }
    row = {
        "start": iso(text(fields.get(_LOCAL, b"")), text(fields.get(_OFFSET, b""))),
        "seconds": str(number(fields[_SECONDS])) if _SECONDS in fields else "",
        **{side: str(size) for side, (size, _) in volumes.items()},
        "line": digits(fields.get(_IMSI, b"")),
        "network": sender,
        "country": sender[:3],
        "apn": text(fields.get(_APN, b"")),
    }
    return row, sum(repaired for _, repaired in volumes.values())
