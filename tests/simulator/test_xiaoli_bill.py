"""The bill says what the hidden life was, read back without any importer."""

import csv
import io
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from esim_analysis.model.clock import localise
from esim_analysis.simulator.flows import cut
from esim_analysis.simulator.scenarios import xiaoli

MADRID = "Europe/Madrid"


def _number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


@pytest.fixture(scope="module")
def lines(outcome):
    text = outcome.files["uso_datos_2026-10.csv"].decode("cp1252")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def rows(lines):
    head = lines.index(["Fecha", "Hora inicio", "Hora fin", "Tipo", "Volumen (MB)", "Importe (€)"])
    return pd.DataFrame(lines[head + 1 : -1], columns=["day", "start", "end", "type", "mb", "eur"])


@pytest.fixture(scope="module")
def truth(outcome):
    return json.loads(outcome.truth["xiaoli.json"])


@pytest.fixture(scope="module")
def by_day(outcome):
    return pd.read_csv(io.BytesIO(outcome.truth["xiaoli_day.csv"]))


@pytest.fixture(scope="module")
def records(outcome):
    return pd.read_csv(io.BytesIO(outcome.truth["xiaoli_records.csv"]))


def test_the_total_row_is_the_sum_of_the_rows_and_of_the_truth(lines, rows, by_day, truth):
    total = int(_number(lines[-1][4]) * 10**6)
    assert lines[-1][0] == "TOTAL"
    assert sum(int(_number(mb) * 10**6) for mb in rows["mb"]) == total
    assert int(by_day["billed_bytes"].sum()) == truth["billed_bytes"] == total
    assert sum(map(_number, rows["eur"])) == _number(lines[-1][5]) == Decimal(truth["charge_euro"])


def test_each_record_is_its_hidden_bytes_times_its_overhead_rounded_up(records):
    metered = records["phone_bytes"] * records["overhead_ppm"] // 10**6
    assert records["metered_bytes"].equals(metered)
    rounding = records["billed_bytes"] - records["metered_bytes"]
    assert rounding.between(0, 999).all()
    assert (records["billed_bytes"] % 1000 == 0).all()


def test_every_esim_byte_of_the_month_is_in_exactly_one_record(records):
    flows, _ = xiaoli.hidden_life()
    on_esim = xiaoli.on_esim(flows)
    edges = xiaoli.MONTH.midnights()[[0, -1]] - xiaoli.OPERATOR.clock_ahead_seconds
    month = cut(on_esim, edges)
    month = month[month["start"].between(edges[0], edges[1], inclusive="left")]
    assert set(month["carrier"]) == {"esim-4g", "esim-5g"}
    assert int(month[["down", "up"]].sum().sum()) == int(records["phone_bytes"].sum())


def test_the_three_nights_are_background_of_the_dictionary(rows, by_day, truth):
    nights = rows[rows["start"].between("02:00:00", "03:00:00") & (rows["day"] != "25/10/2026")]
    assert nights["day"].tolist() == ["13/10/2026", "14/10/2026", "21/10/2026"]
    assert set(nights["start"]) == {"02:10:03"}
    assert set(nights["end"]) == {"02:58:03"}
    lexi = by_day[(by_day["app"] == xiaoli.LEXI) & (by_day["ground"] == "background")]
    assert lexi["day"].tolist() == truth["culprit"]["nights"]
    billed = int(lexi["billed_bytes"].sum())
    assert 1.5e9 <= billed <= 2.5e9
    printed = sum(int(_number(mb) * 10**6) for mb in nights["mb"])
    assert 0 <= printed - billed < 3_000


def test_the_video_app_is_tempting_and_innocent(truth):
    apps = truth["billed_bytes_by_app"]
    lexi, vista = apps[xiaoli.LEXI]["background"], apps[xiaoli.VISTA]
    assert 0.8 < vista["foreground"] / lexi < 1.25
    assert vista["background"] < 0.02 * vista["foreground"]


def test_hotspot_removed_app_and_system_are_on_the_bill(truth):
    apps = truth["billed_bytes_by_app"]
    assert {"tethering", "removed", "system", "rounding"} <= set(apps)
    assert apps["tethering"]["background"] == sum(
        event["billed_bytes"] for event in truth["events"] if event["event"] == "hotspot"
    )


def test_rows_are_in_order_of_time_and_read_back_to_their_utc_instants(rows, records):
    for column in ("start", "end"):
        wall = pd.to_datetime(rows["day"] + " " + rows[column], format="%d/%m/%Y %H:%M:%S")
        utc, _ = localise(wall.astype("datetime64[us]"), MADRID)
        hidden = pd.to_datetime(records[f"{column}_utc"]).astype("datetime64[us, UTC]")
        late = (hidden - utc).dt.total_seconds()
        assert set(late) <= ({0.0} if column == "start" else {0.0, 1.0})  # midnight as 23:59:59


def test_the_night_the_clocks_go_back_has_25_hours_and_a_record_across_the_step(rows, records):
    start = pd.to_datetime(records["start_utc"])
    assert (start.diff().dropna() > pd.Timedelta(0)).all()
    sunday = rows[rows["day"] == "25/10/2026"]
    across = sunday[sunday["end"] < sunday["start"]]
    assert across[["start", "end"]].to_numpy().tolist() == [["02:25:03", "02:15:03"]]
    hidden = records.loc[sunday.index]
    first, last = pd.to_datetime(hidden["start_utc"]).min(), pd.to_datetime(hidden["end_utc"]).max()
    day = pd.Timestamp("2026-10-25", tz=MADRID)
    assert first >= day
    assert last <= day + pd.Timedelta(hours=25)
    assert last > day + pd.Timedelta(hours=23, minutes=59)


def test_the_bundle_is_free_and_what_follows_has_its_price(rows):
    mb = np.cumsum([float(_number(volume)) for volume in rows["mb"]])
    paid = np.array([float(_number(charge)) for charge in rows["eur"]])
    assert (paid[mb <= 3000] == 0).all()
    assert abs(paid.sum() - (mb[-1] - 3000) * 0.006) < 0.01
