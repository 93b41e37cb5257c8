"""The first screen of a fleet: five rows, each SIM with its money, cause, action, confidence."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from html import escape
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n import Words

ROWS: Final = 5
_ENDING: Final = 4


def first_rows(found: pd.DataFrame, words: Words, *, count: int = ROWS) -> pd.DataFrame:
    """Return the rows of the first screen as text: `sim, money, cause, action, confidence`.

    Parameters
    ----------
    found
        Outliers, most at stake first.
    """
    top = found.head(count)
    return pd.DataFrame(
        {
            "sim": [named(row) for row in top.to_dict("records")],
            "money": [_money(row, words) for row in top.to_dict("records")],
            "cause": [_cause(row, words) for row in top.to_dict("records")],
            "action": [words.say(f"fleet.action_{cause}") for cause in top["cause"]],
            "confidence": [words.percent(value) for value in top["confidence"]],
        },
        dtype="str",
    )


def headings(words: Words) -> list[str]:
    """Return the headings of the five columns."""
    return [
        words.say(f"fleet.{name}") for name in ("sim", "money", "cause", "action", "confidence")
    ]


def screen_text(
    found: pd.DataFrame, lines: pd.DataFrame, summary: dict[str, Any], words: Words
) -> str:
    """Return the first screen as text for a terminal: a block a SIM, short lines."""
    said = [_total(found, lines, words)]
    for row in first_rows(found, words).to_dict("records"):
        head = "  ".join(
            [row["sim"], row["money"], f"{headings(words)[4].lower()} {row['confidence']}"]
        )
        said += ["", head, f"  {row['cause']}", f"  → {row['action']}"]
    said += ["", *_rest(found, lines, summary, words)]
    return "\n".join(said).strip()


def screen_html(
    found: pd.DataFrame, lines: pd.DataFrame, summary: dict[str, Any], words: Words
) -> str:
    """Return the first screen for a notebook."""
    rows = first_rows(found, words)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headings(words))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows.itertuples(index=False)
    )
    rest = "".join(f"<p>{escape(text)}</p>" for text in _rest(found, lines, summary, words))
    style = (
        "<style>table.esim-fleet{border-collapse:collapse;max-width:72rem}"
        ".esim-fleet.esim-fleet th,.esim-fleet.esim-fleet td{text-align:left;vertical-align:top;"
        "padding:.5em .8em;border-bottom:1px solid #8886}"
        ".esim-fleet td:nth-child(2){font-variant-numeric:tabular-nums}"
        ".esim-fleet td:nth-child(-n+2){white-space:nowrap}"
        # Twice the class: JupyterLab's own rules set cells to the right, and lines below each.
        "@media(max-width:640px){.esim-fleet.esim-fleet thead{display:none}"
        ".esim-fleet.esim-fleet tr{display:block;padding:.6em 0;border-bottom:1px solid #8886;"
        "text-align:left}.esim-fleet.esim-fleet td{display:inline-block;border:0;"
        "padding:.1em .8em .1em 0}.esim-fleet.esim-fleet td:nth-child(3),"
        ".esim-fleet.esim-fleet td:nth-child(4){display:block}}</style>"
    )
    return (
        f'{style}<div lang="{words.lang}"><p><strong>{escape(_total(found, lines, words))}</strong>'
        f'</p><table class="esim-fleet"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f"{rest}</div>"
    )


def named(row: Mapping[Hashable, Any]) -> str:
    """Name a SIM as its owner does: nickname and the last digits of its id."""
    sim = str(row["sim"])
    ending = f"…{sim[-_ENDING:]}" if sim else str(row["label"])
    return f"{row['nickname']} ({ending})" if row["nickname"] else ending


def _money(row: Mapping[Hashable, Any], words: Words) -> str:
    if pd.isna(row["stake"]) or not row["currency"] or pd.isna(row["currency"]):
        return words.volume(float(row["stake_bytes"]))
    return words.money(Decimal(str(round(row["stake"], 2))), str(row["currency"]))


def _cause(row: Mapping[Hashable, Any], words: Words) -> str:
    told = {
        "day": words.day(str(row["step_day"])),
        "country": words.place(str(row["abroad_country"])),
        "apn": row["apn"],
        "usual": row["peer_apn"],
        "times": words.number(max(row["step_ratio"], 0.0), 0),
        "more": words.number(row["per_day"] / max(row["peer_per_day"], 1.0), 1),
        "dearer": _dearer(row, words),
        "sessions": words.number(row["records_per_day"]),
        "peers": words.number(row["peer_records_per_day"]),
        "empty": words.percent(row["zero_records"] / max(row["records"], 1)),
    }
    cause = "dear" if row["cause"] == "heavy" and told["dearer"] else row["cause"]
    return words.say(f"fleet.seen_{cause}", **told)


def _dearer(row: Mapping[Hashable, Any], words: Words) -> str:
    """Return how many times its peers' cost a line costs a day, `""` where nobody pays."""
    usual = float(row["peer_cost_per_day"])
    return words.number(row["cost_per_day"] / usual, 1) if usual > 0 else ""


def _total(found: pd.DataFrame, lines: pd.DataFrame, words: Words) -> str:
    money = found["stake"].sum()
    currency = found["currency"].dropna().unique()
    stake = words.volume(float(found["stake_bytes"].sum()))
    if found["stake"].notna().any() and len(currency) == 1:
        stake = words.money(Decimal(str(round(money, 2))), str(currency[0]))
    days = words.number(float(lines["days"].max()))
    return words.say(
        "fleet.total", count=len(found), lines=words.number(len(lines)), stake=stake, days=days
    )


def _rest(
    found: pd.DataFrame, lines: pd.DataFrame, summary: dict[str, Any], words: Words
) -> list[str]:
    said = []
    if len(found) > ROWS:
        said.append(words.say("fleet.more", count=len(found) - ROWS))
    storms = int((lines["cause"] == "storm").sum())
    idle = int((lines["cause"] == "idle").sum())
    if storms:
        said.append(words.say("fleet.storms", count=storms))
    if idle:
        said.append(words.say("fleet.idle", count=idle))
    rejected = sum(file["rejected"] for file in summary["files"])
    if rejected:
        said.append(words.say("fleet.rejected", count=rejected))
    if summary["loose_artefacts"]:
        said.append(words.say("fleet.loose", count=len(summary["loose_artefacts"])))
    said += [words.say("fleet.failed", what=what) for what in summary["failed"]]
    said += [str(problem) for problem in summary["problems"]]
    return said
