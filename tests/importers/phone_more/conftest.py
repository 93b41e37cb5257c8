"""Fixtures: text, zips and JSON in, imported out; every sample is built here."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile

SAMPLES = Path(__file__).parent / "samples"
CHECKIN = (SAMPLES / "checkin.txt").read_text(encoding="utf-8")
BATTERY = (SAMPLES / "batterystats.txt").read_text(encoding="utf-8")
NETSTATS = """Active interfaces:
  iface=rmnet0 ident=[{type=0}]
Xt stats:
  Pending bytes: 1
  History since boot:
BPF map status:
  mAppUidStatsMap: OK
BPF map content:
  mAppUidStatsMap:
    uid rxBytes rxPackets txBytes txPackets
    10123 90000 9 9000 9
    Entry is deleted while dumping, iterating from first entry
    10123 91000 9 9100 9
    1000 10 1 1 1
    10300 0 0 0 0
  mStatsMapA:
    10123 1 1 1 1
"""
PACKAGES = """Packages:
  Package [com.example.words] (a1b2c3):
    appId=10123
"""
NETPOLICY = """  Restrict background: false
  Policy for UIDs:
    UID=10123 policy=1 (REJECT_METERED_BACKGROUND)
"""
RULER = "-" * 79


def checkin_section(title, text):
    return (
        f"------ {title} (dumpsys something) ------\n{text}"
        f"------ 0.031s was the duration of '{title}' ------\n"
    )


def service_section(name, text):
    return (
        f"{RULER}\nDUMP OF SERVICE {name}:\n{text}"
        f"--------- 0.040s was the duration of dumpsys {name}, ending at: 2026-10-03 06:00:00\n"
    )


@pytest.fixture
def report() -> Callable[..., str]:
    """Build the text of a bug report; any section may be left out or replaced."""

    def build(**changes: str) -> str:
        parts = {
            "checkin": CHECKIN,
            "battery": BATTERY,
            "netstats": NETSTATS,
            "package": PACKAGES,
            "netpolicy": NETPOLICY,
            "usagestats": "",
            "zone": "[persist.sys.timezone]: [Europe/Madrid]\n",
        } | changes
        return (
            "=" * 56 + "\n== dumpstate: 2026-10-03 06:00:00\n" + "=" * 56 + "\n"
            "Uptime: up 0 weeks, 1 day, 2 hours, 30 minutes,  load average: 1.0\n"
            + parts["zone"]
            + checkin_section("CHECKIN BATTERYSTATS", parts["battery"])
            + checkin_section("CHECKIN NETSTATS", parts["checkin"])
            + service_section("netpolicy", parts["netpolicy"])
            + service_section("netstats", parts["netstats"])
            + service_section("package", parts["package"])
            + (service_section("usagestats", parts["usagestats"]) if parts["usagestats"] else "")
        )

    return build


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., SourceFile]:
    def write_file(content: str | bytes, name: str = "dump.txt") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return write_file


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., SourceFile]:
    """Zip members, `(name, text)`, in the order given."""

    def build(*members: tuple[str, str | bytes], name: str = "bugreport.zip") -> SourceFile:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members:
                archive.writestr(member, content)
        return SourceFile(path, name)

    return build
