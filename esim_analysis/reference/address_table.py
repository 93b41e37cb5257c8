"""Networks by address: a table packed into one file, read on first use."""

import json
import lzma
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.model.knowledge import Knowledge
from esim_analysis.reference.address_text import ParsedAddresses, Rows, Words

FILE: Final = "addresses.xz"
_MANY: Final = 50_000  # addresses; for fewer the blocks are not worth making
_BLOCK_BITS: Final = 12
_STEPS: Final = 12
_FILTERS: Final = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]


@dataclass(frozen=True, eq=False)
class Spans:
    """Where networks begin: from `starts[i]` on, addresses belong to network `network[i]`.

    Attributes
    ----------
    starts
        Rising; of IPv4 the address, of IPv6 its upper 64 bits.
    network
        Number in the table; 0 is nobody.
    """

    starts: Words
    network: Rows

    @classmethod
    def of(cls, first: Words, last: Words, network: Rows) -> Self:
        """Turn inclusive ranges into breakpoints; of two that overlap the later start wins."""
        order = np.argsort(first, kind="stable")
        first, last, network = first[order], last[order], network[order]
        ends = np.minimum(last[:-1], first[1:] - np.uint64(1))
        gap = np.flatnonzero(ends + np.uint64(1) < first[1:])
        after = [ends[gap] + np.uint64(1)]
        if len(last) and last[-1] < np.iinfo(np.uint64).max:
            after.append(last[-1:] + np.uint64(1))
        holes = np.concatenate(after)
        starts = np.concatenate([first, holes])
        owner = np.concatenate([network, np.zeros(len(holes), np.int64)])
        order = np.argsort(starts, kind="stable")
        starts, owner = starts[order], owner[order]
        last_of = np.append(starts[1:] != starts[:-1], values=True)[: len(starts)]
        starts, owner = starts[last_of], owner[last_of]
        new = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
        return cls(starts[new], owner[new])

    def at(self, addresses: Words) -> Rows:
        """Return the network of each address, 0 for nobody."""
        if not len(self.starts):
            return np.zeros(len(addresses), np.int64)
        wanted = addresses.astype(self.starts.dtype)
        many = len(wanted) >= _MANY and self.starts.dtype == np.uint32
        place = self._walked(wanted) if many else self._searched(wanted)
        found: Rows = np.where(place < 0, 0, self.network[place])
        return found

    def _searched(self, addresses: Words) -> Rows:
        return (np.searchsorted(self.starts, addresses, "right") - 1).astype(np.int64)

    def _walked(self, addresses: Words) -> Rows:
        """Begin at the block of each address and walk on: a fifth of the time of a search.

        Few blocks hold more breakpoints than steps are taken; what is left is searched.
        """
        place: Rows = self._blocks[addresses >> _BLOCK_BITS]
        going = np.arange(len(addresses))
        for _ in range(_STEPS):
            after = place[going] + 1
            inside = after < len(self.starts)
            going, after = going[inside], after[inside]
            on = self.starts[after] <= addresses[going]
            going = going[on]
            place[going] = after[on]
            if not len(going):
                return place
        place[going] = self._searched(addresses[going])
        return place

    @cached_property
    def _blocks(self) -> Rows:
        """Return the place of the first address of each block of 4,096."""
        first = np.arange(1 << (32 - _BLOCK_BITS), dtype=np.uint64) << np.uint64(_BLOCK_BITS)
        return self._searched(first.astype(np.uint32))


