"""What every rule is asked about: the bill, its division among apps, and how far it is seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

import pandas as pd

from esim_analysis.attribution.banding import PieceTable, uncut
from esim_analysis.leakage.contacts import contacts
from esim_analysis.leakage.own_rules import OwnRules
from esim_analysis.leakage.own_terms import without_allowed
from esim_analysis.model import (
    REMOVED,
    RESIDUALS,
    SYSTEM,
    TETHERING,
    Attribution,
    Coverage,
    Evidence,
    UsageRecords,
)

UNNAMED: Final = (*RESIDUALS, TETHERING, REMOVED, SYSTEM)  # rows that are no app with a switch
_DAY_S: Final = 86_400


@dataclass(frozen=True)
class Facts:
    """One case as rules see it.

    Attributes
    ----------
    categories
        Kind of an app (`"music"`, `"maps"`, …) by app id, where it is known.
    places
        By record (index of `usage.frame`): whether the user's plan has a zone for the place
        (`pandas.BooleanDtype`; missing where the bill does not say the place). None without
        a plan.
    terms
        The user's own rules; None without.
    """

    usage: UsageRecords
    attribution: Attribution
    evidence: Evidence
    coverage: Coverage
    categories: Mapping[str, str] = field(default_factory=dict)
    places: "pd.Series | None" = None
    terms: OwnRules | None = None

    def marked(self, taken: "pd.Series[bool]") -> Self:
        """Return the same facts with `taken` rows of `pieces` marked as explained."""
        facts = replace(self)
        # A cached property keeps its value here; what is known already is not computed again.
        facts.__dict__.update(
            pieces=self.pieces.assign(taken=taken),
            table=self.table,
            lines=self.lines,
            currency=self.currency,
            contacts=self.contacts,
        )
        return facts

    @property
    def zone(self) -> str:
        """IANA name of the zone nights and days are told in."""
        return self.attribution.zone.value

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """Attributed pieces with what rules need beside them.

        `model.PIECES`, and `piece` (its own index, which outlives merges), `from_utc,
        until_utc` (the interval it was cut from, as the phone counted it), `cost` (float,
        share of the record's charge), `mid_utc`, `time_quality` of the record, and `taken`:
        an earlier rule has explained this row.
        Bytes are plain integers: a piece never lacks them.
        """
        pieces = self.attribution.pieces
        whole = uncut(self.attribution)
        billed = self.usage.billed.astype("float64")
        cost = self.usage.frame["charge"].astype("float64") / billed.where(billed > 0)
        record = pieces["record"].astype("int64")
        return pieces.assign(
            bytes=pieces["bytes"].astype("int64"),
            piece=pieces.index,
            from_utc=whole["start_utc"],
            until_utc=whole["end_utc"],
            cost=pieces["bytes"] * record.map(cost),
            mid_utc=pieces["start_utc"] + (pieces["end_utc"] - pieces["start_utc"]) / 2,
            time_quality=record.map(self.usage.frame["time_quality"]),
            taken=False,
        )

    @cached_property
    def table(self) -> PieceTable:
        """The pieces as their bands need them."""
        return PieceTable.of(self.attribution)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Hosts, addresses and ports the phone saw, with the part of the bill each stands for."""
        seen = contacts(self.evidence, self.attribution, self.pieces, self.lines.index)
        return without_allowed(seen, self.terms) if self.terms else seen

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Each line's billed bytes, the span its bill speaks of, and its length in days."""
        frame = self.usage.frame.assign(billed=self.usage.billed.astype("int64"))
        lines = frame.groupby("line", sort=True).agg(
            billed=("billed", "sum"), start_utc=("start_utc", "min"), end_utc=("end_utc", "max")
        )
        length = (lines["end_utc"] - lines["start_utc"]).dt.total_seconds() / _DAY_S
        return lines.assign(days=length.clip(lower=1.0))

    @cached_property
    def currency(self) -> str:
        """The currency of all charges, "" where there is none or more than one."""
        found = self.usage.frame.loc[self.usage.frame["charge"].notna(), "currency"].dropna()
        several = found.unique()
        return str(several[0]) if len(several) == 1 else ""
