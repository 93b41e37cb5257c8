"""The view in a page without a kernel: script, data and the policy that admits only them."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from esim_analysis.billing import Account
from esim_analysis.explorer.bundle import page_module, style
from esim_analysis.explorer.cube import Cube, Share, cube
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis

_LANGUAGE_TAGS: Final = {"en": "en", "es": "es", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class EmbeddedView:
    """What a page puts where the view shall appear.

    Attributes
    ----------
    markup
        Style, place, data and script; safe to stand in any HTML body.
    csp_script_hashes
        Sources for `script-src` of the page's policy, quotes included.
    left_out
        Keys of `explorer.left_out_…` for the footer.
    """

    markup: str
    csp_script_hashes: tuple[str, ...]
    left_out: tuple[str, ...]


def script_and_data(  # noqa: PLR0913 - each a choice of the reader, all by name
    analysis: Analysis,
    share: Share = "apps",
    *,
    lang: str = "en",
    redact: bool = False,
    verdicts: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> EmbeddedView:
    """Return the view over an analysis, ready to be embedded.

    Without scripts the markup shows nothing; the page around it tells everything.

    Raises
    ------
    UsageError
        The share level or the language is unknown.
    """
    words = Words(lang, analysis.zone)
    summed = cube(analysis, share=share, redact=redact, verdicts=verdicts, account=account)
    script = page_module()
    markup = "\n".join(
        (
            f"<style>{style()}</style>",
            f'<section id="esim-view" data-lang="{words.lang}" hidden></section>',
            *_blocks(summed),
            f'<script type="module">{script}</script>',
        )
    )
    return EmbeddedView(markup, (_source(script),), summed.left_out)


def page(  # noqa: PLR0913 - each a choice of the reader, all by name
    analysis: Analysis,
    *,
    lang: str = "en",
    share: Share = "apps",
    static_html: str = "",
    redact: bool = False,
    verdicts: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> str:
    """Return one HTML page that loads nothing: the view, and what tells it all without scripts.

    Parameters
    ----------
    static_html
        The same answer as text, tables and pictures; trusted, for it is ours.
        It stays in the page for readers without scripts, and under the view.
    """
    words = Words(lang, analysis.zone)
    view = script_and_data(
        analysis, share, lang=lang, redact=redact, verdicts=verdicts, account=account
    )
    policy = (
        f"default-src 'none'; script-src {' '.join(view.csp_script_hashes)}; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )

    def say(key: str) -> str:
        return escape(words.say(f"explorer.{key}"))

    left_out = " · ".join(words.say(f"explorer.left_out_{key}") for key in view.left_out)
    return f"""<!doctype html>
<html lang="{_LANGUAGE_TAGS[words.lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{say("page_title")}</title>
</head>
<body class="esim-page">
<main>
{view.markup}
{static_html}
<noscript><p>{say("no_script")}</p><p>{say("footer")} {say("left_out")} {escape(left_out)}.</p></noscript>
</main>
</body>
</html>
"""


def _blocks(summed: Cube) -> list[str]:
    parts = {"head": summed.head}
    parts |= {f"line-{number}": text for number, text in enumerate(summed.lines)}
    return [
        f'<script type="application/octet-stream" data-esim="{name}">{text}</script>'
        for name, text in parts.items()
    ]


def _source(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
