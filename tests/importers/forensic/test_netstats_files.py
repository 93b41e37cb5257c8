"""Android's own traffic files: what the dump says in words, the files say in bytes."""

import importlib.util
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import netstats
from esim_analysis.importers.phone.netstats_files import IMPORTER
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

_SPEC = importlib.util.spec_from_file_location("anet", Path(__file__).with_name("anet.py"))
anet = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(anet)
History, Identities, Member = anet.History, anet.Identities, anet.Member

SAMPLES = Path(__file__).parent / "samples"
HOUR = 3_600_000
START = 1_790_892_000_000  # 2026-10-01 22:00 UTC
WIFI = Member(kind=1, imsi="", wifi='"My }] net"', metered=False, sub=-1)


def _file(folder, content, name="uid.1790000000000-"):
    path = folder / name
    path.write_bytes(content)
    return SourceFile(path, name)


def _read(folder, content, name="uid.1790000000000-"):
    return IMPORTER.read(_file(folder, content, name), ReadOptions())


def _buckets(*volumes, first=START):
    return tuple((first + place * 2 * HOUR, down, up) for place, (down, up) in enumerate(volumes))


PHONE = (
    Identities((
        History(10123, 0, buckets=_buckets((1000, 100), (0, 0), (5, 2**40))),
        History(10123, 1, buckets=_buckets((7000, 700))),
        History(10123, 0, tag=0xFFFFFF01 - 2**32, buckets=_buckets((900, 90))),
        History(-5, 0, buckets=_buckets((30_000, 3_000))),
        History(1_010_124, 0, buckets=_buckets((11, 1))),
        History(1000, 0, buckets=_buckets((12, 2))),
        History(10125, 1001, buckets=_buckets((4, 4))),
    )),
    Identities((History(10123, 0, buckets=_buckets((50, 5))),), (WIFI,)),
    Identities((History(10126, 0, buckets=_buckets((60, 6))),), (Member(roaming=True),)),
)  # fmt: skip


def _dump(*identities):
    """Write the same series as `dumpsys netstats --full --uid` prints them."""
    sets = {0: "DEFAULT", 1: "FOREGROUND", 1001: "DBG_VPN_IN"}
    lines = ["UID stats:", "  Pending bytes: 0", "  Complete history:"]
    for one in identities:
        (member,) = one.members
        ident = f"type={member.kind}, ratType=13"
        ident += f", subscriberId={member.imsi[:6]}..." if member.imsi else ""
        ident += f", wifiNetworkKey={member.wifi}wpa2-psk" if member.wifi else ""
        ident += ", ROAMING" if member.roaming else ""
        ident += f", metered={str(member.metered).lower()}, defaultNetwork=true, subId={member.sub}"
        for history in one.histories:
            tag = hex(history.tag & 0xFFFFFFFF)
            lines.append(
                f"  ident=[{{{ident}}}] uid={history.uid} set={sets[history.set]} tag={tag}"
            )
            lines.append("    NetworkStatsHistory: bucketDuration=7200")
            lines += [f"      st={start // 1000} rb={down} rp=0 tb={up} tp=0 op=0"
                      for start, down, up in history.buckets]  # fmt: skip
    return "\n".join(lines) + "\n"


def test_files_and_dump_of_one_phone_say_the_same(tmp_path):
    binary = _read(tmp_path, anet.collection(*PHONE)).evidence.frame
    path = tmp_path / "netstats.txt"
    path.write_text(_dump(*PHONE))
    text = netstats.read(SourceFile(path, path.name), ReadOptions()).evidence.frame
    where = ["source", "source_row"]
    order = [name for name in binary.columns if name not in where]
    told, wanted = (
        frame.drop(columns=where).sort_values(order, ignore_index=True) for frame in (binary, text)
    )
    pd.testing.assert_frame_equal(told, wanted)
    assert binary["bytes_up"].sum() == 100 + 2**40 + 700 + 3000 + 1 + 2 + 5 + 6


