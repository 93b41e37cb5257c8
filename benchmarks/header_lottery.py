"""Tables nobody has seen: 200 drawn heads of columns, each read, asked about, or read wrongly.

    python benchmarks/header_lottery.py [--draws 200] [--seed 2026] [--show]

A draw is a language, one heading for each column out of those that operators are known to
write, columns missing, shuffled and added, a separator, an encoding, a way to write numbers,
times and units, banner and total rows. Every tenth volume or time heading is one that no known
operator writes (`UNSEEN`). What the table means is drawn first, so that it is known to the byte.

A draw counts as *read* when rows, bytes and start times are right; as *asked* when it ends in
one question that names what is open; as *wrong* otherwise. Wrong is worse than asking.
"""

import argparse
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from esim_analysis.importers.reading import read
from esim_analysis.model import NothingUsableError

KNOWN = {
    "en": {
        "start": ["start_time", "start_timestamp", "CONNECT_TIME", "session_begin", "AnswerTime",
                  "acctstarttime", "Start Date/Time", "Session Start"],
        "date": ["date", "usageDate", "Date"],
        "hour": ["time", "Time"],
        "end": ["stop_time", "end_timestamp", "CLOSE_TIME", "acctstoptime", "End Time"],
        "duration": ["duration_seconds", "acctsessiontime", "Duration (s)"],
        "volume": ["bytesUsed", "data_total", "volume_total", "Data Usage", "Data Volume", "Usage"],
        "up": ["data_upload", "uplink_data", "volume_tx", "acctinputoctets"],
        "down": ["data_download", "downlink_data", "volume_rx", "acctoutputoctets"],
        "line": ["iccid", "imsi", "msisdn", "Wireless Number", "username"],
        "network": ["network_name", "operator_name", "Network"],
        "rat": ["rat_type", "radio_access_technology"],
        "charge": ["cost", "Cost", "Total Charges"],
    },
    "es": {
        "start": ["fecha_hora_inicio_sesion", "Fecha y hora de inicio", "Inicio de sesión"],
        "date": ["fecha", "Fecha", "fecha_trafico"],
        "hour": ["hora", "Hora"],
        "end": ["fecha_hora_fin_sesion", "Fecha y hora fin"],
        "duration": ["duracion (s)", "Duración (s)", "DURACION TOTAL seg"],
        "volume": ["Volumen", "volumen", "consumo", "Datos consumidos", "Tráfico total"],
        "up": ["trafico_de_subida", "Datos de subida"],
        "down": ["trafico_de_bajada", "Datos de bajada"],
        "line": ["numero", "Número", "numero_que_navega", "teléfono"],
        "network": ["operador", "Red visitada"],
        "rat": ["tipo_tecnologia", "tecnologia"],
        "charge": ["importe", "Importe"],
    },
    "zh": {
        "start": ["起始时间", "上网起始时间", "开始时间"],
        "date": ["日期", "使用日期"],
        "hour": ["时间"],
        "end": ["结束时间", "上网结束时间"],
        "duration": ["时长（秒）", "上网时长（秒）"],
        "volume": ["流量", "上网流量", "总流量", "使用流量"],
        "up": ["上行流量"],
        "down": ["下行流量"],
        "line": ["手机号码", "号码"],
        "network": ["运营商"],
        "rat": ["网络类型"],
        "charge": ["费用(元)", "消费金额（元）"],
    },
}  # fmt: skip
# Written down before the detector was shown any of them.
UNSEEN = {
    "en": {
        "start": ["Opened", "Login Time", "Attached At", "From"],
        "end": ["Logout Time", "Detached At", "To"],
        "volume": ["Bandwidth", "Payload", "Transfer"],
    },
    "es": {
        "start": ["Apertura", "Alta de sesión", "Momento de conexión"],
        "end": ["Cierre de sesión", "Baja de sesión"],
        "volume": ["Transferencia", "Gasto", "Ancho de banda usado"],
    },
    "zh": {
        "start": ["上线时间", "登录时间"],
        "end": ["下线时间", "登出时间"],
        "volume": ["已用", "耗费流量", "消耗"],
    },
}
JUNK = {
    "en": ["Ref", "Cell", "Remarks", "IP", "Rate Plan Description", "Msgs"],
    "es": ["Celda", "Observaciones", "Referencia", "Tarifa contratada"],
    "zh": ["备注", "小区", "序号"],
}
NO_UNIT = 0.03  # share of tables that name their unit nowhere; only a question can end those
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20}
BANNER = {
    "en": ["Usage report", "Period: October 2026", "Account holder: ·"],
    "es": ["Detalle de consumo", "Periodo: octubre de 2026", "Titular: ·"],
    "zh": ["流量详单", "账期：2026年10月", "机主：·"],
}
TIME_FORMS = {
    "en": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
           "%d %b %Y %H:%M:%S"],
    "es": ["%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"],
    "zh": ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y%m%d%H%M%S"],
}  # fmt: skip
ENCODINGS = {"en": ["utf-8", "cp1252", "utf-16"], "es": ["utf-8", "utf-8-sig", "cp1252"],
             "zh": ["utf-8", "gb18030", "utf-8-sig"]}  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """One table and what it means: start times as local text, bytes within a rounding."""

    text: str
    encoding: str
    starts: tuple[str, ...]
    volumes: tuple[int, ...]
    half: int
    head: str


