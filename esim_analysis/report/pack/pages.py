"""The pages of a pack: cover, method, letters; no script, nothing loaded, made to be printed."""

from importlib.metadata import version
from typing import Any, Final

from esim_analysis.i18n import Words
from esim_analysis.report import provenance
from esim_analysis.report.pack import letters
from esim_analysis.report.pack.summary import Facts, basis, full_day, languages, opening, steps
from esim_analysis.report.redaction import redacted
from esim_analysis.report.templates import LANGUAGE_TAGS, environment, own_text, style

_SHOWN: Final = 25  # contested rows on the cover; all are in claim_table.csv
_FILES: Final = ("cover.html", "report.html", "claim_table.csv", "rows.csv", "method.html",
                 "letters.html", "letters/", "message.txt", "deadlines.ics", "manifest.json",
                 "originals/")  # fmt: skip
_TOLD: Final = {"cover.html": "cover", "report.html": "report", "claim_table.csv": "claim",
                "rows.csv": "rows", "method.html": "method", "letters.html": "letters",
                "letters/": "letter_texts", "message.txt": "message",
                "deadlines.ics": "deadlines", "manifest.json": "manifest",
                "originals/": "originals"}  # fmt: skip


def cover(facts: Facts) -> str:
    """Return the first page: what is contested, the deadlines, what to fill in by hand."""
    return _page("cover.html", facts, [_cover(facts, words) for words in _words(facts)])


def method(facts: Facts) -> str:
    """Return how it was done, what it cannot say, and how the other side checks it."""
    return _page("method.html", facts, [_method(facts, words) for words in _words(facts)])


def letters_page(facts: Facts) -> str:
    """Return the letters, Spanish on the left, what they say on the right."""
    zone = facts.analysis.zone
    beside = [Words(lang, zone) for lang in ("zh", "en")]
    spanish = Words("es", zone)
    told = [
        {
            "letter": letters.letter(key, facts, spanish),
            "beside": [letters.letter(key, facts, words) for words in beside],
        }
        for key in letters.LETTERS
    ]
    own = Words(facts.request.lang, zone)
    return _page(
        "letters.html", facts, [{"t": own.say, "lang": LANGUAGE_TAGS[own.lang], "letters": told}]
    )


def _words(facts: Facts) -> list[Words]:
    return [Words(lang, facts.analysis.zone) for lang in languages(facts.request.lang)]


def _common(facts: Facts, words: Words) -> dict[str, Any]:
    return {
        "t": words.say,
        "words": words,
        "lang": LANGUAGE_TAGS[words.lang],
        "originals": facts.originals,
        "contested_only": facts.request.contested_only,
        "opening": opening(facts, words),
    }


def _cover(facts: Facts, words: Words) -> dict[str, Any]:
    claim = facts.claim.head(_SHOWN)
    local = claim["start_utc"].dt.tz_convert(facts.analysis.zone).dt.date
    claim = claim.assign(day=[full_day(day, words) for day in local])
    present = [
        name
        for name in _FILES
        if not (name == "originals/" and not facts.originals)
        and not (name == "rows.csv" and facts.request.contested_only)
    ]
    return _common(facts, words) | {
        "steps": steps(facts, words),
        "basis": basis(facts, words),
        "files": [(name, words.say(f"pack.file_{_TOLD[name]}")) for name in present],
        "message": letters.message(facts, Words("es", facts.analysis.zone)),
        "blanks": words.say("pack.blanks").replace("[", "").replace("]", "").split("\n"),
        "rows": claim.to_dict("records"),
        "shows": f"shows_{words.lang}",
        "more": facts.contested - len(claim),
    }


def _method(facts: Facts, words: Words) -> dict[str, Any]:
    analysis = facts.analysis
    told = redacted(analysis, words.lang) if facts.request.redact else analysis
    overhead = analysis.attribution.overhead
    return _common(facts, words) | {
        "files": provenance.files_read(told, words),
        "decisions": provenance.case_decisions(told, words),
        "coverage": words.percent(analysis.coverage.share),
        "overhead": {
            "point": words.number(overhead.point, 3),
            "low": words.number(overhead.low, 3),
            "high": words.number(overhead.high, 3),
            "origin": words.say(f"report.overhead_{overhead.origin}", count=overhead.sessions),
        },
    }


def _page(template: str, facts: Facts, sections: list[dict[str, Any]]) -> str:
    return (
        environment(__package__)
        .get_template(template)
        .render(
            sections=sections,
            style=style(own_text(__package__, "pack.css")),
            version=version("esim-analysis"),
            with_blanks=letters.with_blanks,
            originals=facts.originals,
        )
    )
