"""Two hundred SIMs of three kinds of device; five of them are not what they should be.

One SIM is used in a phone, one device starts sessions in a loop, one roams where a megabyte
costs forty times as much, one has the public APN instead of the fleet's, one uploads around the
clock since a day in October. The others differ among themselves as devices do.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.outcome import Outcome, as_csv, as_json

NAME: Final = "fleet-200"
SMALL: Final = "fleet-30"
SEED: Final = 200
_SIMS: Final = 200
_FEW: Final = 30
_DAYS: Final = 31
_DAY: Final = 86_400
_BEGIN: Final = pd.Timestamp("2026-10-01")
_HEADINGS: Final = (
    "Session ID", "ICCID", "Start (UTC)", "End (UTC)", "Country", "Network", "PLMN", "APN",
    "Uplink (bytes)", "Downlink (bytes)", "Charge (EUR)",
)  # fmt: skip
_APN: Final = "iot.fleet.example"
_LEAST: Final = 10_000  # bytes billed for a session, whatever it carried
_PLACES: Final = {
    "home": ("ES", "Movistar", "214-07", 10),
    "near": ("FR", "Orange F", "208-01", 10),
    "far": ("CH", "Swisscom", "228-01", 450),
}
"""Country, network, PLMN, and the price of a megabyte in thousandths of a euro."""
_PUBLIC: Final = 60  # thousandths of a euro a megabyte on the public APN


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of device: sessions a day, bytes of one, share of it that goes up, in hundredths."""

    name: str
    plan: str
    sessions: int
    volume: int
    up: int
    firmware: str


KINDS: Final = (
    Kind("meter", "M2M 50", 24, 25_000, 80, "4.2.0"),
    Kind("tracker", "M2M 200", 48, 70_000, 75, "2.0.7"),
    Kind("camera", "Video 2000", 12, 2_500_000, 92, "1.9.3"),
)
CAUSES: Final = {"other_device": 0, "session_loop": 1, "roaming": 2, "wrong_apn": 2, "leak": 1}
"""What is planted, and in which kind of device."""


def simulate() -> Outcome:
    """Run the scenario that ships."""
    return simulate_fleet(SEED)


def simulate_small() -> Outcome:
    """Run the same with thirty SIMs, for a quick look."""
    return simulate_fleet(SEED, sims=_FEW)


def simulate_fleet(seed: int, *, sims: int = _SIMS) -> Outcome:
    """Return export, list of SIMs and truth of one fleet.

    Parameters
    ----------
    seed
        Who has which fault, and how everybody used the month.
    sims
        How many SIMs; a third of each kind of device.
    """
    dice = Dice(seed, "fleet")
    kind = np.arange(sims) % len(KINDS)
    planted = _planted(dice, kind)
    sessions = pd.concat(
        [_usual(dice, kind, planted), *(_fault(dice, cause, sim) for cause, sim in planted.items())]
    )
    sessions = sessions.sort_values(["start", "sim"], kind="stable", ignore_index=True)
    table = _list_of_sims(kind, planted)
    truth: dict[str, object] = {
        cause: {"iccid": table["SIM"][sim], "name": table["Name"][sim]}
        for cause, sim in planted.items()
    }
    return Outcome(
        files={"sessions.csv": _export(sessions, table["SIM"]), "sims.csv": as_csv(table)},
        truth={f"fleet-{sims}.json": as_json({"seed": seed, "planted": truth})},
    )


def _planted(dice: Dice, kind: np.ndarray) -> dict[str, int]:
    """Choose a SIM of the right kind for each fault, no SIM twice."""
    found: dict[str, int] = {}
    for cause, wanted in CAUSES.items():
        able = [int(sim) for sim in np.flatnonzero(kind == wanted) if sim not in found.values()]
        found[cause] = able[int(dice.between(0, len(able) - 1, 1)[0])]
    return found


