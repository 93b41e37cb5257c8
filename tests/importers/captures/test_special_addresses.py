"""Which addresses of a capture are on no bill: the kinds of the one table of special ranges."""

import numpy as np
import pandas as pd
import pytest

from esim_analysis.importers.captures.addresses import is_group, is_near, is_private
from esim_analysis.reference import address_kinds
from esim_analysis.reference.addresses import KINDS

NEAR = {"private", "loopback", "link_local", "this_network", "multicast"}


@pytest.mark.parametrize(
    ("address", "near", "private", "group"),
    [
        ("10.1.2.3", True, True, False),
        ("172.31.255.255", True, True, False),
        ("172.32.0.0", False, False, False),
        ("::ffff:192.168.1.7", True, True, False),
        ("fe80::1%wlan0", True, True, False),
        ("FD00::10", True, True, False),
        ("100.64.0.1", False, True, False),
        ("192.0.0.4", False, True, False),
        ("224.0.0.251", True, False, True),
        ("ff02::fb", True, False, True),
        ("255.255.255.255", True, False, True),
        ("203.0.113.9", False, False, False),
        ("2001:4860::8888", False, False, False),
        ("", False, False, False),
        (None, False, False, False),
        ("host.example", False, False, False),
    ],
)
def test_an_address_is_near_private_or_of_a_group(address, near, private, group):
    one = pd.Series([address], dtype="str")
    found = is_near(one).item(), is_private(one).item(), is_group(one).item()
    assert found == (near, private, group)


def test_a_large_sample_agrees_with_the_kinds_of_the_reference():
    chance = np.random.default_rng(7)
    four = chance.integers(0, 256, (60_000, 4)).astype("str")
    six = chance.integers(0, 2**16, (20_000, 8))
    written = [".".join(row) for row in four]
    written += [":".join(f"{group:x}" for group in row) for row in six]
    written += [
        f"{first}::{n:x}" for first in ("fe80", "fd12", "ff02", "64:ff9b:1") for n in range(1, 99)
    ]
    addresses = pd.Series(written, dtype="str").sample(
        len(written), random_state=7, ignore_index=True
    )
    kinds = address_kinds(addresses)
    assert set(kinds) > NEAR - {"this_network"}
    assert set(kinds) <= set(KINDS)
    broadcast = (addresses == "255.255.255.255").to_numpy()
    assert (is_near(addresses) == (kinds.isin(NEAR).to_numpy() | broadcast)).all()
    assert (is_group(addresses) == ((kinds == "multicast").to_numpy() | broadcast)).all()
    own = NEAR - {"multicast"} | {"shared", "translation"}
    assert (is_private(addresses) == kinds.isin(own).to_numpy()).all()
