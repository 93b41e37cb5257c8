"""`DataUsage.sqlite` of an iPhone backup: counters by app since each was first seen."""

import sqlite3
from contextlib import closing

import pandas as pd

_COCOA = 978_307_200
_TABLES = """
CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZFIRSTTIMESTAMP TIMESTAMP,
 ZTIMESTAMP TIMESTAMP, ZBUNDLENAME VARCHAR, ZPROCNAME VARCHAR);
CREATE TABLE ZLIVEUSAGE (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZKIND INTEGER, ZTAG INTEGER,
 ZHASPROCESS INTEGER, ZTIMESTAMP TIMESTAMP, ZWIFIIN FLOAT, ZWIFIOUT FLOAT, ZWWANIN FLOAT,
 ZWWANOUT FLOAT);
"""


def data_usage_sqlite(counters: pd.DataFrame, *, first: int, last: int) -> bytes:
    """Write `app, wifi_down, wifi_up, cell_down, cell_up`, counted from `first` to `last` (epoch)."""
    begin, end = first - _COCOA, last - _COCOA
    apps = counters["app"].tolist()
    numbers = range(1, len(apps) + 1)
    processes = [
        (number, begin, end, app, f"{app.rsplit('.', 1)[-1][:16]}/{app}")
        for number, app in zip(numbers, apps, strict=True)
    ]
    volumes = counters[["wifi_down", "wifi_up", "cell_down", "cell_up"]].astype(float)
    usage = [
        (number, number, begin, *row)
        for number, row in zip(numbers, volumes.to_numpy().tolist(), strict=True)
    ]
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_TABLES)
        database.executemany("INSERT INTO ZPROCESS VALUES (?, 1, ?, ?, ?, ?)", processes)
        database.executemany("INSERT INTO ZLIVEUSAGE VALUES (?, 2, 0, 1, ?, ?, ?, ?, ?, ?)", usage)
        database.commit()
        return database.serialize()
