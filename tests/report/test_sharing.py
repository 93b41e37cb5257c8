"""What a shared file tells at each level: tables and view alike, and not a word more."""

import html as markup
import re
from dataclasses import replace

import numpy as np
import pytest

from esim_analysis.case import open_case
from esim_analysis.explorer import packing
from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import FileError, Source
from esim_analysis.reference import apps as reference_apps
from esim_analysis.report.hours_table import week_bytes
from esim_analysis.report.html import render
from esim_analysis.report.sharing import SHARE_LEVELS

LIMIT = 900_000
# What nobody may find in a file that was sent on.
IMSI, ICCID, PHONE = "214079999912345", "8934071234567890123", "+34 612 345 678"
ADDRESS, HOST, USER = "10.133.7.42", "cdn.lexi-words.example.com", "anali"
SECRETS = (IMSI, ICCID, PHONE, ADDRESS, USER, "/home/", "612 345", "612345678")


@pytest.fixture(scope="module")
def loaded(builders):
    """Return the case of three nights with everything in it that may not leave the computer."""
    analysis = builders.xiaoli()
    evidence = analysis.evidence
    night = analysis.findings[0].windows[0]
    facts = evidence.frame.head(0).reindex([0, 1])
    facts = facts.assign(
        line="", sim_plmn="", start_utc=night.start_utc, end_utc=night.end_utc, app=builders.LEXI,
        ground="background", interface="cellular", time_kind="flow",
        remote_host=[HOST, ""], remote_ip=["", ADDRESS], bytes_up=1000, bytes_down=[9_000, 500],
    )  # fmt: skip
    notes = (f"SIM {ICCID}, IMSI {IMSI}, called {PHONE} from {ADDRESS}", f"/home/{USER}/bill.csv was read",
             f"{builders.LEXI} shares its uid")  # fmt: skip
    source = Source(f"/home/{USER}/{IMSI}.txt", "netstats", "0" * 64, 2, 2, notes=notes)
    problem = FileError(f"/home/{USER}/{ICCID}.csv", "a photo", "export the bill as CSV")
    return replace(
        analysis,
        evidence=replace(evidence, frame=facts.astype(evidence.frame.dtypes), sources=(source,)),
        problems=(problem,),
    )


def everything(html):
    """Return a page with its packed data as text: what somebody who looks for it can read."""
    blocks = re.findall(r'data-esim="[^"]+">([^<]+)</script>', html)
    assert blocks
    return html + "".join(str(packing.unpack(block)[0]) for block in blocks)


