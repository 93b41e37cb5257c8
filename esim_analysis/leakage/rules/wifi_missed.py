"""Mobile although Wi-Fi was there: the eSIM was used while, or between times when, Wi-Fi was too."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.groups import number_groups
from esim_analysis.leakage.assemble import assemble, evidence_rows
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, numbered, total_of_mine
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.leakage.wifi import BASES, wifi_spans, within
from esim_analysis.model import REMOVED, RESIDUALS, TETHERING, Finding, Severity

DAY_BYTES: Final = 10_000_000  # a proposal: more than the minute a phone needs to change over
LEAST_DAYS: Final = 3  # twice may be two walks to the shop
APP_BYTES: Final = 20_000_000  # of an app; what is less stays with the others unnamed
GAP: Final = pd.Timedelta(hours=2)
ASLEEP: Final = 0.5  # who sleeps beside the Wi-Fi is not on a walk

BY_FLOWS: Final = 0.75  # both radios at work in the same minutes
AT_NIGHT: Final = 0.6  # buckets, but nobody was out
BETWEEN: Final = 0.5  # Wi-Fi in the hour before, in it and after: a walk at midnight is left
UNBILLED: Final = 0.4  # the bill's silence says it, of an app that may be free in the plan
BY_BUCKETS: Final = 0.4  # late in the evening two hours are long enough to come home


SURE: Final = dict(zip(BASES, (BY_FLOWS, BETWEEN, UNBILLED, BY_BUCKETS), strict=True))
DOUBTS_UNBILLED: Final = "doubt_out doubt_free_app doubt_second_sim"


def check(facts: Facts) -> list[Finding]:
    """Find apps whose mobile bytes flowed while Wi-Fi was in use."""
    pieces = facts.pieces
    open_ = ~pieces["app"].isin([*RESIDUALS, TETHERING, REMOVED]).to_numpy()
    open_ &= (pieces["bytes"].to_numpy() > 0) & ~pieces["taken"].to_numpy()
    basis = within(pieces, wifi_spans(facts.evidence, facts.usage, facts.zone))
    mine = np.flatnonzero(open_ & (basis != ""))
    line, pair, day, volume = (
        pieces[name].to_numpy()[mine] for name in ("of_line", "pair", "day", "bytes")
    )
    flows = (basis[mine] == "flows").astype(np.int64)
    kept = total_of_mine(number_groups(line, flows, day)[0], volume) >= DAY_BYTES
    mine, line, pair, day, volume, flows = (
        each[kept] for each in (mine, line, pair, day, volume, flows)
    )
    by_line = Groups.of(number_groups(line, flows)[0])
    kept = by_line.spread(by_line.distinct(day)) >= LEAST_DAYS
    mine, pair, volume = mine[kept], pair[kept], volume[kept]
    mine = mine[total_of_mine(pair, volume) >= APP_BYTES]
    if len(mine) == 0:
        return []
    parts = pieces.iloc[mine].assign(basis=basis[mine])
    parts = parts.assign(
        window=merge_spans(parts, ["pair"], gap=GAP), group=numbered(parts, ["pair"])
    )
    groups = _judged(parts, facts)
    rows = evidence_rows(facts, parts, groups)
    return assemble(facts, RULE.id, parts, groups, rows=rows)


def _judged(parts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    asleep = parts["quiet"] >= ASLEEP
    by_group = Groups.of(parts["group"])
    moved = {
        basis: by_group.sum(parts["bytes"].where(parts["basis"] == basis, 0)) for basis in BASES
    }
    moved["at_night"] = by_group.sum(parts["bytes"].where(asleep, 0))
    names = facts.names(by_group.first(parts["pair"]).to_numpy())
    groups = by_group.frame(
        {
            **{name: told.array for name, told in names.items()},
            "bytes": by_group.sum(parts["bytes"]),
            "windows": by_group.distinct(parts["window"].to_numpy()),
            "days": by_group.distinct(parts["day"].to_numpy()),
            **moved,
        }
    )
    volume = groups["bytes"]
    night = groups["at_night"] > volume / 2
    basis = _basis(groups[[*BASES]])
    flows, told = basis == "flows", basis.isin(["between", "unbilled"])
    share = volume / facts.billed(groups["line"])
    severity = at_most(severities(volume, share), Severity.MEDIUM, ~flows)
    severity = at_most(severity, Severity.LOW, ~flows & ~night)
    severity = at_most(severity, Severity.INFO, ~flows & ~night & ~told)
    confidence = basis.map(SURE).mask(night & ~flows, AT_NIGHT)
    return groups.drop(columns=["bytes", *BASES]).assign(
        severity=severity,
        confidence=confidence,
        remedy=RULE.remedy,
        basis=basis,
        doubts=basis.map({"unbilled": DOUBTS_UNBILLED}).fillna(" ".join(RULE.false_positives)),
        at_night=groups["at_night"] / volume,
        share_of_bill=share,
        # Coming home during two hours looks the same: others may still explain these bytes.
        explains=(flows | night | told).astype("int64"),
        whole=1,
    )


def _basis(moved: pd.DataFrame) -> pd.Series:
    """Return the surest basis that, with those surer still, carries most of the bytes."""
    reached = moved.cumsum(axis=1).gt(moved.sum(axis=1) / 2, axis=0)
    return reached.idxmax(axis=1)


RULE = Rule(
    id="wifi_missed",
    needs=("app_bytes", "wifi"),
    false_positives=("doubt_out", "doubt_weak_wifi"),
    remedy="wifi_assist",
    check=check,
    after=("update_burst", "trackers", "regular_traffic"),
)
