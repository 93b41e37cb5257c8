import json

import jsonschema
import pandas as pd
import pytest

import esim_analysis as esim

CONTRACT = {
    "attribution_day": ["line", "day", "app", "bytes", "bytes_low", "bytes_high", "status"],
    "attribution_cycle": ["line", "app", "bytes", "bytes_low", "bytes_high", "status"],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory, request):
    root = request.config.rootpath
    folder = tmp_path_factory.mktemp("tables")
    esim.open_case(root / "sample_data" / "xiaoli").tables(folder)
    return folder


@pytest.mark.parametrize("name", ["findings", "coverage", "case"])
def test_json_outputs_fulfil_their_schemas(written, name, request):
    schema = json.loads((request.config.rootpath / f"docs/schema/{name}.schema.json").read_text())
    document = json.loads((written / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())
    assert document


@pytest.mark.parametrize(("name", "columns"), CONTRACT.items())
def test_csv_outputs_have_the_columns_of_the_contract(written, name, columns):
    assert list(pd.read_csv(written / f"{name}.csv").columns) == columns


def test_the_documented_columns_are_the_written_ones(written, request):
    documented = (request.config.rootpath / "docs/outputs.md").read_text()
    for name in ("usage", "evidence", "residuals", *CONTRACT):
        columns = ", ".join(pd.read_csv(written / f"{name}.csv", nrows=1).columns)
        assert f"| `{name}.csv` |" in documented
        assert f"`{columns}`" in documented


def test_tables_sum_to_the_bill(written):
    billed = json.loads((written / "coverage.json").read_text())["billed"]
    for name in CONTRACT:
        assert pd.read_csv(written / f"{name}.csv")["bytes"].sum() == billed
    residuals = pd.read_csv(written / "residuals.csv")
    parts = residuals[["attributed", "unattributed", "rounding", "conflict"]].sum(axis=1)
    assert (parts == residuals["billed"]).all()


def test_times_are_utc_with_z_and_local_times_without(written):
    usage = pd.read_csv(written / "usage.csv", dtype=str)
    assert usage["start_utc"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()
    assert usage["start_local"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d").all()


def test_parquet_holds_the_same_rows(written, tmp_path, request):
    case = esim.open_case(request.config.rootpath / "sample_data" / "xiaoli")
    case.tables(tmp_path, table_format="parquet")
    day = pd.read_parquet(tmp_path / "attribution_day.parquet")
    assert day["bytes"].tolist() == pd.read_csv(written / "attribution_day.csv")["bytes"].tolist()
