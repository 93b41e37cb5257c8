"""Delivery: each message once; what fails is kept, what was cut off says it may be a repeat."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from esim_analysis.alerts.ledger import Ledger, Message
from esim_analysis.alerts.rules import Alerts
from esim_analysis.i18n import Words

CONSOLE: Final = "console"
NO_ANSWER: Final = "the server did not answer in time"  # and may yet have taken the message
Send = Callable[[Message, str], str]
"""Take a message and its text; return `""` when it was accepted, else what went wrong."""


def deliver(
    ledger: Ledger, send: Send, *, words: Words, now: datetime
) -> tuple[int, list[Message]]:
    """Send what is due; return how many were accepted and what is still to be sent.

    A message is noted as handed over before it is sent and as sent afterwards. Where a run
    ended in between, nobody knows whether it arrived: it is sent again and says so, however
    often that is refused. So is what a server did not answer in time. What a channel refuses
    is kept for the next run.
    """
    accepted = 0
    with _alone(ledger.history.store.path) as alone:
        if not alone:
            return 0, ledger.messages()  # another run is sending: what it leaves, the next takes
        for message in ledger.messages(due=now):
            again = message.state == "handed"
            text = f"{words.say('alerts.again')} {message.text}" if again else message.text
            ledger.mark(message, "handed")
            problem = send(message, text)
            # A refusal now does not say what became of it before.
            doubtful = again or problem == NO_ANSWER
            kept = "handed" if doubtful else "waiting"
            ledger.mark(message, kept if problem else "sent", problem)
            accepted += not problem
    return accepted, ledger.messages()


def sender(alerts: Alerts, say: Callable[[str], None]) -> Send:
    """Return what sends to the console and to the channels of the user."""
    channels = {channel.name: channel for channel in alerts.channels}

    def send(message: Message, text: str) -> str:
        if message.channel == CONSOLE:
            say(text)
            return ""
        channel = channels.get(message.channel)
        if channel is None:
            return "no channel of this name in the alerts file"
        address = channel.address()
        if not address:
            return f"the environment variable {channel.url_env} is not set"
        return _through_apprise(address, message.title, text)

    return send


def _through_apprise(address: str, title: str, text: str) -> str:
    """Send one message; the address is in none of the answers, and apprise's log is off."""
    try:
        import apprise  # noqa: PLC0415 - an extra; only when something is sent
    except ImportError:
        return "apprise is not installed: pip install 'esim-analysis[alerts]'"
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    service = apprise.Apprise()
    if not service.add(address):
        return "apprise does not know this kind of address"
    patience = min(
        (min(one.socket_connect_timeout, one.socket_read_timeout) for one in service), default=0.0
    )
    begun = time.monotonic()
    try:
        # Version 1 returns a bool, version 2 a result that is true when all was sent.
        accepted = bool(service.notify(body=text, title=title, body_format="text"))
        why = "" if accepted else "the server did not accept it"
    except Exception as problem:  # noqa: BLE001 - 180 services; whatever fails is kept and shown
        why = type(problem).__name__
    # apprise does not tell a refusal from an answer that never came: the clock does.
    late = time.monotonic() - begun >= patience
    return NO_ANSWER if why and late else why


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold the right to send for one history; the system lets go when the process ends."""
    with path.with_name(f".{path.name}.sending").open("a+b") as lock:
        yield _locked(lock.fileno())


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - of this system only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - of the other systems

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
