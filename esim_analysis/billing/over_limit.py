"""Over-limit warnings: each notice with the app that used most of the stretch before it."""

from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.billing.ledger import accounts_of
from esim_analysis.billing.metered import Metered
from esim_analysis.model.attributions import RESIDUALS, Attribution
from esim_analysis.model.frames import (
    BYTES,
    COUNT,
    MONEY,
    RATIO,
    TEXT,
    UTC_TIME,
    Schema,
    conform,
    empty,
)
from esim_analysis.model.plan import Plan, Step

EVENTS: Final[Schema] = {
    "line": TEXT,
    "t_utc": UTC_TIME,
    "what": TEXT,
    "name": TEXT,
    "threshold": RATIO,
    "used": BYTES,
    "limit": BYTES,
    "limit_cost": MONEY,  # of the cut-off, with VAT
    "since_utc": UTC_TIME,  # the stretch: from the notice before, or the first use of the period
    "stretch": BYTES,
    "app": TEXT,  # that used most of the stretch; a residual where no app is named; "" no evidence
    "app_bytes": BYTES,
    "pause": TEXT,  # largest app of the stretch that can be paused; "" none is named
    "upgrade": TEXT,  # id of the cheapest add-on, or the zone whose next block is bought
    "upgrade_bytes": BYTES,
    "upgrade_price": MONEY,
    "record": COUNT,
}


def warnings(metered: Metered, attribution: Attribution | None = None) -> pd.DataFrame:
    """Return the notices of a metered case as events with their cause.

    Parameters
    ----------
    attribution
        Of the same records; without it the cause stays empty.

    Returns
    -------
    pandas.DataFrame
        `EVENTS`, in order of time.
    """
    events = metered.notices
    if not len(events):
        return empty(EVENTS)
    events = _with_stretch(events, metered)
    causes = _causes(events, metered, attribution)
    events = events.join(causes)
    upgrade, size, price = _upgrade(metered.plan)
    events = events.assign(
        upgrade=upgrade,
        upgrade_bytes=pd.array([size] * len(events), dtype=BYTES),
        upgrade_price=pd.Series([price] * len(events), dtype=MONEY),
        app=events["app"].fillna(""),
        pause=events["pause"].fillna(""),
    )
    return conform(events[list(EVENTS)], EVENTS, what="warnings")


def _with_stretch(events: pd.DataFrame, metered: Metered) -> pd.DataFrame:
    """Add since when each notice looks back: to the one before it, of the same thing and period."""
    of_one = events.groupby(["line", "what", "name", "period"], sort=False)
    before = of_one["t_utc"].shift()
    begin = events["period"].map(metered.periods["start_utc"])
    return events.assign(since_utc=before.fillna(begin))


def _causes(
    events: pd.DataFrame, metered: Metered, attribution: Attribution | None
) -> pd.DataFrame:
    names = ["stretch", "app", "app_bytes", "pause"]
    if attribution is None:
        return pd.DataFrame(index=events.index, columns=names)
    pieces = attribution.pieces[["line", "record", "app", "start_utc", "bytes"]]
    pieces = pieces.assign(
        line=accounts_of(pieces["line"], metered.plan), app=pieces["app"].astype("str")
    )
    pieces = pieces.sort_values("start_utc", kind="stable")
    kinds = events[["what", "name"]].drop_duplicates()
    # A piece belongs to the next notice of each kind of thing: one sorted join a kind.
    parts = [
        pd.merge_asof(
            pieces,
            events.reset_index(names="event").merge(kinds.loc[[place]], on=["what", "name"])[
                ["line", "t_utc", "since_utc", "event"]
            ].sort_values("t_utc"),
            left_on="start_utc",
            right_on="t_utc",
            by="line",
            direction="forward",
        )
        for place in kinds.index
    ]  # fmt: skip
    joined = pd.concat(parts)
    joined = joined[joined["event"].notna() & (joined["start_utc"] >= joined["since_utc"])]
    # Two thresholds inside one record: the second stretch has the pieces of that record.
    bare = events.loc[~events.index.isin(joined["event"]), ["record"]].reset_index(names="event")
    joined = pd.concat([joined, bare.merge(pieces, on="record")])
    sums = joined.groupby(["event", "app"], as_index=False)[["bytes"]].sum()
    sums = sums.sort_values(["event", "bytes", "app"], ascending=[True, False, True])
    first = sums.drop_duplicates("event").set_index("event")
    named = sums[~sums["app"].isin(RESIDUALS) & (sums["bytes"] > 0)]
    pause = named.drop_duplicates("event").set_index("event")["app"]
    return pd.DataFrame({
        "stretch": sums.groupby("event")["bytes"].sum(),
        "app": first["app"],
        "app_bytes": first["bytes"],
        "pause": pause,
    }).reindex(events.index)  # fmt: skip


def _upgrade(plan: Plan) -> tuple[str, int | None, Decimal | None]:
    """Return the cheapest way to go on, by price: an add-on, or the next block of the first zone."""
    offers = [
        (addon.id, plan.size(addon.bytes), plan.with_vat(addon.price)) for addon in plan.addons
    ]
    ladder: tuple[Step, ...] = plan.after.get(plan.zones[0].id, ())
    offers += [
        (plan.zones[0].id, plan.size(step.block), plan.with_vat(step.price, ex_vat=step.ex_vat))
        for step in ladder
        if step.block is not None and step.price is not None
    ]
    return min(offers, key=lambda offer: offer[2], default=("", None, None))
