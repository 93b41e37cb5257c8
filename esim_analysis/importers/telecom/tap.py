"""GSMA TAP3 (TD.57): what a visited network charges a home network, read by tag number."""

from decimal import Decimal
from functools import partial
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.telecom.ber import APPLICATION, BerError, Element, sections
from esim_analysis.importers.telecom.events import content, data_events
from esim_analysis.importers.telecom.values import digits, iso, number, text, volume
from esim_analysis.model import FileError

Batch = dict[int, Element]


def _app(tag: int) -> int:
    return APPLICATION + tag


BATCH, NOTIFICATION, SENDER = _app(1), _app(2), _app(196)
BATCH_CONTROL: Final = _app(4)
_FILE_TYPE: Final = _app(110)
_ACCOUNTING, _LOCAL_CURRENCY, _TAP_CURRENCY, _DECIMALS = _app(5), _app(135), _app(210), _app(244)
_NETWORK, _OFFSETS, _OFFSET, _OFFSET_CODE, _OFFSET_TEXT = (
    _app(6), _app(234), _app(233), _app(232), _app(231),
)  # fmt: skip
_EVENTS, _AUDIT, _EVENTS_COUNT = _app(3), _app(15), _app(43)
_GPRS: Final = _app(14)
_BASIC, _SUBSCRIBER, _CHARGEABLE, _SIM, _IMSI = (
    _app(114), _app(115), _app(427), _app(199), _app(129),
)  # fmt: skip
_DESTINATION, _APN = _app(116), _app(261)
_START, _LOCAL, _DURATION, _CHARGING_ID = _app(44), _app(16), _app(223), _app(72)
_SERVICE_USED, _INCOMING, _OUTGOING = _app(121), _app(250), _app(251)
_CHARGES, _CHARGE_INFO, _DETAILS, _DETAIL, _KIND, _CHARGE = (
    _app(70), _app(69), _app(64), _app(63), _app(71), _app(62),
)  # fmt: skip
_MOST_DECIMALS: Final = 6
_TOTAL: Final = "00"  # the charge type that sums up the others of its item
_OTHERS: Final = {
    _app(9): sentence("importing.calls_made"), _app(10): sentence("importing.calls_received"), _app(11): sentence("importing.supplementary_services"),
    _app(12): sentence("importing.service_centre_events"), _app(17): sentence("importing.content"), _app(297): sentence("importing.location"),
    _app(433): sentence("importing.messages"), _app(434): sentence("importing.sessions_without_a_volume"),
}  # fmt: skip


def tap_rows(file: SourceFile) -> Rows:
    """Return the data events of a transfer batch, up to where it is damaged or cut.

    Raises
    ------
    FileError
        Larger than such files are, or damaged before its first event.
    """
    batch = sections(content(file))
    try:
        offsets, money = _offsets(batch), _currency(batch)
        sender = _text(_part(batch, BATCH_CONTROL, SENDER))
        test, told = _part(batch, BATCH_CONTROL, _FILE_TYPE), _part(batch, _AUDIT, _EVENTS_COUNT)
        announced = number(told.content) if told else None
    except BerError as problem:
        raise FileError(
            file.name,
            sentence("importing.tap_file_damaged", problem=str(problem)),
            sentence("importing.ask_again"),
        ) from problem
    return data_events(
        batch.get(_EVENTS),
        partial(_event, offsets=offsets, money=money, sender=sender),
        data=_GPRS,
        others=_OTHERS,
        announced=announced,
        notes=[sentence("importing.file_marked_test_nobody_was")] if test is not None else [],
    )


def _offsets(batch: Batch) -> dict[int, str]:
    table = _part(batch, _NETWORK, _OFFSETS)
    pairs = ((one.first(_OFFSET_CODE), one.first(_OFFSET_TEXT)) for one in _every(table, _OFFSET))
    return {number(code.content): text(said.content) for code, said in pairs if code and said}


def _currency(batch: Batch) -> tuple[str, int]:
    accounting = batch.get(_ACCOUNTING)
    if accounting is None:
        return "", 0
    named = accounting.first(_TAP_CURRENCY) or accounting.first(_LOCAL_CURRENCY)
    places = accounting.first(_DECIMALS)
    return _text(named), min(number(places.content), _MOST_DECIMALS) if places else 0


def _event(
    event: Element, offsets: dict[int, str], money: tuple[str, int], sender: str
) -> tuple[dict[str, str], int]:
    """Return one data event as text, and how many of its volumes were mended."""
    basic = event.first(_BASIC) or event
    local = _text(basic.first(_START, _LOCAL))
    code = basic.first(_START, _OFFSET_CODE)
    used = event.first(_SERVICE_USED) or event
    down, mended_down = _volume(used.first(_INCOMING))
    up, mended_up = _volume(used.first(_OUTGOING))
    imsi = basic.first(_SUBSCRIBER, _CHARGEABLE, _SIM, _IMSI)
    seconds, charging = basic.first(_DURATION), basic.first(_CHARGING_ID)
    charge = _charge(used, money[1])
    row = {
        "start": iso(local, offsets.get(number(code.content), "") if code else ""),
        "seconds": str(number(seconds.content)) if seconds else "",
        "up": up,
        "down": down,
        "session_id": str(number(charging.content)) if charging else "",
        "line": digits(imsi.content) if imsi else "",
        "network": sender,
        "country": sender[:3],
        "apn": _text(basic.first(_DESTINATION, _APN)),
        "charge": charge,
        "currency": money[0] if charge else "",
    }
    return row, mended_down + mended_up


def _charge(used: Element, places: int) -> str:
    """Return the charge of an event: the total of each item, or the sum of its parts."""
    total = Decimal(0)
    charged = False
    for item in _every(used.first(_CHARGES), _CHARGE_INFO):
        parts = [
            (_text(one.first(_KIND)), number(amount.content))
            for one in _every(item.first(_DETAILS), _DETAIL)
            if (amount := one.first(_CHARGE)) is not None
        ]
        totals = [amount for kind, amount in parts if kind == _TOTAL]
        total += sum(totals or [amount for _, amount in parts])
        charged = charged or bool(parts)
    return str(total.scaleb(-places)) if charged else ""


def _volume(found: Element | None) -> tuple[str, int]:
    if found is None:
        return "", 0
    size, mended = volume(found.content)
    return str(size), int(mended)


def _part(batch: Batch, section: int, *path: int) -> Element | None:
    found = batch.get(section)
    return found.first(*path) if found else None


def _every(found: Element | None, tag: int) -> list[Element]:
    return found.every(tag) if found else []


def _text(found: Element | None) -> str:
    return text(found.content) if found else ""
