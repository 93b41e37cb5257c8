"""The meter's frames: notices, slowed spans, what is left, what was assumed."""

from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis.billing import charge_by_app, meter
from esim_analysis.model import UsageRecords
from tests.billing.builders import a_plan, attributed, usage


def _utc(local):
    return pd.Timestamp(local, tz="Europe/Madrid").tz_convert("UTC")


def test_notices_come_at_half_four_fifths_and_all_inside_the_record():
    # 1 GB in 100 minutes from 10:00, evenly: 50 % of 1 GB at 10:50, 80 % at 11:20, all at 11:40
    metered = meter(usage(["2026-10-01 10:00 ES 1GB min=100"]), a_plan(allowances=[
        {"id": "main", "bytes": "1GB"}]))  # fmt: skip

    told = metered.notices
    assert told["t_utc"].tolist() == [
        _utc("2026-10-01 10:50"), _utc("2026-10-01 11:20"), _utc("2026-10-01 11:40")]  # fmt: skip
    assert told["threshold"].tolist() == [0.5, 0.8, 1.0]
    assert told["used"].tolist() == [500_000_000, 800_000_000, 1_000_000_000]
    assert set(told["name"]) == {"main"}


def test_each_period_and_each_line_has_its_own_notices():
    uses = [
        "2026-10-01 10:00 ES 600MB line=a", "2026-10-01 10:00 ES 400MB line=b",
        "2026-11-01 10:00 ES 600MB line=a",
    ]  # fmt: skip
    metered = meter(usage(uses), a_plan(allowances=[{"id": "main", "bytes": "1GB"}]))

    assert metered.notices[["line", "period", "threshold"]].to_numpy().tolist() == [
        ["a", 0, 0.5],
        ["a", 1, 0.5],
    ]


def test_the_cut_off_is_announced_at_80_percent_and_reached_at_the_limit():
    # 1 EUR/MB, 60 MB in 60 minutes: 40 EUR at 10:40, 50 EUR at 10:50
    plan = a_plan(
        cut_off={"cost": 50},
        zones=[{"id": "home", "countries": ["ES"]}, {"id": "row", "countries": ["*"]}],
        after={"row": [{"per_mb": "1.00"}]},
    )
    told = meter(usage(["2026-10-01 10:00 TR 60MB min=60"]), plan).notices

    assert told["what"].tolist() == ["cut_off", "cut_off"]
    assert told["t_utc"].tolist() == [_utc("2026-10-01 10:40"), _utc("2026-10-01 10:50")]
    assert told["limit_cost"].tolist() == [50, 50]
    assert told["limit"].isna().all()


def test_a_name_that_no_line_has_is_said():
    plan = a_plan(shared={"lines": ["line-1", "nobody"]}, allowances=[{"bytes": "1GB"}])
    told = meter(usage(["2026-10-01 10:00 ES 1MB line=line-1"]), plan)

    assert told.assumed == {"lines": 1}
    assert told.periods["line"].tolist() == [""]


def test_the_share_of_a_huge_allowance_is_not_lost_to_64_bits():
    plan = a_plan(allowances=[{"bytes": "40TB"}])
    told = meter(usage(["2026-10-01 10:00 ES 30000GB min=60"]), plan).notices

    assert told["threshold"].tolist() == [0.5]
    assert told["used"].tolist() == [20_000_000_000_000]


def test_a_slowed_span_runs_from_the_empty_allowance_to_the_end_of_the_period():
    # 1 of 2 GB are slowed: the second half of 10:00-11:00
    plan = a_plan(allowances=[{"bytes": "1GB"}], after={"home": [{"throttle_kbps": 64}]})
    metered = meter(usage(["2026-10-01 10:00 ES 2GB min=60"]), plan)

    span = metered.throttled.iloc[0]
    assert span["start_utc"] == _utc("2026-10-01 10:30")
    assert span["end_utc"] == _utc("2026-11-01 00:00")
    assert span["kbps"] == 64
    assert span["bytes"] == 1_000_000_000


