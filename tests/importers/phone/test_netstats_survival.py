"""What happens to netstats dumps on their way from a phone to us."""

import codecs
import gzip
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netstats import IMPORTER
from esim_analysis.model import FileError

MOBILE = "{type=0, ratType=13, subscriberId=214070..., metered=true, subId=3, transports={0, 4}}"
WIFI = '{type=1, ratType=COMBINED, wifiNetworkKey="Café"open, metered=false, subId=-1}'
ROWS = [
    "st=1790971200 rb=500 rp=3 tb=50 tp=2 op=0",
    "st=1790978400 rb=1000 rp=3 tb=100 tp=2 op=0",
]
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def frame(file):
    assert IMPORTER.recognise(file)
    return IMPORTER.read(file, ReadOptions()).evidence.frame


def volume(file):
    rows = frame(file)
    return int((rows["bytes_up"].fillna(0) + rows["bytes_down"].fillna(0)).sum())


@pytest.fixture
def text(dump):
    return dump((MOBILE, 10123, "DEFAULT", ROWS), (WIFI, 10200, "FOREGROUND", ROWS))


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\r\n").encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: ("* daemon not running; starting now\n* daemon started\n" + text).encode(),
        lambda text: (
            text.replace("  ident", "\u00a0\u00a0ident").replace(" rp", "\u00a0rp").encode()
        ),
        lambda text: text.replace("UID stats:", "UID stats：").encode(),
        lambda text: "\n".join(line.strip() for line in text.split("\n")).encode(),
        lambda text: text.replace(" op=0", "").encode(),
        lambda text: text.replace(" op=0", " op=0 zz=5").encode(),
        lambda text: text.replace("metered=", "somethingNew=a b, metered=").encode(),
        lambda text: text.replace("00 rb", "00000 rb").encode(),
        lambda text: gzip.compress(text.encode()),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=[
        "utf-16 with mark",
        "utf-16 without mark",
        "cr lf",
        "cr cr lf",
        "utf-8 mark",
        "daemon lines",
        "hard spaces",
        "wide colon",
        "indentation lost",
        "no op",
        "new key in rows",
        "new key in idents",
        "milliseconds",
        "gzip",
        "no last newline",
    ],
)
def test_the_text_reads_the_same_after(write, text, mangle):
    assert volume(write(mangle(text))) == 3300


def test_a_row_cut_at_the_end_is_dropped_and_named(write, text):
    cut = text[: text.rindex(" tp=")][:-1]
    imported = IMPORTER.read(write(cut), ReadOptions())
    assert len(imported.evidence.frame) == 3
    rejected = imported.evidence.rejected.iloc[0]
    assert (rejected["line"], rejected["reason"]) == ("12", "the file ends inside this row")
    assert "The file ends inside a row; that row was left out." in imported.notes


def test_zero_rows_prove_nothing_and_are_dropped(write, dump):
    rows = [*ROWS, "st=1790985600 rb=0 rp=0 tb=0 tp=0 op=0"]
    assert len(frame(write(dump((MOBILE, 10123, "DEFAULT", rows))))) == 2


