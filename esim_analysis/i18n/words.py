"""One language's way to write volumes, shares, money, days and moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

import pandas as pd
from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import (
    NumberPattern,
    format_currency,
    format_decimal,
    format_percent,
    parse_pattern,
)

from esim_analysis.i18n.catalogue import LANGUAGES, text
from esim_analysis.i18n.sentences import retell, retell_error
from esim_analysis.model import REMOVED, RESIDUALS, SYSTEM, TETHERING, EsimError, UsageError

_LOCALES = {lang: Locale.parse(name) for lang, name in
            (("en", "en_GB"), ("es", "es_ES"), ("zh", "zh_CN"))}  # fmt: skip
_PSEUDO_APPS = (TETHERING, REMOVED, SYSTEM, *RESIDUALS)
_STEPS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


@dataclass(frozen=True, slots=True)
class Words:
    """A language and the time zone its moments are told in."""

    lang: str = "en"
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a language that has no catalogue."""
        if self.lang not in LANGUAGES:
            msg = f"unknown language {self.lang!r}; known are {', '.join(LANGUAGES)}"
            raise UsageError(msg)

    def say(self, key: str, /, **values: object) -> str:
        """Return the sentence of `key` with its fields filled."""
        return text(key, self.lang, **values)

    def retell(self, told: str) -> str:
        """Say what was said of a file, or why something was decided, in this language."""
        return retell(told, self.lang)

    def trouble(self, error: EsimError) -> str:
        """Say what went wrong in this language."""
        return retell_error(error, self.lang)

    def app_names(self, apps: Iterable[str]) -> dict[str, str]:
        """Return names for what is billed like an app but is none, and for nameless apps."""
        named = {name: self.say(f"apps.{name}") for name in _PSEUDO_APPS}
        nameless = [app for app in apps if app.startswith("uid:")]
        return named | {app: self.say("apps.unnamed", uid=app[4:]) for app in nameless}

    def volume(self, volume: float) -> str:
        """Write bytes in the unit a person would use, base 1000: `1.94 GB`, `34.4 MB`."""
        size = abs(volume)
        # 999.6 MB would be written "1,000 MB"; it belongs to the next unit.
        step, unit = next(((s, u) for s, u in _STEPS if size >= s * 0.9995), (1, "B"))
        scaled = volume / step
        digits = 0 if unit in ("B", "kB") or abs(scaled) >= 100 else 1  # noqa: PLR2004
        if unit in ("GB", "TB"):
            digits = 2 if abs(scaled) < 10 else 1  # noqa: PLR2004
        return f"{_decimal(round(scaled, digits), digits, self.lang)}\u00a0{unit}"

    def band(self, low: float, high: float) -> str:
        """Write a range of bytes: `1.74–1.87 GB`, or both units where they differ."""
        first, last = self.volume(low), self.volume(high)
        if first == last:
            return first
        number, unit = first.rsplit("\u00a0", 1)
        return f"{number}–{last}" if last.endswith(f"\u00a0{unit}") else f"{first}–{last}"

    def percent(self, share: float) -> str:
        """Write a share of one as whole percent; more than nothing never becomes 0 %."""
        if 0 < share < 0.005:  # noqa: PLR2004 - rounds to 0 %
            return f"<{format_percent(0.01, locale=_LOCALES[self.lang])}"
        if 0.995 <= share < 1:  # noqa: PLR2004 - rounds to 100 %
            return f">{format_percent(0.99, locale=_LOCALES[self.lang])}"
        locale = _LOCALES[self.lang]
        return _minus(format_percent(share, format=locale.percent_formats[None], locale=locale))

    def percent_band(self, low: float, high: float) -> str:
        """Write a range of shares: `88–99%`; in Chinese each end has its sign."""
        first, last = self.percent(low), self.percent(high)
        if first == last:
            return first
        return f"{first if self.lang == 'zh' else first.removesuffix('%').rstrip()}–{last}"

    def money(self, amount: Decimal, currency: str) -> str:
        """Write money in the style of the language."""
        return _minus(format_currency(amount, currency, locale=_LOCALES[self.lang]))

    def number(self, value: float, digits: int = 0) -> str:
        """Write a plain number."""
        return _decimal(value, digits, self.lang)

    def place(self, code: str) -> str:
        """Write the country of an ISO code; what is no country (a network, say) as it is."""
        return str(_LOCALES[self.lang].territories.get(code, code))

    def day(self, day: date | str) -> str:
        """Write a calendar day: `Tue 13 Oct`."""
        return _day(date.fromisoformat(day) if isinstance(day, str) else day, self.lang)

    def moment(self, instant: pd.Timestamp) -> str:
        """Write a UTC instant in the zone, with the zone's short name or offset."""
        local = instant.tz_convert(self.zone)
        pattern = {"en": "d MMM yyyy HH:mm", "es": "d MMM yyyy HH:mm", "zh": "yyyy年M月d日 HH:mm"}
        stamp = format_datetime(
            local.to_pydatetime().replace(tzinfo=None),
            format=pattern[self.lang],
            locale=_LOCALES[self.lang],
        )
        return f"{stamp} {self.offset(instant)}"

    def clock(self, instant: pd.Timestamp) -> str:
        """Write the time of day in the zone: `02:10`."""
        local = instant.tz_convert(self.zone)
        return _clock(time(local.hour, local.minute), self.lang)

    def offset(self, instant: pd.Timestamp) -> str:
        """Write the offset from UTC at an instant: `UTC+2`, `UTC+5:30`."""
        local = instant.tz_convert(self.zone).tz_localize(None)
        away = local - instant.tz_convert(None)
        minutes = int(away.total_seconds() // 60)
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes >= 0 else "−"
        return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


# A report of three languages writes thousands of volumes and the same few days.
@lru_cache(maxsize=8192)
def _decimal(value: float, digits: int, lang: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _minus(format_decimal(value, format=_parsed(pattern), locale=_LOCALES[lang]))


def _minus(number: str) -> str:
    """Write a minus sign, not a hyphen, which a line may break after."""
    return number.replace("-", "−")


@lru_cache(maxsize=64)
def _parsed(pattern: str) -> NumberPattern:
    return parse_pattern(pattern)


@lru_cache(maxsize=2048)
def _day(day: date, lang: str) -> str:
    pattern = {"en": "EEE d MMM", "es": "EEE d MMM", "zh": "M月d日EEE"}[lang]
    return str(format_date(day, format=pattern, locale=_LOCALES[lang]))


@lru_cache(maxsize=2048)
def _clock(clock: time, lang: str) -> str:
    return str(format_time(clock, format="HH:mm", locale=_LOCALES[lang]))
