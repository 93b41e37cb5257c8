"""Letters of a dispute: Spanish to send, Chinese and English to understand; blanks for the hand."""

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from markupsafe import Markup, escape

from esim_analysis.i18n import Words
from esim_analysis.report.pack.contested import NOT_EXAMINED
from esim_analysis.report.pack.summary import Facts, contest_values

LETTERS: Final = ("complaint", "detail", "access", "oaut")
_BLANK: Final = re.compile(r"\[([^\]]+)\]")
_LINE: Final = "________________"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in one language; `[words]` in it are blanks to fill by hand."""

    key: str
    lang: str
    title: str
    head: str
    subject: str
    body: str
    foot: str

    @property
    def text(self) -> str:
        """The letter as plain text, to paste into a form."""
        parts = (self.head, self.subject, self.body, self.foot)
        return _BLANK.sub(rf"{_LINE} (\1)", "\n\n".join(parts)) + "\n"


def letter(key: str, facts: Facts, words: Words) -> Letter:
    """Return one of `LETTERS` in the language of `words`."""
    values = contest_values(facts, words)
    contest = words.say(f"pack.letter_contest{_variant(facts)}", **values)
    fields = {**values, "contest": contest, "version": version("esim-analysis")}
    return Letter(
        key=key,
        lang=words.lang,
        title=words.say(f"pack.letter_{key}_title"),
        head=words.say("pack.letter_head"),
        subject=words.say(f"pack.letter_{key}_subject", **fields),
        body=words.say(f"pack.letter_{key}_body", **fields),
        foot=words.say("pack.letter_foot"),
    )


def _variant(facts: Facts) -> str:
    if facts.contested:
        return ""
    return "_explained" if (facts.rows["status"] != NOT_EXAMINED).any() else "_none"


def message(facts: Facts, words: Words) -> str:
    """Return three lines for the support chat."""
    variant = "pack.message" if facts.contested else "pack.message_none"
    return words.say(variant, **contest_values(facts, words)).replace("\u00a0", " ")


def with_blanks(text: str) -> Markup:
    """Return text as HTML paragraphs whose `[words]` are lines to write on."""
    paragraphs = str(escape(text)).split("\n\n")
    shown = ("<br>".join(paragraph.split("\n")) for paragraph in paragraphs)
    html = "".join(f"<p>{paragraph}</p>" for paragraph in shown)
    return Markup(_BLANK.sub(r'<span class="blank"><span>\1</span></span>', html))  # noqa: S704
