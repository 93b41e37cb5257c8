"""A form for a table nobody knows: what was seen, what is open, and what the answers give."""

from html import escape
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import ipywidgets

from esim_analysis.i18n import Words
from esim_analysis.importers.unknown_tables import Look, Question, look_at
from esim_analysis.model import EsimError, UsageRecords

_CHOICES: Final = {
    ("units", "bytes_total"): ("B", "KB", "MB", "GB", "cell"),
    ("units", "base"): ("1000", "1024"),
    ("numbers", "decimal"): (",", "."),
    ("time", "order"): ("D/M/Y", "M/D/Y", "Y-M-D"),
}
_STYLE: Final = {"description_width": "initial"}
_LAYOUT: Final = {"width": "min(100%, 460px)"}


class MapForm(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """The form; `usage` is what the answers give, None while something is open.

    Parameters
    ----------
    look
        The table.
    """

    def __init__(self, look: Look, words: Words) -> None:
        self.look = look
        self.words = words
        self.usage: UsageRecords | None = None
        self.answers: dict[tuple[str, str], Any] = {
            (one.section, one.key): self._control(one) for one in look.questions
        }
        self.said = ipywidgets.HTML()
        self.save = ipywidgets.Button(
            description=words.say("mapping.save"), button_style="primary", layout={"width": "auto"}
        )
        for control in self.answers.values():
            control.observe(self._try, names="value")
        self.save.on_click(self._save)
        super().__init__(
            children=[ipywidgets.HTML(_seen(look, words)), *self.answers.values(), self.said,
                      self.save]
        )  # fmt: skip
        self._try()

    @property
    def mapping(self) -> str:
        """The mapping as the answers stand, TOML."""
        given = {place: str(control.value) for place, control in self.answers.items()}
        return self.look.answered(given)

    def _control(self, question: Question) -> Any:  # noqa: ANN401 - ipywidgets ships no types
        place = (question.section, question.key)
        label = self.words.say(f"mapping.ask_{question.section}_{question.key}")
        headings = tuple(name for name in self.look.headings if name)
        choices = headings if question.section == "columns" else _CHOICES.get(place, ())
        if choices:
            options = [(self.words.say("mapping.choose"), ""), *((one, one) for one in choices)]
            return ipywidgets.Dropdown(
                options=options, description=label, style=_STYLE, layout=_LAYOUT
            )
        if place == ("time", "timezone"):
            return ipywidgets.Combobox(
                options=tuple(sorted(available_timezones())), ensure_option=False,
                placeholder=question.proposed, description=label, style=_STYLE, layout=_LAYOUT,
            )  # fmt: skip
        return ipywidgets.Text(
            placeholder=question.proposed, description=label, style=_STYLE, layout=_LAYOUT,
            continuous_update=False,
        )  # fmt: skip

    def _try(self, _change: object = None) -> None:
        try:
            self.usage = self.look.read(self.mapping)
        except EsimError as problem:
            self.usage = None
            told = self.words.trouble(problem)
        else:
            told = _result(self.usage, self.words)
        self.save.disabled = self.usage is None
        self.said.value = f"<p>{escape(told)}</p>"

    def _save(self, _button: object) -> None:
        try:
            target = self.look.save(self.mapping)
        except EsimError as problem:
            self.said.value = f"<p>{escape(self.words.trouble(problem))}</p>"
        else:
            told = self.words.say("mapping.saved", file=target.name)
            self.said.value = f"<p>{escape(told)}</p>"


def map_table(path: str | Path, *, lang: str = "en") -> MapForm:
    """Return a form that asks what a table leaves open, and saves how it is read.

    Raises
    ------
    FileError
        The file holds no table.
    """
    return MapForm(look_at(Path(path)), Words(lang))


def _seen(look: Look, words: Words) -> str:
    """Write the first rows as a table, and what each column was taken for."""
    role = {name: key for key, names in look.taken for name in names.split(" + ")}
    heads = "".join(
        f"<th>{escape(name)}<br><small>{escape(_role(role.get(name), words))}</small></th>"
        for name in look.headings
    )
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in look.rows
    )
    title = escape(words.say("mapping.seen", file=look.path.name))
    return (
        f"<p><b>{title}</b></p><div style='overflow-x:auto'><table>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _role(role: str | None, words: Words) -> str:
    return words.say(f"mapping.role_{role}") if role else words.say("mapping.role_none")


def _result(usage: UsageRecords, words: Words) -> str:
    frame = usage.frame
    return words.say(
        "mapping.result",
        count=len(frame),
        number=words.number(len(frame)),
        bytes=words.volume(int(usage.billed.sum())),
        first=words.moment(frame["start_utc"].min()),
        last=words.moment(frame["end_utc"].max()),
        rejected=words.number(len(usage.rejected)),
    )
