import datetime as dt
import io

import openpyxl
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator import table
from esim_analysis.model import Choice, FileError, Origin, QuestionError, redecide

SAMPLES = (
    "consumidor_es.csv",
    "carrier_us.csv",
    "xiangdan_zh.csv",
    "directions_en.tsv",
    "daily_en.csv",
    "gprs_ar.csv",
    "country_days_en.csv",
)


@pytest.fixture
def read_sample(samples):
    def read(name):
        file = SourceFile(samples / "table" / name, name)
        assert table.IMPORTER.recognise(file)
        return table.IMPORTER.read(file, ReadOptions()).usage

    return read


def decision(usage):
    (only,) = usage.decisions.values()
    return only


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_reads_as_its_golden_frame(read_sample, golden, samples, name):
    stem = name.rsplit(".", 1)[0]
    usage = read_sample(name)
    golden(usage.frame, samples / "table" / f"{stem}.golden.csv")
    golden(usage.rejected, samples / "table" / f"{stem}.rejected.golden.csv")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_decision_again_changes_nothing(read_sample, name):
    usage = read_sample(name)
    again = redecide(usage, name, decision(usage))
    columns = ["start_utc", "end_utc", "bytes_total", "bytes_up", "bytes_down"]
    assert again.frame[columns].equals(usage.frame[columns])


def test_spanish_consumer_file_is_read_in_spanish_time_and_numbers(read_sample):
    usage = read_sample("consumidor_es.csv")
    made = decision(usage)
    assert made.locale == Choice(
        "1.234,5 D/M/Y", Origin.DEDUCED, "only one reading fits all numbers"
    )
    assert (made.unit.value, made.unit.origin) == ("MB", Origin.DECLARED)
    assert (made.base.value, made.base.origin) == ("1000", Origin.ASSUMED)
    assert (made.zone.value, made.zone.origin) == ("Europe/Madrid", Origin.ASSUMED)
    assert usage.frame["bytes_total"].sum() == 12_500_000 + 1_234_567_000
    assert usage.frame["service_class"].tolist() == ["data", "data", "sms", "data", "voice"]


def test_messages_and_calls_keep_their_charge_and_have_no_bytes(read_sample):
    frame = read_sample("consumidor_es.csv").frame
    other = frame[frame["service_class"] != "data"]
    assert other["bytes_total"].tolist() == [0, 0]
    assert [str(charge) for charge in other["charge"]] == ["0.100000", "0.050000"]


def test_unknown_is_rejected_and_nought_is_kept(read_sample):
    usage = read_sample("consumidor_es.csv")
    assert usage.rejected[["line", "field", "reason"]].to_numpy().tolist() == [
        ["10", "volume", "no volume"]
    ]
    assert (usage.frame["bytes_total"] == 0).sum() == 3


def test_chinese_cells_add_their_parts(read_sample):
    frame = read_sample("xiangdan_zh.csv").frame
    assert frame["bytes_total"].tolist() == [1_023_000_000, 345_670, 12_500_000]
    assert frame["roaming"].tolist() == ["international", "unknown", "unknown"]
    assert (frame["end_utc"] - frame["start_utc"]).dt.total_seconds().tolist() == [3720, 20, 0]


def test_twelve_hour_clock_puts_midnight_and_noon_right(read_sample):
    local = read_sample("carrier_us.csv").frame["start_local"].dt.strftime("%m-%d %H:%M:%S")
    assert sorted(local) == ["10-12 00:05:00", "10-12 12:05:00", "10-13 15:30:15"]


def test_directions_add_up_and_offsets_are_kept(read_sample):
    usage = read_sample("directions_en.tsv")
    first = usage.frame.iloc[0]
    assert (first["bytes_up"], first["bytes_down"], first["bytes_total"]) == (1500, 98500, 100_000)
    assert decision(usage).zone == Choice(
        "offset", Origin.DECLARED, "every time carries its own offset"
    )
    assert usage.rejected["reason"].tolist() == ["the end is before the start"]


def test_a_date_alone_is_the_local_day(read_table):
    usage = read_table("Date,Download (MB),Upload (MB)\n2026-10-25,3,1\n", timezone="Europe/Madrid")
    row = usage.frame.iloc[0]
    assert row["time_quality"] == "date_only"
    assert (row["end_utc"] - row["start_utc"]).total_seconds() == 25 * 3600


