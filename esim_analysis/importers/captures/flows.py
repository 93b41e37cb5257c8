"""Packets to flows: one conversation of two ends, up and down seen from the device."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.captures.addresses import address_text, is_group, is_private
from esim_analysis.importers.captures.arrays import MICROS, Flags, Ints, first_places, pair_codes
from esim_analysis.importers.captures.capture import NO_UID
from esim_analysis.importers.captures.packets import Packets

_IDLE: Final = 120 * MICROS  # silence after which the same ends begin a new flow
_LONGEST: Final = 1800 * MICROS  # so that a connection kept all day does not smear its bytes


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows, and which packet belongs to which.

    Attributes
    ----------
    table
        One row a flow: `start, end` (µs since 1970, `end` exclusive), `up, down` (IP bytes),
        `uid` (-1 unknown), `local, remote` (addresses), `local_port, remote_port, protocol`
        (numbers), `interface` (index), `packet` (number of the first),
        `conversation` (number of its ends and protocol).
    order
        Packets by flow and time.
    flow
        Flow of each packet in `order`, ascending.
    outward
        For each packet in `order`, True when the device sent it.
    """

    table: pd.DataFrame
    order: Ints
    flow: Ints
    outward: Flags


@dataclass(frozen=True, slots=True)
class _Ends:
    """Both ends of every packet as one number each, the smaller first."""

    low: Ints
    high: Ints
    from_low: Flags
    addresses: pd.Series


def flows_of(packets: Packets) -> Flows:
    """Group packets by their two ends and protocol, cut where they fall silent.

    A flow belongs to the app that sent and received most of its bytes. The
    device is the end with a private address; between two equals it is the one
    that speaks with more others, else the one that spoke first.
    """
    ends = _ends(packets)
    tuples = pair_codes(ends.low, ends.high, packets.protocol)
    order = np.lexsort((packets.number, packets.time, tuples))
    flow = _cut(tuples[order], packets.time[order])
    first = np.flatnonzero(np.diff(flow, prepend=-1))
    low_is_local = _low_is_local(ends, tuples, order[first])
    outward = ends.from_low[order] == low_is_local[flow]
    size = packets.size[order]
    last = np.append(first[1:], len(flow)) - 1
    low, high = ends.low[order[first]], ends.high[order[first]]
    local, remote = np.where(low_is_local, low, high), np.where(low_is_local, high, low)
    table = pd.DataFrame(
        {
            "start": packets.time[order[first]],
            "end": packets.time[order[last]] + 1,
            "up": _sums(np.where(outward, size, 0), first),
            "down": _sums(np.where(outward, 0, size), first),
            "uid": _majority(flow, packets.uid[order], size, len(first)),
            "local": ends.addresses.take(local >> 16).array,
            "remote": ends.addresses.take(remote >> 16).array,
            "local_port": local & 0xFFFF,
            "remote_port": remote & 0xFFFF,
            "protocol": packets.protocol[order[first]],
            "interface": packets.interface[order[first]],
            "packet": packets.number[order[first]],
            "conversation": tuples[order[first]],
        }
    )
    return Flows(table=table, order=order, flow=flow, outward=outward)


def _ends(packets: Packets) -> _Ends:
    count = len(packets)
    high = np.concatenate([packets.source[0], packets.target[0]])
    low = np.concatenate([packets.source[1], packets.target[1]])
    codes = pair_codes(high, low)
    places = first_places(codes)
    source = codes[:count] << 16 | packets.source_port
    target = codes[count:] << 16 | packets.target_port
    return _Ends(
        low=np.minimum(source, target),
        high=np.maximum(source, target),
        from_low=source <= target,
        addresses=address_text(high[places], low[places]),
    )


def _cut(tuples: Ints, time: Ints) -> Ints:
    """Give each packet its flow: a new one with other ends, after silence, and every half hour."""
    if not len(tuples):
        return tuples
    fresh = np.diff(tuples, prepend=-1) != 0
    fresh |= np.diff(time, prepend=time[0]) > _IDLE
    begun = time[np.maximum.accumulate(np.where(fresh, np.arange(len(time)), 0))]
    stretch = (time - begun) // _LONGEST
    fresh |= np.diff(stretch, prepend=0) != 0
    number: Ints = np.cumsum(fresh) - 1
    return number


def _low_is_local(ends: _Ends, tuples: Ints, first: Ints) -> Flags:
    """Tell for each flow (by its first packet) whether its smaller end is the device."""
    each = first_places(tuples)
    low, high = ends.low >> 16, ends.high >> 16
    peers = np.bincount(np.concatenate([low[each], high[each]]), minlength=len(ends.addresses))
    low, high = low[first], high[first]
    result: Flags = ends.from_low[first]
    alone = ~is_group(ends.addresses)
    signs = (peers, is_private(ends.addresses).astype(np.int64), alone.astype(np.int64))
    for sign in signs:  # the strongest last
        result = np.where(sign[low] != sign[high], sign[low] > sign[high], result)
    return result


def _majority(flow: Ints, uid: Ints, size: Ints, flows: int) -> Ints:
    """Return the uid with most bytes of each flow; packets without one do not vote."""
    votes = pd.DataFrame({"flow": flow, "uid": uid, "size": size})[uid != NO_UID]
    sums = votes.groupby(["flow", "uid"], as_index=False)["size"].sum()
    best = sums.sort_values(["flow", "size", "uid"], ascending=[True, False, True])
    best = best.drop_duplicates("flow")
    winner = np.full(flows, NO_UID, dtype=np.int64)
    winner[best["flow"].to_numpy()] = best["uid"].to_numpy()
    return winner


def _sums(values: Ints, first: Ints) -> Ints:
    sums: Ints = np.add.reduceat(values, first) if len(first) else first
    return sums
