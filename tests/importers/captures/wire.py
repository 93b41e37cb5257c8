"""Captures built byte by byte, from the written formats: packets, pcap, pcapng, trailers."""

import struct
import zlib
from ipaddress import ip_address

PHONE = "10.215.173.1"
T0 = 1_790_978_400  # 2026-10-02 22:00:00 UTC


def ip(source, target, payload, *, protocol, length=None):
    """Build an IPv4 or IPv6 packet; `length` overrides the one in its header."""
    one, two = ip_address(source), ip_address(target)
    if one.version == 4:
        total = 20 + len(payload) if length is None else length
        head = struct.pack(">BBHHHBBH", 0x45, 0, total, 1, 0, 64, protocol, 0)
    else:
        size = len(payload) if length is None else length
        head = struct.pack(">IHBB", 6 << 28, size, protocol, 64)
    return head + one.packed + two.packed + payload


def tcp(source, target, payload=b"", *, sport=40000, dport=443, seq=1):
    head = struct.pack(">HHIIBBHHH", sport, dport, seq, 0, 5 << 4, 0x18, 1024, 0, 0)
    return ip(source, target, head + payload, protocol=6)


def udp(source, target, payload=b"", *, sport=40000, dport=443):
    head = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    return ip(source, target, head + payload, protocol=17)


def hello(name, *, pad=0):
    """Build a TLS ClientHello; `pad` bytes of other extensions stand before the name."""
    host = name.encode()
    sni = struct.pack(">HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    extensions = (struct.pack(">HH", 21, pad) + bytes(pad) if pad else b"") + sni
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0"
    body += struct.pack(">H", len(extensions)) + extensions
    handshake = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + struct.pack(">H", len(handshake)) + handshake


def dns_answer(name, *addresses):
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    answers = b""
    for text in addresses:
        packed = ip_address(text).packed
        kind = 1 if len(packed) == 4 else 28
        answers += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(packed)) + packed
    head = struct.pack(">HHHHHH", 7, 0x8180, 1, len(addresses), 0, 0)
    return head + question + b"\0\1\0\1" + answers


def ethernet(packet, *, vlans=0):
    kind = b"\x08\0" if packet[0] >> 4 == 4 else b"\x86\xdd"
    return bytes(12) + b"\x81\0\0\7" * vlans + kind + packet


def with_trailer(packet, uid, name):
    frame = ethernet(packet)
    frame += bytes(-len(frame) % 4)
    frame += b"\1\7\x20\x21" + struct.pack(">i", uid) + name.encode()[:20].ljust(20, b"\0")
    return frame + struct.pack("<I", zlib.crc32(frame))


def cooked(packet):
    return bytes(14) + (b"\x08\0" if packet[0] >> 4 == 4 else b"\x86\xdd") + packet


def cooked_2(packet):
    return (b"\x08\0" if packet[0] >> 4 == 4 else b"\x86\xdd") + bytes(18) + packet


def null(packet):
    return struct.pack("<I", 2) + packet


def pcap(packets, *, link=101, order="<", nano=False, snaplen=65535):
    """Build a pcap file of `(seconds, bytes)`; a longer packet is cut to `snaplen`."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    data = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)
    for moment, packet in packets:
        seconds, part = divmod(round(moment * 1_000_000), 1_000_000)
        kept = packet[:snaplen]
        part = part * 1000 if nano else part
        data += struct.pack(order + "IIII", seconds, part, len(kept), len(packet)) + kept
    return data


def option(code, content, order="<"):
    return struct.pack(order + "HH", code, len(content)) + content + bytes(-len(content) % 4)


def block(kind, body, order="<"):
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def section(order="<"):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(*, link=101, name="", resolution=None, offset=None, order="<"):
    options = option(2, name.encode(), order) if name else b""
    options += b"" if resolution is None else option(9, bytes([resolution]), order)
    options += b"" if offset is None else option(14, struct.pack(order + "q", offset), order)
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options, order)


def enhanced(moment, packet, *, uid=None, number=0, ticks=1_000_000, order="<"):
    time = round(moment * ticks)
    head = struct.pack(
        order + "5I", number, time >> 32, time & 0xFFFFFFFF, len(packet), len(packet)
    )
    options = b"" if uid is None else option(1, f"u-{uid}".encode(), order) + option(0, b"", order)
    return block(6, head + packet + bytes(-len(packet) % 4) + options, order)


def simple(packet, order="<"):
    return block(3, struct.pack(order + "I", len(packet)) + packet + bytes(-len(packet) % 4), order)


def uid_name(uid, package, label, order="<", kind=0xBAD):
    names = package.encode() + label.encode()
    head = struct.pack(
        order + "IHBBiBB", 62652, 1, 1, 0, uid, len(package.encode()), len(label.encode())
    )
    body = head + names
    return block(kind, body + bytes(-len(body) % 4), order)


def keys(secret, order="<"):
    body = struct.pack(order + "II", 0x544C534B, len(secret)) + secret
    return block(0x0A, body + bytes(-len(body) % 4), order)