def test_a_month_spread_over_its_days_is_prorated(read_table):
    rows = "".join(f"2026-10-{day:02d} 06:58,34.429\n" for day in range(1, 31))
    frame = read_table("Date,Data (MB)\n" + rows).frame
    assert set(frame["time_quality"]) == {"prorated"}
    assert set((frame["end_utc"] - frame["start_utc"]).dt.total_seconds()) == {86_400}


def test_without_end_a_record_is_a_moment_and_says_so(read_sample):
    usage = read_sample("carrier_us.csv")
    assert (usage.frame["start_utc"] == usage.frame["end_utc"]).all()
    assert any("taken as a moment" in note for note in usage.sources[0].notes)


def test_workbook_cells_keep_numbers_and_times(write):
    book = openpyxl.Workbook()
    book.active.append(["Resumen"])
    sheet = book.create_sheet("Detalle")
    sheet.append(["Cliente 7"])
    sheet.append(["Fecha", "Hora", "Duración (s)", "Volumen (MB)", "Número"])
    sheet.append([dt.date(2026, 10, 1), dt.time(8, 15), 60, 1.234, 34600111222])
    sheet.append([dt.date(2026, 10, 2), dt.time(0, 0), 30, 12, 34600111222])
    sheet.append(["TOTAL", None, None, 13.234, None])
    stream = io.BytesIO()
    book.save(stream)
    file = write(stream.getvalue(), "detalle.xlsx")
    assert table.IMPORTER.recognise(file)
    usage = table.IMPORTER.read(file, ReadOptions()).usage
    assert usage.frame["bytes_total"].tolist() == [1_234_000, 12_000_000]
    assert usage.frame["start_utc"].dt.strftime("%d %H:%M").tolist() == ["01 06:15", "01 22:00"]
    assert decision(usage).zone.value == "Europe/Madrid"
    assert len(usage.rejected) == 0


def test_a_year_of_bytes_in_binary_units_needs_no_base(read_table):
    usage = read_table("Date,Usage (MiB)\n2026-10-01 10:00,2\n")
    assert usage.frame["bytes_total"].tolist() == [2 * 1024**2]
    assert decision(usage).base == Choice("1024", Origin.DECLARED, "MiB is a binary unit")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Date,Usage (MB)\n01/02/2026 10:00,3\n02/03/2026 11:00,4\n", "day first and month first"),
        ("Date,Usage (MB)\n13/02/2026 10:00,3\n02/13/2026 11:00,4\n", "some dates need"),
        ("Date,Usage\n2026-10-01 10:00,3\n", "bytes, kB, MB or GB"),
        ("Fecha;Volumen (MB)\n2026-10-01 10:00;1.234\n", "one and a bit or over a thousand"),
        ("Fecha;Volumen (MB)\n2026-10-01 10:00;1.5\n2026-10-01 11:00;1,5\n", "a bit or over"),
        ("Date,Usage (MB),Traffic (MB)\n2026-10-01 10:00,3,4\n", "could each be the volume"),
        ("Name,Date,Remaining\nx,2026-10-01 10:00,3\n", "how much"),
    ],
)
def test_what_cannot_be_told_is_asked(read_table, text, found):
    with pytest.raises(QuestionError, match=found) as asked:
        read_table(text)
    assert "esim-analysis map export.csv" in str(asked.value)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Fecha;Volumen (bytes)\n2026-10-01 10:00;1.234\n", 1234),
        ("Fecha;Volumen (MB);Importe\n2026-10-01 10:00;1.234;0,05\n", 1_234_000_000),
        ("Date,Usage (MB)\n2026-10-01 10:00,1.234\n", 1_234_000),
        ("Fecha\tVolumen\n2026-10-01 10:00\t3,2 GB\n", 3_200_000_000),
    ],
)
def test_a_mark_settled_elsewhere_settles_the_file(read_table, text, total):
    assert read_table(text).frame["bytes_total"].tolist() == [total]


def test_a_date_in_the_banner_settles_the_order(read_table):
    text = "Period 01/10/2026 to 31/10/2026\nDate,Usage (MB)\n02/10/2026 10:00,3\n"
    assert read_table(text).frame["start_local"].dt.month.tolist() == [10]


