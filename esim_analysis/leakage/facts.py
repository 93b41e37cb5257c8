"""What every rule is asked about: the bill, its division among apps, and how far it is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import PieceTable, uncut
from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.attribution.days import day_of, midnights
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.contacts import contacts
from esim_analysis.leakage.grouping import Groups, codes_of
from esim_analysis.leakage.night import placed
from esim_analysis.leakage.own_rules import OwnRules
from esim_analysis.leakage.own_terms import without_allowed
from esim_analysis.leakage.seen import Seen
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
from esim_analysis.model.frames import money_floats
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge

UNNAMED: Final = (*RESIDUALS, TETHERING, REMOVED, SYSTEM)  # rows that are no app with a switch
MADE_UP: Final = ("prorated", "date_only")  # times of these say nothing of an hour
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
    knowledge
        Tables the user brought.
    """

    usage: UsageRecords
    attribution: Attribution
    evidence: Evidence
    coverage: Coverage
    categories: Mapping[str, str] = field(default_factory=dict)
    places: "pd.Series | None" = None
    terms: OwnRules | None = None
    knowledge: Knowledge = NO_KNOWLEDGE

    def marked(self, taken: Flags) -> Self:
        """Return the same facts with `taken` rows of `pieces` marked as explained."""
        facts = replace(self)
        # What all of them ask for is found once, by the facts they were marked from.
        shared = ("table", "lines", "currencies", "seen", "day_names")
        for name in (*shared, "contacts") if self.has_contacts else shared:
            getattr(self, name)
        # A cached property keeps its value here; what is known already is not computed again.
        facts.__dict__.update(self.__dict__, pieces=self.pieces.assign(taken=taken))
        return facts

    @property
    def zone(self) -> str:
        """IANA name of the zone nights and days are told in."""
        return self.attribution.zone.value

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """Attributed pieces with what rules need beside them.

        `model.PIECES` without `status`, whole numbers plain (a piece never lacks them), and:

        - `piece`: its own index, which outlives merges;
        - `of_line`, `pair`: numbers of its line and of its line and app, in text order;
        - `from_utc, until_utc`: the interval it was cut from, as the phone counted it;
        - `mid_utc`, and `day`: number of the local day of it;
        - `quiet, quiet_whole`: share of quiet hours of the piece and of that interval;
        - `cost` (float): share of the record's charge;
        - `on_screen`: seen in the foreground; `made_up`: its record has no hours of its own;
        - `taken`: an earlier rule has explained this row.
        """
        pieces, frame = self.attribution.pieces, self.usage.frame
        whole = uncut(self.attribution)
        billed = self.usage.billed.to_numpy(dtype=np.float64, na_value=np.nan)
        price = self.charge / np.where(billed > 0, billed, np.nan)
        made_up = frame["time_quality"].isin(MADE_UP).to_numpy()
        record, volume = (pieces[name].to_numpy(dtype=np.int64) for name in ("record", "bytes"))
        # Lines without a piece and apps that are on no bill have numbers, too.
        lines = _named(pieces["line"], self._of_record[1])
        apps = _named(pieces["app"], self.seen.apps)
        line, app = codes_of(lines), codes_of(apps)
        start, end = micros(pieces["start_utc"]), micros(pieces["end_utc"])
        begin, until = micros(whole["start_utc"]), micros(whole["end_utc"])
        middle = start + (end - start) // 2
        quiet = placed(start, end, self.zone).quiet_share
        as_cut = np.array_equal(begin, start) and np.array_equal(until, end)
        return pd.DataFrame(
            {
                "line": lines,
                "app": apps,
                "ground": pieces["ground"],
                "start_utc": pieces["start_utc"],
                "end_utc": pieces["end_utc"],
                "from_utc": whole["start_utc"],
                "until_utc": whole["end_utc"],
                "mid_utc": moments(middle),
                "record": record,
                "piece": np.arange(len(pieces)),
                "of_line": line,
                "pair": line * len(apps.cat.categories) + app,
                "day": self.days(middle),
                "bytes": volume,
                "cost": volume * price[record],
                "quiet": quiet,
                "quiet_whole": quiet if as_cut else placed(begin, until, self.zone).quiet_share,
                "on_screen": (pieces["ground"] == "foreground").to_numpy(),
                "made_up": made_up[record],
                "taken": False,
            }
        )

    @cached_property
    def of_record(self) -> pd.Series:
        """The line of each record, of the categories `line` of `pieces` has."""
        code, names = self._of_record
        known = self.pieces["line"].cat.categories
        line = pd.Categorical.from_codes(known.get_indexer(names)[code], known)
        return pd.Series(line, index=self.usage.frame.index)

    @cached_property
    def _of_record(self) -> tuple[Ints, pd.Index]:
        """The number of each record's line, and the lines in text order."""
        code, names = pd.factorize(self.usage.frame["line"].fillna(""), sort=True)
        return code, pd.Index(names, dtype="str", name="line")

    @cached_property
    def charge(self) -> Floats:
        """The charge of each record, NaN where the bill has none."""
        return money_floats(self.usage.frame["charge"]).to_numpy()

    @cached_property
    def answers(self) -> dict[str, bool]:
        """What rules need, by name, as far as it was asked: the case has it, or lacks it."""
        return {}

    @cached_property
    def day_names(self) -> list[str]:
        """The local days that `day` of `pieces` numbers, as `YYYY-MM-DD`."""
        middle = micros(self.pieces["mid_utc"])
        return midnights(middle, middle, self.zone)[1]

    def days(self, time: Ints) -> Ints:
        """Return the number of the local day of each time (µs); equal days have equal numbers."""
        return day_of(time, midnights(time, time, self.zone)[0])

    def billed(self, lines: pd.Series) -> "pd.Series[float]":
        """Return what each of some lines was billed."""
        return lines.map(self.lines["billed"]).astype("float64")

    def pair(self, lines: Sequence[str], apps: Sequence[str]) -> Ints:
        """Return the numbers of lines and apps together, as in `pieces`; -1 for unknown ones."""
        line = self.pieces["line"].cat.categories.get_indexer(pd.Index(lines))
        known = self.pieces["app"].cat.categories
        app = known.get_indexer(pd.Index(apps))
        return np.where((line < 0) | (app < 0), -1, line * len(known) + app)

    def names(self, pair: Ints) -> dict[str, pd.Series]:
        """Return `line, app` of numbers in `pieces`, on an index of the numbers."""
        apps = self.pieces["app"].cat.categories
        line, app = np.divmod(pair, max(len(apps), 1))
        lines = self.pieces["line"].cat.categories
        return {
            "line": pd.Series(lines.array.take(line), index=pair),
            "app": pd.Series(apps.array.take(app), index=pair),
        }

    @cached_property
    def table(self) -> PieceTable:
        """The pieces as their bands need them."""
        return PieceTable.of(self.attribution)

    @cached_property
    def seen(self) -> Seen:
        """What the phone saw, row by row."""
        return Seen.of(self.evidence)

    @property
    def has_contacts(self) -> bool:
        """Whether the phone named a host, an address or a port: without one there is no contact."""
        return bool(self.seen.told.any())

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Hosts, addresses and ports the phone saw, with the part of the bill each stands for."""
        seen = contacts(self.seen, self.attribution, self.pieces, self.lines.index, self.knowledge)
        return without_allowed(seen, self.terms) if self.terms else seen

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Each line's billed bytes, the span its bill speaks of, and its length in days."""
        frame, (code, names) = self.usage.frame, self._of_record
        by_line = Groups.of(code)
        lines = pd.DataFrame(
            {
                "billed": by_line.sum(self.usage.billed.to_numpy(dtype=np.int64)),
                "start_utc": by_line.earliest(frame["start_utc"]).array,
                "end_utc": by_line.latest(frame["end_utc"]).array,
            },
            index=names,
        )
        length = (lines["end_utc"] - lines["start_utc"]).dt.total_seconds() / _DAY_S
        return lines.assign(days=length.clip(lower=1.0))

    @cached_property
    def currencies(self) -> dict[str, str]:
        """The currency of each line's charges; a line with none, or with several, is left out."""
        frame = self.usage.frame
        charged = frame.loc[frame["charge"].notna() & frame["currency"].notna()]
        pairs = charged[["line", "currency"]].fillna("").drop_duplicates()
        one = pairs[~pairs["line"].duplicated(keep=False)]
        return dict(zip(one["line"].astype("str"), one["currency"].astype("str"), strict=True))


def _named(column: pd.Series, more: pd.Index) -> pd.Series:
    """Return a column of categories that knows more names, in text order."""
    names = column.cat.categories
    if more.isin(names).all():
        return column
    return column.cat.set_categories(names.union(more, sort=True).astype("str"))
