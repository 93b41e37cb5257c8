"""A language nobody speaks: every sentence of the catalogues, letter by letter made strange."""

import json
import re
from importlib.resources import files

import esim_analysis.explorer.told
import esim_analysis.i18n.catalogue

_STRANGE = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβςδεφγηιξκλμνοπθρστυωψχζжΑБЦДΕФГΗΙЙΚΛΜΝΟΠЩРСΤУВШΧЫΖ",
)
_KEPT = re.compile(r"\{[^}]*\}|<[^>]+>|\b(?:UTC|GB|MB|kB|GiB|SHA|IEC|SI)\b")


def strange(entry):
    if isinstance(entry, dict):
        return {"other": strange(entry["other"]), "one": strange(entry.get("one", entry["other"]))}
    parts, last = [], 0
    for kept in _KEPT.finditer(entry):
        parts += [entry[last : kept.start()].translate(_STRANGE), kept.group()]
        last = kept.end()
    return "".join([*parts, entry[last:].translate(_STRANGE)])


def catalogue():
    """Return every sentence in the language nobody speaks."""
    folder = files("esim_analysis.i18n") / "catalogues" / "en"
    told = {}
    for part in folder.iterdir():
        told |= json.loads(part.read_text(encoding="utf-8"))
    return {key: strange(entry) for key, entry in told.items()}


def speak(monkeypatch):
    """Let Python and the view speak it, whatever language is asked for."""
    esim_analysis.i18n.catalogue._told_again()  # English is known again by what it really is
    told = catalogue()
    monkeypatch.setattr(esim_analysis.i18n.catalogue, "_catalogue", lambda _lang: told)
    own = {key.removeprefix("explorer."): entry for key, entry in told.items()
           if key.startswith("explorer.")}  # fmt: skip
    everywhere = dict.fromkeys(("en", "es", "zh"), own)
    monkeypatch.setattr(esim_analysis.explorer.told, "catalogue", lambda: everywhere)


def left_in_english(text, *, names=()):
    """Return words in Latin letters that no name, unit or place explains."""
    for name in (*names, "Europe/Madrid", "English", "Español", "SHA-256", "esim-analysis"):
        text = text.replace(name, " ")
    return sorted(set(re.findall(r"[A-Za-z]{3,}", text)) - {"UTC", "GiB", "EUR"})