def test_an_absent_count_is_unknown_not_zero(write, dump):
    rows = frame(write(dump((MOBILE, 10123, "DEFAULT", ["st=1790978400 rb=9 rp=1"]), xt="\n")))
    assert rows["bytes_down"].tolist() == [9]
    assert rows["bytes_up"].isna().all()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("st=17909784x0 rb=1 rp=1 tb=1 tp=1 op=0", "row"),
        ("st=1790978400 rb=-5 rp=1 tb=1 tp=1 op=0", "row"),
        ("st=1790978400 rb=99999999999999999 rp=1 tb=1 tp=1 op=0", "row"),
        ("st=-5 rb=1 rp=1 tb=1 tp=1 op=0", "row"),
        ("st=99999999999 rb=1 rp=1 tb=1 tp=1 op=0", "row"),
        ("st=1790978400 rp=1 tp=1 op=0", "rb, tb"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_and_the_rest_stands(write, dump, row, field):
    file = write(dump((MOBILE, 10123, "DEFAULT", [row, *ROWS])))
    evidence = IMPORTER.read(file, ReadOptions()).evidence
    assert len(evidence.frame) == 2
    assert evidence.rejected[["line", "field"]].to_numpy().tolist() == [["7", field]]


def test_rows_under_an_unreadable_series_line_belong_to_nobody(write, text):
    broken = text.replace("uid=10200 set", "uid=xx set")
    evidence = IMPORTER.read(write(broken), ReadOptions()).evidence
    assert set(evidence.frame["app"]) == {"uid:10123"}
    assert evidence.rejected["line"].tolist() == ["9", "11", "12"]


@pytest.mark.parametrize("length", ["", "bucketDuration=x", "bucketDuration=0"])
def test_a_series_without_bucket_length_is_rejected(write, text, length):
    broken = text.replace("bucketDuration=7200", length, 1)
    evidence = IMPORTER.read(write(broken), ReadOptions()).evidence
    assert set(evidence.frame["app"]) == {"uid:10200"}
    assert set(evidence.rejected["field"]) == {"bucketDuration"}


@pytest.mark.parametrize(
    "stamp", ["0000-00-00T00:00:00", "9999-12-31T23:59:59.1", "1970-01-01 00:00:00"]
)
def test_a_poll_event_of_an_absurd_year_is_not_believed(write, dump, stamp):
    above = f"Recent poll events:\n  {stamp} - Poll(flags=3)\n"
    assert volume(write(dump((MOBILE, 10123, "DEFAULT", ROWS), above=above))) == 1650


def test_numbers_no_phone_prints_do_not_break_the_reading(write, dump):
    ident = MOBILE.replace("subId=3", "subId=99999999999999999999")
    assert frame(write(dump((ident, 10123, "DEFAULT", ROWS))))["sim_sub_id"].isna().all()


@pytest.mark.parametrize(
    ("text", "said", "command"),
    [
        (
            (
                "Permission Denial: can't dump NetworkStats from from pid=1, uid=10318 due to missing "
                "android.permission.DUMP permission"
            ),
            "Permission Denial",
            "adb shell dumpsys netstats --full --uid",
        ),
        ("Active UID interfaces:\nDev stats:\nXt stats:\n", "UID stats", "--full --uid"),
        ("Forced poll\n", "UID stats", "--full --uid"),
        ("Xt stats:\nUID stats:\n  Complete history:\n", "no readable bytes", "--full --uid"),
    ],
)
def test_a_dump_that_cannot_help_says_what_to_run(write, text, said, command):
    file = write(text)
    assert IMPORTER.recognise(file)
    with pytest.raises(FileError) as error:
        IMPORTER.read(file, ReadOptions())
    assert said in error.value.found
    assert command in error.value.next_step


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x00\x00", b"date,app,MB\n1,2,3\n"])
def test_other_files_are_not_taken_for_netstats(write, content):
    assert not IMPORTER.recognise(write(content))


def test_the_same_dump_pasted_twice_counts_once(write, text):
    assert volume(write(text + text)) == 3300


def test_of_two_dumps_in_one_file_the_larger_bucket_stands(write, dump):
    def at(down):
        return dump((MOBILE, 10123, "DEFAULT", [f"st=1790978400 rb={down} rp=1 tb=0 tp=1 op=0"]))

    assert volume(write(at(700) + at(900))) == 900
    assert volume(write(at(900) + at(700))) == 900


def test_two_dumps_three_months_apart_are_each_judged_by_their_own_moment(write, dump):
    def at(start):
        return dump((MOBILE, 10123, "DEFAULT", [f"st={start} rb=1 rp=1 tb=0 tp=1 op=0"]))

    assert len(frame(write(at(1790978400) + at(1790978400 - 200 * 86400)))) == 2


def test_one_key_twice_in_one_dump_is_two_networks_and_adds_up(write, dump):
    series = (MOBILE, 10123, "DEFAULT", [ROWS[0]])
    assert volume(write(dump(series, series))) == 1100


@SLOW_FILES
@given(data=st.data())
def test_a_file_cut_anywhere_is_an_error_in_words_or_less_of_the_same(write, sample, data):
    whole = sample("netstats/android_14.txt")
    content = whole.text
    cut = write(content[: data.draw(st.integers(0, len(content)))])
    try:
        rows = IMPORTER.read(cut, ReadOptions()).evidence.frame
    except FileError:
        return
    all_rows = frame(whole)
    assert rows["bytes_down"].sum() <= all_rows["bytes_down"].sum()
    assert set(rows["source_row"]) <= set(all_rows["source_row"])


@SLOW_FILES
@given(seed=st.integers(0, 2**32))
def test_the_order_of_series_changes_nothing_but_line_numbers(write, sample, seed):
    head, rest = sample("netstats/android_14.txt").text.split("UID stats:\n")
    body, tail = rest.split("UID tag stats:\n")
    opening, *series = body.split("  ident=")
    random.Random(seed).shuffle(series)  # noqa: S311 - an order, not a secret
    shuffled = "  ident=".join([opening, *series])
    file = write(f"{head}UID stats:\n{shuffled}UID tag stats:\n{tail}", "android_14.txt")
    place = ["source_row"]
    before = frame(sample("netstats/android_14.txt")).drop(columns=place)
    after = frame(file).drop(columns=place)
    keys = ["start_utc", "app", "uid", "ground", "interface", "bytes_down"]
    assert (
        after.sort_values(keys, ignore_index=True)
        .astype("str")
        .equals(before.sort_values(keys, ignore_index=True).astype("str"))
    )


@SLOW_FILES
@given(noise=st.text(alphabet=st.characters(codec="utf-8"), max_size=60), data=st.data())
def test_noise_anywhere_is_never_more_than_an_error_in_words(write, sample, noise, data):
    content = sample("netstats/android_14.txt").text
    at = data.draw(st.integers(0, len(content)))
    file = write(content[:at] + noise + content[at:])
    try:
        IMPORTER.read(file, ReadOptions())
    except FileError as error:
        assert "adb shell dumpsys netstats" in error.next_step  # noqa: PT017 - either is fine