def draw(seed: int) -> Draw:
    """Draw the table of one seed."""
    dice = random.Random(seed)  # noqa: S311 - a lottery, no secret
    lang = dice.choice(["en", "es", "zh"])
    moments = _moments(dice)
    volumes = [int(dice.lognormvariate(15, 2)) + 1 for _ in moments]
    columns: dict[str, list[str]] = {}
    _times(columns, moments, lang, dice)
    half, shown = _volumes(columns, volumes, lang, dice)
    for role, chance in (("line", 0.7), ("network", 0.5), ("rat", 0.4), ("charge", 0.4)):
        if dice.random() < chance:
            columns[dice.choice(KNOWN[lang][role])] = _filler(role, len(moments), lang, dice)
    for name in dice.sample(JUNK[lang], dice.randint(0, 2)):
        columns[name] = [dice.choice(["", "A1", "x-7", "ok"]) for _ in moments]
    names = list(columns)
    dice.shuffle(names)
    delimiter = dice.choice([";", "\t"] if lang == "es" else [",", ";", "\t"])
    body = [[columns[name][row] for name in names] for row in range(len(moments))]
    rows = [names, *body]
    if dice.random() < 0.3:
        rows.append(["Total" if i == 0 else "" for i in range(len(names))])
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in row) for row in rows]
    banner = dice.sample(BANNER[lang], dice.randint(0, 3)) if dice.random() < 0.4 else []
    return Draw(
        text="\n".join([*banner, *lines]) + "\n",
        encoding=dice.choice(ENCODINGS[lang]),
        starts=tuple(moment.isoformat() for moment in moments),
        volumes=tuple(shown),
        half=half,
        head=delimiter.join(names),
    )


def outcome(drawn: Draw, folder: Path) -> tuple[str, str]:
    """Return `"read"`, `"asked"` or `"wrong"`, and what was said or found."""
    path = folder / "usage.csv"
    path.write_bytes(drawn.text.encode(drawn.encoding))
    try:
        usage = read([path], timezone="Europe/Madrid").usage
    except NothingUsableError as problem:
        asks = "esim-analysis map" in str(problem)
        return ("asked" if asks else "refused"), str(problem)
    frame = usage.frame
    starts = sorted(moment.isoformat() for moment in frame["start_local"])
    if starts != sorted(drawn.starts):
        return "wrong", f"starts {starts[:2]} … for {sorted(drawn.starts)[:2]}; {len(frame)} rows"
    truth = [v for _, v in sorted(zip(drawn.starts, drawn.volumes, strict=True))]
    found = frame.sort_values("start_local")["bytes_total"].tolist()
    off = max(abs(a - b) for a, b in zip(found, truth, strict=True))
    return ("read", "") if off <= drawn.half else ("wrong", f"bytes {found[:3]} for {truth[:3]}")


