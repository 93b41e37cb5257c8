"""The sample files of this folder: what is in them, and how they are written again.

python tests/importers/telecom/charging_samples.py
"""

from pathlib import Path

from charging_bytes import (
    Writer,
    gateway,
    nrtrde,
    nrtrde_event,
    tap,
    tap_event,
    value,
)

SAMPLES = Path(__file__).parent / "samples"
# 001-01 is the test network of ITU and 3GPP: no subscriber has such a number.
ONE, TWO = "001010000000001", "001010000000002"
PLAIN, OPEN = Writer(), Writer(indefinite=True)


def batch(w: Writer = PLAIN) -> bytes:
    """Two data events, a call, and a volume whose writer lost the leading zero byte."""
    return tap(
        w,
        tap_event(
            w, imsi=ONE, local="20261014021000", code=0, seconds=2880, down=value(1_900_000_000),
            up=value(40_000_000), charging_id=77, charge=3880,
        ),
        w.app(9, w.app(16, "20261014090000")),
        tap_event(
            w, imsi=TWO, local="20261025023000", code=1, seconds=60,
            down=(4_294_967_294).to_bytes(4), up=value(0), charging_id=78, charge=5, parts=(3, 2),
        ),
    )  # fmt: skip


def events(w: Writer = PLAIN) -> bytes:
    """Two data events and a call; the count is wrong, as it is in a published file."""
    return nrtrde(
        w,
        nrtrde_event(w, imsi=ONE, local="20261014021000", seconds=600, down=5_000_000_000, up=1),
        w.app(3, w.app(21, "20261014090000")),
        nrtrde_event(w, imsi=TWO, local="20261014030000", seconds=0, down=0, up=0),
        count=7,
    )


def records(w: Writer = PLAIN) -> bytes:
    """Two parts of a session, one of them seen by the SGW too, with padding between."""
    first = gateway(
        w, imsi=ONE, charging_id=4711, sequence=1, opened="261014021000+0200", seconds=62,
        traffic=((1_000, 900_000), (24, 100)), services=((701, 1_000, 880_000), (702, 0, 20_000)),
    )  # fmt: skip
    again = gateway(
        w, imsi=ONE, charging_id=4711, sequence=9, opened="261014021000+0200", seconds=62,
        traffic=((1_024, 900_100),), kind=78,
    )  # fmt: skip
    second = gateway(
        w, imsi=ONE, charging_id=4711, sequence=2, opened="261014021102+0200", seconds=8,
        traffic=((5, 3_000_000_000),),
    )  # fmt: skip
    return first + again + bytes(37) + second


FILES = {
    "tap3/batch.tap": batch,
    "nrtrde/events.nrt": events,
    "gateway_cdr/records.cdr": records,
}

if __name__ == "__main__":
    for name, made in FILES.items():
        (SAMPLES / name).write_bytes(made())
