"""Tables a user brings beside those of the package: plain data, read by importers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

import pandas as pd

from esim_analysis.model.frames import TEXT, Schema, empty

NETWORKS: Final[Schema] = {"first": TEXT, "last": TEXT, "asn": "int64", "organisation": TEXT}


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    """One file a user brought.

    Attributes
    ----------
    kind
        `hosts`, `abp`, `ghostery`, `disconnect`, `duckduckgo`, `uad` or `networks`.
    entries, unused
        What was taken from it, and what of it says nothing here (a path, an exception).
    as_of
        The date it states of itself, "" where it states none.
    """

    name: str
    kind: str
    entries: int
    unused: int = 0
    as_of: str = ""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What a user's own tables say. Compared by identity, so that what is built of it can be kept.

    Attributes
    ----------
    hosts
        Suffix of a host → owner and category, "" for what the table does not say.
    apps
        App id → what the table says of it.
    networks
        Columns of `NETWORKS`, inclusive ranges; empty: those of the package stand.
    """

    hosts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    apps: Mapping[str, str] = field(default_factory=dict)
    networks: pd.DataFrame = field(default_factory=lambda: empty(NETWORKS))
    sources: tuple[KnowledgeSource, ...] = ()

    def joined(self, other: Self) -> "Knowledge":
        """Return both; of two that speak of the same host or app the later one stands."""
        networks = [part for part in (self.networks, other.networks) if len(part)]
        return Knowledge(
            hosts={**self.hosts, **other.hosts},
            apps={**self.apps, **other.apps},
            networks=pd.concat(networks, ignore_index=True) if networks else self.networks,
            sources=(*self.sources, *other.sources),
        )


NO_KNOWLEDGE: Final = Knowledge()