def _usual(dice: Dice, kind: np.ndarray, planted: dict[str, int]) -> pd.DataFrame:
    """Return what devices do when nothing is wrong; every fifth tracker drives to France."""
    perday = np.array([KINDS[one].sessions for one in kind])
    own = dice.between(60, 150, len(kind))  # no two devices send as much
    count = perday * _DAYS
    sim = np.repeat(np.arange(len(kind)), count)
    place = np.arange(len(sim)) - np.repeat(np.cumsum(count) - count, count)
    step = _DAY // perday[sim]
    start = place * step + dice.between(0, 1_000_000, len(sim)) % step
    volume = np.array([KINDS[one].volume for one in kind])[sim] * own[sim] // 100
    volume = volume * dice.between(50, 150, len(sim)) * dice.between(50, 150, len(sim)) // 10_000
    up = np.array([KINDS[one].up for one in kind])[sim] + dice.between(-5, 5, len(sim))
    abroad = (kind[sim] == 1) & (sim % 5 == 1) & (start // _DAY % 7 < 2)  # noqa: PLR2004 - two days a week
    sessions = _sessions(sim, start, volume, up, np.where(abroad, "near", "home"))
    return _changed(sessions, planted)


def _changed(sessions: pd.DataFrame, planted: dict[str, int]) -> pd.DataFrame:
    """Let some of the usual sessions happen elsewhere, or through another APN."""
    day = sessions["start"] // _DAY
    gone = (sessions["sim"] == planted["roaming"]) & day.between(11, 21)
    stolen = (sessions["sim"] == planted["other_device"]) & (day >= 14)  # noqa: PLR2004
    public = sessions["sim"] == planted["wrong_apn"]
    sessions = sessions.assign(
        place=sessions["place"].mask(gone, "far"), apn=sessions["apn"].mask(public, "internet")
    )
    return sessions[~stolen]


def _fault(dice: Dice, cause: str, sim: int) -> pd.DataFrame:
    """Return the sessions a fault adds."""
    if cause == "other_device":  # a phone, from the fifteenth on, in the waking hours
        count = 17 * 30
        day, hour = dice.between(14, 30, count), dice.between(8, 23, count)
        volume = dice.between(2_000_000, 40_000_000, count)
        start = day * _DAY + hour * 3600 + dice.between(0, 3599, count)
        return _sessions(np.full(count, sim), start, volume, dice.between(6, 12, count), "home")
    if cause == "session_loop":  # every three minutes, often without a byte
        start = np.arange(3 * _DAY, _DAYS * _DAY, 180)
        volume = dice.between(0, 3000, len(start)) * (dice.between(0, 2, len(start)) > 0)
        up = dice.between(45, 55, len(start))
        return _sessions(np.full(len(start), sim), start, volume, up, "home")
    if cause == "leak":  # seven times as much, day and night, since the ninth
        start = np.arange(8 * _DAY, _DAYS * _DAY, 600) + dice.between(0, 200, 23 * 144)
        volume = dice.between(120_000, 260_000, len(start))
        up = dice.between(72, 80, len(start))
        return _sessions(np.full(len(start), sim), start, volume, up, "home")
    return _sessions(
        np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), 50, "home"
    )


def _sessions(
    sim: np.ndarray, start: np.ndarray, volume: np.ndarray, up: np.ndarray | int, place: np.ndarray | str
) -> pd.DataFrame:  # fmt: skip
    sent = volume * up // 100
    return pd.DataFrame(
        {"sim": sim, "start": start, "up": sent, "down": volume - sent, "place": place, "apn": _APN}
    )


def _export(sessions: pd.DataFrame, iccid: pd.Series) -> bytes:
    """Write sessions as a portal does; the price follows place and APN."""
    told = {place: pd.Series(facts) for place, facts in _PLACES.items()}
    facts = pd.DataFrame(told).T.loc[sessions["place"]].reset_index(drop=True)
    price = facts[3].astype("int64").mask(sessions["apn"] != _APN, _PUBLIC)
    billed = (sessions["up"] + sessions["down"]).clip(lower=_LEAST)
    charge = (billed * price // 100_000).astype(str).str.zfill(5)  # ten-thousandths of a euro
    start = _BEGIN + pd.to_timedelta(sessions["start"], unit="s")
    end = start + pd.to_timedelta(20 + (sessions["up"] + sessions["down"]) // 20_000, unit="s")
    table = pd.DataFrame(
        dict(zip(_HEADINGS, (
            "S" + sessions.index.astype(str).str.zfill(8),
            iccid.loc[sessions["sim"]].to_numpy(),
            start.dt.strftime("%Y-%m-%d %H:%M:%S"),
            end.dt.strftime("%Y-%m-%d %H:%M:%S"),
            facts[0], facts[1], facts[2], sessions["apn"], sessions["up"], sessions["down"],
            charge.str[:-4] + "." + charge.str[-4:],
        ), strict=True))
    )  # fmt: skip
    return as_csv(table)


def _list_of_sims(kind: np.ndarray, planted: dict[str, int]) -> pd.DataFrame:
    """Return the owner's list; the device in a loop has the firmware that came last."""
    numbers = pd.Series(np.arange(len(kind)))
    firmware = pd.Series([KINDS[one].firmware for one in kind])
    firmware = firmware.mask(numbers == planted["session_loop"], "2.1.0")
    names = [f"{KINDS[one].name}-{number:03d}" for number, one in enumerate(kind)]
    return pd.DataFrame(
        {
            "SIM": "8934071" + (numbers * 7919 % 10_000 + 10**11).astype(str),
            "Name": names,
            "Site": ("site-" + (numbers % 8).astype(str)),
            "Firmware": firmware,
            "Plan": [KINDS[one].plan for one in kind],
            "Country": "ES",
        }
    )
