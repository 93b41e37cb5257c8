"""Findings about hosts: marked contacts become windows, sums and the names worth showing."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Ints, micros
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.leakage.citing import Rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, codes_of, numbered
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.reference import registered_domains

HOUR: Final = pd.Timedelta(hours=1)  # contacts this close are one window
MOST: Final = 0.5
_SHOWN: Final = 3  # hosts a person reads


def windowed(marked: pd.DataFrame, *, gap: pd.Timedelta = HOUR) -> pd.DataFrame:
    """Give contacts the number of their `group` (line and app) and of their `window`."""
    rows = marked.reset_index(drop=True)
    return rows.assign(window=merge_spans(rows, ["pair"], gap=gap), group=numbered(rows, ["pair"]))


def summed(facts: Facts, parts: pd.DataFrame) -> pd.DataFrame:
    """Sum contacts by group: `line, app, bytes, up, down, contacts, companies, windows, days`.

    Beside them the leading hosts of each group, whole (`hosts`) and as registered
    `domains`: facts, not sentences; a shared file shows them only where its level says so,
    and what has no registered domain (an address, a machine at home) only among the former.

    Parameters
    ----------
    parts
        As `windowed` returns them.
    """
    by_group = Groups.of(parts["group"])
    names = facts.names(by_group.first(parts["pair"]).to_numpy())
    owner = np.where(parts["owner"] == "", -1, codes_of(parts["owner"]))
    name, texts = _named(parts)
    domains = registered_domains(texts)
    domain, known = pd.factorize(np.array([domains[text] for text in texts], dtype=object))
    return by_group.frame(
        {
            **{column: told.array for column, told in names.items()},
            "bytes": by_group.sum(parts["bytes"]),
            "up": by_group.sum(parts["up"]),
            "down": by_group.sum(parts["down"]),
            "contacts": by_group.sum(parts["hits"]),
            "companies": by_group.distinct(owner),
            "windows": by_group.distinct(parts["window"].to_numpy()),
            "days": by_group.distinct(facts.days(micros(parts["mid_utc"]))),
            "hosts": _leading(parts, name, texts),
            "domains": _leading(parts, domain[name], list(known)),
        }
    )


def dominates(parts: pd.DataFrame, pieces: pd.DataFrame) -> "pd.Series[bool]":
    """Mark groups whose contacts are most of what their app moved unseen: they are its cause."""
    by_group = Groups.of(parts["group"])
    unseen = ~pieces["on_screen"].to_numpy()
    pair = by_group.first(parts["pair"]).to_numpy()
    size = int(max(pieces["pair"].max(), pair.max(initial=0))) + 1
    moved = sum_by(pieces["pair"].to_numpy()[unseen], pieces["bytes"].to_numpy()[unseen], size)
    mine = by_group.sum(np.where(parts["ground"] != "foreground", parts["bytes"], 0.0))
    found = (moved[pair] > 0) & (mine >= MOST * moved[pair])
    return pd.Series(found, index=by_group.number)


def cited(facts: Facts, parts: pd.DataFrame) -> Rows:
    """Return the evidence rows behind each group."""
    group, row = parts["group"].to_numpy(), parts["row"].to_numpy()
    return Rows(facts.evidence.frame, group, row, parts["bytes"].to_numpy().astype(np.int64))


def _named(parts: pd.DataFrame) -> tuple[Ints, list[str]]:
    """Return the host of each contact, else its address, as a number, and the names."""
    host, address = parts["host"].cat, parts["ip"].cat
    nameless = (parts["host"] == "").to_numpy()
    code = np.where(nameless, codes_of(parts["ip"]) + len(host.categories), codes_of(parts["host"]))
    number, first = number_groups(code)
    both = np.concatenate([host.categories, address.categories])
    return number, both[code[first]].tolist()


def _leading(parts: pd.DataFrame, name: Ints, texts: Sequence[str]) -> list[str]:
    """Return the names of each group with the most bytes, then contacts, then by text."""
    group = parts["group"].to_numpy()
    number, first = number_groups(group, name)
    volume, hits = (
        sum_by(number, parts[column].to_numpy(), len(first)) for column in ("bytes", "hits")
    )
    owner, name = group[first], name[first]
    rank = np.argsort(np.argsort(np.array(texts, dtype=object)))
    order = np.lexsort((rank[name], -hits, -volume, owner))
    start = Groups.of(owner[order]).start
    ends = np.append(start[1:], len(order))
    return [
        ", ".join(filter(None, (texts[place] for place in name[order[at : min(at + _SHOWN, end)]])))
        for at, end in zip(start, ends, strict=True)
    ]
