"""What holds for any usage and any plan (issue: done means)."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.billing import charge_by_app, compare, example_plans, meter
from esim_analysis.billing.metered import KINDS
from esim_analysis.model import Finding, Severity, UsageRecords, Window
from tests.billing.builders import a_plan, attributed, usage

PLANS = example_plans()
_START = pd.Timestamp("2026-10-20", tz="UTC").as_unit("us")

records = st.lists(
    st.fixed_dictionaries({
        "minute": st.integers(0, 60 * 24 * 40),
        "bytes": st.one_of(st.just(0), st.integers(1, 5_000), st.integers(1, 3 * 10**9)),
        "country": st.sampled_from(["ES", "FR", "TR", "UA", "AU", "GR", "AL", None]),
        "plmn": st.sampled_from([None, None, None, "901-18"]),
        "line": st.sampled_from(["line-1", "line-2"]),
        "session": st.sampled_from([None, "a", "b"]),
    }),
    min_size=1,
    max_size=25,
)  # fmt: skip
plans = st.sampled_from(PLANS)


def _usage(rows):
    frame = pd.DataFrame(rows)
    start = _START + pd.to_timedelta(frame["minute"], unit="m")
    return UsageRecords(pd.DataFrame({
        "line": frame["line"],
        "session_id": frame["session"],
        "start_utc": start.astype("datetime64[us, UTC]"),
        "end_utc": (start + pd.Timedelta(minutes=15)).astype("datetime64[us, UTC]"),
        "time_quality": "session",
        "bytes_total": frame["bytes"],
        "country": frame["country"],
        "plmn": frame["plmn"],
    }))  # fmt: skip


@given(records, plans)
def test_every_byte_has_one_place_and_no_pot_gives_more_than_it_holds(rows, plan):
    metered = meter(_usage(rows), plan)

    told = metered.records
    assert (told[list(KINDS)] >= 0).all(axis=None)
    assert told["counted"].sum() == told[list(KINDS)].sum().sum()
    assert (metered.fillings["used"] <= metered.fillings["size"]).all()


@given(records, plans, st.data(), st.integers(1, 2 * 10**9))
def test_the_total_never_falls_when_bytes_are_added(rows, plan, data, more):
    chosen = data.draw(st.integers(0, len(rows) - 1))
    fuller = [dict(row) for row in rows]
    fuller[chosen]["bytes"] += more

    assert meter(_usage(fuller), plan).total >= meter(_usage(rows), plan).total


@given(st.integers(0, 5_000_000), st.integers(0, 5_000_000), st.sampled_from([1, 1024, 102_400]))
def test_splitting_a_record_inside_a_session_changes_nothing(first, second, step):
    plan = a_plan(
        increment={"bytes": step, "per": "session"},
        allowances=[{"bytes": "2MB"}],
        after={"home": [{"per_mb": "0.37", "max_bytes": "1MB"}, {"block": "1MB", "price": "0.99"}]},
    )
    row = {"country": "ES", "plmn": None, "line": "line-1", "session": "a", "minute": 0}
    whole = [row | {"bytes": first + second}]
    parts = [row | {"bytes": first}, row | {"bytes": second, "minute": 15}]

    one, two = meter(_usage(whole), plan), meter(_usage(parts), plan)
    assert one.total == two.total
    assert one.records[list(KINDS)].sum().tolist() == two.records[list(KINDS)].sum().tolist()


@given(records, plans, st.integers(0, 60 * 24 * 40), st.integers(1, 2000), st.integers(1, 10**10))
def test_removing_a_leak_never_raises_the_cost(rows, plan, minute, length, volume):
    start = _START + pd.Timedelta(minutes=minute)
    window = Window(start, start + pd.Timedelta(minutes=length), volume)
    leak = Finding("surge", Severity.LOW, 0.5, "line-1", "", (window,), volume, volume, volume)
    other = replace(leak, line="line-2")

    compared = compare(_usage(rows), [plan], [leak, other])

    assert compared["scenario"].tolist() == ["as_is", "without", "without", "without_all"]
    assert (compared["saving"] >= 0).all()
    assert compared["cost"].iloc[0] == meter(_usage(rows), plan).total


@given(records, plans, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, plan, dice):
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    # Rows of one instant are ordered by what they say, so equal rows cannot be told apart.
    keyed = [row | {"minute": row["minute"] * 40 + place} for place, row in enumerate(rows)]
    mixed = sorted(keyed, key=lambda row: shuffled.index(rows[keyed.index(row)]))

    assert meter(_usage(keyed), plan).total == meter(_usage(mixed), plan).total


@given(records, plans)
def test_lines_that_do_not_share_are_metered_as_if_alone(rows, plan):
    if plan.shared is not None:
        return
    whole = meter(_usage(rows), plan)
    alone = [
        meter(_usage([row for row in rows if row["line"] == line]), plan)
        for line in sorted({row["line"] for row in rows})
    ]

    assert whole.total == sum(part.total for part in alone)
    together = pd.concat([part.records for part in alone])["charge"].tolist()
    assert sorted(whole.records["charge"].tolist()) == sorted(together)


@given(st.integers(0, 27))
def test_a_28_day_plan_has_13_periods_in_364_days(shift):
    plan = a_plan(price="10.00", period={"days": 28, "tz": "Europe/Madrid"})
    first = pd.Timestamp("2026-01-01") + pd.Timedelta(days=shift)
    days = pd.date_range(first, periods=364, tz="Europe/Madrid")
    row = {"country": "ES", "plmn": None, "line": "line-1", "session": None, "bytes": 1}
    minutes = ((days.tz_convert("UTC") - _START).total_seconds() // 60).astype(int)

    metered = meter(_usage([row | {"minute": minute} for minute in minutes]), plan)

    assert len(metered.periods) == 13
    assert np.bincount(metered.records["period"].astype(int)).tolist() == [28] * 13


@given(st.integers(0, 48 * 60 - 1), st.sampled_from(["2026-10-24", "2026-03-28"]))
def test_on_both_dst_nights_every_minute_falls_in_its_local_day(minute, first):
    plan = a_plan(period={"days": 1, "anchor": first, "starts": "anchor", "tz": "Europe/Madrid"})
    start = pd.Timestamp(first, tz="UTC") + pd.Timedelta(minutes=minute)
    row = {"country": "ES", "plmn": None, "line": "line-1", "session": None, "bytes": 1}
    rows = [row | {"minute": int((start - _START).total_seconds() // 60)}]

    period = meter(_usage(rows), plan).periods.iloc[-1]
    local = start.tz_convert("Europe/Madrid").date()
    begins, ends = (period[name].tz_convert("Europe/Madrid") for name in ("start_utc", "end_utc"))
    assert (begins.date(), ends.date()) == (local, (local + pd.Timedelta(days=1)))
    assert (begins.hour, ends.hour) == (0, 0)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 900), st.integers(1, 9)), min_size=1,
             max_size=12),
    plans,
)  # fmt: skip
def test_totals_over_apps_equal_totals_over_records(rows, plan):
    uses = [
        f"2026-10-{1 + day % 28:02d} {n:02d}:00 ES {size}MB app=video:{part},lexi:{10 - part}"
        for n, (day, size, part) in enumerate(rows)
    ]
    metered = meter(usage(uses), plan)
    by_app = charge_by_app(metered, attributed(uses))

    assert by_app["charge"].sum() == metered.charges
    assert by_app["bytes"].sum() == metered.records["billed"].sum()
