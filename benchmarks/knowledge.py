"""Seconds to look up a million addresses and a million hosts in the tables of the package.

    python benchmarks/knowledge.py [--check]

Addresses: 700,000 IPv4 and 300,000 IPv6, drawn evenly from what is given out, in random order, as
the column of text the package holds them in; loading the table is told apart, it happens once.
Hosts: a million different names, one in five below a suffix of the table. CPU seconds, best of
five. `--check` fails above 0.5 s and 1.5 s.
"""

import argparse
import sys
import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

import numpy as np
import pandas as pd

from esim_analysis.reference import address_facts, host_facts
from esim_analysis.reference.address_table import shipped
from esim_analysis.reference.tables import table

ROWS = 1_000_000
LIMITS = {"addresses": 0.5, "hosts": 1.5}


def addresses(rows: int = ROWS) -> pd.Series:
    """Return random addresses, seven in ten IPv4."""
    random = np.random.default_rng(1)
    four = random.integers(1 << 24, 224 << 24, rows * 7 // 10).tolist()
    high = random.integers(0x2000 << 48, 0x3000 << 48, rows - len(four)).tolist()
    low = random.integers(0, 2**63, len(high)).tolist()
    texts = [str(IPv4Address(one)) for one in four]
    texts += [str(IPv6Address(one << 64 | two)) for one, two in zip(high, low, strict=True)]
    random.shuffle(texts)
    return pd.Series(texts, dtype="str")


def hosts(rows: int = ROWS) -> list[str]:
    """Return different names, one in five below a known suffix."""
    known = [row["suffix"] for row in table("hosts")]
    return [
        f"h{n}.{known[n % len(known)]}"
        if n % 5 == 0
        else f"h{n}.edge{n % 97}.example{n % 5_000}.co.uk"
        for n in range(rows)
    ]


def best(work: Callable[[], object], times: int = 5) -> float:
    """Return the CPU seconds of the fastest of some runs."""
    told = []
    for _ in range(times):
        began = time.process_time()
        work()
        told.append(time.process_time() - began)
    return min(told)


def main() -> None:
    """Print both, and check them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    began = time.process_time()
    shipped()
    print(f"table of networks read in {time.process_time() - began:.2f} CPU s, once")
    texts, names = addresses(), hosts()
    told = {
        "addresses": best(lambda: address_facts(texts)),
        "hosts": best(lambda: host_facts(names)),
    }
    for what, seconds in told.items():
        print(f"{ROWS:,} {what}: {seconds:.2f} CPU s (limit {LIMITS[what]} s)")
    found = address_facts(texts)["asn"].notna().mean()
    print(f"{found:.1%} of the addresses belong to a network of the table")
    if given.check and any(seconds > LIMITS[what] for what, seconds in told.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
