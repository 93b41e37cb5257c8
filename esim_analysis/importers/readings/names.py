"""Names on a phone's settings screen that are not apps: hotspot, system, removed, totals."""

from typing import Final

import pandas as pd

from esim_analysis.model import REMOVED, SYSTEM, TETHERING

_TETHERING: Final = (
    "personal hotspot",
    "hotspot",
    "mobile hotspot",
    "wi-fi hotspot",
    "tethering",
    "hotspot & tethering",
    "tethering & hotspot",
    "hotspot and tethering",
    "compartir internet",
    "punto de acceso personal",
    "punto de acceso wi-fi",
    "zona wi-fi portátil",
    "anclaje a red",
    "compartir conexión",
    "个人热点",
    "热点",
    "移动热点",
    "便携式热点",
    "便携式wlan热点",
    "网络共享",
    "热点和网络共享",
)
_SYSTEM: Final = (
    "system services",
    "system",
    "android system",
    "android os",
    "os services",
    "servicios del sistema",
    "sistema",
    "sistema android",
    "sistema operativo android",
    "系统服务",
    "系统",
    "android 系统",
    "安卓系统",
    "操作系统",
)
_REMOVED: Final = (
    "uninstalled apps",
    "removed apps",
    "deleted apps",
    "removed apps and users",
    "apps desinstaladas",
    "aplicaciones desinstaladas",
    "apps eliminadas",
    "aplicaciones eliminadas",
    "aplicaciones y usuarios eliminados",
    "已卸载的应用",
    "已卸载应用",
    "已卸载的 app",
    "已卸载的app",
    "已移除的应用",
    "已移除的应用和用户",
)
_TOTALS: Final = (
    "current period",
    "current period roaming",
    "total",
    "mobile data",
    "cellular data",
    "data usage",
    "periodo actual",
    "periodo actual en itinerancia",
    "itinerancia periodo actual",
    "datos móviles",
    "uso de datos",
    "当前时段",
    "当前时段漫游",
    "当前周期",
    "本周期",
    "总计",
    "合计",
    "蜂窝数据",
    "移动数据",
    "流量使用情况",
)
_APP_OF: Final = {
    **dict.fromkeys(_TETHERING, TETHERING),
    **dict.fromkeys(_SYSTEM, SYSTEM),
    **dict.fromkeys(_REMOVED, REMOVED),
}


def app_of(label: pd.Series) -> pd.Series:
    """Return the app id of each label: a named non-app, else the label as typed."""
    return label.str.casefold().map(_APP_OF).fillna(label).astype("str")


def is_total(label: pd.Series) -> pd.Series:
    """Mark the phone's own totals, which would count every app twice."""
    return label.str.casefold().isin(_TOTALS)