def test_a_record_that_would_last_a_month_settles_the_order(read_table):
    text = "Start,End,Usage (MB)\n05/10/2026 23:50,06/10/2026 00:10,3\n"
    frame = read_table(text).frame
    assert (frame["end_utc"] - frame["start_utc"]).dt.total_seconds().tolist() == [1200]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500), "a picture"),
        (b"Fecha;Volumen (MB)\n", "a header without rows"),
        (b"Fecha;Hora,Volumen (MB)\n01/10/2026;10:00,3\n", "two different characters"),
        (b"Fecha;Hora;Volumen (MB)\n13/10/2026,10:00,3\n14/10/2026,1:00,2\n", "two different"),
        (b"Dear customer, thank you.\nYour data ran out.\n", "no table of usage"),
        (b"PK\x03\x04 not a workbook", "not a workbook"),
        (b"Date,Usage (MB)\nTotal 13/10/2026,3\n", "totals but no records"),
        (b"Date,Usage (MB)\n31/31/2026,3\n", "none of 1 rows"),
    ],
)
def test_what_is_no_table_is_named(read_table, content, found):
    with pytest.raises(FileError, match=found) as refused:
        read_table(content)
    assert "Next: " in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "11-02 09:00 剩 4.2 GB\n11-03 09:00 剩 3.9 GB\n",
        "2026-11-02 09:00, 4.2 GB left\n2026-11-03 09:00, 3.9 GB left\n",
        "package:com.android.chrome uid:10123\npackage:com.whatsapp uid:10124\n",
        '{"start": "2026-10-01", "bytes": 3}',
        "Hello,\nmy data is gone, the usage on that date was high, and nobody knows why.\n",
        (
            "Active interfaces:\n  iface=rmnet0 ident=[{type=0, subType=COMBINED, subscriberId=21407...}]\n"
            "UID stats:\n  ident=[{type=0, metered=true}] uid=10123 set=DEFAULT tag=0x0\n"
            "    NetworkStatsHistory: bucketDuration=7200\n      st=1 rb=2 rp=3 tb=4 tp=5 op=0\n"
        ),
        "",
    ],
)
def test_other_texts_are_not_taken_for_tables(write, text):
    assert not table.IMPORTER.recognise(write(text))


def test_madrid_night_of_two_hours_follows_the_file(read_table):
    text = (
        "Fecha;Hora;Volumen (MB)\n25/10/2026;02:10;1\n25/10/2026;02:30;2\n"
        "25/10/2026;02:10;3\n25/10/2026;02:30;4\n25/10/2026;03:00;5\n"
    )
    frame = read_table(text, timezone="Europe/Madrid").frame
    assert frame["start_utc"].dt.strftime("%H:%M").tolist() == [
        "00:10",
        "00:30",
        "01:10",
        "01:30",
        "02:00",
    ]
    assert frame["fold"].tolist() == ["assumed"] * 4 + [""]
    assert frame["bytes_total"].tolist() == [1e6, 2e6, 3e6, 4e6, 5e6]


def test_a_file_that_runs_backwards_is_followed_backwards(read_table):
    rows = ["25/10/2026;03:00;5", "25/10/2026;02:30;4", "25/10/2026;02:30;2", "25/10/2026;01:00;1"]
    text = "Fecha;Hora;Volumen (MB)\n" + "\n".join(["25/10/2026;03:10;6", *rows])
    frame = read_table(text, timezone="Europe/Madrid").frame
    assert frame["bytes_total"].tolist()[0] == 1e6
    assert frame["bytes_total"].tolist()[-1] == 6e6


def test_an_end_without_date_may_be_after_midnight_or_in_the_second_hour(read_table):
    text = (
        "Fecha;Hora inicio;Hora fin;Volumen (MB)\n24/10/2026;23:50:00;00:10:00;1\n"
        "25/10/2026;02:50:00;02:10:00;2\n26/10/2026;10:30:00;10:00:00;3\n"
    )
    usage = read_table(text, timezone="Europe/Madrid")
    minutes = (usage.frame["end_utc"] - usage.frame["start_utc"]).dt.total_seconds() / 60
    assert minutes.tolist() == [20, 20]
    assert usage.rejected["reason"].tolist() == ["the end is before the start"]


