"""An analysis whose apps and files have no names: kinds and numbers instead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from esim_analysis.explorer.names import OTHERS, Apps, app_names, leading
from esim_analysis.i18n import Words
from esim_analysis.i18n.sentences import changed
from esim_analysis.model import RESIDUALS, Analysis, FileError, Finding, Source

_MASK: Final = "•••"
_SHORTEST: Final = 3  # shorter names stand inside every other word


def redacted(analysis: Analysis, lang: str) -> Analysis:
    """Return the analysis with apps told by kind and number, files by number.

    The numbers are those of the cube, so that tables and view speak of the same
    app; apps without a row of their own there are `others`.
    """
    apps = leading(analysis)
    told = app_names(analysis, apps, redact=True)[lang]
    numbers = _numbers(apps)
    ids = {app: numbers.get(app, OTHERS) for app in _all_apps(analysis)}
    labels = {ids[app]: name for app, name in zip(apps.ids, told, strict=True) if app in ids}
    files = _files(analysis)
    mask = _masking([*ids, *analysis.evidence.labels.values()], files)
    attribution = analysis.attribution
    return replace(
        analysis,
        usage=replace(
            analysis.usage,
            sources=_sources(analysis.usage.sources, files, mask),
            decisions={files[name]: each for name, each in analysis.usage.decisions.items()},
        ),
        evidence=analysis.evidence.told_as(
            labels, sources=_sources(analysis.evidence.sources, files, mask)
        ),
        attribution=replace(
            attribution,
            by_cycle=_renamed(attribution.by_cycle, ids),
            by_day=_renamed(attribution.by_day, ids),
            notes=tuple(changed(note, mask) for note in attribution.notes),
        ),
        findings=tuple(_finding(each, ids) for each in analysis.findings),
        problems=tuple(
            FileError(files[each.file], changed(each.found, mask), changed(each.next_step, mask))
            for each in analysis.problems
        ),
    )


def told_apps(analysis: Analysis, lang: str) -> dict[str, str]:
    """Return what each app is called where names are not told: its kind and number."""
    apps = leading(analysis)
    told = dict(zip(apps.ids, app_names(analysis, apps, redact=True)[lang], strict=True))
    rest = told.get(OTHERS) or Words(lang).say("report.others")
    return {app: told.get(app, rest) for app in _all_apps(analysis)}


def _numbers(apps: Apps) -> dict[str, str]:
    """Return the ids of `apps` as the cube tells them."""
    kept = {app: app for app in (*RESIDUALS, OTHERS)}
    return {app: f"app-{number}" for number, app in enumerate(apps.ids, start=1)} | kept


def _all_apps(analysis: Analysis) -> list[str]:
    pieces = [analysis.attribution.by_cycle["app"], analysis.attribution.by_day["app"]]
    seen = [analysis.evidence.frame["app"], *pieces]
    found = [finding.app for finding in analysis.findings]
    facts = [str(finding.facts.get("seen_app", "")) for finding in analysis.findings]
    named = pd.concat([each.astype("object") for each in seen]).dropna().unique().tolist()
    everything = dict.fromkeys((*named, *found, *facts, *analysis.evidence.labels, OTHERS))
    return [str(app) for app in everything if app]


def _renamed(frame: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    return frame.assign(app=frame["app"].map(ids).astype(frame["app"].dtype))


def _finding(finding: Finding, ids: Mapping[str, str]) -> Finding:
    # Hosts name apps, and so may the reason a person gave.
    hidden = {"hosts", "domains", "muted", "muted_since"}
    facts: dict[str, Any] = {k: v for k, v in finding.facts.items() if k not in hidden}
    if facts.get("seen_app"):
        facts["seen_app"] = ids[str(facts["seen_app"])]
    return replace(finding, app=ids.get(finding.app, ""), facts=facts)


def _files(analysis: Analysis) -> dict[str, str]:
    sources = (*analysis.usage.sources, *analysis.evidence.sources)
    names = (
        *(source.id for source in sources),
        *analysis.usage.decisions,
        *(problem.file for problem in analysis.problems),
    )
    return {name: f"file-{at}" for at, name in enumerate(dict.fromkeys(names), start=1)}


def _sources(
    sources: Iterable[Source], files: Mapping[str, str], mask: "_Mask"
) -> tuple[Source, ...]:
    return tuple(
        replace(each, id=files[each.id], notes=tuple(changed(note, mask) for note in each.notes))
        for each in sources
    )


class _Mask:
    """Takes given names out of a sentence."""

    def __init__(self, names: Iterable[str]) -> None:
        known = sorted({name for name in names if len(name) >= _SHORTEST}, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, known)) or r"(?!)")

    def __call__(self, sentence: str) -> str:
        return self._names.sub(_MASK, sentence)


def _masking(apps: Iterable[str], files: Iterable[str]) -> _Mask:
    own = {*RESIDUALS, OTHERS}
    return _Mask([*(app for app in apps if app not in own), *files])
