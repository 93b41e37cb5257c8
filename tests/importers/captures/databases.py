"""RethinkDNS logs made with SQLite itself, in the schemas of its versions."""

import sqlite3
from contextlib import closing

OLD = "id INTEGER PRIMARY KEY, appName TEXT, uid INTEGER, ipAddress TEXT, port INTEGER, protocol INTEGER, isBlocked INTEGER, blockedByRule TEXT, flag TEXT, dnsQuery TEXT, timeStamp INTEGER"
NEW = f"{OLD}, packageName TEXT, usrId INTEGER, connId TEXT, downloadBytes INTEGER, uploadBytes INTEGER, duration INTEGER, connType TEXT"
ROW = {
    "appName": "Lexi",
    "uid": 10123,
    "ipAddress": "203.0.113.9",
    "port": 443,
    "protocol": 6,
    "isBlocked": 0,
    "dnsQuery": "sync.lexi.example,cdn.example",
    "timeStamp": 1_790_978_400_250,
    "packageName": "com.example.lexi",
    "downloadBytes": 2000,
    "uploadBytes": 100,
    "duration": 9,
    "connType": "Metered",
}


def log(path, *rows, schema=NEW, table="ConnectionTracker"):
    """Write a log of `ROW`s with changes; return its bytes."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE {table} ({schema})")
        for changes in rows:
            row = {name: value for name, value in (ROW | changes).items() if name in schema}
            marks = ", ".join("?" * len(row))
            database.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
                list(row.values()),
            )
        database.commit()
    return path.read_bytes()
