"""What each declared format gets wrong when read naively, and what is said about it."""

import json
from pathlib import Path

import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Origin, QuestionError, merge

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def read(write):
    """Read text, or a value as JSON, with whatever importer knows it."""

    def reading(content, name="answer.json", **options):
        text = content if isinstance(content, str) else json.dumps(content)
        file = write(text, name)
        made = importer_for(file).read(file, ReadOptions(**options))
        return made.usage if made.snapshots is None else usage_from_snapshots([made.snapshots])

    return reading


def _sample(name):
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def _lines(name):
    return (SAMPLES / name).read_text(encoding="utf-8").splitlines()


def test_equal_balances_prove_silence_and_a_top_up_is_no_use(read):
    usage = read("\n".join(_lines("airalo_json/balances.ndjson")))
    assert usage.frame["bytes_total"].iloc[0] == 0
    assert len(usage.frame) == 3
    (note,) = [note for note in usage.sources[0].notes if "top-up" in note]
    assert "line 4" in note


def test_an_unlimited_answer_without_counters_is_no_empty_balance(read):
    usage = read("\n".join(_lines("airalo_json/balances.ndjson")))
    assert usage.rejected["reason"].tolist() == ["a plan without limit: nothing is counted"]


def test_unlimited_with_counters_keeps_them(read):
    lines = [
        line.replace('"is_unlimited": false', '"is_unlimited": true')
        for line in _lines("airalo_json/balances.ndjson")
    ]
    usage = read("\n".join(lines))
    assert len(usage.frame) == 3
    assert "5 readings are of a plan without limit." in usage.sources[0].notes


def test_a_balance_takes_its_moment_from_the_name_of_its_file(write):
    answer = json.loads(_lines("airalo_json/balances.ndjson")[0])["answer"]
    later = {"data": answer["data"] | {"remaining": 2000}}
    files = [
        write(json.dumps(answer), "airalo 8910300000000000017 2026-10-01 09.00.json"),
        write(json.dumps(later), "airalo 8910300000000000017 20261001-2130.json"),
    ]
    options = ReadOptions(timezone="Europe/Madrid")
    made = [importer_for(file).read(file, options).snapshots for file in files]
    (row,) = usage_from_snapshots(made).frame.to_dict("records")
    assert str(row["start_utc"]) == "2026-10-01 07:00:00+00:00"
    assert str(row["end_utc"]) == "2026-10-01 19:30:00+00:00"
    assert row["bytes_total"] == 48 * 2**20
    assert row["line"] != ""


def test_a_balance_without_a_moment_asks_with_the_command_that_answers(read):
    answer = json.loads(_lines("airalo_json/balances.ndjson")[0])["answer"]
    with pytest.raises(QuestionError) as asked:
        read(answer)
    assert "--balance '2026-11-02 09:00, 2048 MiB left'" in str(asked.value)


def test_esim_go_callbacks_count_mb_or_bytes_under_one_name(read):
    usage = read("\n".join(_lines("esimgo_json/callbacks.ndjson")))
    assert usage.frame["bytes_total"].tolist() == [489_750_000, 300_250_000]


def test_esim_go_bundles_of_one_line_are_counters_of_their_own(read):
    usage = read(_sample("esimgo_json/bundles.json"))
    assert sorted(usage.frame["bytes_total"]) == [0, 249_999_999]


def test_pepephone_takes_one_counter_and_adds_no_categories(read):
    usage = read("\n".join(_lines("pepephone_json/consumption.ndjson")))
    assert usage.frame["bytes_total"].tolist() == [round(1700.39 * 2**20) - round(1588.89 * 2**20)]
    # The clock goes back in Madrid between the two readings: 25 hours lie between them.
    (row,) = usage.frame.to_dict("records")
    assert (row["end_utc"] - row["start_utc"]).total_seconds() == 25 * 3600


def test_t_mobile_lines_are_read_and_the_zeros_above_them_are_not(read):
    usage = read(_sample("tmobile_us_json/usage.json"), timezone="America/New_York")
    assert sorted(usage.frame["bytes_total"]) == [0, 28_517_073]
    assert str(usage.frame["start_utc"].iloc[0]) == "2026-10-14 17:35:55+00:00"
    assert usage.decisions["answer.json"].zone.origin is Origin.DECLARED


def test_partial_records_of_a_session_stay_rows_and_share_its_id(read):
    usage = read("\n".join(_lines("once_json/records.csv")), name="records.csv")
    data = usage.frame[usage.frame["service_class"] == "data"]
    assert data["session_id"].tolist() == ["s-1", "s-1"]
    assert set(data["time_quality"]) == {"partial"}
    assert set(data["currency"]) == {"EUR"}


def test_messages_are_kept_without_bytes_and_with_their_charge(read):
    usage = read(_sample("emnify_json/batch.json"))
    (message,) = usage.frame[usage.frame["service_class"] == "sms"].to_dict("records")
    assert message["bytes_total"] == 0
    assert str(message["charge"]) == "0.040000"


def test_a_record_that_ends_before_it_starts_is_named_with_its_bytes(read):
    usage = read(_sample("emnify_json/batch.json"))
    assert (
        "One record ends before it starts and is left out, with 1,234 bytes."
        in usage.sources[0].notes
    )


def test_whole_bytes_at_a_million_prove_the_base(read):
    base = read(_sample("emnify_json/batch.json")).decisions["answer.json"].base
    assert (base.value, base.origin) == ("1000", Origin.DEDUCED)


