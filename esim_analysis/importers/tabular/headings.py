"""Column headings: folded to words, with their unit kept, and the role the words give."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from esim_analysis.importers.tabular.vocabulary import (
    BILLED,
    CHINESE,
    ENGLISH_ONLY,
    PHRASES,
    ROLES,
    SPANISH,
    Role,
)

MAX_HEADING: Final = 60  # longer cells are sentences
_BRACKETS: Final = re.compile(r"[(\[{<【]([^)\]}>】]*)[)\]}>】]")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]{2,}$)")
_CHINESE: Final = re.compile("|".join(CHINESE))
_UNIT_NAMES: Final = {
    "B": ("b", "byte", "bytes", "octets", "octetos", "字节", "acctinputoctets", "acctoutputoctets"),
    "KB": ("k", "kb", "kbyte", "kbytes", "kilobyte", "kilobytes", "ko"),
    "MB": ("m", "mb", "mbyte", "mbytes", "megabyte", "megabytes", "megas", "mo", "兆"),
    "GB": ("g", "gb", "gbyte", "gbytes", "gigabyte", "gigabytes", "gigas", "go"),
    "TB": ("t", "tb", "terabytes"),
    "KiB": ("kib",),
    "MiB": ("mib",),
    "GiB": ("gib",),
    "TiB": ("tib",),
}
UNIT_OF: Final = {name: unit for unit, names in _UNIT_NAMES.items() for name in names}
_CURRENCIES: Final = {
    "EUR": ("€", "eur", "euro", "euros"),
    "USD": ("us$", "usd", "$us"),
    "GBP": ("£", "gbp"),
    "CNY": ("元", "¥", "cny", "rmb", "yuan", "人民币", "分"),
    "PLN": ("zł", "pln"),
    "CHF": ("chf",),
}
CURRENCY_OF: Final = {name: code for code, names in _CURRENCIES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: as written, as words, and what stands in its brackets."""

    name: str
    words: tuple[str, ...]
    hint: str
    role: Role | None

    @property
    def unit(self) -> str:
        """Unit of volume the heading names (`"MB"`), from its brackets or its words, else `""`."""
        # Single letters count only in brackets: "Data (M)" is megabytes, "B party" is not bytes.
        spoken = (UNIT_OF.get(word, "") for word in self.words if len(word) > 1 or word == "兆")
        return UNIT_OF.get(self.hint, "") or next((unit for unit in spoken if unit), "")

    @property
    def currency(self) -> str:
        """ISO code of the money the heading names, else `""`."""
        spoken = (CURRENCY_OF.get(word, "") for word in self.words)
        return CURRENCY_OF.get(self.hint, "") or next((code for code in spoken if code), "")


@lru_cache(maxsize=4096)
def heading(name: str) -> Heading:
    """Read one heading.

    >>> heading("上网流量（KB）").role, heading("上网流量（KB）").unit
    ('bytes_total', 'KB')
    >>> heading("fecha_hora_fin_sesion").role, heading("Remaining data").role
    ('end', None)
    """
    if len(name) > MAX_HEADING:
        return Heading(name, (), "", None)
    plain = unicodedata.normalize("NFKC", name).strip()
    inside = _BRACKETS.search(plain)
    hint = inside.group(1).strip().casefold() if inside else ""
    words = _split(_BRACKETS.sub(" ", plain))
    if not words and hint:
        words = (hint,)
    return Heading(name, words, hint, _role(words))


def headings(names: Sequence[str]) -> tuple[Heading, ...]:
    """Read a row of headings."""
    return tuple(heading(name) for name in names)


def is_usage_header(cells: Sequence[str]) -> bool:
    """Tell whether a row of cells names a time and a volume, each in a cell of its own."""
    # Most cells of a file are figures, and no figure is a heading.
    roles = {heading(cell).role for cell in cells if any(map(str.isalpha, cell))}
    volume = roles & {"bytes_total", "bytes_billed"} or {"bytes_up", "bytes_down"} <= roles
    return bool(volume) and "start" in roles


def language(row: Sequence[Heading]) -> str:
    """Return the language of a row of headings: `"zh"`, `"es"`, `"en"`, or `""` when mixed."""
    words = {word for item in row for word in item.words}
    if any(not word.isascii() for word in words):
        return "zh"
    spanish, english = bool(words & SPANISH), bool(words & ENGLISH_ONLY)
    if spanish == english:
        return ""
    return "es" if spanish else "en"


def _split(text: str) -> tuple[str, ...]:
    spaced = _CAMEL.sub(" ", text)
    folded = unicodedata.normalize("NFKD", spaced.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    bare = _CHINESE.sub(lambda found: f" {found.group()} ", bare)
    return tuple(word for word in re.split(r"[\s_\-./:,'\"#*]+", bare) if word)


def _role(words: tuple[str, ...]) -> Role | None:
    if not words:
        return None
    phrase = " ".join(words)
    if phrase in PHRASES:
        return PHRASES[phrase]
    # Digits that number a heading ("Number 2") say nothing; anything else unknown forbids a role.
    spoken = {word for word in words if not word.isdigit()}
    billed = spoken & BILLED
    for rule in ROLES:
        if spoken - BILLED & rule.need and spoken - billed <= rule.need | rule.may:
            if not billed:
                return rule.role
            return "bytes_billed" if rule.role == "bytes_total" else None
    return None
