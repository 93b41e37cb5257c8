"""A whole case under its plan: the sample's bill, its forecast, its switches."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis import billing
from esim_analysis.billing.drafting import QUESTIONS, draft, revised, save
from esim_analysis.billing.saying import say_agreement
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import UsageError

SAMPLES = Path(__file__).parents[2] / "sample_data"
PLAN = f"{SAMPLES / 'plans.toml'}#xiaoli"
TODAY = pd.Timestamp("2026-11-22").date()
LEXI = "com.example.lexi"


@pytest.fixture(scope="module")
def case():
    return esim.open_case(SAMPLES / "xiaoli", plan=PLAN)


@pytest.fixture(scope="module")
def account(case):
    return case.account()


def at(case, moment: str) -> billing.Account:
    return billing.account(case.analysis, case.plan, as_of=pd.Timestamp(moment, tz="UTC"))


def test_the_charges_of_the_sample_bill_agree_with_its_plan(case, account):
    assert account.agreement.verdict == "agree"
    assert account.agreement.differing == 0
    assert "agree with this plan (€24.38)" in say_agreement(account.agreement, "EUR", case.words)
    # The operator rounds each record to the hundredth of a cent, the plan does not.
    assert account.metered.total.quantize(Decimal("0.01")) == Decimal("29.38")


def test_a_record_that_does_not_say_whether_it_roams_is_used_at_home(account):
    assert account.metered.assumed["zone"] == len(account.metered.records)
    assert account.metered.records["zone"].eq("home").all()
    assert account.metered.records["unpriced"].sum() == 0


def test_the_allowance_ends_on_the_second_night_of_the_leak(account):
    reached = account.warnings.set_index("threshold")["t_utc"]
    assert reached[0.8].tz_convert("Europe/Madrid").strftime("%d %H") == "13 02"
    assert account.warnings.set_index("threshold").loc[0.8, "app"] == LEXI


def test_before_the_leak_the_forecast_says_when_it_would_have_ended(case):
    line = at(case, "2026-10-12 22:00").forecast.lines.iloc[0]
    assert line["left"] == 949_069_000 or abs(line["left"] - 949_069_000) < 1_000_000
    assert line["ends_low_utc"] <= line["ends_middle_utc"] <= line["ends_high_utc"]
    assert line["ends_low_utc"].day == 16


def test_putting_the_leak_right_is_worth_most(account):
    saved = account.comparison[account.comparison["scenario"] == "without"]
    best = saved.loc[saved["saving"].idxmax()]
    assert best["app"] == LEXI
    assert Decimal(best["saving"]).quantize(Decimal("0.01")) == Decimal("11.52")


def test_information_is_nothing_to_put_right(case, account):
    assert {str(finding.severity) for finding in account.findings} <= {"low", "medium", "high"}
    assert len(account.findings) < len(case.findings())


def test_money_by_app_adds_up_to_the_charges(account):
    assert account.by_app["charge"].sum() == account.metered.charges


def test_the_burn_down_is_full_at_first_and_never_rises(case):
    frame = billing.burn_down(at(case, "2026-10-12 22:00"))
    assert frame["day"].tolist() == [f"2026-10-{day:02d}" for day in range(1, 32)]
    assert frame["seen"].sum() == 12
    seen, ahead = frame[frame["seen"]], frame[~frame["seen"]]
    assert seen["left"].is_monotonic_decreasing
    assert (ahead["low"] <= ahead["left"]).all()
    assert (ahead["left"] <= ahead["high"]).all()
    assert ahead["high"].is_monotonic_decreasing


def test_switching_more_off_never_costs_more_and_nothing_off_is_the_bill(case, account):
    told = billing.switchboard(account, case.analysis).set_index("off")
    bits = range(len(account.findings))
    assert len(told) == 2 ** len(account.findings)
    assert told["cost"][0] == account.metered.total
    for off in told.index:
        assert all(told["cost"][off | 1 << bit] <= told["cost"][off] for bit in bits)
    assert (told["cost_low"] <= told["cost"]).all()
    assert (told["cost"] <= told["cost_high"]).all()


def test_with_the_leak_off_the_allowance_would_have_lasted_longer(case, account):
    told = billing.switchboard(account, case.analysis).set_index("off")["until_utc"]
    assert told[0].tz_convert("Europe/Madrid").day == 13
    assert told[1].tz_convert("Europe/Madrid").day == 17


def test_without_an_app_its_bytes_are_gone_to_the_byte(case):
    divided = case.attribution()
    pieces = divided.pieces
    of_record = pieces[pieces["app"] == LEXI].groupby("record")["bytes"].sum()
    # Where the phone saw more than was billed, no more than the bill can go.
    billed = case.usage.billed.iloc[of_record.index.to_numpy("int64")].to_numpy("int64")
    of_lexi = np.minimum(of_record.to_numpy("int64"), billed).sum()
    less = billing.without(case.usage, divided, apps=[LEXI])
    assert case.usage.billed.sum() - less.billed.sum() == of_lexi
    both = billing.without(case.usage, divided, apps=[LEXI], findings=case.analysis.findings[:1])
    assert both.billed.sum() == less.billed.sum()


def test_findings_carry_the_plans_money_where_the_export_names_none(case, tmp_path):
    source = SAMPLES / "xiaoli" / "uso_datos_2026-10.csv"
    rows = source.read_text(encoding="cp1252").splitlines()
    bare = [";".join(row.split(";")[:-1]) for row in rows]
    (tmp_path / "uso.csv").write_text("\n".join(bare), encoding="cp1252")
    phone = [SAMPLES / "xiaoli" / name for name in ("netstats.txt", "packages.txt")]
    told = esim.open_case(tmp_path / "uso.csv", *phone, plan=PLAN)
    assert told.usage.frame["charge"].isna().all()
    top = told.analysis.findings[0]
    assert (top.app, top.currency) == (LEXI, "EUR")
    assert abs(top.cost - case.analysis.findings[0].cost) < Decimal("0.001")


def test_a_case_without_a_plan_has_no_account():
    assert esim.open_case(SAMPLES / "iphone-night").account() is None


ANSWERS = {"name": "Mine", "allowance": "5GB", "price": "9,99 €", "country": "es"}


def test_answers_make_a_plan_that_reads_back_equal(tmp_path):
    plan = draft(ANSWERS | {"cycle": "28 days from 2026-10-05", "after": "6 per GB"}, today=TODAY)
    assert (plan.price, plan.currency) == (Decimal("9.99"), "EUR")
    assert plan.period.anchor == pd.Timestamp("2026-10-05").date()
    assert plan.after["home"][0].per_gb == Decimal(6)
    path = save(plan, tmp_path / "plan.toml")
    assert billing.find_plan(path) == plan
    with pytest.raises(UsageError, match=r"plan\.toml exists"):
        save(plan, path)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("price", "cheap"),
        ("price", "10.00"),
        ("cycle", "whenever"),
        ("cycle", "28 days from 2026-13-05"),
        ("country", "Spain"),
        ("after", "it depends"),
    ],
)
def test_an_unclear_answer_is_said_with_the_form_that_is_clear(question, answer):
    with pytest.raises(UsageError) as said:
        draft(ANSWERS | {question: answer}, today=TODAY)
    assert repr(answer) in str(said.value)
    assert repr(QUESTIONS[question]) in str(said.value)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_examples_of_every_language_make_the_same_plan(lang):
    words = Words(lang, "UTC")
    told = {asked: words.say(f"plan_new.example_{asked}") for asked in QUESTIONS}
    plain = draft(QUESTIONS | {n: told[n] for n in ("name", "provider")}, today=TODAY)
    assert draft(told, today=TODAY) == plain


SAME_ANSWERS = {
    "allowance": [("2GB a day", "2GB al día", "每天 2GB"), ("unlimited", "sin límite", "不限量")],
    "price": [("8.99 EUR", "8,99 euros", "8.99 欧元"), ("30 CNY", "30 CNY", "30元")],
    "vat": [("21% added", "21 % aparte", "21% 另加"), ("none", "sin IVA", "无")],
    "cycle": [
        ("month 18", "mes 18", "每月18日"),
        ("28 days from 2026-10-05", "28 días desde 2026-10-05", "28 天，从 2026-10-05 起"),
        (
            "30 days from first use, once",
            "30 días desde el primer uso, una vez",
            "30天，从首次使用起，一次性",
        ),
        (
            "2026-10-01 to 2026-10-31",
            "2026-10-01 hasta 2026-10-31",
            "2026-10-01 至 2026-10-31",
        ),
    ],
    "rounding": [
        ("1KB per session", "1KB por sesión", "1KB 每次会话"),
        ("1MB per day", "1 MB por día", "1MB 每天"),
        ("none", "ninguno", "不取整"),
    ],
    "after": [
        ("6.00 per GB", "6,00 por GB", "6.00 每 GB"),
        ("2.00 per 100MB", "2,00 por 100MB", "2.00 每 100MB"),
        ("stops", "se corta", "停用"),
    ],
    "abroad": [("6.50 per MB", "6,50 por MB", "6.50 每 MB"), ("not served", "sin servicio", "无服务")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "forms"), [(asked, forms) for asked, all_ in SAME_ANSWERS.items() for forms in all_]
)
def test_an_answer_means_the_same_in_three_languages(asked, forms):
    plans = [draft(ANSWERS | {asked: form}, today=TODAY) for form in forms]
    assert plans[0] == plans[1] == plans[2]
    assert (plans[0] != draft(ANSWERS, today=TODAY)) == (forms[0] != QUESTIONS[asked])


def test_a_name_is_never_translated():
    assert (
        draft(ANSWERS | {"name": "Mes sin límite 每天"}, today=TODAY).name == "Mes sin límite 每天"
    )


def test_a_copy_of_an_example_keeps_its_terms_and_says_where_they_are_from():
    example = billing.find_plan("es-vodafone-prepago-s")
    plan = revised(example, {"price": "12 EUR"})
    assert (plan.price, plan.allowances) == (Decimal(12), example.allowances)
    assert plan.source == "own copy of es-vodafone-prepago-s"


@pytest.mark.parametrize("plan", billing.example_plans(), ids=lambda plan: plan.id)
def test_a_new_price_changes_no_other_term_of_a_plan(plan):
    told = revised(plan, {"price": f"77.70 {plan.currency}"})
    own = {"id", "source", "fictitious", "price"}
    assert told.price == Decimal("77.70")
    assert told.model_dump(exclude=own) == plan.model_dump(exclude=own)


def test_the_answers_reach_every_term_that_is_asked_for():
    told = draft(
        ANSWERS
        | {
            "allowance": "2 GB a day",
            "vat": "21% added",
            "cycle": "10 days from first use, once",
            "gb": "1024",
            "rounding": "1 KB per session",
            "after": "2.00 per 100MB",
            "abroad": "6.50 per MB",
        },
        today=TODAY,
    )
    (share,) = told.allowances
    assert (share.bytes, share.per, share.zones) == ("2GB", "day", ("home", "eea"))
    assert (told.vat.rate, told.vat.included) == (Decimal("0.21"), False)
    assert (told.period.days, told.period.starts, told.period.auto_renew) == (
        10,
        "first_use",
        False,
    )
    assert told.size("1GB") == 2**30
    assert (told.increment.bytes, told.increment.per) == ("1KB", "session")
    assert told.after["home"][0].price == told.after["eea"][0].price == Decimal(2)
    assert told.after["rest"][0].per_mb == Decimal("6.50")


@pytest.mark.parametrize(
    ("cycle", "period"),
    [
        ("month 18", {"calendar_month_day": 18}),
        ("30 days from purchase 2026-10-05", {"days": 30, "starts": "purchase"}),
        ("30 days from install 2026-10-05", {"days": 30, "starts": "install"}),
        ("7 days, once", {"days": 7, "auto_renew": False}),
        ("2026-10-01 to 2026-10-15", {"first": pd.Timestamp("2026-10-01").date()}),
    ],
)
def test_every_kind_of_cycle_can_be_answered(cycle, period):
    told = draft(ANSWERS | {"cycle": cycle}, today=TODAY).period
    assert {name: getattr(told, name) for name in period} == period


def test_a_plan_nobody_has_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="did you mean 'es-vodafone-prepago-s'"):
        billing.find_plan("es-vodafone-prepago")
    with pytest.raises(UsageError, match="plan list"):
        billing.find_plan(tmp_path / "none.toml")


def test_a_plan_that_ended_before_the_bill_did_still_has_an_account(sample_data):
    case = esim.open_case(sample_data / "xiaoli", plan="travel-spain-5gb-30d")
    told = case.account()
    assert told.gains.empty
    assert set(told.warnings["threshold"]) == {0.5, 0.8, 1.0}
    assert "No period of this plan is running" in str(case.forecast())
