"""Watching a folder and telling: over real HTTP and SMTP servers of this machine."""

import json
import shutil
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner

from esim_analysis.alerts import watching
from esim_analysis.alerts.delivery import deliver, sender
from esim_analysis.alerts.gsm import length
from esim_analysis.alerts.ledger import Ledger
from esim_analysis.alerts.replaying import replay
from esim_analysis.alerts.rules import Alerts
from esim_analysis.alerts.watching import analysis_at, dry_run, look, stable_files
from esim_analysis.cli.main import app
from esim_analysis.history import History
from esim_analysis.i18n import Words

pytestmark = [
    pytest.mark.enable_socket,
    # apprise guesses the kind of an attachment with a module Python retires
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

OCTOBER = Path(__file__).parents[2] / "sample_data" / "xiaoli"
FILES = ["uso_datos_2026-10.csv", "netstats.txt", "packages.txt", "netpolicy.txt"]
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
RULES = [
    {"on": "finding", "at": ["1 GB"]},
    {"on": "surge", "at": ["500 MB"]},
    {"on": "allowance", "at": ["3 GB"]},
]


class Server(BaseHTTPRequestHandler):
    """Takes what is posted, or answers as it is told."""

    answer, slow = 200, 0.0
    got: list[dict] = []  # noqa: RUF012 - one list for all requests

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(type(self).slow)
        if type(self).answer == 200:
            type(self).got.append(json.loads(body))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *told):
        pass


@pytest.fixture
def server():
    class Own(Server):
        got: list[dict] = []  # noqa: RUF012 - one list for all requests

    running = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    Own.url = f"json://127.0.0.1:{running.server_port}/hush-hush"
    yield Own
    running.shutdown()
    running.server_close()


class Post:
    """A mailbox."""

    def __init__(self) -> None:
        self.got = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self.answer.startswith("250"):
            self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def post():
    box = Post()
    with socket.socket() as free:  # noqa: TID251 - only to find a free port
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org&mode=insecure"
    yield box
    controller.stop()


@pytest.fixture(scope="module")
def looked(tmp_path_factory) -> tuple[Path, Alerts]:
    """Return a watched history whose messages wait for a channel called phone."""
    folder = tmp_path_factory.mktemp("watched")
    told = alerts("json://127.0.0.1:9/hush-hush")
    outcome = look([OCTOBER], History(folder / "h.duckdb"), told, lambda *_: "later", now=NOW)
    assert len(outcome.fired) == 3
    return folder / "h.duckdb", told


@pytest.fixture
def ledger(looked, tmp_path) -> Ledger:
    shutil.copy(looked[0], tmp_path / "h.duckdb")
    return Ledger(History(tmp_path / "h.duckdb"))


def alerts(url: str, **told) -> Alerts:
    channel = {"name": "phone", "url": url}
    return Alerts.model_validate({"rules": RULES, "channels": [channel], **told})


def deliver_to(ledger: Ledger, url: str, said: list[str] | None = None):
    say = (said if said is not None else []).append
    return deliver(ledger, sender(alerts(url), say), words=Words(), now=NOW)


def test_an_alert_has_cause_number_action_and_how_fresh_it_is(ledger, server):
    sent, waiting = deliver_to(ledger, server.url)
    assert (sent, waiting) == (6, [])  # three alerts, the console and the phone
    texts = [got["message"].replace("\u00a0", " ") for got in server.got]
    start = "Lexi Dictionary: background synchronisation: 1.27 GB by 14 Oct 2026"
    text = next(each for each in texts if each.startswith(start))
    assert "turn Background data off" in text
    assert "Data until 31 Oct 2026 23:06 UTC+1; the operator may be up to 24 h late." in text
    surge = next(got for got in server.got if "within 2 hours" in got["message"])
    assert "Most of it: Lexi Dictionary, 619" in surge["message"]


def test_mail_arrives_whole(ledger, post):
    deliver_to(ledger, post.url)
    assert len(post.got) == 3
    assert "Lexi Dictionary: background synchronisation" in {got["Subject"] for got in post.got}
    assert "Data until 31 Oct 2026" in post.got[0].get_body(("plain",)).get_content()


def test_what_is_sent_is_not_sent_again(ledger, server):
    deliver_to(ledger, server.url)
    assert deliver_to(ledger, server.url) == (0, [])
    assert len(server.got) == 3