def lottery(draws: int, seed: int) -> list[tuple[Draw, str, str]]:
    """Return every draw with its outcome."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = [draw(seed * 100_000 + number) for number in range(draws)]
        return [(one, *outcome(one, Path(folder))) for one in drawn]


def _moments(dice: random.Random) -> list[datetime]:
    begin = datetime(2026, 10, dice.randint(1, 4), 7, 13, 5)  # noqa: DTZ001 - a wall clock
    steps = [timedelta(seconds=dice.randint(1800, 60_000)) for _ in range(dice.randint(25, 50))]
    found = [begin]
    for step in steps:
        if found[-1] + step < datetime(2026, 10, 24):  # noqa: DTZ001 - before the repeated hour
            found.append(found[-1] + step)
    return found


def _heading(role: str, lang: str, dice: random.Random) -> str:
    unseen = UNSEEN[lang].get(role, [])
    return dice.choice(unseen if unseen and dice.random() < 0.1 else KNOWN[lang][role])


def _times(
    columns: dict[str, list[str]], moments: list[datetime], lang: str, dice: random.Random
) -> None:
    form = dice.choice(TIME_FORMS[lang])
    lengths = [dice.randint(1, 1700) for _ in moments]
    if dice.random() < 0.3 and " " in form and "%b" not in form:
        day, hour = form.split(" ", 1)
        columns[dice.choice(KNOWN[lang]["date"])] = [moment.strftime(day) for moment in moments]
        columns[dice.choice(KNOWN[lang]["hour"])] = [moment.strftime(hour) for moment in moments]
    else:
        columns[_heading("start", lang, dice)] = [moment.strftime(form) for moment in moments]
        if dice.random() < 0.5:
            ends = [m + timedelta(seconds=s) for m, s in zip(moments, lengths, strict=True)]
            columns[_heading("end", lang, dice)] = [end.strftime(form) for end in ends]
            return
    if dice.random() < 0.5:
        columns[dice.choice(KNOWN[lang]["duration"])] = [str(length) for length in lengths]


def _volumes(
    columns: dict[str, list[str]], volumes: list[int], lang: str, dice: random.Random
) -> tuple[int, list[int]]:
    """Write the volumes; return how far a reading may be off, and what the cells mean."""
    if dice.random() < 0.25:
        up = [volume // dice.randint(5, 20) for volume in volumes]
        down = [volume - sent for volume, sent in zip(volumes, up, strict=True)]
        unit = {"en": " (bytes)", "es": " (bytes)", "zh": "（字节）"}[lang]
        unit = "" if dice.random() < NO_UNIT else unit
        columns[dice.choice(KNOWN[lang]["up"]) + unit] = [str(sent) for sent in up]
        columns[dice.choice(KNOWN[lang]["down"]) + unit] = [str(got) for got in down]
        return 0, volumes
    unit = dice.choice(["KB", "KB", "MB", "MB", "MB", "GB", "B", "MiB", "KiB"])
    places = 0 if unit == "B" else {"KB": 1, "KiB": 1, "MB": 3, "MiB": 3, "GB": 6}[unit]
    exact = [Decimal(volume) / UNITS[unit] for volume in volumes]
    mark = "," if lang == "es" and places else "."
    cells = [f"{value:.{places}f}".replace(".", mark) for value in exact]
    heading = _heading("volume", lang, dice)
    where = dice.choices(["heading", "column", "cell", "nowhere"], [70, 10, 17, 100 * NO_UNIT])[0]
    if where == "heading":
        brackets = (
            dice.choice(["（{}）", "({})"]) if lang == "zh" else dice.choice(["({})", "[{}]"])
        )
        heading += " " * (lang != "zh") + brackets.format(unit)
    elif where == "column":
        columns[{"en": "Unit", "es": "Unidad", "zh": "单位"}[lang]] = [unit] * len(cells)
    elif where == "cell":
        cells = [f"{cell} {unit}" for cell in cells]
    columns[heading] = cells
    meant = [int(Decimal(f"{value:.{places}f}") * UNITS[unit]) for value in exact]
    return 1, meant


def _filler(role: str, rows: int, lang: str, dice: random.Random) -> list[str]:
    if role == "line":
        return ["8934071234567890123"] * rows
    if role == "charge":
        mark = "," if lang == "es" else "."
        return [f"0{mark}{dice.randint(10, 99)}" for _ in range(rows)]
    kinds = {
        "network": ["Orange", "中国移动" if lang == "zh" else "Movistar"],
        "rat": ["4G", "5G", "LTE"],
    }
    return [dice.choice(kinds[role]) for _ in range(rows)]


def _quoted(cell: str, delimiter: str) -> str:
    return f'"{cell}"' if delimiter in cell else cell


def main() -> None:
    """Print how many draws were read, asked about, refused, and read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--show", action="store_true", help="print what was not read")
    told = parser.parse_args()
    results = lottery(told.draws, told.seed)
    counts = Counter(result for _, result, _ in results)
    print(", ".join(f"{kind} {counts[kind]}" for kind in ("read", "asked", "refused", "wrong")))
    print(f"read without a question: {counts['read'] / told.draws:.1%} of {told.draws}")
    if told.show:
        for drawn, result, said in results:
            if result != "read":
                print(f"\n{result}: {drawn.head}\n{drawn.text.splitlines()[-3]}\n{said}")


if __name__ == "__main__":
    main()
