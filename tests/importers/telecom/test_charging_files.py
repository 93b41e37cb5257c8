"""TAP3, NRTRDE and gateway records: bytes exact, damage named, nothing added twice."""

import gzip

import pytest
from charging_bytes import Writer, gateway, raw, swapped, tap, tap_event, value
from charging_samples import FILES, ONE, SAMPLES, batch, events, records
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator import gateway_cdr, nrtrde, tap3
from esim_analysis.importers.registry import importer_for, importers
from esim_analysis.importers.telecom import ber
from esim_analysis.model import FileError

OPEN = Writer(indefinite=True)
PLAIN = Writer()
# What a person adds up reading charging_samples.py.
TOTALS = {
    "tap3/batch.tap": 1_940_000_000 + 4_294_967_294,
    "nrtrde/events.nrt": 5_000_000_001,
    "gateway_cdr/records.cdr": 901_124 + 3_000_000_005,
}


@pytest.mark.parametrize("name", FILES)
def test_the_committed_sample_is_what_its_builder_writes(name):
    assert (SAMPLES / name).read_bytes() == FILES[name]()


@pytest.mark.parametrize("name", FILES)
def test_a_sample_reads_as_its_golden_frame_by_its_own_importer_alone(name, golden):
    path = SAMPLES / name
    file = SourceFile(path, path.name)
    assert [one.id for one in importers() if one.recognise(file)] == [path.parent.name]
    usage = importer_for(file).read(file, ReadOptions()).usage
    golden(usage.frame.dropna(axis=1, how="all"), path.with_name(f"{path.name}.golden.csv"))
    assert usage.frame["bytes_total"].sum() == TOTALS[name]


@pytest.mark.parametrize("name", FILES)
def test_indefinite_lengths_and_a_gzip_read_the_same(name, read):
    plain = read(FILES[name]()).frame.drop(columns=["source", "source_row"])
    other = read(FILES[name](OPEN)).frame.drop(columns=["source", "source_row"])
    packed = read(gzip.compress(FILES[name]())).frame.drop(columns=["source", "source_row"])
    assert plain.equals(other)
    assert plain.equals(packed)


def test_a_volume_without_its_leading_zero_is_mended_and_said(read):
    usage = read(batch())
    assert usage.frame["bytes_down"].max() == 4_294_967_294
    assert any("1 volumes had lost their leading zero" in note for note in usage.sources[0].notes)


def test_local_times_take_the_offset_their_code_names(read):
    first, second = read(batch()).frame.sort_values("start_utc")["start_utc"]
    assert first.isoformat() == "2026-10-14T00:10:00+00:00"
    assert second.isoformat() == "2026-10-25T01:30:00+00:00"  # the repeated hour, winter's side


def test_a_charge_is_the_total_of_its_item_not_total_and_parts(read):
    charges = read(batch()).frame["charge"]
    assert sorted(map(str, charges)) == ["0.005000", "3.880000"]
    assert set(read(batch()).frame["currency"]) == {"EUR"}


def test_calls_are_counted_not_kept_and_a_wrong_count_is_said(read):
    notes = " ".join(read(events()).sources[0].notes)
    assert "1 events carry no data volume and are left out: 1 calls made." in notes
    assert "says it holds 7 events, and holds 3" in notes


def test_traffic_and_service_volumes_are_never_added(read):
    usage = read(records())
    assert usage.frame["bytes_total"].max() == 3_000_000_005
    assert usage.frame["bytes_total"].min() == 901_124
    notes = " ".join(usage.sources[0].notes)
    assert "701: 881,000 bytes, 702: 20,000 bytes" in notes


def test_a_session_seen_by_two_gateways_counts_once(read):
    usage = read(records())
    assert len(usage.frame) == 2
    assert any("1 records tell bytes of a session" in note for note in usage.sources[0].notes)


def test_a_file_header_and_record_headers_are_passed_over(read):
    body = records()
    with_header = len(body).to_bytes(2) + bytes([0x61, 0x20]) + body
    header = bytes(54)
    size = 8 + len(header) - 8 + len(with_header)
    data = size.to_bytes(4) + len(header).to_bytes(4) + header[8:] + with_header
    assert read(data).frame["bytes_total"].sum() == TOTALS["gateway_cdr/records.cdr"]