def test_a_refused_delivery_is_shown_and_retried_at_the_next_run(ledger, server):
    sent, waiting = deliver_to(ledger, "json://127.0.0.1:1/hush-hush")
    assert sent == 3  # the console
    assert {message.problem for message in waiting} == {"the server did not accept it"}
    assert {message.tries for message in waiting} == {2}  # one was refused when it was new
    assert deliver_to(ledger, server.url) == (3, [])
    assert len(server.got) == 3


@pytest.mark.parametrize("answer", [500, 404])
def test_a_failing_server_loses_nothing(ledger, server, answer):
    server.answer = answer
    _, waiting = deliver_to(ledger, server.url)
    assert len(waiting) == 3
    server.answer = 200
    assert deliver_to(ledger, server.url)[1] == []
    assert len({got["message"] for got in server.got}) == 3


def test_a_slow_server_is_given_up_and_tried_again(ledger, server):
    server.slow, server.answer = 1.5, 500
    _, waiting = deliver_to(ledger, f"{server.url}?rto=0.3&cto=0.3")
    assert len(waiting) == 3
    server.slow, server.answer = 0.0, 200
    assert deliver_to(ledger, server.url)[1] == []


def test_a_server_that_took_it_but_answered_too_late_is_told_that_it_may_be_a_repeat(
    ledger, server
):
    server.slow = 1.0
    _, waiting = deliver_to(ledger, f"{server.url}?rto=0.2&cto=0.2")
    assert {message.problem for message in waiting} == {"the server did not answer in time"}
    deadline = time.monotonic() + 10
    while len(server.got) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)  # the server takes them all the same
    server.slow = 0.0
    assert deliver_to(ledger, server.url)[1] == []
    told = [got["message"].startswith("(You may have had this already.)") for got in server.got]
    assert sorted(told) == [False] * 3 + [True] * 3


def test_a_mailbox_that_refuses_is_asked_again(ledger, post):
    post.answer = "451 later"
    assert len(deliver_to(ledger, post.url)[1]) == 3
    post.answer = "250 OK"
    assert deliver_to(ledger, post.url)[1] == []
    assert len(post.got) == 3


def test_a_run_cut_off_while_sending_says_that_it_may_be_a_repeat(ledger, server):
    first = ledger.messages()[0]
    ledger.mark(first, "handed")
    said = []
    deliver_to(ledger, server.url, said)
    assert said[0].startswith("(You may have had this already.)")
    assert not said[1].startswith("(")


def test_a_message_in_doubt_stays_in_doubt_however_often_it_is_refused(ledger, server):
    doubtful = next(each for each in ledger.messages() if each.channel == "phone")
    ledger.mark(doubtful, "handed")  # and there the run was cut off
    server.answer = 500
    deliver_to(ledger, server.url)
    deliver_to(ledger, server.url)
    assert next(m for m in ledger.messages() if m.number == doubtful.number).tries == 4
    server.answer = 200
    deliver_to(ledger, server.url)
    told = [got["message"].startswith("(You may have had this already.)") for got in server.got]
    assert sorted(told) == [False, False, True]


def test_one_run_sends_at_a_time(ledger, server):
    inside = []

    def send(_message, _text):
        if not inside:
            inside.append(deliver_to(ledger, server.url))
        return ""

    deliver(ledger, send, words=Words(), now=NOW)
    assert inside[0][0] == 0
    assert server.got == []


def test_the_secret_is_in_no_file_log_or_screen(ledger, server, tmp_path, caplog, capfd):
    caplog.set_level("DEBUG")
    server.answer = 500
    deliver_to(ledger, server.url)
    from esim_analysis.alerts.page import write_page  # noqa: PLC0415

    told = alerts(server.url)
    write_page(tmp_path / "a.html", ledger, analysis_at(ledger.history, None, told), told)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "not delivered (the server did not accept it)" in page
    assert "told" in page
    everything = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    screens = "".join(capfd.readouterr()) + caplog.text
    assert all(b"hush-hush" not in each for each in everything)
    assert "hush-hush" not in screens


