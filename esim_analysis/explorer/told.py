"""Findings and sentences as the view tells them: every language inside, nothing to look up."""

from typing import Any, Final

from esim_analysis.explorer.cells import Detail
from esim_analysis.explorer.names import Apps, app_names
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.catalogue import entries
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Finding

_MOST: Final = 40
_PARTS: Final = ("title", "observation", "explanation", "doubts", "remedy", "search_word", "breaks")
