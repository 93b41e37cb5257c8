"""Billed rows of a service class are compared with the apps of the class alone."""

import tomllib

import numpy as np
import pytest

from esim_analysis.attribution import ServiceClass, attribute, bands, zero_rated_class
from esim_analysis.case.analysing import analyse
from esim_analysis.importers.joining import Reading
from esim_analysis.model import UsageRecords
from esim_analysis.model.plan import Plan
from esim_analysis.model.plan_parts import Allowance

MB = 1_000_000
HOUR = {"start": "2026-01-10 10:00", "end": "2026-01-10 11:00"}
BUCKET = {"start": "2026-01-10 10:00", "end": "2026-01-10 12:00"}
CHATS = Allowance(id="chats", bytes="unlimited", zero_rated=True, apps=("chat",))


def _two_rows(bill, phone):
    """Return a free row of 4 MB beside a paid one of 6 MB, and a phone that used chat and film."""
    usage = bill([{**HOUR, "bytes": 4 * MB, "zero_rated": True}, {**HOUR, "bytes": 6 * MB}])
    evidence = phone(
        [
            {**BUCKET, "app": "chat", "bytes": 4 * MB},
            {**BUCKET, "app": "film", "bytes": 6 * MB},
        ]
    )
    return usage, evidence


def _free(usage, apps=("chat",)):
    return (ServiceClass(usage.frame["zero_rated"].fillna(value=False).to_numpy(bool), apps),)


def _of_record(found, record, app):
    mine = (found.pieces["record"] == record) & (found.pieces["app"] == app)
    return int(found.pieces.loc[mine, "bytes"].sum())


def _identity(found):
    rows = found.by_record
    parts = rows[["attributed", "unattributed", "rounding", "conflict"]].sum(axis=1)
    return (parts == rows["billed"]).all()


def _number(usage, size):
    return int(np.flatnonzero(usage.frame["bytes_total"] == size)[0])


def test_a_class_narrows_the_answer(bill, phone, utc):
    usage, evidence = _two_rows(bill, phone)
    free = _number(usage, 4 * MB)
    without = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0))
    under = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0), classes=_free(usage))
    assert _of_record(without, free, "chat") == pytest.approx(1.6 * MB, rel=0.01)
    assert _of_record(under, free, "chat") == pytest.approx(4 * MB, rel=0.01)
    assert _of_record(under, free, "film") == 0
    assert _identity(without)
    assert _identity(under)


def test_a_class_narrows_the_band_of_its_row(bill, phone, utc):
    usage, evidence = _two_rows(bill, phone)
    free = _number(usage, 4 * MB)
    width = []
    for classes in ((), _free(usage)):
        found = attribute(usage, evidence, zone=utc, classes=classes)
        pieces = found.pieces[(found.pieces["record"] == free) & (found.pieces["app"] == "film")]
        band = bands(found, pieces)
        width.append(int((band["bytes_high"] - band["bytes_low"]).iloc[0]))
    assert width[0] > 3 * MB
    assert width[1] == 0


def test_what_the_apps_of_a_class_leave_is_said_and_given_to_nobody(bill, phone, utc):
    usage = bill([{**HOUR, "bytes": 4 * MB, "zero_rated": True}])
    evidence = phone(
        [{**BUCKET, "app": "chat", "bytes": MB}, {**BUCKET, "app": "film", "bytes": 6 * MB}]
    )
    found = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0), classes=_free(usage))
    row = found.by_record.iloc[0]
    assert row["attributed"] == pytest.approx(MB, rel=0.01)
    assert row["unattributed"] == pytest.approx(3 * MB, rel=0.01)
    assert any("4.0 MB) can only be of chat; 3.0 MB of them" in note for note in found.notes)


def test_what_they_used_beyond_it_is_a_conflict_that_is_said(bill, phone, utc):
    usage = bill([{**HOUR, "bytes": 4 * MB, "zero_rated": True}])
    evidence = phone([{**HOUR, "app": "chat", "bytes": 10 * MB}])
    found = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0), classes=_free(usage))
    assert found.by_record["conflict"].iloc[0] == pytest.approx(-5.8 * MB, rel=0.01)
    assert found.by_record["status"].iloc[0] == "conflicting"
    assert any("5.8 MB more than that the phone saw" in note for note in found.notes)
    assert _identity(found)