@dataclass(frozen=True, slots=True)
class AddressTable:
    """Networks and whose they are; row 0 is nobody.

    Attributes
    ----------
    asn, organisation, country
        By number of the network. The country is that in which most of its addresses are
        registered, "" unknown: no place where a machine stands.
    source, as_of
        Where it comes from, and the date of it (ISO 8601).
    """

    four: Spans
    six: Spans
    asn: npt.NDArray[np.int64]
    organisation: pd.api.extensions.ExtensionArray
    country: pd.api.extensions.ExtensionArray
    source: str
    as_of: str

    def packed(self) -> bytes:
        """Return the table as the bytes of its file; the same table gives the same bytes."""
        parts = {
            "four": _planes(_steps(self.four.starts), 4),
            "four_network": _planes(self.four.network, 3),
            "six": _planes(_steps(self.six.starts), 8),
            "six_network": _planes(self.six.network, 3),
            "asn": _planes(_steps(self.asn.astype(np.uint64)), 4),
            "organisation": "\n".join(self.organisation).encode(),
            "country": "\n".join(self.country).encode(),
        }
        sizes = {name: len(part) for name, part in parts.items()}
        head = json.dumps({"source": self.source, "as_of": self.as_of, "parts": sizes})
        return lzma.compress(
            b"\n".join([head.encode(), b"".join(parts.values())]), filters=_FILTERS
        )

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """Read what `packed` wrote."""
        head, _, body = lzma.decompress(content).partition(b"\n")
        told = json.loads(head)
        parts, at = {}, 0
        for name, size in told["parts"].items():
            parts[name], at = body[at : at + size], at + size
        return cls(
            # The narrow type is searched twice as fast.
            four=Spans(_summed(parts["four"], 4).astype(np.uint32), _whole(parts["four_network"])),
            six=Spans(_summed(parts["six"], 8), _whole(parts["six_network"])),
            asn=_summed(parts["asn"], 4).astype(np.int64),
            organisation=pd.array(parts["organisation"].decode().split("\n"), dtype="str"),
            country=pd.array(parts["country"].decode().split("\n"), dtype="str"),
            source=told["source"],
            as_of=told["as_of"],
        )


@cache
def shipped() -> AddressTable:
    """Return the table of the package; takes a fifth of a second, once."""
    return AddressTable.unpacked(files(__package__).joinpath("data", FILE).read_bytes())


@lru_cache(maxsize=2)
def networks_of(knowledge: Knowledge) -> AddressTable:
    """Return the networks a user brought, else those of the package.

    Countries are those of the package's networks of the same number.
    """
    told = knowledge.networks
    if told.empty:
        return shipped()
    ours = shipped()
    networks = told.drop_duplicates("asn").sort_values("asn")
    asn = networks["asn"].to_numpy(dtype=np.int64)
    country = pd.Series(ours.country, index=ours.asn).groupby(level=0).first()
    number = np.searchsorted(asn, told["asn"].to_numpy(dtype=np.int64)) + 1
    first, last = (ParsedAddresses.of(told[name]) for name in ("first", "last"))
    four = np.intersect1d(first.rows_four, last.rows_four)
    six = np.intersect1d(first.rows_six, last.rows_six)
    source = next(one for one in reversed(knowledge.sources) if one.kind == "networks")
    return AddressTable(
        four=Spans.of(
            first.four[np.isin(first.rows_four, four)],
            last.four[np.isin(last.rows_four, four)],
            number[four],
        ),
        six=Spans.of(
            first.high[np.isin(first.rows_six, six)],
            last.high[np.isin(last.rows_six, six)],
            number[six],
        ),
        asn=np.append(0, asn),
        organisation=pd.array(["", *networks["organisation"]], dtype="str"),
        country=pd.array(["", *country.reindex(asn).fillna("")], dtype="str"),
        source=source.name,
        as_of=source.as_of,
    )


def _steps(values: Words) -> Words:
    return np.diff(values, prepend=np.uint64(0))


def _planes(values: npt.NDArray[np.integer], width: int) -> bytes:
    """Write whole numbers byte by byte of the same weight, which packs best."""
    wide = values.astype("<u8").view(np.uint8).reshape(-1, 8)
    return wide[:, :width].T.tobytes()


def _unplaned(content: bytes, width: int) -> Words:
    planes = np.frombuffer(content, np.uint8).reshape(width, -1)
    wide = np.zeros((planes.shape[1], 8), np.uint8)
    wide[:, :width] = planes.T
    return wide.view("<u8").reshape(-1).astype(np.uint64)


def _summed(content: bytes, width: int) -> Words:
    return np.cumsum(_unplaned(content, width), dtype=np.uint64)


def _whole(content: bytes) -> Rows:
    return _unplaned(content, 3).astype(np.int64)