def told(html):
    words = re.sub(r"<(script|template|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return markup.unescape(re.sub(r"<[^>]+>", " ", words)).replace("\u00a0", " ")


@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("share", SHARE_LEVELS)
def test_no_level_tells_who_and_where(loaded, share, redact):
    page = everything(render(loaded, share=share, redact=redact))
    assert [secret for secret in SECRETS if secret in page] == []


@pytest.mark.parametrize(
    ("share", "domain", "host"),
    [("apps", False, False), ("apps-hourly", False, False),
     ("domains", True, False), ("full", True, True)],
)  # fmt: skip
def test_hosts_are_told_from_their_level_on_in_table_and_view(loaded, share, domain, host):
    html = render(loaded, share=share)
    for page in (told(html), everything(html).split("</html>")[1]):
        assert ("example.com" in page) == domain
        assert (HOST in page) == host
    assert ("Which hosts did it talk to?" in told(html)) == domain


@pytest.mark.parametrize("share", SHARE_LEVELS)
def test_without_names_neither_app_nor_host_nor_file_is_named(loaded, builders, share):
    page = everything(render(loaded, share=share, redact=True))
    kept = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    for name in ("Lexi", builders.LEXI, "StreamTV", "com.stream.video", "com.tencent.mm",
                 "com.maps", "example.com", "consumo.csv"):  # fmt: skip
        assert name not in kept
    assert "App 1" in told(kept)


def test_a_redacted_app_is_called_the_same_in_sentence_and_view(loaded):
    html = render(loaded, redact=True)
    head = packing.unpack(re.search(r'data-esim="head">([^<]+)<', html)[1])[0]
    assert head["names"]["en"][0] in told(html)
    observed = head["findings"][0]["said"]["en"]["observation"].replace("\u00a0", " ")
    assert observed in told(html)


def test_hours_outside_findings_are_told_from_their_level_on(loaded):
    assert "At what hours of the week?" not in told(render(loaded, share="apps"))
    assert "At what hours of the week?" in told(render(loaded, share="apps-hourly"))


def test_the_hours_of_the_week_sum_to_the_bill_and_stand_where_they_were(loaded):
    sums = week_bytes(loaded)
    assert sums.sum() == 5_932_000_000
    assert sums[2, 1] == 640_000_000  # Tuesday 13 October, from 02:10 to 02:58
    assert sums[12].min() > 0  # one app at noon, every day


def test_table_and_view_agree_on_every_hour(loaded):
    html = render(loaded, share="apps-hourly")
    index, columns = packing.unpack(re.search(r'data-esim="line-0">([^<]+)<', html)[1])
    sizes = [group[3] for group in index["groups"]]
    ends = np.cumsum(sizes)
    starts = np.repeat(ends - sizes, sizes)
    running = np.cumsum(columns["pos"])
    before = np.where(starts > 0, running[np.maximum(starts - 1, 0)], 0)
    by_hour = np.bincount(running - before, columns["bytes"])
    assert by_hour.sum() == week_bytes(loaded).sum()
    assert by_hour.max() == 640_000_000


@pytest.mark.parametrize(
    ("share", "inside", "outside"),
    [
        ("apps", ("names of apps", "the hours of the findings"), ("hosts and domains", "hours")),
        ("apps-hourly", ("every hour of the period",), ("hosts and domains",)),
        ("domains", ("every hour", "registered domains"), ("full host names",)),
        ("full", ("every hour", "full host names"), ("subscriber numbers",)),
    ],
)
def test_the_footer_says_what_is_inside_and_what_is_not(loaded, share, inside, outside):
    footer = told(render(loaded, share=share)).split("In this file")[1]
    contains, left_out = footer.split("Not in this file")
    for each in inside:
        assert each in contains
    for each in outside:
        assert each in left_out


def test_the_footer_of_a_redacted_file_says_so(loaded):
    footer = told(render(loaded, share="full", redact=True)).split("In this file")[1]
    contains, left_out = footer.split("Not in this file")
    assert "apps by kind and number" in contains
    assert "names of apps" not in contains
    assert "hosts and domains" in left_out
    assert "names of apps" in left_out


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_kind_of_app_has_a_name(lang):
    from esim_analysis.i18n import keys  # noqa: PLC0415 - one test

    kinds = {app["category"] for app in reference_apps._by_id().values()}
    assert {f"apps.kind_{kind}" for kind in kinds} <= set(keys(lang))


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARE_LEVELS)
def test_a_report_stays_small(sample_data, share):
    case = open_case(sample_data / "xiaoli")
    size = len(render(case.analysis, share=share).encode())
    print(f"{share}: {size / 1e6:.2f} MB")  # noqa: T201 - read with -s
    assert size <= LIMIT


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "can only be of Lexi Dictionary; 3.0 MB"), ("zh", "3 条计费记录（9.0 MB）只能属于")],
)
def test_what_is_to_be_known_of_the_division_is_told_without_naming_apps_in_a_redacted_file(
    builders, lang, said
):
    analysis = builders.xiaoli()
    told = {"rows": 3, "total": "9.0 MB", "apps": builders.LEXI, "left": "3.0 MB"}
    note = sentence("attribution.class_unseen", **told)
    analysis = replace(analysis, attribution=replace(analysis.attribution, notes=(note,)))
    page, redacted = (render(analysis, lang=lang, redact=redact) for redact in (False, True))
    assert said in markup.unescape(page)
    assert "9.0 MB" in redacted
    assert builders.LEXI not in redacted
