"""The user's own rules, without code: a TOML file of thresholds, lists and mutes.

[[threshold]]                 # be told less of a rule
rule = "trackers"
at_least_mb = 50

[[watch]]                     # always be told of these, from a volume on
app = "com.example.vista"
at_least_mb = 100

[[deny]]                      # never expected: any contact or byte is told
host = "ads.example"

[[allow]]                     # expected: no rule speaks of these
app = "com.example.nube"
reason = "my backup"

[[mute]]                      # known and accepted: kept, for information only
rule = "background_sync"
app = "com.example.lexi"
reason = "word lists for the exam"
since = 2026-11-01

[[indicator]]                 # hosts, addresses and networks from a list you trust
host = "bad.example"
note = "list of my bank, 2026-10"

[[indicator]]                 # by the number of the network; which addresses are its is approximate
asn = 64496
"""

from collections.abc import Sequence
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from esim_analysis.model.config import read_config, refusal, suggestion
from esim_analysis.model.errors import FileError

MEGABYTE: Final = 1_000_000
_Volume = Annotated[float, Field(ge=0)]


class _Table(BaseModel):
    """A frozen table of the file; unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Subject(_Table):
    """One app, one host with all below it, one address or range, or one network by number."""

    app: str = ""
    host: str = ""
    address: str = ""
    asn: Annotated[int, Field(ge=0, lt=2**32)] = 0

    @model_validator(mode="after")
    def _one(self) -> Self:
        told = [name for name in ("app", "host", "address", "asn") if getattr(self, name)]
        if len(told) != 1:
            found = "a list entry needs exactly one of app, host, address and asn"
            raise refusal(found, 'write one of them, such as host = "ads.example"')
        if self.address:
            try:
                ip_network(self.address, strict=False)
            except ValueError:
                step = 'write it like "203.0.113.7" or "203.0.113.0/24"'
                raise refusal(f"{self.address!r} is no address", step, at=["address"]) from None
        return self


class Watch(Subject):
    """Be told from a volume on."""

    at_least_mb: _Volume = 0.0
    note: str = ""


class Deny(Subject):
    """Never expected."""

    note: str = ""


class Indicator(Subject):
    """From a list the user trusts."""

    note: str = ""


class Allow(_Table):
    """Expected: an app no rule speaks of, or a host no rule counts."""

    app: str = ""
    host: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.app) == bool(self.host):
            found = "an allow entry needs exactly one of app and host"
            raise refusal(found, 'write one of them, such as app = "com.example.nube"')
        return self


class Threshold(_Table):
    """Be told of a rule's findings from a volume or a confidence on."""

    rule: str
    at_least_mb: _Volume = 0.0
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0


class Mute(_Table):
    """A finding known and accepted, with its reason and date."""

    rule: str
    app: str = ""
    reason: Annotated[str, Field(min_length=1)]
    since: date


class OwnRules(_Table):
    """Everything the file may say."""

    threshold: tuple[Threshold, ...] = ()
    watch: tuple[Watch, ...] = ()
    allow: tuple[Allow, ...] = ()
    deny: tuple[Deny, ...] = ()
    mute: tuple[Mute, ...] = ()
    indicator: tuple[Indicator, ...] = ()

    def entries(self) -> tuple[tuple[Literal["watch", "deny", "indicator"], Subject], ...]:
        """Return the entries that ask to be told, each with the name of its list."""
        return (
            *(("watch", one) for one in self.watch),
            *(("deny", one) for one in self.deny),
            *(("indicator", one) for one in self.indicator),
        )


def parse_rules(text: str, name: str, known: tuple[str, ...]) -> OwnRules:
    """Read the user's rules from the text of a file.

    Parameters
    ----------
    name
        Name of the file, for errors.
    known
        Ids of the rules there are.

    Raises
    ------
    FileError
        One sentence with line, field, what was found and the next step.
    """
    rules = read_config(text, name, OwnRules)
    tables: dict[str, Sequence[Threshold | Mute]] = {
        "threshold": rules.threshold,
        "mute": rules.mute,
    }
    for table, entries in tables.items():
        for number, entry in enumerate(entries, start=1):
            if entry.rule not in known:
                found = f"[[{table}]] number {number} names no rule there is: {entry.rule!r}"
                line = _line_of(text, entry.rule)
                raise FileError(name, found, suggestion(entry.rule, known), place=f"line {line}")
    return rules


def read_rules(path: str | Path, known: tuple[str, ...]) -> OwnRules:
    """Read the user's rules from a file.

    Raises
    ------
    FileError
        The file cannot be read, or as `parse_rules`.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        found = f"it cannot be read ({problem.__class__.__name__})"
        raise FileError(path.name, found, "check its name; write it as UTF-8 text") from None
    return parse_rules(text, path.name, known)


def _line_of(text: str, word: str) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, start=1) if word in line), 1)
