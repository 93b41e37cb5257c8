"""What each line of a typed text is: a balance, a heading, an app, a zone, or nothing known."""

import re
from typing import Final

import pandas as pd

from esim_analysis.importers.readings.moments import MOMENT
from esim_analysis.importers.readings.volumes import VOLUME

ZONE_LINE: Final = (
    r"(?i)^(?:time ?zone|zone|zona(?: horaria)?|huso(?: horario)?|时区)\s*[:=]\s*(\S+)$"
)
_LONGEST: Final = 200  # nobody types more in a line; keeps patterns off minified files
_MOST_WORDS: Final = 40  # characters of a chat name and a few words; prose is longer
_MOST_SEPARATORS: Final = 2  # more of them make a row of a table
_SEPARATOR: Final = r"[,;\t|]"
_INVISIBLE: Final = r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
_APP: Final = rf"(?i)^(.*?\S)[\s:|·.…-]*\s({VOLUME})(?:\s*(?:used|usad[oa]s?|已用))?$"
_APP_CHINESE: Final = rf"(?i)^(.*?[\u3000-\u9fff])\s*({VOLUME})$"
_FIGURE: Final = rf"(?i)^({VOLUME})(?:\s*(?:used|usad[oa]s?|已用))?$"


def read_lines(text: str) -> pd.DataFrame:
    """Split `text` and say what each line is; blank lines are left out.

    Returns
    -------
    pandas.DataFrame
        `number` (1-based), `text` (compatibility-normalised), `kind`: one of
        `zone, balance, heading, app, other`, `label, volume` (text, of apps), and
        `first`, the number of the line the label stands on.
    """
    raw = pd.Series(text.split("\n"), dtype="str")
    clean = raw.str.normalize("NFKC").str.replace(_INVISIBLE, "", regex=True).str.strip()
    lines = pd.DataFrame({"number": range(1, len(clean) + 1), "text": clean})
    lines = lines[clean != ""].reset_index(drop=True)
    short = lines["text"].where(lines["text"].str.len() <= _LONGEST, "")
    lines["kind"] = _kinds(short)
    return _with_apps(lines, short)


def share_read(lines: pd.DataFrame, kinds: tuple[str, ...]) -> float:
    """Return the share of lines of `kinds`, zone lines aside; 0 for no lines."""
    rest = lines[lines["kind"] != "zone"]
    return float(rest["kind"].isin(kinds).mean()) if len(rest) else 0.0


def words_of(text: pd.Series) -> pd.Series:
    """Return what is left of lines without their moment and volumes."""
    without = text.str.replace(MOMENT, " ", n=1, regex=True)
    return without.str.replace(rf"(?i){VOLUME}", " ", regex=True)


def is_row(line: str) -> bool:
    """Tell whether a line has more separators than a reading or a heading may.

    Marks inside its moment and its volumes are not counted, as in `read_lines`.
    """
    marks = re.findall(_SEPARATOR, line)
    if len(marks) <= _MOST_SEPARATORS:
        return False
    if sum(mark in ";|" for mark in marks) > _MOST_SEPARATORS:
        return True  # neither a moment nor a volume holds one of these
    words = re.sub(rf"(?i){VOLUME}", " ", MOMENT.sub(" ", line, count=1))
    return len(re.findall(_SEPARATOR, words)) > _MOST_SEPARATORS


def _kinds(short: pd.Series) -> pd.Series:
    kind = pd.Series("other", index=short.index, dtype="str")
    dated = short.str.extract(MOMENT)["hour"].notna()
    if dated.any():
        words = words_of(short[dated])
        brief = (words.str.len() <= _MOST_WORDS) & (words.str.count(_SEPARATOR) <= _MOST_SEPARATORS)
        volume = (
            short[dated]
            .str.replace(MOMENT, " ", n=1, regex=True)
            .str.contains(rf"(?i){VOLUME}", regex=True)
        )
        kind[dated] = "other"
        kind[dated & brief.reindex(short.index, fill_value=False)] = "heading"
        kind[dated & (brief & volume).reindex(short.index, fill_value=False)] = "balance"
    return kind.mask(short.str.match(ZONE_LINE), "zone")


def _with_apps(lines: pd.DataFrame, short: pd.Series) -> pd.DataFrame:
    """Find label and volume on one line, or on two as recognised text gives them."""
    empty = pd.Series(index=lines.index, dtype="str")
    lines = lines.assign(label=empty, volume=empty, first=lines["number"])
    below = (lines["kind"] == "heading").cummax() & (lines["kind"] == "other")
    if not below.any():
        return lines
    candidates = short.where(below, "")
    one = candidates.str.extract(_APP)
    chinese = candidates.str.extract(_APP_CHINESE)
    alone = candidates.str.extract(_FIGURE)[0]
    label = one[0].fillna(chinese[0]).mask(alone.notna())
    volume = one[1].fillna(chinese[1]).mask(alone.notna())
    name = below & alone.isna() & label.isna()
    # Columns read one below the other give names, then figures: which belongs to which is open.
    lonely = alone.isna().shift(-1, fill_value=True)
    paired = alone.notna() & name.shift(fill_value=False) & lonely
    above = lines["text"].shift().where(paired)
    used = paired.shift(-1, fill_value=False)
    lines["label"] = label.fillna(above)
    lines["volume"] = volume.fillna(alone.where(paired))
    lines["first"] = lines["number"].where(~paired, lines["number"].shift().fillna(0).astype(int))
    lines["kind"] = lines["kind"].mask(lines["volume"].notna(), "app")
    return lines[~used].reset_index(drop=True)
