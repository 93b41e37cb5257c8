"""An evidence pack: what is in it, what is not, the same bytes every time."""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date

import jsonschema
import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.explorer import packing
from esim_analysis.i18n import Words
from esim_analysis.model import NothingUsableError, UsageError
from esim_analysis.report.pack import Contest, PackRequest, pages, write_pack
from esim_analysis.report.pack.building import _calendar, gather
from esim_analysis.report.pack.contested import row_table
from esim_analysis.report.pack.letters import letter, message

SECRETS = ("214079999912345", "8934071234567890123", "+34 612 345 678", "10.133.7.42", "anali",
           "/home/", "612 345", "612345678")  # fmt: skip
FILES = {"cover.html", "report.html", "claim_table.csv", "rows.csv", "method.html",
         "letters.html", "letters/1_reclamacion.txt", "letters/2_detalle_por_sesion.txt",
         "letters/3_acceso_rgpd.txt", "letters/4_anexo_oaut.txt", "message.txt",
         "deadlines.ics", "manifest.json"}  # fmt: skip


def files_of(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def everything(folder):
    """Return all that can be read in a pack, its names and the report's packed data too."""
    texts = [text.decode() for text in files_of(folder).values()]
    blocks = [b for text in texts for b in re.findall(r'data-esim="[^"]+">([^<]+)</script>', text)]
    unfolded = [text.replace("\r\n ", "") for text in texts]
    return "\n".join([*files_of(folder), *unfolded, *(str(packing.unpack(b)[0]) for b in blocks)])


def asked(**told):
    return PackRequest(bill_date=date(2026, 11, 3), **told)


@pytest.fixture(scope="module")
def plain(case, tmp_path_factory):
    """Return a pack that nobody writes to."""
    return write_pack(case, tmp_path_factory.mktemp("plain") / "pack", asked())


def test_a_pack_holds_its_files_and_the_manifest_lists_each_with_its_checksum(plain):
    files = files_of(plain.folder)
    assert set(files) == FILES
    listed = json.loads(files.pop("manifest.json"))["outputs"]
    assert {entry["path"]: entry["sha256"] for entry in listed} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }


