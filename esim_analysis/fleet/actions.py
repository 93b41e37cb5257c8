"""Files to work with in the operator's portal: real ids, for nobody else's eyes."""

from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.i18n import Words

_BLOCK: Final = ("other_device",)
_LIMIT: Final = ("roaming", "wrong_apn", "leak", "heavy")
_MARGIN: Final = 3  # times what peers use: above it a limit stops a fault, never a busy day
_MEGA: Final = 1_000_000


def write_actions(folder: Path, found: pd.DataFrame, *, lang: str) -> list[Path]:
    """Write what a portal's import expects, one file an action; return the files.

    `suspend.csv` (`iccid,action,reason`), `limits.csv` (`iccid,data_limit_mb,period`),
    `check.csv` with all outliers and what to do; UTF-8 with a mark, so that a spreadsheet
    opens them as they are. Their folder and first column say that they are not to be shared.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(lang)
    actions = found["cause"].map(lambda cause: words.say(f"fleet.action_{cause}"))
    causes = found["cause"].map(lambda cause: words.say(f"fleet.cause_{cause}"))
    limit = thresholds(found)
    base = pd.DataFrame({"iccid": found["sim"]})
    suspend = base.assign(action="suspend", reason=causes)[found["cause"].isin(_BLOCK)]
    limits = base.assign(data_limit_mb=limit, period="month", reason=causes)
    limits = limits[found["cause"].isin(_LIMIT)]
    check = base.assign(
        nickname=_harmless(found["nickname"]),
        cause=causes,
        action=actions,
        confidence=found["confidence"],
        money=found["stake"].round(2),
        currency=found["currency"],
        limit_mb=limit,
    )
    paths = []
    for name, frame in (("suspend", suspend), ("limits", limits), ("check", check)):
        path = folder / f"{name} - do not share.csv"
        # The mark tells a spreadsheet that the text is UTF-8.
        path.write_text("\ufeff" + frame.to_csv(index=False, lineterminator="\r\n"), encoding="utf-8", newline="")  # fmt: skip
        paths.append(path)
    note = folder / "READ ME FIRST.txt"
    note.write_text(words.say("fleet.do_not_share") + "\n", encoding="utf-8")
    return [*paths, note]


def thresholds(found: pd.DataFrame) -> pd.Series:
    """Return the megabytes a month at which the portal should stop or warn, for each line."""
    month = found["peer_per_day"] * 30 * _MARGIN
    return (month / _MEGA).clip(lower=1.0).round().astype("int64")


def _harmless(text: pd.Series) -> pd.Series:
    """Return text no spreadsheet takes for a formula."""
    return text.where(~text.str.match(r"[=+\-@\t\r]"), "'" + text)