def test_tags_and_tunnel_copies_are_no_bytes_of_their_own(tmp_path):
    frame = _read(tmp_path, anet.collection(*PHONE)).evidence.frame
    assert not frame["bytes_up"].isin([90, 4]).any()
    tags = Identities((History(10123, tag=1, buckets=_buckets((9, 9))),))
    only = _read(tmp_path, anet.collection(tags), "uid_tag.1-2")
    assert only.evidence.frame.empty
    assert "tagged traffic only" in " ".join(only.notes)


def test_a_full_subscriber_number_and_a_wifi_name_never_leave_the_file(tmp_path):
    told = _read(tmp_path, anet.collection(*PHONE))
    text = told.evidence.frame.to_csv() + str(told.notes) + str(told.evidence.sources)
    assert "0123456789" not in text
    assert "My }]" not in text
    assert set(told.evidence.frame["sim_plmn"]) == {"214-07", ""}


@pytest.mark.parametrize("version", range(1, 9))
@pytest.mark.parametrize("history", [1, 2, 3])
def test_every_known_version_gives_the_same_bytes(tmp_path, version, history):
    one = Identities(
        (History(10123, buckets=_buckets((300, 2**33), (1, 0)), version=history),), version=version
    )
    frame = _read(tmp_path, anet.collection(one)).evidence.frame
    assert frame["bytes_down"].tolist() == [300, 1]
    assert frame["bytes_up"].sum() == 2**33
    assert frame["sim_plmn"].unique().tolist() == ["214-07"]
    assert frame["metered"].all()
    assert frame["sim_sub_id"].notna().all() == (version >= 7)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (anet.collection(*PHONE, version=17), "collection version 17; known is 16"),
        (anet.collection(*PHONE, version=4), "collection version 4"),
        (anet.collection(Identities(PHONE[0].histories, version=9)), "identity version 9; known"),
        (anet.collection(Identities((History(1, version=11),))), "history version 11; known"),
        (b"ANET", "damaged"),
        (b"ANET\0\0\0\x10\x7f\xff\xff\xff", "damaged"),
        (anet.collection(), "no buckets"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence_that_names_the_way_on(tmp_path, content, said):
    with pytest.raises(FileError, match=said) as caught:
        _read(tmp_path, content)
    assert "dumpsys netstats --full --uid" in str(caught.value)
    for lang in LANGUAGES:
        assert Words(lang).trouble(caught.value)


def test_a_cut_file_gives_what_is_before_the_cut_and_says_so(tmp_path):
    whole = anet.collection(*PHONE)
    told = _read(tmp_path, whole[:-20])
    assert "ends inside a series" in " ".join(told.notes)
    assert told.evidence.frame["bytes_up"].sum() == 100 + 2**40 + 700 + 3000 + 1 + 2 + 5


def test_impossible_counts_are_kept_aside(tmp_path):
    odd = Identities((
        History(10123, buckets=((START, 5, 5), (START, 2**62, 1), (2**62, 1, 1))),
        History(10124, 7, buckets=_buckets((1, 1))),
    ))  # fmt: skip
    told = _read(tmp_path, anet.collection(odd)).evidence
    assert told.frame["bytes_down"].tolist() == [5]
    assert len(told.rejected) == 3


def test_totals_of_the_device_are_for_comparison_only(tmp_path):
    xt = Identities((History(-1, -1, buckets=_buckets((10, 20)), bucket_ms=HOUR),))
    told = _read(tmp_path, anet.collection(xt), "xt.1790000000000-")
    assert told.evidence.frame.empty
    assert told.evidence.device_totals["bytes_up"].tolist() == [20]
    dev = _read(tmp_path, anet.collection(xt), "dev.1790000000000-")
    assert combine_evidence([told, dev]).device_totals["bytes_up"].tolist() == [20]


def _one(*volumes, first=START):
    return anet.collection(Identities((History(10123, buckets=_buckets(*volumes, first=first)),)))


def test_a_bucket_in_two_files_of_a_collection_is_added(tmp_path):
    early = _read(tmp_path, _one((100, 0), (30, 0)), "uid.1000-2000")
    late = _read(tmp_path, _one((70, 0), (5, 0), first=START + 2 * HOUR), "uid.2000-")
    for order in ([early, late], [late, early]):
        frame = combine_evidence(order).frame
        assert frame.groupby("start_utc")["bytes_down"].sum().tolist() == [100, 100, 5]


def test_two_copies_of_one_file_count_once_the_fuller_one(tmp_path):
    early = _read(tmp_path, _one((100, 0)), "uid.1000-")
    later = _read(tmp_path, _one((140, 0)), "uid.1000- (2)")
    assert combine_evidence([early, later]).frame["bytes_down"].sum() == 140


def test_a_dump_beside_the_files_counts_no_byte_twice(tmp_path):
    files = _read(tmp_path, anet.collection(*PHONE))
    path = tmp_path / "netstats.txt"
    path.write_text(_dump(*PHONE))
    dump = netstats.read(SourceFile(path, path.name), ReadOptions())
    both = combine_evidence([files, dump]).frame
    assert both["bytes_up"].sum() == files.evidence.frame["bytes_up"].sum()


def test_the_registry_knows_the_mark_and_that_it_is_from_documentation(tmp_path):
    assert importer_for(_file(tmp_path, anet.collection(*PHONE))) is IMPORTER
    assert IMPORTER.known_from == "documentation"


_SERIES = st.builds(
    History,
    uid=st.sampled_from([10123, 10124, -4, -5, 1000]),
    set=st.sampled_from([0, 1]),
    tag=st.sampled_from([0, 0, 5]),
    buckets=st.lists(
        st.tuples(st.integers(0, 40).map(lambda n: START + n * 2 * HOUR),
                  st.integers(0, 10**12), st.integers(0, 10**12)), max_size=5,
    ).map(tuple),
    version=st.sampled_from([1, 2, 3]),
)  # fmt: skip


@given(st.lists(st.tuples(st.lists(_SERIES, max_size=4).map(tuple), st.integers(1, 8)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_untagged_bytes_are_read_to_the_byte(tmp_path_factory, drawn):
    identities = [Identities(series, version=version) for series, version in drawn]
    wanted = sum(down + up for one in identities for series in one.histories if series.tag == 0
                 for _, down, up in series.buckets)  # fmt: skip
    try:
        told = _read(tmp_path_factory.mktemp("anet"), anet.collection(*identities))
    except FileError:
        assert wanted == 0
        return
    volume = told.evidence.frame[["bytes_up", "bytes_down"]].sum().sum()
    assert volume == wanted


@given(st.integers(0, 2**31), st.integers(0, 255), st.booleans())
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_end_in_a_sentence_or_in_rows(tmp_path_factory, place, byte, cut):
    content = bytearray(anet.collection(*PHONE))
    at = 4 + place % (len(content) - 4)
    content[at] = byte
    broken = bytes(content[:at] if cut else content)
    try:
        told = _read(tmp_path_factory.mktemp("anet"), broken)
    except FileError:
        return
    assert told.evidence.sources[0].kept == len(told.evidence.frame)


def test_a_phone_of_ninety_days_is_read_in_a_moment(tmp_path):
    series = tuple(
        History(10_000 + n, buckets=_buckets(*[(1_000_000, 50_000)] * 60)) for n in range(500)
    )
    content = anet.collection(Identities(series))
    began = time.process_time()
    frame = _read(tmp_path, content).evidence.frame
    assert time.process_time() - began < 3.0
    assert len(frame) == 30_000


def test_the_sample_reads_as_its_golden_table(golden):
    name = "uid.1790000000000-"
    path = SAMPLES / name
    assert path.read_bytes() == anet.collection(*PHONE)
    told = IMPORTER.read(SourceFile(path, name), ReadOptions())
    golden(told.evidence.frame, SAMPLES / f"{name}.golden.csv")