def test_the_manifest_fulfils_its_schema(case, tmp_path, request):
    write_pack(case, tmp_path / "pack", asked(place="Madrid", contest=Contest(findings=(1,))))
    schema = json.loads(
        (request.config.rootpath / "docs/schema/pack_manifest.schema.json").read_text()
    )
    document = json.loads((tmp_path / "pack" / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())
    assert document["settings"]["place"] == "ES-MD"
    assert document["inputs"][0]["decision"]["base"]["origin"] == "assumed"


@pytest.mark.parametrize("redact", [False, True])
def test_no_file_of_a_pack_tells_who(case, tmp_path, redact):
    write_pack(case, tmp_path / "pack", asked(redact=redact, contest=Contest(findings=(1,))))
    text = everything(tmp_path / "pack")
    assert [secret for secret in SECRETS if secret in text] == []
    assert str(tmp_path) not in text


def test_a_redacted_pack_names_neither_app_nor_file(case, builders, tmp_path):
    write_pack(case, tmp_path / "pack", asked(redact=True, contest=Contest(findings=(1,))))
    text = re.sub(r"<style>.*?</style>", "", everything(tmp_path / "pack"), flags=re.DOTALL)
    for name in ("Lexi", builders.LEXI, "StreamTV", "com.tencent.mm", "consumo.csv"):
        assert name not in text
    assert "App 1" in text
    assert "file-1:" in text


def test_contested_are_the_rows_the_evidence_leaves_open_and_those_the_user_names(case):
    def why(contest):
        facts = gather(case, asked(contest=contest), account=None, originals=False)
        return facts.claim["why"].value_counts().to_dict()

    assert why(Contest()) == {"no_evidence": 2}
    assert why(Contest(least_bytes=100_000_000)) == {"no_evidence": 1}
    assert why(Contest(findings=(1,))) == {"no_evidence": 2, "finding_1": 3}
    assert why(Contest(rows=("22",))) == {"no_evidence": 2, "named": 1}
    with pytest.raises(UsageError, match="--finding 4: findings of this case are 1 to 1"):
        why(Contest(findings=(4,)))
    with pytest.raises(UsageError, match="--row 999: no billed row"):
        why(Contest(rows=("999",)))


def test_a_row_the_phone_counted_more_for_than_was_billed_is_no_claim(case):
    record = case.attribution.by_record
    status = record["status"].mask(record["status"] == "no_evidence", "conflicting")
    attribution = replace(case.attribution, by_record=record.assign(status=status))
    odd = replace(case, attribution=attribution)
    rows = row_table(odd, Contest())
    assert set(rows.loc[rows["status"] == "conflicting", "open_high"]) == {0}
    assert set(rows["why"]) == {""}


def test_rows_the_evidence_does_not_speak_of_are_not_contested_for_that(builders):
    facts = gather(builders.xiaoli(evidence=False), asked(), account=None, originals=False)
    assert facts.contested == 0
    assert set(facts.rows["status"]) == {"not_examined"}


def test_the_claim_table_has_bytes_money_both_clocks_and_three_languages(case):
    facts = gather(case, asked(), account=None, originals=False)
    row = facts.claim.iloc[0]
    assert (row["row"], row["start_local"], row["utc_offset"]) == (
        "consumo.csv:53", "2026-10-27T10:00:00", "+0100",
    )  # fmt: skip
    assert row["start_utc"] == pd.Timestamp("2026-10-27 09:00", tz="UTC")
    assert (row["billed_bytes"], row["billed_mb"], str(row["charge"])) == (
        205_000_000, "205.000", "0.500000",
    )  # fmt: skip
    assert row["shows_en"] == (
        "No evidence: in these hours the phone counted nothing on this line; "
        "205 MB not explained by the evidence supplied."
    )
    assert "no explicados por las pruebas aportadas" in row["shows_es"]
    assert "所提供的证据无法解释" in row["shows_zh"]


def test_the_same_input_gives_the_same_bytes(case, plain, tmp_path):
    again = write_pack(case, tmp_path / "pack", asked())
    assert files_of(again.folder) == files_of(plain.folder)


@pytest.mark.slow
def test_zone_language_and_hashing_of_the_machine_do_not_matter(sample_data, tmp_path):
    code = (
        "import sys; from datetime import date; import esim_analysis as esim\n"
        "case = esim.open_case(sys.argv[1])\n"
        "ask = esim.PackRequest(contest=esim.Contest(findings=(1,)))\n"
        "case.pack(sys.argv[2], ask)\n"
    )
    found = []
    for zone, language, seed in (("UTC", "C.UTF-8", "0"), ("America/St_Johns", "es_ES", "7")):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", code, sample_data / "xiaoli", folder],
            check=True,
            env={**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed},
        )
        found.append(files_of(folder))
    assert found[0] == found[1]


def test_without_the_bills_date_the_exports_last_day_stands_in_and_it_is_said(case, tmp_path):
    pack = write_pack(case, tmp_path / "pack", PackRequest())
    settings = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["bill_date"], settings["bill_date_origin"]) == (
        "2026-10-30", "last day of the export",
    )  # fmt: skip
    assert "Counted from the last day of the export" in (pack.folder / "cover.html").read_text(
        encoding="utf-8"
    )


def test_originals_come_only_when_asked_and_every_page_says_so(case, plain, tmp_path):
    assert "The original files are not in this pack." in plain.said
    originals = {"consumo.csv": b"a;b\n1;2\n", "holiday.jpg": b"not used"}
    pack = write_pack(case, tmp_path / "with", asked(), originals=originals)
    assert (pack.folder / "originals" / "consumo.csv").read_bytes() == originals["consumo.csv"]
    assert len(list((pack.folder / "originals").iterdir())) == 1
    told = ["cover.html", "method.html", "letters.html"]
    texts = [(pack.folder / name).read_text(encoding="utf-8") for name in told]
    assert ["ORIGINAL FILES INCLUDED" in text for text in (pack.said, *texts)] == [True] * 4
    manifest = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["originals"] == "included"


def test_originals_of_a_redacted_pack_lie_there_by_number(case, tmp_path):
    originals = {"consumo.csv": b"x", f"/home/{'anali'}/214079999912345.txt": b"y"}
    pack = write_pack(case, tmp_path / "pack", asked(redact=True), originals=originals)
    names = sorted(path.name for path in (pack.folder / "originals").iterdir())
    assert names == ["file-1", "file-2"]


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
@pytest.mark.parametrize("page", [pages.cover, pages.method, pages.letters_page])
def test_pages_load_nothing_run_nothing_and_blanks_hold_no_value(case, page, lang):
    html = page(gather(case, asked(lang=lang), account=None, originals=False))
    assert "http" not in html.replace("http-equiv", "")
    assert not re.search(r"<(script|img|link|iframe|input|form)\b", html)
    assert "None" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert "default-src 'none'" in html
    assert ("<dd></dd>" in html) == (page is pages.cover)


