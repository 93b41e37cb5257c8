"""The alerts as one small offline page, for who has no channel and for who was not reached."""

from html import escape
from importlib.resources import files
from pathlib import Path

from esim_analysis.alerts.ledger import Ledger
from esim_analysis.alerts.rules import Alerts
from esim_analysis.alerts.wording import Speaker
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis


def write_page(path: Path, ledger: Ledger, analysis: Analysis, alerts: Alerts) -> Path:
    """Write what fired, the newest first, and what could not be delivered; return the path."""
    words = Words(alerts.lang, analysis.zone)
    fired = ledger.fired()
    cycles = sorted(set(fired["cycle"]))
    speaker = Speaker(analysis, alerts, cycles=cycles)
    rows = [
        (words.moment(row["t_utc"]), speaker.long(row), words.say(f"alerts.state_{row['state']}"))
        for row in reversed(fired.to_dict("records"))
    ]
    waiting = [
        words.say("alerts.failed", channel=m.channel, problem=m.problem, tries=m.tries)
        for m in ledger.messages()
        if m.problem
    ]
    path.write_text(_page(words, rows, waiting), encoding="utf-8")
    return path


def _page(words: Words, rows: list[tuple[str, str, str]], waiting: list[str]) -> str:
    title = escape(words.say("alerts.page_title"))
    heads = [words.say(f"alerts.page_{name}") for name in ("when", "what", "state")]
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    none = f"<p>{escape(words.say('alerts.page_none'))}</p>"
    lost = "".join(f"<li>{escape(each)}</li>" for each in waiting)
    kept = f"<h2>{escape(words.say('alerts.page_waiting'))}</h2><ul>{lost}</ul>" if lost else ""
    style = files("esim_analysis.report").joinpath("style.css").read_text(encoding="utf-8")
    lang = "zh-Hans" if words.lang == "zh" else words.lang
    return (
        f"<!doctype html>\n<html lang='{lang}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><style>{style}</style></head>"
        f"<body><main><h1>{title}</h1>{kept}{table if rows else none}</main></body></html>\n"
    )
