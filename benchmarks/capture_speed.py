"""What reading a packet capture costs: a pcap of 200 MB to validated evidence.

    python benchmarks/capture_speed.py [--megabytes 200] [--repeat 3]

Packets of 200 and 1,400 bytes in turn (mean 800), raw IPv4, 20,000 TCP conversations of
which every fifth begins by naming its host (TLS). With nfstream, where the extra `[pcap]` is installed,
and without it. The least wall time of some runs; CPU seconds beside it count nfstream's own processes too.
"""

import argparse
import resource
import struct
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from esim_analysis.importers.captures import inspection
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import pcap

LIMIT_S: Final = 10.0  # for 200 MB, with nfstream
FLOWS: Final = 20_000
_SMALL, _LARGE = 200, 1_400
_NAMED: Final = 5  # every so many conversations name their host
_FIRST: Final = 1_793_520_000  # 1 November 2026
_RAW: Final = 101  # link type: packets begin with their IP header
_HEADER: Final = struct.Struct("<IHHiIII")


def hello(host: str) -> bytes:
    """Return a TLS ClientHello that names a host and holds nothing else."""
    name = host.encode()
    listed = struct.pack(">HBH", len(name) + 3, 0, len(name)) + name
    extension = struct.pack(">HH", 0, len(listed)) + listed
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    body += struct.pack(">H", len(extension)) + extension
    shake = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack(">H", len(shake)) + shake


def _conversation(count: int) -> np.ndarray:
    """Return the conversation of each packet: one after the other."""
    return np.arange(count) * FLOWS // count


def _packets(count: int, size: int, moment: np.ndarray, *, up: bool) -> np.ndarray:
    """Return packets of one size with their pcap headers."""
    kind = np.dtype(
        [("seconds", "<u4"), ("micros", "<u4"), ("kept", "<u4"), ("length", "<u4"),
         ("version", "u1"), ("service", "u1"), ("total", ">u2"), ("id", ">u4"), ("ttl", "u1"),
         ("protocol", "u1"), ("sum", ">u2"), ("source", ">u4"), ("target", ">u4"),
         ("from", ">u2"), ("to", ">u2"), ("order", ">u4"), ("answer", ">u4"), ("offset", "u1"),
         ("flags", "u1"), ("window", ">u2"), ("check", ">u2"), ("urgent", ">u2"),
         ("body", f"V{size - 40}")]
    )  # fmt: skip
    rows = np.zeros(count, kind)
    flow = _conversation(count)
    phone = np.full(count, 0x0AD7AD01, np.uint32)  # 10.215.173.1
    server = (0xC6336400 + flow % 250).astype(np.uint32)  # 198.51.100.0/24
    port, web = 20_000 + flow, np.full(count, 443)
    rows["seconds"], rows["micros"] = moment // 1_000_000, moment % 1_000_000
    rows["kept"] = rows["length"] = rows["total"] = size
    rows["version"], rows["ttl"], rows["protocol"], rows["offset"] = 0x45, 64, 6, 0x50
    rows["flags"] = 0x18
    rows["source"], rows["target"] = (phone, server) if up else (server, phone)
    rows["from"], rows["to"] = (port, web) if up else (web, port)
    rows["order"] = (np.arange(count) - np.searchsorted(flow, flow)) * size
    return rows


def write_capture(folder: Path, megabytes: int) -> Path:
    """Write a capture of about that size; return its path."""
    pairs = megabytes * 1_000_000 // (_SMALL + _LARGE + 32)
    moment = _FIRST * 1_000_000 + np.arange(pairs, dtype=np.int64) * 10_000
    small = _packets(pairs, _SMALL, moment, up=True)
    begins = np.unique(_conversation(pairs), return_index=True)[1]
    for flow, place in list(enumerate(begins))[::_NAMED]:
        small[place]["body"] = hello(f"h{flow}.example.com")
    large = _packets(pairs, _LARGE, moment + 5_000, up=False)
    both = np.dtype([("small", small.dtype), ("large", large.dtype)])
    woven = np.empty(pairs, both)
    woven["small"], woven["large"] = small, large
    path = folder / "capture.pcap"
    with path.open("wb") as file:
        file.write(_HEADER.pack(0xA1B2C3D4, 2, 4, 0, 0, 65_535, _RAW))
        woven.tofile(file)
    return path


def read(path: Path) -> int:
    """Read it as the program does; return its rows of evidence."""
    return len(pcap.IMPORTER.read(SourceFile(path, path.name), ReadOptions()).evidence.frame)


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Print what both ways cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    ways = {"without nfstream": lambda: False}
    if inspection.can_inspect():
        ways["with nfstream"] = inspection.can_inspect
    else:
        print("nfstream is not installed: pip install 'esim_analysis[pcap]'")
    with tempfile.TemporaryDirectory() as name:
        path = write_capture(Path(name), chosen.megabytes)
        print(f"{path.stat().st_size / 1e6:.0f} MB; limit {LIMIT_S:.0f} s for 200 MB")
        print("| | wall s | CPU s | rows |\n|---|---:|---:|---:|")
        for title, asked in ways.items():
            pcap.can_inspect = asked
            walls, spent, rows = [], [], 0
            for _ in range(chosen.repeat):
                begun, busy = time.perf_counter(), _spent()
                rows = read(path)
                walls.append(time.perf_counter() - begun)
                spent.append(_spent() - busy)
            print(f"| {title} | {min(walls):.2f} | {min(spent):.2f} | {rows:,} |", flush=True)


if __name__ == "__main__":
    main()
