"""The user's alerts file: rules, channels, quiet hours, what is muted."""

import os
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from esim_analysis.leakage.engine import all_rules
from esim_analysis.model import FileError, Severity
from esim_analysis.model.config import read_config, refusal, suggestion

On = Literal["allowance", "finding", "surge", "roaming", "unknown_destination", "forecast"]

_LEVEL: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(%|kB|MB|GB|TB)\s*", re.IGNORECASE)
_SIZES: Final = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "allowance": ("50 %", "80 %", "100 %"),
    "finding": ("50 MB",),
    "surge": ("500 MB",),
    "roaming": ("5 MB",),
    "unknown_destination": ("50 MB",),
    "forecast": ("80 %",),
}
_IN_SHARES: Final = frozenset({"forecast"})
_ADDRESS: Final = re.compile(r"[\w+.-]+://[^\s\"']*")  # may hold a secret wherever it stands
_QUIET: Final = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _checked_level(level: str) -> str:
    if not _LEVEL.fullmatch(level):
        raise refusal(f"{level!r} is no threshold", "write a size ('200 MB') or a share ('80 %')")
    return level


Level = Annotated[str, AfterValidator(_checked_level)]


class Rule(_Told):
    """When to be told.

    Attributes
    ----------
    on
        allowance: a share or a size of the cycle is used · finding: a rule of this
        program found so much · surge: so much within `hours` · roaming: so much outside
        the home zone · unknown_destination: so much to a place never seen before ·
        forecast: it is so likely that the allowance ends before the cycle.
    at
        Thresholds; each tells once a cycle.
    rule, app, severity
        Of findings: one rule, one app, from this severity on.
    again
        When it may tell once more: each cycle, or each day.
    """

    on: On
    name: str = ""
    at: tuple[Level, ...] = ()
    rule: str = ""
    app: str = ""
    severity: Severity = Severity.LOW
    hours: float = 2.0
    again: Literal["cycle", "day"] = "cycle"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        known = [each.id for each in all_rules()]
        if self.rule and self.rule not in known:
            raise refusal(f"no rule {self.rule!r}", suggestion(self.rule, known), at=("rule",))
        if self.on in _IN_SHARES and any(not level.strip().endswith("%") for level in self.levels):
            raise refusal("a forecast has odds, no size", "write a share: '80 %'", at=("at",))
        if self.on not in {*_IN_SHARES, "allowance"} and any("%" in level for level in self.levels):
            raise refusal("only an allowance has shares", "write a size: '200 MB'", at=("at",))
        if not 0 < self.hours <= 168:  # noqa: PLR2004 - a week
            raise refusal("hours is not between 0 and 168", "write hours = 2", at=("hours",))
        return self

    @property
    def id(self) -> str:
        """The name that makes it one rule over all runs."""
        return self.name or ":".join(filter(None, (self.on, self.rule, self.app)))

    @property
    def levels(self) -> tuple[str, ...]:
        """The thresholds, or the usual ones."""
        return self.at or _USUAL[self.on]


class Channel(_Told):
    """Where to tell: the console, or an address apprise understands.

    Attributes
    ----------
    url, url_env
        The address, or the environment variable that holds it. It is a secret: no
        screen, report, history or log ever shows it.
    form
        long, or short: one message of 160 characters (70 in Chinese).
    """

    name: str
    url: str = ""
    url_env: str = ""
    form: Literal["long", "short"] = "long"

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if bool(self.url) == bool(self.url_env):
            raise refusal(
                f"channel {self.name!r} has {'two addresses' if self.url else 'no address'}",
                "give either url or url_env",
                at=("name",),
            )
        return self

    def address(self) -> str:
        """Return the address; `""` where its environment variable is not set."""
        return self.url or os.environ.get(self.url_env, "")

    def __repr__(self) -> str:
        """Return the name only: the address is a secret."""
        return f"Channel({self.name!r})"

    __str__ = __repr__


class Quiet(_Told):
    """Hours in which nothing is sent, local to the case."""

    begin: time
    end: time

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `"23:00-07:00"`."""
        found = _QUIET.fullmatch(text.strip())
        try:
            hours = [time(int(found[n]), int(found[n + 1])) for n in (1, 3)] if found else []
        except ValueError:
            hours = []
        if not hours:
            raise refusal(f"{text!r} are no hours", "write quiet = '23:00-07:00'")
        return cls(begin=hours[0], end=hours[1])

    def until(self, local: datetime) -> datetime | None:
        """Return when the quiet ends that holds now; None outside of it."""
        now = local.time()
        over_midnight = self.begin > self.end
        inside = (
            now >= self.begin or now < self.end if over_midnight else self.begin <= now < self.end
        )
        if not inside:
            return None
        day: date = local.date()
        if over_midnight and now >= self.begin:
            day += timedelta(days=1)
        return datetime.combine(day, self.end, tzinfo=local.tzinfo)


def _checked_quiet(text: str) -> str:
    if text:
        Quiet.read(text)
    return text


class Alerts(_Told):
    """What the user wants to be told, where and when.

    Attributes
    ----------
    own_rules
        A file as `--rules` takes it: thresholds, watched apps, indicators; what it finds
        can be told like any finding.
    knowledge
        Files as `--knowledge` takes them: the user's own lists of hosts, apps or networks.
    lag_hours
        How late the operator's figures may be: said in every message.
    mute_apps, mute_hosts
        Apps by id, hosts by their ending: nothing is told of them.
    """

    lang: Literal["en", "es", "zh"] = "en"
    plan: str = ""
    own_rules: str = ""
    knowledge: tuple[str, ...] = ()
    timezone: str = ""
    lag_hours: float = 24.0
    quiet: Annotated[str, AfterValidator(_checked_quiet)] = ""
    mute_apps: tuple[str, ...] = ()
    mute_hosts: tuple[str, ...] = ()
    redact: bool = False
    rules: tuple[Rule, ...]
    channels: tuple[Channel, ...] = ()

    @model_validator(mode="after")
    def _all_differ(self) -> Self:
        for what, names in (
            ("rules", [rule.id for rule in self.rules]),
            ("channels", [channel.name for channel in self.channels]),
        ):
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise refusal(f"two {what} are called {twice!r}", "give each a name of its own")
        return self


def usual_alerts(lang: str = "en") -> Alerts:
    """Return what is worth telling where nobody wrote a file."""
    ways: tuple[On, ...] = ("allowance", "finding", "surge", "roaming", "forecast")
    return Alerts.model_validate({"lang": lang, "rules": [{"on": on} for on in ways]})


def read_alerts(path: Path) -> Alerts:
    """Read an alerts file.

    Raises
    ------
    FileError
        It cannot be read, is no TOML or says something unknown; the sentence names
        line and field, and never the address of a channel.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise FileError(path.name, "cannot be read", "name your alerts file") from problem
    try:
        return read_config(text, path.name, Alerts)
    except FileError as problem:
        found, step = (_ADDRESS.sub("…", each) for each in (problem.found, problem.next_step))
        raise FileError(problem.file, found, step, place=problem.place) from None


def threshold(level: str) -> tuple[float, bool]:
    """Return a threshold as a number, and whether it is a share instead of bytes."""
    found = _LEVEL.fullmatch(level)
    if found is None:
        raise ValueError(level)
    number, unit = float(found[1]), found[2].lower()
    return (number / 100, True) if unit == "%" else (number * _SIZES[unit], False)