def test_without_apprise_the_console_still_tells(ledger, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    said = []
    _, waiting = deliver_to(ledger, "json://127.0.0.1:9", said)
    assert len(said) == 3
    assert "pip install 'esim-analysis[alerts]'" in waiting[0].problem


def test_without_a_channel_no_connection_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    told = Alerts.model_validate({"rules": RULES})
    said = []
    files = [OCTOBER / FILES[0]]
    outcome = look(files, History(tmp_path / "h.duckdb"), told, sender(told, said.append), now=NOW)
    assert outcome.sent == len(said) == len(outcome.fired) > 0


def test_quiet_hours_wait_and_the_console_does_not(tmp_path):
    told = alerts("json://127.0.0.1:9", quiet="11:00-15:00")
    said = []
    history = History(tmp_path / "h.duckdb")
    look([OCTOBER / FILES[0]], history, told, sender(told, said.append), now=NOW)
    waiting = Ledger(history).messages()
    assert said
    assert {message.channel for message in waiting} == {"phone"}
    assert {message.due.isoformat() for message in waiting} == {"2026-11-01T14:00:00+00:00"}
    assert Ledger(history).messages(due=NOW) == []
    assert Ledger(history).messages(due=NOW + timedelta(hours=3))


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_alert_has_a_form_of_one_short_message(looked, lang):
    from esim_analysis.alerts.firing import fire  # noqa: PLC0415
    from esim_analysis.alerts.wording import Speaker  # noqa: PLC0415

    ledger = Ledger(History(looked[0]))
    told = alerts("json://127.0.0.1:9", lang=lang)
    speaker = Speaker(analysis_at(ledger.history, None, told), told)
    for row in fire(ledger.watched(), told).to_dict("records"):
        text = speaker.short(row)
        used, most = length(text)
        assert used <= most == (70 if lang == "zh" else 160)
        assert "31/10 23:06" in text


def test_replay_counts_what_was_told_and_says_what_it_would_have_saved(looked):
    history = History(looked[0])
    replayed = replay(analysis_at(history, None, looked[1]), looked[1], history=history)
    assert len(replayed) == len(Ledger(history).fired()) == 3
    surge = next(each for each in replayed if each.rule == "surge")
    # Told a day after the first night: the second night lay before, the third was still to come.
    assert 600e6 < surge.saved < 720e6
    assert 3 < surge.cost < 5
    assert surge.currency == "EUR"


def test_a_dry_run_prints_what_would_be_sent_and_changes_nothing(tmp_path, looked):
    told = alerts("json://127.0.0.1:9/hush-hush")
    history = History(tmp_path / "h.duckdb")
    would = dry_run([OCTOBER], history, told)
    assert not history.store.exists
    assert len(would) == 6
    stored = {message.text for message in Ledger(History(looked[0])).messages()}
    assert {text for _, _, text in would} == stored


def test_a_file_still_being_written_is_left_alone(tmp_path, monkeypatch):
    old = time.time() - 60
    polls = stable_files(tmp_path, but=[tmp_path / "alerts.toml"])
    growing = tmp_path / "a.csv"
    (tmp_path / "alerts.toml").write_text("", encoding="utf-8")
    growing.write_text("one", encoding="utf-8")
    __import__("os").utime(growing, (old, old))
    assert next(polls) == []  # seen for the first time
    growing.write_text("one and two", encoding="utf-8")
    assert next(polls) == []  # it grew
    assert next(polls) == []  # it stands still, but was written a moment ago
    monkeypatch.setattr(watching.time, "time_ns", lambda: time.time_ns() + 3_000_000_000)
    monkeypatch.undo()
    __import__("os").utime(growing, (old, old))
    assert next(polls) == []  # its date changed
    assert next(polls) == [growing]


def test_the_command_watches_once_and_says_what_failed(tmp_path):
    shutil.copy(OCTOBER / FILES[0], tmp_path)
    (tmp_path / "alerts.toml").write_text(
        '[[rules]]\non = "allowance"\nat = ["3 GB"]\n'
        '[[channels]]\nname = "phone"\nurl = "json://127.0.0.1:1/hush-hush"\n',
        encoding="utf-8",
    )
    command = ["watch", str(tmp_path), "--alerts", str(tmp_path / "alerts.toml"), "--once"]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 1
    assert "3.08" in first.output
    assert "phone: not delivered (the server did not accept it), try 1" in first.output
    assert "hush-hush" not in first.output
    second = CliRunner().invoke(app, command)
    assert "3.08" not in second.output
    assert "try 2" in second.output