def test_the_hour_that_does_not_exist_is_rejected(read_table):
    text = "Fecha;Hora;Volumen (MB)\n29/03/2026;02:30;1\n29/03/2026;03:30;2\n"
    usage = read_table(text, timezone="Europe/Madrid")
    assert usage.rejected["reason"].tolist() == [
        "a local time that does not exist in Europe/Madrid"
    ]
    assert usage.frame["bytes_total"].tolist() == [2_000_000]


def test_a_daily_total_among_its_rows_is_not_billed_twice(read_table):
    text = (
        "Fecha;Tipo;Volumen (MB)\n13/10/2026 10:00;Datos;1\n13/10/2026 11:00;Datos;2\n"
        "13/10/2026;Subtotal;3\n"
    )
    usage = read_table(text)
    assert usage.frame["bytes_total"].sum() == 3_000_000
    assert usage.rejected["reason"].tolist() == ["a total of other rows"]


def test_a_volume_cut_short_by_the_end_of_the_file_is_not_billed(read_table):
    text = "Date,Usage (KB),Type\n2026-10-13 10:00,1234,Data\n2026-10-13 11:00,12"
    usage = read_table(text)
    assert usage.frame["bytes_total"].tolist() == [1_234_000]
    assert usage.rejected["reason"].tolist() == ["the file ends within this row"]


def test_a_shared_id_is_a_session_id_and_loses_no_bytes(read_table):
    text = (
        "CDR ID,Date,Usage (MB)\nA,2026-10-01 10:00,1\nA,2026-10-01 10:05,2\n"
        "B,2026-10-01 11:00,3\nB,2026-10-01 11:00,3\n"
    )
    usage = read_table(text)
    assert usage.frame["bytes_total"].tolist() == [1e6, 2e6, 3e6]
    assert usage.frame["session_id"].tolist() == ["A", "A", ""]
    assert usage.sources[0].duplicates == 1


def test_one_record_above_a_total_is_a_table(tmp_path):
    path = tmp_path / "week.csv"
    path.write_text("Fecha;Hora;Volumen (MB)\n13/10/2026;02:10;612,5\nTOTAL;;612,5\n")
    usage = table.IMPORTER.read(SourceFile(path, path.name), ReadOptions()).usage
    assert usage.frame["bytes_total"].tolist() == [612_500_000]


def test_an_argentine_gprs_sheet_has_its_own_clock_marks_and_no_direction(read_sample):
    usage = read_sample("gprs_ar.csv")
    made = decision(usage)
    assert (made.zone.value, made.zone.origin) == (
        "America/Argentina/Buenos_Aires",
        Origin.ASSUMED,
    )
    assert (made.unit.value, made.unit.origin) == ("KB", Origin.DECLARED)
    assert made.base.origin == Origin.ASSUMED
    assert usage.frame["bytes_total"].tolist() == [1_234_500, 20_480_250, 0]
    assert usage.frame["bytes_up"].isna().all()
    assert usage.frame["end_utc"].iloc[1].isoformat() == "2026-10-14T03:50:00+00:00"


def test_days_by_country_keep_their_countries_apart(read_sample):
    frame = read_sample("country_days_en.csv").frame
    assert frame.groupby("country")["bytes_total"].sum().to_dict() == {
        "ES": 12_500_000,
        "FR": 101_750_000,
    }
    assert set(frame["time_quality"]) == {"date_only"}


@pytest.mark.parametrize(
    ("banner", "zone"),
    [
        ("Movistar Perú", "America/Lima"),
        ("Claro Colombia", "America/Bogota"),
        ("Movistar", "Europe/Madrid"),
        ("Movistar España; Movistar; Pepephone", "Europe/Madrid"),
        ("China Mobile on Movistar", "UTC"),  # two countries: neither is the file's
        ("Orange", "UTC"),  # of many countries
    ],
)
def test_a_brand_of_many_countries_has_the_clock_of_the_one_it_names(read_table, banner, zone):
    usage = read_table(
        f"{banner}\n\nFecha;Hora;Datos (MB)\n13/10/2026;10:00:00;1,5\n14/10/2026;10:00:00;2,5\n"
    )
    assert decision(usage).zone.value == zone
