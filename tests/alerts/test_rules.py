"""The user's rules, thresholds and quiet hours; and what one short message holds."""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.alerts.firing import fire
from esim_analysis.alerts.gsm import GSM_MOST, UCS_MOST, fit, length, plain
from esim_analysis.alerts.rules import Alerts, Quiet, read_alerts, threshold, usual_alerts
from esim_analysis.alerts.watched import WATCHED
from esim_analysis.model import FileError
from esim_analysis.model.frames import conform

SECRET = "tgram://123456:verysecret/42"  # noqa: S105 - of nobody


def written(tmp_path, text: str):
    path = tmp_path / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_rules_channels_and_hours(tmp_path):
    told = read_alerts(written(tmp_path, f"""
lang = "zh"
quiet = "23:00-07:00"
mute_apps = ["com.example.video"]
[[rules]]
on = "finding"
rule = "background_sync"
at = ["200 MB"]
[[rules]]
on = "forecast"
[[channels]]
name = "phone"
url = "{SECRET}"
form = "short"
"""))  # fmt: skip
    assert [rule.id for rule in told.rules] == ["finding:background_sync", "forecast"]
    assert told.rules[1].levels == ("80 %",)
    assert told.channels[0].address() == SECRET


def test_no_text_of_a_channel_shows_its_address(tmp_path):
    told = read_alerts(written(tmp_path, f'rules = []\n[[channels]]\nname="a"\nurl="{SECRET}"\n'))
    assert "verysecret" not in repr(told)
    assert "verysecret" not in str(told.channels[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rules]]\non = "findings"\n', "findings"),
        ('[[rules]]\non = "finding"\nrule = "background_sink"\n', "background_sync"),
        ('[[rules]]\non = "surge"\nat = ["80 %"]\n', "only an allowance has shares"),
        ('[[rules]]\non = "forecast"\nat = ["2 GB"]\n', "a forecast has odds"),
        ('[[rules]]\non = "roaming"\nat = ["much"]\n', "no threshold"),
        ('[[rules]]\non = "roaming"\n[[rules]]\non = "roaming"\n', "two rules are called"),
        ('quiet = "late"\nrules = []\n', "no hours"),
        ('quiet = "25:00-07:00"\nrules = []\n', "no hours"),
        (f'rules = []\n[[channels]]\nname="a"\nurl="{SECRET}"\nurl_env="B"\n', "two addresses"),
        (f'rules = []\n[[channels]]\nnam="a"\nurl="{SECRET}"\n', "nam"),
        (f'rules = []\nchannels = ["{SECRET}"]\n', "channels"),
    ],
)
def test_what_a_file_gets_wrong_is_one_sentence_without_the_secret(tmp_path, text, said):
    with pytest.raises(FileError) as caught:
        read_alerts(written(tmp_path, text))
    assert said in str(caught.value)
    assert "verysecret" not in str(caught.value)


def test_quiet_hours_may_go_over_midnight():
    night = Quiet.read("23:00-07:00")
    at = datetime.fromisoformat
    assert night.until(at("2026-10-13T23:30+02:00")) == at("2026-10-14T07:00+02:00")
    assert night.until(at("2026-10-14T06:59+02:00")) == at("2026-10-14T07:00+02:00")
    assert night.until(at("2026-10-14T07:00+02:00")) is None
    assert Quiet.read("13:00-15:00").until(at("2026-10-14T14:00+02:00")).hour == 15


def seen(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["t_utc", "amount", "cycle", "kind", "name", "app", "rank"])
    frame["t_utc"] = pd.to_datetime(frame["t_utc"], utc=True).astype("datetime64[us, UTC]")
    frame["day"] = frame["t_utc"].dt.strftime("%Y-%m-%d")
    return conform(frame.assign(line="a", whole=1000.0), WATCHED, what="watched")


USE = [
    ("2026-10-01T08:00", 400.0, "2026-10-01", "use", "home", "", None),
    ("2026-10-02T08:00", 450.0, "2026-10-01", "use", "abroad", "", None),
    ("2026-10-03T08:00", 150.0, "2026-10-01", "use", "home", "", None),
    ("2026-11-01T08:00", 900.0, "2026-11-01", "use", "home", "", None),
]


