"""What a line says about the balance: how much is left, how much was used, of how much."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.readings.moments import MOMENT
from esim_analysis.importers.readings.volumes import VOLUME

ACCEPTED: Final = (
    "'2026-11-02 09:00, 4.2 GB left', '2026-11-02 09:00 used 1.8 GB of 5 GB', "
    "'02/11/2026 9:00 quedan 4,2 GB' or '2026-11-02 09:00 剩 4.2 GB'"
)
_LEFT: Final = (
    r"(?:(?<![a-z])(?:left|remain(?:s|ing)?|available|balance|quedan?|restan?|restantes?"
    r"|disponibles?|saldo)(?![a-z])|剩余|剩下|还剩|剩|余额|余量|可用)"
)
_USED: Final = (
    r"(?:(?<![a-z])(?<!not )(?<!no )(?:used|consumed|spent|usad[oa]s?|gastad[oa]s?"
    r"|consumid[oa]s?|llevo)(?![a-z])|已经?使用|已经?用|使用了|用了|消耗)"
)
_TOTAL_WORD: Final = r"(?:in total|total|总共|共计|总量|共|总)"
_GAP: Final = r"[^\d,;]{0,12}?"
_FILLER: Final = r"(?:of data|data|de datos|datos|流量)?"
_OF: Final = rf"({VOLUME}[^\d]{{0,16}}?)(?:\bout of|\bof|\bde|/)\s*(?:un total de\s*)?({VOLUME})"
_TOTAL: Final = rf"{_TOTAL_WORD}\s*(?:of|de)?\s*:?\s*({VOLUME})"


def read_balances(text: pd.Series) -> pd.DataFrame:
    """Read the volumes of balance lines, still as text.

    Returns
    -------
    pandas.DataFrame
        `used, remaining, total` (text or missing) and `problem`: why a line says
        nothing certain, else `""`.
    """
    rest = text.str.replace(MOMENT, " ", n=1, regex=True)
    of = rest.str.extract(rf"(?i){_OF}")
    rest = rest.str.replace(rf"(?i){_OF}", r"\1", n=1, regex=True)
    named = rest.str.extract(rf"(?i){_TOTAL}")[0]
    rest = rest.str.replace(rf"(?i){_TOTAL}", " ", n=1, regex=True)
    remaining, used = _beside(rest)
    figures = rest.str.count(rf"(?i){VOLUME}")
    known = used.notna().astype(int) + remaining.notna().astype(int)
    problem = pd.Series("", index=text.index, dtype="str")
    problem = problem.mask(figures > known, sentence("importing.more_figures_than_words"))
    problem = problem.mask(figures < known, sentence("importing.says_both_left_and_used"))
    problem = problem.mask(known == 0, sentence("importing.says_neither_left_nor_used"))
    total = of[1].fillna(named)
    return pd.DataFrame({"used": used, "remaining": remaining, "total": total, "problem": problem})


def _beside(rest: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return what is left and what was used: the volumes that stand beside those words.

    A word between two volumes (`used 800 MB left 4.2 GB`) takes the side the
    other word takes; alone, the volume before it.
    """
    left_after, left_before = _after(rest, _LEFT), _before(rest, _LEFT)
    used_after, used_before = _after(rest, _USED), _before(rest, _USED)
    left_first = used_before.notna() | used_after.isna()
    used_first = left_before.notna() | left_after.isna()
    remaining = left_before.where(left_first, left_after.fillna(left_before)).fillna(left_after)
    used = used_before.where(used_first, used_after.fillna(used_before)).fillna(used_after)
    return remaining, used


def _after(rest: pd.Series, word: str) -> pd.Series:
    return rest.str.extract(rf"(?i){word}{_GAP}({VOLUME})")[0]


def _before(rest: pd.Series, word: str) -> pd.Series:
    return rest.str.extract(rf"(?i)({VOLUME})\s*{_FILLER}\s*{word}")[0]
