from dataclasses import replace

import pytest

from esim_analysis.figures import company_bars
from esim_analysis.i18n import Words
from esim_analysis.leakage.by_network import by_network
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.tables import by_company, seen_contacts
from esim_analysis.model import Analysis
from tests.leakage.lives import MB, daily, facts, ordinary_month

READER = "com.example.brisa"


def _uses(ip, volume=2 * MB, clock="14:10", **more):
    return daily(READER, clock, 4, volume, days=range(1, 8), ip=ip, port=443, **more)


def _analysis(uses):
    told: Facts = facts(uses)
    return Analysis(told.usage, told.evidence, told.attribution, told.coverage, findings=())


def test_companies_behind_bare_addresses_are_networks_marked_as_approximate():
    case = _analysis([*ordinary_month(), *_uses("8.8.8.8"), *_uses("10.0.0.1", clock="16:10")])
    table = by_company(seen_contacts(case)).set_index("owner")
    assert table.loc["≈ AS15169 Google LLC", "contacts"] == 7
    assert set(table.index) == {"≈ AS15169 Google LLC", ""}
    for lang, word in (("en", "approximate"), ("es", "aproximado"), ("zh", "近似")):
        figure = company_bars(table.reset_index(), words=Words(lang))
        assert word in figure.layout.xaxis.title.text
    plain = company_bars(table.loc[[""]].reset_index(), words=Words())
    assert "approximate" not in plain.layout.xaxis.title.text


def test_the_owner_of_a_name_is_not_asked_of_its_address():
    case = _analysis([*ordinary_month(), *_uses("8.8.8.8", host="ulogs.umeng.com")])
    assert "Umeng (Alibaba)" in seen_contacts(case)["owner"].tolist()
    assert not seen_contacts(case)["owner"].str.startswith("≈").any()


def test_networks_of_a_group_are_named_by_their_bytes():
    uses = [*_uses("80.58.61.250", 3 * MB), *_uses("1.1.1.1", 1 * MB, "16:10")]
    told = facts([*ordinary_month(), *uses]).contacts
    parts = told[told["ip"] != ""].assign(group=0)
    (row,) = by_network(parts).to_dict("records")
    assert row["networks"] == "AS3352 TELEFONICA DE ESPANA S.A.U., AS13335 Cloudflare, Inc."
    assert row["carried"] == pytest.approx(0.25)


def test_a_host_under_a_content_network_never_outranks_the_apps_own_counter():
    """A capture that only knows hosts of a content network beside the phone's own counter."""
    counted = ordinary_month()
    carried = daily("unattributed", "10:00", 9, 90 * MB, days=range(1, 8),
                    host="video.akamaized.net", ip="1.1.1.1", port=443)  # fmt: skip
    alone, beside = facts(counted), facts(counted)
    seen = facts([*counted, *carried]).evidence
    beside = replace(beside, evidence=seen)
    assert beside.contacts["app"].isin([use.app for use in counted]).all()
    assert beside.contacts["bytes"].sum() == alone.contacts["bytes"].sum() == 0
