"""Answers in Spanish and Chinese, put into the words the readers of answers know."""

import re
import unicodedata
from typing import Final

# Without accents and capitals; a longer one is looked for before a shorter one.
_SPANISH: Final = {
    "al dia": "a day",
    "aparte": "added",
    "ciclo": "period",
    "desde": "from",
    "dia": "day",
    "dias": "days",
    "el primer uso": "first use",
    "euros": "EUR",
    "hasta": "to",
    "ilimitado": "unlimited",
    "incluido": "included",
    "la compra": "purchase",
    "la instalacion": "install",
    "mes": "month",
    "ninguno": "none",
    "por": "per",
    "registro": "record",
    "se corta": "stops",
    "sesion": "session",
    "sin iva": "none",
    "sin limite": "unlimited",
    "sin servicio": "not served",
    "una vez": "once",
}
_CHINESE: Final = {
    "一次性": " once",
    "不取整": "none",
    "不限量": "unlimited",
    "不限": "unlimited",
    "从": " from ",
    "停用": "stops",
    "元": " CNY",
    "另加": " added",
    "含": " included",
    "周期": " period",
    "天": " days ",
    "安装": "install",
    "已含": " included",
    "日": " ",
    "无": "none",
    "无服务": "not served",
    "每": " per ",
    "每天": " a day ",
    "每条记录": " per record ",
    "每次会话": " per session ",
    "每月": "month ",
    "欧元": " EUR",
    "至": " to ",
    "购买": "purchase",
    "起": " ",
    "首次使用": "first use",
}


def _longest_first(words: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_WORDS: Final = _SPANISH | _CHINESE
_FORM: Final = re.compile(
    rf"\b(?:{_longest_first(_SPANISH)})\b|{_longest_first(_CHINESE)}", re.IGNORECASE
)


def in_known_words(answer: str) -> str:
    """Return an answer with its Spanish and Chinese words as the English ones; others stay."""
    apart = unicodedata.normalize("NFKD", answer)
    plain = "".join(mark for mark in apart if not unicodedata.combining(mark))
    told = " ".join(_FORM.sub(lambda found: _WORDS[found[0].lower()], plain).split())
    # Chinese says the day before the volume, and a comma where English has none.
    return re.sub(r"^a day (.+)$", r"\1 a day", told).replace(", from", " from")