def test_a_daily_share_is_slow_until_midnight():
    plan = a_plan(
        allowances=[{"bytes": "1GB", "per": "day"}],
        after={"home": [{"throttle_kbps": 512, "per": "day"}]},
    )
    uses = ["2026-10-01 10:00 ES 2GB min=60", "2026-10-02 10:00 ES 1.5GB min=60"]
    metered = meter(usage(uses), plan)

    assert metered.throttled["end_utc"].tolist() == [
        _utc("2026-10-02 00:00"), _utc("2026-10-03 00:00")]  # fmt: skip
    assert metered.throttled["bytes"].tolist() == [1_000_000_000, 500_000_000]


def test_what_is_left_falls_with_each_record_and_is_filled_with_the_month():
    uses = [
        "2026-10-01 10:00 ES 300MB", "2026-10-20 10:00 ES 900MB", "2026-11-01 10:00 ES 100MB",
    ]  # fmt: skip
    metered = meter(usage(uses), a_plan(allowances=[{"id": "main", "bytes": "1GB"}]))

    assert metered.records["left"].tolist() == [700_000_000, 0, 900_000_000]
    assert metered.fillings[["used", "size"]].to_numpy().tolist() == [
        [1_000_000_000, 1_000_000_000],
        [100_000_000, 1_000_000_000],
    ]


def test_apps_a_plan_treats_apart_are_taken_from_the_attribution():
    # Half of 400 MB is the chat: 200 MB free; 200 MB x 1 EUR/MB
    uses = ["2026-10-01 10:00 ES 400MB app=chat:1,video:1"]
    plan = a_plan(
        allowances=[{"bytes": "unlimited", "apps": ["chat"], "zero_rated": True}],
        after={"home": [{"per_mb": "1.00"}]},
    )
    with_evidence = meter(usage(uses), plan, attributed(uses))
    without = meter(usage(uses), plan)

    assert with_evidence.records["zero_rated"].tolist() == [200_000_000]
    assert with_evidence.total == Decimal(200)
    assert without.total == Decimal(400)
    assert without.assumed["apps"] == 1


def test_what_had_to_be_assumed_is_told():
    plan = a_plan(
        period={"days": 28},
        increment={"bytes": 1024, "per": "session"},
        zones=[{"id": "home", "countries": ["ES"]}, {"id": "eea", "group": "EU_RLAH"}],
    )
    uses = ["2026-10-01 10:00 -- 1MB", "2026-10-01 11:00 ES 1MB", "2026-10-01 12:00 TR 1MB"]
    metered = meter(usage(uses), plan)

    assert metered.assumed == {"zone": 1, "session": 3, "clock": 3, "begin": 3, "nowhere": 1}
    assert metered.zone == "Europe/Madrid"


def test_no_records_cost_nothing():
    metered = meter(UsageRecords.none(), a_plan(price=10, allowances=[{"bytes": "1GB"}]))

    assert metered.total == 0
    assert len(metered.records) == len(metered.periods) == len(metered.notices) == 0


def test_the_charge_of_apps_sums_to_that_of_the_records():
    # 10 MB at 0.37 = 3.70: two thirds video, one third chat; 1 MB unattributed = 0.37
    uses = [
        "2026-10-01 23:50 ES 10MB app=chat:1,video:2",
        "2026-10-02 10:00 ES 1MB",
        "2026-10-02 11:00 ES 0B",
    ]
    plan = a_plan(after={"home": [{"per_mb": "0.37"}]})
    metered, attribution = meter(usage(uses), plan), attributed(uses)

    told = charge_by_app(metered, attribution)

    assert told["charge"].sum() == metered.charges == Decimal("4.07")
    video = told[told["app"] == "video"].iloc[0]
    assert video["day"] == "2026-10-01"
    assert float(video["charge"]) == pytest.approx(3.70 * 2 / 3, abs=1e-5)
    assert told["bytes"].sum() == 11_000_000


def test_a_charge_without_pieces_is_unattributed():
    # One byte is rounded up to 1 MB; the piece of the other record is no help
    uses = ["2026-10-01 10:00 ES 1B app=chat", "2026-10-01 11:00 ES 1MB app=chat"]
    plan = a_plan(increment={"bytes": "1MB"}, after={"home": [{"per_mb": "1.00"}]})
    metered, attribution = meter(usage(uses), plan), attributed(uses[1:])

    told = charge_by_app(metered, attribution)

    assert told["charge"].sum() == Decimal(2)
    assert "unattributed" in told["app"].tolist()
