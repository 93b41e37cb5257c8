"""The report: one HTML file, complete without network and without scripts, alive with them."""

from esim_analysis.attribution import billed_rows
from esim_analysis.billing import Account
from esim_analysis.explorer import script_and_data
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import Analysis
from esim_analysis.report.body import Lead, Shared, body
from esim_analysis.report.reconciliation import tested
from esim_analysis.report.sharing import level
from esim_analysis.report.switchboard import rules
from esim_analysis.report.templates import LANGUAGE_TAGS, environment, style


def render(  # noqa: PLR0913 - what a page tells, and to whom
    analysis: Analysis,
    *,
    account: Account | None = None,
    lead: Lead | None = None,
    lang: str = "en",
    share: str = "apps",
    redact: bool = False,
) -> str:
    """Return the report of an analysis as one self-contained HTML page.

    Complete without scripts; where they run, the explorer stands in it and the page
    changes its language in place. Nothing is loaded from anywhere.

    Parameters
    ----------
    account
        The same analysis under a plan: the page then says what it costs and whether it lasts.
    lead
        Says what changed since the last look; it names apps and is left out with `redact`.
    lang
        `"en"`, `"es"` or `"zh"`: the language the page opens in.
    share
        How much detail leaves the computer with the file. `"apps"`: names of apps;
        by day, and by hour only inside the windows of findings. `"apps-hourly"`:
        every hour. `"domains"`: also registered domains. `"full"`: also whole host
        names. Ids of persons or SIM cards are in no level.
    redact
        Tell apps by kind and number, files by number. Hosts would name the apps:
        they are then left out at every level.

    Raises
    ------
    UsageError
        The language or the share level is unknown.
    """
    words = Words(lang, analysis.zone)
    chosen = level(share)
    view = script_and_data(analysis, chosen, lang=lang, redact=redact, account=account)
    reconciled = tested(analysis) if len(analysis.evidence.frame) else None
    shared = Shared(
        share=chosen,
        redact=redact,
        left_out=view.left_out,
        account=account,
        lead=None if redact else lead,
        reconciled=reconciled,
        rows=billed_rows(analysis.usage, analysis.attribution, screen=analysis.evidence.screen),
    )
    bodies = {each: body(analysis, Words(each, analysis.zone), shared) for each in LANGUAGES}
    return (
        environment()
        .get_template("template.html")
        .render(
            t=words.say,
            lang=LANGUAGE_TAGS[lang],
            style=style(rules()),
            view=view if len(analysis.usage.frame) else None,
            own=bodies.pop(lang),
            others=bodies,
        )
    )
