"""Names as a shared page may show them: apps by name, lines by number, no id, no path."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.figures.text import plain
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis
from esim_analysis.reference import app_labels

OTHERS: Final = "others"
# Telephone numbers, IMSI, ICCID and IMEI have nine digits and more; days and volumes have fewer.
# A date and its time have as many, and are let through.
_ID: Final = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d|\d\d[-.]\d\d[-.]\d{4})\d(?:[ .-]?\d){8,}")
_ADDRESS: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
# Folders of a full path, of Unix, of Windows or of a share; the file's own name is kept.
_FOLDERS: Final = re.compile(r"(?<![\w.])(?:[A-Za-z]:|~|\.{1,2})?[\\/](?:[^\\/:;\"'\n]+[\\/])*")
_MASK: Final = "•••"


def app_name(labels: Mapping[str, str], app: str, words: Words) -> str:
    """Return the name of an app or of a residual in the reader's language, safe to show.

    `labels` are names of apps as people know them, by app id.
    """
    if app == OTHERS:
        return words.say("report.others")
    # What is no app is named in the reader's language, whatever language the labels are in.
    return plain(words.app_names([app]).get(app) or labels.get(app) or app)


def named(analysis: Analysis, words: Words) -> Analysis:
    """Return the analysis with its known apps named in the language of `words`."""
    evidence = analysis.evidence
    seen = pd.concat([evidence.frame["app"], analysis.attribution.by_cycle["app"]]).unique()
    labels = {**evidence.labels, **app_labels(seen, words.lang)}
    return replace(analysis, evidence=evidence.told_as(labels))


def line_names(analysis: Analysis) -> dict[str, str]:
    """Return each line's number, `line-1` for the one that starts first, whatever it is called."""
    first = analysis.usage.frame.groupby("line", sort=True)["start_utc"].min()
    ordered = first.sort_values(kind="stable").index
    return {line: f"line-{number}" for number, line in enumerate(ordered, start=1)}


def file_name(name: str) -> str:
    """Return a file's own name, without folders and without numbers that name a person.

    >>> file_name("/home/Ana Li/8934071234567890123.csv")
    '•••.csv'
    """
    return _ID.sub(_MASK, plain(re.split(r"[\\/]", name)[-1], limit=80))


def without_ids(sentence: str) -> str:
    """Return a sentence without full paths, addresses and numbers that name a person.

    >>> without_ids("/home/Ana Li/march.csv: SIM 8934071234567890123 has 3 rows")
    'march.csv: SIM ••• has 3 rows'
    """
    shown = _FOLDERS.sub("", plain(sentence, limit=600))
    return _ID.sub(_MASK, _ADDRESS.sub(_MASK, shown))
