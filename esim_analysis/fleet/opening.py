"""A fleet that was analysed: its first screen, its tables, and one line's case."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from esim_analysis.fleet.causes import rank
from esim_analysis.fleet.peers import cohort_table
from esim_analysis.fleet.pooling import pool
from esim_analysis.fleet.running import run_fleet
from esim_analysis.fleet.screen import screen_html, screen_text
from esim_analysis.i18n import Words
from esim_analysis.model import UsageError
from esim_analysis.model.plan import Plan

if TYPE_CHECKING:
    from esim_analysis.case import Case


class Fleet:
    """What a fleet's folder holds, as frames; in a notebook it shows its five rows.

    Parameters
    ----------
    folder
        What `run_fleet` or `esim-analysis fleet` wrote.
    paths
        The files it was made of; a line's case reads its phone artefacts again.
    knowledge
        The user's own lists, for the case of a line.
    """

    def __init__(
        self,
        folder: Path,
        paths: Sequence[str | Path],
        *,
        lang: str = "en",
        timezone: str | None = None,
        knowledge: Sequence[str | Path] = (),
    ) -> None:
        self.folder = folder
        self.paths = tuple(paths)
        self.words = Words(lang)
        self.timezone = timezone
        self.knowledge = tuple(knowledge)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What was read, what was not, and which buckets failed."""
        told: dict[str, Any] = json.loads((self.folder / "fleet.json").read_text(encoding="utf-8"))
        return told

    @cached_property
    def lines(self) -> pd.DataFrame:
        """One row a line: totals, cost, the month ahead, its peers, its cause."""
        return pd.read_parquet(self.folder / "work" / "lines.parquet")

    @property
    def outliers(self) -> pd.DataFrame:
        """Lines that stand out, most at stake first."""
        return rank(self.lines)

    @property
    def cohorts(self) -> pd.DataFrame:
        """One row a group of peers."""
        return cohort_table(self.lines)

    @property
    def idle(self) -> pd.DataFrame:
        """Lines that cost money and hardly carry anything."""
        return self.lines[self.lines["cause"] == "idle"]

    @property
    def storms(self) -> pd.DataFrame:
        """Lines by sessions without a byte, most first."""
        some = self.lines[self.lines["zero_records"] > 0]
        return some.sort_values(["zero_records", "line"], ascending=[False, True])

    def pooled(self, plan: Plan | str) -> pd.DataFrame:
        """Return what one pool of all allowances of a plan would change."""
        return pool(self.lines, plan)

    def case(self, sim: str) -> "Case":
        """Return the case of one SIM: the same explorer, report and tables as for a single one.

        Parameters
        ----------
        sim
            Its label (`line-7`), nickname, id, or the unique ending of its id.

        Raises
        ------
        UsageError
            No SIM or several answer to it.
        """
        from esim_analysis.fleet.drilling import case_of  # noqa: PLC0415 - reads files again

        return case_of(
            self.folder,
            self.paths,
            self._find(sim),
            lang=self.words.lang,
            timezone=self.timezone,
            knowledge=self.knowledge,
        )

    def _find(self, sim: str) -> str:
        lines = self.lines
        for name in ("label", "nickname", "sim"):
            found = lines.loc[lines[name] == sim, "line"]
            if len(found) == 1:
                return str(found.iloc[0])
        found = lines.loc[lines["sim"].str.endswith(sim) & (sim != ""), "line"]
        if len(found) != 1:
            said = "several SIMs end in" if len(found) else "no SIM is called"
            raise UsageError(f"{said} {sim!r}; see lines.csv for their labels")
        return str(found.iloc[0])

    def screen(self) -> str:
        """Return the first screen as text."""
        return screen_text(self.outliers, self.lines, self.summary, self.words)

    def _repr_html_(self) -> str:
        return screen_html(self.outliers, self.lines, self.summary, self.words)

    def __repr__(self) -> str:
        """Return the first screen, so that a plain terminal shows an answer too."""
        return self.screen()


def open_fleet(  # noqa: PLR0913 - what a user may say of a fleet
    *paths: str | Path,
    out: str | Path = "fleet-out",
    workers: int = 1,
    scheduler: str | None = None,
    memory: str = "1500MB",
    timezone: str | None = None,
    lang: str = "en",
    plan: str = "",
    by: Sequence[str] = ("plan",),
    knowledge: Sequence[str | Path] = (),
) -> Fleet:
    """Analyse a fleet, or go on where an earlier run stopped, and open it.

    Parameters
    ----------
    paths
        Files, folders or fsspec URLs; see `run_fleet`.
    out
        Folder the results go to; what is there of the same files is not done again.

    Raises
    ------
    UsageError, NothingUsableError
        As `run_fleet`.
    """
    folder = run_fleet(
        paths,
        out,
        workers=workers,
        scheduler=scheduler,
        memory=memory,
        timezone=timezone,
        lang=lang,
        plan=plan,
        by=by,
        knowledge=knowledge,
    )
    return Fleet(folder, paths, lang=lang, timezone=timezone, knowledge=knowledge)
