"""A small fleet: twelve SIMs of one kind, twenty days, one of them in another device."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

TABLES = ("lines.csv", "outliers.csv", "cohorts.csv", "findings.csv", "fleet.json")


def write_fleet(
    folder: Path, *, sims: int = 12, days: int = 20, phones: bool = False, minutes: int = 5
) -> Path:
    """Write an export of sessions of some minutes, a list of SIMs and, if asked, a phone's file."""
    folder.mkdir(parents=True, exist_ok=True)
    perday = 6
    sim = np.repeat(np.arange(sims), days * perday)
    place = np.tile(np.arange(days * perday), sims)
    start = pd.Timestamp("2026-10-01") + pd.to_timedelta(
        place * (86_400 // perday) + sim * 97, unit="s"
    )
    dice = np.random.default_rng(7)
    volume = dice.integers(40_000, 60_000, len(sim))
    other = (sim == 3) & (place >= 10 * perday)
    volume = np.where(other, volume * 400, volume)
    up = np.where(other, volume // 10, volume * 8 // 10)
    table = pd.DataFrame(
        {
            "Record ID": [f"R{n:06d}" for n in range(len(sim))],
            "ICCID": [f"89340710000000{n:05d}" for n in sim],
            "Start (UTC)": start.strftime("%Y-%m-%d %H:%M:%S"),
            "End (UTC)": (start + pd.Timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S"),
            "Country": "ES",
            "APN": "iot.example",
            "Uplink (bytes)": up,
            "Downlink (bytes)": volume - up,
            "Charge (EUR)": [f"{n:.6f}" for n in volume / 1e8],
        }
    )
    table.to_csv(folder / "usage.csv", index=False)
    rows = [
        f"89340710000000{n:05d},thing-{n},M2M,{'=1+1' if n == 3 else 'north'}" for n in range(sims)
    ]
    (folder / "sims.csv").write_text("\n".join(["SIM,Name,Plan,Site", *rows]) + "\n")
    if phones:
        phone = folder / "8934071000000000003"
        phone.mkdir()
        (phone / "notes.csv").write_text("nothing,of,use\n")
    return folder


IDENT = "{type=0, subscriberId=214070..., metered=true, defaultNetwork=true, subId=1}"


def write_dumps(folder: Path, *, sims: tuple[int, ...], uneven: bool = False) -> None:
    """Write a phone's `dumpsys netstats` for some SIMs: what was billed in each two hours.

    Uneven ones saw now more, now less than was billed, in two apps, and each for its own time.
    """
    first = int(pd.Timestamp("2026-10-01", tz="UTC").timestamp())
    dice = np.random.default_rng(11)
    for sim in sims:
        starts = [first + step * 7_200 for step in range(0, 240 - 9 * sim * uneven, 2 - uneven)]
        series = []
        for app in (10123, 10124)[: 1 + uneven]:
            down = dice.integers(1_000, 40_000, len(starts)) if uneven else [9000] * len(starts)
            rows = "".join(
                f"      st={at} rb={volume} rp=9 tb=38000 tp=9 op=0\n"
                for at, volume in zip(starts, down, strict=True)
            )
            series.append(
                f"  ident=[{IDENT}] uid={app} set=DEFAULT tag=0x0\n"
                f"    NetworkStatsHistory: bucketDuration=7200\n{rows}"
            )
        place = folder / f"89340710000000{sim:05d}"
        place.mkdir()
        text = "UID stats:\n  Complete history:\n" + "".join(series)
        (place / "netstats.txt").write_text(text)


def told(folder: Path) -> dict[str, bytes]:
    """Return the tables of a fleet as bytes."""
    files = [folder / name for name in TABLES]
    files += sorted((folder / "do-not-share").iterdir())
    return {path.name: path.read_bytes() for path in files if path.exists()}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small fleet."""
    return write_fleet(tmp_path_factory.mktemp("small") / "in")


@pytest.fixture(scope="session")
def plain_run(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what a run without workers says of it, in four buckets."""
    from esim_analysis.fleet import run_fleet  # noqa: PLC0415 - heavy

    return told(run_fleet([small], tmp_path_factory.mktemp("plain") / "out", **BUCKETS))


# 251 MB leave room for the smallest buckets; a test of twelve SIMs needs several.
BUCKETS = {"memory": "251MB"}
