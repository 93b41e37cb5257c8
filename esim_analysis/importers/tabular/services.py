"""What a row bills: data, messages, calls, fees."""

import re
from typing import Final

import pandas as pd

from esim_analysis.importers.tabular.distinct import answered, holds

_WORDS: Final = {
    "mms": r"\bmms\b|multimedia|彩信",
    "sms": r"\bsms\b|\bmsg\b|mensaj|\btext(?:o|os|s| message)?\b|\bmessag|短信",
    "voice": r"\bvo(?:z|ice|ix)\b|llamad|\bcalls?\b|\bvolte\b|通话|语音|主叫|被叫",
    "fee": r"\bcuotas?\b|\bfees?\b|\brecargas?\b|\btop-?up|\bsubscription|月租|充值|套餐费",
}
_FREE: Final = re.compile(r"\b(?:zero|cero)[- ]?rat|\btarifa cero\b|免流|零费率", re.IGNORECASE)
NOT_DATA: Final = tuple(_WORDS)


def service_class(service: pd.Series) -> pd.Series:
    """Return `data`, `sms`, `voice`, `mms` or `fee` for what a row says it bills.

    Words that are none of these (an app, a rating group, a zone) are kinds of data.
    """
    return answered(service, _class_of).fillna("data")


def zero_rated(service: pd.Series) -> pd.Series:
    """Return true where a row says its data touch no allowance, else missing."""
    free = holds(service, _FREE.search)
    return free.astype("boolean").where(free)


def _class_of(service: str) -> str:
    said = (name for name, word in _WORDS.items() if re.search(word, service, re.IGNORECASE))
    return next(said, "data")
