"""The view as the output of a notebook cell: it survives saving and conversion to HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from esim_analysis.billing import Account
from esim_analysis.explorer.cube import Share
from esim_analysis.explorer.standalone import page
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis

STILL: Final = "ESIM_ANALYSIS_STILL"
"""Set, non-empty, in the environment of a notebook that runs for its page alone."""


@dataclass(frozen=True, slots=True)
class ExplorerOutput:
    """A cell output: the verdict as text, the view in a frame of its own as HTML.

    The frame may run its scripts and nothing else: no network, no cookies, no way
    to the notebook around it.

    Attributes
    ----------
    verdict
        The answer in a few sentences.
    html
        The whole page inside the frame.
    """

    verdict: str
    html: str = field(repr=False)
    title: str = ""

    def __repr__(self) -> str:
        """Return the verdict, for terminals and for readers of the saved file."""
        return self.verdict

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts" title="{escape(self.title)}" '
            'style="width:100%;height:min(1100px,92vh);border:0" '
            f'srcdoc="{escape(self.html)}"></iframe>'
        )


def output(
    analysis: Analysis,
    *,
    verdicts: Mapping[str, str],
    lang: str = "en",
    share: Share = "apps",
    account: Account | None = None,
) -> ExplorerOutput:
    """Return an analysis as a cell output that needs no kernel afterwards.

    Parameters
    ----------
    verdicts
        The answer by language; the one of `lang` is also the output's text.
    """
    html = page(analysis, lang=lang, share=share, verdicts=verdicts, account=account)
    return ExplorerOutput(verdicts.get(lang, ""), html, Words(lang).say("explorer.page_title"))
