"""Contacts: which hosts an app spoke to, and how much of the bill each contact stands for."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.attribution.days import day_of, midnights
from esim_analysis.attribution.groups import number_groups, spread, sum_by
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.grouping import coded, from_codes, of_names
from esim_analysis.leakage.seen import Seen
from esim_analysis.model import RESIDUALS, Attribution
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.reference import host_facts

_CARRIED: Final = ("cellular", "unknown")
_NEVER: Final = np.iinfo(np.int64).min  # a time that is missing, in µs


def contacts(
    seen: Seen,
    attribution: Attribution,
    pieces: pd.DataFrame,
    lines: pd.Index,
    knowledge: Knowledge = NO_KNOWLEDGE,
) -> pd.DataFrame:
    """Return what the phone saw of hosts, addresses and ports, on the lines that paid for it.

    A capture counts on the phone, an operator on the bill, and one capture may repeat
    another. So a contact is worth its phone bytes times the overhead, and all contacts
    of an app on a day at most what the bill gave that app on that day: a contact over
    Wi-Fi or on another SIM is worth nothing, nor is one in the time of counters that
    saw its app on Wi-Fi alone.

    Parameters
    ----------
    pieces
        Attributed pieces, as `Facts` has them.
    lines
        The lines of the bill.
    knowledge
        Tables the user brought.

    Returns
    -------
    pandas.DataFrame
        `line, app, ground, start_utc, end_utc, mid_utc, host, owner, category, ip, port,
        protocol, up, down` (phone bytes), `hits`, `counted` (False: contacts without bytes),
        `bytes, bytes_low, bytes_high, cost` (float, on the bill), `of_line, pair` (as in
        `pieces`), `source`, and `row` of the evidence. Texts are categories in text order.
    """
    rows, counted = _kept(seen, pieces)
    app = pieces["app"].cat.categories.get_indexer(seen.apps)[seen.app[rows]]
    place, pair = _on_lines(seen, rows, app, attribution, _paying(pieces, app, counted, lines))
    rows, counted = rows[place], counted[place]
    table = _table(seen, rows, pair, pieces, knowledge)
    worth = _Worth.of(pieces, attribution.zone.value)
    phone = (table["up"] + table["down"]).to_numpy(dtype=np.float64)
    phone[seen.over_wifi()[rows]] = 0.0
    most, price = worth.share(pair, micros(table["mid_utc"]), phone)
    overhead = attribution.overhead
    volume = phone * np.minimum(most, overhead.point)
    return table.assign(
        counted=counted,
        bytes=volume,
        bytes_low=volume * (overhead.low / overhead.point),
        bytes_high=np.maximum(phone * np.minimum(most, overhead.high), volume),
        cost=volume * price,
    )


def _kept(seen: Seen, pieces: pd.DataFrame) -> tuple[Ints, Flags]:
    """Return evidence rows that name a host, an address or a port, apps of the bill only.

    With them whether they count bytes at all.
    """
    frame = seen.frame
    apps = pieces["app"].cat.categories
    on_bill = np.zeros(len(apps), dtype=bool)
    on_bill[pieces["app"].cat.codes] = True
    on_bill &= ~apps.isin(RESIDUALS)
    known = apps.get_indexer(seen.apps)
    told = seen.told
    if not told.any():
        return np.zeros(0, np.int64), np.zeros(0, dtype=bool)
    counts = frame["counts_toward_total"].to_numpy(dtype=bool, na_value=True)
    without = frame["bytes_up"].isna() & frame["bytes_down"].isna() & frame["hits"].notna()
    hits_only = without.to_numpy()
    kept = told & frame["interface"].isin(_CARRIED).to_numpy() & (counts | hits_only)
    kept &= hits_only | (on_bill[known] & (known >= 0))[seen.app]
    rows = np.flatnonzero(kept & (seen.app >= 0))
    return rows, ~hits_only[rows]


def _table(
    seen: Seen, rows: Ints, pair: Ints, pieces: pd.DataFrame, knowledge: Knowledge
) -> pd.DataFrame:
    frame = seen.frame.take(rows)
    line, app = np.divmod(pair, max(len(pieces["app"].cat.categories), 1))
    host = coded(frame["remote_host"])
    known = host_facts(host.categories, knowledge)
    start, end = seen.start[rows], seen.end[rows]
    end = np.where(end == _NEVER, start, end)
    middle = np.where(start == _NEVER, _NEVER, start + (end - start) // 2)
    numbers = {
        name: frame[column].to_numpy(dtype=np.int64, na_value=missing)
        for name, column, missing in (
            ("port", "remote_port", 0),
            ("up", "bytes_up", 0),
            ("down", "bytes_down", 0),
            ("hits", "hits", 1),
        )
    }
    return pd.DataFrame(
        {
            "line": from_codes(line, like=pieces["line"]),
            "app": from_codes(app, like=pieces["app"]),
            "of_line": line,
            "pair": pair,
            "ground": coded(frame["ground"]),
            "start_utc": moments(start),
            "end_utc": moments(end),
            "mid_utc": moments(middle),
            "host": host,
            "owner": of_names(host, known["owner"]),
            "category": of_names(host, known["category"]),
            "ip": coded(frame["remote_ip"]),
            "protocol": coded(frame["protocol"]),
            **numbers,
            "source": coded(frame["source"]),
            "row": rows,
        }
    )


def _on_lines(
    seen: Seen, rows: Ints, app: Ints, attribution: Attribution, paying: "_Paying"
) -> tuple[Ints, Ints]:
    """Give each contact its line: the one it names, else those its app and SIM may belong to.

    Returns
    -------
    (place, pair)
        Place in `rows`, and the number of line and app; a contact may be on several lines.
    """
    named = coded(seen.frame["line"].take(rows))
    line = paying.lines.get_indexer(named.categories)[named.codes]
    own = np.asarray(named.categories != "")[named.codes]
    mine = np.flatnonzero(own & (line >= 0))
    mine = mine[np.isin(line[mine] * paying.apps + app[mine], paying.pairs)]
    free = np.flatnonzero(~own)
    owner, pair = paying.of_app(app[free])
    free = free[owner]
    sim = coded(seen.frame["sim_plmn"].take(rows))
    of_line = [attribution.sims.get(name, "") for name in paying.lines]
    wanted = np.array([*sim.categories.get_indexer(pd.Index(of_line))], np.int64)[
        pair // paying.apps
    ]
    any_sim = np.array([not name for name in of_line], dtype=bool)[pair // paying.apps]
    has = sim.codes[free]
    fits = np.asarray(sim.categories == "")[has] | any_sim | (has == wanted)
    place = np.concatenate([mine, free[fits]])
    return place, np.concatenate([line[mine] * paying.apps + app[mine], pair[fits]])


@dataclass(frozen=True, slots=True)
class _Paying:
    """Lines and apps that may be on the bill together: their numbers, by app and line."""

    pairs: Ints
    apps: int
    lines: pd.Index

    def of_app(self, app: Ints) -> tuple[Ints, Ints]:
        """Return (place in `app`, pair) for every pair of each app."""
        mine = self.pairs % self.apps
        first = np.searchsorted(mine, app, "left")
        owner, place = spread(np.searchsorted(mine, app, "right") - first)
        return owner, self.pairs[first[owner] + place]


def _paying(pieces: pd.DataFrame, app: Ints, counted: Flags, lines: pd.Index) -> _Paying:
    """Return who may be on the bill together.

    Contacts without bytes are on no bill: they belong to the only line, if there is one.
    """
    apps, known = pieces["app"].cat.categories, pieces["line"].cat.categories
    pairs = np.unique(pieces["pair"].to_numpy())
    pairs = pairs[~apps.isin(RESIDUALS)[pairs % max(len(apps), 1)]] if len(apps) else pairs
    if len(lines) == 1:
        alone = known.get_indexer(lines)[0] * len(apps) + np.unique(app[~counted])
        pairs = np.union1d(pairs, alone)
    order = np.lexsort((pairs, pairs % max(len(apps), 1)))
    return _Paying(pairs[order], max(len(apps), 1), known)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What the bill gave each app of a line on each local day, in bytes and money."""

    edges: Ints
    key: Ints
    bytes: Floats
    cost: Floats

    @classmethod
    def of(cls, pieces: pd.DataFrame, zone: str) -> Self:
        """Sum the pieces."""
        middle = micros(pieces["mid_utc"])
        edges, names = midnights(middle, middle, zone)
        key = pieces["pair"].to_numpy() * max(len(names), 1) + day_of(middle, edges)
        number, first = number_groups(key)
        cost = np.nan_to_num(pieces["cost"].to_numpy())
        return cls(
            edges,
            key[first],
            sum_by(number, pieces["bytes"].to_numpy(), len(first)),
            sum_by(number, cost, len(first)),
        )

    def share(self, pair: Ints, middle: Ints, phone: Floats) -> tuple[Floats, Floats]:
        """Return billed bytes a phone byte at most, and money a billed byte, of each contact."""
        if len(self.key) == 0 or len(pair) == 0:
            return np.zeros(len(pair)), np.full(len(pair), np.nan)
        days = len(self.edges) - 1
        day = day_of(middle, self.edges)
        key = pair * days + day
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        paid = (day >= 0) & (day < days) & (self.key[place] == key)
        of_day = sum_by(place[paid], phone[paid], len(self.key))
        most = np.where(of_day > 0, self.bytes / np.where(of_day > 0, of_day, 1.0), 0.0)
        price = self.cost / np.where(self.bytes > 0, self.bytes, np.nan)
        return np.where(paid, most[place], 0.0), np.where(paid, price[place], np.nan)
