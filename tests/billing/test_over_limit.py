"""Over-limit warnings: threshold, moment, the app behind the last stretch, what to do."""

from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis.billing import (
    agreement,
    compare,
    days_gained,
    example_plans,
    forecast,
    meter,
    warnings,
)
from esim_analysis.billing.saying import (
    say_agreement,
    say_assumed,
    say_comparison,
    say_forecast,
    say_gain,
    say_plan,
    say_warning,
)
from esim_analysis.i18n import LANGUAGES, Words
from tests.billing.builders import a_plan, attributed, leak, usage

USES = [
    "2026-10-01 10:00 ES 400MB app=video",
    "2026-10-02 10:00 ES 100MB app=chat",
    "2026-10-03 10:00 ES 300MB app=lexi:2,chat:1",
    "2026-10-04 10:00 ES 250MB",
]
PLAN = a_plan(
    allowances=[{"id": "main", "bytes": "1GB"}],
    addons=[{"id": "plus-1gb", "bytes": "1GB", "price": "3.00", "days": 30}],
    after={"home": [{"block": "100MB", "price": "5.00"}]},
)


def test_each_threshold_names_the_app_of_the_stretch_before_it():
    # 50 % with the 2nd record (500 MB: 400 video); 80 % with the 3rd (300 MB: 200 lexi);
    # 100 % in the 4th, which no app is named for
    told = warnings(meter(usage(USES), PLAN), attributed(USES))

    assert told["threshold"].tolist() == [0.5, 0.8, 1.0]
    assert told["app"].tolist() == ["video", "lexi", "unattributed"]
    assert told["app_bytes"].tolist() == [400_000_000, 200_000_000, 250_000_000]
    assert told["stretch"].tolist() == [500_000_000, 300_000_000, 250_000_000]
    assert told["pause"].tolist() == ["video", "lexi", ""]


def test_the_upgrade_is_the_cheapest_way_on():
    told = warnings(meter(usage(USES), PLAN), attributed(USES))

    assert set(told["upgrade"]) == {"plus-1gb"}
    assert set(told["upgrade_price"]) == {Decimal(3)}
    assert set(told["upgrade_bytes"]) == {1_000_000_000}


def test_lines_have_their_own_causes_and_a_shared_plan_one():
    uses = [
        "2026-10-01 10:00 ES 600MB app=video line=a",
        "2026-10-01 11:00 ES 600MB app=lexi line=b",
    ]
    apart = warnings(meter(usage(uses), PLAN), attributed(uses))
    shared = a_plan(allowances=[{"id": "main", "bytes": "1GB"}], shared={})
    together = warnings(meter(usage(uses), shared), attributed(uses))

    assert apart[["line", "app"]].to_numpy().tolist() == [["a", "video"], ["b", "lexi"]]
    assert together[["line", "threshold", "app"]].to_numpy().tolist() == [
        ["", 0.5, "video"],
        ["", 0.8, "lexi"],
        ["", 1.0, "lexi"],
    ]


def test_without_evidence_the_cause_stays_empty():
    told = warnings(meter(usage(USES), PLAN))

    assert told["threshold"].tolist() == [0.5, 0.8, 1.0]
    assert set(told["app"]) == {""}
    assert told["stretch"].isna().all()


def test_no_threshold_no_event():
    assert len(warnings(meter(usage(USES[:1]), PLAN), attributed(USES[:1]))) == 0


def test_a_warning_in_words():
    event = warnings(meter(usage(USES), PLAN), attributed(USES)).iloc[1]
    told = say_warning(event, PLAN, Words("en", "Europe/Madrid"), label=str.title)

    assert told == [
        "80% of main (1.00\N{NO-BREAK SPACE}GB) were used by 3 Oct 2026 10:10 UTC+2.",
        "Most of the last stretch: Lexi (200\N{NO-BREAK SPACE}MB).",
        "Pausing Lexi would slow this down.",
        "To go on: 1.00\N{NO-BREAK SPACE}GB for €3.00.",
    ]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "80% of the roaming cut-off (€60.50) was reached by 1 Oct 2026 10:48 UTC+2."),
        ("es", "El 1 oct 2026 10:48 UTC+2 se alcanzó el 80 % del límite de roaming (60,50 €)."),
        ("zh", "到2026年10月1日 10:48 UTC+2，漫游费用上限（€60.50）已达 80%。"),
    ],
)
def test_the_cut_off_is_told_in_money(lang, said):
    # 1.21 EUR/MB with VAT: 80 % of 60.50 is 40 of 50 MB
    plan = a_plan(
        vat={"rate": Decimal("0.21"), "included": True},
        cut_off={"cost": "eu_cut_off"},
        zones=[{"id": "home", "countries": ["ES"]}, {"id": "row", "countries": ["*"]}],
        after={"row": [{"per_mb": "1.21"}]},
    )
    event = warnings(meter(usage(["2026-10-01 10:00 TR 50MB min=60"]), plan)).iloc[0]

    told = say_warning(event, plan, Words(lang, "Europe/Madrid"))
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in told] == [said]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_can_be_said_in_every_language(lang):
    words, at = Words(lang, "Europe/Madrid"), pd.Timestamp("2026-10-08", tz="Europe/Madrid")
    records, attribution = usage(USES), attributed(USES)
    metered = meter(records, PLAN)
    told = forecast(records, a_plan(allowances=[{"bytes": "3GB"}]), at)
    compared = compare(records, [PLAN], [leak("lexi", "2026-10-03 10:00", 10, "200MB")])
    sentences = [
        *say_forecast(told.lines.iloc[0], words),
        *[s for _, event in warnings(metered, attribution).iterrows()
          for s in say_warning(event, PLAN, words)],
        *[s for _, row in compared.iterrows() for s in say_comparison(row, words)],
        *[s for plan in example_plans() for s in say_plan(plan, words, today=at.date())],
        *[say_gain(row, words) for _, row in days_gained(told, attribution).iterrows()],
        *say_assumed(dict.fromkeys(("zone", "session", "clock", "begin", "apps", "lines", "nowhere"), 2), words),
        say_agreement(agreement(records, PLAN), "EUR", words),
    ]  # fmt: skip

    assert len(sentences) > 60
    assert all(sentence and "{" not in sentence for sentence in sentences)
