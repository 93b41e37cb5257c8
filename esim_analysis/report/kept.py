"""What a history holds, as it is read."""

from esim_analysis.history import History
from esim_analysis.i18n import Words
from esim_analysis.model import UsageRecords


def say_kept(history: History, usage: UsageRecords, *, lang: str) -> list[str]:
    """Return sentences on the files, records and lines of a history, and when each file came."""
    words = Words(lang)
    files, frame = history.files(), usage.frame
    told = [
        words.say(
            "history.holds",
            records=words.number(len(frame)),
            files=words.number(len(files)),
            lines=words.number(frame["line"].nunique()),
            volume=words.volume(int(usage.billed.sum())),
        )
    ]
    if len(frame):
        first, last = frame["start_utc"].min(), frame["end_utc"].max()
        told.append(words.say("history.spans", first=words.moment(first), last=words.moment(last)))
    for look in history.looks():
        names = ", ".join(files.loc[files["look"] == look.number, "name"])
        told.append(words.say("history.look", moment=words.moment(look.taken), names=names))
    return told