def test_nothing_is_said_where_a_class_fits(bill, phone, utc):
    usage, evidence = _two_rows(bill, phone)
    found = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0), classes=_free(usage))
    assert not any("can only be of" in note for note in found.notes)


def test_an_app_of_a_class_may_also_be_on_other_rows(bill, phone, utc):
    usage = bill([{**HOUR, "bytes": 4 * MB, "zero_rated": True}, {**HOUR, "bytes": 6 * MB}])
    evidence = phone([{**BUCKET, "app": "chat", "bytes": 10 * MB}])
    found = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.0), classes=_free(usage))
    assert found.by_record["unattributed"].sum() == pytest.approx(0, abs=1_000)


@pytest.mark.parametrize("seed", range(5))
def test_every_byte_is_kept_under_any_classes(bill, phone, utc, seed):
    dice = np.random.default_rng(seed)
    hours = dice.integers(0, 20, 30)
    usage = bill(
        [
            {
                "start": f"2026-01-{10 + hour // 24} {hour % 24:02d}:10",
                "end": f"2026-01-{10 + hour // 24} {hour % 24 + 2:02d}:50",
                "bytes": int(size),
            }
            for hour, size in zip(hours, dice.integers(1, 9 * MB, 30), strict=True)
        ]
    )
    evidence = phone(
        [
            {
                "start": f"2026-01-10 {hour:02d}:00",
                "end": f"2026-01-10 {hour + 2:02d}:00",
                "app": app,
                "bytes": int(size),
            }
            for hour, app, size in zip(
                dice.integers(0, 21, 30),
                dice.choice(["chat", "film", "maps"], 30),
                dice.integers(1, 9 * MB, 30),
                strict=True,
            )
        ]
    )
    named = (("chat",), ("maps", "film"))
    classes = tuple(ServiceClass(dice.random(30) < 0.3, apps) for apps in named)
    found = attribute(usage, evidence, zone=utc, classes=classes)
    assert _identity(found)
    assert found.pieces["bytes"].sum() == usage.billed.sum()
    for one in classes:
        of_row = found.pieces[one.rows[found.pieces["record"].to_numpy(int)]]
        strangers = {"chat", "film", "maps"} - set(one.apps)
        assert not of_row["app"].isin(strangers).any()


def test_a_plan_that_names_the_free_apps_makes_a_class(bill, phone):
    usage, _ = _two_rows(bill, phone)
    (found,) = zero_rated_class(usage, [Allowance(id="all", bytes="6GB"), CHATS])
    assert found.apps == ("chat",)
    assert found.rows.sum() == 1


def test_a_plan_that_also_carries_hours_for_free_makes_none(bill, phone):
    usage, _ = _two_rows(bill, phone)
    nights = Allowance(id="nights", bytes="unlimited", zero_rated=True)
    assert zero_rated_class(usage, [CHATS, nights]) == ()
    assert zero_rated_class(UsageRecords.none(), [CHATS]) == ()


PLAN = """
id = "p"
name = "p"
provider = "x"
kind = "monthly"
currency = "EUR"
as_of = 2026-01-01
source = "test"
price = 5
period = { calendar_month_day = 1, tz = "UTC" }
zones = [{ id = "all", countries = ["*"] }]
[[allowances]]
id = "all"
bytes = "6GB"
[[allowances]]
id = "chats"
bytes = "unlimited"
zero_rated = true
apps = ["chat"]
"""


def test_a_case_with_such_a_plan_divides_free_rows_among_its_apps(bill, phone):
    usage, evidence = _two_rows(bill, phone)
    free = _number(usage, 4 * MB)
    reading = Reading(usage, evidence, ())
    plan = Plan.model_validate(tomllib.loads(PLAN))
    without, under = (
        analyse(reading, timezone="UTC", lang="en", plan=one).attribution for one in (None, plan)
    )
    assert _of_record(without, free, "film") > 2 * MB
    assert _of_record(under, free, "film") == 0