@pytest.mark.parametrize("key", ["complaint", "detail", "access", "oaut"])
def test_a_letter_leaves_who_and_where_to_the_hand(case, key):
    facts = gather(case, asked(), account=None, originals=False)
    told = letter(key, facts, Words("es", facts.analysis.zone)).text
    for blank in ("nombre y apellidos", "DNI, NIE o pasaporte", "domicilio", "firma"):
        assert f"________________ ({blank})" in told
    assert "[" not in told
    assert "{" not in told


def test_a_letter_counts_what_the_table_holds(case):
    facts = gather(case, asked(), account=None, originals=False)
    told = letter("complaint", facts, Words("es", "Europe/Madrid")).text.replace("\u00a0", " ")
    assert "58 filas con 5,93 GB" in told
    assert "2 de esas filas, con 296 MB" in told
    assert "Importe cobrado por ellas: 1,00 €." in told


def test_without_contested_rows_a_letter_claims_none(builders):
    facts = gather(builders.xiaoli(evidence=False), asked(), account=None, originals=False)
    told = letter("complaint", facts, Words("es", "Europe/Madrid")).text
    assert "todavía no puedo saber" in told
    assert "________________ (importe)" in told


def test_where_the_phone_explains_every_row_a_letter_says_so_and_asks_for_the_reason(case):
    facts = gather(case, asked(contest=Contest(least_share=1.1)), account=None, originals=False)
    told = letter("complaint", facts, Words("es", "Europe/Madrid")).text
    assert "no dejan ninguna de esas filas sin explicar" in told
    assert "________________ (motivo)" in told


def test_one_contested_row_is_told_in_the_singular(case):
    one = gather(
        case, asked(contest=Contest(least_bytes=100_000_000)), account=None, originals=False
    )
    assert "hay 1 fila (" in message(one, Words("es", "Europe/Madrid"))
    assert "shows 1 row (" in message(one, Words("en", "Europe/Madrid"))
    assert "1 de esas filas" in letter("complaint", one, Words("es", "Europe/Madrid")).text


def test_the_message_to_support_has_three_lines_a_language(plain):
    parts = (plain.folder / "message.txt").read_text(encoding="utf-8").strip().split("\n\n")
    assert [len(part.split("\n")) for part in parts] == [3, 3, 3]
    assert parts[0].startswith("En mi consumo de datos del 1 de octubre de 2026")


def test_a_cell_cannot_start_a_formula(case):
    frame = case.usage.frame.assign(network="=HYPERLINK(1)")
    hostile = replace(case, usage=replace(case.usage, frame=frame))
    facts = gather(hostile, asked(), account=None, originals=False)
    assert set(facts.claim["network"]) == {"'=HYPERLINK(1)"}


def test_a_folder_with_files_is_left_alone(case, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds other files"):
        write_pack(case, tmp_path, asked())


def test_a_pack_is_written_anew_over_an_earlier_one_but_never_over_other_files(case, tmp_path):
    folder = write_pack(case, tmp_path / "pack", asked(), originals={"consumo.csv": b"x"}).folder
    again = write_pack(case, folder, asked(contested_only=True))
    assert set(files_of(folder)) == FILES - {"rows.csv"}
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds other files"):
        write_pack(case, again.folder, asked())


def test_nothing_billed_makes_no_pack(builders, tmp_path):
    with pytest.raises(NothingUsableError, match="needs an export of the operator"):
        write_pack(builders.empty(), tmp_path / "pack", asked())


def test_calendar_ids_stay_when_more_is_known(case):
    later = gather(case, asked(complained_on=date(2026, 11, 9)), account=None, originals=False)
    first = gather(case, asked(), account=None, originals=False)
    texts = [_calendar(facts) for facts in (first, later)]
    ids = [re.findall(r"UID:(.*)\r", text) for text in texts]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 7
    assert ["SEQUENCE:0" in texts[0], "SEQUENCE:1" in texts[1]] == [True, True]


def test_the_public_names_are_there():
    assert esim.PackRequest is PackRequest
    assert esim.Contest is Contest
