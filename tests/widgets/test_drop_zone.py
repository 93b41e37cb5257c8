"""Files arrive in pieces, under any name, and each gets its card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.widgets import drop_files
from esim_analysis.widgets.arrivals import Arrivals


def send(zone, name, data, size=1000):
    pieces = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    for at, piece in enumerate(pieces):
        told = {"name": name, "first": at == 0, "last": at == len(pieces) - 1}
        zone._received(zone, told, [memoryview(piece)])
    zone._received(zone, {"done": True}, [])


@pytest.fixture
def zone(sample_data):
    opened = drop_files(sample_data / "xiaoli")
    yield opened
    opened.close()


def test_it_begins_with_the_files_it_was_given(zone):
    told = {card["name"]: card["told"] for card in zone.cards}
    assert told["uso_datos_2026-10.csv"].startswith(
        "table: 401 kept · 7.06\u00a0GB · MB (declared)"
    )
    assert "netstats: 1,541 kept" in told["netstats.txt"]


def test_what_arrives_replaces_them(zone, sample_data):
    bill = sample_data / "xiaoli" / "uso_datos_2026-10.csv"
    send(zone, "C:\\Users\\Ana\\bill.csv", bill.read_bytes())
    assert [path.name for path in zone.files] == ["bill.csv"]
    assert zone.files[0].read_bytes() == bill.read_bytes()
    assert [card["name"] for card in zone.cards] == ["bill.csv"]


def test_a_pasted_chat_is_a_file_like_any_other(zone, sample_data):
    chat = (sample_data / "iphone-night" / "balances.txt").read_bytes()
    send(zone, "pasted.txt", chat)
    assert zone.cards[0]["good"]


def test_a_photo_is_named_and_the_rest_goes_on(zone, sample_data):
    bill = sample_data / "xiaoli" / "uso_datos_2026-10.csv"
    send(zone, "bill.csv", bill.read_bytes(), size=10_000)
    send(zone, "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(500))
    cards = {card["name"]: card["good"] for card in zone.cards}
    assert cards == {"bill.csv": True, "photo.jpg": False}


def test_nothing_usable_is_one_sentence_and_no_traceback(zone):
    send(zone, "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(500))
    assert len(zone.cards) == 1
    assert not zone.cards[0]["good"]
    assert str(zone.files[0].parent) not in zone.cards[0]["told"]


def test_the_folder_goes_with_the_widget(zone):
    send(zone, "a.txt", b"11-02 09:00 4.2 GB left")
    folder = zone.files[0].parent
    zone.close()
    assert not folder.exists()


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_word_is_there_in_every_language(lang):
    opened = drop_files(lang=lang)
    assert all(opened._words.values())
    assert not [word for word in opened._words.values() if word.startswith("widgets.")]
    opened.close()


@given(names=st.lists(st.text(max_size=200), max_size=5))
def test_no_name_leads_out_of_the_folder_or_over_another(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("arrivals")
    arrivals = Arrivals(folder)
    for number, name in enumerate(("../../etc/passwd", "..", "", *names)):
        arrivals.take(name, bytes([number]), first=True, last=True)
    assert all(path.parent == folder for path in arrivals.complete)
    assert [path.read_bytes() for path in arrivals.complete] == [
        bytes([number]) for number in range(len(names) + 3)
    ]


def test_a_piece_without_its_beginning_is_left_out(tmp_path):
    arrivals = Arrivals(tmp_path)
    arrivals.take("late.csv", b"x", first=False, last=True)
    assert arrivals.complete == ()


def test_the_case_is_what_was_read_for_the_cards(zone, monkeypatch):
    first = zone.case()
    monkeypatch.setattr("esim_analysis.widgets.drop_zone.open_case", None)  # nothing is read again
    assert zone.case() is first
    assert "Lexi Dictionary" in first.verdict()
