"""What a row bills: data, messages, calls, fees."""

from typing import Final

import pandas as pd

_WORDS: Final = {
    "mms": r"\bmms\b|multimedia|彩信",
    "sms": r"\bsms\b|\bmsg\b|mensaj|\btext(?:o|os|s| message)?\b|\bmessag|短信",
    "voice": r"\bvo(?:z|ice|ix)\b|llamad|\bcalls?\b|\bvolte\b|通话|语音|主叫|被叫",
    "fee": r"\bcuotas?\b|\bfees?\b|\brecargas?\b|\btop-?up|\bsubscription|月租|充值|套餐费",
}
NOT_DATA: Final = tuple(_WORDS)


def service_class(service: pd.Series) -> pd.Series:
    """Return `data`, `sms`, `voice`, `mms` or `fee` for what a row says it bills.

    Words that are none of these (an app, a rating group, a zone) are kinds of data.
    """
    known = pd.Series(service.unique(), dtype="str")
    named = pd.Series("data", index=known.index, dtype="str")
    for name, pattern in reversed(_WORDS.items()):
        named = named.mask(known.str.contains(pattern, case=False, regex=True), name)
    return service.map(dict(zip(known, named, strict=True))).fillna("data").astype("str")