def test_a_batch_of_webhooks_sent_twice_counts_once(read):
    batch = _sample("emnify_json/batch.json")[:3]
    usage = read("\n".join([json.dumps(batch), json.dumps({"records": batch})]))
    assert usage.frame["bytes_total"].sum() == 1_551_179
    assert usage.sources[0].duplicates == 3


def test_money_in_no_currency_yet_is_pending_and_not_free(read):
    usage = read(_sample("twilio_supersim_json/usage.json"))
    assert usage.frame["charge"].isna().tolist() == [False, False, True]
    assert any("not free" in note for note in usage.sources[0].notes)


def test_totals_over_all_sims_are_not_added_to_the_sims(read):
    answer = _sample("twilio_supersim_json/usage.json")
    total = answer["usage_records"][1] | {"sim_sid": None, "data_total_billed": "9"}
    usage = read({"usage_records": [*answer["usage_records"], total]})
    assert usage.frame["bytes_total"].sum() == 10_327
    assert usage.rejected["reason"].tolist() == ["a total of other rows"]


def test_hours_and_the_day_they_add_up_to_are_not_added(read):
    answer = _sample("twilio_supersim_json/usage.json")
    day = {"start_time": "2026-10-01T00:00:00Z", "end_time": "2026-10-02T00:00:00Z"}
    rows = [*answer["usage_records"], answer["usage_records"][1] | {"period": day}]
    with pytest.raises(QuestionError, match="hours and the days"):
        read({"usage_records": rows})


def test_pages_that_overlap_count_a_bucket_once_and_its_larger_count_stands(read):
    answer = _sample("twilio_supersim_json/usage.json")
    grown = answer["usage_records"][1] | {"data_download": 9107, "data_total": 10_107}
    usage = read({"usage_records": [*answer["usage_records"], grown, answer["usage_records"][2]]})
    assert usage.frame["bytes_total"].sum() == 320 + 10_107
    assert usage.sources[0].duplicates == 1
    assert usage.rejected["reason"].tolist() == ["another row says more for the same period"]


def test_a_page_that_names_a_next_one_says_so(read):
    usage = read(_sample("twilio_supersim_json/usage.json"))
    assert any("a further page" in note for note in usage.sources[0].notes)


def test_raw_and_rated_bytes_of_a_day_are_not_added(read):
    usage = read(_sample("thingspace_json/usage.json"))
    assert usage.frame["bytes_total"].tolist() == [4_096_000, 0, 777]


def test_speed_classes_are_rows_and_an_idle_period_proves_silence(read):
    usage = read(_sample("soracom_json/air.json"))
    assert usage.frame["bytes_total"].tolist() == [5, 1000, 0, 70_000]
    lengths = usage.frame["end_utc"] - usage.frame["start_utc"]
    assert set(lengths.dt.total_seconds()) == {300}


def test_an_increment_begins_where_its_session_was_last_seen(read):
    usage = read("\n".join(_lines("wavely_json/records.ndjson")))
    lengths = (usage.frame["end_utc"] - usage.frame["start_utc"]).dt.total_seconds()
    assert lengths.round().tolist() == [0, 900, 0]


def test_a_day_is_local_to_the_zone_the_user_names(read):
    usage = read(_sample("roamify_json/details.json"), timezone="Asia/Shanghai")
    assert str(usage.frame["start_utc"].iloc[0]) == "2026-09-30 16:00:00+00:00"


@pytest.mark.parametrize(
    "sample",
    ["emnify_json/batch.json", "twilio_supersim_json/usage.json", "roamify_json/details.json"],
)
def test_reading_an_export_twice_changes_nothing(read, sample):
    usage = read(_sample(sample))
    assert merge([usage, usage]).frame.equals(usage.frame)


def test_a_full_answer_of_onomondo_says_that_more_may_follow(read):
    records = [
        {
            "sim_id": "17",
            "bytes": place,
            "timestamp": f"2026-10-01T00:{place // 60:02d}:{place % 60:02d}Z",
        }
        for place in range(1000)
    ]
    full, part = read({"usage": records}), read({"usage": records[:999]})
    assert any("more may follow" in note for note in full.sources[0].notes)
    assert not any("more may follow" in note for note in part.sources[0].notes)
    assert full.frame["start_utc"].equals(full.frame["end_utc"])


def test_seconds_of_a_call_and_counts_of_messages_are_no_megabytes(read):
    usage = read((SAMPLES / "irish_bill_csv/bill.csv").read_text(encoding="utf-8"), "bill.csv")
    told = usage.frame.groupby("service_class")["bytes_total"].agg(["size", "sum"])
    assert told.loc["voice"].tolist() == told.loc["sms"].tolist() == [1, 0]
    assert told.loc["data"].tolist() == [14, 14 * 34_429_000]
    assert set(usage.frame["time_quality"][usage.frame["service_class"] == "data"]) == {"prorated"}
    assert usage.frame["network"].isna().all()


def test_a_mapping_of_the_users_own_stands_above_a_known_bill(read):
    own = {
        "match": {"header_contains": ["date", "duration", "item"]},
        "columns": {"start": "date", "bytes_total": "duration", "service": "item"},
        "units": {"bytes_total": "MiB"},
    }
    text = (SAMPLES / "irish_bill_csv/bill.csv").read_text(encoding="utf-8")
    usage = read(text, "bill.csv", mappings={"own": own}, timezone="Europe/Dublin")
    assert usage.decisions["bill.csv"].unit.value == "MiB"
