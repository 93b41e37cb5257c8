"""What files, lines and apps are called in a pack: never by a number that names a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from esim_analysis.explorer.names import OTHERS, app_names, leading
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import Analysis
from esim_analysis.report.names import app_name, file_name, line_names, named
from esim_analysis.report.redaction import redacted

_MASK = "•••"


@dataclass(frozen=True, slots=True)
class Labels:
    """Names by id: `files` by source, `lines` by line, `apps` by language and app."""

    files: Mapping[str, str]
    lines: Mapping[str, str]
    apps: Mapping[str, Mapping[str, str]]
    redact: bool

    def app(self, app: str, words: Words) -> str:
        """Return the name of an app in the language of `words`."""
        if self.redact:
            told = self.apps[words.lang]
            return told.get(app, told[OTHERS])
        return app_name(self.apps[words.lang], app, words)


def labels(analysis: Analysis, *, redact: bool) -> Labels:
    """Return the names a pack may use; with `redact` apps by kind and files by number."""
    sources = [*analysis.usage.sources, *analysis.evidence.sources]
    if redact:
        hidden = redacted(analysis, LANGUAGES[0])
        told = [each.id for each in (*hidden.usage.sources, *hidden.evidence.sources)]
        apps = leading(analysis)
        names = app_names(analysis, apps, redact=True)
        by_lang = {lang: dict(zip(apps.ids, names[lang], strict=True)) for lang in LANGUAGES}
    else:
        told = _distinct([source.id for source in sources])
        by_lang = {lang: dict(named(analysis, Words(lang)).evidence.labels) for lang in LANGUAGES}
    files = {source.id: name for source, name in zip(sources, told, strict=True)}
    return Labels(files=files, lines=line_names(analysis), apps=by_lang, redact=redact)


def _distinct(ids: Sequence[str]) -> list[str]:
    """Return names of files as they may be shown, numbered where the number was the name."""
    shown = [file_name(each) for each in ids]
    return [
        f"file-{at}{PurePath(name).suffix}" if _MASK in name or shown.count(name) > 1 else name
        for at, name in enumerate(shown, start=1)
    ]