def alerts(**rule) -> Alerts:
    return Alerts.model_validate({"rules": [rule]})


def test_a_threshold_tells_once_a_cycle_and_is_armed_again_by_the_next():
    told = fire(seen(USE), alerts(on="allowance", at=["80 %", "100 %"]))
    assert list(zip(told["level"], told["cycle"], told["t_utc"].dt.day, strict=True)) == [
        ("80 %", "2026-10-01", 2),
        ("100 %", "2026-10-01", 3),
        ("80 %", "2026-11-01", 1),
    ]


def test_roaming_counts_what_was_abroad_only():
    told = fire(seen(USE), alerts(on="roaming", at=["0.4 kB"]))
    assert list(told["amount"]) == [450.0]


def test_a_surge_is_much_within_its_hours_only():
    assert fire(seen(USE), alerts(on="surge", at=["0.8 kB"], hours=24)).shape[0] == 1
    assert fire(seen(USE), alerts(on="surge", at=["0.8 kB"], hours=25))["cycle"].tolist() == [
        "2026-10-01",
        "2026-11-01",
    ]


FOUND = [
    ("2026-10-01T08:00", 300.0, "2026-10-01", "finding", "background_sync", "a.b", 2),
    ("2026-10-02T08:00", 300.0, "2026-10-01", "finding", "background_sync", "a.b", 2),
    ("2026-10-02T09:00", 900.0, "2026-10-01", "finding", "hotspot", "tethering", 1),
]


def test_findings_are_told_by_rule_app_and_severity():
    assert fire(seen(FOUND), alerts(on="finding", at=["0.5 kB"]))["app"].tolist() == [
        "a.b",
        "tethering",
    ]
    serious = fire(seen(FOUND), alerts(on="finding", at=["0.5 kB"], severity="medium"))
    assert serious["t_utc"].dt.day.tolist() == [2]
    assert fire(seen(FOUND), alerts(on="finding", rule="surge")).empty


def test_what_is_muted_is_kept_and_marked():
    rules = alerts(on="finding", at=["0.5 kB"]).model_copy(update={"mute_apps": ("a.b",)})
    assert fire(seen(FOUND), rules)["muted"].tolist() == ["app", ""]
    place = [("2026-10-09T08:00", 900.0, "2026-10-01", "place", "cdn.example.com", "a.b", None)]
    hosts = alerts(on="unknown_destination", at=["0.5 kB"])
    hosts = hosts.model_copy(update={"mute_hosts": ("*.example.com",)})
    assert fire(seen(place), hosts)["muted"].tolist() == ["host"]


def test_of_several_looks_the_first_stands():
    looks = pd.concat([
        seen(USE[:2]).assign(look=1),
        seen(USE).assign(look=2),
    ])  # fmt: skip
    told = fire(looks, alerts(on="allowance", at=["80 %"]))
    assert told["look"].tolist() == [1, 2]


def test_thresholds_are_read_as_they_are_written():
    assert threshold("200 MB") == (200e6, False)
    assert threshold(" 1.5GB ") == (1.5e9, False)
    assert threshold("80 %") == (0.8, True)
    assert usual_alerts("es").lang == "es"


def test_spanish_fits_the_gsm_alphabet_and_chinese_does_not():
    assert plain("El operador irá con retraso: «mañana» ≤ 24 h – 5 €") == (
        'El operador ira con retraso: "mañana" <= 24 h - 5 €'
    )
    assert length("mañana €") == (9, GSM_MOST)
    assert length("流量") == (2, UCS_MOST)


@given(st.lists(st.text(max_size=200), min_size=2, max_size=4), st.sampled_from(["en", "es", "zh"]))
def test_every_short_message_is_one_message(parts, lang):
    used, most = length(fit(["x", *parts], lang=lang))
    assert used <= most or len(parts[-1]) > UCS_MOST - 5
