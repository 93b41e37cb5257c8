import tomllib

import pytest

from esim_analysis.importers.operator.mapping import draft_mapping, read_mapping
from esim_analysis.model import FileError, QuestionError

OPEN_TABLE = "When;How much;Kind\n03/04/2026 10:00;1.234;web\n05/04/2026 11:00;2.345;web\n"
CLEAR = "Fecha;Hora;Volumen (MB);Importe (€)\n13/10/2026;10:00;1.234,5;0,05\n"


def answered(draft, **answers):
    """Take the `# ` from open settings and write the answers."""
    lines = []
    for line in draft.split("\n"):
        key = line.removeprefix("# ").split(" = ")[0]
        if line.startswith("# ") and key in answers:
            lines.append(f"{key} = {answers[key]}")
        else:
            lines.append(line)
    return "\n".join(lines)


def test_a_draft_without_questions_reads_the_file_alike(write, read_table):
    file = write(CLEAR)
    draft = draft_mapping(file)
    mapped = read_table(CLEAR, mappings={"m": tomllib.loads(draft)}, timezone="Europe/Madrid")
    plain = read_table(CLEAR, timezone="Europe/Madrid")
    assert mapped.frame.equals(plain.frame)


def test_a_draft_says_what_is_open(write):
    draft = draft_mapping(write(OPEN_TABLE))
    for question in ("which column says when", "how much", "B, KB, MB or GB?", "1000 or 1024"):
        assert question in draft
    assert draft.count("QUESTION") >= 5


def test_answered_questions_read_the_file(write, read_table):
    with pytest.raises(QuestionError):
        read_table(OPEN_TABLE)
    draft = answered(
        draft_mapping(write(OPEN_TABLE)),
        start='"When"',
        bytes_total='"How much"' if "bytes_total" else "",
        decimal='","',
        order='"D/M/Y"',
        timezone='"Asia/Shanghai"',
        base="1024",
    )
    head, units = draft.split("[units]")
    units = units.replace('bytes_total = "How much"', 'bytes_total = "KB"')
    usage = read_table(OPEN_TABLE, mappings={"m": tomllib.loads(f"{head}[units]{units}")})
    assert usage.frame["bytes_total"].tolist() == [1234 * 1024, 2345 * 1024]
    assert usage.frame["start_utc"].dt.strftime("%m-%d %H:%M").tolist() == [
        "04-03 02:00",
        "04-05 03:00",
    ]


def test_a_unit_question_is_answered_by_the_mapping(read_table, write):
    text = "Date,Usage\n2026-10-01 10:00,3\n"
    draft = answered(draft_mapping(write(text)), bytes_total='"GB"')
    usage = read_table(text, mappings={"m": tomllib.loads(draft)})
    assert usage.frame["bytes_total"].tolist() == [3 * 10**9]


def test_irish_bill_with_a_mapping_is_prorated_and_keeps_only_data(read_table):
    mapping = {
        "match": {"header_contains": ["date", "duration", "item", "network_type"]},
        "columns": {"start": "date", "bytes_total": "duration", "service": "item"},
        "values": {"keep_service": ["data"]},
        "units": {"bytes_total": "MB"},
        "time": {"timezone": "Europe/Dublin"},
    }
    rows = "".join(f"{d}-10-2014 6:58,34.429,data,2014-11,data,data\n" for d in range(15, 29))
    rows += "15-10-2014 6:59,221,call,2014-11,Vodafone,mobile\n"
    usage = read_table(
        "date,duration,item,month,network,network_type\n" + rows, mappings={"irish": mapping}
    )
    assert set(usage.frame["time_quality"]) == {"prorated"}
    assert usage.frame["bytes_total"].sum() == 14 * 34_429_000
    assert usage.rejected["field"].tolist() == ["service"]


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("not = = toml", "", "not TOML"),
        ("name = 'x'", "field match", "required"),
        ("[match]\nheader_contains = []", "field match.header_contains", "at least 1"),
        ("[match]\nheader_contains = ['a']\n[units]\nbase = 1001", "field units.base", "1000"),
        ("[match]\nheader_contains = ['a']\n[unit]\nbase = 1000", "field unit", "no mapping has"),
        (
            "[match]\nheader_contains = ['a']\n[time]\ntimezone = 'Madrid'",
            "field time.timezone",
            "IANA",
        ),
        (
            "[match]\nheader_contains = ['a']\n[read]\nskip_rows_matching = ['(']",
            "field read.skip_rows_matching",
            "regular expression",
        ),
    ],
)
def test_a_wrong_mapping_names_file_field_and_expectation(text, place, found):
    with pytest.raises(FileError, match=found) as refused:
        read_mapping(text, "mine.mapping.toml")
    assert refused.value.file == "mine.mapping.toml"
    assert refused.value.place == place


def test_a_heading_cannot_write_into_the_draft(write):
    text = 'Date,"Evil\n[money]\ncurrency = ""XXX""",Usage (MB)\n2026-10-13 10:00,a,3\n'
    draft = tomllib.loads(draft_mapping(write(text)))
    assert "money" not in draft


@pytest.mark.parametrize(
    ("pattern", "cell", "start", "quality"),
    [
        ("%d/%m/%Y %H.%M", "03/04/2026 10.30", "2026-04-03 08:30", "session"),
        ("%m/%d/%Y", "03/04/2026", "2026-03-03 23:00", "date_only"),
        ("%d/%m/%Y %H:%M %z", "03/04/2026 10:30 +0300", "2026-04-03 07:30", "session"),
    ],
)
def test_a_date_pattern_of_the_user_is_followed(read_table, pattern, cell, start, quality):
    mapping = {
        "match": {"header_contains": ["Date"]},
        "time": {"format": pattern, "timezone": "Europe/Madrid"},
    }
    frame = read_table(f"Date,Usage (MB)\n{cell},3\n", mappings={"m": mapping}).frame
    assert frame["start_utc"].dt.strftime("%Y-%m-%d %H:%M").tolist() == [start]
    assert frame["time_quality"].tolist() == [quality]


def test_a_mapping_for_another_file_is_not_applied(read_table):
    other = {"match": {"header_contains": ["Nope"]}, "units": {"bytes_total": "GB"}}
    usage = read_table("Date,Usage (MB)\n2026-10-01 10:00,3\n", mappings={"other": other})
    assert usage.frame["bytes_total"].tolist() == [3_000_000]
