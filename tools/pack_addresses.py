"""Pack the table of networks that `esim_analysis.reference.addresses` reads.

    npm pack @ip-location-db/asn @ip-location-db/asn-country
    python tools/pack_addresses.py ip-location-db-asn-2*.tgz ip-location-db-asn-country-*.tgz

Writes `esim_analysis/reference/data/addresses.xz` and prints what belongs into its NOTICE:
version, date, checksums, counts, and what was lost by keeping 64 bits of an IPv6 address.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.reference.address_table import FILE, AddressTable, Spans

DATA: Final = Path(__file__).parents[1] / "esim_analysis" / "reference" / "data"
_HALF: Final = 2**64


def main() -> None:
    """Pack and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("asn", type=Path)
    parser.add_argument("country", type=Path)
    given = parser.parse_args()
    version = json.loads(_member(given.asn, "package.json"))["version"]
    day = re.sub(r".*\.(\d{4})(\d\d)(\d\d)\d\d", r"\1-\2-\3", version)
    four, six = (_ranges(given.asn, f"asn-ipv{number}-num.csv") for number in (4, 6))
    networks = pd.concat([four, six]).drop_duplicates("asn").sort_values("asn")
    countries = _countries(given.asn, given.country)
    asn = networks["asn"].to_numpy().astype(np.int64)
    table = AddressTable(
        four=_spans(four, asn, shift=1),
        six=_spans(_upper(six), asn, shift=1),
        asn=np.append(0, asn),
        organisation=pd.array(["", *networks["organisation"].map(_plain)], dtype="str"),
        country=pd.array(["", *pd.Series(asn).map(countries).fillna("")], dtype="str"),
        source=f"@ip-location-db/asn {version}",
        as_of=day,
    )
    content = table.packed()
    (DATA / FILE).write_bytes(content)
    for path in (given.asn, given.country):
        print(f"{path.name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    print(f"{FILE}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    print(f"{len(asn):,} networks, {len(four):,} + {len(six):,} ranges as of {day}")
    print(f"{int(sum(name == '' for name in table.country)) - 1:,} networks without a country")


def _member(package: Path, name: str) -> str:
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/{name}")
        if member is None:
            raise SystemExit(f"{package.name} has no {name}")
        return member.read().decode("utf-8")


def _ranges(package: Path, name: str) -> pd.DataFrame:
    rows = csv.reader(io.StringIO(_member(package, name)))
    table = pd.DataFrame(
        [(int(first), int(last), int(asn), who) for first, last, asn, who in rows],
        columns=["first", "last", "asn", "organisation"],
    )
    return table.astype({"first": object, "last": object})


def _countries(asn: Path, country: Path) -> dict[int, str]:
    """Return the country most IPv4 addresses, else IPv6 ranges, of a network are registered in."""
    found: dict[int, str] = {}
    for number in (6, 4):
        ranges = _ranges(asn, f"asn-ipv{number}-num.csv")
        rows = csv.reader(io.StringIO(_member(country, f"asn-country-ipv{number}-num.csv")))
        places = [(int(first), int(last), code) for first, last, code in rows]
        starts = np.array([first for first, _, _ in places], dtype=object)
        place = np.searchsorted(starts, ranges["first"].to_numpy(), "right") - 1
        code = [
            places[at][2] if at >= 0 and places[at][1] >= first else ""
            for at, first in zip(place.tolist(), ranges["first"], strict=True)
        ]
        size = (ranges["last"] - ranges["first"] + 1).astype(float)
        told = pd.DataFrame({"asn": ranges["asn"], "code": code, "size": size})
        sums = told[told["code"] != ""].groupby(["asn", "code"])["size"].sum().reset_index()
        sums = sums.sort_values(["size", "code"], ascending=[True, False])
        found |= dict(zip(sums["asn"], sums["code"], strict=True))
        agreed = told["code"] == told["asn"].map(found)
        print(f"IPv{number}: {told['size'][agreed].sum() / told['size'].sum():.1%} of addresses "
              "are registered in the country of their network")  # fmt: skip
    return found


def _upper(ranges: pd.DataFrame) -> pd.DataFrame:
    first, last = ranges["first"].map(lambda one: one // _HALF), ranges["last"] // _HALF
    narrow = ranges["last"] - ranges["first"] + 1 < _HALF
    print(f"{int(narrow.sum()):,} IPv6 ranges are longer than /64 and were left out")
    return ranges.assign(first=first, last=last)[~narrow]


def _spans(ranges: pd.DataFrame, asn: np.ndarray, *, shift: int) -> Spans:
    network = np.searchsorted(asn, ranges["asn"].to_numpy().astype(np.int64)) + shift
    first, last = (np.array(ranges[name].tolist(), dtype=np.uint64) for name in ("first", "last"))
    return Spans.of(first, last, network.astype(np.int64))


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", name).split())


if __name__ == "__main__":
    main()
