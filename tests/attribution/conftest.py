"""Builders of small bills and small phones, and an oracle for the bounds."""

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from esim_analysis.model import Choice, Evidence, Origin, UsageRecords

UTC = Choice("UTC", Origin.DECLARED)
MADRID = Choice("Europe/Madrid", Origin.DECLARED)

Row = dict[str, object]


def make_bill(rows: Sequence[Row], **common: object) -> UsageRecords:
    """Build records from rows of `start, end, bytes` and any other column."""
    usual = {"line": "line-1", "time_quality": "session", "service_class": "data", "source": "bill"}
    frame = pd.DataFrame([{**usual, **common, **row} for row in rows])
    return UsageRecords(
        frame.assign(
            start_utc=pd.to_datetime(frame.pop("start"), utc=True),
            end_utc=pd.to_datetime(frame.pop("end"), utc=True),
            bytes_total=frame.pop("bytes"),
        )
    )


def make_phone(rows: Sequence[Row], **common: object) -> Evidence:
    """Build evidence from rows of `start, end, app, bytes` and any other column."""
    usual = {
        "time_kind": "bucket",
        "ground": "background",
        "interface": "cellular",
        "counts_toward_total": True,
        "confidence": 1.0,
        "source": "phone",
    }
    frame = pd.DataFrame([{**usual, **common, **row} for row in rows])
    return Evidence(
        frame.assign(
            start_utc=pd.to_datetime(frame.pop("start"), utc=True),
            end_utc=pd.to_datetime(frame.pop("end"), utc=True),
            bytes_down=frame.pop("bytes"),
        )
    )


@pytest.fixture
def bill() -> Callable[..., UsageRecords]:
    return make_bill


@pytest.fixture
def phone() -> Callable[..., Evidence]:
    return make_phone


@pytest.fixture
def utc() -> Choice:
    return UTC


@pytest.fixture
def madrid() -> Choice:
    return MADRID
