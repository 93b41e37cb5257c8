"""Cleartext: what an app sends without encryption, by app and host."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import cited, summed, windowed
from esim_analysis.leakage.facts import Facts
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
_APP: Final = ["line", "app"]


def check(facts: Facts) -> list[Finding]:
    """Find apps that move data in the clear; bytes say how much, never how grave it is."""
    seen = facts.contacts
    seen = seen[(seen["bytes"] > 0) & ~seen["category"].isin(PLAIN_BY_DESIGN)]
    protocol = seen["protocol"].str.upper()
    looked_into = protocol.isin([*PROTOCOLS, *ENCRYPTED])
    by_port = {port: kind for kind, ports in PORTS.items() for port in ports}
    kind = protocol.map(PROTOCOLS).astype("str")
    kind = kind.where(looked_into, seen["port"].map(by_port).astype("str"))
    seen = seen.assign(kind=kind, sure=looked_into)[kind.notna()]
    # Inside the flat or the phone itself nobody reads along.
    is_public = seen["ip"].map(public(seen["ip"].unique()))
    seen = seen[(seen["ip"] == "") | is_public.astype(bool)]
    volume = seen.groupby([*_APP, "kind"])["bytes"].transform("sum")
    least = np.where(seen["kind"] == "dns", DNS_BYTES, LEAST_BYTES)
    parts = windowed(seen[volume >= least])
    if parts.empty:
        return []
    groups = summed(parts, facts.zone)
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
    sure = parts.groupby("group")["sure"].all()
    groups = groups.assign(
        severity=at_most(severities(groups["bytes"], share), Severity.LOW),
        confidence=pd.Series(BY_PORT, index=groups.index).mask(sure, BY_PROTOCOL),
        remedy=RULE.remedy,
        kinds=_kinds(parts),
        share_of_bill=share,
        saves=0,
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(parts))


def _kinds(parts: pd.DataFrame) -> pd.Series:
    """Return the kinds of each group, the largest first."""
    sums = parts.groupby(["group", "kind"])["bytes"].sum().reset_index()
    sums = sums.sort_values(["group", "bytes", "kind"], ascending=[True, False, True])
    return sums.groupby("group")["kind"].agg(" ".join)


RULE = Rule(
    id="cleartext",
    needs=("ports",),
    false_positives=("doubt_encrypted_inside", "doubt_public_content"),
    remedy="cleartext",
    check=check,
)
