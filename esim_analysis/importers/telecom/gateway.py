"""3GPP TS 32.298 records of packet gateways: PGW-, SGW- and SGSN-CDR, one after another.

`listOfTrafficVolumes` and `listOfServiceData` tell the same bytes twice, by bearer and by
rating group: the first is what counts, the second is only told, and they are never added.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from esim_analysis.i18n.sentences import listing, sentence
from esim_analysis.importers.declared.rows import Rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.telecom.ber import CONTEXT, BerError, Element, element, outline
from esim_analysis.importers.telecom.events import content, mended_note, rows_of
from esim_analysis.importers.telecom.values import (
    number,
    plmn,
    stamp,
    swapped_digits,
    text,
    volume,
)

_HEAD: Final = re.compile(rb"\xbf[\x4f\x4e]|\xb4")  # PGW, SGW; SGSN
_KINDS: Final = {CONTEXT + 79: "PGW", CONTEXT + 78: "SGW", CONTEXT + 20: "SGSN"}
_RANK: Final = {"PGW": 0, "SGW": 1, "SGSN": 2}  # the gateway at home sees all bytes of a session
_IMSI, _UP, _DOWN = CONTEXT + 3, CONTEXT + 3, CONTEXT + 4
_GATEWAY: Final = {
    "session": CONTEXT + 5, "apn": CONTEXT + 7, "traffic": CONTEXT + 12, "opened": CONTEXT + 13,
    "seconds": CONTEXT + 14, "sequence": CONTEXT + 17, "plmn": CONTEXT + 27, "rat": CONTEXT + 30,
}  # fmt: skip
_SGSN: Final = {
    "session": CONTEXT + 10, "apn": CONTEXT + 12, "traffic": CONTEXT + 15, "opened": CONTEXT + 16,
    "seconds": CONTEXT + 17, "sequence": CONTEXT + 21, "plmn": CONTEXT + 38, "rat": CONTEXT + 29,
}  # fmt: skip
_SERVICES: Final = CONTEXT + 34  # in a PGW-CDR alone; in an SGW-CDR the tag means something else
_RATING_GROUP, _SERVICE_UP, _SERVICE_DOWN = CONTEXT + 1, CONTEXT + 12, CONTEXT + 13
_RATS: Final = {1: "3G", 2: "2G", 3: "WiFi", 6: "4G", 8: "NB-IoT", 9: "LTE-M", 10: "5G"}
_FILL: Final = b"\x00\xff"
_FILE_HEADER: Final = 300  # octets at most; TS 32.297 allows a private extension
_RECORD_HEADER: Final = 5
_OUTLINE: Final = 32  # octets: two tags and two lengths are shorter
_SHOWN: Final = 8  # rating groups named in a note


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a gateway; times, numbers and names as text, `""` where it has none."""

    kind: str
    imsi: str
    session: str
    sequence: str
    opened: str
    seconds: str
    plmn: str
    rat: str
    apn: str
    volumes: tuple[tuple[str, int, bool], ...]
    by_group: Counter[int]

    @classmethod
    def of(cls, whole: Element) -> "Record":
        """Read a record.

        Raises
        ------
        BerError
            A field cannot be read, or there is no subscriber.
        """
        kind = _KINDS[whole.tag]
        tags = _SGSN if kind == "SGSN" else _GATEWAY
        fields = {one.tag: one for one in whole.children()}
        values = {name: fields[tag].content for name, tag in tags.items() if tag in fields}
        if _IMSI not in fields:
            raise BerError(whole.start, "a record of no subscriber")
        return cls(
            kind=kind,
            imsi=swapped_digits(fields[_IMSI].content),
            session=_number(values, "session"),
            sequence=_number(values, "sequence"),
            opened=stamp(values.get("opened", b"")),
            seconds=_number(values, "seconds"),
            plmn=plmn(values.get("plmn", b"")),
            rat=_RATS.get(number(values["rat"]), "unknown") if "rat" in values else "",
            apn=text(values.get("apn", b"")),
            volumes=_volumes(fields.get(tags["traffic"])),
            by_group=_by_group(fields.get(_SERVICES) if kind == "PGW" else None),
        )


def is_record(head: bytes) -> bool:
    """Tell a gateway's record by its tag and its first field, the type of the record."""
    outer, inner = outline(head)
    return outer in _KINDS and inner == CONTEXT


def has_file_header(head: bytes, size: int) -> bool:
    """Tell a TS 32.297 file: its first two numbers are the lengths of file and header."""
    if len(head) < 60:  # noqa: PLR2004 - a header is longer
        return False
    whole, header = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
    if whole != size or not 50 <= header < len(head) - 6:  # noqa: PLR2004
        return False
    # A record's own header has four octets, five since release 10.
    return is_record(head[header + 4 :]) or is_record(head[header + 5 :])


