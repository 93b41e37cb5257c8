"""Charging files written element by element, as a reader of TD.57 and TS 32.298 would by hand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Writer:
    """How lengths are written: `indefinite` ends what holds others with two zero bytes."""

    indefinite: bool = False

    def app(self, tag: int, *parts: bytes | int | str) -> bytes:
        return self._element(0x40, tag, parts)

    def ctx(self, tag: int, *parts: bytes | int | str) -> bytes:
        return self._element(0x80, tag, parts)

    def seq(self, *parts: bytes) -> bytes:
        return self._element(0x00, 16, parts)

    def _element(self, group: int, tag: int, parts: tuple[bytes | int | str, ...]) -> bytes:
        plain = len(parts) == 1 and not isinstance(parts[0], bytes)
        if plain:
            return head(group, tag) + length_of(value(parts[0]))
        inside = b"".join(parts)
        if self.indefinite:
            return head(group | 0x20, tag) + b"\x80" + inside + b"\x00\x00"
        return head(group | 0x20, tag) + length_of(inside)


def raw(group: int, tag: int, content: bytes) -> bytes:
    """Write a plain value of bytes; `group` is 0x40 for APPLICATION, 0x80 for context."""
    return head(group, tag) + length_of(content)


def head(group: int, tag: int) -> bytes:
    if tag < 31:
        return bytes([group | tag])
    parts = [tag & 0x7F]
    while tag := tag >> 7:
        parts.append(tag & 0x7F | 0x80)
    return bytes([group | 31, *reversed(parts)])


def length_of(content: bytes) -> bytes:
    if len(content) < 128:
        return bytes([len(content)]) + content
    count = (len(content).bit_length() + 7) // 8
    return bytes([0x80 | count]) + len(content).to_bytes(count) + content


def value(of: int | str) -> bytes:
    if isinstance(of, str):
        return of.encode("ascii")
    return of.to_bytes(of.bit_length() // 8 + 1, signed=True)


def packed(digits: str) -> bytes:
    """Digits high half first, filled with F, as TAP and NRTRDE pack them."""
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def swapped(digits: str) -> bytes:
    """Digits low half first, filled with F, as 3GPP records pack them."""
    filled = digits + "f" * (len(digits) % 2)
    return bytes.fromhex("".join(filled[at + 1] + filled[at] for at in range(0, len(filled), 2)))


def tap_event(
    w: Writer, *, imsi: str, local: str, code: int, seconds: int, down: bytes, up: bytes,
    charging_id: int, charge: int, parts: tuple[int, ...] = (),
) -> bytes:  # fmt: skip
    """A data event; volumes as raw bytes, for writers lose a leading zero."""
    details = [w.app(63, w.app(71, "00"), w.app(62, charge))]
    details += [w.app(63, w.app(71, f"0{at}"), w.app(62, part)) for at, part in enumerate(parts, 1)]
    return w.app(
        14,
        w.app(
            114,
            w.app(115, w.app(427, w.app(199, raw(0x40, 129, packed(imsi))))),
            w.app(116, w.app(261, "internet")),
            w.app(44, w.app(16, local), w.app(232, code)),
            w.app(223, seconds),
            w.app(72, charging_id),
        ),
        w.app(117, w.app(118, w.app(185, w.app(184, 1)))),
        w.app(
            121,
            raw(0x40, 250, down),
            raw(0x40, 251, up),
            w.app(70, w.app(69, w.app(66, "X"), w.app(64, *details))),
        ),
    )


def tap(w: Writer, *events: bytes, sender: str = "DEUXX", count: int | None = None) -> bytes:
    """A transfer batch with two offsets, amounts in thousandths of a euro."""
    return w.app(
        1,
        w.app(4, w.app(196, sender), w.app(182, "ESPXX"), w.app(109, "00042"), w.app(201, 3)),
        w.app(5, w.app(135, "EUR"), w.app(210, "EUR"), w.app(244, 3)),
        w.app(
            6,
            w.app(
                234,
                w.app(233, w.app(232, 0), w.app(231, "+0200")),
                w.app(233, w.app(232, 1), w.app(231, "+0100")),
            ),
            w.app(188, w.app(183, w.app(184, 1), w.app(186, 3), w.app(400, "gw.example"))),
        ),
        w.app(3, *events),
        w.app(15, w.app(415, 1), w.app(43, len(events) if count is None else count)),
    )


def nrtrde(w: Writer, *events: bytes, count: int | None = None) -> bytes:
    """A file of flat events."""
    return w.app(
        1,
        w.app(41, 2),
        w.app(37, 1),
        w.app(38, "FRAXX"),
        w.app(36, "ESPXX"),
        w.app(2, *events),
        w.app(20, len(events) if count is None else count),
    )


def nrtrde_event(w: Writer, *, imsi: str, local: str, seconds: int, down: int, up: int) -> bytes:
    return w.app(
        5,
        raw(0x40, 34, packed(imsi)),
        w.app(21, local),
        w.app(45, "+0200"),
        w.app(19, seconds),
        w.app(16, "internet"),
        w.app(28, down),
        w.app(29, up),
    )


def moment(text: str) -> bytes:
    """`YYMMDDhhmmss±hhmm` in nine octets."""
    return bytes.fromhex(text[:12]) + text[12].encode() + bytes.fromhex(text[13:])


def gateway(
    w: Writer, *, imsi: str, charging_id: int, sequence: int, opened: str, seconds: int,
    traffic: tuple[tuple[int, int], ...], services: tuple[tuple[int, int, int], ...] = (),
    kind: int = 79,
) -> bytes:  # fmt: skip
    """A PGW-CDR (79) or SGW-CDR (78); traffic as (up, down), services as (group, up, down)."""
    listed = [
        w.seq(w.ctx(3, up), w.ctx(4, down), w.ctx(5, 2), raw(0x80, 6, moment(opened)))
        for up, down in traffic
    ]
    told = [
        w.seq(
            w.ctx(1, group),
            raw(0x80, 8, b"\x06\x80"),
            w.ctx(12, up),
            w.ctx(13, down),
            raw(0x80, 14, moment(opened)),
        )
        for group, up, down in services
    ]
    return w.ctx(
        kind,
        w.ctx(0, 85),
        raw(0x80, 3, swapped(imsi)),
        w.ctx(5, charging_id),
        w.ctx(7, "internet"),
        w.ctx(12, *listed),
        raw(0x80, 13, moment(opened)),
        w.ctx(14, seconds),
        w.ctx(15, 0),
        w.ctx(17, sequence),
        raw(0x80, 27, bytes.fromhex("00f110")),
        w.ctx(30, 6),
        *([w.ctx(34, *told)] if services else []),
    )
