"""What a notebook holds: every answer of a case, each asked of the layer that knows it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from esim_analysis import attribution, billing, leakage
from esim_analysis.case.analysing import analyse
from esim_analysis.i18n import Words
from esim_analysis.importers.reading import Reading, originals
from esim_analysis.model import (
    Analysis,
    Attribution,
    Coverage,
    Evidence,
    UsageRecords,
)
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.model.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from esim_analysis.explorer.live import LeakExplorer
    from esim_analysis.explorer.output import ExplorerOutput
    from esim_analysis.report.body import Lead
    from esim_analysis.report.cards import Findings
    from esim_analysis.report.next_evidence import NextEvidence
    from esim_analysis.report.pack import Pack, PackRequest
    from esim_analysis.report.reconciliation import ReconciliationText
    from esim_analysis.report.tables import TableFormat
    from esim_analysis.report.todo import ToDo
    from esim_analysis.report.told import Told


class Case:
    """What a notebook holds: what was billed, what the phone saw, and what follows.

    In a notebook a case shows its verdict. Everything is computed once, when it
    is first asked for.

    Parameters
    ----------
    reading
        What the files hold, lines already named.
    timezone
        Zone of the days shown; None: the best founded one of the files.
    lang
        `"en"`, `"es"` or `"zh"`.
    plan
        What the operator promised for which price; None: money is what the export says.
    paths
        Where the files lie, for a pack that is to hold them.
    overhead
        As in `open_case`.
    """

    def __init__(  # noqa: PLR0913 - what a user may say of their files
        self,
        reading: Reading,
        *,
        timezone: str | None = None,
        lang: str = "en",
        plan: Plan | None = None,
        paths: Sequence[Path] = (),
        rules: leakage.OwnRules | None = None,
        knowledge: Knowledge = NO_KNOWLEDGE,
        overhead: tuple[float, float] | None = None,
    ) -> None:
        self.reading = reading
        self.overhead = overhead
        self.paths = tuple(paths)
        self.timezone = timezone
        self.lang = Words(lang).lang
        self.plan = plan
        self.rules = rules
        self.knowledge = knowledge

    @cached_property
    def analysis(self) -> Analysis:
        """Everything there is to show."""
        from esim_analysis.report.progress import progress  # noqa: PLC0415 - only when computed

        with progress(Words(self.lang)):
            return analyse(
                self.reading,
                timezone=self.timezone,
                lang=self.lang,
                plan=self.plan,
                rules=self.rules,
                knowledge=self.knowledge,
                overhead=self.overhead,
            )

    @property
    def words(self) -> Words:
        """The language and zone this case speaks in."""
        return Words(self.lang, self.analysis.zone)

    @property
    def usage(self) -> UsageRecords:
        """What the operator billed."""
        return self.analysis.usage

    @property
    def evidence(self) -> Evidence:
        """What the phone saw."""
        return self.analysis.evidence

    def attribution(self) -> Attribution:
        """Return billed bytes divided among apps, with bands and residuals."""
        return self.analysis.attribution

    def coverage(self) -> Coverage:
        """Return the share of billed bytes for which any evidence exists."""
        return self.analysis.coverage

    def next_evidence(self) -> "NextEvidence":
        """Return what to fetch next for what is still open, most answered a minute first."""
        from esim_analysis.attribution.gaps import gaps  # noqa: PLC0415 - only when asked
        from esim_analysis.report.next_evidence import next_evidence  # noqa: PLC0415 - as above

        found = gaps(self.usage, self.evidence, self.attribution(), self.coverage())
        return next_evidence(found, self.evidence.settings.platform, self.words)

    def reconciliation(self) -> "ReconciliationText":
        """Return why bill and phone differ: each named cause tested, and what stays open."""
        from esim_analysis.report.reconciliation import tell, tested  # noqa: PLC0415 - only when shown

        return tell(tested(self.analysis), self.analysis, self.words, name=self._app_name)

    def rows(self) -> "pd.DataFrame":
        """Return each billed row with its status and the app that used most of it."""
        return attribution.billed_rows(self.usage, self.attribution(), screen=self.evidence.screen)

    def explain(self, row: int) -> str:
        """Return the sentence of one billed row; `row` is its number in `rows()`, from 0."""
        from esim_analysis.report.rows_text import explain_row  # noqa: PLC0415 - only when shown

        return explain_row(self.analysis, row, self.words, name=self._app_name)

    def _app_name(self, app: str) -> str:
        from esim_analysis.report.names import app_name  # noqa: PLC0415 - only when shown

        return app_name(self.evidence.labels, app, self.words)

    def findings(self) -> "Findings":
        """Return what the rules found, most at stake first; a notebook shows them as cards."""
        from esim_analysis.report.cards import Findings  # noqa: PLC0415 - heavy, only when shown

        return Findings(self.analysis, self.words)

    def todo(self) -> "ToDo":
        """Return at most five switches, the one that saves most first; `str()` is text to copy."""
        from esim_analysis.report.todo import todo  # noqa: PLC0415 - heavy, only when shown

        return todo(self.analysis, self.words)

    def account(self) -> billing.Account | None:
        """Return the case under its plan: cost, forecast, warnings; None without a plan."""
        return self._account

    @cached_property
    def _account(self) -> billing.Account | None:
        if self.plan is None or self.usage.frame.empty:
            return None
        return billing.account(self.analysis, self.plan)

    def forecast(self) -> "Told":
        """Return when the allowance ends, what was reached by which app, and what it costs."""
        from esim_analysis.report.plan_text import forecast_text  # noqa: PLC0415 - only when shown

        return forecast_text(self.account(), self.analysis, self.words)

    def since(self, earlier: "Case") -> "Told":
        """Return what changed since an earlier export, and what a switch really saved."""
        return self.lead(earlier)(self.words)

    def lead(self, earlier: "Case") -> "Lead":
        """Return what a report begins with that tells what changed since an earlier export."""
        from esim_analysis.report.changes import since  # noqa: PLC0415 - only when compared

        mine, theirs = self.account(), earlier.account()
        both = (theirs, mine) if mine and theirs else None
        return since(earlier.analysis, self.analysis, accounts=both)

    def under(self, plan: Plan | None) -> "Case":
        """Return the same files under another plan."""
        return Case(
            self.reading,
            timezone=self.timezone,
            lang=self.lang,
            plan=plan,
            paths=self.paths,
            rules=self.rules,
            knowledge=self.knowledge,
            overhead=self.overhead,
        )

    def verdict(self) -> str:
        """Return the answer in a few sentences."""
        from esim_analysis.report.verdict import say, verdict  # noqa: PLC0415 - only when shown

        return say(verdict(self.analysis), self.words).text

    def explore(self) -> "LeakExplorer":
        """Return the live view: findings, apps, windows and nights, in step with Python."""
        from esim_analysis.explorer.live import LeakExplorer  # noqa: PLC0415 - only in a notebook
        from esim_analysis.report.verdict import verdicts  # noqa: PLC0415 - only when shown

        told = verdicts(self.analysis)
        return LeakExplorer(self.analysis, lang=self.lang, verdicts=told, account=self.account())

    def explorer_output(self, *, share: str = "apps") -> "ExplorerOutput":
        """Return the explorer as a cell output that stays alive in a saved notebook.

        Without kernel and without network; a terminal shows the verdict instead.

        Parameters
        ----------
        share
            How much the saved notebook tells: as in `report`.
        """
        from esim_analysis.explorer.output import output  # noqa: PLC0415 - only in a notebook
        from esim_analysis.report.sharing import level  # noqa: PLC0415 - only when shown
        from esim_analysis.report.verdict import verdicts  # noqa: PLC0415 - only when shown

        told = verdicts(self.analysis)
        return output(
            self.analysis, verdicts=told, lang=self.lang, share=level(share), account=self.account()
        )

    def report(
        self,
        path: str | Path = "report.html",
        *,
        lang: str | None = None,
        share: str = "apps",
        redact: bool = False,
        lead: "Lead | None" = None,
    ) -> Path:
        """Write one offline HTML file that is safe to send; return its path.

        Parameters
        ----------
        lang
            The language it opens in; None: the one of the case. All are inside.
        share
            `"apps"`, `"apps-hourly"`, `"domains"` or `"full"`: how much it tells.
        redact
            Tell apps by kind and number instead of by name.
        lead
            What the page begins with: `case.lead(earlier)`, or `alerts.lead` of a history.
        """
        from esim_analysis.report.html import render  # noqa: PLC0415 - heavy, only when written

        path = Path(path)
        page = render(
            self.analysis,
            account=self.account(),
            lang=lang or self.lang,
            share=share,
            redact=redact,
            lead=lead,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        return path

    def tables(self, folder: str | Path, *, table_format: "TableFormat" = "csv") -> list[Path]:
        """Write the tidy tables of docs/outputs.md; return the files written."""
        from esim_analysis.report.tables import write_tables  # noqa: PLC0415 - only when written

        return write_tables(
            self.analysis, Path(folder), words=self.words, table_format=table_format
        )

    def pack(
        self,
        folder: str | Path,
        request: "PackRequest | None" = None,
        *,
        include_originals: bool = False,
    ) -> "Pack":
        """Write an evidence pack for a dispute: claim table, method, deadlines, letters.

        Parameters
        ----------
        request
            What is contested, from which dates deadlines run, what is left out.
        include_originals
            Lay the files that were read beside it, with everything that is in them.
        """
        from esim_analysis.report.pack import PackRequest, write_pack  # noqa: PLC0415 - heavy

        request = request or PackRequest()
        return write_pack(
            self.analysis,
            Path(folder),
            replace(request, lang=request.lang or self.lang),
            account=self.account(),
            originals=originals(self.paths) if include_originals else None,
        )

    def _repr_html_(self) -> str:
        from esim_analysis.report.cards import verdict_html  # noqa: PLC0415 - only when shown

        return verdict_html(self.analysis, self.words)

    def __repr__(self) -> str:
        """Return the verdict, so that a plain terminal shows an answer too."""
        return self.verdict()
