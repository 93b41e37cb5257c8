"""Cleartext: what an app sends without encryption, by app and host."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import cited, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, of_each, total_of_mine
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity

PORTS: Final = {
    "http": (80, 8080), "dns": (53,), "ftp": (20, 21), "telnet": (23,),
    "mail": (25, 110, 143),
}  # fmt: skip
PROTOCOLS: Final = {
    "HTTP": "http", "DNS": "dns", "FTP": "ftp", "TELNET": "telnet",
    "SMTP": "mail", "POP3": "mail", "IMAP": "mail",
}  # fmt: skip
ENCRYPTED: Final = ("TLS", "SSL", "HTTPS", "QUIC", "DOT", "DOH", "SMTPS", "IMAPS", "POP3S")
LEAST_BYTES: Final = 100_000  # less is the question whether there is a network at all
DNS_BYTES: Final = 1_000_000  # look-ups of names are plain on most phones; many are worth a word
# Plain by design, and without anything of the user's: network checks, revocation lists, clocks.
PLAIN_BY_DESIGN: Final = frozenset({"connectivity", "certificates", "time_dns"})
BY_PROTOCOL: Final = 0.9  # the capture looked into the traffic
BY_PORT: Final = 0.7  # a port is a custom, not a proof


def check(facts: Facts) -> list[Finding]:
    """Find apps that move data in the clear; bytes say how much, never how grave it is."""
    seen = facts.contacts
    kind, sure = _kind(seen)
    # Inside the flat or the phone itself nobody reads along.
    outside = of_each(seen["ip"], lambda names: (names == "") | public(names))
    chosen = (kind != "") & outside & (seen["bytes"].to_numpy() > 0)
    chosen &= ~seen["category"].isin(PLAIN_BY_DESIGN).to_numpy()
    rows = np.flatnonzero(chosen)
    code, names = pd.factorize(kind[rows], sort=True)
    volume = seen["bytes"].to_numpy()[rows]
    of_kind = total_of_mine(number_groups(seen["pair"].to_numpy()[rows], code)[0], volume)
    kept = of_kind >= np.where(kind[rows] == "dns", DNS_BYTES, LEAST_BYTES)
    rows, code = rows[kept], code[kept]
    parts = windowed(seen.iloc[rows].assign(kind=code, sure=sure[rows]))
    if parts.empty:
        return []
    groups = summed(facts, parts)
    share = groups["bytes"] / facts.billed(groups["line"])
    certain = Groups.of(parts["group"]).every(parts["sure"])
    groups = groups.assign(
        severity=at_most(severities(groups["bytes"], share), Severity.LOW),
        confidence=pd.Series(BY_PORT, index=groups.index).mask(certain, BY_PROTOCOL),
        remedy=RULE.remedy,
        kinds=_kinds(parts, names),
        share_of_bill=share,
        saves=0,
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(facts, parts))


def _kind(seen: pd.DataFrame) -> tuple[np.ndarray, Flags]:
    """Return what each contact speaks in the clear ("" for nothing), and if that was looked at."""
    by_port = {port: kind for kind, ports in PORTS.items() for port in ports}
    protocol = seen["protocol"].cat
    names = protocol.categories.str.upper()
    said = np.array([PROTOCOLS.get(name, "") for name in names], dtype=object)[protocol.codes]
    looked_into = np.asarray(names.isin([*PROTOCOLS, *ENCRYPTED]))[protocol.codes]
    ports, port = np.unique(seen["port"].to_numpy(), return_inverse=True)
    guessed = np.array([by_port.get(int(each), "") for each in ports], dtype=object)[port]
    return np.where(looked_into, said, guessed), looked_into


def _kinds(parts: pd.DataFrame, names: np.ndarray) -> list[str]:
    """Return the kinds of each group, the largest first."""
    group, kind = parts["group"].to_numpy(), parts["kind"].to_numpy()
    number, first = number_groups(group, kind)
    volume = np.bincount(number, parts["bytes"], len(first))
    order = np.lexsort((kind[first], -volume, group[first]))
    several = np.split(names[kind[first][order]], Groups.of(group[first][order]).start[1:])
    return [" ".join(each) for each in several]


RULE = Rule(
    id="cleartext",
    needs=("ports",),
    false_positives=("doubt_encrypted_inside", "doubt_public_content"),
    remedy="cleartext",
    check=check,
)