def test_unknown_tags_of_vendors_are_skipped(read):
    body = gateway(
        PLAIN, imsi=ONE, charging_id=1, sequence=1, opened="261014021000+0200", seconds=1,
        traffic=((1, 2),),
    )  # fmt: skip
    extra = raw(0x80, 250, b"vendor")
    content = ber.element(body, 0, len(body)).content + extra
    grown = raw(0xA0, 79, content)
    assert read(grown).frame["bytes_total"].sum() == 3


def test_a_file_cut_short_keeps_what_came_before(read):
    whole = batch()
    usage = read(whole[: whole.index(b"20261025")])
    assert list(usage.frame["bytes_total"]) == [1_940_000_000]
    (reason,) = usage.rejected["reason"]
    assert "cannot be read" in reason


def test_a_damaged_record_is_passed_over_and_the_next_is_found(read):
    data = records()
    at = data.index(b"\xbf\x4e") + 2
    broken = data[:at] + b"\x85" + data[at + 1 :]  # the length now claims five octets
    usage = read(broken)
    assert usage.frame["bytes_total"].sum() == TOTALS["gateway_cdr/records.cdr"]
    assert list(usage.rejected["line"]) == [f"byte {at - 2}"]
    assert "bytes that cannot be read as a record" in usage.rejected["reason"].iloc[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PLAIN.app(2, PLAIN.app(196, "DEUXX")), "a TAP notification"),
        (bytes.fromhex("7f8416") + b"\x02\x01\x00", "a RAP file"),
        (tap(PLAIN), "no records"),
        (b"\x61\x88" + (2**60).to_bytes(8) + b"\x64\x00", "no records"),
        (
            b"\xbf\x4f\x88" + (2**60).to_bytes(8) + b"\x80\x01\x55",
            "14 bytes that cannot be read",
        ),
        (b"\xbf\x4f\x80\x80\x01\x55" + b"\xa1\x80" * 5_000, "10,006 bytes that cannot be read"),
    ],
)
def test_what_holds_no_use_of_data_is_said_in_one_sentence(data, sentence, read):
    with pytest.raises(FileError, match=sentence):
        read(data)


def test_nests_without_end_are_refused_not_followed():
    with pytest.raises(ber.BerError, match="nested deeper than 24"):
        ber.element(b"\xa0\x80" * 5_000, 0, 10_000)


@given(data=st.data())
def test_flipped_bytes_never_raise_anything_but_a_sentence(data, tmp_path_factory):
    name = data.draw(st.sampled_from(sorted(FILES)))
    content = bytearray(FILES[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("flipped") / "file.bin"
    path.write_bytes(content)
    file = SourceFile(path, "file.bin")
    own = {"tap3": tap3, "nrtrde": nrtrde, "gateway_cdr": gateway_cdr}[name.split("/")[0]]
    try:
        usage = own.IMPORTER.read(file, ReadOptions()).usage
    except FileError:
        return
    (source,) = usage.sources
    assert source.rows == source.kept + source.duplicates + source.rejected


def test_many_records_take_time_in_proportion(read):
    one = gateway(
        PLAIN, imsi=ONE, charging_id=5, sequence=1, opened="261014021000+0200", seconds=1,
        traffic=((1, 2),),
    )  # fmt: skip
    many = b"".join(one.replace(b"\x91\x01\x01", b"\x91\x01" + bytes([at])) for at in range(1, 100))
    assert len(read(many).frame) == 99


def test_subscriber_numbers_unpack_in_their_own_order(read):
    (raw_line,) = {*read(records()).raw_lines.values()}
    assert raw_line == ONE
    assert swapped("1234") == b"\x21\x43"
    assert ONE in read(batch()).raw_lines.values()
    event = tap_event(
        PLAIN, imsi=ONE, local="20261014021000", code=9, seconds=1, down=value(1), up=value(1),
        charging_id=1, charge=1,
    )  # fmt: skip
    with pytest.raises(FileError, match="no time that can be read"):
        read(tap(PLAIN, event))  # an offset code the file does not explain is not guessed
