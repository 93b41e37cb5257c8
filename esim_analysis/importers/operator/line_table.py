"""The user's own list of SIMs: nickname, owner, site, firmware, plan; CSV, workbook or TOML."""

import tomllib
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.delimited import DELIMITERS, Rows, split_rows
from esim_analysis.importers.tabular.headings import heading, headings, is_usage_header
from esim_analysis.importers.tabular.sheet import is_workbook, sheets
from esim_analysis.model import FileError
from esim_analysis.model.line_table import line_table
from esim_analysis.model.lines import bare_ids

_ABOUT: Final = {
    "nickname": "nickname name alias label device nombre apodo etiqueta dispositivo 名称 昵称 别名 备注",
    "owner": "owner user driver customer usuario titular propietario conductor 机主 用户 使用人 姓名",
    "site": "site location place depot sede centro ubicacion lugar 地点 位置 站点",
    "firmware": "firmware fw version modem 固件 版本",
    "plan": "plan tariff bundle tarifa bono paquete 套餐 资费",
}
_COLUMN_OF: Final = {word: name for name, words in _ABOUT.items() for word in words.split()}
_SAMPLE: Final = "sim,nickname\n8934…1234,Dad's phone"
_TOP: Final = 20_000  # characters or so in which the headings stand


def recognise(file: SourceFile) -> bool:
    """Tell whether the file lists SIMs and says something of each, and holds no usage."""
    if is_workbook(file):
        try:
            return any(_columns(rows[0]) for rows in sheets(file, top=1) if rows)
        except FileError:
            return False
    if not file.is_text:
        return False
    return _toml_lines(file.head_text) is not None or _rows(file.head_text[:_TOP]) is not None


def read(file: SourceFile, _: ReadOptions) -> Imported:
    """Read the list, one row a SIM.

    Raises
    ------
    FileError
        No row names a SIM, or two rows name the same one differently.
    """
    frame = _frame(file).fillna("").map(str.strip)
    nameless = bare_ids(frame["line"]).eq("")
    kept = frame[~nameless].drop_duplicates()
    twice = kept["line"][bare_ids(kept["line"]).duplicated()]
    if len(twice):
        found = sentence("importing.two_rows_sim_ends", twice=bare_ids(twice).iloc[0][-4:])
        raise FileError(
            file.name,
            found,
            sentence("importing.keep_one_row_sim"),
            place=sentence("importing.row_2", twice=twice.index[0]),
        )
    if kept.empty:
        raise FileError(
            file.name,
            sentence("importing.list_sims_without_sim"),
            sentence("importing.write_2", sample=_SAMPLE),
        )
    notes = (
        (sentence("importing.rows_name_no_sim", count=int(nameless.sum())),)
        if nameless.any()
        else ()
    )
    return Imported(lines=line_table(kept.reset_index(drop=True)), notes=notes)


def _frame(file: SourceFile) -> pd.DataFrame:
    if is_workbook(file):
        rows = next(rows for rows in sheets(file) if rows and _columns(rows[0]))
        return _table(rows)
    listed = _toml_lines(file.text)
    if listed is None:
        return _table(_rows(file.text) or [])
    told = pd.DataFrame([{str(k): str(v) for k, v in item.items()} for item in listed])
    columns = _columns([str(name) for name in told.columns])
    return told.rename(columns=columns).rename_axis(index="row")


def _table(rows: Rows) -> pd.DataFrame:
    columns = _columns(rows[0])
    width = len(rows[0])
    body = [(*row, *[""] * (width - len(row)))[:width] for row in rows[1:] if any(row)]
    names = [columns.get(name, name) for name in rows[0]]
    return pd.DataFrame(body, columns=names, index=range(2, len(body) + 2), dtype="str")


def _rows(text: str) -> Rows | None:
    """Return the rows of the text under the first separator that makes it a list of SIMs."""
    for delimiter in DELIMITERS:
        if not _may_begin(text, delimiter):
            continue
        said = (row for row in split_rows(text, delimiter) if any(cell.strip() for cell in row))
        head = next(said, [])
        rows = [head, *said] if _columns(head) else []
        if len(rows) > 1:
            return rows
    return None


def _may_begin(text: str, delimiter: str) -> bool:
    """Tell whether the first row may be the head of a list: most files of all kinds are told by it."""
    for line in text.split("\n"):
        if '"' in line:  # the row may end on a later line
            return True
        cells = line.split(delimiter)
        if any(map(str.strip, cells)):
            return bool(_columns(cells))
    return False


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Return heading → column where the row is the head of a list of SIMs, else nothing."""
    read = headings(names)
    about = {item.name: _about(item.words) for item in read}
    about = {name: column for name, column in about.items() if column}
    sims = [item.name for item in read if item.role == "line" and item.name not in about]
    volumes = {heading(name).role for name in names} & {"bytes_total", "start", "bytes_up"}
    twice = len(set(names)) < len(names) or len(set(about.values())) < len(about)
    if not sims or not about or volumes or twice or is_usage_header(names):
        return {}
    return {sims[0]: "line", **about}


def _about(words: Sequence[str]) -> str:
    """Return what the words of a heading tell of a SIM; `"SIM name"` tells its nickname."""
    told = [_COLUMN_OF[word] for word in words if word in _COLUMN_OF]
    return told[-1] if told else ""


def _toml_lines(text: str) -> list[dict[str, Any]] | None:
    if "[[lines]]" not in text:
        return None
    try:
        listed = tomllib.loads(text).get("lines")
    except tomllib.TOMLDecodeError:
        return None
    found = listed if isinstance(listed, list) else []
    names = list(dict.fromkeys(str(name) for item in found for name in item))
    return found if _columns(names) else None


IMPORTER = Importer(
    id="line_table",
    title="Your own list of SIMs with nickname, owner, site, firmware or plan",
    side="operator",
    how="Write one row a SIM: its number, ICCID or last digits, and a nickname; CSV, Excel or TOML.",
    known_from="documentation",
    reach=Reach.EVERYONE,
    rank=45,
    recognise=recognise,
    read=read,
)
