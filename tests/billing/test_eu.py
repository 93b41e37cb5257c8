"""EU rules as published: fair use, caps, membership, the cut-off."""

from datetime import date
from decimal import Decimal

import pytest

from esim_analysis.billing import eu

PUBLISHED = [
    # price, VAT in it, day, GB as published (rounded)
    ("9.95", "0.21", date(2021, 6, 1), "5.48"),  # 2 x 8.2231 / 3.00; Orange Go Walk says 5.5
    ("10", "0.21", date(2023, 6, 1), "9.18"),  # 2 x 8.2645 / 1.80
    ("10", "0.21", date(2024, 6, 1), "10.66"),  # 2 x 8.2645 / 1.55
    ("40", "0", date(2022, 7, 1), "40.00"),  # 2 x 40 / 2.00
    ("20", "0.21", date(2026, 6, 1), "30.05"),  # 2 x 16.5289 / 1.10
    ("20", "0.21", date(2027, 1, 1), "33.06"),  # 2 x 16.5289 / 1.00
]


@pytest.mark.parametrize(("price", "vat", "day", "published"), PUBLISHED)
def test_fair_use_is_twice_the_price_without_vat_by_the_cap(price, vat, day, published):
    volume = eu.fair_use_bytes(Decimal(price) / (1 + Decimal(vat)), day)

    assert f"{Decimal(volume) / 10**9:.2f}" == published


def test_fair_use_binds_only_below_half_the_cap_a_gigabyte():
    price = Decimal(20) / Decimal("1.21")  # 16.53 EUR

    assert not eu.fair_use_binds(price, 10 * 10**9, date(2026, 6, 1))  # 1.65 EUR/GB > 0.55
    assert eu.fair_use_binds(price, 100 * 10**9, date(2026, 6, 1))  # 0.17 EUR/GB < 0.55


def test_prepaid_credit_buys_credit_by_cap():
    assert eu.fair_use_of_credit(Decimal("5.50"), date(2026, 1, 1)) == 5_000_000_000


@pytest.mark.parametrize(
    ("day", "cap"),
    [
        (date(2017, 6, 15), "7.70"), (date(2017, 12, 31), "7.70"), (date(2018, 1, 1), "6.00"),
        (date(2019, 7, 1), "4.50"), (date(2020, 7, 1), "3.50"), (date(2021, 7, 1), "3.00"),
        (date(2022, 6, 30), "2.50"), (date(2022, 7, 1), "2.00"), (date(2023, 1, 1), "1.80"),
        (date(2024, 1, 1), "1.55"), (date(2025, 1, 1), "1.30"), (date(2026, 12, 31), "1.10"),
        (date(2027, 1, 1), "1.00"), (date(2032, 6, 30), "1.00"),
    ],
)  # fmt: skip
def test_the_surcharge_cap_of_a_day(day, cap):
    assert eu.surcharge_cap(day) == Decimal(cap)


def test_membership_by_date():
    assert {"UA", "MD"} <= eu.members(date(2026, 1, 1))
    assert not {"UA", "MD"} & eu.members(date(2025, 12, 31))
    assert {"ES", "IS", "LI", "NO", "RE"} <= eu.members(date(2017, 6, 15))
    assert "GB" in eu.members(date(2020, 12, 31))
    assert not {"GB", "CH", "AD", "MC", "SM", "TR", "RS"} & eu.members(date(2026, 11, 1))
    assert not eu.members(date(2017, 6, 14))


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        (date(2010, 6, 30), eu.NO_CUT_OFF), (date(2010, 7, 1), 50), (date(2012, 7, 1), 50),
        (date(2022, 7, 1), 50), (date(2026, 11, 28), 50),
    ],
)  # fmt: skip
def test_the_cut_off_of_a_day_is_fifty_euro_without_vat_since_july_2010(day, cost):
    assert eu.cut_off(day) == cost