def gateway_rows(file: SourceFile) -> Rows:
    """Return each record as a row; a session seen by two gateways is told by one.

    Raises
    ------
    FileError
        Larger than such files are.
    """
    data = content(file)
    damaged: list[tuple[str, str]] = []
    groups: Counter[int] = Counter()
    found, places, mended = [], [], 0
    for at, record in _records(data, damaged):
        row, by_group, repaired = _row(record)
        groups.update(by_group)
        mended += repaired
        found.append(row)
        places.append(f"byte {at}")
    kept, seen_twice = _told_once(found)
    notes = _said(groups, seen_twice, mended)
    return rows_of(
        [found[at] for at in kept],
        places=[places[at] for at in kept],
        damaged=damaged,
        notes=notes,
    )


def _records(data: bytes, damaged: list[tuple[str, str]]) -> Iterator[tuple[int, Record]]:
    """Yield records with their offsets; behind damage the next one is looked for.

    Headers and fillers between records are passed over; a longer stretch that is no
    record is noted, once, by where it begins.
    """
    at = after = 0
    while found := _HEAD.search(data, at):
        at = found.start()
        whole = None
        try:
            whole = element(data, at, len(data)) if is_record(data[at : at + _OUTLINE]) else None
            record = Record.of(whole) if whole else None
        except BerError:
            record = None
        if whole is None or record is None:
            at += 1
            continue
        _note(data, after, at, damaged)
        yield at, record
        at = after = whole.after
    _note(data, after, len(data), damaged)


def _note(data: bytes, start: int, end: int, damaged: list[tuple[str, str]]) -> None:
    lost = len(data[start:end].strip(_FILL))
    headed = start == 0 and has_file_header(data, len(data))
    header = _FILE_HEADER if headed else _RECORD_HEADER
    if lost > header:
        damaged.append((f"byte {start}", sentence("importing.bytes_not_a_record", lost=lost)))


def _row(record: Record) -> tuple[dict[str, str], Counter[int], int]:
    """Return one record as text, its bytes by rating group, and how many volumes were mended."""
    ups = [size for side, size, _ in record.volumes if side == "up"]
    downs = [size for side, size, _ in record.volumes if side == "down"]
    row = {
        "start": record.opened,
        "seconds": record.seconds,
        "up": str(sum(ups)) if record.volumes else "",
        "down": str(sum(downs)) if record.volumes else "",
        "record_id": f"{record.kind}-{record.session}-{record.sequence or record.opened}"
        if record.session
        else "",
        "session_id": record.session,
        "line": record.imsi,
        "plmn": record.plmn,
        "rat": record.rat,
        "apn": record.apn,
    }
    return row, record.by_group, sum(repaired for _, _, repaired in record.volumes)


def _number(values: dict[str, bytes], name: str) -> str:
    return str(number(values[name])) if name in values else ""


def _volumes(traffic: Element | None) -> tuple[tuple[str, int, bool], ...]:
    """Return `(side, bytes, mended)` of every container of a bearer."""
    return tuple(
        (side, *volume(part.content))
        for container in (traffic.children() if traffic else ())
        for side, tag in (("up", _UP), ("down", _DOWN))
        if (part := container.first(tag)) is not None
    )


def _by_group(services: Element | None) -> Counter[int]:
    """Return bytes by rating group; one group may stand in several containers."""
    found: Counter[int] = Counter()
    for container in services.children() if services else ():
        group = container.first(_RATING_GROUP)
        sides = (container.first(_SERVICE_UP), container.first(_SERVICE_DOWN))
        if group is not None:
            found[number(group.content)] += sum(volume(one.content)[0] for one in sides if one)
    return found


def _told_once(found: list[dict[str, str]]) -> tuple[list[int], int]:
    """Return the rows to keep: of one session the gateway that saw it whole, and how many fell."""
    best: dict[tuple[str, str], int] = {}
    kinds = [row["record_id"].partition("-")[0] for row in found]
    sessions = [(row["line"], row["session_id"]) for row in found]
    for session, kind in zip(sessions, kinds, strict=True):
        if session[1]:
            best[session] = min(best.get(session, len(_RANK)), _RANK[kind])
    kept = [
        at
        for at, (session, kind) in enumerate(zip(sessions, kinds, strict=True))
        if not session[1] or _RANK[kind] == best[session]
    ]
    return kept, len(found) - len(kept)


def _said(groups: Counter[int], seen_twice: int, mended: int) -> list[str]:
    notes = []
    if groups:
        told = listing(
            sentence("importing.bytes", group=group, size=size)
            for group, size in groups.most_common(_SHOWN)
        )
        notes.append(
            sentence(
                "importing.same_bytes_also_told_by",
                told=told,
                more=", …" if len(groups) > _SHOWN else "",
            )
        )
    if seen_twice:
        notes.append(
            sentence("importing.records_tell_bytes_session_another", seen_twice=seen_twice)
        )
    notes += mended_note(mended)
    return notes
