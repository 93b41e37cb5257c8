"""Names by deep inspection (nDPI through nfstream), where the extra `[pcap]` is installed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.importers.captures.messages import host
from esim_analysis.importers.files import SourceFile

_UNKNOWN: Final = "Unknown"
_ENDS: Final = ("src_ip", "src_port", "dst_ip", "dst_port", "protocol")
_COLUMNS: Final = (*_ENDS, "application_name", "requested_server_name", "bidirectional_bytes")


def can_inspect() -> bool:
    """Tell whether nfstream is installed."""
    return find_spec("nfstream") is not None


def inspect(file: SourceFile) -> pd.DataFrame:
    """Return `label, host` of each conversation of a pcap file, by `conversation` key.

    nfstream cuts flows by its own clock: of several with the same ends the one
    with most bytes that it could name stands. Empty when it cannot read the file.
    """
    nfstream = import_module("nfstream")
    with _plain(file) as path:
        try:
            flows = nfstream.NFStreamer(
                source=str(path), accounting_mode=1, statistical_analysis=False
            )
            rows = [tuple(getattr(flow, name) for name in _COLUMNS) for flow in flows]
        except (OSError, RuntimeError, TypeError, ValueError):
            rows = []
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    names = pd.DataFrame(
        {
            "label": found["application_name"].astype("str").fillna(""),
            "host": found["requested_server_name"].astype("str").fillna("").map(host),
            "size": found["bidirectional_bytes"],
        }
    ).set_index(conversation(*(found[name] for name in _ENDS)))
    names["label"] = names["label"].mask(names["label"] == _UNKNOWN, "")
    best = names.sort_values(["label", "size"], key=_named_first, ascending=False, kind="stable")
    result: pd.DataFrame = best.loc[~best.index.duplicated(), ["label", "host"]]
    return result


def conversation(
    address: pd.Series,
    port: pd.Series,
    other_address: pd.Series,
    other_port: pd.Series,
    protocol: pd.Series,
) -> pd.Index:
    """Return one text a row that names both ends and the protocol, whichever end comes first."""
    one = address.astype("str") + " " + port.astype("str")
    other = other_address.astype("str") + " " + other_port.astype("str")
    low, high = one.where(one <= other, other), other.where(one <= other, one)
    return pd.Index(low + " " + high + " " + protocol.astype("str"), dtype="str")


def _named_first(column: pd.Series) -> pd.Series:
    return column != "" if column.name == "label" else column


@contextmanager
def _plain(file: SourceFile) -> Iterator[Path]:
    """Give nfstream a file it can read itself: what is packed is unpacked to a temporary one."""
    if not file.packing:
        yield file.path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "capture.pcap"
        path.write_bytes(file.data)
        yield path
