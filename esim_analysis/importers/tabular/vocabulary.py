"""The words of column headings in English, Spanish and Chinese, by the role they give a column."""

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal[
    "start",
    "end",
    "duration",
    "bytes_up",
    "bytes_down",
    "bytes_total",
    "bytes_billed",
    "unit",
    "record_id",
    "session_id",
    "line",
    "network",
    "plmn",
    "mcc",
    "mnc",
    "country",
    "place",
    "rat",
    "apn",
    "service",
    "roaming",
    "charge",
    "currency",
]


@dataclass(frozen=True, slots=True)
class Words:
    """A heading has `role` when one of its words is in `need` and all others in `may`."""

    role: Role
    need: frozenset[str]
    may: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GLUE: Final = _words(
    "of the de del la el los las en y and in a total por per by no utc local gmt 的"
)
CONTEXT: Final = _words(
    "session sesion sesiones usage uso event evento call llamada connection conexion connect "
    "connected record registro traffic trafico data datos mobile movil internet acct answer "
    "navegacion consumo consumption first cdr period periodo c trade "
    "上网 手机 流量 数据 通信 使用 话单 连接 移动"
)
_TIMES: Final = _words(
    "date time datetime timestamp day fecha hora dia start started begin began beginning inicio "
    "comienzo starttime startdate acctstarttime fechahora desde 时间 日期 开始 起始 日"
)
_VOLUMES: Final = _words(
    "bytes byte octets octetos volume volumen usage consumo consumption consumed consumido "
    "consumidos data datos trafico traffic quantity cantidad kb mb gb megas gigas kilobytes "
    "megabytes gigabytes kib mib gib flow datasize 流量 用量 使用量 数据量 字节"
)
_VOLUME_MAY: Final = _words(
    "total totals used size transferred transferidos gastado gastados usado usados gastada "
    "sum suma mobile movil kb mb gb kib mib gib bytes 总 合计 使用"
)
_UP: Final = _words(
    "up upload uploaded uploads uplink upstream tx sent subida subido subidos enviado enviados "
    "envio acctinputoctets 上行 上传 发送"
)
_DOWN: Final = _words(
    "down download downloaded downloads downlink downstream rx received bajada bajado bajados "
    "descarga descargado descargados recibido recibidos acctoutputoctets 下行 下载 接收"
)
_ANY_VOLUME: Final = _VOLUMES | _VOLUME_MAY | CONTEXT | GLUE
_BILLED: Final = _words(
    "billed billable charged rated facturado facturados facturable tarificado 计费"
)

# First match wins: the narrow roles stand before the wide ones.
ROLES: Final = (
    Words(
        "end",
        _words(
            "end ended stop stopped close closed finish finished until hasta fin final "
            "finalizacion termino cierre endtime stoptime acctstoptime 结束 终止 截止"
        ),
        _TIMES | CONTEXT | GLUE,
    ),
    Words(
        "duration",
        _words("duration duracion elapsed sessiontime acctsessiontime tradetime 时长 历时"),
        CONTEXT
        | GLUE
        | _words("time tiempo s sec seg seconds segundos minutes minutos min h hours ms hh mm ss"),
    ),
    Words("bytes_up", _UP, _ANY_VOLUME),
    Words("bytes_down", _DOWN, _ANY_VOLUME),
    Words(
        "unit",
        _words("unit units unidad unidades 单位"),
        _words("quantity medida") | GLUE | CONTEXT,
    ),
    Words("currency", _words("currency moneda divisa 币种"), _words("code codigo") | GLUE),
    Words(
        "rat",
        _words("rat technology tecnologia radio 网络类型 制式"),
        _words("access type tipo") | GLUE,
    ),
    Words("roaming", _words("roaming itinerancia 漫游"), _words("zone zona type tipo 类型") | GLUE),
    Words(
        "service",
        _words(
            "type tipo service servicio item category categoria concepto tor clase class "
            "业务 类型 类别 项目"
        ),
        CONTEXT | GLUE | _words("name nombre 名称"),
    ),
    Words("plmn", _words("plmn mccmnc"), _words("code visited")),
    Words("mcc", _words("mcc"), GLUE),
    Words("mnc", _words("mnc"), GLUE),
    Words(
        "country",
        _words("country pais 国家"),
        _words("name nombre code codigo iso iso2 iso3 visited visitado 地区") | GLUE,
    ),
    Words("place", _words("地点 归属地 place location lugar localidad"), CONTEXT | GLUE),
    Words(
        "charge",
        _words("cost charge charges importe coste costo precio price fee 费用 金额 资费"),
        CONTEXT | GLUE | _words("eur usd gbp euros incl excl tax iva con sin 消费"),
    ),
    Words(
        "line",
        _words(
            "iccid imsi msisdn sim subscriber abonado telefono phone linea line username mdn "
            "numero number 号码 手机号 卡号"
        ),
        _words("id sid no num wireless mobile movil que navega user usuario cliente card tarjeta")
        | _words("numero number 手机 用户")
        | GLUE,
    ),
    Words("start", _TIMES, _TIMES | CONTEXT | GLUE),
    Words("bytes_total", _VOLUMES, _ANY_VOLUME),
    Words(
        "network",
        _words("network red operator operador operadora carrier 运营商 网络"),
        _words("name nombre visited visitada visitado roaming provider") | GLUE,
    ),
    Words("apn", _words("apn 接入点"), GLUE),
)
PHRASES: Final[dict[str, Role]] = {
    "cdr id": "record_id",
    "record id": "record_id",
    "usage id": "record_id",
    "event id": "record_id",
    "id registro": "record_id",
    "id cdr": "record_id",
    "id evento": "record_id",
    "话单 号": "record_id",
    "session id": "session_id",
    "id sesion": "session_id",
    "charging id": "session_id",
    "acctuniqueid": "session_id",
    "mcc mnc": "plmn",
    "network type": "rat",
    "net type": "rat",
    "tipo red": "rat",
    "tipo de red": "rat",
    "session time": "duration",
    "data time": "duration",
    "tiempo de conexion": "duration",
    "tiempo conexion": "duration",
    "data cost": "charge",
    "trade time": "duration",
    "trade addr": "place",
    "data address": "place",
    "data biz name": "service",
    "消费 金额": "charge",
}
# Words that say "what was billed" beside a word for volume.
BILLED: Final = _BILLED
ENGLISH_ONLY: Final = frozenset(
    w for w in (_TIMES | _VOLUMES | _UP | _DOWN) if w.isascii()
) - _words(
    "fecha hora dia inicio comienzo desde fechahora octetos volumen consumo consumido consumidos "
    "datos trafico cantidad megas gigas subida subido subidos enviado enviados envio bajada bajado "
    "bajados descarga descargado descargados recibido recibidos total kb mb gb"
)
SPANISH: Final = _words(
    "fecha hora dia inicio comienzo octetos volumen consumo consumido consumidos datos trafico "
    "cantidad subida bajada descarga importe coste duracion tipo servicio numero linea pais red fin"
)
CHINESE: Final = tuple(
    sorted(
        {
            word
            for words in (*(r.need | r.may for r in ROLES), _BILLED, _words("消费 号 名称 总 地区"))
            for word in words
            if not word.isascii()
        },
        key=lambda word: (-len(word), word),
    )
)
